"""The limit and the early total-loss warning for many calculations: which value the repair costs are held against."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

import numpy as np

from calculation.errors import CalculationError
from calculation.estimate import age_in_years, interpolate, mileage_percent
from calculation.model import BandAnchor, ValueBand
from calculation.money import CONTEXT, HUNDRED, ONE, round2
from calculation.serialise import input_from_json
from calculation.validate import check
from pricing_tables import TableError, Tables
from workbench.impact.chunk import LIMIT_BASIS, Chunk
from workbench.impact.columns import OddError
from workbench.impact.numbers import BAD, NONE, Ints, scaled

_NOTHING = 0
_MOST = 100_000


class Bounds:
    """Limits and values by calculation.

    Attributes:
        limit, basis: cents; code of ``chunk.LIMIT_BASIS``.
        amber, red: ratios in ten-thousandths.
        against: value that the upper edge is held against, cents; 0 where there is none.
    """

    def __init__(self, n: int) -> None:
        self.limit: Ints = np.zeros(n, dtype=np.int64)
        self.basis: Ints = np.zeros(n, dtype=np.int64)
        self.amber: Ints = np.zeros(n, dtype=np.int64)
        self.red: Ints = np.zeros(n, dtype=np.int64)
        self.against: Ints = np.zeros(n, dtype=np.int64)


class Watch:
    """Bounds of chunks that stand on the same old version; shares of the value band are worked out once for each age."""

    def __init__(self, old: Tables | None, new: Tables, day: date | None) -> None:
        self.old, self.new, self.day = old, new, day
        self._bands: dict[tuple[Any, ...], ValueBand | None] = {}
        self._shares: dict[tuple[int, Decimal], Decimal] = {}
        self._policies: dict[tuple[Any, ...], tuple[int, int, int, int]] = {}
        self._prices: dict[str, tuple[Decimal | None, Decimal | None]] = {}
        self._renewed: dict[int, ValueBand] = {}
        self._fresh_band = self._renewed_band()

    def _renewed_band(self) -> tuple[tuple[BandAnchor, ...], tuple[BandAnchor, ...]] | None:
        """Anchors of both versions where they differ."""
        try:
            if self.old is None:
                return None
            was, now = self.old.value_band().anchors, self.new.value_band().anchors
        except TableError:
            return None
        return None if was == now else (was, now)

    def run(self, chunk: Chunk) -> tuple[Bounds, Bounds]:
        """Bounds at the old and at the new version; marks calculations whose value band the engine must look at first."""
        old, new = Bounds(chunk.n), Bounds(chunk.n)
        policy = chunk.policy
        old.limit, old.basis = policy.number("limit"), chunk.limit_basis
        old.amber, old.red = policy.number("amber_ratio"), policy.number("red_ratio")
        new.limit, new.basis, new.amber, new.red = old.limit.copy(), old.basis.copy(), old.amber.copy(), old.red.copy()
        ages = policy.wholes("max_age_years", -(10**9), 10**9).tolist()
        kilometres = policy.wholes("max_mileage_km", -(10**9), 10**9).tolist()
        rows = zip(
            chunk.price_date,
            old.limit.tolist(),
            old.basis.tolist(),
            old.amber.tolist(),
            old.red.tolist(),
            ages,
            kilometres,
            strict=True,
        )
        for index, row in enumerate(rows):
            fresh = self._policy(row)
            if fresh != row[1:5]:
                new.limit[index], new.basis[index], new.amber[index], new.red[index] = fresh
        with localcontext(CONTEXT):
            for index in range(chunk.n):
                if not chunk.bad[index]:
                    old.against[index], new.against[index] = self._values(chunk, index)
        return old, new

    def _policy(self, row: tuple[Any, ...]) -> tuple[int, int, int, int]:
        """Limit, basis and ratios of the new version where the stored ones are those of the old."""
        found = self._policies.get(row)
        if found is None:
            found = (row[1], row[2], row[3], row[4])
            try:
                was = self.old.policy(row[0]) if self.old is not None else None
                now = self.new.policy(row[0])
            except TableError:
                was = now = None
            if was is not None and now is not None:
                stored = (
                    scaled(was.limit, 2), LIMIT_BASIS[was.limit_basis], scaled(was.amber_ratio, 4),
                    scaled(was.red_ratio, 4), was.max_age_years, was.max_mileage_km,
                )  # fmt: skip
                if stored == row[1:]:
                    found = (
                        scaled(now.limit, 2), LIMIT_BASIS[now.limit_basis], scaled(now.amber_ratio, 4),
                        scaled(now.red_ratio, 4),
                    )  # fmt: skip
            if len(self._policies) < _MOST:
                self._policies[row] = found
        return found

    def _values(self, chunk: Chunk, index: int) -> tuple[int, int]:
        """The stated replacement value, else the lower edge of the estimate; 0 where neither is known."""
        band_json = chunk.bands[index]
        band = None if band_json is None else self._band(chunk, index, band_json)
        amount = int(chunk.replacement_amount[index])
        if amount not in {NONE, 0}:
            return amount, amount
        vehicle = chunk.vehicle.raw
        price, first = vehicle["list_price"][index], chunk.registered[index]
        if band is None or not band[0].anchors or price is None or first is None:
            return _NOTHING, _NOTHING
        mileage = vehicle["mileage_km"][index]
        was = Decimal(price)
        now, fresh = was, band[0]
        segment = chunk.segments[index]
        if chunk.assumed[index] and segment is not None:
            now = self._list_price(segment, was)
        if self._fresh_band is not None and fresh.table == "value_band":
            fresh = self._fresh(fresh, self._fresh_band)
        loss, on = chunk.loss_date[index], chunk.price_date[index]
        old = self._low(band[0], was, first, loss or on, mileage)
        if fresh is band[0] and now == was and (loss or self.day is None):
            return old, old
        return old, self._low(fresh, now, first, loss or self.day or on, mileage)

    def _fresh(self, band: ValueBand, anchors: tuple[tuple[BandAnchor, ...], tuple[BandAnchor, ...]]) -> ValueBand:
        """The band with the new anchors where it has those of the old version."""
        found = self._renewed.get(id(band))
        if found is None:
            found = replace(band, anchors=anchors[1]) if band.anchors == anchors[0] else band
            # only bands that are remembered, so that no other can get the same id
            self._renewed[id(band)] = found
        return found

    def _list_price(self, segment: str, stored: Decimal) -> Decimal:
        if len(self._prices) > _MOST:
            self._prices.clear()
        if segment not in self._prices:
            try:
                was = None if self.old is None else self.old.list_price(segment).value
                self._prices[segment] = (was, self.new.list_price(segment).value)
            except TableError:
                self._prices[segment] = (None, None)
        was, now = self._prices[segment]
        return now if was == stored and now is not None else stored

    def _low(self, band: ValueBand, price: Decimal, first: date, on: date, mileage: int | None) -> int:
        if not price:
            return _NOTHING
        years = age_in_years(first, on)
        at = (id(band), years)
        share = self._shares.get(at)
        if share is None:
            share = interpolate([(a.years, a.low) for a in band.anchors], years)
            if len(self._shares) < _MOST:
                self._shares[at] = share
        kept = ONE - mileage_percent(band, mileage, years) / HUNDRED
        value = scaled(round2(price * (share * kept)), 2)
        if value == BAD:
            raise OddError("list_price")
        return value

    def _band(self, chunk: Chunk, index: int, given: Any) -> tuple[ValueBand] | None:
        """A value band is taken after the engine has read and checked it once; the calculation that brought it is not batched."""
        key = (
            tuple((a["years"], a["low"], a["high"]) for a in given["anchors"]),
            *(
                str(given.get(name))
                for name in ("mileage_percent_per_1000_km", "usual_km_per_year", "mileage_cap_percent", "table")
            ),
            tuple(given),
        )
        if key not in self._bands:
            try:
                data = input_from_json(chunk.document(index))
                check(data)
            except CalculationError:
                chunk.bad[index] = True
                return None
            if len(self._bands) >= _MOST:
                chunk.bad[index] = True
                return None
            self._bands[key] = data.value_band
        found = self._bands[key]
        return None if found is None else (found,)
