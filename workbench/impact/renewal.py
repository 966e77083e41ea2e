"""Which figure of a line is renewed from which row, and what becomes of its band: shared by the one and the many."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from calculation.money import round2
from pricing_tables import TableError, Tables
from pricing_tables.schema import SHAPES

#: Block of the sheet -> the table whose rows give its lines a value, with the columns value, low, high.
ROW_TABLES: Final[dict[str, tuple[str, tuple[str, str, str]]]] = {
    "parts": ("part_prices", ("price", "low", "high")),
    "labour": ("job_times", ("hours", "low", "high")),
    "paint": ("paint_times", ("hours", "low", "high")),
    "incidentals": ("side_costs", ("value", "low", "high")),
}
DENTS: Final = "dents"
#: Tables of hourly rates -> the column that names the row.
RATE_TABLES: Final = {"hourly_rates": "region", "workshop_rates": "workshop"}
#: Paint material model -> the figures that it counts with.
MATERIAL_FIELDS: Final = {
    "percent_of_wage": ("percent",),
    "points": ("price_per_point", "constant"),
    "azt_index": ("index", "constant"),
    "flat": ("amount",),
}
#: Tables that can change a figure of a calculation, in the order in which their effects are told apart.
EFFECT_TABLES: Final = (
    "part_prices",
    "job_times",
    "paint_times",
    "dents",
    "side_costs",
    "hourly_rates",
    "markups",
    "paint_material",
)
_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Figures:
    """Value and plausible span of one row; ``rate`` is the trade of a job time, empty elsewhere."""

    value: Decimal
    low: Decimal
    high: Decimal
    rate: str = ""


@dataclass(frozen=True, slots=True)
class EdgeRule:
    """Edges of a band that come from a table: (as the old version gives it, as the new version gives it), first match counts."""

    low: tuple[tuple[Decimal, Decimal], ...]
    high: tuple[tuple[Decimal, Decimal], ...]


@dataclass(frozen=True, slots=True)
class RowPair:
    """One row in both versions.

    Attributes:
        old: None when the old version is not at hand or has no such row; the band is then the new row's.
        new: None when the new version lacks the row.
        edges: rule for the band, empty without ``old``.
    """

    old: Figures | None
    new: Figures | None
    edges: EdgeRule | None


class RowReader:
    """Rows of one set of tables by their key; a table that is not there has no rows."""

    def __init__(self, tables: Tables | None) -> None:
        self.tables = tables
        self._rows: dict[str, dict[tuple[str, ...], Figures]] = {}

    def _index(self, table: str, columns: tuple[str, str, str]) -> dict[tuple[str, ...], Figures]:
        found = self._rows.get(table)
        if found is None:
            found = {}
            try:
                rows = self.tables.table(table).rows if self.tables is not None else ()
            except TableError:
                rows = ()
            value, low, high = columns
            for row in rows:
                key = tuple(str(row[column]) for column in SHAPES[table].key)
                found[key] = Figures(row[value], row[low], row[high], str(row["rate"]) if table == "job_times" else "")
            self._rows[table] = found
        return found

    def row(self, block: str, key: tuple[str, ...]) -> Figures | None:
        """The row of the block's table with this key."""
        table, columns = ROW_TABLES[block]
        return self._index(table, columns).get(key)

    def rate(self, table: str, key: tuple[str, ...]) -> Decimal | None:
        """Hourly rate of (region or workshop, column)."""
        if self.tables is None or len(key) != 2 or key[1] not in SHAPES[table].numbers:
            return None
        try:
            rows = self.tables.table(table).rows
        except TableError:
            return None
        found = next((row[key[1]] for row in rows if str(row[RATE_TABLES[table]]) == key[0]), None)
        return found if isinstance(found, Decimal) else None

    def markup(self, kind: str, regime: str) -> Decimal | None:
        """Percent of a mark-up; None without the row."""
        try:
            return self.tables.markup(kind, regime).value if self.tables is not None else None
        except TableError:
            return None

    def material(self, model: str, field: str) -> Decimal | None:
        """A figure of a paint material model, e.g. (percent_of_wage, percent)."""
        try:
            found = self.tables.paint_material(model) if self.tables is not None else None
        except TableError:
            return None
        value = getattr(found, field, None)
        return value if isinstance(value, Decimal) else None

    def dent(self, name: str) -> Decimal | None:
        """A figure of the dent table."""
        try:
            return self.tables.dent_value(name).value if self.tables is not None else None
        except TableError:
            return None

    def dent_hours(self, count: int) -> Decimal | None:
        """Press hours of ``count`` dents."""
        try:
            return self.tables.dent_hours(count) if self.tables is not None else None
        except TableError:
            return None


class Renewal:
    """Both versions side by side.

    Args:
        old: the version that the calculation stands on; None when it is not at hand.
        new: the version to be tried.
    """

    def __init__(self, old: Tables | None, new: Tables) -> None:
        self.old = RowReader(old)
        self.new = RowReader(new)
        self._pairs: dict[tuple[str, tuple[str, ...], bool, bool], RowPair] = {}

    def pair(self, block: str, key: tuple[str, ...], *, uncertain: bool, spot: bool = False) -> RowPair:
        """The row of a line in both versions.

        Args:
            block: of the sheet.
            key: of the row.
            uncertain: the line is marked uncertain, which the proposals write into its band.
            spot: a paint line of level ``spot``.
        """
        at = (block, key, uncertain, spot)
        found = self._pairs.get(at)
        if found is None:
            old, new = self.old.row(block, key), self.new.row(block, key)
            edges = None
            if old is not None and new is not None:
                edges = self._edges(block, key, old, new, uncertain=uncertain, spot=spot)
            found = self._pairs[at] = RowPair(old, new, edges)
        return found

    def _edges(
        self, block: str, key: tuple[str, ...], old: Figures, new: Figures, *, uncertain: bool, spot: bool
    ) -> EdgeRule:
        """An uncertain line reaches down to zero, an uncertain repair from the lightest to the heaviest severity."""
        low, high = [(old.low, new.low)], [(old.high, new.high)]
        if uncertain and block == "labour" and len(key) == 4 and key[1] == "repair":
            light, heavy = (*key[:3], "minor"), (*key[:3], "severe")
            pairs = [(self.old.row(block, k), self.new.row(block, k)) for k in (light, heavy)]
            if pairs[0][0] is not None and pairs[0][1] is not None:
                low.insert(0, (pairs[0][0].low, pairs[0][1].low))
            if pairs[1][0] is not None and pairs[1][1] is not None:
                high.insert(0, (pairs[1][0].high, pairs[1][1].high))
        elif uncertain and (block in {"parts", "labour"} or (block == "paint" and spot)):
            low.insert(0, (_ZERO, _ZERO))
        return EdgeRule(tuple(low), tuple(high))


def renewed_edge(
    edge: Decimal | None, rule: tuple[tuple[Decimal, Decimal], ...] | None, row_edge: Decimal, qty: Decimal
) -> tuple[Decimal | None, bool]:
    """One edge of a band at the new version, and whether it came from the table.

    Args:
        edge: as stored; None stays None.
        rule: old and new edges; None when the old row is unknown: the new row's edge is taken.
        row_edge: the new row's own edge.
        qty: pieces of a part line; the band of a part is that of the whole line.
    """
    if edge is None:
        return None, True
    if rule is None:
        return (row_edge if qty == 1 else round2(row_edge * qty)), True
    for old, new in rule:
        if edge == (old if qty == 1 else round2(old * qty)):
            return (new if qty == 1 else round2(new * qty)), True
    return edge, False
