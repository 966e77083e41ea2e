"""Flags about tables, lines and the sheet itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from calculation.deduction_flags import deduction_flags
from calculation.model import CalculationInput
from calculation.paint_flags import paint_flags
from calculation.result import Flag, FlagLevel, LineResult, RepairCheck, Totals
from calculation.texts import eur, flag, percent
from calculation.validate import all_lines
from calculation.work_flags import work_flags

#: Net hourly rates outside this span are calculated, but shown.
USUAL_RATE = (Decimal(40), Decimal(350))
#: Paint is about a quarter of repair costs on average; above this share the sheet deserves a look.
PAINT_SHARE = Decimal("0.60")


def sheet_flags(
    data: CalculationInput, lines: tuple[LineResult, ...], point: Totals, repairs: Sequence[RepairCheck] = ()
) -> Iterator[Flag]:
    """Flags that follow from the tables used, the lines and the totals."""
    yield from _vat(data)
    yield from _tables(data)
    yield from _lines(data, lines)
    yield from _sheet(data, point)
    yield from paint_flags(data)
    yield from work_flags(data)
    yield from deduction_flags(data, repairs)


#: Standard rate of VAT by first day (section 12 UStG).
VAT_HISTORY: tuple[tuple[date, Decimal], ...] = (
    (date(1998, 4, 1), Decimal("0.16")),
    (date(2007, 1, 1), Decimal("0.19")),
    (date(2020, 7, 1), Decimal("0.16")),
    (date(2021, 1, 1), Decimal("0.19")),
)


def _vat(data: CalculationInput) -> Iterator[Flag]:
    day = data.parameters.supply_date or data.parameters.price_date
    law = next((rate for start, rate in reversed(VAT_HISTORY) if start <= day), None)
    rate = data.parameters.vat_rate
    if law is not None and rate != law:
        yield flag(
            "vat_unusual",
            "amber",
            "Ungewöhnlicher Steuersatz",
            "Unusual VAT rate",
            f"{percent(rate, 'de')} angesetzt; am {day:%d.%m.%Y} galten {percent(law, 'de')}.",
            f"{percent(rate)} taken; {percent(law)} was the law on {day.isoformat()}.",
            "Leistungsdatum und Steuersatz prüfen.",
            "Check date of supply and rate.",
        )


def _tables(data: CalculationInput) -> Iterator[Flag]:
    price_date = data.parameters.price_date
    demo = sorted(ref.name for ref in data.table_references if ref.demonstration)
    if demo:
        yield flag(
            "demonstration_tables",
            "info",
            "Demonstrationstabellen",
            "Demonstration tables",
            f"Durchschnittswerte, nicht der Preis dieses Fahrzeugs: {', '.join(demo)}.",
            f"Averages, not the price of this car: {', '.join(demo)}.",
            "Eigene Tabellen einlesen.",
            "Import your own tables.",
        )
    for ref in data.table_references:
        day = (data.parameters.supply_date or price_date) if ref.name == "vat" else price_date
        if (ref.valid_from and day < ref.valid_from) or (ref.valid_until and day > ref.valid_until):
            yield flag(
                "table_not_valid",
                "amber",
                "Tabelle gilt an diesem Tag nicht",
                "Table is not valid on that day",
                f"{ref.name} {ref.version} gilt nicht am {day:%d.%m.%Y}.",
                f"{ref.name} {ref.version} is not valid on {day.isoformat()}.",
                "Datum oder Tabelle berichtigen.",
                "Correct the date or the table.",
            )
        elif ref.reviewed_until and day > ref.reviewed_until:
            yield flag(
                "table_expired",
                "amber",
                "Tabelle überfällig",
                "Table overdue",
                f"{ref.name} {ref.version} war bis {ref.reviewed_until:%d.%m.%Y} geprüft.",
                f"{ref.name} {ref.version} was reviewed until {ref.reviewed_until.isoformat()}.",
                "Tabelle prüfen und neu datieren.",
                "Review the table.",
            )


def _lines(data: CalculationInput, results: tuple[LineResult, ...]) -> Iterator[Flag]:
    lines = all_lines(data)
    active = {line.id for line in lines if line.active}
    yield from _listed(
        "uncertain_lines",
        "amber",
        "Unsichere Positionen",
        "Uncertain lines",
        [line.id for line in lines if line.active and line.uncertain],
        "Diese Positionen beruhen auf einer Annahme.",
        "These lines rest on an assumption.",
    )
    yield from _listed(
        "zero_price",
        "amber",
        "Position ohne Preis",
        "Line without a price",
        [part.id for part in data.parts if part.active and part.unit_price == 0 and part.qty],
        "Ein Ersatzteil steht mit 0,00 EUR in der Kalkulation.",
        "A part stands at 0.00 EUR.",
    )
    yield from _listed(
        "trigger_missing",
        "amber",
        "Auslösende Position fehlt",
        "Triggering line is gone",
        [line.id for line in lines if line.active and line.added_by and active.isdisjoint(line.added_by)],
        "Die Position, wegen der diese Arbeit ergänzt wurde, zählt nicht mehr.",
        "The line this work was added for no longer counts.",
    )
    yield from _listed(
        "changed_values",
        "info",
        "Geänderte Werte *",
        "Changed values *",
        [result.id for result in results if result.marked and result.counts],
        "Werte, die ein Mensch statt des Vorschlags oder Tabellenwerts gesetzt hat.",
        "Values that a person set in place of a suggestion or table value.",
    )

    yield from _listed(
        "override_without_reason",
        "amber",
        "Änderung ohne Grund",
        "Change without a reason",
        [line.id for line in lines if line.active and line.override is not None and not line.override.reason.strip()],
        "Ein vorgeschlagener Wert wurde geändert, ohne dass der Grund dabeisteht.",
        "A suggested value was changed and the reason is not given.",
    )


def _listed(code: str, level: FlagLevel, de: str, en: str, ids: list[str], why_de: str, why_en: str) -> Iterator[Flag]:
    if ids:
        yield flag(
            code, level, de, en, why_de, why_en, "Positionen prüfen.", "Check the lines.", line_ids=tuple(sorted(ids))
        )


def _sheet(data: CalculationInput, sheet: Totals) -> Iterator[Flag]:
    used = set(sheet.labour_by_rate)
    used |= {line.rate for line in data.paint if line.active} | {line.rate for line in data.dents if line.active}
    for name in sorted(used & set(data.rates)):
        hourly = data.rates[name].hourly
        if not USUAL_RATE[0] <= hourly <= USUAL_RATE[1]:
            yield flag(
                "rate_unusual",
                "amber",
                "Ungewöhnlicher Stundensatz",
                "Unusual hourly rate",
                f"{name}: {eur(hourly, 'de')}/h netto.",
                f"{name}: {eur(hourly)}/h net.",
                "Satz prüfen (netto? je Stunde?).",
                "Check the rate (net? per hour?).",
            )
    if sheet.net > 0 and sheet.paint > sheet.net * PAINT_SHARE:
        yield flag(
            "paint_share",
            "info",
            "Hoher Lackanteil",
            "High share of paint",
            f"Lack {eur(sheet.paint, 'de')} von {eur(sheet.net, 'de')} netto; im Mittel etwa ein Viertel.",
            f"Paint {eur(sheet.paint)} of {eur(sheet.net)} net; a quarter on average.",
            "Lackstufen prüfen.",
            "Check the paint levels.",
        )
    if sheet.gross == 0:
        yield flag(
            "empty",
            "amber",
            "Kalkulation ist leer",
            "Empty calculation",
            "Es gibt keine Position mit Kosten.",
            "No line has costs.",
            "Positionen ergänzen.",
            "Add lines.",
        )
    if sheet.deductions_taxed + sheet.deductions_untaxed > sheet.net:
        yield flag(
            "deductions_exceed",
            "amber",
            "Abzüge über den Kosten",
            "Deductions exceed the costs",
            "Die Abzüge sind höher als die Reparaturkosten; es bleibt null.",
            "The deductions exceed the repair costs; zero remains.",
            "Abzüge prüfen.",
            "Check the deductions.",
        )
    if data.header.phantom:
        yield flag(
            "phantom",
            "amber",
            "Phantomkalkulation",
            "Phantom calculation",
            "Auf einem ähnlichen Fahrzeug gerechnet; jedes Teil und jede Zeit ist zu prüfen.",
            "Calculated on a similar vehicle; every part and time must be checked.",
            "Von Hand prüfen.",
            "Check by hand.",
        )
    told = any(d.kind == "discount" and d.active for d in data.deductions) or any(
        cut.item == "bulk_discount" for cut in data.settlement.proposed_cuts
    )
    if data.circumstances.fleet_discount and not told:
        yield flag(
            "fleet_discount",
            "amber",
            "Großkundenrabatt fehlt",
            "Bulk discount missing",
            "Der Anspruchsteller hat einen Rabatt; er gilt auch fiktiv (BGH VI ZR 45/19).",
            "The claimant has a discount; it counts in a fictive settlement too (BGH VI ZR 45/19).",
            "Nachlass als Position eintragen.",
            "Enter the discount as a line.",
        )
    for text in data.assumptions:
        yield flag(
            "assumption",
            "amber",
            "Annahme",
            "Assumption",
            text.de,
            text.en,
            "Angabe prüfen und eintragen.",
            "Check and enter the fact.",
        )
