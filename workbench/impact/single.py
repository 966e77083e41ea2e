"""One stored calculation through the single engine, at both versions: the measure of the many, and their way out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from calculation import CalculationError, CalculationInput, CalculationResult, calculate, input_from_json
from pricing_tables import Tables
from workbench.impact.outcome import from_result
from workbench.impact.reprice import Repriced, reprice

#: Tables of the version that a calculation stands on, from its references.
OldTables = Callable[[tuple[tuple[str, str, str], ...]], Tables | None]


@dataclass(slots=True)
class One:
    """A calculation at both versions.

    Attributes:
        data: as stored, None when it cannot be read.
        old, new: figures (``outcome.FIGURES``), None where there are none.
        problems: (German, English).
        before, after: results, for the sums over lines.
        repriced: what was renewed and what was kept.
    """

    data: CalculationInput | None = None
    old: tuple[int, ...] | None = None
    new: tuple[int, ...] | None = None
    problems: tuple[tuple[str, str], ...] = ()
    before: CalculationResult | None = None
    after: CalculationResult | None = None
    repriced: Repriced | None = None


def signature(references: Any) -> tuple[tuple[str, str, str], ...]:
    """Name, version and checksum of each table reference of a JSON calculation."""
    return tuple((r["name"], r.get("version", ""), r.get("sha256", "")) for r in references)


def parse(raw: bytes) -> Any:
    """JSON with exact decimals.

    Raises:
        ValueError: when it is none.
    """
    return json.loads(raw, parse_float=Decimal, parse_constant=_no_constant)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def price_one(document: Mapping[str, Any], old_tables: OldTables, new: Tables, day: date | None) -> One:
    """Price one calculation at both versions; a refusal becomes a problem, never an exception."""
    made = One()
    try:
        made.data = data = input_from_json(document)
        made.before = before = calculate(data, explain=False)
        made.old = from_result(before)
        named = tuple((r.name, r.version, r.sha256) for r in data.table_references)
        made.repriced = repriced = reprice(data, old_tables(named), new, day)
        if repriced.missing:
            made.problems = tuple((m.message_de, m.message_en) for m in repriced.missing)
            return made
        made.after = after = calculate(repriced.data, explain=False)
        made.new = from_result(after)
    except CalculationError as error:
        made.problems = ((f"{error.code}: {error.message_de}", f"{error.code}: {error.message_en}"),)
    return made
