"""Derivation nodes of labour, set-up, dents and the time table."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from calculation.derivation import Operand, number
from calculation.lines import press_time
from calculation.model import CalculationInput, DentLine, Text
from calculation.money import ZERO, percent_of, round2
from calculation.result import LineResult, Totals
from calculation.validate import rate_name

if TYPE_CHECKING:
    from calculation.explain import Builder

#: Name, amount and key of one term of a sum.
Term = tuple[Text, Decimal, str]

ROUNDING_TEXT = "Rundung kaufmännisch auf zwei Stellen (half_up_2)"
GROUP_RULE = Text(
    "Zeit der Gruppe × Stundensatz, einmal gerundet; Preis aus dem Stundensatz, nie aus dem gerundeten Preis der Zeiteinheit",
    "time of the group × hourly rate, rounded once; priced from the hourly rate, never from the rounded unit price",
)
LABOUR, DENTS = Text("Arbeitslohn", "labour"), Text("Drücktechnik", "dent removal")
PAINT = Text("Lackierung", "paint")
LABOUR_TOTAL = Text("Arbeit gesamt", "labour in total")
PRESS, GENERAL = Text("Dellen drücken", "pressing dents"), Text("Rüstzeit und Finish", "set-up and finish")
SETUP = Text("Rüstzeit in Prozent", "set-up in percent")
HOURLY = Text("Stundensatz netto", "hourly rate, net")
HOURS, PERCENTAGE = Text("Stunden", "hours"), Text("Prozentsatz", "percentage")
TIME_TABLE = Text("Zeiten nach Gewerk", "time by trade")
_TIME_WORDS = Text("Stunden × Stundensatz", "hours × hourly rate")
_FLAT_WORDS = Text("Stunden × Stundensatz + Festbeträge", "hours × hourly rate + flat amounts")
_FLAT = Text("Festbeträge", "flat amounts")
_PRESS_WORDS = Text("Drückzeit mit Zuschlägen × Stundensatz", "press time with surcharges × hourly rate")
_PRESS_RULE = Text(
    "Zuschlagszeit wird vor der Bewertung auf 0,01 h gerundet",
    "surcharge time is rounded to 0.01 h before it is priced",
)
_GENERAL_WORDS = Text("(Rüstzeit + Finish je Fläche) × Stundensatz", "(set-up + finish per panel) × hourly rate")
_GENERAL_RULE = Text(
    "Rüstzeit einmal je Auftrag, zum höchsten der verwendeten Sätze",
    "set-up once per job, at the highest of the rates used",
)
_SETUP_WORDS = Text("Stunden je Gewerk × Prozentsatz × Stundensatz", "hours by trade × percentage × hourly rate")
_SETUP_HOURS = Text("Stunden je Gewerk × Prozentsatz", "hours by trade × percentage")
_SETUP_RULE = Text(
    "Rüstzeit des Herstellers in Prozent der Arbeitszeit, je Gewerk auf 0,01 h gerundet, dann bewertet",
    "the maker's set-up in percent of the working time, rounded to 0.01 h by trade, then priced",
)
_TABLE_RULE = Text("gezählte Zeit, Zuschläge und Rüstzeit eingerechnet", "time that counts, surcharges and set-up in")


def terms_of(build: Builder, lines: Sequence[LineResult], block: str) -> list[Term]:
    """The lines of a block as terms of a sum, by their labels."""
    keys = [(line, f"line:{line.id}") for line in lines if line.block == block]
    return [(build.nodes[key].name, line.amount, key) for line, key in keys]


def operands(terms: Sequence[Term]) -> tuple[Operand, ...]:
    """Terms as inputs of a node."""
    return tuple(Operand(name, str(amount), "EUR", key) for name, amount, key in terms)


def labour_nodes(build: Builder, data: CalculationInput, lines: Sequence[LineResult], sheet: Totals) -> None:
    """Labour by rate with its hours, set-up in percent, dents, the time table."""
    by_rate: dict[str, list[Term]] = {}
    flat: dict[str, Decimal] = {}
    for term, source in zip(terms_of(build, lines, "labour"), data.labour, strict=True):
        name = source.rate if source.flat_amount is not None else rate_name(source, data.rates)
        by_rate.setdefault(name, []).append(term)
        if source.flat_amount is not None:
            flat[name] = flat.get(name, ZERO) + term[1]
    labour = [
        _by_rate(build, data, sheet, name, by_rate.get(name, []), flat.get(name))
        for name in sorted(sheet.labour_by_rate)
    ]
    build.total("labour", LABOUR, sheet.labour, labour)
    both = [(LABOUR, sheet.labour, "labour")]
    if sheet.labour_setup_hours:
        both.append(_setup(build, data, sheet))
    dents = terms_of(build, lines, "dents")
    if dents:
        _dent_nodes(build, data, lines, sheet, dents)
    pair = [(PRESS, sheet.dents_press, "dents_press"), (GENERAL, sheet.dents_general, "dents_general")]
    build.total("dents", DENTS, sheet.dents, pair)
    both.append((DENTS, sheet.dents, "dents"))
    build.total("labour_total", LABOUR_TOTAL, sheet.labour_total, both)
    _time_table(build, data, sheet)


def _by_rate(
    build: Builder, data: CalculationInput, sheet: Totals, name: str, terms: list[Term], flat: Decimal | None
) -> Term:
    """EUR of one rate, from its hours and flat amounts."""
    rate, amount, hours = data.rates.get(name), sheet.labour_by_rate[name], sheet.labour_hours.get(name)
    label = Text(f"Lohn {rate.label if rate and rate.label else name}", f"labour {name}")
    inputs, numbers = operands(terms), ""
    table = rate.table if rate else None
    if rate is not None and hours is not None:
        numbers = f"{number(hours)} h × {number(rate.hourly)} EUR/h"
        hourly = Operand(HOURLY, str(rate.hourly), "EUR/h", None, source_of(table))
        inputs = (*inputs, Operand(HOURS, str(hours), "h"), hourly)
    if flat is not None:
        numbers = f"{numbers} + {number(flat)} EUR" if numbers else f"{number(flat)} EUR"
        inputs = (*inputs, Operand(_FLAT, str(flat), "EUR"))
    words = _TIME_WORDS if flat is None else _FLAT_WORDS
    key = f"labour:{name}"
    build.add(
        key, label, amount, "EUR", words, f"{numbers} = {number(amount)} EUR", inputs, GROUP_RULE, ROUNDING_TEXT, table
    )
    return label, amount, key


def _setup(build: Builder, data: CalculationInput, sheet: Totals) -> Term:
    percent = data.parameters.labour_setup_percent
    terms = [
        f"{number(hours)} h × {number(percent)} % × {number(data.rates[name].hourly)} EUR/h"
        for name, hours in sorted(sheet.labour_hours.items())
    ]
    inputs = (
        *(Operand(HOURS, str(hours), "h", f"labour:{name}") for name, hours in sorted(sheet.labour_hours.items())),
        Operand(PERCENTAGE, str(percent), "%", None, "parameter"),
        Operand(Text("Rüstzeit", "set-up time"), str(sheet.labour_setup_hours), "h", "labour_setup_hours"),
    )
    time = f"{number(sum(sheet.labour_hours.values(), ZERO))} h × {number(percent)} % = {number(sheet.labour_setup_hours)} h"
    build.add("labour_setup_hours", Text("Rüstzeit", "set-up time"), sheet.labour_setup_hours, "h", _SETUP_HOURS, time,
              inputs[:-1], _SETUP_RULE, ROUNDING_TEXT)  # fmt: skip
    text = f"{' + '.join(terms)} = {number(sheet.labour_setup)} EUR"
    build.add("labour_setup", SETUP, sheet.labour_setup, "EUR", _SETUP_WORDS, text, inputs, _SETUP_RULE, ROUNDING_TEXT)
    return SETUP, sheet.labour_setup, "labour_setup"


def _dent_nodes(
    build: Builder, data: CalculationInput, lines: Sequence[LineResult], sheet: Totals, terms: list[Term]
) -> None:
    inputs, press = operands(terms), _pressing(data, lines, sheet)
    build.add("dents_press", PRESS, sheet.dents_press, "EUR", _PRESS_WORDS, press, inputs, _PRESS_RULE, ROUNDING_TEXT)
    name = Text("Rüstzeit, einmal je Auftrag", "set-up, once per job")
    setup = Operand(name, str(data.parameters.dent_setup_hours), "h", None, "parameter")
    text = _setting_up(data, lines, sheet)
    build.add(
        "dents_general", GENERAL, sheet.dents_general, "EUR", _GENERAL_WORDS, text, (*inputs, setup), _GENERAL_RULE
    )


def _time_table(build: Builder, data: CalculationInput, sheet: Totals) -> None:
    """Hours by rate over all blocks; refers to the blocks they are priced in."""
    painted = {line.rate for line in data.paint if line.active}
    percent = data.parameters.labour_setup_percent
    terms = []
    for name, hours in sorted(sheet.hours_by_rate.items()):
        key, rate = f"hours:{name}", data.rates[name]
        worked = sheet.labour_hours.get(name, ZERO)
        setup = percent_of(worked, percent) if percent else ZERO
        own = [(LABOUR, worked, f"labour:{name}"), (SETUP, setup, "labour_setup")]
        own.append(
            (PAINT, hours - worked - setup, "paint_hours")
            if name in painted
            else (DENTS, hours - worked - setup, "dents")
        )
        counted = [term for term in own if term[1]]
        label = Text(f"Stunden {rate.label or name}", f"hours {name}")
        text = f"{' + '.join(number(term[1]) for term in counted) or '0.00'} = {number(hours)} h"
        inputs = tuple(Operand(n, str(v), "h", k) for n, v, k in counted)
        build.add(key, label, hours, "h", TIME_TABLE, text, inputs, _TABLE_RULE, ROUNDING_TEXT)
        terms.append((label, hours, key))
    shown = " + ".join(number(hours) for _, hours, _ in terms) or "0.00"
    refs = tuple(Operand(n, str(v), "h", k) for n, v, k in terms)
    text = f"{shown} = {number(sheet.hours_total)} h"
    build.add(
        "hours_total",
        Text("Stunden gesamt", "hours in total"),
        sheet.hours_total,
        "h",
        TIME_TABLE,
        text,
        refs,
        _TABLE_RULE,
    )


def _dents(data: CalculationInput, lines: Sequence[LineResult]) -> tuple[list[DentLine], str]:
    """Dent lines that count, and their hourly rates as text."""
    counting = {r.id for r in lines if r.block == "dents" and r.counts and r.included_in is None}
    dents = [line for line in data.dents if line.id in counting]
    return dents, " / ".join(number(data.rates[name].hourly) for name in sorted({line.rate for line in dents})) or "-"


def _pressing(data: CalculationInput, lines: Sequence[LineResult], sheet: Totals) -> str:
    dents, rates = _dents(data, lines)
    hours = sum((press_time(line, round2(line.press_hours)) for line in dents), Decimal("0.00"))
    return f"{number(hours)} h × {rates} EUR/h = {number(sheet.dents_press)} EUR"


def _setting_up(data: CalculationInput, lines: Sequence[LineResult], sheet: Totals) -> str:
    dents, rates = _dents(data, lines)
    finish = sum((round2(line.finish_hours * line.panels) for line in dents), Decimal("0.00"))
    setup = round2(data.parameters.dent_setup_hours) if dents else Decimal("0.00")
    return f"({number(setup)} + {number(finish)}) h × {rates} EUR/h = {number(sheet.dents_general)} EUR"


def source_of(table: str | None) -> str:
    """Where a rate comes from."""
    return f"table:{table}" if table else "input"
