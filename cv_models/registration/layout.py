"""Where each field stands on the flat Zulassungsbescheinigung Teil I (FZV 2023, Anlage 6).

All lengths are millimetres from the top left corner of the unfolded sheet (210 x 105 mm). Positions were measured on a
public specimen drawing and are good to about 1.5 mm; readers must therefore fit, never trust, them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SHEET_WIDTH = 210.0
SHEET_HEIGHT = 105.0
FOLDS = (62.0, 136.0)

PanelName = Literal["left", "middle", "right"]
PANELS: dict[PanelName, tuple[float, float]] = {
    "left": (0.0, FOLDS[0]),
    "middle": (FOLDS[0], FOLDS[1]),
    "right": (FOLDS[1], SHEET_WIDTH),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One value cell: its printed code, its panel, where the code is printed and where the value goes (mm)."""

    code: str
    panel: PanelName
    label_x: float
    x0: float
    x1: float
    y0: float
    y1: float
    lines: int = 1

    @property
    def y_mid(self) -> float:
        """Vertical middle of the cell in mm."""
        return (self.y0 + self.y1) / 2


def _row(panel: PanelName, y0: float, y1: float, *cells: tuple[str, float, float, float]) -> list[Cell]:
    return [Cell(code, panel, label, x0, x1, y0, y1) for code, label, x0, x1 in cells]


def _cells() -> tuple[Cell, ...]:
    out: list[Cell] = [
        Cell("Nr.", "left", 2.6, 5.8, 60.4, 16.6, 20.1),
        Cell("A", "left", 2.6, 2.6, 59.6, 48.2, 53.9),
        Cell("C.1.1", "left", 2.6, 2.6, 61.4, 56.1, 61.6),
        Cell("C.1.2", "left", 2.6, 2.6, 61.4, 68.2, 73.9),
        Cell("C.1.3", "left", 2.6, 2.6, 61.4, 77.1, 86.0, lines=2),
        Cell("HU", "left", 2.6, 2.6, 24.0, 95.0, 98.4),
        Cell("I", "left", 25.8, 33.5, 61.7, 95.0, 98.4),
    ]
    out += _row("middle", 8.1, 12.2, ("B", 63.4, 66.2, 94.0), ("2.1", 94.0, 96.4, 109.0), ("2.2", 109.0, 112.0, 134.6))
    out += _row("middle", 12.2, 16.3, ("J", 63.4, 66.2, 98.8), ("4", 98.8, 101.5, 134.6))
    out += _row("middle", 16.3, 20.4, ("E", 63.4, 66.2, 119.4), ("3", 119.4, 121.9, 134.6))
    out += _row("middle", 20.4, 24.4, ("D.1", 63.4, 66.2, 134.6))
    out.append(Cell("D.2", "middle", 63.4, 66.2, 134.6, 24.4, 40.8, lines=4))
    out += _row("middle", 40.8, 44.8, ("D.3", 63.4, 66.2, 134.6))
    out += _row("middle", 44.8, 48.9, ("2", 63.4, 66.2, 134.6))
    out.append(Cell("5", "middle", 63.4, 66.2, 134.6, 48.9, 57.1, lines=2))
    out += _row("middle", 57.1, 61.2, ("V.9", 63.4, 66.2, 134.6))
    out += _row("middle", 61.2, 65.3, ("14", 63.4, 66.2, 134.6))
    out += _row("middle", 65.3, 69.3, ("P.3", 63.4, 66.2, 134.6))
    out += _row(
        "middle", 69.3, 73.4, ("10", 63.4, 66.2, 86.5), ("14.1", 86.5, 89.3, 109.2), ("P.1", 109.2, 112.0, 134.6)
    )
    out.append(Cell("22", "middle", 63.4, 66.2, 134.6, 73.4, 104.2, lines=8))
    out.append(Cell("22b", "right", 137.3, 140.0, 210.0, 73.4, 104.2, lines=8))
    out += _row(
        "right", 8.1, 12.2, ("L", 137.3, 140.0, 149.9), ("9", 149.9, 152.4, 162.2), ("P.2/P.4", 162.2, 165.1, 193.1),
        ("T", 193.1, 195.8, 210.0),
    )  # fmt: skip
    out += _row("right", 12.2, 16.3, ("18", 137.3, 140.0, 172.6), ("19", 172.6, 175.4, 210.0))
    out += _row("right", 16.3, 20.4, ("20", 137.3, 140.0, 172.6), ("G", 172.6, 175.4, 210.0))
    out += _row(
        "right", 20.4, 24.4, ("12", 137.3, 140.0, 157.4), ("13", 157.4, 160.1, 182.9), ("Q", 182.9, 185.6, 210.0)
    )
    three = ((137.3, 140.0, 157.4), (157.4, 160.1, 182.9), (182.9, 185.6, 210.0))
    for y0, y1, codes in (
        (24.4, 28.5, ("V.7", "F.1", "F.2")),
        (28.5, 32.6, ("7.1", "7.2", "7.3")),
        (32.6, 36.7, ("8.1", "8.2", "8.3")),
        (36.7, 40.8, ("U.1", "U.2", "U.3")),
    ):
        out += _row("right", y0, y1, *((code, *x) for code, x in zip(codes, three, strict=True)))
    out += _row(
        "right", 40.8, 44.8, ("O.1", 137.3, 140.0, 157.4), ("O.2", 157.4, 160.1, 180.4), ("S.1", 180.4, 183.2, 193.1),
        ("S.2", 193.1, 195.8, 210.0),
    )  # fmt: skip
    for code, y0, y1 in (("15.1", 44.8, 48.9), ("15.2", 48.9, 53.0), ("15.3", 53.0, 57.1)):
        out += _row("right", y0, y1, (code, 137.3, 140.0, 210.0))
    out += _row("right", 57.1, 61.2, ("R", 137.3, 140.0, 180.4), ("11", 180.4, 183.2, 210.0))
    out += _row("right", 61.2, 65.3, ("K", 137.3, 140.0, 210.0))
    out += _row(
        "right", 65.3, 69.3, ("6", 137.3, 140.0, 172.8), ("17", 172.8, 175.5, 180.4), ("16", 180.4, 183.2, 210.0)
    )
    out += _row("right", 69.3, 73.4, ("21", 137.3, 140.0, 210.0))
    return tuple(out)


CELLS: tuple[Cell, ...] = _cells()
CELL: dict[str, Cell] = {cell.code: cell for cell in CELLS}
KEY_FIELDS: tuple[str, ...] = ("A", "E", "B", "2.1", "2.2", "D.1", "D.3", "P.2", "C.1.1")
