"""Result values of the sheet besides its lines and totals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from calculation.model_lines import Side


@dataclass(frozen=True, slots=True)
class RepairCheck:
    """Repairing a part against replacing it, EUR net; both with paint, material and the mark-ups of the sheet.

    Attributes:
        part: outer part.
        side: left, right, centre or null.
        repair: cost of the lines that repair it (overlap counts as nothing, paint and its material are in).
        repair_high: the same at the upper edge of the band.
        replace: cost of the stated alternative.
        percent: repair in percent of replace.
        dearer: repairing costs more.
        dearer_at_upper_edge: it does at the upper edge.
        line_ids: lines that repair the part.

    """

    part: str
    side: Side | None
    repair: Decimal
    repair_high: Decimal
    replace: Decimal
    percent: Decimal | None
    dearer: bool
    dearer_at_upper_edge: bool
    line_ids: tuple[str, ...]

    @property
    def key(self) -> str:
        """Key of its derivation node."""
        return f"repair_or_replace:{self.part}:{self.side}" if self.side else f"repair_or_replace:{self.part}"
