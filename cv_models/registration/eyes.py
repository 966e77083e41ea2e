"""Two pairs of eyes for every cell: the crop of each printed line is read by our own recogniser, beside what the shipped one
saw in the lines of the whole page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from cv_models.registration import lines, ocr
from cv_models.registration.cells import CellText, Piece, cell_quad
from cv_models.registration.layout import CELL, CELLS
from cv_models.registration.locate import Grid, value_point
from cv_models.registration.ocr import Pixels, Points, Scores

# Margins in mm around what was seen: left, right, above and below.
_LOOKS: Final = ((1.0, 2.2, 0.35), (0.6, 1.2, 0.05), (0.8, 1.6, 0.7))


@dataclass(frozen=True, slots=True)
class Request:
    """One line to be read: its cell, its row in the cell, and its corners in the photo."""

    code: str
    row: int
    quad: Points


def row_quad(grid: Grid, code: str, row: int, pieces: list[Piece], look: int) -> Points | None:
    """Corners in the photo of one printed line; looks differ in the margins around what was seen."""
    cell = CELL[code]
    left, right, across = _LOOKS[look % len(_LOOKS)]
    x0, x1 = min(p.x0 for p in pieces) - left, max(p.x1 for p in pieces) + right
    x0 = max(x0, cell.x0 - 1.6)
    if x1 - x0 < 1.5:
        return None
    middle = float(np.mean([p.y for p in pieces]))
    half = min(max(max(p.height for p in pieces) / 2, 1.5), 2.0) + across
    if abs(middle - float(value_point(cell, row)[1])) > 3.0:
        return None
    corners = np.array([[x0, middle - half], [x1, middle - half], [x1, middle + half], [x0, middle + half]])
    return grid.to_photo(corners, cell.panel)


def look(
    photo: Pixels, grid: Grid, cells: dict[str, CellText], codes: tuple[str, ...], number: int, *, threads: int
) -> dict[str, CellText]:
    """What our own recogniser sees in cells, in one batch.

    Args:
        photo: RGB photo.
        grid: the fitted form.
        cells: what was seen in the cells; the lines of a cell not seen are not looked for, one-line cells are.
        codes: cells wanted.
        number: which look (0 to 2): margins differ.
        threads: onnxruntime threads.
    """
    wanted: list[Request] = []
    for code in codes:
        seen = cells.get(code)
        if seen is not None:
            for row, pieces in seen.rows.items():
                quad = row_quad(grid, code, row, pieces, number)
                if quad is not None:
                    wanted.append(Request(code, row, quad))
        elif CELL[code].lines == 1:
            quad = cell_quad(grid, code, None, number)
            if quad is not None:
                wanted.append(Request(code, 0, quad))
    # Cells of a sheet that is partly visible lie outside of the photo.
    size = np.array([photo.shape[1], photo.shape[0]])
    wanted = [r for r in wanted if (r.quad.mean(0) > 0).all() and (r.quad.mean(0) < size).all()]
    crops = [ocr.cut(photo, request.quad, height=lines.HEIGHT, most=640) for request in wanted]
    out: dict[str, CellText] = {}
    for request, scores in zip(wanted, lines.read_crops(crops, threads=threads), strict=True):
        piece = _piece(request, scores, cells.get(request.code))
        if piece is not None:
            out.setdefault(request.code, CellText()).rows[request.row] = [piece]
    return out


def _piece(request: Request, scores: Scores, seen: CellText | None) -> Piece | None:
    if not scores.decode()[0].strip():
        return None
    if seen is not None and request.row in seen.rows:
        pieces = seen.rows[request.row]
        y, height = float(np.mean([p.y for p in pieces])), max(p.height for p in pieces)
        return Piece(scores, min(p.x0 for p in pieces), max(p.x1 for p in pieces), y, height)
    cell = CELL[request.code]
    x, y = value_point(cell, request.row)
    return Piece(scores, float(x), min(cell.x1, float(x) + 12.0), float(y), 3.0)


ALL: Final = tuple(cell.code for cell in CELLS)
