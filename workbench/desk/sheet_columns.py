"""What each column of the calculation sheet means in each block: the key of the draft behind it and how it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal

BLOCKS = ("parts", "labour", "paint", "dents", "incidentals", "deductions")
#: blocks that stand on the sheet even when they are empty.
ALWAYS = frozenset({"parts", "labour", "paint", "incidentals"})
COLUMNS = ("label", "what", "detail", "quantity", "unit", "price")

Kind = Literal["text", "word", "number", "whole"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One editable cell.

    Attributes:
        key: key in the line of the draft.
        kind: text, word (one of ``words``), number or whole number.
        words: vocabulary for kind ``word``: the group in the text catalogue.
        choices: codes that may be chosen.
        places: decimals that may be typed.
        low, high: limits; the engine checks them again.
        money: shown with two decimals.
    """

    key: str
    kind: Kind
    words: str = ""
    choices: tuple[str, ...] = ()
    places: int = 2
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(10_000_000)
    money: bool = False


_LABEL = Cell("label", "text")
_RATES = Cell("rate", "word", "rate")
OPERATIONS = (
    "replace",
    "remove_install",
    "repair",
    "dents",
    "adjust",
    "check",
    "calibrate",
    "auxiliary",
    "third_party",
)
LEVELS = ("new", "surface", "repair_lt_50", "repair_gt_50", "spot", "blend", "preparation", "other")
KINDS = (
    "transfer", "disposal", "cleaning", "test_drive", "diagnosis", "calibration", "measurement", "cavity_wax", "material",
    "procurement", "disinfection", "jig", "other",
)  # fmt: skip
_PERCENT = Cell("percent", "number", high=Decimal(100))
_PART_ORIGINS = ("original", "exchange", "aftermarket", "used", "unknown")
_DEDUCTIONS = ("discount", "surcharge", "new_for_old", "betterment", "prior_damage", "manual")
_BASES = ("amount", "part_lines", "parts", "labour", "paint", "paint_material", "total", "line")

SHEET: Mapping[str, Mapping[str, Cell]] = MappingProxyType(
    {
        "parts": {
            "label": _LABEL,
            "what": Cell("part_origin", "word", "part_origin", _PART_ORIGINS),
            "detail": Cell("part_number", "text"),
            "quantity": Cell("qty", "number", high=Decimal(10_000)),
            "price": Cell("unit_price", "number", money=True),
        },
        "labour": {
            "label": _LABEL,
            "what": Cell("operation", "word", "operation", OPERATIONS),
            "detail": _RATES,
            "quantity": Cell("units", "number", high=Decimal(100_000)),
            "unit": Cell("unit", "word", "unit", ("hours", "AW", "ZE")),
        },
        "paint": {
            "label": _LABEL,
            "what": Cell("level", "word", "level", LEVELS),
            "detail": Cell("substrate", "word", "substrate", ("metal", "plastic")),
            "quantity": Cell("hours", "number", high=Decimal(1000)),
        },
        "dents": {
            "label": _LABEL,
            "detail": Cell("count", "whole", places=0, low=Decimal(1), high=Decimal(5000)),
            "quantity": Cell("press_hours", "number", high=Decimal(1000)),
        },
        "incidentals": {
            "label": _LABEL,
            "what": Cell("kind", "word", "kind", KINDS),
            "detail": _RATES,
            "quantity": Cell("units", "number", high=Decimal(100_000)),
            "price": Cell("amount", "number", money=True),
        },
        "deductions": {
            "label": _LABEL,
            "what": Cell("kind", "word", "deduction", _DEDUCTIONS),
            "detail": Cell("reason_text", "text"),
            "quantity": _PERCENT,
            "unit": Cell("base", "word", "base", _BASES),
            "price": Cell("amount", "number", money=True),
        },
    }
)
#: changes of these make a suggested or table value the expert's own, with the trade's asterisk.
OVERRIDES = frozenset({"qty", "unit_price", "units", "hours", "press_hours", "amount", "percent", "rate"})

NEW_LINES: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "parts": {"qty": "1", "unit_price": "0.00"},
        "labour": {"operation": "repair", "rate": "body", "unit": "hours", "units": "0.00"},
        "paint": {"level": "surface", "substrate": "metal", "hours": "0.00"},
        "dents": {"count": 1, "press_hours": "0.00", "finish_hours": "0.00", "panels": 1},
        "incidentals": {"kind": "other", "amount": "0.00"},
        "deductions": {"kind": "manual", "base": "amount", "amount": "0.00", "taxed": True, "reason_text": ""},
    }
)
