"""Derivation nodes of labour, dents and paint."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from calculation.derivation import Operand, number
from calculation.lines import press_time
from calculation.model import CalculationInput, DentLine, Text
from calculation.money import round2
from calculation.result import LineResult, Totals

if TYPE_CHECKING:
    from calculation.explain import Builder

_ROUNDING = "Rundung kaufmännisch auf zwei Stellen (half_up_2)"
GROUP_RULE = Text(
    "Zeit der Gruppe × Stundensatz, einmal gerundet; Preis aus dem Stundensatz, nie aus dem gerundeten Preis der Zeiteinheit",
    "time of the group × hourly rate, rounded once; priced from the hourly rate, never from the rounded unit price",
)


def terms_of(lines: Sequence[LineResult], block: str) -> list[tuple[Text, Decimal, str]]:
    """The lines of a block as terms of a sum."""
    return [(Text(line.id, line.id), line.amount, f"line:{line.id}") for line in lines if line.block == block]


def labour_nodes(build: Builder, data: CalculationInput, lines: Sequence[LineResult], sheet: Totals) -> None:
    by_rate: dict[str, list[tuple[Text, Decimal, str]]] = {}
    for line, source in zip((r for r in lines if r.block == "labour"), data.labour, strict=True):
        name = f"{source.rate}_{source.level}"
        if source.level is None or name not in data.rates or source.flat_amount is not None:
            name = source.rate
        by_rate.setdefault(name, []).append((Text(line.id, line.id), line.amount, f"line:{line.id}"))
    terms = []
    for name, amount in sorted(sheet.labour_by_rate.items()):
        rate = data.rates.get(name)
        label = Text(f"Lohn {rate.label if rate and rate.label else name}", f"labour {name}")
        hours = sheet.labour_hours.get(name)
        hourly = f"{number(hours)} h × {number(rate.hourly)} EUR/h" if rate is not None and hours is not None else "-"
        inputs = tuple(Operand(t[0], str(t[1]), "EUR", t[2]) for t in by_rate.get(name, ()))
        if rate is not None:
            inputs += (
                Operand(
                    Text("Stundensatz netto", "hourly rate, net"), str(rate.hourly), "EUR/h", None, _source(rate.table)
                ),
            )
        key = f"labour:{name}"
        build.add(
            key,
            label,
            amount,
            "EUR",
            Text("Stunden × Stundensatz", "hours × hourly rate"),
            f"{hourly} = {number(amount)} EUR",
            inputs,
            GROUP_RULE,
            _ROUNDING,
            rate.table if rate else None,
        )
        terms.append((label, amount, key))
    build.total("labour", Text("Arbeitslohn", "labour"), sheet.labour, terms)
    dents = terms_of(lines, "dents")
    press, general = Text("Dellen drücken", "pressing dents"), Text("Rüstzeit und Finish", "set-up and finish")
    if dents:
        inputs = tuple(Operand(t[0], str(t[1]), "EUR", t[2]) for t in dents)
        words = Text("Drückzeit mit Zuschlägen × Stundensatz", "press time with surcharges × hourly rate")
        rule = Text(
            "Zuschlagszeit wird vor der Bewertung auf 0,01 h gerundet",
            "surcharge time is rounded to 0.01 h before it is priced",
        )
        build.add(
            "dents_press",
            press,
            sheet.dents_press,
            "EUR",
            words,
            _pressing(data, lines, sheet),
            inputs,
            rule,
            _ROUNDING,
        )
        setup = Operand(
            Text("Rüstzeit, einmal je Auftrag", "set-up, once per job"),
            str(data.parameters.dent_setup_hours),
            "h",
            None,
            "parameter",
        )
        words = Text("(Rüstzeit + Finish je Fläche) × Stundensatz", "(set-up + finish per panel) × hourly rate")
        build.add(
            "dents_general",
            general,
            sheet.dents_general,
            "EUR",
            words,
            _setting_up(data, lines, sheet),
            (*inputs, setup),
            rule,
        )
    pair = [(press, sheet.dents_press, "dents_press"), (general, sheet.dents_general, "dents_general")]
    build.total("dents", Text("Drücktechnik", "dent removal"), sheet.dents, pair)
    both = [
        (Text("Arbeitslohn", "labour"), sheet.labour, "labour"),
        (Text("Drücktechnik", "dent removal"), sheet.dents, "dents"),
    ]
    build.total("labour_total", Text("Arbeit gesamt", "labour in total"), sheet.labour_total, both)


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


def _source(table: str | None) -> str:
    return f"table:{table}" if table else "input"


_MODELS = {
    "percent_of_wage": Text("Prozent vom Lacklohn", "percent of the paint wage"),
    "points": Text("Materialpunkte × Punktpreis + Konstante", "material points × price per point + constant"),
    "azt_index": Text("AZT-Systemwert × Materialindex", "AZT system value × material index"),
    "flat": Text("Festbetrag", "flat amount"),
    "in_wage": Text("im Lacklohn enthalten", "contained in the paint wage"),
}


def paint_nodes(build: Builder, data: CalculationInput, lines: Sequence[LineResult], sheet: Totals) -> None:
    model = data.parameters.paint_material
    wage, material = Text("Lacklohn", "paint wage"), Text("Lackmaterial", "paint material")
    inputs = tuple(Operand(t[0], str(t[1]), "EUR", t[2]) for t in terms_of(lines, "paint"))
    tables = sorted({line.rate for line in data.paint})
    rates = " / ".join(number(data.rates[name].hourly) for name in tables) or "-"
    build.add(
        "paint_wage",
        wage,
        sheet.paint_wage,
        "EUR",
        Text("Summe der Stunden × Stundensatz", "sum of hours × hourly rate"),
        f"{number(sheet.paint_hours)} h × {rates} EUR/h = {number(sheet.paint_wage)} EUR",
        inputs,
        GROUP_RULE,
        _ROUNDING,
        data.rates[tables[0]].table if tables else None,
    )
    variable, constant = sheet.paint_material_variable, sheet.paint_material_constant
    formulas = {
        "percent_of_wage": f"{number(sheet.paint_wage)} × {number(model.percent)} %",
        "points": f"{number(sum((p.material_points for p in data.paint if p.active), Decimal(0)))} × "
        f"{number(model.price_per_point)} + {number(constant)}",
        "azt_index": f"{number(sum((p.material_value for p in data.paint if p.active), Decimal(0)))} × "
        f"{number(model.index)} % + {number(constant)}",
        "flat": number(constant),
        "in_wage": "0.00",
    }
    build.add(
        "paint_material",
        material,
        sheet.paint_material,
        "EUR",
        _MODELS[model.model],
        f"{formulas[model.model]} = {number(variable + constant)} EUR",
        (Operand(wage, str(sheet.paint_wage), "EUR", "paint_wage"),) if model.model == "percent_of_wage" else (),
        Text("Materialmodell ist eine gespeicherte Einstellung", "the material model is a stored setting"),
        "",
        model.table,
    )
    pair = [(wage, sheet.paint_wage, "paint_wage"), (material, sheet.paint_material, "paint_material")]
    build.total("paint", Text("Lackierung", "paint"), sheet.paint, pair)
