"""What counts as a photo, and what is refused with which code."""

from __future__ import annotations

import numpy as np
import pytest

from cv_models import quality, role
from cv_models.damage import detect
from cv_models.errors import ModelInputError
from cv_models.images import fit_within, require_rgb

BAD = {
    "TK-IMAGE-001": "photo.jpg",
    "TK-IMAGE-002": np.zeros((100, 100), np.uint8),
    "TK-IMAGE-003": np.zeros((100, 100, 3), np.uint16),
    "TK-IMAGE-004": np.zeros((8, 900, 3), np.uint8),
    # A broadcast view: a hundred million pixels that take no memory.
    "TK-IMAGE-005": np.broadcast_to(np.zeros(3, np.uint8), (20_000, 6_000, 3)),
}


@pytest.mark.parametrize(
    "model", [require_rgb, detect, role.classify, quality.assess], ids=lambda model: model.__module__
)
@pytest.mark.parametrize("code", BAD)
def test_what_is_no_photo_is_refused_with_a_code(model, code):
    with pytest.raises(ModelInputError) as caught:
        model(BAD[code])
    assert caught.value.code == code
    assert caught.value.message_de != caught.value.message_en


def test_four_channels_are_refused():
    with pytest.raises(ModelInputError, match="TK-IMAGE-002"):
        require_rgb(np.zeros((64, 64, 4), np.uint8))


def test_fit_within_never_enlarges():
    small = np.zeros((40, 50, 3), np.uint8)
    same, scale = fit_within(small, 100)
    assert same is small
    assert scale == 1.0


def test_fit_within_keeps_the_shape_of_a_panorama():
    wide = np.zeros((100, 4000, 3), np.uint8)
    reduced, scale = fit_within(wide, 1000)
    assert reduced.shape == (25, 1000, 3)
    assert scale == 0.25
