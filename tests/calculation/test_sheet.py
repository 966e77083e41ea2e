"""Parts, labour, dents, deductions: what each setting of the sheet does to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from calculation_builders import repair_of, run, sheet

from calculation import CalculationError

D = Decimal
RATES = {
    "body": {"hourly": "100.00"},
    "body_2": {"hourly": "120.00"},
    "paint": {"hourly": "110.00"},
    "dents": {"hourly": "90.00"},
}
PARTS = [{"id": "p", "unit_price": "1000.00"}]


def codes(result: Any) -> set[str]:
    return {flag.code for flag in result.flags}


def parts(lines: list[dict[str, Any]] | None = None, **parameters: Any) -> Any:
    return run(sheet(parts=lines or PARTS, parameters=parameters))


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"procurement_amount": "25.00"}, "25.00"),
        ({"procurement_percent": "3"}, "30.00"),
        ({"procurement_percent": "3", "procurement_max": "20"}, "20.00"),
        ({"procurement_percent": "3", "procurement_max": "50"}, "30.00"),
        ({}, "0.00"),
    ],
)
def test_procurement_flat_or_in_percent_with_a_bound(parameters: dict[str, Any], expected: str) -> None:
    result = parts(**parameters)
    assert result.totals.procurement == D(expected)
    assert result.totals.net == D("1000.00") + D(expected)
    assert run(sheet(incidentals=repair_of("10"), parameters=parameters)).totals.procurement == 0


def test_procurement_flat_and_in_percent_contradict() -> None:
    with pytest.raises(CalculationError) as caught:
        parts(procurement_amount="5", procurement_percent="3")
    assert caught.value.code == "TK-CALC-031"


def test_the_old_part_of_an_exchange_part_is_taxed() -> None:
    lines = [
        {"id": "p", "unit_price": "1000.00", "part_origin": "exchange", "discount_percent": "10"},
        {"id": "q", "unit_price": "50"},
    ]
    without, taxed = parts(lines), parts(lines, exchange_part_tax=True)
    assert without.totals.vat == D("180.50")
    assert taxed.totals.net == without.totals.net == D("950.00")
    assert taxed.totals.exchange_part_value == D("100.00")
    assert taxed.totals.vat == D("199.50")
    assert taxed.totals.gross == D("1149.50")
    assert taxed.payout == without.payout
    assert taxed.derivation["exchange_part_value"].numbers.startswith("1,000.00 × 10 %")


def test_mark_down_and_its_bounds() -> None:
    assert parts(upe_markup_percent="-10").totals.net == D("900.00")
    assert "markup_unusual" in codes(parts(upe_markup_percent="999.99"))
    for percent, code in (("-999", "TK-CALC-023"), ("1000", "TK-CALC-011")):
        with pytest.raises(CalculationError) as caught:
            parts(upe_markup_percent=percent)
        assert caught.value.code == code


def test_a_discount_on_all_part_lines_or_on_the_whole_block() -> None:
    def net(base: str) -> Decimal:
        discount = [{"id": "d", "kind": "discount", "base": base, "percent": "10"}]
        return run(sheet(parts=PARTS, deductions=discount, parameters={"upe_markup_percent": "20"})).totals.net

    assert net("part_lines") == D("1100.00")
    assert net("parts") == D("1080.00")


def test_a_part_inside_another_part_counts_nothing_until_its_parent_goes() -> None:
    def net(active: bool) -> Decimal:
        lines = [
            {"id": "set", "unit_price": "300.00", "active": active},
            {"id": "clip", "unit_price": "9.00", "included_in": ["set"]},
        ]
        return run(sheet(parts=lines)).totals.net

    assert (net(active=True), net(active=False)) == (D("300.00"), D("9.00"))


def test_signs_of_the_trade() -> None:
    result = run(
        sheet(
            rates=RATES,
            parts=[
                {"id": "t", "unit_price": "5", "origin": "table", "table": "part_prices"},
                {"id": "m", "unit_price": "5"},
            ],
            labour=[{"id": "c", "units": "1", "included_in": ["t"], "added_by": ["m"], "origin": "suggested"}],
        )
    )
    assert [result.line(i).signs for i in ("t", "m", "c")] == ["", "*", "I+"]


def work(parameters: dict[str, Any] | None = None, **line: Any) -> Any:
    return run(sheet(rates=RATES, labour=[{"id": "l", "units": "1.50", **line}], parameters=parameters or {}))


def test_surcharges_are_rounded_each_before_they_are_priced() -> None:
    result = work(surcharge_percent="25", difficulty_percent="15")
    assert result.line("l").quantity == D("1.50") + D("0.38") + D("0.23")
    assert result.totals.net == D("211.00")
    assert work(surcharge_percent="-50").totals.net == D("75.00")


def test_levels_of_a_trade() -> None:
    assert work(level=2).totals.net == D("180.00")
    other = work(level=3)
    assert other.totals.net == D("150.00")
    assert "rate_level_missing" in codes(other)
    assert other.derivation["line:l"].numbers.startswith("1.50 h × 100.00")
    assert work(level=2).derivation["line:l"].numbers.startswith("1.50 h × 120.00")


def test_set_up_in_percent_of_the_working_time() -> None:
    result = work({"labour_setup_percent": "7"})
    assert (result.totals.labour_setup_hours, result.totals.labour_setup) == (D("0.11"), D("11.00"))
    assert result.totals.labour_total == D("161.00")
    assert result.totals.labour == D("150.00")
    assert result.derivation["labour_setup"].value == "11.00"


def test_time_units_of_any_size_and_a_flat_amount_with_material() -> None:
    assert work({"units_per_hour": {"AW": "10"}}, unit="AW", units="15", units_per_hour="12").totals.net == D("125.00")
    labour = [{"id": "f", "flat_amount": "80.00", "flat_includes_material": True}, {"id": "l", "units": "1.00"}]
    result = run(
        sheet(rates=RATES, labour=labour, parameters={"small_parts_base": "labour", "small_parts_percent": "2"})
    )
    assert (result.totals.small_parts_base, result.totals.small_parts) == (D("100.00"), D("2.00"))


def test_the_time_table_holds_all_hours_by_rate() -> None:
    result = run(
        sheet(
            rates=RATES,
            labour=[{"id": "l", "units": "2.00"}, {"id": "m", "units": "1.00", "level": 2}],
            paint=[{"id": "k", "hours": "1.50"}, {"id": "o", "hours": "0.50", "rate": "body"}],
            dents=[{"id": "d", "press_hours": "1.00", "finish_hours": "0.25"}],
            parameters={"dent_setup_hours": "0.60"},
        )
    )
    assert result.totals.hours_by_rate == {
        "body": D("2.50"),
        "body_2": D("1.00"),
        "paint": D("1.50"),
        "dents": D("1.85"),
    }
    assert result.totals.hours_total == D("6.85")


@pytest.mark.parametrize("large", [11, -1])
def test_large_dents_cannot_exceed_the_count(large: int) -> None:
    dents = [
        {"id": "d", "count": 10, "count_large": large, "press_hours": "1.00", "method": "bvat", "features": ["edge"]}
    ]
    with pytest.raises(CalculationError) as caught:
        run(sheet(rates=RATES, dents=dents))
    assert caught.value.code == "TK-CALC-031"


def new_for_old(**line: Any) -> Any:
    lines = [{"id": "a", "kind": "new_for_old", "reason_text": "Reifen", **line}]
    return run(
        sheet(
            parts=[{"id": "t", "unit_price": "236.90"}],
            deductions=lines,
            rates=RATES,
            paint=[{"id": "k", "hours": "1"}],
        )
    )


def test_nfa_01_without_a_gain_nothing_is_deducted() -> None:
    """AG Rheine 14 C 101/21: 118.45 for two rear tyres refused, the expert saw no gain."""
    refused = new_for_old(amount="118.45", has_gain=False)
    assert refused.totals.deductions_taxed == D("0.00")
    assert refused.line("a").amount == D("0.00")
    assert refused.payout == refused.totals.net
    assert "new_for_old_refused" in codes(refused)
    assert refused.derivation["line:a"].source == "AG Rheine 14 C 101/21"


def test_new_for_old_with_a_gain_counts_on_its_line() -> None:
    tyre = new_for_old(base="line", line_id="t", percent="50", has_gain=True, gain="Profil zu 50 % abgefahren")
    assert tyre.totals.deductions_taxed == D("118.45")
    assert not {code for code in codes(tyre) if code.startswith("new_for_old")}
    assert "Profil" in {operand.value.split()[0] for operand in tyre.derivation["line:a"].inputs}
    unproven = new_for_old(base="line", line_id="t", percent="50")
    assert unproven.totals.deductions_taxed == D("118.45")
    assert "new_for_old_unproven" in codes(unproven)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"base": "paint", "percent": "10"}, "new_for_old_on_paint"),
        ({"base": "line", "line_id": "k", "percent": "10"}, "new_for_old_on_paint"),
        ({"base": "total", "percent": "10"}, "new_for_old_blanket"),
    ],
)
def test_new_for_old_on_paint_or_as_a_blanket_is_flagged(line: dict[str, Any], code: str) -> None:
    assert code in codes(new_for_old(gain="x", has_gain=True, **line))


@pytest.mark.parametrize(
    "line", [{"kind": "new_for_old", "has_gain": False, "gain": "neue Reifen"}, {"kind": "discount", "gain": "x"}]
)
def test_a_gain_named_and_denied_is_refused(line: dict[str, Any]) -> None:
    with pytest.raises(CalculationError) as caught:
        run(sheet(deductions=[{"id": "a", "reason_text": "x", **line}]))
    assert caught.value.code == "TK-CALC-031"


def damaged(share: str = "0.4", **damage: Any) -> Any:
    entry = {"share": share, "reason": "alter Kratzer", "photo": "Foto 3", **damage}
    parts = [{"id": "p", "unit_price": "500.00", "low": "400.00", "high": "600.00", "pre_damage": entry}]
    return run(sheet(parts=parts, incidentals=repair_of("100.00")))


def test_earlier_damage_bears_its_share_of_the_line() -> None:
    result = damaged()
    assert result.line("p").amount == D("500.00")
    assert result.line("prior:p").amount == D("-200.00")
    assert result.totals.net == D("600.00")
    assert result.totals.deductions_taxed == D("200.00")
    assert (result.payout_band.low, result.payout, result.payout_band.high) == (D("340.00"), D("400.00"), D("460.00"))
    node = result.derivation["line:prior:p"]
    assert node.numbers == "-500.00 × 0.4 = -200.00 EUR"
    assert any(operand.ref == "line:p" for operand in node.inputs)
    assert "line:prior:p" in {operand.ref for operand in result.derivation["deductions_taxed"].inputs}


def test_earlier_damage_on_a_line_that_is_off_or_included_bears_nothing() -> None:
    entry = {"share": "0.5", "reason": "Rost"}
    lines = [{"id": "a", "units": "1"}, {"id": "b", "units": "1", "included_in": ["a"], "pre_damage": entry},
             {"id": "c", "units": "1", "active": False, "pre_damage": entry}]  # fmt: skip
    result = run(sheet(rates=RATES, labour=lines))
    assert result.totals.deductions_taxed == 0
    assert not [line for line in result.lines if line.block == "deductions"]


def test_a_repaired_earlier_damage_wants_its_proof() -> None:
    assert "prior_repair_unproven" in codes(damaged(kind="repaired"))
    assert "prior_repair_deducted" in codes(damaged(kind="repaired", proof="Rechnung vom 3.5."))


@pytest.mark.parametrize(
    ("share", "damage", "code"),
    [("1.1", {}, "TK-CALC-011"), ("-0.1", {}, "TK-CALC-011"), ("0.5", {"reason": " "}, "TK-CALC-016")],
)
def test_earlier_damage_out_of_range_or_without_a_reason(share: str, damage: dict[str, Any], code: str) -> None:
    with pytest.raises(CalculationError) as caught:
        damaged(share, **damage)
    assert [(p.code, p.line_id) for p in caught.value.problems] == [(code, "p")]


def test_earlier_damage_does_not_belong_to_a_deduction_nor_its_id_to_a_line() -> None:
    entry = {"share": "0.5", "reason": "Rost"}
    with pytest.raises(CalculationError) as caught:
        run(sheet(deductions=[{"id": "d", "kind": "discount", "pre_damage": entry}]))
    assert caught.value.code == "TK-CALC-031"
    with pytest.raises(CalculationError) as caught:
        run(sheet(parts=[{"id": "p", "unit_price": "1", "pre_damage": entry}, {"id": "prior:p", "unit_price": "1"}]))
    assert caught.value.code == "TK-CALC-010"


def test_the_rounding_mode_is_stated_stored_and_the_only_one() -> None:
    result = parts(rounding="half_up_2")
    assert result.rounding == "half_up_2"
    with pytest.raises(CalculationError) as caught:
        parts(rounding="half_even_2")
    assert caught.value.code == "TK-CALC-004"


def test_an_unknown_part_word_is_flagged_with_its_lines() -> None:
    result = run(
        sheet(
            parts=[
                {"id": "p", "unit_price": "1", "part": "flux_capacitor"},
                {"id": "q", "unit_price": "1", "part": "roof"},
            ]
        )
    )
    assert next(f for f in result.flags if f.code == "unknown_part").line_ids == ("p",)


def test_the_engine_knows_the_parts_that_the_tables_and_the_findings_name() -> None:
    from calculation.parts import OUTER_PARTS
    from cv_models.findings import PARTS as FOUND
    from pricing_tables.vocabulary import PARTS as PRICED

    assert set(PRICED) | set(FOUND) == OUTER_PARTS
