"""Prices each line and gathers what the block totals need, at the low, the point and the high edge at once."""

from __future__ import annotations

from decimal import Decimal

from calculation.gathered import NOTHING, Amounts, Gathered, Times, add, add_time, zeros
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

#: Options on whose time "other preparation" acts.
OTHER_PREPARATION = frozenset({"colour_sample", "sample_sheet", "colour_mixing", "two_tone"})


def included_by(line: Line, active: set[str]) -> str | None:
    """The first active line that includes this one; None when there is none, so that removing the parent revives the child."""
    for parent in sorted(line.included_in):
        if parent in active:
            return parent
    return None


def with_surcharge(units: Decimal, percent: Decimal, difficulty: Decimal = ZERO) -> Decimal:
    """Time plus its surcharges; each is rounded to two decimals first (1.50 h × 25 % = 0.38 h, not 0.375)."""
    total = units
    if percent:
        total += round2(units * percent / HUNDRED)
    if difficulty:
        total += round2(units * difficulty / HUNDRED)
    return total


def gather(data: CalculationInput) -> Gathered:
    """Price every line; the order of the lines has no influence on any sum."""
    out = Gathered()
    rates = {name: rate.hourly for name, rate in data.rates.items()}
    blocks = (data.parts, data.labour, data.paint, data.dents, data.incidentals)
    active = {line.id for block in blocks for line in block if line.active}
    for part in data.parts:
        _part(part, data, active, out)
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
    amounts: Amounts,
    parent: str | None = None,
) -> None:
    low, point, high = amounts
    marked = line.override is not None
    signs = "*" if marked or (line.table is None and line.origin == "manual") else ""
    if line.added_by:
        signs = "+" + signs
    if parent is not None:
        signs = "I" + signs
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
            marked,
            signs,
        )
    )
    out.amounts[line.id] = amounts
    if line.pre_damage is not None and amounts is not NOTHING and line.pre_damage.share:
        out.prior.append((line.id, line.pre_damage.share))


def _edges(
    point: Decimal,
    low: Decimal | None,
    high: Decimal | None,
    out: Gathered,
) -> Amounts:
    """The band around the point; a point edited past its band widens it."""
    if low is None and high is None:
        return point, point, point
    out.banded = True
    lower = point if low is None or low > point else low
    upper = point if high is None or high < point else high
    return lower, point, upper


def _part(line: PartLine, data: CalculationInput, active: set[str], out: Gathered) -> None:
    parent = included_by(line, active) if line.included_in else None
    if not line.active or parent is not None:
        _record(out, line, "parts", line.qty, "pieces", line.unit_price, NOTHING, parent)
        return
    before = amount = round2(line.qty * line.unit_price)
    if line.discount_percent:
        amount -= percent_of(amount, line.discount_percent)
    amounts = _edges(amount, line.low, line.high, out)
    if amounts[0] is not amount or amounts[2] is not amount:
        amounts = (round2(amounts[0]), amount, round2(amounts[2]))
    add(out.parts, *amounts)
    if line.marked_up:
        add(out.marked_up, *amounts)
    if line.small_parts:
        add(out.small_base, *amounts)
        if line.marked_up:
            add(out.small_marked_up, *amounts)
    if line.part_origin == "exchange" and data.parameters.exchange_part_tax:
        add(out.exchange, min(amounts[0], before), before, max(amounts[2], before))
    _record(out, line, "parts", line.qty, "pieces", line.unit_price, amounts)


def _labour(
    line: LabourLine, data: CalculationInput, rates: dict[str, Decimal], active: set[str], out: Gathered
) -> None:
    name = rate_name(line, rates)
    if line.flat_amount is not None:
        parent = included_by(line, active) if line.included_in else None
        if not line.active or parent is not None:
            _record(out, line, "labour", ZERO, "EUR", ZERO, NOTHING, parent)
            return
        flat = round2(line.flat_amount)
        low, point, high = _edges(flat, line.low, line.high, out)
        amounts = (round2(low), point, round2(high))
        edges = out.labour_flat.setdefault(line.rate, zeros())
        add(edges, *amounts)
        if line.flat_includes_material:
            add(out.flat_material, *amounts)
        _record(out, line, "labour", ONE, "EUR", flat, amounts)
        return
    per_hour = ONE
    if line.unit != "hours":
        per_hour = line.units_per_hour or data.parameters.units_per_hour[line.unit]
    units = round2(line.units)
    amounts, quantity, parent = _timed(
        line,
        units,
        (line.low, line.high),
        (line.surcharge_percent, line.difficulty_percent),
        (name, per_hour),
        rates,
        active,
        out,
        out.labour,
    )
    _record(out, line, "labour", quantity, line.unit, rates[name], amounts, parent)


def _timed(
    line: Line,
    units: Decimal,
    band: tuple[Decimal | None, Decimal | None],
    surcharges: tuple[Decimal, Decimal],
    key: tuple[str, Decimal],
    rates: dict[str, Decimal],
    active: set[str],
    out: Gathered,
    target: Times,
) -> tuple[Amounts, Decimal, str | None]:
    """Common to labour and paint: overlap, surcharge, band, group sum. Returns amounts, priced units, including line."""
    parent = included_by(line, active) if line.included_in else None
    if not line.active or parent is not None:
        return NOTHING, ZERO, parent
    rate, per_hour = rates[key[0]], key[1]
    low, point, high = _edges(units, band[0], band[1], out)
    priced = with_surcharge(point, *surcharges)
    amount = round2(priced * rate / per_hour)
    if low is point and high is point:
        add_time(target, key, priced, priced, priced)
        return (amount, amount, amount), priced, None
    bottom, top = with_surcharge(round2(low), *surcharges), with_surcharge(round2(high), *surcharges)
    add_time(target, key, bottom, priced, top)
    return (round2(bottom * rate / per_hour), amount, round2(top * rate / per_hour)), priced, None


def paint_share(line: PaintLine, data: CalculationInput) -> Decimal | None:
    """Percent that acts on the time of a preparation or option line; None where nothing acts."""
    parameters = data.parameters
    if line.level == "preparation":
        metal = line.substrate == "metal"
        share = parameters.preparation_metal_percent if metal else parameters.preparation_plastic_percent
    elif line.option in OTHER_PREPARATION:
        share = parameters.other_preparation_percent
    else:
        return None
    return None if share == HUNDRED else share


def _paint(line: PaintLine, data: CalculationInput, rates: dict[str, Decimal], active: set[str], out: Gathered) -> None:
    hours, band = round2(line.hours), (line.low, line.high)
    if line.option is not None or line.level == "preparation":
        share = paint_share(line, data)
        factor = line.count if share is None else line.count * share / HUNDRED
        if factor != 1:
            hours = round2(hours * factor)
            band = tuple(None if edge is None else edge * factor for edge in band)  # type: ignore[assignment]
    amounts, quantity, parent = _timed(
        line,
        hours,
        band,
        (line.surcharge_percent, ZERO),
        (line.rate, ONE),
        rates,
        active,
        out,
        out.paint,
    )
    if line.active and parent is None:
        out.has_paint = True
        out.material_points += line.material_points * line.count
        out.material_value += line.material_value * line.count
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
        _record(out, line, "dents", ZERO, "hours", rate, NOTHING, parent)
        return
    low, point, high = _edges(round2(line.press_hours), line.low, line.high, out)
    press = (press_time(line, round2(low)), press_time(line, point), press_time(line, round2(high)))
    finish = round2(line.finish_hours * line.panels)
    key = (line.rate, ONE)
    add_time(out.dents_press, key, *press)
    add_time(out.dents_general, key, finish, finish, finish)
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
        add_time(out.dents_general, (name, ONE), setup, setup, setup)


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
        _record(out, line, "incidentals", quantity if parent is None else ZERO, unit, price, NOTHING, parent)
        return
    low, point, high = _edges(amount, line.low, line.high, out)
    amounts = (round2(low), point, round2(high))
    add(out.incidentals, *amounts)
    _record(out, line, "incidentals", quantity, unit, price, amounts)
