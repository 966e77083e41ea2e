"""Train the network of the second look: `python -m cv_models.training.second_look EXPERIMENT.toml --out RUN`.

Writes `RUN/look.onnx` and `RUN/curve.jsonl`; features already made (`RUN/features`) are used again.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import onnxruntime as ort
import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from cv_models.damage.candidates import DetectorSettings
from cv_models.damage.second_look import OUTPUTS
from cv_models.datasets.coco import read
from cv_models.findings import PARTS, SEVERITIES
from cv_models.runtime import model_entry, session
from cv_models.training.config import DataSource, read_settings
from cv_models.training.second_look_items import CLASSES, SIDE, Arrays, Collector
from cv_models.training.second_look_network import Heads, Lite0, SecondLook
from cv_models.training.steps import note, rate_at

TOLERANCE = 5e-2
"""Log-odds and logarithms differ by this much at most between torch and the file with its 16-bit weights."""
LARGE = 1024


@dataclass(frozen=True)
class LookExperiment:
    """What a training of the second look does.

    Attributes:
        name, seed: of the run.
        backbone: file of published EfficientNet-Lite0 weights.
        detector: folder of models whose detector proposes the candidates.
        train: sources of photos.
        most: candidates taken per photo.
        drawn: crops made from each label.
        batch, epochs, rate, warmup: of the heads that judge.
        outline_epochs: of the head that draws the outline.
        threads: torch threads.
    """

    name: str
    backbone: str
    detector: str
    train: tuple[DataSource, ...]
    seed: int = 1
    most: int = 14
    drawn: int = 2
    batch: int = 256
    epochs: int = 12
    rate: float = 1e-3
    warmup: int = 20
    outline_epochs: int = 6
    threads: int = 1


@dataclass(frozen=True)
class Steps:
    """A schedule of a given length; see `steps.Schedule`."""

    rate: float
    warmup: int
    steps: int


def load_look_experiment(path: Path) -> LookExperiment:
    """Read an experiment file.

    Raises:
        ValueError: unknown keys.
    """
    raw = read_settings(path, LookExperiment)
    raw["train"] = tuple(DataSource(**item) for item in raw["train"])
    return LookExperiment(**raw)


def collect(experiment: LookExperiment, out: Path) -> Arrays:
    """Features and truths of all training photos."""
    torch.set_num_threads(experiment.threads)
    cv2.setNumThreads(1)
    backbone = Lite0()
    backbone.load_published(Path(experiment.backbone))
    folder = Path(experiment.detector)
    settings = DetectorSettings.from_json(model_entry("damage", folder).settings)
    collector = Collector(backbone, session("damage", experiment.threads, folder=folder), settings, experiment.most)
    columns: dict[str, list[Any]] = {}
    for number, source in enumerate(experiment.train):
        chosen = read(Path(source.coco), Path(source.images), Path(source.split) if source.split else None)
        print(f"{source.coco}: {len(chosen.photos)} photos, {len(chosen.problems)} remarks on labels", flush=True)
        places = out / "features" / str(number)
        for done, arrays in enumerate(collector.chunks(chosen.photos, places, experiment.drawn, experiment.seed)):
            print(f"{min(len(chosen.photos), 100 * (done + 1))} photos seen", flush=True)
            for name, values in arrays.items():
                columns.setdefault(name, []).append(values)
    return {name: np.concatenate(values) for name, values in columns.items()}


def judge_loss(heads: Heads, arrays: dict[str, Tensor], rows: Tensor) -> Tensor:
    """Loss of the judging heads; each learns from the crops that say something about it."""
    right, classes, severities, parts, shifts = heads.judgement(arrays["pooled"][rows].float())
    overlap = arrays["overlap"][rows]
    # Between 0.2 and 0.6 a box holds the damage partly: the wanted value grows with the overlap.
    wanted = ((overlap - 0.2) / 0.4).clamp(0, 1)
    weight = torch.where(arrays["drawn"][rows], 0.5, 1.0)
    loss = (fn.binary_cross_entropy_with_logits(right, wanted, reduction="none") * weight).mean()
    labelled = overlap >= 0.4
    known = labelled & (arrays["classes"][rows] >= 0)
    if known.any():
        loss = loss + 0.5 * fn.cross_entropy(classes[known], arrays["classes"][rows][known], label_smoothing=0.05)
    graded = labelled & (arrays["severities"][rows] >= 0)
    if graded.any():
        loss = loss + 0.3 * fn.cross_entropy(
            severities[graded], arrays["severities"][rows][graded], label_smoothing=0.05
        )
    allowed = arrays["parts"][rows]
    placed = labelled & allowed.any(dim=1)
    if placed.any():
        logs = fn.log_softmax(parts[placed], dim=1).masked_fill(~allowed[placed], -1e4)
        loss = loss - 0.3 * logs.logsumexp(dim=1).mean()
    near = overlap >= 0.35
    if near.any():
        loss = loss + 0.5 * fn.smooth_l1_loss(shifts[near], arrays["shifts"][rows][near], beta=0.2)
    return loss


def outline_loss(heads: Heads, arrays: dict[str, Tensor], rows: Tensor) -> Tensor:
    """Cross entropy and overlap (Dice) of the drawn outline."""
    boxes = arrays["outlined_boxes"][rows]
    logits = heads.mask(arrays["fine"][rows].float(), arrays["coarse"][rows].float(), boxes)
    wanted = arrays["masks"][rows].float()
    drawn = torch.sigmoid(logits)
    inner = (drawn * wanted).sum(dim=(1, 2))
    dice = 1 - (2 * inner + 1) / (drawn.sum(dim=(1, 2)) + wanted.sum(dim=(1, 2)) + 1)
    return fn.binary_cross_entropy_with_logits(logits, wanted) + dice.mean()


def fit(experiment: LookExperiment, collected: Arrays, out: Path) -> Heads:
    """Train the heads on collected features."""
    torch.manual_seed(experiment.seed)
    arrays = {name: torch.from_numpy(values) for name, values in collected.items()}
    heads = Heads(len(CLASSES), len(SEVERITIES), len(PARTS))
    features = collected["pooled"].astype(np.float32)
    with torch.no_grad():
        heads.mean.copy_(torch.from_numpy(features.mean(axis=0)))  # type: ignore[operator]
        heads.spread.copy_(torch.from_numpy(features.std(axis=0) + 1e-3))  # type: ignore[operator]
    drawing = [p for name in ("coarse", "fine", "box", "mix", "draw") for p in getattr(heads, name).parameters()]
    known = {id(p) for p in drawing}
    judging = [p for p in heads.parameters() if id(p) not in known]
    plan = (
        ("judge", judge_loss, judging, len(arrays["overlap"]), experiment.batch, experiment.epochs),
        ("outline", outline_loss, drawing, len(arrays["masks"]), 32, experiment.outline_epochs),
    )
    with (out / "curve.jsonl").open("a", encoding="utf-8") as curve:
        for name, loss_of, parameters, count, batch, epochs in plan:
            optimiser = torch.optim.AdamW(parameters, lr=experiment.rate, weight_decay=0.05)
            per_epoch = -(-count // batch)
            schedule = Steps(experiment.rate, experiment.warmup, max(1, per_epoch * epochs))
            heads.train()
            step = 0
            for epoch in range(epochs):
                total = 0.0
                for rows in torch.randperm(count).split(batch):
                    for group in optimiser.param_groups:
                        group["lr"] = rate_at(schedule, step)
                    loss = loss_of(heads, arrays, rows)
                    optimiser.zero_grad(set_to_none=True)
                    loss.backward()  # type: ignore[no-untyped-call]
                    nn.utils.clip_grad_norm_(parameters, 5.0)
                    optimiser.step()
                    step += 1
                    total += float(loss.detach()) / per_epoch
                note(curve, {"head": name, "epoch": epoch + 1, "crops": count, "loss": round(total, 4)})
    return heads.eval()


def store_half(path: Path) -> None:
    """Store the large weights of an ONNX file as 16-bit numbers, which onnxruntime widens once when it loads the file.

    The arithmetic stays 32-bit; the file is half as large.
    """
    model = onnx.load(str(path))
    graph = model.graph
    widened = []
    for tensor in list(graph.initializer):
        if tensor.data_type != onnx.TensorProto.FLOAT or np.prod(tensor.dims) < LARGE:
            continue
        values = onnx.numpy_helper.to_array(tensor).astype(np.float16)
        graph.initializer.remove(tensor)
        graph.initializer.append(onnx.numpy_helper.from_array(values, f"{tensor.name}_half"))
        widened.append(onnx.helper.make_node("Cast", [f"{tensor.name}_half"], [tensor.name], to=onnx.TensorProto.FLOAT))
    nodes = [*widened, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def export(network: SecondLook, target: Path) -> float:
    """Write the ONNX file with a free number of crops, its large weights in 16 bits.

    Returns:
        Largest difference to torch over all answers.

    Raises:
        ValueError: the difference is more than `TOLERANCE`.
    """
    network.eval()
    boxes = torch.tensor([[0.2, 0.2, 0.8, 0.8], [0.1, 0.35, 0.9, 0.65]])
    pixels = torch.rand(2, 3, SIDE, SIDE) * 255
    torch.onnx.export(
        network,
        (pixels, boxes),
        str(target),
        input_names=["pixels", "boxes"],
        output_names=list(OUTPUTS),
        dynamic_axes={name: {0: "crops"} for name in ("pixels", "boxes", *OUTPUTS)},
        opset_version=17,
        dynamo=False,
    )
    store_half(target)
    made = ort.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    pixels, boxes = torch.cat((pixels, pixels.flip(3))), torch.cat((boxes, boxes))
    with torch.no_grad():
        wanted = network(pixels, boxes)
    got = made.run(list(OUTPUTS), {"pixels": pixels.numpy(), "boxes": boxes.numpy()})
    worst = max(float(np.abs(mine.numpy() - theirs).max()) for mine, theirs in zip(wanted, got, strict=True))
    if worst > TOLERANCE:
        raise ValueError(f"the exported network differs by {worst:.2e}")
    return worst


def main() -> None:
    """Entry point of `python -m cv_models.training.second_look`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    experiment = load_look_experiment(arguments.experiment)
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    heads = fit(experiment, collect(experiment, out), out)
    backbone = Lite0()
    backbone.load_published(Path(experiment.backbone))
    print(f"largest difference {export(SecondLook(backbone, heads), out / 'look.onnx'):.2e}")


if __name__ == "__main__":
    main()
