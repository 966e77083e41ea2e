"""Drawn stand-ins for photo roles of which there are no photos: instrument clusters, and papers that are no registration.

They teach the role classifier what a dial with digits and a page of print look like; how far that carries over to real
photos is said in the model card.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.images import Image

SIZE = (480, 640)
FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_PLAIN)

Point = tuple[int, int]


def _colour(rng: np.random.Generator, low: int, high: int) -> tuple[int, int, int]:
    value = rng.integers(low, high, 3)
    return int(value[0]), int(value[1]), int(value[2])


def _finish(canvas: NDArray[np.uint8], rng: np.random.Generator) -> Image:
    """Perspective, uneven light, blur and noise, as a hand-held phone adds them."""
    height, width = canvas.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    moved = corners + rng.normal(0, 0.06, (4, 2)).astype(np.float32) * np.array([width, height], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    border = _colour(rng, 10, 200)
    warped = cv2.warpPerspective(canvas, matrix, (width, height), borderValue=border).astype(np.float32)
    ramp = np.linspace(rng.uniform(0.6, 1.1), rng.uniform(0.8, 1.2), width, dtype=np.float32)[None, :, None]
    lit = cv2.GaussianBlur(warped * ramp, (0, 0), float(rng.uniform(0.4, 1.6)))
    noisy = lit + rng.normal(0, rng.uniform(1, 7), lit.shape)
    return np.asarray(np.clip(noisy, 0, 255), dtype=np.uint8)


def odometer(rng: np.random.Generator) -> Image:
    """An instrument cluster with one to three dials and a mileage display (RGB)."""
    height, width = SIZE
    ground = _colour(rng, 5, 50)
    canvas = np.full((height, width, 3), ground, dtype=np.uint8)
    light = _colour(rng, 150, 255)
    count = int(rng.integers(1, 4))
    for index in range(count):
        centre = (int(width * (index + 0.5 + rng.uniform(-0.08, 0.08)) / count), int(height * rng.uniform(0.4, 0.6)))
        radius = int(min(width / count, height) * rng.uniform(0.34, 0.5))
        _dial(canvas, centre, radius, light, rng)
    x, y = int(width * rng.uniform(0.2, 0.6)), int(height * rng.uniform(0.55, 0.9))
    lit = bool(rng.random() < 0.5)
    cv2.rectangle(canvas, (x, y - 40), (x + 220, y + 14), _colour(rng, 60, 160) if lit else _colour(rng, 0, 40), -1)
    text = f"{rng.integers(100, 320_000)} km"
    ink = _colour(rng, 0, 40) if lit else light
    cv2.putText(canvas, text, (x + 6, y), int(rng.choice(FONTS[:3])), float(rng.uniform(0.8, 1.4)), ink, 2)
    for _ in range(int(rng.integers(0, 7))):
        place = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        lamp = ((230, 40, 30), (240, 170, 20), (40, 200, 70))[int(rng.integers(3))]
        cv2.circle(canvas, place, int(rng.integers(5, 12)), lamp, -1)
    return _finish(canvas, rng)


def _dial(
    canvas: NDArray[np.uint8], centre: Point, radius: int, light: tuple[int, int, int], rng: np.random.Generator
) -> None:
    cv2.circle(canvas, centre, radius, _colour(rng, 0, 45), -1)
    cv2.circle(canvas, centre, radius, light, int(rng.integers(1, 5)))
    ticks = int(rng.integers(7, 14))
    for tick in range(ticks):
        angle = np.radians(140 + 260 * tick / (ticks - 1))
        ray = np.array([np.cos(angle), np.sin(angle)])
        inner, outer = (np.array(centre) + ray * radius * share for share in (0.84, 0.97))
        cv2.line(canvas, _point(inner), _point(outer), light, 2)
        spot = np.array(centre) + ray * radius * 0.68 - np.array([10, -5])
        cv2.putText(canvas, str(tick * int(rng.choice((1, 10, 20)))), _point(spot), FONTS[0], radius / 320, light, 1)
    angle = np.radians(rng.uniform(140, 400))
    tip = np.array(centre) + np.array([np.cos(angle), np.sin(angle)]) * radius * 0.8
    cv2.line(canvas, centre, _point(tip), (220, 50, 30), max(2, radius // 40))


def _point(value: NDArray[np.float64]) -> Point:
    return int(value[0]), int(value[1])


def paper(rng: np.random.Generator) -> Image:
    """A white letter, invoice, receipt or form on a table: printed, but no registration document (RGB)."""
    height, width = SIZE[::-1] if rng.random() < 0.6 else SIZE
    canvas = np.full((height, width, 3), _colour(rng, 40, 190), dtype=np.uint8)
    left, top = int(width * rng.uniform(0.03, 0.15)), int(height * rng.uniform(0.03, 0.12))
    sheet = (left, top, width - left, height - top)
    shade = int(rng.integers(215, 256))
    cv2.rectangle(canvas, sheet[:2], sheet[2:], (shade, shade, max(0, shade - int(rng.integers(0, 14)))), -1)
    y = top + 30
    while y < sheet[3] - 20:
        if rng.random() < 0.75:
            words = "".join(chr(97 + int(c)) if c < 26 else " " for c in rng.integers(0, 31, 60))
            reach = int(rng.integers(12, 58))
            ink = int(rng.integers(0, 90))
            cv2.putText(canvas, words[:reach], (left + 14, y), int(rng.choice(FONTS)), 0.38, (ink, ink, ink), 1)
        y += int(rng.integers(14, 26))
    return _finish(canvas, rng)


def screen(rng: np.random.Generator) -> Image:
    """A screenshot-like page of coloured boxes and text (RGB)."""
    height, width = SIZE[::-1] if rng.random() < 0.5 else SIZE
    canvas = np.full((height, width, 3), _colour(rng, 200, 256), dtype=np.uint8)
    for _ in range(int(rng.integers(3, 12))):
        x, y = int(rng.integers(0, width - 60)), int(rng.integers(0, height - 40))
        far = (x + int(rng.integers(40, width)), y + int(rng.integers(20, 160)))
        cv2.rectangle(canvas, (x, y), far, _colour(rng, 20, 256), -1)
        cv2.putText(canvas, f"{rng.integers(10**6)}", (x + 8, y + 24), FONTS[0], 0.6, _colour(rng, 0, 256), 1)
    return canvas


def scenery(rng: np.random.Generator) -> Image:
    """Sky, ground, clouds of colour and boxes: a photo that shows no vehicle (RGB)."""
    height, width = SIZE
    coarse = rng.integers(0, 256, (int(rng.integers(2, 9)), int(rng.integers(2, 9)), 3)).astype(np.uint8)
    field = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    canvas = np.asarray(cv2.addWeighted(field, 0.5, np.full_like(field, _colour(rng, 40, 220)), 0.5, 0), dtype=np.uint8)
    for _ in range(int(rng.integers(0, 15))):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        if rng.random() < 0.5:
            cv2.ellipse(
                canvas,
                (x, y),
                (int(rng.integers(4, 120)), int(rng.integers(4, 90))),
                0,
                0,
                360,
                _colour(rng, 0, 256),
                -1,
            )
        else:
            cv2.rectangle(
                canvas, (x, y), (x + int(rng.integers(4, 200)), y + int(rng.integers(4, 200))), _colour(rng, 0, 256), -1
            )
    return _finish(canvas, rng)
