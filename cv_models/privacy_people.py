"""Faces on a photo: people are found whole, and their heads are taken from them.

A network that knows people finds passers-by, drivers and helpers from every side and at sizes at which a face detector sees nothing.
What is hidden is the head, so that a person beside a dent costs no damage.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.images import Image
from cv_models.privacy import PrivateRegion
from cv_models.runtime import model_entry, session

FOLDER: Final = Path(__file__).parent / "privacy_models"
NAME: Final = "people"

#: Pieces in which a large photo is looked at besides as a whole: their least side in pixels, and by how much they overlap.
_PIECE: Final = 832
_OVERLAP: Final = 0.25
#: Each look is taken of the mirror image as well; who is seen there alone counts from this score on.
_MIRRORED_SCORE: Final = 0.35
#: Who fills more than this share of a look must be clearly seen in the mirror and at half the size: smooth panels look like clothes from
#: close by.
_LARGE: Final = 0.12
_LARGE_SCORE: Final = 0.45
_SAME: Final = 0.45

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Person:
    """A person: rectangle in pixels (x, y, width, height) and score."""

    x: float
    y: float
    width: float
    height: float
    score: float

    def iou(self, other: Person) -> float:
        """Intersection over union, 0 to 1."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        inner = max(0.0, across) * max(0.0, down)
        return inner / max(1e-9, self.width * self.height + other.width * other.height - inner)


def find_heads(photo: Image, *, threads: int = 2) -> list[PrivateRegion]:
    """Heads of the people on a photo."""
    height, width = photo.shape[:2]
    found = []
    for person in find_people(photo, threads=threads):
        left, top, right, bottom = _head(person)
        left, top, right, bottom = max(0.0, left), max(0.0, top), min(float(width), right), min(float(height), bottom)
        if right - left >= 2 and bottom - top >= 2:
            quad = ((left, top), (right, top), (right, bottom), (left, bottom))
            found.append(PrivateRegion("face", quad, round(person.score, 3)))
    return found


def _head(person: Person) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of where the head is: the top of somebody who stands, the upper half of somebody cut off."""
    tall = person.height / max(1e-6, person.width)
    share = 0.24 if tall >= 2 else 0.34 if tall >= 1.3 else 0.5
    rim = 0.04 * person.height
    return (
        person.x - 0.02 * person.width,
        person.y - rim,
        person.x + 1.02 * person.width,
        person.y + share * person.height,
    )


def find_people(photo: Image, *, threads: int = 2) -> list[Person]:
    """People on a photo, best score first."""
    settings = model_entry(NAME, FOLDER).settings
    people: list[Person] = []
    for x, y, piece in _looks(photo):
        height, width = piece.shape[:2]
        straight = _look(piece, threads)
        mirrored = _look(piece, threads, mirrored=True)
        for person in (*straight, *(one for one in mirrored if one.score >= _MIRRORED_SCORE)):
            if person.width * person.height > _LARGE * width * height and not _again(piece, person, mirrored, threads):
                continue
            people.append(Person(person.x + x, person.y + y, person.width, person.height, person.score))
    people.sort(key=lambda one: -one.score)
    kept: list[Person] = []
    for person in people:
        if all(person.iou(other) < settings["overlap"] for other in kept):
            kept.append(person)
    return kept


def _looks(photo: Image) -> Iterator[tuple[int, int, Image]]:
    yield 0, 0, photo
    height, width = photo.shape[:2]
    side = max(_PIECE, round(max(height, width) / 3))
    if max(height, width) < 1.2 * side:
        return
    step = round(side * (1 - _OVERLAP))
    for y in range(0, max(1, height - round(side * _OVERLAP)), step):
        for x in range(0, max(1, width - round(side * _OVERLAP)), step):
            yield x, y, photo[y : y + side, x : x + side]


def _seen(others: list[Person], person: Person, least: float = 0.0) -> bool:
    return any(one.score >= least and one.iou(person) >= _SAME for one in others)


def _again(piece: Image, person: Person, mirrored: list[Person], threads: int) -> bool:
    """Whether somebody who fills much of the look is clearly seen in the mirror, and at half the size."""
    side = int(model_entry(NAME, FOLDER).settings["side"])
    smaller = _look(piece, threads, longest=side // 2)
    return _seen(mirrored, person, _LARGE_SCORE) and _seen(smaller, person, _LARGE_SCORE)


def _look(piece: Image, threads: int, *, longest: int | None = None, mirrored: bool = False) -> list[Person]:
    entry = model_entry(NAME, FOLDER)
    settings: dict[str, Any] = entry.settings
    side = int(settings["side"])
    height, width = piece.shape[:2]
    scale = (longest or side) / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(piece, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    if mirrored:
        small = small[:, ::-1]
    canvas = np.full((side, side, 3), settings["padding"], np.uint8)
    canvas[: size[1], : size[0]] = small
    tensor = np.ascontiguousarray(canvas[:, :, ::-1].transpose(2, 0, 1)[None], np.float32)
    network = session(NAME, threads, folder=FOLDER)
    raw = np.asarray(network.run(None, {network.get_inputs()[0].name: tensor})[0][0], np.float32)
    return _decoded(raw, size, scale, settings, mirrored=mirrored)


@lru_cache(maxsize=4)
def _grid(side: int, strides: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Place and stride of each row of the network's output."""
    places, steps = [], []
    for stride in strides:
        count = side // stride
        down, across = np.meshgrid(np.arange(count), np.arange(count), indexing="ij")
        places.append(np.stack([across.ravel(), down.ravel()], 1))
        steps.append(np.full(count * count, stride))
    return np.concatenate(places).astype(np.float32), np.concatenate(steps).astype(np.float32)


def _decoded(
    raw: Floats, size: tuple[int, int], scale: float, settings: dict[str, Any], *, mirrored: bool
) -> list[Person]:
    places, steps = _grid(int(settings["side"]), tuple(settings["strides"]))
    scores = raw[:, 4]  # the one class there is
    rows = np.flatnonzero(scores >= settings["threshold"])
    centres = (raw[rows, :2] + places[rows]) * steps[rows, None]
    sizes = np.exp(np.clip(raw[rows, 2:4], -10, 10)) * steps[rows, None]
    if mirrored:
        centres[:, 0] = size[0] - centres[:, 0]
    corners = (centres - sizes / 2) / scale
    found = [
        Person(float(x), float(y), float(width), float(height), float(score))
        for (x, y), (width, height), score in zip(corners, sizes / scale, scores[rows], strict=True)
    ]
    found.sort(key=lambda one: -one.score)
    kept: list[Person] = []
    for person in found:
        if all(person.iou(other) < settings["overlap"] for other in kept):
            kept.append(person)
    return kept
