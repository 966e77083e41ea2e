"""Terms of the settlement: under which law, what the car is worth, what was really done, what somebody wants to cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from calculation.measures import Amount, HourlyRate, Kilometres, Percent, Share, SignedPercent
from calculation.model_terms import PaintMaterial
from calculation.model_values import ReplacementValue, ResidualValue, TaxKind, ValueLoss, ValueLossBasis

Regime = Literal["kasko", "liability"]
Mode = Literal["fictive", "concrete"]
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
