"""Looks at validation photos while a run goes: the averaged weights, exported, through the product's own detector."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cv_models.damage import detect
from cv_models.datasets import LabelledPhoto
from cv_models.evaluation.predictions import Predictions, predict
from cv_models.evaluation.report import measure
from cv_models.training.bundle import Parts, base_settings, write_bundle
from cv_models.training.config import Experiment
from cv_models.training.errors import writing
from cv_models.training.export import write_onnx
from cv_models.training.network import Detector


def subset(photos: Sequence[LabelledPhoto], number: int) -> list[LabelledPhoto]:
    """At most `number` photos, spread over all, the same ones every time."""
    if len(photos) <= number:
        return list(photos)
    places = np.random.default_rng(0).choice(len(photos), number, replace=False)
    return [photos[place] for place in sorted(places.tolist())]


def look_at(photos: Sequence[LabelledPhoto], folder: Path, threads: int) -> Predictions:
    """Everything that the bundle in `folder` names on the photos."""
    return predict(photos, lambda photo: detect(photo, threads=threads, folder=folder, threshold=0.0))


def headline(photos: Sequence[LabelledPhoto], predictions: Predictions) -> dict[str, Any]:
    """AP50 of all classes as one, and recall at one false find per photo."""
    report = measure(photos, predictions, resamples=0)
    return {
        "photos": len(photos),
        "ap50": round(report.value("figures", "ap50") or 0.0, 4),
        "recall": round(report.value("figures", "recall") or 0.0, 4),
    }


class Validator:
    """Looks every `validate_every` steps and at the end; never when there is no labelled validation photo.

    The thresholds and the calibration are those of the shipped detector: what is compared is one run with itself.
    """

    def __init__(self, experiment: Experiment, photos: Sequence[LabelledPhoto], out: Path) -> None:
        self.experiment = experiment
        self.photos = subset(photos, experiment.validate_photos)
        self.folder = out / "validation"
        self.able = experiment.validate_every > 0 and any(photo.labels for photo in self.photos)

    def due(self, step: int) -> bool:
        """Whether the photos are to be looked at after this step."""
        return self.able and (step % self.experiment.validate_every == 0 or step == self.experiment.steps)

    def look(self, average: Detector, step: int) -> dict[str, Any]:
        """Figures of the averaged weights."""
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        network = self.folder / "network.part"
        write_onnx(average.state_dict(), network)
        version = f"{self.experiment.version or self.experiment.name}.{step}"
        write_bundle(self.folder / "bundle", Parts(network, version, base_settings()))
        network.unlink()
        return headline(self.photos, look_at(self.photos, self.folder / "bundle", self.experiment.threads))
