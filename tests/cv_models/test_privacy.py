"""Plates and faces do not leave with a photo: found on real pictures of the demonstration, hidden beyond reading."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cv_models.errors import ModelFileError, ModelInputError
from cv_models.images import Image
from cv_models.privacy import PrivateRegion, find_private, hide
from cv_models.privacy_people import FOLDER, Person, _head, find_heads
from cv_models.privacy_plates import find_plates, ground_likeness, plate_likeness
from cv_models.registration import ocr
from cv_models.runtime import model_entry, session

PHOTOS = Path(__file__).parents[2] / "workbench" / "demo" / "photos"


def photo(name: str, longest: int = 1600) -> Image:
    image = cv2.cvtColor(cv2.imread(str(PHOTOS / f"{name}.jpg")), cv2.COLOR_BGR2RGB)
    scale = longest / max(image.shape[:2])
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def readings(image: Image) -> str:
    boxes = ocr.detect(image, 1600)
    texts = [scores.decode()[0] for scores in ocr.recognise([ocr.cut(image, box.quad()) for box in boxes])]
    return " ".join(texts)


def plate(text: str, size: tuple[int, int] = (240, 52)) -> Image:
    """A drawn plate."""
    image = np.full((size[1], size[0], 3), 235, np.uint8)
    image[:, :18] = (20, 50, 160)
    cv2.putText(image, text, (26, 39), cv2.FONT_HERSHEY_SIMPLEX, 1.15, (15, 15, 15), 3, cv2.LINE_AA)
    return image


def region(x: float, y: float, width: float, height: float) -> PrivateRegion:
    return PrivateRegion("plate", ((x, y), (x + width, y), (x + width, y + height), (x, y + height)), 1.0)


def test_plates_are_found_and_cannot_be_read_afterwards() -> None:
    image = photo("suv_rear_bumper/03_damage_2m", 1200)
    assert "208" in readings(image)
    found = find_plates(image)
    assert any(one.score >= 0.9 for one in found)
    hidden = hide(image, found)
    assert "208" not in readings(hidden)
    assert hidden.shape == image.shape
    # What is not hidden stays as it was, to the last bit.
    mask = np.zeros(image.shape[:2], np.uint8)
    for one in found:
        cv2.fillPoly(mask, [np.round(np.array(one.quad)).astype(np.int32)], 1)
    assert (hidden[mask == 0] == image[mask == 0]).all()
    assert mask.mean() < 0.05


def test_a_small_slanting_plate_is_found() -> None:
    found = find_plates(photo("compact_headlamp/01_front_left"))
    centres = [np.array(one.quad).mean(0) for one in found]
    assert any(np.hypot(*(centre - (228, 782))) < 30 for centre in centres)


def test_a_close_up_without_plate_keeps_its_damage() -> None:
    image = photo("estate_door_dent/03_damage_2m", 800)
    assert sum(one.box.area for one in find_private(image)) < 0.02 * image.size / 3


@pytest.mark.parametrize(
    ("text", "least"),
    [("M-AB 1234", 1), ("ZZ·TU 208", 1), ("B TK 100E", 1), ("W 12345 X", 1), ("AA-123-BC", 1), ("1-ABC-234", 1), ("WX 1234A", 1),
     ("4A2 3000", 1), ("12-AB-CD", 1), ("UP53DV0170", 0.8), ("E77", 0.45), ("4711", 0.55)],
)  # fmt: skip
def test_readings_of_plates(text: str, least: float) -> None:
    assert plate_likeness(text) >= least


@pytest.mark.parametrize("text", ["", "R", "Feb 14, 2023, 17:28", "Powered by Triple Camera", "·-·"])
def test_readings_of_other_things(text: str) -> None:
    assert plate_likeness(text) == 0.0


def test_ground_of_a_plate() -> None:
    white = plate("M AB 123")
    yellow = np.where(white > 200, np.array([240, 200, 40], np.uint8), white)
    assert min(ground_likeness(white), ground_likeness(np.asarray(yellow, np.uint8))) > 0.7
    assert ground_likeness(255 - white) < 0.2
    assert ground_likeness(np.full((48, 200, 3), 200, np.uint8)) == 0.0


def test_two_plates_look_the_same_when_hidden() -> None:
    """Nothing of the characters is left: the cells of two plates differ by no more than the rounding."""
    one, other = plate("M AB 1234"), plate("B XW 7078")
    flat = [hide(image, [region(0, 0, 240, 52)]).astype(int) for image in (one, other)]
    assert np.abs(flat[0] - flat[1]).max() <= 24
    assert len(np.unique(flat[0][20:32, 60:220].reshape(-1, 3) // 24, axis=0)) <= 8


@settings(deadline=None, max_examples=60)
@given(
    st.tuples(st.floats(-200, 400), st.floats(-200, 400), st.floats(0, 500), st.floats(0, 500)),
    st.sampled_from(["plate", "face"]),
)
def test_hiding_stays_in_the_photo(place: tuple[float, float, float, float], kind: str) -> None:
    x, y, width, height = place
    image = np.random.default_rng(1).integers(0, 255, (120, 160, 3), np.uint8)
    before = image.copy()
    quad = ((x, y), (x + width, y + 3), (x + width - 4, y + height), (x + 2, y + height - 1))
    hidden = hide(image, [PrivateRegion(kind, quad, 0.5)])  # type: ignore[arg-type]
    assert (image == before).all()
    assert (hidden.shape, hidden.dtype) == (image.shape, np.uint8)


def test_heads_of_people() -> None:
    standing, cut = _head(Person(100, 100, 60, 200, 0.9)), _head(Person(0, 0, 100, 90, 0.9))
    assert standing[3] < 100 + 0.3 * 200
    assert cut[3] == pytest.approx(45)
    # Rendered cars, streets and houses: nobody there.
    assert find_heads(photo("suv_rear_bumper/01_rear_left", 1200)) == []


def test_bad_pictures_and_a_changed_model(tmp_path: Path) -> None:
    assert find_private(np.zeros((20, 400, 3), np.uint8)) == ()
    for wrong in (np.zeros((80, 80), np.uint8), np.zeros((80, 80, 3), np.float32), None):
        with pytest.raises(ModelInputError):
            find_private(wrong)
    assert find_heads(np.zeros((64, 2000, 3), np.uint8)) == []
    shutil.copytree(FOLDER, tmp_path / "models")
    file = tmp_path / "models" / model_entry("people", FOLDER).file
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelFileError):
        session("people", 1, folder=tmp_path / "models")
