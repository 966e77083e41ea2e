"""The sample documents: their truth is where and what it says, they repeat, and every other paper can be made."""

from __future__ import annotations

import random
from dataclasses import replace

import cv2
import numpy as np
import pytest

from cv_models.registration import rules
from cv_models.registration.layout import SHEET_HEIGHT, SHEET_WIDTH
from cv_models.registration.samples import (
    TIERS,
    Print,
    Sample,
    Shot,
    legible,
    liberties,
    make_record,
    make_sample,
    make_sheet,
    papers,
    take,
    truth_values,
)
from cv_models.registration.samples.camera import Lens

SIZE = 1500


@pytest.fixture(scope="module", params=["own", "other"])
def sample(request: pytest.FixtureRequest) -> Sample:
    return make_sample(13, "phone", size=SIZE, hand=request.param)


def _darkness(sample: Sample, quad: np.ndarray) -> float:
    """How much darker the darkest tenth within a box is than its brightest tenth."""
    grey = cv2.cvtColor(sample.photo.pixels, cv2.COLOR_RGB2GRAY)
    mask = np.zeros(grey.shape, np.uint8)
    cv2.fillPoly(mask, [np.round(quad).astype(np.int32)], 1)
    inside = grey[mask == 1].astype(float)
    return float(np.percentile(inside, 92) - np.percentile(inside, 5)) if inside.size else 0.0


def test_boxes_hold_ink(sample: Sample) -> None:
    assert len(sample.photo.boxes) > 20
    contrasts = {code: _darkness(sample, quad) for code, quad in sample.photo.boxes.items()}
    assert min(contrasts.values()) > legible.LEAST_CONTRAST, contrasts


def test_values_have_boxes_and_boxes_lie_in_the_picture(sample: Sample) -> None:
    height, width = sample.photo.pixels.shape[:2]
    for quad in sample.photo.boxes.values():
        assert quad.min() >= 0
        assert (quad[:, 0] < width).all()
        assert (quad[:, 1] < height).all()
    for code in sample.values:
        assert ("P.2/P.4" if code in ("P.2", "P.4") else code) in sample.photo.boxes


def test_check_digit_fits(sample: Sample) -> None:
    assert sample.record["3"] in ("-", rules.check_digit(sample.record["E"]))
    assert rules.parse_plate(sample.record["A"])


@pytest.mark.parametrize(("tier", "hand"), [("phone", "own"), ("hard", "other")])
def test_the_same_seed_gives_the_same_photo(tier: str, hand: str) -> None:
    one, two = (make_sample(5, tier, size=700, hand=hand) for _ in range(2))
    assert np.array_equal(one.photo.pixels, two.photo.pixels)
    assert one.values == two.values


@pytest.mark.parametrize("tier", TIERS)
def test_noise_is_in_every_colour(tier: str) -> None:
    pixels = make_sample(9, tier, size=600).photo.pixels.astype(float)
    rough = np.abs(np.diff(pixels, axis=1)).mean(axis=(0, 1))
    assert rough.min() > 0.35 * rough.max()


def test_to_photo_agrees_with_what_is_drawn() -> None:
    """Crosses on a blank sheet come out where the truth says, through fold, bend, twist, lens and messenger."""
    rng = random.Random(3)
    sheet = make_sheet({}, Print.draw(rng, "clean"), rng, variant=0)
    pixels = np.full_like(sheet.pixels, 235)
    points = np.array([(x, y) for x in (8.0, 50, 75, 125, 145, 200) for y in (8.0, 52, 97)])
    for x, y in points:
        cv2.circle(pixels, (round(x * 13 - 0.5), round(y * 13 - 0.5)), 13, (0, 0, 0), -1, cv2.LINE_AA)
    shot = replace(
        Shot.draw(rng, "phone", 1600), lens=-0.05, twist=9.0, bend=0.003, folds=(12.0, -9.0), messenger=1200, thumb=False, sleeve=0.0, glare=0.0,
        flash=0.0, shadow=0.0, hand_shadow=0.0, motion=0.0, exposure=1.0, panels=(0, 3), second=False, clutter=0,
    )  # fmt: skip
    photo = take(replace(sheet, pixels=pixels), shot, rng)
    assert max(photo.pixels.shape) <= 2600
    grey = 255 - cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY).astype(float)
    for mm, (px, py) in zip(points, photo.to_photo(points), strict=True):
        x0, y0 = round(px) - 9, round(py) - 9
        if x0 < 0 or y0 < 0 or x0 + 19 > grey.shape[1] or y0 + 19 > grey.shape[0]:
            continue
        spot = np.clip(grey[y0 : y0 + 19, x0 : x0 + 19] - 110, 0, None)
        assert spot.sum() > 0, mm
        ys, xs = np.mgrid[0:19, 0:19]
        found = np.array([(xs * spot).sum(), (ys * spot).sum()]) / spot.sum() + [x0, y0]
        assert np.abs(found - (px, py)).max() < 1.0, (mm, found, (px, py))


def test_boxes_agree_with_to_photo(sample: Sample) -> None:
    sheet_corners = np.array([[0, 0], [SHEET_WIDTH, 0], [SHEET_WIDTH, SHEET_HEIGHT], [0, SHEET_HEIGHT]], float)
    if sample.photo.panels == (0, 3):
        assert np.abs(sample.photo.to_photo(sheet_corners) - sample.photo.outline).max() < 0.01
    hull = cv2.convexHull(
        (sample.photo.outline + np.sign(sample.photo.outline - sample.photo.outline.mean(0)) * 25).astype(np.float32)
    )
    for quad in sample.photo.boxes.values():
        assert all(cv2.pointPolygonTest(hull, (float(x), float(y)), False) >= 0 for x, y in quad)


def test_a_lens_goes_there_and_back() -> None:
    lens = Lens(-0.05, 800, 600)
    picture = np.zeros((600, 800, 3), np.float32)
    points = [(100.0, 80.0), (400.0, 300.0), (700.0, 520.0)]
    for x, y in points:
        cv2.circle(picture, (round(x), round(y)), 6, (1, 1, 1), -1, cv2.LINE_AA)
    seen = lens.apply(picture, 0.0)[:, :, 1]
    for x, y in lens.bend(np.array(points)):
        assert seen[round(y), round(x)] > 0.9


def test_what_a_finger_or_darkness_hides_is_no_truth() -> None:
    rng = random.Random(8)
    sheet = make_sheet(make_record(rng), replace(Print.draw(rng, "clean"), ink=1.0, kind="laser"), rng, variant=1)
    shot = replace(Shot.draw(rng, "clean", 1500), thumb=True, thumbs=2)
    covered = take(sheet, shot, random.Random(2))
    free = take(sheet, replace(shot, thumb=False), random.Random(2))
    dark = take(sheet, replace(shot, thumb=False, exposure=0.02), random.Random(2))
    assert len(dark.boxes) == 0
    assert len(free.boxes) > 55
    assert len(covered.boxes) <= len(free.boxes)


def test_liberties_keep_what_was_given() -> None:
    rng = random.Random(1)
    record = make_record(rng, {"D.3": "GOLF"})
    for seed in range(40):
        other = liberties.take_liberties(record, random.Random(seed), "hard", keep=("D.3",))
        assert other["D.3"] == "GOLF"
        values = truth_values(other)
        assert all(value.strip() for value in values.values())
        assert "---" not in values.values()


@pytest.mark.parametrize("kind", [kind for kind in papers.KINDS if kind != "huge"])
def test_every_other_paper_can_be_taken(kind: str) -> None:
    paper = papers.take(kind, 2, 640)
    assert paper.kind == kind
    assert paper.pixels.dtype == np.uint8
    assert paper.pixels.ndim == 3
    assert max(paper.pixels.shape) in (640, 3 if kind == "one_pixel" else 640)


def test_a_huge_photo_has_fifty_megapixels() -> None:
    height, width = papers.take("huge", 1).pixels.shape[:2]
    assert 49e6 < height * width < 51e6


@pytest.mark.parametrize("kind", papers.FLAT_KINDS)
def test_every_flat_paper_is_printed(kind: str) -> None:
    flat = papers.flat(kind, random.Random(4), px_per_mm=4.0)
    assert flat.dtype == np.uint8
    assert float(flat.std()) > 4


def test_unknown_papers_are_refused() -> None:
    with pytest.raises(ValueError, match="no such paper"):
        papers.take("pizza", 1)
    with pytest.raises(ValueError, match="no flat paper"):
        papers.flat("screen", random.Random(1))
