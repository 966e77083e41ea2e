"""Measures the reader against sample photos with truth, beside a plain whole-page reader on the same photos."""

from __future__ import annotations

from cv_models.registration.evaluation.entries import HANDS, Entry, EvaluationError, drawn, from_folder
from cv_models.registration.evaluation.measure import Measured, measure
from cv_models.registration.evaluation.mistakes import Gallery
from cv_models.registration.evaluation.report import markdown, report

__all__ = [
    "HANDS",
    "Entry",
    "EvaluationError",
    "Gallery",
    "Measured",
    "drawn",
    "from_folder",
    "markdown",
    "measure",
    "report",
]
