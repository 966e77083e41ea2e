"""Codes of other systems: known names are mapped, hearsay is marked, the rest is refused."""

from __future__ import annotations

from typing import Any

import pytest
from calculation_builders import run, sheet

from calculation import CalculationError
from calculation.codes import GT_MARKS, PART, operation_of, trade_of


@pytest.mark.parametrize(
    ("system", "code", "operation", "sure"),
    [
        ("dat", "dis- and  mounting", "remove_install", True),
        ("dat", "Overhaul", "repair", True),
        ("gt", "A+E", "remove_install", True),
        ("autoixpert", "E - ET", PART, True),
        ("autoixpert", "I", "repair", False),
        ("audatex", "N", "remove_install", False),
    ],
)
def test_operations(system: Any, code: str, operation: str, sure: bool) -> None:
    found = operation_of(system, code)
    assert (found.operation, found.sure) == (operation, sure)


@pytest.mark.parametrize(
    ("system", "code"), [("dat", "E"), ("autoixpert", "RIS"), ("autoixpert", "Q"), ("audatex", "X" * 900), ("gt", "")]
)
def test_unknown_operations_are_refused(system: Any, code: str) -> None:
    with pytest.raises(CalculationError) as caught:
        operation_of(system, code)
    assert caught.value.code == "TK-CALC-032"
    assert len(caught.value.message_en) < 400


def test_trades() -> None:
    assert [trade_of("dat", kind) for kind in ("1", "2", "3", "60")] == ["mechanic", "body", "electric", "dents"]
    assert trade_of("autoixpert", "Karosserie") == "body"
    assert trade_of("gt", "Verkleidung") == "trim"
    for system, group in (("dat", "50"), ("dat", "7"), ("audatex", "1")):
        with pytest.raises(CalculationError) as caught:
            trade_of(system, group)  # type: ignore[arg-type]
        assert caught.value.code == "TK-CALC-032"
    assert set(GT_MARKS) == {"I", "NI", "+", "C", "+/-", "-"}


def labour(**line: Any) -> Any:
    rates = {"body": {"hourly": "100.00"}}
    return run(sheet(rates=rates, labour=[{"id": "l", "units": "1.00", "part": "bonnet", **line}]))


def test_a_code_on_a_line_is_checked_against_its_operation() -> None:
    fits = labour(operation="repair", code="overhaul", code_system="dat")
    assert not {f.code for f in fits.flags} & {"operation_code_conflict", "operation_code_unsure"}
    differs = labour(operation="replace", code="overhaul", code_system="dat")
    assert "operation_code_conflict" in {f.code for f in differs.flags}
    hearsay = labour(operation="repair", code="I", code_system="audatex")
    assert "operation_code_unsure" in {f.code for f in hearsay.flags}
    with pytest.raises(CalculationError) as caught:
        labour(code="RIS", code_system="autoixpert")
    assert [(p.code, p.line_id) for p in caught.value.problems] == [("TK-CALC-032", "l")]
