"""Fit what a raw score is worth: `python -m cv_models.evaluation.calibrate MODEL.onnx EXPERIMENT.toml --settings SETTINGS.json`.

The photos are those of the experiment's `[[validation]]` entries (`coco`, `images`, `split`, `groups`); the lines are written
into the settings, which are the `settings` object of a registry entry.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime as ort

from cv_models.damage.candidates import Candidate, DetectorSettings, candidates
from cv_models.datasets import LabelledPhoto, read
from cv_models.evaluation.matching import LOOSE_IOU, Floats, loose
from cv_models.evaluation.predictions import PhotoFindings, Predictions, by_score, load
from cv_models.findings import Box, DamageFinding

LEAST_RIGHT = 10
"""A group with fewer right findings keeps its raw scores: a line through them would be chance."""


def fit_calibration(
    photos: Sequence[LabelledPhoto],
    groups: Sequence[Sequence[str]],
    session: ort.InferenceSession,
    settings: DetectorSettings,
) -> dict[str, tuple[float, float]]:
    """Logistic line per group from raw score to the share of right findings at IoU 0.3, on photos labelled for the group.

    Args:
        photos: labelled photos.
        groups: for each photo the label groups that its labels are meant for; all of them for an undamaged vehicle.
        session: the network.
        settings: its settings; calibration and threshold are set aside.

    Returns:
        Slope and offset by `GROUP.CLASS`, for groups with at least ten right findings.

    """
    plain = replace(settings, calibration={}, threshold=0.0)
    raw = {photo.file_name: candidates(load(photo.path), session, plain) for photo in photos}
    lines: dict[str, tuple[float, float]] = {}
    for group, classes in settings.groups:
        chosen = [photo for photo, names in zip(photos, groups, strict=True) if group in names]
        found = {
            photo.file_name: PhotoFindings(
                by_score(_finding(item) for item in raw[photo.file_name] if item.group == group)
            )
            for photo in chosen
        }
        matched = loose(chosen, Predictions(group, None, found), iou=LOOSE_IOU)
        right = (matched.label >= 0).astype(np.float64)
        if right.sum() < LEAST_RIGHT:
            continue
        line = logistic(np.log(matched.score / (1 - matched.score)), right)
        lines |= {f"{group}.{name}": line for name in classes}
    return lines


def _finding(item: Candidate) -> DamageFinding:
    x1, y1, x2, y2 = item.box
    return DamageFinding(
        category=item.category,
        score=min(max(item.score, 1e-6), 1 - 1e-6),
        box=Box(x1, y1, x2 - x1, y2 - y1),
        polygon=None,
        part=None,
        side=None,
        severity=None,
        model="",
    )


def logistic(odds: Floats, right: Floats) -> tuple[float, float]:
    """Slope and offset of a logistic regression by Newton's method with a little shrinkage."""
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


def photos_of(experiment: Path, every: Sequence[str]) -> tuple[list[LabelledPhoto], list[tuple[str, ...]]]:
    """The validation photos of an experiment file, and the label groups of each.

    Args:
        experiment: TOML with `[[validation]]` entries.
        every: all label groups; those of an undamaged vehicle.

    Raises:
        OSError, ValueError, KeyError: the file is no experiment.
        DatasetError: labels that cannot be read.

    """
    photos: list[LabelledPhoto] = []
    groups: list[tuple[str, ...]] = []
    for source in tomllib.loads(experiment.read_text(encoding="utf-8"))["validation"]:
        split = source.get("split")
        labelled = read(Path(source["coco"]), Path(source["images"]), Path(split) if split else None)
        if labelled.problems:
            print(labelled.summary("en"), file=sys.stderr)
        named: Mapping[str, list[str]] = source.get("groups", {})
        for photo in labelled.photos:
            photos.append(photo)
            own = named.get(photo.source, named.get("*", []))
            groups.append(tuple(own) if photo.labels else tuple(every))
    return photos, groups


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("experiment", type=Path)
    parser.add_argument("--settings", type=Path, required=True, help="JSON with the detector's settings; it is changed")
    arguments = parser.parse_args()
    raw = json.loads(arguments.settings.read_text(encoding="utf-8"))
    settings = DetectorSettings.from_json({**raw, "calibration": {}})
    photos, groups = photos_of(arguments.experiment, [name for name, _ in settings.groups])
    session = ort.InferenceSession(str(arguments.model), providers=["CPUExecutionProvider"])
    raw["calibration"] = fit_calibration(photos, groups, session, settings)
    arguments.settings.write_text(json.dumps(raw, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(raw["calibration"], indent=2))


if __name__ == "__main__":
    main()
