"""Export a checkpoint to ONNX and check the numbers: `python -m cv_models.training.export last.pt damage.onnx`.

With `--halfway EARLIER.pt` the weights lie halfway between the two checkpoints, of which one started from the other.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

from cv_models.training.labels import LAYOUT
from cv_models.training.network import Detector, ExportedDetector

TOLERANCE = 2e-3


def export(checkpoint: Path, target: Path, halfway: Path | None = None) -> float:
    """Write the averaged weights of `checkpoint` (or their mean with those of `halfway`) as ONNX with free size.

    Returns:
        Largest absolute difference between torch and onnxruntime over three input sizes.

    Raises:
        ValueError: the difference is more than `TOLERANCE`.

    """
    detector = Detector(LAYOUT)
    weights = torch.load(checkpoint, weights_only=False)["average"]
    if halfway is not None:
        earlier = torch.load(halfway, weights_only=False)["average"]
        weights = {
            key: (value + earlier[key]) / 2 if value.dtype.is_floating_point else value
            for key, value in weights.items()
        }
    detector.load_state_dict(weights)
    wrapped = ExportedDetector(detector).eval()
    with warnings.catch_warnings():
        # The classic exporter is announced as ageing; it needs no further package and writes this graph correctly.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            wrapped,
            (torch.rand(1, 3, 416, 416) * 255,),
            str(target),
            input_names=["pixels"],
            output_names=["predictions"],
            dynamic_axes={"pixels": {2: "height", 3: "width"}, "predictions": {1: "cells"}},
            opset_version=17,
            dynamo=False,
        )
    session = ort.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    worst = 0.0
    for height, width in ((416, 416), (320, 640), (640, 480)):
        pixels = torch.rand(1, 3, height, width) * 255
        with torch.no_grad():
            wanted = wrapped(pixels).numpy()
        got = session.run(None, {"pixels": pixels.numpy()})[0]
        worst = max(worst, float(np.abs(wanted - got).max()))
    if worst > TOLERANCE:
        raise ValueError(f"the exported network differs by {worst:.2e}")
    return worst


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
