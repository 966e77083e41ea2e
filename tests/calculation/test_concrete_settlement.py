"""Concrete settlement by the four stages and by the Kasko contract; no mixing of ways."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from calculation_builders import repair_of, run, sheet

from calculation import CalculationError

D = Decimal
VALUE = {"amount": "10000.00", "tax_kind": "none"}
RESIDUAL = {"amount": "3000.00"}
DONE = {"extent": "complete", "professional": True, "as_in_report": True, "proof": "Rechnung 4711"}


def concrete(net: str, *, kasko: bool = False, **settlement: Any) -> Any:
    base: dict[str, Any] = {"mode": "concrete", "replacement": VALUE, "residual": RESIDUAL}
    if kasko:
        base |= {"regime": "kasko", "cover": "full", "excess": "300.00"}
    return run(sheet(incidentals=repair_of(net), settlement=base | settlement)).settlement


def done(gross: str | None, **changes: Any) -> dict[str, Any]:
    return {"repair_done": DONE | ({} if gross is None else {"invoice_gross": gross}) | changes}


def test_stage_1_pays_the_invoice_with_its_vat() -> None:
    result = concrete("5000.00", **done("5950.00"))
    assert (result.stage, result.basis, result.payout) == (1, "invoice", D("5950.00"))
    cheaper = concrete("5000.00", **done("4700.00"))
    assert cheaper.payout == D("4700.00")
    net = concrete("5000.00", **done("5950.00"), input_tax_deduction=True)
    assert net.payout == D("5000.00")
    shown = concrete("5000.00", **done("5950.00", invoice_vat="0.00"), input_tax_deduction=True)
    assert shown.payout == D("5950.00")


def test_value_loss_quota_and_items_in_a_concrete_settlement() -> None:
    result = concrete(
        "4000.00",
        **done("4760.00"),
        value_loss={"amount": "300.00"},
        lump_sum="25.00",
        other_items=[{"id": "r", "kind": "report", "amount": "715.00"}],
        quota="0.50",
    )
    assert result.claim == D("5800.00")
    assert result.payout == D("2900.00")


def test_deductions_reduce_the_invoice_with_their_vat() -> None:
    result = run(
        sheet(
            incidentals=repair_of("3000.00"),
            deductions=[{"id": "a", "kind": "new_for_old", "amount": "100.00", "reason_text": "Reifen"}],
            settlement={"mode": "concrete", **done("3570.00")},
        )
    )
    assert result.payout == D("3570.00") - D("119.00")


def test_stage_2_up_to_the_replacement_value_without_six_months() -> None:
    result = concrete("8000.00", **done("9520.00"), keeps_six_months=False)
    assert (result.stage, result.payout) == (2, D("9520.00"))
    over = concrete("8000.00", **done("10400.00"))
    assert (over.basis, over.payout) == ("invoice_capped", D("10000.00"))
    proved = concrete("8000.00", **done("10400.00"), keeps_six_months=True)
    assert proved.payout == D("10400.00")


def test_stage_3_full_cost_only_when_everything_is_proved() -> None:
    full = concrete("10000.00", **done("11900.00"), keeps_six_months=True)
    assert (full.stage, full.basis, full.payout) == (3, "invoice", D("11900.00"))
    unknown = concrete("10000.00", **done("11900.00"))
    assert (unknown.basis, unknown.payout) == ("total_loss", D("7000.00"))
    assert (unknown.payout_if_kept, unknown.payout_if_sold) == (D("11900.00"), D("7000.00"))
    sold = concrete("10000.00", **done("11900.00"), keeps_six_months=False)
    assert sold.payout == D("7000.00")


@pytest.mark.parametrize(
    ("changes", "payout"),
    [
        ({"as_in_report": False}, "10000.00"),  # proven value up to WBW
        ({"professional": None}, "10000.00"),
        ({"extent": "partial", "invoice_gross": "8500.00"}, "8500.00"),
        ({"extent": "partial", "invoice_gross": "4000.00"}, "7000.00"),  # less than the replacement effort
        ({"extent": "partial", "invoice_gross": None, "proven_value": "8200.00"}, "8200.00"),
    ],
)
def test_stage_3_otherwise_proven_value_up_to_the_replacement_value(changes: dict[str, Any], payout: str) -> None:
    result = concrete("10000.00", keeps_six_months=True, repair_done=DONE | {"invoice_gross": "11900.00"} | changes)
    assert result.stage == 3
    assert result.payout == D(payout)


def test_stage_4_is_never_split_at_130_percent() -> None:
    result = concrete("12000.00", **done("12900.00"), keeps_six_months=True)
    assert (result.stage, result.basis, result.payout) == (4, "total_loss", D("7000.00"))


def test_tl_01_partial_own_repair_above_130_percent() -> None:
    """BGH VI ZR 70/04: 18,427.37 DM on a car of 13,800: 11,300, and not 6,640 more up to 130 %."""
    result = run(
        sheet(
            parameters={"vat_rate": "0"},
            incidentals=repair_of("18427.37"),
            settlement={
                "mode": "concrete",
                "replacement": {"amount": "13800", "tax_kind": "none"},
                "residual": {"amount": "2500"},
                "repair_done": {"extent": "partial", "proven_value": "17000"},
                "keeps_six_months": True,
            },
        )
    ).settlement
    assert (result.stage, result.ratio_percent, result.payout) == (4, D("133.53"), D("11300.00"))
    assert result.limit_130 is not None
    assert result.limit_130 - result.payout == D("6640.00")
    assert round((result.limit_130 - result.payout) / D("1.95583"), 2) == D("3394.98")


def test_tl_04_a_rebate_does_not_bring_the_case_under_130_percent() -> None:
    """BGH VI ZR 79/10: report 10,028.49 on 6,900; an invoice below 8,970 by an unexplained rebate."""
    value = {"amount": "6900", "tax_kind": "none"}
    common: dict[str, Any] = {"mode": "concrete", "replacement": value, "residual": {"amount": "1000"}}
    data = sheet(
        parameters={"vat_rate": "0"},
        incidentals=repair_of("10028.49"),
        settlement=common | {"keeps_six_months": True, **done("8900.00")},
    )
    result = run(data).settlement
    assert (result.stage, result.ratio_percent, result.limit_130) == (4, D("145.34"), D("8970.00"))
    assert (result.basis, result.payout) == ("total_loss", D("5900.00"))


def test_used_parts_as_the_way_of_repair_up_to_the_replacement_value() -> None:
    """BGH VI ZR 231/09."""
    inside = concrete("12000.00", **done("9800.00", used_parts=True))
    assert (inside.stage, inside.payout) == (4, D("9800.00"))
    above = concrete("12000.00", **done("10200.00", used_parts=True))
    assert above.payout == D("7000.00")


def bought(price: str, **changes: Any) -> dict[str, Any]:
    return {"replacement_bought": {"price_gross": price, "proof": "Kaufvertrag", **changes}}


def test_replacement_bought_counts_with_its_tax_up_to_the_replacement_value() -> None:
    margin = {"amount": "10000.00", "tax_kind": "margin_contained"}
    dear = concrete("12000.00", replacement=margin, **bought("11000.00"))
    assert (dear.basis, dear.payout) == ("replacement_bought", D("7000.00"))
    cheap = concrete("12000.00", replacement=margin, **bought("8000.00"))
    assert cheap.payout == D("5000.00")


def test_replacement_bought_in_stage_1_pays_no_more_than_the_repair() -> None:
    result = concrete("4000.00", **bought("11900.00", tax_kind="regular"))
    assert (result.stage, result.payout) == (1, D("4760.00"))
    private = concrete("4000.00", **bought("11900.00"))
    assert private.payout == D("4000.00")


def test_tl_07_no_mixing() -> None:
    """BGH VI ZR 40/18: WBW 22,350 gross, sold for 8,200, bought for 14,500: the gross basis of 14,150 is not allowed."""
    common: dict[str, Any] = {
        "replacement": {"amount": "22350.00", "tax_kind": "margin_contained"},
        "residual": {"amount": "8000.00", "sold_for": "8200.00"},
        "replacement_bought": {"price_gross": "14500.00", "tax_kind": "regular"},
    }
    fictive = run(sheet(incidentals=repair_of("30000.00"), settlement=common))
    assert fictive.settlement.residual_used == D("8200.00")
    assert fictive.payout == D("21826.17") - D("8200.00")
    assert fictive.payout < D("14150.00")
    assert "ways_not_mixed" in {f.code for f in fictive.flags}
    concrete_way = run(sheet(incidentals=repair_of("30000.00"), settlement=common | {"mode": "concrete"}))
    assert concrete_way.payout == D("14500.00") - D("8200.00")
    rows = {row.way: row for row in concrete_way.stage_table}
    assert (rows["stage_4"].fictive, rows["stage_4"].concrete) == (D("13626.17"), D("6300.00"))
    assert "other_way_pays_more" in {f.code for f in concrete_way.flags}


def test_fictive_claim_is_limited_by_a_cheaper_complete_repair() -> None:
    """BGH VI ZR 24/13; without a stated invoice nothing limits it (VI ZR 300/24: 3,087.80 net, repaired abroad)."""
    settlement = {"repair_done": DONE | {"invoice_gross": "2500.00"}}
    limited = run(sheet(incidentals=repair_of("3087.80"), settlement=settlement))
    assert limited.payout == D("2500.00")
    assert "limited_by_actual_cost" in {f.code for f in limited.flags}
    assert limited.derivation["repair_allowed"].source == "BGH VI ZR 24/13"
    abroad = run(sheet(incidentals=repair_of("3087.80"), settlement={"repair_done": DONE}))
    assert abroad.payout == D("3087.80")
    dearer = run(sheet(incidentals=repair_of("3087.80"), settlement={"repair_done": DONE | {"invoice_gross": "3500"}}))
    assert dearer.payout == D("3087.80")


@pytest.mark.parametrize(
    ("settlement", "code"),
    [
        ({}, "TK-CALC-021"),
        ({"repair_done": {"extent": "none"}}, "TK-CALC-021"),
        ({"repair_done": DONE | {"invoice_gross": "1"}, **bought("1")}, "TK-CALC-060"),
        ({"repair_done": DONE}, "TK-CALC-061"),
        ({"repair_done": DONE | {"invoice_gross": "100", "invoice_vat": "101"}}, "TK-CALC-062"),
        (bought("100", vat="101"), "TK-CALC-062"),
    ],
)
def test_without_proof_it_is_refused_by_name(settlement: dict[str, Any], code: str) -> None:
    with pytest.raises(CalculationError) as caught:
        concrete("1000.00", **settlement)
    assert {p.code for p in caught.value.problems} == {code}


def test_kasko_invoice_up_to_the_replacement_value() -> None:
    result = concrete("7000.00", kasko=True, **done("8330.00"))
    assert (result.basis, result.payout) == ("invoice", D("8030.00"))
    over = concrete("8000.00", kasko=True, **done("10500.00"))
    assert (over.basis, over.payout) == ("invoice_capped", D("9700.00"))
    fictive = concrete("7000.00", kasko=True, mode="fictive")
    assert fictive.payout == D("6700.00")


def test_kasko_invoice_without_a_confirmed_repair_is_flagged() -> None:
    def codes(**changes: Any) -> set[str]:
        settlement = {"regime": "kasko", "mode": "concrete", **done("1190.00", **changes)}
        return {f.code for f in run(sheet(incidentals=repair_of("1000.00"), settlement=settlement)).flags}

    assert "repair_not_confirmed" not in codes()
    assert "repair_not_confirmed" in codes(professional=None)
    assert "repair_not_confirmed" in codes(proof="")


def test_kasko_repair_not_professional_or_without_invoice_stays_below_the_replacement_effort() -> None:
    poor = concrete("8000.00", kasko=True, **done("8000.00", professional=False))
    assert (poor.basis, poor.payout) == ("replacement_effort", D("6700.00"))
    own = concrete("5000.00", kasko=True, repair_done=DONE | {"proven_value": "4000.00"})
    assert (own.basis, own.payout) == ("repair", D("4700.00"))


def test_kasko_total_loss_with_and_without_a_replacement() -> None:
    margin = {"amount": "10240.00", "tax_kind": "margin_contained"}
    without = concrete("12000.00", kasko=True, mode="fictive", replacement=margin)
    assert without.payout == D("10000.00") - D("3000.00") - D("300.00")
    with_tax = concrete("12000.00", kasko=True, replacement=margin, **bought("12800.00", tax_kind="margin_contained"))
    assert with_tax.payout == D("10240.00") - D("3000.00") - D("300.00")
    partly = concrete("12000.00", kasko=True, replacement=margin, **bought("5120.00", tax_kind="margin_contained"))
    assert partly.payout == D("10120.00") - D("3000.00") - D("300.00")


def test_reference_and_cuts_have_no_place_in_a_concrete_settlement() -> None:
    result = run(
        sheet(
            incidentals=repair_of("1000.00"),
            settlement={
                "mode": "concrete",
                **done("1190.00"),
                "proposed_cuts": [{"item": "bulk_discount", "amount": "100"}],
                "reference_workshop": {"name": "W", "repair_net": "500"},
            },
        )
    )
    assert result.payout == D("1190.00")
    assert result.settlement.reference is None
    assert "ignored_in_regime" in {f.code for f in result.flags}
