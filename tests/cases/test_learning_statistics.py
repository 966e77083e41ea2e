"""The statistics of the data page against values from the literature and by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.cases.learning import statistics as stats


def test_wilson_against_known_values() -> None:
    # Newcombe 1998, table I: 81 of 263 and 1 of 29.
    rate = stats.wilson(81, 263)
    assert (rate.low, rate.high) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))
    rate = stats.wilson(1, 29)
    assert (rate.low, rate.high) == (pytest.approx(0.0061, abs=1e-4), pytest.approx(0.1718, abs=1e-4))
    assert stats.wilson(0, 0) == stats.Rate(0, 0, None, None, None)
    with pytest.raises(ValueError, match="3, 2"):
        stats.wilson(3, 2)


@given(st.integers(0, 400), st.integers(0, 400))
def test_wilson_stays_inside(hits: int, more: int) -> None:
    rate = stats.wilson(hits, hits + more)
    if rate.value is not None and rate.low is not None and rate.high is not None:
        assert 0 <= rate.low <= rate.value + 1e-12
        assert rate.value - 1e-12 <= rate.high <= 1


def test_kappa_against_known_values() -> None:
    # The textbook table: 20 yes/yes, 15 no/no, 5 and 10 apart: kappa 0.4.
    found = stats.kappa([[20, 5], [10, 15]])
    assert found.value == pytest.approx(0.4)
    assert (found.pairs, found.same) == (50, 35)
    assert found.low is not None
    assert found.low == pytest.approx(0.4 - 1.959964 * math.sqrt(0.7 * 0.3 / (50 * 0.25)))
    assert stats.kappa([[5, 0], [0, 7]]).value == pytest.approx(1.0)
    assert stats.kappa([[9]]).value is None
    assert stats.kappa([]).value is None
    assert stats.kappa([[25, 25], [25, 25]]).value == pytest.approx(0.0)


def test_stability_index() -> None:
    by_hand = (0.4 - 0.5) * math.log(0.4 / 0.5) + (0.6 - 0.5) * math.log(0.6 / 0.5)
    assert stats.stability([500_000, 500_000], [400_000, 600_000]) == pytest.approx(by_hand, abs=1e-5)
    assert stats.stability([10, 20, 30], [100, 200, 300]) == pytest.approx(0, abs=0.01)
    assert stats.stability([0, 0], [1, 2]) is None
    found = stats.stability([100, 0], [0, 100])
    assert found is not None
    assert 1 < found < 20
    with pytest.raises(ValueError, match=r"\(2,\)"):
        stats.stability([1, 2], [1, 2, 3])


def test_chance_makes_the_index_that_is_expected() -> None:
    import numpy as np

    random = np.random.default_rng(7)
    found = [
        stats.stability(random.multinomial(800, [0.1] * 10).tolist(), random.multinomial(400, [0.1] * 10).tolist())
        for _ in range(300)
    ]
    mean = sum(value for value in found if value is not None) / len(found)
    assert mean == pytest.approx(stats.expected_stability(800, 400, 10), rel=0.12)


def test_groups_hold_even_shares_of_the_reference() -> None:
    reference, current = stats.grouped([1] * 100, [2] * 100, 10)
    assert reference == [10.0] * 10
    assert current == [20.0] * 10
    assert stats.grouped([100, 0, 0], [1, 2, 3], 10) == ([100.0, 0.0], [1.0, 5.0])
    assert stats.grouped([0, 0], [1, 1]) == ([2.0], [2.0])


def test_kolmogorov_smirnov_against_known_values() -> None:
    # Critical values of the limit distribution (Smirnov 1948).
    assert stats.survival(1.3581) == pytest.approx(0.05, abs=1e-4)
    assert stats.survival(1.6276) == pytest.approx(0.01, abs=1e-4)
    assert stats.survival(1.2238) == pytest.approx(0.10, abs=1e-4)
    found = stats.kolmogorov_smirnov([50, 50, 0, 0], [0, 0, 50, 50])
    assert found is not None
    assert found.gap == 1
    assert found.p < 1e-12
    same = stats.kolmogorov_smirnov([10, 20, 30], [100, 200, 300])
    assert same is not None
    assert (same.gap, same.p) == (pytest.approx(0), pytest.approx(1))
    assert stats.kolmogorov_smirnov([0], [3]) is None


def test_entropy() -> None:
    assert stats.entropy(0.5) == pytest.approx(1)
    assert stats.entropy(0.11) == pytest.approx(0.49992, abs=1e-4)
    assert stats.entropy(0) == stats.entropy(1) == 0
