"""The reader on generated photos and on bad input."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from cv_models.errors import ModelInputError
from cv_models.registration import KEY_FIELDS, RegistrationReading, crop, ocr, read, rules
from cv_models.registration.samples import Sample, make_sample

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def flat() -> Sample:
    return make_sample(3, "clean", size=1800)


@pytest.fixture(scope="module")
def flat_reading(flat: Sample) -> RegistrationReading:
    return read(flat.photo.pixels)


def _key(sample: Sample, reading: RegistrationReading) -> tuple[int, int, int]:
    right = wrong = blank = 0
    for code in KEY_FIELDS:
        if code in sample.values:
            got = reading.fields[code].value if code in reading.fields else None
            right += got == sample.values[code]
            wrong += got is not None and got != sample.values[code]
            blank += got is None
    return right, wrong, blank


def test_flat_document(flat: Sample, flat_reading: RegistrationReading) -> None:
    assert flat_reading.found
    right, wrong, _ = _key(flat, flat_reading)
    assert right >= 8
    assert wrong == 0
    assert flat_reading.fields["E"].value == flat.values["E"]
    assert flat_reading.fields["E"].confidence > 0.9


def test_boxes_lie_where_the_values_are(flat: Sample, flat_reading: RegistrationReading) -> None:
    for code in ("E", "2.2", "D.1"):
        box = flat_reading.fields[code].box
        assert box is not None
        centre = np.mean(box, axis=0)
        assert np.abs(centre - flat.photo.boxes[code].mean(0)).max() < 0.02 * max(flat.photo.pixels.shape)
    shown = crop(flat.photo.pixels, flat_reading.fields["E"].box, height=40)  # type: ignore[arg-type]
    assert shown.shape[0] == 40
    assert shown.shape[1] > 120


def test_outline_and_json(flat: Sample, flat_reading: RegistrationReading) -> None:
    assert flat_reading.sheet_polygon is not None
    found = np.array(flat_reading.sheet_polygon)
    assert np.abs(found.mean(0) - flat.photo.outline.mean(0)).max() < 0.05 * max(flat.photo.pixels.shape)
    assert set(json.loads(json.dumps(flat_reading.to_json()))["fields"]["E"]) == {
        "value",
        "confidence",
        "box",
        "alternatives",
        "reason",
    }


@pytest.mark.parametrize("quarter", [1, 2])
def test_turned_photo_reads_the_same(flat: Sample, flat_reading: RegistrationReading, quarter: int) -> None:
    turned = read(np.ascontiguousarray(np.rot90(flat.photo.pixels, quarter)))
    assert turned.fields["E"].value == flat_reading.fields["E"].value
    assert turned.fields["2.1"].value == flat_reading.fields["2.1"].value


def test_phone_photo() -> None:
    sample = make_sample(6, "phone", size=2000)
    reading = read(sample.photo.pixels)
    right, wrong, blank = _key(sample, reading)
    assert right >= 7, (right, wrong, blank, reading)
    assert wrong <= 1


def test_a_vin_is_never_given_against_its_check_digit(flat_reading: RegistrationReading) -> None:
    vin, digit = flat_reading.fields["E"].value, flat_reading.fields["3"].value
    if vin and digit:
        assert rules.check_digit(vin) == digit


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((1, 1, 3), np.uint8),
        np.zeros((900, 1200, 3), np.uint8),
        np.full((40, 3000, 3), 255, np.uint8),
        np.random.default_rng(0).integers(0, 255, (600, 800, 3), dtype=np.uint8),
    ],
    ids=["one pixel", "black", "strip", "noise"],
)
def test_no_document(image: Pixels) -> None:
    reading = read(image)
    assert not reading.found
    assert reading.fields == {}
    assert "no_document" in reading.warnings


def test_fifty_megapixels_without_a_document() -> None:
    image = np.full((5800, 8700, 3), 120, np.uint8)
    image[1000:4000, 1000:4000] = 90
    assert "no_document" in read(image).warnings


@pytest.mark.parametrize(
    "image",
    [np.zeros((10, 10), np.uint8), np.zeros((0, 5, 3), np.uint8), np.zeros((9, 9, 3), np.float32)],
    ids=["grey", "empty", "float"],
)
def test_what_is_no_photo_is_refused(image: NDArray[np.generic]) -> None:
    with pytest.raises(ModelInputError) as caught:
        read(image)
    assert caught.value.code == "TK-IMAGE-001"


def test_a_line_has_its_own_steps_in_any_batch() -> None:
    # Where a character stands is reckoned from the number of steps; a wider neighbour in the batch must not stretch it.
    narrow, wide = np.full((48, 320, 3), 240, np.uint8), np.full((48, 396, 3), 240, np.uint8)
    cv2.putText(narrow, "WVW1234", (10, 36), 0, 1.1, (10, 10, 10), 3)
    cv2.putText(wide, "WVW123456", (10, 36), 0, 1.1, (10, 10, 10), 3)
    both = ocr.recognise([narrow, wide])
    assert [len(scores.steps) for scores in both] == [40, 50]
    assert [scores.decode()[0] for scores in both] == ["WVW1234", "WVW123456"]
