"""``calculate``: one calculation from input to result."""

from __future__ import annotations

from decimal import Decimal, localcontext

from calculation.derivation import Derivation
from calculation.eligibility import eligibility
from calculation.errors import CalculationError, Problem
from calculation.estimate import estimate
from calculation.explain import explain as derive
from calculation.flags import flags
from calculation.lines import gather
from calculation.model import CalculationInput
from calculation.money import CONTEXT, ONE, ROUNDING, ZERO, round2
from calculation.payable_items import answer_cuts, payable_items
from calculation.reference_workshop import reference_of
from calculation.repair_or_replace import compare
from calculation.result import Band, CalculationResult, LimitCheck, LineResult, SettlementResult, Totals
from calculation.settlement import repair_of, settle
from calculation.settlement_terms import terms_of
from calculation.sheet import HIGH, LOW, POINT, prior_id, totals
from calculation.stage_table import stage_table
from calculation.validate import check
from calculation.value_loss import proposals
from calculation.version import ENGINE_VERSION


def calculate(data: CalculationInput, *, explain: bool = True) -> CalculationResult:
    """Calculate one case.

    The same input gives the same result on every machine and day: no clock, no I/O, own decimal context.

    Args:
        data: the input.
        explain: also make the derivation of every value (costs about as much again as the calculation).

    Raises:
        CalculationError: when the input cannot be calculated; carries every problem found.

    """
    with localcontext(CONTEXT):
        check(data)
        gathered = gather(data)
        point, deducted = totals(data, gathered, POINT)
        if point.net < 0:
            raise CalculationError(
                [
                    Problem(
                        "TK-CALC-023",
                        "Nachlässe sind höher als die Kosten.",
                        "discounts exceed the costs.",
                        None,
                        "deductions",
                    )
                ]
            )
        low = high = point
        if gathered.banded:
            low, high = totals(data, gathered, LOW)[0], totals(data, gathered, HIGH)[0]
        lines = (*gathered.results, *_deductions(data, deducted, [line for line, _ in gathered.prior]))
        repairs = compare(data, lines)
        terms, reference = terms_of(data), reference_of(data)
        referred = None if reference is None else reference.result(point, POINT)
        answers = answer_cuts(data, lines, point, referred is not None and referred.status == "applied")
        terms.cuts = sum((allowed for _, allowed, _ in answers), ZERO)
        terms.refused = sum((round2(cut.amount) for cut, _, _ in answers), ZERO) - terms.cuts
        settlement = settle(terms, point, referred)
        settled = (settlement, settlement, settlement)
        if low is not point:
            edges = (None, None) if reference is None else (reference.result(low, LOW), reference.result(high, HIGH))
            settled = (settle(terms, low, edges[0]), settlement, settle(terms, high, edges[1]))
        limit = _limit(data, low, point, high, settled)
        value = estimate(data, high)
        payouts = [s.payout for s in settled]
        losses = proposals(data, point)
        table = stage_table(terms, point, settlement, repair_of(terms, point, referred))
        items = payable_items(data, lines, point, answers)
        result_flags = flags(data, lines, point, high, settlement, limit, value, items, table, losses)
        fitness = eligibility(data, point, high, settlement, limit, value)
        bands = (
            _band(low.net, point.net, high.net),
            _band(low.gross, point.gross, high.gross),
            _band(payouts[0], payouts[1], payouts[2]),
        )
        derivation: Derivation = {}
        if explain:
            derivation = derive(data, lines, point, settlement, limit, value, (low, high), losses, bands, repairs)
        return CalculationResult(
            engine_version=ENGINE_VERSION,
            rounding=ROUNDING,
            lines=lines,
            totals=point,
            settlement=settlement,
            limit=limit,
            value_estimate=value,
            value_losses=losses,
            stage_table=table,
            payable_items=items,
            eligibility=fitness,
            net_band=bands[0],
            gross_band=bands[1],
            payout_band=bands[2],
            flags=result_flags,
            derivation=derivation,
            repair_checks=repairs,
        )


def _band(a: Decimal, point: Decimal, b: Decimal) -> Band:
    return Band(min(a, point, b), point, max(a, point, b))


def _deductions(data: CalculationInput, amounts: dict[str, Decimal], prior: list[str]) -> list[LineResult]:
    out = [_deducted(prior_id(line), -amounts[prior_id(line)]) for line in prior]
    for line in data.deductions:
        amount = amounts[line.id] if line.kind == "surcharge" else -amounts[line.id]
        out.append(
            LineResult(
                line.id,
                "deductions",
                amount,
                ONE,
                "EUR",
                amount,
                amount,
                amount,
                None,
                line.active,
                line.override is not None,
            )
        )
    return out


def _deducted(line_id: str, amount: Decimal) -> LineResult:
    """The part of a line that an earlier damage has to bear."""
    return LineResult(line_id, "deductions", amount, ONE, "EUR", amount, amount, amount)


def _limit(
    data: CalculationInput,
    low: Totals,
    point: Totals,
    high: Totals,
    settled: tuple[SettlementResult, ...],
) -> LimitCheck:
    """Strictly greater than the limit, on the policy's basis, with all three amounts beside it."""
    policy = data.policy
    by_basis = {
        "repair_gross": (point.gross, max(low.gross, point.gross, high.gross)),
        "repair_net": (point.net, max(low.net, point.net, high.net)),
        "payout": (settled[1].payout, max(s.payout for s in settled)),
    }
    compared, upper = by_basis[policy.limit_basis]
    return LimitCheck(
        limit=policy.limit,
        basis=policy.limit_basis,
        compared=compared,
        compared_high=upper,
        over=compared > policy.limit,
        over_at_upper_edge=upper > policy.limit,
        repair_gross=point.gross,
        repair_net=point.net,
        payout=settled[1].payout,
    )
