"""Flags about what insurer and claimant argue over: reference workshop, cuts, value loss, minor damage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calculation.model import CalculationInput
from calculation.money import ZERO
from calculation.result import Flag, PayableItem, Reason, SettlementResult, Totals, ValueLossProposal
from calculation.settlement_words import METHODS
from calculation.texts import eur, flag


def _joined(reasons: Sequence[Reason]) -> tuple[str, str]:
    return "; ".join(r.text.de for r in reasons), "; ".join(r.text.en for r in reasons)


def reference_flags(result: SettlementResult) -> Iterator[Flag]:
    found = result.reference
    assert found is not None
    money = (eur(found.difference, "de"), eur(found.difference))
    if found.status == "blocked":
        why = _joined(found.blocked_by)
        yield flag(
            "reference_blocked",
            "amber",
            "Verweisung unzulässig",
            "Reference workshop blocked",
            f"{found.name}: {why[0]}. Streitig: {money[0]}; es bleibt bei den Reparaturkosten der Kalkulation.",
            f"{found.name}: {why[1]}. In dispute: {money[1]}; the repair costs of the sheet stay.",
            "Gründe ausräumen und belegen, oder die Verweisung herausnehmen.",
            "Clear the reasons with proof, or take the reference out.",
        )
        return
    if found.status == "applied":
        yield flag(
            "reference_applied",
            "info",
            "Auf Referenzwerkstatt verwiesen",
            "Referred to another workshop",
            f"{found.name}: {money[0]} weniger als in der Kalkulation.",
            f"{found.name}: {money[1]} less than on the sheet.",
            "Dem Anspruchsteller Namen, Anschrift und Preise mitteilen.",
            "Tell the claimant its name, address and prices.",
        )
        if not found.decided_by.strip():
            yield flag(
                "reference_undecided",
                "amber",
                "Wer hat verwiesen?",
                "Who referred?",
                "Die Verweisung zählt, aber es steht nicht dabei, wer sie entschieden hat.",
                "The reference counts, but nobody is named who decided it.",
                "Entscheider eintragen.",
                "Name who decided.",
            )
    if found.unknown:
        why = _joined(found.unknown)
        yield flag(
            "reference_open_facts",
            "amber",
            "Verweisung: offene Punkte",
            "Reference workshop: open facts",
            f"{why[0]}.",
            f"{why[1]}.",
            "Klären; jeder Punkt kann die Verweisung unzulässig machen.",
            "Settle them; each can block the reference.",
        )


def item_flags(items: Sequence[PayableItem]) -> Iterator[Flag]:
    for code, level_de, level_en, chosen in (
        ("cut_refused", "Kürzung zählt nicht", "Cut does not count", [i for i in items if i.cut > i.cut_allowed]),
        ("cut_accepted", "Kürzung zählt", "Cut counts", [i for i in items if i.cut_allowed > 0]),
    ):
        if chosen:
            refused = code == "cut_refused"
            parts = [(i, i.cut - i.cut_allowed if refused else i.cut_allowed) for i in chosen]
            de = "; ".join(f"{i.name.de} {eur(a, 'de')} ({i.ruling})" for i, a in parts)
            en = "; ".join(f"{i.name.en} {eur(a)} ({i.ruling})" for i, a in parts)
            yield flag(
                code,
                "amber",
                level_de,
                level_en,
                f"{de}.",
                f"{en}.",
                "Begründung und Rechtsprechung in der Liste der Positionen ansehen.",
                "See the reasons and rulings in the list of items.",
                line_ids=tuple(sorted({x for i in chosen for x in i.line_ids})),
            )
    regional = [i for i in items if i.status == "regional" and i.amount]
    if regional:
        yield flag(
            "regional_items",
            "info",
            "Regional verschieden beurteilt",
            "Judged differently by region",
            ", ".join(f"{i.name.de} {eur(i.amount or ZERO, 'de')}" for i in regional) + ".",
            ", ".join(f"{i.name.en} {eur(i.amount or ZERO)}" for i in regional) + ".",
            "Rechtsprechung am Ort prüfen.",
            "Check the local case law.",
            line_ids=tuple(sorted({x for i in regional for x in i.line_ids})),
        )


def value_loss_flags(
    data: CalculationInput, sheet: Totals, result: SettlementResult, losses: Sequence[ValueLossProposal]
) -> Iterator[Flag]:
    stated, bound = data.settlement.value_loss, data.policy.bagatelle_gross
    chosen = next((loss for loss in losses if loss.chosen), None)
    if stated is not None and chosen is not None:
        proposed = chosen.amount if stated.basis == "gross" else chosen.net_amount
        if proposed is None:
            yield flag(
                "value_loss_not_applicable",
                "amber",
                "Methode der Wertminderung passt nicht",
                "Value-loss method does not apply",
                f"{METHODS[chosen.method].de}: {chosen.excluded.de if chosen.excluded else '-'}; angegeben sind {eur(stated.amount, 'de')}.",
                f"{METHODS[chosen.method].en}: {chosen.excluded.en if chosen.excluded else '-'}; {eur(stated.amount)} are stated.",
                "Andere Methode wählen oder begründen.",
                "Choose another method or give the reason.",
            )
        elif proposed != stated.amount:
            basis_de = "aus Bruttopreisen" if stated.basis == "gross" else "aus Nettopreisen"
            yield flag(
                "value_loss_differs",
                "amber",
                "Wertminderung weicht von der Methode ab",
                "Value loss differs from the method",
                f"{METHODS[chosen.method].de}: {eur(proposed, 'de')} ({basis_de}); angegeben sind {eur(stated.amount, 'de')}.",
                f"{METHODS[chosen.method].en}: {eur(proposed)} ({stated.basis}); {eur(stated.amount)} are stated.",
                "Betrag übernehmen oder die Abweichung begründen.",
                "Take the amount over or give the reason.",
            )
    if data.settlement.regime != "liability":
        return
    basis = data.settlement.value_loss_basis
    if result.value_loss and basis is not None and basis.outer_skin_only:
        yield flag(
            "value_loss_outer_skin",
            "amber",
            "Wertminderung bei einfachem Außenhautschaden",
            "Value loss on simple outer-skin damage",
            f"{eur(result.value_loss, 'de')} angesetzt; bei einfachem Schaden der Außenhaut wird meist keine Wertminderung geschuldet.",
            f"{eur(result.value_loss)} stated; for simple damage of the outer skin usually none is owed.",
            "Begründen oder herausnehmen.",
            "Give the reason or take it out.",
        )
    asked = [i.id for i in data.settlement.other_items if i.kind == "report" and i.incurred]
    if sheet.gross < bound and (result.value_loss or asked):
        yield flag(
            "bagatelle",
            "amber",
            "Bagatellschaden",
            "Minor damage",
            f"Reparaturkosten brutto {eur(sheet.gross, 'de')} unter {eur(bound, 'de')}: Gutachten und Wertminderung sind fraglich. "
            "Eine feste Grenze gibt es nicht; der BGH ließ ein Gutachten bei 715,81 EUR zu (VI ZR 365/03).",
            f"Repair costs gross {eur(sheet.gross)} under {eur(bound)}: report and value loss are questionable. "
            "There is no fixed line; the BGH accepted a report at 715.81 EUR (VI ZR 365/03).",
            "Begründen oder herausnehmen.",
            "Give the reason or take it out.",
        )
