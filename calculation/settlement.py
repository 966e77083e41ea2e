"""From repair costs to the fictive payout: Kasko by contract, liability by section 249 BGB and the four total-loss stages."""

from __future__ import annotations

from decimal import Decimal

from calculation.model import CalculationInput, ReplacementValue, Settlement
from calculation.money import HUNDRED, ONE, ZERO, net_of, round2, round_to
from calculation.result import QuotaPrivilege, SettlementBasis, SettlementResult, Totals

#: Upper limit of a repair that costs more than the car is worth (VI ZR 70/04, 119/09).
LIMIT_130 = Decimal("1.3")


def replacement_without_tax(value: ReplacementValue, vat_rate: Decimal) -> Decimal:
    """WBW without its tax share: regular and margin tax are contained (divide), ``margin_percent`` takes percent off."""
    if value.tax_kind == "regular":
        return net_of(value.amount, vat_rate)
    if value.tax_kind == "margin_contained":
        return round2(value.amount / (ONE + value.margin_rate))
    if value.tax_kind == "margin_percent":
        return round2(value.amount - value.amount * value.margin_rate)
    return round2(value.amount)


def value_loss_allowed(settlement: Settlement, vat_rate: Decimal) -> Decimal:
    """Value loss as owed: liability only; one estimated from gross prices loses its tax share once (VI ZR 205/23)."""
    if settlement.regime == "kasko" or settlement.value_loss is None:
        return ZERO
    loss = settlement.value_loss
    return net_of(loss.amount, vat_rate) if loss.basis == "gross" else round2(loss.amount)


def settle(data: CalculationInput, sheet: Totals) -> SettlementResult:
    """The offer for one sheet; never negative.

    With a replacement value but no residual value the claim is at least capped by the replacement value without tax.
    """
    if data.settlement.regime == "kasko":
        return _kasko(data, sheet)
    return _liability(data, sheet)


def _ratio(cost: Decimal, value: Decimal | None) -> Decimal | None:
    return round_to(cost / value * HUNDRED, 2) if value else None


def _effort(settlement: Settlement, value: Decimal | None) -> Decimal | None:
    """Value − residual value as received; never below zero."""
    if value is None or settlement.residual is None:
        return None
    return max(ZERO, round2(value - settlement.residual.amount))


def _values(data: CalculationInput) -> tuple[Decimal | None, Decimal | None]:
    """The WBW that tests use (net for a claimant who deducts input tax) and the WBW without tax."""
    settlement = data.settlement
    if settlement.replacement is None or settlement.replacement.amount == 0:
        return None, None
    net = replacement_without_tax(settlement.replacement, data.parameters.vat_rate)
    return (net if settlement.input_tax_deduction else settlement.replacement.amount), net


def _kasko(data: CalculationInput, sheet: Totals) -> SettlementResult:
    settlement = data.settlement
    tested, net = _values(data)
    cost = sheet.net if settlement.input_tax_deduction else sheet.gross
    effort = _effort(settlement, net)
    total_loss = tested is not None and cost > tested
    claim, basis = sheet.net_allowed, "repair"
    if effort is not None and total_loss:
        claim, basis = effort, "total_loss"
    elif effort is not None and effort < claim:
        claim, basis = effort, "replacement_effort"
    elif effort is None and net is not None and net < claim:
        claim, basis = net, "replacement_effort"
    return SettlementResult(
        regime="kasko",
        basis=_basis(basis),
        repair_allowed=sheet.net_allowed,
        value_loss=ZERO,
        lump_sum=ZERO,
        other_items=ZERO,
        replacement_without_tax=net,
        replacement_effort_gross=_effort(settlement, tested),
        replacement_effort_without_tax=effort,
        stage=None,
        ratio_percent=_ratio(cost, tested),
        limit_130=None,
        total_loss=total_loss,
        claim=claim,
        quota=ONE,
        excess=round2(settlement.excess),
        payout=max(ZERO, claim - round2(settlement.excess)),
    )


def _basis(name: str) -> SettlementBasis:
    if name == "total_loss":
        return "total_loss"
    return "replacement_effort" if name == "replacement_effort" else "repair"


def stage_of(cost: Decimal, effort: Decimal, value: Decimal) -> int:
    """Stage 1 to 4 of the decision table for ``cost`` = repair + value loss."""
    if cost <= effort:
        return 1
    if cost <= value:
        return 2
    return 3 if cost <= value * LIMIT_130 else 4


def quota_privilege(settlement: Settlement, claim: Decimal, further: Decimal) -> QuotaPrivilege | None:
    """Congruent items first, the others by quota; None when the own insurer has paid nothing.

    Args:
        settlement: quota, items and what the own insurer has paid.
        claim: repair costs with value loss, or replacement effort.
        further: lump sum and all further items.
    """
    if settlement.own_insurer_paid is None:
        return None
    with_it = round2(sum((item.amount for item in settlement.other_items if item.congruent), ZERO))
    congruent = claim + with_it
    by_quota = round2(congruent * settlement.quota)
    uncovered = max(ZERO, congruent - round2(settlement.own_insurer_paid))
    privileged = min(uncovered, by_quota)
    others = round2((further - with_it) * settlement.quota)
    return QuotaPrivilege(congruent, by_quota, uncovered, privileged, others, by_quota - privileged)


def _liability(data: CalculationInput, sheet: Totals) -> SettlementResult:
    settlement = data.settlement
    loss = value_loss_allowed(settlement, data.parameters.vat_rate)
    lump, others = round2(settlement.lump_sum), round2(sum((item.amount for item in settlement.other_items), ZERO))
    tested, net = _values(data)
    cost = (sheet.net if settlement.input_tax_deduction else sheet.gross) + loss
    effort_gross, effort_net = _effort(settlement, tested), _effort(settlement, net)
    repair_claim = sheet.net_allowed + loss
    stage: int | None = None
    claim, basis = repair_claim, "repair"
    kept = sold = None

    def offered(amount: Decimal) -> Decimal:
        found = quota_privilege(settlement, amount, lump + others)
        if found is not None:
            return found.privileged + found.others
        return max(ZERO, round2((amount + lump + others) * settlement.quota))

    if tested is not None and effort_gross is not None and effort_net is not None:
        stage = stage_of(cost, effort_gross, tested)
        if stage == 2:
            kept, sold = offered(repair_claim), offered(effort_net)
            if not (settlement.keeps_six_months and settlement.roadworthy):
                claim, basis = effort_net, "replacement_effort"
        elif stage > 2:
            claim, basis = effort_net, "total_loss"
    elif net is not None and net < claim:
        claim, basis = net, "replacement_effort"
    total_loss = stage in {3, 4} or (tested is not None and cost > tested)
    return SettlementResult(
        regime="liability",
        basis=_basis(basis),
        repair_allowed=sheet.net_allowed,
        value_loss=loss,
        lump_sum=lump,
        other_items=others,
        replacement_without_tax=net,
        replacement_effort_gross=effort_gross,
        replacement_effort_without_tax=effort_net,
        stage=stage,
        ratio_percent=_ratio(cost, tested),
        limit_130=round2(tested * LIMIT_130) if tested is not None else None,
        total_loss=total_loss,
        claim=claim + lump + others,
        quota=settlement.quota,
        excess=ZERO,
        payout=offered(claim),
        payout_if_kept=kept,
        payout_if_sold=sold,
        privilege=quota_privilege(settlement, claim, lump + others),
    )
