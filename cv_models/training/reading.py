"""From a COCO file to samples, with every problem of its labels."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cv_models.datasets import LabelledPhoto, LabelProblem, read
from cv_models.findings import CATEGORIES, PARTS
from cv_models.training.config import DataSource
from cv_models.training.dataset import PictureCache, Sample
from cv_models.training.errors import TrainingError
from cv_models.training.labels import LAYOUT

UNREADABLE = "TK-DATASET-006"
UNKNOWN_CLASS = "TK-DATASET-012"


@dataclass(frozen=True)
class Reading:
    """What one data source gives to training.

    Attributes:
        source: as the experiment file states it.
        samples: pictures that are trained on.
        photos: the same pictures in the same order, as the evaluation wants them.
        problems: everything that was wrong with pictures and labels, one by one.
        untrained: number of labels by class that no label group of their picture learns.

    """

    source: DataSource
    samples: tuple[Sample, ...]
    photos: tuple[LabelledPhoto, ...]
    problems: tuple[LabelProblem, ...]
    untrained: dict[str, int]


def read_source(source: DataSource) -> Reading:
    """Read one COCO file with the product's reader, and lay its labels out for training.

    Raises:
        TrainingError: TK-TRAIN-007 a class that is not ours and is not ignored on purpose, -008 a source of pictures for which
            the experiment names no label group.
        DatasetError: the file, its split or its pictures cannot be read at all (TK-DATASET-001 to -003).

    """
    coco = Path(source.coco)
    labelled = read(coco, Path(source.images), Path(source.split) if source.split else None)
    unknown = {item.detail_en.partition(": ")[2] for item in labelled.problems if item.code == UNKNOWN_CLASS}
    unknown -= set(source.ignore)
    if unknown:
        raise _unknown_classes(coco.name, sorted(unknown))
    known = dict(LAYOUT.groups)
    # A photo whose only labels were unusable is not known to be undamaged.
    doubtful = {item.file_name for item in labelled.problems if item.annotation_id is not None and not item.kept}
    untrained: Counter[str] = Counter()
    samples = []
    for photo in labelled.photos:
        groups = source.groups.get(photo.source, source.groups.get("*", []))
        if not groups or not set(groups) <= set(known):
            raise _no_group(coco.name, photo.source, groups)
        learned = {name for group in groups for name in known[group]}
        untrained.update(label.category for label in photo.labels if label.category not in learned)
        undamaged = not photo.labels and photo.file_name not in doubtful
        samples.append(_sample(photo, tuple(known) if undamaged else tuple(groups), source.weight))
    return Reading(source, tuple(samples), labelled.photos, labelled.problems, dict(untrained))


def _sample(photo: LabelledPhoto, groups: tuple[str, ...], weight: float) -> Sample:
    """One picture; `groups` are those that it may train (an undamaged car is a true negative for all)."""
    boxes = [(label.box.x, label.box.y, label.box.width, label.box.height) for label in photo.labels]
    return Sample(
        path=photo.path,
        width=photo.width,
        height=photo.height,
        source=photo.source,
        groups=groups,
        boxes=np.asarray(boxes, dtype=np.float32).reshape(-1, 4),
        labels=tuple(label.category for label in photo.labels),
        parts=tuple(tuple(PARTS.index(part) for part in label.parts) for label in photo.labels),
        weight=weight,
    )


def _unknown_classes(file: str, names: list[str]) -> TrainingError:
    shown = ", ".join(names)
    return TrainingError(
        "TK-TRAIN-007",
        f"{file} enthält Labels unbekannter Klassen: {shown}.",
        f"{file} has labels of unknown classes: {shown}",
        remedy_de=f"Bekannt sind {', '.join(CATEGORIES)}. Benennen Sie die Klasse um, oder lassen Sie sie mit ignore = [...] weg.",
        remedy_en=f"Known are {', '.join(CATEGORIES)}. Rename the class, or leave it out with ignore = [...].",
    )


def _no_group(file: str, source: str, groups: list[str]) -> TrainingError:
    shown, asked = source or "*", f" ({', '.join(groups)})" if groups else ""
    allowed = ", ".join(name for name, _ in LAYOUT.groups)
    return TrainingError(
        "TK-TRAIN-008",
        f"Für die Quelle „{shown}“ in {file} nennt der Versuch keine bekannte Labelgruppe{asked}.",
        f"for the source {shown!r} in {file} the experiment names no known label group{asked}",
        remedy_de=f'Ergänzen Sie groups = {{ "{shown}" = [...] }}; es gibt {allowed}.',
        remedy_en=f'Add groups = {{ "{shown}" = [...] }}; there are {allowed}.',
    )


def without_unreadable(reading: Reading, cache: PictureCache) -> Reading:
    """Decode every picture once into the cache; those whose pixels cannot be read are left out and reported."""
    kept = []
    problems = list(reading.problems)
    for place, photo in enumerate(reading.photos):
        try:
            cache.get(photo.path)
        except ValueError:
            problems.append(
                LabelProblem(
                    UNREADABLE,
                    photo.file_name,
                    None,
                    "Die Bildpunkte sind nicht lesbar.",
                    "the pixels cannot be read",
                    kept=False,
                )
            )
        else:
            kept.append(place)
    return replace(
        reading,
        samples=tuple(reading.samples[place] for place in kept),
        photos=tuple(reading.photos[place] for place in kept),
        problems=tuple(problems),
    )
