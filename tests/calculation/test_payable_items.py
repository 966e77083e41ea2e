"""Disputed items of a fictive settlement: rule, ruling, and which cuts count."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from calculation_builders import repair_of, run, sheet

from calculation.payable_items import RULES

D = Decimal


def rich(cuts: list[dict[str, Any]], **changes: Any) -> Any:
    settlement = {"proposed_cuts": cuts, **changes.pop("settlement", {})}
    return run(
        sheet(
            parameters={"small_parts_percent": "2", "upe_markup_percent": "10"},
            rates={"body": {"hourly": "150.00"}, "paint": {"hourly": "160.00"}},
            parts=[{"id": "p", "unit_price": "1000.00"}],
            labour=[{"id": "l", "units": "4"}],
            paint=[{"id": "k", "level": "new", "hours": "3"}, {"id": "b", "level": "blend", "hours": "1"}],
            incidentals=[
                {"id": "t", "kind": "transfer", "amount": "140.00"},
                {"id": "e", "kind": "disposal", "amount": "25.00"},
                {"id": "x", "kind": "disinfection", "amount": "30.00"},
            ],
            settlement=settlement,
            **changes,
        )
    )


def item(result: Any, name: str) -> Any:
    return next(i for i in result.payable_items if i.item == name)


def test_items_on_the_sheet_carry_amount_rule_and_ruling() -> None:
    result = rich([])
    found = {i.item: (i.amount, i.status) for i in result.payable_items}
    assert found == {
        "small_parts": (D("20.00"), "payable"),
        "upe_markup": (D("100.00"), "payable_if_usual"),
        "transfer": (D("140.00"), "payable_if_usual"),
        "blending": (D("160.00"), "payable"),
        "social_contributions": (None, "payable"),
        "disposal": (D("25.00"), "regional"),
        "disinfection": (D("30.00"), "regional"),
    }
    assert item(result, "blending").line_ids == ("b",)
    assert "VI ZR 396/18" in item(result, "blending").ruling
    assert item(result, "social_contributions").decided_on.isoformat() == "2013-02-19"
    assert all(i.rule.de and i.rule.en and i.ruling for i in result.payable_items)
    assert "regional_items" in {f.code for f in result.flags}


@pytest.mark.parametrize(
    "name", sorted(set(RULES) - {"bulk_discount", "loss_of_use", "rental", "towing", "registration"})
)
def test_no_cut_counts_by_itself(name: str) -> None:
    result = rich([{"item": name, "amount": "10.00"}])
    assert result.payout == result.totals.net
    assert result.settlement.cuts_refused == D("10.00")
    assert "cut_refused" in {f.code for f in result.flags}
    assert item(result, name).cut_allowed == 0
    assert item(result, name).cut_reason.de


def test_a_discount_always_counts_unless_a_person_denies_it() -> None:
    assert rich([{"item": "bulk_discount", "amount": "200.00"}]).settlement.cuts_allowed == D("200.00")
    assert rich([{"item": "bulk_discount", "amount": "200.00", "accepted": False}]).settlement.cuts_allowed == 0


def test_social_contributions_are_never_cut_in_liability() -> None:
    cut = {"item": "social_contributions", "amount": "50.00", "accepted": True, "reason": "Prüfbericht"}
    assert rich([cut]).settlement.cuts_allowed == 0


def test_an_accepted_cut_needs_a_reason_and_stops_at_the_amount_of_the_item() -> None:
    cut = {"item": "transfer", "amount": "500.00", "accepted": True}
    assert rich([cut]).settlement.cuts_allowed == 0
    result = rich([cut | {"reason": "Lackiererei im Haus"}])
    assert result.settlement.cuts_allowed == D("140.00")
    assert result.settlement.cuts_refused == D("360.00")
    assert result.payout == result.totals.net - D("140.00")
    assert result.derivation["repair_allowed"].value == str(result.payout)
    twice = rich([cut | {"reason": "Lackiererei im Haus"}] * 2)
    assert twice.settlement.cuts_allowed == D("140.00")


def test_kasko_contract_decides_and_a_cut_needs_a_decision() -> None:
    cut = {"item": "small_parts", "amount": "20.00"}
    kasko = {"settlement": {"regime": "kasko", "cover": "full"}}
    assert rich([cut], **kasko).settlement.cuts_allowed == 0
    assert [i.item for i in rich([cut], **kasko).payable_items] == ["small_parts"]
    accepted = cut | {"accepted": True, "reason": "AKB A.2.5.2"}
    assert rich([accepted], **kasko).settlement.cuts_allowed == D("20.00")


def test_cuts_in_what_a_reference_workshop_answers_do_not_count_twice() -> None:
    workshop = {
        "name": "Werkstatt",
        "rates": {"body": "100.00"},
        "transfer_amount": "0",
        "equivalence_evidence": "Zertifikat",
        "distance_km": "3",
    }
    cut = {"item": "transfer", "amount": "140.00", "accepted": True, "reason": "lackiert selbst"}
    vehicle = {"first_registration": "2015-01-01", "brand_serviced": False}
    result = rich([cut], settlement={"reference_workshop": workshop}, vehicle=vehicle)
    assert result.settlement.reference.status == "applied"
    assert result.settlement.cuts_allowed == 0
    assert result.payout == result.totals.net - D("140.00") - D("200.00")


def test_items_only_owed_when_incurred() -> None:
    items = [
        {"id": "a", "kind": "loss_of_use", "amount": "400.00", "incurred": False},
        {"id": "b", "kind": "towing", "amount": "180.00", "evidence": "Rechnung 17"},
    ]
    result = run(sheet(incidentals=repair_of("2000.00"), settlement={"other_items": items}))
    assert result.settlement.other_items == D("180.00")
    assert result.payout == D("2180.00")
    assert item(result, "loss_of_use").status == item(result, "towing").status == "only_if_incurred"


def test_crt_01_cuts_restored() -> None:
    """AG Erlangen 3 C 1956/11: 39.78 small parts and 274.38 alleged mark-up inside the prices, both restored."""
    result = run(
        sheet(
            parameters={"small_parts_percent": "2"},
            parts=[{"id": "p", "unit_price": "1989.23"}],
            incidentals=repair_of("769.90"),
            settlement={
                "proposed_cuts": [
                    {"item": "small_parts", "amount": "39.78"},
                    {"item": "upe_markup", "amount": "274.38"},
                ]
            },
        )
    )
    assert item(result, "small_parts").amount == D("39.78")
    assert result.settlement.cuts_refused == D("314.16")
    assert result.payout == D("2798.91")


def test_crt_03_transfer_and_markup_restored() -> None:
    """AG Rosenheim 16 C 2808/14: 139.50 + 196.80 = 336.30."""
    result = run(
        sheet(
            parameters={"upe_markup_percent": "10"},
            parts=[{"id": "p", "unit_price": "1968.00"}],
            incidentals=[{"id": "t", "kind": "transfer", "amount": "139.50"}],
            settlement={
                "proposed_cuts": [{"item": "transfer", "amount": "139.50"}, {"item": "upe_markup", "amount": "196.80"}]
            },
        )
    )
    assert result.settlement.cuts_refused == D("336.30")
    assert result.payout == result.totals.net


def test_crt_04_disputed_items_restored() -> None:
    """AG Bad Oeynhausen 18 C 364/13: 212.42 + 75.41 + 190.57 = 478.40 in dispute on a report of 1,820.61 net."""
    result = run(
        sheet(
            incidentals=repair_of("1820.61"),
            settlement={
                "proposed_cuts": [
                    {"item": "other", "amount": "212.42"},
                    {"item": "upe_markup", "amount": "75.41"},
                    {"item": "blending", "amount": "190.57"},
                ]
            },
        )
    )
    assert result.settlement.cuts_refused == D("478.40")
    assert result.payout == D("1820.61")


def test_blending_halved_by_an_estimate() -> None:
    """AG Köln halved 442.87 to 221.43: an estimate under section 287 ZPO is a reasoned decision."""
    cut = {"item": "blending", "amount": "221.44", "accepted": True, "reason": "Schätzung nach § 287 ZPO: die Hälfte"}
    result = run(
        sheet(
            rates={"paint": {"hourly": "100.00"}},
            paint=[{"id": "b", "level": "blend", "hours": "4.43"}],
            settlement={"proposed_cuts": [cut]},
        )
    )
    assert result.payout == D("443.00") - D("221.44")


def test_crt_06_social_contributions_stay() -> None:
    """BGH VI ZR 220/12: 617.00 cut from a labour share of 1,884.90; 5,184.93 net stays whole."""
    result = run(
        sheet(
            labour=[{"id": "l", "flat_amount": "1884.90"}],
            incidentals=repair_of("3300.03"),
            settlement={"proposed_cuts": [{"item": "social_contributions", "amount": "617.00"}]},
        )
    )
    assert result.payout == D("5184.93")
    assert result.settlement.cuts_allowed == D("0.00")


def test_crt_09_bulk_discount_counts() -> None:
    """BGH VI ZR 45/19: repair 1,443.78 net of a rental firm; its discount counts in a fictive settlement too."""
    result = run(
        sheet(
            incidentals=repair_of("1443.78"),
            circumstances={"fleet_discount": True},
            settlement={"proposed_cuts": [{"item": "bulk_discount", "amount": "144.38"}]},
        )
    )
    assert item(result, "bulk_discount").status == "must_be_taken_off"
    assert result.payout == D("1299.40")


def test_nfa_01_no_gain_no_deduction() -> None:
    """AG Rheine 14 C 101/21: 118.45 for two rear tyres refused, no gain for the owner."""
    cut = {"item": "new_for_old", "amount": "118.45", "accepted": False, "reason": "kein Wertzuwachs laut Gutachten"}
    result = run(sheet(parts=[{"id": "p", "qty": "2", "unit_price": "118.45"}], settlement={"proposed_cuts": [cut]}))
    assert result.settlement.cuts_allowed == D("0.00")
    assert result.payout == D("236.90")


def test_crt_08_price_rises_until_payment() -> None:
    """BGH VI ZR 115/19: 5,080.40 claimed, 3,599.91 paid; prices of the day of full payment count."""
    result = run(
        sheet(
            incidentals=repair_of("5080.40"),
            settlement={"already_paid": "3599.91", "fulfilment_date": "2026-12-30"},
        )
    )
    assert result.settlement.open_amount == D("1480.49")
    assert result.derivation["open_amount"].value == "1480.49"
    assert "price_date_stale" in {f.code for f in result.flags}
