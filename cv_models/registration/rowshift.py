"""Whether a panel was read a row off: its cells then hold what belongs to their neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cv_models.registration import words
from cv_models.registration.fields import FIELDS
from cv_models.registration.layout import CELLS, PanelName
from cv_models.registration.rules import VIN_PATTERN, clean_vin

SHIFTS: Final = (-2, -1, 1, 2)
ROW: Final = 4.07  # mm from row to row


def shifted_rows(seen: Mapping[str, str], panel: PanelName) -> int:
    """By how many rows the values of a panel belong elsewhere: +1 when each belongs to the cell one row further down.

    Args:
        seen: text as read, by the code of the cell it was dealt to (any reader; `CellText.text()`).
        panel: the panel looked at.

    Returns:
        0 when the values are where they belong, or when no shift explains them clearly better.
    """
    here = standing(seen, panel)
    best = max(SHIFTS, key=lambda s: standing(seen, panel, s))
    gain = standing(seen, panel, best) - here
    return best if gain >= 6.0 and here < 0.5 * standing(seen, panel, best) else 0


def standing(seen: Mapping[str, str], panel: PanelName, shift: int = 0) -> float:
    """How much the values of a panel speak for standing where they were dealt to, or `shift` rows further down."""
    total = 0.0
    for cell in CELLS:
        text = seen.get(cell.code, "").strip()
        if cell.panel != panel or cell.lines > 1 or not text:
            continue
        target = _cell_below(cell.code, shift)
        if target is not None:
            total += _belongs(target, text)
    return total


def _cell_below(code: str, rows: int) -> str | None:
    if rows == 0:
        return code
    cell = next(c for c in CELLS if c.code == code)
    y, x = cell.y_mid + rows * ROW, cell.x0 + 1.0
    for other in CELLS:
        if other.panel == cell.panel and other.y0 - 0.3 <= y <= other.y1 + 0.3 and other.label_x <= x <= other.x1:
            return other.code
    return None


_TELLING: Final = {
    "B": 4.0, "I": 4.0, "6": 4.0, "P.2/P.4": 4.0, "15.1": 4.0, "15.2": 4.0, "15.3": 4.0, "K": 5.0, "16": 4.0, "V.9": 5.0,
    "14": 3.0, "2.2": 3.0, "14.1": 2.0, "A": 4.0, "HU": 3.0,
}  # fmt: skip

_WORDS: Final = {"D.1": frozenset(words.MAKES), "R": frozenset(words.COLOURS), "P.3": frozenset(words.FUELS)}


def _belongs(code: str, text: str) -> float:
    """How much a text speaks for standing in a cell."""
    if not text.strip("- "):
        return 0.0
    if code == "E":
        return 5.0 if VIN_PATTERN.fullmatch(clean_vin(text)) else -2.0
    if code in _WORDS:
        return 4.0 if text.upper() in _WORDS[code] else -0.5
    field = FIELDS.get(code)
    if field is None:
        return 0.0
    value = field.value(text)
    if value is None or not field.rule.matches(text):
        return -2.0
    return _TELLING.get(code, 0.6) + max(-2.0, value[1])
