"""The second look: what it cuts out, how it weighs, which outline it draws; and the averaging of several looks."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cv_models.damage.candidates import Candidate, calibrated, fuse, suppress
from cv_models.damage.second_look import Square, cut, outline, square_around, within

BOX = st.tuples(st.floats(-50, 900), st.floats(-50, 700), st.floats(2, 800), st.floats(2, 600)).map(
    lambda edge: (edge[0], edge[1], edge[0] + edge[2], edge[1] + edge[3])
)


def candidate(box: tuple[float, float, float, float], score: float, category: str = "dent") -> Candidate:
    return Candidate("region", category, score, box, (1.0,))


@given(BOX)
@settings(max_examples=60, deadline=None)
def test_square_holds_its_box_and_crop_has_its_size(box: tuple[float, float, float, float]) -> None:
    photo = np.full((600, 800, 3), 50, dtype=np.uint8)
    x1, y1, x2, y2 = (min(max(value, 0), end) for value, end in zip(box, (800, 600, 800, 600), strict=True))
    if x2 - x1 < 1 or y2 - y1 < 1:
        return
    square = square_around((x1, y1, x2, y2), 1.6, 40)
    inside = within((x1, y1, x2, y2), square)
    assert square.side >= 40
    assert inside.min() >= -0.05
    assert inside.max() <= 1.05
    crop = cut(photo, square, 224)
    assert crop.shape == (224, 224, 3)
    assert set(np.unique(crop)) <= {50, 127}
    assert (crop == 50).any()


def test_crop_shows_the_place_at_full_detail() -> None:
    photo = np.zeros((3000, 4000, 3), dtype=np.uint8)
    cv2.rectangle(photo, (2000, 1500), (2099, 1599), (255, 0, 0), cv2.FILLED)
    crop = cut(photo, square_around((2000, 1500, 2100, 1600), 1.6, 40), 224)
    red = crop[..., 0] > 128
    assert red.mean() == pytest.approx((1 / 1.6) ** 2, abs=0.02)
    rows, columns = np.nonzero(red)
    assert rows.mean() == pytest.approx(111.5, abs=1.5)
    assert columns.mean() == pytest.approx(111.5, abs=1.5)


def test_outline_follows_the_mask_in_pixels_of_the_photo() -> None:
    mask = np.full((56, 56), 0.02, dtype=np.float32)
    cv2.circle(mask, (28, 28), 14, 0.95, cv2.FILLED)
    found = outline(mask, Square(1000, 500, 560), (3000, 4000), 0.6)
    assert found is not None
    points = np.array(found)
    centre = points.mean(axis=0)
    assert centre[0] == pytest.approx(1285, abs=8)
    assert centre[1] == pytest.approx(785, abs=8)
    assert float(np.hypot(*(points - (1285, 785)).T).max()) == pytest.approx(145, abs=12)


def test_no_outline_where_the_network_is_not_sure() -> None:
    assert outline(np.full((56, 56), 0.3, dtype=np.float32), Square(0, 0, 100), (600, 800), 0.6) is None
    unsure = np.full((56, 56), 0.1, dtype=np.float32)
    cv2.circle(unsure, (28, 28), 14, 0.55, cv2.FILLED)
    assert outline(unsure, Square(0, 0, 100), (600, 800), 0.6) is None


def test_outline_stays_inside_the_photo() -> None:
    found = outline(np.full((56, 56), 0.9, dtype=np.float32), Square(-100, -100, 400), (200, 250), 0.6)
    assert found is not None
    assert min(x for x, _ in found) >= 0
    assert max(x for x, _ in found) <= 250
    assert max(y for _, y in found) <= 200


def test_one_look_alone_keeps_scores_of_separate_boxes() -> None:
    items = [candidate((0, 0, 10, 10), 0.9), candidate((50, 50, 80, 80), 0.4)]
    assert fuse([items], 0.5) == suppress(items, 0.5)


def test_looks_that_agree_average_box_and_score() -> None:
    fused = fuse([[candidate((0, 0, 100, 100), 0.8)], [candidate((10, 0, 110, 100), 0.4)]], 0.5)
    assert len(fused) == 1
    assert fused[0].score == pytest.approx(0.6)
    assert fused[0].box == pytest.approx((10 / 3, 0, 100 + 10 / 3, 100))


def test_a_look_that_saw_nothing_there_halves_its_say() -> None:
    looks = [[candidate((0, 0, 100, 100), 0.8)], [candidate((300, 300, 400, 400), 0.3)]]
    scores = {item.box[0]: item.score for item in fuse(looks, 0.5)}
    assert scores[0] == pytest.approx(0.8 / 1.5)
    assert scores[300] == pytest.approx(0.3 / 1.5)


@given(
    st.lists(st.tuples(BOX, st.floats(0.02, 0.99)), max_size=12),
    st.lists(st.tuples(BOX, st.floats(0.02, 0.99)), max_size=12),
)
@settings(max_examples=60, deadline=None)
def test_averaging_never_invents_and_leaves_no_doubles(
    one: list[tuple[tuple[float, float, float, float], float]],
    two: list[tuple[tuple[float, float, float, float], float]],
) -> None:
    looks = [[candidate(box, score) for box, score in found] for found in (one, two)]
    fused = fuse(looks, 0.5)
    best = max((item.score for found in looks for item in found), default=0.0)
    assert len(fused) <= len(one) + len(two)
    assert bool(fused) == bool(one or two)
    assert all(0 < item.score <= best + 1e-9 for item in fused)
    low = min((value for found in looks for item in found for value in item.box), default=0.0)
    high = max((value for found in looks for item in found for value in item.box), default=0.0)
    assert all(low - 1e-6 <= value <= high + 1e-6 for item in fused for value in item.box)


def test_calibration_keeps_the_order() -> None:
    values = [calibrated(score, (0.8, -0.5)) for score in (0.1, 0.3, 0.7, 0.95)]
    assert values == sorted(values)
