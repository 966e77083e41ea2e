"""Edits of a draft: what was typed becomes exact values, or changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from calculation import calculate, input_from_json, input_to_json
from workbench.desk import draft_edit
from workbench.desk.draft_edit import EditError
from workbench.desk.sheet_columns import NEW_LINES

EXAMPLE = Path(__file__).parents[1] / "calculation" / "example.json"


@pytest.fixture
def draft() -> dict[str, Any]:
    return input_to_json(input_from_json(json.loads(EXAMPLE.read_text(encoding="utf-8"))))


def test_a_price_is_typed(draft: dict[str, Any]) -> None:
    draft_edit.set_cell(draft, "p1", "price", "1.234,50", by="Anna")
    line = draft["parts"][0]
    assert line["unit_price"] == "1234.50"
    assert line["override"] == {"reason": "", "by": "Anna", "previous": "unit_price: 484.00"}
    assert calculate(input_from_json(draft)).line("p1").marked


def test_the_same_value_is_no_change(draft: dict[str, Any]) -> None:
    before = draft_edit.copy_of(draft)
    draft_edit.set_cell(draft, "p1", "price", "484,00", by="Anna")
    draft_edit.set_cell(draft, "p1", "quantity", "1,00", by="Anna")
    assert draft == before


@pytest.mark.parametrize(
    ("line", "column", "typed"),
    [
        ("p1", "price", "abc"), ("p1", "price", "-1"), ("p1", "price", ""), ("p1", "what", "stolen"), ("p1", "amount", "1"),
        ("p1", "unit", "h"), ("gone", "price", "1"), ("l1", "detail", "no_rate"), ("k1", "quantity", "9999"), ("p1", "label", "x" * 301),
    ],
)  # fmt: skip
def test_nonsense_changes_nothing(draft: dict[str, Any], line: str, column: str, typed: str) -> None:
    before = draft_edit.copy_of(draft)
    with pytest.raises(EditError):
        draft_edit.set_cell(draft, line, column, typed, by="Anna")
    assert draft == before


@pytest.mark.parametrize("block", list(NEW_LINES))
def test_a_new_line_of_each_kind_can_be_calculated(draft: dict[str, Any], block: str) -> None:
    draft_edit.add_line(draft, block, "m1")
    draft_edit.add_line(draft, block, "m1")
    assert [line["id"] for line in draft[block]].count("m1") == 1
    if block == "deductions":
        draft_edit.set_cell(draft, "m1", "detail", "Vorschaden", by="Anna")
    assert calculate(input_from_json(draft)).line("m1").amount == 0


def test_hostile_ids_and_blocks_are_refused(draft: dict[str, Any]) -> None:
    for block, line in (("parts", "<script>"), ("header", "m1"), ("parts", ""), ("parts", "x" * 41)):
        with pytest.raises(EditError):
            draft_edit.add_line(draft, block, line)


def test_deleting_leaves_no_pointer_behind(draft: dict[str, Any]) -> None:
    draft_edit.delete_line(draft, "l1")
    draft_edit.delete_line(draft, "l1")
    assert all("l1" not in (line.get("included_in") or ()) for line in draft["labour"])
    assert calculate(input_from_json(draft)).line("l2").amount > 0


def test_incidental_is_an_amount_or_a_time(draft: dict[str, Any]) -> None:
    draft_edit.set_cell(draft, "i2", "price", "80,00", by="Anna")
    assert calculate(input_from_json(draft)).line("i2").amount == 80


def test_parameters(draft: dict[str, Any]) -> None:
    draft_edit.set_parameter(draft, "vat", "16", by="Anna")
    draft_edit.set_parameter(draft, "rate:body", "150,50", by="Anna")
    draft_edit.set_parameter(draft, "price_date", "01.12.2026", by="Anna")
    draft_edit.set_parameter(draft, "replacement", "9.500,00", by="Anna")
    draft_edit.set_parameter(draft, "residual", "", by="Anna")
    draft_edit.set_parameter(draft, "airbag", "unknown", by="Anna")
    assert draft["parameters"]["vat_rate"] == "0.16"
    assert draft["rates"]["body"]["hourly"] == "150.50"
    assert draft["rates"]["body"]["table"] is None
    assert draft["parameters"]["price_date"] == "2026-12-01"
    assert draft["settlement"]["replacement"]["amount"] == "9500.00"
    assert draft["settlement"]["replacement"]["stated_by"] == "Anna"
    assert draft["settlement"]["residual"] is None
    calculate(input_from_json(draft))


@pytest.mark.parametrize(
    ("name", "typed"),
    [("vat", "190"), ("small_parts", "10"), ("rate:body", "0"), ("rate:gold", "5"), ("nothing", "1"), ("price_date", "31.02.2026"),
     ("airbag", "perhaps"), ("replacement_tax", "free")],
)  # fmt: skip
def test_wrong_parameters(draft: dict[str, Any], name: str, typed: str) -> None:
    before = draft_edit.copy_of(draft)
    with pytest.raises(EditError):
        draft_edit.set_parameter(draft, name, typed, by="Anna")
    assert draft == before


def test_line_limit(draft: dict[str, Any]) -> None:
    for number in range(2000):
        try:
            draft_edit.add_line(draft, "parts", f"m{number}")
        except EditError:
            break
    assert len(draft["parts"]) < 1001
