"""Numeric field types of the input with their unit and the range in which the engine accepts them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

#: Units whose German word differs.
UNITS_DE = {
    "pieces": "Stück",
    "time units": "Zeiteinheiten",
    "points": "Punkte",
    "share": "(Anteil, 1 = 100 %)",
    "ratio": "(Verhältnis)",
    "years": "Jahre",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """Unit and accepted range of a number; ``low`` and ``high`` are inclusive."""

    unit: str
    low: Decimal
    high: Decimal
    step: Decimal = Decimal("0.01")


Amount = Annotated[Decimal, Measure("EUR", Decimal(0), Decimal("10000000.00"))]
SignedAmount = Annotated[Decimal, Measure("EUR", Decimal("-10000000.00"), Decimal("10000000.00"))]
HourlyRate = Annotated[Decimal, Measure("EUR/h", Decimal("0.01"), Decimal("999.99"))]
Quantity = Annotated[Decimal, Measure("pieces", Decimal(0), Decimal(10000))]
Units = Annotated[Decimal, Measure("time units", Decimal(0), Decimal(100000))]
Hours = Annotated[Decimal, Measure("h", Decimal(0), Decimal(1000))]
Percent = Annotated[Decimal, Measure("%", Decimal(0), Decimal(100))]
SignedPercent = Annotated[Decimal, Measure("%", Decimal("-999.00"), Decimal("999.99"))]
SmallPartsPercent = Annotated[Decimal, Measure("%", Decimal(0), Decimal("9.99"))]
MaterialPercent = Annotated[Decimal, Measure("%", Decimal(0), Decimal(999))]
PaintDisposalPercent = Annotated[Decimal, Measure("%", Decimal(0), Decimal(5))]
MaterialIndex = Annotated[Decimal, Measure("%", Decimal(50), Decimal(999))]
Points = Annotated[Decimal, Measure("points", Decimal(0), Decimal(100000))]
Share = Annotated[Decimal, Measure("share", Decimal(0), Decimal(1))]
VatRate = Annotated[Decimal, Measure("share", Decimal(0), Decimal("0.999"))]
Ratio = Annotated[Decimal, Measure("ratio", Decimal(0), Decimal(10))]
Years = Annotated[Decimal, Measure("years", Decimal(0), Decimal(100))]
Millimetres = Annotated[Decimal, Measure("mm", Decimal(0), Decimal(2000))]
Kilometres = Annotated[Decimal, Measure("km", Decimal(0), Decimal(2000))]
