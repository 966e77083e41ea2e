"""What a VXS document states beside its positions: time unit, hourly rates, paint material, small parts, price date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final, cast

from calculation.model import PaintMaterial, Rate, TimeUnit
from calculation.money import round2
from pricing_tables.importers.numbers import MAX_LENGTH
from pricing_tables.importers.positions import Positions
from pricing_tables.importers.safe_xml import Element
from pricing_tables.schema import NUMBER
from pricing_tables.workshops import RATE_NAMES

#: Trades by the words and numbers that VXS uses.
WAGES: Final = {
    "mechanic": "mechanic", "mechanics": "mechanic", "1": "mechanic", "car body": "body", "body": "body", "2": "body", "electric": "electric",
    "electrics": "electric", "electrician": "electric", "3": "electric", "dents": "dents", "dent": "dents", "60": "dents",
}  # fmt: skip


def number(found: Positions, element: Element, name: str) -> Decimal | None:
    child = element.child(name)
    if child is None or not child.text:
        return None
    if len(child.text) > MAX_LENGTH or not NUMBER.fullmatch(child.text):
        found.tell(
            "TK-TABLE-014",
            "keine einfache Zahl mit Punkt",
            "no plain number with a point",
            child.line,
            child.text,
            "error",
            name,
        )
        return None
    return Decimal(child.text)


def units(root: Element, found: Positions, units_per_hour: Decimal | None) -> None:
    """Time unit and units per hour: parameters of the document, else what the person says, else hours."""
    stated = {e.attributes.get("attribute", ""): e.text for e in root.find_all("ProcedureRelatedParameter") if e.text}
    for name in ("TimeUnitSystem", "TimeUnitsPerHour"):
        for element in root.find_all(name):
            stated.setdefault("timeUnit" if name == "TimeUnitSystem" else "timeUnitsPerHour", element.text)
    unit = stated.get("timeUnit", "").upper()
    per_hour = stated.get("timeUnitsPerHour", "")
    if unit in {"AW", "ZE", "AE"}:
        number = Decimal(per_hour) if NUMBER.fullmatch(per_hour) and Decimal(per_hour) > 0 else units_per_hour
        if number is None:
            found.tell(
                "TK-TABLE-022",
                "Zeiteinheiten je Stunde unbekannt; --units-per-hour angeben.",
                "Time units per hour unknown; give --units-per-hour.",
                0, unit, "error",
            )  # fmt: skip
            number = Decimal(10)
        found.units_per_hour["ZE" if unit == "ZE" else "AW"] = number


def unit_of(found: Positions) -> TimeUnit:
    return cast("TimeUnit", next(iter(found.units_per_hour), "hours"))


def header(root: Element, result: Element, found: Positions) -> None:
    """Rates, material model, small parts and price date, as the summary states them."""
    priced = next((e.text[:10] for e in result.find_all("PriceDate")), "")
    try:
        found.price_date = date.fromisoformat(priced) if priced else None
    except ValueError:
        found.tell("TK-TABLE-014", "kein Datum", "no date", 0, priced, "warning", "PriceDate")
    hours = unit_of(found) == "hours"
    for work in result.find_all("Work"):
        name = WAGES.get(work.value("Type").casefold())
        price = number(found, work, "PricePerUnit")
        level = work.value("WageLevel")
        if name is not None and price and hours:
            key = name if level in {"", "0", "1"} else f"{name}_{level}"
            found.rates[key] = Rate(hourly=price, label=RATE_NAMES[name])
            found.rates.setdefault(name, found.rates[key])
    if not hours:
        found.tell(
            "TK-TABLE-045",
            "Stundensätze nicht übernommen: das Dokument nennt nur den gerundeten Preis je Zeiteinheit.",
            "Hourly rates not taken: the document states only the rounded price of a time unit.",
            0,
        )
    for costs in result.find_all("LacquerCosts"):
        wage, material = costs.child("Wage"), costs.child("Material")
        price = number(found, wage, "PricePerUnit") if wage is not None else None
        if price and hours:
            found.rates["paint"] = Rate(hourly=price, label=RATE_NAMES["paint"])
        if material is not None:
            found.paint_material = _material(found, material)
    for costs in result.find_all("SparePartsCosts")[:1]:
        found.small_parts_percent = number(found, costs, "ConsumablesSurchargePercentage")


def _material(found: Positions, material: Element) -> PaintMaterial | None:
    replacement = material.child("Replacement")
    constants = [number(found, e, "Price") or Decimal(0) for e in material.find_all("LacquerConstant")]
    total = number(found, material, "SumMaterialCorrected")
    total = number(found, material, "TotalSum") if total is None else total
    if replacement is not None:
        points = number(found, replacement, "Units")
        price = number(found, replacement, "PricePerUnit")
        if points and price and total is not None and round2(points * price) + sum(constants) == total:
            return PaintMaterial(model="points", price_per_point=price, constant=sum(constants, Decimal(0)))
    if total is None:
        return None
    found.tell(
        "TK-TABLE-045",
        "Lackmaterial als Pauschale übernommen",
        "paint material taken as a flat amount",
        material.line,
        total,
    )
    return PaintMaterial(model="flat", amount=total)
