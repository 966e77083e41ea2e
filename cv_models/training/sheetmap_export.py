"""Export the map of the sheet to ONNX and check the numbers: `python -m cv_models.training.sheetmap_export last.pt out.onnx`.

The weights are stored in half precision and the arithmetic stays in single precision: half the file, the same answers.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnx import TensorProto, helper, numpy_helper

from cv_models.training.sheetmap_network import Sheetmap

TOLERANCE = 0.02  # units of 50 mm, and scores; half precision of the weights moves them by about a tenth of this


def export(checkpoint: Path, target: Path) -> float:
    """Write the averaged weights as ONNX: `x` B x 5 x H x W to `map` B x 9 x H/8 x W/8, B, H and W free.

    Returns:
        Largest absolute difference between torch and onnxruntime over several sizes.

    Raises:
        ValueError: the difference is more than `TOLERANCE`.

    """
    network = Sheetmap()
    network.load_state_dict(torch.load(checkpoint, weights_only=False, map_location="cpu")["average"])
    network.eval()
    with warnings.catch_warnings():
        # The classic exporter is announced as ageing; it needs no further package and writes this graph correctly.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            network,
            (torch.randn(1, 5, 192, 256),),
            str(target),
            input_names=["x"],
            output_names=["map"],
            dynamic_axes={"x": {0: "photos", 2: "height", 3: "width"}, "map": {0: "photos", 2: "rows", 3: "columns"}},
            opset_version=17,
            dynamo=False,
        )
    _halve(target)
    session = ort.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    worst = 0.0
    for height, width in ((192, 256), (320, 96), (256, 320)):
        x = torch.randn(1, 5, height, width)
        with torch.no_grad():
            wanted = network(x).numpy()
        worst = max(worst, float(np.abs(wanted - session.run(None, {"x": x.numpy()})[0]).max()))
    if worst > TOLERANCE:
        raise ValueError(f"the exported network differs by {worst:.2e}")
    return worst


def _halve(path: Path) -> None:
    """Store large weights in half precision, each widened again by one node that the runtime folds away when it loads."""
    model = onnx.load(str(path))
    graph = model.graph
    nodes = []
    for index, weight in enumerate(graph.initializer):
        if weight.data_type != TensorProto.FLOAT or int(np.prod(weight.dims)) < 1024:
            continue
        half = numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float16), weight.name + "_half")
        nodes.append(helper.make_node("Cast", [half.name], [weight.name], to=TensorProto.FLOAT))
        graph.initializer[index].CopyFrom(half)
    for node in reversed(nodes):
        graph.node.insert(0, node)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def main() -> None:
    """Entry point of `python -m cv_models.training.sheetmap_export`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    print(f"largest difference {export(arguments.checkpoint, arguments.target):.2e}")


if __name__ == "__main__":
    main()
