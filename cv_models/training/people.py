"""Train the network that finds people, so that their heads can be hidden: `python -m cv_models.training.people`.

There are no labels of people in our photos. A network for the 80 classes of COCO is the teacher: it looks at the clean photo, our network learns
to say the same of `person` alone on the photo made darker, brighter, blurred, coarser and mirrored. Photos with people are drawn as often as
the others together.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime as ort
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as fn

from cv_models.training.dataset import recolour
from cv_models.training.labels import HeadLayout
from cv_models.training.network import Detector, ExportedDetector, flatten
from cv_models.training.weights import calibrate, load_folded

SIDE = 416
LAYOUT = HeadLayout(groups=(("people", ("person",)),), parts=())
PERSON = 0
"""Number of the class in COCO."""
SEEN = 0.3
TOLERANCE = 2e-3

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]


def load(path: Path) -> Picture | None:
    """The photo on a grey square of `SIDE` pixels (BGR), or None when it is not a picture."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        return None
    scale = SIDE / max(picture.shape[:2])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    square = np.full((SIDE, SIDE, 3), 114, dtype=np.uint8)
    square[: size[1], : size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return square


def disturbed(picture: Picture, rng: np.random.Generator) -> Picture:
    """The photo in other light, out of focus or coarser; nothing moves."""
    out = recolour(picture, rng)
    if rng.random() < 0.3:
        out = np.asarray(cv2.GaussianBlur(out, (0, 0), float(rng.uniform(0.5, 1.6))), dtype=np.uint8)
    if rng.random() < 0.2:
        small = cv2.resize(out, (SIDE // 2, SIDE // 2), interpolation=cv2.INTER_AREA)
        out = np.asarray(cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
    return out


def take_over(detector: Detector, teacher: Path) -> None:
    """Start with the teacher's weights; of its classes the person alone."""
    load_folded(detector, teacher)
    tensors = {item.name: onnx.numpy_helper.to_array(item) for item in onnx.load(str(teacher)).graph.initializer}
    with torch.no_grad():
        for level in range(3):
            for mine, name, rows in (("obj", "obj", slice(0, 1)), ("cls", "cls", slice(PERSON, PERSON + 1))):
                conv = getattr(detector.head, mine)["people"][level]
                conv.weight.copy_(torch.from_numpy(tensors[f"head.{name}_preds.{level}.weight"][rows].copy()))
                conv.bias.copy_(torch.from_numpy(tensors[f"head.{name}_preds.{level}.bias"][rows].copy()))


def loss_of(flat: Tensor, taught: Tensor) -> Tensor:
    """How far the network's B×N×7 answer is from the teacher's B×N×6 (raw box, objectness, person).

    Objectness learns how sure the teacher is of a person: of its other 79 classes nothing is wanted.
    """
    sure = taught[..., 4] * taught[..., 5]
    objectness = fn.binary_cross_entropy_with_logits(flat[..., 4], sure, reduction="sum")
    some = taught[..., 4] > 0.1
    person = fn.binary_cross_entropy_with_logits(flat[..., 5][some], taught[..., 5][some], reduction="sum")
    there = sure > 0.2
    box = fn.smooth_l1_loss(flat[..., :4][there], taught[..., :4][there], beta=0.2, reduction="sum")
    return (objectness + person + box) / max(1.0, float(sure.sum()))


def train(teacher: Path, photos: Sequence[Path], steps: int, batch: int, seed: int, threads: int) -> Detector:
    """Train on `photos`.

    Raises:
        ValueError: the teacher sees nobody on any photo.
    """
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = ort.InferenceSession(str(teacher), providers=["CPUExecutionProvider"])
    entry = network.get_inputs()[0].name

    def teach(picture: Picture) -> Floats:
        pixels = np.ascontiguousarray(picture.transpose(2, 0, 1)[None], dtype=np.float32)
        answer = np.asarray(network.run(None, {entry: pixels})[0][0], dtype=np.float32)
        return np.concatenate((answer[:, :5], answer[:, 5 + PERSON : 6 + PERSON]), axis=1)

    pictures = [picture for path in photos if (picture := load(path)) is not None]
    scores = np.array([float((t[:, 4] * t[:, 5]).max()) for t in map(teach, pictures)])
    peopled = np.flatnonzero(scores >= SEEN)
    if not len(peopled):
        raise ValueError("the teacher sees nobody on these photos")
    shares = np.where(scores >= SEEN, 0.5 / len(peopled), 0.5 / max(1, len(pictures) - len(peopled)))
    print(f"{len(pictures)} photos, on {len(peopled)} of them people", flush=True)
    detector = Detector(LAYOUT)
    take_over(detector, teacher)
    calibrate(detector, (_stack([pictures[int(i)] for i in rng.choice(len(pictures), batch)]) for _ in range(4)))
    detector = detector.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.AdamW(detector.parameters(), lr=3e-4, weight_decay=0.01)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 3e-4 * 0.5 * (1 + np.cos(np.pi * step / steps)) + 1e-6
        chosen = [pictures[int(i)] for i in rng.choice(len(pictures), batch, p=shares / shares.sum())]
        clean = [np.ascontiguousarray(p[:, ::-1]) if rng.random() < 0.5 else p for p in chosen]
        taught = torch.from_numpy(np.stack([teach(picture) for picture in clean]))
        detector.train()
        loss = loss_of(flatten(detector(_stack([disturbed(picture, rng) for picture in clean]))), taught)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(detector.parameters(), 5.0)
        optimiser.step()
        if (step + 1) % 20 == 0:
            print(f"step {step + 1}: {float(loss.detach()):.3f}", flush=True)
    return detector.eval()


def _stack(pictures: Sequence[Picture]) -> Tensor:
    stacked = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float()
    return stacked.contiguous(memory_format=torch.channels_last)


def export(detector: Detector, target: Path) -> float:
    """Write the ONNX file; returns the largest difference to torch.

    Raises:
        ValueError: the difference is more than `TOLERANCE`.
    """
    wrapped = ExportedDetector(detector).eval()
    pixels = torch.rand(1, 3, SIDE, SIDE) * 255
    torch.onnx.export(
        wrapped, (pixels,), str(target), input_names=["pixels"], output_names=["people"], opset_version=17, dynamo=False
    )
    with torch.no_grad():
        wanted = wrapped(pixels).numpy()
    got = ort.InferenceSession(str(target), providers=["CPUExecutionProvider"]).run(None, {"pixels": pixels.numpy()})[0]
    worst = float(np.abs(wanted - got).max())
    if worst > TOLERANCE:
        raise ValueError(f"the exported network differs by {worst:.2e}")
    return worst


def main() -> None:
    """Entry point of `python -m cv_models.training.people`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("teacher", type=Path, help="ONNX file of a YOLOX-Nano for COCO")
    parser.add_argument("photos", type=Path, nargs="+", help="text files with one path of a photo per line")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    photos = [Path(line) for file in given.photos for line in file.read_text(encoding="utf-8").splitlines() if line]
    made = train(given.teacher, photos, given.steps, given.batch, given.seed, given.threads)
    print(f"largest difference {export(made, given.out):.2e}")


if __name__ == "__main__":
    main()
