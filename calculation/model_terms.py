"""Settings, rates and table references; :mod:`calculation.model` shows them in a whole input."""

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
    PaintDisposalPercent,
    Percent,
    Points,
    SignedPercent,
    SmallPartsPercent,
    Units,
    VatRate,
)
from calculation.model_lines import Side

SmallPartsBase = Literal["parts", "parts_with_markup", "labour", "amount"]
MaterialModel = Literal["percent_of_wage", "points", "azt_index", "flat", "in_wage"]
PaintSystem = Literal["azt", "manufacturer", "euro_lack", "manual"]
Rounding = Literal["half_up_2"]


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
        disposal_percent: of the material, 0 to 5.
        table: name of the table reference.
        source: where percent, index or price come from, e.g. a workshop's notice.
        stated_on: day of that source.

    """

    model: MaterialModel = "percent_of_wage"
    percent: MaterialPercent = Decimal(0)
    price_per_point: Amount = Decimal(0)
    constant: Amount = Decimal(0)
    index: MaterialIndex = Decimal(100)
    amount: Amount = Decimal(0)
    disposal_percent: PaintDisposalPercent = Decimal(0)
    table: str | None = None
    source: str = ""
    stated_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Settings of the calculation.

    Attributes:
        price_date: date of prices; in liability the day of full payment, for the Kasko replacement value the day of loss.
        supply_date: date that decides the VAT rate; null = price date.
        vat_rate: share, 0.19.
        rounding: the one mode: two decimals, half-up, each money line and each time.
        small_parts_percent: 0 to 9.99.
        small_parts_base: parts (before any mark-up), parts_with_markup, labour, or amount.
        small_parts_amount: EUR when the base is ``amount``.
        upe_markup_percent: mark-up on list prices; negative is a mark-down.
        procurement_amount: flat EUR once, when there are parts.
        procurement_percent: of the part lines, instead of the flat amount.
        procurement_max: most that ``procurement_percent`` gives; null = no bound.
        exchange_part_tax: VAT also on the old part that is given away for an exchange part: 10 % of the exchange part's price.
        parts_disposal_percent: of the part lines.
        units_per_hour: time units per hour by unit name.
        labour_setup_percent: set-up time of makers that add it in percent of the working time, by rate.
        paint_system: whose levels and times the paint lines follow.
        paint_material: material model.
        preparation_metal_percent: factor on preparation lines of metal, 100 = as stated.
        preparation_plastic_percent: factor on preparation lines of plastic.
        other_preparation_percent: factor on the time of colour sample, sample sheet, colour mixing and second colour.
        dent_setup_hours: once per job with dents.

    """

    price_date: date
    supply_date: date | None = None
    vat_rate: VatRate
    rounding: Rounding = "half_up_2"
    small_parts_percent: SmallPartsPercent = Decimal(0)
    small_parts_base: SmallPartsBase = "parts"
    small_parts_amount: Amount = Decimal(0)
    upe_markup_percent: SignedPercent = Decimal(0)
    procurement_amount: Amount = Decimal(0)
    procurement_percent: Percent = Decimal(0)
    procurement_max: Amount | None = None
    exchange_part_tax: bool = False
    parts_disposal_percent: Percent = Decimal(0)
    units_per_hour: dict[str, Units] = field(default_factory=dict)
    labour_setup_percent: Percent = Decimal(0)
    paint_system: PaintSystem = "manual"
    paint_material: PaintMaterial = PaintMaterial()
    preparation_metal_percent: Percent = Decimal(100)
    preparation_plastic_percent: Percent = Decimal(100)
    other_preparation_percent: Percent = Decimal(100)
    dent_setup_hours: Hours = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """What replacing a part would cost, so that its repair can be compared with it; it never enters a total.

    Attributes:
        part: outer part in the vocabulary of the findings.
        side: left, right or centre; null where the part has none.
        unit_price: net price of the new part before mark-up.
        hours: time to replace it.
        rate: name of the hourly rate.
        paint_hours: time to paint the new part.
        paint_rate: name of the hourly rate of paint.
        material_points: of the new part, for the points model.
        material_value: of the new part, for the index model.
        other: further net costs of replacing, e.g. calibration.
        table: name of the table reference of the price.
        table_key: key of the row.

    """

    part: str
    side: Side | None = None
    unit_price: Amount
    hours: Hours = Decimal(0)
    rate: str = "body"
    paint_hours: Hours = Decimal(0)
    paint_rate: str = "paint"
    material_points: Points = Decimal(0)
    material_value: Amount = Decimal(0)
    other: Amount = Decimal(0)
    table: str | None = None
    table_key: tuple[str, ...] = ()


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
