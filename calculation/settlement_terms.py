"""What a settlement works with, found once for a calculation: values with and without tax, residual value, items, excess."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from calculation.loss_of_use import UseLost, use_lost
from calculation.model import (
    PARTIAL_COVER_PERILS,
    CalculationInput,
    ReplacementBought,
    ReplacementValue,
    ResidualValue,
    Settlement,
    SettlementItem,
    TaxKind,
)
from calculation.money import ONE, ZERO, net_of, round2
from calculation.result import Totals

#: Items whose cover is congruent with own-damage cover (quota privilege) where nobody says otherwise.
CONGRUENT_KINDS = frozenset({"report", "towing"})


@dataclass(slots=True)
class Terms:
    """Values of one settlement, the same at every edge of the band.

    Attributes:
        settlement: the input.
        vat_rate: share.
        tested: WBW that the stage test uses (net for a claimant who deducts input tax).
        net: WBW without its tax share.
        residual: residual value that counts.
        effort_gross: tested − residual, never negative.
        effort_net: net − residual, never negative.
        loss: value loss as owed.
        lump: lump sum.
        others: further items that count, loss of use in.
        use: loss of use, where it is stated.
        cuts: accepted cuts.
        refused: refused cuts.

    """

    settlement: Settlement
    vat_rate: Decimal
    tested: Decimal | None
    net: Decimal | None
    residual: Decimal | None
    effort_gross: Decimal | None
    effort_net: Decimal | None
    loss: Decimal
    lump: Decimal
    others: Decimal
    use: UseLost | None = None
    cuts: Decimal = ZERO
    refused: Decimal = ZERO

    def cost(self, sheet: Totals) -> Decimal:
        """Repair costs as compared with the car's value: gross, net only with input-tax deduction."""
        return sheet.net if self.settlement.input_tax_deduction else sheet.gross


def without_tax(amount: Decimal, kind: TaxKind, margin_rate: Decimal, vat_rate: Decimal) -> Decimal:
    """A price without its tax share: regular and margin tax are contained (divide), ``margin_percent`` takes percent off."""
    if kind == "regular":
        return net_of(amount, vat_rate)
    if kind == "margin_contained":
        return round2(amount / (ONE + margin_rate))
    if kind == "margin_percent":
        return round2(amount - amount * margin_rate)
    return round2(amount)


def replacement_without_tax(value: ReplacementValue, vat_rate: Decimal) -> Decimal:
    """WBW without its tax share."""
    return without_tax(value.amount, value.tax_kind, value.margin_rate, vat_rate)


def incurred_vat(bought: ReplacementBought, vat_rate: Decimal) -> Decimal:
    """VAT that was really paid for a replacement: as stated, else by the tax kind of the purchase."""
    if bought.vat is not None:
        return round2(bought.vat)
    return round2(bought.price_gross) - without_tax(bought.price_gross, bought.tax_kind, bought.margin_rate, vat_rate)


def value_loss_allowed(settlement: Settlement, vat_rate: Decimal) -> Decimal:
    """Value loss as owed: liability only; one estimated from gross prices loses its tax share once (VI ZR 205/23)."""
    if settlement.regime == "kasko" or settlement.value_loss is None:
        return ZERO
    loss = settlement.value_loss
    return net_of(loss.amount, vat_rate) if loss.basis == "gross" else round2(loss.amount)


def offer_in_time(residual: ResidualValue) -> bool:
    """Whether the insurer's offer arrived before the car was sold; without a sale it did."""
    if residual.insurer_offer is None:
        return False
    sold: date | None = residual.sold_on
    return sold is None or (residual.insurer_offer_on is not None and residual.insurer_offer_on <= sold)


def residual_used(settlement: Settlement) -> Decimal | None:
    """Residual value that counts: the report's, or the higher proceeds of a sale, or in liability a higher offer in time.

    A sale below the report's value does not raise the claim.
    """
    residual = settlement.residual
    if residual is None:
        return None
    amount = residual.amount
    if residual.sold_for is not None and residual.sold_for > amount:
        amount = residual.sold_for
    offer = residual.insurer_offer
    if offer is not None and settlement.regime == "liability" and offer > amount and offer_in_time(residual):
        amount = offer
    return round2(amount)


def counts(item: SettlementItem) -> bool:
    """Whether a further item arose at all."""
    return item.incurred


def congruent(item: SettlementItem) -> bool:
    """Whether an item takes part in the quota privilege."""
    return item.kind in CONGRUENT_KINDS if item.congruent is None else item.congruent


def excess_of(settlement: Settlement) -> Decimal:
    """Excess that counts: of the partial cover for its perils, less what was taken off for this event before."""
    excess = settlement.excess
    if (
        settlement.excess_partial_cover is not None
        and settlement.cover != "partial"
        and settlement.peril in PARTIAL_COVER_PERILS
    ):
        excess = settlement.excess_partial_cover
    return max(ZERO, round2(excess) - round2(settlement.excess_already_taken))


def _effort(value: Decimal | None, residual: Decimal | None) -> Decimal | None:
    """Value − residual value as received; never below zero."""
    if value is None or residual is None:
        return None
    return max(ZERO, round2(value - residual))


def terms_of(data: CalculationInput) -> Terms:
    """The terms of one calculation; without a replacement value above zero none of its values is known."""
    settlement, rate = data.settlement, data.parameters.vat_rate
    tested = net = None
    if settlement.replacement is not None and settlement.replacement.amount != 0:
        net = replacement_without_tax(settlement.replacement, rate)
        tested = net if settlement.input_tax_deduction else settlement.replacement.amount
    residual = residual_used(settlement)
    lump = others = ZERO
    use = None
    if settlement.regime == "liability":
        lump = round2(settlement.lump_sum)
        others = round2(sum((item.amount for item in settlement.other_items if counts(item)), ZERO))
        if settlement.loss_of_use is not None:
            use = use_lost(data)
            others += ZERO if use is None else use.counted
    return Terms(
        settlement=settlement,
        vat_rate=rate,
        tested=tested,
        net=net,
        residual=residual,
        effort_gross=_effort(tested, residual),
        effort_net=_effort(net, residual),
        loss=value_loss_allowed(settlement, rate),
        lump=lump,
        others=others,
        use=use,
    )
