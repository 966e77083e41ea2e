"""Outlines of COCO annotations: read, checked, cut to the picture."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from cv_models.datasets.photos import Ring, ring_area
from cv_models.findings import Box

_Point = tuple[float, float]


def finite(value: Any) -> float | None:
    """The number, or None for anything that is no finite number (also for true and false)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def rings(raw: Any, box: Box, width: int, height: int) -> tuple[tuple[Ring, ...], bool]:
    """The outlines of an annotation inside a picture of width×height, and whether something of them was unusable.

    A ring that only repeats the annotation's box is no outline. Run-length masks are not read (unusable).
    """
    if raw is None or raw == []:
        return (), False
    if not isinstance(raw, list):
        return (), True
    bad = False
    found: list[Ring] = []
    for flat in raw:
        ring = _ring(flat)
        if ring is None:
            bad = True
            continue
        cut = clip(ring, width, height)
        if len(cut) < 3 or ring_area(cut) < 0.5:
            bad = True
            continue
        found.append(cut)
    if len(found) == 1 and _is_box(found[0], box):
        return (), bad
    return tuple(found), bad


def _ring(flat: Any) -> Ring | None:
    if not isinstance(flat, list) or len(flat) < 6 or len(flat) % 2:
        return None
    numbers = [finite(value) for value in flat]
    known = [value for value in numbers if value is not None]
    if len(known) != len(numbers):
        return None
    return tuple(zip(known[::2], known[1::2], strict=True))


def _is_box(ring: Ring, box: Box) -> bool:
    right, bottom = box.x + box.width, box.y + box.height
    corners = ((box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom))

    def near(point: _Point, others: Iterable[_Point]) -> bool:
        return any(math.dist(point, other) < 1.0 for other in others)

    return len(ring) <= 5 and all(near(p, corners) for p in ring) and all(near(c, ring) for c in corners)


def clip(ring: Ring, width: float, height: float) -> Ring:
    """The part of a ring inside the picture (Sutherland-Hodgman); empty when nothing of it is."""
    points = list(ring)
    for axis, limit, sign in ((0, 0.0, 1.0), (0, width, -1.0), (1, 0.0, 1.0), (1, height, -1.0)):
        points = _cut(points, axis, limit, sign)
        if not points:
            return ()
    return tuple(points)


def _cut(points: list[_Point], axis: int, limit: float, sign: float) -> list[_Point]:
    def inside(point: _Point) -> bool:
        return sign * (point[axis] - limit) >= 0.0

    kept: list[_Point] = []
    for last, point in zip((points[-1], *points[:-1]), points, strict=True):
        if inside(last) != inside(point):
            share = (limit - last[axis]) / (point[axis] - last[axis])
            other = last[1 - axis] + share * (point[1 - axis] - last[1 - axis])
            kept.append((limit, other) if axis == 0 else (other, limit))
        if inside(point):
            kept.append(point)
    return kept
