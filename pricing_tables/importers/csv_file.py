"""CSV as spreadsheets write it: encoding and separator are found out, and said."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Final

from pricing_tables.importers.problems import Place, Problem, refuse
from pricing_tables.importers.sheets import EMPTY, MAX_COLUMNS, MAX_ROWS, MAX_TEXT, Cell, Opened, Sheet

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS: Final = (";", "\t", ",", "|")
_NAMES: Final = {
    ";": ("Semikolon", "semicolon"),
    ",": ("Komma", "comma"),
    "\t": ("Tabulator", "tab"),
    "|": ("Strich", "bar"),
}


def decode(content: bytes) -> tuple[str, str]:
    """Text and the name of its encoding: a byte order mark decides, then UTF-8, then Windows-1252.

    Raises:
        ImportFileError: TK-TABLE-010 when it is no text.
    """
    names = [name for bom, name in _BOMS if content.startswith(bom)] or ["utf-8", "cp1252"]
    for name in names:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if not any(ord(c) < 32 and c not in "\t\r\n\x0c" for c in text[:200_000]):
            return text, name
    raise refuse("TK-TABLE-010", "Die Datei ist kein Text.", "The file is no text.")


def separator(text: str) -> str:
    """The separator that gives the most rows of the same width."""
    first = text.split("\n", 1)[0].strip().casefold()
    if first.startswith("sep=") and len(first) == 5:
        return first[4]
    best, best_score = ";", -1.0
    for candidate in _SEPARATORS:
        widths = Counter(
            len(row) for row in csv.reader(io.StringIO(text[:60_000], newline=""), delimiter=candidate) if any(row)
        )
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        score = 0.0 if width < 2 else count / sum(widths.values()) + 0.001 * min(width, 50)
        if score > best_score:
            best, best_score = candidate, score
    return best


def read_csv(content: bytes) -> Opened:
    """One sheet of text cells.

    Raises:
        ImportFileError: TK-TABLE-010 no text, 011 too many rows or columns or too long a cell.
    """
    text, encoding = decode(content)
    try:
        mark = separator(text)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        rows: list[tuple[int, tuple[Cell, ...]]] = []
        start = 1
        for row in reader:
            number, start = start, reader.line_num + 1
            if number == 1 and row and row[0].casefold().startswith("sep="):
                continue
            if len(rows) >= MAX_ROWS or len(row) > MAX_COLUMNS:
                raise refuse(
                    "TK-TABLE-011",
                    f"Mehr als {MAX_ROWS} Zeilen oder {MAX_COLUMNS} Spalten.",
                    f"More than {MAX_ROWS} rows or {MAX_COLUMNS} columns.",
                    Place(row=number),
                )
            if any(len(value) > MAX_TEXT for value in row):
                raise refuse(
                    "TK-TABLE-011",
                    f"Eine Zelle hat mehr als {MAX_TEXT} Zeichen (fehlt ein Anführungszeichen?).",
                    f"A cell has more than {MAX_TEXT} characters (is a quote missing?).",
                    Place(row=number),
                )
            cells = tuple(Cell(value) if value.strip() else EMPTY for value in row)
            if any(cell.value is not None for cell in cells):
                rows.append((number, cells))
    except csv.Error as error:
        raise refuse("TK-TABLE-010", f"Kein lesbares CSV ({error}).", f"No readable CSV ({error}).") from error
    named = _NAMES.get(mark, (mark, mark))
    note = Problem(
        "TK-TABLE-000",
        f"Gelesen als CSV, Zeichensatz {encoding}, Trennzeichen {named[0]}.",
        f"Read as CSV, encoding {encoding}, separator {named[1]}.",
        level="note",
    )
    return Opened((Sheet("", tuple(rows)),), (note,), "csv")
