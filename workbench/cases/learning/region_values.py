"""What a region of damage can be: its words, its rectangle and its outline, checked against the photo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.cases.field_decisions import bad
from workbench.store.models import Finding, Photo

#: What is kept of a region in every act on it.
NAMES = ("category", "part", "side", "severity", "box", "polygon")
_MOST_POINTS = 400


def choice(name: str, value: str | None, allowed: Sequence[str]) -> str | None:
    """The word when it is one of those allowed, or None.

    Raises:
        TelekalkError: TK-CASE-007 for any other word.
    """
    if value is not None and value not in allowed:
        raise bad(name, value)
    return value


def box_in(box: Sequence[float], photo: Photo) -> list[int]:
    """x, y, width and height in whole pixels of the upright original, cut to the photo.

    Raises:
        TelekalkError: TK-CASE-007 when that is no rectangle or nothing of it lies in the photo.
    """
    try:
        x, y, width, height = (round(float(edge)) for edge in box)
    except (TypeError, ValueError, OverflowError) as problem:
        raise bad("box", box) from problem
    left, top = max(0, x), max(0, y)
    right, bottom = min(photo.width, x + width), min(photo.height, y + height)
    if right - left < 2 or bottom - top < 2:
        raise bad("box", list(box))
    return [left, top, right - left, bottom - top]


def polygon_in(points: Sequence[Sequence[float]] | None, photo: Photo) -> list[Any] | None:
    """The outline in whole pixels, cut to the photo; None for none.

    Raises:
        TelekalkError: TK-CASE-007 for fewer than 3 or more than 400 points, and for an outline that encloses nothing of the photo.
    """
    if not points:
        return None
    if not 3 <= len(points) <= _MOST_POINTS:
        raise bad("polygon", len(points))
    try:
        kept = [
            [min(max(round(float(x)), 0), photo.width), min(max(round(float(y)), 0), photo.height)] for x, y in points
        ]
    except (TypeError, ValueError, OverflowError) as problem:
        raise bad("polygon", points) from problem
    if area_of(kept) < 2:
        raise bad("polygon", points)
    return kept


def area_of(points: Sequence[Sequence[float]]) -> float:
    """Area inside an outline, square pixels."""
    turned = [*points[1:], points[0]]
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, turned, strict=True))) / 2


def bounds_of(points: Sequence[Sequence[float]]) -> list[int]:
    """The rectangle around an outline: x, y, width, height."""
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return [int(min(xs)), int(min(ys)), int(max(xs) - min(xs)), int(max(ys) - min(ys))]


def state_of(finding: Finding) -> dict[str, Any]:
    """The region as it stands."""
    return {name: getattr(finding, name) for name in NAMES}
