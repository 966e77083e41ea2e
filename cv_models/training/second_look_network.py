"""The network of the second look: a frozen EfficientNet-Lite0 and small heads that learn.

The backbone's structure follows EfficientNet-Lite (Tan and Le 2019, arXiv:1905.11946, without squeeze-and-excitation and
with ReLU6), written for Telekalk so that published ImageNet weights of that structure can be taken over.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

BLOCKS = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
"""Repeats, kernel, stride, expansion and output channels of each stage."""
FINE, COARSE = 4, 10
"""Blocks whose outputs are used, at strides 8 and 16."""
POOLED = 40 + 112 + 320 + 1280 + 112 + 1280
HIDDEN = 192
MASK_SIDE = 56


class Same(nn.Conv2d):
    """Convolution padded as TensorFlow does: with stride two the odd pixel goes to the right and the bottom."""

    def __init__(self, cin: int, cout: int, size: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__(cin, cout, size, stride, groups=groups, bias=False)
        total = size - stride
        self.pad = (total // 2, total - total // 2, total // 2, total - total // 2)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(fn.pad(x, self.pad) if any(self.pad) else x)


class Norm(nn.BatchNorm2d):
    """Batch norm with the constants of EfficientNet."""

    def __init__(self, channels: int) -> None:
        super().__init__(channels, eps=1e-3, momentum=0.01)


class Inverted(nn.Module):
    """Inverted residual: 1×1 expansion, depthwise, 1×1 projection."""

    def __init__(self, cin: int, cout: int, size: int, stride: int, expansion: int) -> None:
        super().__init__()
        middle = cin * expansion
        layers: list[nn.Module] = []
        if expansion > 1:
            layers += [Same(cin, middle, 1), Norm(middle), nn.ReLU6()]
        layers += [
            Same(middle, middle, size, stride, middle),
            Norm(middle),
            nn.ReLU6(),
            Same(middle, cout, 1),
            Norm(cout),
        ]
        self.layers = nn.Sequential(*layers)
        self.residual = stride == 1 and cin == cout

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.layers(x)
        return x + out if self.residual else out


class Lite0(nn.Module):
    """Features of RGB crops in 0 to 255: maps at strides 8, 16 and 32, and 1,280 channels at stride 32."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(Same(3, 32, 3, 2), Norm(32), nn.ReLU6())
        blocks: list[nn.Module] = []
        cin = 32
        for repeats, size, stride, expansion, cout in BLOCKS:
            for number in range(repeats):
                blocks.append(Inverted(cin, cout, size, stride if number == 0 else 1, expansion))
                cin = cout
        self.blocks = nn.ModuleList(blocks)
        self.head = nn.Sequential(Same(320, 1280, 1), Norm(1280), nn.ReLU6())

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        x = self.stem((x - 127.0) / 128.0)
        kept = []
        for number, block in enumerate(self.blocks):
            x = block(x)
            if number in {FINE, COARSE}:
                kept.append(x)
        return kept[0], kept[1], x, self.head(x)

    def load_published(self, path: Path) -> None:
        """Take over weights of a published file by their order, which is that of the layers.

        Raises:
            ValueError: the file has another structure.
        """
        published = [
            value
            for key, value in torch.load(path, map_location="cpu", weights_only=True).items()
            if "num_batches" not in key and not key.startswith("_fc")
        ]
        mine = {key: value for key, value in self.state_dict().items() if "num_batches" not in key}
        if [tuple(value.shape) for value in published] != [tuple(value.shape) for value in mine.values()]:
            raise ValueError(f"{path.name} does not hold an EfficientNet-Lite0")
        self.load_state_dict(dict(zip(mine, published, strict=True)), strict=False)


def coverage(boxes: Tensor, cells: int) -> Tensor:
    """Share of each cell of a cells×cells grid over the crop that the box covers: N×cells×cells for N×4 shares."""
    edges = torch.arange(cells + 1, device=boxes.device) / cells

    def along(low: Tensor, high: Tensor) -> Tensor:
        inner = torch.minimum(high[:, None], edges[None, 1:]) - torch.maximum(low[:, None], edges[None, :-1])
        return inner.clamp(min=0) * cells

    return along(boxes[:, 1], boxes[:, 3])[:, :, None] * along(boxes[:, 0], boxes[:, 2])[:, None, :]


def pooled(features: tuple[Tensor, Tensor, Tensor, Tensor], boxes: Tensor) -> Tensor:
    """Means of the features over the box, and of two of them over the whole crop: N×`POOLED`."""
    columns = []
    for feature in features:
        weight = coverage(boxes, feature.shape[-1])
        weight = weight / weight.sum(dim=(1, 2), keepdim=True).clamp(min=1e-6)
        columns.append((feature * weight[:, None]).sum(dim=(2, 3)))
    columns += [features[1].mean(dim=(2, 3)), features[3].mean(dim=(2, 3))]
    return torch.cat(columns, dim=1)


class Heads(nn.Module):
    """From pooled features to judgement, and from maps to the outline."""

    def __init__(self, classes: int, severities: int, parts: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(POOLED))
        self.register_buffer("spread", torch.ones(POOLED))
        self.trunk = nn.Sequential(nn.Dropout(0.3), nn.Linear(POOLED, HIDDEN), nn.ReLU(), nn.Dropout(0.4))
        self.judge = nn.Sequential(nn.Linear(HIDDEN, 96), nn.ReLU(), nn.Dropout(0.2))
        self.right = nn.Linear(96, 1)
        self.classes = nn.Linear(96, classes)
        self.severities = nn.Linear(HIDDEN, severities)
        self.parts = nn.Linear(HIDDEN, parts)
        self.shifts = nn.Linear(HIDDEN, 4)
        self.coarse = nn.Conv2d(112, 64, 1)
        self.fine = nn.Conv2d(40, 64, 1)
        self.box = nn.Conv2d(1, 64, 1)
        self.mix = nn.Sequential(nn.ReLU(), nn.Conv2d(64, 48, 3, padding=1), nn.ReLU())
        self.draw = nn.Sequential(nn.Conv2d(48, 24, 3, padding=1), nn.ReLU(), nn.Conv2d(24, 1, 1))

    def judgement(self, features: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Log-odds right (N), logits of class, severity and part, and shifts, from N×`POOLED`."""
        trunk = self.trunk((features - self.mean) / self.spread)
        judged = self.judge(trunk)
        return (
            self.right(judged)[:, 0],
            self.classes(judged),
            self.severities(trunk),
            self.parts(trunk),
            self.shifts(trunk),
        )

    def mask(self, fine: Tensor, coarse: Tensor, boxes: Tensor) -> Tensor:
        """Logits N×`MASK_SIDE`×`MASK_SIDE` over the crop."""
        inside = coverage(boxes, fine.shape[-1])[:, None]
        up = fn.interpolate(self.coarse(coarse), scale_factor=2.0, mode="nearest")
        middle = self.mix(self.fine(fine) + up + self.box(inside))
        out: Tensor = self.draw(fn.interpolate(middle, scale_factor=2.0, mode="nearest"))
        return out[:, 0]


class SecondLook(nn.Module):
    """What goes into the ONNX file: crops N×3×224×224 and boxes N×4 in, answers with probabilities out."""

    def __init__(self, backbone: Lite0, heads: Heads) -> None:
        super().__init__()
        self.backbone = backbone
        self.heads = heads

    def forward(self, pixels: Tensor, boxes: Tensor) -> tuple[Tensor, ...]:
        features = self.backbone(pixels)
        right, classes, severities, parts, shifts = self.heads.judgement(pooled(features, boxes))
        masks = torch.sigmoid(self.heads.mask(features[0], features[1], boxes))
        return right, classes.softmax(1), severities.softmax(1), parts.softmax(1), shifts, masks
