"""What a new version of the tables changes for whom. Money leaves the columns here, as decimals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import numpy as np

from pricing_tables import Table
from workbench.impact.batch import NO_PART, NOT_SPLIT
from workbench.impact.numbers import Ints, to_decimal
from workbench.impact.outcome import Outcome, flag_names
from workbench.impact.renewal import EFFECT_TABLES

#: Edges of the distribution in percent of the gross amount.
STEPS: Final = (-25, -10, -5, -2, 0, 2, 5, 10, 25)
QUANTILES: Final = (0, 10, 25, 50, 75, 90, 100)
_SCALE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Sums:
    """EUR of a group of calculations, old and new."""

    net_old: Decimal
    net_new: Decimal
    gross_old: Decimal
    gross_new: Decimal
    payout_old: Decimal
    payout_new: Decimal


@dataclass(frozen=True, slots=True)
class Group:
    """One group.

    Attributes:
        kind: segment, region, regime or state.
        name: of the group; empty where it is not known.
        cases: how many. changed: how many of them get another gross amount or payout.
        sums: EUR.
    """

    kind: str
    name: str
    cases: int
    changed: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class Effect:
    """What the change of one table makes, the tables taking effect one after another in the order of the report.

    Attributes:
        table: name; ``*`` for calculations of the single engine, whose effects are not told apart.
        cases: calculations whose net, gross or payout it moves.
        net, gross, payout: EUR.
    """

    table: str
    cases: int
    net: Decimal
    gross: Decimal
    payout: Decimal


@dataclass(frozen=True, slots=True)
class LineSums:
    """Net line amounts of one part (or of one hourly rate), before mark-up, small parts and paint material.

    Attributes:
        name: part or rate; ``-`` for lines without a part.
        lines: how many (0 for rates, which are not counted by line).
        old, new: EUR.
    """

    name: str
    lines: int
    old: Decimal
    new: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the distribution of the change of gross, in percent: above ``low`` up to ``high``; None is open."""

    low: int | None
    high: int | None
    cases: int


@dataclass(frozen=True, slots=True)
class Quantile:
    """So many percent of the calculations change by at most this."""

    percent: int
    gross: Decimal
    gross_percent: Decimal


@dataclass(frozen=True, slots=True)
class Crossing:
    """A calculation that comes to stand differently.

    Attributes:
        name: claim number. state: as given.
        gross_old, gross_new, payout_old, payout_new: EUR.
        stage_old, stage_new: total-loss stage, 0 for none.
        raised, cleared: flags.
    """

    name: str
    state: str
    gross_old: Decimal
    gross_new: Decimal
    payout_old: Decimal
    payout_new: Decimal
    stage_old: int
    stage_new: int
    raised: tuple[str, ...]
    cleared: tuple[str, ...]

    @property
    def crosses_limit(self) -> bool:
        """The point crosses the limit, one way or the other."""
        return "over_limit" in self.raised or "over_limit" in self.cleared


@dataclass(frozen=True, slots=True)
class CaseProblem:
    """A calculation that has no new price, and why; it is in no sum."""

    name: str
    state: str
    gross_old: Decimal
    de: tuple[str, ...]
    en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableVersion:
    """A table of the new version."""

    name: str
    version: str
    valid_from: str
    demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What changes for whom.

    Attributes:
        tables: the version that was tried.
        cases: all. priced: with a price at both versions; the sums are theirs alone.
        changed: of these, with another gross amount or payout. singles: priced by the single engine.
        sums: of the priced.
        steps, quantiles: distribution of the change of gross.
        effects: by table. groups: by segment, region, regime, state. parts, trades: by part and by hourly rate.
        crossings: calculations whose flags or stage change. problems: calculations without a new price.
        kept: why figures that came from a table were left as they are, and how often. renewed: figures that changed.
    """

    tables: tuple[TableVersion, ...]
    cases: int
    priced: int
    changed: int
    singles: int
    sums: Sums
    steps: tuple[Step, ...]
    quantiles: tuple[Quantile, ...]
    effects: tuple[Effect, ...]
    groups: tuple[Group, ...]
    parts: tuple[LineSums, ...]
    trades: tuple[LineSums, ...]
    crossings: tuple[Crossing, ...]
    problems: tuple[CaseProblem, ...]
    kept: tuple[tuple[str, int], ...]
    renewed: int


def report(outcome: Outcome, tables: Sequence[Table] = ()) -> Report:
    """The report of a priced portfolio.

    Args:
        outcome: of :func:`workbench.impact.portfolio.run`.
        tables: the version that was tried.
    """
    good = np.ones(outcome.n, dtype=np.bool_)
    good[list(outcome.problems)] = False
    rows = np.flatnonzero(good)
    gross_old, gross_new = (outcome.figure(v, "gross") for v in ("old", "new"))
    payout_old, payout_new = (outcome.figure(v, "payout") for v in ("old", "new"))
    moved = ((gross_old != gross_new) | (payout_old != payout_new)) & good
    steps, quantiles = _distribution(gross_old[rows], gross_new[rows])
    return Report(
        tables=tuple(
            TableVersion(t.name, t.version, t.valid_from.isoformat(), t.demonstration)
            for t in sorted(tables, key=lambda t: t.name)
        ),
        cases=outcome.n,
        priced=len(rows),
        changed=int(moved.sum()),
        singles=len(outcome.singles),
        sums=_sums(outcome, rows),
        steps=steps,
        quantiles=quantiles,
        effects=_effects(outcome),
        groups=tuple(_groups(outcome, rows, moved)),
        parts=_lines(outcome.tally.parts),
        trades=_lines({name: [0, *values] for name, values in outcome.tally.trades.items()}),
        crossings=tuple(_crossings(outcome, rows)),
        problems=tuple(
            CaseProblem(
                outcome.names[index],
                outcome.states[index],
                to_decimal(int(gross_old[index])),
                tuple(de for de, _ in told),
                tuple(en for _, en in told),
            )
            for index, told in sorted(outcome.problems.items())
        ),
        kept=tuple(sorted(outcome.tally.kept.items())),
        renewed=outcome.tally.renewed,
    )


def _sums(outcome: Outcome, rows: Ints) -> Sums:
    found = [
        to_decimal(int(outcome.figure(version, name)[rows].sum()))
        for name in ("net", "gross", "payout")
        for version in ("old", "new")
    ]
    return Sums(*found)


def _effects(outcome: Outcome) -> tuple[Effect, ...]:
    made = []
    for table in (*EFFECT_TABLES, NOT_SPLIT):
        values = outcome.tally.tables.get(table)
        if values is not None and values[3]:
            made.append(Effect(table, values[3], *(to_decimal(value) for value in values[:3])))
    return tuple(made)


def _groups(outcome: Outcome, rows: Ints, moved: Any) -> list[Group]:
    made = []
    for kind, names in (
        ("regime", outcome.regimes),
        ("segment", outcome.segments),
        ("region", outcome.regions),
        ("state", outcome.states),
    ):
        members: dict[str, list[int]] = {}
        for index in rows.tolist():
            members.setdefault(names[index], []).append(index)
        for name in sorted(members):
            which = np.array(members[name], dtype=np.int64)
            made.append(Group(kind, name, len(which), int(moved[which].sum()), _sums(outcome, which)))
    return made


def _lines(sums: dict[str, list[int]]) -> tuple[LineSums, ...]:
    """The largest change first."""
    made = [
        LineSums(name or NO_PART, values[0], to_decimal(values[1]), to_decimal(values[2]))
        for name, values in sums.items()
        if values[1] or values[2]
    ]
    return tuple(sorted(made, key=lambda line: (-abs(line.new - line.old), line.name)))


def _distribution(old: Ints, new: Ints) -> tuple[tuple[Step, ...], tuple[Quantile, ...]]:
    """Changes in percent with two decimals, counted exactly; a calculation that had no costs counts as unchanged or as all."""
    if not len(old):
        return (), ()
    change = new - old
    base = np.where(old == 0, 1, np.abs(old))
    percent = np.where(old == 0, np.sign(change) * _SCALE, _round(change * _SCALE, base))
    edges = [step * 100 for step in STEPS]
    steps = []
    for low, high in zip((None, *edges), (*edges, None), strict=True):
        inside = np.ones(len(old), dtype=np.bool_)
        if low is not None:
            inside &= percent > low
        if high is not None:
            inside &= percent <= high
        steps.append(
            Step(None if low is None else low // 100, None if high is None else high // 100, int(inside.sum()))
        )
    by_euro, by_percent = np.sort(change), np.sort(percent)
    places = [(len(old) - 1) * q // 100 for q in QUANTILES]
    quantiles = [
        Quantile(q, to_decimal(int(by_euro[p])), to_decimal(int(by_percent[p])))
        for q, p in zip(QUANTILES, places, strict=True)
    ]
    return tuple(steps), tuple(quantiles)


def _round(numerator: Ints, denominator: Ints) -> Ints:
    quotient = (2 * np.abs(numerator) + denominator) // (2 * denominator)
    return np.asarray(np.where(numerator < 0, -quotient, quotient), dtype=np.int64)


def _crossings(outcome: Outcome, rows: Ints) -> list[Crossing]:
    """Calculations whose watched flags or total-loss stage change; those that cross the limit first, then by the change."""
    flags_old, flags_new = outcome.figure("old", "flags"), outcome.figure("new", "flags")
    stage_old, stage_new = outcome.figure("old", "stage"), outcome.figure("new", "stage")
    basis = outcome.figure("old", "basis") != outcome.figure("new", "basis")
    wanted = (flags_old != flags_new) | (stage_old != stage_new) | basis
    made = []
    for index in rows[wanted[rows]].tolist():
        before, after = int(flags_old[index]), int(flags_new[index])

        def euro(version: str, name: str, at: int = index) -> Decimal:
            return to_decimal(int(outcome.figure(version, name)[at]))

        made.append(
            Crossing(
                name=outcome.names[index],
                state=outcome.states[index],
                gross_old=euro("old", "gross"),
                gross_new=euro("new", "gross"),
                payout_old=euro("old", "payout"),
                payout_new=euro("new", "payout"),
                stage_old=int(stage_old[index]),
                stage_new=int(stage_new[index]),
                raised=flag_names(after & ~before),
                cleared=flag_names(before & ~after),
            )
        )
    return sorted(made, key=lambda c: (not c.crosses_limit, -abs(c.gross_new - c.gross_old), c.name))
