"""Plates are found where they stand, and a damage near one gets a size; elsewhere there is none."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import workbench.demo
from cv_models.damage.plate_scale import find_plates
from cv_models.damage.sameness import same_place, surroundings
from cv_models.damage.scale import Size, measure, scale_of, size_of
from cv_models.findings import Box

PHOTOS = Path(workbench.demo.__file__).parent / "photos"


def photo(name: str) -> Any:
    pixels = cv2.imread(str(PHOTOS / name), cv2.IMREAD_COLOR_RGB)
    assert pixels is not None
    return pixels


def drawn(width: int = 300, *, shear: float = 0.0, text: str = "AB CD 123", ground: int = 90) -> tuple[Any, Any]:
    """A drawn plate (520 × 110) on grey paint, seen from the side by `shear`; and its true corners."""
    high = round(width * 110 / 520)
    flat = np.full((high, width, 3), 235, np.uint8)
    flat[:, : round(width * 0.08)] = (20, 50, 190)
    scale = high * 0.66 / 22
    (wide, tall), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, max(2, high // 12))
    fit = min(1.0, width * 0.84 / wide)
    cv2.putText(flat, text, (round(width * 0.1), (high + round(tall * fit)) // 2), cv2.FONT_HERSHEY_SIMPLEX, scale * fit,
                (15, 15, 15), max(2, high // 12), cv2.LINE_AA)  # fmt: skip
    cv2.rectangle(flat, (0, 0), (width - 1, high - 1), (10, 10, 10), max(1, high // 40))
    image = np.full((700, 1000, 3), ground, np.uint8)
    right, low = 350 + width, 300 + high
    corners = np.array(
        [[350, 300], [right, 300 + shear * width], [right, low + shear * width], [350, low]], dtype=np.float32
    )
    source = np.array([[0, 0], [width, 0], [width, high], [0, high]], dtype=np.float32)
    turned = cv2.getPerspectiveTransform(source, corners)
    inside = cv2.warpPerspective(np.full((high, width), 255, np.uint8), turned, (1000, 700))
    image[inside > 0] = cv2.warpPerspective(flat, turned, (1000, 700))[inside > 0]
    return cv2.GaussianBlur(image, (3, 3), 0), corners


@pytest.mark.parametrize(("width", "shear"), [(300, 0.0), (300, 0.12), (200, -0.1), (420, 0.05)])
def test_a_drawn_plate_is_found_to_a_few_pixels(width: int, shear: float) -> None:
    image, corners = drawn(width, shear=shear)
    (plate,) = find_plates(image)
    assert np.abs(plate.quad - corners).max() < 0.05 * width
    scale = scale_of(image)
    assert scale is not None
    assert scale.mm_per_pixel == pytest.approx(520 / width, rel=0.08)


def test_nothing_is_found_where_there_is_no_plate() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (600, 800, 3), dtype=np.uint8)
    assert find_plates(noise) == ()
    assert find_plates(np.full((480, 640, 3), 128, np.uint8)) == ()
    assert find_plates(np.full((32, 32, 3), 255, np.uint8)) == ()
    assert scale_of(photo("hatch_door_scratch/04_damage_1m.jpg")) is None


@pytest.mark.parametrize("name", ["03_damage_2m.jpg", "04_damage_1m_b.jpg"])
def test_damages_beside_the_plate_have_their_true_length_in_the_interval(name: str) -> None:
    """The renderer made a crack of 280 mm and a dent of 500 mm; sets.json says so."""
    truth = json.loads((PHOTOS / "suv_rear_bumper" / "truth.json").read_text())
    number = next(i["id"] for i in truth["images"] if i["file_name"] == name)
    image = photo(f"suv_rear_bumper/{name}")
    for kind, millimetres in (("crack", 280), ("dent", 500)):
        mark = next(a for a in truth["annotations"] if a["image_id"] == number and a["damage_type"] == kind)
        outline = [p for s in mark["segmentation"] for p in zip(s[::2], s[1::2], strict=True)]
        box = Box(*map(float, mark["bbox"]))
        for polygon in (cv2.convexHull(np.array(outline, dtype=np.float32)).reshape(-1, 2).tolist(), None):
            (size,) = measure(image, [(box, "bumper_rear", polygon)])
            assert size is not None
            assert size.low <= millimetres <= size.high
            assert abs(size.length / millimetres - 1) < Decimal("0.25")
            assert Size.from_json(size.to_json()) == size


def test_rather_nothing_than_a_wrong_number() -> None:
    image, _ = drawn(200)
    scale = scale_of(image)
    assert scale is not None
    near = Box(400, 360, 40, 30)
    assert size_of(near, "bumper_front", [scale]) is not None
    assert size_of(near, "door_front", [scale]) is None, "another face of the vehicle"
    assert size_of(near, None, [scale]) is None, "nobody knows the face"
    assert size_of(Box(950, 650, 40, 30), "bumper_front", [scale]) is None, "too far away"
    assert size_of(near, "bumper_front", []) is None
    assert measure(image, [(near, "door_front", None)]) == (None,)
    far, close = (size_of(Box(x, 360, 40, 30), "bumper_front", [scale]) for x in (690, 400))
    assert far is not None
    assert close is not None
    assert far.doubt > close.doubt
    assert Size.from_json(None) is None


def test_surroundings_tell_the_same_place() -> None:
    wide, close = photo("suv_rear_bumper/03_damage_2m.jpg"), photo("suv_rear_bumper/04_damage_1m_b.jpg")
    here, there = surroundings(wide, Box(684, 513, 315, 237)), surroundings(close, Box(465, 450, 522, 381))
    assert same_place(here, there) >= 10
    other = surroundings(photo("hatch_door_scratch/03_damage_2m.jpg"), Box(507, 540, 558, 186))
    assert same_place(here, other) == 0
    assert same_place(None, there) == 0
    assert surroundings(wide, Box(0, 0, 3, 3)) is None
