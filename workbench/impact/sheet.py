"""The sheet of many calculations at once: block totals, net, VAT and gross in cents, at the point or at all three edges.

The rules are those of ``calculation.lines`` and ``calculation.sheet``; each step here names the step there by its order. All
quantities are 64-bit integers: cents, hundredths of hours, units, pieces and per cent, ten-thousandths of shares. The ranges of
``calculation.measures`` with the guards below keep every product under 2 ** 62; a calculation outside them goes to the single engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from workbench.impact.chunk import DEDUCTION_BASE, Chunk
from workbench.impact.numbers import NONE, Bools, Ints, divide, divide_positive

#: Figures that tables can change, by name; see :func:`stored_figures`.
Figures = dict[str, Ints]

_PERCENT: Final = 100_00
MATERIAL_FIGURES: Final = ("percent", "price_per_point", "constant", "index", "amount")
#: Guards: cents of all lines of a calculation (a billion EUR), hundredths of time in a group, points.
MOST_CENTS: Final = 10**11
MOST_TIME: Final = 10**8
MOST_POINTS: Final = 10**8
#: Different units per hour in one chunk, and the largest common denominator of one group.
MOST_UNITS: Final = 6
MOST_DENOMINATOR: Final = 10**6


@dataclass(slots=True)
class Sheet:
    """Totals by edge and calculation (cents).

    Attributes:
        amounts: by the names of ``calculation.result.Totals``.
        by_rate: EUR of labour, paint and dents by calculation and rate name, at the point.
        lines: by block, line amounts by edge (the point alone unless a deduction needs the others).
        forced: calculations that only the single engine can take after all.
        point: index of the point along the edges.
    """

    amounts: dict[str, Ints]
    by_rate: Ints
    lines: dict[str, Ints]
    forced: Bools
    point: int

    def __getitem__(self, name: str) -> Ints:
        return self.amounts[name]


def stored_figures(chunk: Chunk) -> Figures:
    """The figures as they are stored."""
    parts, labour, paint, dents, side = (
        chunk.blocks[name] for name in ("parts", "labour", "paint", "dents", "incidentals")
    )
    return {
        "price": parts.number("unit_price"),
        "part_low": parts.optional("low"),
        "part_high": parts.optional("high"),
        "units": labour.number("units"),
        "labour_low": labour.optional("low"),
        "labour_high": labour.optional("high"),
        "hours": paint.number("hours"),
        "paint_low": paint.optional("low"),
        "paint_high": paint.optional("high"),
        "press": dents.number("press_hours"),
        "dent_low": dents.optional("low"),
        "dent_high": dents.optional("high"),
        "finish": dents.number("finish_hours"),
        "aluminium": dents.number("aluminium_percent"),
        "side": side.optional("amount"),
        "side_low": side.optional("low"),
        "side_high": side.optional("high"),
        "hourly": chunk.rates.number("hourly"),
        "small_parts_percent": chunk.parameters.number("small_parts_percent"),
        "upe_markup_percent": chunk.parameters.number("upe_markup_percent"),
        "dent_setup_hours": chunk.parameters.number("dent_setup_hours"),
        **{f"material_{name}": chunk.material.number(name) for name in MATERIAL_FIGURES},
    }


def _edges(point: Ints, low: Ints, high: Ints, edges: int) -> Ints:
    """The band around the point; a point past its band widens it."""
    if edges == 1:
        return point[np.newaxis]
    lower = np.where((low == NONE) | (low > point), point, low)
    upper = np.where((high == NONE) | (high < point), point, high)
    return np.stack([lower, point, upper])


def _surcharged(time: Ints, percent: Ints) -> Ints:
    """The surcharge is rounded to two decimals of time first."""
    return time + divide(time * percent, _PERCENT) if percent.any() else time


class Pricer:
    """Prices one chunk at one set of figures.

    Args:
        chunk: the calculations.
        figures: prices, times, rates and settings.
        edges: 3 for low, point, high; 1 for the point alone.
    """

    def __init__(self, chunk: Chunk, figures: Figures, edges: int = 3) -> None:
        self.chunk = chunk
        self.figures = figures
        self.edges = edges
        self.point = 1 if edges == 3 else 0
        self.matrix = chunk.rate_matrix(figures["hourly"])
        self.forced: Bools = np.zeros(chunk.n, dtype=np.bool_)
        self.all_lines = bool(chunk.on_line)
        self.lines: dict[str, Ints] = {}
        self.by_rate: Ints = np.zeros_like(self.matrix)

    def run(self) -> Sheet:
        """Block by block, in the order of the sheet."""
        chunk, figures, p = self.chunk, self.figures, self.chunk.parameters
        parts, marked, small_base, small_marked = self._parts()
        labour = self._labour()
        press, general = self._dents()
        labour_total = labour + press + general
        upe = figures["upe_markup_percent"]
        markup = divide(marked * upe, _PERCENT)
        base = small_base + np.where(chunk.small_base == 1, divide(small_marked * upe, _PERCENT), 0)
        base = np.where(chunk.small_base == 2, labour_total, base)
        small = divide(base * figures["small_parts_percent"], _PERCENT)
        flat = np.where(parts != 0, p.number("small_parts_amount"), 0)
        small = np.where(chunk.small_base == 3, flat, small)
        base = np.where(chunk.small_base == 3, flat, base)
        procurement = np.where(parts != 0, p.number("procurement_amount"), 0)
        disposal = divide(parts * p.number("parts_disposal_percent"), _PERCENT)
        parts_total = parts + markup + small + procurement + disposal
        wage, variable, constant = self._paint()
        paint = wage + variable + constant
        incidentals = self._incidentals()
        # on the plain sums, before a percentage of them could leave the range
        plain = np.abs(parts) + np.abs(labour_total) + np.abs(wage) + np.abs(incidentals)
        self.forced |= plain.max(axis=0) > MOST_CENTS
        before = parts_total + labour_total + paint + incidentals
        amounts = {
            "parts": parts,
            "upe_markup": markup,
            "small_parts_base": base,
            "small_parts": small,
            "procurement": procurement,
            "parts_disposal": disposal,
            "parts_total": parts_total,
            "labour": labour,
            "dents_press": press,
            "dents_general": general,
            "labour_total": labour_total,
            "paint_wage": wage,
            "paint_material": variable + constant,
            "paint": paint,
            "incidentals": incidentals,
        }
        self._close(amounts, before)
        return Sheet(amounts, self.by_rate, self.lines, self.forced, self.point)

    def _keep(self, block: str, amounts: Ints) -> None:
        """Line amounts: all edges only where a deduction on a line needs them."""
        self.lines[block] = amounts if self.all_lines else amounts[self.point : self.point + 1]

    def _counted(self, block: str) -> Bools:
        return self.chunk.active[block] & ~self.chunk.included[block]

    def _parts(self) -> tuple[Ints, Ints, Ints, Ints]:
        block, figures = self.chunk.blocks["parts"], self.figures
        amount = divide_positive(block.number("qty") * figures["price"], 100)
        discount = block.number("discount_percent")
        if discount.any():
            amount = amount - divide_positive(amount * discount, _PERCENT)
        amounts = _edges(amount, figures["part_low"], figures["part_high"], self.edges) * self._counted("parts")
        self._keep("parts", amounts)
        total = block.per_case(amounts)
        marked, small = block.flags("marked_up"), block.flags("small_parts")

        def of(mask: Bools) -> Ints:
            return total if mask.all() else block.per_case(amounts * mask)

        return total, of(marked), of(small), of(marked & small)

    def _grouped(self, block: str, times: Ints, per_hour: Ints | None) -> Ints:
        """EUR by edge and calculation: one rounding for each rate name, on the exact sum of its times."""
        chunk = self.chunk
        width = self.matrix.shape[1]
        rate = self.matrix.reshape(-1)
        where = chunk.blocks[block].case * width + np.maximum(chunk.rate_of[block], 0)
        if per_hour is None or bool((per_hour == 100).all()):
            sums = self._sums(times, where)
            priced = divide(sums * rate, 100)
        else:
            priced = self._mixed(block, times, where, per_hour, rate)
        by_case = np.asarray(priced.reshape(self.edges, chunk.n, width), dtype=np.int64)
        self.by_rate += by_case[self.point]
        return np.asarray(by_case.sum(axis=2), dtype=np.int64)

    def _sums(self, times: Ints, where: Ints) -> Ints:
        sums: Ints = np.zeros((self.edges, self.matrix.size), dtype=np.int64)
        for edge in range(self.edges):
            np.add.at(sums[edge], where, times[edge])
        over: Bools = np.abs(sums).max(axis=0) > MOST_TIME
        if over.any():
            self.forced |= over.reshape(self.matrix.shape).any(axis=1)
            sums[:, over] = 0
        return sums

    def _mixed(self, block: str, times: Ints, where: Ints, per_hour: Ints, rate: Ints) -> Ints:
        """Groups that mix units, brought to a common denominator.

        The engine divides with 34 digits. That rounds like the exact quotient, unless two quotients that do not end add up to one
        that does; such a group is left to it.
        """
        used = [int(unit) for unit in np.unique(per_hour[np.abs(times).max(axis=0) > 0])]
        case = self.chunk.blocks[block].case
        for unit in used[MOST_UNITS:]:
            self.forced[case[per_hour == unit]] = True
        common: Ints = np.ones(self.matrix.size, dtype=np.int64)
        endless: Ints = np.zeros(self.matrix.size, dtype=np.int64)
        found: list[tuple[int, Ints]] = []
        for unit in used[:MOST_UNITS]:
            sums = self._sums(times * (per_hour == unit), where)
            there: Bools = np.abs(sums).max(axis=0) > 0
            common = np.where(there, np.lcm(common, unit), common)
            endless += there & (not _ends(unit))
            over = common > MOST_DENOMINATOR
            if over.any():
                self.forced |= over.reshape(self.matrix.shape).any(axis=1)
                common[over] = 1
            found.append((unit, sums))
        self.forced |= (endless > 1).reshape(self.matrix.shape).any(axis=1)
        total: Ints = np.zeros((self.edges, self.matrix.size), dtype=np.int64)
        for unit, sums in found:
            total += sums * (common // unit) * rate
        return divide(total, common)

    def _labour(self) -> Ints:
        chunk, figures, block = self.chunk, self.figures, self.chunk.blocks["labour"]
        counted = self._counted("labour")
        timed = counted & ~chunk.flat
        times = _edges(figures["units"], figures["labour_low"], figures["labour_high"], self.edges)
        times = _surcharged(times, block.number("surcharge_percent")) * timed
        total = self._grouped("labour", times, chunk.per_hour["labour"])
        rate = self.matrix[block.case, np.maximum(chunk.rate_of["labour"], 0)]
        amounts = divide(times * rate, chunk.per_hour["labour"])
        if chunk.flat.any():
            flat = block.optional("flat_amount")
            priced = _edges(flat, figures["labour_low"], figures["labour_high"], self.edges) * (counted & chunk.flat)
            total = total + block.per_case(priced)
            np.add.at(
                self.by_rate,
                (block.case[chunk.flat], np.maximum(chunk.rate_of["labour"][chunk.flat], 0)),
                priced[self.point][chunk.flat],
            )
            amounts = amounts + priced
        self._keep("labour", amounts)
        return total

    def _paint(self) -> tuple[Ints, Ints, Ints]:
        chunk, figures, block, p = self.chunk, self.figures, self.chunk.blocks["paint"], self.chunk.parameters
        counted = self._counted("paint")
        share = np.where(
            chunk.plastic,
            p.number("preparation_plastic_percent")[block.case],
            p.number("preparation_metal_percent")[block.case],
        )
        share = np.where(chunk.level == 6, share, _PERCENT)
        hours = divide_positive(figures["hours"] * share, _PERCENT)
        if self.edges == 3:
            low, high, exact = figures["paint_low"], figures["paint_high"], hours * _PERCENT
            under, over = low * share, high * share
            lower = np.where((low == NONE) | (under > exact), hours, divide_positive(under, _PERCENT))
            upper = np.where((high == NONE) | (over < exact), hours, divide_positive(over, _PERCENT))
            times = np.stack([lower, hours, upper])
        else:
            times = hours[np.newaxis]
        times = _surcharged(times, block.number("surcharge_percent")) * counted
        wage = self._grouped("paint", times, None)
        rate = self.matrix[block.case, np.maximum(chunk.rate_of["paint"], 0)]
        self._keep("paint", divide(times * rate, 100))
        return (wage, *self._material(wage, counted))

    def _material(self, wage: Ints, counted: Bools) -> tuple[Ints, Ints]:
        """Variable and constant part by the material model; nothing where nothing is painted."""
        chunk, block, figures = self.chunk, self.chunk.blocks["paint"], self.figures
        model = chunk.material_model
        points = block.per_case(block.number("material_points") * counted)
        value = block.per_case(block.number("material_value") * counted)
        over = points > MOST_POINTS
        if over.any():
            self.forced |= over
            points = np.where(over, 0, points)
        variable = np.select(
            [model == 0, model == 1, model == 2],
            [
                divide(wage * figures["material_percent"], _PERCENT),
                divide_positive(points * figures["material_price_per_point"], 100),
                divide_positive(value * figures["material_index"], _PERCENT),
            ],
            0,
        )
        constant = np.where(model == 3, figures["material_amount"], 0)
        constant = np.where((model == 1) | (model == 2), figures["material_constant"], constant)
        painted = block.per_case(counted.astype(np.int64)) > 0
        return np.asarray(variable * painted), np.asarray(constant * painted)

    def _dents(self) -> tuple[Ints, Ints]:
        chunk, figures, block = self.chunk, self.figures, self.chunk.blocks["dents"]
        if not block.n:
            nothing: Ints = np.zeros((self.edges, chunk.n), dtype=np.int64)
            self._keep("dents", np.zeros((self.edges, 0), dtype=np.int64))
            return nothing, nothing
        counted = self._counted("dents")
        hours = _edges(figures["press"], figures["dent_low"], figures["dent_high"], self.edges)
        extra = [divide_positive(hours * figures["aluminium"], _PERCENT)]
        extra += [divide_positive(hours * block.number(f"{name}_percent"), _PERCENT) for name in ("glue", "reach")]
        press = (hours + extra[0] + extra[1] + extra[2]) * counted
        finish = figures["finish"] * chunk.panels * counted
        code = chunk.rate_of["dents"]
        rate = self.matrix[block.case, np.maximum(code, 0)]
        self._keep("dents", divide_positive((press + finish) * rate, 100))
        pressed = self._grouped("dents", press, None)
        # The set-up joins the dearest of the rates used; with more than one of them the single engine decides.
        first: Ints = np.full(chunk.n, -1, dtype=np.int64)
        first[block.case[counted]] = code[counted]
        self.forced[block.case[counted & (first[block.case] != code)]] = True
        setup: Ints = np.zeros(block.n, dtype=np.int64)
        lead = np.flatnonzero(counted)
        cases, at = np.unique(block.case[lead], return_index=True)
        setup[lead[at]] = figures["dent_setup_hours"][cases]
        general = self._grouped("dents", np.broadcast_to(finish + setup, (self.edges, block.n)), None)
        return pressed, general

    def _incidentals(self) -> Ints:
        chunk, figures, block = self.chunk, self.figures, self.chunk.blocks["incidentals"]
        rate = self.matrix[block.case, np.maximum(chunk.rate_of["incidentals"], 0)]
        timed = divide_positive(block.number("units") * rate, chunk.per_hour["incidentals"])
        amount = np.where(chunk.side_amount, figures["side"], timed)
        amounts = _edges(amount, figures["side_low"], figures["side_high"], self.edges) * self._counted("incidentals")
        self._keep("incidentals", amounts)
        return block.per_case(amounts)

    def _close(self, amounts: dict[str, Ints], before: Ints) -> None:
        """Discounts and surcharges, net, VAT, gross, and what is taken off after it."""
        chunk, lines, vat_rate = self.chunk, self.chunk.blocks["deductions"], self.chunk.parameters.number("vat_rate")
        nothing: Ints = np.zeros_like(before)
        if not lines.n:
            surcharges = discounts = taxed = untaxed = nothing
            net = before
        else:
            kind, active = chunk.deduction_kind, chunk.active["deductions"]
            inner = self._taken(amounts, before) * active
            discounts, surcharges = lines.per_case(inner * (kind == 0)), lines.per_case(inner * (kind == 1))
            net = before + surcharges - discounts
            outer = self._taken(amounts, net) * active * (kind > 1)
            taxed, untaxed = lines.per_case(outer * chunk.taxed), lines.per_case(outer * ~chunk.taxed)
        vat = divide(net * vat_rate, 10_000)
        reduced = net - taxed
        gross_allowed = reduced + divide(reduced * vat_rate, 10_000) - untaxed
        self.forced |= net[self.point] < 0
        amounts |= {
            "surcharges": surcharges,
            "discounts": discounts,
            "net": net,
            "vat": vat,
            "gross": net + vat,
            "deductions_taxed": taxed,
            "deductions_untaxed": untaxed,
            "net_allowed": np.maximum(0, reduced - untaxed),
            "gross_allowed": np.maximum(0, gross_allowed),
        }

    def _taken(self, amounts: dict[str, Ints], total: Ints) -> Ints:
        """EUR of each deduction line by edge, as if all were active and of one kind."""
        chunk, lines = self.chunk, self.chunk.blocks["deductions"]
        base = chunk.deduction_base
        bases = (amounts["parts_total"], amounts["labour_total"], amounts["paint"], amounts["paint_material"], total)
        chosen: Ints = np.zeros((self.edges, lines.n), dtype=np.int64)
        for code, values in enumerate(bases, start=1):
            chosen = np.where(base == code, values[:, lines.case], chosen)
        for index, block, line in chunk.on_line:
            chosen[:, index] = self.lines[block][:, line]
        percent = divide(chosen * lines.number("percent"), _PERCENT)
        return np.where(base == DEDUCTION_BASE["amount"], lines.number("amount"), percent)


def _ends(unit: int) -> bool:
    """Whether a division by this many hundredths of units per hour ends."""
    for prime in (2, 5):
        while unit % prime == 0:
            unit //= prime
    return unit == 1
