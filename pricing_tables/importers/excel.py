"""Excel files (.xlsx): merged cells, several sheets, numbers as they are shown, formulas by their stored value or not at all.

The file is a ZIP archive from outside: its sizes are checked before anything is unpacked, and no part may declare entities.
"""

from __future__ import annotations

import io
import math
import re
import warnings
import zipfile
from datetime import date, datetime
from typing import Any, Final

from pricing_tables.importers.numbers import from_cell
from pricing_tables.importers.problems import Place, Problem, refuse
from pricing_tables.importers.sheets import EMPTY, MAX_COLUMNS, MAX_ROWS, MAX_TEXT, Cell, Opened, Sheet

MAX_UNPACKED: Final = 80_000_000
MAX_PARTS: Final = 2_000
MAX_RATIO: Final = 200
_ROOT: Final = re.compile(rb"<[A-Za-z_]")
_DECLARED: Final = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_ERRORS: Final = frozenset(
    {"#N/A", "#NV", "#REF!", "#DIV/0!", "#VALUE!", "#WERT!", "#NAME?", "#NUM!", "#NULL!", "#BEZUG!"}
)


def check_archive(content: bytes) -> None:
    """Refuse an archive that is no workbook, unpacks to too much, or declares entities.

    Raises:
        ImportFileError: TK-TABLE-010, 011 or 019.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            total = sum(part.file_size for part in parts)
            packed = sum(part.compress_size for part in parts)
            if len(parts) > MAX_PARTS or total > MAX_UNPACKED or total > MAX_RATIO * max(packed, 10_000):
                raise refuse(
                    "TK-TABLE-011",
                    f"Die Datei wird ausgepackt zu groß ({total // 1_000_000} MB).",
                    f"The file unpacks to too much ({total // 1_000_000} MB).",
                )
            if "[Content_Types].xml" not in archive.namelist():
                raise refuse("TK-TABLE-010", "Das ist keine Excel-Datei.", "This is no Excel file.")
            for part in parts:
                if part.filename.endswith((".xml", ".rels", ".vml")):
                    with archive.open(part) as stream:
                        head = stream.read(65_536)
                    root = _ROOT.search(head)
                    if (
                        b"\x00" in head
                        or _DECLARED.search(head[: root.start()] if root else head)
                        or (root is None and len(head) == 65_536)
                    ):
                        raise refuse(
                            "TK-TABLE-019",
                            "XML mit DTD oder Entitäten wird nicht gelesen.",
                            "XML with a DTD or entities is not read.",
                            value=part.filename,
                        )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        # RuntimeError: an encrypted part; NotImplementedError: a compression that Excel does not write.
        raise refuse("TK-TABLE-010", "Die Excel-Datei ist beschädigt.", "The Excel file is damaged.") from error


def read_excel(content: bytes) -> Opened:
    """Every visible sheet of a workbook.

    Raises:
        ImportFileError: TK-TABLE-010 damaged, 011 too big, 019 entities.
    """
    import openpyxl

    check_archive(content)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of parts it leaves out (drawings, validations); none of them holds a cell.
            warnings.simplefilter("ignore")
            formulas = openpyxl.load_workbook(io.BytesIO(content), data_only=False)
            values = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except Exception as error:  # a reader of foreign files fails in many ways; for the user each is a damaged file
        raise refuse(
            "TK-TABLE-010",
            f"Die Excel-Datei ist beschädigt ({type(error).__name__}).",
            f"The Excel file is damaged ({type(error).__name__}).",
        ) from error
    hidden = [sheet.title for sheet in formulas.worksheets if sheet.sheet_state != "visible"]
    notes = tuple(
        Problem(
            "TK-TABLE-000",
            "ausgeblendetes Blatt nicht gelesen",
            "hidden sheet not read",
            Place(str(title)),
            level="note",
        )
        for title in hidden
    )
    shown = (sheet for sheet in formulas.worksheets if sheet.sheet_state == "visible")
    return Opened(tuple(_sheet(sheet, values[sheet.title]) for sheet in shown), notes, "xlsx")


def _sheet(sheet: Any, cached: Any) -> Sheet:
    if (sheet.max_row or 0) > MAX_ROWS or (sheet.max_column or 0) > MAX_COLUMNS:
        raise refuse(
            "TK-TABLE-011",
            f"Mehr als {MAX_ROWS} Zeilen oder {MAX_COLUMNS} Spalten.",
            f"More than {MAX_ROWS} rows or {MAX_COLUMNS} columns.",
            Place(sheet.title),
        )
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    for area in sheet.merged_cells.ranges:
        # A merged area that covers the whole sheet is a decoration; filling it would make cells out of nothing.
        if area.size["rows"] * area.size["columns"] <= 2_000:
            for row in range(area.min_row, area.max_row + 1):
                for column in range(area.min_col, area.max_col + 1):
                    merged[row, column] = (area.min_row, area.min_col)
    rows = []
    for number, cells in enumerate(sheet.iter_rows(), 1):
        made = []
        for cell in cells:
            row, column = merged.get((cell.row, cell.column), (cell.row, cell.column))
            made.append(_cell(sheet.cell(row, column), cached.cell(row, column)))
        while made and made[-1] is EMPTY:
            made.pop()
        if any(cell.value is not None or cell.problem for cell in made):
            rows.append((number, tuple(made)))
    return Sheet(str(sheet.title), tuple(rows))


def _cell(cell: Any, cached: Any) -> Cell:
    value, note = cell.value, None
    if value is None:
        return EMPTY
    if cell.data_type == "f":
        if cached.value is None:
            return Cell(
                None,
                problem=(
                    "TK-TABLE-018",
                    "Formel ohne gespeicherten Wert; bitte in Excel speichern oder den Wert einfügen.",
                    "formula without a stored value; please save in Excel or paste the value.",
                ),
            )
        value = cached.value
        note = ("gespeicherter Wert einer Formel", "stored value of a formula")
    if isinstance(value, bool):
        return Cell("ja" if value else "nein", note)
    if isinstance(value, float) and not math.isfinite(value):
        return Cell(None, problem=("TK-TABLE-018", "keine Zahl", "no number"))
    if isinstance(value, int | float):
        number, rounded = from_cell(value, cell.number_format or "General")
        if rounded:
            note = (f"wie angezeigt: {number} (gespeichert {value!r})", f"as shown: {number} (stored {value!r})")
        return Cell(number, note)
    if isinstance(value, datetime):
        return Cell(value.date(), note)
    if isinstance(value, date):
        return Cell(value, note)
    text = str(value)
    if text.strip().upper() in _ERRORS:
        return Cell(None, problem=("TK-TABLE-018", f"Fehlerwert {text.strip()}", f"error value {text.strip()}"))
    if len(text) > MAX_TEXT:
        return Cell(None, problem=("TK-TABLE-011", "Zelle zu lang", "cell too long"))
    return Cell(text, note) if text.strip() else EMPTY
