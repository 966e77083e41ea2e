"""Whole numbers instead of floats: static post-training quantisation of the convolutions, and what it costs.

Weights per channel, values per tensor, with the steps decided by training photos (QDQ form). Some convolutions stay float:
the first ones and the predictions, which decide how exact boxes and scores are, and the depthwise ones, whose channels differ
so much that one step per tensor ruins them. Correlation of the scores with those of the float network, on six training photos
and weights half-way through a run: 0.64 with depthwise and second stage as whole numbers, 0.95 without the depthwise ones; on
24 validation photos with 0.3, as it is done here, 0.98.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static

from cv_models.damage.candidates import LOWEST_SCORE, PADDING
from cv_models.training.errors import TrainingError
from cv_models.training.export import calm_session
from cv_models.training.labels import LAYOUT

SIDE = 416
EARLY = ("stem", "dark2")

Floats = NDArray[np.float32]


def pixels_of(path: Path, side: int = SIDE) -> Floats:
    """A photo as the network gets it, 1×3×side×side, BGR, padded.

    Raises:
        ValueError: the file is not a picture.

    """
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"not a picture: {path.name}")
    scale = min(2.0, side / max(picture.shape[:2]))
    width, height = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    pixels = np.full((1, 3, side, side), PADDING, dtype=np.float32)
    pixels[0, :, :height, :width] = cv2.resize(picture, (width, height), interpolation=method).transpose(2, 0, 1)
    return pixels


class _Photos(CalibrationDataReader):  # type: ignore[misc]  # the base class has no types
    def __init__(self, paths: Sequence[Path]) -> None:
        self._feed: Iterator[dict[str, Floats]] = ({"pixels": pixels_of(path)} for path in paths)

    def get_next(self) -> dict[str, Floats] | None:
        return next(self._feed, None)


def float_nodes(network: Path) -> list[str]:
    """Names of the convolutions that stay float: the first stages, depthwise ones, and those that predict."""
    graph = onnx.load(str(network)).graph
    users: dict[str, list[str]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node.op_type)
    convolutions = [node for node in graph.node if node.op_type == "Conv"]
    depthwise = {
        node.name for node in convolutions if any(item.name == "group" and item.i > 1 for item in node.attribute)
    }
    # No activation follows a prediction.
    last = {node.name for node in convolutions if "Mul" not in users.get(node.output[0], [])}
    early = {node.name for node in convolutions if any(f"/{stage}/" in node.name for stage in EARLY)}
    return sorted(depthwise | last | early)


def quantise(network: Path, target: Path, photos: Sequence[Path]) -> int:
    """Write the int8 network.

    Args:
        network: float ONNX file.
        target: where the int8 file goes.
        photos: training photos that decide the steps.

    Returns:
        Number of convolutions that became whole-numbered.

    Raises:
        TrainingError: TK-TRAIN-015 when no photo is given or the quantisation fails.

    """
    left = float_nodes(network)
    try:
        if not photos:
            raise ValueError("no photos")
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # onnxruntime recommends a pre-processing whose use this graph has not shown
            level = logging.getLogger().level
            logging.getLogger().setLevel(logging.ERROR)  # and says so on the root logger
            try:
                quantize_static(
                    str(network),
                    str(target),
                    _Photos(photos),
                    quant_format=QuantFormat.QDQ,
                    op_types_to_quantize=["Conv"],
                    per_channel=True,
                    activation_type=QuantType.QUInt8,
                    weight_type=QuantType.QInt8,
                    nodes_to_exclude=left,
                    calibrate_method=CalibrationMethod.MinMax,
                )
            finally:
                logging.getLogger().setLevel(level)
    except Exception as problem:  # onnxruntime's tools raise classes of many kinds
        target.unlink(missing_ok=True)
        raise TrainingError(
            "TK-TRAIN-015",
            f"Die int8-Fassung ist nicht gelungen ({type(problem).__name__}: {problem}).",
            f"the int8 version failed ({type(problem).__name__}: {problem})",
        ) from problem
    total: int = sum(node.op_type == "Conv" for node in onnx.load(str(target)).graph.node)
    return total - len(left)


def score_agreement(network: Path, other: Path, photos: Sequence[Path]) -> dict[str, Any]:
    """Pearson correlation and largest difference of the scores of both networks, over cells that either would name."""
    one, two = (calm_session(path) for path in (network, other))
    first: list[Floats] = []
    second: list[Floats] = []
    for path in photos:
        pixels = pixels_of(path)
        a, b = (_scores(item.run(None, {"pixels": pixels})[0][0]) for item in (one, two))
        chosen = np.maximum(a, b) >= LOWEST_SCORE
        first.append(a[chosen])
        second.append(b[chosen])
    a, b = np.concatenate([np.zeros(0, np.float32), *first]), np.concatenate([np.zeros(0, np.float32), *second])
    varied = a.size > 1 and float(a.std()) > 0 and float(b.std()) > 0
    return {
        "cells": int(a.size),
        "correlation": round(float(np.corrcoef(a, b)[0, 1]), 4) if varied else None,
        "largest_difference": round(float(np.abs(a - b).max()), 4) if a.size else None,
    }


def _scores(output: Floats) -> Floats:
    """Best class score of each cell and group."""
    columns = []
    for name, classes in LAYOUT.groups:
        place = LAYOUT.columns[name] + 4
        columns.append(output[:, place] * output[:, place + 1 : place + 1 + len(classes)].max(axis=1))
    return np.concatenate(columns)
