"""Derivation nodes from the blocks to net, VAT, gross and the amounts after deductions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from calculation.derivation import Operand, number
from calculation.explain_sheet import LABOUR_TOTAL, TOTAL, percent_node
from calculation.explain_work import terms_of
from calculation.model import CalculationInput, Text
from calculation.money import HUNDRED, round2
from calculation.repair_or_replace import repair_terms, replace_terms
from calculation.result import LineResult, RepairCheck, Totals
from calculation.sheet import EXCHANGE_SHARE

if TYPE_CHECKING:
    from calculation.explain import Builder

NET, VAT, GROSS = (
    Text("Reparaturkosten netto", "repair costs, net"),
    Text("Umsatzsteuer", "VAT"),
    Text("Brutto", "gross"),
)
PAINT, INCIDENTALS = Text("Lackierung", "paint"), Text("Nebenkosten", "side costs")
SUBTOTAL = Text("Zwischensumme", "subtotal")
SURCHARGES, DISCOUNTS = Text("Zuschläge", "surcharges"), Text("Nachlässe", "discounts")
TAXED, UNTAXED = (
    Text("Abzüge mit Steuer", "deductions with tax"),
    Text("steuerneutrale Abzüge", "tax-neutral deductions"),
)
OLD_PART = Text("Wert der Altteile zu Austauschteilen", "value of old parts given for exchange parts")
_BLOCKS = Text("Summe der Blöcke", "sum of the blocks")
_AFTER = Text("Abzüge nach der Summe, je Position mit Grund", "deductions after the total, each with its reason")
_ONCE = Text("Umsatzsteuer einmal auf die Nettosumme", "VAT once on the net total")
_GROSS_WORDS = Text(
    "(netto − Abzüge mit Steuer) × (1 + Steuersatz) − steuerneutrale Abzüge, mindestens null",
    "(net − deductions with tax) × (1 + rate) − tax-neutral deductions, at least zero",
)
Terms = list[tuple[Text, Decimal, str]]


def total_nodes(build: Builder, data: CalculationInput, lines: Sequence[LineResult], sheet: Totals) -> None:
    """Side costs, discounts and surcharges, net, VAT, gross, deductions."""
    build.total("incidentals", INCIDENTALS, sheet.incidentals, terms_of(build, lines, "incidentals"))
    blocks: Terms = [
        (TOTAL, sheet.parts_total, "parts_total"),
        (LABOUR_TOTAL, sheet.labour_total, "labour_total"),
        (PAINT, sheet.paint, "paint"),
        (INCIDENTALS, sheet.incidentals, "incidentals"),
    ]
    terms = _deducted(build, data, lines)
    if any(d.kind in {"discount", "surcharge"} for d in data.deductions):
        build.total("subtotal", SUBTOTAL, sum((t[1] for t in blocks), Decimal("0.00")), blocks, _BLOCKS)
        blocks = [(SUBTOTAL, sum((t[1] for t in blocks), Decimal("0.00")), "subtotal")]
        for key, name, amount, sign in (
            ("surcharges", SURCHARGES, sheet.surcharges, 1),
            ("discounts", DISCOUNTS, sheet.discounts, -1),
        ):
            if amount:
                build.total(key, name, amount, [(t[0], t[1] * sign, t[2]) for t in terms[key]])
                blocks.append((name, amount * sign, key))
    build.total("net", NET, sheet.net, blocks, _BLOCKS)
    _vat(build, data, lines, sheet)
    _after(build, sheet, terms)


def _deducted(build: Builder, data: CalculationInput, lines: Sequence[LineResult]) -> dict[str, Terms]:
    """Deduction lines by kind, signed as they count; earlier damage is taxed."""
    found: dict[str, Terms] = {"surcharges": [], "discounts": [], "taxed": [], "untaxed": []}
    groups = {
        line.id: {"discount": "discounts", "surcharge": "surcharges"}.get(
            line.kind, "taxed" if line.taxed else "untaxed"
        )
        for line in data.deductions
    }
    for result in reversed(lines):
        if result.block != "deductions":
            break
        key = f"line:{result.id}"
        found[groups.get(result.id, "taxed")].append((build.nodes[key].name, result.amount, key))
    return {kind: terms[::-1] for kind, terms in found.items()}


def _vat(build: Builder, data: CalculationInput, lines: Sequence[LineResult], sheet: Totals) -> None:
    rate = sheet.vat_rate * HUNDRED
    shown = f"{number(rate.normalize() if rate else rate)} %"
    day = data.parameters.supply_date or data.parameters.price_date
    name = Text("Steuersatz nach Leistungsdatum", "rate by date of supply")
    date = Operand(Text("Leistungsdatum", "date of supply"), day.isoformat(), "", None, "parameter")
    rule = Text("Steuersatz am Tag der Leistung, nicht von heute", "rate on the day of supply, not of today")
    build.add("vat_rate", name, sheet.vat_rate, "share", name, shown, (date,), rule, "§ 12 UStG", "vat")
    inputs: tuple[Operand, ...] = (
        Operand(NET, str(sheet.net), "EUR", "net"),
        Operand(name, str(sheet.vat_rate), "share", "vat_rate", "table:vat"),
    )
    base, words = number(sheet.net), Text("Netto × Steuersatz", "net × rate")
    if sheet.exchange_part_value:
        rule = Text(
            "Der Wert des hingegebenen Altteils gilt als Teil des Entgelts: 10 % des Austauschteils",
            "the value of the old part given away counts as part of the consideration: 10 % of the exchange part",
        )
        counted = {r.id for r in lines if r.block == "parts" and r.counts and r.included_in is None}
        old = [p for p in data.parts if p.id in counted and p.part_origin == "exchange"]
        exchange = sum((round2(p.qty * p.unit_price) for p in old), Decimal("0.00"))
        parts = (Text("Austauschteile vor Nachlass", "exchange parts before discount"), exchange, "parts")
        percent_node(
            build, "exchange_part_value", OLD_PART, parts, EXCHANGE_SHARE, sheet.exchange_part_value, rule, "§ 10 UStG"
        )
        inputs = (*inputs, Operand(OLD_PART, str(sheet.exchange_part_value), "EUR", "exchange_part_value"))
        base = f"({base} + {number(sheet.exchange_part_value)})"
        words = Text("(Netto + Altteile) × Steuersatz", "(net + old parts) × rate")
    build.add(
        "vat",
        VAT,
        sheet.vat,
        "EUR",
        words,
        f"{base} × {shown} = {number(sheet.vat)} EUR",
        inputs,
        _ONCE,
        "§ 12 UStG",
        "vat",
    )
    gross = [(NET, sheet.net, "net"), (VAT, sheet.vat, "vat")]
    build.total("gross", Text("Reparaturkosten brutto", "repair costs, gross"), sheet.gross, gross)


def _after(build: Builder, sheet: Totals, terms: dict[str, Terms]) -> None:
    """Net and gross after the deductions; both stop at zero."""
    after: Terms = [(NET, sheet.net, "net")]
    for key, name, amount, group in (
        ("deductions_taxed", TAXED, sheet.deductions_taxed, "taxed"),
        ("deductions_untaxed", UNTAXED, sheet.deductions_untaxed, "untaxed"),
    ):
        if amount:
            build.total(key, name, amount, [(t[0], -t[1], t[2]) for t in terms[group]], _AFTER)
            after.append((name, -amount, key))
    words = Text("netto − Abzüge, mindestens null", "net − deductions, at least zero")
    net_allowed = Text("Reparaturkosten netto nach Abzügen", "repair costs net after deductions")
    build.total("net_allowed", net_allowed, sheet.net_allowed, after, _AFTER, words=words)
    name = Text("Reparaturkosten brutto nach Abzügen", "repair costs gross after deductions")
    if len(after) == 1:
        build.total("gross_allowed", name, sheet.gross_allowed, [(GROSS, sheet.gross, "gross")], _AFTER)
        return
    exchange = f" + {number(sheet.exchange_part_value)} × {number(sheet.vat_rate)}" if sheet.exchange_part_value else ""
    build.add(
        "gross_allowed",
        name,
        sheet.gross_allowed,
        "EUR",
        _GROSS_WORDS,
        f"({number(sheet.net)} − {number(sheet.deductions_taxed)}) × {number(1 + sheet.vat_rate)}{exchange} − "
        f"{number(sheet.deductions_untaxed)} = {number(sheet.gross_allowed)} EUR",
        (
            *(Operand(term[0], str(term[1]), "EUR", term[2]) for term in after),
            Operand(Text("Steuersatz", "rate"), str(sheet.vat_rate), "share", "vat_rate"),
        ),
        _AFTER,
    )


_TERM_NAMES = {
    "part": Text("Ersatzteil", "part"),
    "upe_markup": Text("Aufschlag", "mark-up"),
    "small_parts": Text("Kleinersatzteile", "small parts"),
    "procurement": Text("Beschaffung", "procurement"),
    "parts_disposal": Text("Teileentsorgung", "disposal of parts"),
    "labour": Text("Arbeit", "work"),
    "paint_wage": Text("Lacklohn", "paint wage"),
    "paint_material": Text("Lackmaterial", "paint material"),
    "incidentals": Text("Nebenkosten", "side costs"),
}


def repair_check_nodes(
    build: Builder, data: CalculationInput, lines: Sequence[LineResult], checks: Sequence[RepairCheck]
) -> None:
    """Repair against replacement of one part, with the terms of both."""
    amounts = {line.id: line for line in lines}
    for check in checks:
        other = next(a for a in data.alternatives if (a.part, a.side) == (check.part, check.side))
        repair, replace = repair_terms(data, check.line_ids, amounts, high=False), replace_terms(data, other)
        inputs = [
            Operand(build.nodes[f"line:{i}"].name, str(amounts[i].amount), "EUR", f"line:{i}") for i in check.line_ids
        ]
        source = f"table:{other.table}" if other.table else "input"
        inputs += [
            Operand(
                Text(f"ersetzen: {_TERM_NAMES[n].de}", f"replace: {_TERM_NAMES[n].en}"), str(v), "EUR", None, source
            )
            for n, v in replace
        ]
        if check.repair_high != check.repair:
            inputs.append(
                Operand(Text("Instandsetzung, oberer Rand", "repair, upper edge"), str(check.repair_high), "EUR")
            )
        shown = [" + ".join(number(v) for _, v in terms) or "0.00" for terms in (repair, replace)]
        sign = ">" if check.dearer else "≤"
        build.add(
            check.key,
            Text("Instandsetzen oder ersetzen", "repair or replace"),
            "replace" if check.dearer else "repair",
            "",
            Text(
                "Instandsetzung mit Verbund und Lack gegen Ersatz", "repair with overlap and paint against replacement"
            ),
            f"{shown[0]} = {number(check.repair)} {sign} {number(check.replace)} = {shown[1]} EUR",
            tuple(inputs),
            Text(
                "Kostet die Instandsetzung mehr als der Ersatz, wird gewarnt; in die Summe geht der Vergleich nicht ein",
                "a repair that costs more than the replacement is flagged; the comparison enters no total",
            ),
            "",
            other.table,
        )
