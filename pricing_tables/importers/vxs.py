"""DAT VXS: the positions of a calculation result (MaterialPositions, LabourPositions, LacquerPositions, AdditionalCostsPositions).

Element names are those of the exchange format as published; numbers are plain with a point. Times are in the file's time unit.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, cast

from calculation.model import (
    IncidentalLine,
    LabourLine,
    Operation,
    PaintLevel,
    PaintLine,
    PartLine,
    PartOrigin,
    Side,
    Text,
)
from calculation.money import round2
from pricing_tables.importers.names import part_of
from pricing_tables.importers.positions import Positions, incidental_kind
from pricing_tables.importers.problems import refuse
from pricing_tables.importers.safe_xml import Element, parse
from pricing_tables.importers.vxs_header import WAGES, header, number, unit_of, units
from pricing_tables.search import fold

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
    units(root, found, units_per_hour)
    header(root, result, found)
    _materials(result, found)
    _labour(result, found)
    _lacquer(result, found)
    for element in result.find_all("AdditionalCostsPosition"):
        amount = number(found, element, "ValueTotal")
        if amount is None:
            amount = number(found, element, "ValuePerUnit")
        _incidental(found, element, element.value("Description"), amount)
    for element in root.find_all("DatPosition"):
        _manual(found, element)
    if not found.count and not any(p.level == "error" for p in found.problems):
        raise refuse("TK-TABLE-012", "Kein VXS mit Positionen.", "No VXS with positions.")
    return found


def _label(element: Element) -> str:
    return "".join(c for c in element.value("Description") if c.isprintable())[:300]


def _side(side: str | None) -> Side | None:
    return cast("Side | None", side)


def _included(element: Element) -> bool:
    return element.value("IncludedInCalculation").casefold() != "false"


def _materials(result: Element, found: Positions) -> None:
    for element in result.find_all("MaterialPosition"):
        amount = number(found, element, "Amount")
        unit, total = number(found, element, "ValuePerUnit"), number(found, element, "ValueTotal")
        corrected = number(found, element, "ValueTotalCorrected")
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
        rate = WAGES.get(wage)
        operation = _OPERATIONS.get(kind)
        duration, value = number(found, element, "Duration"), number(found, element, "ValueTotal")
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
            unit=unit_of(found),
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
                said, stage = element.value("LevelDescription").casefold(), element.value("Level")
                level = _LEVELS.get(said) or _LEVEL_NUMBERS.get(stage) or ("other" if not said and not stage else None)
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
            hours = number(found, element, "Duration") or Decimal(0)
            unit = found.units_per_hour.get(unit_of(found))
            if unit is not None:
                hours = round2(hours / unit)
            points, material = number(found, element, "MaterialPoints"), number(found, element, "Material")
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
    price, time, flat = (number(found, element, name) for name in ("Price", "Worktime", "FlatRateValue"))
    part, side = part_of(label)
    if price:
        discount = number(found, element, "DiscountPercentage") or Decimal(0)
        found.parts.append(
            PartLine(
                id=f"p{len(found.parts) + 1}", label=label, part=part, side=_side(side), unit_price=price, discount_percent=discount,
                part_origin="used" if element.value("UsedPart") == "1" else "original",
            )
        )  # fmt: skip
    if time:
        rate = WAGES.get(element.value("WorkType"))
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
                    rate=rate, level=int(level) if level in {"1", "2", "3"} else None, unit=unit_of(found), units=time,
                )
            )  # fmt: skip
    if flat or (not price and not time):
        _incidental(found, element, label, flat if flat is not None else price)
