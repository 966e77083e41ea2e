"""What each field of the form may hold, and how it is written down: one grammar, one meaning per field.

Sources: `registration_document.tsv` of the project (formats and rules), FZV Anlage 6. Ranges are from general knowledge and
wider than what is common; what is common is a little likelier, nothing that the form allows is impossible.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from cv_models.registration import rules
from cv_models.registration.evidence import Reads
from cv_models.registration.grammar import Grammar

_LETTER_CODE: Final = re.compile(r"[A-Z.]")


@dataclass(frozen=True)
class Field:
    """A field with a grammar.

    Attributes:
        code: as printed on the form.
        body: pattern of the printed value.
        reads: value and prior (log) of a printed text; None when it is none.
        dashed: how usual (log) a dash is in this field.
        next_code: code that is printed right of the value, which may have been cut with it.
    """

    code: str
    body: str
    reads: Reads
    dashed: float = -3.0
    next_code: str = ""
    known: tuple[str, ...] = field(default=())

    @cached_property
    def rule(self) -> Grammar:
        """The grammar with the codes that may have been cut with the value, and the dash."""
        before, after = _codes(self.code, self.next_code)
        return Grammar(f"{before}({self.body}|-{{1,3}}){after}")

    @cached_property
    def _whole(self) -> re.Pattern[str]:
        before, after = _codes(self.code, self.next_code)
        return re.compile(
            f"(?:{before[:-1]})?(?P<body>{self.body}|-{{1,3}}){after}"
            if before
            else f"(?P<body>{self.body}|-{{1,3}}){after}"
        )

    def value(self, text: str) -> tuple[str, float] | None:
        """Value and prior of what stands in the cell, the codes of the form left out; ("-", …) for a dash."""
        match = self._whole.fullmatch(text)
        if match is None:
            return None
        body = match["body"]
        extra = -2.5 if len(body) != len(text) else 0.0
        if body == self.next_code:
            return None  # the neighbour's printed code alone
        if body.strip("-") == "":
            return "-", self.dashed + extra
        found = self.reads(body)
        return (found[0], found[1] + extra) if found is not None else None


def _codes(code: str, following: str) -> tuple[str, str]:
    before = after = ""
    parts = code.split("/") if code == "P.2/P.4" else [code]
    head = "/".join(p.replace(".", r"\.") for p in parts)
    if _LETTER_CODE.search(code):
        before = f"({head} ?)?"
        if "." in code:
            # The first character of a printed code may have been cut off: ".1 1968".
            before = f"({head} ?|{head[1:]} )?"
    elif code:
        before = f"({head} )?"
    if following:
        after = f"( {following.replace('.', chr(92) + '.')})?"
    return before, after


def number(low: int, high: int, *, usual: tuple[int, int] | None = None, step: int = 1, ranges: bool = False) -> Reads:
    """Whole number, its padding taken off; likelier in the usual range and, for steps over 1, as a multiple of it."""

    def one(text: str) -> tuple[str, float] | None:
        value = rules.parse_number(text, low, high)
        if value is None:
            return None
        prior = 0.0
        if usual is not None and not usual[0] <= int(value) <= usual[1]:
            prior -= 2.5
        if step > 1 and int(value) % step:
            prior -= 1.0
        return value, prior

    def reads(text: str) -> tuple[str, float] | None:
        if ranges and "-" in text:
            first, last = (one(part) for part in text.split("-", 1))
            if first is None or last is None or int(first[0]) > int(last[0]):
                return None
            return f"{first[0]}-{last[0]}", -2.0 + first[1] + last[1]
        return one(text.partition(",")[0])

    return reads


def date(text: str) -> tuple[str, float] | None:
    """A date as ISO; far years are less likely."""
    value = rules.parse_date(text)
    if value is None:
        return None
    year = int(value[:4])
    if not 1920 <= year <= 2060:
        return None
    return value, (0.0 if 1985 <= year <= 2027 else -2.0 if year < 1985 else -4.0)


def month(text: str) -> tuple[str, float] | None:
    """Month and year of the next inspection as `YYYY-MM`."""
    value = rules.parse_month(text)
    if value is None or not 2005 <= int(value[:4]) <= 2040:
        return None
    return value, 0.0


def power(text: str) -> tuple[str, float] | None:
    """`kW/rpm` without padding, rpm "-" where there is none; engines turn at round numbers."""
    pair = rules.parse_power(text)
    if pair is None:
        return None
    prior = 0.0 if 5 <= int(pair[0]) <= 600 else -2.5
    if pair[1] is not None:
        speed = int(pair[1])
        prior -= 2.5 if speed > 9500 else 0.0
        prior -= 2.0 if speed % 10 else 0.7 if speed % 50 else 0.0
        prior -= 2.0 if speed < 1500 else 0.0
    # Either both are padded or none is.
    kilowatt, _, turns = text.replace(" ", "").partition("/")
    if pair[1] is not None and (len(kilowatt) == 4) != (len(turns) == 5) and speed < 10000:
        prior -= 2.5
    return "/".join(p or "-" for p in pair), prior


def type_key(text: str) -> tuple[str, float] | None:
    """Field 2.2 without spaces: type key of three letters (or, older, digits), five and a check character, mostly digits."""
    value = rules.parse_type_key(text)
    if value is None:
        return None
    head, tail = value[:3], value[3:]
    letters = sum(not c.isdecimal() for c in head)
    prior = 0.0 if letters in (0, 3) else -3.5 if letters == 2 else -4.5
    prior -= 0.8 * sum(c in "IOQ" for c in head)
    prior -= 2.5 * (letters == 2 and any(c in "015826" for c in head))
    if len(value) == 9:
        prior -= 1.0 if letters == 0 and head != "000" else 0.0
        prior -= 2.5 * sum(not c.isdecimal() for c in tail[:-1]) + (2.0 if tail[-1] == "X" else 0.0)
    return value, prior


def _as_is(prior: Callable[[str], float] = lambda _: 0.0, *, spaces: bool = True) -> Reads:
    def reads(text: str) -> tuple[str, float] | None:
        value = re.sub(r" {2,}", " ", text).strip() if spaces else text.replace(" ", "")
        return (value, prior(value)) if value else None

    return reads


def _seldom(reads: Reads) -> Reads:
    """A field that is struck out on almost all documents."""

    def seldom(text: str) -> tuple[str, float] | None:
        found = reads(text)
        return (found[0], found[1] - 3.0) if found is not None else None

    return seldom


def tyre(text: str) -> tuple[str, float] | None:
    """A tyre as `195/65R15 91H` (older: `155R13 78S`, `6.50-16`)."""
    raw = re.sub(r"\s+", " ", text.strip())
    match = re.fullmatch(
        r"(\d{2,3}(?:/\d{2,3})?) ?(Z?R|-|B)F? ?(\d{2}(?:,5|\.5)?C?) ?(?:\(?(\d{2,3}(?:/\d{2,3})?) ?([A-Z])\)?)?(?: ?(XL|RF|RSC|M\+?S|REINF\.?|C))?",
        raw,
    )
    if match is None:
        return (raw, -3.0) if re.fullmatch(r"\d{1,2}\.\d{2}-\d{2}.*", raw) else None
    width = int(match[1].split("/")[0])
    series = int(match[1].split("/")[1]) if "/" in match[1] else 80
    rim = int(re.sub(r"\D.*", "", match[3]))
    if not (10 <= rim <= 24 and 20 <= series <= 100):
        return None
    prior = 0.0 if 125 <= width <= 345 and width % 10 == 5 and series % 5 == 0 else -4.0
    prior -= 0.0 if 13 <= rim <= 22 else 1.5
    load = ""
    if match[5]:
        load = f" {match[4]}{match[5]}"
        prior -= 0.0 if match[5] in "TQHVWYSR" else 2.0 if match[5] in "NPLMUKZ" else 5.0
        prior -= 0.0 if 60 <= int(match[4].split("/")[0]) <= 126 else 3.0
    else:
        prior -= 4.0
    return f"{match[1]}{match[2]}{match[3]}{load}{' ' + match[6] if match[6] else ''}", prior


def approval(text: str) -> tuple[str, float] | None:
    """An approval number: EU (`e1*2007/46*0064*25`) or an older German one (`G571`, `H123/1`)."""
    value = text.replace(" ", "")
    if value[:1] in "eE" and "*" in value:
        nation = int(re.sub(r"\D.*", "", value[1:]) or 0)
        prior = 0.0 if 1 <= nation <= 60 else -4.0
        directive = value.split("*")[1]
        prior += 0.0 if directive in _DIRECTIVES else -1.5
        return value, prior - (0.7 if value[0] == "E" else 0.0) - (1.0 if value.count("*") < 3 else 0.0)
    return value, -3.0


_DIRECTIVES: Final = frozenset(
    ("2007/46", "2001/116", "98/14", "96/79", "95/54", "93/81", "92/53", "87/403", "2018/858", "KS07/46", "KS18/858",
     "2002/24", "168/2013", "92/61", "97/27", "70/156", "2003/37", "167/2013", "NKS")
)  # fmt: skip


def emission_key(text: str) -> tuple[str, float] | None:
    """Field 14.1: two digits, then two of letters and digits; after one letter stands a zero, not an O."""
    prior = 0.0 if text[:2] in ("35", "36", "04", "02", "03", "00", "01", "05", "06", "10", "88", "90", "98") else -4.0
    if text[2].isdecimal() != text[3].isdecimal() and not (not text[2].isdecimal() and text[3] == "0"):
        prior -= 3.5
    if text[3] == "O" or text[2] == "O":
        prior -= 2.0
    return text, prior


def _vehicle_class(value: str) -> float:
    return 0.0 if re.fullmatch(r"M1|M1G|N1|N1G|01|N2|N3|M2|M3|L3e|L1e|O[1-4]|0\d", value) else -2.0


def _body(value: str) -> float:
    if re.fullmatch(r"A[A-G]|B[A-X]|S[A-L]|C[A-X]|D[A-X]", value):
        return 0.0
    return -0.5 if re.fullmatch(r"\d{4}|00", value) else -3.0


def _emission_norm(value: str) -> float:
    return 0.0 if re.match(r"(?i:EURO) ?[1-7]|E[1-7]$", value) else -2.0


def _directive(value: str) -> float:
    return 0.0 if value[-1:].isalpha() or value.startswith("EURO") else -2.0


def _fuel_code(value: str) -> float:
    return 0.0 if 1 <= int(value) <= 40 else -1.5 if int(value) < 100 else -4.0


def _colour_code(value: str) -> float:
    return 0.0 if len(value) == 1 else -2.0


_NUMBER: Final = r"\d{1,6}"
_DATE: Final = r"\d{2}[.,:]? ?\d{2}[.,:]? ?\d{4}"
_ACTS: Final = r"\d{2,4}/\d{2,4}(/(EWG|EG|EU))?"
_EU: Final = r"[eE]\d{1,2}\*[A-Z]{0,3}\d{0,4}(/\d{2,4})?[A-Z]{0,3}\*\d{1,6}(/[A-Z0-9]{1,3})?(\*\d{1,3})?"
_OLD_APPROVAL: Final = r"[A-Z] ?\d{3,5}([/*]\d{1,3})?"


def _numbers() -> list[Field]:
    out = [
        Field("P.1", _NUMBER, number(49, 20000, usual=(500, 8500)), -2.0),
        Field("L", r"\d", number(1, 9, usual=(2, 3)), -5.0, "9"),
        Field("9", r"\d", number(0, 5, usual=(1, 2)), -4.0, r"P.2/P.4"),
        Field("T", r"\d{2,3}", number(6, 450, usual=(45, 330)), -4.0),
        Field("18", r"\d{4,5}(-\d{4,5})?", number(1000, 19000, usual=(2500, 7500), ranges=True), -4.0, "19"),
        Field("19", r"\d{3,5}(-\d{3,5})?", number(600, 2600, usual=(1400, 2550), ranges=True), -4.0),
        Field("20", r"\d{3,5}(-\d{3,5})?", number(500, 4100, usual=(1000, 3500), ranges=True), -4.0, "G"),
        Field("G", r"\d{2,6}(-\d{3,6})?", number(60, 30000, usual=(600, 3500), ranges=True), -4.0),
        Field("13", r"\d{1,5}", number(0, 2500, usual=(25, 350), step=5), -1.0, "Q"),
        Field("V.7", r"\d{1,4}(,\d)?", number(0, 700, usual=(10, 450)), -1.0, "F.1"),
        Field("F.1", r"\d{3,6}", number(100, 60000, usual=(700, 7500), step=1), -4.0, "F.2"),
        Field("F.2", r"\d{3,6}", number(100, 60000, usual=(700, 7500), step=1), -4.0),
        Field("U.1", r"\d{2,3}(,\d)?", number(40, 125, usual=(60, 105)), -1.0, "U.2"),
        Field("U.2", r"\d{3,5}", number(500, 15000, usual=(1500, 7500), step=5), -1.0, "U.3"),
        Field("U.3", r"\d{2,3}(,\d)?", number(40, 110, usual=(55, 85)), -1.0),
        Field("O.1", r"\d{1,6}", number(0, 60000, usual=(300, 4000), step=5), -0.5, "O.2"),
        Field("O.2", r"\d{1,5}", number(0, 5000, usual=(150, 800), step=5), -0.5, "S.1"),
        Field("S.1", r"\d{1,3}", number(1, 120, usual=(1, 9)), -4.0, "S.2"),
        Field("S.2", r"\d{1,3}", _seldom(number(0, 250)), 2.0),
        Field("Q", r"\d{1,2}(,\d{1,3})?|\d\.\d{1,3}", _seldom(_as_is()), 2.0),
        Field("12", r"\d{1,2}(,\d{1,3})?|\d{1,6}", _seldom(_as_is()), 2.0, "13"),
    ]
    for axle in "123":
        for kind in "78":
            code = f"{kind}.{axle}"
            following = f"{kind}.{int(axle) + 1}" if axle != "3" else ""
            dashed = 2.0 if axle == "3" else -3.0
            out.append(Field(code, r"\d{3,5}", number(100, 13000, usual=(350, 3500)), dashed, following))
    return out


def _all() -> dict[str, Field]:
    fields = [
        Field("B", _DATE, date, -5.0, "2.1"),
        Field("I", _DATE, date, -4.0),
        Field("6", _DATE, date, -1.0, "17"),
        Field("HU", r"\d{1,2} ?[/.\-] ?20\d{2}", month, -2.0),
        Field("2.1", r"\d{4}", _as_is(), -4.0, "2.2"),
        Field("2.2", r"[A-Z0-9]{3} ?[A-Z0-9]{5} ?[0-9X]|\d{3} ?\d{3} ?\d", type_key, -3.0),
        Field(
            "J",
            r"[MNO][1-4]G?|L[1-7][eE](-[A-Z0-9]{1,3})?|\d{2}|[TRSC][1-5](\.\d)?[ab]?",
            _as_is(_vehicle_class),
            -4.0,
            "4",
        ),
        Field("4", r"[A-Z]{2}|\d{4}|00", _as_is(_body), -2.0),
        Field("P.2/P.4", r"\d{1,4} ?/ ?(\d{3,5}|-{1,3})", power, -3.0, "T"),
        Field("V.9", rf"{_ACTS}([*]{_ACTS})? ?[A-Z]{{0,3}}|EURO ?\d[A-Z]{{0,2}}", _as_is(_directive), -0.5),
        Field(
            "14", r"EURO ?[1-7]([ -]?[A-Zabcd]{1,4})?(-[A-Z]{2,4}){0,3}(; ?D[34])?|E[1-7]", _as_is(_emission_norm), -1.0
        ),
        Field("10", r"\d{4}", _as_is(_fuel_code), -4.0, "14.1"),
        Field("14.1", r"\d{2}[0-9A-Z]{2}", emission_key, -2.0, "P.1"),
        Field("15.1", _TYRE, tyre, -3.0),
        Field("15.2", _TYRE, tyre, -2.0),
        Field("15.3", _TYRE, tyre, 2.0),
        Field("11", r"\d{1,2}|\d ?/ ?\d", _as_is(_colour_code, spaces=False), -3.0),
        Field("K", rf"{_EU}|{_OLD_APPROVAL}", approval, -1.0),
        Field("17", r"[A-Z]", _as_is(), -1.0, "16"),
        Field("16", r"[A-Z]{2} ?\d{6}", _as_is(spaces=False), -3.0),
        Field("3", r"[0-9X]", _as_is(), -1.0),
    ]
    return {f.code: f for f in [*fields, *_numbers()]}


_TYRE: Final = (
    r"(\d{2,3}/\d{2} ?Z?RF? ?\d{2}C?|\d{3} ?(R|-) ?\d{2}C?)( ?\(?\d{2,3}(/\d{2,3})? ?[A-Z]\)?)?( ?(XL|RF|RSC|M\+S|REINF|C))?|"
    r"\d{1,2}\.\d{2}-\d{2}( \d{1,2}PR)?"
)
FIELDS: Final[dict[str, Field]] = _all()
