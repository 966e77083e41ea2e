"""Where the whole pattern of printed starts fits the form, when the map of the sheet is off by more than a row or is a bit too small
or too large: one affine for all panels, found by trying.

Nothing is read: a filled form shows some hundred runs of print, and where they begin is like no other paper.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.registration.flatten import SheetBox
from cv_models.registration.grid import Matrix, value_point
from cv_models.registration.layout import CELLS, PANELS, PanelName
from cv_models.registration.ocr import Points

_CELL: Final = 0.75  # mm per pixel of the picture of the form's starts
_RIM: Final = 60.0
_INK: Final = 0.17
_STARTS: Final = np.array([value_point(c, r) for c in CELLS for r in range(c.lines)])
_CODES: Final = np.array([[c.label_x, value_point(c, 0)[1]] for c in CELLS if c.panel != "left" and c.code != "22b"])


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """The affine (2 x 3) from the form to where print stands, the share of the print that it explains, and how much better it is
    than the best that lies more than a row away.
    """

    affine: Matrix
    share: float
    margin: float


def _picture(sigma: float, panel: PanelName | None) -> NDArray[np.float32]:
    """Where print may begin on the form (on one panel, or anywhere), 1 at a value's start, falling off over `sigma` mm."""
    size = (round((210 + 2 * _RIM) / _CELL), round((105 + 2 * _RIM) / _CELL))
    out = np.zeros((size[1], size[0]), np.float32)
    low, high = PANELS[panel] if panel else (-1.0, 211.0)
    for points, worth in ((_CODES, 0.4), (_STARTS, 1.0)):
        layer = np.zeros_like(out)
        for x, y in points:
            if low <= x < high:
                layer[round((y + _RIM) / _CELL), round((x + _RIM) / _CELL)] = 1.0
        layer = cv2.GaussianBlur(layer, (0, 0), sigma / _CELL) * np.float32(2 * np.pi * (sigma / _CELL) ** 2)
        out = np.maximum(out, np.minimum(layer, 1.0) * np.float32(worth))
    return out


@cache
def _pictures() -> dict[float | PanelName, NDArray[np.float32]]:
    return {1.6: _picture(1.6, None), 0.9: _picture(0.9, None), **{name: _picture(0.9, name) for name in PANELS}}


def look_up(which: float | PanelName, points: Points) -> Points:
    """How well print may begin at points (..., 2, mm): by the fineness of the picture (1.6 or 0.9 mm) or on one panel."""
    picture = _pictures()[which]
    at = np.rint((points + _RIM) / _CELL).astype(np.int32)
    x, y = np.clip(at[..., 0], 0, picture.shape[1] - 1), np.clip(at[..., 1], 0, picture.shape[0] - 1)
    return np.asarray(picture[y, x], np.float64)


def starts_of(boxes: tuple[SheetBox, ...], usual: float) -> tuple[Points, Points]:
    """Where runs of print of the data's size begin (N x 2), and what each beginning counts."""
    points: list[tuple[float, float]] = []
    worth: list[float] = []
    for box in boxes:
        high = box.y1 - box.y0
        if not 0.65 * usual < high < 1.6 * usual:
            continue
        points.append((box.x0 + _INK * high, (box.y0 + box.y1) / 2))
        worth.append(0.6 if box.after is not None else 1.0)
        if box.after is not None:
            points.append((box.after, (box.y0 + box.y1) / 2))
            worth.append(0.7)
    return np.array(points, np.float64).reshape(-1, 2), np.array(worth)


def match(boxes: tuple[SheetBox, ...], usual: float, *, reach: float = 9.0, stretch: float = 0.08) -> Pattern:
    """Find the affine.

    Args:
        boxes: runs of print in mm of a grid that is off.
        usual: usual height of data (mm).
        reach: how far off the grid may be, in mm.
        stretch: by which share its scale may be wrong.
    """
    points, worth = starts_of(boxes, usual)
    same = np.array([[1.0, 0, 0], [0, 1.0, 0]])
    if len(points) < 8:
        return Pattern(same, 0.0, 0.0)
    middle = np.array([105.0, 52.5])
    step = 1.5
    moves = np.arange(-reach, reach + 0.1, step)
    dx, dy = np.meshgrid(moves, moves)
    shifts = np.stack([dx.ravel(), dy.ravel()], -1)
    tried: list[tuple[float, Matrix]] = []
    for wide in np.linspace(1 - stretch, 1 + stretch, 2 * max(1, round(stretch / 0.027)) + 1):
        for tall in np.linspace(1 - stretch * 0.6, 1 + stretch * 0.6, 2 * max(1, round(stretch * 0.6 / 0.024)) + 1):
            for lean in (-0.022, 0.0, 0.022):
                linear = np.array([[wide, 0.0], [lean, tall]])
                moved = (points - middle) @ linear.T + middle
                value = (look_up(1.6, moved[None] + shifts[:, None]) * worth).sum(1)
                value -= 0.01 * worth.sum() * (shifts**2).sum(1) / reach**2 * 6
                tried += [
                    (float(value[i]), np.column_stack([linear, shifts[i] + middle - linear @ middle]))
                    for i in np.argsort(-value)[:2]
                ]
    tried.sort(key=lambda t: -t[0])
    refined = [_climb(points, worth, back) for _, back in _apart(tried, 14)]
    # A grid that is far off is rarer than one that is a little off.
    refined = [(v - 0.06 * worth.sum() * (_apart_by(a, same) / 10.0) ** 2, a) for v, a in refined]
    refined.sort(key=lambda t: -t[0])
    best, to_form = refined[0]
    far = [v for v, other in refined[1:] if _apart_by(other, to_form) > 2.5]
    margin = float(np.clip(1 - max(far, default=0.0) / max(best, 1e-6), 0, 1))
    full = np.linalg.inv(np.vstack([to_form, [0, 0, 1]]))
    return Pattern(np.asarray(full[:2]), float(best / worth.sum()), margin)


def _apart_by(first: Matrix, second: Matrix) -> float:
    """How far two affines are apart (mm) over the form."""
    corners = np.array([[66.0, 8, 1], [205, 8, 1], [205, 70, 1], [66, 70, 1]])
    return float(np.linalg.norm(corners @ (first - second).T, axis=1).mean())


def _apart(tried: list[tuple[float, Matrix]], most: int) -> list[tuple[float, Matrix]]:
    out: list[tuple[float, Matrix]] = []
    for value, affine in tried:
        if all(_apart_by(affine, other) > 1.6 for _, other in out):
            out.append((value, affine))
        if len(out) == most:
            break
    return out


def _climb(points: Points, worth: Points, affine: Matrix) -> tuple[float, Matrix]:
    """Improve an affine from print to form: starts go to the nearest place where print begins; the value reached."""
    for close in (3.0, 2.4, 1.8, 1.5, 1.5):
        at = points @ affine[:, :2].T + affine[:, 2]
        off = np.linalg.norm(at[:, None] - _STARTS[None], axis=2)
        nearest = off.argmin(1)
        away = off[np.arange(len(at)), nearest]
        keep = np.clip(1 - (away / close) ** 2, 0, None) * worth
        if (keep > 0).sum() < 6:
            break
        design = np.column_stack([points, np.ones(len(points))])
        centre = np.array([105.0, 52.5, 1.0])
        ridge = np.diag([30.0, 30.0, 0.0]) ** 2 * 0.02
        wanted = _STARTS[nearest] - design @ affine.T
        shifted = design - np.array([*centre[:2], 0.0])
        normal = shifted.T @ (shifted * keep[:, None]) + ridge + np.eye(3) * 1e-6
        change = np.linalg.solve(normal, shifted.T @ (wanted * keep[:, None]))
        affine = affine + np.column_stack([change[:2].T, change[2] - change[:2].T @ centre[:2]])
    at = points @ affine[:, :2].T + affine[:, 2]
    return float((look_up(0.9, at) * worth).sum()), affine


def moved(boxes: tuple[SheetBox, ...], pattern: Pattern, shown: tuple[PanelName, ...]) -> tuple[SheetBox, ...]:
    """Runs of print in mm of the form as the pattern says, dealt to its panels anew."""
    back = np.linalg.inv(np.vstack([pattern.affine, [0, 0, 1]]))[:2]
    out = []
    for box in boxes:
        corners = np.array(
            [[box.x0, box.y0, 1], [box.x1, box.y1, 1], [box.x0 if box.after is None else box.after, box.y0, 1]]
        )
        at = corners @ back.T
        middle = float(at[0, 0]) + 1.0
        panel = next(
            (p for p in shown if PANELS[p][0] <= middle < PANELS[p][1]),
            shown[0] if middle < PANELS[shown[0]][0] else shown[-1],
        )
        after = None if box.after is None else float(at[2, 0])
        out.append(
            replace(
                box,
                panel=panel,
                x0=float(at[0, 0]),
                y0=float(at[0, 1]),
                x1=float(at[1, 0]),
                y1=float(at[1, 1]),
                after=after,
            )
        )
    return tuple(out)
