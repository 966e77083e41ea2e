"""Whether all values of a panel stand left of their columns: the fit then took them for the codes that stand before values.

Lines without a printed code before them (the further lines of D.2, 5 and 22) tell: nothing but the value can begin there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from cv_models.registration.flatten import SheetBox
from cv_models.registration.grid import value_point
from cv_models.registration.layout import CELL, CELLS, PanelName

_INK: Final = 0.17  # share of a run's height that stands before its first character
_LEVEL: Final = 1.3  # mm
_FAR: Final = 1.2  # mm from which a panel stands aside; the nearest codes are printed 2.8 mm before values
_BARE: Final[dict[PanelName, tuple[tuple[str, int], ...]]] = {
    "left": (),
    "middle": (("D.2", 1), ("D.2", 2), ("D.2", 3), ("5", 1), *(("22", row) for row in range(1, 8))),
    "right": tuple(("22b", row) for row in range(8)),
}


def sideways(boxes: Iterable[SheetBox]) -> dict[PanelName, float]:
    """By how many mm the values of panels stand left of their columns (negative); panels that stand well are left out.

    Args:
        boxes: runs of print in mm of the grid.
    """
    known = tuple(b for b in boxes if 2.2 < b.y1 - b.y0 < 6.0 and b.x1 - b.x0 > 3.0)
    out: dict[PanelName, float] = {}
    for panel in ("middle", "right"):
        mine = [b for b in known if b.panel == panel]
        places = [(code, float(value_point(CELL[code], row)[1])) for code, row in _BARE[panel]]
        off = _offsets(mine, places)
        if len(off) >= 3:
            shift = float(np.median(off))
            steady = float(np.median(np.abs(off - shift))) < 0.6
        elif panel == "right" and "middle" in out:
            # One printer, one offset: believed when most of this panel's values say the same.
            shift = out["middle"]
            single = [(c.code, float(value_point(c)[1])) for c in CELLS if c.panel == panel and c.lines == 1]
            same = np.abs(_offsets(mine, single) - shift) < 0.9
            steady = int(same.sum()) > max(2, len(same) // 2)
        else:
            continue
        if steady and shift < -_FAR:
            out[panel] = shift
    return out


def _offsets(
    boxes: Iterable[SheetBox], places: list[tuple[str, float]]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """How far right of its column each run begins that stands level with one of the places."""
    off = []
    for box in boxes:
        start, middle = box.x0 + _INK * (box.y1 - box.y0), (box.y0 + box.y1) / 2
        near = [start - CELL[code].x0 - 0.5 for code, y in places if abs(y - middle) < _LEVEL]
        near = [d for d in near if -6.0 < d < 4.0]
        if near:
            off.append(min(near, key=abs))
    return np.array(off)
