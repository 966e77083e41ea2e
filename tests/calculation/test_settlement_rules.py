"""Cover and excess, residual value, value loss by choice, dates, contradictions, early warning."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from calculation_builders import repair_of, run, sheet

from calculation.model import PARTIAL_COVER_PERILS

D = Decimal


def codes(result: Any) -> set[str]:
    return {f.code for f in result.flags}


def kasko(net: str = "1000.00", **settlement: Any) -> Any:
    return run(sheet(incidentals=repair_of(net), settlement={"regime": "kasko", "excess": "300.00", **settlement}))


@pytest.mark.parametrize("peril", sorted(PARTIAL_COVER_PERILS))
def test_partial_cover_pays_for_its_perils(peril: str) -> None:
    result = kasko(cover="partial", peril=peril, excess="150.00")
    assert "peril_not_covered" not in codes(result)
    assert result.payout == D("850.00")


@pytest.mark.parametrize("peril", ["collision", "vandalism", "other"])
def test_partial_cover_does_not_pay_for_anything_else(peril: str) -> None:
    result = kasko(cover="partial", peril=peril)
    assert next(f for f in result.flags if f.code == "peril_not_covered").level == "red"
    assert result.eligibility.overall == "not_eligible"
    assert "peril_not_covered" not in codes(kasko(cover="full", peril=peril))


def test_full_cover_takes_the_excess_of_the_partial_cover_for_its_perils() -> None:
    hail = kasko(cover="full", peril="hail", excess_partial_cover="150.00")
    assert (hail.settlement.excess, hail.payout) == (D("150.00"), D("850.00"))
    assert "excess_of_partial_cover" in codes(hail)
    crash = kasko(cover="full", peril="collision", excess_partial_cover="150.00")
    assert (crash.settlement.excess, crash.payout) == (D("300.00"), D("700.00"))
    none = kasko(cover="full", peril="glass", excess_partial_cover="0.00")
    assert none.payout == D("1000.00")


def test_excess_once_per_event() -> None:
    assert kasko(excess_already_taken="200.00").payout == D("900.00")
    assert kasko(excess_already_taken="300.00").payout == D("1000.00")
    assert kasko(excess_already_taken="500.00").payout == D("1000.00")


def test_tariff_with_a_fixed_workshop() -> None:
    repair = {"percent": "15", "clause": "A.2.5.2.3"}
    result = kasko(workshop_clause=repair)
    assert (result.settlement.workshop_clause, result.payout) == (D("150.00"), D("550.00"))
    assert result.derivation["workshop_clause"].source == "A.2.5.2.3"
    value = {"replacement": {"amount": "2000", "tax_kind": "none"}, "residual": {"amount": "1100"}}
    first = kasko(workshop_clause=repair, **value)
    assert first.payout == D("850.00") - D("300.00"), "off the repair costs, then the cap of 900.00"
    capped = kasko(workshop_clause=repair | {"base": "compensation"}, **value)
    assert capped.payout == D("900.00") - D("135.00") - D("300.00")
    lost = kasko("2000.00", workshop_clause=repair, **value)
    assert lost.settlement.total_loss
    assert lost.payout == D("600.00")
    assert "workshop_clause_unnamed" in codes(kasko(workshop_clause={"percent": "15"}))


def liability(net: str = "9000.00", **settlement: Any) -> Any:
    return run(sheet(incidentals=repair_of(net), settlement=settlement))


VALUE: dict[str, Any] = {"replacement": {"amount": "8000", "tax_kind": "none"}}


@pytest.mark.parametrize(
    ("residual", "used", "code"),
    [
        ({"amount": "2000"}, "2000.00", "few_residual_offers"),
        ({"amount": "2000", "offers": [{"amount": "2000", "bidder": b} for b in "abc"]}, "2000.00", None),
        (
            {"amount": "2000", "offers": [{"amount": "2000"}, {"amount": "2500", "regional": False}]},
            "2000.00",
            "few_residual_offers",
        ),
        ({"amount": "2000", "sold_for": "2400"}, "2400.00", None),
        ({"amount": "2000", "sold_for": "1500"}, "2000.00", "sold_below_residual"),
        ({"amount": "2000", "insurer_offer": "2600"}, "2600.00", None),
        (
            {
                "amount": "2000",
                "insurer_offer": "2600",
                "insurer_offer_on": "2026-11-10",
                "sold_on": "2026-11-12",
                "sold_for": "2000",
            },
            "2600.00",
            None,
        ),
        (
            {
                "amount": "2000",
                "insurer_offer": "2600",
                "insurer_offer_on": "2026-11-13",
                "sold_on": "2026-11-12",
                "sold_for": "2000",
            },
            "2000.00",
            "residual_offer_late",
        ),
    ],
)
def test_residual_value_that_counts(residual: dict[str, Any], used: str, code: str | None) -> None:
    result = liability(residual=residual, **VALUE)
    assert result.settlement.residual_used == D(used)
    assert result.payout == D("8000.00") - D(used)
    found = codes(result) & {"few_residual_offers", "sold_below_residual", "residual_offer_late"}
    assert code is None or code in found


def test_an_insurers_offer_does_not_count_in_kasko() -> None:
    """BGH IV ZR 105/20: the regional market decides."""
    result = kasko("9000.00", residual={"amount": "2000", "insurer_offer": "4000"}, **VALUE)
    assert result.settlement.residual_used == D("2000.00")
    assert "ignored_in_regime" in codes(result)


BASIS: dict[str, Any] = {
    "new_price": "30000",
    "sale_value": "18000",
    "age_months": 26,
    "repair": "6000",
    "mfm_extent": "0.4",
}


def test_every_method_stands_beside_the_others_and_none_is_copied() -> None:
    settlement = {"value_loss_basis": BASIS | {"labour": "3000", "material": "3000", "mileage_km": 60000}}
    result = liability("1000.00", **settlement)
    found = {loss.method: loss for loss in result.value_losses}
    assert list(found) == ["ruhkopf_sahm", "halbgewachs", "bvsk", "mfm", "bremer", "hamburger"]
    assert [loss.method for loss in result.value_losses if loss.thumb] == ["bremer", "hamburger"]
    assert found["bremer"].amount == D("900.00")
    assert found["hamburger"].amount == D("900.00")
    assert found["bremer"].net_amount == D("756.30")
    assert result.settlement.value_loss == 0
    assert result.derivation["value_loss:bremer:net"].value == "756.30"
    net = liability("1000.00", value_loss_basis=settlement["value_loss_basis"] | {"price_basis": "net"})
    assert all(loss.net_amount == loss.amount for loss in net.value_losses)


@pytest.mark.parametrize(("months", "percent"), [(6, 30), (7, 25), (12, 25), (24, 20), (36, 15), (60, 10), (61, 0)])
def test_bremer_formel(months: int, percent: int) -> None:
    result = liability("1000.00", value_loss_basis=BASIS | {"age_months": months})
    found = next(loss for loss in result.value_losses if loss.method == "bremer")
    assert found.amount == (D(60) * percent if percent else None)


@pytest.mark.parametrize(
    ("km", "percent"), [(20_000, 30), (20_001, 20), (50_000, 20), (75_000, 15), (100_000, 10), (100_001, 0)]
)
def test_hamburger_modell(km: int, percent: int) -> None:
    result = run(
        sheet(incidentals=repair_of("1000.00"), vehicle={"mileage_km": km}, settlement={"value_loss_basis": BASIS})
    )
    found = next(loss for loss in result.value_losses if loss.method == "hamburger")
    assert found.amount == (D(60) * percent if percent else None)


def test_a_stated_value_loss_is_compared_with_its_method() -> None:
    def stated(**loss: Any) -> Any:
        return liability("6000.00", value_loss_basis=BASIS, value_loss=loss)

    assert "value_loss_differs" in codes(stated(amount="500.00", method="mfm"))
    proposed = next(loss for loss in stated(amount="1", method="mfm").value_losses if loss.chosen)
    assert "value_loss_differs" not in codes(stated(amount=str(proposed.net_amount), method="mfm"))
    assert "value_loss_differs" not in codes(stated(amount=str(proposed.amount), method="MFM", basis="gross"))
    assert "value_loss_not_applicable" in codes(stated(amount="500.00", method="bvsk"))
    assert not codes(stated(amount="500.00", method="eigene Schätzung")) & {
        "value_loss_differs",
        "value_loss_not_applicable",
    }


def test_published_age_factor_of_mfm_can_be_stated() -> None:
    basis = BASIS | {"age_months": 24, "mfm_age_factor": "0.1734"}
    result = liability("1000.00", value_loss_basis=basis)
    assert next(loss.amount for loss in result.value_losses if loss.method == "mfm") == D("429.70")


def test_bagatelle() -> None:
    report = [{"id": "r", "kind": "report", "amount": "300.00"}]
    assert "bagatelle" in codes(liability("500.00", other_items=report))
    assert "bagatelle" in codes(liability("500.00", value_loss={"amount": "50.00"}))
    assert "bagatelle" not in codes(liability("700.00", other_items=report))
    assert "bagatelle" not in codes(liability("500.00"))


@pytest.mark.parametrize(
    ("lost", "amount", "counted"),
    [
        ({"days": 10, "group": "E", "incurred": True, "evidence": "Reparaturbestätigung"}, "430.00", True),
        ({"days": 10, "group": "E", "incurred": True}, "430.00", False),
        ({"days": 10, "group": "E", "evidence": "Reparaturbestätigung"}, "430.00", False),
        ({"days": 10, "group": "E", "incurred": True, "evidence": "x", "groups_lower": 1}, "380.00", True),
        ({"days": 3, "daily_rate": "65.00", "incurred": True, "evidence": "x"}, "195.00", True),
    ],
)
def test_loss_of_use_counts_only_when_proved(lost: dict[str, Any], amount: str, counted: bool) -> None:
    result = liability("1000.00", loss_of_use=lost)
    assert result.payout == D("1000.00") + (D(amount) if counted else 0)
    assert ("loss_of_use_not_proved" in codes(result)) is not counted
    assert amount in result.derivation["loss_of_use"].numbers
    assert result.derivation["other_items"].value == str(result.settlement.other_items)
    assert kasko(loss_of_use=lost).payout == D("700.00")


def test_loss_of_use_of_an_old_car_is_one_group_lower() -> None:
    lost = {"days": 1, "group": "A", "incurred": True, "evidence": "x"}
    for registered, group, expected in (
        ("2021-11-24", "E", "43"),
        ("2020-11-23", "E", "38"),
        ("2015-01-01", "A", "27"),
    ):
        result = run(
            sheet(
                incidentals=repair_of("1000.00"),
                vehicle={"first_registration": registered},
                settlement={"loss_of_use": lost | {"group": group}},
            )
        )
        assert result.settlement.other_items == D(expected)


def test_value_loss_on_simple_outer_skin_damage_is_flagged() -> None:
    basis = BASIS | {"outer_skin_only": True}
    assert "value_loss_outer_skin" in codes(liability("3000.00", value_loss={"amount": "300"}, value_loss_basis=basis))
    assert "value_loss_outer_skin" not in codes(liability("3000.00", value_loss_basis=basis))


def test_upper_edge_in_another_stage_is_flagged() -> None:
    lines = [{"id": "i", "amount": "5000.00", "high": "9000.00"}]
    value = {"replacement": {"amount": "10000", "tax_kind": "none"}, "residual": {"amount": "3000"}}
    result = run(sheet(incidentals=lines, settlement=value))
    found = next(f for f in result.flags if f.code == "stage_at_upper_edge")
    assert found.edge == "upper"
    assert "stage 3 in place of 1" in found.reason.en
    assert result.payout_band.high == D("7000.00")


def test_quota_privilege_takes_items_by_their_kind() -> None:
    """The worked example 4,500 + 2,012.50 = 6,512.50 with kinds in place of marks; the report fee is quota-reduced too."""
    result = liability(
        "10000.00",
        value_loss={"amount": "1000.00"},
        other_items=[
            {"id": "r", "kind": "report", "amount": "1000.00"},
            {"id": "u", "kind": "loss_of_use", "amount": "4000.00"},
        ],
        lump_sum="25.00",
        quota="0.50",
        own_insurer_paid="7500.00",
    )
    assert result.payout == D("6512.50")
    assert result.settlement.privilege is not None
    assert result.settlement.privilege.recourse == D("1500.00")
    for name in ("congruent", "by_quota", "uncovered", "privileged", "others", "recourse"):
        assert result.derivation[f"privilege.{name}"].value == str(getattr(result.settlement.privilege, name))


@pytest.mark.parametrize(
    ("settlement", "circumstances", "word"),
    [
        ({"roadworthy": True}, {"not_drivable": True}, "roadworthy"),
        ({"keeps_six_months": True, "residual": {"amount": "1", "sold_for": "1"}}, {}, "sold"),
        ({}, {"shared_fault": True}, "shared fault"),
        ({"quota": "0.5"}, {"shared_fault": False}, "no shared fault"),
        ({"peril": "hail"}, {}, "cause"),
        ({"leased": True}, {"owner_is_claimant": True}, "owner"),
        ({"repair_done": {"invoice_gross": "5"}}, {}, "invoice"),
    ],
)
def test_contradictory_facts(settlement: dict[str, Any], circumstances: dict[str, Any], word: str) -> None:
    result = run(sheet(incidentals=repair_of("1000.00"), settlement=settlement, circumstances=circumstances))
    found = next(f for f in result.flags if f.code == "contradictory_facts")
    assert word in found.reason.en


@pytest.mark.parametrize(
    "settlement",
    [
        {"residual": {"amount": "1", "sold_for": "1", "sold_on": "2026-11-01"}},
        {"replacement_bought": {"price_gross": "1", "bought_on": "2026-11-01"}},
        {"repair_done": {"extent": "complete", "completed_on": "2026-11-01"}},
        {"fulfilment_date": "2026-11-01"},
    ],
)
def test_nothing_happens_before_the_loss(settlement: dict[str, Any]) -> None:
    result = run(sheet(incidentals=repair_of("1000.00"), settlement={"loss_date": "2026-11-20", **settlement}))
    assert next(f for f in result.flags if f.code == "before_the_loss").level == "red"


def test_vat_on_a_wrong_date() -> None:
    early = run(
        sheet(
            parameters={"supply_date": "2026-11-01"},
            incidentals=repair_of("1000.00"),
            settlement={"loss_date": "2026-11-20"},
        )
    )
    assert "before_the_loss" in codes(early)
    done = {"extent": "complete", "invoice_gross": "1160.00", "completed_on": "2020-08-15"}
    other_rate = run(
        sheet(
            parameters={"price_date": "2020-06-01", "vat_rate": "0.19"},
            incidentals=repair_of("1000.00"),
            settlement={"mode": "concrete", "repair_done": done},
        )
    )
    assert "supply_date_differs" not in codes(other_rate), "no day of loss, nothing to compare"
    with_loss = run(
        sheet(
            parameters={"price_date": "2020-06-01", "vat_rate": "0.19"},
            incidentals=repair_of("1000.00"),
            settlement={"mode": "concrete", "loss_date": "2020-05-30", "repair_done": done},
        )
    )
    assert "supply_date_differs" in codes(with_loss)


def test_kasko_value_of_the_day_of_loss() -> None:
    value = {"amount": "8000", "valued_on": "2026-11-23"}
    assert "replacement_not_of_loss_day" in codes(kasko(replacement=value, loss_date="2026-11-20"))
    assert "replacement_not_of_loss_day" not in codes(kasko(replacement=value, loss_date="2026-11-23"))


def test_estimate_shows_both_ratios_and_a_collapsed_band() -> None:
    band = {"anchors": [{"years": "0", "low": "1", "high": "1"}, {"years": "5", "low": "0.40", "high": "0.50"}]}
    common: dict[str, Any] = {
        "incidentals": [{"id": "i", "amount": "3000.00", "high": "4000.00"}],
        "value_band": band,
        "vehicle": {"list_price": "20000", "first_registration": "2021-11-23"},
    }
    wide = run(sheet(**common)).value_estimate
    assert wide is not None
    assert (wide.low, wide.high, wide.collapsed) == (D("8000.00"), D("10000.00"), False)
    assert (wide.repair_ratio, wide.repair_ratio_least) == (D("0.5950"), D("0.4760"))
    narrow = run(sheet(**(common | {"value_band": {"anchors": [{"years": "0", "low": "0.5", "high": "0.5"}]}})))
    assert narrow.value_estimate is not None
    assert narrow.value_estimate.collapsed
    assert "value_band_collapsed" in codes(narrow)


def test_unknown_input_tax_is_calculated_as_private_and_flagged() -> None:
    result = liability("1000.00", input_tax_deduction=None)
    assert result.payout == D("1000.00")
    assert "input_tax_unknown" in codes(result)


def test_stage_table_names_the_row_that_applies() -> None:
    value = {"replacement": {"amount": "10000", "tax_kind": "none"}, "residual": {"amount": "3000"}}
    for net, stage in (("5000", 1), ("8000", 2), ("10000", 3), ("12000", 4)):
        result = liability(net, **value)
        assert [row.way for row in result.stage_table if row.applies] == [f"stage_{stage}"]
        row = result.stage_table[stage - 1]
        assert row.fictive == result.payout
        assert row.concrete is None
        assert result.derivation[f"way:stage_{stage}"].value == str(row.fictive)
        cost = D(net) * D("1.19")
        assert (row.lower is None or cost > row.lower) and (row.upper is None or cost <= row.upper)  # noqa: PT018
    own = kasko("12000", **value)
    assert [row.way for row in own.stage_table if row.applies] == ["kasko_total_loss"]
    assert liability("5000").stage_table == ()
