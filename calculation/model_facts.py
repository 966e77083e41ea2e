"""Facts of case and vehicle, the product's policy, and the value band of the early warning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from calculation.measures import Amount, Kilometres, Percent, Ratio, Share, Years

LimitBasis = Literal["repair_gross", "repair_net", "payout"]


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
        mainly_body_and_paint: damage is mainly body and paint, judged by a person; null = by the labour of the sheet.
        other_insurer: another insurer is involved or has paid.
        assignment: claim assigned to a workshop, lawyer or bank: no direct payout to the claimant.
        personal_injury: somebody was hurt.
        police_case: police or criminal investigation open.
        shared_fault: claimant bears a share of the fault, or it is disputed.
        owner_is_claimant: the claimant is the owner of the car.

    """

    airbag_deployed: bool | None = None
    structural_damage: bool | None = None
    wheel_or_axle_hit: bool | None = None
    fluid_loss: bool | None = None
    not_drivable: bool | None = None
    flood_or_fire: bool | None = None
    prior_damage: bool | None = None
    fleet_discount: bool | None = None
    mainly_body_and_paint: bool | None = None
    other_insurer: bool | None = None
    assignment: bool | None = None
    personal_injury: bool | None = None
    police_case: bool | None = None
    shared_fault: bool | None = None
    owner_is_claimant: bool | None = None


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
        reference_max_km: a reference workshop further away counts as too far unless somebody judged it easily reachable.
        bagatelle_gross: repair costs gross below which a report fee or a value loss is questionable; practice, no fixed line in law.
        name: of the policy.
        version: of the policy.
        valid_from: date.

    """

    limit: Amount = Decimal("4000.00")
    limit_basis: LimitBasis = "repair_gross"
    amber_ratio: Ratio = Decimal("0.50")
    red_ratio: Ratio = Decimal("0.70")
    max_age_years: int = 12
    max_mileage_km: int = 200_000
    reference_max_km: Kilometres = Decimal(20)
    bagatelle_gross: Amount = Decimal("750.00")
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
        brand_serviced: always serviced and repaired in brand workshops; null = unknown.

    """

    segment: str | None = None
    list_price: Amount | None = None
    list_price_assumed: bool = False
    first_registration: date | None = None
    mileage_km: int | None = None
    brand_serviced: bool | None = None


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
