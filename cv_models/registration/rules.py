"""What a value of the registration document must look like: pure checks, no image and no state.

Sources: VIN check digit of the German registration (field 3, modulo 11), published example `A1BS31Z0430336179` -> 4
(kryptografie.de, gpz.info); plate grammar FZV Anlage 2 and the public district list; ISO 3779 for the VIN alphabet.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import Final

VIN_ALPHABET: Final = frozenset("ABCDEFGHJKLMNPRSTUVWXYZ0123456789")
VIN_PATTERN: Final = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_WEIGHTS_FROM_RIGHT: Final = (2, 3, 4, 5, 6, 7, 8, 9, 10, 2, 3, 4, 5, 6, 7, 8, 9)
# A VIN letter never is I, O or Q; a recogniser that saw one saw this digit.
_VIN_IMPOSSIBLE: Final = str.maketrans({"I": "1", "O": "0", "Q": "0", "Ä": "A", "Ö": "0", "Ü": "U"})
# Pairs that recognisers confuse on this print, in both directions, by the likelihood seen.
CONFUSIONS: Final[dict[str, str]] = {
    "0": "D8G6U",
    "D": "0",
    "1": "T7LJ4",
    "T": "1Y7",
    "L": "1",
    "B": "83",
    "8": "B3S6",
    "S": "58",
    "5": "S36",
    "Z": "27",
    "2": "Z7",
    "G": "6C",
    "6": "G8",
    "3": "859",
    "7": "1TZ",
    "V": "YU",
    "Y": "V",
    "U": "V",
    "W": "VN",
    "M": "NH",
    "N": "MHW",
    "H": "NM",
    "K": "X",
    "X": "K",
    "A": "4R",
    "4": "A",
    "C": "G",
    "9": "3",
    "P": "F",
    "F": "PE",
    "E": "F",
    "R": "A",
    "J": "1",
}


def letter_value(char: str) -> int:
    """Value of a VIN character: digits count themselves, letters their EBCDIC digit (A, J = 1 … I, R, Z = 9; O = 0)."""
    if char.isdecimal() and char.isascii():
        return int(char)
    if char == "O":
        return 0
    if "A" <= char <= "I":
        return ord(char) - ord("A") + 1
    if "J" <= char <= "R":
        return ord(char) - ord("J") + 1
    if "S" <= char <= "Z":
        return ord(char) - ord("S") + 2
    raise ValueError(f"not a VIN character: {char!r}")


def check_digit(vin: str) -> str:
    """German check digit of a VIN (field 3): weights 2…10, 2…9 from the right, sum modulo 11, ten printed as X.

    Raises:
        ValueError: the text is empty, longer than 17 characters, or holds something that is no A-Z or 0-9.
    """
    if not 1 <= len(vin) <= len(_WEIGHTS_FROM_RIGHT):
        raise ValueError("a VIN has 1 to 17 characters")
    total = sum(letter_value(c) * w for c, w in zip(reversed(vin), _WEIGHTS_FROM_RIGHT, strict=False))
    return "X" if total % 11 == 10 else str(total % 11)


def clean_vin(text: str) -> str:
    """Upper case without separators, with the letters that no VIN has turned into the digits they were read for."""
    return re.sub(r"[^A-Z0-9]", "", text.upper().translate(_VIN_IMPOSSIBLE))


@cache
def plate_districts() -> frozenset[str]:
    """District codes of German plates (722; public-domain list in `data/plate_districts.txt`)."""
    text = (Path(__file__).parent / "data" / "plate_districts.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


_PLATE: Final = re.compile(r"([A-ZÄÖÜ]{1,3})[ \-.·:]{0,3}([A-Z]{1,2})[ \-.]{0,2}([1-9][0-9]{0,3})([EH]?)")


def parse_plate(text: str) -> str | None:
    """The plate as `DIST-LL 1234E` when the text is one with a known district, else None.

    Where the printed separator is missing ("BMW1234") and more than one split is a known district, there is no answer.
    """
    raw = text.upper().strip()
    found: set[str] = set()
    match = re.fullmatch(r"([A-ZÄÖÜ]{1,3})[ \-.·:]{1,3}([A-Z]{1,2})[ \-.]{0,2}([1-9][0-9]{0,3})([EH]?)", raw)
    if match:
        found.add(_plate(match[1], match[2], match[3], match[4]))
    else:
        glued = re.fullmatch(r"([A-ZÄÖÜ]{2,5})[ \-.]{0,2}([1-9][0-9]{0,3})([EH]?)", raw)
        if glued:
            for cut in (1, 2, 3):
                district, letters = glued[1][:cut], glued[1][cut:]
                if re.fullmatch(r"[A-Z]{1,2}", letters):
                    found.add(_plate(district, letters, glued[2], glued[3]))
    found.discard("")
    return found.pop() if len(found) == 1 else None


def _plate(district: str, letters: str, number: str, suffix: str) -> str:
    if district not in plate_districts() or len(district + letters + number + suffix) > 8:
        return ""
    return f"{district}-{letters} {number}{suffix}"


def parse_date(text: str, *, earliest: int = 1900, latest: dt.date | None = None) -> str | None:
    """`DD.MM.YYYY` as ISO when it is a real date in the range, else None. `00.00.YYYY` (day unknown) is no date."""
    match = re.fullmatch(r"\D{0,2}(\d{2})[.,:\-/ ]{0,2}(\d{2})[.,:\-/ ]{0,2}(\d{4})\D{0,2}", text.strip())
    if not match:
        return None
    day, month, year = (int(g) for g in match.groups())
    if year < earliest:
        return None
    try:
        value = dt.date(year, month, day)
    except ValueError:
        return None
    if latest is not None and value > latest:
        return None
    return value.isoformat()


def parse_month(text: str) -> str | None:
    """`M/YYYY` or `MM/YYYY` as `YYYY-MM`, else None."""
    match = re.fullmatch(r"(\d{1,2})\s?[/.\-]\s?(20\d{2})", text.strip())
    if not match or not 1 <= int(match[1]) <= 12:
        return None
    return f"{match[2]}-{int(match[1]):02d}"


def parse_power(text: str) -> tuple[str, str | None] | None:
    """`0051/05500` or `51/5500` as (kW, rpm) without padding; rpm None for "-". None when it is no such pair."""
    match = re.fullmatch(r"(\d{1,4})\s?[/|\\]\s?(\d{3,5}|-+)", text.strip())
    if not match:
        return None
    power = int(match[1])
    if not 1 <= power <= 1500:
        return None
    speed = None if match[2].startswith("-") else str(int(match[2]))
    if speed is not None and not 500 <= int(speed) <= 20000:
        return None
    return str(power), speed


def parse_type_key(text: str) -> str | None:
    """Field 2.2: 3 + 5 + 1 characters (`AAA000021`), or the older 3 + 3 + 1 digits (`599 0445`); None otherwise."""
    raw = re.sub(r"[^A-Z0-9]", "", text.upper())
    if re.fullmatch(r"[A-Z0-9]{3}[A-Z0-9]{5}[0-9X]", raw):
        return raw
    if re.fullmatch(r"\d{7}", raw):
        return raw
    return None


def parse_number(text: str, low: int, high: int) -> str | None:
    """A whole number without padding when it lies in the range, else None."""
    raw = re.sub(r"[\s.]", "", text)
    if not re.fullmatch(r"\d{1,6}", raw):
        return None
    value = int(raw)
    return str(value) if low <= value <= high else None


# Makers' world codes that stand for one make beyond doubt; used to doubt a reading, never to fill a value.
WMI_MAKES: Final[dict[str, tuple[str, ...]]] = {
    "WVW": ("VOLKSWAGEN", "VW"),
    "WVG": ("VOLKSWAGEN", "VW"),
    "WV1": ("VOLKSWAGEN", "VW"),
    "WV2": ("VOLKSWAGEN", "VW"),
    "WAU": ("AUDI",),
    "WBA": ("BMW",),
    "WBS": ("BMW",),
    "WMW": ("MINI", "BMW"),
    "WDB": ("MERCEDES", "DAIMLER"),
    "WDD": ("MERCEDES", "DAIMLER"),
    "W1K": ("MERCEDES", "DAIMLER"),
    "WP0": ("PORSCHE",),
    "WP1": ("PORSCHE",),
    "W0L": ("OPEL",),
    "W0V": ("OPEL",),
    "WF0": ("FORD",),
    "TMB": ("SKODA", "ŠKODA"),
    "VSS": ("SEAT", "CUPRA"),
    "VF1": ("RENAULT",),
    "VF3": ("PEUGEOT",),
    "VF7": ("CITROEN", "CITROËN"),
    "ZFA": ("FIAT",),
    "KMH": ("HYUNDAI",),
    "TMA": ("HYUNDAI",),
    "U5Y": ("KIA",),
    "KNA": ("KIA",),
    "JTD": ("TOYOTA",),
    "SB1": ("TOYOTA",),
    "JMZ": ("MAZDA",),
    "UU1": ("DACIA",),
    "YV1": ("VOLVO",),
    "SJN": ("NISSAN",),
}
