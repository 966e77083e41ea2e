"""Loss of use (Nutzungsausfall): day rate by group × days out of use; owed for real non-use alone, never fictively."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from calculation.estimate import age_in_years, loss_day
from calculation.model import CalculationInput, LossOfUse
from calculation.money import ZERO, round2

#: EUR a day by group, as an older list printed them; a current list is not public, so state ``daily_rate`` where one is at hand.
DAY_RATES: Final = {
    "A": Decimal(27), "B": Decimal(29), "C": Decimal(35), "D": Decimal(38), "E": Decimal(43), "F": Decimal(50),
    "G": Decimal(59), "H": Decimal(65), "J": Decimal(79), "K": Decimal(91), "L": Decimal(99),
}  # fmt: skip
GROUPS: Final = tuple(DAY_RATES)
#: Older cars are taken one group lower.
LOWER_FROM_YEARS = Decimal(5)


@dataclass(frozen=True, slots=True)
class UseLost:
    """What was found.

    Attributes:
        group: after lowering; null with a stated day rate.
        lowered: groups it was lowered by.
        daily: EUR a day.
        amount: daily × days.
        counted: the amount, or zero where non-use is not proved.

    """

    group: str | None
    lowered: int
    daily: Decimal
    amount: Decimal
    counted: Decimal


def lowered_by(data: CalculationInput, lost: LossOfUse) -> int:
    """Groups lower: as stated, else one for a car of more than five years at the loss."""
    if lost.groups_lower is not None:
        return lost.groups_lower
    registered = data.vehicle.first_registration
    return 1 if registered is not None and age_in_years(registered, loss_day(data)) > LOWER_FROM_YEARS else 0


def use_lost(data: CalculationInput) -> UseLost | None:
    """Loss of use of a liability claim; None where none is stated."""
    lost = data.settlement.loss_of_use
    if lost is None or data.settlement.regime != "liability":
        return None
    group, down = None, 0
    if lost.daily_rate is not None:
        daily = round2(lost.daily_rate)
    else:
        assert lost.group is not None  # refused before
        down = lowered_by(data, lost)
        group = GROUPS[max(0, GROUPS.index(lost.group) - down)]
        daily = round2(DAY_RATES[group])
    amount = round2(daily * lost.days)
    counted = amount if lost.incurred and lost.evidence.strip() else ZERO
    return UseLost(group, down, daily, amount, counted)
