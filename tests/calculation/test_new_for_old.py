"""Tyre wear by tread, as the percentage of a deduction new for old."""

from __future__ import annotations

from decimal import Decimal

import pytest

from calculation import CalculationError
from calculation.new_for_old import tread_worn_percent

D = Decimal


@pytest.mark.parametrize(
    ("new", "left", "worn_out", "percent"),
    [("8.0", "4.8", "1.6", "50.00"), ("8.0", "8.0", "1.6", "0.00"), ("8", "1.6", "1.6", "100.00"), ("8", "0", "1.6", "100.00"),
     ("8.0", "4.0", "0", "50.00"), ("7.5", "5.1", "1.6", "40.68")],
)  # fmt: skip
def test_worn_percent(new: str, left: str, worn_out: str, percent: str) -> None:
    assert tread_worn_percent(D(new), D(left), D(worn_out)) == D(percent)


@pytest.mark.parametrize(
    ("new", "left", "worn_out"),
    [("8", "9", "1.6"), ("8", "-1", "1.6"), ("1.6", "1", "1.6"), ("31", "1", "1.6"), ("NaN", "1", "1")],
)
def test_impossible_depths_are_refused(new: str, left: str, worn_out: str) -> None:
    with pytest.raises(CalculationError) as caught:
        tread_worn_percent(D(new), D(left), D(worn_out))
    assert caught.value.code == "TK-CALC-011"
