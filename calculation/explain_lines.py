"""Derivation nodes of the single lines."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from calculation.derivation import Operand, number
from calculation.lines import paint_share
from calculation.model import CalculationInput, DentLine, IncidentalLine, LabourLine, Line, PaintLine, PartLine, Text
from calculation.money import HUNDRED, ONE, percent_of, round2
from calculation.result import LineResult
from calculation.validate import rate_name

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
LOW, HIGH = Text("unterer Rand", "low edge"), Text("oberer Rand", "high edge")
EACH, PREPARATION = Text("Zeit je Stück", "time of one"), Text("Vorbereitung", "preparation")
PRICED, DIFFICULTY = Text("bewertete Zeit", "time as priced"), Text("Erschwernis", "difficulty")
NONE_WORDS = Text("zählt nicht", "does not count")


def origin_of(line: Line, table: str | None = None) -> str:
    """Where the line's own figure comes from."""
    name = line.table or table
    if line.override is not None:
        return "override"
    return f"table:{name}" if name else "input"


def line_nodes(build: Builder, data: CalculationInput, results: Mapping[str, LineResult]) -> None:
    """A node ``line:<id>`` for every line but the deductions."""
    for part in data.parts:
        _part(build, part, results[part.id])
    for labour in data.labour:
        _labour(build, data, labour, results[labour.id])
    for paint in data.paint:
        _paint(build, data, paint, results[paint.id])
    for dent in data.dents:
        _dent(build, dent, results[dent.id])
    for incidental in data.incidentals:
        _incidental(build, data, incidental, results[incidental.id])


def _incidental(build: Builder, data: CalculationInput, line: IncidentalLine, result: LineResult) -> None:
    if skipped(build, line, result):
        return
    if line.amount is not None:
        value = Operand(AMOUNT_WORDS, str(line.amount), "EUR", None, origin_of(line))
        line_node(build, line, result, AMOUNT_WORDS, f"{number(result.amount)} EUR", (value,), LINE_RULE)
        return
    per_hour = ONE if line.unit == "hours" else data.parameters.units_per_hour[line.unit]
    _time(build, data, line, result, round2(line.units), (), line.unit, per_hour, line.rate or "")


def line_node(
    build: Builder,
    line: Line,
    result: LineResult,
    words: Text,
    numbers: str,
    inputs: tuple[Operand, ...],
    rule: Text,
    source: str = "",
) -> None:
    """The node ``line:<id>``; an override's reason stands as its source."""
    label = line.label or line.id
    amount = result.amount
    if (result.low is not amount or result.high is not amount) and (result.low != amount or result.high != amount):
        edges = (
            Operand(LOW, str(result.low), "EUR", None, "input"),
            Operand(HIGH, str(result.high), "EUR", None, "input"),
        )
        inputs = (*inputs, *edges)
    if line.override is not None:
        source = line.override.reason
    build.add(
        f"line:{line.id}", Text(label, label), result.amount, "EUR", words, numbers, inputs, rule, source, line.table
    )


def skipped(build: Builder, line: Line, result: LineResult) -> bool:
    """A line that does not count has a node that says why."""
    if result.included_in is not None:
        ref = Operand(INCLUDED, result.included_in, "", f"line:{result.included_in}")
        line_node(build, line, result, NONE_WORDS, "0.00 EUR", (ref,), INCLUDED_RULE)
        return True
    if not line.active:
        line_node(build, line, result, NONE_WORDS, "0.00 EUR", (), OFF_RULE)
        return True
    return False


def _part(build: Builder, line: PartLine, result: LineResult) -> None:
    if skipped(build, line, result):
        return
    inputs: tuple[Operand, ...] = (
        Operand(QTY, str(line.qty), "", None, "input"),
        Operand(PRICE, str(line.unit_price), "EUR", None, origin_of(line)),
    )
    numbers = f"{number(line.qty)} × {number(line.unit_price)}"
    words = PART_WORDS
    if line.discount_percent:
        taken = percent_of(round2(line.qty * line.unit_price), line.discount_percent)
        inputs = (*inputs, Operand(DISCOUNT, str(line.discount_percent), "%", None, "input"))
        numbers, words = f"{numbers} − {number(taken)} ({number(line.discount_percent)} %)", PART_DISCOUNT
    line_node(build, line, result, words, f"{numbers} = {number(result.amount)} EUR", inputs, LINE_RULE)


def _labour(build: Builder, data: CalculationInput, line: LabourLine, result: LineResult) -> None:
    if skipped(build, line, result):
        return
    if line.flat_amount is not None:
        value = Operand(AMOUNT_WORDS, str(result.amount), "EUR", None, origin_of(line))
        line_node(build, line, result, AMOUNT_WORDS, f"{number(result.amount)} EUR", (value,), LINE_RULE)
        return
    per_hour = ONE
    if line.unit != "hours":
        per_hour = line.units_per_hour or data.parameters.units_per_hour[line.unit]
    surcharges = ((SURCHARGE, line.surcharge_percent), (DIFFICULTY, line.difficulty_percent))
    name = rate_name(line, data.rates)
    _time(build, data, line, result, round2(line.units), surcharges, line.unit, per_hour, name)


def _time(
    build: Builder,
    data: CalculationInput,
    line: Line,
    result: LineResult,
    units: Decimal,
    surcharges: tuple[tuple[Text, Decimal], ...],
    unit: str,
    per_hour: Decimal,
    rate_key: str,
    made: tuple[str, tuple[Operand, ...]] | None = None,
) -> None:
    rate = data.rates.get(rate_key)
    inputs: tuple[Operand, ...] = (
        Operand(TIME, str(units), "h" if unit == "hours" else unit, None, origin_of(line)),
        Operand(
            RATE, str(result.unit_price), "EUR/h", None, f"table:{rate.table}" if rate and rate.table else "parameter"
        ),
    )
    shown = number(units)
    if made is not None:
        shown, inputs = f"({made[0]})", (*inputs, *made[1])
    extra = [(name, percent) for name, percent in surcharges if percent]
    if extra:
        times = (number(round2(units * percent / HUNDRED)) for _, percent in extra)
        shown = f"({' + '.join((shown, *times))})".replace("+ -", "− ")
        inputs = (*inputs, *(Operand(name, str(percent), "%", None, "input") for name, percent in extra))
    if result.quantity != units:
        inputs = (*inputs, Operand(PRICED, str(result.quantity), "h" if unit == "hours" else unit))
    if unit == "hours":
        numbers, words = f"{shown} h × {number(result.unit_price)} EUR/h = {number(result.amount)} EUR", TIME_WORDS
    else:
        inputs = (*inputs, Operand(PER_HOUR, str(per_hour), f"{unit}/h", None, "parameter"))
        numbers = (
            f"{shown} {unit} ÷ {number(per_hour)} × {number(result.unit_price)} EUR/h = {number(result.amount)} EUR"
        )
        words = UNIT_WORDS
    line_node(build, line, result, words, numbers, inputs, TIME_RULE)


def _paint(build: Builder, data: CalculationInput, line: PaintLine, result: LineResult) -> None:
    if skipped(build, line, result):
        return
    hours = each = round2(line.hours)
    made: tuple[str, tuple[Operand, ...]] | None = None
    if line.option is not None or line.level == "preparation":
        share = paint_share(line, data)
        if line.count != 1 or share is not None:
            hours = round2(each * line.count * (HUNDRED if share is None else share) / HUNDRED)
            made = _factors(each, line.count, share)
    _time(build, data, line, result, hours, ((SURCHARGE, line.surcharge_percent),), "hours", ONE, line.rate, made)


def _factors(each: Decimal, count: int, share: Decimal | None) -> tuple[str, tuple[Operand, ...]]:
    """How the time of a preparation or an option comes about: count × time of one × percentage."""
    text, inputs = number(each), [Operand(EACH, str(each), "h", None, "input")]
    if count != 1:
        text = f"{count} × {text}"
        inputs.append(Operand(QTY, str(count), "", None, "input"))
    if share is not None:
        text = f"{text} × {number(share)} %"
        inputs.append(Operand(PREPARATION, str(share), "%", None, "parameter"))
    return text, tuple(inputs)


def _dent(build: Builder, line: DentLine, result: LineResult) -> None:
    if skipped(build, line, result):
        return
    press = round2(line.press_hours)
    parts = [number(press)]
    inputs = [Operand(Text("Drückzeit", "press time"), str(press), "h", None, origin_of(line))]
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
    if result.quantity != press:
        inputs.append(Operand(PRICED, str(result.quantity), "h"))
    inputs.append(Operand(RATE, str(result.unit_price), "EUR/h", None, "parameter"))
    numbers = f"({' + '.join(parts)}) h × {number(result.unit_price)} EUR/h = {number(result.amount)} EUR"
    line_node(build, line, result, TIME_WORDS, numbers, tuple(inputs), TIME_RULE)
