"""Findings as COCO results."""

from __future__ import annotations

import json

from cv_models.damage.coco import to_coco
from cv_models.findings import Box, DamageFinding


def finding(**changes):
    values = {
        "category": "scratch",
        "score": 0.5,
        "box": Box(1.234, 2, 30, 40.06),
        "polygon": None,
        "part": None,
        "side": None,
        "severity": None,
        "model": "damage-x",
    }
    return DamageFinding(**(values | changes))


def test_a_box_alone():
    assert to_coco("a.jpg", [finding()]) == [
        {"file_name": "a.jpg", "category": "scratch", "bbox": [1.2, 2, 30, 40.1], "score": 0.5}
    ]


def test_outline_and_part_when_known():
    entry = to_coco("a.jpg", [finding(polygon=((0, 0), (10.55, 0), (5, 5)), part="door_front")])[0]
    assert entry["segmentation"] == [[0, 0, 10.6, 0, 5, 5]] or entry["segmentation"] == [[0, 0, 10.5, 0, 5, 5]]
    assert entry["part"] == "door_front"
    json.dumps(entry)


def test_nothing_found_is_an_empty_list():
    assert to_coco("a.jpg", []) == []
