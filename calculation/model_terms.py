"""Settings, rates, settlement terms, policy and facts of the vehicle; :mod:`calculation.model` shows them in a whole input."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from calculation.measures import (
    Amount,
    HourlyRate,
    Hours,
    MaterialIndex,
    MaterialPercent,
    Percent,
    Ratio,
    Share,
    SignedPercent,
    SmallPartsPercent,
    Units,
    VatRate,
    Years,
)

SmallPartsBase = Literal["parts", "parts_with_markup", "labour", "amount"]
MaterialModel = Literal["percent_of_wage", "points", "azt_index", "flat", "in_wage"]
PaintSystem = Literal["azt", "manufacturer", "euro_lack", "manual"]
Regime = Literal["kasko", "liability"]
TaxKind = Literal["regular", "margin_contained", "margin_percent", "none"]
LimitBasis = Literal["repair_gross", "repair_net", "payout"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A net hourly rate.

    Attributes:
        hourly: EUR per hour, net.
        label: as printed.
        table: name of the table reference.
        table_key: key of the row and the column it was taken from.

    """

    hourly: HourlyRate
    label: str = ""
    table: str | None = None
    table_key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaintMaterial:
    """How paint material is priced: percent of the paint wage, points × price + constant, AZT value × index, flat, or in the wage.

    Attributes:
        model: which of the five.
        percent: of the paint wage.
        price_per_point: EUR.
        constant: EUR once per job; only when there is paint.
        index: material index, 100 = list price basket.
        amount: flat EUR; only when there is paint.
        table: name of the table reference.

    """

    model: MaterialModel = "percent_of_wage"
    percent: MaterialPercent = Decimal(0)
    price_per_point: Amount = Decimal(0)
    constant: Amount = Decimal(0)
    index: MaterialIndex = Decimal(100)
    amount: Amount = Decimal(0)
    table: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Settings of the calculation.

    Attributes:
        price_date: date of prices; in liability the day of full payment, for the Kasko replacement value the day of loss.
        supply_date: date that decides the VAT rate; null = price date.
        vat_rate: share, 0.19.
        small_parts_percent: 0 to 9.99.
        small_parts_base: parts (before any mark-up), parts_with_markup, labour, or amount.
        small_parts_amount: EUR when the base is ``amount``.
        upe_markup_percent: mark-up on list prices; negative is a mark-down.
        procurement_amount: flat EUR once, when there are parts.
        parts_disposal_percent: of the part lines.
        units_per_hour: time units per hour by unit name.
        paint_system: whose levels and times the paint lines follow.
        paint_material: material model.
        preparation_metal_percent: factor on preparation lines of metal, 100 = as stated.
        preparation_plastic_percent: factor on preparation lines of plastic.
        dent_setup_hours: once per job with dents.

    """

    price_date: date
    supply_date: date | None = None
    vat_rate: VatRate
    small_parts_percent: SmallPartsPercent = Decimal(0)
    small_parts_base: SmallPartsBase = "parts"
    small_parts_amount: Amount = Decimal(0)
    upe_markup_percent: SignedPercent = Decimal(0)
    procurement_amount: Amount = Decimal(0)
    parts_disposal_percent: Percent = Decimal(0)
    units_per_hour: dict[str, Units] = field(default_factory=dict)
    paint_system: PaintSystem = "manual"
    paint_material: PaintMaterial = PaintMaterial()
    preparation_metal_percent: Percent = Decimal(100)
    preparation_plastic_percent: Percent = Decimal(100)
    dent_setup_hours: Hours = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementValue:
    """Wiederbeschaffungswert, stated by a named expert, never invented.

    Attributes:
        amount: gross, as a dealer asks.
        tax_kind: regular (divide by 1 + VAT), margin_contained (divide by 1 + margin rate), margin_percent (minus percent), none.
        margin_rate: share for the margin scheme.
        stated_by: who.

    """

    amount: Amount
    tax_kind: TaxKind = "margin_contained"
    margin_rate: Share = Decimal("0.024")
    stated_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualValue:
    """Restwert as the owner receives it (gross), stated by a named expert.

    Attributes:
        amount: EUR.
        stated_by: who.

    """

    amount: Amount
    stated_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueLoss:
    """Merkantile Wertminderung; liability only, carries no VAT.

    Attributes:
        amount: EUR.
        basis: net or gross: whether the sale prices it was estimated from were net; a gross one loses its tax share once.
        method: how it was found.
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
        new_price: NP, gross.
        sale_value: VW, about 90 % of the market value.
        age_months: since first registration.
        repair: RK, gross; null = of the sheet.
        labour: LK; null = of the sheet.
        material: MK; null = of the sheet.
        bvsk_class_percent: class of damage, 0 to 8.
        bvsk_market_percent: M, −0.5 for good, up to +2.
        bvsk_factor: K, 1 without an earlier repaired damage.
        mfm_extent: SU, 0.2 to 1.0 by kind of damage.
        mfm_market_factor: Fm.
        mfm_prior_factor: Fv.
    """

    new_price: Amount | None = None
    sale_value: Amount | None = None
    age_months: int = 0
    repair: Amount | None = None
    labour: Amount | None = None
    material: Amount | None = None
    bvsk_class_percent: Percent | None = None
    bvsk_market_percent: SignedPercent = Decimal(0)
    bvsk_factor: Ratio = Decimal(1)
    mfm_extent: Share | None = None
    mfm_market_factor: Ratio = Decimal(1)
    mfm_prior_factor: Ratio = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementItem:
    """A further proven item of a liability claim (report, towing).

    Attributes:
        id: stable.
        label: as printed.
        amount: EUR as owed.
        congruent: belongs to the items that a Kasko insurer's cover is congruent with (quota privilege).

    """

    id: str
    label: str = ""
    amount: Amount
    congruent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Under which law the offer is made.

    Attributes:
        regime: kasko (contract) or liability (section 249 BGB).
        mode: fictive is the only one calculated here; concrete is refused by name.
        cover: partial or full own-damage cover.
        excess: Selbstbeteiligung, Kasko only.
        quota: share owed by the opponent, 0 to 1, liability only.
        loss_date: day of the damage.
        replacement: replacement value.
        residual: residual value.
        value_loss: value loss, liability only.
        value_loss_basis: figures for the value-loss methods, liability only.
        lump_sum: Kostenpauschale, liability only.
        other_items: further proven items, liability only.
        keeps_six_months: owner keeps and uses the car six months; null = unknown.
        roadworthy: the car can be driven legally; null = unknown.
        leased: leased; null = unknown.
        financed: financed or assigned as security; null = unknown.
        input_tax_deduction: claimant deducts input tax.

    """

    regime: Regime
    mode: Literal["fictive", "concrete"] = "fictive"
    cover: Literal["partial", "full"] | None = None
    excess: Amount = Decimal(0)
    quota: Share = Decimal(1)
    loss_date: date | None = None
    replacement: ReplacementValue | None = None
    residual: ResidualValue | None = None
    value_loss: ValueLoss | None = None
    value_loss_basis: ValueLossBasis | None = None
    lump_sum: Amount = Decimal(0)
    other_items: tuple[SettlementItem, ...] = ()
    keeps_six_months: bool | None = None
    roadworthy: bool | None = None
    leased: bool | None = None
    financed: bool | None = None
    input_tax_deduction: bool = False
    own_insurer_paid: Amount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What else speaks for or against an instant settlement; null = unknown.

    Attributes:
        airbag_deployed: airbag or belt tensioner fired.
        structural_damage: longitudinal member, pillar or floor.
        wheel_or_axle_hit: wheel or axle took the blow.
        fluid_loss: fluid under the car.
        not_drivable: cannot be driven.
        flood_or_fire: water or fire.
        prior_damage: earlier damage known or seen.
        fleet_discount: claimant has a bulk discount at a workshop.

    """

    airbag_deployed: bool | None = None
    structural_damage: bool | None = None
    wheel_or_axle_hit: bool | None = None
    fluid_loss: bool | None = None
    not_drivable: bool | None = None
    flood_or_fire: bool | None = None
    prior_damage: bool | None = None
    fleet_discount: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Dated limits of the product.

    Attributes:
        limit: instant settlement up to and including this amount.
        limit_basis: which amount is compared: repair_gross, repair_net or payout.
        amber_ratio: repair gross / lowest estimated value from which the value must be checked.
        red_ratio: from which a total loss is likely.
        max_age_years: from this age a total loss is likely.
        max_mileage_km: from this mileage a total loss is likely.
        name, version: of the policy.
        valid_from: date.

    """

    limit: Amount = Decimal("4000.00")
    limit_basis: LimitBasis = "repair_gross"
    amber_ratio: Ratio = Decimal("0.50")
    red_ratio: Ratio = Decimal("0.70")
    max_age_years: int = 12
    max_mileage_km: int = 200_000
    name: str = "policy"
    version: str = ""
    valid_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """What the engine must know of the car.

    Attributes:
        segment: small, compact, middle or suv.
        list_price: price when new, gross; for the early warning only.
        list_price_assumed: the list price is a guess from the segment.
        first_registration: date.
        mileage_km: odometer; null = unknown.

    """

    segment: str | None = None
    list_price: Amount | None = None
    list_price_assumed: bool = False
    first_registration: date | None = None
    mileage_km: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BandAnchor:
    """Share of the list price at an age.

    Attributes:
        years: age.
        low: lowest share.
        high: highest share.

    """

    years: Years
    low: Share
    high: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueBand:
    """Anchors of the value band for the early warning; the engine interpolates geometrically between them.

    Attributes:
        anchors: by rising age.
        mileage_percent_per_1000_km: taken off per 1,000 km above the usual mileage.
        usual_km_per_year: usual mileage.
        mileage_cap_percent: most that mileage can take off.
        table: name of the table reference.

    """

    anchors: tuple[BandAnchor, ...] = ()
    mileage_percent_per_1000_km: Percent = Decimal("0.5")
    usual_km_per_year: int = 15_000
    mileage_cap_percent: Percent = Decimal(30)
    table: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReference:
    """Which table, in which version, a figure was taken from.

    Attributes:
        name: of the table.
        version: of its data.
        source: where its figures come from.
        valid_from: first day.
        valid_until: last day, null = open.
        reviewed_until: after this day the table counts as expired.
        demonstration: averages for demonstration, not the price of this car.
        sha256: checksum of the data.

    """

    name: str
    version: str = ""
    source: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    reviewed_until: date | None = None
    demonstration: bool = False
    sha256: str = ""
