"""Fit what a score is worth after the second look: `python -m cv_models.evaluation.calibrate_look BUNDLE EXPERIMENT.toml`.

The detector's own lines make its label groups comparable; the second look moves the scores, so the last line is fitted on what comes out at
the end, against all labels. It is written into the settings of the entry `look` of the bundle's `registry.json`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from cv_models.damage import LOOK, detect
from cv_models.datasets import LabelledPhoto
from cv_models.evaluation.calibrate import logistic, photos_of
from cv_models.evaluation.matching import LOOSE_IOU, loose
from cv_models.evaluation.predictions import PhotoFindings, Predictions, by_score, load


def fit_look(photos: Sequence[LabelledPhoto], folder: Path, threads: int = 2) -> tuple[float, float]:
    """Slope and offset from the log-odds of a finding to those of being right (IoU 0.3); the bundle's own line must be (1, 0)."""
    found = {
        photo.file_name: PhotoFindings(
            by_score(detect(load(photo.path), folder=folder, threshold=0.0, threads=threads))
        )
        for photo in photos
    }
    matched = loose(photos, Predictions(LOOK, None, found), iou=LOOSE_IOU)
    score = np.clip(matched.score, 1e-4, 1 - 1e-4)
    return logistic(np.log(score / (1 - score)), (matched.label >= 0).astype(np.float64))


def main() -> None:
    """Entry point of `python -m cv_models.evaluation.calibrate_look`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("experiment", type=Path)
    given = parser.parse_args()
    place = given.bundle / "registry.json"
    registry = json.loads(place.read_text(encoding="utf-8"))
    entry = next((item for item in registry["models"] if item["name"] == LOOK), None)
    if entry is None:
        sys.exit(f"{place} has no entry {LOOK!r}")

    def write(line: tuple[float, float]) -> None:
        entry["settings"]["calibration"] = list(line)
        place.write_text(json.dumps(registry, indent=2) + "\n", encoding="utf-8")

    write((1.0, 0.0))
    photos, _ = photos_of(given.experiment, ())
    write(fit_look(photos, given.bundle))
    print(entry["settings"]["calibration"])


if __name__ == "__main__":
    main()
