"""Builds the derivation of lines and of the sheet; :mod:`calculation.explain_settlement` adds the offer's nodes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from calculation.derivation import Derivation, Node, Operand, number
from calculation.explain_lines import line_nodes
from calculation.explain_settlement import settlement_nodes
from calculation.lines import press_time
from calculation.model import CalculationInput, DentLine, TableReference, Text
from calculation.money import HUNDRED, round2
from calculation.result import LimitCheck, LineResult, SettlementResult, Totals, ValueEstimate

_SUM = Text("Summe der Positionen", "sum of the lines")
_ROUNDING = "Rundung kaufmännisch auf zwei Stellen (half_up_2)"
GROUP_RULE = Text(
    "Zeit der Gruppe × Stundensatz, einmal gerundet; Preis aus dem Stundensatz, nie aus dem gerundeten Preis der Zeiteinheit",
    "time of the group × hourly rate, rounded once; priced from the hourly rate, never from the rounded unit price",
)


class Builder:
    """Collects nodes; knows the table references by name."""

    def __init__(self, references: Iterable[TableReference]) -> None:
        self.nodes: dict[str, Node] = {}
        self.references = {ref.name: ref for ref in references}

    def add(
        self,
        key: str,
        name: Text,
        value: Decimal | str,
        unit: str,
        words: Text,
        numbers: str,
        inputs: tuple[Operand, ...] = (),
        rule: Text | None = None,
        source: str = "",
        table: str | None = None,
    ) -> None:
        """One node; ``table`` is looked up among the references."""
        ref = self.references.get(table) if table else None
        if ref is None:
            self.nodes[key] = Node(key, name, str(value), unit, words, numbers, inputs, rule, source, table)
            return
        self.nodes[key] = Node(
            key,
            name,
            str(value),
            unit,
            words,
            numbers,
            inputs,
            rule,
            source,
            table,
            ref.version,
            ref.source,
            ref.valid_from.isoformat() if ref.valid_from else None,
            ref.demonstration,
        )

    def total(
        self,
        key: str,
        name: Text,
        value: Decimal,
        terms: Sequence[tuple[Text, Decimal, str]],
        rule: Text | None = None,
        source: str = "",
        words: Text = _SUM,
    ) -> None:
        """A sum (or difference) of other nodes: ``terms`` are (name, signed amount, key)."""
        shown = [term for term in terms if term[1]]
        text = " + ".join(number(term[1]) for term in shown).replace("+ -", "− ") or "0.00"
        inputs = tuple(Operand(term[0], str(term[1]), "EUR", term[2]) for term in shown)
        self.add(key, name, value, "EUR", words, f"{text} = {number(value)} EUR", inputs, rule, source)


def explain(
    data: CalculationInput,
    lines: Sequence[LineResult],
    sheet: Totals,
    settlement: SettlementResult,
    limit: LimitCheck,
    value: ValueEstimate | None,
    edges: tuple[Totals, Totals],
) -> Derivation:
    """The derivation of every value of the result, by key."""
    build = Builder(data.table_references)
    line_nodes(build, data, {line.id: line for line in lines})
    _parts(build, data, lines, sheet)
    _labour(build, data, lines, sheet)
    _paint(build, data, lines, sheet)
    _total(build, data, lines, sheet)
    _edges(build, sheet, edges)
    settlement_nodes(build, data, sheet, settlement, limit, value, edges[1])
    return build.nodes


def _terms(lines: Sequence[LineResult], block: str) -> list[tuple[Text, Decimal, str]]:
    return [(Text(line.id, line.id), line.amount, f"line:{line.id}") for line in lines if line.block == block]


def _percent(
    build: Builder,
    key: str,
    name: Text,
    base: tuple[Text, Decimal, str],
    percent: Decimal,
    value: Decimal,
    rule: Text,
    source: str,
) -> None:
    build.add(
        key,
        name,
        value,
        "EUR",
        Text(f"{base[0].de} × Prozentsatz", f"{base[0].en} × percentage"),
        f"{number(base[1])} × {number(percent)} % = {number(value)} EUR",
        (
            Operand(base[0], str(base[1]), "EUR", base[2]),
            Operand(Text("Prozentsatz", "percentage"), str(percent), "%", None, "parameter"),
        ),
        rule,
        source,
    )


PARTS = Text("Ersatzteile", "spare parts")
MARKUP = Text("UPE-Aufschlag", "mark-up on list prices")
SMALL = Text("Kleinersatzteile", "small parts")
BASES = {
    "parts": Text("Teilepositionen vor Aufschlag", "part lines before mark-up"),
    "parts_with_markup": Text("Teilepositionen mit Aufschlag", "part lines with mark-up"),
    "labour": Text("Arbeitslohn", "labour"),
    "amount": Text("Festbetrag", "flat amount"),
}


def _parts(build: Builder, data: CalculationInput, lines: Sequence[LineResult], sheet: Totals) -> None:
    parameters = data.parameters
    build.total(
        "parts", PARTS, sheet.parts, _terms(lines, "parts"), Text("Summe der gerundeten Zeilen", "sum of rounded lines")
    )
    if parameters.upe_markup_percent:
        marked = Text("Teilepositionen mit Aufschlagsrecht", "part lines that take the mark-up")
        base = sum((r.amount for r, p in zip(lines, data.parts, strict=False) if p.marked_up), Decimal("0.00"))
        rule = Text(
            "Aufschlag auf die unverbindliche Preisempfehlung; fiktiv ersatzfähig, wenn regional üblich",
            "mark-up on list prices; payable fictively where customary in the region",
        )
        _percent(
            build,
            "upe_markup",
            MARKUP,
            (marked, base, "parts"),
            parameters.upe_markup_percent,
            sheet.upe_markup,
            rule,
            "BGH VI ZR 65/18",
        )
    base_name = BASES[parameters.small_parts_base]
    rule = Text(
        f"Bezugsgröße: {base_name.de}; Nebenkosten gehören nicht dazu",
        f"base: {base_name.en}; side costs are not in it",
    )
    ref = "labour_total" if parameters.small_parts_base == "labour" else "parts"
    if parameters.small_parts_base == "amount":
        build.add(
            "small_parts", SMALL, sheet.small_parts, "EUR", base_name, f"{number(sheet.small_parts)} EUR", (), rule
        )
    else:
        _percent(
            build,
            "small_parts",
            SMALL,
            (base_name, sheet.small_parts_base, ref),
            parameters.small_parts_percent,
            sheet.small_parts,
            rule,
            "AG Erlangen 3 C 1956/11",
        )
    terms = [
        (PARTS, sheet.parts, "parts"),
        (MARKUP, sheet.upe_markup, "upe_markup"),
        (SMALL, sheet.small_parts, "small_parts"),
    ]
    if sheet.procurement:
        name = Text("Beschaffungskosten", "procurement")
        build.add("procurement", name, sheet.procurement, "EUR", BASES["amount"], f"{number(sheet.procurement)} EUR")
        terms.append((name, sheet.procurement, "procurement"))
    if sheet.parts_disposal:
        name = Text("Teileentsorgung", "disposal of parts")
        rule = Text("Prozent der Teilepositionen", "percent of the part lines")
        _percent(
            build,
            "parts_disposal",
            name,
            (PARTS, sheet.parts, "parts"),
            parameters.parts_disposal_percent,
            sheet.parts_disposal,
            rule,
            "",
        )
        terms.append((name, sheet.parts_disposal, "parts_disposal"))
    build.total("parts_total", Text("Ersatzteile gesamt", "parts in total"), sheet.parts_total, terms)


def _labour(build: Builder, data: CalculationInput, lines: Sequence[LineResult], sheet: Totals) -> None:
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
    dents = _terms(lines, "dents")
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


def _paint(build: Builder, data: CalculationInput, lines: Sequence[LineResult], sheet: Totals) -> None:
    model = data.parameters.paint_material
    wage, material = Text("Lacklohn", "paint wage"), Text("Lackmaterial", "paint material")
    inputs = tuple(Operand(t[0], str(t[1]), "EUR", t[2]) for t in _terms(lines, "paint"))
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


def _total(build: Builder, data: CalculationInput, lines: Sequence[LineResult], sheet: Totals) -> None:
    build.total("incidentals", Text("Nebenkosten", "side costs"), sheet.incidentals, _terms(lines, "incidentals"))
    inside = {d.id for d in data.deductions if d.kind in {"discount", "surcharge"}}
    changes = [
        (Text(r.id, r.id), r.amount, f"line:{r.id}") for r in lines if r.block == "deductions" and r.id in inside
    ]
    terms = [
        (Text("Ersatzteile gesamt", "parts in total"), sheet.parts_total, "parts_total"),
        (Text("Arbeit gesamt", "labour in total"), sheet.labour_total, "labour_total"),
        (Text("Lackierung", "paint"), sheet.paint, "paint"),
        (Text("Nebenkosten", "side costs"), sheet.incidentals, "incidentals"),
        *changes,
    ]
    net = Text("Reparaturkosten netto", "repair costs, net")
    build.total("net", net, sheet.net, terms, Text("Summe der Blöcke", "sum of the blocks"))
    rate = sheet.vat_rate * HUNDRED
    rate_text = Operand(
        Text("Steuersatz nach Leistungsdatum", "rate by date of supply"),
        str(sheet.vat_rate),
        "share",
        None,
        "table:vat",
    )
    vat_rule = Text("Umsatzsteuer einmal auf die Nettosumme", "VAT once on the net total")
    build.add(
        "vat",
        Text("Umsatzsteuer", "VAT"),
        sheet.vat,
        "EUR",
        Text("Netto × Steuersatz", "net × rate"),
        f"{number(sheet.net)} × {number(rate.normalize() if rate else rate)} % = {number(sheet.vat)} EUR",
        (Operand(net, str(sheet.net), "EUR", "net"), rate_text),
        vat_rule,
        "§ 12 UStG",
        "vat",
    )
    gross_terms = [(net, sheet.net, "net"), (Text("Umsatzsteuer", "VAT"), sheet.vat, "vat")]
    build.total("gross", Text("Reparaturkosten brutto", "repair costs, gross"), sheet.gross, gross_terms)
    after = [
        (Text(r.id, r.id), r.amount, f"line:{r.id}") for r in lines if r.block == "deductions" and r.id not in inside
    ]
    rule = Text("Abzüge nach der Summe, je Position mit Grund", "deductions after the total, each with its reason")
    build.total("net_allowed", Text("Reparaturkosten netto nach Abzügen", "repair costs net after deductions"), sheet.net_allowed,
                [(net, sheet.net, "net"), *after], rule)  # fmt: skip
    gross_after = [
        (Text("Brutto", "gross"), sheet.gross, "gross"),
        (
            Text("Abzüge mit Steuer", "deductions with tax"),
            sheet.gross_allowed - sheet.gross + sheet.deductions_untaxed,
            "net_allowed",
        ),
        (Text("steuerneutrale Abzüge", "tax-neutral deductions"), -sheet.deductions_untaxed, "net_allowed"),
    ]
    name = Text("Reparaturkosten brutto nach Abzügen", "repair costs gross after deductions")
    build.total("gross_allowed", name, sheet.gross_allowed, gross_after, rule)


def _edges(build: Builder, sheet: Totals, edges: tuple[Totals, Totals]) -> None:
    """The band: all lines at their low, or all at their high value, through the same sheet."""
    rule = Text(
        "alle Positionen zugleich an ihrem unteren oder oberen Wert, dieselbe Rechnung",
        "all lines at their low or high value at once, same calculation",
    )
    for key, name, values in (
        ("net_band", Text("Spanne netto", "band, net"), (edges[0].net, sheet.net, edges[1].net)),
        ("gross_band", Text("Spanne brutto", "band, gross"), (edges[0].gross, sheet.gross, edges[1].gross)),
    ):
        plain = f"{values[0]} … {values[2]}"
        text = f"{number(values[0])} … {number(values[2])} EUR"
        words = Text("unterer Rand … oberer Rand", "low edge … high edge")
        ref = key.removesuffix("_band")
        build.add(
            key,
            name,
            plain,
            "EUR",
            words,
            text,
            (Operand(Text("Punktwert", "point"), str(values[1]), "EUR", ref),),
            rule,
        )
