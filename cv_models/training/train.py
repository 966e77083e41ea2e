"""Train the damage detector: `python -m cv_models.training.train EXPERIMENT.toml --out FOLDER`.

The run writes into FOLDER: `last.pt` (weights, average, optimiser, random state: it goes on from there when called again) and
the one before it, `best.pt` (the average that did best on validation photos), `curve.jsonl` (figures every ten steps),
`run.json` (what it was made from), `labels.md` and `labels.json` (what was wrong with the labels).
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import torch

from cv_models.training.config import Experiment, load_experiment
from cv_models.training.dataset import PictureCache
from cv_models.training.errors import writing
from cv_models.training.preparing import cut_curve, gather, record
from cv_models.training.reading import Reading
from cv_models.training.state import RunState
from cv_models.training.terms import sources_of
from cv_models.training.validation import Validator
from cv_models.training.watch import Printing, Watch

NOTE_EVERY = 10


@dataclass(frozen=True)
class Outcome:
    """How a call of the trainer ended.

    Attributes:
        checkpoint: the last checkpoint.
        best: the checkpoint that did best on the validation photos, or None when none was looked at.
        step: steps done in all.
        finished: whether the run has reached its last step; if not, the same call goes on.
        device: on which it ran.
        training, validation: what was read.

    """

    checkpoint: Path
    best: Path | None
    step: int
    finished: bool
    device: str
    training: tuple[Reading, ...]
    validation: tuple[Reading, ...]


@contextmanager
def _quiet_machine(experiment: Experiment) -> Iterator[None]:
    """Threads as the experiment says, and afterwards as they were."""
    threads, drawing = torch.get_num_threads(), cv2.getNumThreads()
    torch.set_num_threads(experiment.threads)
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        cv2.setNumThreads(drawing)


def run(
    experiment: Experiment,
    out: Path,
    cache_folder: Path,
    watch: Watch | None = None,
    *,
    terms: bool = False,
) -> Outcome:
    """Train until `experiment.steps` or until the watcher wants to stop, from the last checkpoint in `out` if there is one.

    The same experiment gives the same weights on the same machine with one thread, interrupted or not. With `terms` it does
    not begin before every source of data has its licence stated.

    Raises:
        TrainingError: TK-TRAIN-003 to -009 and -012 to -014.
        DatasetError: TK-DATASET-001 to -003.

    """
    watch = watch or Watch()
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
        cache = PictureCache(cache_folder, experiment.cache_side)
    with _quiet_machine(experiment):
        training, validation = gather(experiment, out, cache, watch)
        if terms:
            sources_of(experiment, training, validation)
        this = RunState(experiment, [sample for reading in training for sample in reading.samples], cache, out)
        if this.resumed is not None and this.resumed != this.last:
            watch.tell(
                f"{this.last.name} ist nicht lesbar; weiter geht es vom vorigen Stand (Schritt {this.step}).",
                f"{this.last.name} cannot be read; going on from the one before it (step {this.step}).",
            )
        record(experiment, out, (training, validation), this.step, this.device)
        cut_curve(out / "curve.jsonl", this.step)
        validator = Validator(experiment, [photo for reading in validation for photo in reading.photos], out)
        watch.begun(this.step, experiment.stop or experiment.steps, str(this.device))
        _steps(this, validator, watch)
    best = out / "best.pt"
    return Outcome(
        this.last,
        best if best.is_file() else None,
        this.step,
        this.step >= experiment.steps,
        str(this.device),
        tuple(training),
        tuple(validation),
    )


def _steps(this: RunState, validator: Validator, watch: Watch) -> None:
    experiment = this.experiment
    last_step = experiment.stop or experiment.steps
    running: list[dict[str, float]] = []
    mark = time.monotonic()
    curve = this.out / "curve.jsonl"

    def note(entry: dict[str, Any]) -> None:
        with writing(curve), curve.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        watch.noted(entry)

    with closing(this.feeder.batches()) as batches:
        for batch in batches:
            if this.step >= last_step:
                break
            running.append(this.learn(batch))
            now = time.monotonic()
            this.seconds, mark = this.seconds + now - mark, now
            watch.stepped(this.step)
            if this.step % NOTE_EVERY == 0 or this.step == last_step:
                means = {key: sum(item[key] for item in running) / len(running) for key in running[0]}
                figures = {key: round(value, 6 if key == "rate" else 4) for key, value in means.items()}
                note({"step": this.step, "seconds": round(this.seconds), **figures})
                running = []
            if validator.due(this.step):
                found = validator.look(this.average, this.step)
                note({"step": this.step, "seconds": round(this.seconds), "validation": found})
                if this.best is None or found["ap50"] > this.best["ap50"]:
                    this.save_best(found)
            stopping = watch.wants_to_stop()
            if this.step % experiment.save_every == 0 or this.step == last_step or stopping:
                this.save(batch.state)
            if stopping:
                break


def main() -> None:
    """Entry point of `python -m cv_models.training.train`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=None)
    arguments = parser.parse_args()
    cache = arguments.cache or arguments.out / "cache"
    run(load_experiment(arguments.experiment), arguments.out, cache, Printing())


if __name__ == "__main__":
    main()
