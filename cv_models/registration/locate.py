"""Finds the form in the photo: the grid of its three panels, and where print stands on it."""

from __future__ import annotations

from dataclasses import dataclass

from cv_models.registration.anchor_search import find_grid, search_page, settle
from cv_models.registration.anchors import is_printed
from cv_models.registration.grid import Grid, value_point
from cv_models.registration.layout import PANELS, PanelName
from cv_models.registration.ocr import Pixels
from cv_models.registration.text_lines import Line, orient

__all__ = [
    "Grid",
    "Line",
    "Located",
    "SheetBox",
    "find_grid",
    "is_printed",
    "locate",
    "orient",
    "settle",
    "value_point",
]


@dataclass(frozen=True, slots=True)
class SheetBox:
    """An unread run of print on a panel: its place in mm of the grid and the detector's score."""

    panel: PanelName
    x0: float
    y0: float
    x1: float
    y1: float
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """What was found.

    Attributes:
        grid: the fitted form, None when there is none to read.
        boxes: runs of print in its panels, unread.
        reason: why there is no grid: `no_document`, `too_dark`, `too_small`, `two_documents`, `other_side`, `part_two`,
            `foreign` or `screen`.
        certainty: 0 to 1, how sure the grid stands where it is said to; per panel in `grid.trust`.
    """

    grid: Grid | None
    boxes: tuple[SheetBox, ...] = ()
    reason: str | None = None
    certainty: float = 0.0


def locate(photo: Pixels, *, threads: int) -> Located:
    """Find the registration document.

    Args:
        photo: RGB, H x W x 3, uint8, turned in any way.
        threads: onnxruntime threads.
    """
    found = search_page(photo, threads)
    if found is None:
        return Located(None, reason="no_document")
    grid, lines = found
    certainty = min(1.0, grid.anchors / 12) * min(1.0, grid.support / 20)
    grid.trust = dict.fromkeys(PANELS, certainty)
    return Located(grid, boxes_of_lines(grid, lines), None, certainty)


def boxes_of_lines(grid: Grid, lines: list[Line]) -> tuple[SheetBox, ...]:
    """Detected lines of the page as runs of print on the panels; a line over a fold is parted there."""
    out: list[SheetBox] = []
    for line in lines:
        quad = line.quad
        for panel, (low, high) in PANELS.items():
            mm = grid.to_sheet(quad, panel)
            x0, x1 = float(mm[[0, 3], 0].mean()), float(mm[[1, 2], 0].mean())
            y0, y1 = float(mm[:2, 1].mean()), float(mm[2:, 1].mean())
            left, right = max(x0, low), min(x1, high + (8.0 if panel == "right" else 0.0))
            if right - left > max(1.0, 0.3 * (y1 - y0)) and y0 > -4 and y1 < 109 and 0.8 < y1 - y0 < 9:
                out.append(SheetBox(panel, left, y0, right, y1, line.box.score))
    return tuple(out)
