"""Whether a case fits the instant settlement: every rule with met, not met or unknown, its reason, and what clears it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from calculation.model import PARTIAL_COVER_PERILS, CalculationInput, Text
from calculation.result import (
    Eligibility,
    EligibilityRule,
    LimitCheck,
    RuleStatus,
    SettlementResult,
    Totals,
    ValueEstimate,
)
from calculation.settlement_words import HIDDEN, LIMIT_BASES, PERILS, listed
from calculation.texts import eur, percent

PRODUCT, DESIGN = "Produktseite Kfz-Sofortregulierung", "Festlegung Telekalk"
#: Share of body, paint and dent work in all labour from which the damage counts as mainly body and paint.
MAINLY = Decimal("0.5")
_EXCLUSION: Literal["exclusion"] = "exclusion"
_QUESTION: Literal["question"] = "question"


def eligibility(
    data: CalculationInput,
    sheet: Totals,
    high: Totals,
    settlement: SettlementResult,
    limit: LimitCheck,
    value: ValueEstimate | None,
) -> Eligibility:
    """All rules in a fixed order, and what follows: one exclusion not met is enough; an open point needs a person."""
    rules = (
        _limit(limit),
        _total_loss(data, sheet, high, settlement, value),
        *_ownership(data),
        *_cover(data),
        _mainly(data, sheet),
        *_questions(data),
        _hidden(data),
    )
    if any(rule.kind == "exclusion" and rule.status == "not_met" for rule in rules):
        return Eligibility(overall="not_eligible", rules=rules)
    if all(rule.status == "met" for rule in rules):
        return Eligibility(overall="eligible", rules=rules)
    return Eligibility(overall="to_be_clarified", rules=rules)


_CLASSIC = Text("In die klassische Regulierung geben.", "Hand over to the classic process.")
_ASK = Text("Beim Kunden erfragen und eintragen.", "Ask the customer and enter it.")
_MET = Text("erfüllt", "met")


def _limit(limit: LimitCheck) -> EligibilityRule:
    status: RuleStatus = "met"
    clears: Text | None = None
    if limit.over:
        status, clears = "not_met", _CLASSIC
    elif limit.over_at_upper_edge:
        status = "unknown"
        clears = Text("Unsichere Positionen klären.", "Settle the uncertain lines.")
    edge = ("", "")
    if limit.compared_high != limit.compared:
        edge = (
            f", oberer Rand {eur(limit.compared_high, 'de')}",
            f", upper edge {eur(limit.compared_high)}",
        )
    return EligibilityRule(
        code="limit",
        kind=_EXCLUSION,
        status=status,
        name=Text("Betragsgrenze", "limit"),
        reason=Text(
            f"{eur(limit.compared, 'de')}{edge[0]}; Grenze {eur(limit.limit, 'de')} ({LIMIT_BASES[limit.basis].de})",
            f"{eur(limit.compared)}{edge[1]}; limit {eur(limit.limit)} ({LIMIT_BASES[limit.basis].en})",
        ),
        clears=clears,
        source=PRODUCT,
    )


def _total_loss(
    data: CalculationInput, sheet: Totals, high: Totals, settlement: SettlementResult, value: ValueEstimate | None
) -> EligibilityRule:
    """By the stated replacement value where there is one, else by the estimate band at its upper edge."""
    policy, stated = data.policy, data.settlement.replacement
    state = Text("Wiederbeschaffungswert und Restwert angeben.", "State replacement and residual value.")
    status: RuleStatus
    clears: Text | None
    if stated is not None and stated.amount:
        cost = high.gross + settlement.value_loss
        reason = Text(
            f"Reparaturkosten {percent(cost / stated.amount, 'de')} des angegebenen Wiederbeschaffungswerts",
            f"repair costs {percent(cost / stated.amount)} of the stated replacement value",
        )
        if settlement.total_loss:
            status, clears = "not_met", _CLASSIC
        elif cost > stated.amount:
            status, clears = "unknown", Text("Unsichere Positionen klären.", "Settle the uncertain lines.")
        else:
            status, clears = "met", None
    elif value is not None:
        ratio = value.repair_ratio
        reason = Text(
            f"Reparaturkosten {percent(ratio, 'de')} des geschätzten Werts (unterer Rand {eur(value.low, 'de')})",
            f"repair costs {percent(ratio)} of the estimated value (low edge {eur(value.low)})",
        )
        if ratio >= policy.red_ratio:
            status, clears = "not_met", state
        elif ratio >= policy.amber_ratio:
            status, clears = "unknown", state
        else:
            status, clears = "met", None
    else:
        reason = Text("weder Wiederbeschaffungswert noch Schätzspanne", "neither replacement value nor estimate band")
        status, clears = "unknown", state
    return EligibilityRule(
        code="total_loss",
        kind=_EXCLUSION,
        status=status,
        name=Text("kein Totalschaden", "no total loss"),
        reason=reason,
        clears=clears,
        source=f"{PRODUCT}; 70-%-Regel der Praxis",
    )


@dataclass(frozen=True, slots=True)
class _Fact:
    """A yes-or-no fact that must be denied (or, with ``wanted``, confirmed)."""

    code: str
    kind: Literal["exclusion", "question"]
    name: Text
    bad: Text
    clears: Text
    source: str
    wanted: bool = False


def _rule(fact: _Fact, value: bool | None) -> EligibilityRule:
    """The rule that one fact makes."""
    status: RuleStatus = "met"
    reason, clears = _MET, None
    if value is None:
        status, reason, clears = "unknown", Text("nicht angegeben", "not stated"), _ASK
    elif value is not fact.wanted:
        status, reason, clears = "not_met", fact.bad, fact.clears
    return EligibilityRule(
        code=fact.code, kind=fact.kind, status=status, name=fact.name, reason=reason, clears=clears, source=fact.source
    )


def _outcomes(fact: _Fact) -> dict[bool | None, EligibilityRule]:
    """All three outcomes of a fact, made once: most rules of most calculations are these."""
    return {value: _rule(fact, value) for value in (None, False, True)}


_BANK = Text("Freigabe der Bank einholen; klassisch regulieren.", "Obtain the bank's release; classic process.")
_LEASED: Final = _outcomes(
    _Fact(
        "leased",
        _EXCLUSION,
        Text("nicht geleast", "not leased"),
        Text("Leasingfahrzeug", "leased vehicle"),
        _BANK,
        PRODUCT,
    )
)
_FINANCED: Final = _outcomes(
    _Fact(
        "financed",
        _EXCLUSION,
        Text("nicht finanziert", "not financed"),
        Text("finanziert oder sicherungsübereignet", "financed or assigned as security"),
        _BANK,
        PRODUCT,
    )
)
_OWNER: Final = _outcomes(
    _Fact(
        "owner_is_claimant",
        _QUESTION,
        Text("Anspruchsteller ist Eigentümer", "claimant owns the car"),
        Text("Eigentum liegt bei einem anderen", "somebody else owns it"),
        Text("Zahlung mit dem Eigentümer klären.", "Settle the payment with the owner."),
        DESIGN,
        wanted=True,
    )
)


def _ownership(data: CalculationInput) -> Iterator[EligibilityRule]:
    settlement = data.settlement
    yield _LEASED[settlement.leased]
    yield _FINANCED[settlement.financed]
    yield _OWNER[data.circumstances.owner_is_claimant]


def _cover(data: CalculationInput) -> Iterator[EligibilityRule]:
    """Own-damage cover has to cover the cause; liability has no such rule."""
    settlement = data.settlement
    if settlement.regime != "kasko":
        return
    status: RuleStatus = "met"
    reason, clears = _MET, None
    if settlement.cover is None or (settlement.cover == "partial" and settlement.peril is None):
        status, reason, clears = (
            "unknown",
            Text("Deckung oder Ursache nicht angegeben", "cover or cause not stated"),
            _ASK,
        )
    elif settlement.cover == "partial" and settlement.peril not in PARTIAL_COVER_PERILS:
        status = "not_met"
        peril = PERILS[settlement.peril or "other"]
        reason = Text(f"Teilkasko deckt die Ursache nicht: {peril.de}", f"partial cover does not cover {peril.en}")
        clears = Text("Vertrag und Ursache prüfen.", "Check contract and cause.")
    yield EligibilityRule(
        code="peril_covered",
        kind=_EXCLUSION,
        status=status,
        name=Text("Ursache ist gedeckt", "cause is covered"),
        reason=reason,
        clears=clears,
        source="AKB A.2.2.1, A.2.2.2",
    )


def _mainly(data: CalculationInput, sheet: Totals) -> EligibilityRule:
    """By a person's word, else by the share of body, paint and dent work in all labour."""
    said = data.circumstances.mainly_body_and_paint
    other = sum(
        (amount for name, amount in sheet.labour_by_rate.items() if name.partition("_")[0] in {"mechanic", "electric"}),
        Decimal(0),
    )
    whole = sheet.labour_total + sheet.paint_wage
    status: RuleStatus
    clears: Text | None = None
    if said is not None:
        status = "met" if said else "not_met"
        reason = Text("Angabe am Fall", "stated in the case")
    elif not whole:
        status, reason, clears = "unknown", Text("keine Arbeitspositionen", "no labour lines"), _ASK
    else:
        share = 1 - other / whole
        status = "met" if share >= MAINLY else "not_met"
        reason = Text(
            f"{percent(share, 'de')} der Arbeit sind Karosserie, Lack oder Dellen",
            f"{percent(share)} of the labour is body, paint or dents",
        )
    if status == "not_met":
        clears = Text(
            "Schadenart klären, sonst klassisch regulieren.", "Settle the kind of damage, else classic process."
        )
    return EligibilityRule(
        code="mainly_body_and_paint",
        kind=_QUESTION,
        status=status,
        name=Text("überwiegend Karosserie und Lack", "mainly body and paint"),
        reason=reason,
        clears=clears,
        source=PRODUCT,
    )


_PERSON = Text("An die Sachbearbeitung geben.", "Give it to a clerk.")
_QUESTIONS: Final = (
    ("other_insurer", Text("kein anderer Versicherer", "no other insurer"), Text("anderer Versicherer beteiligt", "another insurer is involved")),
    ("assignment", Text("keine Abtretung", "no assignment"), Text("Anspruch abgetreten: keine direkte Auszahlung", "claim assigned: no direct payout")),
    ("personal_injury", Text("kein Personenschaden", "no personal injury"), Text("Personenschaden", "somebody was hurt")),
    ("police_case", Text("keine Ermittlungen", "no police case"), Text("Polizei- oder Strafsache offen", "police or criminal case open")),
    ("not_drivable", Text("fahrbereit", "drivable"), Text("nicht fahrbereit", "not drivable")),
)  # fmt: skip


_ANSWERS: Final = {
    code: _outcomes(_Fact(code, _QUESTION, name, bad, _PERSON, DESIGN)) for code, name, bad in _QUESTIONS
}
_INPUT_TAX: Final = _outcomes(
    _Fact(
        "input_tax",
        _QUESTION,
        Text("Vorsteuerabzug geklärt", "input-tax deduction known"),
        Text("ungeklärt", "unknown"),
        _ASK,
        DESIGN,
        wanted=True,
    )
)


def _questions(data: CalculationInput) -> Iterator[EligibilityRule]:
    facts, settlement = data.circumstances, data.settlement
    for code, answers in _ANSWERS.items():
        yield answers[getattr(facts, code)]
    name = Text("keine Mithaftung", "no shared fault")
    shared = True if settlement.regime == "liability" and settlement.quota < 1 else facts.shared_fault
    bad = Text(
        f"Mithaftung, Quote {percent(settlement.quota, 'de')}", f"shared fault, quota {percent(settlement.quota)}"
    )
    if settlement.regime == "liability" or facts.shared_fault:
        yield _rule(_Fact("shared_fault", _QUESTION, name, bad, _PERSON, DESIGN), shared)
    yield _INPUT_TAX[None if settlement.input_tax_deduction is None else True]


def _hidden(data: CalculationInput) -> EligibilityRule:
    facts = data.circumstances
    found = [name for name in HIDDEN if getattr(facts, name)]
    open_ = [name for name in HIDDEN if getattr(facts, name) is None]
    status: RuleStatus = "not_met" if found else "unknown" if open_ else "met"
    names = listed(HIDDEN[name] for name in found or open_)
    reason, clears = _MET, None
    if found:
        reason, clears = Text(f"festgestellt: {names.de}", f"found: {names.en}"), _PERSON
    elif open_:
        reason, clears = Text(f"nicht angegeben: {names.de}", f"not stated: {names.en}"), _ASK
    return EligibilityRule(
        code="no_hidden_damage",
        kind=_QUESTION,
        status=status,
        name=Text("kein Anzeichen für verdeckten Schaden", "no sign of hidden damage"),
        reason=reason,
        clears=clears,
        source=DESIGN,
    )
