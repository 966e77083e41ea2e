"""One experiment is one TOML file; what is not in the file has the default stated here."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from cv_models.training.errors import TrainingError

PRECISIONS = ("float32", "mixed")
DEVICES = ("auto", "cpu", "cuda")
DELIVERIES = ("float", "int8")
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]{0,23}")


@dataclass(frozen=True)
class Terms:
    """Under which terms a source of data may be used, as the model card states them.

    Attributes:
        origin: where it comes from, such as a public repository.
        licence: its licence as the owner states it; never empty.
        note: doubts and remarks.

    """

    origin: str
    licence: str
    note: str = ""


@dataclass(frozen=True)
class DataSource:
    """A COCO file and how its labels are used.

    Attributes:
        coco: annotation file; relative paths are looked up in the working directory.
        images: folder of the pictures.
        split: text file with one file name per line, or empty for all pictures of the COCO file.
        groups: label groups trained by each `source` named in the file; key `*` for all others.
        weight: how often a picture is drawn, relative to 1.
        ignore: classes of the file that are left out on purpose; any other class that is not ours is an error.

    """

    coco: str
    images: str
    split: str = ""
    groups: dict[str, list[str]] = field(default_factory=dict)
    weight: float = 1.0
    ignore: tuple[str, ...] = ()


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
        validate_every: steps between looks at validation photos with the averaged weights; 0 = never.
        validate_photos: number of validation photos of such a look, the same ones every time.
        version: version of the model in the bundle; empty means `name`.
        deliver: which file the bundle hands out, `float` or `int8`.
        quantise_photos: number of training photos whose values decide the steps of the int8 numbers.
        limits: sentences for the card, written by who knows the data.
        licences: terms of each data source named in the COCO files, where the files do not state them.
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
    validate_every: int = 500
    validate_photos: int = 64
    version: str = ""
    deliver: str = "float"
    quantise_photos: int = 48
    limits: tuple[str, ...] = ()
    licences: dict[str, Terms] = field(default_factory=dict)


def bad_experiment(name: str, why_de: str, why_en: str) -> TrainingError:
    """TK-TRAIN-002: the experiment file cannot be used."""
    return TrainingError(
        "TK-TRAIN-002", f"Die Versuchsdatei {name}: {why_de}.", f"the experiment file {name}: {why_en}"
    )


def read_settings(path: Path, kind: type[Any]) -> dict[str, Any]:
    """What an experiment file says, for the dataclass that it fills.

    Raises:
        TrainingError: TK-TRAIN-002 when the file is missing, no TOML, or has keys that the dataclass does not have.

    """
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise bad_experiment(path.name, f"nicht lesbar ({problem})", f"not readable ({problem})") from problem
    unknown = set(raw) - {item.name for item in fields(kind)}
    if unknown:
        names = ", ".join(sorted(unknown))
        raise bad_experiment(path.name, f"unbekannte Schlüssel {names}", f"unknown keys {names}")
    return raw


def load_experiment(path: Path) -> Experiment:
    """Read an experiment file.

    Raises:
        TrainingError: TK-TRAIN-002: unknown or missing keys, values of the wrong kind, a precision or device that does not
            exist, or a size that is not a multiple of 32.

    """
    raw = read_settings(path, Experiment)
    try:
        for key in ("train", "validation"):
            sources = [{**item, "ignore": tuple(item.get("ignore", ()))} for item in raw.get(key, [])]
            raw[key] = tuple(DataSource(**item) for item in sources)
        raw["licences"] = {source: Terms(**terms) for source, terms in raw.get("licences", {}).items()}
        for key in ("zoom", "frozen", "sizes", "limits"):
            if key in raw:
                raw[key] = tuple(raw[key])
        experiment = Experiment(**raw)
        _check(experiment, path.name)
    except (TypeError, AttributeError) as problem:
        raise bad_experiment(path.name, f"passt nicht ({problem})", f"does not fit ({problem})") from problem
    return experiment


def _check(experiment: Experiment, name: str) -> None:
    for side in (experiment.size, *experiment.sizes):
        if side % 32 or side <= 0:
            raise bad_experiment(
                name,
                f"size muss ein Vielfaches von 32 sein, nicht {side}",
                f"size must be a multiple of 32, not {side}",
            )
    for value, allowed in (
        (experiment.precision, PRECISIONS),
        (experiment.device, DEVICES),
        (experiment.deliver, DELIVERIES),
    ):
        if value not in allowed:
            raise bad_experiment(name, f"{value} ist keines von {allowed}", f"{value} is none of {allowed}")
    if not VERSION.fullmatch(experiment.version or experiment.name):
        why = (
            "besteht aus höchstens 24 Buchstaben, Ziffern, Punkt, Strich",
            "has at most 24 letters, digits, dots, dashes",
        )
        raise bad_experiment(name, f"version (oder name) {why[0]}", f"version (or name) {why[1]}")
    for key in ("batch", "steps", "save_every", "threads", "cache_side", "quantise_photos"):
        if getattr(experiment, key) < 1:
            raise bad_experiment(name, f"{key} muss mindestens 1 sein", f"{key} must be at least 1")
    if len(experiment.zoom) != 2 or not 0 < experiment.zoom[0] <= experiment.zoom[1]:
        raise bad_experiment(
            name, "zoom sind zwei Zahlen, die kleinere zuerst", "zoom is two numbers, the smaller first"
        )
    for source, terms in experiment.licences.items():
        if not (isinstance(terms.licence, str) and terms.licence.strip() and isinstance(terms.origin, str)):
            raise bad_experiment(name, f"Quelle {source} ohne Lizenz", f"source {source} without a licence")
