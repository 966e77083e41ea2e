"""Figures of a detector on labelled photos: `python -m cv_models.training.evaluate MODEL.onnx EXPERIMENT.toml`.

AP comes from pycocotools; recall at one false find per image is counted here. Everything runs through the same code as
the product (`find_damage`), so that passes, merging and thresholds are part of what is measured.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime as ort

from cv_models.damage import find_damage
from cv_models.damage.candidates import Candidate, DetectorSettings, candidates
from cv_models.findings import Box
from cv_models.training.config import load_experiment
from cv_models.training.dataset import Sample
from cv_models.training.reading import read_source

LOOSE_IOU = 0.3


@dataclass(frozen=True)
class Scored:
    """A predicted box of one photo, for counting."""

    image: int
    category: str
    score: float
    box: Box
    part: str | None = None


def predict(
    samples: Sequence[Sample], session: ort.InferenceSession, settings: DetectorSettings
) -> tuple[list[Scored], float]:
    """Findings of all photos with the threshold taken away, and the mean seconds per photo."""
    open_settings = replace(settings, threshold=0.0)
    found: list[Scored] = []
    spent = 0.0
    for index, sample in enumerate(samples):
        photo = read_photo(sample.path)
        started = time.perf_counter()
        findings = find_damage(photo, session, open_settings, "evaluated")
        spent += time.perf_counter() - started
        found += [Scored(index, item.category, item.score, item.box, item.part) for item in findings]
    return found, spent / max(1, len(samples))


def read_photo(path: Path) -> Any:
    """Decode to RGB.

    Raises:
        ValueError: the file is not a picture.

    """
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"not a picture: {path.name}")
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


def average_precision(samples: Sequence[Sample], found: Sequence[Scored], *, agnostic: bool) -> dict[str, float]:
    """AP50 and AP50:95 by pycocotools, overall and per class present in the labels; all labels as one class if agnostic."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    names = ["damage"] if agnostic else sorted({label for sample in samples for label in sample.labels})
    number = {name: place + 1 for place, name in enumerate(names)}
    truth: dict[str, Any] = {
        "info": {},
        "images": [{"id": i, "width": s.width, "height": s.height} for i, s in enumerate(samples)],
        "categories": [{"id": value, "name": key} for key, value in number.items()],
        "annotations": [],
    }
    for index, sample in enumerate(samples):
        for box, label in zip(sample.boxes.tolist(), sample.labels, strict=True):
            truth["annotations"].append(
                {
                    "id": len(truth["annotations"]) + 1,
                    "image_id": index,
                    "category_id": number["damage" if agnostic else label],
                    "bbox": box,
                    "area": box[2] * box[3],
                    "iscrowd": 0,
                }
            )
    results = [
        {
            "image_id": item.image,
            "category_id": number["damage" if agnostic else item.category],
            "bbox": [item.box.x, item.box.y, item.box.width, item.box.height],
            "score": item.score,
        }
        for item in found
        if agnostic or item.category in number
    ]
    if not results:
        return {"ap50": 0.0, "ap": 0.0}
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = truth
        coco.createIndex()
        run = COCOeval(coco, coco.loadRes(results), "bbox")
        run.evaluate()
        run.accumulate()
        run.summarize()
    figures = {"ap50": float(run.stats[1]), "ap": float(run.stats[0])}
    if not agnostic:
        precision = run.eval["precision"][0, :, :, 0, -1]  # IoU 0.5, all sizes, 100 detections
        for place, name in enumerate(names):
            column = precision[:, place]
            figures[f"ap50.{name}"] = float(column[column > -1].mean()) if (column > -1).any() else float("nan")
    return figures


def matched(
    samples: Sequence[Sample], found: Sequence[Scored], *, iou: float, same_class: bool
) -> tuple[list[Scored], list[bool], list[int]]:
    """Greedy matching, best score first.

    Returns:
        Findings by falling score, whether each is right, and which label (counted over all photos) it found, or -1.

    """
    first: list[int] = []
    total = 0
    for sample in samples:
        first.append(total)
        total += len(sample.labels)
    taken = np.zeros(total, dtype=bool)
    order = sorted(found, key=lambda item: -item.score)
    right: list[bool] = []
    which: list[int] = []
    for item in order:
        sample = samples[item.image]
        best, best_iou = -1, iou
        for place, (box, label) in enumerate(zip(sample.boxes.tolist(), sample.labels, strict=True)):
            number = first[item.image] + place
            if taken[number] or (same_class and label != item.category):
                continue
            value = item.box.iou(Box(*box))
            if value >= best_iou:
                best, best_iou = number, value
        if best >= 0:
            taken[best] = True
        right.append(best >= 0)
        which.append(best)
    return order, right, which


def recall_at_false(
    samples: Sequence[Sample], found: Sequence[Scored], per_image: float = 1.0
) -> tuple[float, float, dict[str, float]]:
    """Recall (IoU 0.3, any class) where false finds reach `per_image`, the score there, and recall per class."""
    order, right, which = matched(samples, found, iou=LOOSE_IOU, same_class=False)
    false = np.cumsum([not hit for hit in right])
    inside = int(np.searchsorted(false, per_image * len(samples), side="right"))
    labels = [label for sample in samples for label in sample.labels]
    hit = {number for number in which[:inside] if number >= 0}
    per_class = {
        name: sum(labels[number] == name for number in hit) / labels.count(name) for name in sorted(set(labels))
    }
    score = order[min(inside, len(order)) - 1].score if order and inside else 1.0
    return len(hit) / max(1, len(labels)), score, per_class


def part_accuracy(samples: Sequence[Sample], found: Sequence[Scored], threshold: float) -> tuple[float, float, int]:
    """Over right findings whose label names a part: share with a named part, share right among those, and their number."""
    from cv_models.findings import PARTS

    kept = [item for item in found if item.score >= threshold]
    order, _, which = matched(samples, kept, iou=LOOSE_IOU, same_class=False)
    allowed = [parts for sample in samples for parts in sample.parts]
    asked = [(item.part, allowed[n]) for item, n in zip(order, which, strict=True) if n >= 0 and allowed[n]]
    named = [(part, parts) for part, parts in asked if part is not None]
    good = sum(PARTS.index(part) in parts for part, parts in named)
    return len(named) / max(1, len(asked)), good / max(1, len(named)), len(asked)


def fit_calibration(
    samples: Sequence[Sample], session: ort.InferenceSession, settings: DetectorSettings
) -> dict[str, tuple[float, float]]:
    """Logistic line per group from raw score to precision at IoU 0.3, on photos that the group is trained for."""
    lines: dict[str, tuple[float, float]] = {}
    plain = replace(settings, calibration={}, threshold=0.0)
    raw: list[list[Candidate]] = [candidates(read_photo(sample.path), session, plain) for sample in samples]
    for group, classes in settings.groups:
        chosen = [place for place, sample in enumerate(samples) if group in sample.groups]
        subset = [samples[place] for place in chosen]
        found = [
            Scored(index, item.category, item.score, _box(item))
            for index, place in enumerate(chosen)
            for item in raw[place]
            if item.group == group
        ]
        order, right, _ = matched(subset, found, iou=LOOSE_IOU, same_class=False)
        if sum(right) < 10:
            continue
        scores = np.array([item.score for item in order])
        line = _logistic(np.log(scores / (1 - scores)), np.array(right, dtype=np.float64))
        for name in classes:
            lines[f"{group}.{name}"] = line
    return lines


def _box(item: Candidate) -> Box:
    x1, y1, x2, y2 = item.box
    return Box(x1, y1, x2 - x1, y2 - y1)


def _logistic(odds: Any, right: Any) -> tuple[float, float]:
    """Newton's method for a two-parameter logistic regression with a little shrinkage."""
    design = np.stack((odds, np.ones_like(odds)), axis=1)
    weights = np.array([1.0, 0.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (chance - right) + 1e-3 * weights
        hessian = (design * (chance * (1 - chance))[:, None]).T @ design + 1e-3 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return round(float(weights[0]), 4), round(float(weights[1]), 4)


def report(samples: Sequence[Sample], session: ort.InferenceSession, settings: DetectorSettings) -> dict[str, Any]:
    """All figures of one detector on one set of photos."""
    found, seconds = predict(samples, session, settings)
    agnostic = average_precision(samples, found, agnostic=True)
    recall, score, per_class = recall_at_false(samples, found)
    threshold_found = [item for item in found if item.score >= settings.threshold]
    _, right, _ = matched(samples, threshold_found, iou=LOOSE_IOU, same_class=False)
    named, good, asked = part_accuracy(samples, found, settings.threshold)
    by_source = {}
    for source in sorted({sample.source for sample in samples}):
        places = [place for place, sample in enumerate(samples) if sample.source == source]
        subset = [samples[place] for place in places]
        renumbered = {place: index for index, place in enumerate(places)}
        mine = [replace(item, image=renumbered[item.image]) for item in found if item.image in renumbered]
        if any(sample.labels for sample in subset):
            by_source[source] = {
                "ap50": average_precision(subset, mine, agnostic=True)["ap50"],
                "recall": recall_at_false(subset, mine)[0],
            }
    return {
        "photos": len(samples),
        "labels": sum(len(sample.labels) for sample in samples),
        "agnostic": agnostic,
        "classes": average_precision(samples, found, agnostic=False),
        "recall_at_one_false": recall,
        "score_at_one_false": score,
        "recall_per_class": per_class,
        "at_threshold": {
            "threshold": settings.threshold,
            "recall": sum(right) / max(1, sum(len(sample.labels) for sample in samples)),
            "false_per_image": (len(right) - sum(right)) / max(1, len(samples)),
        },
        "parts": {"named": named, "right": good, "asked": asked},
        "by_source": by_source,
        "milliseconds": round(seconds * 1000, 1),
    }


def main() -> None:
    """Entry point of `python -m cv_models.training.evaluate`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("experiment", type=Path)
    parser.add_argument("--settings", type=Path, help="JSON with the detector's settings", required=True)
    parser.add_argument("--calibrate", action="store_true", help="fit the calibration and write it into the settings")
    arguments = parser.parse_args()
    experiment = load_experiment(arguments.experiment)
    samples = [sample for source in experiment.validation for sample in read_source(source).samples]
    session = ort.InferenceSession(str(arguments.model), providers=["CPUExecutionProvider"])
    raw = json.loads(arguments.settings.read_text(encoding="utf-8"))
    if arguments.calibrate:
        raw["calibration"] = fit_calibration(samples, session, DetectorSettings.from_json({**raw, "calibration": {}}))
        arguments.settings.write_text(json.dumps(raw, indent=2) + "\n", encoding="utf-8")
    figures = report(samples, session, DetectorSettings.from_json(raw))
    print(json.dumps(figures, indent=2, default=lambda value: round(float(value), 4)))


if __name__ == "__main__":
    main()
