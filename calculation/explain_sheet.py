"""Derivation nodes of the parts block and of the bands; :mod:`calculation.explain_totals` adds the totals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from calculation.derivation import Operand, number
from calculation.explain_work import terms_of
from calculation.model import CalculationInput, Text
from calculation.result import Band, LineResult, Totals

if TYPE_CHECKING:
    from calculation.explain import Builder

PARTS = Text("Ersatzteile", "spare parts")
MARKUP = Text("UPE-Aufschlag", "mark-up on list prices")
SMALL = Text("Kleinersatzteile", "small parts")
PROCUREMENT = Text("Beschaffungskosten", "procurement")
DISPOSAL = Text("Teileentsorgung", "disposal of parts")
TOTAL = Text("Ersatzteile gesamt", "parts in total")
LABOUR_TOTAL = Text("Arbeit gesamt", "labour in total")
PERCENTAGE = Text("Prozentsatz", "percentage")
FLAT = Text("Festbetrag", "flat amount")
BASES = {
    "parts": Text("Teilepositionen vor Aufschlag", "part lines before mark-up"),
    "parts_with_markup": Text("Teilepositionen mit Aufschlag", "part lines with mark-up"),
    "labour": LABOUR_TOTAL,
    "amount": FLAT,
}
_SUM_RULE = Text("Summe der gerundeten Zeilen", "sum of rounded lines")
_OF_PARTS = Text("Prozent der Teilepositionen", "percent of the part lines")
_MARKUP_RULE = Text(
    "Aufschlag auf die unverbindliche Preisempfehlung; fiktiv ersatzfähig, wenn regional üblich",
    "mark-up on list prices; payable fictively where customary in the region",
)


def percent_node(
    build: Builder,
    key: str,
    name: Text,
    base: tuple[Text, Decimal, str],
    percent: Decimal,
    value: Decimal,
    rule: Text,
    source: str,
) -> None:
    """A percentage of another node."""
    build.add(
        key,
        name,
        value,
        "EUR",
        Text(f"{base[0].de} × Prozentsatz", f"{base[0].en} × percentage"),
        f"{number(base[1])} × {number(percent)} % = {number(value)} EUR",
        (
            Operand(base[0], str(base[1]), "EUR", base[2]),
            Operand(PERCENTAGE, str(percent), "%", None, "parameter"),
        ),
        rule,
        source,
    )


def parts_nodes(build: Builder, data: CalculationInput, lines: Sequence[LineResult], sheet: Totals) -> None:
    """Part lines, mark-up, small parts with their base, procurement, disposal."""
    parameters = data.parameters
    build.total("parts", PARTS, sheet.parts, terms_of(build, lines, "parts"), _SUM_RULE)
    terms = [(PARTS, sheet.parts, "parts")]
    if parameters.upe_markup_percent:
        marked = Text("Teilepositionen mit Aufschlagsrecht", "part lines that take the mark-up")
        base = sum((r.amount for r, p in zip(lines, data.parts, strict=False) if p.marked_up), Decimal("0.00"))
        percent = parameters.upe_markup_percent
        percent_node(
            build,
            "upe_markup",
            MARKUP,
            (marked, base, "parts"),
            percent,
            sheet.upe_markup,
            _MARKUP_RULE,
            "BGH VI ZR 65/18",
        )
        terms.append((MARKUP, sheet.upe_markup, "upe_markup"))
    if sheet.small_parts or sheet.small_parts_base:
        _small_parts(build, data, lines, sheet)
        terms.append((SMALL, sheet.small_parts, "small_parts"))
    if sheet.procurement:
        _procurement(build, data, sheet)
        terms.append((PROCUREMENT, sheet.procurement, "procurement"))
    if sheet.parts_disposal:
        percent = parameters.parts_disposal_percent
        percent_node(
            build,
            "parts_disposal",
            DISPOSAL,
            (PARTS, sheet.parts, "parts"),
            percent,
            sheet.parts_disposal,
            _OF_PARTS,
            "",
        )
        terms.append((DISPOSAL, sheet.parts_disposal, "parts_disposal"))
    build.total("parts_total", TOTAL, sheet.parts_total, terms)


def _small_parts(build: Builder, data: CalculationInput, lines: Sequence[LineResult], sheet: Totals) -> None:
    parameters, base_name = data.parameters, BASES[data.parameters.small_parts_base]
    rule = Text(
        f"Bezugsgröße: {base_name.de}; Nebenkosten gehören nicht dazu",
        f"base: {base_name.en}; side costs are not in it",
    )
    base, kind = sheet.small_parts_base, parameters.small_parts_base
    name = Text("Bezugsgröße der Kleinersatzteile", "base of small parts")
    if kind == "amount":
        amount = (Operand(FLAT, str(sheet.small_parts), "EUR", None, "parameter"),)
        text = f"{number(sheet.small_parts)} EUR"
        build.add("small_parts_base", name, base, "EUR", base_name, text, amount, rule)
        build.add("small_parts", SMALL, sheet.small_parts, "EUR", base_name, text, amount, rule)
        return
    if kind == "labour":
        terms = [(LABOUR_TOTAL, sheet.labour_total, "labour_total")]
        if base != sheet.labour_total:
            flat = Text("Festbeträge mit Material", "flat amounts with material")
            terms.append((flat, base - sheet.labour_total, "labour"))
    else:
        counted = [(r, p) for r, p in zip(lines, data.parts, strict=False) if p.small_parts]
        own = sum((r.amount for r, _ in counted), Decimal("0.00"))
        terms = [(BASES["parts"], own, "parts")]
        if kind == "parts_with_markup":
            terms.append((MARKUP, base - own, "upe_markup" if parameters.upe_markup_percent else "parts"))
    build.total("small_parts_base", name, base, terms, rule, words=base_name)
    percent = parameters.small_parts_percent
    percent_node(
        build,
        "small_parts",
        SMALL,
        (base_name, base, "small_parts_base"),
        percent,
        sheet.small_parts,
        rule,
        "AG Erlangen 3 C 1956/11",
    )


def _procurement(build: Builder, data: CalculationInput, sheet: Totals) -> None:
    parameters, value = data.parameters, sheet.procurement
    if not parameters.procurement_percent:
        amount = (Operand(FLAT, str(value), "EUR", None, "parameter"),)
        build.add("procurement", PROCUREMENT, value, "EUR", FLAT, f"{number(value)} EUR", amount)
        return
    percent, most = parameters.procurement_percent, parameters.procurement_max
    if most is None:
        percent_node(build, "procurement", PROCUREMENT, (PARTS, sheet.parts, "parts"), percent, value, _OF_PARTS, "")
        return
    build.add(
        "procurement",
        PROCUREMENT,
        value,
        "EUR",
        Text("Prozent der Teilepositionen, höchstens der Höchstbetrag", "percent of the part lines, bounded"),
        f"min({number(sheet.parts)} × {number(percent)} %; {number(most)}) = {number(value)} EUR",
        (
            Operand(PARTS, str(sheet.parts), "EUR", "parts"),
            Operand(PERCENTAGE, str(percent), "%", None, "parameter"),
            Operand(Text("Höchstbetrag", "bound"), str(most), "EUR", None, "parameter"),
        ),
        _OF_PARTS,
    )


_BAND_RULE = Text(
    "alle Positionen zugleich an ihrem unteren oder oberen Wert, dieselbe Rechnung",
    "all lines at their low or high value at once, same calculation",
)
_BAND_WORDS = Text("unterer Rand … oberer Rand", "low edge … high edge")
_POINT = Text("Punktwert", "point")


def band_nodes(build: Builder, bands: tuple[tuple[str, Text, Band], ...]) -> None:
    """The bands: all lines at their low, or all at their high value, through the same calculation."""
    for key, name, band in bands:
        point = Operand(_POINT, str(band.point), "EUR", key.removesuffix("_band"))
        text = f"{number(band.low)} … {number(band.high)} EUR"
        build.add(key, name, f"{band.low} … {band.high}", "EUR", _BAND_WORDS, text, (point,), _BAND_RULE)
