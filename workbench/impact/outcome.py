"""What comes out for each calculation, at both versions: the same columns whichever way it was priced."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from calculation.result import CalculationResult
from workbench.impact.numbers import NONE, Ints, scaled

#: Figures of one calculation at one version; cents unless said otherwise.
FIGURES: Final = (
    "net", "vat", "gross", "net_allowed", "claim", "payout", "kept", "sold", "net_low", "net_high", "gross_low",
    "gross_high", "payout_low", "payout_high", "compared", "limit", "stage", "basis", "flags", "parts_total",
    "labour_total", "paint", "incidentals", "discounts", "surcharges", "deductions",
)  # fmt: skip
#: Flags that prices can raise or clear, by bit.
FLAGS: Final = (
    "over_limit",
    "over_limit_upper_edge",
    "total_loss",
    "capped_by_replacement_effort",
    "below_excess",
    "likely_total_loss",
    "check_value",
)
BASIS: Final = ("repair", "replacement_effort", "total_loss")


def flag_bits(codes: set[str]) -> int:
    """The watched flags as bits."""
    return sum(1 << bit for bit, code in enumerate(FLAGS) if code in codes)


def flag_names(bits: int) -> tuple[str, ...]:
    """The watched flags by name."""
    return tuple(code for bit, code in enumerate(FLAGS) if bits >> bit & 1)


def from_result(result: CalculationResult) -> tuple[int, ...]:
    """A result of the single engine as :data:`FIGURES`."""
    t, s, limit = result.totals, result.settlement, result.limit

    def cents(value: object) -> int:
        return NONE if value is None else scaled(value, 2)  # type: ignore[arg-type]

    found = {
        "net": t.net, "vat": t.vat, "gross": t.gross, "net_allowed": t.net_allowed, "claim": s.claim, "payout": s.payout,
        "kept": s.payout_if_kept, "sold": s.payout_if_sold, "net_low": result.net_band.low,
        "net_high": result.net_band.high, "gross_low": result.gross_band.low, "gross_high": result.gross_band.high,
        "payout_low": result.payout_band.low, "payout_high": result.payout_band.high, "compared": limit.compared,
        "limit": limit.limit, "parts_total": t.parts_total, "labour_total": t.labour_total, "paint": t.paint,
        "incidentals": t.incidentals, "discounts": t.discounts, "surcharges": t.surcharges,
        "deductions": t.deductions_taxed + t.deductions_untaxed,
    }  # fmt: skip
    plain = {
        "stage": s.stage or 0,
        "basis": BASIS.index(s.basis) if s.basis in BASIS else len(BASIS),
        "flags": flag_bits({flag.code for flag in result.flags}),
    }
    return tuple(plain[name] if name in plain else cents(found[name]) for name in FIGURES)


@dataclass(slots=True)
class Tally:
    """Sums that need the lines, gathered while a chunk is at hand. Cents.

    Attributes:
        parts: part -> [lines, old, new] of line amounts at the point, net before mark-up and VAT.
        trades: rate name -> [old, new] of labour, paint and dents.
        tables: table -> [net, gross, payout, calculations] that its change makes, the tables one after another.
        kept: reason -> lines or settings that came from a table and were left as they are.
        renewed: figures that changed.
    """

    parts: dict[str, list[int]] = field(default_factory=dict)
    trades: dict[str, list[int]] = field(default_factory=dict)
    tables: dict[str, list[int]] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    renewed: int = 0

    def add(self, where: dict[str, list[int]], name: str, values: list[int]) -> None:
        """Add to one entry."""
        entry = where.setdefault(name, [0] * len(values))
        for index, value in enumerate(values):
            entry[index] += value

    def merge(self, other: Tally) -> None:
        """Add another tally."""
        for mine, theirs in (
            (self.parts, other.parts),
            (self.trades, other.trades),
            (self.tables, other.tables),
        ):
            for name, values in theirs.items():
                self.add(mine, name, values)
        for reason, count in other.kept.items():
            self.kept[reason] = self.kept.get(reason, 0) + count
        self.renewed += other.renewed


@dataclass(slots=True)
class Outcome:
    """Calculations priced at both versions.

    Attributes:
        names: claim numbers.
        states: what each is (``draft``, ``sent`` …).
        segments, regions, regimes: groups.
        old, new: figure by calculation, rows as in :data:`FIGURES`; ``new`` is of no meaning where ``problems`` has an entry.
        problems: index -> sentences (German, English): rows that are missing, or why the engine refuses it.
        singles: index of the calculations that the single engine priced.
        tally: sums over lines.
    """

    names: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    regimes: list[str] = field(default_factory=list)
    old: Ints = field(default_factory=lambda: np.zeros((len(FIGURES), 0), dtype=np.int64))
    new: Ints = field(default_factory=lambda: np.zeros((len(FIGURES), 0), dtype=np.int64))
    problems: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    singles: set[int] = field(default_factory=set)
    tally: Tally = field(default_factory=Tally)

    @property
    def n(self) -> int:
        """How many calculations."""
        return len(self.names)

    @staticmethod
    def join(parts: list[Outcome]) -> Outcome:
        """One outcome of many, in their order."""
        made = Outcome()
        for part in parts:
            at = len(made.names)
            for name in ("names", "states", "segments", "regions", "regimes"):
                getattr(made, name).extend(getattr(part, name))
            made.problems.update({at + index: told for index, told in part.problems.items()})
            made.singles.update(at + index for index in part.singles)
            made.tally.merge(part.tally)
        if parts:
            made.old = np.concatenate([part.old for part in parts], axis=1)
            made.new = np.concatenate([part.new for part in parts], axis=1)
        return made

    def figure(self, version: str, name: str) -> Ints:
        """One row of ``old`` or ``new``."""
        rows: Ints = self.old if version == "old" else self.new
        return np.asarray(rows[FIGURES.index(name)], dtype=np.int64)
