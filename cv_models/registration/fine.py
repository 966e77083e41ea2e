"""Pulls the panels onto the print: all together first, then one by one, each continuing its neighbour over the fold.

The map of the sheet is right to a millimetre or two; rows stand 4.08 mm apart. Which row is which is decided for all panels
together, by how well their whole pattern of starts fits; how sure that is goes into the trust of each panel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from cv_models.registration.fine_panel import (
    LABELS,
    TARGETS,
    Edge,
    Runs,
    continued,
    data_height,
    fitting,
    refine,
    runs_of,
    unmoved,
)
from cv_models.registration.flatten import SheetBox
from cv_models.registration.grid import Grid, Matrix, PanelView
from cv_models.registration.layout import FOLDS, PANELS, PanelName
from cv_models.registration.ocr import Points

_DX: Final = np.arange(-2.5, 2.51, 0.5)
_DY: Final = np.arange(-5.4, 5.41, 0.3)
_ROW: Final = 4.08
_BORDERS: Final[tuple[tuple[PanelName, PanelName, float], ...]] = (
    ("left", "middle", FOLDS[0]),
    ("middle", "right", FOLDS[1]),
)
_POOR: Final = 0.5  # one that fits no better tries more
_GOOD: Final = 0.45  # a panel that fits so well may lead its neighbours


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A grid on the print, and why it is believed.

    Attributes:
        grid: the corrected grid.
        shift: mm by which the print stood off the grid before.
        margin: 0 to 1, by how much the next best row is worse.
        matched: per panel the number of runs of print that stand where a value begins, and the number of runs of that size.
        fits: per panel how well its runs of print fit, 0 to 1.
    """

    grid: Grid
    shift: tuple[float, float]
    margin: float
    matched: dict[PanelName, tuple[int, int]]
    fits: dict[PanelName, float]


def fit(grid: Grid, boxes: tuple[SheetBox, ...]) -> Fitted:
    """Correct the panels of a grid by the runs of print that were found with it.

    Args:
        grid: panels with views without bends, good to a few mm.
        boxes: runs of print in mm of that grid.
    """
    usual = data_height(boxes)
    runs = {panel: runs_of(boxes, panel, usual) for panel in grid.views}
    surfaces = {panel: _surface(panel, runs[panel]) for panel in grid.views}
    total = sum((_spread(s) for s in surfaces.values()), np.zeros((len(_DY), len(_DX))))
    runs_of_all = max(1, sum(r.count for r in runs.values()))
    total = total - runs_of_all * (0.012 * _DY[:, None] ** 2 + 0.05 * _DX[None, :] ** 2)
    row, column = (int(v) for v in np.unravel_index(int(total.argmax()), total.shape))
    best = float(total[row, column])
    # The common best lies up to a millimetre beside each panel's own; nearer than this it is still the same row.
    other = np.abs(_DY - _DY[row]) > 0.73 * _ROW
    margin = float(np.clip(1 - total[other].max() / max(best, 1e-6), 0, 1)) if best > 0 else 0.0
    start = np.array([_DX[column], _DY[row]])
    bends: dict[PanelName, Matrix] = {}
    matched: dict[PanelName, tuple[int, int]] = {}
    fits: dict[PanelName, float] = {}
    for panel in grid.views:
        near = _nearest_peak(surfaces[panel], start)
        bends[panel], count, fits[panel] = refine(panel, runs[panel], unmoved(near))
        matched[panel] = (count, runs[panel].count)
    _continue(grid, runs, bends, matched, fits)
    views = {panel: PanelView(view.matrix, panel, bends[panel]) for panel, view in grid.views.items()}
    fitted = Grid(grid.matrix, views=views, trust=dict(grid.trust), support=sum(n for n, _ in matched.values()))
    return Fitted(fitted, (float(start[0]), float(start[1])), margin, matched, fits)


def _continue(
    grid: Grid,
    runs: dict[PanelName, Runs],
    bends: dict[PanelName, Matrix],
    matched: dict[PanelName, tuple[int, int]],
    fits: dict[PanelName, float],
) -> None:
    """Fit panels again with what a better neighbour says at the fold; in place. The paper does not tear there."""
    done = {max(fits, key=lambda p: fits[p] * min(1.0, matched[p][0] / 12))} if fits else set()
    while True:
        steps = [(a, b) for a, b, _ in _BORDERS if a in done and b in fits and b not in done]
        steps += [(b, a) for a, b, _ in _BORDERS if b in done and a in fits and a not in done]
        if not steps:
            return
        leader, panel = steps[0]
        done.add(panel)
        if fits[leader] < _GOOD:
            continue
        fold = next(x for a, b, x in _BORDERS if {a, b} == {leader, panel})
        where = np.array([[fold, y] for y in (8.0, 24.0, 40.0, 56.0, 72.0, 88.0)])
        view = PanelView(grid.views[leader].matrix, leader, bends[leader])
        edge = Edge(where, grid.views[panel].to_sheet(view.to_photo(where)) - where)
        centres = [continued(panel, edge)]
        if fits[panel] < _POOR:
            # As if the paper went on flat: right for scans, near enough to begin with for a slight fold.
            left, right = PANELS[panel]
            flat = np.array([[x, y] for x in np.linspace(left, right, 5) for y in np.linspace(8, 92, 5)])
            centres.append(fitting(panel, Edge(flat, grid.views[panel].to_sheet(view.to_photo(flat)) - flat)))
        for centre in centres:
            again, count, fit_again = refine(panel, runs[panel], centre, edge)
            if fit_again > fits[panel] - (0.06 if centre is centres[0] else -0.04):
                bends[panel], matched[panel], fits[panel] = again, (count, runs[panel].count), fit_again


def _surface(panel: PanelName, runs: Runs) -> Points:
    """How well starts fit when the print is moved: DY x DX."""
    out = np.zeros((len(_DY), len(_DX)))
    if not runs.count:
        return out
    codes = ~runs.second & np.isin(runs.run, runs.run[runs.second])
    best = np.zeros((runs.count, *out.shape))
    for targets, worth in (
        (TARGETS[panel][:, :2], np.where(codes, 0.5, 1.0)),
        (LABELS[panel], np.where(runs.second, 0.0, 0.5)),
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
