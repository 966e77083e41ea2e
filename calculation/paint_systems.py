"""Paint levels as the systems print them, mapped by name: a number alone means something else in each system.

DAT 4 is a new part, AZT I is a new part, AZT IV a repair over half of the area, and makers count their stages in yet other ways.
So a level is read only together with its system, and a bare number without one is refused (``TK-CALC-030``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from calculation.errors import CalculationError, Problem
from calculation.model import PaintLevel, PaintSystem, Substrate, Text

LevelSystem = Literal["azt", "dat"]


@dataclass(frozen=True, slots=True)
class SystemLevel:
    """What a printed level means.

    Attributes:
        system: azt or dat.
        code: as the system writes it, e.g. ``III``, ``K1R``, ``4``.
        level: the engine's level.
        substrate: metal or plastic, where the code says so.
        sure: false where the meaning is known by hearsay only; such a level is flagged.
        name: in words.

    """

    system: LevelSystem
    code: str
    level: PaintLevel
    substrate: Substrate | None
    sure: bool
    name: Text


_NEW = Text("Neuteil, voller Aufbau", "new part, full build-up")
_SURFACE = Text("Oberfläche, ohne Füller", "surface, no filler")
_MINOR = Text("Reparatur, Füller bis 50 % der Fläche", "repair, filler up to 50 % of the area")
_MAJOR = Text("Reparatur, Füller über 50 % der Fläche", "repair, filler over 50 % of the area")


def _azt(
    code: str, level: PaintLevel, substrate: Substrate, name: Text, *, sure: bool = True
) -> tuple[str, SystemLevel]:
    return code, SystemLevel("azt", code, level, substrate, sure, name)


def _dat(code: str, level: PaintLevel, name: Text) -> tuple[str, SystemLevel]:
    return code, SystemLevel("dat", code, level, None, True, name)


#: AZT: I to IV on metal, K codes on plastic. K3 and K4 follow the pattern of III and IV; no source at hand prints them.
AZT: Final = dict(
    (
        _azt("I", "new", "metal", _NEW),
        _azt("II", "surface", "metal", _SURFACE),
        _azt("III", "repair_lt_50", "metal", _MINOR),
        _azt("IV", "repair_gt_50", "metal", _MAJOR),
        _azt("K1R", "new", "plastic", Text("Neuteil grundiert, nass in nass", "new part primed, wet in wet")),
        _azt("K1N", "new", "plastic", Text("Neuteil roh, nass in nass mit Füller", "new part raw, wet in wet, filler")),
        _azt("K1G", "new", "plastic", Text("Neuteil, Füller geschliffen", "new part, primer-filler, dried, sanded")),
        _azt("K2", "surface", "plastic", _SURFACE),
        _azt("K3", "repair_lt_50", "plastic", _MINOR, sure=False),
        _azt("K4", "repair_gt_50", "plastic", _MAJOR, sure=False),
    )
)
#: DAT, in its Euro-Lack as in its maker mode: a number with its word.
DAT: Final = dict(
    (
        _dat("1", "surface", _SURFACE),
        _dat("2", "repair_lt_50", _MINOR),
        _dat("3", "repair_gt_50", _MAJOR),
        _dat("4", "new", _NEW),
    )
)
#: Words beside DAT's numbers.
DAT_WORDS: Final = {
    "surface": "1",
    "minor": "2",
    "major": "3",
    "new": "4",
    "oberfläche": "1",
    "neu": "4",
    "neuteil": "4",
}
#: System that a level without a name of its own is read in, by the setting of the sheet.
DEFAULT_SYSTEM: Final[dict[PaintSystem, LevelSystem | None]] = {
    "azt": "azt",
    "euro_lack": "dat",
    "manufacturer": None,
    "manual": None,
}
_NAMED = re.compile(r"(azt|dat|euro-?lack)\b[\s:/-]*(.+)")
_STAGE = re.compile(r"(?:(?:lack)?stufe|level|stage)\s+")
_DAT_FORM = re.compile(r"(?:([^\W\d]+)\s*)?(?:\(?\s*([0-9]+)\s*\)?)?(?:\s*([^\W\d]+))?")
MAX_PRINTED = 40


def read_level(system: PaintSystem | LevelSystem, printed: str) -> SystemLevel:
    """Meaning of a paint level as it is printed.

    Args:
        system: setting of the sheet, or the system itself (``dat``). A form that only one system prints (``K1R``, ``new (4)``) needs
            no setting.
        printed: e.g. ``III``, ``K1R``, ``DAT 4``, ``new (4)``, ``AZT IV``; a system named in front of it goes before ``system``.

    Raises:
        CalculationError: ``TK-CALC-030`` for a code without its system, a maker's stage, or one that the system does not know.

    """
    text = " ".join(printed.split()).casefold()
    if not text or len(text) > MAX_PRINTED:
        raise _refused(printed, "ist keine Lackstufe", "is no paint level")
    named = _NAMED.fullmatch(text)
    which = "dat" if system == "dat" else DEFAULT_SYSTEM[system]
    if named is not None:
        which = "azt" if named[1] == "azt" else "dat"
        text = named[2]
    text = _STAGE.sub("", text).strip()
    if which is None:
        which = _recognised(text)
    if which == "azt":
        found = AZT.get(text.upper())
        if found is None:
            raise _refused(
                printed,
                "gibt es bei AZT nicht (I bis IV, K1R, K1N, K1G, K2)",
                "is unknown in AZT (I to IV, K1R, K1N, K1G, K2)",
            )
        return found
    if which == "dat":
        return _read_dat(text, printed)
    if system == "manufacturer":
        raise _refused(
            printed,
            "ist eine Stufe des Herstellers; jede Liste zählt anders. Bitte level mit Namen angeben oder das System davor schreiben",
            "is a maker's stage; every list counts in its own way. State level by name, or write the system in front",
        )
    raise _refused(
        printed,
        "ist ohne System mehrdeutig (DAT 4 = Neuteil, AZT IV = Reparatur über 50 %). Bitte das System davor schreiben",
        "is ambiguous without its system (DAT 4 = new part, AZT IV = repair over 50 %). Write the system in front",
    )


def _recognised(text: str) -> LevelSystem | None:
    """System of a form that only one of them prints: AZT's K codes, DAT's number with its word."""
    if text.startswith("k") and text.upper() in AZT:
        return "azt"
    form = _DAT_FORM.fullmatch(text)
    return "dat" if form is not None and form[2] and DAT_WORDS.get(form[1] or form[3] or "") else None


def _read_dat(text: str, printed: str) -> SystemLevel:
    """``4``, ``new``, ``new (4)``, ``4 new``; number and word must agree."""
    form = _DAT_FORM.fullmatch(text)
    word = (form[1] or form[3] or "") if form else ""
    number = form[2] if form else None
    by_word = DAT_WORDS.get(word)
    if form is None or (word and by_word is None) or (form[1] and form[3]):
        raise _refused(
            printed,
            "gibt es bei DAT nicht (new, surface, minor, major)",
            "is unknown in DAT (new, surface, minor, major)",
        )
    if by_word and number and by_word != number:
        raise _refused(printed, "widerspricht sich: Wort und Zahl", "contradicts itself: word and number")
    found = DAT.get(by_word or number or "")
    if found is None:
        raise _refused(printed, "gibt es bei DAT nicht (1 bis 4)", "is unknown in DAT (1 to 4)")
    return found


def _refused(printed: str, de: str, en: str) -> CalculationError:
    shown = repr(printed[:MAX_PRINTED])
    return CalculationError(
        [Problem("TK-CALC-030", f"Lackstufe {shown} {de}.", f"paint level {shown} {en}.", None, "system_level")]
    )
