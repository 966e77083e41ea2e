"""A chunk of stored calculations as columns, ready to be priced at any version of the tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np

from workbench.impact.columns import Block, Columns, OddError, Rows, coded
from workbench.impact.fields import COUNTED, defaults, forcing, keys
from workbench.impact.numbers import BAD, NONE, Bools, Ints, Scaled, integers

LINE_KINDS: Final = {
    "parts": "PartLine",
    "labour": "LabourLine",
    "paint": "PaintLine",
    "dents": "DentLine",
    "incidentals": "IncidentalLine",
    "deductions": "DeductionLine",
}
#: Blocks whose lines can be included in one another's work and are counted as active.
WORK: Final = ("parts", "labour", "paint", "dents", "incidentals")
#: More names of hourly rates than this in one chunk are left to the single engine.
MOST_RATES: Final = 32
_MOST_LINES: Final = 2000
_HOURS: Final = 100

REGIME: Final = {"kasko": 0, "liability": 1}
UNIT: Final = {"hours": 0, "AW": 1, "ZE": 2}
SMALL_BASE: Final = {"parts": 0, "parts_with_markup": 1, "labour": 2, "amount": 3}
MATERIAL: Final = {"percent_of_wage": 0, "points": 1, "azt_index": 2, "flat": 3, "in_wage": 4}
LIMIT_BASIS: Final = {"repair_gross": 0, "repair_net": 1, "payout": 2}
TAX_KIND: Final = {"regular": 0, "margin_contained": 1, "margin_percent": 2, "none": 3}
DEDUCTION_BASE: Final = {
    "amount": 0, "parts": 1, "labour": 2, "paint": 3, "paint_material": 4, "total": 5, "line": 6,
}  # fmt: skip
DEDUCTION_KIND: Final = {
    "discount": 0, "surcharge": 1, "new_for_old": 2, "betterment": 3, "prior_damage": 4, "manual": 5,
}  # fmt: skip
_LEVELS: Final = {
    "new": 0, "surface": 1, "repair_lt_50": 2, "repair_gt_50": 3, "spot": 4, "blend": 5, "preparation": 6, "other": 7,
}  # fmt: skip
_PER_HOUR: Final = Scaled(2)


#: Objects of a calculation that stand alone, by the name they get here.
_SINGLE: Final = {
    "header": "Header", "parameters": "Parameters", "material": "PaintMaterial", "settlement": "Settlement",
    "policy": "Policy", "vehicle": "Vehicle",
}  # fmt: skip
_STATED: Final = {"replacement": "ReplacementValue", "residual": "ResidualValue", "value_loss": "ValueLoss"}


class Reading:
    """Calculations as they are read, one after another; a calculation is kept whole or not at all.

    Attributes:
        rows: by kind of object.
        rate_names: names of the hourly rates of each calculation.
        bands: value band of each calculation, as JSON.
        forced: calculations with something at the top that the columns do not know.
    """

    def __init__(self) -> None:
        self.rows = {name: Rows(kind) for name, kind in (*_SINGLE.items(), *_STATED.items(), *LINE_KINDS.items())}
        self.rows["rates"] = Rows("Rate")
        self.rate_names: list[tuple[str, ...]] = []
        self.bands: list[Any] = []
        self.forced: list[bool] = []

    @property
    def n(self) -> int:
        """How many calculations were kept."""
        return len(self.bands)

    def add(self, document: Mapping[str, Any]) -> None:
        """Read one calculation from its parsed JSON.

        Raises:
            OddError, KeyError, TypeError, ValueError, AttributeError: for shapes that no calculation has; nothing is kept then.
        """
        usual = defaults("CalculationInput")
        given = document.keys() - {"format"}
        if not given <= keys("CalculationInput") or document.get("format", 1) != 1 or document.get("format") is True:
            raise OddError("CalculationInput")
        if not given >= COUNTED["CalculationInput"]:
            document = {**usual, **document}
        forced = any(document.get(name, usual[name]) != usual[name] for name in forcing("CalculationInput"))
        parameters, settlement = document["parameters"], document["settlement"]
        rates, band = document["rates"], document["value_band"]
        if band is not None and not isinstance(band, dict):
            raise OddError("value_band")
        made = {
            "header": [document["header"]],
            "parameters": [parameters],
            "material": [parameters.get("paint_material", {})],
            "settlement": [settlement],
            "policy": [document["policy"]],
            "vehicle": [document["vehicle"]],
            "rates": list(rates.values()),
        }
        for name in _STATED:
            stated = settlement.get(name)
            made[name] = [] if stated is None else [stated]
        for name in LINE_KINDS:
            made[name] = list_of(document[name])
        read = {name: self.rows[name].read(objects) for name, objects in made.items()}
        for name, rows in read.items():
            self.rows[name].keep(rows)
        self.rate_names.append(tuple(rates))
        self.bands.append(band)
        self.forced.append(forced)


class Chunk:
    """Calculations as columns.

    Args:
        reading: what was read.
        document: gives the parsed JSON of a calculation again, for the few that the engine must look at.

    Attributes:
        n: how many.
        bad: calculations that only the single engine can take.
        blocks: lines by block. included: by block, lines whose work another active line includes.
        rates: of all calculations; rate_code: index of each rate's name; names: the names.
        rate_of: by block, index of each line's rate (-1: none such).
        per_hour: by block, units per hour of each line in hundredths.

    Raises:
        OddError, TypeError, ValueError: for values that no calculation has; the caller then tries smaller chunks.
    """

    def __init__(self, reading: Reading, document: Callable[[int], Mapping[str, Any]]) -> None:
        self.n = reading.n
        self.document = document
        self.bands = reading.bands
        self.bad: Bools = np.fromiter(reading.forced, np.bool_, self.n)
        self._rows = reading.rows
        self._rate_names = reading.rate_names
        self.header = self._one("header")
        self.claim_numbers: tuple[str, ...] = self.header.texts("claim_number")
        self._parameters()
        self._settlement()
        self.policy = self._one("policy")
        self.limit_basis = self.policy.words("limit_basis", LIMIT_BASIS)
        self.vehicle = self._one("vehicle")
        self.vehicle.wholes("mileage_km", 0, 2_000_000, nullable=True)
        self.assumed = self.vehicle.flags("list_price_assumed")
        self.segments = self.vehicle.texts("segment", nullable=True)
        self.registered = [_day_or_none(text) for text in self.vehicle.raw["first_registration"]]
        self.loss_date = [_day_or_none(text) for text in self.settlement.raw["loss_date"]]
        self.blocks = {block: Block(self._rows[block]) for block in LINE_KINDS}
        self._rates()
        self._lines()
        for block in self.blocks.values():
            block.bad_cases(self.bad)
        for columns in (self.header, self.parameters, self.material, self.settlement, self.policy, self.vehicle):
            self.bad |= columns.bad

    def _one(self, name: str) -> Columns:
        return Columns(self._rows[name])

    def _parameters(self) -> None:
        self.parameters = p = self._one("parameters")
        self.material = self._one("material")
        self.small_base = p.words("small_parts_base", SMALL_BASE)
        self.material_model = self.material.words("model", MATERIAL)
        self.material_table = self.material.texts("table", nullable=True)
        per_hour = [[BAD] * self.n, [BAD] * self.n]
        for index, units in enumerate(p.raw["units_per_hour"]):
            for unit, number in units.items():
                value = _PER_HOUR[number]
                if unit not in {"AW", "ZE"} or not _HOURS <= value <= 1000 * _HOURS:
                    self.bad[index] = True
                else:
                    per_hour[unit == "ZE"][index] = value
        #: units per hour by unit (hours, AW, ZE) and calculation, BAD where not given
        self.unit_table: Ints = np.array([[_HOURS] * self.n, *per_hour], dtype=np.int64)
        self.price_date = [_day(value) for value in p.raw["price_date"]]
        self.bad |= np.fromiter((not 1990 <= day.year <= 2100 for day in self.price_date), np.bool_, self.n)

    def _settlement(self) -> None:
        self.settlement = s = self._one("settlement")
        self.regime = s.words("regime", REGIME)
        self.net_claim = s.flags("input_tax_deduction")
        self.kept: Bools = np.fromiter(
            (a is True and b is True for a, b in zip(s.raw["keeps_six_months"], s.raw["roadworthy"], strict=True)),
            np.bool_,
            self.n,
        )
        for name in ("keeps_six_months", "roadworthy"):
            if not {type(value) for value in s.raw[name]} <= {bool, type(None)}:
                raise OddError(name)
        self.replacement = self._one("replacement")
        self.tax_kind = self.spread("replacement", self.replacement.words("tax_kind", TAX_KIND), 0)
        self.replacement_amount = self.spread("replacement", self.replacement.number("amount"), NONE)
        self.margin_rate = self.spread("replacement", self.replacement.number("margin_rate"), 0)
        residual = self._one("residual")
        self.residual_amount = self.spread("residual", residual.number("amount"), NONE)
        loss = self._one("value_loss")
        self.loss_amount = self.spread("value_loss", loss.number("amount"), 0)
        self.loss_gross = self.spread("value_loss", loss.words("basis", {"net": 0, "gross": 1}), 0)
        for field, columns in (("replacement", self.replacement), ("residual", residual), ("value_loss", loss)):
            if columns.bad.any():
                self.bad[self._where(field)[columns.bad]] = True

    def _where(self, field: str) -> Ints:
        return np.flatnonzero(self.settlement.given(field))

    def spread(self, field: str, values: Ints, missing: int) -> Ints:
        """A column of a nullable object, over all calculations."""
        out: Ints = np.full(self.n, missing, dtype=np.int64)
        out[self._where(field)] = values
        return out

    def _rates(self) -> None:
        self.rates = Block(self._rows["rates"])
        names: dict[str, int] = {}
        codes = [names.setdefault(name, len(names)) for given in self._rate_names for name in given]
        self.rate_code = integers(codes, len(codes))
        if len(names) > MOST_RATES:
            over = self.rate_code >= MOST_RATES
            self.rates.bad |= over
            self.rate_code[over] = 0
            names = {name: code for name, code in names.items() if code < MOST_RATES}
        self.names = names
        self.rates.texts("table", nullable=True)
        self.rates.lists("table_key")
        self.rates.bad_cases(self.bad)

    def rate_matrix(self, hourly: Ints) -> Ints:
        """Cents per hour by calculation and rate name; 0 where a calculation has no such rate."""
        matrix: Ints = np.zeros((self.n, max(1, len(self.names))), dtype=np.int64)
        matrix[self.rates.case, self.rate_code] = hourly
        return matrix

    def _lines(self) -> None:
        blocks = self.blocks
        total: Ints = np.zeros(self.n, dtype=np.int64)
        self.ids: dict[str, tuple[str, ...]] = {}
        self.active: dict[str, Bools] = {}
        for name, block in blocks.items():
            total += np.diff(block.offsets)
            self.ids[name] = block.texts("id")
            self.active[name] = block.flags("active")
            if name != "deductions":
                block.ordered()
        self.bad |= total > _MOST_LINES
        self._unique()
        self.included = {name: np.zeros(blocks[name].n, dtype=np.bool_) for name in WORK}
        self._overlap()
        self.rate_of: dict[str, Ints] = {}
        self.per_hour: dict[str, Ints] = {}
        labour, paint, dents, side = blocks["labour"], blocks["paint"], blocks["dents"], blocks["incidentals"]
        self.rate_of["labour"] = self._named(labour, self._levelled())
        self.rate_of["paint"] = self._named(paint, paint.texts("rate"))
        self.rate_of["dents"] = self._named(dents, dents.texts("rate"))
        self.rate_of["incidentals"] = self._named(side, side.texts("rate", nullable=True))
        flat, amount = labour.optional("flat_amount") != NONE, side.optional("amount") != NONE
        labour.bad |= np.where(flat, labour.number("units") != 0, self.rate_of["labour"] < 0)
        labour.bad |= labour.number("surcharge_percent") < -100_00
        paint.bad |= self.rate_of["paint"] < 0
        dents.bad |= self.rate_of["dents"] < 0
        has_rate = np.fromiter((value is not None for value in side.raw["rate"]), np.bool_, side.n)
        side.bad |= (amount == has_rate) | (has_rate & (self.rate_of["incidentals"] < 0))
        self.flat, self.side_amount = flat, amount
        self.per_hour["labour"] = self._units(labour, labour.optional("units_per_hour"), flat)
        self.per_hour["incidentals"] = self._units(side, None, amount)
        self.level = paint.words("level", _LEVELS)
        self.plastic = paint.words("substrate", {"metal": 0, "plastic": 1}) == 1
        dents.wholes("count", 0, 5000)
        self.panels = dents.wholes("panels", 0, 30)
        self._deductions()

    def _unique(self) -> None:
        """Ids are there, short enough and unique in their calculation."""
        bounds = [(self.ids[name], self.blocks[name].offsets.tolist()) for name in LINE_KINDS]
        for ids, _ in bounds:
            if ids and (min(map(len, ids)) < 1 or max(map(len, ids)) > 100):
                raise OddError("id")
        for case in range(self.n):
            seen = [line_id for ids, offsets in bounds for line_id in ids[offsets[case] : offsets[case + 1]]]
            if len(set(seen)) != len(seen):
                self.bad[case] = True

    def _overlap(self) -> None:
        """Which lines another active line includes; a chain of inclusions is checked for a circle."""
        parents: dict[int, dict[str, list[str]]] = {}
        wanted: list[tuple[str, int, int, list[str]]] = []
        for name, block in self.blocks.items():
            for index, including in enumerate(block.lists("included_in")):
                if including:
                    case = int(block.case[index])
                    if not all(type(p) is str for p in including):
                        raise OddError("included_in")
                    parents.setdefault(case, {})[self.ids[name][index]] = including
                    wanted.append((name, index, case, including))
        active: dict[int, set[str]] = {}
        for name, index, case, including in wanted:
            known = active.get(case)
            if known is None:
                known = active[case] = self._active_ids(case)
            if name in self.included and not known.isdisjoint(including):
                self.included[name][index] = True
        for case, graph in parents.items():
            if any(p in graph for including in graph.values() for p in including) and _circular(graph):
                self.bad[case] = True

    def _active_ids(self, case: int) -> set[str]:
        found: set[str] = set()
        for name in WORK:
            offsets = self.blocks[name].offsets
            span = slice(int(offsets[case]), int(offsets[case + 1]))
            found.update(i for i, on in zip(self.ids[name][span], self.active[name][span], strict=True) if on)
        return found

    def _levelled(self) -> list[Any]:
        """Rate names of the labour lines; a level takes ``body_2`` where the calculation has such a rate."""
        labour = self.blocks["labour"]
        rates = list(labour.texts("rate"))
        for index, level in enumerate(labour.raw["level"]):
            if level is None:
                continue
            if type(level) is not int or not 1 <= level <= 3:
                labour.bad[index] = True
                continue
            name = f"{rates[index]}_{level}"
            if name in self._rate_names[int(labour.case[index])]:
                rates[index] = name
        return rates

    def _named(self, block: Block, names: Sequence[Any]) -> Ints:
        codes = coded(names, {name: self.names.get(name, -1) for name in set(names)})
        there: Bools = np.zeros((self.n, max(1, len(self.names))), dtype=np.bool_)
        there[self.rates.case, self.rate_code] = True
        return np.where((codes >= 0) & there[block.case, np.maximum(codes, 0)], codes, -1)

    def _units(self, block: Block, own: Ints | None, timeless: Bools) -> Ints:
        unit = block.words("unit", UNIT)
        if own is not None:
            self.unit_of_labour = unit
        found = self.unit_table[np.clip(unit, 0, 2), block.case]
        if own is not None:
            given = own != NONE
            block.bad |= given & ~timeless & ((own < _HOURS) | (own > 1000 * _HOURS))
            found = np.where(given & (unit != 0), own, found)
        block.bad |= (found == BAD) & ~timeless
        return np.where(found < _HOURS, _HOURS, found)

    def _deductions(self) -> None:
        lines = self.blocks["deductions"]
        self.deduction_kind = lines.words("kind", DEDUCTION_KIND)
        self.deduction_base = lines.words("base", DEDUCTION_BASE)
        self.taxed = lines.flags("taxed")
        texts = lines.texts("reason_text")
        wordless = np.fromiter((not text.strip() for text in texts), np.bool_, lines.n)
        takes = np.where(self.deduction_base == 0, lines.number("amount"), lines.number("percent")) != 0
        lines.bad |= self.active["deductions"] & takes & wordless & (self.deduction_kind > 1)
        #: for deductions on a line: (deduction, block, line)
        self.on_line: list[tuple[int, str, int]] = []
        for index in np.flatnonzero(self.deduction_base == DEDUCTION_BASE["line"]).tolist():
            case, wanted = int(lines.case[index]), lines.raw["line_id"][index]
            place = self._find(case, wanted)
            if place is None:
                lines.bad[index] = True
            else:
                self.on_line.append((index, *place))

    def _find(self, case: int, line_id: Any) -> tuple[str, int] | None:
        for name in WORK:
            offsets = self.blocks[name].offsets
            for index in range(int(offsets[case]), int(offsets[case + 1])):
                if self.ids[name][index] == line_id:
                    return name, index
        return None


def list_of(value: Any) -> list[Any]:
    """The lines of a block."""
    if not isinstance(value, list):
        raise OddError("list")
    return value


def _day(text: Any) -> date:
    return date.fromisoformat(text) if len(text) == 10 else date.min


def _day_or_none(text: Any) -> date | None:
    if text is None:
        return None
    if len(text) != 10:
        raise OddError("date")
    return date.fromisoformat(text)


def _circular(graph: Mapping[str, Sequence[str]]) -> bool:
    """Whether a line is included in itself over any number of steps."""
    left = {child: {p for p in including if p in graph} for child, including in graph.items()}
    while True:
        free = [child for child, including in left.items() if not including]
        if not free:
            return bool(left)
        for child in free:
            del left[child]
        for including in left.values():
            including.difference_update(free)
