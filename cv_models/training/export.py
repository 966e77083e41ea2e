"""Export a checkpoint to ONNX and check the numbers: `python -m cv_models.training.export last.pt damage.onnx`.

With `--halfway EARLIER.pt` the weights lie halfway between the two checkpoints, of which one started from the other.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from torch import Tensor

from cv_models.training.errors import TrainingError, not_written
from cv_models.training.labels import LAYOUT
from cv_models.training.network import Detector, ExportedDetector
from cv_models.training.steps import load

TOLERANCE = 2e-3
SIZES = ((416, 416), (320, 640), (640, 480))


def averaged(checkpoint: Path, halfway: Path | None = None) -> dict[str, Tensor]:
    """The averaged weights of a checkpoint, or their mean with those of `halfway`.

    Raises:
        TrainingError: TK-TRAIN-005.

    """
    weights: dict[str, Tensor] = load(checkpoint)["average"]
    if halfway is None:
        return weights
    earlier = load(halfway)["average"]
    return {
        key: (value + earlier[key]) / 2 if value.dtype.is_floating_point else value for key, value in weights.items()
    }


def write_onnx(weights: Mapping[str, Tensor], target: Path) -> ExportedDetector:
    """Write a detector with these weights as ONNX with free height and width.

    Returns:
        The same network in torch, for comparing.

    Raises:
        TrainingError: TK-TRAIN-004, -005 when the weights are of another network.

    """
    detector = Detector(LAYOUT)
    try:
        detector.load_state_dict({key: value.detach().cpu() for key, value in weights.items()})
    except RuntimeError as problem:
        raise TrainingError(
            "TK-TRAIN-005",
            "Der Zwischenstand gehört zu einem anderen Netz.",
            "the checkpoint belongs to another network",
        ) from problem
    wrapped = ExportedDetector(detector.to(memory_format=torch.contiguous_format)).eval()  # type: ignore[call-overload]
    try:
        with warnings.catch_warnings():
            # The classic exporter is announced as ageing; it needs no further package and writes this graph correctly.
            warnings.simplefilter("ignore", DeprecationWarning)
            torch.onnx.export(
                wrapped,
                (torch.full((1, 3, 416, 416), 114.0),),
                str(target),
                input_names=["pixels"],
                output_names=["predictions"],
                dynamic_axes={"pixels": {2: "height", 3: "width"}, "predictions": {1: "cells"}},
                opset_version=17,
                dynamo=False,
            )
    except OSError as problem:
        raise not_written(target, problem.strerror or type(problem).__name__) from problem
    return wrapped


def calm_session(exported: Path, threads: int = 1) -> ort.InferenceSession:
    """A network in onnxruntime whose threads do not burn a core while they wait."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(str(exported), sess_options=options, providers=["CPUExecutionProvider"])


def difference(wrapped: ExportedDetector, exported: Path) -> float:
    """Largest absolute difference between torch and onnxruntime over three input sizes."""
    network = calm_session(exported)
    noise = torch.Generator().manual_seed(0)
    worst = 0.0
    for height, width in SIZES:
        pixels = torch.rand(1, 3, height, width, generator=noise) * 255
        with torch.no_grad():
            wanted = wrapped(pixels).numpy()
        got = network.run(None, {"pixels": pixels.numpy()})[0]
        worst = max(worst, float(np.abs(wanted - got).max()))
    return worst


def export(checkpoint: Path, target: Path, halfway: Path | None = None) -> float:
    """Write the averaged weights of `checkpoint` (or their mean with those of `halfway`) as ONNX with free size.

    Returns:
        Largest absolute difference between torch and onnxruntime over three input sizes.

    Raises:
        TrainingError: TK-TRAIN-011 when the difference is more than `TOLERANCE`; -004 and -005.

    """
    worst = difference(write_onnx(averaged(checkpoint, halfway), target), target)
    if not worst <= TOLERANCE:
        raise TrainingError(
            "TK-TRAIN-011",
            f"Die ONNX-Datei rechnet anders als PyTorch (Abweichung {worst:.1e}).",
            f"the exported network differs from PyTorch by {worst:.1e}",
        )
    return worst


def pass_milliseconds(exported: Path, *, side: int = 416, threads: int = 2, times: int = 15) -> float:
    """Median time of one pass over a square of `side` pixels in onnxruntime."""
    network = calm_session(exported, threads)
    pixels = np.full((1, 3, side, side), 114, dtype=np.float32)
    spent = []
    for _ in range(times + 2):
        started = time.perf_counter()
        network.run(None, {"pixels": pixels})
        spent.append(time.perf_counter() - started)
    return round(statistics.median(spent[2:]) * 1000, 2)


def main() -> None:
    """Entry point of `python -m cv_models.training.export`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--halfway", type=Path, help="an earlier checkpoint to take the mean with")
    arguments = parser.parse_args()
    print(f"largest difference {export(arguments.checkpoint, arguments.target, arguments.halfway):.2e}")


if __name__ == "__main__":
    main()
