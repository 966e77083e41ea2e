"""Hostile and odd values in every field of the settlement: an error with its code or a result, never anything else."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from calculation_builders import repair_of, sheet

from calculation import CalculationError, calculate, input_from_json, result_to_json

FULL: dict[str, Any] = {
    "regime": "liability",
    "mode": "fictive",
    "cover": "full",
    "peril": "hail",
    "excess": "300",
    "excess_partial_cover": "150",
    "excess_already_taken": "0",
    "workshop_clause": {"percent": "15", "base": "repair", "clause": "A"},
    "brand_workshop_needed": False,
    "quota": "0.5",
    "loss_date": "2026-11-01",
    "fulfilment_date": "2026-12-01",
    "already_paid": "10",
    "replacement": {"amount": "9000", "tax_kind": "regular", "margin_rate": "0.024", "valued_on": "2026-11-01"},
    "residual": {
        "amount": "3000",
        "offers": [{"bidder": "A", "amount": "3000", "regional": True, "received_on": "2026-11-02"}],
        "insurer_offer": "3100",
        "insurer_offer_on": "2026-11-03",
        "sold_for": "3000",
        "sold_on": "2026-11-04",
    },
    "value_loss": {"amount": "200", "basis": "gross", "method": "mfm"},
    "value_loss_basis": {
        "new_price": "30000",
        "sale_value": "18000",
        "age_months": 24,
        "repair": "3000",
        "labour": "1000",
        "material": "1500",
        "mileage_km": 40000,
        "price_basis": "gross",
        "bvsk_class_percent": "1",
        "bvsk_market_percent": "-0.5",
        "bvsk_factor": "1",
        "mfm_extent": "0.4",
        "mfm_age_factor": "0.17",
        "mfm_market_factor": "1",
        "mfm_prior_factor": "1",
        "outer_skin_only": False,
    },
    "lump_sum": "25",
    "other_items": [
        {
            "id": "r",
            "label": "x",
            "amount": "300",
            "kind": "report",
            "incurred": True,
            "evidence": "y",
            "congruent": None,
        }
    ],
    "loss_of_use": {"days": 5, "group": "C", "daily_rate": "40", "groups_lower": 1, "incurred": True, "evidence": "x"},
    "reference_workshop": {
        "name": "W",
        "kind": "workshop",
        "distance_km": "4",
        "easily_reachable": True,
        "rates": {"body": "100"},
        "upe_markup_percent": "5",
        "transfer_amount": "0",
        "repair_net": None,
        "paint_material": {"model": "percent_of_wage", "percent": "30"},
        "equivalence_evidence": "Z",
        "special_insurer_price": False,
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
        "decided_on": "2026-11-05",
    },
    "proposed_cuts": [{"item": "small_parts", "amount": "5", "accepted": True, "reason": "r"}],
    "repair_done": {
        "extent": "complete",
        "invoice_gross": "2000",
        "invoice_vat": "319.33",
        "proven_value": "1000",
        "professional": True,
        "completed_on": "2026-11-10",
    },
    "replacement_bought": {"price_gross": "8000", "vat": "100", "tax_kind": "regular", "bought_on": "2026-11-11"},
    "keeps_six_months": True,
    "input_tax_deduction": None,
    "own_insurer_paid": "100",
}
HOSTILE: tuple[Any, ...] = (
    "-1", "0", "1e9", "99999999999999999999", "0.000000001", "abc", None, True, [], {}, 5, "0001-01-01", "9999-12-31",
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    if path:
        yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield from places(entry, (*path, key))


@pytest.mark.parametrize("mode", ["fictive", "concrete"])
@pytest.mark.parametrize("regime", ["liability", "kasko"])
def test_every_field_survives_every_value(mode: str, regime: str) -> None:
    base = FULL | {"mode": mode, "regime": regime}
    if mode == "concrete":
        del base["replacement_bought"]
    refused: list[str] = []
    calculated = 0
    for path in places(base):
        for hostile in HOSTILE:
            settlement = copy.deepcopy(base)
            target: Any = settlement
            for key in path[:-1]:
                target = target[key]
            target[path[-1]] = hostile
            data = sheet(
                rates={"body": {"hourly": "150"}, "paint": {"hourly": "160"}},
                labour=[{"id": "l", "units": "5", "high": "8"}],
                incidentals=repair_of("1000"),
                vehicle={"first_registration": "2018-01-01", "mileage_km": 90000, "brand_serviced": False},
                settlement=settlement,
            )
            try:
                result = calculate(input_from_json(data), explain=False)
            except CalculationError as error:
                refused += [problem.code for problem in error.problems]
            else:
                assert result.payout >= 0
                assert result_to_json(result, explain=False)
                calculated += 1
    assert calculated > 100
    assert len(refused) > 100
    assert {code[:8] for code in refused} == {"TK-CALC-"}


def test_derivation_at_the_edges_of_time_and_money() -> None:
    for day in ("0001-01-01", "9999-12-31", "2024-02-29"):
        data = sheet(
            incidentals=repair_of("10000000"),
            vehicle={"first_registration": day},
            settlement=FULL | {"loss_date": day, "replacement_bought": None},
        )
        result = calculate(input_from_json(data))
        assert result.derivation["payout"].value == str(result.payout)
