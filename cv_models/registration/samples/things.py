"""Things that lie on a table beside a document: pens, keys, coins, a keyboard, a cup, glasses. Flat, shaded, no likeness sought."""

from __future__ import annotations

import math
import random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[Any]


def lay(image: Image, at: tuple[float, float], px_per_mm: float, rng: random.Random) -> None:
    """Draw one thing by chance into a float RGB texture, in place."""
    draw = rng.choice([_pen, _pen, _key, _coins, _keyboard, _cup, _glasses, _phone])
    draw(image, at, px_per_mm, rng)


def _shape(image: Image, points: Image, colour: tuple[float, ...], drop: float = 5.0) -> None:
    """A filled outline with a soft shadow."""
    low = np.maximum(np.floor(points.min(0)).astype(int) - 20, 0)
    high = np.ceil(points.max(0)).astype(int) + 24
    part = image[low[1] : high[1], low[0] : high[0]]
    if not part.size:
        return
    mask = np.zeros(part.shape[:2], np.float32)
    cv2.fillPoly(mask, [np.round((points - low + drop) * 16).astype(np.int32)], 1.0, cv2.LINE_AA, 4)
    part *= 1 - 0.45 * cv2.GaussianBlur(mask, (0, 0), 4.0)[:, :, None]
    mask[:] = 0
    cv2.fillPoly(mask, [np.round((points - low) * 16).astype(np.int32)], 1.0, cv2.LINE_AA, 4)
    light = np.linspace(1.15, 0.8, part.shape[0], dtype=np.float32)[:, None, None]
    part += mask[:, :, None] * (np.array(colour, np.float32) * light - part)


def _bar(at: tuple[float, float], angle: float, length: float, width: float) -> Image:
    along, across = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
    middle = np.array(at)
    return np.array(
        [middle + along * a * length / 2 + across * b * width / 2 for a, b in ((-1, -1), (1, -0.8), (1, 0.8), (-1, 1))]
    )


def _ring(at: tuple[float, float], reach: float, squash: float = 1.0) -> Image:
    t = np.linspace(0, 2 * math.pi, 40, endpoint=False)
    return np.column_stack([at[0] + reach * np.cos(t), at[1] + reach * squash * np.sin(t)])


def _colour(rng: random.Random) -> tuple[float, float, float]:
    return rng.choice(
        [(0.08, 0.08, 0.09), (0.1, 0.15, 0.5), (0.6, 0.08, 0.1), (0.75, 0.75, 0.77), (0.85, 0.7, 0.1), (0.1, 0.4, 0.2)]
    )


def _pen(image: Image, at: tuple[float, float], px: float, rng: random.Random) -> None:
    angle, length = rng.uniform(0, 6.28), 140 * px
    _shape(image, _bar(at, angle, length, 10 * px), _colour(rng))
    tip = (at[0] + math.cos(angle) * length * 0.53, at[1] + math.sin(angle) * length * 0.53)
    _shape(image, _bar(tip, angle, 12 * px, 5 * px), (0.75, 0.75, 0.72), 2.0)


def _key(image: Image, at: tuple[float, float], px: float, rng: random.Random) -> None:
    angle = rng.uniform(0, 6.28)
    _shape(image, _bar(at, angle, 72 * px, 36 * px), (0.07, 0.07, 0.08))
    for index in range(3):
        spot = (at[0] + math.cos(angle) * (index - 1) * 17 * px, at[1] + math.sin(angle) * (index - 1) * 17 * px)
        _shape(image, _ring(spot, 6 * px), (0.22, 0.22, 0.24), 0.0)
    blade = (at[0] + math.cos(angle) * 58 * px, at[1] + math.sin(angle) * 58 * px)
    _shape(image, _bar(blade, angle, 46 * px, 9 * px), (0.7, 0.7, 0.7), 3.0)


def _coins(image: Image, at: tuple[float, float], px: float, rng: random.Random) -> None:
    for _ in range(rng.randrange(1, 5)):
        spot = (at[0] + rng.uniform(-50, 50) * px, at[1] + rng.uniform(-50, 50) * px)
        reach = rng.uniform(8, 13) * px
        _shape(image, _ring(spot, reach), (0.62, 0.50, 0.25), 3.0)
        _shape(image, _ring(spot, reach * 0.7), rng.choice([(0.72, 0.70, 0.64), (0.58, 0.46, 0.22)]), 0.0)


def _keyboard(image: Image, at: tuple[float, float], px: float, rng: random.Random) -> None:
    angle = rng.choice([0.0, math.pi / 2]) + rng.uniform(-0.3, 0.3)
    dark = rng.random() < 0.7
    _shape(image, _bar(at, angle, 300 * px, 110 * px), (0.10, 0.10, 0.11) if dark else (0.78, 0.78, 0.78))
    along, across = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
    for row in range(5):
        for column in range(15):
            spot = np.array(at) + along * (column - 7) * 19 * px + across * (row - 2) * 19 * px
            _shape(image, _bar((float(spot[0]), float(spot[1])), angle, 16 * px, 16 * px), (0.18, 0.18, 0.2) if dark else (0.93, 0.93, 0.93), 1.0)  # fmt: skip


def _cup(image: Image, at: tuple[float, float], px: float, rng: random.Random) -> None:
    colour = rng.choice([(0.9, 0.9, 0.88), (0.2, 0.3, 0.5), (0.5, 0.15, 0.12)])
    _shape(image, _ring(at, 41 * px), colour, 12.0)
    _shape(image, _ring(at, 37 * px), (0.16, 0.09, 0.05), 0.0)


def _glasses(image: Image, at: tuple[float, float], px: float, rng: random.Random) -> None:
    angle = rng.uniform(0, 6.28)
    for side in (-1, 1):
        spot = (round(at[0] + side * 32 * px * math.cos(angle)), round(at[1] + side * 32 * px * math.sin(angle)))
        cv2.circle(image, spot, round(24 * px), (0.08, 0.08, 0.08), max(2, round(3 * px)), cv2.LINE_AA)
        far = (round(spot[0] - math.sin(angle) * 130 * px), round(spot[1] + math.cos(angle) * 130 * px))
        cv2.line(image, spot, far, (0.08, 0.08, 0.08), max(2, round(3 * px)), cv2.LINE_AA)


def _phone(image: Image, at: tuple[float, float], px: float, rng: random.Random) -> None:
    angle = rng.uniform(0, 6.28)
    _shape(image, _bar(at, angle, 150 * px, 74 * px), (0.05, 0.05, 0.06))
    _shape(image, _bar(at, angle, 142 * px, 67 * px), (0.10, 0.11, 0.14), 0.0)
