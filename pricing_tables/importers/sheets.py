"""What a file holds, whatever its format: sheets of cells with their places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from pricing_tables.importers.problems import Problem, refuse

MAX_BYTES: Final = 20_000_000
MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 200
MAX_TEXT: Final = 2_000

Value = str | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        value: text, exact number of a spreadsheet, date, or None where it is empty.
        note: what was done to it on the way, in German and English; empty for nothing.
        problem: code and reason why it cannot be used; told only where the cell is needed.
    """

    value: Value = None
    note: tuple[str, str] | None = None
    problem: tuple[str, str, str] | None = None

    @property
    def text(self) -> str:
        """As text, edges and inner odd spaces squeezed."""
        if self.value is None:
            return ""
        raw = format(self.value, "f") if isinstance(self.value, Decimal) else str(self.value)
        return " ".join(raw.replace("\u00a0", " ").replace("\u202f", " ").replace("\u200b", "").split())


EMPTY: Final = Cell()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of cells.

    Attributes:
        name: of the sheet; empty for a CSV file.
        rows: (row number as a person counts it, cells).
    """

    name: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was read.

    Attributes:
        sheets: all of them that hold anything.
        notes: what was found out on the way (encoding, separator).
        kind: csv, xlsx or xml.
    """

    sheets: tuple[Sheet, ...]
    notes: tuple[Problem, ...]
    kind: str


def file_bytes(path: Path) -> bytes:
    """The content of a file.

    Raises:
        ImportFileError: TK-TABLE-010 unreadable, 011 too big, 021 empty.
    """
    try:
        if not path.is_file():
            raise refuse("TK-TABLE-010", "Das ist keine Datei.", "This is no file.", value=path.name)
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise refuse(
            "TK-TABLE-010",
            f"Die Datei ist nicht lesbar ({error.strerror}).",
            f"The file cannot be read ({error.strerror}).",
        ) from error
    if len(content) > MAX_BYTES:
        limit = MAX_BYTES // 1_000_000
        raise refuse("TK-TABLE-011", f"Die Datei ist größer als {limit} MB.", f"The file is bigger than {limit} MB.")
    if not content.strip():
        raise refuse("TK-TABLE-021", "Die Datei ist leer.", "The file is empty.")
    return content


def kind_of(content: bytes) -> str:
    """csv, xlsx or xml by what the file is, not by its name.

    Raises:
        ImportFileError: TK-TABLE-010 for a format that cannot be imported.
    """
    head = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if content.startswith(b"PK\x03\x04"):
        return "xlsx"
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse(
            "TK-TABLE-010",
            "Das ist eine alte Excel-Datei (.xls) oder eine verschlüsselte. Bitte als .xlsx oder CSV speichern.",
            "This is an old Excel file (.xls) or an encrypted one. Please save it as .xlsx or CSV.",
        )
    if content.startswith(b"%PDF"):
        raise refuse(
            "TK-TABLE-010",
            "PDF wird nicht importiert. Bitte CSV oder Excel.",
            "PDF is not imported. Please give CSV or Excel.",
        )
    if head.startswith((b"<?xml", b"<")):
        return "xml"
    return "csv"


def open_file(path: Path) -> Opened:
    """Read a CSV or Excel file.

    Raises:
        ImportFileError: TK-TABLE-010, 011, 019 or 021.
    """
    from pricing_tables.importers.csv_file import read_csv
    from pricing_tables.importers.excel import read_excel

    content = file_bytes(path)
    kind = kind_of(content)
    if kind == "xml":
        raise refuse(
            "TK-TABLE-012",
            "XML enthält Positionen, keine Tabelle: telekalk import-positions.",
            "XML holds positions, not a table: telekalk import-positions.",
        )
    opened = read_excel(content) if kind == "xlsx" else read_csv(content)
    if not any(sheet.rows for sheet in opened.sheets):
        raise refuse("TK-TABLE-021", "Die Datei enthält keine Zeilen.", "The file holds no rows.")
    return opened
