"""From repair costs to payouts for many calculations at once; the rules are those of ``calculation.settlement``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.impact.chunk import Chunk
from workbench.impact.numbers import NONE, Bools, Ints, divide, divide_positive
from workbench.impact.sheet import Sheet

#: Codes of ``Settled.basis``.
BASES = ("repair", "replacement_effort", "total_loss")
_SHARE = 10_000


@dataclass(slots=True)
class Settled:
    """By edge and calculation, cents; ``NONE`` where the engine gives null.

    Attributes:
        claim, payout, kept, sold: as in ``calculation.result.SettlementResult``.
        stage: 1 to 4, 0 for none.
        basis: index into :data:`BASES`.
        total_loss: the law's total loss.
    """

    claim: Ints
    payout: Ints
    kept: Ints
    sold: Ints
    stage: Ints
    basis: Ints
    total_loss: Bools


class Terms:
    """What does not depend on the repair costs, worked out once per chunk."""

    def __init__(self, chunk: Chunk) -> None:
        vat = chunk.parameters.number("vat_rate")
        amount, rate = chunk.replacement_amount, chunk.margin_rate
        self.has_value: Bools = (amount != NONE) & (amount != 0)
        amount = np.where(self.has_value, amount, 0)
        kinds = [chunk.tax_kind == code for code in range(3)]
        without = [
            divide_positive(amount * _SHARE, _SHARE + vat),
            divide_positive(amount * _SHARE, _SHARE + rate),
            divide_positive(amount * (_SHARE - rate), _SHARE),
        ]
        self.net: Ints = np.select(kinds, without, amount)
        self.tested: Ints = np.where(chunk.net_claim, self.net, amount)
        self.has_residual: Bools = chunk.residual_amount != NONE
        residual = np.where(self.has_residual, chunk.residual_amount, 0)
        self.effort_known: Bools = self.has_value & self.has_residual
        self.effort_net: Ints = np.maximum(0, self.net - residual)
        self.effort_gross: Ints = np.maximum(0, self.tested - residual)
        loss = np.where(
            chunk.loss_gross == 1, divide_positive(chunk.loss_amount * _SHARE, _SHARE + vat), chunk.loss_amount
        )
        self.liability: Bools = chunk.regime == 1
        self.loss: Ints = np.where(self.liability, loss, 0)
        self.lump: Ints = chunk.settlement.number("lump_sum")
        self.quota: Ints = chunk.settlement.number("quota")
        self.excess: Ints = chunk.settlement.number("excess")


def settle(chunk: Chunk, terms: Terms, sheet: Sheet) -> Settled:
    """Both regimes for all calculations, then the one that each is under."""
    cost = np.where(chunk.net_claim, sheet["net"], sheet["gross"])
    kasko, liability = _kasko(terms, sheet, cost), _liability(chunk, terms, sheet, cost + terms.loss)
    which = terms.liability

    def pick(name: str) -> Ints:
        return np.asarray(np.where(which, getattr(liability, name), getattr(kasko, name)))

    return Settled(
        pick("claim"),
        pick("payout"),
        pick("kept"),
        pick("sold"),
        pick("stage"),
        pick("basis"),
        pick("total_loss").astype(np.bool_),
    )


def _kasko(terms: Terms, sheet: Sheet, cost: Ints) -> Settled:
    """Cap first, excess last."""
    claim = sheet["net_allowed"]
    lost = terms.has_value & (cost > terms.tested)
    effort = terms.effort_net
    capped_by_effort = terms.effort_known & (effort < claim)
    capped_by_value = terms.has_value & ~terms.has_residual & (terms.net < claim)
    basis = np.select([terms.effort_known & lost, capped_by_effort | capped_by_value], [2, 1], 0)
    claim = np.select([terms.effort_known & (lost | capped_by_effort), capped_by_value], [effort, terms.net], claim)
    payout = np.maximum(0, claim - terms.excess)
    nothing: Ints = np.full_like(claim, NONE)
    return Settled(claim, payout, nothing, nothing, np.zeros_like(claim), basis, lost)


def _liability(chunk: Chunk, terms: Terms, sheet: Sheet, cost: Ints) -> Settled:
    """The four stages of cost against the replacement value; quota, no excess."""
    repair = sheet["net_allowed"] + terms.loss
    known = terms.effort_known
    stage = np.select([cost <= terms.effort_gross, cost <= terms.tested, cost * 10 <= terms.tested * 13], [1, 2, 3], 4)
    stage = np.where(known, stage, 0)
    second = stage == 2
    sold_instead = second & ~chunk.kept
    third = stage > 2
    capped = ~known & terms.has_value & (terms.net < repair)
    claim = np.select([sold_instead | third, capped], [terms.effort_net, terms.net], repair)
    basis = np.select([third, sold_instead | capped], [2, 1], 0)
    lost = third | (terms.has_value & (cost > terms.tested))

    def offered(amount: Ints) -> Ints:
        return np.maximum(0, divide((amount + terms.lump) * terms.quota, _SHARE))

    effort = np.broadcast_to(terms.effort_net, repair.shape)
    return Settled(
        claim + terms.lump,
        offered(claim),
        np.where(second, offered(repair), NONE),
        np.where(second, offered(effort), NONE),
        stage,
        basis,
        lost,
    )
