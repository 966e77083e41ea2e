"""Terms of the settlement: under which law, what the car is worth, what was really done, what somebody wants to cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from calculation.measures import Amount, HourlyRate, Kilometres, Percent, Ratio, Share, SignedPercent
from calculation.model_terms import PaintMaterial

Regime = Literal["kasko", "liability"]
Mode = Literal["fictive", "concrete"]
TaxKind = Literal["regular", "margin_contained", "margin_percent", "none"]
#: Cause of an own-damage loss. Partial cover pays for the perils of :data:`PARTIAL_COVER_PERILS` alone.
Peril = Literal[
    "collision",
    "vandalism",
    "glass",
    "hail",
    "storm",
    "lightning",
    "flood",
    "wild_animal",
    "marten",
    "theft",
    "fire",
    "explosion",
    "short_circuit",
    "other",
]
#: Perils of the usual partial cover (AKB A.2.2.1); everything else needs full cover.
PARTIAL_COVER_PERILS = frozenset(
    {
        "glass", "hail", "storm", "lightning", "flood", "wild_animal", "marten", "theft", "fire", "explosion", "short_circuit",
    }
)  # fmt: skip
ItemKind = Literal["report", "towing", "loss_of_use", "rental", "registration", "lawyer", "other"]
#: Items of a fictive settlement over which insurers and claimants argue.
DisputedItem = Literal[
    "small_parts",
    "upe_markup",
    "transfer",
    "blending",
    "social_contributions",
    "bulk_discount",
    "new_for_old",
    "disposal",
    "cleaning",
    "test_drive",
    "disinfection",
    "labour_rate",
    "other",
]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementItem:
    """A further proven item of a liability claim (report, towing, loss of use).

    Attributes:
        id: stable.
        label: as printed.
        amount: EUR as owed.
        kind: what it is. Loss of use, rental, towing and registration are owed only when really incurred.
        incurred: false says that it did not arise: such an item does not count, whatever the mode.
        evidence: invoice or other proof.
        congruent: belongs to the items that a Kasko insurer's cover is congruent with (quota privilege); null = by kind: report and
            towing are, the others are not.

    """

    id: str
    label: str = ""
    amount: Amount
    kind: ItemKind = "other"
    incurred: bool = True
    evidence: str = ""
    congruent: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LossOfUse:
    """Nutzungsausfall: days without the car × day rate; counts only for real non-use that is proved, never fictively.

    Attributes:
        days: days out of use.
        group: A to L of the day-rate list.
        daily_rate: EUR a day of a current list; null = the engine's older published list by group.
        groups_lower: groups lower for an old car; null = one for more than five years at the loss.
        incurred: the car was really not used.
        evidence: proof of the time out of use (repair confirmation, purchase); without it nothing counts.

    """

    days: int
    group: Literal["A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L"] | None = None
    daily_rate: Amount | None = None
    groups_lower: int | None = None
    incurred: bool = False
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceWorkshop:
    """Referenzwerkstatt: ONE concrete cheaper workshop that the insurer refers a fictively settling claimant to (Verweisung).

    The engine checks the guards (age up to 36 months, always serviced by the brand, equivalence proved, distance, special price, dates)
    and only then recalculates the repair costs at these terms; both amounts and every reason are in the result.

    Attributes:
        name: of the workshop.
        address: of the workshop.
        kind: workshop, or regional_mean: a statistical mean is no workshop and never lowers the claim (BGH VI ZR 398/02).
        distance_km: from the claimant; null = not stated.
        easily_reachable: judged by a person; null = by the policy's distance.
        rates: net hourly rates by the names of the calculation's ``rates``; ``body_2`` falls back to ``body``; a rate that is not named
            stays as in the sheet.
        paint_material: its paint material; null = as in the sheet.
        upe_markup_percent: its mark-up on list prices; null = as in the sheet.
        transfer_amount: net, in place of all transfer lines, 0 when it paints in house; null = as in the sheet.
        repair_net: its net offer for the whole repair in place of a recalculation by rates; null = by rates.
        equivalence_evidence: what proves that it repairs to the brand's standard (certificates, master, original parts); the insurer
            has to prove it, so an empty text blocks the reference in liability.
        equivalent: false = not equivalent; null = by the evidence.
        original_parts: uses original parts; null = not stated.
        special_insurer_price: prices that it grants to this insurer alone; true blocks the reference.
        valid_from: first day of its prices.
        valid_until: last day of its prices.
        proposed_by: who refers.
        decided_by: who decided that the reference is used; stored with the result.
        decided_on: day of that decision.

    """

    name: str
    address: str = ""
    kind: Literal["workshop", "regional_mean"] = "workshop"
    distance_km: Kilometres | None = None
    easily_reachable: bool | None = None
    rates: dict[str, HourlyRate] = field(default_factory=dict)
    paint_material: PaintMaterial | None = None
    upe_markup_percent: SignedPercent | None = None
    transfer_amount: Amount | None = None
    repair_net: Amount | None = None
    equivalence_evidence: str = ""
    equivalent: bool | None = None
    original_parts: bool | None = None
    special_insurer_price: bool | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    proposed_by: str = ""
    decided_by: str = ""
    decided_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedCut:
    """Something that somebody (mostly the insurer) wants to take off a fictive settlement; the engine answers by the case law.

    Attributes:
        item: which item; see ``payable_items`` in the result for the rule and ruling of each.
        amount: net EUR to be taken off.
        accepted: a person's decision: true lets the cut count where the law leaves room (regional custom, estimate under section 287
            ZPO, gain of the owner); false refuses it; null = by the rule of the item.
        reason: for a cut that is accepted.
        decided_by: who decided.

    """

    item: DisputedItem
    amount: Amount
    accepted: bool | None = None
    reason: str = ""
    decided_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairDone:
    """What was really repaired, with its proof; needed for a concrete settlement, and a limit of a fictive one (BGH VI ZR 24/13).

    Attributes:
        extent: none, partial, or complete.
        invoice_gross: total of the invoice, gross; null = no invoice.
        invoice_vat: VAT shown in it; null = contained at the calculation's rate.
        proven_value: value of a repair that is proved without an invoice (own work), EUR; null = none.
        professional: done to the rules of the trade; null = not confirmed.
        as_in_report: in the way and extent of the report; null = not confirmed.
        used_parts: with used parts as the estimated way, not a mere rebate (BGH VI ZR 231/09).
        completed_on: day.
        proof: number of the invoice, or who confirmed the repair.

    """

    extent: Literal["none", "partial", "complete"] = "none"
    invoice_gross: Amount | None = None
    invoice_vat: Amount | None = None
    proven_value: Amount | None = None
    professional: bool | None = None
    as_in_report: bool | None = None
    used_parts: bool = False
    completed_on: date | None = None
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementBought:
    """A car bought in place of the damaged one; concrete settlement only: VAT counts as far as it was really incurred.

    Attributes:
        price_gross: price paid, with tax.
        vat: VAT contained in the price as far as it was incurred; null = by ``tax_kind``.
        tax_kind: regular, margin_contained, margin_percent or none (bought privately).
        margin_rate: share for the margin scheme.
        bought_on: day.
        proof: invoice or contract.

    """

    price_gross: Amount
    vat: Amount | None = None
    tax_kind: TaxKind = "none"
    margin_rate: Share = Decimal("0.024")
    bought_on: date | None = None
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopClause:
    """Werkstattbindung: an own-damage tariff that lowers the compensation when the insurer's workshop is not used.

    Attributes:
        percent: taken off.
        base: repair (off the repair costs, then the cap WBW − RW) or compensation (off the capped amount); the excess comes last.
        clause: number or words of the clause; a cut without it is flagged.

    """

    percent: Percent
    base: Literal["repair", "compensation"] = "repair"
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Under which law the offer is made, and everything the law asks for.

    Attributes:
        regime: kasko (contract) or liability (section 249 BGB).
        mode: fictive (money without repair, without VAT) or concrete (``repair_done`` or ``replacement_bought`` with proof).
        cover: partial or full own-damage cover.
        peril: cause of an own-damage loss; partial cover pays for its own perils alone; null = not stated.
        excess: Selbstbeteiligung, Kasko only.
        excess_partial_cover: excess of the partial cover inside a full cover; takes the place of ``excess`` for its perils.
        excess_already_taken: what was taken off for the same event before: the excess counts once per event.
        workshop_clause: tariff with a fixed workshop, Kasko only.
        brand_workshop_needed: only a brand workshop can restore the car fully; null = not stated.
        quota: share owed by the opponent, 0 to 1, liability only.
        loss_date: day of the damage.
        fulfilment_date: day of (expected) full payment: in liability the day whose prices count (BGH VI ZR 115/19).
        already_paid: what this insurer has paid already; the result names what is open.
        replacement: replacement value.
        residual: residual value.
        value_loss: value loss, liability only.
        value_loss_basis: figures for the value-loss methods, liability only.
        lump_sum: Kostenpauschale, liability only.
        other_items: further proven items, liability only.
        loss_of_use: days without the car, liability only.
        reference_workshop: cheaper workshop that the insurer refers to, fictive only.
        proposed_cuts: what somebody wants to take off, fictive only.
        repair_done: what was really repaired.
        replacement_bought: car bought in place of the damaged one.
        keeps_six_months: owner keeps and uses the car six months; null = unknown.
        roadworthy: the car can be driven legally; null = unknown.
        leased: leased; null = unknown.
        financed: financed or assigned as security; null = unknown.
        input_tax_deduction: claimant deducts input tax; null = unknown, calculated as a private owner.
        own_insurer_paid: what the claimant's own Kasko insurer has paid, liability only (quota privilege).

    """

    regime: Regime
    mode: Mode = "fictive"
    cover: Literal["partial", "full"] | None = None
    peril: Peril | None = None
    excess: Amount = Decimal(0)
    excess_partial_cover: Amount | None = None
    excess_already_taken: Amount = Decimal(0)
    workshop_clause: WorkshopClause | None = None
    brand_workshop_needed: bool | None = None
    quota: Share = Decimal(1)
    loss_date: date | None = None
    fulfilment_date: date | None = None
    already_paid: Amount | None = None
    replacement: ReplacementValue | None = None
    residual: ResidualValue | None = None
    value_loss: ValueLoss | None = None
    value_loss_basis: ValueLossBasis | None = None
    lump_sum: Amount = Decimal(0)
    other_items: tuple[SettlementItem, ...] = ()
    loss_of_use: LossOfUse | None = None
    reference_workshop: ReferenceWorkshop | None = None
    proposed_cuts: tuple[ProposedCut, ...] = ()
    repair_done: RepairDone | None = None
    replacement_bought: ReplacementBought | None = None
    keeps_six_months: bool | None = None
    roadworthy: bool | None = None
    leased: bool | None = None
    financed: bool | None = None
    input_tax_deduction: bool | None = False
    own_insurer_paid: Amount | None = None
