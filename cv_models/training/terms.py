"""Under which terms the data of a run may be used: asked of the experiment file first, then of the COCO files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cv_models.training.config import Experiment, Terms
from cv_models.training.errors import TrainingError
from cv_models.training.reading import Reading

UNNAMED = "*"
"""Name of the source of pictures for which the COCO file names none."""


@dataclass(frozen=True)
class Source:
    """A source of data as the model card lists it: its terms, and pictures and labels on each side."""

    name: str
    terms: Terms
    train_pictures: int
    validation_pictures: int
    labels: Mapping[str, int]


def sources_of(
    experiment: Experiment, training: Sequence[Reading], validation: Sequence[Reading]
) -> tuple[Source, ...]:
    """All sources with their terms.

    Raises:
        TrainingError: TK-TRAIN-009 naming every source for which nobody states a licence.

    """
    pictures: dict[str, list[int]] = {}
    labels: dict[str, dict[str, int]] = {}
    stated: dict[str, Terms] = {}
    for side, readings in enumerate((training, validation)):
        for reading in readings:
            found = _stated(Path(reading.source.coco))
            for photo in reading.photos:
                name = photo.source or UNNAMED
                pictures.setdefault(name, [0, 0])[side] += 1
                counts = labels.setdefault(name, {})
                for label in photo.labels:
                    counts[label.category] = counts.get(label.category, 0) + 1
                if photo.file_name in found:
                    stated.setdefault(name, found[photo.file_name])
    terms = {name: experiment.licences.get(name) or stated.get(name) for name in pictures}
    silent = sorted(name for name, found in terms.items() if found is None)
    if silent:
        raise _no_licence(silent)
    return tuple(
        Source(name, found, pictures[name][0], pictures[name][1], labels[name]) for name, found in sorted(terms.items()) if found is not None
    )


def _no_licence(names: Sequence[str]) -> TrainingError:
    shown = ", ".join(names)
    return TrainingError(
        "TK-TRAIN-009",
        f"Für diese Datenquellen ist keine Lizenz angegeben: {shown}. Ohne sie gibt es keine Modellkarte und kein Bündel.",
        f"no licence is stated for these sources of data: {shown}; without it there is no model card and no bundle",
        remedy_de=f"Ergänzen Sie in der Versuchsdatei [licences.{names[0]!r}] mit origin und licence.",
        remedy_en=f"Add [licences.{names[0]!r}] with origin and licence to the experiment file.",
    )


def _stated(coco: Path) -> dict[str, Terms]:
    """What a COCO file says itself: `licence` of a picture, `license` as a number of its list `licenses`, or of `info`."""
    raw = json.loads(coco.read_text(encoding="utf-8"))  # read before: it is a COCO file
    info = raw.get("info") if isinstance(raw.get("info"), dict) else {}
    listed: dict[Any, Any] = {
        item.get("id"): item.get("name") for item in raw.get("licenses") or () if isinstance(item, dict)
    }
    origin = _word(info.get("url")) or _word(info.get("description"))
    general = _word(info.get("licence")) or _word(info.get("license"))
    found = {}
    for image in raw["images"]:
        if not isinstance(image, dict) or not isinstance(image.get("file_name"), str):
            continue
        number = image.get("license")
        licence = _word(image.get("licence")) or _word(listed.get(number) if isinstance(number, int | str) else None)
        if licence or general:
            found[image["file_name"]] = Terms(origin or "as the COCO file states", licence or general)
    return found


def _word(value: Any) -> str:
    """A short text of one line, or nothing."""
    if not isinstance(value, str):
        return ""
    return "".join(letter for letter in value if letter.isprintable()).strip()[:200]
