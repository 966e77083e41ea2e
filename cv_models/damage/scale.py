"""How long is a damage in millimetres? From a thing of known size on the same photo, on the same face of the vehicle.

A German number plate is 520 × 110 mm. It is taken as a flat piece of the front or rear on which it sits: near it a length on the
photo has one meaning, farther away and on other faces it has none, and then there is no size. Rather nothing than a wrong number:
wheels were tried as a second reference, and were not found surely enough (docs/suggestions.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.damage.plate_scale import Plate, find_plates
from cv_models.findings import Box
from cv_models.images import Image, require_rgb

PLATE_MM: Final = (520.0, 110.0)
"""One-row plate of a passenger car, Anlage 4 FZV."""
LEAST_PLATE: Final = 70.0
"""Narrower in the photo, a pixel more or less is a matter of some per cent."""
FACES: Final[dict[str, frozenset[str]]] = {
    "plate": frozenset({"bumper_front", "grille", "headlamp", "bumper_rear", "boot_lid", "tail_lamp"}),
}
"""Parts that lie near the plane of the reference: the front or rear for a plate."""
REACH: Final[dict[str, float]] = {"plate": 2.0}
"""How far from the reference a size is told, in its own lengths (about one metre)."""
BASE_DOUBT: Final[dict[str, float]] = {"plate": 0.10}
"""Doubt at the reference itself: its own tolerance, its outline, and that it stands a little before or behind the sheet metal."""
DOUBT_PER_LENGTH: Final = 0.12
"""Doubt that comes with each length of the reference between it and the damage: perspective, and that bodies are curved.
On the demonstration photos lengths about one plate away came out 16 to 22 % too short."""
BOX_DOUBT: Final = 0.20
"""A box has corners where the damage has none, and is often drawn loosely."""

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scale:
    """What a pixel is worth around one reference.

    Attributes:
        kind: plate.
        centre: of the reference, pixels.
        length: of the reference on the photo, pixels.
        to_mm: 2 × 2; a difference of places on the photo (pixels) times this is one on the plane (mm).
        doubt: share by which a length at the reference may be off.
    """

    kind: Literal["plate"]
    centre: tuple[float, float]
    length: float
    to_mm: Points
    doubt: float

    @property
    def mm_per_pixel(self) -> float:
        """Mean of all directions at the reference."""
        return float(np.sqrt(abs(np.linalg.det(self.to_mm))))


@dataclass(frozen=True, slots=True)
class Size:
    """A damage in millimetres.

    Attributes:
        length, width: of the narrowest rectangle around it, mm.
        area: mm².
        low, high: between these the length lies.
        kind: what the scale was taken from: plate.
        doubt: share by which the length may be off, to 0.01.
    """

    length: Decimal
    width: Decimal
    area: Decimal
    low: Decimal
    high: Decimal
    kind: str
    doubt: Decimal

    def to_json(self) -> dict[str, str]:
        """Decimal strings, as stored beside a finding."""
        return {
            "length_mm": str(self.length),
            "width_mm": str(self.width),
            "area_mm2": str(self.area),
            "low_mm": str(self.low),
            "high_mm": str(self.high),
            "scale": self.kind,
            "doubt": str(self.doubt),
        }

    @classmethod
    def from_json(cls, raw: dict[str, Any] | None) -> Size | None:
        """Read what ``to_json`` wrote; None where nothing was measured."""
        if not raw:
            return None
        names = ("length_mm", "width_mm", "area_mm2", "low_mm", "high_mm")
        length, width, area, low, high = (Decimal(str(raw[name])) for name in names)
        return cls(length, width, area, low, high, str(raw["scale"]), Decimal(str(raw["doubt"])))


def scales_of(image: Any) -> tuple[Scale, ...]:
    """The references on an upright RGB photo (H×W×3, uint8), the surest first; empty where none is seen.

    Raises:
        ModelInputError: the array is not a photo (TK-IMAGE-001 to -005).
    """
    photo = require_rgb(image)
    found = [_of_plate(plate) for plate in find_plates(photo) if plate.width >= LEAST_PLATE]
    return tuple(sorted(found, key=lambda scale: (scale.doubt, -scale.length)))


def scale_of(image: Any) -> Scale | None:
    """The surest reference on a photo, or None."""
    return next(iter(scales_of(image)), None)


def _of_plate(plate: Plate) -> Scale:
    quad = plate.quad
    across = (quad[1] - quad[0] + quad[2] - quad[3]) / 2
    down = (quad[3] - quad[0] + quad[2] - quad[1]) / 2
    to_mm = np.diag(PLATE_MM) @ np.linalg.inv(np.column_stack([across, down]))
    centre = quad.mean(axis=0)
    # One pixel of rim up and down, told by the shorter side of the plate.
    doubt = BASE_DOUBT["plate"] + 1.0 / max(1.0, float(np.linalg.norm(down)))
    return Scale("plate", (float(centre[0]), float(centre[1])), plate.width, to_mm, doubt)


def size_of(
    box: Box, part: str | None, scales: Sequence[Scale], polygon: Sequence[Sequence[float]] | None = None
) -> Size | None:
    """Size of a region by the surest reference that lies near it on the same face of the vehicle.

    Args:
        box: region in pixels of the photo.
        part: outer part without side; without it nobody knows the face, and there is no size.
        scales: of the same photo, in the same pixels.
        polygon: outline in the same pixels, where there is one.

    Returns:
        Size with its interval, or None.
    """
    centre = np.array([box.x + box.width / 2, box.y + box.height / 2])
    able = []
    for scale in scales:
        if part is None or part not in FACES[scale.kind]:
            continue
        away = float(np.linalg.norm(centre - scale.centre)) / scale.length
        if away <= REACH[scale.kind]:
            able.append((scale.doubt + DOUBT_PER_LENGTH * away, scale))
    if not able:
        return None
    doubt, scale = min(able, key=lambda pair: pair[0])
    outline = np.asarray(polygon, dtype=np.float64) if polygon is not None and len(polygon) >= 3 else None
    if outline is None:
        doubt += BOX_DOUBT
        x, y, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
        outline = np.array([[x, y], [right, y], [right, bottom], [x, bottom]])
    flat = ((outline - centre) @ scale.to_mm.T).astype(np.float32)
    _, sides, _ = cv2.minAreaRect(flat)
    length, width = max(sides), min(sides)
    area = float(cv2.contourArea(flat))
    if length < 1:
        return None
    return Size(
        _whole(length),
        _whole(width),
        _whole(area),
        _whole(length * (1 - min(0.9, doubt))),
        # A body curves away from the plane of its plate: what is seen is rather too short than too long.
        _whole(length / (1 - min(0.5, doubt))),
        scale.kind,
        Decimal(str(doubt)).quantize(Decimal("0.01"), ROUND_HALF_UP),
    )


def _whole(value: float) -> Decimal:
    return Decimal(str(round(value, 3))).quantize(Decimal(1), ROUND_HALF_UP)


def measure(
    image: Image, regions: Sequence[tuple[Box, str | None, Sequence[Sequence[float]] | None]]
) -> tuple[Size | None, ...]:
    """Sizes of the regions (box, part, outline) of one photo; the photo is searched once, and only if a region may be measured."""
    parts = frozenset().union(*FACES.values())
    if not any(part in parts for _, part, _ in regions):
        return (None,) * len(regions)
    scales = scales_of(image)
    return tuple(size_of(box, part, scales, polygon) for box, part, polygon in regions)
