"""Resampling of photos by vehicle, intervals, and the paired test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cv_models.datasets import LabelledPhoto
from cv_models.evaluation.matching import Floats

SEED = 20261124


def units(photos: Sequence[LabelledPhoto]) -> list[list[int]]:
    """Places of the photos of each vehicle; a photo of an unknown vehicle is a unit by itself."""
    known: dict[str, list[int]] = {}
    for place, photo in enumerate(photos):
        known.setdefault(photo.vehicle or f"\0{photo.file_name}", []).append(place)
    return list(known.values())


def resamples(photos: Sequence[LabelledPhoto], number: int, seed: int = SEED) -> Floats:
    """How often each photo is drawn in each resample: vehicles are drawn with replacement, with all their photos.

    Returns:
        number×N counts.

    """
    groups = units(photos)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(groups), np.full(len(groups), 1 / len(groups)), size=number)
    weights = np.zeros((number, len(photos)))
    for column, places in enumerate(groups):
        weights[:, places] = drawn[:, [column]]
    return weights


def interval(values: Floats) -> tuple[float, float] | None:
    """Middle 95 % of the resamples; None when fewer than half of them have the figure."""
    known = values[~np.isnan(values)]
    if len(values) < 2 or known.size * 2 < len(values):
        return None
    low, high = np.percentile(known, (2.5, 97.5))
    return float(low), float(high)


def p_value(differences: Floats) -> float | None:
    """Two-sided p of a difference from its resamples: twice the smaller share on one side of zero.

    One is added to counts and number, so that p is never 0; resamples without any difference count on both sides, so that a
    detector compared with itself gets 1.
    """
    known = differences[~np.isnan(differences)]
    if known.size * 2 < len(differences) or not known.size:
        return None
    below, above = int((known <= 0).sum()), int((known >= 0).sum())
    return float(min(1.0, 2 * (min(below, above) + 1) / (known.size + 1)))


def holm(values: Sequence[float | None]) -> list[float | None]:
    """P values corrected for their number after Holm (1979), in the order given."""
    known = sorted((value, place) for place, value in enumerate(values) if value is not None)
    out: list[float | None] = [None] * len(values)
    highest = 0.0
    for rank, (value, place) in enumerate(known):
        highest = max(highest, min(1.0, value * (len(known) - rank)))
        out[place] = highest
    return out
