"""Portfolios and versions of tables for the tests: made from the tables themselves, then bent."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from calculation import CalculationInput, input_to_json
from calculation.model import TableReference
from pricing_tables import Table, Tables, tables_on
from workbench.cases.suggestions import ClaimFacts, SuggestionFinding, VehicleFacts, base_input, suggest, with_lines
from workbench.impact.batch import Stored

DAY = date(2026, 11, 23)
D = Decimal
PARTS = (
    "bumper_front", "bumper_rear", "bonnet", "headlamp", "fender", "grille", "door_front", "door_rear", "mirror", "tailgate",
    "rear_lamp", "quarter_panel", "roof", "sill",
)  # fmt: skip
POSTCODES = ("10439", "16949", "74747", "58313", "40223", "99999", None)


def base_tables() -> Tables:
    return tables_on(DAY)


def table_set(tables: Tables) -> dict[str, Table]:
    return {reference.name: tables.table(reference.name) for reference in tables.references}


def bent(
    tables: Tables, change: Callable[[str, dict[str, Any]], dict[str, Any] | None], version: str = "try-1"
) -> Tables:
    """The tables with rows changed; ``change`` gives the new row, or None to leave it out."""
    made: dict[str, Table] = {}
    for name, table in table_set(tables).items():
        rows = []
        for row in table.rows:
            fresh = change(name, dict(row))
            if fresh is not None:
                rows.append(fresh)
        same = [dict(row) for row in table.rows] == rows
        made[name] = table if same else replace(table, version=version, rows=tuple(rows), sha256="0" * 64)
    return Tables(tables.day, made)


def dearer(tables: Tables, seed: int = 1) -> Tables:
    """Every figure that counts moved a little, up or down, each row differently."""
    rng = random.Random(seed)

    def moved(value: Decimal) -> Decimal:
        return (value * D(rng.randint(90, 125)) / 100).quantize(D("0.01"))

    def change(name: str, row: dict[str, Any]) -> dict[str, Any]:
        if name == "part_prices":
            price = moved(row["price"])
            row |= {"price": price, "low": (price * D("0.8")).quantize(D("0.01")), "high": moved(price * D("1.4"))}
        elif name in {"job_times", "paint_times"}:
            hours = moved(row["hours"])
            row |= {"hours": hours, "low": min(hours, moved(row["low"])), "high": max(hours, moved(row["high"]))}
        elif name == "hourly_rates":
            row |= {key: moved(row[key]) for key in ("mechanic", "body", "electric", "paint", "dents")}
        elif name == "side_costs":
            row |= {"value": moved(row["value"]), "high": moved(row["value"]) * 2}
        elif name == "markups":
            row |= {"value": row["value"] + 1}
        elif name == "paint_material":
            row |= {
                key: moved(row[key])
                for key in ("percent", "price_per_point", "constant", "index", "amount")
                if row[key]
            }
        elif name == "dents" and row["name"] in {"setup_hours", "finish_hours", "hours_per_dent"}:
            row |= {"value": moved(row["value"])}
        elif name == "policy":
            row |= {"limit": D("4500.00")}
        elif name == "list_prices":
            row |= {"price": moved(row["price"])}
        elif name == "value_band" and row["years"] == 3:
            row |= {"low": D("0.48")}
        return row

    return bent(tables, change)


def proposed(rng: random.Random, tables: Tables, parts: int) -> CalculationInput:
    """A calculation as the desk proposes it from findings."""
    findings = [
        SuggestionFinding(
            id=f"f{number}",
            photo_id=f"ph{number}",
            category=rng.choice(["dent", "scratch", "crack", "glass_shatter", "lamp_broken"]),
            part=rng.choice(PARTS),
            side=rng.choice(["left", "right", None]),
            severity=rng.choice(["minor", "moderate", "severe", None]),
            confirmed=True,
        )
        for number in range(parts)
    ]
    vehicle = VehicleFacts(
        make="Muster",
        model="Modell",
        length_mm=rng.choice([3900, 4300, 4700]),
        height_mm=rng.choice([1450, 1650]),
        first_registration=date(rng.randint(2008, 2025), rng.randint(1, 12), 1),
        mileage_km=rng.choice([None, rng.randint(1000, 250_000)]),
    )
    regime: Any = rng.choice(["kasko", "liability"])
    claim = ClaimFacts(
        regime=regime,
        claim_number=f"P-{rng.randint(0, 10**9):09d}",
        loss_date=date(2026, 11, rng.randint(1, 20)),
        excess=rng.choice([D("150.00"), D("300.00"), D("1000.00")]),
        quota=rng.choice([D(1), D("0.5"), D("0.7")]),
        postcode=rng.choice(POSTCODES),
        input_tax_deduction=rng.random() < 0.2,
    )
    frame = base_input(vehicle, claim, tables, DAY)
    return with_lines(frame, suggest(findings, vehicle, tables, regime=regime))


def stored(data: CalculationInput, state: str = "draft") -> Stored:
    """As it lies in the database."""
    raw = json.dumps(input_to_json(data), ensure_ascii=False).encode()
    return Stored(data.header.claim_number, state, raw)


def references(tables: Tables) -> tuple[TableReference, ...]:
    return tables.references
