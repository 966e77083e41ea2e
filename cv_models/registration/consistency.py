"""What fields say of each other: dates in order, code and word, maker and make, masses, a panel that was read a row off.

Everything here is pure: readings in, readings out. Agreement raises a confidence, contradiction lowers it or leaves the less
certain field blank; a value is only replaced by one that was itself seen as an alternative.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from cv_models.registration import calibration, words
from cv_models.registration.layout import CELLS, PANELS, PanelName
from cv_models.registration.reading import FieldReading
from cv_models.registration.rowshift import shifted_rows

__all__ = ["settle", "shifted_rows"]

Fields = dict[str, FieldReading]
_SURE: Final = 0.985
# More kW from a cubic centimetre than any road car's engine gives.
_MOST_POWER: Final = 0.165
_TWINS: Final = (("F.1", "F.2"), ("7.1", "8.1"), ("7.2", "8.2"), ("7.3", "8.3"), ("15.1", "15.2"))


def settle(fields: Mapping[str, FieldReading], today: dt.date | None = None) -> Fields:
    """All fields again, each weighed with the others.

    Args:
        fields: readings by code, `P.2` and `P.4` apart.
        today: nothing on the document is later; None to leave that out.
    """
    out = dict(fields)
    for panel in PANELS:
        _doubt_panel(out, panel)
    _names_of_models(out)
    _dates(out, today)
    _code_and_word(out, "R", "11", _colour_codes)
    _code_and_word(out, "P.3", "10", lambda word: words.FUELS.get(word, ()))
    _maker(out)
    _numbers(out)
    _emission(out)
    return out


def _value(fields: Fields, code: str) -> str | None:
    reading = fields.get(code)
    return reading.value if reading is not None else None


def _number(fields: Fields, code: str) -> int | None:
    value = _value(fields, code)
    return int(value) if value is not None and value.isdecimal() else None


def _raise(fields: Fields, *codes: str, share: float = 0.5) -> None:
    for code in codes:
        reading = fields[code]
        if reading.value is not None:
            fields[code] = replace(reading, confidence=min(0.999, 1 - (1 - reading.confidence) * share))


def _drop(fields: Fields, code: str, reason: str = "contradiction") -> None:
    reading = fields[code]
    if reading.value is not None:
        others = tuple(dict.fromkeys((reading.value, *reading.alternatives)))[:4]
        fields[code] = replace(reading, value=None, confidence=0.0, alternatives=others, reason=reason)


def _lower(fields: Fields, code: str, share: float, reason: str) -> None:
    """Less belief in a value; blank when it falls below what its field asks."""
    reading = fields[code]
    if reading.confidence * share < calibration.least(code):
        _drop(fields, code, reason)
    else:
        fields[code] = replace(reading, confidence=reading.confidence * share, reason=reading.reason or reason)


def _contradict(
    fields: Fields, codes: Iterable[str], fits: Callable[[str, str], bool] | None = None, *, soft: bool = False
) -> None:
    """The least certain of contradicting fields: an alternative that fits, or lower, or blank.

    Args:
        fields: changed in place.
        codes: the fields of which one is wrong.
        fits: whether an alternative (code, value) would be in order.
        soft: such a contradiction does happen on true documents.
    """
    present = [c for c in codes if _value(fields, c) is not None]
    if not present:
        return
    code = min(present, key=lambda c: fields[c].confidence)
    reading = fields[code]
    if fits is not None and reading.confidence < _SURE:
        others = [v for v in reading.alternatives if fits(code, v)]
        if len(others) == 1 and reading.value is not None and not soft:
            rest = (reading.value, *(v for v in reading.alternatives if v != others[0]))
            fields[code] = replace(
                reading, value=others[0], confidence=min(0.8, reading.confidence), alternatives=rest, reason="repaired"
            )
            return
    if not soft:
        _drop(fields, code)
        return
    _lower(fields, code, 0.93 if reading.confidence > _SURE else 0.8, "contradiction")


def _dates(fields: Fields, today: dt.date | None) -> None:
    if today is not None:
        for code in ("B", "I", "6"):
            value = _value(fields, code)
            if value is not None and value > today.isoformat():
                _contradict(fields, [code], lambda _, v: _is_date(v) and v <= today.isoformat())
    first, this, approved = _value(fields, "B"), _value(fields, "I"), _value(fields, "6")
    if first and this:
        if first <= this:
            _raise(fields, "B", "I", share=0.8)
        else:
            begin, now = first, this
            _contradict(fields, ["B", "I"], lambda c, v: _is_date(v) and (v <= now if c == "B" else v >= begin))
    first = _value(fields, "B")
    if first and approved and approved > first:
        _contradict(fields, ["6"], soft=True)
    month, this = _value(fields, "HU"), _value(fields, "I")
    if month and this and month < this[:7]:
        _contradict(fields, ["HU", "I"], soft=True)


def _is_date(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text))


def _colour_codes(word: str) -> tuple[str, ...]:
    codes = [
        code for colour, code in words.COLOURS.items() if re.search(rf"(^|[ /-]|HELL|DUNKEL){colour}($|[ /-])", word)
    ]
    return tuple(dict.fromkeys(codes))


def _code_and_word(fields: Fields, word: str, code: str, codes_of: Callable[[str], tuple[str, ...]]) -> None:
    """A word and the code printed for it."""
    said, number = _value(fields, word), _value(fields, code)
    if said is not None and number is not None:
        known = codes_of(said)
        if number in known:
            _raise(fields, word, code, share=0.25)
        elif known:
            _contradict(fields, [word, code], lambda c, v: v in known if c == code else number in codes_of(v))
    elif said is None and number is not None and word in fields:
        _promote(fields, word, lambda v: number in codes_of(v), fields[code].confidence)
    elif number is None and said is not None and code in fields:
        known = codes_of(said)
        _promote(fields, code, lambda v: v in known, fields[word].confidence)


def _promote(fields: Fields, code: str, fits: Callable[[str], bool], other: float) -> None:
    """A blank field takes the one of its alternatives that another field speaks for."""
    reading = fields[code]
    if reading.reason in ("dash", "not_seen", "contradiction") or other < 0.9:
        return
    found = [v for v in dict.fromkeys(reading.alternatives) if fits(v)]
    if len(found) == 1:
        rest = tuple(v for v in reading.alternatives if v != found[0])
        fields[code] = replace(reading, value=found[0], confidence=0.93 * other, alternatives=rest, reason=None)


def _maker(fields: Fields) -> None:
    """Make, maker's key number and the VIN's world code: two that agree speak against a third."""
    make, number, vin = _value(fields, "D.1"), _value(fields, "2.1"), _value(fields, "E")
    keys, codes = words.MAKES.get(make.upper(), ((), ())) if make else ((), ())
    world = vin[:3] if vin and len(vin) == 17 else None
    by_world = bool(world and world in codes)
    by_number = bool(number and number in keys)
    if make and number and by_number:
        _raise(fields, "D.1", "2.1", share=0.3)
    if make and world and by_world:
        _raise(fields, "D.1", "E", share=0.5)
    others = {m for m, (k, _) in words.MAKES.items() if number in k}
    if make and number and keys and others and not by_number:
        # The number is another make's. The world code says which of the two to doubt.
        if world and world in {c for m in others for c in words.MAKES[m][1]} and not by_world:
            _contradict(fields, ["D.1"], soft=True)
        else:
            _contradict(fields, ["2.1"] if by_world else ["2.1", "D.1"], soft=True)
    if make and codes and world and not by_world and words.known_world_code(world) and not by_number:
        _contradict(fields, ["D.1"], soft=True)


def _names_of_models(fields: Fields) -> None:
    """Letters that look like digits in trade names whose makers are known for them."""
    make, name = (_value(fields, "D.1") or "").upper(), _value(fields, "D.3")
    unclear = fields["D.3"].alternatives if name is None and "D.3" in fields else ()
    name = name or (unclear[0] if unclear else None)
    if not name:
        return
    better = name
    if make.startswith("BMW"):
        better = re.sub(r"\b([1-8]\d\d)[1l]\b", r"\1I", better)
    if make == "HYUNDAI":
        better = re.sub(r"\b[1l](\d0)\b", r"I\1", better)
        better = re.sub(r"\b[1l]X(\d{2})\b", r"IX\1", better)
    if make.startswith(("VOLKSWAGEN", "VW")):
        better = re.sub(r"^UP[1IlT]$", "UP!", re.sub(r"^[1l]D\.(\d)", r"ID.\1", better))
    if unclear:
        if better != name and better in unclear and fields["D.3"].reason == "uncertain":
            fields["D.3"] = replace(fields["D.3"], value=better, confidence=0.85, reason=None)
    elif better != name:
        reading = fields["D.3"]
        fields["D.3"] = replace(
            reading,
            value=better,
            confidence=min(0.93, reading.confidence),
            alternatives=(name, *reading.alternatives)[:4],
        )


def _numbers(fields: Fields) -> None:
    """Masses, axles, sizes, power."""
    total, allowed, empty = (_number(fields, c) for c in ("F.1", "F.2", "G"))
    if total and empty:
        if empty < total:
            _raise(fields, "G", "F.1", share=0.85)
        else:
            _contradict(
                fields, ["G", "F.1"], lambda c, v: v.isdecimal() and (int(v) < total if c == "G" else int(v) > empty)
            )
    if total and allowed:
        if total == allowed:
            _raise(fields, "F.1", "F.2", share=0.3)
        elif allowed > total:
            _contradict(fields, ["F.1", "F.2"], lambda _, v: v in (str(total), str(allowed)))
    for axle in "123":
        most, here = _number(fields, f"7.{axle}"), _number(fields, f"8.{axle}")
        if most and here:
            if most == here:
                _raise(fields, f"7.{axle}", f"8.{axle}", share=0.3)
            elif here > most:
                _contradict(fields, [f"7.{axle}", f"8.{axle}"], lambda _, v, a=most, b=here: v in (str(a), str(b)))  # type: ignore[misc]
        if most and total and most >= total and axle != "3":
            _contradict(fields, [f"7.{axle}", "F.1"], soft=True)
    axles = [_number(fields, f"7.{a}") for a in "12"]
    if total and all(axles) and _value(fields, "7.3") is None and sum(a or 0 for a in axles) < 0.93 * total:
        _contradict(fields, ["7.1", "7.2", "F.1"])
    braked, unbraked = _number(fields, "O.1"), _number(fields, "O.2")
    if braked and unbraked and unbraked > braked:
        _contradict(fields, ["O.1", "O.2"])
    power, size, speed = (_number(fields, c) for c in ("P.2", "P.1", "T"))
    if power and size and power > _MOST_POWER * size:
        _contradict(
            fields,
            ["P.2", "P.1"],
            lambda c, v: (
                v.split("/")[0].isdecimal()
                and (int(v.split("/")[0]) <= _MOST_POWER * size if c == "P.2" else power <= _MOST_POWER * int(v))
            ),
        )
    if power and speed and (speed > 150 + 2.2 * power or (power > 120 and speed < 80)):
        _contradict(fields, ["P.2", "T"], soft=power < 200)
    length, width, height = (_number(fields, c) for c in ("18", "19", "20"))
    if length and width and width >= length:
        _contradict(fields, ["18", "19"], soft=True)
    if length and height and height > length:
        _contradict(fields, ["18", "20"], soft=True)
    for pair in _TWINS:
        # Mostly the same: what one shows beyond doubt decides between what was seen of the other.
        for unclear, sure in (pair, pair[::-1]):
            said = _value(fields, sure)
            if said is not None and unclear in fields and _value(fields, unclear) is None:
                _promote(fields, unclear, said.__eq__, fields[sure].confidence)
    one, two = _value(fields, "15.1"), _value(fields, "15.2")
    if one and one == two:
        _raise(fields, "15.1", "15.2", share=0.3)


def _emission(fields: Fields) -> None:
    """Codes that say the same confirm each other; what differs says nothing, as lists change."""
    level, code, directive = _value(fields, "14"), _value(fields, "14.1"), _value(fields, "V.9")
    if level and code:
        known = re.search(r"[4-6]", level)
        if known and code[:2] in {"4": ("04",), "5": ("35",), "6": ("36",)}[known[0]]:
            _raise(fields, "14", "14.1", share=0.6)
    if code and directive:
        letters = re.search(r"([A-Z]{1,2})$", directive)
        if letters and code[2:].rstrip("0") == letters[1].rstrip("0"):
            _raise(fields, "14.1", "V.9", share=0.4)


def _doubt_panel(fields: Fields, panel: PanelName) -> None:
    """Where several cells of a panel hold what cannot stand in them, the others hold their neighbours' values."""
    codes = [c.code for c in CELLS if c.panel == panel and c.code in fields]
    if panel == "right" and "P.2" in fields:
        codes.append("P.2")
    strange = sum(fields[c].reason == "implausible" for c in codes)
    valued = [c for c in codes if fields[c].value is not None]
    if strange < 2 or not valued:
        return
    share = strange / (strange + len(valued))
    if strange >= 4 and share > 0.3:
        for code in valued:
            _drop(fields, code, "uncertain")
    elif share > 0.2:
        for code in valued:
            _lower(fields, code, 1 - 0.35 * share, "uncertain")
