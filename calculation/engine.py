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
from calculation.money import CONTEXT, ONE, ROUNDING
from calculation.repair_or_replace import compare
from calculation.result import Band, CalculationResult, LimitCheck, LineResult, Totals
from calculation.settled import Settled, settle_case
from calculation.sheet import HIGH, LOW, POINT, prior_id, totals
from calculation.validate import check
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
        case = settle_case(data, lines, (low, point, high))
        limit = _limit(data, low, point, high, case)
        value = estimate(data, high)
        result_flags = flags(data, lines, point, high, limit, value, case, repairs)
        fitness = eligibility(data, point, high, case.point, limit, value)
        bands = (
            _band(low.net, point.net, high.net),
            _band(low.gross, point.gross, high.gross),
            _band(*case.payouts),
        )
        derivation: Derivation = {}
        if explain:
            derivation = derive(data, lines, (low, point, high), case, limit, value, fitness, bands, repairs)
        return CalculationResult(
            engine_version=ENGINE_VERSION,
            rounding=ROUNDING,
            lines=lines,
            totals=point,
            settlement=case.point,
            limit=limit,
            value_estimate=value,
            value_losses=case.losses,
            stage_table=case.table,
            payable_items=case.items,
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
    case: Settled,
) -> LimitCheck:
    """Strictly greater than the limit, on the policy's basis, with all three amounts beside it."""
    policy = data.policy
    by_basis = {
        "repair_gross": (point.gross, max(low.gross, point.gross, high.gross)),
        "repair_net": (point.net, max(low.net, point.net, high.net)),
        "payout": (case.point.payout, max(case.payouts)),
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
        payout=case.point.payout,
    )
