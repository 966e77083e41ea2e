"""DAT VXS: the positions of a calculation result (MaterialPositions, LabourPositions, LacquerPositions, AdditionalCostsPositions).

Element names are those of the exchange format as published; numbers are plain with a point. Times are in the file's time unit.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final, cast

from calculation.model import (
    IncidentalLine,
    LabourLine,
    Operation,
    PaintLevel,
    PaintLine,
    PaintMaterial,
    PartLine,
    PartOrigin,
    Rate,
    Side,
    Text,
    TimeUnit,
)
from calculation.money import round2
from pricing_tables.importers.names import part_of
from pricing_tables.importers.numbers import MAX_LENGTH
from pricing_tables.importers.positions import Positions, incidental_kind
from pricing_tables.importers.problems import refuse
from pricing_tables.importers.safe_xml import Element, parse
from pricing_tables.schema import NUMBER
from pricing_tables.search import fold
from pricing_tables.workshops import RATE_NAMES

_WAGES: Final = {
    "mechanic": "mechanic", "mechanics": "mechanic", "1": "mechanic", "car body": "body", "body": "body", "2": "body", "electric": "electric",
    "electrics": "electric", "electrician": "electric", "3": "electric", "dents": "dents", "dent": "dents", "60": "dents",
}  # fmt: skip
_OPERATIONS: Final[dict[str, Operation]] = {
    "replace": "replace", "dis- and mounting": "remove_install", "overhaul": "repair", "repair": "repair", "adjust": "adjust", "check": "check",
    "body cavity protection": "auxiliary", "calibrate": "calibrate", "lacquer": "paint", "dents": "dents", "dent": "dents",
    "auxiliary work": "auxiliary", "cavity protection": "auxiliary",
}  # fmt: skip
_LEVELS: Final[dict[str, PaintLevel]] = {
    "new": "new", "surface": "surface", "minor": "repair_lt_50", "major": "repair_gt_50", "none": "other",
}  # fmt: skip
#: DAT's own level numbers: 4 is a new part there, I in AZT (RULES a.4). Taken only in a DAT file.
_LEVEL_NUMBERS: Final[dict[str, PaintLevel]] = {"1": "surface", "2": "repair_lt_50", "3": "repair_gt_50", "4": "new"}
_ORIGINS: Final[dict[str, PartOrigin]] = {"OE": "original", "EX": "exchange", "NA": "unknown"}
_RESULTS: Final = (
    "CalcResultCommon", "CalcResultItaly", "CalcResultCustomerRanking", "CalcResultOptimized", "CalcResultMaintenance", "CalcResultGlass",
)  # fmt: skip


def read_vxs(content: bytes, units_per_hour: Decimal | None = None) -> Positions:
    """The positions of the first calculation result of a VXS document, or its manual positions.

    Raises:
        ImportFileError: TK-TABLE-011, 012 or 019.
    """
    root = parse(content)
    found = Positions("vxs")
    result = next((e for name in _RESULTS for e in root.find_all(name)), None) or root
    _units(root, found, units_per_hour)
    _header(root, result, found)
    _materials(result, found)
    _labour(result, found)
    _lacquer(result, found)
    for element in result.find_all("AdditionalCostsPosition"):
        amount = _number(found, element, "ValueTotal")
        if amount is None:
            amount = _number(found, element, "ValuePerUnit")
        _incidental(found, element, element.value("Description"), amount)
    for element in root.find_all("DatPosition"):
        _manual(found, element)
    if not found.count and not any(p.level == "error" for p in found.problems):
        raise refuse("TK-TABLE-012", "Kein VXS mit Positionen.", "No VXS with positions.")
    return found


def _number(found: Positions, element: Element, name: str) -> Decimal | None:
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


def _units(root: Element, found: Positions, units_per_hour: Decimal | None) -> None:
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


def _unit(found: Positions) -> TimeUnit:
    return cast("TimeUnit", next(iter(found.units_per_hour), "hours"))


def _header(root: Element, result: Element, found: Positions) -> None:
    """Rates, material model, small parts and price date, as the summary states them."""
    priced = next((e.text[:10] for e in result.find_all("PriceDate")), "")
    try:
        found.price_date = date.fromisoformat(priced) if priced else None
    except ValueError:
        found.tell("TK-TABLE-014", "kein Datum", "no date", 0, priced, "warning", "PriceDate")
    hours = _unit(found) == "hours"
    for work in result.find_all("Work"):
        name = _WAGES.get(work.value("Type").casefold())
        price = _number(found, work, "PricePerUnit")
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
        price = _number(found, wage, "PricePerUnit") if wage is not None else None
        if price and hours:
            found.rates["paint"] = Rate(hourly=price, label=RATE_NAMES["paint"])
        if material is not None:
            found.paint_material = _material(found, material)
    for costs in result.find_all("SparePartsCosts")[:1]:
        found.small_parts_percent = _number(found, costs, "ConsumablesSurchargePercentage")


def _material(found: Positions, material: Element) -> PaintMaterial | None:
    replacement = material.child("Replacement")
    constants = [_number(found, e, "Price") or Decimal(0) for e in material.find_all("LacquerConstant")]
    total = _number(found, material, "SumMaterialCorrected")
    total = _number(found, material, "TotalSum") if total is None else total
    if replacement is not None:
        points = _number(found, replacement, "Units")
        price = _number(found, replacement, "PricePerUnit")
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


def _label(element: Element) -> str:
    return "".join(c for c in element.value("Description") if c.isprintable())[:300]


def _side(side: str | None) -> Side | None:
    return cast("Side | None", side)


def _included(element: Element) -> bool:
    return element.value("IncludedInCalculation").casefold() != "false"


def _materials(result: Element, found: Positions) -> None:
    for element in result.find_all("MaterialPosition"):
        amount = _number(found, element, "Amount")
        unit, total = _number(found, element, "ValuePerUnit"), _number(found, element, "ValueTotal")
        corrected = _number(found, element, "ValueTotalCorrected")
        label, note = _label(element), ""
        qty = Decimal(1) if amount is None or amount == 0 else amount
        if corrected is not None and total is not None and corrected != total:
            note = f"korrigierter Wert {corrected} statt {total}"
            qty, unit = Decimal(1), corrected
        elif unit is None or (total is not None and round2(qty * unit) != total):
            if total is None:
                found.tell("TK-TABLE-014", "Preis fehlt", "the price is missing", element.line, label, "error")
                continue
            if unit is not None:
                found.tell(
                    "TK-TABLE-045",
                    f"{qty} × {unit} ist nicht {total}: {total} genommen",
                    f"{qty} × {unit} is not {total}: {total} taken",
                    element.line,
                    label,
                )
            qty, unit = Decimal(1), total
        part, side = part_of(label)
        found.parts.append(
            PartLine(
                id=f"p{len(found.parts) + 1}",
                label=label,
                part=part,
                side=_side(side),
                part_number=element.value("PartNumber")[:60],
                qty=qty,
                unit_price=unit,
                part_origin=_ORIGINS.get(element.value("PartOrigin"), "original"),
                active=_included(element),
                note=note,
            )
        )


def _labour(result: Element, found: Positions) -> None:
    places: dict[tuple[str, str], str] = {}
    waiting: list[tuple[int, list[tuple[str, str]]]] = []
    for element in result.find_all("LabourPosition"):
        label = _label(element)
        kind, wage = element.value("RepairType").casefold(), element.value("WageType").casefold()
        rate = _WAGES.get(wage)
        operation = _OPERATIONS.get(kind)
        duration, value = _number(found, element, "Duration"), _number(found, element, "ValueTotal")
        flat = element.value("WorkIndication") in {"2", "6"} or (not duration and bool(value))
        if rate is None and not flat:
            found.tell(
                "TK-TABLE-016",
                "unbekannte Arbeitsart",
                "unknown trade",
                element.line,
                wage or label,
                "error",
                "WageType",
            )
            continue
        if operation is None:
            found.tell(
                "TK-TABLE-045",
                "Reparaturart unbekannt, als Nebenarbeit übernommen",
                "repair type unknown, taken as auxiliary work",
                element.line,
                kind or label,
            )
        part, side = part_of(label)
        level = element.value("WageLevel")
        line = LabourLine(
            id=f"l{len(found.labour) + 1}",
            label=label,
            part=part,
            side=_side(side),
            code=(element.value("WorkNumber") or element.value("LabourPosId"))[:60],
            operation="dents" if rate == "dents" else operation or "auxiliary",
            rate=rate or "body",
            level=int(level) if level in {"1", "2", "3"} and rate != "dents" else None,
            unit=_unit(found),
            units=Decimal(0) if flat else duration or Decimal(0),
            flat_amount=value if flat else None,
            active=_included(element),
            reason=Text("von der Kalkulation ergänzt", "added by the calculation")
            if element.value("Extended").casefold() == "true"
            else None,
        )
        places.setdefault((element.value("DATProcessId"), kind), line.id)
        required = [
            (e.value("DATProcessId"), e.value("RepairType").casefold())
            for e in element.children
            if e.name == "RequiredByPosition"
        ]
        waiting.append((len(found.labour), required))
        found.labour.append(line)
    from dataclasses import replace

    for index, required in waiting:
        ids = tuple(
            dict.fromkeys(places[key] for key in required if key in places and places[key] != found.labour[index].id)
        )
        if ids:
            found.labour[index] = replace(found.labour[index], added_by=ids)


def _lacquer(result: Element, found: Positions) -> None:
    points_model = found.paint_material is not None and found.paint_material.model == "points"
    for name in ("LacquerPosition", "SpotRepairPosition"):
        for element in result.find_all(name):
            label = _label(element)
            text = fold(label)
            level: PaintLevel | None
            if name == "SpotRepairPosition":
                level = "spot"
            elif "vorbereitung" in text or "preparation" in text:
                level = "preparation"
            else:
                said, number = element.value("LevelDescription").casefold(), element.value("Level")
                level = (
                    _LEVELS.get(said) or _LEVEL_NUMBERS.get(number) or ("other" if not said and not number else None)
                )
            if level is None:
                found.tell(
                    "TK-TABLE-016",
                    "unbekannte Lackstufe",
                    "unknown paint level",
                    element.line,
                    element.value("Level"),
                    "error",
                    "Level",
                )
                continue
            hours = _number(found, element, "Duration") or Decimal(0)
            unit = found.units_per_hour.get(_unit(found))
            if unit is not None:
                hours = round2(hours / unit)
            points, material = _number(found, element, "MaterialPoints"), _number(found, element, "Material")
            part, side = part_of(label)
            found.paint.append(
                PaintLine(
                    id=f"k{len(found.paint) + 1}",
                    label=label,
                    part=part,
                    side=_side(side),
                    code=element.value("LabourPosId")[:60],
                    level=level,
                    substrate="plastic" if element.value("MaterialType") == "1" else "metal",
                    hours=hours,
                    material_points=points or Decimal(0),
                    material_value=Decimal(0) if points_model else material or Decimal(0),
                    active=_included(element),
                )
            )


def _incidental(found: Positions, element: Element, text: str, amount: Decimal | None) -> None:
    label = "".join(c for c in text if c.isprintable())[:300]
    if amount is None:
        found.tell("TK-TABLE-014", "Betrag fehlt", "the amount is missing", element.line, label, "error")
        return
    found.incidentals.append(
        IncidentalLine(
            id=f"i{len(found.incidentals) + 1}",
            label=label,
            kind=incidental_kind(label),
            amount=amount,
            active=_included(element),
        )
    )


def _manual(found: Positions, element: Element) -> None:
    """A position of ``importManualPositions``: price, time, or flat rate."""
    label = "".join(c for c in element.value("Designation") if c.isprintable())[:300]
    price, time, flat = (_number(found, element, name) for name in ("Price", "Worktime", "FlatRateValue"))
    part, side = part_of(label)
    if price:
        discount = _number(found, element, "DiscountPercentage") or Decimal(0)
        found.parts.append(
            PartLine(
                id=f"p{len(found.parts) + 1}", label=label, part=part, side=_side(side), unit_price=price, discount_percent=discount,
                part_origin="used" if element.value("UsedPart") == "1" else "original",
            )
        )  # fmt: skip
    if time:
        rate = _WAGES.get(element.value("WorkType"))
        if rate is None:
            found.tell(
                "TK-TABLE-016",
                "unbekannte Arbeitsart",
                "unknown trade",
                element.line,
                element.value("WorkType"),
                "error",
                "WorkType",
            )
        else:
            level = element.value("WorkLevel")
            found.labour.append(
                LabourLine(
                    id=f"l{len(found.labour) + 1}", label=label, part=part, side=_side(side), operation="dents" if rate == "dents" else "repair",
                    rate=rate, level=int(level) if level in {"1", "2", "3"} else None, unit=_unit(found), units=time,
                )
            )  # fmt: skip
    if flat or (not price and not time):
        _incidental(found, element, label, flat if flat is not None else price)
