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
    "procurement", "other",
)  # fmt: skip
_PERCENT = Cell("percent", "number", high=Decimal(100))
_PART_ORIGINS = ("original", "exchange", "aftermarket", "used", "unknown")
_DEDUCTIONS = ("discount", "surcharge", "new_for_old", "betterment", "prior_damage", "manual")
_BASES = ("amount", "parts", "labour", "paint", "paint_material", "total")

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


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the calculation that is typed on its own.

    Attributes:
        path: keys down into the draft; a missing object on the way is made.
        kind: ``number``, ``share`` (typed in percent, kept as share), ``word``, ``flag`` (yes, no, unknown), ``text``, ``day``.
        unit: shown behind the input.
        optional: an empty input means that it is not known.
        regime: only of interest in this regime.
    """

    path: tuple[str, ...]
    kind: Literal["number", "share", "word", "flag", "text", "day"] = "number"
    unit: str = "%"
    optional: bool = False
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(10_000_000)
    places: int = 2
    words: str = ""
    choices: tuple[str, ...] = ()
    regime: str | None = None


_MONEY: dict[str, Any] = {"unit": "€"}
PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {
        "small_parts": Parameter(("parameters", "small_parts_percent"), high=Decimal("9.99")),
        "upe": Parameter(("parameters", "upe_markup_percent"), low=Decimal(-999), high=Decimal("999.99")),
        "material": Parameter(("parameters", "paint_material", "percent"), high=Decimal(999)),
        "vat": Parameter(("parameters", "vat_rate"), "share", high=Decimal("99.9")),
        "price_date": Parameter(("parameters", "price_date"), "day", unit=""),
        "lump_sum": Parameter(("settlement", "lump_sum"), regime="liability", **_MONEY),
        "replacement": Parameter(("settlement", "replacement", "amount"), optional=True, **_MONEY),
        "replacement_tax": Parameter(
            ("settlement", "replacement", "tax_kind"), "word", unit="", words="tax_kind",
            choices=("margin_contained", "regular", "none"),
        ),
        "residual": Parameter(("settlement", "residual", "amount"), optional=True, **_MONEY),
        "drivable": Parameter(("circumstances", "not_drivable"), "flag", unit=""),
        "airbag": Parameter(("circumstances", "airbag_deployed"), "flag", unit=""),
        "prior": Parameter(("circumstances", "prior_damage"), "flag", unit=""),
    }
)  # fmt: skip
#: facts of the claim; they are kept with the claim, and the use case puts them into the draft as well
CLAIM_FACTS: Mapping[str, Parameter] = MappingProxyType(
    {
        "excess": Parameter(("excess",), optional=True, regime="kasko", high=Decimal("999999.99"), **_MONEY),
        "quota_percent": Parameter(("quota_percent",), high=Decimal(100), regime="liability"),
        "leased_or_financed": Parameter(("leased_or_financed",), "flag", unit=""),
        "input_tax_deductible": Parameter(("input_tax_deductible",), "flag", unit=""),
        "odometer_km": Parameter(("odometer_km",), unit="km", optional=True, places=0, high=Decimal(3_000_000)),
        "loss_date": Parameter(("loss_date",), "day", unit="", optional=True),
        "postcode": Parameter(("postcode",), "text", unit="", optional=True),
    }
)
#: parameters that stand as rows inside the sheet: block -> (row, key of the parameter, key of the amount in the totals)
SHEET_ROWS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {"parts": (("small_parts", "small_parts"), ("upe", "upe_markup")), "paint": (("material", "paint_material"),)}
)
RATE_LIMIT = (Decimal("0.01"), Decimal("999.99"))
