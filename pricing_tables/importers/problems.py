"""What is wrong in a file, with its place; everything found is told at once and nothing is imported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pricing_tables.errors import TableError

#: Longest piece of a file that is repeated in a message.
SHOWN = 60
#: Most problems that are told.
MOST = 200


def visible(value: object) -> str:
    """A hostile value, short and printable."""
    text = "".join(c if c.isprintable() else "·" for c in str(value))
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file.

    Attributes:
        sheet: name of the sheet; empty in a CSV or XML file.
        row: counted from 1 as a spreadsheet shows it; 0 for the file as a whole.
        column: heading of the column, or its letter.
    """

    sheet: str = ""
    row: int = 0
    column: str = ""

    def words(self, english: bool = False) -> str:
        """``Blatt Preise, Zeile 7, Spalte Preis``."""
        names = ("sheet", "row", "column") if english else ("Blatt", "Zeile", "Spalte")
        values = (
            visible(self.sheet) if self.sheet else "",
            str(self.row or ""),
            visible(self.column) if self.column else "",
        )
        return ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True) if value)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or, with the level ``warning`` or ``note``, one that a person should look at.

    Attributes:
        code: TK-TABLE-nnn.
        message_de, message_en: the reason.
        place: where.
        value: as found in the file, cut short.
        level: error, warning, note.
    """

    code: str
    message_de: str
    message_en: str
    place: Place = Place()
    value: str = ""
    level: str = "error"

    def words(self, english: bool = False) -> str:
        """The whole sentence with its place."""
        where = self.place.words(english)
        text = self.message_en if english else self.message_de
        found = f" [{self.value}]" if self.value else ""
        return f"{where}: {text}{found}" if where else f"{text}{found}"

    def to_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "code": self.code,
            "level": self.level,
            "sheet": self.place.sheet,
            "row": self.place.row,
            "column": self.place.column,
            "value": self.value,
            "de": self.message_de,
            "en": self.message_en,
        }


class ImportFileError(TableError):
    """A file that is not imported: every problem with its place.

    Attributes:
        problems: all of them, in the order of the file.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems[:MOST])
        first = self.problems[0]
        more = len(problems) - 1
        de = f" (und {more} weitere)" if more else ""
        en = f" (and {more} more)" if more else ""
        super().__init__(first.code, first.words() + de, first.words(english=True) + en)


def refuse(code: str, de: str, en: str, place: Place = Place(), value: object = "") -> ImportFileError:
    """A refusal of the whole file with one reason."""
    return ImportFileError([Problem(code, de, en, place, visible(value))])
