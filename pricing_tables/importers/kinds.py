"""The rows of a table, made from a sheet: price lists, job times, paint times. A cell that cannot be read is a problem, never a guess."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from calculation.money import net_of, round2
from pricing_tables.importers.reader import SheetReader
from pricing_tables.importers.sheets import Cell
from pricing_tables.schema import SHAPES
from pricing_tables.vocabulary import SEGMENTS
from pricing_tables.wording import key_of

Row = dict[str, Any]
ALL: Final = "all"
_RATES: Final[dict[str, tuple[str, ...]]] = {
    "body": ("karosserie", "body", "kar", "car body", "k"),
    "mechanic": ("mechanik", "mechanic", "mech", "m"),
    "electric": ("elektrik", "electric", "elek", "elektro"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the person said about the file.

    Attributes:
        segment: small, compact, middle, suv, or ``all``; None when the file must say it.
        gross: amounts are gross and are divided by 1 + ``vat_rate``.
        vat_rate: of the first day of validity.
        units_per_hour: of a column of time units (AW, ZE).
        file_name: for the source of each row.
        default: a rate sheet is the office's default, not one workshop's.
        present: what a rate sheet that does not say it takes: UPE and small parts percent, transfer, material, each with its kind.
    """

    segment: str | None
    gross: bool
    vat_rate: Decimal
    units_per_hour: Decimal | None
    file_name: str
    default: bool = False
    present: Mapping[str, tuple[str, Decimal]] = field(default_factory=dict)

    def net(self, amount: Decimal) -> Decimal:
        """The net amount (gross divided by 1 + rate, never times 0.81)."""
        return net_of(amount, self.vat_rate) if self.gross else amount


def source_text(reader: SheetReader, row: int, settings: Settings, more: str = "") -> str:
    """Where an imported row comes from: file, sheet and row."""
    sheet = f", Blatt {reader.sheet.name}" if reader.sheet.name else ""
    gross = f"; brutto ÷ {1 + settings.vat_rate}".replace(".", ",") if settings.gross else ""
    return f"Import {settings.file_name}{sheet}, Zeile {row}{gross}{f'; {more}' if more else ''}"


def _segments(reader: SheetReader, row: int, cells: tuple[Cell, ...], settings: Settings) -> tuple[str, ...]:
    text = reader.cell(cells, "segment").text
    if text.casefold() in {"alle", "all", "*"}:
        return SEGMENTS
    if text:
        word = reader.word("segment", row, cells, "segment")
        return (word,) if word else ()
    if settings.segment is not None:
        return SEGMENTS if settings.segment == ALL else (settings.segment,)
    reader.fail(
        "TK-TABLE-016",
        "Segment fehlt; Spalte Segment oder --segment angeben.",
        "The segment is missing; give a column Segment or --segment.",
        row, "segment",
    )  # fmt: skip
    return ()


def part_prices(reader: SheetReader, settings: Settings) -> list[tuple[int, Row]]:
    """Rows of ``part_prices``: one price column, or one for each segment."""
    limits = SHAPES["part_prices"].numbers["price"]
    made: list[tuple[int, Row]] = []
    for number, cells in reader.rows():
        part, _ = reader.part(number, cells)
        if part is None and reader.skip_unknown:
            continue
        part_number = reader.text(number, cells, "number")
        wide = [segment for segment in SEGMENTS if f"price:{segment}" in reader.heading.columns]
        prices: list[tuple[str, Decimal | None]] = []
        if wide:
            prices = [
                (segment, reader.number(number, cells, f"price:{segment}"))
                for segment in wide
                if reader.cell(cells, f"price:{segment}").text or reader.cell(cells, f"price:{segment}").problem
            ]
        else:
            price = reader.needed(number, cells, "price")
            prices = [(segment, price) for segment in _segments(reader, number, cells, settings)]
        low, high = (None, None) if wide else (reader.number(number, cells, c) for c in ("low", "high"))
        for segment, price in prices:
            column = f"price:{segment}" if wide else "price"
            value = reader.within(price, *limits, number, column)
            if part is None or value is None:
                continue
            net = round2(settings.net(value))
            least = net if low is None else round2(settings.net(low))
            most = net if high is None else round2(settings.net(high))
            row = {
                "part": part,
                "segment": segment,
                "price": net,
                "low": least,
                "high": most,
                "basis": "imported",
                "source": source_text(reader, number, settings, f"Nr. {part_number}" if part_number else ""),
            }
            if not least <= net <= most:
                reader.fail(
                    "TK-TABLE-020",
                    "von ≤ Preis ≤ bis gilt nicht",
                    "from ≤ price ≤ to does not hold",
                    number,
                    column,
                    net,
                )
                continue
            made.append((number, row))
    return made


def _hours(reader: SheetReader, number: int, cells: tuple[Cell, ...], settings: Settings) -> Decimal | None:
    if "units" in reader.heading.columns and "hours" not in reader.heading.columns:
        units = reader.needed(number, cells, "units")
        if settings.units_per_hour is None:
            reader.fail(
                "TK-TABLE-022",
                "Zeiteinheiten je Stunde unbekannt; --units-per-hour angeben (10, 12, 100).",
                "Time units per hour unknown; give --units-per-hour (10, 12, 100).",
                number, "units",
            )  # fmt: skip
            return None
        return None if units is None else round2(units / settings.units_per_hour)
    value = reader.needed(number, cells, "hours")
    return None if value is None else round2(value)


def job_times(reader: SheetReader, settings: Settings) -> list[tuple[int, Row]]:
    """Rows of ``job_times``; times in hours, or in units with their number per hour."""
    made: list[tuple[int, Row]] = []
    for number, cells in reader.rows():
        part, _ = reader.part(number, cells)
        if part is None and reader.skip_unknown:
            continue
        operation = reader.word("operation", number, cells, "operation")
        severity = reader.word("severity", number, cells, "severity", needed=operation == "repair") or ""
        hours = reader.within(_hours(reader, number, cells, settings), "0.01", "100", number, "hours")
        rate_text = reader.text(number, cells, "rate").casefold()
        rate = next((name for name, words in _RATES.items() if rate_text in words), None) if rate_text else "body"
        if rate is None:
            reader.fail("TK-TABLE-016", "unbekannte Lohngruppe", "unknown trade", number, "rate", rate_text)
        segments = _segments(reader, number, cells, settings)
        if (
            part is None
            or operation is None
            or hours is None
            or rate is None
            or (operation == "repair" and not severity)
        ):
            continue
        row = {
            "part": part,
            "operation": operation,
            "severity": severity if operation == "repair" else "",
            "hours": hours,
            "low": hours,
            "high": hours,
            "rate": rate,
            "basis": "imported",
            "source": source_text(reader, number, settings),
        }
        made += [(number, {**row, "segment": segment}) for segment in segments]
    return made


def _sizes(
    reader: SheetReader, number: int, cells: tuple[Cell, ...], settings: Settings, size_of: Mapping[str, str]
) -> tuple[str, ...]:
    if reader.cell(cells, "size_class").text:
        word = reader.word("size_class", number, cells, "size_class")
        return (word,) if word else ()
    return tuple(dict.fromkeys(size_of[s] for s in _segments(reader, number, cells, settings)))


def paint_rows(reader: SheetReader, settings: Settings, size_of: Mapping[str, str]) -> dict[str, list[tuple[int, Row]]]:
    """Rows of ``paint_times`` and ``paint_points``, for the columns that the sheet has.

    Args:
        reader: of the sheet.
        settings: for the segment.
        size_of: size class of each segment.
    """
    times: list[tuple[int, Row]] = []
    points: list[tuple[int, Row]] = []
    columns = reader.heading.columns
    for number, cells in reader.rows():
        text = reader.text(number, cells, "part").casefold()
        level = reader.word("level", number, cells, "level")
        if level == "preparation":
            substrate = (
                "plastic" if any(w in text for w in ("kunststoff", "plastic")) else "metal" if "metal" in text else None
            )
            part = f"preparation_{substrate}" if substrate else None
            if part is None:
                reader.fail("TK-TABLE-016", "Metall oder Kunststoff?", "metal or plastic?", number, "part", text)
        else:
            part, _ = reader.part(number, cells)
            if part is None and reader.skip_unknown:
                continue
        sizes = _sizes(reader, number, cells, settings, size_of)
        hours = (
            reader.within(_hours(reader, number, cells, settings), "0.01", "50", number, "hours")
            if "hours" in columns
            else None
        )
        count = reader.within(reader.number(number, cells, "points"), "0", "10000", number, "points")
        value = reader.within(reader.number(number, cells, "value"), "0", "10000", number, "value")
        if part is None or level is None:
            continue
        for size in sizes:
            key = {"part": part, "level": level, "size_class": size}
            end = {"basis": "imported", "source": source_text(reader, number, settings)}
            if hours is not None:
                times.append((number, {**key, "hours": hours, "low": hours, "high": hours, **end}))
            if count is not None or value is not None:
                points.append(
                    (
                        number,
                        {
                            **key,
                            "points": count,
                            "value": None if value is None else round2(settings.net(value)),
                            **end,
                        },
                    )
                )
    return {"paint_times": times, "paint_points": points}


def unique(
    name: str, rows: Iterable[tuple[int, Row]], fail: Callable[[str, str, str, int, object, str], None]
) -> list[Row]:
    """The rows without repetitions; the same key with other figures is a problem.

    Args:
        name: of the table.
        rows: row number and row.
        fail: takes code, German, English, row, value and level.
    """
    kept: dict[tuple[str, ...], tuple[int, Row]] = {}
    figures = list(SHAPES[name].numbers)
    for number, row in rows:
        key = key_of(name, row)
        known = kept.get(key)
        if known is None:
            kept[key] = (number, row)
        elif [known[1][c] for c in figures] == [row[c] for c in figures]:
            fail(
                "TK-TABLE-043",
                f"wie Zeile {known[0]}, einmal genommen",
                f"as row {known[0]}, taken once",
                number,
                " ".join(key),
                "warning",
            )
        else:
            fail(
                "TK-TABLE-017",
                f"widerspricht Zeile {known[0]}",
                f"contradicts row {known[0]}",
                number,
                " ".join(key),
                "error",
            )
    return [row for _, row in kept.values()]
