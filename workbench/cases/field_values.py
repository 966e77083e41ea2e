"""Fields of the registration document as they are typed and as they are kept. Pure.

What an expert types is brought into the form in which the reader gives its values, so that equal values are stored equally;
what does not fit any form is kept as typed: the paper is right, whatever a program thinks of it.
"""

from __future__ import annotations

import re
from datetime import date

from cv_models.registration import rules
from workbench.cases.field_labels import DATE_CODES, LINES_CODES, MONTH_CODES

LONGEST = 300
LONGEST_LINES = 2000
_NUMBERS = frozenset(
    {
        "P.1", "P.2", "P.4", "T", "18", "19", "20", "G", "13", "V.7", "F.1", "F.2", "7.1", "7.2", "7.3", "8.1", "8.2", "8.3",
        "U.1", "U.2", "U.3", "O.1", "O.2", "S.1", "S.2", "L", "9",
    }
)  # fmt: skip
_DAY = re.compile(r"(\d{1,2})[.\-/ ](\d{1,2})[.\-/ ](\d{4}|\d{2})")
_MONTH = re.compile(r"(\d{1,2})\s?[./\-]\s?(\d{4}|\d{2})")


def plain(text: str | None, *, lines: bool = False) -> str:
    """Outside text without control characters, white space made single; with ``lines`` line breaks stay."""
    kept = "".join(letter if letter.isprintable() else "\n" if letter == "\n" else " " for letter in text or "")
    parts = kept.split("\n") if lines else [kept.replace("\n", " ")]
    return "\n".join(part for part in (" ".join(part.split()) for part in parts) if part)


def normal_value(code: str, typed: str | None, *, today: date | None = None) -> str | None:
    """What is kept of a typed value: days as ISO text, months as ``YYYY-MM``, plates and keys in their one spelling.

    Args:
        code: printed code of the field.
        typed: what was typed; None or blank is no value.
        today: decides the century of a year of two digits.

    Returns:
        The value; text that is no such value comes back as it was typed, in one line where the field has one.
    """
    text = plain(typed, lines=code in LINES_CODES)[: LONGEST_LINES if code in LINES_CODES else LONGEST]
    if not text:
        return None
    if code in DATE_CODES:
        return _day(text, today) or text
    if code in MONTH_CODES:
        return _month(text) or text
    if code == "A":
        return rules.parse_plate(text) or text.upper()
    if code in {"E", "3", "2.1"}:
        return re.sub(r"[\s.]", "", text).upper()
    if code == "2.2":
        return rules.parse_type_key(text) or text.upper()
    if code in _NUMBERS and re.fullmatch(r"[\d. ]{1,9}", text):
        digits = re.sub(r"[. ]", "", text)
        return str(int(digits)) if digits else text
    return text


def _year(text: str, latest: int) -> int:
    if len(text) == 4:
        return int(text)
    return 2000 + int(text) if 2000 + int(text) <= latest else 1900 + int(text)


def _day(text: str, today: date | None) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    found = _DAY.fullmatch(text)
    if found is None and re.fullmatch(r"\d{8}", text):
        found = _DAY.fullmatch(f"{text[:2]}.{text[2:4]}.{text[4:]}")
    if found is None:
        return None
    try:
        return date(_year(found[3], (today or date.today()).year), int(found[2]), int(found[1])).isoformat()
    except ValueError:
        return None


def _month(text: str) -> str | None:
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        return text
    found = _MONTH.fullmatch(text)
    if found is None or not 1 <= int(found[1]) <= 12:
        return None
    return f"{_year(found[2], 2099)}-{int(found[1]):02d}"


def printed_form(code: str, value: str) -> str | None:
    """The value as it stands on the paper, where its kept form tells; None where the office's printer decides.

    A day is printed ``DD.MM.YYYY``. A month may have one digit or two, a number may be padded, a plate and a type key may be
    spaced in several ways: those are not known from the value.
    """
    if code in DATE_CODES:
        try:
            return date.fromisoformat(value).strftime("%d.%m.%Y")
        except ValueError:
            return value
    if code in MONTH_CODES or code in _NUMBERS or code in {"A", "2.2"}:
        return None
    return value
