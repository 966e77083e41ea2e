"""Derivation nodes of parts, totals and bands of the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from calculation.derivation import Operand, number
from calculation.explain_work import terms_of
from calculation.model import CalculationInput, Text
from calculation.money import HUNDRED
from calculation.result import LineResult, Totals

if TYPE_CHECKING:
    from calculation.explain import Builder


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


def parts_nodes(build: Builder, data: CalculationInput, lines: Sequence[LineResult], sheet: Totals) -> None:
    parameters = data.parameters
    build.total(
        "parts",
        PARTS,
        sheet.parts,
        terms_of(lines, "parts"),
        Text("Summe der gerundeten Zeilen", "sum of rounded lines"),
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


def total_nodes(build: Builder, data: CalculationInput, lines: Sequence[LineResult], sheet: Totals) -> None:
    build.total("incidentals", Text("Nebenkosten", "side costs"), sheet.incidentals, terms_of(lines, "incidentals"))
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


def band_nodes(build: Builder, sheet: Totals, edges: tuple[Totals, Totals]) -> None:
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
