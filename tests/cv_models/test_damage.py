"""The active detector, with its real file, on the committed demo pictures and on real photos."""

from __future__ import annotations

import json

import numpy as np
import pytest
from photo_samples import REAL, demo_photos, panel, read, real_photos

from cv_models import damage
from cv_models.damage import detect
from cv_models.damage.candidates import Candidate, calibrated, suppress
from cv_models.findings import CATEGORIES, PARTS, SIDES, Box


def test_the_active_model_has_a_name_and_findings_carry_it():
    assert damage.ACTIVE_MODEL.startswith("damage-")
    with pytest.raises(AttributeError):
        damage.NO_SUCH_NAME  # noqa: B018


def test_findings_are_well_formed():
    for path, image, _ in demo_photos()[:6]:
        photo = read(path)
        findings = detect(photo)
        scores = [finding.score for finding in findings]
        assert scores == sorted(scores, reverse=True)
        for finding in findings:
            assert finding.category in CATEGORIES
            assert finding.part in {*PARTS, None}
            assert finding.side in {*SIDES, None}
            assert finding.model == damage.ACTIVE_MODEL
            assert 0 <= finding.score <= 1
            assert finding.box.x >= 0
            assert finding.box.x + finding.box.width <= image["width"] + 0.5
            assert finding.box.y + finding.box.height <= image["height"] + 0.5


def test_damage_of_the_demo_cases_is_seen():
    cases: dict[str, bool] = {}
    for path, image, marks in demo_photos():
        findings = detect(read(path))
        scale = read(path).shape[1] / image["width"]
        hit = any(
            finding.box.iou(Box(*(value * scale for value in mark["bbox"]))) >= 0.2
            for finding in findings
            for mark in marks
        )
        cases[path.parent.name] = cases.get(path.parent.name, False) or hit
    seen = sum(cases.values())
    assert seen >= 0.7 * len(cases), {name: hit for name, hit in cases.items() if not hit}


def test_boxes_are_in_pixels_of_the_photo_whatever_its_size():
    for path, _, _ in demo_photos():
        photo = read(path)
        one = detect(photo)
        if one and one[0].score > 0.5:
            break
    else:
        pytest.skip("no demo photo has a sure finding to compare")
    two = detect(np.ascontiguousarray(photo.repeat(2, axis=0).repeat(2, axis=1)))
    best = one[0].box
    assert any(other.box.iou(Box(best.x * 2, best.y * 2, best.width * 2, best.height * 2)) > 0.7 for other in two)


@pytest.mark.parametrize("shape", [(32, 32, 3), (64, 5000, 3), (3024, 4032, 3)])
def test_odd_sizes_are_taken(shape):
    assert detect(np.full(shape, 127, np.uint8)) == ()


def test_a_picture_without_a_vehicle_is_quiet():
    assert len(detect(panel())) <= 1


def test_an_unknown_view_is_refused():
    with pytest.raises(ValueError, match="unknown view"):
        detect(panel(), view="above")


def test_real_validation_photos():
    paths = real_photos("val", 40)
    raw = json.loads((REAL / "damage.json").read_text(encoding="utf-8"))
    images = {image["file_name"]: image for image in raw["images"]}
    labels = found = false = 0
    for path in paths:
        marks = [a for a in raw["annotations"] if a["image_id"] == images[path.name]["id"]]
        findings = detect(read(path))
        hit = {i for i, m in enumerate(marks) for f in findings if f.box.iou(Box(*m["bbox"])) >= 0.3}
        labels += len(marks)
        found += len(hit)
        false += sum(all(f.box.iou(Box(*m["bbox"])) < 0.3 for m in marks) for f in findings)
    assert found / labels >= 0.35
    assert false / len(paths) <= 1.6


def candidate(score, box, category="scratch"):
    return Candidate("region", category, score, box, ())


def test_of_overlapping_boxes_the_best_stays():
    kept = suppress(
        [candidate(0.4, (0, 0, 10, 10)), candidate(0.9, (1, 0, 11, 10)), candidate(0.2, (50, 50, 60, 60))], 0.5
    )
    assert [item.score for item in kept] == [0.9, 0.2]


def test_calibration_keeps_the_order():
    values = [calibrated(score, (1.3, 0.4)) for score in (0.0, 0.1, 0.5, 0.9, 1.0)]
    assert values == sorted(values)
    assert all(0 <= value <= 1 for value in values)
    assert calibrated(0.3, None) == 0.3
