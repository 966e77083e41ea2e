"""What does not fit in a field of the registration document, said in words. Pure; a doubt, never a refusal.

The rules of single values (check digit, plate, ranges) are the reader's own (``cv_models.registration.rules``); here they
become sentences with the figures in them, for the person who has the paper before their eyes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from cv_models.registration import rules, words
from workbench.cases.field_labels import DATE_CODES, MONTH_CODES

Values = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a value does not fit: a code for programs, a sentence in German and in English."""

    code: str
    de: str
    en: str


def _one(code: str, de: str, en: str) -> tuple[Doubt, ...]:
    return (Doubt(code, de, en),)


def check(code: str, value: str | None, others: Values, today: date) -> tuple[Doubt, ...]:
    """What does not fit in the value of one field.

    Args:
        code: printed code.
        value: in the form in which it is kept; None is no value and raises no doubt.
        others: values of the other fields of the same document.
        today: the day on which it is checked.
    """
    if not value or value.strip("- ") == "":
        return ()
    if code in DATE_CODES:
        return _date(code, value, others, today)
    if code in MONTH_CODES:
        return _month(value)
    if code in _RANGES:
        return _range(code, value, others)
    special = _CHECKS.get(code)
    return special(value, others) if special else ()


def _vin(value: str, others: Values) -> tuple[Doubt, ...]:
    strange = sorted({letter for letter in value if letter not in rules.VIN_ALPHABET})
    if strange:
        shown = ", ".join(strange)
        return _one(
            "vin_letters",
            f"In einer FIN steht kein {shown} (I, O und Q gibt es dort nicht: gemeint sind meist 1 und 0).",
            f"A VIN holds no {shown} (there is no I, O or Q in it: mostly 1 and 0 are meant).",
        )
    doubts: list[Doubt] = []
    if len(value) != 17:
        doubts.append(
            Doubt(
                "vin_length",
                f"Die FIN hat {len(value)} Zeichen; seit 1981 sind es 17.",
                f"The VIN has {len(value)} characters; since 1981 it has 17.",
            )
        )
    printed = (others.get("3") or "").strip().upper()
    if 1 <= len(value) <= 17 and re.fullmatch(r"[0-9X]", printed):
        expected = rules.check_digit(value)
        if expected != printed:
            doubts.append(
                Doubt(
                    "vin_check_digit",
                    f"Zu dieser FIN gehört die Prüfziffer {expected}; in Feld 3 steht {printed}.",
                    f"This VIN has the check digit {expected}; field 3 says {printed}.",
                )
            )
    make = others.get("D.1")
    if make and len(value) == 17 and _other_make(value[:3], make, words.makes_of_world_code(value[:3]), 1):
        doubts.append(
            Doubt(
                "vin_make",
                f"FINs mit {value[:3]} am Anfang gehören zu einer anderen Marke als {make}.",
                f"VINs that begin with {value[:3]} belong to another make than {make}.",
            )
        )
    return tuple(doubts)


def _other_make(code: str, make: str, makes: tuple[str, ...], place: int) -> bool:
    """Whether a code is known to belong to other makes than this one."""
    if not makes or make.upper() in makes or any(known in make.upper() for known in makes):
        return False
    known = words.MAKES.get(make.upper())
    return known is None or code not in known[place]


def _hsn(value: str, others: Values) -> tuple[Doubt, ...]:
    if not re.fullmatch(r"[0-9]{4}", value):
        return _one("hsn_form", "Die HSN hat vier Ziffern.", "The HSN has four digits.")
    make = (others.get("D.1") or "").upper()
    known = words.MAKES.get(make)
    makes = tuple(name for name, (keys, _) in words.MAKES.items() if value in keys)
    if known is None or not known[0] or not makes or value in known[0]:
        return ()
    return _one(
        "hsn_make",
        f"Die HSN {value} gehört zu {makes[0]}, nicht zu {make}.",
        f"The HSN {value} belongs to {makes[0]}, not to {make}.",
    )


def _digit(value: str, others: Values) -> tuple[Doubt, ...]:
    if not re.fullmatch(r"[0-9X]", value):
        return _one(
            "check_digit_form",
            "Die Prüfziffer ist eine Ziffer, ein X oder ein Strich.",
            "The check digit is a digit, an X or a dash.",
        )
    return tuple(
        doubt for doubt in check("E", others.get("E"), {"3": value}, date.min) if doubt.code == "vin_check_digit"
    )


def _make(value: str, others: Values) -> tuple[Doubt, ...]:
    return tuple(doubt for doubt in check("E", others.get("E"), {"D.1": value}, date.min) if doubt.code == "vin_make")


def _plate(value: str, _others: Values) -> tuple[Doubt, ...]:
    if rules.parse_plate(value) is not None:
        return ()
    district = re.match(r"[A-ZÄÖÜ]{1,3}(?=[\s\-])", value)
    if district and district[0] not in rules.plate_districts():
        return _one(
            "plate_district",
            f"Das Unterscheidungszeichen {district[0]} gibt es in Deutschland nicht.",
            f"There is no German district code {district[0]}.",
        )
    return _one(
        "plate_form",
        "Das ist kein deutsches Kennzeichen (z. B. M-AB 123, höchstens acht Zeichen).",
        "This is no German plate (e.g. M-AB 123, at most eight characters).",
    )


def _as_day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        return None


def _date(code: str, value: str, others: Values, today: date) -> tuple[Doubt, ...]:
    day = _as_day(value)
    if day is None:
        return _one("no_date", f"„{value}“ ist kein Tag des Kalenders.", f"“{value}” is no day of the calendar.")
    if day > today:
        return _one("future", "Dieser Tag liegt in der Zukunft.", "This day lies in the future.")
    if day.year < 1900:
        return _one("past", "Dieser Tag liegt vor 1900.", "This day lies before 1900.")
    doubts: list[Doubt] = []
    first, this, approval = (day if code == other else _as_day(others.get(other)) for other in ("B", "I", "6"))
    if code in {"B", "I"} and first and this and first > this:
        doubts.append(
            Doubt(
                "dates_order",
                f"Die Erstzulassung (B, {first:%d.%m.%Y}) liegt nach dieser Zulassung (I, {this:%d.%m.%Y}).",
                f"The first registration (B, {first:%d.%m.%Y}) is after this registration (I, {this:%d.%m.%Y}).",
            )
        )
    if code in {"I", "6"} and this and approval and approval > this:
        doubts.append(
            Doubt(
                "dates_order",
                f"Die Typgenehmigung (6, {approval:%d.%m.%Y}) liegt nach dieser Zulassung (I, {this:%d.%m.%Y}).",
                f"The type approval (6, {approval:%d.%m.%Y}) is after this registration (I, {this:%d.%m.%Y}).",
            )
        )
    return tuple(doubts)


def _month(value: str) -> tuple[Doubt, ...]:
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", value)
    if found is None:
        return _one("no_month", "Monat und Jahr, z. B. 05/2027.", "Month and year, e.g. 05/2027.")
    if not 1990 <= int(found[1]) <= 2099:
        return _one(
            "range", f"{found[1]} ist kein Jahr einer Hauptuntersuchung.", f"{found[1]} is no year of an inspection."
        )
    return ()


#: Field -> smallest, largest, unit: outside it nothing on the road is built.
_RANGES: Mapping[str, tuple[int, int, str]] = MappingProxyType(
    {
        "P.1": (50, 9000, "cm³"), "P.2": (1, 1500, "kW"), "P.4": (500, 20000, "1/min"), "T": (25, 450, "km/h"),
        "18": (2000, 7000, "mm"), "19": (1400, 2600, "mm"), "20": (1000, 3500, "mm"), "G": (300, 7500, "kg"),
        "F.1": (400, 12000, "kg"), "F.2": (400, 12000, "kg"), "L": (1, 5, ""), "9": (1, 4, ""), "S.1": (1, 9, ""),
        "V.7": (0, 700, "g/km"), "O.1": (0, 5000, "kg"), "O.2": (0, 1500, "kg"), "U.1": (40, 120, "dB(A)"),
        "U.3": (40, 110, "dB(A)"), "13": (0, 500, "kg"), "11": (0, 9, ""),
    }
)  # fmt: skip


def _number(value: str | None) -> int | None:
    return int(value) if value and re.fullmatch(r"\d{1,6}", value) else None


def _range(code: str, value: str, others: Values) -> tuple[Doubt, ...]:
    low, high, unit = _RANGES[code]
    number = _number(value)
    if number is None:
        return _one("no_number", "Hier steht eine ganze Zahl.", "A whole number stands here.")
    if not low <= number <= high:
        span = f"{low} … {high} {unit}".strip()
        return _one("range", f"Üblich sind {span}.", f"Usual are {span}.")
    pairs = {"G": ("F.1", True), "F.1": ("G", False), "O.2": ("O.1", True), "O.1": ("O.2", False)}
    other, less = pairs.get(code, ("", True))
    against = _number(others.get(other)) if other else None
    if against is not None and ((less and number > against) or (not less and number < against)):
        return _one(
            "contradiction",
            f"Passt nicht zu Feld {other} ({against}).",
            f"Does not fit field {other} ({against}).",
        )
    return ()


def _pattern(pattern: str, code: str, de: str, en: str) -> Callable[[str, Values], tuple[Doubt, ...]]:
    wanted = re.compile(pattern)
    return lambda value, _others: () if wanted.fullmatch(value) else _one(code, de, en)


def _type_key(value: str, _others: Values) -> tuple[Doubt, ...]:
    if rules.parse_type_key(value) is not None or re.fullmatch(r"[0-9A-Z]{3}", value):
        return ()
    return _one(
        "type_key_form",
        "Der Typschlüssel hat neun Zeichen (AAA000021), vor Oktober 2005 sieben Ziffern.",
        "The type code has nine characters (AAA000021), before October 2005 seven digits.",
    )


_CHECKS: Mapping[str, Callable[[str, Values], tuple[Doubt, ...]]] = MappingProxyType(
    {
        "A": _plate,
        "E": _vin,
        "3": _digit,
        "D.1": _make,
        "2.1": _hsn,
        "2.2": _type_key,
        "10": _pattern(r"\d{4}", "code_form", "Der Kraftstoffcode hat vier Ziffern.", "The fuel code has four digits."),
        "16": _pattern(
            r"[A-Z]{2} ?\d{6}", "number_form", "Zwei Buchstaben und sechs Ziffern.", "Two letters and six digits."
        ),
        "C.1.3": _pattern(
            r"(?s).*(?<!\d)\d{5}(?!\d).*",
            "postcode",
            "Eine Postleitzahl (fünf Ziffern) fehlt.",
            "A postcode is missing.",
        ),
    }
)


def check_all(values: Values, today: date) -> dict[str, tuple[Doubt, ...]]:
    """Code -> doubts, for every field of a document that has some."""
    found = {code: check(code, value, values, today) for code, value in values.items()}
    return {code: doubts for code, doubts in found.items() if doubts}
