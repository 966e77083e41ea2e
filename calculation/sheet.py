"""From gathered lines to the totals of the sheet, at one edge of the band."""

from __future__ import annotations

from decimal import Decimal

from calculation.gathered import Gathered, time_amount, time_hours
from calculation.model import CalculationInput, DeductionLine, Parameters
from calculation.money import HUNDRED, ZERO, percent_of, round2, vat_on
from calculation.result import Totals

LOW, POINT, HIGH = 0, 1, 2


def paint_material(data: CalculationInput, gathered: Gathered, wage: Decimal) -> tuple[Decimal, Decimal]:
    """Variable and constant part of the paint material by the chosen model; nothing where nothing is painted."""
    model = data.parameters.paint_material
    if not gathered.has_paint:
        return ZERO, ZERO
    if model.model == "percent_of_wage":
        return percent_of(wage, model.percent), ZERO
    if model.model == "points":
        return round2(gathered.material_points * model.price_per_point), round2(model.constant)
    if model.model == "azt_index":
        return round2(gathered.material_value * model.index / HUNDRED), round2(model.constant)
    if model.model == "flat":
        return ZERO, round2(model.amount)
    return ZERO, ZERO


def small_parts(
    data: CalculationInput, gathered: Gathered, edge: int, labour_total: Decimal
) -> tuple[Decimal, Decimal]:
    """Base and amount of small parts; the base is a printed setting and never holds side costs."""
    parameters = data.parameters
    if parameters.small_parts_base == "amount":
        amount = round2(parameters.small_parts_amount) if gathered.parts[edge] else ZERO
        return amount, amount
    if parameters.small_parts_base == "labour":
        base = labour_total - gathered.flat_material[edge]
    else:
        base = gathered.small_base[edge]
        if parameters.small_parts_base == "parts_with_markup":
            base += percent_of(gathered.small_marked_up[edge], parameters.upe_markup_percent)
    return base, percent_of(base, parameters.small_parts_percent)


def deduction_amount(line: DeductionLine, bases: dict[str, Decimal], line_amount: Decimal) -> Decimal:
    """One deduction or surcharge in EUR, positive; new for old without a gain of the owner is not owed (AG Rheine 14 C 101/21)."""
    if line.kind == "new_for_old" and line.has_gain is False:
        return ZERO
    if line.base == "amount":
        return round2(line.amount)
    base = line_amount if line.base == "line" else bases[line.base]
    return percent_of(base, line.percent)


#: Share of an exchange part's price that stands for the old part given away (section 10 UStG).
EXCHANGE_SHARE = Decimal(10)


def procurement(parameters: Parameters, parts: Decimal) -> Decimal:
    """Procurement costs of parts: a flat amount, or a percentage with a bound."""
    if not parts:
        return ZERO
    if parameters.procurement_percent:
        amount = percent_of(parts, parameters.procurement_percent)
        most = parameters.procurement_max
        return amount if most is None else min(amount, round2(most))
    return round2(parameters.procurement_amount)


def labour_setup(
    parameters: Parameters, hours: dict[str, Decimal], rates: dict[str, Decimal]
) -> tuple[dict[str, Decimal], Decimal]:
    """Hours by rate and EUR of the set-up in percent of the working time; hours are rounded by rate before they are priced."""
    if not parameters.labour_setup_percent:
        return {}, ZERO
    by_rate = {name: percent_of(worked, parameters.labour_setup_percent) for name, worked in hours.items()}
    return by_rate, sum((round2(time * rates[name]) for name, time in by_rate.items()), ZERO)


def time_table(groups: tuple[dict[str, Decimal], ...]) -> dict[str, Decimal]:
    """Hours of all groups by rate name."""
    found: dict[str, Decimal] = {}
    for group in groups:
        for name, hours in group.items():
            found[name] = found.get(name, ZERO) + hours
    return found


def totals(data: CalculationInput, gathered: Gathered, edge: int = POINT) -> tuple[Totals, dict[str, Decimal]]:
    """The sheet at one edge, and the EUR of each deduction line by its id; hours are filled at the point alone.

    Net can come out negative when discounts exceed the costs; the engine refuses that at the point.
    """
    parameters = data.parameters
    rates = {name: rate.hourly for name, rate in data.rates.items()}
    by_rate = time_amount(gathered.labour, rates, edge)
    for name, flat in gathered.labour_flat.items():
        by_rate[name] = by_rate.get(name, ZERO) + flat[edge]
    labour = sum(by_rate.values(), ZERO)
    press = sum(time_amount(gathered.dents_press, rates, edge).values(), ZERO)
    general = sum(time_amount(gathered.dents_general, rates, edge).values(), ZERO)
    # the time table is shown for the point alone
    timed = edge == POINT
    worked = time_hours(gathered.labour, edge) if timed or parameters.labour_setup_percent else {}
    setup_hours, setup = labour_setup(parameters, worked, rates)
    labour_total = labour + setup + press + general

    parts = gathered.parts[edge]
    markup = percent_of(gathered.marked_up[edge], parameters.upe_markup_percent)
    base, small = small_parts(data, gathered, edge, labour_total)
    procured = procurement(parameters, parts)
    disposal = percent_of(parts, parameters.parts_disposal_percent)
    parts_total = parts + markup + small + procured + disposal

    wage = sum(time_amount(gathered.paint, rates, edge).values(), ZERO)
    variable, constant = paint_material(data, gathered, wage)
    paint_disposal = percent_of(variable + constant, parameters.paint_material.disposal_percent)
    paint = wage + variable + constant + paint_disposal
    painted: dict[str, Decimal] = {}
    table: dict[str, Decimal] = {}
    if timed:
        painted = time_hours(gathered.paint, edge)
        dents = (time_hours(gathered.dents_press, edge), time_hours(gathered.dents_general, edge))
        table = time_table((worked, setup_hours, *dents, painted))
    incidentals = gathered.incidentals[edge]

    before = parts_total + labour_total + paint + incidentals
    bases = {
        "part_lines": parts,
        "parts": parts_total,
        "labour": labour_total,
        "paint": paint,
        "paint_material": variable + constant,
        "total": before,
    }
    amounts: dict[str, Decimal] = {}
    surcharges = discounts = ZERO
    for line in data.deductions:
        if line.kind in {"discount", "surcharge"}:
            amount = _deduction(line, bases, gathered, edge)
            amounts[line.id] = amount
            if line.kind == "discount":
                discounts += amount
            else:
                surcharges += amount
    net = before + surcharges - discounts
    exchange = percent_of(gathered.exchange[edge], EXCHANGE_SHARE)
    vat = vat_on(net + exchange, parameters.vat_rate)
    bases["total"] = net
    taxed = untaxed = ZERO
    for line in data.deductions:
        if line.kind not in {"discount", "surcharge"}:
            amount = _deduction(line, bases, gathered, edge)
            amounts[line.id] = amount
            if line.taxed:
                taxed += amount
            else:
                untaxed += amount
    for line_id, share in gathered.prior:
        amount = round2(gathered.amounts[line_id][edge] * share)
        amounts[prior_id(line_id)] = amount
        taxed += amount
    reduced = net - taxed
    gross_allowed = reduced + vat_on(reduced + exchange, parameters.vat_rate) - untaxed
    return (
        Totals(
            parts=parts,
            upe_markup=markup,
            small_parts_base=base,
            small_parts=small,
            procurement=procured,
            parts_disposal=disposal,
            parts_total=parts_total,
            labour_by_rate=_by_name(by_rate),
            labour_hours=_by_name(worked),
            labour=labour,
            labour_setup_hours=sum(setup_hours.values(), ZERO),
            labour_setup=setup,
            dents_press=press,
            dents_general=general,
            dents=press + general,
            labour_total=labour_total,
            paint_hours=sum(painted.values(), ZERO),
            paint_wage=wage,
            paint_material_variable=variable,
            paint_material_constant=constant,
            paint_material=variable + constant,
            paint_disposal=paint_disposal,
            paint=paint,
            hours_by_rate=_by_name(table),
            hours_total=sum(table.values(), ZERO),
            incidentals=incidentals,
            surcharges=surcharges,
            discounts=discounts,
            net=net,
            exchange_part_value=exchange,
            vat_rate=parameters.vat_rate,
            vat=vat,
            gross=net + vat,
            deductions_taxed=taxed,
            deductions_untaxed=untaxed,
            net_allowed=max(ZERO, reduced - untaxed),
            gross_allowed=max(ZERO, gross_allowed),
        ),
        amounts,
    )


def _by_name(values: dict[str, Decimal]) -> dict[str, Decimal]:
    """The same values in the order of their names, so that the order of the lines leaves no trace."""
    return dict(sorted(values.items())) if len(values) > 1 else values


def prior_id(line_id: str) -> str:
    """Id of the deduction that an earlier damage on this line makes."""
    return f"prior:{line_id}"


def _deduction(line: DeductionLine, bases: dict[str, Decimal], gathered: Gathered, edge: int) -> Decimal:
    if not line.active:
        return ZERO
    own = gathered.amounts.get(line.line_id or "", (ZERO, ZERO, ZERO))[edge]
    return deduction_amount(line, bases, own)
