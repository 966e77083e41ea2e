"""Repair against replacement of one part, with overlap, paint and material on both sides."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from calculation_builders import run, sheet

from calculation import CalculationError

D = Decimal
RATES = {"body": {"hourly": "100.00"}, "paint": {"hourly": "110.00"}, "dents": {"hourly": "90.00"}}
DOOR = {"part": "door_front", "side": "left"}
NEW_DOOR = {**DOOR, "unit_price": "500.00", "hours": "2.00", "paint_hours": "2.00", "other": "30.00"}
PARAMETERS = {
    "upe_markup_percent": "10",
    "small_parts_percent": "2",
    "paint_material": {"model": "percent_of_wage", "percent": "40"},
}


def compared(
    hours: str, *, high: str | None = None, alternatives: Any = (NEW_DOOR,), operation: str = "repair", **more: Any
) -> Any:
    labour = [
        {"id": "l", "units": hours, "operation": operation, "high": high, **DOOR},
        {"id": "inside", "units": "9.00", "operation": "remove_install", "included_in": ["l"], **DOOR},
        {"id": "elsewhere", "units": "9.00", "part": "door_rear", "side": "left"},
    ]
    paint = [{"id": "k", "hours": "2.50", "level": "repair_lt_50", **DOOR}]
    return run(
        sheet(rates=RATES, labour=labour, paint=paint, alternatives=list(alternatives), parameters=PARAMETERS, **more)
    )


def test_both_costs_to_the_cent() -> None:
    result = compared("5.00")
    (check,) = result.repair_checks
    # repair: 5 h body + 2.5 h paint + 40 % material; replacement: 500 + 10 % + 2 % of 500 + 2 h + 2 h paint + 40 % + 30
    assert check.repair == D("500.00") + D("275.00") + D("110.00")
    assert check.replace == D("500.00") + D("50.00") + D("10.00") + D("200.00") + D("220.00") + D("88.00") + D("30.00")
    assert (check.dearer, check.percent) == (False, D("80.6"))
    assert check.line_ids == ("l", "inside", "k")
    assert "replace_cheaper" not in {f.code for f in result.flags}
    assert result.derivation[check.key].value == "repair"


def test_a_dearer_repair_is_flagged_with_both_amounts_and_enters_no_total() -> None:
    result = compared("8.00")
    flag = next(f for f in result.flags if f.code == "replace_cheaper")
    assert (flag.level, flag.edge, flag.line_ids) == ("amber", "point", ("l", "inside", "k"))
    assert "1,185.00 EUR" in flag.reason.en
    assert "1,098.00 EUR" in flag.reason.en
    node = result.derivation["repair_or_replace:door_front:left"]
    assert node.value == "replace"
    assert {"line:l", "line:k"} <= {operand.ref for operand in node.inputs}
    assert compared("8.00", alternatives=()).totals == result.totals


def test_only_the_upper_edge_is_dearer_and_says_so() -> None:
    flag = next(f for f in compared("6.00", high="9.00").flags if f.code == "replace_cheaper")
    assert flag.edge == "upper"
    assert "1,285.00 EUR" in flag.reason.en


def test_a_part_that_is_replaced_or_untouched_is_not_compared() -> None:
    assert compared("5.00", operation="replace").repair_checks == ()
    assert compared("5.00", alternatives=[{**NEW_DOOR, "side": "right"}]).repair_checks == ()
    assert compared("5.00", alternatives=[{**NEW_DOOR, "part": "roof", "side": None}]).repair_checks == ()


def test_dents_and_the_other_material_models_are_compared_too() -> None:
    roof = {"part": "roof", "unit_price": "600.00", "hours": "4.00", "material_points": "50", "material_value": "100"}
    for material, extra in (
        ({"model": "points", "price_per_point": "2.00"}, "100.00"),
        ({"model": "azt_index", "index": "120"}, "120.00"),
        ({"model": "flat", "amount": "99"}, "0.00"),
    ):
        result = run(
            sheet(
                rates=RATES,
                dents=[{"id": "d", "part": "roof", "press_hours": "3.00"}],
                alternatives=[roof],
                parameters={"paint_material": material},
            )
        )
        (check,) = result.repair_checks
        assert check.repair == D("270.00")
        assert check.replace == D("1000.00") + D(extra)
        assert check.key == "repair_or_replace:roof"


@pytest.mark.parametrize(
    ("alternatives", "code"),
    [
        ([NEW_DOOR, NEW_DOOR], "TK-CALC-010"),
        ([{**NEW_DOOR, "rate": "gold"}], "TK-CALC-012"),
        ([{**NEW_DOOR, "unit_price": "-1"}], "TK-CALC-011"),
        ([DOOR], "TK-CALC-006"),
    ],
)
def test_a_bad_alternative_is_refused(alternatives: Any, code: str) -> None:
    with pytest.raises(CalculationError) as caught:
        compared("5.00", alternatives=alternatives)
    assert caught.value.code == code
