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
import torch
from torch import nn

from cv_models.training.average import follow
from cv_models.training.config import Experiment, load_experiment
from cv_models.training.dataset import PictureCache, Sample, read_coco
from cv_models.training.feeder import Feeder
from cv_models.training.labels import LAYOUT
from cv_models.training.loss import detection_loss
from cv_models.training.network import Detector
from cv_models.training.steps import keep, note, rate_at
from cv_models.training.weights import calibrate, load_folded


def device_of(experiment: Experiment) -> torch.device:
    """The device that an experiment asks for; `auto` is a GPU when there is one."""
    if experiment.device != "auto":
        return torch.device(experiment.device)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


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
    device = device_of(experiment)
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
        state = torch.load(last, weights_only=False, map_location="cpu")
        detector.load_state_dict(state["model"])
    elif experiment.start.endswith(".onnx"):
        load_folded(detector, Path(experiment.start))
        calibrate(detector, (feeder.batch().pictures for _ in range(6)))
    elif experiment.start:
        detector.load_state_dict(torch.load(experiment.start, weights_only=False, map_location="cpu")["average"])
    # Twice as fast on a CPU: depthwise convolutions like their channels side by side.
    detector = detector.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
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
        mixed = experiment.precision == "mixed"
        for batch in feeder.batches():
            if step >= last_step:
                break
            detector.train()
            freeze(detector, experiment.frozen)
            rate = rate_at(experiment, step, end=0.02)
            for group in optimiser.param_groups:
                group["lr"] = rate * group["factor"]
            with torch.autocast(device.type, torch.bfloat16, enabled=mixed):
                outputs = detector(batch.pictures.to(device))
            total, figures = detection_loss([output.float() for output in outputs], batch.targets, LAYOUT)
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
                _save(last, detector, average, optimiser, batch.state, step, experiment)
    return last


def _save(
    path: Path,
    detector: Detector,
    average: Detector,
    optimiser: torch.optim.Optimizer,
    rng: dict[str, Any],
    step: int,
    experiment: Experiment,
) -> None:
    keep(
        path,
        {
            "model": detector.state_dict(),
            "average": average.state_dict(),
            "optimiser": optimiser.state_dict(),
            "rng": rng,
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
