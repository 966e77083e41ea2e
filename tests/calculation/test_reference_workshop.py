"""Reference to a cheaper workshop: guards, recalculation at its terms, both amounts, Kasko alternatives."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from calculation_builders import repair_of, run, sheet

from calculation.reference_workshop import age_protects, months_after

D = Decimal
OLD = {"first_registration": "2018-05-02", "brand_serviced": False}
WORKSHOP = {
    "name": "Karosseriebau Muster",
    "address": "Werkstraße 1, 10000 Musterstadt",
    "distance_km": "8.5",
    "rates": {"body": "110.00", "paint": "120.00"},
    "equivalence_evidence": "Eurogarant-Zertifikat, Meisterbetrieb, Originalteile",
    "special_insurer_price": False,
    "decided_by": "M. Muster, SV",
    "decided_on": "2026-11-22",
}


def case(workshop: dict[str, Any] | None = None, **changes: Any) -> Any:
    """Ten hours of body work and five of paint at brand rates, a part with mark-up, transfer to the paint shop."""
    settlement = {
        "loss_date": "2026-11-20",
        "reference_workshop": WORKSHOP | (workshop or {}),
        **changes.pop("settlement", {}),
    }
    data = {
        "parameters": {"upe_markup_percent": "10", "paint_material": {"model": "percent_of_wage", "percent": "40"}},
        "rates": {"body": {"hourly": "170.00"}, "paint": {"hourly": "185.00"}},
        "parts": [{"id": "p", "unit_price": "500.00"}],
        "labour": [{"id": "l", "rate": "body", "units": "10"}],
        "paint": [{"id": "k", "level": "new", "hours": "5"}],
        "incidentals": [{"id": "t", "kind": "transfer", "amount": "140.00"}],
        "vehicle": OLD,
        "settlement": settlement,
    }
    return run(sheet(**(data | changes)))


def test_applied_at_its_rates() -> None:
    result = case()
    assert result.totals.net == D("550.00") + D("1700.00") + D("925.00") + D("370.00") + D("140.00")
    reference = result.settlement.reference
    assert reference.status == "applied"
    assert reference.workshop_net == D("550.00") + D("1100.00") + D("600.00") + D("240.00") + D("140.00")
    assert reference.difference == D("1055.00")
    assert (reference.decided_by, reference.decided_on) == ("M. Muster, SV", date(2026, 11, 22))
    assert result.payout == result.settlement.repair_allowed == reference.workshop_net
    derivation = result.derivation
    assert derivation["reference.difference"].value == "1055.00"
    assert derivation["repair_allowed"].inputs[0].ref == "reference.workshop_net"
    assert {f.code for f in result.flags} & {"reference_applied", "reference_blocked"} == {"reference_applied"}


def test_its_markup_transfer_and_material_replace_those_of_the_sheet() -> None:
    result = case(
        {
            "upe_markup_percent": "0",
            "transfer_amount": "0",
            "paint_material": {"model": "percent_of_wage", "percent": "30"},
        }
    )
    assert result.settlement.reference.workshop_net == D("500.00") + D("1100.00") + D("600.00") + D("180.00")


def test_a_fixed_offer_stands_in_place_of_rates() -> None:
    result = case({"rates": {}, "repair_net": "2500.00"})
    assert result.payout == D("2500.00")
    assert result.derivation["reference.workshop_net"].value == "2500.00"


def test_levelled_rate_falls_back_to_its_trade() -> None:
    result = case(
        rates={"body": {"hourly": "170.00"}, "body_2": {"hourly": "180.00"}, "paint": {"hourly": "185.00"}},
        labour=[{"id": "l", "rate": "body", "level": 2, "units": "10"}],
    )
    assert result.settlement.reference.difference == D("700.00") + D("455.00")


@pytest.mark.parametrize(
    ("workshop", "changes", "reason"),
    [
        ({}, {"vehicle": OLD | {"first_registration": "2023-11-20"}}, "vehicle_up_to_36_months"),
        ({}, {"vehicle": OLD | {"brand_serviced": True}}, "brand_serviced"),
        ({}, {"vehicle": {"brand_serviced": False}}, "age_unknown"),
        ({"equivalence_evidence": " "}, {}, "equivalence_not_proved"),
        ({"equivalent": False}, {}, "not_equivalent"),
        ({"original_parts": False}, {}, "no_original_parts"),
        ({"distance_km": "20.1"}, {}, "too_far"),
        ({"easily_reachable": False}, {}, "not_reachable"),
        ({"special_insurer_price": True}, {}, "special_insurer_price"),
        ({"kind": "regional_mean"}, {}, "regional_mean"),
        ({"valid_until": "2026-10-31"}, {}, "not_valid"),
        ({"valid_from": "2026-12-01"}, {}, "not_valid"),
    ],
)
def test_guards(workshop: dict[str, Any], changes: dict[str, Any], reason: str) -> None:
    result = case(workshop, **changes)
    reference = result.settlement.reference
    assert reference.status == "blocked"
    assert [r.code for r in reference.blocked_by] == [reason]
    assert result.payout == result.totals.net
    assert reference.difference == D("1055.00"), "the amount in dispute is shown all the same"
    assert "reference_blocked" in {f.code for f in result.flags}
    assert result.derivation["reference.status"].numbers == reason


def test_age_of_exactly_36_months_is_still_protected() -> None:
    assert age_protects(date(2023, 11, 20), date(2026, 11, 20))
    assert not age_protects(date(2023, 11, 19), date(2026, 11, 20))
    assert months_after(date(2024, 2, 29), 36) == date(2027, 2, 28)
    assert months_after(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert case(vehicle=OLD | {"first_registration": "2023-11-19"}).settlement.reference.status == "applied"


def test_a_person_may_judge_a_far_workshop_reachable() -> None:
    assert case({"distance_km": "35", "easily_reachable": True}).settlement.reference.status == "applied"


def test_open_facts_are_named_and_do_not_block() -> None:
    result = case(
        {"special_insurer_price": None, "distance_km": None, "decided_by": ""},
        vehicle={"first_registration": "2018-05-02"},
    )
    assert result.settlement.reference.status == "applied"
    assert [r.code for r in result.settlement.reference.unknown] == [
        "brand_service_unknown",
        "prices_availability_unknown",
        "distance_unknown",
    ]
    assert {"reference_open_facts", "reference_undecided"} <= {f.code for f in result.flags}


def test_a_dearer_workshop_changes_nothing() -> None:
    result = case({"rates": {"body": "200.00", "paint": "200.00"}})
    assert result.settlement.reference.status == "no_advantage"
    assert result.payout == result.totals.net


def test_crt_07_a_mean_is_no_workshop() -> None:
    """BGH VI ZR 398/02: 30,683.30 against 25,425.60 DM; the difference of 2,688.22 EUR was awarded."""
    brand, mean = (round(D(x) / D("1.95583"), 2) for x in ("30683.30", "25425.60"))
    result = run(
        sheet(
            parameters={"vat_rate": "0"},
            incidentals=repair_of(str(brand)),
            vehicle=OLD,
            settlement={
                "reference_workshop": {
                    "name": "Mittelwert der Region",
                    "kind": "regional_mean",
                    "repair_net": str(mean),
                    "equivalence_evidence": "Statistik",
                },
                "already_paid": str(mean),
            },
        )
    )
    reference = result.settlement.reference
    assert reference.status == "blocked"
    assert reference.difference == D("2688.22") == result.settlement.open_amount
    assert result.payout == brand


@pytest.mark.parametrize(
    ("vehicle", "settlement", "owed"),
    [
        (OLD, {}, False),
        (OLD | {"first_registration": "2025-01-15"}, {}, True),
        (OLD | {"brand_serviced": True}, {}, True),
        (OLD, {"brand_workshop_needed": True}, True),
    ],
)
def test_crt_10_kasko_brand_prices_by_one_of_three_alternatives(
    vehicle: dict[str, Any], settlement: dict[str, Any], owed: bool
) -> None:
    """BGH IV ZR 426/14: about 9,400 by the report, about 6,400 by the insurer."""
    result = run(
        sheet(
            incidentals=repair_of("9400.00"),
            vehicle=vehicle,
            settlement={
                "regime": "kasko",
                "cover": "full",
                "loss_date": "2026-11-01",
                "reference_workshop": {"name": "freie Werkstatt", "repair_net": "6400.00", "distance_km": "5"},
                **settlement,
            },
        )
    )
    reference = result.settlement.reference
    assert reference.brand_price_owed is owed
    assert reference.difference == D("3000.00")
    assert result.payout == (D("9400.00") if owed else D("6400.00"))


def test_stage_is_found_from_the_sheet_and_not_from_the_workshop() -> None:
    settlement = {"replacement": {"amount": "4300.00", "tax_kind": "none"}, "residual": {"amount": "800.00"}}
    result = case(settlement=settlement)
    assert result.totals.gross > D("4300.00")
    assert result.settlement.stage == 3
    assert result.settlement.basis == "total_loss"


def test_band_goes_through_the_workshop_too() -> None:
    result = case(labour=[{"id": "l", "rate": "body", "units": "10", "low": "8", "high": "14"}])
    assert result.payout_band.low == result.payout - D("220.00")
    assert result.payout_band.high == result.payout + D("440.00")
