"""What comes out of a calculation: frozen values, every amount rounded to the cent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from calculation.derivation import Derivation
from calculation.model import LimitBasis, Regime, Text

Block = Literal["parts", "labour", "paint", "dents", "incidentals", "deductions"]
FlagLevel = Literal["info", "amber", "red"]
SettlementBasis = Literal["repair", "replacement_effort", "total_loss"]


@dataclass(frozen=True, slots=True)
class LineResult:
    """One line as it counts.

    Attributes:
        id: of the input line.
        block: which list it is in.
        amount: net EUR.
        quantity: pieces, or hours/units that were priced (surcharge in, zero when included in another line).
        unit: pieces, hours, AW, ZE, EUR.
        unit_price: EUR per piece or per hour.
        low, high: net EUR band; both equal ``amount`` where the line has none.
        included_in: id of the active line that includes this one, if any.
        counts: false when the line is switched off.
        marked: the trade's asterisk: a person's value stands in place of a table's.

    """

    id: str
    block: Block
    amount: Decimal
    quantity: Decimal
    unit: str
    unit_price: Decimal
    low: Decimal
    high: Decimal
    included_in: str | None = None
    counts: bool = True
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """Low, point and high of one amount; low ≤ point ≤ high. Lines move together: all low, or all high."""

    low: Decimal
    point: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The sheet from top to bottom, EUR net unless named otherwise.

    Attributes:
        parts: part lines before mark-up.
        upe_markup: mark-up (negative: mark-down).
        small_parts_base: the base that small parts were taken from.
        small_parts: small parts.
        procurement, parts_disposal: side costs of parts.
        parts_total: all of these.
        labour_by_rate: EUR by rate name. labour_hours: hours by rate name.
        labour: sum of labour without dents.
        dents_press, dents_general (set-up and finish), dents: press-out work.
        labour_total: labour and dents.
        paint_hours, paint_wage, paint_material_variable, paint_material_constant, paint_material, paint: paint.
        incidentals: side costs.
        surcharges, discounts: inside the net total.
        net, vat_rate, vat, gross: repair costs.
        deductions_taxed, deductions_untaxed: after the total.
        net_allowed: net − all deductions. gross_allowed: gross of the reduced net − untaxed deductions.

    """

    parts: Decimal
    upe_markup: Decimal
    small_parts_base: Decimal
    small_parts: Decimal
    procurement: Decimal
    parts_disposal: Decimal
    parts_total: Decimal
    labour_by_rate: dict[str, Decimal]
    labour_hours: dict[str, Decimal]
    labour: Decimal
    dents_press: Decimal
    dents_general: Decimal
    dents: Decimal
    labour_total: Decimal
    paint_hours: Decimal
    paint_wage: Decimal
    paint_material_variable: Decimal
    paint_material_constant: Decimal
    paint_material: Decimal
    paint: Decimal
    incidentals: Decimal
    surcharges: Decimal
    discounts: Decimal
    net: Decimal
    vat_rate: Decimal
    vat: Decimal
    gross: Decimal
    deductions_taxed: Decimal
    deductions_untaxed: Decimal
    net_allowed: Decimal
    gross_allowed: Decimal


@dataclass(frozen=True, slots=True)
class QuotaPrivilege:
    """Section 86 (1) s. 2 VVG: the claimant's uncovered congruent items come first out of the opponent's quota.

    Attributes:
        congruent: repair or replacement effort, value loss and congruent items.
        by_quota: what the opponent owes for them.
        uncovered: congruent less what the own insurer has paid.
        privileged: what the claimant gets of it: the smaller of the two.
        others: quota of the remaining items.
        recourse: what is left of the quota for the own insurer.
    """

    congruent: Decimal
    by_quota: Decimal
    uncovered: Decimal
    privileged: Decimal
    others: Decimal
    recourse: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementResult:
    """What is offered and how it was found.

    Attributes:
        regime: kasko or liability.
        basis: repair, replacement_effort (cap or stage), total_loss.
        repair_allowed: net repair costs after deductions.
        value_loss, lump_sum, other_items: liability items as they count before the quota.
        replacement_without_tax: WBW without its tax share; null when no WBW is stated.
        replacement_effort_gross: WBW − RW as the stage test uses it.
        replacement_effort_without_tax: WBW without tax − RW: what is owed in a total loss, the cap in Kasko.
        stage: 1 to 4 (liability); null when WBW or RW is missing, and in Kasko.
        ratio_percent: (repair gross + value loss) / WBW in percent.
        limit_130: 1.3 × WBW.
        total_loss: the law's total loss (Kasko: repair over WBW; liability: stage 3 or 4).
        claim: amount before quota and excess.
        quota: as given (1 in Kasko). excess: as given (0 in liability).
        payout: what is offered, never negative.
        payout_if_kept, payout_if_sold: both ways of stage 2; null elsewhere.
        privilege: quota privilege, when the own insurer has paid.

    """

    regime: Regime
    basis: SettlementBasis
    repair_allowed: Decimal
    value_loss: Decimal
    lump_sum: Decimal
    other_items: Decimal
    replacement_without_tax: Decimal | None
    replacement_effort_gross: Decimal | None
    replacement_effort_without_tax: Decimal | None
    stage: int | None
    ratio_percent: Decimal | None
    limit_130: Decimal | None
    total_loss: bool
    claim: Decimal
    quota: Decimal
    excess: Decimal
    payout: Decimal
    payout_if_kept: Decimal | None = None
    payout_if_sold: Decimal | None = None
    privilege: QuotaPrivilege | None = None


@dataclass(frozen=True, slots=True)
class ValueLossProposal:
    """Value loss by one method.

    Attributes:
        method: ruhkopf_sahm, halbgewachs (upper limit), bvsk, mfm.
        amount: EUR; null when the method does not apply.
        excluded: why it does not apply.
        numbers: the formula in numbers, English separators.
        source: of the method.
    """

    method: str
    amount: Decimal | None
    excluded: Text | None
    numbers: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitCheck:
    """The product's limit beside all three amounts it could be compared with.

    Attributes:
        limit, basis: of the policy.
        compared: the amount of that basis. compared_high: its upper edge.
        over: strictly greater. over_at_upper_edge: the upper edge is strictly greater.
        repair_gross, repair_net, payout: the three amounts.

    """

    limit: Decimal
    basis: LimitBasis
    compared: Decimal
    compared_high: Decimal
    over: bool
    over_at_upper_edge: bool
    repair_gross: Decimal
    repair_net: Decimal
    payout: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueEstimate:
    """Estimate band of the car's value for the early warning; never a replacement value.

    Attributes:
        age_years: at the day of loss.
        low, high: EUR gross, rounded to the cent.
        share_low, share_high: of the list price, mileage in.
        mileage_percent: taken off for mileage.
        repair_ratio: upper edge of repair gross / low (or / the stated WBW where there is one).
        against: which value the ratio was taken against.

    """

    age_years: Decimal
    low: Decimal
    high: Decimal
    share_low: Decimal
    share_high: Decimal
    mileage_percent: Decimal
    repair_ratio: Decimal
    against: Literal["estimate", "stated"]


@dataclass(frozen=True, slots=True)
class Flag:
    """Something the expert must see.

    Attributes:
        code: stable word, e.g. ``over_limit`` (list in docs/calculation.md).
        level: info, amber (check), red (not suitable as it stands).
        title: short.
        reason: with the figures.
        clears: what clears it.
        line_ids: lines it is about.
        edge: whether the point or only the upper edge of the band raised it.

    """

    code: str
    level: FlagLevel
    title: Text
    reason: Text
    clears: Text
    line_ids: tuple[str, ...] = ()
    edge: Literal["point", "upper"] = "point"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalculationResult:
    """The whole answer.

    Attributes:
        engine_version, rounding: stored with it.
        lines: in the order of the input, block by block.
        totals: the sheet.
        settlement: the offer.
        limit: the product's limit.
        value_estimate: early warning; null when list price, age or anchors are missing.
        value_losses: value loss by each method, side by side; empty without a basis and in Kasko.
        net_band, gross_band, payout_band: uncertainty.
        flags: most serious first.
        derivation: node by key; empty when it was not asked for.

    """

    engine_version: str
    rounding: str
    lines: tuple[LineResult, ...]
    totals: Totals
    settlement: SettlementResult
    limit: LimitCheck
    value_estimate: ValueEstimate | None
    value_losses: tuple[ValueLossProposal, ...]
    net_band: Band
    gross_band: Band
    payout_band: Band
    flags: tuple[Flag, ...]
    derivation: Derivation

    @property
    def payout(self) -> Decimal:
        """Shorthand for ``settlement.payout``."""
        return self.settlement.payout

    def line(self, line_id: str) -> LineResult:
        """The line with this id; KeyError when there is none."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise KeyError(line_id)
