"""Every figure of a detector as a function of how often each photo counts.

With ones for weights the figures are the plain ones; with the counts of a resample they are the resample's. So the
bootstrap repeats the counting and not the matching.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from cv_models.datasets import LabelledPhoto
from cv_models.evaluation.matching import (
    SHARES,
    SIZES,
    Flags,
    Floats,
    Loose,
    Numbers,
    Table,
    has_outlines,
    loose,
    tables,
)
from cv_models.evaluation.predictions import Predictions

LEVELS: Final = np.linspace(0.0, 1.0, 101)
"""Recall levels at which COCO reads the precision."""

FALSE_PER_PHOTO: Final = 1.0
BIN_EDGES: Final = np.linspace(0.0, 1.0, 11)
LEAST_CALIBRATED: Final = 0.05
"""Findings under this score are not asked about calibration: there are many and nobody sees them."""

_CHUNK: Final = 64

Figures = dict[str, Floats]
"""A value per resample for each figure; NaN where it does not exist (no label of that class was drawn)."""


@dataclass(frozen=True)
class Judged:
    """A detector's findings on labelled photos, matched and ready to be counted.

    Attributes:
        photos: the photos that count, in their order.
        threshold: score from which findings are shown; the model's own, or that of one false find per photo.
        own_threshold: whether it is the model's own.
        loose: matching for recall.
        agnostic: all classes as one, `all` and COCO's sizes.
        shares: all classes as one by share of the photo.
        classes: tables of each class.
        masks: table by outlines on the photos where both sides have them, or None.
        mask_photos: number of those photos.

    """

    photos: tuple[LabelledPhoto, ...]
    threshold: float
    own_threshold: bool
    loose: Loose
    agnostic: dict[str, Table]
    shares: dict[str, Table]
    classes: dict[str, Table]
    masks: Table | None
    mask_photos: int

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources of the photos, in alphabetical order."""
        return tuple(sorted({photo.source for photo in self.photos}))


def judge(photos: Sequence[LabelledPhoto], predictions: Predictions, *, details: bool = True) -> Judged:
    """Match the findings with the labels of those photos that the detector has looked at.

    Args:
        photos: labelled photos.
        predictions: findings.
        details: also by sizes; `figures` with details needs it.

    """
    seen = tuple(photo for photo in photos if photo.file_name in predictions.photos)
    matched = loose(seen, predictions)
    own = predictions.threshold is not None
    threshold = predictions.threshold if predictions.threshold is not None else score_at_false(matched, len(seen))
    outlined = has_outlines(seen, predictions)
    masks = None
    if outlined:
        chosen = {photo.file_name for photo in outlined}
        narrow = tables(outlined, predictions, agnostic=True, masks=True)["damage", "all"]
        # Back to the numbering of all photos, so that one set of weights serves every table.
        place = np.array([i for i, photo in enumerate(seen) if photo.file_name in chosen], dtype=np.int64)
        wanted = np.zeros(len(seen))
        wanted[place] = narrow.wanted
        masks = Table(place[narrow.photo], narrow.score, narrow.right, narrow.wrong, wanted)
    return Judged(
        photos=seen,
        threshold=threshold,
        own_threshold=own,
        loose=matched,
        agnostic={
            span: t
            for (_, span), t in tables(seen, predictions, agnostic=True, ranges=SIZES if details else None).items()
        },
        shares={
            span: t
            for (_, span), t in tables(seen, predictions, agnostic=True, area="share", ranges=SHARES).items()
            if span != "all"
        }
        if details
        else {},
        classes={name: t for (name, _), t in tables(seen, predictions, agnostic=False).items()},
        masks=masks,
        mask_photos=len(outlined),
    )


def average_precision(table: Table, weights: Floats, levels: Sequence[int] = tuple(range(10))) -> Floats:
    """AP as COCO counts it (101 recall levels) for each row of weights and each threshold of IoU.

    Args:
        table: matched findings.
        weights: R×N, how often each photo counts.
        levels: which of the ten thresholds (0 is IoU 0.5).

    Returns:
        R×len(levels); NaN where there is no label.

    """
    wanted = weights @ table.wanted
    out = np.full((len(weights), len(levels)), np.nan)
    for start in range(0, len(weights), _CHUNK):
        rows = slice(start, start + _CHUNK)
        counts = weights[rows][:, table.photo]
        for column, level in enumerate(levels):
            right = np.cumsum(counts * table.right[level], axis=1)
            wrong = np.cumsum(counts * table.wrong[level], axis=1)
            precision = right / (right + wrong + np.spacing(1.0))
            best = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
            for row, number in enumerate(wanted[rows]):
                if number <= 0:
                    continue
                places = np.searchsorted(right[row] / number, LEVELS, side="left")
                inside = places < best.shape[1]
                out[start + row, column] = best[row, places[inside]].sum() / LEVELS.size
    return out


def _mean(values: Floats, axis: int) -> Floats:
    """Mean without NaN; NaN where there is nothing else."""
    known = ~np.isnan(values)
    number = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return np.asarray(np.divide(total, number, out=np.full(np.shape(total), np.nan), where=number > 0))


def _share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0))


def score_at_false(matched: Loose, photos: int) -> float:
    """Score of the last finding before false finds exceed one per photo; 1 when there is no finding."""
    inside = int(np.searchsorted(np.cumsum(matched.label < 0), FALSE_PER_PHOTO * photos, side="right"))
    return float(matched.score[min(inside, len(matched.score)) - 1]) if inside and len(matched.score) else 1.0


def figures(judged: Judged, weights: Floats, *, details: bool = True) -> Figures:
    """Count all figures for each row of weights.

    Args:
        judged: matched findings.
        weights: R×N, how often each photo counts.
        details: also sizes, sources, parts, severity, calibration, and AP50:95 per class.

    Returns:
        R values per figure: `ap50`, `ap`, `class_ap50` (mean over classes), `recall` (at one false find per photo),
        `threshold_recall`, `threshold_false`, `undamaged_false`, `class/NAME/ap50|recall`, and with details `class_ap`,
        `class/NAME/ap`, `mask_ap50`, `mask_ap`, `size/…`, `share/…`, `source/…`, `part_named`, `part_right`, `severity_named`,
        `severity_right`, `calibration_error`.

    """
    out: Figures = {}
    every = average_precision(judged.agnostic["all"], weights)
    out["ap50"], out["ap"] = every[:, 0], _mean(every, 1)
    levels = tuple(range(10)) if details else (0,)
    for name, table in judged.classes.items():
        values = average_precision(table, weights, levels)
        out[f"class/{name}/ap50"] = values[:, 0]
        if details:
            out[f"class/{name}/ap"] = _mean(values, 1)
    for key in ("ap50", "ap") if details else ("ap50",):
        if judged.classes:
            out[f"class_{key}"] = _mean(np.stack([out[f"class/{name}/{key}"] for name in judged.classes]), 0)
    out |= _recalls(judged, weights, details)
    out |= _at_threshold(judged, weights)
    if not details:
        return out
    if judged.masks is not None:
        by_outline = average_precision(judged.masks, weights)
        out["mask_ap50"], out["mask_ap"] = by_outline[:, 0], _mean(by_outline, 1)
    for kind, group in (("size", judged.agnostic), ("share", judged.shares)):
        for span, table in group.items():
            if span != "all":
                out[f"{kind}/{span}/ap50"] = average_precision(table, weights, (0,))[:, 0]
    for source in judged.sources:
        mine = np.array([photo.source == source for photo in judged.photos])
        narrow = weights * mine
        out[f"source/{source}/ap50"] = average_precision(judged.agnostic["all"].only(mine), narrow, (0,))[:, 0]
        out[f"source/{source}/recall"] = _recall_at_false(judged.loose, narrow)[0]
    out |= _parts_and_severity(judged, weights)
    out["calibration_error"] = _calibration_error(judged.loose, weights)
    return out


def _recall_at_false(matched: Loose, weights: Floats, groups: dict[str, Flags] | None = None) -> list[Floats]:
    """Recall of all labels, then of each group of labels, where false finds reach one per photo."""
    label_weights = weights[:, matched.label_photo]
    kinds = [np.ones(len(matched.labels), dtype=bool), *(groups or {}).values()]
    out = [np.full(len(weights), np.nan) for _ in kinds]
    limit = FALSE_PER_PHOTO * weights.sum(axis=1)
    hit = matched.label >= 0
    for start in range(0, len(weights), _CHUNK):
        rows = slice(start, start + _CHUNK)
        counts = weights[rows][:, matched.photo]
        inside = np.cumsum(counts * ~hit, axis=1) <= limit[rows, None] + 1e-9
        reached = counts * inside
        for place, kind in enumerate(kinds):
            mine = np.zeros(len(hit), dtype=bool)
            mine[hit] = kind[matched.label[hit]]
            out[place][rows] = _share(reached @ mine.astype(float), label_weights[rows] @ kind.astype(float))
    return out


def label_groups(judged: Judged) -> dict[str, Flags]:
    """Which labels belong to each class, size and share of the photo."""
    matched = judged.loose
    groups: dict[str, Flags] = {}
    for name in judged.classes:
        groups[f"class/{name}"] = np.array([label.category == name for label in matched.labels], dtype=bool)
    area = np.array([label.box.area for label in matched.labels])
    whole = np.array([judged.photos[p].width * judged.photos[p].height for p in matched.label_photo], dtype=float)
    kinds: tuple[tuple[str, Floats, dict[str, tuple[float, float]]], ...] = (
        ("size", area, SIZES),
        ("share", area / whole if len(area) else area, SHARES),
    )
    for kind, values, spans in kinds:
        for span, (low, high) in spans.items():
            groups[f"{kind}/{span}"] = np.asarray((values >= low) & (values < high), dtype=bool)
    return groups


def _recalls(judged: Judged, weights: Floats, details: bool) -> Figures:
    groups = {key: mine for key, mine in label_groups(judged).items() if details or key.startswith("class/")}
    every, *rest = _recall_at_false(judged.loose, weights, groups)
    return {"recall": every, **{f"{key}/recall": values for key, values in zip(groups, rest, strict=True)}}


def _at_threshold(judged: Judged, weights: Floats) -> Figures:
    matched = judged.loose
    shown = matched.score >= judged.threshold
    counts = weights[:, matched.photo]
    right, wrong = shown & (matched.label >= 0), shown & (matched.label < 0)
    clean = np.array([photo.undamaged for photo in judged.photos], dtype=float)
    on_clean = wrong * clean[matched.photo]
    return {
        "threshold_recall": _share(counts @ right.astype(float), weights[:, matched.label_photo].sum(axis=1)),
        "threshold_false": _share(counts @ wrong.astype(float), weights.sum(axis=1)),
        "undamaged_false": _share(counts @ on_clean.astype(float), weights @ clean),
    }


def shown_hits(judged: Judged) -> Numbers:
    """Places in `loose` of the findings at the threshold that point at a label."""
    matched = judged.loose
    return np.flatnonzero((matched.score >= judged.threshold) & (matched.label >= 0))


def _parts_and_severity(judged: Judged, weights: Floats) -> Figures:
    matched = judged.loose
    hits = shown_hits(judged)
    pairs = [(matched.findings[i], matched.labels[matched.label[i]]) for i in hits]
    counts = weights[:, matched.photo[hits]]

    def count(flags: list[bool]) -> Floats:
        return np.asarray(counts @ np.array(flags, dtype=float))

    asked = count([bool(label.parts) for _, label in pairs])
    named = count([bool(label.parts) and item.part is not None for item, label in pairs])
    right = count([item.part is not None and item.part in label.parts for item, label in pairs])
    severe = count([label.severity is not None for _, label in pairs])
    told = count([label.severity is not None and item.severity is not None for item, label in pairs])
    same = count([label.severity is not None and item.severity == label.severity for item, label in pairs])
    return {
        "part_named": _share(named, asked),
        "part_right": _share(right, named),
        "severity_named": _share(told, severe),
        "severity_right": _share(same, told),
    }


def _calibration_error(matched: Loose, weights: Floats) -> Floats:
    kept = matched.score >= LEAST_CALIBRATED
    score, hit = matched.score[kept], (matched.label[kept] >= 0).astype(float)
    counts = weights[:, matched.photo[kept]]
    bins = np.clip(np.searchsorted(BIN_EDGES, score, side="right") - 1, 0, len(BIN_EDGES) - 2)
    error = np.zeros(len(weights))
    for place in range(len(BIN_EDGES) - 1):
        inside = (bins == place).astype(float)
        # The distance of mean score and share of hits, times the number: the numbers cancel.
        error += np.abs(counts @ (inside * score) - counts @ (inside * hit))
    return _share(error, counts.sum(axis=1))
