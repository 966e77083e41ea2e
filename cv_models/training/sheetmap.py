"""Train the map of the sheet: `python -m cv_models.training.sheetmap EXPERIMENT.toml --out RUN`.

Scenes are made while training, from a pool of papers (`cv_models.registration.samples.maps_pool`). The run writes `RUN/last.pt`
(goes on from there when called again, on another machine too) and `RUN/curve.jsonl`.
"""

from __future__ import annotations

import argparse
import copy
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cv_models.registration.samples.maps import STRIDE, Scene, scene, wrong_way
from cv_models.registration.samples.maps_pool import Pool, load
from cv_models.registration.sheetmap import normalised, to_units
from cv_models.training.average import follow
from cv_models.training.config import read_settings
from cv_models.training.sheetmap_network import CLASSES, Sheetmap, loss_of
from cv_models.training.steps import keep, note, rate_at


@dataclass(frozen=True)
class SheetmapExperiment:
    """Everything that decides what a run does.

    Attributes:
        name: name of the run.
        pool: file of papers to train on; `validation`: file of other papers for the curve.
        start: checkpoint whose weights to begin with, where there are such (empty = by chance).
        seed: seed of scenes and weights.
        batch, steps: scenes per step and number of steps.
        stop: leave the schedule at this step (0 = run to its end).
        rate: peak learning rate; `warmup`: steps until the peak; `decay`: weight decay.
        small: sizes (width, height) of the pictures in the first part of the run, `large` in the rest; by turns.
        grow: share of the steps after which pictures are large.
        threads: torch threads; `half`: bfloat16 arithmetic where the processor has it.
        save_every: seconds between checkpoints.

    """

    name: str
    pool: str
    validation: str
    start: str = ""
    seed: int = 1
    batch: int = 12
    steps: int = 5000
    stop: int = 0
    rate: float = 1.2e-3
    warmup: int = 150
    decay: float = 0.02
    small: tuple[tuple[int, int], ...] = ((256, 192), (192, 256), (256, 160))
    large: tuple[tuple[int, int], ...] = ((320, 256), (256, 320), (320, 192))
    grow: float = 0.6
    threads: int = 1
    half: bool = True
    save_every: int = 240


def read_experiment(path: Path) -> SheetmapExperiment:
    """Read an experiment file.

    Raises:
        ValueError: unknown keys.

    """
    raw = read_settings(path, SheetmapExperiment)
    for key in ("small", "large"):
        if key in raw:
            raw[key] = tuple((int(w), int(h)) for w, h in raw[key])
    return SheetmapExperiment(**raw)


def scenes(experiment: SheetmapExperiment, pool: Pool, turn: int) -> list[Scene]:
    """The scenes of two steps: the same for the same seed, whenever they are asked for."""
    step = 2 * turn
    rng = np.random.default_rng((experiment.seed, turn))
    sizes = experiment.large if step >= experiment.grow * experiment.steps else experiment.small
    width, height = sizes[turn % len(sizes)]
    return [scene(rng, pool, width, height) for _ in range(experiment.batch)]


def tensors(group: list[Scene]) -> tuple[Tensor, Tensor, Tensor]:
    """Pictures, kinds and places of scenes of one size."""
    pictures = torch.from_numpy(np.stack([normalised(s.pixels) for s in group]))
    kinds = torch.from_numpy(np.stack([s.kind for s in group]).astype(np.int64))
    places = torch.from_numpy(np.stack([to_units(s.mm).transpose(2, 0, 1) for s in group]).astype(np.float32))
    return pictures.contiguous(memory_format=torch.channels_last), kinds, places


def changed(one: Scene) -> Scene:
    """The same scene moved and in other colours, now and then upside down: worth a second step."""
    rng = np.random.default_rng(int(one.pixels[::7, ::7].sum()))
    pixels, kind, mm = one.pixels, one.kind, one.mm
    if rng.random() < 0.2:
        return wrong_way(Scene(pixels[::-1, ::-1].copy(), kind[::-1, ::-1].copy(), mm[::-1, ::-1].copy()))
    pixels = np.clip(pixels * (0.75 + 0.45 * rng.random(3)) + rng.uniform(-15, 15), 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        pixels = pixels[:, :, rng.permutation(3)]
    down, right = (int(v) for v in rng.integers(-5, 6, 2))
    pixels = np.roll(pixels, (down * STRIDE, right * STRIDE), (0, 1))
    kind, mm = np.roll(kind, (down, right), (0, 1)), np.roll(mm, (down, right), (0, 1))
    # What was rolled over the rim is no scene any more: plain ground instead.
    for axis, by in ((0, down), (1, right)):
        gone = slice(0, by) if by > 0 else slice(kind.shape[axis] + by, None)
        rows = (gone, slice(None)) if axis == 0 else (slice(None), gone)
        kind[rows] = 0
        wide = slice(0, by * STRIDE) if by > 0 else slice(pixels.shape[axis] + by * STRIDE, None)
        pixels[(wide, slice(None)) if axis == 0 else (slice(None), wide)] = int(rng.integers(256))
    return Scene(np.ascontiguousarray(pixels), kind, mm)


@torch.no_grad()
def measure(network: Sheetmap, group: list[Scene], *, half: bool) -> dict[str, float]:
    """Share of places whose kind is right, and how far off (mm) the said points of true panels are: median and nine tenths."""
    network.eval()
    right: list[float] = []
    away: list[NDArray[np.float32]] = []
    for at in range(0, len(group), 12):
        pictures, kinds, places = tensors(group[at : at + 12])
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            out = network(pictures)
        right.append(float((out[:, :CLASSES].argmax(1) == kinds).float().mean()))
        off = torch.linalg.vector_norm(out[:, CLASSES : CLASSES + 2] - places, dim=1) * 50
        away.append(off[(kinds >= 1) & (kinds <= 3)].numpy())
    all_away = np.concatenate(away)
    return {
        "kinds": round(float(np.mean(right)), 4),
        "median_mm": round(float(np.median(all_away)), 2),
        "p90_mm": round(float(np.percentile(all_away, 90)), 2),
    }


def run(experiment: SheetmapExperiment, out: Path) -> Path:
    """Train until `experiment.steps`, from the last checkpoint in `out` when there is one.

    Returns:
        Path of the final checkpoint.

    """
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(experiment.threads)
    cv2.setNumThreads(experiment.threads)
    torch.manual_seed(experiment.seed)
    pool = load(Path(experiment.pool))
    chance = np.random.default_rng(4711)
    other_papers = load(Path(experiment.validation))
    validation = [scene(chance, other_papers, *experiment.large[0]) for _ in range(96)]
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = Sheetmap()
    last = out / "last.pt"
    state: dict[str, Any] | None = torch.load(last, weights_only=False, map_location="cpu") if last.is_file() else None
    if state is not None:
        network.load_state_dict(state["model"])
    elif experiment.start:
        begin = torch.load(Path(experiment.start), weights_only=False, map_location="cpu")["average"]
        network.load_state_dict(begin, strict=False)
    network = network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = copy.deepcopy(network).eval()
    optimiser = torch.optim.AdamW(
        [
            {"params": [p for p in network.parameters() if p.ndim > 1], "weight_decay": experiment.decay},
            {"params": [p for p in network.parameters() if p.ndim <= 1], "weight_decay": 0.0},
        ],
        lr=experiment.rate,
    )
    step = 0
    if state is not None:
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        step = state["step"]
    started = saved = time.monotonic()
    totals = np.zeros(2)
    group: list[Scene] = []
    with (out / "curve.jsonl").open("a", encoding="utf-8") as curve:
        while step < (experiment.stop or experiment.steps):
            if time.monotonic() - saved > experiment.save_every:
                _save(last, network, average, optimiser, step, experiment)
                saved = time.monotonic()
                note(curve, {"step": step, **measure(average.to("cpu"), validation, half=experiment.half)})
                average.to(device)
            if step % 2 == 0 or not group:
                group = scenes(experiment, pool, step // 2)
            pictures, kinds, places = tensors([changed(one) for one in group] if step % 2 else group)
            for parameters in optimiser.param_groups:
                parameters["lr"] = rate_at(experiment, step)
            network.train()
            with torch.autocast(device.type, torch.bfloat16, enabled=experiment.half):
                answer = network(pictures.to(device))
            first, second, third = loss_of(answer, kinds.to(device), places.to(device))
            optimiser.zero_grad(set_to_none=True)
            (first + second + 0.1 * third).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            optimiser.step()
            step += 1
            follow(average, network, step, most=0.995)
            totals += [float(first.detach()), float(second.detach())]
            if step % 50 == 0:
                kind_loss, place_loss = (totals / 50).round(4).tolist()
                note(curve, {"step": step, "kinds": kind_loss, "places": place_loss, "seconds": round(time.monotonic() - started)})  # fmt: skip
                totals[:] = 0
    _save(last, network, average, optimiser, step, experiment)
    with (out / "curve.jsonl").open("a", encoding="utf-8") as curve:
        note(curve, {"step": step, **measure(average.to("cpu"), validation, half=experiment.half)})
    return last


def _save(path: Path, network: Sheetmap, average: Sheetmap, optimiser: torch.optim.Optimizer, step: int, experiment: SheetmapExperiment) -> None:  # fmt: skip
    states = {"model": network.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict()}
    keep(path, {**states, "step": step, "experiment": asdict(experiment)})


def main() -> None:
    """Entry point of `python -m cv_models.training.sheetmap`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    run(read_experiment(arguments.experiment), arguments.out)


if __name__ == "__main__":
    main()
