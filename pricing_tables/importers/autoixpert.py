"""CSV (or Excel) with the columns of autoiXpert's manual calculation: code, designation, amount, price, time, wage group.

The codes are published, their meanings are not (RULES e.5). So a line's kind follows from what is filled in; the code decides only where its
name says it (``E - ET`` part, ``E - Lo`` labour, ``E - Ne`` side cost), and every other code is said.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Final, cast

from calculation.model import IncidentalLine, LabourLine, Operation, PaintLevel, PaintLine, PartLine, TimeUnit
from calculation.money import round2
from pricing_tables.importers.columns import Heading, fields_of
from pricing_tables.importers.names import part_of, word_of
from pricing_tables.importers.numbers import style_of
from pricing_tables.importers.positions import Positions, incidental_kind
from pricing_tables.importers.problems import Problem, refuse
from pricing_tables.importers.reader import SheetReader
from pricing_tables.importers.sheets import Cell, Sheet, open_file
from pricing_tables.search import fold

CODES: Final = ("E - ET", "E - Lo", "E - Ne", "I", "R", "A", "L", "M", "C", "N", "P", "S", "T", "D", "Z", "RIS")
_GROUPS: Final = {
    "mechanik": "mechanic",
    "elektrik": "electric",
    "karosserie": "body",
    "lack": "paint",
    "dellen": "dents",
}
_OPERATIONS: Final[dict[str, Operation]] = {"E - Lo": "replace", "I": "repair"}
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "code": ("code", "reparaturcode", "art", "kuerzel"),
    "label": ("bezeichnung", "beschreibung", "position", "text", "description", "name"),
    "number": (
        "teilenummer",
        "ersatzteilnummer",
        "artikelnummer",
        "et nr",
        "et nummer",
        "nummer",
        "part number",
        "arbeitspositionsnummer",
    ),
    "qty": ("menge", "anzahl", "stueck", "stueckzahl", "quantity", "amount"),
    "price": ("einzelpreis", "preis", "betrag", "preis netto", "price", "unit price", "ersatzteilpreis", "ep"),
    "total": ("gesamtpreis", "gesamt", "summe", "total"),
    "hours": ("zeit", "arbeitszeit", "stunden", "dauer", "std", "h", "hours", "lohn h", "zeit h"),
    "units": ("aw", "arbeitswerte", "ze", "zeiteinheiten"),
    "group": ("lohnstufe", "lohngruppe", "gewerk", "wage group", "lohnart"),
}


def read_autoixpert(path: Path, units_per_hour: Decimal | None = None) -> Positions:
    """The lines of the template; one row may give a part and its work.

    Raises:
        ImportFileError: TK-TABLE-012 when the heading has no code and designation.
    """
    opened = open_file(path)
    found = Positions("autoixpert", problems=list(opened.notes))
    for sheet in opened.sheets:
        heading = _heading(sheet)
        if heading is None:
            continue
        reader = SheetReader(
            sheet,
            heading,
            style_of(c.text for _, cells in sheet.rows for c in cells if isinstance(c.value, str)),
            problems=found.problems,
        )
        if heading.gross:
            reader.fail(
                "TK-TABLE-024",
                "Die Datei sagt brutto; Positionen müssen netto sein.",
                "The file says gross; positions must be net.",
                0,
            )
        for number, cells in reader.rows():
            _line(found, reader, number, cells, units_per_hour)
        return found
    raise refuse(
        "TK-TABLE-012",
        "Keine Kopfzeile mit Code, Bezeichnung und Preis oder Zeit erkannt.",
        "No heading with code, designation and price or time found.",
    )


def _heading(sheet: Sheet) -> Heading | None:
    for index, (_, cells) in enumerate(sheet.rows[:20]):
        names = {i: cell.text for i, cell in enumerate(cells) if cell.text}
        columns = fields_of(FIELDS, names)
        if {"code", "label"} <= set(columns) and {"price", "hours", "units"} & set(columns):
            gross = any("brutto" in text.casefold() for text in names.values())
            return Heading("positions", index + 1, columns, names, (), (), gross)
    return None


def _code(reader: SheetReader, number: int, cells: tuple[Cell, ...]) -> str:
    text = reader.text(number, cells, "code")
    known = {fold(code).replace(" ", ""): code for code in CODES}
    code = known.get(fold(text).replace(" ", ""))
    if code is None and text:
        reader.fail("TK-TABLE-016", "unbekannter Code", "unknown code", number, "code", text)
    return code or ""


def _errors(reader: SheetReader) -> list[Problem]:
    return [p for p in reader.problems if p.level == "error"]


def _line(
    found: Positions, reader: SheetReader, number: int, cells: tuple[Cell, ...], units_per_hour: Decimal | None
) -> None:
    before = len(_errors(reader))
    code, label = _code(reader, number, cells), reader.text(number, cells, "label")
    price = reader.within(reader.number(number, cells, "price"), "-1000000", "1000000", number, "price")
    qty = reader.within(reader.number(number, cells, "qty"), "0.001", "10000", number, "qty")
    unit: TimeUnit = "hours"
    time = reader.number(number, cells, "hours")
    if time is None and (time := reader.number(number, cells, "units")) is not None:
        unit = "AW"
        if units_per_hour is None:
            reader.fail(
                "TK-TABLE-022",
                "Zeiteinheiten je Stunde unbekannt; --units-per-hour angeben.",
                "Time units per hour unknown; give --units-per-hour.",
                number,
                "units",
            )
        else:
            found.units_per_hour["AW"] = units_per_hour
    time = reader.within(time, "0", "10000", number, "hours")
    group_text = reader.text(number, cells, "group")
    group = _GROUPS.get(fold(group_text))
    if group_text and group is None:
        reader.fail("TK-TABLE-016", "unbekannte Lohnstufe", "unknown wage group", number, "group", group_text)
    if len(_errors(reader)) > before:
        return
    part, side = part_of(label)
    more: dict[str, Any] = {"label": label, "part": part, "side": side, "code": code}
    if time:
        if group is None and code != "L":
            reader.fail("TK-TABLE-016", "Zeit ohne Lohnstufe", "time without a wage group", number, "group")
        elif group == "paint" or code == "L":
            level = next(
                (word for piece in label.replace(";", ",").split(",") if (word := word_of("level", piece)) is not None),
                None,
            )
            if level is None:
                reader.fail(
                    "TK-TABLE-045",
                    "Lackstufe nicht genannt: andere",
                    "paint level not named: other",
                    number,
                    "label",
                    label,
                    "warning",
                )
            hours = time
            if unit == "AW" and units_per_hour:
                hours = round2(time / units_per_hour)
            found.paint.append(
                PaintLine(
                    id=f"k{len(found.paint) + 1}", level=cast("PaintLevel", level or "other"), hours=hours, **more
                )
            )
        else:
            operation: Operation = "dents" if group == "dents" else _OPERATIONS.get(code, "auxiliary")
            if code not in _OPERATIONS and group != "dents":
                reader.fail(
                    "TK-TABLE-045",
                    f"Bedeutung des Codes {code or '–'} ist nicht veröffentlicht: als Nebenarbeit übernommen",
                    f"the meaning of code {code or '–'} is not published: taken as auxiliary work",
                    number,
                    "code",
                    label,
                    "warning",
                )
            found.labour.append(
                LabourLine(
                    id=f"l{len(found.labour) + 1}",
                    operation=operation,
                    rate=group or "body",
                    unit=unit,
                    units=time,
                    **more,
                )
            )
    if price is None:
        if not time:
            reader.fail("TK-TABLE-014", "weder Preis noch Zeit", "neither price nor time", number, value=label)
        return
    part_number = reader.text(number, cells, "number")
    if (
        code == "E - ET"
        or (code != "E - Ne" and (part_number or qty is not None or code == ""))
        or (time and code != "E - Ne")
    ):
        found.parts.append(
            PartLine(
                id=f"p{len(found.parts) + 1}", unit_price=price, qty=qty or Decimal(1), part_number=part_number, **more
            )
        )
        return
    if code != "E - Ne":
        reader.fail(
            "TK-TABLE-045",
            f"Code {code}: als Nebenkosten übernommen",
            f"code {code}: taken as a side cost",
            number,
            "code",
            label,
            "warning",
        )
    amount = price if qty is None else price * qty
    found.incidentals.append(
        IncidentalLine(id=f"i{len(found.incidentals) + 1}", kind=incidental_kind(label), amount=amount, **more)
    )
