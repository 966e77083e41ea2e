"""Pulls an anchored grid onto the left edges of all read lines: as a whole, panel by panel, the left panel by itself."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cv_models.registration.anchors import anchor_codes, code_length, is_printed
from cv_models.registration.grid import Grid, Matrix, apply, solve, value_point
from cv_models.registration.layout import CELL, CELLS, PANELS, PanelName
from cv_models.registration.ocr import Points
from cv_models.registration.text_lines import Line

_TARGETS: Final = tuple(
    (cell.code, cell.panel, value_point(cell, row))
    for cell in CELLS
    if cell.code not in ("22", "22b")
    for row in range(cell.lines)
)


def refine(grid: Grid, lines: list[Line], anchors: list[tuple[Points, Points, float]]) -> Grid:
    """Pull the grid onto the left edges of all lines: first as a whole, then panel by panel."""
    known_mm, known_px = np.array([a[0] for a in anchors]), np.array([a[1] for a in anchors])
    for tolerance in (2.4, 1.8):
        mm, px = _near(grid, lines, ("middle", "right"), tolerance)
        if len(mm) < 6:
            break
        weight = np.concatenate([np.full(len(mm), 0.5), np.full(len(anchors), 2.0)])
        grid = Grid(
            solve(np.vstack([mm, known_mm]), np.vstack([px, known_px]), weight, grid.matrix), anchors=grid.anchors
        )
    for tolerance in (2.4, 1.8, 1.3):
        panels = dict(grid.panels)
        support = 0
        for panel in PANELS:
            mm, px = _near(grid, lines, (panel,), tolerance * (1.5 if panel == "left" else 1.0))
            inside = (known_mm[:, 0] >= PANELS[panel][0]) & (known_mm[:, 0] < PANELS[panel][1])
            support += len(mm)
            if len(mm) + int(inside.sum()) >= 3:
                raw = apply(np.linalg.inv(grid.matrix), np.vstack([px, known_px[inside]]))
                weight = np.concatenate([np.full(len(mm), 0.5), np.full(int(inside.sum()), 2.0)])
                panels[panel] = _affine(np.vstack([mm, known_mm[inside]]), raw, weight)
        grid = Grid(grid.matrix, panels, grid.anchors, support)
    return grid


def settle_left(grid: Grid, lines: list[Line]) -> Grid:
    """Fit the left panel by its own few values (plate, address, dates): a fold can carry it far from the others' plane."""
    free = Grid(grid.matrix, {k: v for k, v in grid.panels.items() if k != "left"}, grid.anchors, grid.support)
    at = free.to_sheet(np.array([line.start for line in lines]), "left")
    inside = [i for i in range(len(lines)) if -14 < at[i][0] < 56 and 6 < at[i][1] < 116]
    pairs: list[tuple[Points, Points]] = []
    for code in ("A", "C.1.3", "HU", "I"):
        points = [value_point(CELL[code], n) for n in range(CELL[code].lines)]
        options = [
            (float(np.abs(at[i] - pt) @ [0.6, 1.0]), i, tuple(pt))
            for i in inside
            if code in anchor_codes(lines[i].text)[0]
            for pt in points
        ]
        if options:
            distance, i, pt = min(options)
            if distance < 14.0:
                pairs.append((np.array(pt), at[i]))
    if not pairs:
        return grid
    shift = np.median([b - a for a, b in pairs], axis=0)
    sound = [(a, b) for a, b in pairs if np.abs(b - a - shift).max() < 4.5]
    if not sound:
        return grid
    known_mm, known_raw = np.array([a for a, _ in sound]), np.array([b for _, b in sound])
    affine = _affine(known_mm, known_raw, np.full(len(sound), 2.0))
    for tolerance in (2.4, 1.8):
        trial = Grid(free.matrix, {**free.panels, "left": affine}, grid.anchors, grid.support)
        mm, px = _near(trial, [ln for ln in lines if not is_printed(ln.text)], ("left",), tolerance)
        raw = apply(np.linalg.inv(free.matrix), px) if len(px) else np.zeros((0, 2))
        weight = np.concatenate([np.full(len(mm), 0.7), np.full(len(sound), 2.0)])
        affine = _affine(np.vstack([mm, known_mm]), np.vstack([raw, known_raw]), weight)
    return Grid(free.matrix, {**free.panels, "left": affine}, grid.anchors, grid.support)


def _affine(source: Points, target: Points, weight: NDArray[np.float64]) -> Matrix:
    """2 x 3 affine from source to target mm, drawn to the identity where the points do not say otherwise."""
    centre = source.mean(0)
    design = np.column_stack([source - centre, np.ones(len(source))]) * weight[:, None]
    wanted = (target - source) * weight[:, None]
    damp = np.diag([25.0, 25.0, 0.3])
    solution = np.linalg.solve(design.T @ design + damp**2 * 0.2, design.T @ wanted)
    linear = np.eye(2) + solution[:2].T
    shift = solution[2] + centre - linear @ centre
    return np.column_stack([linear, shift])


def _near(grid: Grid, lines: list[Line], panels: tuple[PanelName, ...], tolerance: float) -> tuple[Points, Points]:
    """Starts of read lines and the cell starts that they are nearest to, one to one, as (mm, pixels)."""
    lines = [line for line in lines if line.text]
    mm_out: list[Points] = []
    px_out: list[Points] = []
    for panel in panels if lines else ():
        targets = [t for t in _TARGETS if t[1] == panel]
        distance = np.full((len(lines), len(targets)), np.inf)
        begins = {}
        plain = grid.to_sheet(np.array([line.start for line in lines]), panel)
        for column, (code, _, at) in enumerate(targets):
            for row in np.flatnonzero(
                (np.abs(plain[:, 1] - at[1]) < tolerance + 1) & (np.abs(plain[:, 0] - at[0] + 2) < tolerance + 6)
            ):
                skips = {0}
                glued = code_length(lines[row].text, code)
                if glued:
                    skips = {0, glued} if code.isdecimal() else {glued}
                for skip in skips:
                    pixel = lines[row].begin(skip)
                    dx, dy = grid.to_sheet(pixel[None], panel)[0] - at
                    away = float(np.hypot(dx * 0.8, dy * 1.2))
                    if away < distance[row, column]:
                        distance[row, column] = away
                        begins[row, column] = pixel
        nearest, back = distance.argmin(0), distance.argmin(1)
        for column, row in enumerate(nearest):
            if distance[row, column] < tolerance and back[row] == column:
                mm_out.append(targets[column][2])
                px_out.append(begins[row, column])
    if not mm_out:
        return np.zeros((0, 2)), np.zeros((0, 2))
    return np.array(mm_out), np.array(px_out)
