"""What every training run does alike: the learning rate of a step, the curve, checkpoints that are never half written."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any, Protocol, TextIO

import torch

from cv_models.training.errors import TrainingError, not_written


class Schedule(Protocol):
    """The part of an experiment that decides the learning rate."""

    @property
    def rate(self) -> float:
        """Peak."""

    @property
    def warmup(self) -> int:
        """Steps until the peak."""

    @property
    def steps(self) -> int:
        """Steps until the end."""


def rate_at(schedule: Schedule, step: int, *, end: float = 0.01) -> float:
    """Linear warm-up, then a cosine down to the share `end` of the peak."""
    if step < schedule.warmup:
        return schedule.rate * (step + 1) / schedule.warmup
    share = (step - schedule.warmup) / max(1, schedule.steps - schedule.warmup)
    return schedule.rate * (end + (1 - end) * 0.5 * (1 + math.cos(math.pi * min(1.0, share))))


def note(curve: TextIO, entry: dict[str, Any]) -> None:
    """Add a line to the run's curve and show it."""
    curve.write(json.dumps(entry) + "\n")
    curve.flush()
    print(entry, flush=True)


def previous(path: Path) -> Path:
    """Where the checkpoint before the one in `path` is kept."""
    return path.with_suffix(f".previous{path.suffix}")


def keep(path: Path, content: dict[str, Any]) -> None:
    """Write a checkpoint; the one that was there becomes the previous one only when the new one is complete.

    Raises:
        TrainingError: TK-TRAIN-004, for one when the disk is full; what was there stays as it was.

    """
    partial = path.with_suffix(".part")
    try:
        with partial.open("wb") as file:
            torch.save(content, file)
            file.flush()
            os.fsync(file.fileno())
        if path.is_file():
            path.replace(previous(path))
        partial.replace(path)
    except (OSError, RuntimeError) as problem:  # torch tells a full disk as a RuntimeError
        partial.unlink(missing_ok=True)
        why = problem.strerror if isinstance(problem, OSError) else str(problem).partition("\n")[0][:120]
        raise not_written(path, why or type(problem).__name__) from problem


def load(path: Path) -> dict[str, Any]:
    """Read a checkpoint; nothing in the file is run as code.

    Raises:
        TrainingError: TK-TRAIN-005 when it is missing, broken or no checkpoint.

    """
    try:
        content = torch.load(path, weights_only=True, map_location="cpu")
        if isinstance(content, dict) and "average" in content:
            return content
    except Exception as problem:  # pickle, zip and torch raise classes of many kinds for a broken file
        raise _broken(path, type(problem).__name__) from problem
    raise _broken(path, "no weights")


def load_last(path: Path) -> tuple[dict[str, Any], Path]:
    """The checkpoint in `path`, or the previous one when it is broken or missing, and which of them it was.

    Raises:
        TrainingError: TK-TRAIN-005 when neither can be read.

    """
    before = previous(path)
    try:
        return load(path), path
    except TrainingError:
        if not before.is_file():
            raise
    return load(before), before


def _broken(path: Path, why: str) -> TrainingError:
    return TrainingError(
        "TK-TRAIN-005",
        f"Der Zwischenstand {path.name} ist nicht lesbar ({why}).",
        f"the checkpoint {path.name} cannot be read ({why})",
        remedy_de="Nehmen Sie einen anderen Stand, oder beginnen Sie mit einem neuen Ordner (--out).",
        remedy_en="Take another checkpoint, or begin in a new folder (--out).",
    )
