"""What comes out of the settlement: claim, payout, stages, reference workshop, disputed items, value losses, eligibility."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from calculation.model import DisputedItem, Mode, Regime, Text

SettlementBasis = Literal[
    "repair",
    "replacement_effort",
    "total_loss",
    "invoice",
    "invoice_capped",
    "proven_value",
    "replacement_bought",
]
ItemStatus = Literal[
    "payable", "payable_if_usual", "regional", "only_if_incurred", "must_be_taken_off", "only_with_gain"
]
RuleStatus = Literal["met", "not_met", "unknown"]


@dataclass(frozen=True, slots=True)
class QuotaPrivilege:
    """Section 86 (1) s. 2 VVG: the claimant's uncovered congruent items come first out of the opponent's quota.

    Attributes:
        congruent: repair or replacement effort, value loss and congruent items.
        by_quota: what the opponent owes for them.
        uncovered: congruent less what the own insurer has paid.
        privileged: what the claimant gets of it: the smaller of the two.
        others: quota of the remaining items.
        recourse: what is left of the quota for the own insurer.
    """

    congruent: Decimal
    by_quota: Decimal
    uncovered: Decimal
    privileged: Decimal
    others: Decimal
    recourse: Decimal


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason with its stable word and the source of the rule."""

    code: str
    text: Text
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceResult:
    """The reference to a cheaper workshop: what it would cost there, and whether the claimant must accept it.

    Attributes:
        status: applied, blocked (a guard stands against it), or no_advantage (not cheaper).
        name: of the workshop.
        report_net: repair costs net after deductions by the sheet.
        workshop_net: the same at the workshop's terms; null for a statistical mean without an amount.
        difference: report_net − workshop_net, never negative; the amount in dispute.
        brand_price_owed: the prices of a brand workshop are owed because of age, service history or because only it can repair.
        blocked_by: guards that stand against it; empty when it is applied.
        unknown: facts that nobody has stated and that could block it.
        decided_by: who decided.
        decided_on: when.

    """

    status: Literal["applied", "blocked", "no_advantage"]
    name: str
    report_net: Decimal
    workshop_net: Decimal | None
    difference: Decimal
    brand_price_owed: bool
    blocked_by: tuple[Reason, ...]
    unknown: tuple[Reason, ...]
    decided_by: str
    decided_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementResult:
    """What is offered and how it was found.

    Attributes:
        regime: kasko or liability.
        mode: fictive or concrete.
        basis: repair, replacement_effort (cap or stage), total_loss; concrete: invoice, invoice_capped, proven_value, replacement_bought.
        repair_allowed: repair costs that count: net after deductions, at the reference workshop where it is applied, less accepted cuts;
            in a concrete settlement the invoice as incurred.
        cuts_allowed: proposed cuts that count.
        cuts_refused: proposed cuts that do not.
        value_loss: value loss as it counts before the quota.
        lump_sum: as it counts before the quota.
        other_items: as they count before the quota.
        residual_used: residual value that counts: of the report, a higher price received, or a higher offer in time.
        replacement_without_tax: WBW without its tax share; null when no WBW is stated.
        replacement_effort_gross: WBW − RW as the stage test uses it.
        replacement_effort_without_tax: WBW without tax − RW: what is owed in a total loss, the cap in Kasko.
        stage: 1 to 4 (liability); null when WBW or RW is missing, and in Kasko.
        ratio_percent: (repair gross + value loss) / WBW in percent; net only with input-tax deduction.
        limit_130: 1.3 × WBW.
        total_loss: the law's total loss (Kasko: repair over WBW; liability: stage 3 or 4).
        workshop_clause: taken off by a tariff with a fixed workshop.
        claim: amount before quota and excess.
        quota: as given (1 in Kasko).
        excess: as it counts (0 in liability).
        payout: what is offered, never negative.
        payout_if_kept: stage 2 fictively, stage 3 concretely: when the car is kept and used six months.
        payout_if_sold: the other way.
        already_paid: paid before.
        open_amount: payout − already paid, never negative.
        privilege: quota privilege, when the own insurer has paid.
        reference: reference workshop, when one is named.

    """

    regime: Regime
    mode: Mode = "fictive"
    basis: SettlementBasis
    repair_allowed: Decimal
    cuts_allowed: Decimal = Decimal("0.00")
    cuts_refused: Decimal = Decimal("0.00")
    value_loss: Decimal
    lump_sum: Decimal
    other_items: Decimal
    residual_used: Decimal | None = None
    replacement_without_tax: Decimal | None
    replacement_effort_gross: Decimal | None
    replacement_effort_without_tax: Decimal | None
    stage: int | None
    ratio_percent: Decimal | None
    limit_130: Decimal | None
    total_loss: bool
    workshop_clause: Decimal = Decimal("0.00")
    claim: Decimal
    quota: Decimal
    excess: Decimal
    payout: Decimal
    payout_if_kept: Decimal | None = None
    payout_if_sold: Decimal | None = None
    already_paid: Decimal = Decimal("0.00")
    open_amount: Decimal
    privilege: QuotaPrivilege | None = None
    reference: ReferenceResult | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """One way in which the law settles the case, with what it pays; all ways of the regime stand side by side.

    Attributes:
        way: stage_1 to stage_4; kasko_invoice, kasko_fictive, kasko_total_loss.
        condition: in words and with the bounds.
        lower, upper: bounds of the compared costs in EUR; lower is exclusive, upper inclusive; null = open.
        fictive: what a fictive settlement pays, before quota and excess.
        concrete: what a concrete settlement pays with the proofs that were given, before quota and excess; null without proof.
        concrete_up_to: most that a concrete settlement can pay for repair and value loss; null = invoice without a bound.
        needs: what the concrete way needs.
        applies: the costs of this case lie here.
        source: rulings or clauses.

    """

    way: str
    condition: Text
    lower: Decimal | None
    upper: Decimal | None
    fictive: Decimal
    concrete: Decimal | None
    concrete_up_to: Decimal | None
    needs: Text
    applies: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayableItem:
    """An item of this sheet over which insurers argue, with the rule that decides.

    Attributes:
        item: which.
        name: as printed.
        amount: net EUR on this sheet; null where the item is not a line (social contributions are inside the hourly rates).
        status: payable, payable_if_usual, regional (case law differs), only_if_incurred, must_be_taken_off, only_with_gain.
        rule: what follows from it; names what an insurer may not cut.
        ruling: the decision.
        decided_on: its day.
        line_ids: lines it is made of.
        cut: what somebody wants to take off.
        cut_allowed: how much of it counts.
        cut_reason: why, or why not.

    """

    item: DisputedItem | Literal["loss_of_use", "rental", "towing", "registration"]
    name: Text
    amount: Decimal | None
    status: ItemStatus
    rule: Text
    ruling: str
    decided_on: date | None
    line_ids: tuple[str, ...] = ()
    cut: Decimal = Decimal("0.00")
    cut_allowed: Decimal = Decimal("0.00")
    cut_reason: Text | None = None


@dataclass(frozen=True, slots=True)
class ValueLossProposal:
    """Value loss by one method.

    Attributes:
        method: ruhkopf_sahm, halbgewachs (upper limit), bvsk, mfm; bremer and hamburger are rules of thumb.
        amount: EUR; null when the method does not apply.
        excluded: why it does not apply.
        numbers: the formula in numbers, English separators.
        source: of the method.
        thumb: a rule of thumb, not a method.
        net_amount: the amount with the tax share of gross sale prices taken out once; null when it does not apply.
        note: what must be known about the method.
        chosen: the expert stated this method.
    """

    method: str
    amount: Decimal | None
    excluded: Text | None
    numbers: str
    source: str
    thumb: bool = False
    net_amount: Decimal | None = None
    note: Text | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityRule:
    """One rule of the instant settlement.

    Attributes:
        code: stable word.
        kind: exclusion (not met: not eligible) or question (not met: a person has to settle it first).
        status: met, not_met, unknown.
        name: of the rule.
        reason: with the figures.
        clears: what clears it; empty when it is met.
        source: of the rule.

    """

    code: str
    kind: Literal["exclusion", "question"]
    status: RuleStatus
    name: Text
    reason: Text
    clears: Text | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """Whether the case fits the instant settlement.

    Attributes:
        overall: not_eligible when an exclusion is not met; eligible when every rule is met; else to_be_clarified.
        rules: all of them, in a fixed order.

    """

    overall: Literal["eligible", "not_eligible", "to_be_clarified"]
    rules: tuple[EligibilityRule, ...]
