"""Labelled photos: reading COCO files with a report on every label that is wrong."""

from __future__ import annotations

from cv_models.datasets.coco import read
from cv_models.datasets.photos import DatasetError, Label, LabelledPhoto, LabelledSet, LabelProblem

__all__ = ["DatasetError", "Label", "LabelProblem", "LabelledPhoto", "LabelledSet", "read"]
