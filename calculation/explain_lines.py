"""Derivation nodes of the single lines."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from calculation.derivation import Operand, number
from calculation.model import CalculationInput, DeductionLine, DentLine, LabourLine, Line, PaintLine, PartLine, Text
from calculation.money import HUNDRED, ONE, percent_of, round2
from calculation.result import LineResult

if TYPE_CHECKING:
    from calculation.explain import Builder

QTY, PRICE = Text("Menge", "quantity"), Text("Einzelpreis netto", "unit price, net")
TIME, RATE = Text("Zeit", "time"), Text("Stundensatz netto", "hourly rate, net")
PER_HOUR, SURCHARGE = Text("Einheiten je Stunde", "units per hour"), Text("Zeitzuschlag", "time surcharge")
DISCOUNT = Text("Nachlass", "discount")
PART_WORDS = Text("Menge × Einzelpreis", "quantity × unit price")
PART_DISCOUNT = Text("Menge × Einzelpreis − Nachlass", "quantity × unit price − discount")
TIME_WORDS = Text("Zeit × Stundensatz", "time × hourly rate")
UNIT_WORDS = Text("Zeiteinheiten ÷ Einheiten je Stunde × Stundensatz", "time units ÷ units per hour × hourly rate")
AMOUNT_WORDS = Text("Betrag", "amount")
LINE_RULE = Text("jede Zeile auf den Cent gerundet", "each line rounded to the cent")
TIME_RULE = Text(
    "Zuschlag auf zwei Stellen der Zeit gerundet, dann bewertet; Preis aus dem Stundensatz",
    "surcharge rounded to two decimals of time, then priced; priced from the hourly rate",
)
INCLUDED_RULE = Text(
    "Verbundarbeit: in einer anderen Position enthalten, keine eigene Zeit",
    "overlap: contained in another line, no time of its own",
)
OFF_RULE = Text("Position ist abgeschaltet", "line is switched off")
INCLUDED = Text("enthalten in", "included in")
NONE_WORDS = Text("zählt nicht", "does not count")


def _origin(line: Line, table: str | None = None) -> str:
    """Where the line's own figure comes from."""
    name = line.table or table
    if line.override is not None:
        return "override"
    return f"table:{name}" if name else "input"


def line_nodes(build: Builder, data: CalculationInput, results: Mapping[str, LineResult]) -> None:
    """A node ``line:<id>`` for every line."""
    for part in data.parts:
        _part(build, part, results[part.id])
    for labour in data.labour:
        _labour(build, data, labour, results[labour.id])
    for paint in data.paint:
        _paint(build, data, paint, results[paint.id])
    for dent in data.dents:
        _dent(build, dent, results[dent.id])
    for incidental in data.incidentals:
        result = results[incidental.id]
        if not _skipped(build, incidental, result):
            numbers = f"{number(result.amount)} EUR"
            if incidental.amount is None:
                numbers = f"{number(result.quantity)} {'h' if result.unit == 'hours' else result.unit} × {number(result.unit_price)} EUR/h = {numbers}"
            words = AMOUNT_WORDS if incidental.amount is not None else TIME_WORDS
            value = Operand(words, str(result.amount), "EUR", None, _origin(incidental))
            _node(build, incidental, result, words, numbers, (value,), LINE_RULE)
    for deduction in data.deductions:
        _deduction(build, deduction, results[deduction.id])


def _node(
    build: Builder, line: Line, result: LineResult, words: Text, numbers: str, inputs: tuple[Operand, ...], rule: Text
) -> None:
    label = line.label or line.id
    source = f"{line.override.reason}" if line.override is not None else ""
    build.add(
        f"line:{line.id}", Text(label, label), result.amount, "EUR", words, numbers, inputs, rule, source, line.table
    )


def _skipped(build: Builder, line: Line, result: LineResult) -> bool:
    """A line that does not count has a node that says why."""
    if result.included_in is not None:
        ref = Operand(INCLUDED, result.included_in, "", f"line:{result.included_in}")
        _node(build, line, result, NONE_WORDS, "0.00 EUR", (ref,), INCLUDED_RULE)
        return True
    if not line.active:
        _node(build, line, result, NONE_WORDS, "0.00 EUR", (), OFF_RULE)
        return True
    return False


def _part(build: Builder, line: PartLine, result: LineResult) -> None:
    if _skipped(build, line, result):
        return
    inputs: tuple[Operand, ...] = (
        Operand(QTY, str(line.qty), "", None, "input"),
        Operand(PRICE, str(line.unit_price), "EUR", None, _origin(line)),
    )
    numbers = f"{number(line.qty)} × {number(line.unit_price)}"
    words = PART_WORDS
    if line.discount_percent:
        taken = percent_of(round2(line.qty * line.unit_price), line.discount_percent)
        inputs = (*inputs, Operand(DISCOUNT, str(line.discount_percent), "%", None, "input"))
        numbers, words = f"{numbers} − {number(taken)} ({number(line.discount_percent)} %)", PART_DISCOUNT
    _node(build, line, result, words, f"{numbers} = {number(result.amount)} EUR", inputs, LINE_RULE)


def _labour(build: Builder, data: CalculationInput, line: LabourLine, result: LineResult) -> None:
    if _skipped(build, line, result):
        return
    if line.flat_amount is not None:
        value = Operand(AMOUNT_WORDS, str(result.amount), "EUR", None, _origin(line))
        _node(build, line, result, AMOUNT_WORDS, f"{number(result.amount)} EUR", (value,), LINE_RULE)
        return
    per_hour = ONE
    if line.unit != "hours":
        per_hour = line.units_per_hour or data.parameters.units_per_hour[line.unit]
    _time(build, data, line, result, round2(line.units), line.surcharge_percent, line.unit, per_hour, line.rate)


def _time(
    build: Builder,
    data: CalculationInput,
    line: Line,
    result: LineResult,
    units: Decimal,
    surcharge: Decimal,
    unit: str,
    per_hour: Decimal,
    rate_name: str,
) -> None:
    rate = data.rates.get(rate_name)
    inputs: tuple[Operand, ...] = (
        Operand(TIME, str(units), "h" if unit == "hours" else unit, None, _origin(line)),
        Operand(
            RATE, str(result.unit_price), "EUR/h", None, f"table:{rate.table}" if rate and rate.table else "parameter"
        ),
    )
    shown = number(units)
    if surcharge:
        extra = round2(units * surcharge / HUNDRED)
        shown = f"({number(units)} + {number(extra)})"
        inputs = (*inputs, Operand(SURCHARGE, str(surcharge), "%", None, "input"))
    if unit == "hours":
        numbers, words = f"{shown} h × {number(result.unit_price)} EUR/h = {number(result.amount)} EUR", TIME_WORDS
    else:
        inputs = (*inputs, Operand(PER_HOUR, str(per_hour), f"{unit}/h", None, "parameter"))
        numbers = (
            f"{shown} {unit} ÷ {number(per_hour)} × {number(result.unit_price)} EUR/h = {number(result.amount)} EUR"
        )
        words = UNIT_WORDS
    _node(build, line, result, words, numbers, inputs, TIME_RULE)


def _paint(build: Builder, data: CalculationInput, line: PaintLine, result: LineResult) -> None:
    if _skipped(build, line, result):
        return
    hours = round2(line.hours)
    if line.level == "preparation":
        parameters = data.parameters
        share = (
            parameters.preparation_metal_percent
            if line.substrate == "metal"
            else parameters.preparation_plastic_percent
        )
        hours = round2(hours * share / HUNDRED)
    _time(build, data, line, result, hours, line.surcharge_percent, "hours", ONE, line.rate)


def _dent(build: Builder, line: DentLine, result: LineResult) -> None:
    if _skipped(build, line, result):
        return
    press = round2(line.press_hours)
    parts = [number(press)]
    inputs = [Operand(Text("Drückzeit", "press time"), str(press), "h", None, _origin(line))]
    for name, percent in (
        (Text("Aluminium", "aluminium"), line.aluminium_percent),
        (Text("Klebetechnik", "glue"), line.glue_percent),
        (Text("Erreichbarkeit", "reach"), line.reach_percent),
    ):
        if percent:
            parts.append(number(round2(press * percent / HUNDRED)))
            inputs.append(Operand(name, str(percent), "%", None, "input"))
    finish = round2(line.finish_hours * line.panels)
    if finish:
        parts.append(number(finish))
        inputs.append(Operand(Text("Finish", "finish"), str(finish), "h", None, "input"))
    inputs.append(Operand(RATE, str(result.unit_price), "EUR/h", None, "parameter"))
    numbers = f"({' + '.join(parts)}) h × {number(result.unit_price)} EUR/h = {number(result.amount)} EUR"
    _node(build, line, result, TIME_WORDS, numbers, tuple(inputs), TIME_RULE)


def _deduction(build: Builder, line: DeductionLine, result: LineResult) -> None:
    if _skipped(build, line, result):
        return
    rule = Text(line.reason_text or line.kind, line.reason_text or line.kind)
    if line.base == "amount":
        value = Operand(AMOUNT_WORDS, str(line.amount), "EUR", None, _origin(line))
        _node(build, line, result, AMOUNT_WORDS, f"{number(result.amount)} EUR", (value,), rule)
        return
    words = Text(f"Prozent von {line.base}", f"percent of {line.base}")
    inputs: tuple[Operand, ...] = (
        Operand(Text("Prozentsatz", "percentage"), str(line.percent), "%", None, _origin(line)),
    )
    if line.base == "line" and line.line_id:
        inputs = (*inputs, Operand(Text("Position", "line"), line.line_id, "", f"line:{line.line_id}"))
    _node(build, line, result, words, f"{number(line.percent)} % = {number(result.amount)} EUR", inputs, rule)
