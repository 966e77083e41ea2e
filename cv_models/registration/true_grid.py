"""The grid of a sample photo as it truly stands, to tell errors of finding the form from errors of reading it.

A sample knows where every point of the flat sheet stands in its photo and where its values were printed. From that comes the
same `Located` that `locate.locate` finds by looking: per panel a homography with a bend, moved by the print's own offset.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cv_models.registration import ocr
from cv_models.registration.grid import Grid, Matrix, PanelView, apply, bend_terms, homography, value_point
from cv_models.registration.layout import CELL, PANELS, SHEET_HEIGHT, PanelName
from cv_models.registration.locate import Located, SheetBox
from cv_models.registration.ocr import Pixels, Points

_STEPS: Final = 9
_DETECT_SCALE: Final = 5.2  # pixels per mm at which runs of print are looked for


def lattice(to_photo: Callable[[Points], Points]) -> list[list[float]]:
    """Points of the sheet as rows x mm, y mm, x pixel, y pixel, fine enough for `grid_of_lattice`; JSON-able.

    Args:
        to_photo: a sample's `photo.to_photo`.
    """
    out: list[list[float]] = []
    for low, high in PANELS.values():
        across, down = np.linspace(low + 0.01, high - 0.01, _STEPS), np.linspace(0, SHEET_HEIGHT, _STEPS)
        mm = np.array([(x, y) for y in down for x in across])
        out += np.column_stack([mm, to_photo(mm)]).round(2).tolist()
    return out


def grid_of_lattice(rows: NDArray[np.float64], boxes: Mapping[str, Points] | None = None) -> Grid:
    """The true grid.

    Args:
        rows: N x 4, what `lattice` gives.
        boxes: corners of printed values in pixels by code: the grid is moved onto the print as a reader's grid is.
    """
    views: dict[PanelName, PanelView] = {}
    for panel, (low, high) in PANELS.items():
        part = rows[(rows[:, 0] > low) & (rows[:, 0] < high)]
        views[panel] = _fitted(part[:, :2], part[:, 2:], panel)
    grid = Grid(views["middle"].matrix, views=views, anchors=99.0, support=99)
    grid.trust = dict.fromkeys(PANELS, 1.0)
    if boxes:
        shift = _print_offset(grid, boxes)
        for panel, view in views.items():
            move = np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1.0]])
            views[panel] = PanelView(view.matrix @ move, panel, view.bend)
    return grid


def _fitted(mm: Points, px: Points, panel: PanelName) -> PanelView:
    matrix: Matrix = homography(mm, px, np.ones(len(mm)), damping=0.0)
    bend: Matrix = np.zeros((bend_terms(mm[:1], panel).shape[1], 2))
    for _ in range(3):
        flat = apply(np.linalg.inv(matrix), px)
        bend = np.asarray(np.linalg.lstsq(bend_terms(mm, panel), flat - mm, rcond=None)[0], np.float64)
        matrix = homography(mm + bend_terms(mm, panel) @ bend, px, np.ones(len(mm)), damping=0.0)
    return PanelView(matrix, panel, bend)


def _print_offset(grid: Grid, boxes: Mapping[str, Points]) -> tuple[float, float]:
    """How far (mm) the values stand from where the form wants them: median over the cells of one line."""
    dx, dy = [], []
    for code, corners in boxes.items():
        if code in CELL and CELL[code].lines == 1:
            mm = grid.to_sheet(np.asarray(corners, np.float64), CELL[code].panel)
            want = value_point(CELL[code])
            dx.append(float(mm[[0, 3], 0].mean() - want[0]))
            dy.append(float(mm[:, 1].mean() - want[1]))
    return (float(np.median(dx)), float(np.median(dy))) if len(dx) > 3 else (0.0, 0.0)


def true_grid(photo: Any) -> Grid:
    """The true grid of a sample's photo (`samples.Photo`), moved onto its print."""
    return grid_of_lattice(np.array(lattice(photo.to_photo)), photo.boxes)


def located(photo: Pixels, grid: Grid, *, threads: int = 2) -> Located:
    """What a perfect search would give: the grid, and the runs of print that the detector sees in its flattened panels."""
    return Located(grid, tuple(boxes_on(photo, grid, threads=threads)), None, 1.0)


def boxes_on(photo: Pixels, grid: Grid, *, threads: int = 2) -> list[SheetBox]:
    """Runs of print in each panel, looked for on the flattened panel."""
    out: list[SheetBox] = []
    for panel, (low, high) in PANELS.items():
        x0, x1 = low - 2.0, high + (4.0 if panel == "right" else 2.0)
        corners = grid.to_photo(np.array([[x0, 0], [x1, 0], [x1, SHEET_HEIGHT], [x0, SHEET_HEIGHT]]), panel)
        if (corners.max(0) < 0).any() or (corners.min(0) > [photo.shape[1], photo.shape[0]]).any():
            continue
        flat = evened(flatten(photo, grid, panel, (x0, 0.0, x1, SHEET_HEIGHT), _DETECT_SCALE))
        for box in ocr.detect(flat, max(flat.shape[:2]), threads=threads):
            if abs(np.sin(box.angle)) > 0.3 and box.length > 1.6 * box.height:
                continue
            quad = box.quad() / _DETECT_SCALE
            left, right = x0 + float(quad[:, 0].min()), x0 + float(quad[:, 0].max())
            if abs(np.sin(box.angle)) < 0.3:
                left, right = x0 + float(quad[[0, 3], 0].mean()), x0 + float(quad[[1, 2], 0].mean())
                top, bottom = float(quad[:2, 1].mean()), float(quad[2:, 1].mean())
            else:
                top, bottom = float(quad[:, 1].min()), float(quad[:, 1].max())
            if right > low and left < high:
                out.append(SheetBox(panel, left, top, right, bottom, box.score))
    return out


def evened(flat: Pixels) -> Pixels:
    """A picture of paper with its light evened out: shade and lamp are divided away, so that dim print can be found."""
    import cv2

    small = cv2.resize(flat, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    light = cv2.GaussianBlur(cv2.dilate(small, np.ones((3, 3), np.uint8)), (0, 0), 3.0)
    full = cv2.resize(light, (flat.shape[1], flat.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(flat, np.maximum(full, 8), scale=220.0), np.uint8)


def flatten(
    photo: Pixels, grid: Grid, panel: PanelName, window: tuple[float, float, float, float], scale: float
) -> Pixels:
    """A flat picture of a window of the sheet (x0, y0, x1, y1 in mm) at `scale` pixels per mm."""
    import cv2

    x0, y0, x1, y1 = window
    width, height = round((x1 - x0) * scale), round((y1 - y0) * scale)
    # A coarse net of true points, filled in between, is as good as every pixel and far quicker.
    net_x, net_y = np.linspace(x0, x1, 24), np.linspace(y0, y1, 32)
    mm = np.array([(x, y) for y in net_y for x in net_x])
    px = grid.to_photo(mm, panel).reshape(32, 24, 2).astype(np.float32)
    columns = np.linspace(0, 23, width, dtype=np.float32)[None, :].repeat(height, 0)
    rows = np.linspace(0, 31, height, dtype=np.float32)[:, None].repeat(width, 1)
    places = cv2.remap(px, columns, rows, cv2.INTER_LINEAR)
    local_scale = max(1.0, grid.scale / scale)
    low = np.maximum(np.floor(px.reshape(-1, 2).min(0)).astype(int) - 4, 0)
    high = np.ceil(px.reshape(-1, 2).max(0)).astype(int) + 5
    part = photo[low[1] : high[1], low[0] : high[0]]
    if not part.size:
        return np.zeros((height, width, 3), np.uint8)
    places = places - low.astype(np.float32)
    if local_scale > 1.3:
        less = cv2.resize(part, None, fx=1 / local_scale, fy=1 / local_scale, interpolation=cv2.INTER_AREA)
        part = np.asarray(less, np.uint8)
        places = (places + 0.5) / local_scale - 0.5
    return np.asarray(
        cv2.remap(part, places[:, :, 0], places[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
