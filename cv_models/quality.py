"""Is a photo good enough to calculate from? Classical measures on a reduced copy, well under a tenth of a second per photo.

The thresholds were set on the training photos of the damage detector and on blurred, darkened and brightened versions
of them; `docs/models/damage.md` states the rates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.images import Image, fit_within, require_rgb

WORKING_SIDE: Final = 1024
MIN_SHORT_SIDE: Final = 480
MIN_SHARPNESS: Final = 28.0
MIN_DIRECTIONAL: Final = 21.0
MIN_BRIGHTNESS: Final = 38.0
MAX_BRIGHTNESS: Final = 222.0
MAX_GLARE_SHARE: Final = 0.1
GRID: Final = 8
ROW_STEP: Final = 4  # every fourth row says as much about focus as all of them

FloatImage = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PhotoQuality:
    """Measures of one photo.

    Attributes:
        sharpness: share of fine detail in the clearest edges in percent; about 20 out of focus, 35 to 60 sharp.
        brightness: mean luminance, 0 to 255.
        contrast: spread between the 5th and 95th percentile of luminance, 0 to 255.
        glare_share: share of the photo that is burnt out in connected patches, 0 to 1.
        width, height: pixels of the photo handed in.
        problems: codes out of too_small, blurred, too_dark, too_bright, glare; empty when the photo is usable.
        look: perceptual hash of the photo, 16 hexadecimal digits; photos that look alike differ in few of its 64 bits.

    """

    sharpness: float
    brightness: float
    contrast: float
    glare_share: float
    width: int
    height: int
    problems: tuple[str, ...]
    look: str = ""


def assess(image: Any) -> PhotoQuality:
    """Measure an upright RGB photo (H×W×3, uint8) and name what is wrong with it.

    Raises:
        ModelInputError: the array is not a photo (TK-IMAGE-001 to -005).

    """
    photo = require_rgb(image)
    height, width = photo.shape[:2]
    small, _ = fit_within(photo, WORKING_SIDE)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    brightness = float(grey.mean())
    low, high = np.percentile(grey, (5, 95))
    # The light blur takes off sensor noise and JPEG blocks, which would pass for detail.
    soft = np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.75), dtype=np.float32)
    sharpness = _sharpness(soft)
    glare = _glare_share(small)

    problems: list[str] = []
    if min(height, width) < MIN_SHORT_SIDE:
        problems.append("too_small")
    if sharpness < MIN_SHARPNESS or _directional_sharpness(soft) < MIN_DIRECTIONAL:
        problems.append("blurred")
    if brightness < MIN_BRIGHTNESS:
        problems.append("too_dark")
    elif brightness > MAX_BRIGHTNESS:
        problems.append("too_bright")
    if glare > MAX_GLARE_SHARE:
        problems.append("glare")
    return PhotoQuality(
        sharpness=round(sharpness, 2),
        brightness=round(brightness, 2),
        contrast=round(float(high - low), 2),
        glare_share=round(glare, 4),
        width=width,
        height=height,
        problems=tuple(problems),
        look=_look(grey),
    )


def _look(grey: Image) -> str:
    """The signs of the lowest 64 frequencies, the constant left out of their median; brightness and size fall out."""
    small = cv2.resize(grey, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    low = np.asarray(cv2.dct(small))[:8, :8].ravel()
    bits = low > np.median(low[1:])
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


def _sharpness(soft: FloatImage) -> float:
    """Share of the finest detail in the contrast of the clearest edges, in percent.

    A plain Laplacian variance calls a smooth, sharp car door blurred and a noisy blurred photo sharp. Relating fine to
    coarse contrast, only where there is an edge at all, depends on neither content nor exposure.
    """
    rows = np.s_[::ROW_STEP]
    fine = np.abs(soft[rows] - cv2.GaussianBlur(soft, (0, 0), 1.2)[rows])
    coarse = np.abs(soft[rows] - cv2.GaussianBlur(soft, (0, 0), 3.0)[rows])
    return _edge_ratio(fine, coarse, 3.0)


def _directional_sharpness(soft: FloatImage) -> float:
    """Step between neighbours over the step across six pixels, in percent, in the direction where it is lowest.

    A shaken photo stays sharp along one axis, which `_sharpness` takes for focus.
    """
    return min(
        _edge_ratio(np.abs(_shifted_difference(soft, step, 1)), np.abs(_shifted_difference(soft, step, 6)), 8.0)
        for step in ((0, 1), (1, 0), (1, 1), (1, -1))
    )


def _edge_ratio(fine: FloatImage, coarse: FloatImage, least: float) -> float:
    cells: list[float] = []
    height, width = coarse.shape
    for row in range(GRID):
        for column in range(GRID):
            part = np.s_[
                row * height // GRID : (row + 1) * height // GRID,
                column * width // GRID : (column + 1) * width // GRID,
            ]
            if coarse[part].size == 0 or fine[part].size == 0:
                continue  # a strip has fewer rows than the grid
            wide = _high(coarse[part])
            if wide >= least:  # a flat cell (sky, a clean panel) says nothing about focus
                cells.append(100.0 * _high(fine[part]) / wide)
    return float(np.percentile(cells, 90)) if cells else 0.0


def _shifted_difference(soft: FloatImage, step: tuple[int, int], distance: int) -> FloatImage:
    height, width = soft.shape
    distance = min(distance, height - 1, width - 1)
    down, right = step[0] * distance, step[1] * distance
    first = soft[: height - down, max(0, -right) : width - max(0, right)]
    second = soft[down:, max(0, right) : width + min(0, right)]
    return second[::ROW_STEP] - first[::ROW_STEP]


def _high(values: FloatImage) -> float:
    """98th percentile; `partition` is several times faster than `percentile` on small blocks."""
    flat = values.ravel()
    place = int(0.98 * (flat.size - 1))
    return float(np.partition(flat, place)[place])


def _glare_share(small: Image) -> float:
    """Share of burnt-out pixels in compact patches that lie inside the photo.

    Highlights on edges are too thin to count; a patch that touches the upper rim or both sides is sky or a studio wall.
    """
    burnt = (small.min(axis=2) >= 250).astype(np.uint8)
    compact = cv2.morphologyEx(burnt, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(compact)
    rims = set(np.unique(labels[0])) | (set(np.unique(labels[:, 0])) & set(np.unique(labels[:, -1])))
    inside = sum(int(stats[index, cv2.CC_STAT_AREA]) for index in range(1, count) if index not in rims)
    return inside / float(compact.size)
