"""What a look-up gives: a figure with its row, table and source, and work that hangs on other work."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from calculation.model import TableReference

#: A row of a demonstration table that an imported version took over starts its source with this.
DEMONSTRATION_ROW = "Demonstration"


@dataclass(frozen=True, slots=True)
class Found:
    """One figure of a table.

    Attributes:
        value, low, high: the figure and its plausible span.
        unit: EUR, h, %, EUR/h, share.
        table: reference of the table.
        source: where this row comes from.
        assumption: the row is an assumption of the demonstration, not a published figure.
        rate: name of the hourly rate for a job time; empty elsewhere.
        key: of the row, in the order of the table's key columns.
        table_imported: the table was imported here, not shipped.
    """

    value: Decimal
    low: Decimal
    high: Decimal
    unit: str
    table: TableReference
    source: str
    assumption: bool = False
    rate: str = ""
    key: tuple[str, ...] = ()
    table_imported: bool = False

    @property
    def demonstration(self) -> bool:
        """The row is an average for demonstration: in a table that was imported on top of one, each row says so itself."""
        return self.table.demonstration and (not self.table_imported or self.source.startswith(DEMONSTRATION_ROW))


@dataclass(frozen=True, slots=True)
class Linked:
    """Work that another job triggers or includes.

    Attributes:
        effect: ``triggers`` (always needed), ``may_trigger`` (depends on the car's equipment or on what is found: to be offered,
            not added), ``includes`` (no time of its own beside the job).
        part, operation: the other work.
        reason_de, reason_en: why.
    """

    effect: str
    part: str
    operation: str
    reason_de: str
    reason_en: str
