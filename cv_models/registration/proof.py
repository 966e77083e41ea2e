"""Reads a few cells whose values cannot be mistaken (dates, tyres, approvals, the VIN) to prove or disprove where a form is said to
stand. A dozen crops for our own recogniser: asked only where the print alone does not settle it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from cv_models.registration import lines, ocr
from cv_models.registration.anchors import anchor_codes
from cv_models.registration.grid import Grid, value_point
from cv_models.registration.layout import CELL, PanelName
from cv_models.registration.ocr import Pixels

_CELLS: Final[dict[PanelName, tuple[str, ...]]] = {
    "left": ("A", "C.1.3", "HU", "I"),
    "middle": ("B", "E", "2.2", "V.9", "14", "P.3", "5", "J"),
    "right": ("P.2/P.4", "15.1", "15.2", "R", "K", "6", "16"),
}


def proof(photo: Pixels, grid: Grid, panels: tuple[PanelName, ...], *, threads: int) -> float:
    """What speaks for the grid: weights of cells that hold what only they can hold, less those that hold another cell's value."""
    wanted: list[tuple[str, Pixels]] = []
    size = np.array([photo.shape[1], photo.shape[0]])
    for panel in panels:
        for code in _CELLS[panel]:
            cell = CELL[code]
            for row in range(min(2, cell.lines)):
                x, y = value_point(cell, row)
                right = min(cell.x1, x + 56.0)
                corners = np.array([[x - 0.9, y - 1.9], [right, y - 1.9], [right, y + 1.9], [x - 0.9, y + 1.9]])
                quad = grid.to_photo(corners, panel)
                if (quad.mean(0) > 0).all() and (quad.mean(0) < size).all():
                    wanted.append((code, ocr.cut(photo, quad, height=lines.HEIGHT, most=640)))
    total = 0.0
    for (code, _), scores in zip(wanted, lines.read_crops([crop for _, crop in wanted], threads=threads), strict=True):
        text, confidence = scores.decode()
        if confidence < 0.5:
            continue
        codes, weight, _ = anchor_codes(text.strip())
        if code in codes:
            total += weight
        elif codes and weight >= 1.0:
            total -= 0.6 * weight
    return total
