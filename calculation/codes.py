"""Operation codes and wage groups of other systems, in the engine's own words; names only, no data of a provider.

What a source prints is sure; what is only said to be so is marked, and an unknown code is refused (``TK-CALC-032``), never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from calculation.errors import CalculationError, Problem
from calculation.model import CodeSystem, Operation, Text

#: A line that stands for a spare part and not for work.
PART: Final = "part"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code stands for.

    Attributes:
        operation: the engine's operation, or ``part`` for a spare part.
        sure: false where no source at hand prints the meaning.

    """

    operation: Operation | str
    sure: bool = True


_SURE: Final[dict[CodeSystem, dict[str, str]]] = {
    "dat": {
        "replace": "replace",
        "ersetzen": "replace",
        "dis- and mounting": "remove_install",
        "aus- und einbauen": "remove_install",
        "overhaul": "repair",
        "instandsetzen": "repair",
        "lacquer": "paint",
        "lackieren": "paint",
    },
    "gt": {"e": "replace", "a+e": "remove_install", "i": "repair", "l": "paint"},
    "autoixpert": {"e - et": PART},
    "audatex": {},
}
_UNSURE: Final[dict[CodeSystem, dict[str, str]]] = {
    "dat": {},
    "gt": {},
    # The import names these codes; what they mean stands only on its screens.
    "autoixpert": {
        "e - lo": "replace",
        "e - ne": "remove_install",
        "i": "repair",
        "l": "paint",
        "d": "dents",
        "p": "check",
        "n": "remove_install",
    },
    "audatex": {"e": "replace", "i": "repair", "l": "paint", "n": "remove_install"},
}
#: Codes that exist and whose meaning is not known here: refused by name.
_UNKNOWN: Final[dict[CodeSystem, frozenset[str]]] = {
    "dat": frozenset(),
    "gt": frozenset(),
    "autoixpert": frozenset({"r", "a", "m", "c", "s", "t", "z", "ris"}),
    "audatex": frozenset(),
}
#: Wage groups: the name of the hourly rate. DAT's 50 is time only and has no trade.
_TRADES: Final[dict[CodeSystem, dict[str, str]]] = {
    "dat": {"1": "mechanic", "2": "body", "3": "electric", "60": "dents"},
    "autoixpert": {
        "mechanik": "mechanic",
        "elektrik": "electric",
        "karosserie": "body",
        "lack": "paint",
        "dellen": "dents",
    },
    "gt": {
        "mechanik": "mechanic",
        "karosserie": "body",
        "lackierung": "paint",
        "elektrik": "electric",
        "verkleidung": "trim",
    },
    "audatex": {},
}
#: GT's marks beside a line, and what the engine does with them.
GT_MARKS: Final[dict[str, Text]] = {
    "I": Text("in der Hauptarbeit enthalten: included_in", "contained in the parent: included_in"),
    "NI": Text("nicht enthalten: zählt für sich", "not contained: counts for itself"),
    "+": Text("ausgelöst durch eine andere Arbeit: added_by", "triggered by other work: added_by"),
    "C": Text("Zeit durch andere Arbeit angepasst: Zeit der Position", "time adapted by other work: time of the line"),
    "+/-": Text("ungefähre Zeit: uncertain", "approximate time: uncertain"),
    "-": Text(
        "Verbund, der nach Herstellervorgabe nicht gekürzt wird: zählt", "overlap that the maker does not cut: counts"
    ),
}


def operation_of(system: CodeSystem, code: str) -> Meaning:
    """Operation behind a code.

    Args:
        system: whose code it is; the same letter differs between systems.
        code: as printed.

    Raises:
        CalculationError: ``TK-CALC-032`` when the code is not known, or known to exist without a known meaning.

    """
    key = " ".join(code.split()).casefold()
    if key in _SURE[system]:
        return Meaning(_SURE[system][key])
    if key in _UNSURE[system]:
        return Meaning(_UNSURE[system][key], sure=False)
    shown = repr(code[:40])
    if key in _UNKNOWN[system]:
        raise _refused(
            f"Code {shown} von {system} ist ohne belegte Bedeutung; bitte die Arbeitsart selbst angeben.",
            f"code {shown} of {system} has no known meaning; state the operation.",
        )
    known = ", ".join(sorted((*_SURE[system], *_UNSURE[system])))
    raise _refused(
        f"Code {shown} gibt es bei {system} nicht (bekannt: {known}).",
        f"code {shown} is unknown in {system} (known: {known}).",
    )


def trade_of(system: CodeSystem, group: str) -> str:
    """Name of the hourly rate behind a wage group or work type.

    Raises:
        CalculationError: ``TK-CALC-032`` when the group is not known, or is DAT's 50 (time only, without a trade).

    """
    key = " ".join(group.split()).casefold()
    found = _TRADES[system].get(key)
    if found is not None:
        return found
    shown = repr(group[:40])
    if (system, key) == ("dat", "50"):
        raise _refused(
            "Arbeitsart 50 ist nur eine Zeit; bitte das Gewerk angeben.", "work type 50 is time only; state the trade."
        )
    known = ", ".join(sorted(_TRADES[system])) or "-"
    raise _refused(
        f"Lohngruppe {shown} gibt es bei {system} nicht (bekannt: {known}).",
        f"wage group {shown} is unknown in {system} (known: {known}).",
    )


def _refused(de: str, en: str) -> CalculationError:
    return CalculationError([Problem("TK-CALC-032", de, en, None, "code")])
