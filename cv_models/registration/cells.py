"""From lines on the fitted grid to what stands in each cell: characters are dealt to cells by where they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np

from cv_models.registration import ocr
from cv_models.registration.layout import CELL, CELLS, FOLDS, PANELS, PanelName
from cv_models.registration.locate import Grid, Line, is_printed, value_point
from cv_models.registration.ocr import Pixels, Points, Scores


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


# (panel, y, code, row) of every line that can be printed
_ROWS: dict[PanelName, list[tuple[float, str, int]]] = {
    panel: [(float(value_point(c, r)[1]), c.code, r) for c in CELLS if c.panel == panel for r in range(c.lines)]
    for panel in PANELS
}


def deal(grid: Grid, lines: list[Line]) -> dict[str, CellText]:
    """Deal the characters of read lines to cells; the form's own wording is left out."""
    out: dict[str, CellText] = {}
    for line in lines:
        if line.scores is None or not line.text:
            continue
        chars = [c for c in line.scores.characters() if c[0] != " "]
        if not chars or line.confidence < 0.3 or is_printed(line.text):
            continue
        for panel in PANELS:
            _deal_line(grid, line, panel, out)
    heights = [p.height for c in out.values() for row in c.rows.values() for p in row]
    usual = float(np.median(heights)) if heights else 0.0
    for code in list(out):
        for row in list(out[code].rows):
            kept = _one_baseline(out[code].rows[row], float(value_point(CELL[code], row)[1]), usual)
            if kept:
                out[code].rows[row] = kept
            else:
                del out[code].rows[row]
        if not out[code].rows:
            del out[code]
    return out


def _one_baseline(pieces: list[Piece], y: float, usual: float) -> list[Piece]:
    """The pieces that stand on one line: small print and lines above or below are someone else's."""
    tall = [p for p in pieces if p.height > 0.62 * usual]
    if not tall:
        return []
    first = min(tall, key=lambda p: abs(p.y - y) - 0.08 * min(10.0, p.x1 - p.x0))
    level = sorted((p for p in tall if abs(p.y - first.y) < 1.2), key=lambda p: p.x0)
    kept = [first]
    for piece in level[level.index(first) + 1 :]:
        if piece.x0 - kept[-1].x1 < 6.0:
            kept.append(piece)
    for piece in reversed(level[: level.index(first)]):
        if kept[0].x0 - piece.x1 < 6.0:
            kept.insert(0, piece)
    return kept


def _deal_line(grid: Grid, line: Line, panel: PanelName, out: dict[str, CellText]) -> None:
    assert line.scores is not None
    steps = line.scores.steps
    quad = line.quad
    ends = np.array([(quad[0] + quad[3]) / 2, (quad[1] + quad[2]) / 2, quad[0], quad[3]])
    mm = grid.to_sheet(ends, panel)
    left, right = mm[0], mm[1]
    height = float(np.linalg.norm(mm[3] - mm[2]))
    low, high = PANELS[panel]
    if right[0] < low - 1 or left[0] > high + 1 or not 1.4 < height < 8.5:
        return
    width_px = len(steps) * 8.0
    chars = [(c, step) for c, _, step in line.scores.characters() if c != " "]
    centres = np.array([left[0] + (right[0] - left[0]) * min(1.0, (step + 0.5) * 8.0 / width_px) for _, step in chars])
    if not len(centres):
        return
    middle = float(np.clip(np.median(centres), low, high))
    share = (middle - left[0]) / max(1e-6, right[0] - left[0])
    y = float(left[1] + (right[1] - left[1]) * np.clip(share, 0, 1))
    pitch = float(np.median(np.diff(centres))) if len(centres) > 1 else 1.9
    # At the fold the middle panel's view holds for both sides: it says which side a character is on.
    across = grid.to_sheet(ends[:2], "middle")[:, 0]
    folded = [across[0] + (across[1] - across[0]) * min(1.0, (step + 0.5) * 8.0 / width_px) for _, step in chars]
    claimed: dict[tuple[str, int], list[int]] = {}
    for index, x in enumerate(centres):
        if (panel == "left" and folded[index] > FOLDS[0] + 0.6) or (
            panel == "middle" and folded[index] < FOLDS[0] - 0.6
        ):
            continue
        if not low - 0.5 <= x < high + (0.3 if panel != "right" else 8.0):
            continue
        best = _cell_at(panel, float(x), y)
        if best is not None:
            claimed.setdefault(best, []).append(index)
    for key in list(claimed):
        kept = _without_code(key[0], "".join(chars[i][0] for i in claimed[key]), centres[claimed[key]])
        claimed[key] = claimed[key][kept:]
        claimed[key] = _without_neighbour(key[0], claimed[key], chars, centres, pitch)
        if not claimed[key]:
            del claimed[key]
    for (code, row), indices in claimed.items():
        first, last = indices[0], indices[-1]
        begin = 0 if first == 0 else (chars[first - 1][1] + chars[first][1] + 1) // 2
        end = len(steps) if last == len(chars) - 1 else (chars[last][1] + chars[last + 1][1] + 2) // 2
        piece = Piece(
            Scores(steps[begin:end]),
            float(centres[first] - pitch * 0.55),
            float(centres[last] + pitch * 0.55),
            y,
            height,
        )
        out.setdefault(code, CellText()).rows.setdefault(row, []).append(piece)


def _without_code(code: str, text: str, centres: Points) -> int:
    """How many characters at the start of a cell's text are its printed code (or what was read for it)."""
    cell = CELL[code]
    if cell.panel == "left" and code != "I":
        return 0
    printed = code.split("/", maxsplit=1)[0].upper().replace(".", "")
    prefix = 0
    seen = ""
    for index, char in enumerate(text):
        if char in ".,":
            continue
        seen += char.upper()
        if not printed.startswith(seen):
            break
        if seen == printed:
            prefix = index + 1
    if prefix and prefix < len(text) and centres[prefix - 1] < cell.x0 + 1.1 and centres[0] < cell.x0 - 0.3:
        return prefix
    if len(text) > 1 and centres[0] < cell.x0 + 0.5:
        # One or two characters left of the value, set off by a gap: the code, misread.
        pitch = float(np.median(np.diff(centres)))
        for index in range(min(3, len(text) - 1)):
            if centres[index] < cell.x0 + 0.5 and centres[index + 1] - centres[index] > 1.35 * pitch + 0.2:
                return index + 1
    count = 0
    while count < len(text) and (
        centres[count] < cell.x0 - 1.2
        or (centres[count] < cell.x0 + 0.2 and text[count].upper() in printed + ".,:;-_'|/")
    ):
        count += 1
    return count


def _without_neighbour(
    code: str, indices: list[int], chars: list[tuple[str, int]], centres: Points, pitch: float
) -> list[int]:
    """The characters of a cell without the next cell's printed code, which stands off by a gap at the end."""
    cell = CELL[code]
    after = [c for c in CELLS if c.panel == cell.panel and c.y0 == cell.y0 and c.x0 > cell.x0]
    if not after or len(indices) < 2:
        return indices
    printed = min(after, key=lambda c: c.x0).code.split("/")[0].upper() + ".,:"
    edge = min(c.label_x for c in after)
    for cut in range(len(indices) - 1, max(0, len(indices) - 5), -1):
        tail = indices[cut:]
        if not all(chars[i][0].upper() in printed for i in tail) or centres[tail[0]] < edge - 3.5:
            break
        if centres[tail[0]] - centres[indices[cut - 1]] > 1.45 * pitch:
            return indices[:cut]
    return indices


def _cell_at(panel: PanelName, x: float, y: float) -> tuple[str, int] | None:
    reach = 2.1 if panel != "left" else 2.6
    best: tuple[float, str, int] | None = None
    for at, code, row in _ROWS[panel]:
        cell = CELL[code]
        away = abs(at - y)
        if away > reach or not cell.label_x - 0.7 <= x < _right_limit(code):
            continue
        if best is None or away < best[0]:
            best = (away, code, row)
    return (best[1], best[2]) if best else None


@cache
def _right_limit(code: str) -> float:
    """How far right (mm) a cell's text may reach: to its neighbour's printed code, or over the rim of the panel."""
    cell = CELL[code]
    neighbours = [c.label_x for c in CELLS if c.panel == cell.panel and c.y0 == cell.y0 and c.x0 > cell.x0]
    if neighbours:
        return min(neighbours) - 0.7
    return cell.x1 + (6.0 if cell.x1 > 205 else 0.3)


def reread(image: Pixels, grid: Grid, code: str, seen: CellText | None, *, variant: int, threads: int) -> Scores | None:
    """Read a one-line cell again from a crop that the grid gives; variants differ in margin and squeeze."""
    quad = cell_quad(grid, code, seen, variant)
    if quad is None:
        return None
    squeeze = (1.0, 1.0, 1.2, 0.85)[variant % 4]
    crop = ocr.cut(image, quad, squeeze=squeeze)
    return ocr.recognise([crop], threads=threads)[0]


def cell_quad(grid: Grid, code: str, seen: CellText | None, variant: int) -> Points | None:
    """Corners in the photo of a cell's line: tight around what was seen, else the empty cell."""
    cell = CELL[code]
    bounds = seen.bounds() if seen else None
    margin_y, margin_x = ((0.25, 1.0), (0.6, 0.8), (0.0, 0.9), (0.4, 1.4))[variant % 4]
    if bounds is not None and bounds[3] - bounds[1] < 6.5:
        x0, y0, x1, y1 = bounds
        x0, x1 = max(x0 - margin_x, cell.x0 - 1.0), min(x1 + margin_x + 1.5, _right_limit(code) + 0.8)
        half = min(max((y1 - y0) / 2, 1.5), 2.0) + margin_y
        middle = (y0 + y1) / 2
    else:
        x0, x1 = cell.x0 - 0.4, cell.x1
        middle, half = float(value_point(cell)[1]), 1.9 + margin_y
    if x1 - x0 < 1.5:
        return None
    return grid.to_photo(
        np.array([[x0, middle - half], [x1, middle - half], [x1, middle + half], [x0, middle + half]]), cell.panel
    )


def ink(image: Pixels, grid: Grid, code: str) -> float:
    """Height of the dark marks in a cell where no text was detected, as a share of its height: 0 nothing, small a dash."""
    cell = CELL[code]
    y = float(value_point(cell)[1])
    x1 = min(_right_limit(code), cell.x0 + 9.0)
    corners = np.array([[cell.x0 + 0.1, y - 1.4], [x1, y - 1.4], [x1, y + 1.4], [cell.x0 + 0.1, y + 1.4]])
    flat = ocr.cut(image, grid.to_photo(corners, cell.panel), height=28)
    gray = flat.min(2).astype(np.float32)
    ground = float(np.percentile(gray, 70))
    dark = gray < ground - max(28.0, 0.3 * ground)
    rows = np.flatnonzero(dark.sum(1) >= 2)
    return float(len(rows)) / gray.shape[0]
