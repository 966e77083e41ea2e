"""Files that have the columns of one of our tables by name: what ``telekalk tables show --csv`` wrote, edited and given back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pricing_tables.importers.columns import Heading
from pricing_tables.importers.kinds import Row, Settings, source_text
from pricing_tables.importers.reader import SheetReader
from pricing_tables.importers.sheets import Sheet
from pricing_tables.schema import SHAPES


def native_heading(sheet: Sheet, kind: str | None) -> Heading | None:
    """The heading of a sheet whose first row names all columns of a table, in any order; ``source`` and ``basis`` may be missing.

    Its kind is the table's name with a leading ``=``.
    """
    if not sheet.rows:
        return None
    names = {index: cell.text for index, cell in enumerate(sheet.rows[0][1]) if cell.text}
    there = {text.casefold(): index for index, text in names.items()}
    for name, shape in SHAPES.items():
        if kind is not None and kind != name:
            continue
        needed = set(shape.columns) - {"source", "basis"} - {column for column, _ in shape.defaults}
        if needed <= set(there) and set(there) <= set(shape.columns):
            return Heading(f"={name}", 1, there, names, (), (), gross=False)
    return None


def native_rows(reader: SheetReader, name: str, settings: Settings) -> list[tuple[int, Row]]:
    """The rows of a table, cell by cell, in the words of the table."""
    shape = SHAPES[name]
    made: list[tuple[int, Row]] = []
    order = [*shape.key, *(c for c in shape.columns if c not in shape.key)]
    for number, cells in reader.sheet.rows[reader.heading.row :]:
        row: Row = {}
        for column in order:
            if column in shape.numbers:
                value = reader.within(reader.needed(number, cells, column), *shape.numbers[column], number, column)
                row[column] = value if value is None or not _money(name, column, settings) else settings.net(value)
            elif column in shape.dates:
                row[column] = _day(reader, number, column, reader.cell(cells, column).value)
            elif column == "source":
                row[column] = reader.text(number, cells, column) or source_text(reader, number, settings)
            elif column == "basis":
                row[column] = reader.cell(cells, column).text or "imported"
            else:
                row[column] = reader.text(number, cells, column)
            words = shape.words.get(column)
            if words and row[column] not in words:
                listed = ", ".join(words[:12])
                reader.fail("TK-TABLE-016", f"möglich: {listed}", f"possible: {listed}", number, column, row[column])
            elif column in shape.words and not row[column] and column not in shape.optional:
                reader.fail("TK-TABLE-014", "Text fehlt", "the text is missing", number, column)
        made.append((number, row))
    return made


def _money(name: str, column: str, settings: Settings) -> bool:
    return settings.gross and name in {"part_prices", "hourly_rates", "side_costs"} and column in {
        "price", "low", "high", "value", "mechanic", "body", "electric", "paint", "dents",
    }  # fmt: skip


def _day(reader: SheetReader, number: int, column: str, value: str | Decimal | date | None) -> date | None:
    if isinstance(value, date):
        return value
    text = str(value or "").strip()
    try:
        if len(text) == 10 and text[2] == text[5] == ".":
            return date(int(text[6:]), int(text[3:5]), int(text[:2]))
        return date.fromisoformat(text)
    except ValueError:
        reader.fail(
            "TK-TABLE-014",
            "kein Datum (JJJJ-MM-TT oder TT.MM.JJJJ)",
            "no date (YYYY-MM-DD or DD.MM.YYYY)",
            number,
            column,
            text,
        )
        return None
