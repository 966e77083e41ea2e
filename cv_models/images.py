"""What every model asks of an image array, and the few image operations that more than one of them needs."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.errors import ModelInputError

Image = NDArray[np.uint8]

MIN_SIDE = 32
MAX_PIXELS = 100_000_000


def require_rgb(image: Any) -> Image:
    """Return `image` when it is an H×W×3 uint8 array of a sensible size.

    Grey, 16-bit or float arrays are refused instead of being guessed at: the caller decodes photos in one place and
    should learn there that something is off.

    Raises:
        ModelInputError: TK-IMAGE-001 not an array, -002 not three channels, -003 not 8 bit, -004 too small,
            -005 too large.

    """
    if not isinstance(image, np.ndarray):
        raise ModelInputError(
            "TK-IMAGE-001", "Das Bild ist kein Pixelfeld.", f"the image is not an array but {type(image).__name__}"
        )
    if image.ndim != 3 or image.shape[2] != 3:
        raise ModelInputError(
            "TK-IMAGE-002",
            "Das Bild hat nicht die drei Farbkanäle Rot, Grün, Blau.",
            f"the image must have shape H×W×3 (RGB), not {image.shape}",
        )
    if image.dtype != np.uint8:
        raise ModelInputError(
            "TK-IMAGE-003", "Das Bild hat nicht 8 Bit je Kanal.", f"the image must be uint8, not {image.dtype}"
        )
    height, width = image.shape[:2]
    if min(height, width) < MIN_SIDE:
        raise ModelInputError(
            "TK-IMAGE-004",
            f"Das Bild ist zu klein ({width} × {height} Pixel; mindestens {MIN_SIDE} je Seite).",
            f"the image is too small ({width}×{height} pixels; at least {MIN_SIDE} per side)",
        )
    if height * width > MAX_PIXELS:
        raise ModelInputError(
            "TK-IMAGE-005",
            f"Das Bild ist zu groß ({width} × {height} Pixel; höchstens {MAX_PIXELS // 1_000_000} Megapixel).",
            f"the image is too large ({width}×{height} pixels; at most {MAX_PIXELS // 1_000_000} megapixels)",
        )
    return image


def fit_within(image: Image, longest: int) -> tuple[Image, float]:
    """Scale `image` down so that its longest side is at most `longest` pixels.

    Returns:
        The scaled copy (the same array when nothing is to be done) and the factor new/old.

    """
    height, width = image.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1.0:
        return image, 1.0
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), scale
