"""Prices each line and gathers what the block totals need, at the low, the point and the high edge at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from calculation.model import (
    CalculationInput,
    DentLine,
    IncidentalLine,
    LabourLine,
    Line,
    PaintLine,
    PartLine,
)
from calculation.money import HUNDRED, ONE, ZERO, percent_of, round2
from calculation.result import Block, LineResult
from calculation.validate import rate_name

#: Low, point, high of one quantity.
Edges = list[Decimal]

#: Groups of time: (rate name, units per hour) -> units at the three edges.
Times = dict[tuple[str, Decimal], Edges]


def _zeros() -> Edges:
    return [ZERO, ZERO, ZERO]


@dataclass(slots=True)
class Gathered:
    """Sums over the lines, each at three edges.

    Attributes:
        parts, marked_up, small_base, small_marked_up: EUR of part lines, of those in the mark-up, of those in the base of
            small parts, of those in both.
        labour: time by rate. labour_flat: flat amounts by rate.
        paint: time by rate. material_points, material_value: of the paint lines (without a band).
        has_paint: any active paint line.
        dents_press, dents_general: time by rate.
        incidentals: EUR.
        banded: any line has a band.
        results: line results in sheet order.
        amounts: line amount edges by id, for deductions on a line.

    """

    parts: Edges = field(default_factory=_zeros)
    marked_up: Edges = field(default_factory=_zeros)
    small_base: Edges = field(default_factory=_zeros)
    small_marked_up: Edges = field(default_factory=_zeros)
    labour: Times = field(default_factory=dict)
    labour_flat: dict[str, Edges] = field(default_factory=dict)
    paint: Times = field(default_factory=dict)
    material_points: Decimal = ZERO
    material_value: Decimal = ZERO
    has_paint: bool = False
    dents_press: Times = field(default_factory=dict)
    dents_general: Times = field(default_factory=dict)
    incidentals: Edges = field(default_factory=_zeros)
    banded: bool = False
    results: list[LineResult] = field(default_factory=list)
    amounts: dict[str, tuple[Decimal, Decimal, Decimal]] = field(default_factory=dict)


def _add(target: Edges, low: Decimal, point: Decimal, high: Decimal) -> None:
    target[0] += low
    target[1] += point
    target[2] += high


def _add_time(target: Times, key: tuple[str, Decimal], low: Decimal, point: Decimal, high: Decimal) -> None:
    edges = target.get(key)
    if edges is None:
        target[key] = [low, point, high]
    else:
        edges[0] += low
        edges[1] += point
        edges[2] += high


def time_amount(groups: Times, rates: dict[str, Decimal], edge: int) -> dict[str, Decimal]:
    """EUR by rate name: ``round2(sum units × rate / units per hour)``, from the hourly rate and never from a rounded unit price."""
    exact: dict[str, Decimal] = {}
    for (name, per_hour), edges in groups.items():
        exact[name] = exact.get(name, ZERO) + edges[edge] * rates[name] / per_hour
    return {name: round2(amount) for name, amount in exact.items()}


def time_hours(groups: Times, edge: int) -> dict[str, Decimal]:
    """Hours by rate name, for the time table of the sheet (rounded to 0.01 h)."""
    hours: dict[str, Decimal] = {}
    for (name, per_hour), edges in groups.items():
        hours[name] = hours.get(name, ZERO) + edges[edge] / per_hour
    return {name: round2(value) for name, value in hours.items()}


def included_by(line: Line, active: set[str]) -> str | None:
    """The first active line that includes this one; None when there is none, so that removing the parent revives the child."""
    for parent in sorted(line.included_in):
        if parent in active:
            return parent
    return None


def with_surcharge(units: Decimal, percent: Decimal) -> Decimal:
    """Time plus its surcharge; the surcharge is rounded to two decimals first (1.50 h × 25 % = 0.38 h, not 0.375)."""
    return units + round2(units * percent / HUNDRED) if percent else units


def gather(data: CalculationInput) -> Gathered:
    """Price every line; the order of the lines has no influence on any sum."""
    out = Gathered()
    rates = {name: rate.hourly for name, rate in data.rates.items()}
    blocks = (data.parts, data.labour, data.paint, data.dents, data.incidentals)
    active = {line.id for block in blocks for line in block if line.active}
    for part in data.parts:
        _part(part, out)
    for labour in data.labour:
        _labour(labour, data, rates, active, out)
    for paint in data.paint:
        _paint(paint, data, rates, active, out)
    for dent in data.dents:
        _dent(dent, rates, active, out)
    _dent_setup(data, rates, out)
    for incidental in data.incidentals:
        _incidental(incidental, data, rates, active, out)
    return out


def _record(
    out: Gathered,
    line: Line,
    block: Block,
    quantity: Decimal,
    unit: str,
    unit_price: Decimal,
    amounts: tuple[Decimal, Decimal, Decimal],
    parent: str | None = None,
) -> None:
    low, point, high = amounts
    out.results.append(
        LineResult(
            line.id,
            block,
            point,
            quantity,
            unit,
            unit_price,
            low,
            high,
            parent,
            line.active,
            line.override is not None,
        )
    )
    out.amounts[line.id] = amounts


def _edges(
    point: Decimal,
    low: Decimal | None,
    high: Decimal | None,
    out: Gathered,
) -> tuple[Decimal, Decimal, Decimal]:
    """The band around the point; a point edited past its band widens it."""
    if low is None and high is None:
        return point, point, point
    out.banded = True
    lower = point if low is None or low > point else low
    upper = point if high is None or high < point else high
    return lower, point, upper


_NOTHING = (ZERO, ZERO, ZERO)


def _part(line: PartLine, out: Gathered) -> None:
    if not line.active:
        _record(out, line, "parts", line.qty, "pieces", line.unit_price, _NOTHING)
        return
    amount = round2(line.qty * line.unit_price)
    if line.discount_percent:
        amount -= percent_of(amount, line.discount_percent)
    amounts = _edges(amount, line.low, line.high, out)
    if amounts[0] is not amount or amounts[2] is not amount:
        amounts = (round2(amounts[0]), amount, round2(amounts[2]))
    _add(out.parts, *amounts)
    if line.marked_up:
        _add(out.marked_up, *amounts)
    if line.small_parts:
        _add(out.small_base, *amounts)
        if line.marked_up:
            _add(out.small_marked_up, *amounts)
    _record(out, line, "parts", line.qty, "pieces", line.unit_price, amounts)


def _labour(
    line: LabourLine, data: CalculationInput, rates: dict[str, Decimal], active: set[str], out: Gathered
) -> None:
    name = rate_name(line, rates)
    if line.flat_amount is not None:
        parent = included_by(line, active) if line.included_in else None
        if not line.active or parent is not None:
            _record(out, line, "labour", ZERO, "EUR", ZERO, _NOTHING, parent)
            return
        flat = round2(line.flat_amount)
        low, point, high = _edges(flat, line.low, line.high, out)
        amounts = (round2(low), point, round2(high))
        edges = out.labour_flat.setdefault(line.rate, _zeros())
        _add(edges, *amounts)
        _record(out, line, "labour", ONE, "EUR", flat, amounts)
        return
    per_hour = ONE
    if line.unit != "hours":
        per_hour = line.units_per_hour or data.parameters.units_per_hour[line.unit]
    units = round2(line.units)
    amounts, quantity, parent = _timed(
        line, units, (line.low, line.high), line.surcharge_percent, (name, per_hour), rates, active, out, out.labour
    )
    _record(out, line, "labour", quantity, line.unit, rates[name], amounts, parent)


def _timed(
    line: Line,
    units: Decimal,
    band: tuple[Decimal | None, Decimal | None],
    surcharge: Decimal,
    key: tuple[str, Decimal],
    rates: dict[str, Decimal],
    active: set[str],
    out: Gathered,
    target: Times,
) -> tuple[tuple[Decimal, Decimal, Decimal], Decimal, str | None]:
    """Common to labour and paint: overlap, surcharge, band, group sum. Returns amounts, priced units, including line."""
    parent = included_by(line, active) if line.included_in else None
    if not line.active or parent is not None:
        return _NOTHING, ZERO, parent
    rate, per_hour = rates[key[0]], key[1]
    low, point, high = _edges(units, band[0], band[1], out)
    priced = with_surcharge(point, surcharge)
    amount = round2(priced * rate / per_hour)
    if low is point and high is point:
        _add_time(target, key, priced, priced, priced)
        return (amount, amount, amount), priced, None
    bottom, top = with_surcharge(round2(low), surcharge), with_surcharge(round2(high), surcharge)
    _add_time(target, key, bottom, priced, top)
    return (round2(bottom * rate / per_hour), amount, round2(top * rate / per_hour)), priced, None


def _paint(line: PaintLine, data: CalculationInput, rates: dict[str, Decimal], active: set[str], out: Gathered) -> None:
    hours, band = round2(line.hours), (line.low, line.high)
    if line.level == "preparation":
        parameters = data.parameters
        share = (
            parameters.preparation_metal_percent
            if line.substrate == "metal"
            else parameters.preparation_plastic_percent
        )
        if share != HUNDRED:
            hours = round2(hours * share / HUNDRED)
            band = tuple(None if edge is None else edge * share / HUNDRED for edge in band)  # type: ignore[assignment]
    amounts, quantity, parent = _timed(
        line, hours, band, line.surcharge_percent, (line.rate, ONE), rates, active, out, out.paint
    )
    if line.active and parent is None:
        out.has_paint = True
        out.material_points += line.material_points
        out.material_value += line.material_value
    _record(out, line, "paint", quantity, "hours", rates[line.rate], amounts, parent)


def press_time(line: DentLine, hours: Decimal) -> Decimal:
    """Press hours with the surcharges for light metal, glue and reach, each rounded to 0.01 h."""
    total = hours
    for percent in (line.aluminium_percent, line.glue_percent, line.reach_percent):
        if percent:
            total += round2(hours * percent / HUNDRED)
    return total


def _dent(line: DentLine, rates: dict[str, Decimal], active: set[str], out: Gathered) -> None:
    rate = rates[line.rate]
    parent = included_by(line, active) if line.included_in else None
    if not line.active or parent is not None:
        _record(out, line, "dents", ZERO, "hours", rate, _NOTHING, parent)
        return
    low, point, high = _edges(round2(line.press_hours), line.low, line.high, out)
    press = (press_time(line, round2(low)), press_time(line, point), press_time(line, round2(high)))
    finish = round2(line.finish_hours * line.panels)
    key = (line.rate, ONE)
    _add_time(out.dents_press, key, *press)
    _add_time(out.dents_general, key, finish, finish, finish)
    amounts = (
        round2((press[0] + finish) * rate),
        round2((press[1] + finish) * rate),
        round2((press[2] + finish) * rate),
    )
    _record(out, line, "dents", press[1] + finish, "hours", rate, amounts)


def _dent_setup(data: CalculationInput, rates: dict[str, Decimal], out: Gathered) -> None:
    """Set-up once per job, at the highest of the dent rates used."""
    setup = round2(data.parameters.dent_setup_hours)
    if setup and out.dents_general:
        name = max((rates[name], name) for name, _ in out.dents_general)[1]
        _add_time(out.dents_general, (name, ONE), setup, setup, setup)


def _incidental(
    line: IncidentalLine, data: CalculationInput, rates: dict[str, Decimal], active: set[str], out: Gathered
) -> None:
    parent = included_by(line, active) if line.included_in else None
    if line.amount is not None:
        amount, quantity, unit, price = round2(line.amount), ONE, "EUR", line.amount
    else:
        name = line.rate or ""
        per_hour = ONE if line.unit == "hours" else data.parameters.units_per_hour[line.unit]
        quantity, unit, price = round2(line.units), line.unit, rates[name]
        amount = round2(quantity * price / per_hour)
    if not line.active or parent is not None:
        _record(out, line, "incidentals", quantity if parent is None else ZERO, unit, price, _NOTHING, parent)
        return
    low, point, high = _edges(amount, line.low, line.high, out)
    amounts = (round2(low), point, round2(high))
    _add(out.incidentals, *amounts)
    _record(out, line, "incidentals", quantity, unit, price, amounts)
