"""Calibration of a detector: a logistic line per label group from raw score to the share of findings that are right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cv_models.damage.candidates import Candidate, DetectorSettings, candidates
from cv_models.evaluation.predictions import load
from cv_models.findings import Box
from cv_models.runtime import session
from cv_models.training.bundle import NAME
from cv_models.training.dataset import Sample
from cv_models.training.reading import Reading

LOOSE_IOU = 0.3
LEAST_RIGHT = 10
"""A group with fewer right findings keeps the line that it had: two numbers cannot be fitted to less."""

Lines = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Fitted:
    """Lines by group and class, and the groups that kept theirs because there was too little to fit to."""

    lines: Lines
    kept: tuple[str, ...]


def fit_calibration(
    readings: Sequence[Reading],
    folder: Path,
    settings: Mapping[str, Any],
    *,
    threads: int = 1,
    progress: Callable[[int], None] = lambda _done: None,
) -> Fitted:
    """Fit the lines on photos that each group is trained for.

    Args:
        readings: validation photos.
        folder: bundle of the detector.
        settings: its settings; their lines stay for groups with too few right findings.
        threads: threads of the network.
        progress: called with the number of photos done.

    """
    plain = replace(DetectorSettings.from_json(dict(settings)), calibration={}, threshold=0.0)
    network = session(NAME, threads, folder=folder)
    pairs: dict[str, list[tuple[float, bool]]] = {name: [] for name, _ in plain.groups}
    done = 0
    for reading in readings:
        for sample in reading.samples:
            found = candidates(load(sample.path), network, plain)
            for group in sample.groups:
                pairs[group] += _judged(sample, [item for item in found if item.group == group])
            done += 1
            progress(done)
    lines: Lines = {key: (float(a), float(b)) for key, (a, b) in settings.get("calibration", {}).items()}
    kept = []
    for group, classes in plain.groups:
        if sum(right for _, right in pairs[group]) < LEAST_RIGHT:
            kept.append(group)
            continue
        scores = np.clip([score for score, _ in pairs[group]], 1e-6, 1 - 1e-6)
        line = _logistic(np.log(scores / (1 - scores)), np.array([right for _, right in pairs[group]], dtype=float))
        lines.update({f"{group}.{name}": line for name in classes})
    return Fitted(lines, tuple(kept))


def _judged(sample: Sample, found: Sequence[Candidate]) -> list[tuple[float, bool]]:
    """Score of each finding and whether it points at a label that no better one has taken; the class does not matter."""
    free = [Box(*box) for box in sample.boxes.tolist()]
    judged = []
    for item in sorted(found, key=lambda one: -one.score):
        x1, y1, x2, y2 = item.box
        box = Box(x1, y1, x2 - x1, y2 - y1)
        best = max(free, key=box.iou, default=None)
        right = best is not None and box.iou(best) >= LOOSE_IOU
        if right and best is not None:
            free.remove(best)
        judged.append((item.score, right))
    return judged


def _logistic(odds: NDArray[np.float64], right: NDArray[np.float64]) -> tuple[float, float]:
    """Newton's method for a two-parameter logistic regression with a little shrinkage."""
    design = np.stack((odds, np.ones_like(odds)), axis=1)
    weights = np.array([1.0, 0.0])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        gradient = design.T @ (chance - right) + 1e-3 * weights
        hessian = (design * (chance * (1 - chance))[:, None]).T @ design + 1e-3 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return round(float(weights[0]), 4), round(float(weights[1]), 4)
