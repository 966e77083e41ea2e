"""The settlement of one case at all edges of its band, with everything that is shown beside the payout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from calculation.model import CalculationInput
from calculation.money import ZERO, round2
from calculation.payable_items import answer_cuts, payable_items
from calculation.reference_workshop import Reference, reference_of
from calculation.result import LineResult, PayableItem, SettlementResult, StageRow, Totals, ValueLossProposal
from calculation.settlement import repair_of, settle
from calculation.settlement_terms import Terms, terms_of
from calculation.sheet import HIGH, LOW, POINT
from calculation.stage_table import stage_table
from calculation.value_loss import proposals


@dataclass(frozen=True, slots=True)
class Settled:
    """What was found.

    Attributes:
        terms: values of the settlement.
        point: the settlement at the point.
        payouts: at the low edge, the point, the high edge.
        upper: the settlement at the high edge.
        reference: reference workshop with its sheet, where one is named.
        fictive_repair: net repair costs that count fictively.
        table: every way in which the law settles.
        items: disputed items.
        losses: value loss by each method.

    """

    terms: Terms
    point: SettlementResult
    payouts: tuple[Decimal, Decimal, Decimal]
    upper: SettlementResult
    reference: Reference | None
    fictive_repair: Decimal
    table: tuple[StageRow, ...]
    items: tuple[PayableItem, ...]
    losses: tuple[ValueLossProposal, ...]


def settle_case(data: CalculationInput, lines: Sequence[LineResult], sheets: tuple[Totals, Totals, Totals]) -> Settled:
    """Settle at the point, and at the edges where they differ from it.

    Args:
        data: the checked input.
        lines: priced lines.
        sheets: the sheet at low, point, high; the same object thrice without a band.

    """
    low, point, high = sheets
    terms, reference = terms_of(data), reference_of(data)
    referred = None if reference is None else reference.result(point, POINT)
    answers = answer_cuts(data, lines, point, referred is not None and referred.status == "applied")
    if answers:
        terms.cuts = sum((allowed for _, allowed, _ in answers), ZERO)
        terms.refused = sum((round2(cut.amount) for cut, _, _ in answers), ZERO) - terms.cuts
    found = settle(terms, point, referred)
    payouts, upper = (found.payout, found.payout, found.payout), found
    if low is not point:
        edges = (None, None) if reference is None else (reference.result(low, LOW), reference.result(high, HIGH))
        upper = settle(terms, high, edges[1])
        payouts = (settle(terms, low, edges[0]).payout, found.payout, upper.payout)
    repair = repair_of(terms, point, referred)
    return Settled(
        terms=terms,
        point=found,
        payouts=payouts,
        upper=upper,
        reference=reference,
        fictive_repair=repair,
        table=stage_table(terms, point, found, repair),
        items=payable_items(data, lines, point, answers),
        losses=proposals(data, point),
    )
