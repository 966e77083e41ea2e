"""One stored calculation through the single engine, at both versions: the measure of the many, and their way out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, NoReturn

from calculation import CalculationError, CalculationInput, CalculationResult, calculate, input_from_json
from pricing_tables import Tables
from workbench.impact.outcome import from_result
from workbench.impact.references import Key
from workbench.impact.renewal import Renewal
from workbench.impact.reprice import Repriced, reprice_by

#: Tables of the version that a calculation stands on, from its references.
OldTables = Callable[[Key], Tables | None]


_MOST: Final = 200


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


def parse(raw: bytes) -> Any:
    """JSON with exact decimals.

    Raises:
        ValueError: when it is none.
    """
    return json.loads(raw, parse_float=Decimal, parse_constant=_no_constant)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


class Single:
    """The single engine for one new version.

    Args:
        old_tables: of a calculation.
        new: the version to be tried.
        day: new price date; None leaves the dates.
    """

    def __init__(self, old_tables: OldTables, new: Tables, day: date | None = None) -> None:
        self.old_tables, self.new, self.day = old_tables, new, day
        self._renewals: dict[Key, Renewal] = {}

    def _renewal(self, named: Key) -> Renewal:
        found = self._renewals.get(named)
        if found is None:
            if len(self._renewals) > _MOST:
                self._renewals.clear()
            found = self._renewals[named] = Renewal(self.old_tables(named), self.new)
        return found

    def price(self, raw: bytes) -> One:
        """Price one stored calculation at both versions; a refusal becomes a problem, never an exception."""
        try:
            document = parse(raw)
        except (ValueError, ArithmeticError, RecursionError):
            return One(problems=(("TK-CALC-008: Das ist kein JSON.", "TK-CALC-008: This is no JSON."),))
        return self.price_document(document)

    def price_document(self, document: Any) -> One:
        """The same from parsed JSON."""
        made = One()
        try:
            made.data = data = input_from_json(document)
            made.before = before = calculate(data, explain=False)
            made.old = from_result(before)
            named = tuple((r.name, r.version, r.sha256) for r in data.table_references)
            made.repriced = repriced = reprice_by(data, self._renewal(named), self.day)
            if repriced.missing:
                made.problems = tuple((m.message_de, m.message_en) for m in repriced.missing)
                return made
            made.after = after = calculate(repriced.data, explain=False)
            made.new = from_result(after)
        except CalculationError as error:
            made.problems = ((f"{error.code}: {error.message_de}", f"{error.code}: {error.message_en}"),)
        return made
