"""Flags about the claim: reference workshop, cuts, invoice and purchase, residual offers, cover, price date, value loss."""

from __future__ import annotations

from collections.abc import Iterator

from calculation.dispute_flags import item_flags, reference_flags, value_loss_flags
from calculation.model import PARTIAL_COVER_PERILS, CalculationInput
from calculation.result import Flag, SettlementResult, Totals
from calculation.settled import Settled
from calculation.settlement_terms import offer_in_time
from calculation.settlement_words import PERILS
from calculation.texts import eur, flag


def claim_flags(data: CalculationInput, sheet: Totals, case: Settled) -> Iterator[Flag]:
    """Flags that follow from how the claim was found."""
    result, items = case.point, case.items
    if result.reference is not None:
        yield from reference_flags(result)
    if items:
        yield from item_flags(items)
    if data.settlement.regime == "kasko":
        yield from _cover(data)
    yield from _prices(data)
    yield from _residual(data, result)
    use = case.terms.use
    if use is not None and use.counted < use.amount:
        yield flag(
            "loss_of_use_not_proved",
            "amber",
            "Nutzungsausfall zählt nicht",
            "Loss of use does not count",
            f"{eur(use.amount, 'de')} nur für wirklichen, belegten Ausfall (Reparaturdauer, Ersatzkauf).",
            f"{eur(use.amount)} only for real, proved non-use (repair time, replacement).",
            "Nachweis eintragen.",
            "Enter the proof.",
        )
    yield from _ways(data, case)
    yield from _upper(case)
    if data.settlement.value_loss is not None or data.settlement.other_items:
        yield from value_loss_flags(data, sheet, result, case.losses)


def _cover(data: CalculationInput) -> Iterator[Flag]:
    settlement = data.settlement
    in_partial = settlement.peril in PARTIAL_COVER_PERILS
    peril = PERILS[settlement.peril or "other"]
    if settlement.cover == "partial" and settlement.peril is not None and not in_partial:
        yield flag(
            "peril_not_covered",
            "red",
            "Teilkasko deckt diese Ursache nicht",
            "Partial cover does not cover this cause",
            f"Ursache: {peril.de}; die Teilkasko deckt nur ihre benannten Gefahren (AKB A.2.2.1).",
            f"Cause: {peril.en}; partial cover pays for its named perils alone (AKB A.2.2.1).",
            "Ursache oder Deckung berichtigen; sonst besteht kein Anspruch.",
            "Correct cause or cover; else nothing is owed.",
        )
    if settlement.excess_partial_cover is not None and settlement.cover != "partial" and in_partial:
        amount = settlement.excess_partial_cover
        yield flag(
            "excess_of_partial_cover",
            "info",
            "Selbstbeteiligung der Teilkasko",
            "Excess of the partial cover",
            f"Ursache {peril.de}: es zählt die Selbstbeteiligung der Teilkasko, {eur(amount, 'de')}.",
            f"Cause {peril.en}: the partial cover's excess counts, {eur(amount)}.",
            "Vertrag prüfen.",
            "Check the contract.",
        )
    clause = settlement.workshop_clause
    if clause is not None and clause.percent and not clause.clause.strip():
        yield flag(
            "workshop_clause_unnamed",
            "amber",
            "Klausel fehlt",
            "Clause missing",
            "Kürzung wegen Werkstattbindung ohne Angabe der Klausel.",
            "Cut by a tariff with a fixed workshop without its clause.",
            "Klausel des Vertrags eintragen.",
            "Enter the clause of the contract.",
        )


def _prices(data: CalculationInput) -> Iterator[Flag]:
    settlement, priced = data.settlement, data.parameters.price_date
    paid = settlement.fulfilment_date
    if settlement.regime == "liability" and settlement.mode == "fictive" and paid is not None and paid > priced:
        yield flag(
            "price_date_stale",
            "amber",
            "Preisstand überholt",
            "Prices out of date",
            f"Preise vom {priced:%d.%m.%Y}; es zählt der Tag der vollständigen Zahlung, {paid:%d.%m.%Y} (BGH VI ZR 115/19).",
            f"Prices of {priced.isoformat()}; the day of full payment counts, {paid.isoformat()} (BGH VI ZR 115/19).",
            "Mit den Preisen des Zahlungstags neu rechnen.",
            "Price anew for the day of payment.",
        )
    valued = settlement.replacement.valued_on if settlement.replacement is not None else None
    loss = settlement.loss_date
    if settlement.regime == "kasko" and valued is not None and loss is not None and valued != loss:
        yield flag(
            "replacement_not_of_loss_day",
            "amber",
            "WBW nicht vom Schadentag",
            "Replacement value not of the day of loss",
            f"WBW vom {valued:%d.%m.%Y}, Schadentag {loss:%d.%m.%Y} (AKB A.2.5.1.6).",
            f"Replacement value of {valued.isoformat()}, loss on {loss.isoformat()} (AKB A.2.5.1.6).",
            "Wert zum Schadentag angeben.",
            "State the value on the day of loss.",
        )


def _residual(data: CalculationInput, result: SettlementResult) -> Iterator[Flag]:
    residual = data.settlement.residual
    if residual is None:
        return
    regional = sum(1 for offer in residual.offers if offer.regional)
    source = "BGH VI ZR 318/08" if result.regime == "liability" else "BGH IV ZR 105/20"
    decides = result.basis in {"total_loss", "replacement_effort", "replacement_bought"}
    if regional < 3 and (decides or residual.offers):
        yield flag(
            "few_residual_offers",
            "amber" if decides and residual.offers else "info",
            "Weniger als drei regionale Restwertangebote",
            "Fewer than three regional residual offers",
            f"{regional} regionale Angebote genannt; drei machen den Restwert belastbar ({source}).",
            f"{regional} regional offers named; three make the residual value reliable ({source}).",
            "Drei Angebote des regionalen Marktes benennen.",
            "Name three offers of the regional market.",
        )
    if residual.sold_for is not None and residual.sold_for < residual.amount:
        yield flag(
            "sold_below_residual",
            "amber",
            "Unter dem Restwert verkauft",
            "Sold below the residual value",
            f"Erlös {eur(residual.sold_for, 'de')}; es zählt der Restwert {eur(residual.amount, 'de')}.",
            f"Proceeds {eur(residual.sold_for)}; the residual value {eur(residual.amount)} counts.",
            "Restwert durch den Sachverständigen prüfen lassen.",
            "Have the residual value checked by the expert.",
        )
    if residual.insurer_offer is not None and data.settlement.regime == "liability" and not offer_in_time(residual):
        yield flag(
            "residual_offer_late",
            "info",
            "Restwertangebot kam zu spät",
            "Residual offer came too late",
            f"Das Angebot über {eur(residual.insurer_offer, 'de')} lag vor dem Verkauf nicht vor und zählt nicht.",
            f"The offer of {eur(residual.insurer_offer)} was not there before the sale and does not count.",
            "Zugang des Angebots belegen.",
            "Prove when the offer arrived.",
        )


def _ways(data: CalculationInput, case: Settled) -> Iterator[Flag]:
    settlement, result, table = data.settlement, case.point, case.table
    done = settlement.repair_done
    if result.mode == "fictive" and settlement.replacement_bought is not None:
        yield flag(
            "ways_not_mixed",
            "amber",
            "Fiktiv und konkret nicht vermischt",
            "Fictive and concrete not mixed",
            "Fiktiv zählt die Umsatzsteuer des Ersatzkaufs nicht (BGH VI ZR 40/18, VI ZR 654/15).",
            "Fictively the VAT of the replacement bought does not count (BGH VI ZR 40/18, VI ZR 654/15).",
            "Für den Ersatzkauf insgesamt konkret abrechnen.",
            "Settle concretely as a whole for the replacement bought.",
        )
    limited = result.mode == "fictive" and done is not None and done.extent == "complete" and result.basis == "repair"
    if limited and result.repair_allowed < case.fictive_repair:
        yield flag(
            "limited_by_actual_cost",
            "amber",
            "Durch die wirklichen Kosten begrenzt",
            "Limited by the actual costs",
            f"Vollständig und fachgerecht für {eur(result.repair_allowed, 'de')} repariert; mehr wird nicht geschuldet (BGH VI ZR 24/13).",
            f"Completely and professionally repaired for {eur(result.repair_allowed)}; no more is owed (BGH VI ZR 24/13).",
            "Rechnung prüfen.",
            "Check the invoice.",
        )
    if result.basis == "invoice_capped":
        yield flag(
            "invoice_over_replacement",
            "amber",
            "Rechnung über dem Wiederbeschaffungswert",
            "Invoice above the replacement value",
            f"Kosten {eur(result.repair_allowed, 'de')}; gezahlt wird bis zum Wiederbeschaffungswert.",
            f"Costs {eur(result.repair_allowed)}; paid up to the replacement value.",
            "Vollständige, fachgerechte Reparatur wie im Gutachten und sechs Monate Weiternutzung nachweisen, oder Prognoserisiko prüfen.",
            "Prove a complete, professional repair as in the report and six months of use, or check the forecast risk.",
        )
    if result.mode == "concrete" and result.regime == "kasko" and result.basis in {"invoice", "invoice_capped"}:
        open_ = done is not None and (done.professional is None or not done.proof.strip())
        if open_:
            yield flag(
                "repair_not_confirmed",
                "amber",
                "Fachgerechte Reparatur nicht bestätigt",
                "Professional repair not confirmed",
                "Bis zum Wiederbeschaffungswert wird nur eine vollständige, fachgerechte, durch Rechnung belegte Reparatur bezahlt "
                "(AKB A.2.5.2.1 a).",
                "Up to the replacement value only a complete, professional repair proved by invoice is paid (AKB A.2.5.2.1 a).",
                "Bestätigung und Rechnungsnummer eintragen.",
                "Enter the confirmation and the number of the invoice.",
            )
    if result.mode == "concrete" and result.stage == 3 and result.basis == "total_loss" and done is not None:
        missing = [
            (de, en)
            for ok, de, en in (
                (done.extent == "complete", "vollständig", "complete"),
                (done.professional, "fachgerecht", "professional"),
                (done.as_in_report, "wie im Gutachten", "as in the report"),
                (settlement.keeps_six_months, "sechs Monate Weiternutzung", "six months of use"),
            )
            if not ok
        ]
        yield flag(
            "conditions_130_open",
            "amber",
            "130 %: Voraussetzungen nicht belegt",
            "130 %: conditions not proved",
            "Nicht belegt: " + ", ".join(de for de, _ in missing) + ".",
            "Not proved: " + ", ".join(en for _, en in missing) + ".",
            "Nachweise anfordern; sonst bleibt es beim Wiederbeschaffungsaufwand.",
            "Ask for the proofs; else the replacement effort stays.",
        )
    applied = next((row for row in table if row.applies), None)
    if applied is not None and applied.concrete is not None:
        own, other = (
            (applied.fictive, applied.concrete) if result.mode == "fictive" else (applied.concrete, applied.fictive)
        )
        if other > own:
            yield flag(
                "other_way_pays_more",
                "info",
                "Die andere Abrechnungsart zahlt mehr",
                "The other way pays more",
                f"Fiktiv {eur(applied.fictive, 'de')}, konkret {eur(applied.concrete, 'de')}, jeweils vor Quote und Selbstbeteiligung.",
                f"Fictive {eur(applied.fictive)}, concrete {eur(applied.concrete)}, each before quota and excess.",
                "Den Anspruchsteller wählen lassen.",
                "Let the claimant choose.",
            )


def _upper(case: Settled) -> Iterator[Flag]:
    """The upper edge of the band in a worse stage than the point."""
    point, upper = case.point, case.upper
    if upper.total_loss == point.total_loss and upper.stage == point.stage:
        return
    ratio = upper.ratio_percent
    stage = (f", Stufe {upper.stage} statt {point.stage}", f", stage {upper.stage} in place of {point.stage}")
    if upper.stage is None:
        stage = ("", "")
    yield flag(
        "stage_at_upper_edge",
        "amber",
        "Am oberen Rand andere Stufe",
        "Another stage at the upper edge",
        f"Am oberen Rand sind es {str(ratio).replace('.', ',')} % des Wiederbeschaffungswerts{stage[0]}; Auszahlung {eur(upper.payout, 'de')} "
        f"statt {eur(point.payout, 'de')}.",
        f"At the upper edge it is {ratio} % of the replacement value{stage[1]}; payout {eur(upper.payout)} in place of {eur(point.payout)}.",
        "Unsichere Positionen klären, bevor das Angebot hinausgeht.",
        "Settle the uncertain lines before the offer goes out.",
        edge="upper",
    )
