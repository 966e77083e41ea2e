"""Flags about the facts of the case: what needs a person, and what contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from calculation.estimate import loss_day
from calculation.model import CalculationInput, Text
from calculation.result import Flag, ValueEstimate
from calculation.texts import eur, flag

_FACTS: tuple[tuple[str, Text], ...] = (
    ("other_insurer", Text("Anderer Versicherer beteiligt", "Another insurer is involved")),
    ("assignment", Text("Anspruch abgetreten", "Claim assigned")),
    ("personal_injury", Text("Personenschaden", "Personal injury")),
    ("police_case", Text("Polizei- oder Strafsache", "Police or criminal case")),
    ("shared_fault", Text("Mithaftung", "Shared fault")),
)


def facts_flags(data: CalculationInput, value: ValueEstimate | None) -> Iterator[Flag]:
    """Facts that a person has to settle, contradictions between facts and between dates."""
    facts = data.circumstances
    for name, title in _FACTS:
        if getattr(facts, name):
            yield flag(
                name,
                "amber",
                title.de,
                title.en,
                "Angabe am Fall; das Angebot braucht eine Entscheidung der Sachbearbeitung.",
                "Stated in the case; the offer needs a clerk's decision.",
                "An die Sachbearbeitung geben.",
                "Give it to a clerk.",
            )
    if data.settlement.input_tax_deduction is None:
        yield flag(
            "input_tax_unknown",
            "amber",
            "Vorsteuerabzug ungeklärt",
            "Input-tax deduction unknown",
            "Gerechnet wie für einen privaten Eigentümer.",
            "Calculated as for a private owner.",
            "Beim Kunden erfragen und eintragen.",
            "Ask the customer and enter it.",
        )
    if value is not None and value.collapsed and value.against == "estimate":
        yield flag(
            "value_band_collapsed",
            "info",
            "Schätzspanne ohne Breite",
            "Estimate band without width",
            f"In diesem Alter nennen die Quellen denselben Anteil; {eur(value.low, 'de')} ist dadurch nicht sicherer.",
            f"At this age the sources name the same share; {eur(value.low)} is no surer for it.",
            "Wiederbeschaffungswert durch den Sachverständigen angeben.",
            "State the replacement value (expert).",
        )
    yield from _contradictions(data)
    yield from _dates(data)


def _contradictions(data: CalculationInput) -> Iterator[Flag]:
    facts, settlement = data.circumstances, data.settlement
    residual, done = settlement.residual, settlement.repair_done
    sold = residual is not None and (residual.sold_for is not None or residual.sold_on is not None)
    pairs = (
        (
            settlement.roadworthy is True and facts.not_drivable is True,
            Text("verkehrssicher, aber nicht fahrbereit", "roadworthy, but not drivable"),
        ),
        (
            settlement.keeps_six_months is True and sold,
            Text("sechs Monate weitergenutzt, aber verkauft", "kept six months, but sold"),
        ),
        (
            settlement.keeps_six_months is True and settlement.replacement_bought is not None,
            Text("weitergenutzt, aber Ersatz gekauft", "kept, but a replacement bought"),
        ),
        (
            settlement.regime == "liability" and settlement.quota == 1 and facts.shared_fault is True,
            Text("Mithaftung, aber Quote 100 %", "shared fault, but a quota of 100 %"),
        ),
        (
            settlement.regime == "liability" and settlement.quota < 1 and facts.shared_fault is False,
            Text("keine Mithaftung, aber Quote unter 100 %", "no shared fault, but a quota under 100 %"),
        ),
        (
            settlement.peril is not None and settlement.regime == "liability",
            Text("Kasko-Ursache im Haftpflichtfall", "cause of an own-damage loss in a liability case"),
        ),
        (
            facts.owner_is_claimant is True and settlement.leased is True,
            Text("Eigentümer, aber geleast", "owner, but leased"),
        ),
        (
            settlement.peril in {"flood", "fire"} and facts.flood_or_fire is False,
            Text("Ursache Wasser oder Feuer, aber verneint", "cause water or fire, but denied"),
        ),
        (
            done is not None and done.extent == "none" and done.invoice_gross is not None,
            Text("nicht repariert, aber Rechnung", "not repaired, but an invoice"),
        ),
        (
            done is not None
            and done.extent == "complete"
            and facts.not_drivable is True
            and settlement.mode == "concrete",
            Text("vollständig repariert, aber nicht fahrbereit", "completely repaired, but not drivable"),
        ),
    )
    found = [text for wrong, text in pairs if wrong]
    if found:
        yield flag(
            "contradictory_facts",
            "amber",
            "Angaben widersprechen sich",
            "Facts contradict each other",
            "; ".join(text.de for text in found) + ".",
            "; ".join(text.en for text in found) + ".",
            "Angaben klären und berichtigen.",
            "Settle and correct the facts.",
        )


def _dates(data: CalculationInput) -> Iterator[Flag]:
    """Nothing that follows from a loss happens before it; an invoice has the VAT of its own day."""
    settlement, parameters = data.settlement, data.parameters
    if settlement.loss_date is None:
        return
    residual, done, bought = settlement.residual, settlement.repair_done, settlement.replacement_bought
    days: tuple[tuple[str, str, date | None], ...] = (
        ("Leistungsdatum", "date of supply", parameters.supply_date),
        ("Reparatur", "repair", done.completed_on if done is not None else None),
        ("Verkauf", "sale", residual.sold_on if residual is not None else None),
        ("Restwertangebot", "residual offer", residual.insurer_offer_on if residual is not None else None),
        ("Ersatzkauf", "replacement bought", bought.bought_on if bought is not None else None),
        ("Zahlung", "payment", settlement.fulfilment_date),
    )
    loss = loss_day(data)
    early = [(de, en, day) for de, en, day in days if day is not None and day < loss]
    if early:
        yield flag(
            "before_the_loss",
            "red",
            "Datum vor dem Schadentag",
            "Date before the loss",
            ", ".join(f"{de} {day:%d.%m.%Y}" for de, _, day in early) + f"; Schadentag {loss:%d.%m.%Y}.",
            ", ".join(f"{en} {day.isoformat()}" for _, en, day in early) + f"; loss on {loss.isoformat()}.",
            "Daten prüfen.",
            "Check the dates.",
        )
    done_on = done.completed_on if done is not None else None
    supply = parameters.supply_date or parameters.price_date
    if settlement.mode == "concrete" and done_on is not None and done_on != supply:
        yield flag(
            "supply_date_differs",
            "amber",
            "Leistungsdatum ist nicht das der Reparatur",
            "Date of supply is not that of the repair",
            f"Steuersatz vom {supply:%d.%m.%Y}, repariert am {done_on:%d.%m.%Y}.",
            f"VAT rate of {supply.isoformat()}, repaired on {done_on.isoformat()}.",
            "Leistungsdatum und Steuersatz der Rechnung eintragen.",
            "Enter date of supply and VAT rate of the invoice.",
        )
