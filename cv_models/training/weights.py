"""Take over weights from an ONNX file of the same structure whose batch norms were folded in: base weights, or our own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from cv_models.training.network import ConvAct, Detector


def load_folded(detector: Detector, path: Path) -> int:
    """Copy every convolution of backbone, neck and towers; predictions start afresh, box predictions are copied.

    Returns:
        Number of convolutions copied.

    Raises:
        ValueError: the file has another structure.

    """
    tensors = {item.name: numpy_helper.to_array(item) for item in onnx.load(str(path)).graph.initializer}
    folded = [
        (tensors[name], tensors[after])
        for name, after in zip(tensors, list(tensors)[1:], strict=False)
        if tensors[name].ndim == 4 and "preds" not in name
    ]
    modules = list(_in_order(detector))
    if len(folded) != len(modules):
        raise ValueError(f"{path.name} has {len(folded)} convolutions, the network {len(modules)}")
    for module, (weight, bias) in zip(modules, folded, strict=True):
        if tuple(module.conv.weight.shape) != weight.shape:
            raise ValueError(f"shape {weight.shape} does not fit {tuple(module.conv.weight.shape)}")
        with torch.no_grad():
            module.conv.weight.copy_(torch.from_numpy(np.array(weight)))
            _fold_out(module.bn, bias)
    for level in range(3):
        start = torch.from_numpy(np.array(tensors[f"head.reg_preds.{level}.weight"]))
        offset = torch.from_numpy(np.array(tensors[f"head.reg_preds.{level}.bias"]))
        for name, _ in detector.layout.groups:
            conv = detector.head.reg[name][level]  # type: ignore[index]
            with torch.no_grad():
                conv.weight.copy_(start)
                conv.bias.copy_(offset)
    return len(modules)


def load_exported(detector: Detector, path: Path) -> int:
    """Copy every convolution from an ONNX file that `export` wrote, predictions included.

    Convolutions stand in the file in the order in which they are computed, so one pass through the network tells which is which.

    Returns:
        Number of convolutions copied.

    Raises:
        ValueError: the file has another structure, or its weights are whole numbers.

    """
    graph = onnx.load(str(path)).graph
    tensors = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    nodes = [node for node in graph.node if node.op_type == "Conv"]
    modules = _as_computed(detector)
    if len(nodes) != len(modules):
        raise ValueError(f"{path.name} has {len(nodes)} convolutions, the network {len(modules)}")
    norms = {id(item.conv): item.bn for item in detector.modules() if isinstance(item, ConvAct)}
    for node, module in zip(nodes, modules, strict=True):
        weight, bias = (tensors.get(name) for name in node.input[1:3])
        if weight is None or bias is None or tuple(module.weight.shape) != weight.shape:
            raise ValueError(f"{node.name} does not fit")
        with torch.no_grad():
            module.weight.copy_(torch.from_numpy(np.array(weight)))
            if id(module) in norms:
                _fold_out(norms[id(module)], bias)
            elif module.bias is not None:
                module.bias.copy_(torch.from_numpy(np.array(bias)))
    return len(modules)


def is_exported(path: Path) -> bool:
    """Whether `export` wrote this file; base weights come from elsewhere."""
    return any(item.name.startswith("detector.head.") for item in onnx.load(str(path)).graph.initializer)


def _as_computed(detector: Detector) -> list[nn.Conv2d]:
    order: list[nn.Conv2d] = []

    def seen(module: nn.Module, _inputs: tuple[Tensor, ...]) -> None:
        if isinstance(module, nn.Conv2d):
            order.append(module)

    handles = [item.register_forward_pre_hook(seen) for item in detector.modules() if isinstance(item, nn.Conv2d)]
    training = detector.training
    with torch.no_grad():
        detector.eval()(torch.zeros(1, 3, 64, 64))
    detector.train(training)
    for handle in handles:
        handle.remove()
    return order


def _fold_out(norm: nn.BatchNorm2d, bias: NDArray[np.float32]) -> None:
    """A batch norm that adds `bias` and does nothing else."""
    norm.weight.fill_((1 + norm.eps) ** 0.5)
    norm.bias.copy_(torch.from_numpy(np.array(bias)))
    if norm.running_mean is None or norm.running_var is None:
        raise ValueError("the batch norm keeps no statistics")
    norm.running_mean.zero_()
    norm.running_var.fill_(1.0)


def _in_order(detector: Detector) -> Iterable[ConvAct]:
    """Convolutions in the order in which the file lists them: the head is stored level by level."""
    for part in (detector.backbone, detector.neck):
        yield from (module for module in part.modules() if isinstance(module, ConvAct))
    head = detector.head
    for level in range(3):
        for tower in (head.stems[level], head.cls_towers[level], head.reg_towers[level]):
            yield from (module for module in tower.modules() if isinstance(module, ConvAct))


@torch.no_grad()
def calibrate(detector: Detector, batches: Iterable[Tensor]) -> None:
    """Give the batch norms the statistics of `batches` while the network keeps computing the same function.

    Folded weights carry no statistics. Without this, the first step in training mode would rescale every layer.
    """
    sums: dict[nn.BatchNorm2d, list[Tensor]] = {}
    counts: dict[nn.BatchNorm2d, int] = {}

    def watch(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        if not isinstance(module, nn.BatchNorm2d):
            raise TypeError("only batch norms are watched")
        values = inputs[0].transpose(0, 1).flatten(1).double()
        total = sums.setdefault(module, [torch.zeros(len(values)).double(), torch.zeros(len(values)).double()])
        total[0] += values.sum(dim=1)
        total[1] += values.square().sum(dim=1)
        counts[module] = counts.get(module, 0) + values.shape[1]

    norms = [module for module in detector.modules() if isinstance(module, nn.BatchNorm2d)]
    handles = [module.register_forward_pre_hook(watch) for module in norms]
    detector.eval()
    for batch in batches:
        detector(batch)
    for handle in handles:
        handle.remove()
    for module in norms:
        if module.running_mean is None or module.running_var is None:
            raise ValueError("the batch norm keeps no statistics")
        mean = (sums[module][0] / counts[module]).float()
        var = (sums[module][1] / counts[module]).float() - mean.square()
        var = var.clamp(min=1e-5)
        gain = module.weight / (module.running_var + module.eps).sqrt()
        shift = module.bias - gain * module.running_mean
        module.bias.copy_(gain * mean + shift)
        module.weight.copy_(gain * (var + module.eps).sqrt())
        module.running_mean.copy_(mean)
        module.running_var.copy_(var)
