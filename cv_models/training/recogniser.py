"""Train the line recogniser: `python -m cv_models.training.recogniser EXPERIMENT.toml --out RUN`.

Reads the crops that `cv_models.registration.samples.shards` writes, also while they are still being written. The run writes
`RUN/last.pt` (goes on from there when called again, on another machine too) and `RUN/curve.jsonl`.
"""

from __future__ import annotations

import argparse
import copy
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cv_models.registration.lines import CHARSET, normalised
from cv_models.registration.samples.shards import Shard, read_shard
from cv_models.training.average import follow
from cv_models.training.config import read_settings
from cv_models.training.recogniser_network import STRIDE, Recogniser
from cv_models.training.steps import keep, note, rate_at

BLANK = len(CHARSET)
_COLUMN = {char: index for index, char in enumerate(CHARSET)}


@dataclass(frozen=True)
class RecogniserExperiment:
    """Everything that decides what a run does.

    Attributes:
        name: name of the run.
        shards: folder of training crops; `validation`: folder of crops for the curve.
        seed: seed of order, weights and the small changes made to the crops.
        batch, steps: crops per step and number of steps.
        stop: leave the schedule at this step (0 = run to its end).
        rate: peak learning rate; `warmup`: steps until the peak; `decay`: weight decay.
        grey: share of crops from which the colour is taken.
        widest: crops with more pixels are left out.
        threads: torch threads; `half`: bfloat16 arithmetic where the processor has it.
        save_every: seconds between checkpoints.

    """

    name: str
    shards: str
    validation: str
    seed: int = 1
    batch: int = 64
    steps: int = 10000
    stop: int = 0
    rate: float = 2.5e-3
    warmup: int = 300
    decay: float = 0.02
    grey: float = 0.3
    widest: int = 480
    threads: int = 1
    half: bool = True
    save_every: int = 150


def load(path: Path) -> RecogniserExperiment:
    """Read an experiment file.

    Raises:
        ValueError: unknown keys.

    """
    return RecogniserExperiment(**read_settings(path, RecogniserExperiment))


@dataclass(frozen=True)
class Batch:
    """Normalised pictures B x 3 x 32 x W, their true widths in pixels, and the texts."""

    pictures: Tensor
    widths: NDArray[np.int64]
    texts: tuple[str, ...]

    def targets(self) -> tuple[Tensor, Tensor]:
        """Columns of all characters one after the other, and the number of characters of each text."""
        columns = [_COLUMN[char] for text in self.texts for char in text]
        return torch.tensor(columns, dtype=torch.long), torch.tensor([len(t) for t in self.texts])

    def steps(self) -> Tensor:
        """Output steps that belong to each crop."""
        return torch.from_numpy(-(-self.widths // STRIDE))


def steps_needed(text: str) -> int:
    """Output steps that CTC needs for a text: one per character and one between two equal ones."""
    return len(text) + sum(a == b for a, b in pairwise(text))


def batches(shard: Shard, size: int, *, widest: int, rng: np.random.Generator | None, grey: float) -> Iterator[Batch]:
    """Batches of about equally wide crops; in chance order and slightly changed with `rng`, as they are without.

    Crops that are too narrow for their text are left out: no reader could part their characters.
    """
    starts = np.concatenate([[0], np.cumsum(shard.widths)])
    usable = [
        i
        for i, text in enumerate(shard.texts)
        if shard.widths[i] <= widest and steps_needed(text) <= shard.widths[i] // STRIDE
    ]
    wobble = rng.uniform(0.85, 1.18, len(shard.texts)) if rng is not None else np.ones(len(shard.texts))
    usable.sort(key=lambda i: float(shard.widths[i] * wobble[i]))
    groups = [usable[at : at + size] for at in range(0, len(usable), size)]
    if rng is not None:
        rng.shuffle(groups)
    for group in groups:
        crops = [shard.pixels[:, starts[i] : starts[i + 1]] for i in group]
        if rng is not None:
            crops = [_changed(crop, rng, grey) for crop in crops]
        elif grey >= 1.0:
            crops = [_greyed(crop) for crop in crops]
        widths = np.array([crop.shape[1] for crop in crops], np.int64)
        tensor = np.zeros((len(group), 3, crops[0].shape[0], -(-int(widths.max()) // 32) * 32), np.float32)
        for row, crop in enumerate(crops):
            tensor[row, :, :, : crop.shape[1]] = normalised(crop)
        pictures = torch.from_numpy(tensor).contiguous(memory_format=torch.channels_last)
        yield Batch(pictures, widths, tuple(shard.texts[i] for i in group))


def _greyed(crop: NDArray[np.uint8]) -> NDArray[np.uint8]:
    grey = (crop.astype(np.uint16) @ np.array([77, 150, 29], np.uint16)) >> 8
    return np.repeat(grey.astype(np.uint8)[:, :, None], 3, axis=2)


def _changed(crop: NDArray[np.uint8], rng: np.random.Generator, grey: float) -> NDArray[np.uint8]:
    """Small changes so that a crop seen twice is not the same: colour, a pixel's shift, grain, hidden specks."""
    if rng.random() < grey:
        crop = _greyed(crop)
    elif rng.random() < 0.2:
        crop = crop[:, :, rng.permutation(3)]
    if rng.random() < 0.3:
        down = int(rng.integers(-2, 3))
        crop = np.roll(crop, down, axis=0)
        if down > 0:
            crop[:down] = crop[down : down + 1]
        elif down < 0:
            crop[down:] = crop[down - 1 : down]
    if rng.random() < 0.2:
        grain = rng.normal(0, rng.uniform(2, 12), (*crop.shape[:2], 1))
        crop = np.clip(crop + grain, 0, 255).astype(np.uint8)
    return np.ascontiguousarray(crop)


def greedy(scores: NDArray[np.float32]) -> str:
    """Best path of one line (steps x classes) as text."""
    best = scores.argmax(-1)
    keep = np.concatenate([[True], best[1:] != best[:-1]]) & (best != BLANK)
    return "".join(CHARSET[index] for index in best[keep])


def distance(a: str, b: str) -> int:
    """Edit distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


@torch.no_grad()
def measure(network: Recogniser, shards: list[Shard], experiment: RecogniserExperiment, *, grey: bool = False) -> dict[str, float]:  # fmt: skip
    """Share of crops read without a fault and character errors on crops as they are."""
    network.eval()
    exact = crops = faults = chars = 0
    for shard in shards:
        for batch in batches(shard, 128, widest=experiment.widest, rng=None, grey=float(grey)):
            with torch.autocast("cpu", torch.bfloat16, enabled=experiment.half):
                scores = network(batch.pictures).numpy()
            for row, text in enumerate(batch.texts):
                got = greedy(scores[row, : -(-int(batch.widths[row]) // STRIDE)]).strip()
                crops += 1
                exact += got == text
                faults += distance(got, text)
                chars += len(text)
    return {"exact": round(exact / max(1, crops), 4), "cer": round(faults / max(1, chars), 4)}


class Feeder:
    """Goes through the shards in order, waits for the first, and starts over when there are no more (yet)."""

    def __init__(self, experiment: RecogniserExperiment) -> None:
        self.experiment = experiment
        self.folder = Path(experiment.shards)
        self.passed = 0
        self.next = 0

    def shard(self) -> tuple[Shard, np.random.Generator]:
        """The next shard and the chance for its crops."""
        while True:
            known = sorted(self.folder.glob("*.npz"))
            if known:
                break
            time.sleep(2)
        if self.next >= len(known):
            self.next = 0
        path = known[self.next]
        self.next += 1
        self.passed += 1
        return read_shard(path), np.random.default_rng((self.experiment.seed, self.passed))


def run(experiment: RecogniserExperiment, out: Path) -> Path:
    """Train until `experiment.steps`, from the last checkpoint in `out` when there is one.

    A checkpoint is taken at the beginning of a shard, so that a run that goes on sees what one without a break sees.

    Returns:
        Path of the final checkpoint.

    """
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(experiment.threads)
    torch.manual_seed(experiment.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = Recogniser(len(CHARSET) + 1)
    feeder = Feeder(experiment)
    last = out / "last.pt"
    state: dict[str, Any] | None = torch.load(last, weights_only=False, map_location="cpu") if last.is_file() else None
    if state is not None:
        network.load_state_dict(state["model"])
    network = network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = copy.deepcopy(network).eval()
    optimiser = torch.optim.AdamW(
        [
            {"params": [p for p in network.parameters() if p.ndim > 1], "weight_decay": experiment.decay},
            {"params": [p for p in network.parameters() if p.ndim <= 1], "weight_decay": 0.0},
        ],
        lr=experiment.rate,
    )
    step, crops = 0, 0
    if state is not None:
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        step, crops = state["step"], state["crops"]
        feeder.next, feeder.passed = state["next"], state["passed"]
    validation = [read_shard(path) for path in sorted(Path(experiment.validation).glob("*.npz"))]
    loss_of = nn.CTCLoss(blank=BLANK, zero_infinity=True)
    end = experiment.stop or experiment.steps
    started = saved = time.monotonic()
    total = 0.0
    with (out / "curve.jsonl").open("a", encoding="utf-8") as curve:
        while step < end:
            if time.monotonic() - saved > experiment.save_every:
                _save(last, network, average, optimiser, feeder, step, crops, experiment)
                saved = time.monotonic()
                note(curve, {"step": step, "crops": crops, **measure(average, validation, experiment)})
            shard, rng = feeder.shard()
            for batch in batches(shard, experiment.batch, widest=experiment.widest, rng=rng, grey=experiment.grey):
                rate = rate_at(experiment, step)
                for group in optimiser.param_groups:
                    group["lr"] = rate
                network.train()
                with torch.autocast(device.type, torch.bfloat16, enabled=experiment.half):
                    scores = network(batch.pictures.to(device))
                targets, lengths = batch.targets()
                loss = loss_of(scores.float().transpose(0, 1), targets.to(device), batch.steps(), lengths)
                optimiser.zero_grad(set_to_none=True)
                loss.backward()
                nn.utils.clip_grad_norm_(network.parameters(), 4.0)
                optimiser.step()
                step += 1
                crops += len(batch.texts)
                follow(average, network, step, most=0.998)
                total += float(loss.detach())
                if step % 50 == 0:
                    seconds = round(time.monotonic() - started)
                    note(curve, {"step": step, "crops": crops, "loss": round(total / 50, 4), "rate": round(rate, 6), "seconds": seconds, "shard": feeder.passed})  # fmt: skip
                    total = 0.0
                if step >= end:
                    break
        _save(last, network, average, optimiser, feeder, step, crops, experiment)
        note(curve, {"step": step, "crops": crops, **measure(average, validation, experiment)})
    return last


def _save(
    path: Path,
    network: Recogniser,
    average: Recogniser,
    optimiser: torch.optim.Optimizer,
    feeder: Feeder,
    step: int,
    crops: int,
    experiment: RecogniserExperiment,
) -> None:
    keep(
        path,
        {
            "model": network.state_dict(),
            "average": average.state_dict(),
            "optimiser": optimiser.state_dict(),
            "next": feeder.next,
            "passed": feeder.passed,
            "step": step,
            "crops": crops,
            "charset": CHARSET,
            "experiment": asdict(experiment),
        },
    )


def main() -> None:
    """Entry point of `python -m cv_models.training.recogniser`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    run(load(arguments.experiment), arguments.out)


if __name__ == "__main__":
    main()
