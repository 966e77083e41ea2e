"""The letter's steps add up to the payment, whatever the settlement rests on."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from calculation import calculate, input_from_json, result_to_json
from workbench.documents.letter import payout_steps

sys.path.insert(0, str(Path(__file__).parents[1] / "calculation"))
from calculation_builders import repair_of, sheet

VALUE = {"replacement": {"amount": "6000", "tax_kind": "none"}, "residual": {"amount": "3500"}}
DONE = {"extent": "complete", "professional": True, "as_in_report": True, "invoice_gross": "2000.00"}
WORKSHOP = {"name": "W", "repair_net": "2500.00", "equivalence_evidence": "Zertifikat", "distance_km": "3"}
OLD = {"first_registration": "2015-01-01", "brand_serviced": False}


def steps(settlement: dict[str, Any], language: str = "en") -> list[dict[str, str]]:
    data = sheet(
        incidentals=repair_of("3000.00"),
        deductions=[{"id": "a", "kind": "betterment", "amount": "100.00", "reason_text": "Grund"}],
        vehicle=OLD,
        settlement=settlement,
    )
    return payout_steps(result_to_json(calculate(input_from_json(data))), language)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("settlement", "labels"),
    [
        ({}, {"Deductions"}),
        ({"reference_workshop": WORKSHOP}, {"Deductions", "Referred to an equivalent workshop"}),
        (
            {"proposed_cuts": [{"item": "bulk_discount", "amount": "300.00"}]},
            {"Deductions", "Cuts with their reasons"},
        ),
        ({"repair_done": DONE}, {"Deductions", "Actual costs as proved"}),
        ({"mode": "concrete", "repair_done": DONE}, {"Deductions", "Actual costs as proved"}),
        (
            {"value_loss": {"amount": "200"}, "other_items": [{"id": "r", "amount": "500"}], "quota": "0.5", **VALUE},
            {"Deductions", "Settled as a total loss", "Loss of value", "Further proven costs"},
        ),
        (
            {"regime": "kasko", "excess": "300", "workshop_clause": {"percent": "15", "clause": "A.2.5.2.3"}},
            {"Deductions", "Agreed use of our workshops", "Your excess"},
        ),
        (
            {"regime": "kasko", "excess": "300", "workshop_clause": {"percent": "5", "clause": "A"}, **VALUE},
            {"Deductions", "Limited to the replacement effort", "Your excess"},
        ),
    ],
)
def test_steps_add_up_and_name_what_happened(settlement: dict[str, Any], labels: set[str]) -> None:
    found = steps(settlement)

    def amount(step: dict[str, str]) -> Decimal:
        text = "".join(ch for ch in step["amount"].replace("−", "-") if ch in "-0123456789.")
        return Decimal(text)

    changes = [step for step in found if step["kind"] == "change"]
    assert labels <= {step["label"] for step in changes}
    assert amount(found[0]) + sum((amount(step) for step in changes), Decimal(0)) == amount(found[-1])
    assert [step["kind"] for step in steps(settlement, "de")] == [step["kind"] for step in found]
