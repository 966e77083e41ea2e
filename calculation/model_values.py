"""Values that an expert states: replacement value, residual value with its offers, value loss and what its methods start from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from calculation.measures import Amount, Percent, Ratio, Share, SignedPercent

TaxKind = Literal["regular", "margin_contained", "margin_percent", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementValue:
    """Wiederbeschaffungswert (WBW), stated by a named expert, never invented.

    Attributes:
        amount: gross, as a dealer asks.
        tax_kind: regular (divide by 1 + VAT), margin_contained (divide by 1 + margin rate), margin_percent (minus percent), none.
        margin_rate: share for the margin scheme.
        stated_by: who.
        valued_on: day of the market the value was taken from; own-damage cover wants the day of loss; null = not stated.

    """

    amount: Amount
    tax_kind: TaxKind = "margin_contained"
    margin_rate: Share = Decimal("0.024")
    stated_by: str = ""
    valued_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualOffer:
    """One concrete offer for the damaged car.

    Attributes:
        bidder: name.
        amount: EUR as offered, gross.
        regional: from the regional market; internet exchanges are not.
        received_on: day.

    """

    bidder: str = ""
    amount: Amount
    regional: bool = True
    received_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualValue:
    """Restwert (RW) as the owner receives it (gross), stated by a named expert.

    Attributes:
        amount: EUR of the report, as the owner receives it: gross for a private owner, net for one who pays VAT on the sale.
        stated_by: who.
        offers: offers that the amount rests on; three named regional ones make it reliable (BGH VI ZR 318/08).
        insurer_offer: higher concrete offer of the insurer; counts in liability when it arrived before the sale.
        insurer_offer_on: day it arrived.
        sold_for: proceeds when the car was sold; higher ones than the report's count (BGH VI ZR 40/18).
        sold_on: day of the sale.

    """

    amount: Amount
    stated_by: str = ""
    offers: tuple[ResidualOffer, ...] = ()
    insurer_offer: Amount | None = None
    insurer_offer_on: date | None = None
    sold_for: Amount | None = None
    sold_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueLoss:
    """Merkantile Wertminderung (WM); liability only, carries no VAT.

    Attributes:
        amount: EUR.
        basis: net or gross: whether the sale prices it was estimated from were net; a gross one loses its tax share once.
        method: how it was found: ruhkopf_sahm, halbgewachs, bvsk, mfm, bremer, hamburger, or the expert's own words.
        stated_by: who decided.

    """

    amount: Amount
    basis: Literal["net", "gross"] = "net"
    method: str = ""
    stated_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueLossBasis:
    """What the value-loss methods start from; the engine shows their results side by side, the expert states one of them.

    Attributes:
        new_price: NP, price when new.
        sale_value: VW, about 90 % of the market value.
        age_months: since first registration.
        repair: RK, gross; null = of the sheet.
        labour: LK; null = of the sheet.
        material: MK; null = of the sheet.
        mileage_km: for the Hamburg rule of thumb; null = of the vehicle.
        price_basis: whether new_price and sale_value are gross or net; from gross prices each proposal also shows the amount with
            its tax share taken out once (BGH VI ZR 205/23).
        bvsk_class_percent: class of damage, 0 to 8.
        bvsk_market_percent: M, −0.5 for good, up to +2.
        bvsk_factor: K, 1 without an earlier repaired damage.
        mfm_extent: SU, 0.2 to 1.0 by kind of damage.
        mfm_age_factor: AK as published for this age; null = linear between the published points.
        mfm_market_factor: Fm.
        mfm_prior_factor: Fv.
        outer_skin_only: simple damage of the outer skin, for which usually nothing is owed; null = not said.

    """

    new_price: Amount | None = None
    sale_value: Amount | None = None
    age_months: int = 0
    repair: Amount | None = None
    labour: Amount | None = None
    material: Amount | None = None
    mileage_km: int | None = None
    price_basis: Literal["gross", "net"] = "gross"
    bvsk_class_percent: Percent | None = None
    bvsk_market_percent: SignedPercent = Decimal(0)
    bvsk_factor: Ratio = Decimal(1)
    mfm_extent: Share | None = None
    mfm_age_factor: Share | None = None
    mfm_market_factor: Ratio = Decimal(1)
    mfm_prior_factor: Ratio = Decimal(1)
    outer_skin_only: bool | None = None
