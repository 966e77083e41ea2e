"""All figures of one detector with their intervals, as plain data and as Markdown."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cv_models.datasets import LabelledPhoto
from cv_models.evaluation.chance import interval, resamples, units
from cv_models.evaluation.figures import (
    BIN_EDGES,
    FALSE_PER_PHOTO,
    LEAST_CALIBRATED,
    LEVELS,
    Figures,
    Judged,
    figures,
    judge,
    label_groups,
    score_at_false,
    shown_hits,
)
from cv_models.evaluation.matching import LOOSE_IOU, SHARES, SIZES, Floats, Table
from cv_models.evaluation.predictions import Predictions, require_photos
from cv_models.evaluation.words import markdown
from cv_models.registration.evaluation.score import calibration

CURVE_POINTS = 101


@dataclass(frozen=True)
class Report:
    """Figures of one detector.

    Attributes:
        data: plain data; docs/evaluation.md says what each entry means.
        judged: the matched findings behind it, for pages of mistakes.

    """

    data: Mapping[str, Any]
    judged: Judged

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return dict(self.data)

    def markdown(self, language: str = "en") -> str:
        """Tables for people, in English or German (`de`)."""
        return markdown(self.data, language)

    def value(self, *keys: str) -> float | None:
        """A figure's value by its path, such as `value("figures", "ap50")` or `value("classes", "dent", "recall")`."""
        place: Any = self.data
        for key in keys:
            place = place[key]
        found = place["value"] if isinstance(place, dict) else place
        return None if found is None else float(found)


def measure(
    photos: Sequence[LabelledPhoto], predictions: Predictions, *, resamples: int = 1000, seed: int | None = None
) -> Report:
    """Measure findings against labels.

    Args:
        photos: labelled photos; those that the predictions do not have are left out and listed.
        predictions: what a detector found.
        resamples: number of resamples behind the intervals; 0 gives none.
        seed: another seed of the resampling.

    Raises:
        ComparisonError: TK-EVAL-010, there is no photo left.

    """
    judged = judge(photos, predictions)
    require_photos(judged.photos)
    plain = figures(judged, np.ones((1, len(judged.photos))))
    drawn = figures(judged, _weights(judged.photos, resamples, seed)) if resamples else {}
    shown = _Shown(plain, drawn)
    missing = [photo.file_name for photo in photos if photo.file_name not in predictions.photos]
    data = {
        "model": predictions.model,
        "photos": len(judged.photos),
        "photos_left_out": missing,
        "vehicles": len(units(judged.photos)),
        "undamaged_photos": sum(photo.undamaged for photo in judged.photos),
        "labels": len(judged.loose.labels),
        "findings": len(judged.loose.findings),
        "resamples": resamples,
        "loose_iou": LOOSE_IOU,
        "false_per_photo": FALSE_PER_PHOTO,
        "threshold": round(judged.threshold, 4),
        "threshold_is_the_models_own": judged.own_threshold,
        "score_at_one_false": score_at_false(judged.loose, len(judged.photos)),
        "figures": {key: shown(key) for key in _HEADLINES if key in plain},
        "classes": _classes(judged, shown),
        "sizes": _groups(judged, shown, "size", SIZES),
        "shares": _groups(judged, shown, "share", SHARES),
        "sources": _sources(judged, shown),
        "mask_photos": judged.mask_photos,
        "parts": _parts(judged, shown),
        "severity": _severity(judged, shown),
        "confusion": _confusion(judged),
        "calibration": _calibration(judged, shown),
        "curves": _curves(judged),
        "milliseconds": _rounded(predictions.milliseconds(), 1),
        "peak_mib": _rounded(predictions.peak_mib, 1),
        "problems": [problem.to_json() for problem in predictions.problems],
    }
    return Report(data, judged)


_HEADLINES = (
    "ap50",
    "ap",
    "class_ap50",
    "class_ap",
    "recall",
    "threshold_recall",
    "threshold_false",
    "undamaged_false",
    "mask_ap50",
    "mask_ap",
)


def _weights(photos: Sequence[LabelledPhoto], number: int, seed: int | None) -> Floats:
    return resamples(photos, number) if seed is None else resamples(photos, number, seed)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None or math.isnan(value) else round(value, digits)


class _Shown:
    """A figure with its interval."""

    def __init__(self, plain: Figures, drawn: Figures) -> None:
        self._plain = plain
        self._drawn = drawn

    def __call__(self, key: str) -> dict[str, float | None]:
        value = float(self._plain[key][0])
        inside = interval(self._drawn[key]) if key in self._drawn and not math.isnan(value) else None
        low, high = inside or (None, None)
        return {"value": _rounded(value, 6), "low": _rounded(low, 4), "high": _rounded(high, 4)}


def _classes(judged: Judged, shown: _Shown) -> dict[str, Any]:
    number = Counter(label.category for label in judged.loose.labels)
    return {
        name: {"labels": number[name], **{key: shown(f"class/{name}/{key}") for key in ("ap50", "ap", "recall")}}
        for name in judged.classes
    }


def _groups(judged: Judged, shown: _Shown, kind: str, spans: Mapping[str, tuple[float, float]]) -> dict[str, Any]:
    groups = label_groups(judged)
    return {
        span: {
            "labels": int(groups[f"{kind}/{span}"].sum()),
            "ap50": shown(f"{kind}/{span}/ap50"),
            "recall": shown(f"{kind}/{span}/recall"),
        }
        for span in spans
    }


def _sources(judged: Judged, shown: _Shown) -> dict[str, Any]:
    return {
        source: {
            "photos": sum(photo.source == source for photo in judged.photos),
            "labels": sum(len(photo.labels) for photo in judged.photos if photo.source == source),
            "ap50": shown(f"source/{source}/ap50"),
            "recall": shown(f"source/{source}/recall"),
        }
        for source in judged.sources
    }


def _parts(judged: Judged, shown: _Shown) -> dict[str, Any]:
    pairs = _pairs(judged)
    return {
        "asked": sum(bool(label.parts) for _, label in pairs),
        "named": shown("part_named"),
        "right": shown("part_right"),
    }


def _severity(judged: Judged, shown: _Shown) -> dict[str, Any]:
    pairs = [(item.severity, label.severity) for item, label in _pairs(judged) if label.severity is not None]
    table: dict[str, dict[str, int]] = {}
    for found, truth in pairs:
        row = table.setdefault(truth, {})
        row[found or "none"] = row.get(found or "none", 0) + 1
    return {
        "asked": len(pairs),
        "named": shown("severity_named"),
        "right": shown("severity_right"),
        "found_by_label": table,
    }


def _pairs(judged: Judged) -> list[Any]:
    matched = judged.loose
    return [(matched.findings[place], matched.labels[matched.label[place]]) for place in shown_hits(judged)]


def _confusion(judged: Judged) -> dict[str, dict[str, int]]:
    """Label's class by found class at the threshold; `missed` for labels that no finding points at."""
    rows = {name: Counter[str]() for name in judged.classes}
    for item, label in _pairs(judged):
        rows[label.category][item.category] += 1
    for name, row in rows.items():
        row["missed"] = sum(label.category == name for label in judged.loose.labels) - sum(row.values())
    return {name: dict(sorted(row.items())) for name, row in rows.items()}


def _calibration(judged: Judged, shown: _Shown) -> dict[str, Any]:
    matched = judged.loose
    pairs = [
        (float(score), bool(label >= 0))
        for score, label in zip(matched.score, matched.label, strict=True)
        if score >= LEAST_CALIBRATED
    ]
    counted = calibration(pairs, [float(edge) for edge in BIN_EDGES])
    return {
        "least_score": LEAST_CALIBRATED,
        "findings": len(pairs),
        "expected_error": shown("calibration_error"),
        "brier": round(counted.brier, 4),
        "bins": counted.to_json()["bins"],
    }


def _curves(judged: Judged) -> dict[str, Any]:
    chosen = {"all": judged.agnostic["all"], **judged.classes}
    return {
        "precision_recall_50": {name: curve(table) for name, table in chosen.items()},
        "false_per_photo": _free_curve(judged),
    }


def curve(table: Table) -> dict[str, list[float]]:
    """Precision at the 101 recall levels at IoU 0.5 as COCO reads it, and the score there; ends where recall ends."""
    wanted = table.wanted.sum()
    right, wrong = np.cumsum(table.right[0]), np.cumsum(table.wrong[0])
    if not wanted or not right.size:
        return {"recall": [], "precision": [], "score": []}
    precision = right / (right + wrong + np.spacing(1.0))
    best = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(right / wanted, LEVELS, side="left")
    inside = places < best.size
    return {
        "recall": [round(float(level), 2) for level in LEVELS[inside]],
        "precision": [round(float(value), 4) for value in best[places[inside]]],
        "score": [round(float(value), 4) for value in table.score[places[inside]]],
    }


def _free_curve(judged: Judged) -> dict[str, list[float]]:
    """Recall (IoU 0.3, any class) against false finds per photo, at up to `CURVE_POINTS` scores."""
    matched = judged.loose
    if not matched.score.size or not matched.labels:
        return {"false": [], "recall": [], "score": []}
    hit = matched.label >= 0
    false, found = np.cumsum(~hit) / len(judged.photos), np.cumsum(hit) / len(matched.labels)
    places = np.unique(np.linspace(0, hit.size - 1, CURVE_POINTS).astype(int))
    return {
        "false": [round(float(value), 4) for value in false[places]],
        "recall": [round(float(value), 4) for value in found[places]],
        "score": [round(float(value), 4) for value in matched.score[places]],
    }
