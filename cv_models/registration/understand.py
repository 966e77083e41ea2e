"""From what was seen in a cell to the value of a field: alphabets, grammar, ranges; blank rather than wrong."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from cv_models.registration import rules
from cv_models.registration.cells import CellText
from cv_models.registration.ocr import Scores

UPPER: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS: Final = "0123456789"
VIN_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
NAME_LETTERS: Final = UPPER + UPPER.lower() + "ÄÖÜäöüß0123456789 .,-/&'éèëáàŠšŁłçóúíñøışŞğĞİ"


@dataclass(frozen=True, slots=True)
class Judged:
    """A field's value with its confidence, or no value with the reason and what was seen."""

    value: str | None
    confidence: float
    alternatives: tuple[str, ...] = ()
    reason: str | None = None


def _blank(reason: str, *seen: str) -> Judged:
    return Judged(None, 0.0, tuple(dict.fromkeys(s for s in seen if s)), reason)


def _dash(text: str) -> bool:
    return bool(re.fullmatch(r"[\-–_=.~]{1,3}", text.strip()))


def _certainty(weakest: float, *, valid: float = 1.0) -> float:
    """Confidence of a value from its least certain character; `valid` is how much its grammar proves."""
    return min(0.995, valid * (0.35 + 0.65 * weakest))


def _plain(
    parse: Callable[[str], str | None], allowed: str, *, proves: float, least: float
) -> Callable[[CellText], Judged]:
    def judge(cell: CellText) -> Judged:
        free = cell.text()
        if _dash(free):
            return _blank("dash")
        text = cell.text(allowed)
        value = parse(text)
        weakest = cell.weakest(allowed)
        if value is None:
            value, weakest = _token(parse, cell, allowed)
        if value is None:
            return _blank("implausible", free)
        if weakest < least:
            return _blank("uncertain", value, free)
        return Judged(value, _certainty(weakest, valid=proves), (free,) if free != text else ())

    return judge


def _token(parse: Callable[[str], str | None], cell: CellText, allowed: str) -> tuple[str | None, float]:
    """The one part of the text, parted at spaces, that fits: neighbours' codes may have run in."""
    found: dict[str, float] = {}
    for pieces in cell.rows.values():
        for piece in pieces:
            for part in piece.scores.parts():
                value = parse(part.decode(allowed)[0].strip())
                if value is not None:
                    found[value] = part.weakest(allowed)
    if len(found) != 1:
        return None, 0.0
    value, weakest = found.popitem()
    return value, weakest * 0.97


def _number(low: int, high: int) -> Callable[[CellText], Judged]:
    return _plain(lambda text: rules.parse_number(text, low, high), DIGITS, proves=0.98, least=0.55)


def _date(cell: CellText) -> Judged:
    return _plain(lambda t: rules.parse_date(t, latest=dt.date(2100, 1, 1)), DIGITS + ".,", proves=0.99, least=0.5)(
        cell
    )


def _hsn(cell: CellText) -> Judged:
    return _plain(lambda t: t if re.fullmatch(r"\d{4}", t) else None, DIGITS, proves=0.98, least=0.6)(cell)


def _type_key(cell: CellText) -> Judged:
    """Three letters (older: digits), then five characters of variant and version and a check character, mostly digits."""
    free = cell.text()
    if _dash(free):
        return _blank("dash")
    found: dict[str, float] = {}
    whole = [p.scores for pieces in cell.rows.values() for p in pieces]
    for scores in [*whole, *(part for s in whole for part in s.parts())]:
        chars = [c for c in scores.characters(UPPER + DIGITS + " ") if c[0] != " "]
        if len(chars) not in (7, 9):
            continue
        old = len(chars) == 7 or sum(c.isdecimal() for c, _, _ in chars[:3]) > 1
        fixed = [scores.at(step, DIGITS if old else UPPER) for _, _, step in chars[:3]]
        for char, value, step in chars[3:]:
            digit = scores.at(step, DIGITS)
            fixed.append(
                digit if len(chars) == 7 or digit[1] > 0.03 * value or char in "OILSBZQDG" else (char, value * 0.8)
            )
        text = "".join(c for c, _ in fixed)
        changed = sum(a != b for (a, _), (b, _, _) in zip(fixed, chars, strict=True))
        sure = min(max(p, 0.8 * v if a != b else p) for (a, p), (b, v, _) in zip(fixed, chars, strict=True))
        if rules.parse_type_key(text):
            found[text] = max(found.get(text, 0.0), sure * 0.9**changed)
    if not found:
        return _blank("implausible", free)
    value = max(found, key=lambda t: found[t])
    if found[value] < 0.5 or len(found) > 1:
        return _blank("uncertain", *found)
    return Judged(value, _certainty(found[value], valid=0.97), (free,) if free != value else ())


def _power(cell: CellText) -> Judged:
    free = cell.text()

    def parse(text: str) -> str | None:
        match = re.search(r"(?:^|[^\d])(\d{2,4}/(?:\d{3,5}|-))$", text)
        pair = rules.parse_power(match[1]) if match else None
        return "/".join(p or "-" for p in pair) if pair else None

    value, weakest = parse(cell.text(DIGITS + "/-.P ")), cell.weakest(DIGITS + "/-")
    if value is None:
        value, weakest = _token(parse, cell, DIGITS + "/-")
    if value is None:
        return _blank("dash" if _dash(free) else "implausible", free)
    if weakest < 0.5:
        return _blank("uncertain", value)
    return Judged(value, _certainty(weakest, valid=0.985))


def _plate(cell: CellText) -> Judged:
    free = cell.text().upper().strip()
    text = re.sub(r"\s+", " ", cell.text(UPPER + DIGITS + "ÄÖÜ -.").upper()).strip()
    weakest = cell.weakest(UPPER + DIGITS + "ÄÖÜ")
    tail = re.fullmatch(r"(.*?[A-ZÄÖÜ])\s*[\-.]?\s*([0-9OIZSB]{1,4}[EH]?)", text)
    if tail and not text[-1].isdecimal() and text[-1] not in "EH":
        text = f"{tail[1]} {tail[2].translate(str.maketrans('OIZSB', '01258'))}"
    value = rules.parse_plate(text)
    if value is not None:
        variants = umlaut_plates(value)
        if variants:
            weakest *= 0.8
        if weakest < 0.5:
            return _blank("uncertain", value, *variants)
        return Judged(value, _certainty(weakest, valid=0.985), variants)
    loose = re.fullmatch(r"([A-ZÄÖÜ]{1,3})[ \-.]{1,3}([A-ZÄÖÜ]{1,2}) ?([1-9][0-9]{0,3}[EH]?)", text)
    if loose:
        letters = loose[2].translate(str.maketrans("ÄÖÜ", "AOU"))
        near = tuple(
            f"{d}-{letters} {loose[3]}"
            for d in _umlaut_forms(loose[1])
            if d != loose[1] and d in rules.plate_districts()
        )
        if len(near) == 1 and weakest > 0.6:
            return Judged(near[0], _certainty(weakest, valid=0.85), (text,), "umlaut")
        if loose[1] in rules.plate_districts() and weakest > 0.6:
            return Judged(f"{loose[1]}-{letters} {loose[3]}", _certainty(weakest, valid=0.8), (text,), "umlaut")
        if weakest > 0.9:
            return Judged(f"{loose[1]}-{letters} {loose[3]}", 0.6, near, "unknown_district")
        return _blank("unknown_district", text, *near)
    return _blank("implausible", free)


def _umlaut_forms(district: str) -> tuple[str, ...]:
    forms = {district}
    for plain, dotted in (("A", "Ä"), ("O", "Ö"), ("U", "Ü")):
        forms |= {f.replace(plain, dotted, 1) for f in forms} | {f.replace(dotted, plain) for f in forms}
    return tuple(sorted(forms))


def umlaut_plates(plate: str) -> tuple[str, ...]:
    """Other plates that differ in the dots of the district alone (AO against AÖ) and are districts too."""
    district, rest = plate.split("-", 1)
    return tuple(f"{d}-{rest}" for d in _umlaut_forms(district) if d != district and d in rules.plate_districts())


MAKES: Final = (
    "VOLKSWAGEN,VW",
    "VOLKSWAGEN",
    "VW",
    "AUDI",
    "BMW",
    "MERCEDES-BENZ",
    "DAIMLER",
    "OPEL",
    "FORD",
    "SKODA",
    "SEAT",
    "CUPRA",
    "RENAULT",
    "DACIA",
    "FIAT",
    "TOYOTA",
    "HYUNDAI",
    "KIA",
    "PEUGEOT",
    "CITROEN",
    "MAZDA",
    "NISSAN",
    "VOLVO",
    "PORSCHE",
    "MINI",
    "SMART",
    "SUZUKI",
    "HONDA",
    "MITSUBISHI",
    "TESLA",
    "LAND ROVER",
    "JAGUAR",
    "ALFA ROMEO",
    "JEEP",
    "LEXUS",
    "SUBARU",
    "CHEVROLET",
    "SAAB",
    "IVECO",
    "MAN",
    "POLESTAR",
    "BYD",
    "MG",
)


def _make(cell: CellText) -> Judged:
    judged = _text(cell, 0.6, NAME_LETTERS + "()")
    seen = judged.value or (judged.alternatives[0] if judged.alternatives else "")
    upper = seen.upper().strip(" .,")
    if upper in MAKES:
        return Judged(upper, _certainty(max(cell.weakest(), 0.8), valid=0.99))
    stray = re.fullmatch(r"(?:\S )?(\S{3,}(?: \S{3,})*)(?: \S)?", upper)
    if stray and stray[1] in MAKES:
        return Judged(stray[1], 0.9, (seen,))
    near = difflib.get_close_matches(upper, MAKES, n=3, cutoff=0.74 if len(upper) == 4 else 0.8)
    if len(upper) >= 4 and near:
        scores = [difflib.SequenceMatcher(None, upper, name).ratio() for name in near]
        if len(near) > 1 and scores[1] > scores[0] - 0.03:
            return _blank("uncertain", seen, *near)
        return Judged(near[0], 0.8, (seen,))
    return judged


def _text(cell: CellText, least: float, allowed: str | None = None) -> Judged:
    text = re.sub(r"[ ]{2,}", " ", cell.text(allowed)).strip(" |_")
    if _dash(text) or (not text and _dash(cell.text())):
        return _blank("dash")
    if not text:
        return _blank("not_seen")
    weakest = cell.weakest(allowed)
    if weakest < least:
        return _blank("uncertain", text)
    return Judged(text, _certainty(weakest, valid=0.96))


def _name(cell: CellText) -> Judged:
    judged = _text(cell, 0.5, NAME_LETTERS)
    if judged.value is None:
        return judged
    if not re.search(r"[A-Za-zÄÖÜäöüß]{2}", judged.value):
        return _blank("implausible", judged.value)
    trimmed = re.sub(r"^(\S )(?=\S{3})|(?<=\S{3})( [^.\d])$", "", judged.value)
    if trimmed != judged.value:
        judged = Judged(trimmed, judged.confidence * 0.85, (judged.value,))
    stamped = re.fullmatch(r"(.*[a-zäöüß]{3,}) [A-Z0-9]{1,2}", judged.value or "")
    if stamped and not re.search(r" (KG|AG|SE|UG)$", judged.value or ""):
        judged = Judged(stamped[1], judged.confidence * 0.85, (judged.value or "",))
    letters = re.sub(r"(?<=[a-zäöüß])I(?=[a-zäöüß]|$)", "l", judged.value or "")
    judged = replace(judged, value=re.sub(r"(?<=[a-zäöü])0|0(?=[a-zäöü])", "o", letters))
    if re.search(r"\b[A-ZÄÖÜ]{2}[a-zäöüß]", judged.value or ""):
        return _blank("uncertain", judged.value or "")
    if re.search(r"[A-Za-zäöüß][0-9][A-Za-zäöüß]", judged.value or ""):
        return _blank("uncertain", judged.value or "")
    doubt = umlaut_doubt(cell)
    if doubt > 0.25:
        return Judged(None, 0.0, (judged.value,), "umlaut")
    value = judged.value or ""
    return Judged(value, judged.confidence * (1 - doubt), judged.alternatives, "umlaut" if doubt > 0.1 else None)


def umlaut_doubt(cell: CellText) -> float:
    """How much the recogniser leans to the other form of a letter with or without dots, at its most doubtful letter."""
    other = {"A": "Ä", "O": "Ö", "U": "Ü", "a": "ä", "o": "ö", "u": "ü"}
    other |= {v: k for k, v in other.items()}
    worst = 0.0
    for pieces in cell.rows.values():
        for piece in pieces:
            worst = max(worst, _doubt(piece.scores, other))
    return worst


def _doubt(scores: Scores, other: dict[str, str]) -> float:
    from cv_models.registration.ocr import ALPHABET

    worst = 0.0
    for char, value, step in scores.characters():
        if char in other:
            rival = float(scores.steps[max(0, step - 1) : step + 2, ALPHABET.index(other[char])].max())
            worst = max(worst, rival / (rival + value + 1e-9))
    return worst


def _pattern(pattern: str, allowed: str, proves: float = 0.97, least: float = 0.55) -> Callable[[CellText], Judged]:
    compiled = re.compile(pattern)
    return _plain(lambda t: t.strip() if compiled.fullmatch(t.strip()) else None, allowed, proves=proves, least=least)


def _tyre(cell: CellText) -> Judged:
    free = cell.text()
    if _dash(free):
        return _blank("dash")
    text = re.sub(r"\s+", " ", cell.text(UPPER + DIGITS + "/ ")).strip()
    match = re.fullmatch(r"(\d{3}/\d{2}) ?(Z?R) ?(\d{2}C?) ?(\d{2,3}(?:/\d{2,3})?) ?([A-Z])( ?(?:XL|RF|M\+?S))?", text)
    weakest = cell.weakest(UPPER + DIGITS + "/")
    if match is None:
        return _blank("implausible", free)
    if weakest < 0.5:
        return _blank("uncertain", text)
    extra = " " + match[6].strip() if match[6] else ""
    return Judged(f"{match[1]}{match[2]}{match[3]} {match[4]}{match[5]}{extra}", _certainty(weakest, valid=0.97))


def _free(cell: CellText) -> Judged:
    return _text(cell, 0.35)


COLOURS: Final = tuple(
    "WEISS WEIß GELB ORANGE ROT VIOLETT BLAU GRÜN GRAU BRAUN SCHWARZ SILBER BEIGE ANTHRAZIT".split()  # noqa: SIM905
)


def _colour(cell: CellText) -> Judged:
    judged = _text(cell, 0.4, UPPER + "ÄÖÜß -/()")
    seen = judged.value or (judged.alternatives[0] if judged.alternatives else "")
    if not seen or any(seen.endswith(c) for c in COLOURS):
        return judged
    near = difflib.get_close_matches(seen, COLOURS, n=1, cutoff=0.74)
    return Judged(near[0], 0.85, (seen,)) if near else judged


def _trade_name(cell: CellText) -> Judged:
    judged = _text(cell, 0.5, UPPER + UPPER.lower() + DIGITS + "ÄÖÜäöüß .,-/+&()!")
    pieces = [p for row in cell.rows.values() for p in row]
    if judged.value is None or " " in judged.value or len(pieces) != 1:
        return judged
    chars = pieces[0].scores.characters()
    gaps = [b[2] - a[2] for a, b in pairwise(chars)]
    if len(gaps) < 2 or len(chars) != len(judged.value):
        return judged
    # The recogniser drops spaces; a gap of nearly two characters in this print is one.
    usual = sorted(gaps)[len(gaps) // 2]
    parted = "".join((" " if i and gaps[i - 1] > 1.65 * usual else "") + c for i, (c, _, _) in enumerate(chars))
    if parted == judged.value:
        return judged
    return Judged(parted, judged.confidence * 0.9, (judged.value,))


def _type_lines(cell: CellText) -> Judged:
    judged = _free(cell)
    if judged.value is None:
        return judged
    lines = [line for line in judged.value.split("\n") if not _dash(line)]
    return Judged("\n".join(lines) or None, judged.confidence, judged.alternatives, None if lines else "dash")


JUDGES: Final[dict[str, Callable[[CellText], Judged]]] = {
    "A": _plate,
    "B": _date,
    "I": _date,
    "6": _date,
    "HU": _plain(rules.parse_month, DIGITS + "/", proves=0.98, least=0.5),
    "2.1": _hsn,
    "2.2": _type_key,
    "P.2/P.4": _power,
    "D.1": _make,
    "D.3": _trade_name,
    "R": _colour,
    "D.2": _type_lines,
    "C.1.1": _name,
    "C.1.2": _name,
    "C.1.3": _name,
    "3": _pattern(r"[0-9X]", DIGITS + "X", proves=0.98),
    "10": _pattern(r"\d{4}", DIGITS),
    "14.1": _pattern(r"[0-9A-Z]{4}", UPPER.replace("O", "").replace("I", "") + DIGITS),
    "16": _pattern(r"[A-Z]{2}\d{6}", UPPER + DIGITS),
    "17": _pattern(r"[A-Z]", UPPER),
    "11": _pattern(r"\d{1,2}", DIGITS),
    "15.1": _tyre,
    "15.2": _tyre,
    "15.3": _tyre,
    "P.1": _number(50, 9000),
    "L": _number(1, 5),
    "9": _number(1, 3),
    "T": _number(25, 450),
    "18": _number(2000, 9999),
    "19": _number(1200, 2600),
    "20": _number(1000, 3999),
    "G": _number(300, 9999),
    "13": _number(0, 500),
    "V.7": _number(0, 700),
    "F.1": _number(400, 60000),
    "F.2": _number(400, 60000),
    **{code: _number(200, 6500) for code in ("7.1", "7.2", "7.3", "8.1", "8.2", "8.3")},
    "U.1": _number(40, 120),
    "U.2": _number(500, 15000),
    "U.3": _number(40, 110),
    "O.1": _number(0, 60000),
    "O.2": _number(0, 5000),
    "S.1": _number(1, 80),
    "S.2": _number(0, 200),
}


def judge(code: str, cell: CellText) -> Judged:
    """Understand what was seen in a cell of the form (the VIN has its own judge)."""
    return JUDGES.get(code, _free)(cell)
