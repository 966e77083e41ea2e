"""Every value of a result has its derivation: the result's dataclasses are walked field by field.

A new field without an entry here fails the test, so that no figure gets onto the screen without its tree.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from calculation_builders import run, sheet

from calculation import CalculationResult, calculate, input_from_json
from calculation.derivation import walk
from calculation.result import (
    Band,
    LimitCheck,
    LineResult,
    QuotaPrivilege,
    RepairCheck,
    SettlementResult,
    Totals,
    ValueEstimate,
)

EXAMPLE = json.loads((Path(__file__).parent / "example.json").read_text(encoding="utf-8"))

#: Everything that a sheet can hold at once.
RICH: dict[str, Any] = {
    "parameters": {
        "price_date": "2026-11-23", "vat_rate": "0.19", "small_parts_percent": "2", "small_parts_base": "parts_with_markup",
        "upe_markup_percent": "10", "procurement_percent": "3", "procurement_max": "15", "exchange_part_tax": True,
        "parts_disposal_percent": "1", "units_per_hour": {"AW": "12"}, "labour_setup_percent": "5", "paint_system": "azt",
        "paint_material": {"model": "points", "price_per_point": "3.80", "constant": "49.70", "disposal_percent": "2",
                           "source": "Aushang", "stated_on": "2026-11-01", "table": "paint_material"},
        "other_preparation_percent": "50", "preparation_plastic_percent": "80", "dent_setup_hours": "0.60",
    },
    "rates": {
        "body": {"hourly": "131.37", "table": "hourly_rates", "label": "Karosserie"}, "body_2": {"hourly": "140.00"},
        "paint": {"hourly": "155.55"}, "dents": {"hourly": "97.01"},
    },
    "parts": [
        {"id": "p1", "label": "Tür", "unit_price": "745.00", "low": "600", "high": "900", "table": "part_prices",
         "pre_damage": {"share": "0.25", "reason": "Kratzer", "photo": "Foto 2"}},
        {"id": "p2", "unit_price": "400.00", "part_origin": "exchange", "discount_percent": "5", "marked_up": False},
        {"id": "p3", "unit_price": "9.90", "small_parts": False, "included_in": ["p1"]},
    ],
    "labour": [
        {"id": "l1", "units": "1.50", "surcharge_percent": "25", "difficulty_percent": "10", "level": 2},
        {"id": "l2", "unit": "AW", "units": "7", "low": "5", "high": "12", "part": "roof"},
        {"id": "l3", "flat_amount": "80.00"},
        {"id": "l4", "units": "3", "active": False},
    ],
    "paint": [
        {"id": "k0", "level": "preparation", "substrate": "plastic", "hours": "0.80"},
        {"id": "k1", "level": "repair_lt_50", "system_level": "III", "hours": "2.10", "material_points": "18", "low": "2", "high": "3",
         "part": "roof"},
        {"id": "k2", "level": "other", "option": "colour_sample", "count": 2, "hours": "0.25", "material_points": "1"},
    ],
    "dents": [{"id": "d1", "press_hours": "1.50", "aluminium_percent": "25", "finish_hours": "0.25", "part": "roof"}],
    "incidentals": [{"id": "i1", "amount": "25.00"}, {"id": "i2", "unit": "AW", "units": "6", "rate": "body"}],
    "deductions": [
        {"id": "a1", "kind": "discount", "base": "part_lines", "percent": "5"},
        {"id": "a2", "kind": "surcharge", "base": "total", "percent": "1"},
        {"id": "a3", "kind": "new_for_old", "base": "line", "line_id": "p2", "percent": "10", "has_gain": True, "gain": "neu",
         "reason_text": "Reifen"},
        {"id": "a4", "kind": "betterment", "amount": "20.00", "taxed": False, "reason_text": "steuerneutral"},
        {"id": "a5", "kind": "new_for_old", "amount": "9.00", "has_gain": False, "reason_text": "ohne Vorteil"},
    ],
    "alternatives": [{"part": "roof", "unit_price": "300.00", "hours": "1.00", "paint_hours": "1.00", "table": "part_prices"}],
    "settlement": {"regime": "kasko", "excess": "300.00", "leased": False, "financed": False,
                   "replacement": {"amount": "14500.00"}, "residual": {"amount": "6100.00"}},
    "vehicle": {"list_price": "28500.00", "first_registration": "2019-03-14", "mileage_km": 142000},
    "value_band": {"anchors": [{"years": "0", "low": "1", "high": "1"}, {"years": "10", "low": "0.2", "high": "0.3"}]},
    "table_references": [
        {"name": "part_prices", "version": "2026.1", "valid_from": "2026-01-01", "source": "Mittelwerte", "demonstration": True},
        {"name": "hourly_rates", "version": "2026.2", "valid_from": "2026-02-01", "source": "Aushang"},
    ],
}  # fmt: skip


def variants() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "example", EXAMPLE
    yield "rich", RICH
    for base in ("parts", "labour", "amount"):
        changed = {**RICH["parameters"], "small_parts_base": base, "small_parts_amount": "12.00"}
        yield f"small parts by {base}", {**RICH, "parameters": changed}
    for model in ("percent_of_wage", "azt_index", "flat", "in_wage"):
        material = {"model": model, "percent": "40", "amount": "180", "index": "120"}
        yield model, {**RICH, "parameters": {**RICH["parameters"], "paint_material": material, "procurement_max": None}}
    plain = {**RICH["parameters"], "procurement_percent": "0", "procurement_max": None, "procurement_amount": "9.00"}
    yield "plain", {**RICH, "parameters": plain, "deductions": [], "settlement": {"regime": "liability"}}
    yield "empty", sheet()
    liability = {
        "regime": "liability", "leased": False, "financed": False, "quota": "0.70", "lump_sum": "25.00",
        "value_loss": {"amount": "200.00", "basis": "gross"}, "residual": {"amount": "6100.00"},
        "other_items": [{"id": "report", "label": "Gutachten", "amount": "450.00", "congruent": True}],
    }  # fmt: skip
    for stage, value in ((1, "14500.00"), (2, "6500.00"), (3, "3000.00"), (4, "1500.00")):
        residual = {"amount": "500.00" if stage > 2 else "4000.00"}
        stated = {**liability, "replacement": {"amount": value}, "residual": residual}
        yield f"liability stage {stage}", {**RICH, "settlement": stated}
    yield "partly paid", {**RICH, "settlement": {**liability, "already_paid": "300.00", "quota": "1"}}
    yield "quota privilege", {**RICH, "settlement": {**liability, "own_insurer_paid": "1500.00"}}


CASES = dict(variants())


@dataclass(frozen=True)
class At:
    """Where a value is derived: a node, or an input of one."""

    key: str
    operand: bool = False


#: Names and marks, not figures.
PLAIN = At("")

TOTALS: dict[str, At] = {
    **{f.name: At(f.name) for f in fields(Totals)},
    "labour_by_rate": At("labour:{}"),
    "labour_hours": At("labour:{}", operand=True),
    "hours_by_rate": At("hours:{}"),
}
LINE: dict[str, At] = {
    "amount": At("line:{}"),
    "quantity": At("line:{}", operand=True),
    "unit_price": At("line:{}", operand=True),
    "low": At("line:{}", operand=True),
    "high": At("line:{}", operand=True),
    "included_in": At("line:{}", operand=True),
    **dict.fromkeys(("id", "block", "unit", "counts", "marked", "signs"), PLAIN),
}
BAND: dict[str, At] = {"low": At("{}"), "high": At("{}"), "point": At("{}", operand=True)}
LIMIT: dict[str, At] = {
    **{f.name: At("limit", operand=True) for f in fields(LimitCheck)},
    **dict.fromkeys(("basis", "over", "over_at_upper_edge"), PLAIN),
}
ESTIMATE: dict[str, At] = {
    "age_years": At("value_low", operand=True),
    "mileage_percent": At("value_low", operand=True),
    "low": At("value_low"),
    "high": At("value_high"),
    "share_low": At("value_low"),
    "share_high": At("value_high"),
    "repair_ratio": At("repair_ratio"),
    "repair_ratio_least": At("repair_ratio_least"),
    "against": PLAIN,
    "collapsed": PLAIN,
}
REPAIR: dict[str, At] = {
    "repair": At("{}"),
    "replace": At("{}"),
    "repair_high": At("{}", operand=True),
    **dict.fromkeys(("part", "side", "percent", "dearer", "dearer_at_upper_edge", "line_ids"), PLAIN),
}


SETTLEMENT: dict[str, At] = {
    **{f.name: At(f.name) for f in fields(SettlementResult)},
    "limit_130": At("stage"),
    "already_paid": At("open_amount", operand=True),
    **dict.fromkeys(("regime", "mode", "basis", "privilege", "reference"), PLAIN),
}
PRIVILEGE: dict[str, At] = {f.name: At(f"privilege.{f.name}") for f in fields(QuotaPrivilege)}


def values(value: Any, places: dict[str, At], name: str = "") -> Iterator[tuple[str, At, str]]:
    """Field, place and figure of every figure of a dataclass that is not nothing."""
    assert {f.name for f in fields(value)} == set(places), "a field of the result has no derivation named here"
    for field, place in places.items():
        found = getattr(value, field)
        if place is PLAIN or not found:
            continue
        if isinstance(found, dict):
            yield from ((field, At(place.key.format(key), place.operand), str(v)) for key, v in found.items() if v)
        else:
            yield field, At(place.key.format(name), place.operand), str(found)


def figures(result: CalculationResult) -> Iterator[tuple[str, At, str]]:
    """Every figure of the sheet, the bands, the limit, the estimate and the comparisons."""
    yield from values(result.totals, TOTALS)
    for line in result.lines:
        yield from _line(line)
    for name in ("net_band", "gross_band", "payout_band"):
        yield from values(getattr(result, name), BAND, name)
    yield from values(result.limit, LIMIT)
    if result.value_estimate is not None:
        yield from values(result.value_estimate, ESTIMATE)
    for check in result.repair_checks:
        yield from values(check, REPAIR, check.key)
    for field, place, figure in values(result.settlement, SETTLEMENT):
        nothing_paid = field == "open_amount" and not result.settlement.already_paid
        if (field, figure) not in _AS_IT_IS and not nothing_paid:
            yield field, place, figure
    if result.settlement.privilege is not None:
        yield from values(result.settlement.privilege, PRIVILEGE)


#: The whole of a claim is no share of it; that it is a total loss is no figure (its node says ``yes``).
_AS_IT_IS = {("quota", "1"), ("total_loss", "True")}


def _line(line: LineResult) -> Iterator[tuple[str, At, str]]:
    """A line that counts; a band that is only the point has nothing to derive, nor has the one piece of a flat amount."""
    for field, place, figure in values(line, LINE, line.id):
        if field in {"low", "high"} and line.low == line.amount == line.high:
            continue
        if field in {"quantity", "unit_price"} and (line.unit == "EUR" or not line.counts or line.included_in):
            continue
        yield field, place, figure


@pytest.mark.parametrize("name", CASES)
def test_every_figure_has_its_derivation(name: str) -> None:
    result = run(CASES[name])
    for field, place, figure in figures(result):
        node = result.derivation.get(place.key)
        assert node is not None, (field, place.key)
        shown = {operand.value for operand in node.inputs}
        if place.operand:
            assert figure in shown | {node.value}, (field, place.key, figure, shown)
        else:
            assert figure == node.value or _written(figure) in node.numbers, (field, place.key, figure, node.value)


def _written(figure: str) -> str:
    return f"{Decimal(figure):,f}"


@pytest.mark.parametrize("name", CASES)
def test_every_node_says_how_and_from_what(name: str) -> None:
    derivation = run(CASES[name]).derivation
    for key, node in derivation.items():
        assert key == node.key
        assert all((node.name.de, node.name.en, node.words.de, node.words.en, node.numbers, node.numbers_de)), key
        for operand in node.inputs:
            assert operand.name.de, key
            assert operand.name.en, key
            assert operand.ref is None or operand.ref in derivation, (key, operand.ref)
            assert operand.ref != key, key
        if node.rule is not None:
            assert all((node.rule.de, node.rule.en)), key


def test_a_figure_of_a_table_names_table_version_date_and_source() -> None:
    derivation = run(RICH).derivation
    found = derivation["line:p1"]
    assert (found.table, found.table_version, found.table_date, found.table_source, found.demonstration) == (
        "part_prices", "2026.1", "2026-01-01", "Mittelwerte", True,
    )  # fmt: skip
    assert derivation["labour:body"].table_version == "2026.2"
    assert derivation["paint_material_constant"].source == "Aushang 2026-11-01"
    sources = {operand.source for operand in found.inputs}
    assert "table:part_prices" in sources


def test_from_the_payout_every_line_that_counts_can_be_reached() -> None:
    result = run(RICH)
    reached = {node.key for _, node in walk(result.derivation, "payout")}
    assert {f"line:{line.id}" for line in result.lines if line.amount} <= reached


def test_the_references_run_in_no_circle() -> None:
    derivation = run(RICH).derivation
    done: set[str] = set()

    def visit(key: str, above: frozenset[str]) -> None:
        assert key not in above, key
        if key not in done:
            for operand in derivation[key].inputs:
                if operand.ref:
                    visit(operand.ref, above | {key})
            done.add(key)

    for key in derivation:
        visit(key, frozenset())


def test_without_a_derivation_the_figures_are_the_same() -> None:
    value = input_from_json(RICH)
    explained, plain = calculate(value), calculate(value, explain=False)
    assert plain.derivation == {}
    assert (explained.totals, explained.lines, explained.settlement) == (plain.totals, plain.lines, plain.settlement)


@pytest.mark.parametrize(
    ("cls", "places"),
    [(Totals, TOTALS), (LineResult, LINE), (Band, BAND), (LimitCheck, LIMIT), (ValueEstimate, ESTIMATE),
     (RepairCheck, REPAIR), (SettlementResult, SETTLEMENT), (QuotaPrivilege, PRIVILEGE)],
)  # fmt: skip
def test_the_classes_are_walked(cls: type[Any], places: dict[str, At]) -> None:
    assert {f.name for f in fields(cls)} == set(places)
