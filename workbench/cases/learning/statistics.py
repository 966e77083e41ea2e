"""The small statistics of the data page: intervals, agreement, drift. Pure; counts in, plain numbers out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Two-sided 95 %.
Z = 1.959963984540054
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95 % interval by Wilson; ``value`` is None where nothing was counted."""

    hits: int
    total: int
    value: float | None
    low: float | None
    high: float | None


def wilson(hits: int, total: int) -> Rate:
    """The share ``hits / total`` with Wilson's interval, which stays inside 0 to 1 and is honest for small counts.

    Raises:
        ValueError: more hits than cases, or a negative count.
    """
    if hits < 0 or total < 0 or hits > total:
        raise ValueError((hits, total))
    if total == 0:
        return Rate(0, 0, None, None, None)
    share = hits / total
    root = Z * math.sqrt(share * (1 - share) / total + Z * Z / (4 * total * total))
    middle, under = share + Z * Z / (2 * total), 1 + Z * Z / total
    return Rate(hits, total, share, max(0.0, (middle - root) / under), min(1.0, (middle + root) / under))


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa: agreement beyond chance, 1 is perfect, 0 is what chance gives.

    ``value`` is None where chance alone would always agree (one class only) or nothing was compared; ``low`` and
    ``high`` are the 95 % interval from the large-sample standard error, cut to -1 to 1.
    """

    pairs: int
    same: int
    value: float | None
    low: float | None
    high: float | None


def kappa(table: Sequence[Sequence[int]]) -> Kappa:
    """Cohen's kappa of a square table: row is what the first said, column what the second said."""
    counts = np.asarray(table, dtype=np.float64)
    pairs = float(counts.sum()) if counts.size else 0.0
    if pairs == 0:
        return Kappa(0, 0, None, None, None)
    same = float(np.trace(counts))
    observed = same / pairs
    chance = float((counts.sum(axis=1) / pairs) @ (counts.sum(axis=0) / pairs))
    if chance >= 1:
        return Kappa(int(pairs), int(same), None, None, None)
    value = (observed - chance) / (1 - chance)
    error = math.sqrt(observed * (1 - observed) / (pairs * (1 - chance) ** 2))
    return Kappa(int(pairs), int(same), value, max(-1.0, value - Z * error), min(1.0, value + Z * error))


def stability(reference: Sequence[float], current: Sequence[float]) -> float | None:
    """Population stability index of two histograms over the same bins; 0 is no change, from 0.25 a large one.

    Half a count is added to each bin, so that an empty one does not make the index infinite. None where one is empty.
    """
    expected, actual = np.asarray(reference, dtype=np.float64), np.asarray(current, dtype=np.float64)
    if expected.shape != actual.shape:
        raise ValueError((expected.shape, actual.shape))
    if expected.sum() == 0 or actual.sum() == 0:
        return None
    expected = (expected + _HALF) / (expected.sum() + _HALF * expected.size)
    actual = (actual + _HALF) / (actual.sum() + _HALF * actual.size)
    return float(((actual - expected) * np.log(actual / expected)).sum())


def expected_stability(reference: float, current: float, bins: int) -> float:
    """The index that chance alone gives on average between two samples of these sizes."""
    return (bins - 1) * (1 / reference + 1 / current) if reference and current else math.inf


def grouped(reference: Sequence[float], current: Sequence[float], bins: int = 10) -> tuple[list[float], list[float]]:
    """Join fine bins into about ``bins`` groups that hold the same share of the reference, as the index wants them."""
    expected, actual = np.asarray(reference, dtype=np.float64), np.asarray(current, dtype=np.float64)
    total = expected.sum()
    if total == 0:
        return [float(actual.sum())], [float(actual.sum())]
    # The group of a fine bin is that of its middle; ties stay together, for a value cannot be cut in two.
    middle = (np.cumsum(expected) - expected / 2) / total
    group = np.minimum((middle * bins).astype(int), bins - 1)
    _, group = np.unique(group, return_inverse=True)
    size = int(group.max()) + 1
    return _summed(expected, group, size), _summed(actual, group, size)


def _summed(counts: NDArray[np.float64], group: NDArray[np.int_], size: int) -> list[float]:
    return [float(value) for value in np.bincount(group, weights=counts, minlength=size)]


@dataclass(frozen=True, slots=True)
class Distance:
    """Kolmogorov-Smirnov: the largest gap between two cumulative distributions, and how likely chance makes it."""

    gap: float
    p: float


def kolmogorov_smirnov(reference: Sequence[float], current: Sequence[float]) -> Distance | None:
    """Two-sample test on histograms over the same ordered bins; None where one is empty.

    The gap is taken at the edges of the bins, so it is at most the true one and the test errs on the quiet side.
    """
    first, second = np.asarray(reference, dtype=np.float64), np.asarray(current, dtype=np.float64)
    one, two = float(first.sum()), float(second.sum())
    if one == 0 or two == 0:
        return None
    gap = float(np.abs(np.cumsum(first) / one - np.cumsum(second) / two).max())
    root = math.sqrt(one * two / (one + two))
    return Distance(gap, survival((root + 0.12 + 0.11 / root) * gap))


def survival(value: float) -> float:
    """Probability that Kolmogorov's limit distribution exceeds ``value``."""
    if value < 0.2:  # the series below converges slowly there, and the probability is 1 to nine digits
        return 1.0
    total: float = sum((-1.0) ** (term - 1) * math.exp(-2 * term * term * value * value) for term in range(1, 101))
    return min(1.0, max(0.0, 2 * total))


def entropy(share: float) -> float:
    """Uncertainty of a yes or no with probability ``share``, in bits: 1 at one half, 0 at certainty."""
    if not 0 < share < 1:
        return 0.0
    return -(share * math.log2(share) + (1 - share) * math.log2(1 - share))
