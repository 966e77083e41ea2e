"""How worn a tyre is: the measurable gain that a deduction new for old needs, as a percentage for its line."""

from __future__ import annotations

from decimal import Decimal

from calculation.errors import CalculationError, Problem
from calculation.money import HUNDRED, round2

#: Depth at which a tyre must be replaced (section 36 StVZO); nothing is left of its value there.
LEGAL_DEPTH_MM = Decimal("1.6")
_DEEPEST = Decimal(30)


def tread_worn_percent(new_mm: Decimal, left_mm: Decimal, worn_out_mm: Decimal = LEGAL_DEPTH_MM) -> Decimal:
    """Percent of the usable tread that is gone: 8.0 mm new and 4.8 mm left are 50 %.

    Args:
        new_mm: tread of the new tyre.
        left_mm: tread measured at the damaged tyre.
        worn_out_mm: tread at which nothing of the value is left.

    Raises:
        CalculationError: ``TK-CALC-011`` unless 0 ≤ worn out < new ≤ 30 mm and 0 ≤ left ≤ new.

    """
    depths = (new_mm, left_mm, worn_out_mm)
    if not all(depth.is_finite() for depth in depths) or not (
        0 <= worn_out_mm < new_mm <= _DEEPEST and 0 <= left_mm <= new_mm
    ):
        de = "Profiltiefe: 0 ≤ Verschleißgrenze < neu ≤ 30 mm, 0 ≤ Rest ≤ neu."
        en = "tread: 0 ≤ worn out < new ≤ 30 mm, 0 ≤ left ≤ new."
        raise CalculationError([Problem("TK-CALC-011", de, en, None, "tread")])
    return min(HUNDRED, round2((new_mm - left_mm) / (new_mm - worn_out_mm) * HUNDRED))
