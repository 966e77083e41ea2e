"""Flags about the settlement: total loss, caps, missing or contradictory values."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from calculation.estimate import age_in_years, loss_day
from calculation.model import CalculationInput, TaxKind
from calculation.result import Flag, SettlementResult
from calculation.settlement_words import named
from calculation.texts import eur, flag

#: Age in years in which a tax kind of the replacement value is usual. Sources put the line between regular and margin tax at two or
#: three years and end the margin scheme at about ten; a year of slack on either side.
USUAL_AGE: dict[TaxKind, tuple[Decimal, Decimal]] = {
    "regular": (Decimal(0), Decimal(4)),
    "margin_contained": (Decimal(1), Decimal(12)),
    "margin_percent": (Decimal(1), Decimal(12)),
    "none": (Decimal(5), Decimal(1000)),
}


def settlement_flags(data: CalculationInput, result: SettlementResult) -> Iterator[Flag]:
    """Flags that follow from the settlement's values."""
    yield from _total_loss(data, result)
    yield from _missing(data, result)
    yield from _ignored(data)
    yield from _odd(data)


def _total_loss(data: CalculationInput, result: SettlementResult) -> Iterator[Flag]:
    if result.total_loss:
        stage = "" if result.stage is None else f" (Stufe {result.stage})"
        stage_en = "" if result.stage is None else f" (stage {result.stage})"
        yield flag(
            "total_loss",
            "red",
            "Totalschaden",
            "Total loss",
            f"Reparaturkosten sind {_percent(result)[0]} des Wiederbeschaffungswerts{stage}; von der Sofortregulierung ausgenommen.",
            f"Repair costs are {_percent(result)[1]} of the replacement value{stage_en}; excluded from the instant settlement.",
            "In die klassische Regulierung geben.",
            "Hand over to the classic process.",
        )
    elif result.basis == "replacement_effort" and result.replacement_effort_without_tax is not None:
        effort = result.replacement_effort_without_tax
        yield flag(
            "capped_by_replacement_effort",
            "amber",
            "Auf Wiederbeschaffungsaufwand begrenzt",
            "Capped by the replacement effort",
            f"Statt {eur(result.repair_allowed, 'de')} Reparaturkosten zählen {eur(effort, 'de')} (WBW ohne Steuer − Restwert).",
            f"Instead of {eur(result.repair_allowed)} repair costs {eur(effort)} count (WBW without tax − residual value).",
            "Wiederbeschaffungswert, Restwert und Weiternutzung prüfen.",
            "Check replacement value, residual value and further use.",
        )
    kept, sold = result.payout_if_kept, result.payout_if_sold
    unknown = data.settlement.keeps_six_months is None or data.settlement.roadworthy is None
    if kept is not None and sold is not None and unknown:
        yield flag(
            "six_months_unknown",
            "amber",
            "Weiternutzung ungeklärt",
            "Further use unknown",
            f"Stufe 2: {eur(kept, 'de')} bei Weiternutzung über sechs Monate (verkehrssicher), sonst {eur(sold, 'de')}.",
            f"Stage 2: {eur(kept)} when kept and used for six months (roadworthy), else {eur(sold)}.",
            "Beim Kunden erfragen.",
            "Ask the customer.",
        )


def _percent(result: SettlementResult) -> tuple[str, str]:
    ratio = result.ratio_percent
    return (f"{ratio} %".replace(".", ","), f"{ratio} %")


def _missing(data: CalculationInput, result: SettlementResult) -> Iterator[Flag]:
    settlement = data.settlement
    if settlement.replacement is not None and settlement.residual is None:
        yield flag(
            "residual_missing",
            "amber",
            "Restwert fehlt",
            "Residual value missing",
            "Ohne Restwert ist die Grenze WBW − Restwert nicht geprüft.",
            "Without it the bound WBW − residual value is not checked.",
            "Restwert angeben.",
            "State the residual value.",
        )
    if settlement.regime == "kasko" and settlement.excess == 0:
        yield flag(
            "no_excess",
            "info",
            "Keine Selbstbeteiligung",
            "No excess",
            "Im Kaskofall ist keine Selbstbeteiligung eingetragen.",
            "No excess is entered in an own-damage case.",
            "Vertrag prüfen.",
            "Check the contract.",
        )
    if settlement.regime == "kasko" and result.payout == 0 and result.claim > 0:
        yield flag(
            "below_excess",
            "amber",
            "Unter der Selbstbeteiligung",
            "Below the excess",
            f"Der Schaden {eur(result.claim, 'de')} erreicht die Selbstbeteiligung {eur(result.excess, 'de')} nicht.",
            f"The damage {eur(result.claim)} does not reach the excess {eur(result.excess)}.",
            "Kunden informieren.",
            "Tell the customer.",
        )


def _ignored(data: CalculationInput) -> Iterator[Flag]:
    """Values that do not belong to the regime are not used, and that is said."""
    settlement = data.settlement
    if settlement.regime == "kasko":
        names = [
            name
            for name, given in (
                ("quota", settlement.quota != 1),
                ("value_loss", settlement.value_loss is not None and settlement.value_loss.amount != 0),
                ("lump_sum", settlement.lump_sum != 0),
                ("other_items", bool(settlement.other_items)),
                ("own_insurer_paid", settlement.own_insurer_paid is not None),
                ("loss_of_use", settlement.loss_of_use is not None),
                ("insurer_offer", settlement.residual is not None and settlement.residual.insurer_offer is not None),
            )
            if given
        ]
    else:
        names = [
            name
            for name, given in (
                ("excess", settlement.excess != 0),
                ("excess_partial_cover", settlement.excess_partial_cover is not None),
                ("excess_already_taken", settlement.excess_already_taken != 0),
                ("workshop_clause", settlement.workshop_clause is not None),
                ("brand_workshop_needed", settlement.brand_workshop_needed is not None),
                ("cover", settlement.cover is not None),
            )
            if given
        ]
    if settlement.mode == "concrete":
        names += [name for name in ("reference_workshop", "proposed_cuts") if getattr(settlement, name)]
    if names:
        listed = named(names)
        regime = ("Kasko", "own-damage cover") if settlement.regime == "kasko" else ("Haftpflicht", "liability")
        yield flag(
            "ignored_in_regime",
            "amber",
            "Angabe zählt hier nicht",
            "Value does not count here",
            f"{listed.de}: ohne Wirkung in der {regime[0]}.",
            f"{listed.en}: without effect in {regime[1]}.",
            "Regulierungsart oder Angabe berichtigen.",
            "Correct the regime or the value.",
        )


def _odd(data: CalculationInput) -> Iterator[Flag]:
    settlement = data.settlement
    value, residual = settlement.replacement, settlement.residual
    if value is not None and residual is not None and residual.amount > value.amount:
        yield flag(
            "residual_over_replacement",
            "red",
            "Restwert über Wiederbeschaffungswert",
            "Residual value over replacement value",
            f"Restwert {eur(residual.amount, 'de')} ist höher als {eur(value.amount, 'de')}.",
            f"Residual value {eur(residual.amount)} exceeds {eur(value.amount)}.",
            "Beträge prüfen.",
            "Check the amounts.",
        )
    if settlement.loss_date is not None and settlement.loss_date > data.parameters.price_date:
        yield flag(
            "loss_after_price_date",
            "amber",
            "Schadentag nach dem Preisstand",
            "Loss after the price date",
            f"Schadentag {settlement.loss_date:%d.%m.%Y}, Preisstand {data.parameters.price_date:%d.%m.%Y}.",
            f"Loss on {settlement.loss_date.isoformat()}, prices of {data.parameters.price_date.isoformat()}.",
            "Daten prüfen.",
            "Check the dates.",
        )
    registered = data.vehicle.first_registration
    if registered is None:
        return
    if registered > loss_day(data):
        yield flag(
            "registered_after_loss",
            "red",
            "Erstzulassung nach dem Schadentag",
            "Registered after the loss",
            f"Erstzulassung {registered:%d.%m.%Y}.",
            f"First registration {registered.isoformat()}.",
            "Daten prüfen.",
            "Check the dates.",
        )
    if value is not None:
        years = age_in_years(registered, loss_day(data))
        odd = not USUAL_AGE[value.tax_kind][0] <= years <= USUAL_AGE[value.tax_kind][1]
        if odd:
            yield flag(
                "tax_kind_odd",
                "amber",
                "Steuerart des WBW ungewöhnlich",
                "Unusual tax kind of the replacement value",
                f"{value.tax_kind} bei einem Alter von {str(years).replace('.', ',')} Jahren.",
                f"{value.tax_kind} at an age of {years} years.",
                "Steuerart bestätigen oder ändern.",
                "Confirm or change the tax kind.",
            )
