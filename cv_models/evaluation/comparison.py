"""Two detectors on the same photos: differences, intervals, and whether they are more than chance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from cv_models.datasets import LabelledPhoto
from cv_models.evaluation.chance import holm, interval, p_value, resamples, units
from cv_models.evaluation.figures import Figures, Judged, average_precision, figures, judge
from cv_models.evaluation.matching import Floats
from cv_models.evaluation.predictions import Predictions, require_photos
from cv_models.evaluation.words import cell, grid, number, word

Verdict = Literal["better", "worse", "same", "none"]

LEVEL = 0.05
MAIN = ("ap50", "ap", "recall", "class_ap50", "mask_ap50", "threshold_recall", "threshold_false", "undamaged_false")
LOWER_IS_BETTER = frozenset({"threshold_false", "undamaged_false", "milliseconds"})
PER_CLASS = ("ap50", "recall")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of both detectors.

    Attributes:
        figure: `ap50`, `ap`, `recall` …, as in the report.
        category: the class, or None for the whole.
        labels: how many labels the figure rests on; None where it rests on photos.
        a, b: values; None where the figure does not exist.
        difference: b minus a.
        low, high: 95 % interval of the difference over resamples; None when it cannot be said.
        p: two-sided p of the paired bootstrap; None when it cannot be said.
        p_holm: p after Holm's correction over the classes; for whole figures the same as `p`.
        verdict: of B against A at 5 %: better, worse, same (no difference that these photos can show), or none.

    """

    figure: str
    category: str | None
    labels: int | None
    a: float | None
    b: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    p_holm: float | None
    verdict: Verdict

    def to_json(self) -> dict[str, Any]:
        """Plain data, rounded."""
        return {
            "figure": self.figure,
            "class": self.category,
            "labels": self.labels,
            **{
                key: None if value is None else round(value, 6)
                for key, value in (
                    ("a", self.a),
                    ("b", self.b),
                    ("difference", self.difference),
                    ("low", self.low),
                    ("high", self.high),
                    ("p", self.p),
                    ("p_holm", self.p_holm),
                )
            },
            "verdict": self.verdict,
        }


@dataclass(frozen=True)
class Comparison:
    """Two detectors on the same photos.

    Attributes:
        model_a, model_b: their names; verdicts are about B against A.
        photos, vehicles, labels: what both have looked at.
        left_out: photos that one of them could not look at.
        resamples: number of resamples.
        rows: figures of the whole, then figures per class, then the time.
        peak_mib: highest memory of both processes, where known.
        judged: matched findings of both, for pages.

    """

    model_a: str
    model_b: str
    photos: int
    vehicles: int
    labels: int
    left_out: tuple[str, ...]
    resamples: int
    rows: tuple[Row, ...]
    peak_mib: tuple[float | None, float | None]
    judged: tuple[Judged, Judged]

    def row(self, figure: str, category: str | None = None) -> Row:
        """The row of a figure.

        Raises:
            KeyError: it was not compared.

        """
        for row in self.rows:
            if (row.figure, row.category) == (figure, category):
                return row
        raise KeyError((figure, category))

    def classes(self, figure: str = "ap50") -> tuple[Row, ...]:
        """The rows of a figure per class."""
        return tuple(row for row in self.rows if row.figure == figure and row.category is not None)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "a": self.model_a,
            "b": self.model_b,
            "photos": self.photos,
            "vehicles": self.vehicles,
            "labels": self.labels,
            "photos_left_out": list(self.left_out),
            "resamples": self.resamples,
            "level": LEVEL,
            "peak_mib": {"a": self.peak_mib[0], "b": self.peak_mib[1]},
            "rows": [row.to_json() for row in self.rows],
        }

    def markdown(self, language: str = "en") -> str:
        """Tables with the verdicts in plain words, in English or German (`de`)."""
        return _markdown(self, language)


def compare(
    photos: Sequence[LabelledPhoto],
    a: Predictions,
    b: Predictions,
    *,
    resamples: int = 2000,
    seed: int | None = None,
) -> Comparison:
    """Compare two detectors by a paired bootstrap over vehicles.

    Both are counted on the same resamples, so that what makes a photo hard for both cancels out. Figures per class are
    corrected for their number after Holm, each figure for itself.

    Args:
        photos: labelled photos; only those that both have looked at count.
        a: findings of the first.
        b: findings of the second; verdicts are about it against the first.
        resamples: number of resamples; with 2,000 the smallest p is 0.001.
        seed: another seed of the resampling.

    Raises:
        ComparisonError: TK-EVAL-010, there is no photo that both have looked at.

    """
    both = [photo for photo in photos if photo.file_name in a.photos and photo.file_name in b.photos]
    require_photos(both)
    first, second = (judge(both, found, details=False) for found in (a, b))
    weights = _drawn(both, resamples, seed)
    ones = np.ones((1, len(both)))
    pair = _Pair(*((_counted(judged, ones), _counted(judged, weights)) for judged in (first, second)))
    number_of = {name: sum(label.category == name for label in first.loose.labels) for name in first.classes}
    whole = len(first.loose.labels)
    rows = [
        pair.row(key, key, None, whole if key not in LOWER_IS_BETTER else None) for key in MAIN if pair.both_have(key)
    ]
    for key in PER_CLASS:
        rows += _corrected([pair.row(f"class/{name}/{key}", key, name, count) for name, count in number_of.items()])
    rows += _time(both, a, b, weights)
    return Comparison(
        model_a=a.model,
        model_b=b.model,
        photos=len(both),
        vehicles=len(units(both)),
        labels=whole,
        left_out=tuple(photo.file_name for photo in photos if photo not in both),
        resamples=resamples,
        rows=tuple(rows),
        peak_mib=(a.peak_mib, b.peak_mib),
        judged=(first, second),
    )


def _drawn(photos: Sequence[LabelledPhoto], number: int, seed: int | None) -> Floats:
    return resamples(photos, number) if seed is None else resamples(photos, number, seed)


def _counted(judged: Judged, weights: Floats) -> Figures:
    out = figures(judged, weights, details=False)
    if judged.masks is not None:
        out["mask_ap50"] = average_precision(judged.masks, weights, (0,))[:, 0]
    return out


class _Pair:
    """Plain and resampled figures of both detectors."""

    def __init__(self, a: tuple[Figures, Figures], b: tuple[Figures, Figures]) -> None:
        self._plain = a[0], b[0]
        self._drawn = a[1], b[1]

    def both_have(self, key: str) -> bool:
        return all(key in side for side in self._plain)

    def row(self, key: str, figure: str, category: str | None, labels: int | None) -> Row:
        a, b = (float(side[key][0]) for side in self._plain)
        return judge_difference(figure, category, labels, a, b, self._drawn[1][key] - self._drawn[0][key])


def judge_difference(
    figure: str, category: str | None, labels: int | None, a: float, b: float, differences: Floats
) -> Row:
    """The row of a figure from both values and the differences (b minus a) of the resamples."""
    if math.isnan(a) or math.isnan(b):
        known_a, known_b = (None if math.isnan(value) else value for value in (a, b))
        return Row(figure, category, labels, known_a, known_b, None, None, None, None, None, "none")
    inside = interval(differences)
    p = p_value(differences)
    low, high = inside or (None, None)
    return Row(figure, category, labels, a, b, b - a, low, high, p, p, _verdict(figure, b - a, p))


def _verdict(figure: str, difference: float, p: float | None) -> Verdict:
    if p is None:
        return "none"
    if p >= LEVEL or difference == 0:
        return "same"
    return "better" if (difference > 0) != (figure in LOWER_IS_BETTER) else "worse"


def _corrected(rows: list[Row]) -> list[Row]:
    corrected = holm([row.p for row in rows])
    return [
        row if row.difference is None else replace(row, p_holm=p, verdict=_verdict(row.figure, row.difference, p))
        for row, p in zip(rows, corrected, strict=True)
    ]


def _time(photos: Sequence[LabelledPhoto], a: Predictions, b: Predictions, weights: Floats) -> list[Row]:
    """The median time, where both were measured: how the difference of the medians varies over the same resamples."""
    spent = []
    for side in (a, b):
        seconds = [side.photos[photo.file_name].seconds for photo in photos]
        known = [second for second in seconds if second is not None]
        if len(known) != len(seconds):
            return []
        spent.append(1000 * np.array(known))
    medians = [_weighted_medians(values, weights) for values in spent]
    plain = [float(np.median(values)) for values in spent]
    return [judge_difference("milliseconds", None, None, plain[0], plain[1], medians[1] - medians[0])]


def _weighted_medians(values: Floats, weights: Floats) -> Floats:
    order = np.argsort(values)
    reached = np.cumsum(weights[:, order], axis=1)
    places = np.argmax(reached >= reached[:, -1:] / 2, axis=1)
    return np.asarray(values[order][places])


def _markdown(comparison: Comparison, language: str) -> str:
    english = language == "en"
    a, b = (cell(name) or "–" for name in (comparison.model_a, comparison.model_b))
    if a == b:
        a, b = f"{a} (A)", f"{b} (B)"
    lines = [
        f"# {b} {'against' if english else 'gegen'} {a}",
        "",
        (
            f"{comparison.photos} photos of {comparison.vehicles} vehicles or unknown ones, {comparison.labels} labels; "
            f"{comparison.resamples} resamplings of the vehicles, both models on the same. The verdict is about {b}, at 5 %; "
            "classes are corrected for their number (Holm)."
            if english
            else f"{comparison.photos} Fotos von {comparison.vehicles} Fahrzeugen oder unbekannten, {comparison.labels} Labels; "
            f"{comparison.resamples} Ziehungen der Fahrzeuge, beide Modelle auf denselben. Das Urteil gilt {b}, auf 5 %; "
            "Klassen sind für ihre Anzahl korrigiert (Holm)."
        ),
        "",
    ]
    shown_heads = [word("figure", language), a, b, word("difference", language), "95 %", "p", word("verdict", language)]
    whole = [row for row in comparison.rows if row.category is None]
    lines += grid(shown_heads, [_cells(row, word(row.figure, language), language) for row in whole])
    for figure in PER_CLASS:
        rows = comparison.classes(figure)
        name = "AP50" if figure == "ap50" else word(figure, language)
        shown_heads[0] = f"{name}: {word('class', language)}"
        labels = word("labels", language)
        table = [_cells(row, f"{row.category} ({row.labels} {labels})", language) for row in rows]
        lines += ["", *grid(shown_heads, table)]
    if any(value is not None for value in comparison.peak_mib):
        shown = " / ".join(number(value, language, 0) for value in comparison.peak_mib)
        lines += [
            "",
            f"{'Peak memory of the processes' if english else 'Höchster Speicher der Prozesse'}: {shown} MiB.",
        ]
    if comparison.left_out:
        names = ", ".join(cell(name) for name in comparison.left_out)
        lines += ["", f"{'Left out' if english else 'Weggelassen'}: {names}"]
    return "\n".join(lines)


def _cells(row: Row, name: str, language: str) -> Sequence[str]:
    digits = 1 if row.figure == "milliseconds" else 3
    shown: Mapping[str, str] = {
        key: number(value, language, digits)
        for key, value in (("a", row.a), ("b", row.b), ("low", row.low), ("high", row.high))
    }
    sign = "+" if row.difference is not None and row.difference > 0 else ""
    return (
        name,
        shown["a"],
        shown["b"],
        sign + number(row.difference, language, digits),
        f"{shown['low']} – {shown['high']}",
        number(row.p_holm, language),
        word(row.verdict, language),
    )
