"""Reads the cells of one sheet under a heading: numbers, words, text; collects every problem with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from pricing_tables.importers.columns import Heading
from pricing_tables.importers.names import part_of, word_of
from pricing_tables.importers.numbers import Style, read, style_of
from pricing_tables.importers.problems import Place, Problem, visible
from pricing_tables.importers.sheets import EMPTY, Cell, Sheet
from pricing_tables.search import words_of

#: A row that starts with one of these is no data.
_FOOTERS: Final = frozenset(
    (
        "summe", "gesamt", "gesamtsumme", "total", "zwischensumme", "subtotal", "sum", "durchschnitt", "mittelwert", "average", "stand",
        "hinweis", "hinweise", "alle", "seite", "page", "quelle", "anmerkung", "note", "notes", "angaben", "preise", "gueltig",
    )
)  # fmt: skip
#: Text cells that a spreadsheet would run when somebody opens the table again.
_DANGEROUS: Final = ("=", "@", "+", "-", "\t", "|")
#: Decimals that a table keeps.
MAX_DECIMALS: Final = 4


def _is_remark(cells: tuple[Cell, ...], used: list[int]) -> bool:
    """A row whose only cell is words: not a part whose price is missing, nor a price whose part is."""
    if not used:
        return True
    cell = cells[used[0]]
    return isinstance(cell.value, str) and read(cell.text) is None and part_of(cell.text)[0] is None


@dataclass(slots=True)
class SheetReader:
    """One sheet under its heading.

    Attributes:
        sheet, heading: what is read.
        problems: errors, warnings and notes so far.
        file_style: notation that the whole file proves, for columns that prove none.
        skip_unknown: rows of other parts than ours are left out, each with a note, instead of refusing the file.
    """

    sheet: Sheet
    heading: Heading
    file_style: Style | None = None
    skip_unknown: bool = False
    problems: list[Problem] = field(default_factory=list)
    _styles: dict[int, Style | None] = field(default_factory=dict)
    _decided: set[int] = field(default_factory=set)

    def place(self, row: int, column: str = "") -> Place:
        """A place for people: heading of the column, or the field's name where it has none."""
        index = self.heading.columns.get(column)
        return Place(self.sheet.name, row, self.heading.names.get(index, column) if index is not None else column)

    def fail(
        self, code: str, de: str, en: str, row: int, column: str = "", value: object = "", level: str = "error"
    ) -> None:
        """Keep one problem."""
        self.problems.append(Problem(code, de, en, self.place(row, column), visible(value), level))

    def rows(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Data rows: without footers, sums, repeated headings and lines of one cell, each of which is said."""
        heading = {i: " ".join(words_of(t)) for i, t in self.heading.names.items()}
        for number, cells in self.sheet.rows[self.heading.row :]:
            texts = [cell.text for cell in cells]
            filled = [t for t in texts if t]
            first = words_of(filled[0])[:1] if filled else ()
            used = [i for i in self.heading.columns.values() if i < len(cells) and (cells[i].text or cells[i].problem)]
            if not filled and not used:
                continue
            if filled and sum(heading.get(i) == " ".join(words_of(t)) for i, t in enumerate(texts) if t) >= 2:
                continue
            if (first and first[0] in _FOOTERS) or (len(used) <= 1 and _is_remark(cells, used)):
                self.fail(
                    "TK-TABLE-000", "Zeile übersprungen", "row skipped", number, value=" | ".join(filled), level="note"
                )
                continue
            yield number, cells

    def cell(self, cells: tuple[Cell, ...], column: str) -> Cell:
        """The cell of a field; empty where the row is shorter or the field has no column."""
        index = self.heading.columns.get(column)
        return cells[index] if index is not None and index < len(cells) else EMPTY

    def _style(self, index: int) -> Style | None:
        if index not in self._styles:
            texts = [
                cells[index].text
                for _, cells in self.sheet.rows[self.heading.row :]
                if index < len(cells) and isinstance(cells[index].value, str)
            ]
            self._styles[index] = style_of(texts)
        return self._styles[index]

    def number(self, row: int, cells: tuple[Cell, ...], column: str) -> Decimal | None:
        """An exact number, or None where the cell is empty or a problem was kept."""
        cell = self.cell(cells, column)
        index = self.heading.columns.get(column, -1)
        if cell.problem is not None:
            self.fail(*cell.problem, row, column)
            return None
        if cell.note is not None:
            self.fail("TK-TABLE-000", *cell.note, row, column, level="note")
        if cell.value is None:
            return None
        if isinstance(cell.value, Decimal):
            return self._decimals(cell.value, row, column)
        if isinstance(cell.value, date):
            self.fail(
                "TK-TABLE-014",
                "Datum statt Zahl; Excel hat die Eingabe umgedeutet.",
                "a date instead of a number; Excel has taken the entry for one.",
                row, column, cell.value.isoformat(),
            )  # fmt: skip
            return None
        reading = read(cell.text)
        if reading is None:
            self.fail("TK-TABLE-014", "keine Zahl", "no number", row, column, cell.text)
            return None
        style = self._style(index) or self.file_style
        value = reading.value(style)
        if value is None:
            de, en = (visible(v) for v in (reading.de, reading.en))
            self.fail(
                "TK-TABLE-015",
                f"mehrdeutig: deutsch {de}, englisch {en}; keine andere Zahl der Spalte entscheidet.",
                f"ambiguous: German {de}, English {en}; no other number of the column decides.",
                row, column, cell.text,
            )  # fmt: skip
            return None
        if reading.ambiguous and index not in self._decided:
            self._decided.add(index)
            named = {"de": ("deutscher", "German"), "en": ("englischer", "English")}[style or "de"]
            self.fail(
                "TK-TABLE-000",
                f"gelesen als {value} in {named[0]} Schreibweise, wie andere Zahlen der Spalte",
                f"read as {value} in {named[1]} notation, as other numbers of the column",
                row, column, cell.text, "note",
            )  # fmt: skip
        return self._decimals(value, row, column)

    def _decimals(self, value: Decimal, row: int, column: str) -> Decimal | None:
        plain = value.normalize()
        exponent = plain.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -MAX_DECIMALS:
            self.fail(
                "TK-TABLE-014",
                f"mehr als {MAX_DECIMALS} Nachkommastellen; bitte in der Datei runden.",
                f"more than {MAX_DECIMALS} decimals; please round it in the file.",
                row, column, value,
            )  # fmt: skip
            return None
        return value

    def needed(self, row: int, cells: tuple[Cell, ...], column: str) -> Decimal | None:
        """As :meth:`number`; an empty cell is a problem."""
        before = len([p for p in self.problems if p.level == "error"])
        value = self.number(row, cells, column)
        if value is None and before == len([p for p in self.problems if p.level == "error"]):
            self.fail("TK-TABLE-014", "Zahl fehlt", "the number is missing", row, column)
        return value

    def within(self, value: Decimal | None, low: str, high: str, row: int, column: str) -> Decimal | None:
        """The value when it is in its range; else a problem."""
        if value is None or Decimal(low) <= value <= Decimal(high):
            return value
        self.fail(
            "TK-TABLE-020", f"nicht zwischen {low} und {high}", f"not between {low} and {high}", row, column, value
        )
        return None

    def text(self, row: int, cells: tuple[Cell, ...], column: str) -> str:
        """Text that people will read; what a spreadsheet would run as a formula is refused."""
        cell = self.cell(cells, column)
        if cell.problem is not None:
            self.fail(*cell.problem, row, column)
            return ""
        text = "".join(c for c in cell.text if c.isprintable())[:200]
        if text.startswith(_DANGEROUS) and isinstance(cell.value, str):
            self.fail(
                "TK-TABLE-023",
                "Text beginnt wie eine Formel und wird nicht übernommen.",
                "the text starts like a formula and is not taken.",
                row, column, text,
            )  # fmt: skip
            return ""
        return text

    def part(self, row: int, cells: tuple[Cell, ...]) -> tuple[str | None, str | None]:
        """The part of a row; an unknown one is a problem."""
        text = self.text(row, cells, "part")
        part, side = part_of(text) if text else (None, None)
        if part is None and text and self.skip_unknown:
            self.fail("TK-TABLE-000", "anderes Teil, ausgelassen", "another part, left out", row, "part", text, "note")
        elif part is None and not (text == "" and self.problems and self.problems[-1].place.row == row):
            self.fail("TK-TABLE-016", "unbekanntes Bauteil", "unknown part", row, "part", text)
        return part, side

    def word(self, kind: str, row: int, cells: tuple[Cell, ...], column: str, *, needed: bool = True) -> str | None:
        """Our word for the cell's; None where it is empty and not needed, or unknown (a problem)."""
        text = self.text(row, cells, column)
        if not text and not needed:
            return None
        word = word_of(kind, text) if text else None
        if word is None:
            number_only = kind == "level" and text.strip().isdigit()
            self.fail(
                "TK-TABLE-016",
                "Eine Zahl allein ist als Lackstufe mehrdeutig; bitte den Namen angeben." if number_only else "unbekanntes Wort",
                "A number alone is ambiguous as a paint level; please give its name." if number_only else "unknown word",
                row, column, text,
            )  # fmt: skip
        return word
