"""The lines of a calculation; :mod:`calculation.model` shows them in a whole input."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from calculation.measures import Amount, Hours, Millimetres, Percent, Points, Quantity, SignedPercent, Units

Origin = Literal["suggested", "table", "manual"]
Side = Literal["left", "right", "centre"]
TimeUnit = Literal["hours", "AW", "ZE"]
Operation = Literal[
    "replace",
    "remove_install",
    "repair",
    "paint",
    "dents",
    "adjust",
    "check",
    "calibrate",
    "auxiliary",
    "third_party",
]
PaintLevel = Literal[
    "new",
    "surface",
    "repair_lt_50",
    "repair_gt_50",
    "spot",
    "blend",
    "preparation",
    "other",
]
Substrate = Literal["metal", "plastic"]
PartOrigin = Literal["original", "exchange", "aftermarket", "used", "unknown"]
IncidentalKind = Literal[
    "transfer",
    "disposal",
    "cleaning",
    "test_drive",
    "diagnosis",
    "calibration",
    "measurement",
    "cavity_wax",
    "material",
    "procurement",
    "other",
]
DeductionKind = Literal["discount", "surcharge", "new_for_old", "betterment", "prior_damage", "manual"]
DeductionBase = Literal["amount", "parts", "labour", "paint", "paint_material", "total", "line"]


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence for people, in both languages of the desk."""

    de: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A person changed a value that a table or a model had given; shown with the trade's asterisk.

    Attributes:
        reason: why, in the expert's words.
        by: who.
        previous: the value before, as text.

    """

    reason: str
    by: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What all lines share.

    Attributes:
        id: stable within the calculation.
        label: what is printed.
        part: outer part in the vocabulary of the findings, e.g. ``bumper_front``.
        side: left, right or centre; null where the part has none.
        code: position or operation code of a system, if there is one.
        note: free text of the expert.
        origin: where the line comes from.
        finding_ids: regions on photos that the line stands on.
        reason: why the line was suggested.
        override: set when a person changed a suggested or table value.
        table: name of the table reference the price or time was taken from.
        table_key: key of the row it was taken from, so that another version of the table can be asked for the same row.
        low: lowest plausible value of the line's measure (see each line).
        high: highest plausible value of the line's measure.
        active: false keeps the line on the sheet but out of the sum.
        included_in: ids of lines whose work includes this one (overlap): while one of them is active, this line has zero time.
        added_by: ids of lines that trigger this one.
        uncertain: the line rests on an assumption that a person must check.

    """

    id: str
    label: str = ""
    part: str | None = None
    side: Side | None = None
    code: str = ""
    note: str = ""
    origin: Origin = "manual"
    finding_ids: tuple[str, ...] = ()
    reason: Text | None = None
    override: Override | None = None
    table: str | None = None
    table_key: tuple[str, ...] = ()
    active: bool = True
    included_in: tuple[str, ...] = ()
    added_by: tuple[str, ...] = ()
    uncertain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine(Line):
    """A spare part: ``round2(qty × unit_price)``, less its own discount. Net prices.

    Attributes:
        qty: pieces.
        unit_price: net price of one piece before mark-up.
        part_number: as printed by the maker.
        part_origin: original, exchange, aftermarket, used.
        discount_percent: discount on this line.
        marked_up: false keeps the line out of the mark-up (e.g. a fixed offer).
        small_parts: false keeps the line out of the base of small parts.
        low: lowest plausible net amount of the whole line.
        high: highest plausible net amount of the whole line.

    """

    qty: Quantity = Decimal(1)
    unit_price: Amount
    part_number: str = ""
    part_origin: PartOrigin = "original"
    discount_percent: Percent = Decimal(0)
    marked_up: bool = True
    small_parts: bool = True
    low: Amount | None = None
    high: Amount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabourLine(Line):
    """Work in hours or time units, or at a flat amount.

    Attributes:
        operation: what is done.
        rate: name of the hourly rate in ``rates``, e.g. ``body``; with ``level`` the rate ``body_2`` is taken where it exists.
        level: 1 to 3.
        unit: hours, AW or ZE.
        units: how many of them.
        units_per_hour: for this line alone, else the parameter's.
        surcharge_percent: of time; rounded to two decimals of the unit before it is priced.
        flat_amount: a net amount instead of time × rate.
        low: lowest plausible number of units (of EUR for a flat amount).
        high: highest plausible number of units (of EUR for a flat amount).

    """

    operation: Operation = "repair"
    rate: str = "body"
    level: int | None = None
    unit: TimeUnit = "hours"
    units: Units = Decimal(0)
    units_per_hour: Units | None = None
    surcharge_percent: SignedPercent = Decimal(0)
    flat_amount: Amount | None = None
    low: Units | None = None
    high: Units | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaintLine(Line):
    """Paint work on one part. Levels have names: a number alone is ambiguous between systems.

    Attributes:
        level: new, surface, repair_lt_50, repair_gt_50, spot, blend (neighbour panel), preparation, other.
        substrate: metal or plastic.
        layers: paint layers, 1 to 4.
        hours: time of the line.
        rate: name of the hourly rate.
        surcharge_percent: of time, rounded to 0.01 h before it is priced.
        material_points: for the points model.
        material_value: system value in EUR for the index model.
        low: lowest plausible hours.
        high: highest plausible hours.

    """

    level: PaintLevel = "surface"
    substrate: Substrate = "metal"
    layers: int | None = None
    hours: Hours = Decimal(0)
    rate: str = "paint"
    surcharge_percent: SignedPercent = Decimal(0)
    material_points: Points = Decimal(0)
    material_value: Amount = Decimal(0)
    low: Hours | None = None
    high: Hours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DentLine(Line):
    """Dents pressed out without paint (PDR). Set-up time is a parameter and counts once per job.

    Attributes:
        count: number of dents.
        size_mm: diameter.
        press_hours: time of the matrix for this panel.
        aluminium_percent: surcharge on the press time for light metal.
        glue_percent: surcharge for the glue technique.
        reach_percent: surcharge for over reach or edges.
        finish_hours: finish per panel.
        panels: number of panels that get the finish.
        rate: name of the hourly rate.
        low: lowest plausible press hours.
        high: highest plausible press hours.

    """

    count: int = 1
    size_mm: Millimetres | None = None
    press_hours: Hours = Decimal(0)
    aluminium_percent: Percent = Decimal(0)
    glue_percent: Percent = Decimal(0)
    reach_percent: Percent = Decimal(0)
    finish_hours: Hours = Decimal(0)
    panels: int = 1
    rate: str = "dents"
    low: Hours | None = None
    high: Hours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentalLine(Line):
    """Side cost (Nebenkosten): an amount, or time at a trade's rate.

    Attributes:
        kind: what it is for.
        amount: net amount; null where time is given.
        rate: name of the hourly rate.
        unit: hours, AW or ZE.
        units: how many of them.
        low: lowest plausible net amount of the line.
        high: highest plausible net amount of the line.

    """

    kind: IncidentalKind = "other"
    amount: Amount | None = None
    rate: str | None = None
    unit: TimeUnit = "hours"
    units: Units = Decimal(0)
    low: Amount | None = None
    high: Amount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeductionLine(Line):
    """Something taken off (or added). Discount and surcharge act inside the net total; new for old, betterment and prior damage after it.

    Attributes:
        kind: see above; each but the discount needs a reason that the customer can read.
        base: what the percentage refers to, or ``amount``.
        percent: of the base.
        amount: net amount when ``base`` is ``amount``.
        line_id: the line, when ``base`` is ``line``.
        taxed: true lowers the taxable net; false is taken off after VAT (tax-neutral betterment).
        reason_text: the reason.

    """

    kind: DeductionKind = "manual"
    base: DeductionBase = "amount"
    percent: Percent = Decimal(0)
    amount: Amount = Decimal(0)
    line_id: str | None = None
    taxed: bool = True
    reason_text: str = ""
