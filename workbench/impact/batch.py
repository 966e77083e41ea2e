"""Stored calculations in, figures at both versions out: columns where they can be had, the single engine for the rest."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

import numpy as np

from pricing_tables import Table, Tables
from workbench.impact.chunk import LIMIT_BASIS, Chunk, Reading
from workbench.impact.columns import OddError, coded
from workbench.impact.numbers import Bools, Ints
from workbench.impact.outcome import FIGURES, FLAGS, Outcome, Tally
from workbench.impact.references import Key, References
from workbench.impact.renew import FIGURES_OF, Renewed, Renewer
from workbench.impact.renewal import EFFECT_TABLES, RATE_TABLES, Renewal
from workbench.impact.reprice import Missing, match_tables
from workbench.impact.settle import Settled, Terms, settle
from workbench.impact.sheet import Figures, Pricer, Sheet, stored_figures
from workbench.impact.single import One, Single, parse
from workbench.impact.warning import Bounds, Watch

#: Calculations in one chunk: enough to make numpy's overhead small.
CHUNK: Final = 1000
#: Part under which lines without a part are summed; effects that the single engine did not tell apart.
NO_PART: Final = "-"
NOT_SPLIT: Final = "*"
_ODD: Final = (OddError, KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, ArithmeticError)
_BLOCKS: Final = ("parts", "labour", "paint", "dents", "incidentals")


class Stored(NamedTuple):
    """One stored calculation.

    Attributes:
        name: claim number; empty takes that of the calculation.
        state: what it is, for the report (``draft``, ``sent`` …).
        raw: its JSON.
    """

    name: str
    state: str
    raw: bytes


@dataclass(slots=True)
class Version:
    """Everything that calculations on the same old version share."""

    old: Tables | None
    renewer: Renewer
    watch: Watch


@dataclass(slots=True)
class Priced:
    """A chunk at both versions; ``forced`` marks calculations that only the single engine can take."""

    terms: Terms
    stored: Figures
    renewed: Renewed
    bounds: tuple[Bounds, Bounds]
    sheets: tuple[Sheet, Sheet]
    settled: tuple[Settled, Settled]
    forced: Bools


class Batch:
    """Prices portfolios against one new version.

    Args:
        new: the version to be tried.
        known: tables that stored calculations may stand on, by name, version and checksum.
        old: the version to compare with for every calculation, whatever it names; None takes what each names.
        day: new price date; None leaves the dates.
        split: also tell the effects of the tables apart.
    """

    def __init__(
        self,
        new: Tables,
        known: Sequence[Table] = (),
        *,
        old: Tables | None = None,
        day: date | None = None,
        split: bool = True,
    ) -> None:
        self.new, self.known, self.old, self.day, self.split = new, tuple(known), old, day, split
        self._versions: dict[Key, Version] = {}
        self._matched: dict[Key, Tables | None] = {}
        self._references = References()
        self.single = Single(self.old_tables, new, day)

    def old_tables(self, named: Key) -> Tables | None:
        """The old version of a calculation that names these references."""
        if self.old is not None:
            return self.old
        if named not in self._matched:
            if len(self._matched) > 1000:
                self._matched.clear()
            self._matched[named] = match_tables(named, self.known)
        return self._matched[named]

    def run(self, stored: Sequence[Stored], report: Callable[[int], None] | None = None) -> Outcome:
        """Price stored calculations, in their order.

        Args:
            stored: of any number.
            report: is told how many are done since the last call.
        """
        made = []
        for start in range(0, len(stored), CHUNK):
            part = stored[start : start + CHUNK]
            with _no_collection():
                made.append(self._chunk(part))
            if report is not None:
                report(len(part))
        return Outcome.join(made)

    def _chunk(self, stored: Sequence[Stored]) -> Outcome:
        out = Outcome(names=[item.name for item in stored], states=[item.state for item in stored])
        n = len(stored)
        for name in ("segments", "regions", "regimes"):
            setattr(out, name, [""] * n)
        out.old, out.new = (np.zeros((len(FIGURES), n), dtype=np.int64) for _ in range(2))
        groups: dict[Key, tuple[Reading, list[int]]] = {}
        alone: list[int] = []
        for index, item in enumerate(stored):
            try:
                # A zero character is refused by the engine; a batch does not read the texts that could hold one.
                if b"\\u0000" in item.raw:
                    raise OddError("\\u0000")
                document, named = self._references.parse(item.raw)
                key = () if self.old is not None else named
                group = groups.get(key)
                if group is None:
                    group = groups[key] = (Reading(), [])
                group[0].add(document)
                group[1].append(index)
            except _ODD:
                alone.append(index)
        for key, (reading, places) in groups.items():
            alone += self._group(key, reading, places, stored, out)
        for index in alone:
            self._one(index, stored[index].raw, out)
        return out

    def version(self, key: Key) -> Version:
        """What calculations that name these tables share."""
        found = self._versions.get(key)
        if found is None:
            old = self.old_tables(key)
            found = Version(old, Renewer(Renewal(old, self.new)), Watch(old, self.new, self.day))
            if len(self._versions) > 200:
                self._versions.clear()
            self._versions[key] = found
        return found

    def _group(
        self, key: Key, reading: Reading, places: list[int], stored: Sequence[Stored], out: Outcome
    ) -> list[int]:
        """Price calculations of one old version; returns the places of those that are left to the single engine."""
        try:
            with np.errstate(all="ignore"):  # calculations that are left to the engine are carried along
                return self._columns(self.version(key), reading, places, stored, out)
        except _ODD:
            # One of them has a value that no calculation has: halve until it stands alone.
            if len(places) == 1:
                return places
            middle, left = len(places) // 2, []
            for half in (places[:middle], places[middle:]):
                again = Reading()
                for index in half:
                    again.add(self._references.parse(stored[index].raw)[0])
                left += self._group(key, again, half, stored, out)
            return left

    def _columns(
        self, version: Version, reading: Reading, members: list[int], stored_raw: Sequence[Stored], out: Outcome
    ) -> list[int]:
        chunk = Chunk(reading, lambda case: parse(stored_raw[members[case]].raw))
        priced = self.priced(version, chunk)
        stored, renewed, (old, new), settled = priced.stored, priced.renewed, priced.sheets, priced.settled
        forced, bounds = priced.forced, priced.bounds
        good = np.flatnonzero(~forced)
        places = np.array(members, dtype=np.int64)
        out.old[:, places[good]] = _figures(chunk, old, settled[0], bounds[0])[:, good]
        out.new[:, places[good]] = _figures(chunk, new, settled[1], bounds[1])[:, good]
        regions = _regions(chunk)
        for case in good.tolist():
            index = int(places[case])
            out.names[index] = out.names[index] or chunk.claim_numbers[case]
            out.segments[index] = chunk.segments[case] or ""
            out.regions[index] = regions.get(case, "")
            out.regimes[index] = "liability" if chunk.regime[case] else "kasko"
        counted = ~forced
        for case, rows in renewed.missing.items():
            if not forced[case]:
                counted[case] = False
                missing = [Missing(*row) for row in rows]
                out.problems[int(places[case])] = [(m.message_de, m.message_en) for m in missing]
        _tally(out.tally, chunk, (old, new), renewed, counted)
        if self.split:
            self._effects(out.tally, chunk, priced.terms, (stored, renewed.figures), (old, settled[0]), counted)
        return [members[case] for case in np.flatnonzero(forced).tolist()]

    def priced(self, version: Version, chunk: Chunk) -> Priced:
        """Price the columns at both versions: the arithmetic alone."""
        bounds = version.watch.run(chunk)
        renewed = version.renewer.run(chunk)
        terms, stored = Terms(chunk), stored_figures(chunk)
        sheets = Pricer(chunk, stored).run(), Pricer(chunk, renewed.figures).run()
        settled = settle(chunk, terms, sheets[0]), settle(chunk, terms, sheets[1])
        forced = chunk.bad | sheets[0].forced | sheets[1].forced | renewed.forced
        return Priced(terms, stored, renewed, bounds, sheets, settled, forced)

    def _effects(
        self,
        tally: Tally,
        chunk: Chunk,
        terms: Terms,
        figures: tuple[Figures, Figures],
        first: tuple[Sheet, Settled],
        counted: Bools,
    ) -> None:
        """The tables take effect one after another, so that their effects add up to the whole; at the point alone."""
        now = dict(figures[0])
        before = _three(*first)
        for table in EFFECT_TABLES:
            names = [name for name in FIGURES_OF[table] if not np.array_equal(now[name], figures[1][name])]
            if not names:
                continue
            for name in names:
                now[name] = figures[1][name]
            sheet = Pricer(chunk, now, edges=1).run()
            after = _three(sheet, settle(chunk, terms, sheet))
            change = (after - before) * counted
            touched = int((change != 0).any(axis=0).sum())
            tally.add(tally.tables, table, [*(int(v) for v in change.sum(axis=1)), touched])
            before = after

    def _one(self, index: int, raw: bytes, out: Outcome) -> None:
        """The single engine's answer in the same columns."""
        out.singles.add(index)
        one = self.single.price(raw)
        if one.data is not None:
            data = one.data
            out.names[index] = out.names[index] or data.header.claim_number
            out.segments[index] = data.vehicle.segment or ""
            keys = [rate.table_key for rate in data.rates.values() if rate.table in RATE_TABLES and rate.table_key]
            out.regions[index] = keys[0][0] if keys else ""
            out.regimes[index] = data.settlement.regime
        if one.old is not None:
            out.old[:, index] = one.old
            out.new[:, index] = one.old if one.new is None else one.new
        if one.problems:
            out.problems[index] = list(one.problems)
        else:
            _tally_one(out.tally, one)


def _three(sheet: Sheet, settled: Settled) -> Ints:
    point = sheet.point
    return np.stack([sheet["net"][point], sheet["gross"][point], settled.payout[point]])


def _figures(chunk: Chunk, sheet: Sheet, settled: Settled, bounds: Bounds) -> Ints:
    """Rows of ``outcome.FIGURES``."""
    point = sheet.point
    net, gross, payout = sheet["net"], sheet["gross"], settled.payout
    compared = np.select(
        [bounds.basis == LIMIT_BASIS["repair_gross"], bounds.basis == LIMIT_BASIS["repair_net"]], [gross, net], payout
    )
    over, upper = compared[point] > bounds.limit, compared.max(axis=0) > bounds.limit
    known = bounds.against > 0
    weight = gross[-1] * 10_000
    red = known & (weight >= bounds.red * bounds.against) & (weight >= bounds.amber * bounds.against)
    amber = known & ~red & (weight >= bounds.amber * bounds.against)
    lost = settled.total_loss[point]
    effort = (chunk.replacement_amount > 0) & (chunk.residual_amount >= 0)
    capped = ~lost & (settled.basis[point] == 1) & effort
    below = (chunk.regime == 0) & (payout[point] == 0) & (settled.claim[point] > 0)
    bits = dict(zip(FLAGS, (over, upper & ~over, lost, capped, below, red, amber), strict=True))
    flags: Ints = np.zeros(chunk.n, dtype=np.int64)
    for bit, code in enumerate(FLAGS):
        flags |= bits[code].astype(np.int64) << bit
    rows = {
        "net": net[point], "vat": sheet["vat"][point], "gross": gross[point], "net_allowed": sheet["net_allowed"][point],
        "claim": settled.claim[point], "payout": payout[point], "kept": settled.kept[point], "sold": settled.sold[point],
        "net_low": net.min(axis=0), "net_high": net.max(axis=0), "gross_low": gross.min(axis=0),
        "gross_high": gross.max(axis=0), "payout_low": payout.min(axis=0), "payout_high": payout.max(axis=0),
        "compared": compared[point], "limit": bounds.limit, "stage": settled.stage[point], "basis": settled.basis[point],
        "flags": flags, "parts_total": sheet["parts_total"][point], "labour_total": sheet["labour_total"][point],
        "paint": sheet["paint"][point], "incidentals": sheet["incidentals"][point],
        "discounts": sheet["discounts"][point], "surcharges": sheet["surcharges"][point],
        "deductions": sheet["deductions_taxed"][point] + sheet["deductions_untaxed"][point],
    }  # fmt: skip
    return np.stack([rows[name] for name in FIGURES])


def _regions(chunk: Chunk) -> dict[int, str]:
    """Region of the hourly rates by calculation."""
    found: dict[int, str] = {}
    rates = chunk.rates
    for case, table, key in zip(rates.case.tolist(), rates.raw["table"], rates.raw["table_key"], strict=True):
        if table in RATE_TABLES and key and case not in found:
            found[case] = key[0]
    return found


def _tally(tally: Tally, chunk: Chunk, sheets: tuple[Sheet, Sheet], renewed: Renewed, counted: Bools) -> None:
    """Sums by part and trade, and what was kept."""
    if not counted.any():
        return
    old, new = sheets
    for name in _BLOCKS:
        block = chunk.blocks[name]
        if not block.n:
            continue
        before, after = (s.lines[name][min(s.point, len(s.lines[name]) - 1)] for s in (old, new))
        wanted = np.flatnonzero(counted[block.case] & ((before != 0) | (after != 0)))
        parts = block.texts("part", nullable=True)
        codes = {part: code for code, part in enumerate(dict.fromkeys(parts))}
        column = coded(parts, codes)[wanted]
        sums: Ints = np.zeros((3, len(codes)), dtype=np.int64)
        for row, values in enumerate((np.ones(len(wanted), dtype=np.int64), before[wanted], after[wanted])):
            np.add.at(sums[row], column, values)
        for part, code in codes.items():
            if sums[0, code]:
                tally.add(tally.parts, str(part or NO_PART), [int(v) for v in sums[:, code]])
    by_old, by_new = (sheet.by_rate[counted].sum(axis=0) for sheet in sheets)
    for rate, code in chunk.names.items():
        tally.add(tally.trades, rate, [int(by_old[code]), int(by_new[code])])
    for reason, count in renewed.kept.items():
        tally.kept[reason] = tally.kept.get(reason, 0) + count
    tally.renewed += renewed.renewed


def _tally_one(tally: Tally, one: One) -> None:
    if one.data is None or one.before is None or one.after is None or one.repriced is None:
        return
    data = one.data
    parts = {line.id: line.part for line in (*data.parts, *data.labour, *data.paint, *data.dents, *data.incidentals)}
    for before, after in zip(one.before.lines, one.after.lines, strict=False):
        if before.id in parts and (before.amount or after.amount):
            values = [1, int(before.amount * 100), int(after.amount * 100)]
            tally.add(tally.parts, parts[before.id] or NO_PART, values)
    for name in sorted({*one.before.totals.labour_by_rate, *one.after.totals.labour_by_rate}):
        was = one.before.totals.labour_by_rate.get(name, 0)
        now = one.after.totals.labour_by_rate.get(name, 0)
        tally.add(tally.trades, name, [int(was * 100), int(now * 100)])
    for rate, attribute in (("paint", "paint_wage"), ("dents", "dents")):
        was, now = getattr(one.before.totals, attribute), getattr(one.after.totals, attribute)
        if was or now:
            tally.add(tally.trades, rate, [int(was * 100), int(now * 100)])
    first, second = one.before, one.after
    change = [
        int((b - a) * 100)
        for a, b in (
            (first.totals.net, second.totals.net),
            (first.totals.gross, second.totals.gross),
            (first.payout, second.payout),
        )
    ]
    if any(change):
        tally.add(tally.tables, NOT_SPLIT, [*change, 1])
    for found in one.repriced.changes:
        if found.kind == "renewed":
            tally.renewed += 1
        else:
            tally.kept[found.reason] = tally.kept.get(found.reason, 0) + 1


@contextmanager
def _no_collection() -> Iterator[None]:
    """A chunk makes many small values and no circles among them: the collector would walk over all of them again and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
