"""Derivation nodes from the repair costs that count to claim, quota, excess and payout."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from calculation.derivation import Operand, number
from calculation.explain_payout import CLAIM, LUMP, OTHERS, payout_nodes
from calculation.model import CalculationInput, Text
from calculation.money import ZERO, round2
from calculation.result import SettlementResult
from calculation.settlement_terms import counts

if TYPE_CHECKING:
    from calculation.explain import Builder
    from calculation.settled import Settled

REPAIR = Text("Reparaturkosten, die zählen", "repair costs that count")
LOSS = Text("Wertminderung", "value loss")
USE = Text("Nutzungsausfall", "loss of use")
CUTS = Text("Kürzungen, die zählen", "cuts that count")
_RULES = {
    "repair": Text("fiktiv ohne Umsatzsteuer", "fictive, without VAT"),
    "replacement_effort": Text("Deckel WBW ohne Steuer − Restwert", "cap: WBW without tax − residual value"),
    "total_loss": Text("Totalschaden: Wiederbeschaffungsaufwand", "total loss: replacement effort"),
    "invoice": Text("konkret: Rechnung mit angefallener Steuer", "concrete: invoice with the VAT incurred"),
    "invoice_capped": Text("konkret: höchstens der Wiederbeschaffungswert", "concrete: at most the replacement value"),
    "proven_value": Text("konkret: nachgewiesener Wert der Reparatur", "concrete: proven value of the repair"),
    "replacement_bought": Text(
        "konkret: Ersatzkauf bis zum WBW, weniger Restwert",
        "concrete: replacement bought up to WBW, less residual value",
    ),
}
_REPAIR_BASES = frozenset({"repair", "invoice", "proven_value"})


def claim_nodes(build: Builder, data: CalculationInput, case: Settled) -> None:
    """Nodes ``repair_allowed``, ``cuts_allowed``, ``cuts_refused``, ``item:<item>``, ``lump_sum``, ``other_items``, ``claim``, ``quota``,
    ``excess``, ``payout``, ``payout_if_kept``, ``payout_if_sold``, ``privilege.*``, ``already_paid``, ``open_amount``, ``way:<way>``.
    """
    result = case.point
    _items(build, case)
    _repair(build, data, case)
    _extras(build, data, case)
    _claim(build, data, case)
    payout_nodes(build, data, result)
    _table(build, result, case)


def _sum(
    build: Builder,
    key: str,
    name: Text,
    value: Decimal,
    terms: list[tuple[Text, Decimal, str]],
    rule: Text,
    source: str,
    words: Text,
) -> None:
    """A sum whose first term is shown even when it is zero: a claim of nothing still says what it is nothing of."""
    shown = [terms[0], *(term for term in terms[1:] if term[1])]
    text = " + ".join(number(term[1]) for term in shown).replace("+ -", "− ")
    inputs = tuple(Operand(term[0], str(term[1]), "EUR", term[2]) for term in shown)
    build.add(key, name, value, "EUR", words, f"{text} = {number(value)} EUR", inputs, rule, source)


def _items(build: Builder, case: Settled) -> None:
    result = case.point
    for item in case.items:
        if item.amount is None and not item.cut:
            continue
        amount = item.amount or ZERO
        numbers = f"{number(amount)} EUR"
        inputs = tuple(
            Operand(item.name, line, "", f"line:{line}") for line in item.line_ids if f"line:{line}" in build.nodes
        )
        if item.item in {"small_parts", "upe_markup"} and item.item in build.nodes:
            inputs += (Operand(item.name, str(amount), "EUR", item.item),)
        if item.cut:
            inputs += (Operand(Text("Kürzung", "cut"), str(item.cut), "EUR", None, "input"),)
            numbers = f"{number(item.cut)} | {number(item.cut_allowed)} EUR"
        words = item.cut_reason or Text("Position dieser Kalkulation", "item on this sheet")
        build.add(f"item:{item.item}", item.name, amount, "EUR", words, numbers, inputs, item.rule, item.ruling)
    if not result.cuts_allowed and not result.cuts_refused:
        return
    cut = [item for item in case.items if item.cut]
    for key, name, total, refused in (
        ("cuts_allowed", CUTS, result.cuts_allowed, False),
        ("cuts_refused", Text("Kürzungen, die nicht zählen", "cuts that do not count"), result.cuts_refused, True),
    ):
        terms = [(i.name, i.cut - i.cut_allowed if refused else i.cut_allowed, f"item:{i.item}") for i in cut]
        rule = Text("je Position nach Rechtsprechung", "item by item, by the case law")
        build.total(key, name, total, terms, rule)


def _repair(build: Builder, data: CalculationInput, case: Settled) -> None:
    """What counts of the repair: sheet, reference workshop, cuts, actual costs, or the invoice."""
    result, done = case.point, data.settlement.repair_done
    amount = result.repair_allowed
    net = Operand(Text("Reparaturkosten netto nach Abzügen", "repair costs net after deductions"),
                  str(case.fictive_repair + result.cuts_allowed), "EUR", "net_allowed")  # fmt: skip
    invoice = None
    if done is not None and done.invoice_gross is not None:
        invoice = Operand(Text("Rechnung brutto", "invoice, gross"), str(done.invoice_gross), "EUR", None, "input")
    elif done is not None and done.proven_value is not None:
        invoice = Operand(Text("nachgewiesener Wert", "proven value"), str(done.proven_value), "EUR", None, "input")
    if result.mode == "concrete" and invoice is not None:
        words = Text("Rechnung, wie angefallen, nach Abzügen", "invoice as incurred, after deductions")
        rule = Text(
            "Umsatzsteuer, soweit angefallen; netto nur bei Vorsteuerabzug",
            "VAT as far as incurred; net only with input-tax deduction",
        )
        build.add(
            "repair_allowed", REPAIR, amount, "EUR", words, f"{invoice.value} | {number(amount)} EUR", (invoice, net), rule,
            "§ 249 Abs. 2 S. 2 BGB; AKB A.2.5.4",
        )  # fmt: skip
        return
    if amount < case.fictive_repair and invoice is not None:
        build.add(
            "repair_allowed",
            REPAIR,
            amount,
            "EUR",
            Text("kleinerer Betrag aus Kalkulation und wirklichen Kosten", "smaller of the sheet and the actual costs"),
            f"min({number(case.fictive_repair)}; {number(amount)}) = {number(amount)} EUR",
            (net, invoice),
            Text(
                "vollständige, billigere Reparatur begrenzt den Anspruch", "a complete, cheaper repair limits the claim"
            ),
            "BGH VI ZR 24/13",
        )
        return
    terms = [(net.name, Decimal(net.value), "net_allowed")]
    if result.reference is not None and result.reference.status == "applied":
        name = Text("in der Referenzwerkstatt", "at the reference workshop")
        terms = [(name, Decimal(net.value), "reference.workshop_net")]
    shown = sum((term[1] for term in terms), ZERO)
    if result.cuts_allowed:
        terms.append((CUTS, -(shown - case.fictive_repair), "cuts_allowed"))
    rule = Text("nur die Umsatzsteuer geht ab", "VAT alone comes off")
    _sum(build, "repair_allowed", REPAIR, amount, terms, rule, "§ 249 Abs. 2 BGB; BGH VI ZR 220/12", REPAIR)


def _extras(build: Builder, data: CalculationInput, case: Settled) -> None:
    result = case.point
    if result.regime == "kasko":
        return
    settlement = data.settlement
    if result.lump_sum:
        build.add(
            "lump_sum",
            LUMP,
            result.lump_sum,
            "EUR",
            Text("wie angegeben", "as stated"),
            f"{number(result.lump_sum)} EUR",
            (Operand(LUMP, str(settlement.lump_sum), "EUR", None, "input"),),
            Text("Telefon, Porto, Fahrten", "telephone, postage, trips"),
            "§ 287 ZPO",
        )
    use, lost = case.terms.use, settlement.loss_of_use
    if use is not None and lost is not None:
        group = use.group or "-"
        build.add(
            "loss_of_use",
            USE,
            use.counted,
            "EUR",
            Text("Tagessatz × Tage, nur bei belegtem Ausfall", "day rate × days, only for proved non-use"),
            f"{number(use.daily)} × {lost.days} = {number(use.amount)} EUR | {number(use.counted)} EUR",
            (
                Operand(Text(f"Tagessatz Gruppe {group}", f"day rate, group {group}"), str(use.daily), "EUR", None,
                        "input" if use.group is None else "older published list"),
                Operand(Text("Tage", "days"), str(lost.days), "", None, "input"),
                Operand(Text("Gruppen niedriger", "groups lower"), str(use.lowered), "", None, "rule"),
                Operand(Text("Nachweis", "proof"), lost.evidence or "-", "", None, "input"),
            ),
            Text("nur für wirklichen, belegten Ausfall; nie fiktiv", "only for real, proved non-use; never fictively"),
            "§ 249 BGB; Sanden/Danner/Küppersbusch",
        )  # fmt: skip
    if settlement.other_items or use is not None:
        inputs = tuple(
            Operand(
                Text(i.label or i.id, i.label or i.id),
                str(round2(i.amount) if counts(i) else ZERO),
                "EUR",
                None,
                "input",
            )
            for i in settlement.other_items
        )
        if use is not None:
            inputs += (Operand(USE, str(use.counted), "EUR", "loss_of_use"),)
        text = " + ".join(number(Decimal(operand.value)) for operand in inputs)
        rule = Text("nur, soweit angefallen", "only as far as incurred")
        words = Text("Summe der Positionen", "sum of the items")
        build.add(
            "other_items", OTHERS, result.other_items, "EUR", words, f"{text} = {number(result.other_items)} EUR", inputs, rule,
            "§ 249 BGB",
        )  # fmt: skip


def _claim(build: Builder, data: CalculationInput, case: Settled) -> None:
    result = case.point
    effort, net = result.replacement_effort_without_tax, result.replacement_without_tax
    if result.basis in _REPAIR_BASES:
        terms = [(REPAIR, result.repair_allowed, "repair_allowed"), (LOSS, result.value_loss, "value_loss")]
    elif result.basis == "invoice_capped" or effort is None:
        name = Text("Wiederbeschaffungswert als Deckel", "replacement value as the cap")
        ref = "repair_allowed" if result.basis == "invoice_capped" or net is None else "replacement_without_tax"
        terms = [(name, result.claim - result.lump_sum - result.other_items, ref)]
    else:
        name = Text("Wiederbeschaffungsaufwand ohne Steuer", "replacement effort without tax")
        terms = [(name, effort, "replacement_effort_without_tax")]
    terms += [(LUMP, result.lump_sum, "lump_sum"), (OTHERS, result.other_items, "other_items")]
    if result.workshop_clause:
        clause = data.settlement.workshop_clause
        name = Text("Werkstattbindung", "fixed workshop")
        assert clause is not None
        build.add(
            "workshop_clause",
            name,
            result.workshop_clause,
            "EUR",
            Text("Prozent der Reparaturkosten" if clause.base == "repair" else "Prozent der Entschädigung",
                 "percent of the repair costs" if clause.base == "repair" else "percent of the compensation"),
            f"{number(clause.percent)} % = {number(result.workshop_clause)} EUR",
            (
                Operand(Text("Prozentsatz", "percentage"), str(clause.percent), "%", None, "contract"),
                Operand(REPAIR, str(result.repair_allowed), "EUR", "repair_allowed"),
            ),
            Text("nach der Klausel des Vertrags", "by the clause of the contract"),
            clause.clause,
        )  # fmt: skip
        if result.basis == "repair" or clause.base == "compensation":
            terms.append((name, -result.workshop_clause, "workshop_clause"))
    rest = result.claim - sum((term[1] for term in terms), ZERO)
    if rest:
        # VAT of a purchase, as far as it was incurred
        terms.append((Text("Umsatzsteuer, soweit angefallen", "VAT as far as incurred"), rest, "repair_allowed"))
    source = "AKB A.2.5.2.1, A.2.5.1.1" if result.regime == "kasko" else "§ 249 Abs. 2 BGB"
    _sum(build, "claim", CLAIM, result.claim, terms, _RULES[result.basis], source, _RULES[result.basis])


def _table(build: Builder, result: SettlementResult, case: Settled) -> None:
    """Node ``way:<way>`` of each row of the stage table."""
    refs = (
        Operand(REPAIR, str(result.repair_allowed), "EUR", "repair_allowed"),
        Operand(
            Text("Wiederbeschaffungsaufwand ohne Steuer", "replacement effort without tax"),
            str(result.replacement_effort_without_tax),
            "EUR",
            "replacement_effort_without_tax",
        ),
    )
    for row in case.table:
        concrete = "-" if row.concrete is None else f"{number(row.concrete)} EUR"
        build.add(
            f"way:{row.way}",
            row.condition,
            row.fictive,
            "EUR",
            Text("fiktiv | konkret, vor Quote und Selbstbeteiligung", "fictive | concrete, before quota and excess"),
            f"{number(row.fictive)} EUR | {concrete}",
            refs,
            row.needs,
            row.source,
        )
