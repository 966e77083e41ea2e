"""Labelled pictures as training wants them: samples, picture cache and augmentation."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.training.errors import writing

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Sample:
    """One labelled picture.

    Attributes:
        path: picture file.
        width, height: its size in pixels.
        source: name of the data source.
        groups: label groups that this picture may train.
        boxes: M×4, x, y, width, height in pixels.
        labels: class names.
        parts: indices of the parts each label allows.
        weight: relative frequency of being drawn.

    """

    path: Path
    width: int
    height: int
    source: str
    groups: tuple[str, ...]
    boxes: Floats
    labels: tuple[str, ...]
    parts: tuple[tuple[int, ...], ...]
    weight: float


class PictureCache:
    """Pictures scaled to at most `side` pixels (BGR), kept as uncompressed files so that an epoch decodes nothing."""

    def __init__(self, folder: Path, side: int) -> None:
        self.folder = folder
        self.side = side
        folder.mkdir(parents=True, exist_ok=True)

    def get(self, path: Path) -> NDArray[np.uint8]:
        """Return the scaled picture.

        Raises:
            ValueError: the file is not a picture.

        """
        stat = path.stat()
        key = hashlib.sha256(f"{path}|{stat.st_size}|{stat.st_mtime_ns}|{self.side}".encode()).hexdigest()[:24]
        cached = self.folder / f"{key}.npy"
        if cached.is_file():
            kept: NDArray[np.uint8] = np.load(cached, mmap_mode="r")
            return kept
        picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if picture is None:
            raise ValueError(f"not a picture: {path.name}")
        scale = self.side / max(picture.shape[:2])
        if scale < 1:
            size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
            picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        scaled: NDArray[np.uint8] = np.ascontiguousarray(picture, dtype=np.uint8)
        partial = cached.with_suffix(".part.npy")
        with writing(partial):
            np.save(partial, scaled)
            partial.rename(cached)
        return scaled


@dataclass(frozen=True)
class Crop:
    """A training crop: picture size×size×3 BGR, boxes as centre x, centre y, width, height, and kept label indices."""

    picture: NDArray[np.uint8]
    boxes: Floats
    kept: tuple[int, ...]


def augment(
    picture: NDArray[np.uint8], sample: Sample, size: int, zoom: tuple[float, float], rng: np.random.Generator
) -> Crop:
    """Flip, scale, shift, slightly turn and recolour one picture; labels follow.

    A label of which less than 40 % stays inside the crop, or that becomes smaller than 4 pixels, is left out.
    """
    height, width = picture.shape[:2]
    fill = size / max(height, width)
    factor = fill * float(np.exp(rng.uniform(np.log(zoom[0]), np.log(zoom[1]))))
    stretch = float(rng.uniform(0.88, 1.14))
    sx, sy = factor * stretch, factor / stretch
    if rng.random() < 0.5:
        sx = -sx
    angle = float(rng.normal(0.0, 2.5)) * np.pi / 180
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    matrix = np.array([[cos * sx, -sin * sy, 0.0], [sin * sx, cos * sy, 0.0]], dtype=np.float64)
    free_x, free_y = max(0.0, abs(sx) * width - size), max(0.0, abs(sy) * height - size)
    focus = np.array([width / 2, height / 2])
    if len(sample.boxes) and (free_x > 0 or free_y > 0) and rng.random() < 0.7:
        # Aim the crop at a damage most of the time; an empty crop of a damaged car teaches little.
        box = sample.boxes[rng.integers(len(sample.boxes))] * (width / sample.width)
        focus = np.array([box[0] + box[2] / 2, box[1] + box[3] / 2])
    target = size / 2 + rng.uniform(-0.3, 0.3, 2) * size
    offset = target - matrix[:, :2] @ focus
    if free_x == 0 or free_y == 0:
        offset = 0.5 * offset + 0.5 * (size / 2 - matrix[:, :2] @ np.array([width / 2, height / 2]))
    matrix[:, 2] = offset
    warped = cv2.warpAffine(
        np.asarray(picture), matrix, (size, size), flags=cv2.INTER_LINEAR, borderValue=(114, 114, 114)
    )
    boxes, kept = _transform(sample, matrix, size, width / sample.width, height / sample.height)
    return Crop(recolour(np.asarray(warped, dtype=np.uint8), rng), boxes, kept)


def mosaic(crops: Sequence[Crop]) -> Crop:
    """Four crops of one size as the quarters of a picture of twice that size; damage becomes small and its surroundings varied.

    `kept` of the result is empty: the caller lines up the labels of the four in their order.
    """
    side = crops[0].picture.shape[0]
    first, second, third, fourth = (crop.picture for crop in crops)
    picture = np.vstack((np.hstack((first, second)), np.hstack((third, fourth))))
    corners = ((0, 0), (side, 0), (0, side), (side, side))
    moved = [crop.boxes + np.array([x, y, 0, 0], dtype=np.float32) for crop, (x, y) in zip(crops, corners, strict=True)]
    return Crop(picture, np.concatenate(moved), ())


def _transform(
    sample: Sample, matrix: NDArray[np.float64], size: int, rx: float, ry: float
) -> tuple[Floats, tuple[int, ...]]:
    boxes: list[list[float]] = []
    kept: list[int] = []
    for index, (x, y, w, h) in enumerate(sample.boxes * np.array([rx, ry, rx, ry], dtype=np.float32)):
        corners = np.array([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], dtype=np.float64)
        moved = corners @ matrix[:, :2].T + matrix[:, 2]
        low, high = moved.min(axis=0), moved.max(axis=0)
        # The turn is small; shrinking by its bounding-box growth keeps the label tight.
        grown = (high - low) - np.array([abs(matrix[0, 0]) * w, abs(matrix[1, 1]) * h])
        low, high = low + grown * 0.4, high - grown * 0.4
        inner_low, inner_high = np.clip(low, 0, size), np.clip(high, 0, size)
        extent = inner_high - inner_low
        full = float(np.prod(np.maximum(high - low, 1e-3)))
        if extent.min() < 4 or float(np.prod(extent)) < 0.4 * full:
            continue
        boxes.append([*((inner_low + inner_high) / 2), *extent])
        kept.append(index)
    return np.asarray(boxes, dtype=np.float32).reshape(-1, 4), tuple(kept)


def recolour(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Other light and colours, sometimes a little out of focus."""
    hsv = cv2.cvtColor(picture, cv2.COLOR_BGR2HSV)
    gains = rng.uniform(-1, 1, 3) * np.array([0.02, 0.5, 0.35]) + np.array([0.0, 1.0, 1.0])
    steps = np.arange(256, dtype=np.float64)
    hue = ((steps + gains[0] * 180) % 180).astype(np.uint8)
    saturation = np.clip(steps * gains[1], 0, 255).astype(np.uint8)
    value = np.clip(steps * gains[2] + rng.uniform(-12, 12), 0, 255).astype(np.uint8)
    channels = cv2.split(hsv)
    mixed = cv2.merge((cv2.LUT(channels[0], hue), cv2.LUT(channels[1], saturation), cv2.LUT(channels[2], value)))
    out = cv2.cvtColor(mixed, cv2.COLOR_HSV2BGR)
    if rng.random() < 0.15:
        out = cv2.GaussianBlur(out, (0, 0), float(rng.uniform(0.4, 1.2)))
    return np.asarray(out, dtype=np.uint8)
