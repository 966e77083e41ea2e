"""Photo quality on drawn pictures, and on real photos and spoilt copies of them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from photo_samples import panel, read, real_photos

from cv_models.quality import assess

SHAKEN = np.full((1, 21), 1 / 21, np.float32)


def test_a_good_picture_has_no_problem():
    quality = assess(panel())
    assert quality.problems == ()
    assert (quality.width, quality.height) == (900, 600)


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda image: cv2.GaussianBlur(image, (0, 0), 4), "blurred"),
        (lambda image: (image * 0.15).astype(np.uint8), "too_dark"),
        (lambda image: np.clip(image.astype(int) + 130, 0, 255).astype(np.uint8), "too_bright"),
        (lambda image: cv2.resize(image, (300, 200)), "too_small"),
        (lambda image: cv2.circle(image.copy(), (450, 300), 180, (255, 255, 255), -1), "glare"),
    ],
)
def test_each_fault_is_named(spoil, problem):
    assert problem in assess(spoil(panel())).problems


def test_a_single_colour_is_blurred_and_no_crash():
    assert "blurred" in assess(np.full((700, 700, 3), 128, np.uint8)).problems


@pytest.mark.parametrize("shape", [(32, 32, 3), (32, 9000, 3), (9000, 32, 3), (33, 700, 3)])
def test_strips_and_stamps_are_too_small_and_no_crash(shape):
    noise = np.random.default_rng(2).integers(0, 255, shape).astype(np.uint8)
    assert "too_small" in assess(noise).problems


def test_a_bright_sky_is_no_glare():
    image = panel()
    image[:150] = 255
    assert "glare" not in assess(image).problems


def test_real_photos_pass_and_their_spoilt_copies_do_not():
    photos = [read(path) for path in real_photos("train", 16)]
    spoilt = [cv2.GaussianBlur(photo, (0, 0), 3.5) for photo in photos]
    shaken = [cv2.filter2D(photo, -1, SHAKEN) for photo in photos]
    dark = [(photo * 0.2).astype(np.uint8) for photo in photos]
    assert sum("blurred" in assess(photo).problems for photo in photos) <= 1
    assert sum("blurred" in assess(photo).problems for photo in spoilt) >= 15
    # A shake along one axis is the hardest to see; the model card says that about half are caught.
    assert sum("blurred" in assess(photo).problems for photo in shaken) >= 8
    assert sum("too_dark" in assess(photo).problems for photo in dark) >= 14
