"""The lines of a calculation; :mod:`calculation.model` shows them in a whole input."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from calculation.measures import Amount, Percent, Quantity, Share, SignedPercent, Units

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
PartOrigin = Literal["original", "exchange", "aftermarket", "used", "unknown"]
IncidentalKind = Literal[
    "transfer",
    "disposal",
    "cleaning",
    "test_drive",
    "disinfection",
    "diagnosis",
    "calibration",
    "measurement",
    "cavity_wax",
    "material",
    "procurement",
    "jig",
    "other",
]
CodeSystem = Literal["dat", "gt", "autoixpert", "audatex"]
DeductionKind = Literal["discount", "surcharge", "new_for_old", "betterment", "prior_damage", "manual"]
DeductionBase = Literal["amount", "part_lines", "parts", "labour", "paint", "paint_material", "total", "line"]


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
class PreDamage:
    """Earlier damage in the region of a line: its share is taken off after the total, with its reason.

    Attributes:
        share: of the line's amount, 0 to 1.
        reason: what was damaged before, in words the customer can read.
        kind: unrepaired (Altschaden), or repaired (Vorschaden): how it was repaired then belongs into ``proof``.
        finding_id: region on a photo that shows it.
        photo: where it can be seen, in words, e.g. ``Foto 3``.
        proof: how an earlier damage was repaired, e.g. an invoice.

    """

    share: Share
    reason: str = ""
    kind: Literal["unrepaired", "repaired"] = "unrepaired"
    finding_id: str | None = None
    photo: str = ""
    proof: str = ""


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
        pre_damage: share of the line that an earlier damage has to bear; not on deductions.

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
    pre_damage: PreDamage | None = None


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
        surcharge_percent: of time, negative for a reduction; rounded to two decimals of the unit before it is priced.
        difficulty_percent: surcharge on time for difficulty, rounded in the same way.
        flat_amount: a net amount instead of time × rate.
        flat_includes_material: the flat amount holds material too; it is then no base for small parts by labour.
        code_system: system that ``code`` belongs to; its operation is compared with ``operation``.
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
    difficulty_percent: Percent = Decimal(0)
    flat_amount: Amount | None = None
    flat_includes_material: bool = False
    code_system: CodeSystem | None = None
    low: Units | None = None
    high: Units | None = None


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
        base: what the percentage refers to: part_lines (before mark-up and small parts), parts (the whole block), labour, paint,
            paint_material, total, line; or ``amount``.
        percent: of the base.
        amount: net amount when ``base`` is ``amount``.
        line_id: the line, when ``base`` is ``line``.
        taxed: true lowers the taxable net; false is taken off after VAT (tax-neutral betterment).
        reason_text: the reason.
        has_gain: new for old only: whether the owner has a measurable gain; false counts as zero, null counts and is flagged.
        gain: new for old only: the gain in words, e.g. ``Reifen zu 50 % abgefahren``.

    """

    kind: DeductionKind = "manual"
    base: DeductionBase = "amount"
    percent: Percent = Decimal(0)
    amount: Amount = Decimal(0)
    line_id: str | None = None
    taxed: bool = True
    reason_text: str = ""
    has_gain: bool | None = None
    gain: str = ""
