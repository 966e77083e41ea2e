"""What can stand in each cell of the fitted form: printed lines from the runs of print that were found, and what was seen in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import numpy as np

from cv_models.registration.grid import value_point
from cv_models.registration.layout import CELL, CELLS, PANELS, PanelName
from cv_models.registration.locate import SheetBox
from cv_models.registration.ocr import Scores


@dataclass(slots=True, eq=False)
class Piece:
    """Part of a line that stands in one cell row: the recogniser's steps of that part and its place on the sheet (mm)."""

    scores: Scores
    x0: float
    x1: float
    y: float
    height: float


@dataclass(slots=True)
class CellText:
    """Everything seen in one cell, by row."""

    rows: dict[int, list[Piece]] = field(default_factory=dict)

    def text(self, allowed: str | None = None) -> str:
        """Rows from top to bottom, parted by newlines; pieces of a row by a space."""
        lines = []
        for row in sorted(self.rows):
            parts = [p.scores.decode(allowed)[0].strip() for p in sorted(self.rows[row], key=lambda p: p.x0)]
            lines.append(" ".join(p for p in parts if p))
        return "\n".join(line for line in lines if line)

    def weakest(self, allowed: str | None = None) -> float:
        """Confidence of the least certain character."""
        values = [p.scores.weakest(allowed) for pieces in self.rows.values() for p in pieces]
        return min((v for v in values if v > 0), default=0.0)

    def bounds(self) -> tuple[float, float, float, float] | None:
        """x0, y0, x1, y1 on the sheet in mm."""
        pieces = [p for row in self.rows.values() for p in row]
        if not pieces:
            return None
        return (
            min(p.x0 for p in pieces),
            min(p.y - p.height / 2 for p in pieces),
            max(p.x1 for p in pieces),
            max(p.y + p.height / 2 for p in pieces),
        )


@dataclass(frozen=True, slots=True)
class Run:
    """One printed line of a cell, unread: its place on the sheet in mm (middle and height across), and whether the text
    detector saw it (else there is ink in an empty-looking cell).
    """

    code: str
    row: int
    x0: float
    x1: float
    y: float
    height: float
    detected: bool = True


# (y, code, row) of every line that can be printed
_ROWS: Final[dict[PanelName, list[tuple[float, str, int]]]] = {
    panel: [(float(value_point(c, r)[1]), c.code, r) for c in CELLS if c.panel == panel for r in range(c.lines)]
    for panel in PANELS
}
_TALL: Final = 6.4  # mm: a box as high as this holds two lines
_GAP: Final = 6.0  # mm between parts of one value


def runs(boxes: Iterable[SheetBox]) -> dict[tuple[str, int], Run]:
    """The printed line of each cell row, from runs of print.

    A box over several cells is parted between them; the printed code of a cell is left out where it can be told by place.
    """
    parts: dict[tuple[str, int], list[SheetBox]] = {}
    for box in boxes:
        height = box.y1 - box.y0
        if not 1.2 < height < 9.0 or box.x1 - box.x0 < 0.4:
            continue
        middle = (box.y0 + box.y1) / 2
        levels = [middle] if height < _TALL else [box.y0 + 0.3 * height, box.y1 - 0.3 * height]
        half = height / 2 if height < _TALL else 2.3
        for y in levels:
            for code, row in _cells_at(box.panel, box.x0, box.x1, y):
                part = _within(code, SheetBox(box.panel, box.x0, y - half, box.x1, y + half, box.score, box.after))
                if part is not None:
                    parts.setdefault((code, row), []).append(part)
    heights = [p.y1 - p.y0 for found in parts.values() for p in found if p.y1 - p.y0 > 1.8]
    usual = float(np.median(heights)) if heights else 0.0
    out: dict[tuple[str, int], Run] = {}
    for (code, row), found in parts.items():
        kept = _one_baseline(found, float(value_point(CELL[code], row)[1]), usual)
        if kept:
            lengths = np.array([p.x1 - p.x0 for p in kept])
            y = float(np.average([(p.y0 + p.y1) / 2 for p in kept], weights=lengths))
            height = float(np.average([p.y1 - p.y0 for p in kept], weights=lengths))
            out[code, row] = Run(code, row, min(p.x0 for p in kept), max(p.x1 for p in kept), y, height)
    return out


def _cells_at(panel: PanelName, x0: float, x1: float, y: float) -> list[tuple[str, int]]:
    """The cell rows of the nearest level on which a run from x0 to x1 can stand."""
    reach = 2.1 if panel != "left" else 2.8
    near = [
        (abs(at - y), at, code, row)
        for at, code, row in _ROWS[panel]
        if abs(at - y) <= reach and min(x1, right_limit(code)) - max(x0, CELL[code].label_x - 0.7) > 0.6
    ]
    if not near:
        return []
    level = min(near)[1]
    return [(code, row) for _, at, code, row in near if abs(at - level) < 0.3]


def _within(code: str, box: SheetBox) -> SheetBox | None:
    """The part of a box that can be the cell's value, None when that is nothing."""
    cell = CELL[code]
    left, right = box.x0, min(box.x1, right_limit(code))
    if cell.panel != "left":
        # Left of this only the cell's printed code can stand; a box that begins there has swallowed it.
        if box.after is not None and left < cell.x0 - 0.8 and abs(box.after - cell.x0 - 0.5) < 1.8:
            left = box.after - 0.2
        else:
            left = cell.x0 + 0.3 if left < cell.x0 - 1.6 else max(left, cell.x0 - 1.3)
    else:
        # Nothing stands before a value of the left panel but the rim, and the code far before the date.
        left = max(left, cell.x0 - (4.5 if code == "I" else 6.0))
    if right - left < 0.5 or right < cell.x0 + 0.6:
        return None
    return SheetBox(box.panel, left, box.y0, right, box.y1, box.score)


def _one_baseline(found: list[SheetBox], y: float, usual: float) -> list[SheetBox]:
    """The parts that stand on one line: small print and lines above or below are someone else's."""
    tall = [p for p in found if p.y1 - p.y0 > 0.62 * usual]
    if not tall:
        return []

    def away(part: SheetBox) -> float:
        # The form's own wording is smaller and shorter than what is printed beside it.
        small = max(0.0, usual - (part.y1 - part.y0))
        return abs((part.y0 + part.y1) / 2 - y) - 0.06 * min(16.0, part.x1 - part.x0) + 0.8 * min(1.5, small)

    first = min(tall, key=away)
    at = (first.y0 + first.y1) / 2
    level = sorted((p for p in tall if abs((p.y0 + p.y1) / 2 - at) < 1.2), key=lambda p: p.x0)
    place = level.index(first)
    kept = [first]
    for part in level[place + 1 :]:
        if part.x0 - max(p.x1 for p in kept) < _GAP:
            kept.append(part)
    for part in reversed(level[:place]):
        if min(p.x0 for p in kept) - part.x1 < _GAP:
            kept.insert(0, part)
    return kept


@cache
def right_limit(code: str) -> float:
    """How far right (mm) a cell's text may reach: to its neighbour's printed code, or over the rim of the panel."""
    cell = CELL[code]
    neighbours = [c.label_x for c in CELLS if c.panel == cell.panel and c.y0 == cell.y0 and c.x0 > cell.x0]
    if neighbours:
        return min(neighbours) - 0.7
    return cell.x1 + (6.0 if cell.x1 > 205 else 0.3)
