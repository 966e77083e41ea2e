"""What goes into a calculation: frozen values, exact decimals, no defaults that stand for a price.

The same shape is the JSON of a case's draft and of ``telekalk calculate`` (see :mod:`calculation.serialise`): every field below
is a key of the same name, decimals are strings, dates ISO, lists of flat lines. Keys that are not given take their default; an
unknown key is refused with its name. A complete example (also ``tests/calculation/example.json``)::

    {
      "header": {"claim_number": "DEMO-0001", "plate": "XX-TK 100", "make": "Beispiel", "model": "Kompakt",
                 "paint_code": "A1", "paint_layers": 2},
      "parameters": {
        "price_date": "2026-11-23", "supply_date": "2026-11-23", "vat_rate": "0.19",
        "small_parts_percent": "2.00", "small_parts_base": "parts", "upe_markup_percent": "10.00",
        "units_per_hour": {"AW": "10", "ZE": "100"},
        "paint_system": "manual",
        "paint_material": {"model": "percent_of_wage", "percent": "40"},
        "dent_setup_hours": "0.60"
      },
      "rates": {
        "body":     {"hourly": "140.00", "label": "Karosserie", "table": "hourly_rates"},
        "mechanic": {"hourly": "138.00", "label": "Mechanik",   "table": "hourly_rates"},
        "electric": {"hourly": "138.00", "label": "Elektrik",   "table": "hourly_rates"},
        "paint":    {"hourly": "155.00", "label": "Lack",       "table": "hourly_rates"},
        "dents":    {"hourly": "110.00", "label": "Dellen",     "table": "hourly_rates"}
      },
      "parts": [
        {"id": "p1", "label": "Stoßfänger vorn", "part": "bumper_front", "part_number": "", "qty": "1", "unit_price": "484.00",
         "low": "387.20", "high": "726.00", "origin": "suggested", "table": "part_prices", "finding_ids": ["f1", "f2"],
         "reason": {"de": "Riss, großflächig: ersetzen", "en": "crack over a large area: replace"}},
        {"id": "p2", "label": "Scheinwerfer links", "part": "headlamp", "side": "left", "qty": "1", "unit_price": "899.00",
         "origin": "manual", "override": {"reason": "Angebot des Händlers", "previous": "914.00"}}
      ],
      "labour": [
        {"id": "l1", "label": "Stoßfänger vorn ersetzen", "part": "bumper_front", "operation": "replace", "rate": "body",
         "unit": "hours", "units": "1.20", "origin": "suggested", "finding_ids": ["f1"]},
        {"id": "l2", "label": "Scheinwerfer links aus- und einbauen", "part": "headlamp", "side": "left",
         "operation": "remove_install", "rate": "body", "unit": "hours", "units": "0.40", "included_in": ["l1"]},
        {"id": "l3", "label": "Scheinwerfer einstellen", "operation": "adjust", "rate": "electric", "unit": "AW", "units": "3",
         "added_by": ["p2"]}
      ],
      "paint": [
        {"id": "k0", "label": "Vorbereitung Kunststoff", "level": "preparation", "substrate": "plastic", "hours": "0.80"},
        {"id": "k1", "label": "Stoßfänger vorn, Neuteil", "part": "bumper_front", "level": "new", "substrate": "plastic",
         "hours": "2.10", "origin": "suggested", "finding_ids": ["f1"]}
      ],
      "dents": [
        {"id": "d1", "label": "Dach, 10 Dellen bis 20 mm", "part": "roof", "count": 10, "size_mm": "20", "press_hours": "1.50",
         "aluminium_percent": "25", "finish_hours": "0.25", "panels": 1}
      ],
      "incidentals": [
        {"id": "i1", "label": "Entsorgung", "kind": "disposal", "amount": "25.00", "origin": "table"},
        {"id": "i2", "label": "Verbringung zum Lackierer", "kind": "transfer", "unit": "hours", "units": "1.00", "rate": "body"}
      ],
      "deductions": [
        {"id": "a1", "label": "Vorschaden Stoßfänger", "kind": "prior_damage", "base": "amount", "amount": "50.00",
         "taxed": true, "reason_text": "alter Kratzer rechts, Foto 3"}
      ],
      "settlement": {
        "regime": "kasko", "cover": "full", "excess": "300.00", "loss_date": "2026-11-20",
        "leased": false, "financed": false, "input_tax_deduction": false,
        "replacement": {"amount": "14500.00", "tax_kind": "margin_contained", "stated_by": "M. Muster, SV"},
        "residual": {"amount": "6100.00", "stated_by": "M. Muster, SV"}
      },
      "circumstances": {"airbag_deployed": false, "not_drivable": false},
      "policy": {"limit": "4000.00", "limit_basis": "repair_gross", "version": "demo-1"},
      "vehicle": {"segment": "compact", "list_price": "28500.00", "first_registration": "2019-03-14", "mileage_km": 82000},
      "value_band": {"anchors": [{"years": "0", "low": "1.00", "high": "1.00"}, {"years": "1", "low": "0.75", "high": "0.75"},
                                 {"years": "3", "low": "0.50", "high": "0.67"}, {"years": "5", "low": "0.50", "high": "0.50"},
                                 {"years": "10", "low": "0.20", "high": "0.20"}, {"years": "15", "low": "0.10", "high": "0.10"}],
                     "table": "value_band"},
      "table_references": [
        {"name": "hourly_rates", "version": "2026.1", "valid_from": "2026-01-01", "reviewed_until": "2026-12-31",
         "source": "…", "demonstration": true}
      ]
    }
"""

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
    Millimetres,
    Percent,
    Points,
    Quantity,
    Ratio,
    Share,
    SignedPercent,
    SmallPartsPercent,
    Units,
    VatRate,
    Years,
)

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
SmallPartsBase = Literal["parts", "parts_with_markup", "labour", "amount"]
MaterialModel = Literal["percent_of_wage", "points", "azt_index", "flat", "in_wage"]
PaintSystem = Literal["azt", "manufacturer", "euro_lack", "manual"]
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
Regime = Literal["kasko", "liability"]
TaxKind = Literal["regular", "margin_contained", "margin_percent", "none"]
LimitBasis = Literal["repair_gross", "repair_net", "payout"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A net hourly rate.

    Attributes:
        hourly: EUR per hour, net.
        label: as printed.
        table: name of the table reference.

    """

    hourly: HourlyRate
    label: str = ""
    table: str | None = None


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
    lump_sum: Amount = Decimal(0)
    other_items: tuple[SettlementItem, ...] = ()
    keeps_six_months: bool | None = None
    roadworthy: bool | None = None
    leased: bool | None = None
    financed: bool | None = None
    input_tax_deduction: bool = False


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What is printed at the head of the sheet; the engine does not calculate with it.

    Attributes:
        claim_number, plate, vin, hsn, tsn, make, model: as on the documents.
        paint_code: colour.
        paint_layers: 1 to 4.
        phantom: calculated on a similar vehicle, every line to be checked.
        rate_set: name of the rate set.
        author: who calculates.

    """

    claim_number: str = ""
    plate: str = ""
    vin: str = ""
    hsn: str = ""
    tsn: str = ""
    make: str = ""
    model: str = ""
    paint_code: str = ""
    paint_layers: int | None = None
    phantom: bool = False
    rate_set: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalculationInput:
    """Everything that one calculation needs; see the module's example.

    Attributes:
        header: printed head.
        parameters: settings.
        rates: net hourly rates by name.
        parts, labour, paint, dents, incidentals, deductions: the lines.
        settlement: regime and its values.
        circumstances: other facts.
        policy: limits.
        vehicle: age, list price, mileage.
        value_band: anchors for the early warning.
        table_references: versions of the tables used.
        assumptions: what was assumed because it was not known; each becomes an amber flag.

    """

    header: Header = Header()
    parameters: Parameters
    rates: dict[str, Rate] = field(default_factory=dict)
    parts: tuple[PartLine, ...] = ()
    labour: tuple[LabourLine, ...] = ()
    paint: tuple[PaintLine, ...] = ()
    dents: tuple[DentLine, ...] = ()
    incidentals: tuple[IncidentalLine, ...] = ()
    deductions: tuple[DeductionLine, ...] = ()
    settlement: Settlement
    circumstances: Circumstances = Circumstances()
    policy: Policy = Policy()
    vehicle: Vehicle = Vehicle()
    value_band: ValueBand | None = None
    table_references: tuple[TableReference, ...] = ()
    assumptions: tuple[Text, ...] = ()
