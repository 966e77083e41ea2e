"""What lies over and under the sheet in a sample photo: its shadow, panels folded behind, fingers, a plastic sleeve."""

from __future__ import annotations

import random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.layout import SHEET_HEIGHT
from cv_models.registration.samples.camera import View

Image = NDArray[Any]
Points = NDArray[np.float64]
_SKINS = (
    (0.88, 0.68, 0.57),
    (0.80, 0.58, 0.46),
    (0.68, 0.46, 0.34),
    (0.48, 0.31, 0.22),
    (0.33, 0.21, 0.15),
    (0.92, 0.76, 0.68),
)


def shadow(image: Image, outline: Points, size: int, rng: random.Random) -> None:
    """The soft shadow that the paper throws on the table."""
    low = np.maximum(np.floor(outline.min(0) - size * 0.03).astype(int), 0)
    high = np.ceil(outline.max(0) + size * 0.03).astype(int)
    part = image[low[1] : high[1], low[0] : high[0]]
    if not part.size:
        return
    offset = np.array([rng.uniform(-1, 1), rng.uniform(-1, 1)]) * size * 0.006
    mask = np.zeros(((part.shape[0] + 3) // 4, (part.shape[1] + 3) // 4), np.float32)
    cv2.fillPoly(mask, [((outline + offset - low) / 4).astype(np.int32)], 1.0)
    mask = cv2.GaussianBlur(mask, (0, 0), max(0.6, size * rng.uniform(0.002, 0.007) / 4))
    full = cv2.resize(mask, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_LINEAR)
    part *= (1 - rng.uniform(0.3, 0.6) * full)[:, :, None]


def behind(image: Image, view: View, rng: random.Random) -> None:
    """The edge of a panel that is folded behind looks out by a millimetre or three."""
    first, last = view.span
    dx, dy = rng.uniform(-1.5, 1.5), rng.choice([-1, 1]) * rng.uniform(0.3, 3.0)
    side = 1.5 if rng.random() < 0.5 else -1.5
    quad = np.array([[first, 0.0], [last, 0.0], [last, SHEET_HEIGHT], [first, SHEET_HEIGHT]])
    pixels = view.pinhole(quad + np.array([dx + side, dy]))
    tone = rng.uniform(0.62, 0.85)
    cv2.fillPoly(image, [np.round(pixels * 16).astype(np.int32)], (tone * 0.97, tone, tone * 0.95), cv2.LINE_AA, 4)


def fingers(image: Image, outline: Points, rng: random.Random, count: int) -> None:
    """Thumbs on the rim, one or from both sides."""
    skin = np.array(rng.choice(_SKINS), np.float32)
    unit = float(np.ptp(outline[:, 0]) + np.ptp(outline[:, 1])) / 315
    first = rng.randrange(len(outline))
    for index in range(count):
        at = outline[(first + index * (len(outline) // 2 + rng.randrange(-9, 9))) % len(outline)]
        _finger(image, at, outline.mean(0), unit * rng.uniform(15, 21), skin, rng)


def _finger(image: Image, at: Points, middle: Points, thick: float, skin: Image, rng: random.Random) -> None:
    towards = (middle - at) / (np.linalg.norm(middle - at) + 1e-6)
    side = np.array([-towards[1], towards[0]])
    tip = at + towards * thick * rng.uniform(-0.4, 0.9)
    base = at - towards * thick * 7 + side * thick * rng.uniform(-2, 2)
    low = np.maximum(np.floor(np.minimum(tip, base) - thick * 1.5).astype(int), 0)
    high = np.ceil(np.maximum(tip, base) + thick * 1.5).astype(int)
    part = image[low[1] : high[1], low[0] : high[0]]
    if part.shape[0] < 8 or part.shape[1] < 8:
        return
    mask = np.zeros(part.shape[:2], np.float32)
    start, end = (tuple(int(v) for v in np.round((p - low) * 16)) for p in (tip, base))
    cv2.line(mask, start, end, 1.0, max(3, int(thick)), cv2.LINE_AA, 4)
    swell = tuple(int(v) for v in np.round((tip - towards * thick * 0.5 - low) * 16))
    cv2.circle(mask, swell, int(thick * 0.5 * 16), 1.0, -1, cv2.LINE_AA, 4)
    small = cv2.resize(mask, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    around = cv2.GaussianBlur(small, (0, 0), max(1.0, thick * 0.12))
    inside = cv2.GaussianBlur(small, (0, 0), max(1.0, thick * 0.07))
    full = (part.shape[1], part.shape[0])
    part *= (1 - 0.4 * cv2.resize(around, full))[:, :, None]
    round_off = np.clip((cv2.resize(inside, full) - 0.5) * 2, 0, 1)[:, :, None]
    yy, xx = np.mgrid[0 : part.shape[0], 0 : part.shape[1]].astype(np.float32)
    along = ((xx + low[0] - tip[0]) * towards[0] + (yy + low[1] - tip[1]) * towards[1]) / thick
    wrinkle = 1 - 0.06 * (np.exp(-((along + 1.9) ** 2) * 60) + np.exp(-((along + 2.15) ** 2) * 90))
    colour = skin * (0.5 + 0.5 * round_off) * wrinkle[:, :, None] * np.float32(rng.uniform(0.75, 1.05))
    if rng.random() < 0.7:
        nail = np.zeros(part.shape[:2], np.float32)
        spot = tip - towards * thick * 0.42 - low
        angle = float(np.degrees(np.arctan2(towards[1], towards[0])))
        axes = (int(thick * 0.36), int(thick * 0.27))
        cv2.ellipse(nail, (int(spot[0]), int(spot[1])), axes, angle, 0, 360, 1.0, -1, cv2.LINE_AA)
        colour = (
            colour + (np.minimum(skin * 1.12 + 0.08, 1.0) * (0.6 + 0.4 * round_off) - colour) * nail[:, :, None] * 0.8
        )
    part += cv2.GaussianBlur(mask, (0, 0), 1.0)[:, :, None] * (colour - part)


def sleeve(image: Image, outline: Points, rng: random.Random, amount: float) -> None:
    """A plastic sleeve over the sheet: a milky veil, soft window reflections, scratches and a welded rim."""
    height, width = image.shape[:2]
    grown = outline.mean(0) + (outline - outline.mean(0)) * rng.uniform(1.03, 1.1)
    step = 4
    mask = np.zeros(((height + step - 1) // step, (width + step - 1) // step), np.float32)
    cv2.fillPoly(mask, [(grown / step).astype(np.int32)], 1.0)
    shine = np.full_like(mask, 0.03 * amount)
    y, x = np.mgrid[0 : mask.shape[0], 0 : mask.shape[1]].astype(np.float32) * step / max(width, height)
    angle = rng.uniform(0, 3.14)
    across = x * np.cos(angle) + y * np.sin(angle)
    wave = across + 0.02 * np.sin(9 * (y - x) + rng.uniform(0, 6))
    for _ in range(rng.randrange(1, 4)):
        at, wide = rng.uniform(0.1, 0.9), rng.uniform(0.006, 0.05)
        shine += amount * rng.uniform(0.12, 0.5) * np.exp(-(((wave - at) / wide) ** 4))
    for _ in range(rng.randrange(4, 16)):
        start = (rng.randrange(mask.shape[1]), rng.randrange(mask.shape[0]))
        end = (start[0] + rng.randrange(-60, 60), start[1] + rng.randrange(-60, 60))
        cv2.line(shine, start, end, float(0.1 * amount), 1, cv2.LINE_AA)
    shine *= mask
    cv2.polylines(shine, [(grown / step).astype(np.int32)], True, float(0.25 * amount), 1, cv2.LINE_AA)
    full = cv2.resize(cv2.GaussianBlur(shine, (0, 0), 0.8), (width, height), interpolation=cv2.INTER_LINEAR)[:, :, None]
    image += full * (1.05 - np.minimum(image, 1.0))
