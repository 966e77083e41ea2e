"""Train the classifier of photo role and view: `python -m cv_models.training.role EXPERIMENT.toml --out role.onnx`.

A frozen COCO backbone and two linear layers on its pooled features. Few labelled photos carry that; anything larger
would learn them by heart. The role looks at the whole photo, the view at its left, middle and right third.
"""

from __future__ import annotations

import argparse
import json
import tomllib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime as ort
import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from cv_models.findings import ROLES, VIEWS
from cv_models.images import Image
from cv_models.training.drawn import odometer, paper, scenery, screen
from cv_models.training.labels import LAYOUT
from cv_models.training.network import Backbone, Detector
from cv_models.training.weights import load_folded

SIDE = 288
MIRRORED = {"left": "right", "right": "left"}


Row = tuple[Tensor, Tensor, int, int, str]
"""Features for role and view, role index, view index or -1, and source."""


@dataclass(frozen=True)
class Example:
    """One picture with its role and view; `picture` is RGB."""

    picture: Image
    role: str
    view: str | None
    split: str
    source: str


class RoleNetwork(nn.Module):
    """B×3×288×288 (BGR, 0 to 255) to B×13: five role and eight view probabilities."""

    mean_role: Tensor
    scale_role: Tensor
    mean_view: Tensor
    scale_view: Tensor

    def __init__(self, backbone: Backbone) -> None:
        super().__init__()
        self.backbone = backbone
        self.role = nn.Linear(128 + 256 + 256, len(ROLES))
        self.view = nn.Linear(3 * 256 + 3 * 128, len(VIEWS))
        self.register_buffer("mean_role", torch.zeros(128 + 256 + 256))
        self.register_buffer("scale_role", torch.ones(128 + 256 + 256))
        self.register_buffer("mean_view", torch.zeros(3 * 256 + 3 * 128))
        self.register_buffer("scale_view", torch.ones(3 * 256 + 3 * 128))

    def features(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Pooled features for the role and for the view."""
        _, c4, c5 = self.backbone(x)
        role = torch.cat((c4.mean((2, 3)), c5.mean((2, 3)), c5.amax((2, 3))), dim=1)
        thirds = [part.mean((2, 3)) for feature in (c5, c4) for part in feature.split(feature.shape[3] // 3, dim=3)]
        return role, torch.cat(thirds, dim=1)

    def forward(self, x: Tensor) -> Tensor:
        role, view = self.features(x)
        role = self.role((role - self.mean_role) * self.scale_role)
        view = self.view((view - self.mean_view) * self.scale_view)
        return torch.cat((fn.softmax(role, dim=1), fn.softmax(view, dim=1)), dim=1)


def mirrored(view: str | None) -> str | None:
    """View of the mirrored photo."""
    return "_".join(MIRRORED.get(word, word) for word in view.split("_")) if view else None


def to_input(picture: Image) -> Image:
    """Letterbox to 288×288 BGR, as the product does."""
    scale = SIDE / max(picture.shape[:2])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(picture, size, interpolation=method)
    canvas = np.full((SIDE, SIDE, 3), 114, dtype=np.uint8)
    top, left = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    canvas[top : top + size[1], left : left + size[0]] = small[:, :, ::-1]
    return canvas


def varied(picture: Image, rng: np.random.Generator, *, turn: bool) -> Image:
    """A lightly cropped, recoloured and, for papers, turned copy."""
    height, width = picture.shape[:2]
    cut = rng.uniform(0, 0.07, 4)
    rows = slice(int(cut[0] * height), int((1 - cut[1]) * height))
    columns = slice(int(cut[2] * width), int((1 - cut[3]) * width))
    copy = picture[rows, columns].astype(np.float32) * rng.uniform(0.6, 1.3) + rng.uniform(-20, 20)
    if rng.random() < 0.2:
        copy = np.repeat(copy.mean(axis=2, keepdims=True), 3, axis=2)
    out = np.clip(copy, 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        # Bars as of a screenshot or a square crop: padding must not tell the role.
        out = np.asarray(cv2.resize(out, None, fx=float(rng.uniform(0.8, 1.25)), fy=1.0), dtype=np.uint8)
    return np.ascontiguousarray(np.rot90(out, int(rng.integers(4)))) if turn else out


def examples(raw: dict[str, Any]) -> Iterator[Example]:
    """Labelled photos, registration samples, renders, extra pictures of other things, and drawn stand-ins."""
    for line in Path(raw["labels"]).read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        yield Example(_read(Path(raw["images"]) / item["file"]), item["role"], item.get("view"), item["split"], "photo")
    for role, pattern in raw.get("folders", {}).items():
        for place, path in enumerate(
            sorted(Path().glob(pattern) if not pattern.startswith("/") else Path("/").glob(pattern[1:]))
        ):
            yield Example(_read(path), role, None, "val" if place % 8 == 0 else "train", "folder")
    for pattern in raw.get("renders", []):
        yield from _renders(Path(pattern))
    rng = np.random.default_rng(raw.get("seed", 1))
    for place in range(int(raw.get("drawn", 60))):
        split = "val" if place % 8 == 0 else "train"
        yield Example(odometer(rng), "odometer", None, split, "drawn")
        for draw in (paper, screen, scenery):
            yield Example(draw(rng), "other", None, split, "drawn")


def _renders(coco: Path) -> Iterator[Example]:
    """Renders whose COCO file names the view of each picture; close-ups of damage are named `damage…`."""
    if not coco.is_file():
        return
    for place, image in enumerate(json.loads(coco.read_text(encoding="utf-8"))["images"]):
        view = str(image.get("view", ""))
        path = coco.parent / image["file_name"]
        if not path.is_file() or not view or view.endswith("_2m"):  # two metres away is neither whole car nor close-up
            continue
        close = view.startswith("damage")
        split = "val" if place % 8 == 0 else "train"
        yield Example(_read(path), "damage" if close else "vehicle", view if view in VIEWS else None, split, "render")


def _read(path: Path) -> Image:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"not a picture: {path.name}")
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def train(raw: dict[str, Any]) -> tuple[RoleNetwork, dict[str, Any]]:
    """Compute features once per variation, fit both layers, and count hits on the validation pictures."""
    torch.manual_seed(raw.get("seed", 1))
    torch.set_num_threads(1)
    rng = np.random.default_rng(raw.get("seed", 1))
    detector = Detector(LAYOUT)
    load_folded(detector, Path(raw["start"]))
    network = RoleNetwork(detector.backbone).eval()
    rows: dict[str, list[Row]] = {"train": [], "val": [], "mirrored": []}
    for example in examples(raw):
        if example.split == "val":
            rows["val"].append(_row(network, example.picture, example.role, example.view, example.source))
            flipped = np.ascontiguousarray(example.picture[:, ::-1])
            rows["mirrored"].append(_row(network, flipped, example.role, mirrored(example.view), example.source))
            continue
        turn = example.role == "registration_document" or (example.role == "other" and example.source == "drawn")
        for index in range(int(raw.get("variations", 4))):
            picture = varied(example.picture, rng, turn=turn)
            view = example.view
            if index % 2 and example.role in {"vehicle", "damage"}:
                picture, view = np.ascontiguousarray(picture[:, ::-1]), mirrored(view)
            rows["train"].append(_row(network, picture, example.role, view, example.source))
    role_x = torch.stack([row[0] for row in rows["train"]])
    view_x = torch.stack([row[1] for row in rows["train"]])
    roles = torch.tensor([row[2] for row in rows["train"]])
    views = torch.tensor([row[3] for row in rows["train"]])
    for name, values in (("role", role_x), ("view", view_x[views >= 0])):
        getattr(network, f"mean_{name}").copy_(values.mean(0))
        getattr(network, f"scale_{name}").copy_(1 / (values.std(0) + 0.05))
    _fit(network.role, (role_x - network.mean_role) * network.scale_role, roles, float(raw.get("decay", 0.02)))
    seen = views >= 0
    _fit(
        network.view,
        (view_x[seen] - network.mean_view) * network.scale_view,
        views[seen],
        float(raw.get("decay_view", 0.05)),
    )
    return network, _figures(network, rows["val"], rows["mirrored"]) | {
        "training_rows": len(roles),
        "view_rows": int(seen.sum()),
    }


@torch.no_grad()
def _row(network: RoleNetwork, picture: Image, role: str, view: str | None, source: str) -> Row:
    pixels = torch.from_numpy(to_input(picture)).permute(2, 0, 1)[None].float()
    for_role, for_view = network.features(pixels)
    return for_role[0], for_view[0], ROLES.index(role), VIEWS.index(view) if view else -1, source


def _fit(layer: nn.Linear, values: Tensor, labels: Tensor, decay: float) -> None:
    """Full-batch logistic regression; classes weigh the same however many pictures they have."""
    counts = torch.bincount(labels, minlength=layer.out_features).clamp(min=1).float()
    weights = counts.sum() / counts / layer.out_features
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    optimiser = torch.optim.LBFGS(layer.parameters(), max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        loss = fn.cross_entropy(layer(values), labels, weight=weights) + decay * layer.weight.square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]


@torch.no_grad()
def _figures(network: RoleNetwork, rows: list[Row], flipped: list[Row]) -> dict[str, Any]:
    """Hits on the validation pictures; like the product, photo and mirror image vote together."""
    figures: dict[str, Any] = {}
    turned = [VIEWS.index(mirrored(view) or view) for view in VIEWS]
    confusion = np.zeros((len(ROLES), len(ROLES)), dtype=int)
    views: list[tuple[Tensor, int, str]] = []
    for row, other in zip(rows, flipped, strict=True):
        role = torch.zeros(len(ROLES))
        for one_row in (row, other):
            role += fn.softmax(network.role((one_row[0] - network.mean_role) * network.scale_role), dim=0)
        confusion[row[2], int(role.argmax())] += 1
        if row[3] >= 0:
            one, two = (
                fn.softmax(network.view((r[1] - network.mean_view) * network.scale_view), dim=0) for r in (row, other)
            )
            views.append(((one + two[turned]) / 2, row[3], row[4]))
    figures["role_confusion"] = {name: confusion[place].tolist() for place, name in enumerate(ROLES)}
    for least in (0.0, 0.4, 0.5, 0.6, 0.7):
        for source in ("photo", "render"):
            mine = [item for item in views if item[2] == source]
            named = [item for item in mine if float(item[0].max()) >= least]
            right = sum(int(item[0].argmax()) == item[1] for item in named)
            figures[f"view_{source}_at_{least}"] = {"labelled": len(mine), "named": len(named), "right": right}
    return figures


def export(network: RoleNetwork, target: Path) -> float:
    """Write ONNX and return the largest difference to torch."""
    pixels = torch.rand(2, 3, SIDE, SIDE) * 255
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            network,
            (pixels[:1],),
            str(target),
            input_names=["pixels"],
            output_names=["probabilities"],
            opset_version=17,
            dynamo=False,
        )
    session = ort.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    worst = 0.0
    for place in range(2):
        with torch.no_grad():
            wanted = network(pixels[place : place + 1]).numpy()
        got = session.run(None, {"pixels": pixels[place : place + 1].numpy()})[0]
        worst = max(worst, float(np.abs(wanted - got).max()))
    return worst


def main() -> None:
    """Entry point of `python -m cv_models.training.role`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    network, figures = train(tomllib.loads(arguments.experiment.read_text(encoding="utf-8")))
    print(json.dumps(figures, indent=1))
    print(f"largest difference of the export {export(network, arguments.out):.2e}")


if __name__ == "__main__":
    main()
