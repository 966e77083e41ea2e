"""Finds the number plate on a photo by its form: dark letters of one height in a row on a bright, wide rectangle.

Classical vision only, some tens of milliseconds; reads nothing and keeps nothing of the plate but its outline.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.images import Image

LONGEST: Final = 1600
"""Photos are reduced to this side before the search; a plate narrower than about 60 pixels there is not found."""
LETTERS: Final = (4, 10)
"""Characters in one row of a German plate (district, letters, digits), seals not counted."""
LEAST_ASPECT: Final = 2.6
"""Width by height as seen: a German plate has 4.7, at a slant less; American and other plates of two rows have 2 to 2.4."""

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate as seen.

    Attributes:
        quad: its corners in pixels of the photo, (4, 2): top left, top right, bottom right, bottom left.
        letters: how many characters speak for it.
    """

    quad: Points
    letters: int

    @property
    def width(self) -> float:
        """Length of the middle line from left to right, pixels."""
        left, right = (self.quad[0] + self.quad[3]) / 2, (self.quad[1] + self.quad[2]) / 2
        return float(np.linalg.norm(right - left))


def find_plates(photo: Image) -> tuple[Plate, ...]:
    """Number plates on an upright RGB photo, the widest first; empty where none is seen clearly."""
    scale = min(1.0, LONGEST / max(photo.shape[:2]))
    size = (max(1, round(photo.shape[1] * scale)), max(1, round(photo.shape[0] * scale)))
    small = cv2.resize(photo, size, interpolation=cv2.INTER_AREA) if scale < 1 else photo
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    found: list[Plate] = []
    for line in _rows(_letters(grey)):
        plate = _outline(grey, small, line)
        if plate is not None and not any(_overlap(plate.quad, other.quad) for other in found):
            found.append(plate)
    found.sort(key=lambda plate: -plate.width)
    return tuple(Plate(plate.quad / scale, plate.letters) for plate in found)


def _letters(grey: NDArray[Any]) -> NDArray[Any]:
    """Boxes (x, y, width, height, area) of dark blots on bright ground that may be characters."""
    ground = cv2.boxFilter(grey, -1, (31, 31))
    dark = ((grey.astype(np.int16) < ground.astype(np.int16) - 14) & (ground > 70)).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    width, height, area = stats[:, 2], stats[:, 3], stats[:, 4]
    fill = area / np.maximum(1, width * height)
    good = (height >= 7) & (height <= 160) & (width >= 2) & (width <= 1.1 * height) & (fill > 0.18) & (fill < 0.98)
    good[0] = False
    return np.asarray(stats[good])


def _rows(boxes: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    """Letters of one height that stand side by side on one line; most letters first."""
    if len(boxes) < LETTERS[0]:
        return []
    boxes = boxes[np.argsort(boxes[:, 0])]
    across = boxes[:, 0] + boxes[:, 2] / 2
    middle = boxes[:, 1] + boxes[:, 3] / 2
    height = boxes[:, 3].astype(float)
    # From each letter to the next one right of it: near, of like height, little above or below.
    best = np.full(len(boxes), -1)
    for i in range(len(boxes)):
        right = np.arange(i + 1, min(len(boxes), i + 400))
        gap = across[right] - across[i]
        near = (gap > 0.25 * height[i]) & (gap < 2.3 * height[i])
        alike = np.abs(height[right] / height[i] - 1) < 0.22
        level = np.abs(middle[right] - middle[i]) < 0.35 * gap
        ok = right[near & alike & level]
        if len(ok):
            best[i] = ok[np.argmin(across[ok] + 2 * np.abs(middle[ok] - middle[i]))]
    rows = []
    heads = set(range(len(boxes))) - set(best[best >= 0].tolist())
    for head in sorted(heads):
        chain = [head]
        while best[chain[-1]] >= 0:
            chain.append(int(best[chain[-1]]))
        if LETTERS[0] <= len(chain) <= LETTERS[1]:
            row = boxes[chain]
            line = np.polyfit(across[chain], middle[chain], 1)
            off = np.abs(middle[chain] - np.polyval(line, across[chain]))
            if off.max() < 0.16 * height[chain].mean() and height[chain].std() < 0.13 * height[chain].mean():
                rows.append(row)
    return sorted(rows, key=lambda row: -len(row))


def _outline(grey: NDArray[Any], rgb: NDArray[Any], row: NDArray[np.int32]) -> Plate | None:
    """The bright rectangle around a row of letters, taken from its pixels; None where it has not the form of a plate."""
    tall = float(np.median(row[:, 3]))
    left, right = int(row[:, 0].min()), int((row[:, 0] + row[:, 2]).max())
    top, bottom = int(row[:, 1].min()), int((row[:, 1] + row[:, 3]).max())
    x0, x1 = max(0, round(left - 4.0 * tall)), min(grey.shape[1], round(right + 3.2 * tall))
    y0, y1 = max(0, round(top - 1.4 * tall)), min(grey.shape[0], round(bottom + 1.4 * tall))
    piece = grey[y0:y1, x0:x1]
    inner = grey[top:bottom, left:right]
    level, _ = cv2.threshold(inner, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    ink, paper = inner[inner <= level], inner[inner > level]
    if len(paper) < 0.3 * inner.size or not len(ink) or paper.mean() - ink.mean() < 35:
        return None
    # Paint nearly as bright as the plate runs into it at a low level, and parts from it at a higher one.
    for share in (0.62, 0.8, 0.92):
        mask = _field(
            piece > float(paper.mean()) * share + float(ink.mean()) * (1 - share),
            (left - x0, top - y0, right - x0, bottom - y0),
        )
        if mask is not None:
            plate = _plate(rgb, mask, (x0, y0), row)
            if plate is not None:
                return plate
    return None


def _field(bright: NDArray[np.bool_], letters: tuple[int, int, int, int]) -> NDArray[np.uint8] | None:
    """The bright field between and around the letters; None where it runs out of the piece."""
    left, top, right, bottom = letters
    opened = cv2.morphologyEx(bright.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _, labels = cv2.connectedComponents(opened, connectivity=4)
    seen = labels[top:bottom, left:right]
    names, counts = np.unique(seen[seen > 0], return_counts=True)
    if not len(names):
        return None
    mask = np.isin(labels, names[counts > 0.04 * counts.sum()]).astype(np.uint8)
    if mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any():
        return None
    return mask


def _plate(rgb: NDArray[Any], mask: NDArray[np.uint8], corner: tuple[int, int], row: NDArray[np.int32]) -> Plate | None:
    """A plate from its bright field, if it has the form of one and the letters fill it as letters do."""
    tall = float(np.median(row[:, 3]))
    edge = np.argwhere(mask)
    # Letters and seals that touch the rim bite into the field; a plate is convex.
    hull = cv2.convexHull(np.ascontiguousarray(edge[:, ::-1], dtype=np.int32))
    whole = cv2.fillConvexPoly(np.zeros_like(mask), hull, 1)
    if mask.sum() < 0.45 * whole.sum():
        return None
    quad = _corners(whole)
    if quad is None:
        return None
    quad = _with_blue(rgb, quad + np.asarray(corner), tall)
    top, right, bottom, left = (float(np.linalg.norm(quad[(n + 1) % 4] - quad[n])) for n in range(4))
    wide, high_side = (top + bottom) / 2, (left + right) / 2
    if min(top, bottom) < 0.88 * wide or min(left, right) < 0.82 * high_side:
        return None
    if not 1.2 < high_side / tall < 2.7 or not LEAST_ASPECT < wide / high_side < 5.6:
        return None
    if float((row[:, 0] + row[:, 2]).max() - row[:, 0].min()) < 0.45 * wide:
        return None
    return Plate(quad, len(row))


def _corners(mask: NDArray[Any]) -> Points | None:
    """Four corners of a bright field that is nearly a parallelogram: lines through its upper, lower, left and right rim."""
    columns = np.nonzero(mask.any(axis=0))[0]
    lines = np.nonzero(mask.any(axis=1))[0]
    inside = columns[(columns > np.quantile(columns, 0.06)) & (columns < np.quantile(columns, 0.94))]
    upper = np.array([mask[:, c].argmax() for c in inside], dtype=float)
    lower = np.array([mask.shape[0] - 1 - mask[::-1, c].argmax() for c in inside], dtype=float)
    middle = lines[(lines > np.quantile(lines, 0.25)) & (lines < np.quantile(lines, 0.75))]
    if len(inside) < 20 or len(middle) < 4:
        return None
    first = np.array([mask[r].argmax() for r in middle], dtype=float)
    last = np.array([mask.shape[1] - 1 - mask[r, ::-1].argmax() for r in middle], dtype=float)
    top, bottom = _line(inside, upper), _line(inside, lower)
    left, right = _line(middle, first), _line(middle, last)
    if any(line is None for line in (top, bottom, left, right)):
        return None
    corners = [_cross(a, b) for a, b in ((top, left), (top, right), (bottom, right), (bottom, left))]
    return np.array(corners, dtype=np.float64)


def _line(along: NDArray[Any], off: NDArray[Any]) -> tuple[float, float] | None:
    """A straight line off = a + b * along, outliers left out; None where the rim is no line."""
    keep = np.ones(len(along), bool)
    slope, start = 0.0, float(np.median(off))
    for _ in range(3):
        if keep.sum() < 4:
            return None
        slope, start = np.polyfit(along[keep], off[keep], 1)
        rest = np.abs(off - (start + slope * along))
        keep = rest <= max(1.2, 2.0 * float(np.median(rest)))
    return (float(start), float(slope)) if keep.mean() > 0.55 else None


def _cross(flat: Any, steep: Any) -> tuple[float, float]:
    """Where y = a + b x meets x = c + d y."""
    (a, b), (c, d) = flat, steep
    y = (a + b * c) / (1 - b * d)
    return c + d * y, y


def _with_blue(rgb: NDArray[Any], quad: Points, tall: float) -> Points:
    """The quad made longer by the blue band at its left end, where there is one: it belongs to the 520 millimetres."""
    along = (quad[1] - quad[0] + quad[2] - quad[3]) / 2
    wide = float(np.linalg.norm(along))
    if wide < 1:
        return quad
    step = along / wide
    start = (quad[0] + quad[3]) / 2
    reach = 0.0
    for distance in np.arange(0.05 * tall, 0.85 * tall, max(1.0, 0.06 * tall)):
        x, y = (start - step * distance).round().astype(int)
        if not (1 <= x < rgb.shape[1] - 1 and 1 <= y < rgb.shape[0] - 1):
            break
        red, green, blue = (int(v) for v in rgb[y - 1 : y + 2, x - 1 : x + 2].reshape(-1, 3).mean(axis=0))
        if blue > red + 25 and blue > green + 8:
            reach = float(distance)
    if reach < 0.3 * tall:
        return quad
    longer = quad.copy()
    longer[0] -= step * reach
    longer[3] -= step * reach
    return longer


def _overlap(one: Points, other: Points) -> bool:
    low, high = np.maximum(one.min(axis=0), other.min(axis=0)), np.minimum(one.max(axis=0), other.max(axis=0))
    return bool((high > low).all())
