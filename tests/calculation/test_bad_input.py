"""Bad input: a named error with its place, or a flag with its code; never a traceback, never a guessed number."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from calculation_builders import empty, repair_of, run, sheet

from calculation import CalculationError, calculate, input_from_json
from calculation.model import IncidentalLine, LabourLine, PartLine, Rate

D = Decimal
RATES = {"body": {"hourly": "100.00"}, "paint": {"hourly": "120.00"}}

BAD: list[tuple[str, dict[str, Any], set[str]]] = [
    ("unknown key", {"colour": "red"}, {"TK-CALC-001"}),
    ("binary number", {"parts": [{"id": "p", "unit_price": 19.99}]}, {"TK-CALC-002"}),
    ("German number", {"parts": [{"id": "p", "unit_price": "1.234,56"}]}, {"TK-CALC-002"}),
    ("not a number", {"parts": [{"id": "p", "unit_price": "NaN"}]}, {"TK-CALC-002"}),
    ("exponent", {"parts": [{"id": "p", "unit_price": "1e900000"}]}, {"TK-CALC-002"}),
    ("spaces", {"parts": [{"id": "p", "unit_price": " 1.00"}]}, {"TK-CALC-002"}),
    ("other digits", {"parts": [{"id": "p", "unit_price": "١٢"}]}, {"TK-CALC-002"}),
    ("list expected", {"parts": {"id": "p"}}, {"TK-CALC-003"}),
    ("object expected", {"parts": ["p"]}, {"TK-CALC-003"}),
    ("bad date", {"parameters": {"price_date": "23.11.2026"}}, {"TK-CALC-003"}),
    ("unknown operation", {"rates": RATES, "labour": [{"id": "l", "operation": "explode"}]}, {"TK-CALC-004"}),
    ("missing price", {"parts": [{"id": "p"}]}, {"TK-CALC-006"}),
    ("unknown format", {"format": 99}, {"TK-CALC-007"}),
    ("same id twice", {"parts": [{"id": "p", "unit_price": "1"}] * 2}, {"TK-CALC-010"}),
    (
        "same id in two blocks",
        {"parts": [{"id": "p", "unit_price": "1"}], "incidentals": [{"id": "p", "amount": "1"}]},
        {"TK-CALC-010"},
    ),
    ("negative quantity", {"parts": [{"id": "p", "qty": "-1", "unit_price": "1"}]}, {"TK-CALC-011"}),
    ("hourly rate of zero", {"rates": {"body": {"hourly": "0"}}}, {"TK-CALC-011"}),
    ("hourly rate of 1,000", {"rates": {"body": {"hourly": "1000"}}}, {"TK-CALC-011"}),
    ("VAT of 19", {"parameters": {"vat_rate": "19"}}, {"TK-CALC-011"}),
    ("quota of 70", {"settlement": {"quota": "70"}}, {"TK-CALC-011"}),
    ("unknown rate", {"labour": [{"id": "l", "units": "1"}]}, {"TK-CALC-012"}),
    ("AW without factor", {"rates": RATES, "labour": [{"id": "l", "unit": "AW", "units": "1"}]}, {"TK-CALC-013"}),
    ("unknown unit", {"parameters": {"units_per_hour": {"minutes": "60"}}}, {"TK-CALC-013"}),
    (
        "circle",
        {
            "rates": RATES,
            "labour": [{"id": "a", "included_in": ["b"]}, {"id": "b", "included_in": ["c"]}, {"id": "c", "included_in": ["a"]}],
        },
        {"TK-CALC-014"},
    ),
    (
        "band upside down",
        {"parts": [{"id": "p", "unit_price": "1", "low": "2", "high": "1"}]},
        {"TK-CALC-015"},
    ),
    ("deduction without reason", {"deductions": [{"id": "a", "kind": "new_for_old", "amount": "1"}]}, {"TK-CALC-016"}),
    (
        "deduction on nothing",
        {"deductions": [{"id": "a", "kind": "discount", "base": "line", "line_id": "x"}]},
        {"TK-CALC-017"},
    ),
    ("incidental without value", {"incidentals": [{"id": "i"}]}, {"TK-CALC-018"}),
    (
        "incidental with both",
        {"rates": RATES, "incidentals": [{"id": "i", "amount": "1", "rate": "body", "units": "1"}]},
        {"TK-CALC-018"},
    ),
    ("empty id", {"parts": [{"id": "", "unit_price": "1"}]}, {"TK-CALC-019"}),
    ("concrete settlement", {"settlement": {"mode": "concrete"}}, {"TK-CALC-021"}),
    ("year 1", {"parameters": {"price_date": "0001-01-01"}}, {"TK-CALC-022"}),
    (
        "discount above the costs",
        {"incidentals": repair_of("10"), "deductions": [{"id": "a", "kind": "discount", "amount": "20"}]},
        {"TK-CALC-023"},
    ),
    (
        "band years fall",
        {"value_band": {"anchors": [{"years": "1", "low": "1", "high": "1"}, {"years": "0", "low": "1", "high": "1"}]}},
        {"TK-CALC-024"},
    ),
    (
        "band of zero",
        {"value_band": {"anchors": [{"years": "1", "low": "0", "high": "1"}]}},
        {"TK-CALC-024"},
    ),
    (
        "time and flat amount",
        {"rates": RATES, "labour": [{"id": "l", "units": "1", "flat_amount": "5"}]},
        {"TK-CALC-025"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "codes"), BAD, ids=[b[0] for b in BAD])
def test_refused_with_a_code(name: str, changes: dict[str, Any], codes: set[str]) -> None:
    with pytest.raises(CalculationError) as caught:
        run(sheet(**changes))
    assert {p.code for p in caught.value.problems} == codes
    for problem in caught.value.problems:
        assert all((problem.message_de, problem.message_en, problem.field))
        assert problem.to_json()["code"] == problem.code
    assert caught.value.code in codes


def test_all_problems_are_told_with_their_lines() -> None:
    data = sheet(
        rates=RATES,
        parts=[{"id": "p1", "qty": "-1", "unit_price": "1"}, {"id": "p2", "qty": "99999", "unit_price": "-5"}],
        labour=[{"id": "l1", "rate": "gold", "units": "1"}],
    )
    with pytest.raises(CalculationError) as caught:
        run(data)
    assert [(p.code, p.line_id, p.field) for p in caught.value.problems] == [
        ("TK-CALC-011", "p1", "qty"),
        ("TK-CALC-011", "p2", "qty"),
        ("TK-CALC-011", "p2", "unit_price"),
        ("TK-CALC-012", "l1", "rate"),
    ]


@pytest.mark.parametrize("value", [None, [], "text", 5, {"parameters": None}, {"parts": None}, {1: 2}])
def test_hostile_shapes(value: Any) -> None:
    with pytest.raises(CalculationError):
        input_from_json(value)


def test_ten_thousand_lines() -> None:
    lines = [{"id": f"p{i}", "unit_price": "1"} for i in range(10_000)]
    with pytest.raises(CalculationError) as caught:
        run(sheet(parts=lines))
    assert caught.value.code == "TK-CALC-005"
    with pytest.raises(CalculationError) as caught:
        calculate(replace(empty(), parts=tuple(PartLine(id=f"p{i}", unit_price=D(1)) for i in range(2001))))
    assert caught.value.code == "TK-CALC-005"


def test_values_that_are_no_decimals_are_refused_from_python_too() -> None:
    for bad in (1, D("NaN"), D("Infinity"), "1"):
        with pytest.raises(CalculationError) as caught:
            calculate(replace(empty(), parts=(PartLine(id="p", unit_price=bad),)))  # type: ignore[arg-type]
        assert caught.value.code == "TK-CALC-011"


def test_unusual_rates_are_calculated_and_flagged() -> None:
    data = replace(empty(), rates={"body": Rate(hourly=D("999.00"))}, labour=(LabourLine(id="l", units=D(1)),))
    result = calculate(data)
    assert result.totals.net == D("999.00")
    assert "rate_unusual" in {f.code for f in result.flags}


def test_contradictory_values_are_flagged() -> None:
    result = run(
        sheet(
            incidentals=repair_of("1000"),
            settlement={
                "regime": "kasko",
                "quota": "0.5",
                "value_loss": {"amount": "100"},
                "replacement": {"amount": "5000", "tax_kind": "none"},
                "residual": {"amount": "6000"},
                "loss_date": "2026-12-24",
            },
            vehicle={"first_registration": "2026-12-31"},
            circumstances={"airbag_deployed": True},
        )
    )
    codes = {f.code for f in result.flags}
    assert {
        "ignored_in_regime",
        "residual_over_replacement",
        "loss_after_price_date",
        "registered_after_loss",
        "airbag_deployed",
        "no_excess",
    } <= codes
    assert result.payout == 0


def test_flags_of_the_product_and_their_order() -> None:
    result = run(
        sheet(
            incidentals=[{"id": "i", "amount": "3300.00", "low": "3000.00", "high": "3500.00"}],
            settlement={"leased": True, "financed": None},
            vehicle={"first_registration": "2012-01-01", "mileage_km": 210000, "list_price": "20000"},
            value_band={
                "anchors": [{"years": "0", "low": "1", "high": "1"}, {"years": "10", "low": "0.2", "high": "0.2"}]
            },
            table_references=[
                {"name": "part_prices", "demonstration": True, "reviewed_until": "2026-01-01"},
                {"name": "vat", "valid_from": "2027-01-01"},
            ],
            assumptions=[{"de": "Segment angenommen", "en": "segment assumed"}],
        )
    )
    codes = [f.code for f in result.flags]
    assert set(codes) == {
        "leased",
        "old_vehicle",
        "high_mileage",
        "likely_total_loss",
        "ownership_unknown",
        "over_limit_upper_edge",
        "table_expired",
        "table_not_valid",
        "assumption",
        "demonstration_tables",
        "value_band_collapsed",
    }
    assert [f.level for f in result.flags] == sorted(
        (f.level for f in result.flags), key=["red", "amber", "info"].index
    )
    upper = next(f for f in result.flags if f.code == "over_limit_upper_edge")
    assert upper.edge == "upper"
    for flag in result.flags:
        for text in (flag.title, flag.reason, flag.clears):
            assert all((text.de, text.en))


def test_overlap_prints_zero_time_and_revives() -> None:
    def net(active: bool, second: bool = False) -> Decimal:
        return run(
            sheet(
                rates={"body": {"hourly": "100.00"}},
                labour=[
                    {"id": "parent", "units": "2.00", "active": active},
                    {"id": "other", "units": "1.00", "active": second},
                    {"id": "child", "units": "0.50", "included_in": ["parent", "other", "gone"]},
                ],
            )
        ).totals.net

    assert net(active=True) == D("200.00")
    assert net(active=False) == D("50.00")
    assert net(active=True, second=True) == D("300.00")


def test_triggered_line_without_its_trigger_is_flagged() -> None:
    result = run(sheet(incidentals=[{"id": "i", "amount": "5", "added_by": ["gone"]}]))
    assert next(f for f in result.flags if f.code == "trigger_missing").line_ids == ("i",)


def test_a_changed_value_carries_the_asterisk() -> None:
    result = run(
        sheet(parts=[{"id": "p", "unit_price": "5", "origin": "suggested", "override": {"reason": "Angebot"}}])
    )
    assert result.line("p").marked
    assert next(f for f in result.flags if f.code == "changed_values").line_ids == ("p",)


def test_a_change_without_a_reason_is_asked_for() -> None:
    part = {"id": "p", "unit_price": "5", "origin": "suggested", "override": {"reason": " "}}
    assert "override_without_reason" in {f.code for f in run(sheet(parts=[part])).flags}


def test_an_empty_deduction_line_waits_for_its_reason() -> None:
    result = run(sheet(incidentals=repair_of("10"), deductions=[{"id": "a", "kind": "manual", "amount": "0.00"}]))
    assert result.payout == D("10.00")


def test_an_edited_point_outside_its_band_widens_the_band() -> None:
    result = calculate(
        replace(empty(), incidentals=(IncidentalLine(id="i", amount=D("900"), low=D("100"), high=D("200")),))
    )
    assert (result.net_band.low, result.net_band.high) == (D("100.00"), D("900.00"))


def test_deductions_after_the_total() -> None:
    result = run(
        sheet(
            incidentals=repair_of("1000.00"),
            deductions=[
                {
                    "id": "a",
                    "kind": "new_for_old",
                    "base": "line",
                    "line_id": "repair",
                    "percent": "10",
                    "reason_text": "Reifen",
                },
                {"id": "b", "kind": "betterment", "amount": "50.00", "taxed": False, "reason_text": "steuerneutral"},
            ],
        )
    )
    assert result.totals.gross == D("1190.00")
    assert (result.totals.deductions_taxed, result.totals.deductions_untaxed) == (D("100.00"), D("50.00"))
    assert result.totals.net_allowed == D("850.00")
    assert result.totals.gross_allowed == D("1021.00")
    assert result.payout == D("850.00")


def test_flat_and_index_material() -> None:
    base = {"rates": RATES, "paint": [{"id": "k", "hours": "2.00", "material_value": "80.00"}]}
    index = run(sheet(**base, parameters={"paint_material": {"model": "azt_index", "index": "120"}}))
    assert index.totals.paint_material == D("96.00")
    flat = run(sheet(**base, parameters={"paint_material": {"model": "flat", "amount": "77.00"}}))
    assert flat.totals.paint_material == D("77.00")
    assert run(sheet(parameters={"paint_material": {"model": "flat", "amount": "77.00"}})).totals.net == 0


@pytest.mark.parametrize("regime", ["kasko", "liability"])
def test_without_a_residual_value_the_replacement_value_is_the_cap(regime: str) -> None:
    value = {"regime": regime, "replacement": {"amount": "5000", "tax_kind": "none"}}
    result = run(sheet(incidentals=repair_of("9000"), settlement=value))
    assert result.payout == D("5000.00")
    assert result.settlement.total_loss
    assert {"residual_missing", "total_loss"} <= {f.code for f in result.flags}
    assert result.derivation["claim"].value == "5000.00"


@pytest.mark.parametrize(
    ("day", "rate", "flagged"),
    [
        ("2026-11-23", "0.19", False),
        ("2026-11-23", "0.16", True),
        ("2020-08-01", "0.16", False),
        ("2020-08-01", "0.19", True),
    ],
)
def test_vat_on_a_wrong_date_is_flagged(day: str, rate: str, flagged: bool) -> None:
    result = run(sheet(parameters={"price_date": "2026-11-23", "supply_date": day, "vat_rate": rate}))
    assert ("vat_unusual" in {f.code for f in result.flags}) is flagged


def test_no_mutation_of_the_example_gives_anything_but_a_result_or_named_problems() -> None:
    example = json.loads((Path(__file__).parent / "example.json").read_text(encoding="utf-8"))
    values: list[Any] = ["", None, True, -1, 0, "0", "-1", "9" * 23, [], {}, "x" * 5000, "NaN", [1], {"a": 1}, 10**30]
    values += ["2026-13-01", "0001-01-01", "9999-12-31", "0.00000001", "١", "1e5"]

    def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
        return [path, *(deeper for key in keys for deeper in paths(value[key], (*path, key)))]

    places = [path for path in paths(example) if path]
    rng = random.Random(11)
    outcomes = set()
    for _ in range(400):
        data = copy.deepcopy(example)
        place = rng.choice(places)
        target = data
        for key in place[:-1]:
            target = target[key]
        target[place[-1]] = rng.choice(values)
        try:
            result = calculate(input_from_json(data))
        except CalculationError as error:
            outcomes.add(error.code)
        else:
            assert result.totals.net + result.totals.vat == result.totals.gross
            outcomes.add("calculated")
    assert "calculated" in outcomes
    assert len(outcomes) > 5
