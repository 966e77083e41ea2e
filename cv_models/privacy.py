"""What must not leave with a photo: number plates and faces. Find them, and hide them beyond recovery.

Recall goes before precision: a badge hidden for a plate costs little, a plate left readable is a person's data given away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import cv2
import numpy as np

from cv_models.findings import Box
from cv_models.images import MIN_SIDE, Image, require_rgb

__all__ = ["PrivateRegion", "find_private", "hide"]

Kind = Literal["plate", "face"]
Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]

#: Cells that a hidden region is averaged to, across and down. A plate has seven or eight characters, so each cell holds two of them or
#: more; the averages are rounded as well, so that the ink of a character cannot be reckoned back.
CELLS: Final = {"plate": (4, 1), "face": (2, 2)}
_ROUNDED_TO: Final = 24


@dataclass(frozen=True, slots=True)
class PrivateRegion:
    """A region that must not leave.

    Attributes:
        kind: ``plate`` or ``face`` (a head, seen from whatever side).
        quad: corners in pixels, clockwise from the top left.
        score: 0 to 1, how sure.
    """

    kind: Kind
    quad: Quad
    score: float

    @property
    def box(self) -> Box:
        """The rectangle around it."""
        xs, ys = [point[0] for point in self.quad], [point[1] for point in self.quad]
        return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def find_private(photo: Any, *, threads: int = 2, closer: bool = False) -> tuple[PrivateRegion, ...]:
    """Plates and faces on a photo, in no order of weight.

    Args:
        photo: H×W×3 uint8 RGB, upright. In a picture under 32 pixels nothing can be recognised: nothing is found.
        threads: threads of the networks, at most two.
        closer: look for plates in an enlarged picture, where others are seen; for a second look.

    Raises:
        ModelInputError: the array is not a photo (TK-IMAGE-001 to -005).
        ModelFileError: a model file is missing or was changed (TK-MODEL-001 to -004).
    """
    if isinstance(photo, np.ndarray) and photo.ndim == 3 and min(photo.shape[:2]) < MIN_SIDE:
        return ()
    image = require_rgb(photo)
    # Imported late: both need this module's region.
    from cv_models.privacy_people import find_heads
    from cv_models.privacy_plates import find_plates

    return (*find_plates(image, threads=threads, closer=closer), *find_heads(image, threads=threads))


def hide(photo: Image, regions: Sequence[PrivateRegion]) -> Image:
    """A copy of the photo in which the regions are a few cells of rounded mean colour, blurred into each other."""
    out = photo.copy()
    for region in regions:
        _hide_one(photo, out, region)
    return out


def _hide_one(photo: Image, out: Image, region: PrivateRegion) -> None:
    height, width = photo.shape[:2]
    quad = np.array(region.quad, np.float64)
    left, top = np.clip(np.floor(quad.min(0)), 0, [width, height]).astype(int)
    right, bottom = np.clip(np.ceil(quad.max(0)) + 1, 0, [width, height]).astype(int)
    if right - left < 1 or bottom - top < 1:
        return
    piece = photo[top:bottom, left:right].astype(np.float32)
    mask = np.zeros(piece.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(quad - [left, top]).astype(np.int32)], 1)
    if not mask.any():
        mask[:] = 1
    flat = np.empty_like(piece)
    across, down = CELLS[region.kind]
    usual = piece[mask > 0].mean(0)
    for rows in np.array_split(np.arange(piece.shape[0]), min(down, piece.shape[0])):
        for columns in np.array_split(np.arange(piece.shape[1]), min(across, piece.shape[1])):
            place = np.ix_(rows, columns)
            inside = mask[place] > 0
            mean = piece[place][inside].mean(0) if inside.any() else usual
            flat[place] = np.round(mean / _ROUNDED_TO) * _ROUNDED_TO
    spread = max(piece.shape[0] / (3 * down), piece.shape[1] / (6 * across), 1.0)
    blurred = cv2.GaussianBlur(flat, (0, 0), spread, borderType=cv2.BORDER_REPLICATE)
    where = mask > 0
    out[top:bottom, left:right][where] = np.clip(blurred, 0, 255).astype(np.uint8)[where]
