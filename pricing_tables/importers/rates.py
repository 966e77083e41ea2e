"""Rate sheets of workshops: one row per workshop, or one workshop written downwards; and the tables that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from calculation.money import round2
from pricing_tables.importers.columns import Heading, match, says_gross
from pricing_tables.importers.kinds import Row, Settings, source_text
from pricing_tables.importers.numbers import read
from pricing_tables.importers.problems import visible
from pricing_tables.importers.reader import SheetReader
from pricing_tables.importers.sheets import Cell, Sheet
from pricing_tables.schema import SHAPES
from pricing_tables.search import fold, words_of
from pricing_tables.store import Table
from pricing_tables.wording import COLUMNS
from pricing_tables.wording import number as number_words
from pricing_tables.workshops import RATE_NAMES, percent_of_hour

_TRADES: Final = {
    "karosserie": "body", "body": "body", "mechanik": "mechanic", "mechanic": "mechanic", "elektrik": "electric", "electric": "electric",
    "pauschal": "flat", "flat": "flat", "keine": "none", "nein": "none", "none": "none", "no": "none",
}  # fmt: skip
_SYSTEMS: Final = {
    "azt": "azt", "hersteller": "manufacturer", "herstellerlacksystem": "manufacturer", "hersteller-lacksystem": "manufacturer",
    "manufacturer": "manufacturer", "eurolack": "euro_lack", "euro-lack": "euro_lack", "euro lack": "euro_lack", "euro_lack": "euro_lack",
    "manuell": "manual", "manual": "manual",
}  # fmt: skip
_KINDS: Final = {
    "prozent": "percent", "percent": "percent", "%": "percent", "index": "index", "lackindex": "index", "pauschal": "flat_per_hour",
    "pauschal je stunde": "flat_per_hour", "flat_per_hour": "flat_per_hour", "flat per hour": "flat_per_hour",
}  # fmt: skip
_MATERIALS: Final = (("material_percent", "percent"), ("material_index", "index"), ("material_flat", "flat_per_hour"))


def downwards(sheet: Sheet) -> tuple[Sheet, Heading] | None:
    """A sheet that names one workshop's rates in its first column and their values beside them, turned into one row.

    Returns:
        The sheet as one data row, with its heading; None when it is no such sheet.
    """
    names: dict[int, str] = {}
    cells: list[Cell] = []
    last = 0
    for number, row in sheet.rows[:200]:
        label = next(((i, c) for i, c in enumerate(row) if isinstance(c.value, str) and c.text), None)
        if label is None or read(label[1].text) is not None:
            continue
        value = next((c for c in row[label[0] + 1 :] if c.value is not None or c.problem), None)
        if value is None:
            continue
        columns, _, _ = match("workshop_rates", {0: label[1].text})
        if columns:
            names[len(cells)] = label[1].text
            cells.append(value)
            last = number
    columns, ignored, twice = match("workshop_rates", names)
    if not {"mechanic", "body", "paint_wage"} <= set(columns):
        return None
    gross = says_gross(c.text for _, row in sheet.rows[:40] for c in row if isinstance(c.value, str))
    heading = Heading("workshop_rates", 0, columns, names, ignored, twice, gross)
    return Sheet(sheet.name, ((last, tuple(cells)),)), heading


def workshop_rows(reader: SheetReader, settings: Settings) -> list[tuple[int, Row]]:
    """Rows of ``workshop_rates``.

    A sheet without electric or dent rates takes those of mechanics and body, one without mark-ups, transfer or material those of the
    present tables; each is noted in the row's source and in the report.
    """
    limits = SHAPES["workshop_rates"].numbers
    made: list[tuple[int, Row]] = []
    for number, cells in reader.rows():
        errors = sum(p.level == "error" for p in reader.problems)
        row: Row = {
            "workshop": reader.text(number, cells, "workshop") or _named(settings.file_name),
            "region": _region(reader, number, cells),
        }
        assumed = []
        for rate in ("mechanic", "electric", "body", "dents", "paint_wage"):
            needed = rate in {"mechanic", "body", "paint_wage"}
            value = (reader.needed if needed else reader.number)(number, cells, rate)
            if value is None and not needed:
                other = "mechanic" if rate == "electric" else "body"
                value = row.get(other) or reader.number(number, cells, other)
                assumed.append(f"{RATE_NAMES[rate]} wie {RATE_NAMES[other]} (Annahme)")
                row[rate] = value
                continue
            row[rate] = reader.within(
                None if value is None else round2(settings.net(value)), *limits[rate], number, rate
            )
        for percent in ("upe_percent", "small_parts_percent"):
            value = reader.number(number, cells, percent)
            if value is None and not reader.cell(cells, percent).text:
                value = settings.present[percent][1]
                assumed.append(f"{COLUMNS[percent][0]} wie bisher {number_words(value)} % (Annahme)")
            row[percent] = reader.within(value, *limits[percent], number, percent)
        row |= _transfer(reader, number, cells, settings, assumed)
        row["paint_system"] = _one_of(reader, number, cells, "paint_system", _SYSTEMS, "manual")
        row |= _material(reader, number, cells, settings, assumed)
        row["source"] = source_text(reader, number, settings, "; ".join(assumed))
        for text in assumed:
            reader.fail("TK-TABLE-000", text, text, number, level="note")
        if errors == sum(p.level == "error" for p in reader.problems):
            order = SHAPES["workshop_rates"].columns
            made.append((number, {column: row[column] for column in sorted(order, key=list(_ORDER).index)}))
    return made


_ORDER: Final = (
    "workshop", "region", "mechanic", "electric", "body", "upe_percent", "small_parts_percent", "dents", "transfer_kind",
    "transfer_value", "paint_system", "paint_wage", "material_kind", "material_value", "source",
)  # fmt: skip


def _named(file_name: str) -> str:
    return file_name.rsplit(".", 1)[0] or "Werkstatt"


def _region(reader: SheetReader, number: int, cells: tuple[Cell, ...]) -> str:
    """First two digits of a postcode; a spreadsheet drops its leading zero."""
    cell = reader.cell(cells, "region")
    text = cell.text
    if not text:
        return ""
    if text.upper() == "DE":
        return "DE"
    digits = text.zfill(5) if isinstance(cell.value, Decimal) and len(text) == 4 else text
    if digits.isascii() and digits.isdigit() and len(digits) in {2, 5}:
        return digits[:2]
    reader.fail(
        "TK-TABLE-016",
        "keine Postleitzahl (zwei oder fünf Ziffern)",
        "no postcode (two or five digits)",
        number,
        "region",
        text,
    )
    return ""


def _one_of(
    reader: SheetReader, number: int, cells: tuple[Cell, ...], column: str, words: Mapping[str, str], default: str
) -> str:
    text = fold(reader.text(number, cells, column))
    if not text:
        return default
    found = words.get(text)
    if found is None:
        reader.fail("TK-TABLE-016", "unbekanntes Wort", "unknown word", number, column, text)
    return found or default


def _transfer(reader: SheetReader, number: int, cells: tuple[Cell, ...], settings: Settings, assumed: list[str]) -> Row:
    cell = reader.cell(cells, "transfer_value")
    if not cell.text and not cell.problem and not reader.cell(cells, "transfer_kind").text:
        kind, present = settings.present["transfer"]
        assumed.append(f"Verbringung wie bisher {number_words(present)} EUR (Annahme)")
        return {"transfer_kind": kind, "transfer_value": present}
    if isinstance(cell.value, str) and fold(cell.text) in _TRADES and read(cell.text) is None:
        # "Karosserie": by time at that rate; the sheet says no hours, one is the unit.
        kind = _TRADES[fold(cell.text)]
        return {"transfer_kind": kind, "transfer_value": Decimal(0) if kind in {"none", "flat"} else Decimal("1.00")}
    value = reader.number(number, cells, "transfer_value")
    kind = _one_of(reader, number, cells, "transfer_kind", _TRADES, "flat" if value else "none")
    if kind != "none" and value is None:
        reader.fail("TK-TABLE-014", "Zahl fehlt", "the number is missing", number, "transfer_value")
    amount = Decimal(0) if value is None or kind == "none" else settings.net(value) if kind == "flat" else value
    within = reader.within(
        round2(amount), *SHAPES["workshop_rates"].numbers["transfer_value"], number, "transfer_value"
    )
    return {"transfer_kind": kind, "transfer_value": within}


def _material(reader: SheetReader, number: int, cells: tuple[Cell, ...], settings: Settings, assumed: list[str]) -> Row:
    stated = [
        (kind, value)
        for column, kind in _MATERIALS
        if (value := reader.number(number, cells, column)) is not None and value != 0
    ]
    value = reader.number(number, cells, "material_value")
    if value is not None:
        stated.append((_one_of(reader, number, cells, "material_kind", _KINDS, "percent"), value))
    if len(stated) > 1:
        kinds = ", ".join(kind for kind, _ in stated)
        reader.fail("TK-TABLE-013", f"mehrere Materialangaben ({kinds})", f"more than one material ({kinds})", number)
    wage = set(words_of(reader.place(number, "paint_wage").column))
    if (
        not stated
        and wage & {"inkl", "incl", "inklusive", "mit", "including"}
        and any("material" in word for word in wage)
    ):
        return {"material_kind": "percent", "material_value": Decimal(0)}
    if not stated:
        if "material" not in settings.present:
            reader.fail("TK-TABLE-014", "Lackmaterial fehlt", "the paint material is missing", number)
            return {"material_kind": "percent", "material_value": None}
        kind, amount = settings.present["material"]
        assumed.append(f"Lackmaterial wie bisher {number_words(amount)} % (Annahme)")
        return {"material_kind": kind, "material_value": amount}
    kind, amount = stated[0]
    amount = settings.net(amount) if kind == "flat_per_hour" else amount
    within = reader.within(amount, *SHAPES["workshop_rates"].numbers["material_value"], number, "material_value")
    return {"material_kind": kind, "material_value": within}


def derived(
    rows: list[Row], bases: Mapping[str, Table], *, default: bool
) -> tuple[dict[str, list[Row]], list[tuple[str, str]]]:
    """The rows of hourly rates, mark-ups, side costs and paint material that follow from rate sheets.

    A sheet with a region gives that region's hourly rates. A sheet without one, when it is the only one, is the office's default: it also
    gives the nationwide rates, the mark-ups, the transfer and the paint material.

    Args:
        rows: of ``workshop_rates``.
        bases: tables of the day, for the labels.
        default: take the only sheet as the default although it names a region.

    Returns:
        Rows by table, and what was left out and why (German, English).
    """
    made: dict[str, list[Row]] = {}
    left: list[tuple[str, str]] = []
    for row in rows:
        regions = [row["region"]] if row["region"] else []
        whole = len(rows) == 1 and (default or row["region"] in {"", "DE"})
        if whole and "DE" not in regions:
            regions.append("DE")
        if not regions:
            left.append(
                (
                    f"{visible(row['workshop'])}: ohne Postleitzahl, daher nur als Werkstattsatz übernommen",
                    f"{visible(row['workshop'])}: without a postcode, so taken as a workshop's sheet alone",
                )
            )
        for region in regions:
            made.setdefault("hourly_rates", []).append(
                {
                    "region": region,
                    "label": row["workshop"],
                    **{
                        name: row["paint_wage" if name == "paint" else name]
                        for name in ("mechanic", "body", "electric", "paint", "dents")
                    },
                    "source": row["source"],
                }
            )
        if whole:
            made |= _defaults(row, bases)
        elif regions:
            left.append(
                (
                    f"{visible(row['workshop'])}: gilt für Region {', '.join(regions)}; Aufschläge, Verbringung und Material bleiben",
                    f"{visible(row['workshop'])}: for region {', '.join(regions)}; mark-ups, transfer and material stay",
                )
            )
    return made, left


def _defaults(row: Row, bases: Mapping[str, Table]) -> dict[str, list[Row]]:
    source = row["source"]
    made: dict[str, list[Row]] = {
        "markups": [
            {"kind": kind, "regime": "liability", "value": row[column], "source": source}
            for kind, column in (("small_parts_percent", "small_parts_percent"), ("upe_markup_percent", "upe_percent"))
        ]
    }
    # In own-damage cases the mark-up on list prices is not paid as a rule, small parts are; the contract decides, not the sheet.
    made["markups"].append(
        {"kind": "small_parts_percent", "regime": "kasko", "value": row["small_parts_percent"], "source": source}
    )
    transfer = next((r for r in bases["side_costs"].rows if r["kind"] == "transfer"), None)
    if transfer is not None and row["transfer_kind"] != "none":
        value = row["transfer_value"]
        if row["transfer_kind"] != "flat":
            value = round2(value * row[row["transfer_kind"]])
        made["side_costs"] = [
            {**transfer, "value": value, "low": value, "high": value, "basis": "imported", "source": source}
        ]
    material = {r["model"]: dict(r) for r in bases["paint_material"].rows}
    chosen = "azt_index" if row["material_kind"] == "index" else "percent_of_wage"
    changed: list[Row] = []
    for model, known in material.items():
        if model == chosen:
            continue
        if known["chosen"] == "yes":
            changed.append({**known, "chosen": "no"})
    empty: dict[str, Any] = {c: Decimal(0) for c in SHAPES["paint_material"].numbers}
    value = row["material_value"]
    if row["material_kind"] == "flat_per_hour":
        value = percent_of_hour(value, row["paint_wage"])
        source = f"{source}; {row['material_value']} EUR je Stunde als Anteil am Lacklohn".replace(".", ",", 1)
    figures = {"index": value} if chosen == "azt_index" else {"percent": value}
    made["paint_material"] = [{"model": chosen, **empty, **figures, "chosen": "yes", "source": source}, *changed]
    return made
