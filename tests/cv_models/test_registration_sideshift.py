"""Values that stand left of their columns are told by the lines that have no printed code before them."""

from __future__ import annotations

import pytest

from cv_models.registration.flatten import SheetBox
from cv_models.registration.grid import value_point
from cv_models.registration.layout import CELL
from cv_models.registration.sideshift import sideways


def run(code: str, row: int, aside: float = 0.0, *, code_taken: bool = False) -> SheetBox:
    x, y = (float(v) for v in value_point(CELL[code], row))
    start = (CELL[code].label_x if code_taken else x + aside) - 0.17 * 3.6
    return SheetBox(CELL[code].panel, start, y - 1.8, x + aside + 20.0, y + 1.8, 0.9)


BARE = (("D.2", 1), ("D.2", 2), ("5", 1), ("22", 1), ("22", 2))


@pytest.mark.parametrize("aside", [-4.0, -2.9, -1.5])
def test_a_panel_aside_is_told(aside: float) -> None:
    found = sideways([run(code, row, aside) for code, row in BARE])
    assert found == pytest.approx({"middle": aside}, abs=0.05)


@pytest.mark.parametrize("aside", [-0.9, 0.0, 1.4])
def test_the_usual_offset_is_left_to_the_fit(aside: float) -> None:
    assert sideways([run(code, row, aside) for code, row in BARE]) == {}


def test_codes_taken_along_with_their_values_are_no_shift() -> None:
    coded = [run(code, 0, code_taken=True) for code in ("B", "E", "D.1", "D.3", "2", "V.9", "14", "P.3")]
    assert sideways([*coded, *(run(code, row) for code, row in BARE)]) == {}


def test_the_right_panel_follows_when_its_values_say_the_same() -> None:
    middle = [run(code, row, -3.0) for code, row in BARE]
    right = [run(code, 0, -3.0) for code in ("18", "20", "15.1", "15.2", "K", "R")]
    assert set(sideways([*middle, *right])) == {"middle", "right"}
    straight = [run(code, 0) for code in ("18", "20", "15.1", "15.2", "K", "R")]
    assert set(sideways([*middle, *straight])) == {"middle"}


def test_two_lines_are_not_enough_and_nothing_is_nothing() -> None:
    assert sideways([run("D.2", 1, -3.0), run("D.2", 2, -3.0)]) == {}
    assert sideways([]) == {}
