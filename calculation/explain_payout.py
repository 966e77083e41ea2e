"""Derivation nodes from the claim to the payout: excess, quota, quota privilege, both ways of stage 2, what is still open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calculation.derivation import Operand, number
from calculation.model import CalculationInput, Text
from calculation.money import ZERO, round2
from calculation.result import SettlementResult

if TYPE_CHECKING:
    from calculation.explain import Builder

CLAIM, PAYOUT = Text("Anspruch", "claim"), Text("Auszahlung", "payout")
QUOTA, EXCESS = Text("Haftungsquote", "quota"), Text("Selbstbeteiligung", "excess")
LUMP, OTHERS = Text("Kostenpauschale", "lump sum"), Text("weitere Positionen", "further items")


def payout_nodes(build: Builder, data: CalculationInput, result: SettlementResult) -> None:
    """Nodes ``excess`` (Kasko), ``quota``, ``privilege.*``, ``payout_if_kept``, ``payout_if_sold`` (liability), ``payout``, ``open_amount``."""
    if result.regime == "kasko":
        _kasko(build, data, result)
    else:
        _liability(build, result)
    _open(build, result)


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
