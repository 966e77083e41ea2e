"""What is no readable registration document gets a clear answer: no exception, and no invention."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from cv_models.registration import KEY_FIELDS, WARNINGS, RegistrationReading, read, rules
from cv_models.registration.samples import make_sample, papers

Pixels = NDArray[np.uint8]
DEMO = Path(__file__).resolve().parents[2] / "workbench" / "demo" / "photos"


def clear(reading: RegistrationReading) -> None:
    """No document: no field, and at least one reason that can be shown in words."""
    assert not reading.found
    assert reading.fields == {}
    assert reading.sheet_polygon is None
    assert reading.warnings
    assert set(reading.warnings) <= set(WARNINGS)


def _lines(height: int, width: int) -> Pixels:
    """A printed page with lines of words and numbers, none of which belongs to a form."""
    page = np.full((height, width, 3), 235, np.uint8)
    for row, y in enumerate(range(60, height - 20, 44)):
        text = f"Rechnung {row * 7919 % 10007} vom Dienstag, Betrag {row * 31 % 97},50 Euro, zahlbar in {row + 3} Tagen"
        cv2.putText(page, text, (40, y), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (40, 40, 40), 2, cv2.LINE_AA)
    return page


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (np.zeros((1, 1, 3), np.uint8), "photo_too_small"),
        (np.full((1, 4000, 3), 255, np.uint8), "photo_too_small"),
        (np.full((5000, 1, 3), 255, np.uint8), "photo_too_small"),
        (np.zeros((1200, 1600, 3), np.uint8), "too_dark"),
        (np.full((1200, 1600, 3), 255, np.uint8), "too_bright"),
        (np.random.default_rng(1).integers(0, 255, (700, 900, 3), dtype=np.uint8), "no_document"),
        (np.full((900, 14000, 3), 130, np.uint8), "no_document"),
        (_lines(1400, 1900), "no_document"),
    ],
    ids=["one pixel", "one row", "one column", "black", "white", "noise", "panorama", "another printed page"],
)
def test_pictures_without_a_document(image: Pixels, code: str) -> None:
    reading = read(image)
    clear(reading)
    assert code in reading.warnings


def test_photos_of_a_car_hold_no_document() -> None:
    photos = sorted(p for p in DEMO.glob("*/*.jpg") if p.name != "00_registration.jpg")[::9][:3]
    assert photos
    for path in photos:
        clear(read(np.ascontiguousarray(cv2.imread(str(path))[:, :, ::-1])))


def test_fifty_megapixels_with_a_document_in_it() -> None:
    document = cv2.imread(str(next(iter(sorted(DEMO.glob("*/00_registration.jpg"))))))[:, :, ::-1]
    large = cv2.resize(
        document, (8660, round(8660 * document.shape[0] / document.shape[1])), interpolation=cv2.INTER_LINEAR
    )
    reading = read(np.ascontiguousarray(large))
    assert reading.found
    assert sum(reading.fields[code].value is not None for code in KEY_FIELDS) >= 7
    # Boxes are in the pixels that were handed in, not in those of a reduced copy.
    box = reading.fields["E"].box
    assert box is not None
    assert max(x for x, _ in box) > 0.35 * large.shape[1]


@pytest.mark.parametrize("kind", papers.FLAT_KINDS)
def test_other_papers_are_not_read_as_part_one(kind: str) -> None:
    # Values of a car stand on several of them; none may be taken over, as they stand for other fields there.
    clear(read(papers.take(kind, 1, size=1500).pixels))


def test_two_documents_are_never_mixed() -> None:
    one, other = make_sample(3, "clean", size=1500), make_sample(9, "clean", size=1500)
    reading = read(np.ascontiguousarray(np.vstack([one.photo.pixels, other.photo.pixels])))
    given = {code: f.value for code, f in reading.fields.items() if code in KEY_FIELDS and f.value is not None}
    # Either it is told that there are two, or one of the two is read, and nothing of the other.
    if not reading.found:
        assert reading.warnings == ("two_documents",) or "no_document" in reading.warnings
        assert not given
        return
    fits = [sum(sample.values.get(code) == value for code, value in given.items()) for sample in (one, other)]
    assert max(fits) >= len(given) - 1, (given, fits)


def test_a_document_on_a_screen_is_told_or_read_as_it_stands_there() -> None:
    reading = read(papers.take("screen", 1, size=1500).pixels)
    assert set(reading.warnings) <= set(WARNINGS)
    if reading.found and reading.fields["E"].value and reading.fields["3"].value:
        assert rules.check_digit(reading.fields["E"].value) == reading.fields["3"].value


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_two_documents_in_a_photo_are_told(seed: int) -> None:
    reading = read(papers.take("two", seed, size=1500).pixels)
    clear(reading)
    assert reading.warnings == ("two_documents",)
