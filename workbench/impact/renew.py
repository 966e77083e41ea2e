"""The new figures of a chunk: what :mod:`workbench.impact.reprice` says for one calculation, looked up once per row for many."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import numpy as np

from calculation.money import round2
from workbench.impact.chunk import MATERIAL, REGIME, Chunk
from workbench.impact.columns import Block
from workbench.impact.numbers import BAD, NONE, Bools, Ints, divide_positive, integers, scaled
from workbench.impact.renewal import DENTS, MATERIAL_FIELDS, RATE_TABLES, ROW_TABLES, Renewal
from workbench.impact.sheet import Figures, stored_figures

#: What becomes of a line instead of a new value.
LEFT, OVERRIDE, NO_KEY, OTHER_TABLE, FLAT, TIME, MISSING, SINGLE = -1, -2, -3, -4, -5, -6, -7, -8
#: Reasons that are counted in the report, as in ``reprice.KEPT``.
REASONS: Final = {
    OVERRIDE: "override",
    NO_KEY: "no_key",
    OTHER_TABLE: "other_table",
    FLAT: "flat",
    TIME: "time",
}
_ORIGINS: Final = frozenset({"suggested", "table", "manual"})
#: block -> (value, low, high) in the figures.
_FIELDS: Final = {
    "parts": ("price", "part_low", "part_high"),
    "labour": ("units", "labour_low", "labour_high"),
    "paint": ("hours", "paint_low", "paint_high"),
    "incidentals": ("side", "side_low", "side_high"),
}
#: Table -> the figures that it alone can change, for telling the effects apart.
FIGURES_OF: Final[dict[str, tuple[str, ...]]] = {
    "part_prices": _FIELDS["parts"],
    "job_times": _FIELDS["labour"],
    "paint_times": _FIELDS["paint"],
    "dents": ("press", "dent_low", "dent_high", "finish", "aluminium", "dent_setup_hours"),
    "side_costs": _FIELDS["incidentals"],
    "hourly_rates": ("hourly",),
    "markups": ("small_parts_percent", "upe_markup_percent"),
    "paint_material": tuple(
        f"material_{name}" for name in ("percent", "price_per_point", "constant", "index", "amount")
    ),
}
_MOST_ROWS: Final = 200_000


def _int(value: Decimal | None, places: int = 2) -> int:
    return BAD if value is None else scaled(value, places)


class RowCodes(dict[Any, int]):
    """(origin, table, key, uncertain, spot) -> code of a row, with the figures of the rows in arrays.

    Args:
        block: of the sheet.
        renewal: both versions.
    """

    def __init__(self, block: str, renewal: Renewal) -> None:
        super().__init__()
        self.block = block
        self.renewal = renewal
        self._rows: list[tuple[int, ...]] = []
        self._array: Ints | None = None

    def __missing__(self, at: tuple[Any, ...]) -> int:
        code = self._code(*at)
        if len(self) < _MOST_ROWS:
            self[at] = code
        return code

    def _code(self, origin: Any, table: Any, key: tuple[Any, ...], uncertain: Any, spot: bool) -> int:
        if origin not in _ORIGINS or not all(isinstance(part, str) for part in key):
            return SINGLE
        if table is None or origin == "manual":
            return LEFT
        if not key:
            return NO_KEY
        if table != ROW_TABLES[self.block][0]:
            return OTHER_TABLE
        pair = self.renewal.pair(self.block, key, uncertain=bool(uncertain), spot=spot)
        if pair.new is None:
            return MISSING
        if pair.old is not None and pair.old.rate != pair.new.rate:
            return SINGLE
        row = [_int(pair.new.value), _int(pair.new.low), _int(pair.new.high), 0 if pair.edges else 1]
        for name in ("low", "high"):
            rule: tuple[tuple[Decimal, Decimal], ...] = () if pair.edges is None else getattr(pair.edges, name)
            none: tuple[Decimal | None, Decimal | None] = (None, None)
            own = rule[-1] if rule else none
            special = rule[0] if len(rule) > 1 else none
            row += [_int(own[0]), _int(own[1]), _int(special[0]), _int(special[1])]
            for _old, new in rule:
                if _int(new) == BAD:
                    return SINGLE
        if BAD in row[:3] or len(self._rows) >= _MOST_ROWS:
            return SINGLE
        self._rows.append(tuple(row))
        self._array = None
        return len(self._rows) - 1

    @property
    def rows(self) -> Ints:
        """Figures by code: value, low, high, free, then old/new own and old/new special edges of low and of high."""
        if self._array is None:
            self._array = np.array(self._rows or [(0,) * 12], dtype=np.int64)
        return self._array


@dataclass(slots=True)
class Renewed:
    """New figures of a chunk.

    Attributes:
        figures: to be priced.
        codes: by block, what became of each line (codes of this module).
        missing: by calculation, (where, table, key) of the rows that the new version lacks.
        forced: calculations that only the single engine can take.
        kept: how many lines or settings were left, by reason.
    """

    figures: Figures
    codes: dict[str, Ints]
    missing: dict[int, list[tuple[str, str, tuple[str, ...]]]]
    forced: Bools
    kept: dict[str, int] = field(default_factory=dict)
    renewed: int = 0


class Renewer:
    """New figures for chunks that stand on the same old version.

    Args:
        renewal: both versions.
    """

    def __init__(self, renewal: Renewal) -> None:
        self.renewal = renewal
        self.codes = {block: RowCodes(block, renewal) for block in ROW_TABLES}
        self._rates: dict[tuple[Any, ...], int] = {}
        self._dents: dict[int, tuple[int, int, int, int]] = {}

    def run(self, chunk: Chunk) -> Renewed:
        """Look up every figure of the chunk."""
        figures = dict(stored_figures(chunk))
        out = Renewed(figures, {}, {}, np.zeros(chunk.n, dtype=np.bool_))
        for block in ROW_TABLES:
            self._block(chunk, block, out)
        self._dent_lines(chunk, out)
        self._hourly(chunk, out)
        self._settings(chunk, out)
        return out

    def _block(self, chunk: Chunk, name: str, out: Renewed) -> None:
        block, codes = chunk.blocks[name], self.codes[name]
        spots: Any = np.broadcast_to(np.False_, block.n).tolist()
        if name == "paint":
            spots = (chunk.level == 4).tolist()
        raw = block.raw
        keys = zip(
            raw["origin"], raw["table"], map(tuple, block.lists("table_key")), raw["uncertain"], spots, strict=True
        )
        found = integers(map(codes.__getitem__, keys), block.n)
        tabled = (found != LEFT) & (found != SINGLE)
        overridden = block.given("override") & tabled
        if name == "labour":
            found[(found >= 0) | (found == MISSING)] = np.where(
                chunk.flat[(found >= 0) | (found == MISSING)], FLAT, found[(found >= 0) | (found == MISSING)]
            )
            found[((found >= 0) | (found == MISSING)) & (chunk.unit_of_labour != 0)] = SINGLE
        elif name == "incidentals":
            open_ = ((found >= 0) | (found == MISSING)) & ~chunk.side_amount
            found[open_] = TIME
        found[overridden] = OVERRIDE
        out.codes[name] = found
        if (found == SINGLE).any():
            out.forced[block.case[found == SINGLE]] = True
        for index in np.flatnonzero(found == MISSING).tolist():
            self._miss(
                chunk, out, int(block.case[index]), chunk.ids[name][index], raw["table"][index], raw["table_key"][index]
            )
        for code, reason in REASONS.items():
            count = int((found == code).sum())
            if count:
                out.kept[reason] = out.kept.get(reason, 0) + count
        self._values(block, name, found, out)

    def _miss(self, chunk: Chunk, out: Renewed, case: int, where: str, table: str, key: Any) -> None:
        out.missing.setdefault(case, []).append((where, table, tuple(key)))

    def _values(self, block: Block, name: str, codes: Ints, out: Renewed) -> None:
        value, low, high = _FIELDS[name]
        live = codes >= 0
        if not live.any():
            return
        rows = self.codes[name].rows[np.maximum(codes, 0)]
        old = out.figures[value]
        out.renewed += int((live & (old != rows[:, 0])).sum())
        out.figures[value] = np.where(live, rows[:, 0], old)
        qty = block.number("qty") if name == "parts" else None
        stored_low, stored_high = out.figures[low], out.figures[high]
        fresh_low, kept_low = self._edge(stored_low, rows, 1, 4, live, qty)
        fresh_high, kept_high = self._edge(stored_high, rows, 2, 8, live, qty)
        both = live & (fresh_low != NONE) & (fresh_high != NONE) & (fresh_low > fresh_high)
        out.figures[low] = np.where(both, fresh_high, fresh_low)
        out.figures[high] = np.where(both, fresh_low, fresh_high)
        if kept_low + kept_high:
            out.kept["band"] = out.kept.get("band", 0) + kept_low + kept_high

    @staticmethod
    def _edge(edge: Ints, rows: Ints, own: int, rule: int, live: Bools, qty: Ints | None) -> tuple[Ints, int]:
        """One edge; the special rule (an uncertain line) goes before the row's own edge."""

        def of(column: int) -> Ints:
            values = rows[:, column]
            if qty is None:
                return values
            return np.where(values == BAD, BAD, divide_positive(np.maximum(values, 0) * qty, 100))

        live = live & (edge != NONE)
        free = live & (rows[:, 3] == 1)
        by_own = live & ~free & (edge == of(rule))
        by_special = live & ~free & (edge == of(rule + 2))
        fresh = np.select([free, by_special, by_own], [of(own), of(rule + 3), of(rule + 1)], edge)
        return fresh, int((live & ~free & ~by_own & ~by_special).sum())

    def _dent_lines(self, chunk: Chunk, out: Renewed) -> None:
        block = chunk.blocks["dents"]
        out.codes["dents"] = np.full(block.n, LEFT, dtype=np.int64)
        old, new, raw, figures = self.renewal.old, self.renewal.new, block.raw, out.figures
        changed = {name: figures[name].copy() for name in ("press", "dent_low", "dent_high", "finish", "aluminium")}
        for index in range(block.n):
            if raw["table"][index] != DENTS or raw["origin"][index] == "manual":
                continue
            case = int(block.case[index])
            if raw["override"][index] is not None:
                out.kept["override"] = out.kept.get("override", 0) + 1
                continue
            out.codes["dents"][index] = 0
            count = raw["count"][index]
            if type(count) is not int:
                out.forced[case] = True
                continue
            before, after = old.dent_hours(count), new.dent_hours(count)
            rules: list[tuple[str, str, Decimal | None, Decimal | None]] = [
                ("press", "press_hours", before, after),
                ("dent_low", "low", before, after),
                ("dent_high", "high", _twice(before), _twice(after)),
                ("finish", "finish_hours", old.dent("finish_hours"), new.dent("finish_hours")),
            ]
            if figures["aluminium"][index]:
                field_ = "aluminium_percent"
                rules.append(("aluminium", field_, old.dent(field_), new.dent(field_)))
            for name, field_, was, now in rules:
                value = int(figures[name][index])
                if value == NONE:
                    continue
                if now is None:
                    self._miss(chunk, out, case, chunk.ids["dents"][index], DENTS, (field_,))
                elif was is not None and value == _int(was):
                    fresh = _int(now)
                    if fresh == BAD:
                        out.forced[case] = True
                    else:
                        out.renewed += fresh != value
                        changed[name][index] = fresh
                else:
                    out.kept["changed"] = out.kept.get("changed", 0) + 1
            low, high = int(changed["dent_low"][index]), int(changed["dent_high"][index])
            if low > high > NONE:
                changed["dent_low"][index], changed["dent_high"][index] = high, low
        figures.update(changed)

    def _hourly(self, chunk: Chunk, out: Renewed) -> None:
        rates = chunk.rates
        fresh = out.figures["hourly"].copy()
        names = None
        for index, (table, key) in enumerate(zip(rates.raw["table"], rates.raw["table_key"], strict=True)):
            if table not in RATE_TABLES or not key:
                continue
            at = (table, *key)
            value = self._rates.get(at)
            if value is None:
                found = self.renewal.new.rate(table, at[1:])
                value = MISSING if found is None else _int(found)
                if len(self._rates) < _MOST_ROWS:
                    self._rates[at] = value
            if value == MISSING:
                names = names or {code: name for name, code in chunk.names.items()}
                where = f"rates.{names[int(chunk.rate_code[index])]}"
                self._miss(chunk, out, int(rates.case[index]), where, table, at[1:])
            elif value == BAD:
                out.forced[rates.case[index]] = True
            else:
                fresh[index] = value
        out.renewed += int((fresh != out.figures["hourly"]).sum())
        out.figures["hourly"] = fresh

    def _settings(self, chunk: Chunk, out: Renewed) -> None:
        old, new = self.renewal.old, self.renewal.new
        everybody: Bools = np.ones(chunk.n, dtype=np.bool_)
        for kind in ("small_parts_percent", "upe_markup_percent"):
            for regime, code in REGIME.items():
                self._setting(
                    chunk,
                    out,
                    (kind, f"parameters.{kind}", "markups", (kind, regime)),
                    (old.markup(kind, regime), new.markup(kind, regime)),
                    chunk.regime == code,
                )
        self._setting(
            chunk,
            out,
            ("dent_setup_hours", "parameters.dent_setup_hours", DENTS, ("setup_hours",)),
            (old.dent("setup_hours"), new.dent("setup_hours")),
            everybody,
        )
        tabled = np.fromiter((table == "paint_material" for table in chunk.material_table), np.bool_, chunk.n)
        for model, fields in MATERIAL_FIELDS.items():
            where = chunk.material_model == MATERIAL[model]
            other = int((where & ~tabled & np.fromiter(map(bool, chunk.material_table), np.bool_, chunk.n)).sum())
            if other:
                out.kept["other_table"] = out.kept.get("other_table", 0) + other
            for name in fields:
                self._setting(
                    chunk,
                    out,
                    (f"material_{name}", f"parameters.paint_material.{name}", "paint_material", (model,)),
                    (old.material(model, name), new.material(model, name)),
                    tabled & where,
                )

    def _setting(
        self,
        chunk: Chunk,
        out: Renewed,
        what: tuple[str, str, str, tuple[str, ...]],
        pair: tuple[Decimal | None, Decimal | None],
        where: Bools,
    ) -> None:
        """A setting follows the table only while it equals the old version."""
        name, path, table, key = what
        value = out.figures[name]
        was, now = _int(pair[0]), pair[1]
        same = where & (value == was) if pair[0] is not None else np.zeros(chunk.n, dtype=np.bool_)
        left = int((where & ~same).sum())
        if left:
            out.kept["changed"] = out.kept.get("changed", 0) + left
        if now is None:
            for case in np.flatnonzero(same).tolist():
                self._miss(chunk, out, case, path, table, key)
            return
        fresh = _int(now)
        if fresh == BAD:
            out.forced |= same
            return
        out.renewed += int((same & (value != fresh)).sum())
        out.figures[name] = np.where(same, fresh, value)


def _twice(hours: Decimal | None) -> Decimal | None:
    return None if hours is None else round2(hours * 2)
