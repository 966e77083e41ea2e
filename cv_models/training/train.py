"""Train the damage detector: `python -m cv_models.training.train EXPERIMENT.toml --out FOLDER`.

The run writes `FOLDER/last.pt` (weights, average, optimiser, random state: it goes on from there when called again) and
`FOLDER/curve.jsonl` (figures every ten steps).
"""

from __future__ import annotations

import argparse
import copy
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from cv_models.training.average import follow
from cv_models.training.config import Experiment, load_experiment
from cv_models.training.dataset import PictureCache, Sample, augment, read_coco
from cv_models.training.labels import LAYOUT
from cv_models.training.loss import Target, detection_loss
from cv_models.training.network import Detector
from cv_models.training.steps import keep, note, rate_at
from cv_models.training.weights import calibrate, load_folded


class Feeder:
    """Draws augmented batches; its whole state is one random generator."""

    def __init__(self, experiment: Experiment, samples: list[Sample], cache: PictureCache) -> None:
        self.experiment = experiment
        self.samples = samples
        self.cache = cache
        weights = np.array([sample.weight for sample in samples])
        self.shares = weights / weights.sum()
        self.rng = np.random.default_rng(experiment.seed)

    def batch(self) -> tuple[Tensor, list[Target]]:
        """Return B×3×S×S float input and one target per picture."""
        experiment = self.experiment
        pictures, targets = [], []
        for index in self.rng.choice(len(self.samples), experiment.batch, p=self.shares):
            sample = self.samples[index]
            crop = augment(self.cache.get(sample.path), sample, experiment.size, experiment.zoom, self.rng)
            pictures.append(crop.picture)
            targets.append(
                Target(
                    groups=sample.groups,
                    boxes=torch.from_numpy(crop.boxes),
                    classes=tuple(sample.labels[place] for place in crop.kept),
                    parts=tuple(sample.parts[place] for place in crop.kept),
                )
            )
        stacked = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float()
        return stacked.contiguous(memory_format=torch.channels_last), targets


def freeze(detector: Detector, stages: tuple[str, ...]) -> None:
    """Keep the weights and statistics of leading backbone stages."""
    for stage in stages:
        part = getattr(detector.backbone, stage)
        part.eval()
        for parameter in part.parameters():
            parameter.requires_grad_(False)


def optimiser_of(detector: Detector, experiment: Experiment) -> torch.optim.AdamW:
    """AdamW; predictions learn at the full rate, taken-over layers slower, and nothing one-dimensional decays."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in detector.named_parameters():
        if parameter.requires_grad:
            fresh = any(f"head.{part}." in name for part in ("reg", "obj", "cls", "part"))
            groups.setdefault((fresh, parameter.ndim > 1), []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "factor": 1.0 if fresh else experiment.body_rate,
                "weight_decay": 0.02 if decays else 0.0,
            }
            for (fresh, decays), parameters in groups.items()
        ],
        lr=experiment.rate,
    )


def run(experiment: Experiment, out: Path, cache_folder: Path) -> Path:
    """Train until `experiment.steps`, from the last checkpoint in `out` when there is one.

    Returns:
        Path of the final checkpoint.

    Raises:
        ValueError: no training pictures.

    """
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(experiment.threads)
    cv2.setNumThreads(1)
    torch.manual_seed(experiment.seed)
    samples: list[Sample] = []
    for source in experiment.train:
        reading = read_coco(source)
        samples += reading.samples
        print(f"{Path(source.coco).name}: {len(reading.samples)} pictures, labels left out: {reading.dropped}")
    if not samples:
        raise ValueError("no training pictures")
    cache = PictureCache(cache_folder, experiment.cache_side)
    feeder = Feeder(experiment, samples, cache)
    detector = Detector(LAYOUT)
    last = out / "last.pt"
    state: dict[str, Any] | None = None
    if last.is_file():
        state = torch.load(last, weights_only=False)
        detector.load_state_dict(state["model"])
    elif experiment.start.endswith(".onnx"):
        load_folded(detector, Path(experiment.start))
        calibrate(detector, (feeder.batch()[0] for _ in range(6)))
    elif experiment.start:
        detector.load_state_dict(torch.load(experiment.start, weights_only=False)["average"])
    # Twice as fast on a CPU: depthwise convolutions like their channels side by side.
    detector = detector.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = copy.deepcopy(detector)
    freeze(detector, experiment.frozen)
    optimiser = optimiser_of(detector, experiment)
    step = 0
    if state is not None:
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        feeder.rng.bit_generator.state = state["rng"]
        step = state["step"]
    with (out / "curve.jsonl").open("a", encoding="utf-8") as curve:
        started = time.monotonic()
        running: dict[str, float] = {}
        last_step = experiment.stop or experiment.steps
        while step < last_step:
            pictures, targets = feeder.batch()
            detector.train()
            freeze(detector, experiment.frozen)
            rate = rate_at(experiment, step, end=0.02)
            for group in optimiser.param_groups:
                group["lr"] = rate * group["factor"]
            total, figures = detection_loss(detector(pictures), targets, LAYOUT)
            optimiser.zero_grad(set_to_none=True)
            total.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_([p for p in detector.parameters() if p.requires_grad], 10.0)
            optimiser.step()
            step += 1
            follow(average, detector, step, most=0.997)
            for key, value in {"loss": float(total.detach()), **figures}.items():
                running[key] = running.get(key, 0.0) + value / 10
            if step % 10 == 0:
                line = {key: round(value, 4) for key, value in running.items()}
                entry = {"step": step, "rate": round(rate, 6), "seconds": round(time.monotonic() - started), **line}
                note(curve, entry)
                running = {}
            if step % experiment.save_every == 0 or step == last_step:
                _save(last, detector, average, optimiser, feeder, step, experiment)
    return last


def _save(
    path: Path,
    detector: Detector,
    average: Detector,
    optimiser: torch.optim.Optimizer,
    feeder: Feeder,
    step: int,
    experiment: Experiment,
) -> None:
    keep(
        path,
        {
            "model": detector.state_dict(),
            "average": average.state_dict(),
            "optimiser": optimiser.state_dict(),
            "rng": feeder.rng.bit_generator.state,
            "step": step,
            "experiment": asdict(experiment),
        },
    )


def main() -> None:
    """Entry point of `python -m cv_models.training.train`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=None)
    arguments = parser.parse_args()
    run(load_experiment(arguments.experiment), arguments.out, arguments.cache or arguments.out / "cache")


if __name__ == "__main__":
    main()
