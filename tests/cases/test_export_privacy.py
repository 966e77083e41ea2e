"""A photo as it may leave: the plate is gone at a second look too, and labels under it are named."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from cv_models.privacy_plates import find_plates
from workbench.cases.learning.privacy import COVERED, hidden

PHOTO = Path(__file__).parents[2] / "workbench" / "demo" / "photos" / "suv_rear_bumper" / "03_damage_2m.jpg"


def test_a_label_under_a_plate_is_told() -> None:
    photo = cv2.cvtColor(cv2.imread(str(PHOTO)), cv2.COLOR_BGR2RGB)
    photo = np.asarray(cv2.resize(photo, (1000, 750), interpolation=cv2.INTER_AREA), np.uint8)
    plate = max(find_plates(photo), key=lambda one: one.score).box
    labels = [(plate.x, plate.y, plate.width, plate.height), (5.0, 5.0, 60.0, 60.0), (plate.x, 0.0, plate.width, 750.0)]
    safe = hidden(photo, labels)
    assert safe.clean
    assert safe.counts["plate"] >= 1
    assert (safe.covered[0] > COVERED, safe.covered[1], 0 < safe.covered[2] < COVERED) == (True, 0.0, True)
    assert not any(one.score >= 0.9 for one in find_plates(safe.photo))
