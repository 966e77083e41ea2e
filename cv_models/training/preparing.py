"""What is done before the first step: reading the data, reporting what is wrong with it, recording what the run is made from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from cv_models.training.config import DataSource, Experiment
from cv_models.training.dataset import PictureCache
from cv_models.training.errors import TrainingError, writing
from cv_models.training.label_report import summary, write_report
from cv_models.training.provenance import data_of, experiment_hash, leg, read_record, write_json
from cv_models.training.reading import Reading, read_source, without_unreadable
from cv_models.training.watch import Watch


def gather(experiment: Experiment, out: Path, cache: PictureCache, watch: Watch) -> tuple[list[Reading], list[Reading]]:
    """Read both sides, decode every picture once, write the report on the labels.

    Raises:
        TrainingError: TK-TRAIN-003 no usable training picture; classes, groups and files as in `read_source`.

    """

    def side(name: str, sources: Sequence[DataSource]) -> list[Reading]:
        found = []
        for source in sources:
            reading = without_unreadable(read_source(source), cache)
            watch.said(summary(name, reading, watch.language))
            found.append(reading)
        return found

    watch.tell("Bilder und Labels werden gelesen …", "Reading pictures and labels …")
    training, validation = side("train", experiment.train), side("validation", experiment.validation)
    write_report(out, [("train", item) for item in training] + [("validation", item) for item in validation])
    watch.tell(f"Alles einzeln in {out / 'labels.md'}", f"All of it one by one in {out / 'labels.md'}")
    if not any(reading.samples for reading in training):
        raise TrainingError(
            "TK-TRAIN-003",
            "Es gibt kein brauchbares Bild zum Trainieren.",
            "there is no usable picture to train on",
            remedy_de=f"Warum, steht in {out / 'labels.md'}.",
            remedy_en=f"{out / 'labels.md'} says why.",
        )
    return training, validation


def record(
    experiment: Experiment,
    out: Path,
    readings: tuple[Sequence[Reading], Sequence[Reading]],
    step: int,
    device: torch.device,
) -> None:
    """Write `run.json`: data and settings of the run, and one entry more for this call.

    Raises:
        TrainingError: TK-TRAIN-006 when the run was begun with other training data, -004.

    """
    known = read_record(out)
    data = {
        side: [data_of(item.source, (photo.path for photo in item.photos)) for item in found]
        for side, found in zip(("train", "validation"), readings, strict=True)
    }
    if step and known and _hashes(known) != _hashes({"data": data}):
        raise TrainingError(
            "TK-TRAIN-006",
            f"Die Trainingsdaten haben sich geändert, seit der Lauf in {out} begonnen wurde.",
            f"the training data have changed since the run in {out} was begun",
            remedy_de="Beginnen Sie mit den neuen Daten einen neuen Lauf (--out).",
            remedy_en="Begin a new run with the new data (--out).",
        )
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
    write_json(
        out / "run.json",
        {
            "name": experiment.name,
            "experiment": asdict(experiment),
            "experiment_sha256": experiment_hash(experiment),
            "data": data,
            "legs": [*known.get("legs", []), leg(step, name, experiment)],
        },
    )


def _hashes(content: dict[str, Any]) -> list[list[Any]]:
    keys = ("coco_sha256", "split_sha256", "pictures_sha256")
    return [[item.get(key) for key in keys] for item in content["data"]["train"]]


def cut_curve(path: Path, step: int) -> None:
    """Take away what an interrupted run noted after its last checkpoint; these steps are done again."""
    if not path.is_file():
        return
    kept = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:  # half a line: the machine was switched off in the middle of it
            continue
        if isinstance(entry, dict) and int(entry.get("step", 0)) <= step:
            kept.append(line)
    with writing(path):
        path.write_text("".join(line + "\n" for line in kept), encoding="utf-8")
