"""Derivation nodes from the repair costs that count to claim, quota, excess and payout."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from calculation.derivation import Operand, number
from calculation.model import CalculationInput, Text
from calculation.money import ZERO, round2
from calculation.result import SettlementResult
from calculation.settlement_terms import counts

if TYPE_CHECKING:
    from calculation.explain import Builder
    from calculation.settled import Settled

REPAIR = Text("Reparaturkosten, die zählen", "repair costs that count")
LOSS = Text("Wertminderung", "value loss")
CLAIM, PAYOUT = Text("Anspruch", "claim"), Text("Auszahlung", "payout")
QUOTA, EXCESS = Text("Haftungsquote", "quota"), Text("Selbstbeteiligung", "excess")
LUMP, OTHERS = Text("Kostenpauschale", "lump sum"), Text("weitere Positionen", "further items")
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
    if result.regime == "kasko":
        _kasko(build, data, result)
    else:
        _liability(build, result)
    _open(build, result)
    _table(build, result, case)


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
    build.total("repair_allowed", REPAIR, amount, terms, rule, "§ 249 Abs. 2 BGB; BGH VI ZR 220/12", REPAIR)


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
    build.total("claim", CLAIM, result.claim, terms, _RULES[result.basis], source, _RULES[result.basis])


def _kasko(build: Builder, data: CalculationInput, result: SettlementResult) -> None:
    settlement = data.settlement
    inputs = [Operand(EXCESS, str(settlement.excess), "EUR", None, "contract")]
    if settlement.excess_partial_cover is not None:
        name = Text("Selbstbeteiligung der Teilkasko", "excess of the partial cover")
        inputs.append(Operand(name, str(settlement.excess_partial_cover), "EUR", None, "contract"))
    if settlement.excess_already_taken:
        name = Text("für dieses Ereignis schon abgezogen", "taken off for this event before")
        inputs.append(Operand(name, str(settlement.excess_already_taken), "EUR", None, "input"))
    build.add(
        "excess",
        EXCESS,
        result.excess,
        "EUR",
        Text("Selbstbeteiligung, die zählt", "excess that counts"),
        f"{number(result.excess)} EUR",
        tuple(inputs),
        Text("einmal je Ereignis", "once per event"),
        "AKB A.2.5.8",
    )
    build.add(
        "payout",
        PAYOUT,
        result.payout,
        "EUR",
        Text("Anspruch − Selbstbeteiligung, mindestens null", "claim − excess, at least zero"),
        f"max(0; {number(result.claim)} − {number(result.excess)}) = {number(result.payout)} EUR",
        (Operand(CLAIM, str(result.claim), "EUR", "claim"), Operand(EXCESS, str(result.excess), "EUR", "excess")),
        Text("erst der Deckel, zuletzt die Selbstbeteiligung", "cap first, excess last"),
        "AKB A.2.5.8",
    )


def _liability(build: Builder, result: SettlementResult) -> None:
    rule = Text(
        "Quote auf die Summe; keine Selbstbeteiligung in der Haftpflicht", "quota on the sum; no excess in liability"
    )
    given = Operand(QUOTA, str(result.quota), "share", None, "input")
    build.add(
        "quota", QUOTA, result.quota, "share", Text("wie angegeben", "as stated"), number(result.quota), (given,), rule,
        "§ 254 BGB; § 17 StVG",
    )  # fmt: skip
    quota = Operand(QUOTA, str(result.quota), "share", "quota")
    if result.privilege is not None:
        _privilege(build, result, quota)
    else:
        build.add(
            "payout",
            PAYOUT,
            result.payout,
            "EUR",
            Text("Anspruch × Haftungsquote", "claim × quota"),
            f"{number(result.claim)} × {number(result.quota)} = {number(result.payout)} EUR",
            (Operand(CLAIM, str(result.claim), "EUR", "claim"), quota),
            rule,
            "§§ 249, 254 BGB; § 115 VVG",
        )
    extras: tuple[Operand, ...] = (
        Operand(LUMP, str(result.lump_sum), "EUR", "lump_sum"),
        Operand(OTHERS, str(result.other_items), "EUR", "other_items"),
    )
    extras = tuple(operand for operand in extras if operand.ref in build.nodes)
    for key, amount, name, ref in (
        (
            "payout_if_kept",
            result.payout_if_kept,
            Text("Auszahlung bei Weiternutzung über sechs Monate", "payout when kept six months"),
            "repair_allowed",
        ),
        (
            "payout_if_sold",
            result.payout_if_sold,
            Text("Auszahlung bei früherem Verkauf", "payout when sold earlier"),
            "replacement_effort_without_tax",
        ),
    ):
        if amount is None:
            continue
        kept = key == "payout_if_kept"
        base = result.repair_allowed + result.value_loss if kept else result.replacement_effort_without_tax or ZERO
        whole = base + result.lump_sum + result.other_items
        words = Text(
            "(Reparaturkosten + Wertminderung + weitere Positionen) × Quote",
            "(repair + value loss + further items) × quota",
        )
        if not kept:
            words = Text(
                "(Wiederbeschaffungsaufwand ohne Steuer + weitere Positionen) × Quote",
                "(replacement effort without tax + further items) × quota",
            )
        numbers = f"{number(whole)} × {number(result.quota)} = {number(amount)} EUR"
        if result.privilege is not None:
            numbers = f"{number(whole)} | {number(amount)} EUR"
        inputs = (Operand(name, str(base), "EUR", ref), *extras, quota)
        build.add(key, name, amount, "EUR", words, numbers, inputs, rule, "BGH VI ZR 192/05, 35/10")


def _privilege(build: Builder, result: SettlementResult, quota: Operand) -> None:
    """The payout under the quota privilege, and its steps."""
    found = result.privilege
    assert found is not None
    source = "§ 86 Abs. 1 S. 2 VVG"
    rule = Text("Quotenvorrecht: kongruente Positionen zuerst", "quota privilege: congruent items first")
    claim = Operand(CLAIM, str(result.claim), "EUR", "claim")
    both = Operand(Text("kongruente Positionen", "congruent items"), str(found.congruent), "EUR", "privilege.congruent")
    uncovered = Operand(Text("ungedeckt", "uncovered"), str(found.uncovered), "EUR", "privilege.uncovered")
    owed = Operand(Text("nach Quote", "by quota"), str(found.by_quota), "EUR", "privilege.by_quota")
    first = Operand(Text("bevorrechtigt", "privileged"), str(found.privileged), "EUR", "privilege.privileged")
    rest = Operand(Text("übrige nach Quote", "others by quota"), str(found.others), "EUR", "privilege.others")
    paid = round2(found.congruent - found.uncovered)
    for key, name, amount, words, numbers, inputs in (
        ("congruent", both.name, found.congruent, Text("Fahrzeugschaden, Wertminderung und kongruente Positionen", "car, value loss and congruent items"), f"{number(found.congruent)}", (claim,)),
        ("by_quota", owed.name, found.by_quota, Text("kongruent × Quote", "congruent × quota"), f"{number(found.congruent)} × {number(result.quota)} = {number(found.by_quota)}", (both, quota)),
        ("uncovered", uncovered.name, found.uncovered, Text("kongruent − vom eigenen Versicherer gezahlt", "congruent − paid by the own insurer"), f"{number(found.congruent)} − {number(paid)} = {number(found.uncovered)}", (both, Operand(Text("eigener Versicherer", "own insurer"), str(paid), "EUR", None, "input"))),
        ("privileged", first.name, found.privileged, Text("der kleinere Betrag", "the smaller amount"), f"min({number(found.uncovered)}; {number(found.by_quota)}) = {number(found.privileged)}", (uncovered, owed)),
        ("others", rest.name, found.others, Text("übrige Positionen × Quote", "other items × quota"), f"{number(found.others)}", (claim, quota)),
        ("recourse", Text("bleibt dem eigenen Versicherer", "left for the own insurer"), found.recourse, Text("nach Quote − bevorrechtigt", "by quota − privileged"), f"{number(found.by_quota)} − {number(found.privileged)} = {number(found.recourse)}", (owed, first)),
    ):  # fmt: skip
        build.add(f"privilege.{key}", name, amount, "EUR", words, f"{numbers} EUR", inputs, rule, source)
    build.add(
        "payout",
        PAYOUT,
        result.payout,
        "EUR",
        Text(
            "min(ungedeckte kongruente Positionen; Quote darauf) + Quote der übrigen",
            "min(uncovered congruent items; quota on them) + quota of the others",
        ),
        f"{number(found.privileged)} + {number(found.others)} = {number(result.payout)} EUR",
        (claim, quota, first, rest),
        rule,
        source,
    )


def _open(build: Builder, result: SettlementResult) -> None:
    if not result.already_paid:
        return
    paid = Text("schon gezahlt", "paid before")
    build.add(
        "open_amount",
        Text("noch offen", "still open"),
        result.open_amount,
        "EUR",
        Text("Auszahlung − schon gezahlt", "payout − paid before"),
        f"max(0; {number(result.payout)} − {number(result.already_paid)}) = {number(result.open_amount)} EUR",
        (
            Operand(PAYOUT, str(result.payout), "EUR", "payout"),
            Operand(paid, str(result.already_paid), "EUR", None, "input"),
        ),
        Text(
            "Preissteigerungen bis zur Zahlung trägt der Versicherer",
            "price rises until payment are borne by the insurer",
        ),
        "BGH VI ZR 115/19",
    )


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
