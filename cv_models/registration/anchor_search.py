"""The thorough way to find the form: text lines that can only stand in one cell fix the printed grid, panel by panel.

It reads the lines of the whole page, which takes seconds; `locate` asks it only where the map of the sheet is in doubt.
The grid is fitted to the *values*, not to the form, so a print offset is followed. Folds break a single homography, so
each panel gets its own small correction of the common one.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Final, cast

import cv2
import numpy as np

from cv_models.registration import ocr
from cv_models.registration.anchor_fit import refine, settle_left
from cv_models.registration.anchors import Anchor, anchors_of
from cv_models.registration.grid import Grid, Matrix, apply, solve, value_point
from cv_models.registration.layout import CELL, FOLDS, PanelName
from cv_models.registration.ocr import Pixels, Points, TextBox
from cv_models.registration.text_lines import Line, orient, read_lines

_FIRST_SIDE: Final = 960
_WANTED_SCALE: Final = 5.2
_LEAST_SCALE: Final = 3.9


def find_grid(
    image: Pixels, groups: list[list[Line]], *, threads: int, most_reads: int = 110
) -> tuple[Grid, list[Line]] | None:
    """The form's grid and the lines of its group, or None when no group holds a registration document.

    Lines are read in portions, likeliest anchors first, until the grid is certain.
    """
    best: tuple[Grid, list[Line]] | None = None
    budget = most_reads
    for lines in groups:
        ranked = sorted(lines, key=_anchor_rank)
        position = 0
        while position < len(ranked) and budget > 0:
            portion = ranked[position : position + 20]
            position += len(portion)
            budget -= len(portion)
            read_lines(image, portion, threads=threads)
            if len(anchors_of(ranked[:position])) < 3:
                continue
            grid = fit(ranked[:position], lines)
            if grid is not None and (best is None or grid.anchors > best[0].anchors):
                best = (grid, lines)
            if grid is not None and grid.anchors >= 9 and grid.support >= 14:
                return best
        if best is not None and best[0].anchors >= 7:
            break
    if best is None or best[0].anchors < 4.5 or best[0].support < 6:
        return None
    return best


def _anchor_rank(line: Line) -> float:
    aspect = line.box.length / line.box.height
    if aspect < 2.2:
        return 50 - aspect
    if aspect > 17:
        return 20 + aspect
    return abs(aspect - 8.0)


def fit(read: list[Line], lines: list[Line]) -> Grid | None:
    """Fit the grid to lines that have been read, then to the left edges of all lines of the group."""
    anchors = sorted(anchors_of(read), key=lambda a: -a.weight)
    if len(anchors) < 3:
        return None
    starts = np.array([a.point for a in anchors])
    best_score, best = 0.0, None
    for i, j in combinations(range(min(len(anchors), 16)), 2):
        for a in anchors[i].codes:
            for b in anchors[j].codes:
                if a == b:
                    continue
                matrix = _similarity(
                    value_point(CELL[a]), value_point(CELL[b]), starts[i], starts[j], anchors[i].line, anchors[j].line
                )
                if matrix is None:
                    continue
                score = sum(w for _, _, w in _matches(matrix, anchors, 9.0))
                if score > best_score:
                    best_score, best = score, matrix
    if best is None:
        return None
    matrix = best
    for tolerance in (9.0, 6.0, 4.5):
        pairs = _matches(matrix, anchors, tolerance)
        if len(pairs) < 3:
            return None
        matrix = solve(
            np.array([p for p, _, _ in pairs]),
            np.array([q for _, q, _ in pairs]),
            np.array([w for _, _, w in pairs]),
            matrix,
        )
    pairs = _matches(matrix, anchors, 4.5)
    grid = Grid(matrix, anchors=sum(w for _, _, w in pairs))
    return refine(grid, lines, pairs)


def _similarity(a: Points, b: Points, p: Points, q: Points, first: Line, second: Line) -> Matrix | None:
    on_sheet, in_photo = complex(*(b - a)), complex(*(q - p))
    if abs(on_sheet) < 14 or abs(in_photo) < 8:
        return None
    ratio = in_photo / on_sheet
    for line in (first, second):
        turn = (np.angle(ratio) - line.angle + np.pi) % (2 * np.pi) - np.pi
        if abs(turn) > np.deg2rad(20) or not 1.7 < line.box.height / abs(ratio) < 7:
            return None
    shift = complex(*p) - ratio * complex(*a)
    return np.array([[ratio.real, -ratio.imag, shift.real], [ratio.imag, ratio.real, shift.imag], [0, 0, 1]])


def _matches(matrix: Matrix, anchors: list[Anchor], tolerance: float) -> list[tuple[Points, Points, float]]:
    """(mm, pixels, weight) of anchors that lie within `tolerance` mm of one of their cells; a cell is used once."""
    inverse = np.linalg.inv(matrix)
    taken: dict[tuple[str, int], tuple[float, Points, Points, float]] = {}
    for anchor in anchors:
        at = apply(inverse, anchor.point[None])[0]
        options = [
            (float(np.linalg.norm(at - value_point(CELL[c], n))), c, n)
            for c in anchor.codes
            for n in range(CELL[c].lines)
        ]
        distance, code, row = min(options)
        if distance > tolerance:
            continue
        key = (code, row)
        if key not in taken or distance < taken[key][0]:
            taken[key] = (distance, value_point(CELL[code], row), anchor.point, anchor.weight)
    return [(mm, px, w) for _, mm, px, w in taken.values()]


def settle(image: Pixels, grid: Grid, lines: list[Line], *, threads: int) -> Grid:
    """Read every line on the sheet and fit again, now knowing which lines begin with their code; left panel last."""
    starts = np.array([line.start for line in lines])
    at = np.vstack([grid.to_sheet(starts[i : i + 1], _panel_of(grid, starts[i])) for i in range(len(lines))])
    on_sheet = [ln for ln, (x, y) in zip(lines, at, strict=True) if -14 < x < 214 and -6 < y < 116]
    read_lines(image, on_sheet, threads=threads)
    again = fit(on_sheet, on_sheet)
    if again is not None and again.anchors > grid.anchors:
        grid = again
    pairs: list[tuple[Points, Points, float]] = []
    for anchor in anchors_of(on_sheet):
        for panel in ("middle", "right"):
            where = grid.to_sheet(anchor.point[None], panel)[0]
            options = [
                (float(np.linalg.norm(where - value_point(CELL[c], n))), c, n)
                for c in anchor.codes
                if CELL[c].panel == panel
                for n in range(CELL[c].lines)
            ]
            if options and min(options)[0] < 3.5:
                _, code, row = min(options)
                pairs.append((value_point(CELL[code], row), anchor.point, anchor.weight))
    if len(pairs) >= 3:
        grid = refine(Grid(grid.matrix, grid.panels, grid.anchors), on_sheet, pairs)
    return settle_left(grid, on_sheet)


def _panel_of(grid: Grid, pixel: Points) -> PanelName:
    x = float(grid.to_sheet(pixel[None], "middle")[0][0])
    return "left" if x < FOLDS[0] else "middle" if x < FOLDS[1] else "right"


def search_page(photo: Pixels, threads: int, texts: list[str] | None = None) -> tuple[Grid, list[Line]] | None:
    """The fitted grid and the read lines on the sheet; looks closer where the text is small.

    Args:
        photo: RGB photo.
        threads: onnxruntime threads.
        texts: what was read is added here when there is no form.
    """
    longest = max(photo.shape[:2])
    boxes = ocr.detect(photo, _FIRST_SIDE, threads=threads)
    groups = orient(photo, boxes, threads=threads)
    found = find_grid(photo, groups, threads=threads)
    side = min(longest, _FIRST_SIDE)
    if found is None:
        if texts is not None:
            texts += [line.text for lines in groups for line in lines if line.text]
        if longest < 1.25 * _FIRST_SIDE or len(boxes) < 3:
            return None
        side = min(longest, 1280)
        clear = _contrast(photo, side)
        back = longest / max(clear.shape[:2])
        boxes = [
            replace(b, x=b.x * back, y=b.y * back, length=b.length * back, height=b.height * back)
            for b in ocr.detect(clear, side, threads=threads)
        ]
        groups = orient(photo, boxes, threads=threads)
        found = find_grid(photo, groups, threads=threads)
        if found is None:
            if texts is not None:
                texts += [line.text for lines in groups for line in lines if line.text]
            return None
    grid, lines = found
    seen_scale = grid.scale * side / longest
    if seen_scale < _LEAST_SCALE and grid.scale > seen_scale * 1.2:
        closer = _closer(photo, grid, lines, threads)
        if len(closer) > len(lines):
            lines = closer
    return settle(photo, grid, lines, threads=threads), lines


def _contrast(photo: Pixels, side: int) -> Pixels:
    """The photo with local contrast raised, for pale or shaded text, reduced to `side`."""
    factor = min(1.0, side / max(photo.shape[:2]))
    small = cv2.resize(photo, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) if factor < 1 else photo
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
    lab[:, :, 0] = cv2.createCLAHE(3.0, (8, 8)).apply(lab[:, :, 0])
    return cast("Pixels", cv2.cvtColor(lab, cv2.COLOR_LAB2RGB))


def _closer(photo: Pixels, grid: Grid, lines: list[Line], threads: int) -> list[Line]:
    """Detect again within the sheet at a scale where small text is found."""
    outline = np.array(grid.outline())
    x0, y0 = np.maximum(outline.min(0) - 8 * grid.scale, 0).astype(int)
    x1, y1 = np.ceil(outline.max(0) + 8 * grid.scale).astype(int)
    part = photo[y0:y1, x0:x1]
    if min(part.shape[:2]) < 64:
        return lines
    wanted = round(max(part.shape[:2]) * min(1.0, _WANTED_SCALE / grid.scale))
    boxes = [
        replace(b, x=b.x + x0, y=b.y + y0)
        for b in ocr.detect(np.ascontiguousarray(part), min(wanted, 1408), threads=threads)
    ]
    direction = float(np.angle(np.mean([np.exp(1j * line.angle) for line in lines])))
    return [line for line in (_directed(b, direction) for b in boxes) if line is not None]


def _directed(box: TextBox, direction: float) -> Line | None:
    if box.length < 1.2 * box.height:
        # Too short to tell: a lone digit stands as its neighbours do.
        turned = replace(box, angle=(direction + np.pi / 2) % np.pi - np.pi / 2)
        across = abs(np.sin(box.angle - direction)) > 0.7
        if across:
            turned = replace(turned, length=box.height, height=box.length)
        box = turned
    away = (box.angle - direction + np.pi / 2) % np.pi - np.pi / 2
    if abs(away) > np.deg2rad(16):
        return None
    return Line(box, bool(np.cos(box.angle - direction) < 0))
