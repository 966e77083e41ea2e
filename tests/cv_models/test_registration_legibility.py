"""Why a document is hard to read, on samples whose fault is known; the true place of the sheet stands in for the search."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cv_models.registration import WARNINGS, FieldReading, legibility
from cv_models.registration.layout import CELLS
from cv_models.registration.samples import Photo, Shot, make_sample

SHOT = replace(
    Shot.draw(random.Random(5), "phone", 1600), defocus=0.3, motion=0.0, noise=0.006, glare=0.0, shadow=0.0, thumb=False
)


class TrueGrid:
    """Where the sheet truly stands."""

    def __init__(self, photo: Photo) -> None:
        self._photo = photo

    def to_photo(self, mm: Any, panel: str) -> Any:
        return self._photo.to_photo(np.asarray(mm, float))

    @property
    def scale(self) -> float:
        ends = self._photo.to_photo(np.array([[80.0, 40.0], [120.0, 40.0]]))
        return float(np.linalg.norm(ends[1] - ends[0])) / 40


def _photo(**changes: Any) -> Photo:
    return make_sample(5, "phone", shot=replace(SHOT, **changes)).photo


def _fields(*blank: str) -> dict[str, FieldReading]:
    codes = {c.code for c in CELLS} - {"P.2/P.4"} | {"P.2", "P.4"}
    return {code: FieldReading(None, 0.0, None) if code in blank else FieldReading("X", 0.99, None) for code in codes}


POOR = _fields("E", "B", "A")


def _why(photo: Photo, fields: dict[str, FieldReading] = POOR) -> tuple[str, ...]:
    return legibility.warnings(photo.pixels, TrueGrid(photo), fields)


def test_a_good_photo_has_nothing_wrong_with_it() -> None:
    photo = _photo()
    assert _why(photo, _fields()) == ()
    assert _why(photo) == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"exposure": 0.18}, "too_dark"),
        ({"defocus": 3.0}, "blurred"),
        ({"motion": 14.0}, "blurred"),
        ({"size": 620}, "text_too_small"),
    ],
    ids=["dark", "out of focus", "shaken", "small"],
)
def test_the_fault_is_named_when_key_fields_are_lost(changes: dict[str, Any], code: str) -> None:
    photo = _photo(**changes)
    assert _why(photo) == (code,)
    # … and not complained about when everything was read all the same.
    assert _why(photo, _fields()) == ()


def test_a_burnt_out_patch_is_glare() -> None:
    photo = _photo()
    at = photo.to_photo(np.array([[80.0, 10.0], [125.0, 10.0], [125.0, 50.0], [80.0, 50.0]]))
    (x0, y0), (x1, y1) = at.min(0).astype(int), at.max(0).astype(int)
    photo.pixels[y0:y1, x0:x1] = 255
    assert "glare" in _why(photo)


def test_a_panel_outside_of_the_photo_is_always_named() -> None:
    photo = make_sample(5, "phone", shot=replace(SHOT, panels=(0, 2))).photo
    assert "sheet_partly_visible" in _why(photo, _fields())


def test_a_panel_that_is_blank_all_over_was_folded_away() -> None:
    right = (*tuple(c.code for c in CELLS if c.panel == "right"), "P.2", "P.4")
    assert "sheet_partly_visible" in _why(_photo(), _fields(*right))


def test_many_blanks_are_hard_to_read_whatever_the_cause() -> None:
    assert _why(_photo(), _fields("A", "E", "B", "2.1")) == ("hard_to_read",)


@pytest.mark.parametrize(
    ("level", "reason", "codes"),
    [
        (0, None, ("no_document", "too_dark")),
        (255, None, ("no_document", "too_bright")),
        (128, None, ("no_document",)),
        (128, "too_small", ("no_document", "photo_too_small")),
        (128, "part_two", ("part_two",)),
        (128, "too_dark", ("no_document", "too_dark")),
    ],
)
def test_nothing_found(level: int, reason: str | None, codes: tuple[str, ...]) -> None:
    assert legibility.nothing(np.full((300, 400, 3), level, np.uint8), reason) == codes


def test_every_warning_says_what_to_do_in_both_languages() -> None:
    for german, english in WARNINGS.values():
        assert german.count(".") >= 1
        assert len(german) < 140
        assert len(english) < 140
        assert german != english


def test_it_is_fast() -> None:
    photo = _photo(size=4032)
    grid = TrueGrid(photo)
    legibility.measure(photo.pixels, grid)
    started = time.process_time()
    legibility.measure(photo.pixels, grid)
    assert time.process_time() - started < 0.5  # 30 ms on a quiet machine
