"""Bad input of the sheet: every case has its code and says what to do, and none takes long."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from calculation_builders import run, sheet

from calculation import CalculationError, input_from_json

D = Decimal
RATES = {"body": {"hourly": "100.00"}}


def refused(**changes: Any) -> CalculationError:
    with pytest.raises(CalculationError) as caught:
        run(sheet(**changes))
    for problem in caught.value.problems:
        assert all((problem.message_de, problem.message_en, problem.field))
        assert len(problem.message_de) < 500
    return caught.value


@pytest.mark.parametrize(
    "number",
    ["NaN", "sNaN", "-Infinity", "1e999", "1E5", "9" * 25, "0." + "1" * 30, "--1", "1,5", "١٢", "0x10", "1_000", ""],
)
@pytest.mark.parametrize("field", ["unit_price", "qty", "low"])
def test_numbers_that_are_none(number: str, field: str) -> None:
    line = {"id": "p", "unit_price": "1", field: number}
    error = refused(parts=[line])
    assert {(p.code, p.line_id) for p in error.problems} == {("TK-CALC-002", "p")}


@pytest.mark.parametrize("number", ["9" * 13, "0.123456789"])
def test_numbers_with_too_many_digits(number: str) -> None:
    assert refused(parts=[{"id": "p", "unit_price": number}]).code in {"TK-CALC-002", "TK-CALC-011"}


@pytest.mark.parametrize("hourly", ["0", "0.00", "1000", "1000.00", "-5"])
def test_hourly_rates_of_zero_and_of_a_thousand(hourly: str) -> None:
    error = refused(rates={"body": {"hourly": hourly}})
    assert (error.code, error.problems[0].field) == ("TK-CALC-011", "rates.body.hourly")
    assert "0.01 … 999.99 EUR/h" in error.problems[0].message_en


@pytest.mark.parametrize("field", ["qty", "unit_price", "discount_percent"])
def test_negative_quantities(field: str) -> None:
    assert refused(parts=[{"id": "p", "unit_price": "1", field: "-1"}]).code == "TK-CALC-011"


def test_ten_thousand_lines_are_refused_and_said_so() -> None:
    error = refused(labour=[{"id": f"l{i}", "units": "1"} for i in range(10_000)])
    assert [p.code for p in error.problems] == ["TK-CALC-005"]
    assert "10000" in error.problems[0].message_en
    assert "5000" in error.problems[0].message_en
    error = refused(parts=[{"id": f"p{i}", "unit_price": "1"} for i in range(2001)])
    assert "2001 lines, 2000 at most" in error.message_en


def test_too_many_alternatives() -> None:
    error = refused(alternatives=[{"part": f"x{i}", "unit_price": "1"} for i in range(201)])
    assert [p.code for p in error.problems] == ["TK-CALC-005"]


@pytest.mark.parametrize(
    "including",
    [
        {"a": ["a"]},
        {"a": ["b"], "b": ["a"]},
        {"a": ["b"], "b": ["c"], "c": ["b"], "d": ["a"]},
        {"a": ["b", "x"], "b": ["c", "y"], "c": ["d"], "d": ["e", "a"], "e": ["b"]},
    ],
)
def test_nested_circles_of_overlap(including: dict[str, list[str]]) -> None:
    lines = [{"id": line, "units": "1", "included_in": parents} for line, parents in including.items()]
    error = refused(rates=RATES, labour=lines)
    assert {p.code for p in error.problems} == {"TK-CALC-014"}


def test_a_circle_over_parts_and_work() -> None:
    parts = [{"id": "p", "unit_price": "1", "included_in": ["l"]}]
    assert refused(rates=RATES, parts=parts, labour=[{"id": "l", "included_in": ["p"]}]).code == "TK-CALC-014"


def test_a_long_chain_of_overlap_is_no_circle() -> None:
    lines = [{"id": f"l{i}", "units": "1", "included_in": [f"l{i + 1}"]} for i in range(1500)]
    assert run(sheet(rates=RATES, labour=[*lines, {"id": "l1500", "units": "1"}]), explain=False).totals.net == D(
        "100.00"
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"parameters": {"rounding": "up"}}, "TK-CALC-004"),
        ({"parameters": {"labour_setup_percent": "101"}}, "TK-CALC-011"),
        ({"parameters": {"other_preparation_percent": "-1"}}, "TK-CALC-011"),
        ({"parameters": {"procurement_max": "-1"}}, "TK-CALC-011"),
        ({"header": {"paint_layers": 5}}, "TK-CALC-011"),
        ({"header": {"paint_price_date": "1.1.2026"}}, "TK-CALC-003"),
        ({"header": {"equipment": "Xenon"}}, "TK-CALC-003"),
        ({"parts": [{"id": "p", "unit_price": "1", "pre_damage": "half"}]}, "TK-CALC-003"),
        ({"parts": [{"id": "p", "unit_price": "1", "pre_damage": {"reason": "x"}}]}, "TK-CALC-006"),
        ({"parts": [{"id": "p", "unit_price": "1", "pre_damage": {"share": "0.5", "color": "x"}}]}, "TK-CALC-001"),
        ({"labour": [{"id": "l", "code_system": "cobol"}], "rates": RATES}, "TK-CALC-004"),
        ({"dents": [{"id": "d", "features": ["haunted"]}], "rates": {"dents": {"hourly": "90"}}}, "TK-CALC-004"),
    ],
)
def test_settings_and_marks_out_of_range(changes: dict[str, Any], code: str) -> None:
    assert refused(**changes).code == code


def test_every_problem_of_the_sheet_is_told_with_its_line() -> None:
    paint = [
        {"id": "k1", "system_level": "4"},
        {"id": "k2", "layer_way": "dry_and_sand", "layers": 2},
        {"id": "k3", "count": 3},
    ]
    with pytest.raises(CalculationError) as caught:
        input_from_json(sheet(parts=[{"id": "p", "unit_price": "x"}], paint=paint, rates={"paint": {"hourly": "1"}}))
    assert [(p.code, p.line_id) for p in caught.value.problems] == [
        ("TK-CALC-002", "p"),
        ("TK-CALC-030", "k1"),
        ("TK-CALC-031", "k2"),
        ("TK-CALC-031", "k3"),
    ]
