"""Findings matched with labels, once per photo; every figure and every resample is counted from these tables.

The matching for average precision is that of pycocotools (its rules of greed, ties, sizes and at most 100 findings per
photo and class). The loose matching for recall and false finds is ours: best score first, any class, IoU 0.3.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from cv_models.datasets import Label, LabelledPhoto
from cv_models.datasets.photos import ring_area
from cv_models.evaluation.predictions import Predictions
from cv_models.findings import DamageFinding

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

LOOSE_IOU: Final = 0.3
"""Overlap from which a finding points at a label: the expert sees what is meant, the outline need not fit."""

MOST: Final = 100
SIZES: Final = {"small": (0.0, 32.0**2), "medium": (32.0**2, 96.0**2), "large": (96.0**2, 1e10)}
"""COCO's sizes: area of the box in square pixels of the photo."""

SHARES: Final = {
    "to_1_percent": (0.0, 0.01),
    "to_5_percent": (0.01, 0.05),
    "to_20_percent": (0.05, 0.2),
    "over_20_percent": (0.2, 1e10),
}
"""Sizes by the box's share of the photo, which does not change when a photo is scaled."""

Area = Literal["pixels", "share"]


@dataclass(frozen=True)
class Table:
    """Findings of one class (or of all), best score first, judged at the ten thresholds of IoU.

    Attributes:
        photo: which photo each finding is on.
        score: its score.
        right, wrong: 10×D; a finding that is neither is not counted (beyond the size asked for).
        wanted: number of labels on each photo.

    """

    photo: Numbers
    score: Floats
    right: Flags
    wrong: Flags
    wanted: Floats

    def only(self, photos: Flags) -> Table:
        """The same for some photos; the numbering stays."""
        kept = photos[self.photo]
        return Table(
            self.photo[kept],
            self.score[kept],
            self.right[:, kept],
            self.wrong[:, kept],
            np.where(photos, self.wanted, 0.0),
        )


def tables(
    photos: Sequence[LabelledPhoto],
    predictions: Predictions,
    *,
    agnostic: bool,
    masks: bool = False,
    area: Area = "pixels",
    ranges: dict[str, tuple[float, float]] | None = None,
) -> dict[tuple[str, str], Table]:
    """Match with pycocotools.

    Args:
        photos: labelled photos, all of them in `predictions`.
        predictions: findings.
        agnostic: all classes as one, called `damage`; else a table for every class that the labels have.
        masks: IoU of outlines instead of boxes; what has no outline counts with its box.
        area: what `ranges` are about.
        ranges: sizes of labels to be told apart; `all` is always there.

    Returns:
        Tables by class and size.

    """
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    names = ["damage"] if agnostic else sorted({label.category for photo in photos for label in photo.labels})
    number = {name: place + 1 for place, name in enumerate(names)}
    spans = {"all": (0.0, 1e10), **(ranges or {})}
    truth, results = _as_coco(photos, predictions, number, agnostic, masks, area)
    if not results or not names:
        return {(name, span): _without(photos, name, agnostic, area, spans[span]) for name in names for span in spans}
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = truth
        coco.createIndex()
        found = coco.loadRes(results)
        if area == "share":
            for mark in found.dataset["annotations"]:
                photo = photos[mark["image_id"]]
                mark["area"] /= photo.width * photo.height
        run = COCOeval(coco, found, "segm" if masks else "bbox")
        run.params.areaRng = [list(span) for span in spans.values()]
        run.params.areaRngLbl = list(spans)
        run.params.maxDets = [1, 10, MOST]
        run.evaluate()
    count = len(photos)
    made: dict[tuple[str, str], Table] = {}
    for first, name in enumerate(names):
        for second, span in enumerate(spans):
            start = (first * len(spans) + second) * count
            made[name, span] = _table(run.evalImgs[start : start + count], count, len(run.params.iouThrs))
    return made


def _table(entries: Sequence[dict[str, Any] | None], count: int, thresholds: int) -> Table:
    photo, score, right, wrong = [], [], [], []
    wanted = np.zeros(count)
    for place, entry in enumerate(entries):
        if entry is None:
            continue
        wanted[place] = np.count_nonzero(np.asarray(entry["gtIgnore"]) == 0)
        scores = np.asarray(entry["dtScores"], dtype=np.float64)
        matched = np.asarray(entry["dtMatches"]).reshape(thresholds, -1) > 0
        ignored = np.asarray(entry["dtIgnore"]).reshape(thresholds, -1).astype(bool)
        photo.append(np.full(scores.size, place))
        score.append(scores)
        right.append(matched & ~ignored)
        wrong.append(~matched & ~ignored)
    scores = np.concatenate(score) if score else np.zeros(0)
    order = np.argsort(-scores, kind="mergesort")
    nothing = np.zeros((thresholds, 0), dtype=bool)
    return Table(
        (np.concatenate(photo) if photo else np.zeros(0)).astype(np.int64)[order],
        scores[order],
        (np.concatenate(right, axis=1) if right else nothing)[:, order],
        (np.concatenate(wrong, axis=1) if wrong else nothing)[:, order],
        wanted,
    )


def _without(
    photos: Sequence[LabelledPhoto], name: str, agnostic: bool, area: Area, span: tuple[float, float]
) -> Table:
    """The table of a detector that found nothing at all, which pycocotools does not take."""
    wanted = [
        sum(
            (agnostic or label.category == name) and span[0] <= _size(label, photo, area) <= span[1]
            for label in photo.labels
        )
        for photo in photos
    ]
    nothing = np.zeros((10, 0), dtype=bool)
    return Table(np.zeros(0, np.int64), np.zeros(0), nothing, nothing, np.asarray(wanted, dtype=np.float64))


def _size(label: Label, photo: LabelledPhoto, area: Area) -> float:
    return label.box.area / (photo.width * photo.height if area == "share" else 1)


def _as_coco(
    photos: Sequence[LabelledPhoto],
    predictions: Predictions,
    number: dict[str, int],
    agnostic: bool,
    masks: bool,
    area: Area,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    truth: dict[str, Any] = {
        "info": {},
        "images": [{"id": place, "width": p.width, "height": p.height} for place, p in enumerate(photos)],
        "categories": [{"id": value, "name": name} for name, value in number.items()],
        "annotations": [],
    }
    results: list[dict[str, Any]] = []
    for place, photo in enumerate(photos):
        for label in photo.labels:
            mark = {
                # Numbers begin at one: pycocotools takes a match with label 0 for none.
                "id": len(truth["annotations"]) + 1,
                "image_id": place,
                "category_id": number["damage" if agnostic else label.category],
                "bbox": [label.box.x, label.box.y, label.box.width, label.box.height],
                "area": _size(label, photo, area),
                "iscrowd": 0,
            }
            if masks:
                mark["segmentation"] = _flat(label)
                mark["area"] = sum(ring_area(ring) for ring in label.polygons) or label.box.area
            truth["annotations"].append(mark)
        for item in predictions.photos[photo.file_name].findings:
            if not agnostic and item.category not in number:
                continue
            result: dict[str, Any] = {
                "image_id": place,
                "category_id": number["damage" if agnostic else item.category],
                "score": item.score,
            }
            if masks:
                result["segmentation"] = _mask(item, photo)
            else:
                result["bbox"] = [item.box.x, item.box.y, item.box.width, item.box.height]
            results.append(result)
    return truth, results


def _flat(item: Label) -> list[list[float]]:
    if item.polygons:
        return [[value for point in ring for value in point] for ring in item.polygons]
    return [_corners(item)]


def _corners(item: Label | DamageFinding) -> list[float]:
    box = item.box
    right, bottom = box.x + box.width, box.y + box.height
    return [box.x, box.y, right, box.y, right, bottom, box.x, bottom]


def _mask(item: DamageFinding, photo: LabelledPhoto) -> Any:
    from pycocotools import mask

    ring = [value for point in item.polygon for value in point] if item.polygon is not None else _corners(item)
    return mask.merge(mask.frPyObjects([ring], photo.height, photo.width))


def has_outlines(photos: Sequence[LabelledPhoto], predictions: Predictions) -> list[LabelledPhoto]:
    """Photos on which every label has an outline, if the detector gives outlines at all; else none."""
    if not any(f.polygon is not None for p in photos for f in predictions.photos[p.file_name].findings):
        return []
    chosen = [photo for photo in photos if all(label.polygons for label in photo.labels) and not photo.left_out]
    return chosen if any(photo.labels for photo in chosen) else []


@dataclass(frozen=True)
class Loose:
    """Findings matched at IoU 0.3 whatever their class, best score first.

    Attributes:
        photo, score: of each finding.
        label: which label (counted over all photos) it points at, or -1.
        findings: the findings themselves.
        labels, label_photo: all labels, and which photo each is on.

    """

    photo: Numbers
    score: Floats
    label: Numbers
    findings: tuple[DamageFinding, ...]
    labels: tuple[Label, ...]
    label_photo: Numbers


def loose(photos: Sequence[LabelledPhoto], predictions: Predictions, *, iou: float = LOOSE_IOU) -> Loose:
    """Match greedily, best score first; a label is found once."""
    rows: list[tuple[float, int, int, DamageFinding]] = []
    labels: list[Label] = []
    label_photo: list[int] = []
    for place, photo in enumerate(photos):
        first = len(labels)
        labels += photo.labels
        label_photo += [place] * len(photo.labels)
        free = dict(enumerate(photo.labels, first))
        for item in predictions.photos[photo.file_name].findings:
            best, best_iou = -1, iou
            for number, label in free.items():
                value = item.box.iou(label.box)
                if value >= best_iou:
                    best, best_iou = number, value
            free.pop(best, None)
            rows.append((item.score, place, best, item))
    order = np.argsort([-row[0] for row in rows], kind="stable") if rows else np.zeros(0, np.int64)
    ranked = [rows[place] for place in order]
    return Loose(
        photo=np.array([row[1] for row in ranked], dtype=np.int64),
        score=np.array([row[0] for row in ranked], dtype=np.float64),
        label=np.array([row[2] for row in ranked], dtype=np.int64),
        findings=tuple(row[3] for row in ranked),
        labels=tuple(labels),
        label_photo=np.array(label_photo, dtype=np.int64),
    )
