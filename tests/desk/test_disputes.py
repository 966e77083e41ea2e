"""Repair against replacement, ways of the settlement and disputed items, as the desk lists them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from calculation import calculate, input_from_json, result_to_json
from workbench.desk.components.disputes import disputes

EXAMPLE = json.loads((Path(__file__).parents[1] / "calculation" / "example.json").read_text(encoding="utf-8"))


@pytest.fixture
def result() -> dict[str, Any]:
    data = copy.deepcopy(EXAMPLE)
    data["settlement"] = {
        "regime": "liability", "leased": False, "financed": False,
        "replacement": {"amount": "5000", "stated_by": "SV"}, "residual": {"amount": "1500", "stated_by": "SV"},
    }  # fmt: skip
    data["labour"].append({"id": "lx", "part": "fender", "side": "left", "operation": "repair", "units": "6"})
    data["alternatives"] = [{"part": "fender", "side": "left", "unit_price": "238", "hours": "1.6"}]
    return result_to_json(calculate(input_from_json(data)), explain=True)


def _text(part: Any) -> str:
    if isinstance(part, str | None):
        return part or ""
    if isinstance(part, list):
        return " ".join(_text(each) for each in part)
    return _text(getattr(part, "children", None))


def test_all_three_lists_stand_with_their_figures(result: dict[str, Any]) -> None:
    checks, ways, items = (_text(section) for section in disputes(result))
    assert "Kotflügel links" in checks
    assert "840,00\xa0€" in checks
    assert "Ersetzen ist günstiger" in checks
    assert ways.count("trifft zu") == 1
    assert "UPE-Aufschlag" in items
    assert "BGH VI ZR 65/18" in items


def test_each_figure_can_be_asked_why(result: dict[str, Any]) -> None:
    asked = set()
    for section in disputes(result):
        for each in section._traverse():
            properties = getattr(each, "to_plotly_json", dict)().get("props", {})
            asked |= {properties["data-why"]} if "data-why" in properties else set()
    assert {"repair_or_replace:fender:left", "way:stage_1", "way:stage_4", "item:upe_markup"} <= asked
    assert asked <= result["derivation"].keys()


def test_a_result_without_them_has_no_lists() -> None:
    assert disputes({"derivation": {}}) == []
