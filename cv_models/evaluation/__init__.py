"""How good a damage detector is on labelled photos, and whether another one is better."""

from __future__ import annotations

from cv_models.evaluation.comparison import Comparison, Row, compare
from cv_models.evaluation.predictions import (
    ComparisonError,
    Predictions,
    load,
    predict,
)
from cv_models.evaluation.process import predict_bundles
from cv_models.evaluation.report import Report, measure
from cv_models.evaluation.results import read_results

__all__ = [
    "Comparison",
    "ComparisonError",
    "Predictions",
    "Report",
    "Row",
    "compare",
    "load",
    "measure",
    "predict",
    "predict_bundles",
    "read_results",
]
