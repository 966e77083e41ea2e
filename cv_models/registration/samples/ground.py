"""Security grounds: fine interlaced curves in greenish, yellowish and bluish tones; many patterns, pale to strong."""

from __future__ import annotations

import random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.layout import SHEET_HEIGHT, SHEET_WIDTH

Field = NDArray[Any]
STYLES = ("waves", "waves", "lattice", "rings", "rosettes", "micro", "plain")
_PAPERS = ((0.93, 0.96, 0.90), (0.95, 0.95, 0.89), (0.91, 0.95, 0.93), (0.96, 0.96, 0.94), (0.90, 0.93, 0.88), (0.94, 0.95, 0.97))  # fmt: skip
_GREENS = ((0.55, 0.75, 0.52), (0.45, 0.70, 0.50), (0.62, 0.80, 0.66), (0.60, 0.72, 0.45))
_YELLOWS = ((0.86, 0.80, 0.48), (0.92, 0.86, 0.60), (0.90, 0.74, 0.52))
_BLUES = ((0.50, 0.68, 0.80), (0.58, 0.74, 0.84), (0.62, 0.66, 0.84))


def ground(
    rng: random.Random,
    px_per_mm: float,
    *,
    width: float = SHEET_WIDTH,
    height: float = SHEET_HEIGHT,
    strength: float = 1.0,
) -> Field:
    """A ground by chance as float RGB (0 to 1).

    Args:
        rng: source of chance.
        px_per_mm: resolution of the result.
        width: of the sheet in mm.
        height: of the sheet in mm.
        strength: 1 for this document, less for other papers.
    """
    drawn = px_per_mm / 2
    columns, rows = round(width * drawn), round(height * drawn)
    x = np.linspace(0, width, columns, dtype=np.float32)[None, :]
    y = np.linspace(0, height, rows, dtype=np.float32)[:, None]
    image = np.empty((rows, columns, 3), np.float32)
    image[:] = np.array(rng.choice(_PAPERS), np.float32) + np.float32(rng.uniform(-0.03, 0.02))
    tones = [np.array(rng.choice(group), np.float32) for group in (_GREENS, _YELLOWS, _BLUES)]
    style = rng.choice(STYLES)
    power = strength * rng.choice([0.5, 0.8, 1.0, 1.0, 1.35])
    if rng.random() < 0.7:
        _wash(image, x, y, tones, rng, 0.25 * power)
    if style != "plain":
        for tone in tones:
            cover = _lines(style, x, y, rng) * np.float32(rng.uniform(0.22, 0.5) * power)
            cover *= 0.6 + 0.4 * np.sin(rng.uniform(0.01, 0.08) * x + rng.uniform(0, 0.05) * y + rng.uniform(0, 6.3))
            image += np.clip(cover, 0, 1)[:, :, None] * (tone - image)
        for _ in range(rng.choice([0, 1, 2, 4])):
            _rosette(image, x, y, rng.choice(tones), rng, 0.4 * power)
    full = (round(width * px_per_mm), round(height * px_per_mm))
    return np.asarray(np.clip(cv2.resize(image, full, interpolation=cv2.INTER_LINEAR), 0, 1), dtype=np.float32)


def _wash(image: Field, x: Field, y: Field, tones: list[Field], rng: random.Random, power: float) -> None:
    """Soft passages from one tone to the next, as iris printing has them."""
    for tone in tones:
        a, b = rng.uniform(-0.04, 0.04), rng.uniform(-0.06, 0.06)
        cover = (0.5 + 0.5 * np.sin(a * x + b * y + np.float32(rng.uniform(0, 6.3)))).astype(np.float32) * power
        image += cover[:, :, None] * (tone - image)


def _lines(style: str, x: Field, y: Field, rng: random.Random) -> Field:
    """Coverage of one family of thin lines."""
    a, b, c = (rng.uniform(0.04, 0.18) for _ in range(3))
    p, q = rng.uniform(0, 6.3), rng.uniform(0, 6.3)
    if style == "lattice":
        slope = rng.choice([-1.6, -1.0, -0.6, 0.6, 1.0, 1.6])
        wave = slope * x + y + np.float32(1.2) * np.sin(a * 2 * x + p)
    elif style == "rings":
        cx, cy = rng.uniform(-30, 240), rng.uniform(-60, 160)
        wave = np.hypot(x - cx, (y - cy) * rng.uniform(0.6, 1.4)) + np.float32(0.8) * np.sin(0.3 * x + p)
    elif style == "micro":
        wave = y * 2.2 + np.float32(0.35) * np.sin(rng.uniform(0.9, 2.0) * x + p)
    elif style == "rosettes":
        wave = (
            y
            + np.float32(2.4) * np.sin(a * x + p) * np.sin(b * y + q)
            + np.float32(0.6) * np.sin(rng.uniform(0.5, 1.1) * x)
        )
    else:
        wave = y + np.float32(3.0) * np.sin(a * x + p) + np.float32(2.0) * np.sin(b * 1.7 * x + c * y + q)
    line = np.abs(np.mod(wave * np.float32(rng.uniform(0.6, 1.25)), 1.0) - 0.5)
    return np.clip((rng.uniform(0.09, 0.15) - line) * 9, 0, 1).astype(np.float32)


def _rosette(image: Field, x: Field, y: Field, tone: Field, rng: random.Random, power: float) -> None:
    cx, cy = rng.uniform(10, float(x.max()) - 10), rng.uniform(10, float(y.max()) - 10)
    dx, dy = x - np.float32(cx), y - np.float32(cy)
    radius, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    petals, reach = rng.randrange(5, 14), rng.uniform(9, 20)
    line = np.abs(np.mod(radius * 0.9 + np.float32(1.6) * np.sin(petals * angle), 1.0) - 0.5)
    cover = np.clip((0.12 - line) * 9, 0, 1) * np.exp(-((radius / reach) ** 2)) * power
    image += cover[:, :, None].astype(np.float32) * (tone - image)
