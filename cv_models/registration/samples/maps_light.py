"""The picture of a scene while papers are laid into it, and what light, lens and sensor make of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.layout import SHEET_HEIGHT

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]
Points = NDArray[np.float64]
Chance = np.random.Generator
_SKIN: Final = ((217, 158, 128), (184, 128, 97), (115, 77, 56), (240, 190, 165))


@dataclass
class Picture:
    """A scene in the making: colours, where each pixel looks (`x`, `y`), what it shows and which point of the form."""

    pixels: Floats
    x: Floats
    y: Floats
    kind: NDArray[np.uint8] = field(init=False)
    mm: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.kind = np.zeros(self.x.shape, np.uint8)
        self.mm = np.zeros((*self.x.shape, 2), np.float32)

    def back_to(self, matrix: Points) -> tuple[Floats, Floats]:
        """Where the pixels look on a plane whose homography to pixels is `matrix`."""
        back = np.linalg.inv(matrix)
        back = (back / back[2, 2]).astype(np.float32)
        w = back[2, 0] * self.x + back[2, 1] * self.y + back[2, 2]
        w = 1 / np.where(np.abs(w) < 1e-6, np.float32(1e-6), w)
        u = (back[0, 0] * self.x + back[0, 1] * self.y + back[0, 2]) * w
        v = (back[1, 0] * self.x + back[1, 1] * self.y + back[1, 2]) * w
        return u, v

    def lay(self, paper: Pixels, style: Points, matrix: Points, kind: int, *, shadow: float) -> None:
        """Lay a paper down, in other colours, whose pixels go through a homography to the picture's."""
        u, v = self.back_to(matrix)
        mask = (u >= 0) & (v >= 0) & (u <= paper.shape[1] - 1) & (v <= paper.shape[0] - 1)
        if not mask.any():
            return
        small, factor = reduced(paper, style, reduction(matrix, paper.shape[1] / 2, paper.shape[0] / 2))
        self._put(small, (u + 0.5) * factor - 0.5, (v + 0.5) * factor - 0.5, mask, shadow)
        self.kind[mask] = kind

    def lay_panel(
        self,
        paper: Floats,
        per_mm: float,
        matrix: Points,
        panel: int,
        span: tuple[float, float],
        bend: Points,
        offset: Points,
        shadow: float,
    ) -> None:
        """Lay one panel down; its truth is the grid of the printed values, which is off the form by `offset` mm."""
        x, y = self.back_to(matrix)
        a, b = np.clip(x * np.float32(1 / 70) - 1.5, -2, 2), np.clip(y * np.float32(1 / 52.5) - 1, -1.5, 1.5)
        first, second, third = np.sin(1.7 * a + 0.6 * b), np.sin(2.1 * b), np.sin(3.1 * a) * b
        x = x + bend[0, 0] * first + bend[0, 1] * second + bend[0, 2] * third
        y = y + bend[1, 0] * first + bend[1, 1] * second + bend[1, 2] * third
        mask = (x >= span[0]) & (x < span[1]) & (y >= 0) & (y < SHEET_HEIGHT)
        if not mask.any():
            return
        self._put(paper, x * per_mm - 0.5, y * per_mm - 0.5, mask, shadow)
        self.kind[mask] = panel + 1
        self.mm[mask, 0] = x[mask] - offset[0]
        self.mm[mask, 1] = y[mask] - offset[1]

    def _put(self, paper: Floats, u: Floats, v: Floats, mask: NDArray[np.bool_], shadow: float) -> None:
        cover = cv2.blur(mask.astype(np.float32), (2, 2))
        if shadow > 0.1:
            size = max(self.x.shape) / 320
            soft = cv2.blur(cover, (int(7 * size) | 1, int(7 * size) | 1))
            soft = cv2.warpAffine(soft, np.array([[1, 0, 2 * size], [0, 1, 2 * size]]), soft.shape[::-1])
            self.pixels *= (1 - np.float32(shadow) * soft)[:, :, None]
        lain = cv2.remap(
            paper, u.astype(np.float32), v.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        self.pixels += cover[:, :, None] * (lain - self.pixels)


def reduced(paper: Pixels, style: Points, ratio: float) -> tuple[Floats, float]:
    """A paper in other colours (a 3 x 4 matrix on RGB), reduced when the picture shows it at `ratio` of its size; and by how much."""
    factor = 1.0
    if ratio < 0.75:
        factor = max(0.1, ratio * 1.25)
        paper = cast("Pixels", cv2.resize(paper, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
    return cast("Floats", np.clip(cv2.transform(paper.astype(np.float32), style), 0, 255)), factor


def reduction(matrix: Points, x: float, y: float) -> float:
    """Pixels of the picture per unit of the plane at a point of it."""
    ends = np.array([[x, y, 1], [x + 1, y, 1], [x, y + 1, 1]]) @ matrix.T
    at = ends[:, :2] / ends[:, 2:]
    return float(np.sqrt(np.linalg.norm(at[1] - at[0]) * np.linalg.norm(at[2] - at[0])))


def occlude(picture: Picture, rng: Chance) -> None:
    """Fingers, pens and cables over the scene; what they hide shows nothing."""
    height, width = picture.x.shape
    for _ in range(int(rng.choice([0, 1, 2, 3], p=[0.68, 0.2, 0.08, 0.04]))):
        mask = np.zeros((height, width), np.uint8)
        side = max(height, width)
        if rng.random() < 0.65:
            start, turn = rng.uniform([0, 0], [width, height]), rng.uniform(0, 6.28)
            rim = start + side * rng.uniform(0.1, 0.9) * np.array([math.cos(turn), math.sin(turn)])
            cv2.line(mask, _pt(start), _pt(rim), 255, int(side * rng.uniform(0.05, 0.11)), cv2.LINE_AA)
            colour = np.array(_SKIN[int(rng.integers(len(_SKIN)))], np.float32)
        else:
            points = rng.uniform([-width * 0.3, -height * 0.3], [width * 1.3, height * 1.3], (3, 2))
            cv2.polylines(
                mask, [points.astype(np.int32)], False, 255, int(side * rng.uniform(0.006, 0.03)), cv2.LINE_AA
            )
            colour = rng.uniform(0, 255, 3).astype(np.float32)
        cover = mask.astype(np.float32)[:, :, None] / 255
        round_off = cv2.GaussianBlur(cover, (0, 0), side * 0.015)[:, :, None]
        picture.pixels += cover * (colour * (0.3 + 0.7 * round_off) - picture.pixels)
        picture.kind[mask > 127] = 0


def _pt(point: Points) -> tuple[int, int]:
    return int(point[0]), int(point[1])


def expose(scene: Floats, rng: Chance, *, gentle: bool) -> Pixels:
    """Uneven light, shadows, glare, colour cast, darkness, blur, noise and JPEG."""
    image: NDArray[Any] = scene
    height, width = image.shape[:2]
    side = max(height, width)
    rows, columns = height // 8, width // 8
    x, y = np.meshgrid(
        np.linspace(-0.5, 0.5, columns, dtype=np.float32), np.linspace(-0.5, 0.5, rows, dtype=np.float32)
    )
    turn = rng.uniform(0, 6.28)
    lamp = 1 - np.float32(rng.uniform(0, 0.6)) * (0.5 + x * math.cos(turn) + y * math.sin(turn))
    lamp *= 1 - np.float32(rng.uniform(0, 0.7)) * (x * x + y * y)
    if rng.random() < 0.4:
        shadow = np.zeros((rows, columns), np.float32)
        spots = rng.uniform([-0.3, -0.3], [1.3, 1.3], (int(rng.integers(3, 7)), 2)) * [columns, rows]
        cv2.fillPoly(shadow, [cv2.convexHull(spots.astype(np.int32))], 1.0)
        lamp *= 1 - np.float32(rng.uniform(0.15, 0.65)) * cv2.GaussianBlur(shadow, (0, 0), float(rng.uniform(0.4, 3.0)))
    image = image * cv2.resize(lamp, (width, height), interpolation=cv2.INTER_LINEAR)[:, :, None]
    cast_by = np.clip(rng.normal(1, 0.08, 3), 0.6, 1.4).astype(np.float32)
    level = rng.uniform(0.75, 1.15) if rng.random() < 0.6 else rng.uniform(0.18, 1.3)
    image = image * (cast_by * np.float32(level))
    if rng.random() < 0.22:
        at, reach = rng.uniform(-0.45, 0.45, 2), rng.uniform(0.03, 0.2, 2)
        spot = np.exp(-(((x - at[0]) / reach[0]) ** 2 + ((y - at[1]) / reach[1]) ** 2)).astype(np.float32)
        image += np.float32(rng.uniform(40, 260)) * cv2.resize(spot, (width, height))[:, :, None]
    if rng.random() < 0.3:
        image = 255 * np.clip(image / 255, 0, 1) ** np.float32(math.exp(rng.normal(0, 0.3)))
    blur = rng.uniform(0, 0.7 if gentle else 0.9) * side / 320
    if rng.random() < 0.12:
        blur += rng.uniform(0.3, 1.2) * side / 320
    if blur > 0.25:
        image = cv2.GaussianBlur(image, (0, 0), blur)
    if rng.random() < 0.15:
        size = int(rng.choice([3, 5, 7]))
        kernel = np.zeros((size, size), np.float32)
        turn, half = rng.uniform(0, math.pi), size // 2
        reach = np.array([math.cos(turn), math.sin(turn)]) * half
        cv2.line(kernel, _pt(half - reach + 0.5), _pt(half + reach + 0.5), 1.0, 1)
        image = cv2.filter2D(image, -1, kernel / max(1.0, float(kernel.sum())))
    image = image + rng.standard_normal((height, width, 1), np.float32) * np.float32(rng.uniform(0, 7))
    if rng.random() < 0.3:
        image = image + rng.standard_normal(image.shape, np.float32) * np.float32(rng.uniform(0, 10))
    if rng.random() < 0.2:
        image = image + (image - cv2.GaussianBlur(image, (0, 0), 1.2)) * np.float32(rng.uniform(0.2, 1.5))
    out: NDArray[Any] = np.clip(image, 0, 255).astype(np.uint8)
    if rng.random() < 0.35:
        _, data = cv2.imencode(".jpg", out, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 90))])
        out = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR))
    if rng.random() < 0.1:
        out = np.repeat(cv2.cvtColor(out, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2)
    return np.ascontiguousarray(out)
