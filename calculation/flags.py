"""Flags: what the expert must see, why, and what clears it. They look at the upper edge of the band and say so."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from calculation.derivation import number
from calculation.estimate import age_in_years, loss_day
from calculation.model import CalculationInput, Text
from calculation.result import Flag, FlagLevel, LimitCheck, LineResult, SettlementResult, Totals, ValueEstimate
from calculation.settlement_flags import settlement_flags
from calculation.texts import eur, flag, percent
from calculation.validate import all_lines

_ORDER = {"red": 0, "amber": 1, "info": 2}
_BASIS = {
    "repair_gross": Text("Reparaturkosten brutto", "repair costs gross"),
    "repair_net": Text("Reparaturkosten netto", "repair costs net"),
    "payout": Text("Auszahlung", "payout"),
}
#: Net hourly rates outside this span are calculated, but shown.
USUAL_RATE = (Decimal(40), Decimal(350))
#: Paint is about a quarter of repair costs on average; above this share the sheet deserves a look.
PAINT_SHARE = Decimal("0.60")


def flags(
    data: CalculationInput,
    lines: tuple[LineResult, ...],
    point: Totals,
    high: Totals,
    settlement: SettlementResult,
    limit: LimitCheck,
    value: ValueEstimate | None,
) -> tuple[Flag, ...]:
    """All flags, red first; the order inside a level is that of their codes."""
    found = [
        *_limit(limit),
        *_value(data, point, high, value),
        *_proxies(data),
        *_ownership(data),
        *settlement_flags(data, settlement),
        *_tables(data),
        *_lines(data, lines),
        *_sheet(data, point),
    ]
    return tuple(sorted(found, key=lambda f: (_ORDER[f.level], f.code, f.line_ids)))


def _limit(limit: LimitCheck) -> Iterator[Flag]:
    if not limit.over_at_upper_edge:
        return
    basis = _BASIS[limit.basis]
    three = (
        f"brutto {eur(limit.repair_gross, 'de')}, netto {eur(limit.repair_net, 'de')}, Auszahlung {eur(limit.payout, 'de')}",
        f"gross {eur(limit.repair_gross)}, net {eur(limit.repair_net)}, payout {eur(limit.payout)}",
    )
    clears = (
        "Kalkulation ändern oder den Fall aus der Sofortregulierung herausnehmen.",
        "Change the calculation or take the case out of the instant settlement.",
    )
    if limit.over:
        yield flag(
            "over_limit",
            "red",
            f"Über {eur(limit.limit, 'de')}",
            f"Over {eur(limit.limit)}",
            f"{basis.de} {eur(limit.compared, 'de')} sind mehr als {eur(limit.limit, 'de')} ({three[0]}).",
            f"{basis.en} {eur(limit.compared)} exceed {eur(limit.limit)} ({three[1]}).",
            *clears,
        )
        return
    yield flag(
        "over_limit_upper_edge",
        "amber",
        f"Kann über {eur(limit.limit, 'de')} gehen",
        f"May go over {eur(limit.limit)}",
        f"{basis.de} {eur(limit.compared, 'de')}, oberer Rand der Spanne {eur(limit.compared_high, 'de')} ({three[0]}).",
        f"{basis.en} {eur(limit.compared)}, upper edge of the band {eur(limit.compared_high)} ({three[1]}).",
        "Unsichere Positionen klären: Fotos anfordern oder Spanne begründet verengen.",
        "Settle the uncertain lines: request photos or narrow the band with a reason.",
        edge="upper",
    )


def _value(data: CalculationInput, point: Totals, high: Totals, value: ValueEstimate | None) -> Iterator[Flag]:
    """Early total-loss warning; a stated replacement value overrides the estimate."""
    stated = data.settlement.replacement
    against = stated.amount if stated is not None and stated.amount else (value.low if value is not None else None)
    if not against:
        return
    ratio, ratio_point = high.gross / against, point.gross / against
    policy = data.policy
    if ratio < policy.amber_ratio:
        return
    red = ratio >= policy.red_ratio
    threshold = policy.red_ratio if red else policy.amber_ratio
    edge: Literal["point", "upper"] = "point" if ratio_point >= threshold else "upper"
    edge_de, edge_en = (" am oberen Rand der Spanne", " at the upper edge of the band") if edge == "upper" else ("", "")
    shown = ratio_point if edge == "point" else ratio
    cost = point.gross if edge == "point" else high.gross
    if stated is not None and stated.amount:
        source = ("angegebener Wiederbeschaffungswert", "stated replacement value")
    else:
        source = ("geschätzter Fahrzeugwert, unterer Rand", "estimated value, low edge")
    yield flag(
        "likely_total_loss" if red else "check_value",
        "red" if red else "amber",
        "Wahrscheinlicher Totalschaden" if red else "Fahrzeugwert prüfen",
        "Likely total loss" if red else "Check the car's value",
        f"Reparaturkosten brutto {eur(cost, 'de')}{edge_de} sind {percent(shown, 'de')} von {eur(against, 'de')} ({source[0]}).",
        f"Repair costs gross {eur(cost)}{edge_en} are {percent(shown)} of {eur(against)} ({source[1]}).",
        "Wiederbeschaffungswert und Restwert durch den Sachverständigen angeben.",
        "State replacement and residual value (expert).",
        edge=edge,
    )


_PROXIES: tuple[tuple[str, Text], ...] = (
    ("airbag_deployed", Text("Airbag ausgelöst", "Airbag deployed")),
    ("structural_damage", Text("Tragendes Teil beschädigt", "Structural part damaged")),
    ("wheel_or_axle_hit", Text("Rad oder Achse getroffen", "Wheel or axle hit")),
    ("fluid_loss", Text("Flüssigkeit tritt aus", "Fluid loss")),
    ("not_drivable", Text("Nicht fahrbereit", "Not drivable")),
    ("flood_or_fire", Text("Wasser- oder Brandschaden", "Flood or fire")),
    ("prior_damage", Text("Vorschaden", "Prior damage")),
)


def _proxies(data: CalculationInput) -> Iterator[Flag]:
    for name, title in _PROXIES:
        if getattr(data.circumstances, name):
            yield flag(
                name,
                "red",
                title.de,
                title.en,
                "Angabe oder Befund am Fall; aus Fotos allein ist der Umfang nicht sicher zu erkennen.",
                "Stated or found in the case; photos alone do not show its extent.",
                "Klären und die Angabe zurücknehmen, oder in die klassische Regulierung geben.",
                "Settle it and take the mark back, or hand over to the classic process.",
            )
    vehicle, policy = data.vehicle, data.policy
    if vehicle.first_registration is not None:
        years = age_in_years(vehicle.first_registration, loss_day(data))
        if years >= policy.max_age_years:
            yield _old(
                "old_vehicle",
                f"{number(years)} Jahre".replace(".", ","),
                f"{number(years)} years",
                f"{policy.max_age_years}",
            )
    if vehicle.mileage_km is not None and vehicle.mileage_km >= policy.max_mileage_km:
        german = number(vehicle.mileage_km).replace(",", ".")
        yield _old("high_mileage", f"{german} km", f"{number(vehicle.mileage_km)} km", f"{policy.max_mileage_km} km")


def _old(code: str, de: str, en: str, bound: str) -> Flag:
    return flag(
        code,
        "red",
        "Altes Fahrzeug" if code == "old_vehicle" else "Hohe Laufleistung",
        "Old vehicle" if code == "old_vehicle" else "High mileage",
        f"{de} (Grenze {bound}): ein Totalschaden liegt nahe.",
        f"{en} (bound {bound}): a total loss is close.",
        "Wiederbeschaffungswert und Restwert angeben.",
        "State replacement and residual value.",
    )


def _ownership(data: CalculationInput) -> Iterator[Flag]:
    settlement = data.settlement
    for code, value, de, en in (
        ("leased", settlement.leased, "Leasingfahrzeug", "Leased vehicle"),
        ("financed", settlement.financed, "Finanziertes Fahrzeug", "Financed vehicle"),
    ):
        if value:
            yield flag(
                code,
                "red",
                de,
                en,
                "Von der Sofortregulierung ausgenommen: Eigentum oder Sicherungsübereignung liegt bei einem Dritten.",
                "Excluded from the instant settlement: a third party holds title or security ownership.",
                "Freigabe der Bank einholen und über den klassischen Weg regulieren.",
                "Obtain the bank's release and use the classic process.",
            )
    if settlement.leased is None or settlement.financed is None:
        yield flag(
            "ownership_unknown",
            "amber",
            "Eigentum ungeklärt",
            "Ownership unknown",
            "Ob das Fahrzeug geleast oder finanziert ist, ist nicht angegeben.",
            "Whether the vehicle is leased or financed is not stated.",
            "Beim Kunden erfragen und eintragen.",
            "Ask the customer and enter it.",
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
    if data.circumstances.fleet_discount and not any(d.kind == "discount" and d.active for d in data.deductions):
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
