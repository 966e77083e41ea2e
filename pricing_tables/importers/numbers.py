"""Numbers as people write them, read exactly or not at all. No binary number is ever made.

``1.234,56`` is German, ``1,234.56`` is English, ``1.234`` alone could be either: then the other numbers of the column decide, and the
import says so; where they do not, the cell is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

Style = Literal["de", "en"]

_SPACES: Final = re.compile(r"[\s\u00a0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff]+")
_MINUS: Final = str.maketrans({"−": "-", "–": "-", "—": "-", "﹣": "-", "’": "'", "´": "'", "`": "'", "٬": "'"})
_UNIT: Final = r"(?:eur|euro|€|%|h|std\.?|stunden?|aw|ze|hours?|(?:eur|euro|€)?\s*(?:/|je|pro|per)\s*(?:h|std\.?|stunde|hour|aw|ze|stk\.?|stück|piece))"
_AFFIX: Final = re.compile(
    rf"^\s*{_UNIT}?\s*(?P<number>[-+]?[0-9][0-9.,' ]*|[-+]?[.,][0-9]+)\s*{_UNIT}?\s*$", re.IGNORECASE
)
_PLAIN: Final = re.compile(r"[0-9]+")
_GROUPED: Final[dict[Style, re.Pattern[str]]] = {
    "de": re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?"),
    "en": re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"),
}
_DECIMAL: Final[dict[Style, re.Pattern[str]]] = {
    "de": re.compile(r"[0-9]*,[0-9]+"),
    "en": re.compile(r"[0-9]*\.[0-9]+"),
}
#: Longest number that is read; a price is shorter.
MAX_LENGTH: Final = 40


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text can mean as a number.

    Attributes:
        de, en: its value in German and in English notation; None where it cannot be read so.
    """

    de: Decimal | None
    en: Decimal | None

    @property
    def certain(self) -> Decimal | None:
        """The value when the notation does not matter or only one is possible."""
        if self.de is None or self.en is None or self.de == self.en:
            return self.de if self.de is not None else self.en
        return None

    @property
    def ambiguous(self) -> bool:
        """Both notations can be read, with different values."""
        return self.de is not None and self.en is not None and self.de != self.en

    @property
    def style(self) -> Style | None:
        """The notation that this number proves, if it proves one."""
        if self.de is not None and self.en is None:
            return "de"
        return "en" if self.en is not None and self.de is None else None

    def value(self, style: Style | None) -> Decimal | None:
        """The value in a notation; None when it is not possible or not decided."""
        if self.ambiguous:
            return None if style is None else self.de if style == "de" else self.en
        return self.certain


def _in(text: str, style: Style) -> Decimal | None:
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    thousands, point = (".", ",") if style == "de" else (",", ".")
    if _GROUPED[style].fullmatch(text) and not text.startswith("0"):
        return Decimal(text.replace(thousands, "").replace(point, "."))
    if _DECIMAL[style].fullmatch(text):
        return Decimal(("0" if text.startswith(point) else "") + text.replace(point, "."))
    return None


def read(text: str) -> Reading | None:
    """What a text means as a number; None when it is none.

    Units and currency (``EUR``, ``€``, ``%``, ``h``, ``EUR/h``), odd spaces, a leading or trailing minus and thin grouping are allowed.
    """
    if len(text) > MAX_LENGTH:
        return None
    squeezed = _SPACES.sub(" ", text.translate(_MINUS)).strip()
    if squeezed.endswith("-") and squeezed.count("-") == 1:
        squeezed = "-" + squeezed[:-1].rstrip()
    found = _AFFIX.match(squeezed)
    if found is None:
        return None
    number = found["number"].strip().rstrip()
    negative = number.startswith("-")
    number = number.lstrip("+-").strip()
    if re.search(r"[' ]", number):
        # Groups of three by apostrophe or space; anything else with a space in it is two numbers.
        if not re.fullmatch(r"[0-9]{1,3}(?:[' ][0-9]{3})+(?:[.,][0-9]+)?", number):
            return None
        number = re.sub(r"[' ]", "", number)
        if re.fullmatch(r"[0-9]+[.,][0-9]+", number):
            value = Decimal(number.replace(",", "."))
            value = -value if negative else value
            return Reading(value, value)
    values = {style: _in(number, style) for style in ("de", "en")}
    if negative:
        values = {style: None if v is None else -v for style, v in values.items()}
    if values["de"] is None and values["en"] is None:
        return None
    return Reading(values["de"], values["en"])


def style_of(texts: Iterable[str]) -> Style | None:
    """The notation that the certain numbers of a column prove; None when none does, or when they contradict one another."""
    seen = {reading.style for text in texts if (reading := read(text)) is not None and reading.style is not None}
    return seen.pop() if len(seen) == 1 else None


def from_cell(number: float, number_format: str) -> tuple[Decimal, bool]:
    """A spreadsheet's numeric cell as the exact decimal that it shows.

    A spreadsheet stores 15 significant digits as a binary number; what stands behind them is noise of that form and not a price. With a
    format of fixed decimals the shown value counts.

    Args:
        number: int or the float that the file holds.
        number_format: of the cell, e.g. ``#,##0.00 "€"`` or ``0%``.

    Returns:
        The decimal, and whether showing it has rounded it.
    """
    value = Decimal(number) if isinstance(number, int) else Decimal(format(number, ".15g"))
    shown = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", number_format.split(";", maxsplit=1)[0])
    percent = "%" in shown
    if percent:
        value *= 100
    fixed = re.search(r"[0#](?:\.(0+)(?!#))?", shown.replace("#,##0", "0")) if re.search(r"0", shown) else None
    if fixed is None or "E" in shown.upper().replace("GENERAL", "") or "/" in shown:
        return _tidy(value), False
    decimals = len(fixed[1]) if fixed[1] else 0
    if "." in shown and not fixed[1]:
        return _tidy(value), False
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return rounded, rounded != value


def _tidy(value: Decimal) -> Decimal:
    """Without an exponent: 1E+2 is 100."""
    exponent = value.as_tuple().exponent
    return value.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else value
