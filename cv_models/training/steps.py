"""What every training run does alike: the learning rate of a step, the curve, checkpoints that are never half written."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Protocol, TextIO

import torch


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


def keep(path: Path, content: dict[str, Any]) -> None:
    """Write a checkpoint; one that was there stays until the new one is complete."""
    partial = path.with_suffix(".part")
    torch.save(content, partial)
    partial.replace(path)
