"""Short ways to write an input in a test."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from calculation import CalculationInput, CalculationResult, calculate, input_from_json, input_to_json
from calculation.model import Parameters, Settlement

D = Decimal


def sheet(**changes: Any) -> dict[str, Any]:
    """A calculation as JSON: 19 % VAT, liability, no lines; ``changes`` replace top-level keys, ``parameters`` are merged."""
    parameters = {"price_date": "2026-11-23", "vat_rate": "0.19", **changes.pop("parameters", {})}
    settlement = {"regime": "liability", "leased": False, "financed": False, **changes.pop("settlement", {})}
    return {"parameters": parameters, "settlement": settlement, **changes}


def run(data: dict[str, Any], *, explain: bool = True) -> CalculationResult:
    """Calculate through the JSON door, and check on the way that the JSON comes back equal."""
    value = input_from_json(data)
    assert input_from_json(input_to_json(value)) == value
    return calculate(value, explain=explain)


def repair_of(net: str) -> list[dict[str, Any]]:
    """One incidental line that stands for a whole repair of this net amount."""
    return [{"id": "repair", "label": "Reparaturkosten", "amount": net}]


def empty() -> CalculationInput:
    """An input without lines."""
    return CalculationInput(
        parameters=Parameters(price_date=date(2026, 11, 23), vat_rate=D("0.19")),
        settlement=Settlement(regime="liability", leased=False, financed=False),
    )
