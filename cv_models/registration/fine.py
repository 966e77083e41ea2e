"""Pulls the panels onto the print: left edges and rows of the runs of print against the form's cells, all panels together first.

The map of the sheet is right to a millimetre or two; rows stand 4.08 mm apart. Which row is which is decided for all panels
together, by how well their whole pattern of starts fits; how sure that is goes into the trust of each panel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cv_models.registration.flatten import SheetBox
from cv_models.registration.grid import Grid, Matrix, PanelView, bend_terms, value_point
from cv_models.registration.layout import CELLS, PanelName
from cv_models.registration.ocr import Points

Indices = NDArray[np.int64]
_INK: Final = 0.17  # share of a box's height that stands before its first character
_DX: Final = np.arange(-2.5, 2.51, 0.5)
_DY: Final = np.arange(-5.4, 5.41, 0.3)
_ROW: Final = 4.08
# Starts of values, and of codes that are taken together with the value behind them.
_TARGETS: Final[dict[PanelName, Points]] = {
    name: np.array([[*value_point(c, r), float(len(c.code) < 5)] for c in CELLS if c.panel == name for r in range(c.lines)])
    for name in ("left", "middle", "right")
}  # fmt: skip
_LABELS: Final[dict[PanelName, Points]] = {
    name: np.array([[c.label_x, value_point(c, 0)[1]] for c in CELLS if c.panel == name and c.code != "22b"])
    for name in ("left", "middle", "right")
}
_SOFT: Final = np.array([9.0, 1.2, 1.2, 0.7, 0.5, 0.7])  # mm by which each term may reasonably move a panel


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A grid on the print, and why it is believed.

    Attributes:
        grid: the corrected grid.
        shift: mm by which the print stood off the grid before.
        margin: 0 to 1, by how much the next best row is worse.
        matched: per panel the number of runs of print that stand where a value begins, and the number of runs of that size.
    """

    grid: Grid
    shift: tuple[float, float]
    margin: float
    matched: dict[PanelName, tuple[int, int]]


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Places where print of the data's size begins: points (N x 2, mm), the run each belongs to, and whether it is the second
    beginning in its run, behind a gap.
    """

    starts: Points
    run: Indices
    second: NDArray[np.bool_]

    @property
    def count(self) -> int:
        """Number of runs."""
        return int(self.run.max()) + 1 if len(self.run) else 0


def data_height(boxes: tuple[SheetBox, ...]) -> float:
    """Usual height in mm of the boxes around data; form print is much smaller."""
    heights = np.array([b.y1 - b.y0 for b in boxes if b.panel != "left" and b.x1 - b.x0 > 4.0])
    if len(heights) < 4:
        heights = np.array([b.y1 - b.y0 for b in boxes if b.x1 - b.x0 > 4.0])
    if not len(heights):
        return 3.4
    return float(np.clip(np.percentile(heights, 65), 2.6, 5.2))


def _runs(boxes: tuple[SheetBox, ...], panel: PanelName, usual: float) -> _Runs:
    chosen = [b for b in boxes if b.panel == panel and 0.7 * usual < b.y1 - b.y0 < 1.55 * usual]
    starts: list[tuple[float, float, int, bool]] = []
    for index, box in enumerate(chosen):
        middle = (box.y0 + box.y1) / 2
        starts.append((box.x0 + _INK * (box.y1 - box.y0), middle, index, False))
        if box.after is not None:
            starts.append((box.after, middle, index, True))
    table = np.array(starts, np.float64).reshape(-1, 4)
    return _Runs(table[:, :2], table[:, 2].astype(np.int64), table[:, 3] > 0)


def fit(grid: Grid, boxes: tuple[SheetBox, ...]) -> Fitted:
    """Correct the panels of a grid by the runs of print that were found with it.

    Args:
        grid: panels with views without bends, good to a few mm.
        boxes: runs of print in mm of that grid.
    """
    usual = data_height(boxes)
    runs = {panel: _runs(boxes, panel, usual) for panel in grid.views}
    surfaces = {panel: _surface(panel, runs[panel]) for panel in grid.views}
    total = sum((_spread(s) for s in surfaces.values()), np.zeros((len(_DY), len(_DX))))
    runs_of_all = max(1, sum(r.count for r in runs.values()))
    total = total - runs_of_all * (0.004 * _DY[:, None] ** 2 + 0.02 * _DX[None, :] ** 2)
    row, column = (int(v) for v in np.unravel_index(int(total.argmax()), total.shape))
    best = float(total[row, column])
    other = np.abs(_DY - _DY[row]) > 0.5 * _ROW
    margin = float(np.clip(1 - total[other].max() / max(best, 1e-6), 0, 1)) if best > 0 else 0.0
    start = np.array([_DX[column], _DY[row]])
    views: dict[PanelName, PanelView] = {}
    matched: dict[PanelName, tuple[int, int]] = {}
    for panel, view in grid.views.items():
        near = _nearest_peak(surfaces[panel], start)
        bend, count = _refine(panel, runs[panel], near)
        views[panel] = PanelView(view.matrix, panel, bend)
        matched[panel] = (count, runs[panel].count)
    fitted = Grid(grid.matrix, views=views, trust=dict(grid.trust), support=sum(n for n, _ in matched.values()))
    return Fitted(fitted, (float(start[0]), float(start[1])), margin, matched)


def _surface(panel: PanelName, runs: _Runs) -> Points:
    """How well starts fit when the print is moved: DY x DX."""
    out = np.zeros((len(_DY), len(_DX)))
    if not runs.count:
        return out
    codes = ~runs.second & np.isin(runs.run, runs.run[runs.second])
    best = np.zeros((runs.count, *out.shape))
    for targets, worth in (
        (_TARGETS[panel][:, :2], np.where(codes, 0.5, 1.0)),
        (_LABELS[panel], np.where(runs.second, 0.0, 0.5)),
    ):
        dx = runs.starts[:, None, 0] - targets[None, :, 0]
        dy = runs.starts[:, None, 1] - targets[None, :, 1]
        in_x = np.exp(-0.5 * ((dx[None] - _DX[:, None, None]) / 0.8) ** 2)
        in_y = np.exp(-0.5 * ((dy[None] - _DY[:, None, None]) / 0.6) ** 2)
        # Each run counts once, for what it fits best.
        for index, run in enumerate(runs.run):
            if worth[index] > 0:
                fits = worth[index] * (in_y[:, None, index] * in_x[None, :, index]).max(2)
                best[run] = np.maximum(best[run], fits)
    return np.asarray(best.sum(0))


def _spread(surface: Points) -> Points:
    """The best within a millimetre: panels need not be off by quite the same."""
    rows, columns = 3, 2
    padded = np.pad(surface, ((rows, rows), (columns, columns)))
    parts = [
        padded[r : r + surface.shape[0], c : c + surface.shape[1]]
        for r in range(2 * rows + 1)
        for c in range(2 * columns + 1)
    ]
    return np.asarray(np.max(parts, axis=0))


def _nearest_peak(surface: Points, start: Points) -> Points:
    """The best shift of one panel within 1.3 mm of the common one; the common one when the panel does not say."""
    near = (np.abs(_DY - start[1]) < 1.3)[:, None] & (np.abs(_DX - start[0]) < 1.3)[None, :]
    values = np.where(near, surface, -1.0)
    if values.max() < 2.0:
        return start
    row, column = (int(v) for v in np.unravel_index(int(values.argmax()), values.shape))
    return np.array([_DX[column], _DY[row]])


def _refine(panel: PanelName, runs: _Runs, shift: Points) -> tuple[Matrix, int]:
    """The correction (6 x 2, see `bend_terms`) from form to grid in mm, and how many starts it is built on.

    Several beginnings are tried: a tilt of a row's pitch over a panel, or starts taken for their neighbours, are traps that
    going downhill from one side does not leave.
    """
    zero = np.zeros((6, 2))
    zero[0] = shift
    if not runs.count:
        return zero, 0
    tried = []
    for aside in (0.0, -1.3, 1.3):
        for tilt in (0.0, -1.1, 1.1):
            begin = zero.copy()
            begin[0, 0] += aside
            begin[1, 1] += tilt
            bend, count = _descend(panel, runs, shift, begin)
            tried.append((_worth(panel, runs, bend, shift), count, bend))
    _, count, bend = max(tried, key=lambda t: t[0])
    return bend, count


def _worth(panel: PanelName, runs: _Runs, bend: Matrix, shift: Points) -> float:
    """How well all starts fit a correction, less what the correction costs."""
    codes = ~runs.second & np.isin(runs.run, runs.run[runs.second])
    best = np.zeros(runs.count)
    groups = (
        (_TARGETS[panel][:, :2], np.where(codes, 0.4, 1.0)),
        (_LABELS[panel], np.where(runs.second, 0.0, 0.4)),
    )
    for targets, worth in groups:
        places = targets + bend_terms(targets, panel) @ bend
        off = runs.starts[:, None] - places[None]
        fits = worth * np.exp(-0.5 * ((off[:, :, 0] / 0.6) ** 2 + (off[:, :, 1] / 0.45) ** 2)).max(1)
        np.maximum.at(best, runs.run, fits)
    moved = bend.copy()
    moved[0] -= shift
    cost = float(((moved / (_SOFT * 1.5)[:, None]) ** 2)[1:].sum() + ((moved[0] / 1.2) ** 2).sum())
    return float(best.sum()) - 0.5 * cost


def _descend(panel: PanelName, runs: _Runs, shift: Points, bend: Matrix) -> tuple[Matrix, int]:
    targets = _TARGETS[panel][:, :2]
    count = 0
    for tolerance in (1.7, 1.3, 1.0, 0.9):
        places = targets + bend_terms(targets, panel) @ bend
        away_x = runs.starts[:, None, 0] - places[None, :, 0]
        away_y = runs.starts[:, None, 1] - places[None, :, 1]
        distance = np.hypot(away_x * 0.8, away_y * 1.1)
        nearest, back = distance.argmin(1), distance.argmin(0)
        pairs = [(i, int(t)) for i, t in enumerate(nearest) if distance[i, t] < tolerance and back[t] == i]
        count = len(pairs)
        level = _level_pairs(panel, runs, targets, places, {int(runs.run[i]) for i, _ in pairs}, tolerance)
        bend = _solve(panel, runs, targets, pairs, level, shift, tolerance, bend)
    return bend, count


def _level_pairs(
    panel: PanelName, runs: _Runs, targets: Points, places: Points, used: set[int], tolerance: float
) -> list[tuple[int, int]]:
    """Runs that do not begin where a value does (a code taken along, a value pushed aside) still say where their row is."""
    if panel == "left":
        return []
    out = []
    for index in range(len(runs.starts)):
        if runs.second[index] or int(runs.run[index]) in used:
            continue
        away = np.abs(runs.starts[index, 1] - places[:, 1]) + 0.02 * np.abs(runs.starts[index, 0] - places[:, 0])
        best = int(away.argmin())
        if away[best] < 0.6 * tolerance:
            out.append((index, best))
    return out


def _solve(
    panel: PanelName,
    runs: _Runs,
    targets: Points,
    pairs: list[tuple[int, int]],
    level: list[tuple[int, int]],
    shift: Points,
    tolerance: float,
    before: Matrix,
) -> Matrix:
    bend = np.zeros((6, 2))
    for axis in (0, 1):
        rows = pairs if axis == 0 else pairs + level
        if not rows:
            bend[:, axis] = before[:, axis]
            continue
        where = np.array([targets[t] if (i, t) in pairs else [runs.starts[i, 0], targets[t, 1]] for i, t in rows])
        wanted = np.array([runs.starts[i, axis] - targets[t, axis] for i, t in rows]) - shift[axis]
        design = bend_terms(where, panel)
        off = wanted + shift[axis] - design @ before[:, axis]
        weight = np.clip(1 - (off / (1.6 * tolerance)) ** 2, 0.02, None) * np.array(
            [1.0 if p in pairs else 0.5 for p in rows]
        )
        noise = 0.35
        normal = design.T @ (design * weight[:, None]) / noise**2 + np.diag(
            1 / (_SOFT * (0.6 if axis == 0 else 1.0)) ** 2
        )
        bend[:, axis] = np.linalg.solve(normal, design.T @ (weight * wanted) / noise**2)
        bend[0, axis] += shift[axis]
    return bend
