"""What comes out of a calculation: frozen values, every amount rounded to the cent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from calculation.derivation import Derivation
from calculation.model import LimitBasis, Text
from calculation.result_settlement import (
    Eligibility,
    EligibilityRule,
    ItemStatus,
    PayableItem,
    QuotaPrivilege,
    Reason,
    ReferenceResult,
    RuleStatus,
    SettlementBasis,
    SettlementResult,
    StageRow,
    ValueLossProposal,
)
from calculation.result_sheet import RepairCheck

__all__ = [
    "Band",
    "Block",
    "CalculationResult",
    "Eligibility",
    "EligibilityRule",
    "Flag",
    "FlagLevel",
    "ItemStatus",
    "LimitCheck",
    "LineResult",
    "PayableItem",
    "QuotaPrivilege",
    "Reason",
    "ReferenceResult",
    "RepairCheck",
    "RuleStatus",
    "SettlementBasis",
    "SettlementResult",
    "StageRow",
    "Totals",
    "ValueEstimate",
    "ValueLossProposal",
]

Block = Literal["parts", "labour", "paint", "dents", "incidentals", "deductions"]
FlagLevel = Literal["info", "amber", "red"]


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
        marked: a person's value stands in place of a table's or suggestion's.
        signs: as the trade prints them: ``I`` included in another line, ``+`` added by logic, ``*`` typed or changed by a person.

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
    signs: str = ""


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
        labour_by_rate: EUR by rate name.
        labour_hours: hours by rate name.
        labour: sum of labour without dents and set-up.
        labour_setup_hours, labour_setup: set-up in percent of the working time, where the maker adds it.
        dents_press: press-out work.
        dents_general: set-up and finish.
        dents: both.
        labour_total: labour, set-up and dents.
        paint_hours, paint_wage, paint_material_variable, paint_material_constant, paint_material, paint_disposal, paint: paint.
        hours_by_rate: time table: all hours of labour, set-up, dents and paint by rate name.
        hours_total: their sum.
        incidentals: side costs.
        surcharges, discounts: inside the net total.
        net, vat_rate, vat, gross: repair costs.
        exchange_part_value: value of the old parts given away for exchange parts; VAT is taken on it too.
        deductions_taxed, deductions_untaxed: after the total.
        net_allowed: net − all deductions.
        gross_allowed: gross of the reduced net − untaxed deductions.

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
    labour_setup_hours: Decimal
    labour_setup: Decimal
    dents_press: Decimal
    dents_general: Decimal
    dents: Decimal
    labour_total: Decimal
    paint_hours: Decimal
    paint_wage: Decimal
    paint_material_variable: Decimal
    paint_material_constant: Decimal
    paint_material: Decimal
    paint_disposal: Decimal
    paint: Decimal
    hours_by_rate: dict[str, Decimal]
    hours_total: Decimal
    incidentals: Decimal
    surcharges: Decimal
    discounts: Decimal
    net: Decimal
    exchange_part_value: Decimal
    vat_rate: Decimal
    vat: Decimal
    gross: Decimal
    deductions_taxed: Decimal
    deductions_untaxed: Decimal
    net_allowed: Decimal
    gross_allowed: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitCheck:
    """The product's limit beside all three amounts it could be compared with.

    Attributes:
        limit, basis: of the policy.
        compared: the amount of that basis.
        compared_high: its upper edge.
        over: strictly greater.
        over_at_upper_edge: the upper edge is strictly greater.
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
        repair_ratio_least: the same cost / high: how low the ratio can be; equal to ``repair_ratio`` for a stated WBW.
        against: which value the ratio was taken against.
        collapsed: low equals high: the anchors agree at this age, which is no certainty about this car.

    """

    age_years: Decimal
    low: Decimal
    high: Decimal
    share_low: Decimal
    share_high: Decimal
    mileage_percent: Decimal
    repair_ratio: Decimal
    repair_ratio_least: Decimal
    against: Literal["estimate", "stated"]
    collapsed: bool


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
        stage_table: every way in which the law settles, with what it pays; empty while WBW or RW is missing.
        payable_items: items of this sheet over which insurers argue, with rule and ruling; cuts and what counts of them.
        eligibility: whether the case fits the instant settlement, rule by rule.
        net_band, gross_band, payout_band: uncertainty.
        repair_checks: repairing against replacing, for each part with a stated alternative.
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
    stage_table: tuple[StageRow, ...]
    payable_items: tuple[PayableItem, ...]
    eligibility: Eligibility
    net_band: Band
    gross_band: Band
    payout_band: Band
    flags: tuple[Flag, ...]
    derivation: Derivation
    repair_checks: tuple[RepairCheck, ...] = ()

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
