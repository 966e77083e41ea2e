"""The shape of each table, checked by pandera when it is read: columns, ranges, words, unique keys.

Numbers are :class:`decimal.Decimal` objects from the first moment; a binary number never enters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final

import pandas as pd
import pandera.pandas as pa

from pricing_tables.errors import TableError
from pricing_tables.vocabulary import (
    MATERIAL_KINDS,
    MATERIAL_MODELS,
    OPERATIONS,
    PAINT_LEVELS,
    PAINT_SYSTEMS,
    PARTS,
    SEGMENTS,
    SEVERITIES,
    SIDE_COST_KINDS,
    SIZE_CLASSES,
    TRANSFER_KINDS,
)

NUMBER: Final = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns of one table.

    Attributes:
        key: columns that together are unique.
        words: text columns and the words allowed (empty: any text).
        numbers: number columns with their inclusive range.
        bands: (low, value, high) column triples that must be in order.
        optional: columns that may be empty.
        dates: date columns.
        defaults: (column, value) for columns that came later: a version written before reads with the value.
    """

    key: tuple[str, ...]
    words: dict[str, tuple[str, ...]]
    numbers: dict[str, tuple[str, str]]
    bands: tuple[tuple[str, str, str], ...] = ()
    optional: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    defaults: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in no particular order."""
        return (*self.words, *self.numbers, *self.dates)


_PART = tuple(PARTS)
_OPERATION = tuple(OPERATIONS)
_TEXT: tuple[str, ...] = ()
SHAPES: Final[dict[str, Shape]] = {
    "segments": Shape(
        ("segment",),
        {"segment": SEGMENTS, "size_class": SIZE_CLASSES, "source": _TEXT},
        {"price_factor": ("0.10", "10")},
    ),
    "part_prices": Shape(
        ("part", "segment"),
        {"part": _PART, "segment": SEGMENTS, "basis": ("public_average", "imported", "assumption"), "source": _TEXT},
        {"price": ("0.01", "100000"), "low": ("0.01", "100000"), "high": ("0.01", "100000")},
        (("low", "price", "high"),),
    ),
    "hourly_rates": Shape(
        ("region",),
        {"region": _TEXT, "label": _TEXT, "source": _TEXT},
        {
            "mechanic": ("10", "900"),
            "body": ("10", "900"),
            "electric": ("10", "900"),
            "paint": ("10", "900"),
            "dents": ("10", "900"),
        },
    ),
    "markups": Shape(
        ("kind", "regime"),
        {
            "kind": ("small_parts_percent", "upe_markup_percent"),
            "regime": ("kasko", "liability"),
            "source": _TEXT,
        },
        {"value": ("-99", "100")},
    ),
    "side_costs": Shape(
        ("kind",),
        {
            "kind": SIDE_COST_KINDS,
            "label_de": _TEXT,
            "label_en": _TEXT,
            "basis": ("public_single", "imported", "assumption"),
            "source": _TEXT,
        },
        {"value": ("0", "5000"), "low": ("0", "5000"), "high": ("0", "5000")},
        (("low", "value", "high"),),
        defaults=(("basis", "assumption"),),
    ),
    "job_times": Shape(
        ("part", "operation", "segment", "severity"),
        {
            "part": _PART,
            "operation": _OPERATION,
            "segment": SEGMENTS,
            "severity": (*SEVERITIES, ""),
            "rate": ("body", "mechanic", "electric"),
            "basis": ("public_sample", "imported", "assumption"),
            "source": _TEXT,
        },
        {"hours": ("0.01", "100"), "low": ("0", "100"), "high": ("0.01", "100")},
        (("low", "hours", "high"),),
        ("severity",),
    ),
    "job_links": Shape(
        ("part", "operation", "effect", "other_part", "other_operation"),
        {
            "part": _PART,
            "operation": _OPERATION,
            "effect": ("triggers", "may_trigger", "includes"),
            "other_part": _PART,
            "other_operation": _OPERATION,
            "reason_de": _TEXT,
            "reason_en": _TEXT,
            "source": _TEXT,
        },
        {},
    ),
    "paint_times": Shape(
        ("part", "level", "size_class"),
        {
            "part": (*_PART, "preparation_metal", "preparation_plastic"),
            "level": (*PAINT_LEVELS, "preparation"),
            "size_class": SIZE_CLASSES,
            "basis": ("public_sample", "imported", "assumption"),
            "source": _TEXT,
        },
        {"hours": ("0.01", "50"), "low": ("0", "50"), "high": ("0.01", "50")},
        (("low", "hours", "high"),),
    ),
    "paint_points": Shape(
        ("part", "level", "size_class"),
        {
            "part": (*_PART, "preparation_metal", "preparation_plastic"),
            "level": (*PAINT_LEVELS, "preparation"),
            "size_class": SIZE_CLASSES,
            "basis": ("public_sample", "imported", "assumption"),
            "source": _TEXT,
        },
        {"points": ("0", "10000"), "value": ("0", "10000")},
    ),
    "paint_options": Shape(
        ("name",),
        {
            "name": _TEXT,
            "label_de": _TEXT,
            "label_en": _TEXT,
            "unit": ("count", "job"),
            "basis": ("public_sample", "imported", "assumption"),
            "source": _TEXT,
        },
        {"hours": ("0.01", "50"), "low": ("0", "50"), "high": ("0.01", "50")},
        (("low", "hours", "high"),),
    ),
    "paint_material": Shape(
        ("model",),
        {"model": MATERIAL_MODELS, "chosen": ("yes", "no"), "source": _TEXT},
        {
            "percent": ("0", "999"),
            "price_per_point": ("0", "1000"),
            "constant": ("0", "5000"),
            "index": ("0", "999"),
            "amount": ("0", "100000"),
        },
        defaults=(
            ("chosen", "yes"),
            ("price_per_point", "0"),
            ("constant", "0"),
            ("index", "0"),
            ("amount", "0"),
        ),
    ),
    "workshop_rates": Shape(
        ("workshop",),
        {
            "workshop": _TEXT,
            "region": _TEXT,
            "transfer_kind": TRANSFER_KINDS,
            "paint_system": PAINT_SYSTEMS,
            "material_kind": MATERIAL_KINDS,
            "source": _TEXT,
        },
        {
            "mechanic": ("10", "900"),
            "electric": ("10", "900"),
            "body": ("10", "900"),
            "upe_percent": ("-99", "100"),
            "small_parts_percent": ("0", "9.99"),
            "dents": ("10", "900"),
            "transfer_value": ("0", "5000"),
            "paint_wage": ("10", "900"),
            "material_value": ("0", "999"),
        },
        optional=("region",),
    ),
    "dents": Shape(
        ("name",), {"name": _TEXT, "unit": ("h", "%", "mm", "count"), "source": _TEXT}, {"value": ("0", "500")}
    ),
    "value_band": Shape(
        ("years",),
        {"source": _TEXT},
        {"years": ("0", "60"), "low": ("0.01", "1"), "high": ("0.01", "1")},
    ),
    "list_prices": Shape(("segment",), {"segment": SEGMENTS, "source": _TEXT}, {"price": ("1000", "1000000")}),
    "vat": Shape(("valid_from",), {"source": _TEXT}, {"rate": ("0", "0.5")}, dates=("valid_from",)),
    "policy": Shape(
        ("valid_from",),
        {"limit_basis": ("repair_gross", "repair_net", "payout"), "source": _TEXT},
        {
            "limit": ("0", "1000000"),
            "amber_ratio": ("0", "10"),
            "red_ratio": ("0", "10"),
            "max_age_years": ("1", "100"),
            "max_mileage_km": ("1000", "2000000"),
            "reference_max_km": ("1", "500"),
            "bagatelle_gross": ("0", "10000"),
        },
        dates=("valid_from",),
    ),
}


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text) if NUMBER.fullmatch(text) else None
    except InvalidOperation:
        return None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _within(low: str, high: str) -> Callable[[Any], bool]:
    bottom, top = Decimal(low), Decimal(high)
    return lambda value: isinstance(value, Decimal) and bottom <= value <= top


@cache
def pandera_schema(name: str) -> pa.DataFrameSchema:
    """The pandera schema of a table after its numbers were read."""
    shape = SHAPES[name]
    columns: dict[str, pa.Column] = {}
    for column, words in shape.words.items():
        checks = [pa.Check.isin(list(words))] if words else []
        if column not in shape.optional:
            checks.append(pa.Check(lambda s: s.str.strip().str.len() > 0, error="empty"))
        columns[column] = pa.Column(str, checks, nullable=False)
    for column, (low, high) in shape.numbers.items():
        check = pa.Check(_within(low, high), element_wise=True, error=f"number from {low} to {high}")
        columns[column] = pa.Column(object, check, nullable=False)
    for column in shape.dates:
        check = pa.Check(lambda value: isinstance(value, date), element_wise=True, error="date YYYY-MM-DD")
        columns[column] = pa.Column(object, check, nullable=False)
    ordered = [
        pa.Check(
            lambda frame, band=band: pd.Series(
                [
                    not all(isinstance(v, Decimal) for v in (a, b, c)) or a <= b <= c
                    for a, b, c in zip(frame[band[0]], frame[band[1]], frame[band[2]], strict=True)
                ],
                index=frame.index,
            ),
            error=f"{' ≤ '.join(band)}",
        )
        for band in shape.bands
    ]
    return pa.DataFrameSchema(columns, checks=ordered, unique=list(shape.key), strict=True, coerce=False)


def check_frame(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Read the numbers and dates of a frame of text and check it.

    Args:
        name: table name, a key of :data:`SHAPES`.
        frame: all columns text.

    Raises:
        TableError: TK-TABLE-004 with every bad cell found (row numbers as in the file, header = 1).
    """
    shape = SHAPES[name]
    frame = frame.copy()
    for column, value in shape.defaults:
        if column not in frame:
            frame[column] = value
    for column in shape.numbers:
        if column in frame:
            frame[column] = pd.Series([_decimal(v) for v in frame[column]], index=frame.index, dtype=object)
    for column in shape.dates:
        if column in frame:
            frame[column] = pd.Series([_date(v) for v in frame[column]], index=frame.index, dtype=object)
    try:
        return pandera_schema(name).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        places = _places(error.failure_cases.to_dict("records"))
        raise TableError("TK-TABLE-004", f"Tabelle {name}: {places}", f"table {name}: {places}") from error


def _places(cases: Iterable[dict[Any, Any]]) -> str:
    found = []
    for case in list(cases)[:20]:
        index = case.get("index")
        row = f"row {int(index) + 2}, " if index is not None and str(index).isdigit() else ""
        found.append(f"{row}{case.get('column')}: {case.get('check')} ({str(case.get('failure_case'))[:40]})")
    return "; ".join(found)
