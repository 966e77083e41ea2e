"""From repair costs to the payout: Kasko by contract, liability by section 249 BGB and the four total-loss stages."""

from __future__ import annotations

from decimal import Decimal

from calculation.concrete import concrete_kasko, concrete_liability, done_amount
from calculation.money import HUNDRED, ONE, ZERO, percent_of, round2, round_to
from calculation.result import QuotaPrivilege, ReferenceResult, SettlementBasis, SettlementResult, Totals
from calculation.settlement_terms import Terms, congruent, counts, excess_of

#: Upper limit of a repair that costs more than the car is worth (VI ZR 70/04, 119/09).
LIMIT_130 = Decimal("1.3")


def settle(terms: Terms, sheet: Totals, reference: ReferenceResult | None = None) -> SettlementResult:
    """The offer for one sheet; never negative.

    With a replacement value but no residual value the claim is at least capped by the replacement value without tax.

    Args:
        terms: the settlement's values.
        sheet: the sheet at one edge of the band.
        reference: what the sheet costs at the reference workshop at the same edge, where one is named.

    """
    if terms.settlement.regime == "kasko":
        return _kasko(terms, sheet, reference)
    return _liability(terms, sheet, reference)


def repair_of(terms: Terms, sheet: Totals, reference: ReferenceResult | None) -> Decimal:
    """Net repair costs that count fictively: after deductions, at the reference workshop where applied, less accepted cuts."""
    repair = sheet.net_allowed
    if reference is not None and reference.status == "applied" and reference.workshop_net is not None:
        repair = reference.workshop_net
    return max(ZERO, repair - terms.cuts) if terms.cuts else repair


def _ratio(cost: Decimal, value: Decimal | None) -> Decimal | None:
    return round_to(cost / value * HUNDRED, 2) if value else None


def kasko_fictive(terms: Terms, repair: Decimal, total_loss: bool) -> tuple[Decimal, SettlementBasis, Decimal]:
    """Compensation before the excess, what it rests on, and what the tariff's workshop clause took off."""
    clause, effort, net = terms.settlement.workshop_clause, terms.effort_net, terms.net
    off = ZERO
    if clause is not None and clause.base == "repair" and not total_loss:
        off = percent_of(repair, clause.percent)
        repair -= off
    claim: Decimal = repair
    basis: SettlementBasis = "repair"
    if effort is not None and total_loss:
        claim, basis = effort, "total_loss"
    elif effort is not None and effort < claim:
        claim, basis = effort, "replacement_effort"
    elif effort is None and net is not None and net < claim:
        claim, basis = net, "replacement_effort"
    if clause is not None and clause.base == "compensation" and basis != "total_loss":
        off = percent_of(claim, clause.percent)
        claim -= off
    return claim, basis, off


def _kasko(terms: Terms, sheet: Totals, reference: ReferenceResult | None) -> SettlementResult:
    settlement = terms.settlement
    cost = terms.cost(sheet)
    total_loss = terms.tested is not None and cost > terms.tested
    repair = repair_of(terms, sheet, reference)
    if settlement.mode == "concrete":
        claim, basis, repair = concrete_kasko(terms, sheet, total_loss)
        off = ZERO
        if settlement.workshop_clause is not None and basis != "total_loss":
            off = percent_of(claim, settlement.workshop_clause.percent)
            claim -= off
    else:
        claim, basis, off = kasko_fictive(terms, repair, total_loss)
    excess = excess_of(settlement)
    payout = max(ZERO, claim - excess)
    paid = round2(settlement.already_paid or ZERO)
    return SettlementResult(
        regime="kasko",
        mode=settlement.mode,
        basis=basis,
        repair_allowed=repair,
        cuts_allowed=terms.cuts,
        cuts_refused=terms.refused,
        value_loss=ZERO,
        lump_sum=ZERO,
        other_items=ZERO,
        residual_used=terms.residual,
        replacement_without_tax=terms.net,
        replacement_effort_gross=terms.effort_gross,
        replacement_effort_without_tax=terms.effort_net,
        stage=None,
        ratio_percent=_ratio(cost, terms.tested),
        limit_130=None,
        total_loss=total_loss,
        workshop_clause=off,
        claim=claim,
        quota=ONE,
        excess=excess,
        payout=payout,
        already_paid=paid,
        open_amount=max(ZERO, payout - paid),
        reference=reference,
    )


def stage_of(cost: Decimal, effort: Decimal, value: Decimal) -> int:
    """Stage 1 to 4 of the decision table for ``cost`` = repair + value loss."""
    if cost <= effort:
        return 1
    if cost <= value:
        return 2
    return 3 if cost <= value * LIMIT_130 else 4


def quota_privilege(terms: Terms, claim: Decimal) -> QuotaPrivilege | None:
    """Congruent items first, the others by quota; None when the own insurer has paid nothing.

    Args:
        terms: quota, items and what the own insurer has paid.
        claim: repair costs with value loss, or replacement effort.
    """
    settlement = terms.settlement
    if settlement.own_insurer_paid is None:
        return None
    with_it = round2(sum((i.amount for i in settlement.other_items if counts(i) and congruent(i)), ZERO))
    both = claim + with_it
    by_quota = round2(both * settlement.quota)
    uncovered = max(ZERO, both - round2(settlement.own_insurer_paid))
    privileged = min(uncovered, by_quota)
    others = round2((terms.lump + terms.others - with_it) * settlement.quota)
    return QuotaPrivilege(both, by_quota, uncovered, privileged, others, by_quota - privileged)


def offered(terms: Terms, amount: Decimal) -> Decimal:
    """Payout for an amount of repair or replacement: with lump sum and items, by quota or by quota privilege."""
    found = quota_privilege(terms, amount)
    if found is not None:
        return found.privileged + found.others
    return max(ZERO, round2((amount + terms.lump + terms.others) * terms.settlement.quota))


def actual_limit(terms: Terms, sheet: Totals) -> Decimal | None:
    """What a complete repair really cost, when it limits a fictive claim (VI ZR 24/13); None where nothing limits."""
    done = terms.settlement.repair_done
    if done is None or done.extent != "complete" or done.professional is False or done.as_in_report is False:
        return None
    return done_amount(terms, sheet) if done.invoice_gross is not None else None


def _liability(terms: Terms, sheet: Totals, reference: ReferenceResult | None) -> SettlementResult:
    settlement = terms.settlement
    tested, net, effort_gross, effort_net = terms.tested, terms.net, terms.effort_gross, terms.effort_net
    cost = terms.cost(sheet) + terms.loss
    stage: int | None = None
    if tested is not None and effort_gross is not None:
        stage = stage_of(cost, effort_gross, tested)
    total_loss = stage in {3, 4} or (tested is not None and cost > tested)
    kept = sold = None
    basis: SettlementBasis = "repair"
    repair = repair_of(terms, sheet, reference)
    if settlement.mode == "concrete":
        found = concrete_liability(terms, sheet, stage)
        claim, basis, repair = found.claim, found.basis, found.repair
        if found.if_kept is not None and found.if_sold is not None:
            kept, sold = offered(terms, found.if_kept), offered(terms, found.if_sold)
    else:
        limit = actual_limit(terms, sheet)
        if limit is not None and limit < repair:
            repair = limit
        claim = repair + terms.loss
        if stage == 2 and effort_net is not None:
            kept, sold = offered(terms, claim), offered(terms, effort_net)
            if not (settlement.keeps_six_months and settlement.roadworthy):
                claim, basis = effort_net, "replacement_effort"
        elif stage is not None and stage > 2 and effort_net is not None:
            claim, basis = effort_net, "total_loss"
        elif stage is None and net is not None and net < claim:
            claim, basis = net, "replacement_effort"
    payout = offered(terms, claim)
    paid = round2(settlement.already_paid or ZERO)
    return SettlementResult(
        regime="liability",
        mode=settlement.mode,
        basis=basis,
        repair_allowed=repair,
        cuts_allowed=terms.cuts,
        cuts_refused=terms.refused,
        value_loss=terms.loss,
        lump_sum=terms.lump,
        other_items=terms.others,
        residual_used=terms.residual,
        replacement_without_tax=net,
        replacement_effort_gross=effort_gross,
        replacement_effort_without_tax=effort_net,
        stage=stage,
        ratio_percent=_ratio(cost, tested),
        limit_130=round2(tested * LIMIT_130) if tested is not None else None,
        total_loss=total_loss,
        claim=claim + terms.lump + terms.others,
        quota=settlement.quota,
        excess=ZERO,
        payout=payout,
        payout_if_kept=kept,
        payout_if_sold=sold,
        already_paid=paid,
        open_amount=max(ZERO, payout - paid),
        privilege=quota_privilege(terms, claim),
        reference=reference,
    )
