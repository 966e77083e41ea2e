"""Files that real users have, made here: no binary fixture is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from pricing_tables.importers.plan import Options, Plan, apply, plan
from pricing_tables.store import Table
from pricing_tables.versions import Stamp

FIRST = date(2027, 1, 1)


def stamp(**given: Any) -> Stamp:
    """Who and when; a day on which the demonstration tables are valid."""
    values: dict[str, Any] = {
        "by": "A. Muster",
        "at": datetime(2026, 11, 23, 12, tzinfo=UTC),
        "file_name": "",
        "valid_from": FIRST,
    }
    return Stamp(**{**values, **given})


def text_file(folder: Path, text: str, name: str = "liste.csv", encoding: str = "utf-8") -> Path:
    """A text file in an encoding."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def excel(
    folder: Path, rows: Sequence[Sequence[Any]], name: str = "liste.xlsx", **sheets: Sequence[Sequence[Any]]
) -> Path:
    """A workbook; ``rows`` on its first sheet, others by name."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    for title, more in sheets.items():
        sheet = book.create_sheet(title)
        for row in more:
            sheet.append(list(row))
    path = folder / name
    book.save(path)
    return path


def planned(path: Path, imports: Path, options: Options | None = None, **given: Any) -> Plan:
    """The plan of a file."""
    return plan(path, stamp(**given), options or Options(), imports=imports)


def imported(path: Path, imports: Path, options: Options | None = None, **given: Any) -> tuple[Table, ...]:
    """A file planned and applied."""
    return apply(planned(path, imports, options, **given), imports)


PRICES = "Bauteil;Segment;Preis EUR\nMotorhaube;Kompakt;700,00\nStoßfänger vorn;Kompakt;1.234,50 €\n"
RATES = (
    "Werkstatt;PLZ;Mechanik;Elektrik;Karosserie;UPE %;Kleinteile %;Dellen;Verbringung;Lacksystem;Lack;Lackmaterial %\n"
    "Autohaus Muster;40223;140,00;141,00;145,00;15;2;120,00;139,50;AZT;160,00;25\n"
)
