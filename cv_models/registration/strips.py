"""Flat pictures of single lines of the form, cut from the full photo along the bend of the paper, and where ink is in a cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import cv2
import numpy as np

from cv_models.registration.cells import Run, right_limit
from cv_models.registration.grid import Grid, value_point
from cv_models.registration.layout import CELL, PanelName
from cv_models.registration.ocr import Pixels, Points

Window = tuple[float, float, float, float]  # x0, y0, x1, y1 in mm
_NET: Final = 8.0  # mm between the points that guide a strip along a bend
_OFTEN_EMPTY: Final = frozenset(("Nr.", "21", "12", "Q", "7.3", "8.3", "15.3", "S.2", "C.1.2", "HU"))
Reader = Literal["own", "shipped"]
# Cells that are filled on every form, with the usual length of their value in mm.
ALWAYS: Final[dict[str, float]] = {
    "A": 26.0, "C.1.1": 32.0, "B": 22.0, "2.1": 10.0, "2.2": 20.0, "E": 40.0, "3": 4.0, "D.1": 28.0, "D.3": 28.0, "P.2/P.4": 24.0,
}  # fmt: skip
# Margins in mm around what was seen, per look: left, right, above and below. Our own reader knows the form's codes beside a
# value and leaves them out; the shipped one reads them.
LOOKS: Final[dict[Reader, tuple[tuple[float, float, float], ...]]] = {
    "own": ((0.9, 1.6, 0.35), (0.5, 1.0, 0.05), (0.7, 1.3, 0.75)),
    "shipped": ((0.4, 1.2, 0.25), (0.7, 0.9, 0.6), (0.2, 1.0, 0.0)),
}


def window(run: Run, reader: Reader, look: int) -> Window:
    """The part of the sheet that one look at a line takes in; looks differ in their margins."""
    left, right, across = LOOKS[reader][look % 3]
    cell = CELL[run.code]
    half = min(max(run.height / 2 - 0.3, 1.5), 2.5) + across
    x0 = max(run.x0 - left, cell.x0 - 1.6) if cell.panel != "left" else run.x0 - left
    x1 = min(run.x1 + right, right_limit(run.code) + 0.8)
    return x0, run.y - half, max(x1, x0 + 1.5), run.y + half


def corners(grid: Grid, panel: PanelName, place: Window) -> Points:
    """Corners of a window in the photo, clockwise from the top left of its text."""
    x0, y0, x1, y1 = place
    return grid.to_photo(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]), panel)


def visible(photo: Pixels, quad: Points) -> bool:
    """Whether the middle of a quadrilateral lies in the photo."""
    middle = quad.mean(0)
    return bool(np.isfinite(quad).all() and (middle > 0).all() and (middle < [photo.shape[1], photo.shape[0]]).all())


def strip(
    photo: Pixels, grid: Grid, panel: PanelName, place: Window, *, height: int, most: int = 1600
) -> Pixels | None:
    """A flat picture of a window of the sheet, `height` pixels high; None when it lies outside of the photo."""
    x0, y0, x1, y1 = place
    quad = corners(grid, panel, place)
    if not visible(photo, quad):
        return None
    count = max(2, round((x1 - x0) / _NET) + 1)
    along = np.linspace(x0, x1, count)
    rim = np.concatenate([np.column_stack([along, np.full(count, y)]) for y in (y0, y1)])
    net = grid.to_photo(rim, panel).reshape(2, count, 2)
    across = float(np.linalg.norm(net[1] - net[0], axis=1).mean())
    if not 1.0 < across < 4096:
        return None
    long = float(np.linalg.norm(np.diff(net.mean(0), axis=0), axis=1).sum())
    width = int(np.clip(round(long / across * height), 16, most))
    low = np.maximum(np.floor(net.reshape(-1, 2).min(0)).astype(int) - 3, 0)
    high = np.minimum(np.ceil(net.reshape(-1, 2).max(0)).astype(int) + 4, [photo.shape[1], photo.shape[0]])
    if (high - low < 2).any():
        return None
    part = photo[low[1] : high[1], low[0] : high[0]]
    net = net - low
    shrink = across / height
    if shrink > 1.6:
        less = np.maximum(1, np.round((high - low) * 1.25 / shrink)).astype(int)
        part = np.asarray(cv2.resize(part, (int(less[0]), int(less[1])), interpolation=cv2.INTER_AREA), np.uint8)
        net = (net + 0.5) * (less / (high - low)) - 0.5
    share = (np.arange(height, dtype=np.float32) + 0.5)[:, None, None] / height
    place_of = (np.arange(width) + 0.5) / width * (count - 1)
    first = np.minimum(place_of.astype(int), count - 2)
    rest = (place_of - first)[None, :, None]
    line = net[:, first] * (1 - rest) + net[:, first + 1] * rest
    at = (line[0][None] * (1 - share) + line[1][None] * share).astype(np.float32)
    flat = cv2.remap(part, at, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)  # type: ignore[call-overload]
    return np.asarray(flat, np.uint8)


def inked(photo: Pixels, grid: Grid, known: dict[tuple[str, int], Run]) -> Iterator[tuple[Run | None, str]]:
    """Cells of one line without a detected run, looked at for ink: (run, code); the run is None for a struck-out cell.

    The detector misses lone characters and pale print. Cells that are filled on every form are yielded in any case, others
    only when something stands in them.
    """
    for code, cell in CELL.items():
        if (code, 0) in known or cell.lines > 1 or (grid.trust and cell.panel not in grid.trust):
            continue
        y = float(value_point(cell)[1])
        found = _ink(photo, grid, code, 0.22)
        if found is not None and found[2] < 0.3 and found[1] - found[0] < 3.5 and code not in ALWAYS:
            yield None, code
        elif found is not None and found[2] >= 0.42 and code not in _OFTEN_EMPTY:
            yield Run(code, 0, found[0], found[1], y, 3.6, detected=False), code
        elif code in ALWAYS:
            pale = _ink(photo, grid, code, 0.09)
            x0, x1 = (cell.x0 + 0.3, min(right_limit(code), cell.x0 + ALWAYS[code]))
            if pale is not None and pale[2] >= 0.42:
                x0, x1 = min(pale[0], cell.x0 + 2.0), pale[1]
            yield Run(code, 0, x0, x1, y, 3.6, detected=False), code


def _ink(photo: Pixels, grid: Grid, code: str, contrast: float) -> tuple[float, float, float] | None:
    """Where dark marks begin and end (mm) in a cell, and their height as a share of 3.2 mm.

    Args:
        photo: RGB photo.
        grid: the fitted form.
        code: the cell.
        contrast: how much darker than the paper (as a share) a mark is.
    """
    cell = CELL[code]
    y = float(value_point(cell)[1])
    x0, x1 = cell.x0 - 0.1, min(right_limit(code), cell.x1, cell.x0 + 44.0)
    flat = strip(photo, grid, cell.panel, (x0, y - 1.6, x1, y + 1.6), height=26, most=400)
    if flat is None:
        return None
    gray = flat.min(2).astype(np.float32)
    ground = cv2.blur(gray, (61, 61), borderType=cv2.BORDER_REFLECT_101)
    ground = np.maximum(ground, float(np.median(gray)) * 0.9)
    grain = 1.5 * float(np.median(np.abs(np.diff(gray, axis=1))))
    dark = gray < ground - np.maximum(max(5.0, 3 * grain), contrast * ground)
    dark[dark.mean(1) > 0.6] = False  # the form's rules
    dark[:, dark.mean(0) > 0.88] = False
    dark = cv2.morphologyEx(dark.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((2, 2), np.uint8)) > 0
    marked = np.flatnonzero(dark.sum(0) >= 2)
    per_mm = gray.shape[1] / (x1 - x0)
    if not len(marked) or marked[0] > 9.0 * per_mm:
        return None
    breaks = np.flatnonzero(np.diff(marked) > (6.0 if code == "A" else 2.6) * per_mm)
    last = marked[breaks[0]] if len(breaks) else marked[-1]
    rows = np.flatnonzero(dark[:, marked[0] : last + 1].sum(1) >= 2)
    if not len(rows) or last - marked[0] < 0.3 * per_mm:
        return None
    tall = float(rows[-1] - rows[0] + 1) / gray.shape[0]
    return x0 + float(marked[0]) / per_mm, x0 + float(last + 1) / per_mm, tall
