"""The gate before a release: plain figures in, a verdict with every check and its reason out. It looks at nothing itself.

A candidate passes when on the same photos, in the same run, it is not worse than the active model beyond chance: on no class,
not overall, not in what it would show at its own threshold, and not in false finds on undamaged photos; and when time, memory
and size are in bounds, its files are the registered ones, and it has run as a shadow for as long as is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

#: Figures over all classes that must not get worse. The last one is what an expert would be shown.
OVERALL: Final = ("ap50", "ap", "class_ap50", "recall", "mask_ap50", "threshold_recall")
FALSE_FINDS: Final = "undamaged_false"
#: Per class, with the class between the strokes.
PER_CLASS: Final = "ap50"

_NAMES: Final = {
    "ap50": ("AP50, alle Klassen als eine", "AP50, all classes as one"),
    "ap": ("AP, alle Klassen als eine", "AP, all classes as one"),
    "class_ap50": ("AP50, Mittel der Klassen", "AP50, mean of the classes"),
    "mask_ap50": ("AP50 der Umrisse", "AP50 of the outlines"),
    "recall": ("Anteil gefunden bei einem Fehlfund je Foto", "recall at one false find per photo"),
    "threshold_recall": ("Anteil gefunden an der eigenen Schwelle", "recall at its own threshold"),
    FALSE_FINDS: ("Fehlfunde je unbeschädigtem Foto", "false finds per undamaged photo"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What is asked of a candidate.

    Attributes:
        most_slower: median time per photo as a multiple of the active model's.
        most_mib: peak memory of the process that runs it, decoding included.
        most_bytes: size of all its files.
        least_photos: photos in the comparison; fewer prove nothing.
        least_shadow_photos: live photos that it has looked at as a shadow without failing.
    """

    most_slower: float = 1.25
    most_mib: float = 1024.0
    most_bytes: int = 20_000_000
    least_photos: int = 20
    least_shadow_photos: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of both models on the same photos.

    Attributes:
        figure: name, ``class/<class>/ap50`` for a class.
        active, candidate: its values; None where it does not exist.
        difference: candidate minus active.
        low, high: interval of the difference that holds 95 % of the resamples.
        p: of the paired test.
        verdict: better, worse or same (for the candidate), unknown when too little is there to tell.
    """

    figure: str
    active: float | None
    candidate: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    verdict: str

    @property
    def worse(self) -> bool:
        """Whether the candidate is worse beyond chance, or has no value where the active model has one."""
        return self.verdict == "worse" or (self.active is not None and self.candidate is None)

    @property
    def category(self) -> str | None:
        """Class of a figure per class."""
        parts = self.figure.split("/")
        return parts[1] if len(parts) == 3 and parts[0] == "class" and parts[2] == PER_CLASS else None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the gate judges by.

    Attributes:
        differences: figures of both models.
        photos, labels, undamaged: what the comparison was made on.
        refused_photos: photos that the candidate could not look at and the active model could.
        active_ms, candidate_ms: median time per photo.
        active_mib, candidate_mib: peak memory.
        candidate_bytes: size of its files.
        oversize_reason: why a larger one was registered all the same; empty otherwise.
        files_sound: whether the stored files have the registered hashes.
        shadow_photos: live photos that it has looked at as a shadow without failing.
    """

    differences: tuple[Difference, ...]
    photos: int
    labels: int
    undamaged: int
    refused_photos: int
    active_ms: float | None
    candidate_ms: float | None
    active_mib: float | None
    candidate_mib: float | None
    candidate_bytes: int
    oversize_reason: str
    files_sound: bool
    shadow_photos: int


@dataclass(frozen=True, slots=True)
class GateCheck:
    """One check: what it was, whether it was passed, and in words why."""

    name: str
    passed: bool
    detail_de: str
    detail_en: str

    def detail(self, language: str = "de") -> str:
        """The words in the language asked for."""
        return self.detail_en if language == "en" else self.detail_de


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """Every check, in a fixed order; passed when all of them are."""

    checks: tuple[GateCheck, ...]

    @property
    def passed(self) -> bool:
        """Whether the candidate may be released."""
        return all(check.passed for check in self.checks)

    @property
    def reasons(self) -> tuple[GateCheck, ...]:
        """The checks that were not passed."""
        return tuple(check for check in self.checks if not check.passed)


@dataclass(frozen=True, slots=True)
class GateReport:
    """A comparison with its verdict, as it is kept with the event.

    Attributes:
        name: name of the model.
        active, candidate: versions compared.
        active_digest, candidate_digest: one hash over the files of each.
        verdict, evidence, limits: what was decided, by what, under which limits.
        photos_from: what the photos were, in words.
    """

    name: str
    active: str
    candidate: str
    active_digest: str
    candidate_digest: str
    verdict: GateVerdict
    evidence: Evidence
    limits: Limits = field(default_factory=Limits)
    photos_from: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain data; everything that was known when it was decided."""
        return {**asdict(self), "passed": self.verdict.passed, "reasons": [one.name for one in self.verdict.reasons]}


def _number(value: float | None, digits: int = 3) -> tuple[str, str]:
    if value is None:
        return "–", "–"
    text = f"{value:.{digits}f}"
    return text.replace(".", ","), text


def _said(difference: Difference) -> tuple[str, str]:
    ours, theirs = _number(difference.candidate), _number(difference.active)
    words = [f"{ours[place]} ← {theirs[place]}" for place in (0, 1)]
    if difference.p is not None:
        p = _number(difference.p)
        words = [f"{words[place]}, p = {p[place]}" for place in (0, 1)]
    return words[0], words[1]


def _figure(name: str, difference: Difference, title: tuple[str, str]) -> GateCheck:
    worse = difference.worse
    de, en = _said(difference)
    grade = {
        "better": ("besser", "better"),
        "same": ("nicht unterscheidbar", "no difference beyond chance"),
        "unknown": ("zu wenige Fälle für ein Urteil", "too few to tell"),
    }.get(difference.verdict, ("", ""))
    if worse:
        grade = ("schlechter, mehr als Zufall", "worse, by more than chance")
    return GateCheck(name, not worse, f"{title[0]}: {grade[0]} ({de})", f"{title[1]}: {grade[1]} ({en})")


def judge(evidence: Evidence, limits: Limits | None = None) -> GateVerdict:
    """Judge a candidate. Pure: the same evidence gives the same verdict, and nothing that gets worse helps it.

    Args:
        evidence: figures of both models from one run on the same photos.
        limits: what is asked.
    """
    asked = limits or Limits()
    known = {item.figure: item for item in evidence.differences}
    checks = [_enough(evidence, asked)]
    checks += [_figure(name, known[name], _NAMES[name]) for name in OVERALL if name in known]
    checks += [
        _figure(item.figure, item, (f"AP50 {item.category}", f"AP50 {item.category}"))
        for item in sorted(evidence.differences, key=lambda one: one.figure)
        if item.category is not None
    ]
    checks.append(_false_finds(evidence, known.get(FALSE_FINDS)))
    checks += [check(evidence, asked) for check in _BOUNDS]
    return GateVerdict(tuple(checks))


def _enough(evidence: Evidence, limits: Limits) -> GateCheck:
    # A comparison without its main figure is none, however many photos it had.
    has_figure = any(item.figure == OVERALL[0] and item.active is not None for item in evidence.differences)
    return GateCheck(
        "photos",
        evidence.photos >= max(1, limits.least_photos) and evidence.labels > 0 and has_figure,
        f"{evidence.photos} Fotos mit {evidence.labels} Labels, davon {evidence.undamaged} unbeschädigt "
        f"(verlangt: {limits.least_photos} Fotos mit Labels)",
        f"{evidence.photos} photos with {evidence.labels} labels, {evidence.undamaged} of them undamaged "
        f"(asked: {limits.least_photos} photos with labels)",
    )


def _false_finds(evidence: Evidence, difference: Difference | None) -> GateCheck:
    if evidence.undamaged == 0:
        return GateCheck(
            FALSE_FINDS,
            passed=True,
            detail_de="Fehlfunde auf unbeschädigten Fotos: nicht geprüft, es ist keines dabei",
            detail_en="false finds on undamaged photos: not checked, there is none",
        )
    if difference is None:
        return GateCheck(
            FALSE_FINDS,
            passed=False,
            detail_de="Fehlfunde auf unbeschädigten Fotos: wurden nicht gemessen",
            detail_en="false finds on undamaged photos: were not measured",
        )
    check = _figure(FALSE_FINDS, difference, _NAMES[FALSE_FINDS])
    # Too few photos for a test: then more false finds are not given the benefit of the doubt.
    ours, theirs = difference.candidate, difference.active
    more = difference.verdict == "unknown" and ours is not None and theirs is not None and ours > theirs
    return replace(check, passed=False) if more else check


def _photos_refused(evidence: Evidence, _limits: Limits) -> GateCheck:
    number = evidence.refused_photos
    return GateCheck(
        "refused_photos",
        number == 0,
        f"Fotos, an denen nur der Kandidat scheitert: {number}",
        f"photos on which only the candidate fails: {number}",
    )


def _time(evidence: Evidence, limits: Limits) -> GateCheck:
    ours, theirs = evidence.candidate_ms, evidence.active_ms
    passed = ours is not None and theirs is not None and ours <= theirs * limits.most_slower
    mine, other, most = _number(ours, 0), _number(theirs, 0), _number(limits.most_slower, 2)
    return GateCheck(
        "time",
        passed,
        f"Zeit je Foto: {mine[0]} ms gegen {other[0]} ms (höchstens das {most[0]}-fache)",
        f"time per photo: {mine[1]} ms against {other[1]} ms (at most {most[1]} times as much)",
    )


def _memory(evidence: Evidence, limits: Limits) -> GateCheck:
    passed = evidence.candidate_mib is not None and evidence.candidate_mib <= limits.most_mib
    mine, other, most = _number(evidence.candidate_mib, 0), _number(evidence.active_mib, 0), _number(limits.most_mib, 0)
    return GateCheck(
        "memory",
        passed,
        f"Spitze des Speichers: {mine[0]} MiB gegen {other[0]} MiB (höchstens {most[0]})",
        f"peak memory: {mine[1]} MiB against {other[1]} MiB (at most {most[1]})",
    )


def _size(evidence: Evidence, limits: Limits) -> GateCheck:
    fits = evidence.candidate_bytes <= limits.most_bytes
    size, most = _number(evidence.candidate_bytes / 1e6, 1), _number(limits.most_bytes / 1e6, 1)
    why = f"; {evidence.oversize_reason}" if not fits and evidence.oversize_reason else ""
    return GateCheck(
        "size",
        fits or bool(evidence.oversize_reason),
        f"Größe: {size[0]} MB (höchstens {most[0]}){why}",
        f"size: {size[1]} MB (at most {most[1]}){why}",
    )


def _files(evidence: Evidence, _limits: Limits) -> GateCheck:
    if evidence.files_sound:
        return GateCheck(
            "files", True, "Dateien haben die registrierten Prüfsummen", "files have the registered hashes"
        )
    return GateCheck("files", False, "Dateien wurden verändert oder fehlen", "files were changed or are missing")


def _shadow(evidence: Evidence, limits: Limits) -> GateCheck:
    return GateCheck(
        "shadow",
        evidence.shadow_photos >= limits.least_shadow_photos,
        f"als Schatten gelaufen auf {evidence.shadow_photos} Fotos (verlangt: {limits.least_shadow_photos})",
        f"has run as a shadow on {evidence.shadow_photos} photos (asked: {limits.least_shadow_photos})",
    )


_BOUNDS: Final[Sequence[Callable[[Evidence, Limits], GateCheck]]] = (
    _photos_refused,
    _time,
    _memory,
    _size,
    _files,
    _shadow,
)
