"""The reader: find the form in the photo, read its lines, understand its fields."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from cv_models.errors import ModelInputError
from cv_models.registration import legibility, ocr
from cv_models.registration.decide import fields_of
from cv_models.registration.locate import Located, locate
from cv_models.registration.ocr import Pixels
from cv_models.registration.reading import Box, FieldReading, RegistrationReading
from cv_models.runtime import release_memory

LONGEST: Final = 4096
_LEAST_SIDES: Final = (64, 300)
_SURE_OF_FORM: Final = 0.7  # certainty from which even a form that can hardly be read is one
_LEAST_VALUES: Final = 5


def read(image: NDArray[Any], *, threads: int = 2) -> RegistrationReading:
    """Read the registration document in a photo.

    Args:
        image: RGB photo, H x W x 3, uint8, in any of the four directions. Any size; more than 4096 pixels are reduced.
        threads: onnxruntime threads, at most 2.

    Returns:
        The reading. A photo without a document gives `found=False` and the warning `no_document`, never an exception.

    Raises:
        ModelInputError: TK-IMAGE-001, the array is no H x W x 3 uint8 picture.
    """
    started = time.perf_counter()
    photo, factor = prepare(image)
    if min(photo.shape[:2]) < _LEAST_SIDES[0] or max(photo.shape[:2]) < _LEAST_SIDES[1]:
        located = Located(None, reason="too_small")
    else:
        located = locate(photo, threads=threads)
    release_memory()
    reading = read_located(photo, located, threads=threads, original=image, factor=factor)
    release_memory()
    return replace(reading, seconds=time.perf_counter() - started)


def read_located(
    photo: Pixels, located: Located, *, threads: int = 2, original: Pixels | None = None, factor: float = 1.0
) -> RegistrationReading:
    """Read a form whose place is known: the second half of `read`, and how reading is measured apart from finding.

    Args:
        photo: RGB photo as `prepare` gives it.
        located: where the form stands in it.
        threads: onnxruntime threads.
        original: the photo as taken, for what is wrong with its light; `photo` when None.
        factor: scale of `photo` relative to `original`; boxes are given in pixels of the original.
    """
    started = time.perf_counter()
    original = photo if original is None else original
    if located.grid is None:
        warnings = legibility.nothing(original, located.reason or "no_document")
        return RegistrationReading(False, {}, None, warnings, time.perf_counter() - started, ocr.MODEL_NAME)
    fields = fields_of(photo, located, threads=threads)
    if located.certainty < _SURE_OF_FORM and sum(one.value is not None for one in fields.values()) < _LEAST_VALUES:
        # A few lines of another paper can lie as those of the form do; then nearly nothing fits the other cells.
        warnings = legibility.nothing(original, "no_document")
        return RegistrationReading(False, {}, None, warnings, time.perf_counter() - started, ocr.MODEL_NAME)
    warnings = legibility.warnings(original, located.grid, fields, factor=factor)
    if factor != 1.0:
        fields = {code: _enlarged(one, 1 / factor) for code, one in fields.items()}
    outline = tuple((x / factor, y / factor) for x, y in located.grid.outline())
    return RegistrationReading(True, fields, outline, warnings, time.perf_counter() - started, ocr.MODEL_NAME)


def _enlarged(reading: FieldReading, by: float) -> FieldReading:
    if reading.box is None:
        return reading
    return replace(reading, box=cast("Box", tuple((x * by, y * by) for x, y in reading.box)))


def prepare(image: NDArray[Any]) -> tuple[Pixels, float]:
    """A picture of at most `LONGEST` pixels with its light stretched when it is dark or flat, and its scale.

    A photo that needs neither is not copied.

    Raises:
        ModelInputError: TK-IMAGE-001, the array is no H x W x 3 uint8 picture.
    """
    if (
        not isinstance(image, np.ndarray)
        or image.ndim != 3
        or image.shape[2] != 3
        or image.dtype != np.uint8
        or not image.size
    ):
        raise ModelInputError(
            "TK-IMAGE-001",
            "Das Bild ist kein RGB-Foto (H x B x 3, 8 Bit).",
            "the array is no RGB photo (H x W x 3, 8 bit)",
        )
    factor = min(1.0, LONGEST / max(image.shape[:2]))
    if factor < 1.0:
        size = (max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    sample = image[:: max(1, image.shape[0] // 200), :: max(1, image.shape[1] // 200)]
    low, high = np.percentile(sample, (1, 99.5))
    if high < 190 and high - low > 12:
        ramp = np.clip((np.arange(256) - low) * (235.0 / (high - low)), 0, 255).astype(np.uint8)
        image = cv2.LUT(image, ramp)
    return np.ascontiguousarray(image), factor


def crop(image: NDArray[np.uint8], box: Box, *, height: int = 64, margin: float = 0.35) -> Pixels:
    """Upright flat crop of a field for showing beside its value.

    Args:
        image: the photo that was read, RGB.
        box: `FieldReading.box`.
        height: height of the crop in pixels; the width follows the text.
        margin: share of the text's height that is added on each side.
    """
    quad = np.array(box, np.float64)
    across = float(np.linalg.norm(quad[3] - quad[0]))
    along = (quad[1] - quad[0]) / max(1e-6, float(np.linalg.norm(quad[1] - quad[0])))
    down = (quad[3] - quad[0]) / max(1e-6, across)
    grow = across * margin
    grown = quad + grow * np.array([-along - down, along - down, along + down, -along + down])
    return ocr.cut(image, grown, height=height, most=2400)
