"""Export the line recogniser to ONNX and check the numbers: `python -m cv_models.training.recogniser_export last.pt out.onnx`."""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

from cv_models.registration.lines import CHARSET, HEIGHT, STRIDE
from cv_models.training.recogniser_network import Recogniser

TOLERANCE = 2e-3


def export(checkpoint: Path, target: Path) -> float:
    """Write the averaged weights as ONNX: `x` B x 3 x 32 x W to `log_probabilities` B x W/4 x classes, B and W free.

    Returns:
        Largest absolute difference of probabilities between torch and onnxruntime over several widths.

    Raises:
        ValueError: the difference is more than `TOLERANCE`, or the checkpoint has another alphabet.

    """
    state = torch.load(checkpoint, weights_only=False, map_location="cpu")
    if state["charset"] != CHARSET:
        raise ValueError("the checkpoint was trained with another alphabet")
    network = Recogniser(len(CHARSET) + 1)
    network.load_state_dict(state["average"])
    network.eval()
    with warnings.catch_warnings():
        # The classic exporter is announced as ageing; it needs no further package and writes this graph correctly.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            network,
            (torch.randn(2, 3, HEIGHT, 160),),
            str(target),
            input_names=["x"],
            output_names=["log_probabilities"],
            dynamic_axes={"x": {0: "crops", 3: "width"}, "log_probabilities": {0: "crops", 1: "steps"}},
            opset_version=17,
            dynamo=False,
        )
    session = ort.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    worst = 0.0
    for crops, width in ((1, 32), (3, 96), (2, 480)):
        x = torch.randn(crops, 3, HEIGHT, width)
        with torch.no_grad():
            wanted = network(x).exp().numpy()
        got = np.exp(session.run(None, {"x": x.numpy()})[0])
        if got.shape[1] != width // STRIDE:
            raise ValueError(f"{got.shape[1]} steps for {width} pixels")
        worst = max(worst, float(np.abs(wanted - got).max()))
    if worst > TOLERANCE:
        raise ValueError(f"the exported network differs by {worst:.2e}")
    return worst


def main() -> None:
    """Entry point of `python -m cv_models.training.recogniser_export`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    print(f"largest difference {export(arguments.checkpoint, arguments.target):.2e}")


if __name__ == "__main__":
    main()
