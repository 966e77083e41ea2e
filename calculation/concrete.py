"""Concrete settlement: what was really repaired or bought counts, with its VAT as far as it was incurred."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from calculation.money import ZERO, net_of, round2
from calculation.result import SettlementBasis, Totals
from calculation.settlement_terms import Terms, incurred_vat


@dataclass(frozen=True, slots=True)
class Concrete:
    """What is owed for repair or replacement before lump sum, items and quota.

    Attributes:
        claim: EUR, value loss in where the repair is paid.
        basis: what it rests on.
        repair: repair costs as they count (invoice or proven value after deductions).
        if_kept: claim when the car is kept and used six months; null where that does not matter.
        if_sold: claim when it is not.

    """

    claim: Decimal
    basis: SettlementBasis
    repair: Decimal
    if_kept: Decimal | None = None
    if_sold: Decimal | None = None


def invoice_vat(terms: Terms) -> Decimal:
    """VAT of the repair invoice: as shown, else contained in its total at the calculation's rate."""
    done = terms.settlement.repair_done
    if done is None or done.invoice_gross is None:
        return ZERO
    if done.invoice_vat is not None:
        return round2(done.invoice_vat)
    return round2(done.invoice_gross) - net_of(done.invoice_gross, terms.vat_rate)


def done_amount(terms: Terms, sheet: Totals) -> Decimal:
    """What the repair really cost its owner, less the sheet's deductions (new for old, prior damage): invoice, else proven value.

    With input-tax deduction the invoice counts without its VAT.
    """
    settlement = terms.settlement
    done = settlement.repair_done
    if done is None:
        return ZERO
    if done.invoice_gross is None:
        return max(ZERO, round2(done.proven_value or ZERO) - (sheet.net - sheet.net_allowed))
    if settlement.input_tax_deduction:
        return max(ZERO, round2(done.invoice_gross) - invoice_vat(terms) - (sheet.net - sheet.net_allowed))
    return max(ZERO, round2(done.invoice_gross) - (sheet.gross - sheet.gross_allowed))


def bought_effort(terms: Terms) -> Decimal | None:
    """Replacement effort with the tax really paid: the price up to WBW, less the residual value (VI ZR 119/04).

    None while WBW or RW is missing.
    """
    bought = terms.settlement.replacement_bought
    if bought is None or terms.tested is None or terms.residual is None:
        return None
    price = round2(bought.price_gross)
    if terms.settlement.input_tax_deduction:
        price -= incurred_vat(bought, terms.vat_rate)
    return max(ZERO, round2(min(price, terms.tested) - terms.residual))


def concrete_liability(terms: Terms, sheet: Totals, stage: int | None) -> Concrete:
    """The claim by the four stages; see docs/calculation.md for the table."""
    if terms.settlement.replacement_bought is not None:
        return _bought(terms, sheet, stage)
    done = terms.settlement.repair_done
    assert done is not None  # refused before
    amount = done_amount(terms, sheet)
    full = Concrete(amount + terms.loss, "invoice" if done.invoice_gross is not None else "proven_value", amount)
    value, effort = terms.tested, terms.effort_net
    if value is None:
        return full
    proved = done.extent == "complete" and done.professional is True and done.as_in_report is True
    if stage is None or effort is None:
        # no residual value: WBW is the bound that is known
        return _up_to(value, full)
    if stage == 1:
        return full
    if stage == 2:
        if full.claim <= value or not (proved and terms.settlement.keeps_six_months):
            return _up_to(value, full)
        return full
    if stage == 3 and proved:
        if terms.settlement.keeps_six_months:
            return Concrete(full.claim, full.basis, amount, full.claim, effort)
        return Concrete(effort, "total_loss", amount, full.claim, effort)
    if stage == 3 or (proved and done.used_parts and full.claim <= value):
        # stage 3 without the 130 % conditions: proven value up to WBW; stage 4: used parts as the estimated way (VI ZR 231/09)
        capped = _up_to(value, full)
        return capped if capped.claim > effort else Concrete(effort, "total_loss", amount)
    return Concrete(effort, "total_loss", amount)


def _up_to(value: Decimal, full: Concrete) -> Concrete:
    """Repair and value loss together up to ``value``."""
    if full.claim <= value:
        return full
    return Concrete(round2(value), "invoice_capped", full.repair)


def _bought(terms: Terms, sheet: Totals, stage: int | None) -> Concrete:
    bought, effort = terms.settlement.replacement_bought, bought_effort(terms)
    assert bought is not None
    repair = sheet.net_allowed
    if effort is None or stage == 1:
        # repair would be the cheaper way: its net costs, with the VAT of the purchase up to that of the repair (VI ZR 363/11)
        vat = ZERO
        if not terms.settlement.input_tax_deduction:
            vat = min(incurred_vat(bought, terms.vat_rate), sheet.gross_allowed - sheet.net_allowed)
        claim = repair + max(ZERO, vat) + terms.loss
        if effort is None and terms.tested is not None:
            claim = min(claim, round2(terms.tested))
        return Concrete(claim, "repair", repair)
    return Concrete(effort, "replacement_bought", repair)


def concrete_kasko(terms: Terms, sheet: Totals, total_loss: bool) -> tuple[Decimal, SettlementBasis, Decimal]:
    """Compensation by contract before the excess, its basis, and the repair costs that count (AKB A.2.5.1, A.2.5.2, A.2.5.4)."""
    settlement = terms.settlement
    done, bought = settlement.repair_done, settlement.replacement_bought
    effort = terms.effort_net
    if bought is not None and not settlement.input_tax_deduction:
        effort = _with_incurred_vat(terms, incurred_vat(bought, terms.vat_rate))
    if total_loss and effort is not None:
        return effort, "total_loss", sheet.net_allowed
    if done is None or done.extent != "complete" or done.professional is False or done.invoice_gross is None:
        vat = ZERO if settlement.input_tax_deduction or done is None else invoice_vat(terms)
        needed = min(sheet.net_allowed + vat, max(sheet.gross_allowed, sheet.net_allowed))
        if settlement.input_tax_deduction:
            needed = sheet.net_allowed
        if effort is not None and effort < needed:
            return effort, "replacement_effort", needed
        if effort is None and terms.net is not None and terms.net < needed:
            return terms.net, "replacement_effort", needed
        return needed, "repair", needed
    amount = done_amount(terms, sheet)
    if terms.tested is not None and amount > terms.tested:
        return round2(terms.tested), "invoice_capped", amount
    return amount, "invoice", amount


def _with_incurred_vat(terms: Terms, vat: Decimal) -> Decimal | None:
    """WBW without tax, plus the VAT really paid for a replacement up to the tax share of WBW, less the residual value."""
    if terms.tested is None or terms.net is None or terms.residual is None:
        return None
    return max(ZERO, round2(terms.net + min(vat, terms.tested - terms.net) - terms.residual))
