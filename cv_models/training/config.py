"""One experiment is one TOML file; what is not in the file has the default stated here."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

PRECISIONS = ("float32", "mixed")
DEVICES = ("auto", "cpu", "cuda")


@dataclass(frozen=True)
class DataSource:
    """A COCO file and how its labels are used.

    Attributes:
        coco: annotation file; relative paths are looked up in the working directory.
        images: folder of the pictures.
        split: text file with one file name per line, or empty for all pictures of the COCO file.
        groups: label groups trained by each `source` named in the file; key `*` for all others.
        weight: how often a picture is drawn, relative to 1.

    """

    coco: str
    images: str
    split: str = ""
    groups: dict[str, list[str]] = field(default_factory=dict)
    weight: float = 1.0


@dataclass(frozen=True)
class Experiment:
    """Everything that decides what a training run does.

    Attributes:
        name: name of the run and of its files.
        seed: seed of every random choice.
        size: side of the square training crop in pixels, a multiple of 32.
        sizes: sides of crops, of which each step draws one; empty means `size` alone.
        mosaic: share of the pictures that are put together from four crops of half the size.
        cache_side: longest side of the cached pictures.
        zoom: smallest and largest scale of a crop, relative to the whole picture filling the crop.
        batch, steps: pictures per step and number of steps.
        stop: leave the schedule at this step (0 = run to its end); the next stage goes on from there.
        rate: peak learning rate of the heads; backbone and neck get `body_rate` of it.
        warmup: steps until the peak.
        frozen: leading backbone stages that keep their weights.
        start: ONNX file with COCO weights, or a checkpoint of an earlier run (`.pt`), or empty.
        threads: torch threads; more than one only on an otherwise idle machine.
        precision: `float32`, or `mixed` (bfloat16 where the numbers allow it; on a GPU, and on CPUs that have it).
        device: `auto` (a GPU when there is one), `cpu` or `cuda`.
        save_every: steps between checkpoints.
        train, validation: sources of pictures.

    """

    name: str
    train: tuple[DataSource, ...]
    validation: tuple[DataSource, ...]
    seed: int = 1
    size: int = 416
    sizes: tuple[int, ...] = ()
    mosaic: float = 0.0
    cache_side: int = 640
    zoom: tuple[float, float] = (0.9, 1.8)
    batch: int = 16
    steps: int = 1500
    stop: int = 0
    rate: float = 2e-3
    body_rate: float = 0.4
    warmup: int = 60
    frozen: tuple[str, ...] = ("stem", "dark2")
    start: str = ""
    threads: int = 1
    precision: str = "float32"
    device: str = "auto"
    save_every: int = 100


def read_settings(path: Path, kind: type[Any]) -> dict[str, Any]:
    """What an experiment file says, for the dataclass that it fills.

    Raises:
        ValueError: keys that the dataclass does not have.

    """
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = set(raw) - {item.name for item in fields(kind)}
    if unknown:
        raise ValueError(f"unknown keys in {path.name}: {', '.join(sorted(unknown))}")
    return raw


def load_experiment(path: Path) -> Experiment:
    """Read an experiment file.

    Raises:
        ValueError: unknown keys, a precision or device that does not exist, or a size that is not a multiple of 32.

    """
    raw = read_settings(path, Experiment)
    for key in ("train", "validation"):
        raw[key] = tuple(DataSource(**item) for item in raw.get(key, []))
    for key in ("zoom", "frozen", "sizes"):
        if key in raw:
            raw[key] = tuple(raw[key])
    experiment = Experiment(**raw)
    for side in (experiment.size, *experiment.sizes):
        if side % 32:
            raise ValueError(f"size must be a multiple of 32, not {side}")
    if experiment.precision not in PRECISIONS or experiment.device not in DEVICES:
        raise ValueError(f"precision is one of {PRECISIONS}, device one of {DEVICES}")
    return experiment
