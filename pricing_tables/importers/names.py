"""Words of foreign files recognised as ours: parts with side, operations, segments, paint levels, severities."""

from __future__ import annotations

from functools import cache
from typing import Final

from pricing_tables.search import words_of
from pricing_tables.vocabulary import (
    OPERATIONS,
    PAINT_LEVELS,
    PART_SYNONYMS,
    PARTS,
    SEGMENT_NAMES,
    SEVERITY_NAMES,
    SIZE_CLASSES,
)

_LEFT: Final = frozenset({"links", "left", "li", "l", "lh", "fahrerseite"})
_RIGHT: Final = frozenset({"rechts", "right", "re", "r", "rh", "beifahrerseite"})
_SAME: Final = {
    "v": "vorn", "vo": "vorn", "vorne": "vorn", "vorderer": "vorn", "vordere": "vorn", "vord": "vorn",
    "h": "hinten", "hi": "hinten", "hinterer": "hinten", "hintere": "hinten",
    "stossstange": "stossfaenger", "stossfg": "stossfaenger", "kotfl": "kotfluegel", "tuere": "tuer", "scheinw": "scheinwerfer",
    "haube": "motorhaube", "spiegel": "aussenspiegel",
}  # fmt: skip
_NOISE: Final = frozenset(
    {
        "der", "die", "das", "und", "a", "the", "of", "kpl", "komplett", "neu", "neuteil", "ers", "ersetzen", "a+e", "ae", "aus", "einbauen",
        "ab", "anbauen", "instand", "setzen", "instandsetzen", "lackieren", "lack", "pruefen", "einstellen", "kalibrieren", "grundiert",
        "original", "ersatzteil", "inkl", "replace", "repair", "paint", "remove", "install", "hohlr", "konservieren",
    }
)  # fmt: skip
_OPERATIONS: Final[dict[str, tuple[str, ...]]] = {
    "replace": ("e", "ers", "ersetzen", "erneuern", "tauschen", "austauschen", "replace", "renew"),
    "remove_install": ("a+e", "ae", "aus- und einbauen", "aus und einbauen", "ab- und anbauen", "ab und anbauen", "r+i", "remove_install",
                       "remove and install", "dis- and mounting", "dis and mounting"),
    "repair": ("i", "instandsetzen", "instand setzen", "reparieren", "richten", "ausbeulen", "repair", "overhaul"),
    "adjust": ("einstellen", "einpassen", "adjust", "justieren"),
    "calibrate": ("kalibrieren", "calibrate", "anlernen"),
    "check": ("pruefen", "prüfen", "check", "diagnose"),
    "auxiliary": ("hohlraum konservieren", "hohlraumkonservierung", "hohlraumschutz", "body cavity protection", "auxiliary", "hohlr. konservieren"),
}  # fmt: skip
#: Levels by name; a number alone is refused, because it means different things in different systems (RULES a.4).
_LEVELS: Final[dict[str, tuple[str, ...]]] = {
    "new": ("neu", "neuteil", "neuteillackierung", "new", "new part", "erstlackierung"),
    "surface": ("oberflaeche", "oberfläche", "oberflächenlackierung", "surface"),
    "repair_lt_50": ("reparatur bis 50 %", "reparatur bis 50%", "reparatur < 50 %", "reparatur unter 50 %", "repair up to 50 %", "minor", "repair_lt_50"),
    "repair_gt_50": ("reparatur über 50 %", "reparatur über 50%", "reparatur > 50 %", "repair over 50 %", "major", "repair_gt_50"),
    "spot": ("spot", "spot repair", "spot-repair", "smart repair"),
    "blend": ("beilackierung", "beilackieren", "blend", "blending"),
    "preparation": ("vorbereitung", "vorbereitungszeit", "preparation"),
}  # fmt: skip
_SEGMENTS: Final[dict[str, tuple[str, ...]]] = {
    "small": ("kleinwagen", "klein", "small", "mini", "segment b"),
    "compact": ("kompaktklasse", "kompakt", "kompaktwagen", "compact", "segment c"),
    "middle": ("mittelklasse", "mittel", "middle", "mid-size", "segment d"),
    "suv": ("suv", "gelaendewagen", "geländewagen", "off-road"),
}
_SIZES: Final[dict[str, tuple[str, ...]]] = {
    "small": ("klein", "small"),
    "medium": ("mittel", "medium"),
    "large": ("gross", "groß", "large"),
}


def _key(text: str) -> tuple[str, ...]:
    return tuple(sorted(words_of(text)))


@cache
def _lookup(kind: str) -> dict[tuple[str, ...], str]:
    own: dict[str, tuple[str, ...]]
    tables = {"operation": _OPERATIONS, "level": _LEVELS, "segment": _SEGMENTS, "size_class": _SIZES}
    names = {"operation": OPERATIONS, "level": PAINT_LEVELS, "segment": SEGMENT_NAMES, "severity": SEVERITY_NAMES}
    own = tables.get(kind, {})
    made = {_key(text): word for word, texts in own.items() for text in texts}
    made |= {_key(text): word for word, pair in names.get(kind, {}).items() for text in pair}
    known = names.get(kind, {}) if kind != "size_class" else dict.fromkeys(SIZE_CLASSES)
    return made | {_key(word.replace("_", " ")): word for word in known}


def word_of(kind: str, text: str) -> str | None:
    """Our word for a foreign one.

    Args:
        kind: operation, level, segment, size_class or severity.
        text: as in the file.
    """
    return _lookup(kind).get(_key(text))


@cache
def _part_names() -> dict[frozenset[str], str]:
    made: dict[frozenset[str], str] = {}
    for part, (german, english, *_) in PARTS.items():
        for text in (german, english, part.replace("_", " "), *PART_SYNONYMS.get(part, ())):
            words = frozenset(_SAME.get(w, w) for w in words_of(text))
            # A word that names two parts (Stoßfängerträger) names none.
            if made.get(words, part) != part:
                made[words] = ""
            else:
                made[words] = part
    for weak in ("vorn", "hinten"):
        made.pop(frozenset({weak}), None)
    return {words: part for words, part in made.items() if part}


@cache
def part_of(text: str) -> tuple[str | None, str | None]:
    """The part and the side that a text names: ``KOTFLUEGEL V.R.`` is the right fender.

    Every word must belong to the part's name, its side or the work on it: ``Halter Stoßfänger vorn`` is another part, and none of ours.

    Returns:
        Part and side, each None where it is not named.
    """
    direct = text.strip().casefold()
    if direct in PARTS:
        return direct, None
    words = {_SAME.get(word, word) for word in words_of(text[:200])}
    side = "left" if words & _LEFT else "right" if words & _RIGHT else None
    if words & _LEFT and words & _RIGHT:
        side = None
    plain = words - _LEFT - _RIGHT - _NOISE
    return _part_names().get(frozenset(plain)), side
