"""Derivation nodes of paint: hours, wage, material by its model, disposal."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from calculation.derivation import Operand, number
from calculation.explain_work import GROUP_RULE, HOURLY, ROUNDING_TEXT, operands, source_of, terms_of
from calculation.model import CalculationInput, PaintMaterial, Text
from calculation.money import ZERO
from calculation.result import LineResult, Totals

if TYPE_CHECKING:
    from calculation.explain import Builder

HOURS, WAGE = Text("Lackierzeit", "paint time"), Text("Lacklohn", "paint wage")
MATERIAL, CONSTANT = Text("Lackmaterial", "paint material"), Text("Materialkonstante", "material constant")
VARIABLE, DISPOSAL = (
    Text("Lackmaterial nach Menge", "paint material by quantity"),
    Text("Entsorgung Lack", "disposal of paint"),
)
_MODELS = {
    "percent_of_wage": Text("Prozent vom Lacklohn", "percent of the paint wage"),
    "points": Text("Materialpunkte × Punktpreis", "material points × price per point"),
    "azt_index": Text("AZT-Systemwert × Materialindex", "AZT system value × material index"),
    "flat": Text("Festbetrag", "flat amount"),
    "in_wage": Text("im Lacklohn enthalten", "contained in the paint wage"),
}
_MODEL_RULE = Text("Materialmodell ist eine gespeicherte Einstellung", "the material model is a stored setting")
_ONCE = Text("einmal je Auftrag, nur wenn lackiert wird", "once per job, only where something is painted")
_HOURS_WORDS = Text("Summe der Lackierzeiten mit Zuschlägen", "sum of paint times with surcharges")
_WAGE_WORDS = Text("Summe der Stunden × Stundensatz", "sum of hours × hourly rate")
_DISPOSAL_RULE = Text("Prozent vom Lackmaterial, höchstens 5 %", "percent of the paint material, 5 % at most")


def paint_nodes(build: Builder, data: CalculationInput, lines: Sequence[LineResult], sheet: Totals) -> None:
    """Hours and wage of the paint lines, material and its disposal, paint in total."""
    terms = terms_of(build, lines, "paint")
    counted = [
        (line, result) for line, result in zip((r for r in lines if r.block == "paint"), data.paint, strict=True)
    ]
    names = sorted({source.rate for _, source in counted})
    times = " + ".join(number(line.quantity) for line, _ in counted if line.quantity) or "0.00"
    refs = tuple(
        Operand(term[0], str(line.quantity), "h", term[2])
        for term, (line, _) in zip(terms, counted, strict=True)
        if line.quantity
    )
    hours = f"{times} = {number(sheet.paint_hours)} h"
    build.add("paint_hours", HOURS, sheet.paint_hours, "h", _HOURS_WORDS, hours, refs, GROUP_RULE, ROUNDING_TEXT)
    rates = " / ".join(number(data.rates[name].hourly) for name in names) or "-"
    table = data.rates[names[0]].table if names else None
    inputs = (
        *operands(terms),
        Operand(HOURS, str(sheet.paint_hours), "h", "paint_hours"),
        *(
            Operand(HOURLY, str(data.rates[name].hourly), "EUR/h", None, source_of(data.rates[name].table))
            for name in names
        ),
    )
    text = f"{number(sheet.paint_hours)} h × {rates} EUR/h = {number(sheet.paint_wage)} EUR"
    build.add("paint_wage", WAGE, sheet.paint_wage, "EUR", _WAGE_WORDS, text, inputs, GROUP_RULE, ROUNDING_TEXT, table)
    total = [(WAGE, sheet.paint_wage, "paint_wage"), (MATERIAL, sheet.paint_material, "paint_material")]
    _material(build, data, lines, sheet)
    if sheet.paint_disposal:
        percent = data.parameters.paint_material.disposal_percent
        text = f"{number(sheet.paint_material)} × {number(percent)} % = {number(sheet.paint_disposal)} EUR"
        operand = Operand(MATERIAL, str(sheet.paint_material), "EUR", "paint_material")
        share = Operand(Text("Prozentsatz", "percentage"), str(percent), "%", None, "parameter")
        build.add(
            "paint_disposal",
            DISPOSAL,
            sheet.paint_disposal,
            "EUR",
            _DISPOSAL_RULE,
            text,
            (operand, share),
            _DISPOSAL_RULE,
        )
        total.append((DISPOSAL, sheet.paint_disposal, "paint_disposal"))
    build.total("paint", Text("Lackierung", "paint"), sheet.paint, total)


def _material(build: Builder, data: CalculationInput, lines: Sequence[LineResult], sheet: Totals) -> None:
    model = data.parameters.paint_material
    stated = f"{model.source} {model.stated_on.isoformat() if model.stated_on else ''}".strip()
    variable, constant = sheet.paint_material_variable, sheet.paint_material_constant
    terms = []
    if model.model in {"percent_of_wage", "points", "azt_index"}:
        text, inputs = _by_quantity(data, model, lines, sheet)
        numbers = f"{text} = {number(variable)} EUR"
        build.add("paint_material_variable", VARIABLE, variable, "EUR", _MODELS[model.model], numbers, inputs, _MODEL_RULE, stated,
                  model.table)  # fmt: skip
        terms.append((VARIABLE, variable, "paint_material_variable"))
    if constant:
        amount = model.amount if model.model == "flat" else model.constant
        operand = Operand(CONSTANT, str(amount), "EUR", None, source_of(model.table) if model.table else "parameter")
        build.add("paint_material_constant", CONSTANT, constant, "EUR", CONSTANT, f"{number(constant)} EUR", (operand,), _ONCE, stated,
                  model.table)  # fmt: skip
        terms.append((CONSTANT, constant, "paint_material_constant"))
    build.total(
        "paint_material", MATERIAL, sheet.paint_material, terms, _MODEL_RULE, stated, _MODELS[model.model], model.table
    )


def _by_quantity(
    data: CalculationInput, model: PaintMaterial, lines: Sequence[LineResult], sheet: Totals
) -> tuple[str, tuple[Operand, ...]]:
    """Formula and inputs of the part of the material that follows a quantity."""
    source = source_of(model.table) if model.table else "parameter"
    if model.model == "percent_of_wage":
        percent = Operand(Text("Prozentsatz", "percentage"), str(model.percent), "%", None, source)
        wage = Operand(WAGE, str(sheet.paint_wage), "EUR", "paint_wage")
        return f"{number(sheet.paint_wage)} × {number(model.percent)} %", (wage, percent)
    counting = {r.id for r in lines if r.block == "paint" and r.counts and r.included_in is None}
    painted = [p for p in data.paint if p.id in counting]
    if model.model == "points":
        points = sum((p.material_points * p.count for p in painted), ZERO)
        price = Operand(Text("Punktpreis", "price per point"), str(model.price_per_point), "EUR", None, source)
        inputs = (Operand(Text("Materialpunkte", "material points"), str(points), "", None, "input"), price)
        return f"{number(points)} × {number(model.price_per_point)}", inputs
    value: Decimal = sum((p.material_value * p.count for p in painted), ZERO)
    index = Operand(Text("Materialindex", "material index"), str(model.index), "%", None, source)
    inputs = (Operand(Text("AZT-Systemwert", "AZT system value"), str(value), "EUR", None, "input"), index)
    return f"{number(value)} × {number(model.index)} %", inputs
