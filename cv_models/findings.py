"""Plain values that the models hand out. Coordinates are pixels of the array that was analysed, origin top left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CATEGORIES: Final = (
    "scratch",
    "dent",
    "crack",
    "broken_glass",
    "broken_lamp",
    "missing_part",
    "deformation",
    "panel_damage",
)
"""Damage classes; `panel_damage` is damage of unstated kind on a panel."""

PARTS: Final = (
    "bumper_front",
    "bumper_rear",
    "fender",
    "door_front",
    "door_rear",
    "bonnet",
    "boot_lid",
    "headlamp",
    "tail_lamp",
    "windscreen",
    "side_window",
    "rear_window",
    "mirror",
    "sill",
    "roof",
    "wheel",
    "grille",
    "quarter_panel",
)
"""Outer parts without their side."""

SIDES: Final = ("left", "right", "centre")
"""Sides of the vehicle as its driver sees them."""

SEVERITIES: Final = ("minor", "moderate", "severe")

VIEWS: Final = ("front_left", "front", "front_right", "left", "right", "rear_left", "rear", "rear_right")
"""Which faces of the vehicle the camera sees; left and right are the vehicle's own."""

ROLES: Final = ("registration_document", "vehicle", "damage", "odometer", "other")


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-parallel rectangle in pixels; `x`, `y` is the top left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """Area in square pixels."""
        return self.width * self.height

    def iou(self, other: Box) -> float:
        """Intersection over union with `other`, 0 to 1."""
        inner = self.intersection(other)
        union = self.area + other.area - inner
        return inner / union if union > 0 else 0.0

    def intersection(self, other: Box) -> float:
        """Shared area with `other` in square pixels."""
        width = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        height = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(0.0, width) * max(0.0, height)


@dataclass(frozen=True, slots=True)
class DamageFinding:
    """One region of damage that the detector proposes.

    Attributes:
        category: one of `CATEGORIES`.
        score: 0 to 1; comparable between photos of one model version, see the model card for what it is worth.
        box: the region's rectangle.
        polygon: outline as (x, y) points, or None where the model gives boxes only.
        part: one of `PARTS`, or None when the model is unsure.
        side: one of `SIDES`, or None when it cannot be told from the photo.
        severity: one of `SEVERITIES`, or None.
        model: name and version of the model that made the finding.

    """

    category: str
    score: float
    box: Box
    polygon: tuple[tuple[float, float], ...] | None
    part: str | None
    side: str | None
    severity: str | None
    model: str


@dataclass(frozen=True, slots=True)
class PhotoRole:
    """What a photo of the set shows.

    Attributes:
        role: one of `ROLES`.
        view: one of `VIEWS` for photos of a vehicle, None when unsure or not a vehicle.
        confidence: 0 to 1, of the role alone.

    """

    role: str
    view: str | None
    confidence: float
