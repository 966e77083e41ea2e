"""A workshop's rate sheet as the terms of a calculation: rates, mark-ups, transfer, paint system and material (RULES e.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from calculation.model import PaintMaterial, PaintSystem, Rate
from calculation.money import HUNDRED, round_to

#: Name of an hourly rate in a calculation and its German label.
RATE_NAMES: Final[dict[str, str]] = {
    "body": "Karosserie",
    "mechanic": "Mechanik",
    "electric": "Elektrik",
    "paint": "Lack",
    "dents": "Dellen",
}
#: Decimals of a percentage that stands for an amount per hour: exact to the cent up to a wage of 100,000 EUR.
PERCENT_PLACES: Final = 8


@dataclass(frozen=True, slots=True)
class WorkshopTerms:
    """What one workshop charges; all amounts net.

    Attributes:
        name, region: which workshop, first two digits of its postcode (DE = nationwide, empty = unknown).
        rates: hourly rate by name.
        upe_percent, small_parts_percent: mark-ups.
        transfer: ``("none", 0)``, ``("flat", EUR)`` or ``(name of a rate, hours)``.
        paint_system: azt, manufacturer, euro_lack or manual.
        paint_material: the material model.
        source: where the sheet comes from.
    """

    name: str
    region: str
    rates: dict[str, Rate]
    upe_percent: Decimal
    small_parts_percent: Decimal
    transfer: tuple[str, Decimal]
    paint_system: PaintSystem
    paint_material: PaintMaterial
    source: str


def percent_of_hour(per_hour: Decimal, wage: Decimal) -> Decimal:
    """The percentage of the paint wage that gives ``per_hour`` EUR of material for each paint hour."""
    return round_to(per_hour * HUNDRED / wage, PERCENT_PLACES)


def material_model(kind: str, value: Decimal, paint_wage: Decimal, table: str | None = None) -> PaintMaterial:
    """The engine's material model of a sheet's ``percent``, ``index`` or ``flat_per_hour``."""
    if kind == "index":
        return PaintMaterial(model="azt_index", index=value, table=table)
    percent = value if kind == "percent" else percent_of_hour(value, paint_wage)
    return PaintMaterial(model="percent_of_wage", percent=percent, table=table)


def workshop_terms(row: Mapping[str, Any]) -> WorkshopTerms:
    """The terms of a row of ``workshop_rates``."""
    name = str(row["workshop"])
    columns = {rate: "paint_wage" if rate == "paint" else rate for rate in RATE_NAMES}
    return WorkshopTerms(
        name=name,
        region=str(row["region"]),
        rates={
            rate: Rate(hourly=row[column], label=RATE_NAMES[rate], table="workshop_rates", table_key=(name, column))
            for rate, column in columns.items()
        },
        upe_percent=row["upe_percent"],
        small_parts_percent=row["small_parts_percent"],
        transfer=(str(row["transfer_kind"]), row["transfer_value"]),
        paint_system=row["paint_system"],
        paint_material=material_model(
            str(row["material_kind"]), row["material_value"], row["paint_wage"], "workshop_rates"
        ),
        source=str(row["source"]),
    )
