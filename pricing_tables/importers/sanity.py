"""What a person should look at before an import counts: gross given as net, odd rates, big jumps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from statistics import median
from typing import Any, Final

from pricing_tables.diff import CellChange, change_words
from pricing_tables.importers.problems import Place, Problem
from pricing_tables.wording import shown

USUAL_RATE: Final = (Decimal(40), Decimal(350))
BIG_CHANGE: Final = Decimal(50)
_RATE_TABLES: Final[dict[str, tuple[str, ...]]] = {
    "hourly_rates": ("mechanic", "body", "electric", "paint", "dents"),
    "workshop_rates": ("mechanic", "body", "electric", "paint_wage", "dents"),
}
#: Averages of the GDV, gross (RULES e.1); times 0.81 is the wrong way to a net amount that the trade press printed.
GDV_GROSS: Final = tuple(Decimal(v) for v in ("173", "188", "202", "205", "220"))
_VAT: Final = Decimal("1.19")
_WRONG: Final = Decimal("0.81")


def _warn(code: str, de: str, en: str, value: str = "") -> Problem:
    return Problem(code, de, en, Place(), value, "warning")


def about_rates(name: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """Hourly rates outside 40 to 350 EUR, and figures that are known gross averages or wrongly made net."""
    for row in rows:
        where = str(row.get("workshop") or row.get("region"))
        for column in _RATE_TABLES[name]:
            value = row[column]
            if not USUAL_RATE[0] <= value <= USUAL_RATE[1]:
                yield _warn(
                    "TK-TABLE-041",
                    f"Stundensatz {where} {column}: {shown(value, 'EUR')} liegt außerhalb 40 bis 350 EUR.",
                    f"Hourly rate {where} {column}: {shown(value, 'EUR', True)} is outside 40 to 350 EUR.",
                )
            if value in GDV_GROSS:
                net = shown(round(value / _VAT, 2), "EUR")
                yield _warn(
                    "TK-TABLE-040",
                    f"{where} {column}: {shown(value, 'EUR')} ist ein Durchschnitt des GDV brutto; netto wären {net} (÷ 1,19).",
                    f"{where} {column}: {shown(value, 'EUR', True)} is a GDV average with VAT; net would be {net} (÷ 1.19).",
                )
            if value in {round(gross * _WRONG, 2) for gross in GDV_GROSS}:
                yield _warn(
                    "TK-TABLE-040",
                    f"{where} {column}: {shown(value, 'EUR')} ist ein Bruttosatz × 0,81; richtig ist ÷ 1,19.",
                    f"{where} {column}: {shown(value, 'EUR', True)} is a gross rate × 0.81; right is ÷ 1.19.",
                )


def about_changes(name: str, changed: Sequence[CellChange]) -> Iterator[Problem]:
    """Figures that move by more than half, and a whole list that moved by the VAT."""
    main = [
        c for c in changed if c.numeric and c.column not in {"low", "high"} and isinstance(c.old, Decimal) and c.old > 0
    ]
    for change in main:
        if change.percent is not None and abs(change.percent) > BIG_CHANGE:
            yield _warn(
                "TK-TABLE-042",
                f"{change_words(name, change)}: mehr als 50 %",
                f"{change_words(name, change, english=True)}: more than 50 %",
            )
    money = [c for c in main if name in {"part_prices", "hourly_rates", "workshop_rates"}]
    if len(money) >= 3:
        middle = median(c.new / c.old for c in money)
        if abs(middle - _VAT) <= Decimal("0.005"):
            yield _warn(
                "TK-TABLE-040",
                f"{name}: die Werte liegen um 19 % über den bisherigen; sind sie brutto? (--amounts gross)",
                f"{name}: the values are 19 % above the present ones; are they gross? (--amounts gross)",
            )
        if abs(middle - _WRONG) <= Decimal("0.003") or abs(middle - _WRONG * _VAT) <= Decimal("0.001"):
            yield _warn(
                "TK-TABLE-040",
                f"{name}: die Werte sehen nach brutto × 0,81 aus; netto ist brutto ÷ 1,19.",
                f"{name}: the values look like gross × 0.81; net is gross ÷ 1.19.",
            )
