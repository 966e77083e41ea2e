"""Finds wheels on a photo by their form: a round rim within a dark ring of rubber, seen as an upright ellipse.

Classical vision only. A wheel stands on the ground and turns about a level axle, so its ellipse stands upright wherever the camera is:
the photo is widened step by step until the ellipse is a circle, and circles are easy to find. The rim is taken, not the tyre,
whose outer edge is dark on the dark of the arch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.images import Image

LONGEST: Final = 512
"""Photos are reduced to this side before the search."""
RIM_MM: Final = 455.0
"""Visible edge of the rim of common cars: 15 to 18 inches and the flange, 415 to 495 mm; the middle, our judgement."""
RIM_SPREAD: Final = 0.09
"""Share by which rims differ from it."""
SQUEEZES: Final = (0.95, 0.78, 0.62)
"""Short by long axis of the ellipses that are looked for, each with its neighbourhood; flatter ones measure nothing."""
RADII: Final = (15, 110)
DARK_RING: Final = 0.85
"""So much of the ring around the rim must be darker than the rim."""


@dataclass(frozen=True, slots=True)
class Wheel:
    """A rim as seen.

    Attributes:
        centre: pixels.
        axes: long (upright) and short (level) diameter, pixels.
    """

    centre: tuple[float, float]
    axes: tuple[float, float]


def find_wheels(photo: Image) -> tuple[Wheel, ...]:
    """Wheels on an upright RGB photo, the largest first; empty where none is seen clearly."""
    scale = min(1.0, LONGEST / max(photo.shape[:2]))
    size = (max(1, round(photo.shape[1] * scale)), max(1, round(photo.shape[0] * scale)))
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA) if scale < 1 else photo
    # The sky holds no wheels.
    above = small.shape[0] // 4
    small = np.ascontiguousarray(small[above:])
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    light = cv2.GaussianBlur(grey, (3, 3), 0)
    found: list[tuple[float, float, float, float, float]] = []
    for squeeze in SQUEEZES:
        wide = cv2.GaussianBlur(cv2.resize(grey, (max(1, round(grey.shape[1] / squeeze)), grey.shape[0])), (5, 5), 1.2)
        circles = cv2.HoughCircles(
            wide, cv2.HOUGH_GRADIENT_ALT, 1.5, 12, param1=200, param2=0.7, minRadius=RADII[0], maxRadius=RADII[1]
        )
        for x, y, radius in [] if circles is None else circles.reshape(-1, 3)[:12]:
            mark = _rim(light, float(x) * squeeze, float(y), float(radius), squeeze)
            if mark > 0:
                found.append((mark, float(x) * squeeze, float(y), float(radius), squeeze))
    kept: list[tuple[float, float, float, float, float]] = []
    for mark, x, y, radius, squeeze in sorted(found, reverse=True):
        if all(np.hypot(x - other[1], y - other[2]) > other[3] for other in kept):
            kept.append((mark, x, y, radius, squeeze))
    wheels = [
        Wheel((x / scale, (y + above) / scale), (2 * radius / scale, 2 * radius * squeeze / scale))
        for _, x, y, radius, squeeze in kept
    ]
    return tuple(sorted(wheels, key=lambda wheel: -wheel.axes[0]))


def _ring(
    grey: NDArray[Any], x: float, y: float, radius: float, squeeze: float, at: float
) -> NDArray[np.float64] | None:
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    across = np.round(x + radius * at * squeeze * np.cos(angle)).astype(int)
    down = np.round(y + radius * at * np.sin(angle)).astype(int)
    ok = (across >= 0) & (down >= 0) & (across < grey.shape[1]) & (down < grey.shape[0])
    if ok.mean() < 0.8:
        return None
    return grey[down[ok], across[ok]].astype(np.float64)


def _rim(grey: NDArray[Any], x: float, y: float, radius: float, squeeze: float) -> float:
    """How much the circle looks like the edge of a rim: bright just inside, rubber outside all around; 0: not at all."""
    rim = [_ring(grey, x, y, radius, squeeze, at) for at in (0.5, 0.7, 0.92)]
    rubber = [_ring(grey, x, y, radius, squeeze, at) for at in (1.10, 1.20)]
    if any(ring is None for ring in (*rim, *rubber)):
        return 0.0
    inside = np.concatenate([ring for ring in rim if ring is not None])
    outside = np.concatenate([ring for ring in rubber if ring is not None])
    bright, dark = float(np.quantile(inside, 0.7)), float(np.median(outside))
    if bright < 1.5 * dark + 8 or dark > 95:
        return 0.0
    # Under the tyre is the ground; under a lamp, which is round and stands in black as well, is more of the same.
    left, right = round(x - 0.5 * radius * squeeze), round(x + 0.5 * radius * squeeze)
    ground = grey[min(round(y + 1.6 * radius), grey.shape[0] - 1) : round(y + 1.85 * radius), max(0, left) : right]
    if not ground.size or float(np.median(ground)) < dark + 12:
        return 0.0
    share = float((outside < (bright + 2 * dark) / 3 + 6).mean())
    return share * (bright - dark) / (dark + 20) if share >= DARK_RING else 0.0
