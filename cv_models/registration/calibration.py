"""From evidence to a probability of being right."""

from __future__ import annotations

from cv_models.registration.evidence import Evidence


def calibrate(code: str, found: Evidence) -> float:
    """Probability that the likeliest value is right."""
    return min(0.999, found.chance)


def least(code: str) -> float:
    """Below this probability a field is left blank."""
    return 0.8
