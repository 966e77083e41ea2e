"""Repair or replace: what the lines of a part cost against what a new part would; a check, never a total."""

from __future__ import annotations

from decimal import Decimal

from calculation.model import Alternative, CalculationInput, DentLine, LabourLine, PaintLine, Side
from calculation.money import HUNDRED, ZERO, percent_of, round2, round_to
from calculation.result import LineResult
from calculation.result_sheet import RepairCheck
from calculation.sheet import procurement

#: Terms of either cost: name of the term and EUR.
Terms = tuple[tuple[str, Decimal], ...]

_REPAIRS = frozenset({"repair", "dents"})
_FILLED = frozenset({"repair_lt_50", "repair_gt_50", "spot"})


def compare(data: CalculationInput, results: tuple[LineResult, ...]) -> tuple[RepairCheck, ...]:
    """One check for each stated alternative whose part is repaired on this sheet, in the order of part and side."""
    if not data.alternatives:
        return ()
    amounts = {line.id: line for line in results}
    found = [check for alternative in data.alternatives if (check := _check(data, alternative, amounts)) is not None]
    return tuple(sorted(found, key=lambda c: c.key))


def _check(data: CalculationInput, other: Alternative, amounts: dict[str, LineResult]) -> RepairCheck | None:
    ids = repair_lines(data, other.part, other.side)
    if not ids:
        return None
    repair = sum((amount for _, amount in repair_terms(data, ids, amounts, high=False)), ZERO)
    high = sum((amount for _, amount in repair_terms(data, ids, amounts, high=True)), ZERO)
    replace = sum((amount for _, amount in replace_terms(data, other)), ZERO)
    percent = round_to(repair / replace * HUNDRED, 1) if replace else None
    return RepairCheck(other.part, other.side, repair, high, replace, percent, repair > replace, high > replace, ids)


def repair_lines(data: CalculationInput, part: str, side: Side | None) -> tuple[str, ...]:
    """Active lines of a part that is repaired; none where it is replaced, or neither."""
    blocks = (data.parts, data.labour, data.paint, data.dents, data.incidentals)
    lines = [line for block in blocks for line in block if line.active and (line.part, line.side) == (part, side)]
    work = {line.operation for line in lines if isinstance(line, LabourLine)}
    levels = {line.level for line in lines if isinstance(line, PaintLine)}
    repaired = work & _REPAIRS or levels & _FILLED or any(isinstance(line, DentLine) for line in lines)
    if "replace" in work or "new" in levels or not repaired:
        return ()
    return tuple(line.id for line in lines)


def _material(data: CalculationInput, wage: Decimal, points: Decimal, value: Decimal) -> Decimal:
    """Paint material of one part by the sheet's model; what counts once per job stays out on both sides."""
    model = data.parameters.paint_material
    if model.model == "percent_of_wage":
        amount = percent_of(wage, model.percent)
    elif model.model == "points":
        amount = round2(points * model.price_per_point)
    elif model.model == "azt_index":
        amount = percent_of(value, model.index)
    else:
        return ZERO
    return amount + percent_of(amount, model.disposal_percent)


def _part_costs(data: CalculationInput, price: Decimal) -> Terms:
    """A part's price with what the sheet adds to part prices in percent."""
    parameters = data.parameters
    markup = percent_of(price, parameters.upe_markup_percent)
    base = {"parts": price, "parts_with_markup": price + markup}.get(parameters.small_parts_base, ZERO)
    return (
        ("part", price),
        ("upe_markup", markup),
        ("small_parts", percent_of(base, parameters.small_parts_percent)),
        ("procurement", procurement(parameters, price) if parameters.procurement_percent else ZERO),
        ("parts_disposal", percent_of(price, parameters.parts_disposal_percent)),
    )


def repair_terms(data: CalculationInput, ids: tuple[str, ...], amounts: dict[str, LineResult], *, high: bool) -> Terms:
    """What the repairing lines cost: parts, work, paint, its material, side costs."""
    chosen = set(ids)

    def cost(block: str) -> Decimal:
        counted = (amounts[line] for line in ids if amounts[line].block == block)
        return sum((line.high if high else line.amount for line in counted), ZERO)

    painted = [line for line in data.paint if line.id in chosen and amounts[line.id].included_in is None]
    wage = cost("paint")
    points = sum((line.material_points * line.count for line in painted), ZERO)
    value = sum((line.material_value * line.count for line in painted), ZERO)
    terms = (
        *_part_costs(data, cost("parts")),
        ("labour", cost("labour") + cost("dents")),
        ("paint_wage", wage),
        ("paint_material", _material(data, wage, points, value)),
        ("incidentals", cost("incidentals")),
    )
    return tuple(term for term in terms if term[1])


def replace_terms(data: CalculationInput, other: Alternative) -> Terms:
    """What the alternative costs: the new part, its work, its paint and material, further costs."""
    wage = round2(round2(other.paint_hours) * data.rates[other.paint_rate].hourly) if other.paint_hours else ZERO
    work = round2(round2(other.hours) * data.rates[other.rate].hourly) if other.hours else ZERO
    terms = (
        *_part_costs(data, round2(other.unit_price)),
        ("labour", work),
        ("paint_wage", wage),
        ("paint_material", _material(data, wage, other.material_points, other.material_value)),
        ("incidentals", round2(other.other)),
    )
    return tuple(term for term in terms if term[1])
