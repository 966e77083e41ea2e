"""Every one of the thirty outer parts can be calculated fully from the shipped tables, in every segment, part by part."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from calculation import calculate
from calculation.model import CalculationInput, LabourLine, PaintLine, PaintOption, Parameters, PartLine, Settlement
from pricing_tables import TableError, tables_on
from pricing_tables.store import DATA
from pricing_tables.tables import Tables
from pricing_tables.vocabulary import (
    MATERIAL_MODELS,
    OPERATIONS,
    PAINT_LEVELS,
    PARTS,
    REPAIRABLE,
    SEGMENTS,
    SIDE_COST_KINDS,
    SIZE_CLASSES,
    WELDED,
    substrate,
)

DAY = date(2026, 11, 23)
PAINTED = [part for part in PARTS if substrate(part) != "none"]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return tables_on(DAY, DATA)


@pytest.mark.parametrize("segment", SEGMENTS)
@pytest.mark.parametrize("part", PARTS)
def test_a_part_can_be_calculated_fully(tables: Tables, part: str, segment: str) -> None:
    """Price, replacement, taking off and on, repair by severity, every paint level with its material, through the engine."""
    size = tables.size_class(segment)
    price = tables.part_price(part, None, segment)
    jobs = [("replace", None)]
    if part not in WELDED:
        jobs.append(("remove_install", None))
    jobs += [("repair", severity) for severity in REPAIRABLE.get(part, ())]
    labour = [tables.job_time(part, operation, segment, severity) for operation, severity in jobs]
    paint = []
    if substrate(part) != "none":
        tables.preparation_time(substrate(part), size)
        for level in PAINT_LEVELS:
            assert tables.paint_points(part, level, size).value > 0
            assert tables.paint_value(part, level, size).value > 0
            paint.append((level, tables.paint_time(part, level, size)))
    rates, _ = tables.hourly_rates()
    result = calculate(
        CalculationInput(
            parameters=Parameters(
                price_date=DAY, vat_rate=tables.vat_rate().value, paint_material=tables.paint_material()
            ),
            rates=rates,
            parts=(PartLine(id="p", unit_price=price.value, table="part_prices", table_key=price.key),),
            labour=tuple(
                LabourLine(
                    id=f"l{i}", units=found.value, low=found.low, high=found.high, rate=found.rate, table="job_times"
                )
                for i, found in enumerate(labour)
            ),
            paint=tuple(
                PaintLine(id=f"k{i}", level=level, hours=found.value, low=found.low, high=found.high)  # type: ignore[arg-type]
                for i, (level, found) in enumerate(paint)
            ),
            settlement=Settlement(regime="liability"),
            table_references=tables.references,
        )
    )
    assert result.totals.gross > price.value
    for found in (price, *labour, *(found for _, found in paint)):
        assert found.source
        assert found.demonstration
        assert found.value > 0
        assert found.low <= found.value <= found.high


def test_repair_times_exist_for_nothing_else(tables: Tables) -> None:
    repaired = {
        (row["part"], row["severity"]) for row in tables.table("job_times").rows if row["operation"] == "repair"
    }
    assert repaired == {(part, severity) for part, severities in REPAIRABLE.items() for severity in severities}
    off = {row["part"] for row in tables.table("job_times").rows if row["operation"] == "remove_install"}
    assert off == set(PARTS) - WELDED


def test_every_linked_work_can_be_priced(tables: Tables) -> None:
    for row in tables.table("job_links").rows:
        for segment in SEGMENTS:
            assert tables.job_time(row["other_part"], row["other_operation"], segment).value > 0
            severity = "minor" if row["operation"] == "repair" else None
            assert tables.job_time(row["part"], row["operation"], segment, severity).value > 0


@pytest.mark.parametrize(
    ("part", "operation", "effect", "other"),
    [
        ("bumper_front", "replace", "includes", ("parking_sensor", "remove_install")),
        ("bumper_front", "replace", "includes", ("fog_lamp", "remove_install")),
        ("bumper_front", "replace", "may_trigger", ("headlamp", "adjust")),
        ("bumper_front", "replace", "may_trigger", ("wheel_arch_liner", "remove_install")),
        ("bumper_front", "replace", "may_trigger", ("parking_sensor", "check")),
        ("headlamp", "replace", "triggers", ("headlamp", "adjust")),
        ("door_front", "replace", "includes", ("mirror", "remove_install")),
        ("door_front", "replace", "includes", ("side_window", "remove_install")),
        ("door_front", "replace", "includes", ("door_trim_strip", "remove_install")),
        ("door_front", "replace", "includes", ("door_handle", "remove_install")),
        ("door_front", "replace", "triggers", ("side_window", "check")),
        ("door_rear", "replace", "triggers", ("door_rear", "auxiliary")),
        ("fender", "replace", "triggers", ("bumper_front", "remove_install")),
        ("fender", "replace", "triggers", ("headlamp", "adjust")),
        ("fender", "replace", "may_trigger", ("sill", "check")),
        ("boot_lid", "replace", "includes", ("tail_lamp", "remove_install")),
        ("boot_lid", "replace", "may_trigger", ("boot_lid", "calibrate")),
        ("windscreen", "replace", "triggers", ("windscreen", "calibrate")),
        ("quarter_panel", "replace", "triggers", ("tail_lamp", "remove_install")),
        ("quarter_panel", "replace", "triggers", ("bumper_rear", "remove_install")),
        ("quarter_panel", "replace", "may_trigger", ("rear_window", "remove_install")),
        ("sill", "replace", "triggers", ("sill", "auxiliary")),
        ("roof", "replace", "triggers", ("roof", "auxiliary")),
        ("wheel", "replace", "triggers", ("wheel", "check")),
    ],
)
def test_the_work_of_a_car_hangs_together(
    tables: Tables, part: str, operation: str, effect: str, other: tuple[str, str]
) -> None:
    linked = {(link.part, link.operation): link for link in tables.links(part, operation) if link.effect == effect}
    assert other in linked
    assert linked[other].reason_de
    assert linked[other].reason_en


def test_welded_parts_and_metal_parts_bolted_on_get_cavity_wax(tables: Tables) -> None:
    for part in ("fender", "door_front", "door_rear", "bonnet", "boot_lid", "quarter_panel", "sill", "roof"):
        triggered = {(link.part, link.operation) for link in tables.links(part, "replace") if link.effect == "triggers"}
        assert (part, "auxiliary") in triggered


def test_no_job_triggers_and_includes_the_same_work(tables: Tables) -> None:
    for part in PARTS:
        for operation in OPERATIONS:
            seen = [(link.part, link.operation) for link in tables.links(part, operation)]
            assert len(seen) == len(set(seen)), (part, operation)


def test_material_models_and_what_they_need(tables: Tables) -> None:
    assert tables.paint_material().model == "percent_of_wage"
    assert {tables.paint_material(model).model for model in MATERIAL_MODELS} == set(MATERIAL_MODELS)
    points = tables.paint_material("points")
    assert (points.price_per_point, points.constant) == (Decimal("3.80"), Decimal("49.70"))
    # Printed in a public sample: fender 18 and bonnet 57 points.
    assert tables.paint_points("fender", "new", "medium").value == 18
    assert tables.paint_points("bonnet", "new", "medium").value == 57
    assert "keine AZT-Zahl" in tables.paint_value("bonnet", "new", "medium").source
    with pytest.raises(TableError) as caught:
        tables.paint_material("weight")
    assert caught.value.code == "TK-TABLE-002"


def test_paint_options_and_side_costs(tables: Tables) -> None:
    # Every option that the engine knows has a time.
    for option in get_args(PaintOption):
        assert tables.paint_option(option).value > 0
        assert tables.paint_option(option).assumption
    assert {row["kind"] for row in tables.table("side_costs").rows} == set(SIDE_COST_KINDS)
    assert not tables.side_cost("transfer").assumption
    assert tables.side_cost("cleaning").assumption


def test_workshop_sheets_give_the_terms_of_a_calculation(tables: Tables) -> None:
    names = tables.workshops()
    assert len(names) == 3
    assert all("Demonstration" in name for name in names)
    first, second, third = (tables.workshop(name) for name in names)
    assert first.rates["paint"].hourly == Decimal("184.87")
    assert first.rates["body"].table_key == (names[0], "body")
    assert (first.upe_percent, first.small_parts_percent) == (Decimal(10), Decimal(2))
    assert first.transfer == ("flat", Decimal("139.50"))
    assert first.paint_material.percent == Decimal(25)
    assert (second.paint_material.model, second.paint_material.index) == ("azt_index", Decimal(100))
    assert second.paint_system == "azt"
    assert third.transfer == ("body", Decimal("1.00"))
    # Flat per hour is stated as the percentage of the paint wage that gives the same money.
    assert round(Decimal("164.50") * third.paint_material.percent / 100, 2) == Decimal("41.00")


def test_size_classes_of_all_paint_tables_agree(tables: Tables) -> None:
    times = {(r["part"], r["level"], r["size_class"]) for r in tables.table("paint_times").rows}
    points = {(r["part"], r["level"], r["size_class"]) for r in tables.table("paint_points").rows}
    assert times == points
    assert {size for _, _, size in times} == set(SIZE_CLASSES)


def test_demonstration_reaches_people(tables: Tables) -> None:
    for reference in tables.references:
        if reference.name in {"vat", "policy"}:
            assert not reference.demonstration
        else:
            assert reference.demonstration
            assert "Demonstration" in reference.source
