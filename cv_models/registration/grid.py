"""The fitted form: where points of the sheet (mm) stand in the photo (pixels), panel by panel."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cv_models.registration.layout import FOLDS, PANELS, SHEET_HEIGHT, SHEET_WIDTH, Cell, PanelName
from cv_models.registration.ocr import Points

Matrix = NDArray[np.float64]


def value_point(cell: Cell, line: int = 0) -> Points:
    """Where the value of a cell begins on the sheet: left edge and vertical middle of a line, in mm."""
    if cell.lines == 1:
        y = cell.y1 - 2.05 if cell.panel == "left" and cell.y1 - cell.y0 > 4.5 else cell.y_mid
    else:
        y = cell.y0 + 2.1 + 4.0 * line
    return np.array([cell.x0 + 0.5, y])


@dataclass(frozen=True, slots=True, eq=False)
class PanelView:
    """How one panel is seen: a smooth bend in mm, then a homography from mm to pixels.

    Attributes:
        matrix: 3 x 3, mm to pixels.
        panel: which panel; its middle and half size scale the terms of the bend.
        bend: 6 x 2, mm that are added per term of `bend_terms`; None for a flat panel.
    """

    matrix: Matrix
    panel: PanelName
    bend: Matrix | None = None

    def to_photo(self, mm: Points) -> Points:
        """Pixels of points in mm (N x 2)."""
        return apply(self.matrix, mm if self.bend is None else mm + bend_terms(mm, self.panel) @ self.bend)

    def to_sheet(self, pixels: Points) -> Points:
        """Millimetres of points in pixels (N x 2)."""
        flat = apply(np.linalg.inv(self.matrix), pixels)
        if self.bend is None:
            return flat
        mm = flat
        # The bend is a few mm over a panel, so going back step by step settles at once.
        for _ in range(4):
            mm = flat - bend_terms(np.clip(mm, -60.0, 270.0), self.panel) @ self.bend
        return mm


def bend_terms(mm: Points, panel: PanelName) -> Points:
    """The terms of a panel's correction at points in mm: constant, linear and quadratic in the place, which runs from -1 to 1
    over the panel (squares do not grow far outside of it).
    """
    left, right = PANELS[panel]
    u = (mm[:, 0] - (left + right) / 2) / ((right - left) / 2)
    v = (mm[:, 1] - SHEET_HEIGHT / 2) / (SHEET_HEIGHT / 2)
    a, b = np.clip(u, -1.4, 1.4), np.clip(v, -1.4, 1.4)
    return np.column_stack([np.ones(len(mm)), u, v, a * a, a * b, b * b])


@dataclass
class Grid:
    """The fitted form.

    Attributes:
        matrix: homography from mm to pixels that holds for the whole sheet about.
        panels: per panel an affine correction (2 x 3) applied in mm before it.
        anchors: weight of the text lines that fixed it; `support`: number of lines whose left edges agree.
        views: panels that are fitted by themselves; these do not use `matrix` and `panels`.
        trust: how sure each panel stands where it is said to, 0 to 1; a panel that is missing was not found.
    """

    matrix: Matrix
    panels: dict[PanelName, Matrix] = field(default_factory=dict)
    anchors: float = 0.0
    support: int = 0
    views: dict[PanelName, PanelView] = field(default_factory=dict)
    trust: dict[PanelName, float] = field(default_factory=dict)

    def to_photo(self, mm: Points, panel: PanelName) -> Points:
        """Pixels of points on the sheet that belong to the panel."""
        if panel in self.views:
            return self.views[panel].to_photo(mm)
        if panel in self.panels:
            mm = np.column_stack([mm, np.ones(len(mm))]) @ self.panels[panel].T
        return apply(self.matrix, mm)

    def to_sheet(self, pixels: Points, panel: PanelName) -> Points:
        """Millimetres on the sheet of pixels, seen through the panel's correction."""
        if panel in self.views:
            return self.views[panel].to_sheet(pixels)
        mm = apply(np.linalg.inv(self.matrix), pixels)
        if panel in self.panels:
            full = np.vstack([self.panels[panel], [0, 0, 1]])
            mm = (np.column_stack([mm, np.ones(len(mm))]) @ np.linalg.inv(full).T)[:, :2]
        return mm

    def moved(self, panel: PanelName, down: float, right: float = 0.0) -> Grid:
        """The same with what stands on a panel taken to belong `down` mm further down and `right` mm further right."""
        shift = np.array([[1.0, 0.0, -right], [0.0, 1.0, -down], [0.0, 0.0, 1.0]])
        views, panels = dict(self.views), dict(self.panels)
        if panel in views:
            views[panel] = replace(views[panel], matrix=views[panel].matrix @ shift)
        else:
            panels[panel] = panels.get(panel, np.eye(3)[:2]) @ shift
        return replace(self, views=views, panels=panels)

    @property
    def scale(self) -> float:
        """Pixels per mm in the middle of the sheet."""
        ends = self.to_photo(np.array([[80.0, 40.0], [120.0, 40.0]]), "middle")
        return float(np.linalg.norm(ends[1] - ends[0])) / 40.0

    def outline(self) -> tuple[tuple[float, float], ...]:
        """Corners and fold ends of the sheet in the photo, clockwise from the top left."""
        out: list[Points] = []
        top: list[tuple[float, PanelName]] = [
            (0.0, "left"),
            (FOLDS[0], "middle"),
            (FOLDS[1], "middle"),
            (SHEET_WIDTH, "right"),
        ]
        out += [self.to_photo(np.array([[x, 0.0]]), p)[0] for x, p in top]
        out += [self.to_photo(np.array([[x, SHEET_HEIGHT]]), p)[0] for x, p in reversed(top)]
        return tuple((float(x), float(y)) for x, y in out)


def apply(matrix: NDArray[np.floating[Any]], points: Points) -> Points:
    """Points (N x 2) through a homography."""
    h = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    w = np.where(np.abs(h[:, 2:]) < 1e-9, 1e-9, h[:, 2:])
    return np.asarray(h[:, :2] / w)


def solve(mm: Points, px: Points, weight: NDArray[np.float64], prior: Matrix) -> Matrix:
    """Affine for few points, homography for many, by weighted least squares kept near the prior."""
    corners = np.array([[66.0, 8.0], [66.0, 73.0], [205.0, 8.0], [205.0, 73.0], [5.0, 50.0], [5.0, 95.0]])
    mm = np.vstack([mm, corners])
    px = np.vstack([px, apply(prior, corners)])
    weight = np.concatenate([weight, np.full(len(corners), 0.04)])
    if len(mm) - len(corners) < 5:
        design = np.column_stack([mm, np.ones(len(mm))]) * weight[:, None]
        solution, *_ = np.linalg.lstsq(design, px * weight[:, None], rcond=None)
        return np.vstack([solution.T, [0, 0, 1]])
    return homography(mm, px, weight)


def homography(mm: Points, px: Points, weight: NDArray[np.float64], *, damping: float = 0.15) -> Matrix:
    """Weighted homography (normalised direct linear transform)."""
    m_shift, p_shift = mm.mean(0), px.mean(0)
    m_scale, p_scale = float(mm.std()) + 1e-9, float(px.std()) + 1e-9
    m, p = (mm - m_shift) / m_scale, (px - p_shift) / p_scale
    zero, one = np.zeros(len(m)), np.ones(len(m))
    rows_x = np.column_stack([m[:, 0], m[:, 1], one, zero, zero, zero, -p[:, 0] * m[:, 0], -p[:, 0] * m[:, 1]])
    rows_y = np.column_stack([zero, zero, zero, m[:, 0], m[:, 1], one, -p[:, 1] * m[:, 0], -p[:, 1] * m[:, 1]])
    w2 = np.concatenate([weight, weight])
    # A little damping of the two perspective terms: few points must not invent a steep view.
    damp = np.zeros((2, 8))
    damp[0, 6] = damp[1, 7] = damping
    design = np.vstack([np.vstack([rows_x, rows_y]) * w2[:, None], damp])
    target = np.concatenate([np.concatenate([p[:, 0], p[:, 1]]) * w2, np.zeros(2)])
    h = np.append(np.linalg.lstsq(design, target, rcond=None)[0], 1.0).reshape(3, 3)
    to_m = np.array([[1 / m_scale, 0, -m_shift[0] / m_scale], [0, 1 / m_scale, -m_shift[1] / m_scale], [0, 0, 1]])
    from_p = np.array([[p_scale, 0, p_shift[0]], [0, p_scale, p_shift[1]], [0, 0, 1]])
    out = from_p @ h @ to_m
    return np.asarray(out / out[2, 2])
