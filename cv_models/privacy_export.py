"""Make the network that finds people: `python -m cv_models.privacy_export yolox_nano.onnx FOLDER`.

From YOLOX-Nano with the 80 COCO classes the class `person` is kept, the other 79 go. Needs the package `onnx` (extra `train`); the product
itself does not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

PERSON = 0
CLASSES = 80
NAME, VERSION = "people", "0.1"
SETTINGS: dict[str, Any] = {"side": 416, "strides": [8, 16, 32], "padding": 114, "threshold": 0.2, "overlap": 0.5}


def keep_person(source: Path, target: Path) -> int:
    """Write the network with one class.

    Returns:
        Number of class predictions that were cut.

    Raises:
        ValueError: the file is not YOLOX-Nano for 80 classes.
    """
    import numpy as np
    import onnx
    from onnx import numpy_helper

    model = onnx.load(str(source))
    cut = 0
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if "cls_preds" in tensor.name and values.shape[:1] == (CLASSES,):
            tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values[PERSON : PERSON + 1]), tensor.name))
            cut += 1
    if cut != 6:
        raise ValueError(f"{source.name} has {cut} class predictions for {CLASSES} classes, not 6")
    for output in model.graph.output:
        output.type.tensor_type.shape.dim[-1].dim_value = 6
    del model.graph.value_info[:]
    _shorten_shapes(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(target))
    return cut


def _shorten_shapes(model: Any) -> None:
    """Where the graph names 85 columns (box, objectness, classes), it has six now."""
    from onnx import numpy_helper

    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype.kind == "i" and values.size <= 4 and (values == 5 + CLASSES).any():
            changed = values.copy()
            changed[values == 5 + CLASSES] = 6
            tensor.CopyFrom(numpy_helper.from_array(changed, tensor.name))
    for node in model.graph.node:
        for attribute in node.attribute:
            if node.op_type == "Constant" and attribute.name == "value":
                values = numpy_helper.to_array(attribute.t)
                if values.dtype.kind == "i" and values.size <= 4 and (values == 5 + CLASSES).any():
                    changed = values.copy()
                    changed[values == 5 + CLASSES] = 6
                    attribute.t.CopyFrom(numpy_helper.from_array(changed, attribute.t.name))


def write_registry(folder: Path, file: str) -> None:
    """Write `registry.json` for the network in `folder`."""
    entry = {
        "name": NAME,
        "version": VERSION,
        "file": file,
        "sha256": hashlib.sha256((folder / file).read_bytes()).hexdigest(),
        "licence": "Apache-2.0",
        "card": "docs/annotations.md",
        "settings": SETTINGS,
    }
    (folder / "registry.json").write_text(json.dumps({"models": [entry]}, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("folder", type=Path)
    words = parser.parse_args()
    file = f"{NAME}-{VERSION}.onnx"
    words.folder.mkdir(parents=True, exist_ok=True)
    keep_person(words.source, words.folder / file)
    write_registry(words.folder, file)


if __name__ == "__main__":
    main()
