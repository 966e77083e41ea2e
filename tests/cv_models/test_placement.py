"""Part and side of a finding from probabilities, class and view."""

from __future__ import annotations

import pytest

from cv_models.damage.placement import choose_part, choose_side
from cv_models.findings import PARTS, SIDES, VIEWS, Box


def chances(**values):
    return [values.get(name, 0.0) for name in PARTS]


def test_the_view_rules_out_hidden_parts():
    unsure = chances(bumper_front=0.45, bumper_rear=0.5)
    assert choose_part(unsure, PARTS, "dent", None, 0.6) is None
    assert choose_part(unsure, PARTS, "dent", "front_left", 0.6) == "bumper_front"
    assert choose_part(unsure, PARTS, "dent", "rear", 0.6) == "bumper_rear"


def test_a_broken_lamp_sits_on_a_lamp():
    assert choose_part(chances(fender=0.8, headlamp=0.2), PARTS, "broken_lamp", None, 0.5) == "headlamp"


def test_nothing_is_named_without_evidence():
    assert choose_part(chances(roof=1.0), PARTS, "broken_lamp", None, 0.5) is None


@pytest.mark.parametrize(
    ("part", "view", "x", "side"),
    [
        ("door_front", "left", 100, "left"),
        ("door_front", "front_right", 700, "right"),
        ("bumper_front", "front_left", 10, "centre"),
        ("headlamp", "front", 100, "right"),
        ("headlamp", "front", 800, "left"),
        ("tail_lamp", "rear", 100, "left"),
        ("headlamp", "front_left", 50, "right"),
        ("headlamp", "front_left", 400, "left"),
        ("headlamp", "front_right", 900, "left"),
        ("tail_lamp", "rear_left", 930, "right"),
        ("tail_lamp", "rear_left", 500, "left"),
        ("fender", None, 500, None),
        (None, "left", 500, None),
        ("headlamp", "front", 480, None),
    ],
)
def test_side_follows_from_view_and_place(part, view, x, side):
    assert choose_side(part, view, Box(x, 300, 40, 40), 1000) == side


def test_every_view_and_part_gives_a_known_side():
    for view in (*VIEWS, None):
        for part in (*PARTS, None):
            assert choose_side(part, view, Box(10, 10, 50, 50), 640) in {*SIDES, None}
