"""Geometry of boxes and the vocabulary of findings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cv_models.findings import CATEGORIES, PARTS, ROLES, VIEWS, Box

numbers = st.floats(0, 5000)
boxes = st.builds(Box, numbers, numbers, st.floats(1, 5000), st.floats(1, 5000))


@given(boxes, boxes)
def test_iou_is_symmetric_and_between_zero_and_one(a, b):
    assert 0 <= a.iou(b) <= 1 + 1e-9
    assert a.iou(b) == pytest.approx(b.iou(a))


@given(boxes)
def test_a_box_is_itself(box):
    assert box.iou(box) == pytest.approx(1, rel=1e-6)


def test_boxes_apart_share_nothing():
    assert Box(0, 0, 10, 10).intersection(Box(20, 0, 10, 10)) == 0


def test_names_are_unique():
    for names in (CATEGORIES, PARTS, ROLES, VIEWS):
        assert len(set(names)) == len(names)
