"""Role and view of photos: the committed demo pictures, and real photos with labels of our own."""

from __future__ import annotations

import json

import numpy as np
import pytest
from photo_samples import DEMO, REAL, REPOSITORY, read

from cv_models.findings import ROLES, VIEWS
from cv_models.role import classify

LABELS = REPOSITORY / "cv_models" / "training" / "experiments" / "role-1-labels.jsonl"


def test_documents_of_the_demo_are_recognised():
    papers = sorted(DEMO.glob("*/00_registration.jpg"))
    if not papers:
        pytest.skip("no demo documents are in the repository yet")
    roles = [classify(read(path)).role for path in papers]
    assert roles.count("registration_document") == len(roles)


def test_whole_vehicles_of_the_demo_are_recognised_and_no_view_is_opposite():
    photos = sorted(path for view in VIEWS for path in DEMO.glob(f"*/0[1-9]_{view}.jpg"))
    if not photos:
        pytest.skip("no demo photos are in the repository yet")
    answers = [(path.stem[3:], classify(read(path))) for path in photos]
    assert sum(answer.role in {"vehicle", "damage"} for _, answer in answers) == len(answers)
    named = [(wanted, answer.view) for wanted, answer in answers if answer.view is not None]
    assert sum(wanted == got for wanted, got in named) >= 0.7 * len(named)


def test_real_photos_of_the_validation_split():
    if not (REAL / "images").is_dir():
        pytest.skip("the labelled real photos (../shared/data) are not on this machine; they may not be distributed")
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["split"] == "val"][::2]
    answers = [(row, classify(read(REAL / "images" / row["file"]))) for row in rows]
    assert sum(row["role"] == answer.role for row, answer in answers) >= 0.9 * len(answers)
    named = [(row["view"], answer.view) for row, answer in answers if answer.view and "view" in row]
    assert sum(wanted == got for wanted, got in named) >= 0.75 * len(named)


@pytest.mark.parametrize("shape", [(32, 32, 3), (40, 3000, 3), (3000, 4000, 3)])
def test_odd_shapes_and_empty_pictures_get_an_answer(shape):
    answer = classify(np.full(shape, 90, np.uint8))
    assert answer.role in ROLES
    assert 0 <= answer.confidence <= 1


def test_the_same_photo_gets_the_same_answer():
    noise = np.random.default_rng(1).integers(0, 255, (300, 400, 3)).astype(np.uint8)
    assert classify(noise) == classify(noise)
