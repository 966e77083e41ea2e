"""One panel pulled onto its print: left edges and rows of runs of print against the form's cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cv_models.registration.flatten import SheetBox
from cv_models.registration.grid import Matrix, bend_terms, value_point
from cv_models.registration.layout import CELLS, PANELS, SHEET_HEIGHT, PanelName
from cv_models.registration.ocr import Points
from cv_models.registration.pattern import look_up

Indices = NDArray[np.int64]

_INK: Final = 0.17  # share of a box's height that stands before its first character
# Starts of values, and of the codes that are taken together with the values behind them.
TARGETS: Final[dict[PanelName, Points]] = {
    name: np.array([[*value_point(c, r), float(len(c.code) < 5)] for c in CELLS if c.panel == name for r in range(c.lines)])
    for name in ("left", "middle", "right")
}  # fmt: skip
LABELS: Final[dict[PanelName, Points]] = {
    name: np.array([[c.label_x, value_point(c, 0)[1]] for c in CELLS if c.panel == name and c.code != "22b"])
    for name in ("left", "middle", "right")
}
# Millimetres by which each term may reasonably move a panel (x, y). The left one has too few values to say much about its width.
_SOFT: Final = np.array([[9.0, 9.0], [1.2, 1.4], [1.0, 2.2], [0.5, 0.6], [0.4, 0.5], [0.5, 0.8]])
_SOFT_LEFT: Final = np.array([[9.0, 9.0], [0.5, 0.8], [0.8, 1.8], [0.2, 0.3], [0.2, 0.3], [0.4, 0.6]])
_NOISE: Final = 0.35  # mm by which a start is off
_EDGE: Final = 0.6  # mm by which a neighbour is off at the fold


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
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


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """What the neighbour says: points of the form at the fold (N x 2, mm), and by how much the grid is off there (N x 2)."""

    where: Points
    off: Points


def data_height(boxes: tuple[SheetBox, ...]) -> float:
    """Usual height in mm of the boxes around data; form print is much smaller."""
    heights = np.array([b.y1 - b.y0 for b in boxes if b.panel != "left" and b.x1 - b.x0 > 4.0])
    if len(heights) < 4:
        heights = np.array([b.y1 - b.y0 for b in boxes if b.x1 - b.x0 > 4.0])
    if not len(heights):
        return 3.4
    return float(np.clip(np.percentile(heights, 65), 2.6, 5.2))


def _soft(panel: PanelName) -> Points:
    return _SOFT_LEFT if panel == "left" else _SOFT


def runs_of(boxes: tuple[SheetBox, ...], panel: PanelName, usual: float) -> Runs:
    # The left panel carries much wording, which is smaller.
    least = 0.82 if panel == "left" else 0.7
    chosen = [b for b in boxes if b.panel == panel and least * usual < b.y1 - b.y0 < 1.6 * usual]
    starts: list[tuple[float, float, int, bool]] = []
    for index, box in enumerate(chosen):
        middle = (box.y0 + box.y1) / 2
        starts.append((box.x0 + _INK * (box.y1 - box.y0), middle, index, False))
        if box.after is not None:
            starts.append((box.after, middle, index, True))
    table = np.array(starts, np.float64).reshape(-1, 4)
    return Runs(table[:, :2], table[:, 2].astype(np.int64), table[:, 3] > 0)


def unmoved(shift: Points) -> Matrix:
    """The correction that only shifts."""
    bend = np.zeros((6, 2))
    bend[0] = shift
    return bend


def continued(panel: PanelName, edge: Edge) -> Matrix:
    """The correction that continues a neighbour over the fold."""
    design = bend_terms(edge.where, panel)
    prior = np.diag(1 / np.array([20.0, 0.3, 3.0, 0.2, 0.3, 1.0]) ** 2)
    return np.asarray(np.linalg.solve(design.T @ design / 0.3**2 + prior, design.T @ edge.off / 0.3**2))


def fitting(panel: PanelName, edge: Edge) -> Matrix:
    """The correction that follows given points all over a panel."""
    design = bend_terms(edge.where, panel)
    return np.asarray(np.linalg.lstsq(design, edge.off, rcond=None)[0])


def refine(panel: PanelName, runs: Runs, centre: Matrix, edge: Edge | None = None) -> tuple[Matrix, int, float]:
    """The correction (6 x 2, see `bend_terms`) from form to grid in mm, how many starts it is built on, and how well it fits.

    Several beginnings are tried: a tilt of a row's pitch over a panel, or starts taken for their neighbours, are traps that
    going downhill from one side does not leave.

    Args:
        panel: the panel.
        runs: its print.
        centre: the correction that is expected.
        edge: what the neighbour says at the fold, if there is one to be believed.
    """
    if not runs.count:
        return centre, 0, 0.0
    tried = []
    for begin in [centre, *_beginnings(panel, runs, centre)]:
        bend, count = _descend(panel, runs, centre, begin, edge)
        tried.append((_worth(panel, runs, bend, centre, edge), count, bend))
    worth, count, bend = max(tried, key=lambda t: t[0])
    return bend, count, float(np.clip(worth / runs.count, 0, 1))


def _beginnings(panel: PanelName, runs: Runs, centre: Matrix) -> list[Matrix]:
    """Corrections worth trying: many shifts, stretches and tilts are weighed by a look at a picture of where print may begin."""
    left, right = PANELS[panel]
    half_x, half_y = (right - left) / 2, SHEET_HEIGHT / 2
    place = (runs.starts - [(left + right) / 2, half_y]) / [half_x, half_y]
    codes = ~runs.second & np.isin(runs.run, runs.run[runs.second])
    worth = np.where(codes, 0.5, 1.0)
    moves = np.array([(x, y) for x in np.arange(-4.0, 4.01, 0.8) for y in np.arange(-2.4, 2.41, 0.6)])
    before = runs.starts - bend_terms(runs.starts, panel) @ centre
    tried: list[tuple[float, Matrix]] = []
    for wide in (-0.8, 0.0, 0.8) if panel == "left" else (-1.6, -0.8, 0.0, 0.8, 1.6):
        for tall in (-3.2, -2.1, -1.1, 0.0, 1.1, 2.1, 3.2):
            for tilt in (-1.1, 0.0, 1.1):
                linear = np.zeros((6, 2))
                linear[1] = wide, tilt
                linear[2, 1] = tall
                at = before - np.column_stack([place[:, 0] * wide, place[:, 0] * tilt + place[:, 1] * tall])
                value = (look_up(panel, at[None] - moves[:, None]) * worth).sum(1)
                value -= 0.02 * worth.sum() * ((moves**2).sum(1) / 4 + wide**2 + tall**2 / 3 + tilt**2)
                index = int(value.argmax())
                linear[0] = moves[index]
                tried.append((float(value[index]), centre + linear))
    tried.sort(key=lambda t: -t[0])
    chosen: list[Matrix] = []
    for _, bend in tried:
        if all(np.abs(bend - other).max() > 1.0 for other in chosen):
            chosen.append(bend)
        if len(chosen) == 4:
            break
    return chosen


def _worth(panel: PanelName, runs: Runs, bend: Matrix, centre: Matrix, edge: Edge | None) -> float:
    """How well all starts fit a correction, less what the correction costs."""
    codes = ~runs.second & np.isin(runs.run, runs.run[runs.second])
    best = np.zeros(runs.count)
    groups = (
        (TARGETS[panel][:, :2], np.where(codes, 0.4, 1.0)),
        (LABELS[panel], np.where(runs.second, 0.0, 0.4)),
    )
    for targets, worth in groups:
        places = targets + bend_terms(targets, panel) @ bend
        off = runs.starts[:, None] - places[None]
        fits = worth * np.exp(-0.5 * ((off[:, :, 0] / 0.6) ** 2 + (off[:, :, 1] / 0.45) ** 2)).max(1)
        np.maximum.at(best, runs.run, fits)
    moved = bend - centre
    cost = float(((moved / (_soft(panel) * 1.5)) ** 2)[1:].sum() + ((moved[0] / [1.3, 1.2]) ** 2).sum())
    if edge is not None:
        cost += 6.0 * float((((bend_terms(edge.where, panel) @ bend - edge.off) / 1.0) ** 2).mean(0).sum())
    return float(best.sum()) - 0.5 * cost


def _descend(panel: PanelName, runs: Runs, centre: Matrix, bend: Matrix, edge: Edge | None) -> tuple[Matrix, int]:
    targets = TARGETS[panel][:, :2]
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
        bend = _solve(panel, runs, targets, pairs, level, centre, tolerance, bend, edge)
    return bend, count


def _level_pairs(
    panel: PanelName, runs: Runs, targets: Points, places: Points, used: set[int], tolerance: float
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
    runs: Runs,
    targets: Points,
    pairs: list[tuple[int, int]],
    level: list[tuple[int, int]],
    centre: Matrix,
    tolerance: float,
    before: Matrix,
    edge: Edge | None,
) -> Matrix:
    bend = np.zeros((6, 2))
    known = set(pairs)
    for axis in (0, 1):
        rows = pairs if axis == 0 else pairs + level
        where = np.array(
            [targets[t] if (i, t) in known else [runs.starts[i, 0], targets[t, 1]] for i, t in rows]
        ).reshape(-1, 2)
        wanted = np.array([runs.starts[i, axis] - targets[t, axis] for i, t in rows])
        design = bend_terms(where, panel)
        off = wanted - design @ before[:, axis]
        weight = np.clip(1 - (off / (1.6 * tolerance)) ** 2, 0.02, None) / _NOISE**2
        weight = weight * np.array([1.0 if p in known else 0.5 for p in rows])
        rest = wanted - design @ centre[:, axis]
        normal = design.T @ (design * weight[:, None]) + np.diag(1 / _soft(panel)[:, axis] ** 2)
        right = design.T @ (weight * rest)
        if edge is not None:
            rim = bend_terms(edge.where, panel)
            normal += rim.T @ rim / _EDGE**2
            right = right + rim.T @ (edge.off[:, axis] - rim @ centre[:, axis]) / _EDGE**2
        bend[:, axis] = centre[:, axis] + np.linalg.solve(normal, right)
    return bend
