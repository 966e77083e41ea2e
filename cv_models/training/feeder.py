"""Batches of augmented pictures, drawn one ahead in a thread of their own."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cv_models.training.config import Experiment
from cv_models.training.dataset import Crop, PictureCache, Sample, augment, mosaic
from cv_models.training.loss import Target


@dataclass(frozen=True)
class Batch:
    """What one step trains on.

    Attributes:
        pictures: B×3×S×S, BGR, 0 to 255.
        targets: labels of each picture.
        state: random state after this batch was drawn; a run that goes on from here draws the same next batch.

    """

    pictures: Tensor
    targets: list[Target]
    state: dict[str, Any]


class Feeder:
    """Draws augmented batches; its whole state is one random generator."""

    def __init__(self, experiment: Experiment, samples: list[Sample], cache: PictureCache) -> None:
        self.experiment = experiment
        self.samples = samples
        self.cache = cache
        weights = np.array([sample.weight for sample in samples])
        self.shares = weights / weights.sum()
        # Pictures of one mosaic train the same label groups, else a quarter would be judged by labels it does not have.
        self.alike: dict[tuple[str, ...], list[int]] = {}
        for index, sample in enumerate(samples):
            self.alike.setdefault(sample.groups, []).append(index)
        self.rng = np.random.default_rng(experiment.seed)

    def batches(self) -> Iterator[Batch]:
        """Endless batches; the next one is drawn while the caller works on this one."""
        with ThreadPoolExecutor(1) as pool:
            coming = pool.submit(self.batch)
            while True:
                batch = coming.result()
                coming = pool.submit(self.batch)
                yield batch

    def batch(self) -> Batch:
        """Draw one batch; all its pictures have one size."""
        experiment = self.experiment
        size = int(self.rng.choice(experiment.sizes)) if experiment.sizes else experiment.size
        indices = self.rng.choice(len(self.samples), experiment.batch, p=self.shares)
        drawn = [self._picture(int(index), size) for index in indices]
        stacked = torch.from_numpy(np.stack([picture for picture, _ in drawn])).permute(0, 3, 1, 2).float()
        pictures = stacked.contiguous(memory_format=torch.channels_last)
        return Batch(pictures, [target for _, target in drawn], dict(self.rng.bit_generator.state))

    def _picture(self, index: int, size: int) -> tuple[Any, Target]:
        first = self.samples[index]
        if self.rng.random() >= self.experiment.mosaic:
            crop = self._crop(first, size)
            return crop.picture, _target(first, crop, [(first, place) for place in crop.kept])
        near = self.alike[first.groups]
        shares = self.shares[near] / self.shares[near].sum()
        chosen = [first, *(self.samples[int(place)] for place in self.rng.choice(near, 3, p=shares))]
        crops = [self._crop(sample, size // 2) for sample in chosen]
        kept = [(sample, place) for sample, crop in zip(chosen, crops, strict=True) for place in crop.kept]
        joined = mosaic(crops)
        return joined.picture, _target(first, joined, kept)

    def _crop(self, sample: Sample, size: int) -> Crop:
        return augment(self.cache.get(sample.path), sample, size, self.experiment.zoom, self.rng)


def _target(first: Sample, crop: Crop, kept: list[tuple[Sample, int]]) -> Target:
    return Target(
        groups=first.groups,
        boxes=torch.from_numpy(crop.boxes),
        classes=tuple(sample.labels[place] for sample, place in kept),
        parts=tuple(sample.parts[place] for sample, place in kept),
    )
