"""Lines of work on the surface: paint and dents; :mod:`calculation.model` shows them in a whole input."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from calculation.measures import Amount, Hours, Millimetres, Percent, Points, SignedPercent
from calculation.model_lines import Line

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
LayerWay = Literal["wet_in_wet", "dry_and_sand", "dry_and_sand_twice"]
ClearCoat = Literal["standard", "scratch_resistant", "powder_slurry"]
PaintOption = Literal[
    "colour_sample",
    "sample_sheet",
    "colour_mixing",
    "two_tone",
    "masking_glass",
    "window_frames",
    "scratch_resistant",
]
DentMethod = Literal["bvat", "commission", "pre_press_paint", "civd", "parking", "manual"]
DentFeature = Literal["high_strength", "glue", "over_reach", "edge", "pointed", "over_stretched"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaintLine(Line):
    """Paint work on one part. Levels have names: a number alone is ambiguous between systems.

    Attributes:
        level: new, surface, repair_lt_50, repair_gt_50, spot, blend (neighbour panel), preparation, other.
        system_level: level as the paint system prints it, e.g. ``AZT III``, ``K1R``, ``DAT 4``, ``new (4)``; compared with ``level``.
        substrate: metal or plastic.
        layers: paint layers, 1 to 4.
        layer_way: how a 3- or 4-layer paint is built up.
        clear_coat: kind of clear coat.
        two_tone: the part has two colours.
        fitted: painted on the car (true) or removed (false); null = not stated.
        spot_size_mm: level spot: size of the damage, up to 35 mm.
        spots: level spot: spots on this part, one at most.
        scuff: level spot: a scuff on a bumper, where the size does not matter.
        preparation_included: the time holds the preparation of this substrate (first line of a maker's list).
        option: makes the line an option of the job (level ``other``): colour sample, sample sheet, colour mixing, second colour,
            masking of glued glass, matt-black window frames, scratch-resistant clear coat.
        count: options only: how often; time, points and value of the line are for one.
        hours: time of the line.
        rate: name of the hourly rate.
        surcharge_percent: of time, rounded to 0.01 h before it is priced.
        material_points: for the points model.
        material_value: system value in EUR for the index model.
        low: lowest plausible hours.
        high: highest plausible hours.

    """

    level: PaintLevel = "surface"
    system_level: str = ""
    substrate: Substrate = "metal"
    layers: int | None = None
    layer_way: LayerWay | None = None
    clear_coat: ClearCoat = "standard"
    two_tone: bool = False
    fitted: bool | None = None
    spot_size_mm: Millimetres | None = None
    spots: int = 1
    scuff: bool = False
    preparation_included: bool = False
    option: PaintOption | None = None
    count: int = 1
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

    The time of a matrix is stated, never shipped: the published matrices are licensed.

    Attributes:
        method: whose matrix the time comes from.
        count: number of dents.
        count_large: how many of them are larger than 20 mm.
        size_mm: diameter.
        orientation: of the panel.
        features: what makes the dent harder to press.
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

    method: DentMethod = "manual"
    count: int = 1
    count_large: int = 0
    size_mm: Millimetres | None = None
    orientation: Literal["horizontal", "vertical"] | None = None
    features: tuple[DentFeature, ...] = ()
    press_hours: Hours = Decimal(0)
    aluminium_percent: Percent = Decimal(0)
    glue_percent: Percent = Decimal(0)
    reach_percent: Percent = Decimal(0)
    finish_hours: Hours = Decimal(0)
    panels: int = 1
    rate: str = "dents"
    low: Hours | None = None
    high: Hours | None = None
