"""A compact one-stage detector: CSP backbone, path-aggregation neck, and one decoupled, anchor-free head per label set.

Structure and module order follow YOLOX-Nano (Ge et al., 2021, arXiv:2107.08430; Apache-2.0), written from the paper, so
that convolution weights trained for COCO can be taken over as a start. New here: sources of labels that contradict each
other share features but not outputs; each source trains its own *group* of class logits with its own objectness.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from cv_models.training.labels import HeadLayout

STRIDES = (8, 16, 32)


class ConvAct(nn.Module):
    """Convolution, batch norm and SiLU."""

    def __init__(self, cin: int, cout: int, size: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, size, stride, (size - 1) // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(cout, eps=1e-3, momentum=0.03)
        self.act = nn.SiLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.act(self.bn(self.conv(x)))
        return out


def separable(cin: int, cout: int, size: int, stride: int = 1) -> nn.Sequential:
    """Depthwise then pointwise convolution."""
    return nn.Sequential(ConvAct(cin, cin, size, stride, groups=cin), ConvAct(cin, cout, 1))


class Bottleneck(nn.Module):
    """1×1 reduction and separable 3×3, with or without the identity."""

    def __init__(self, channels: int, shortcut: bool) -> None:
        super().__init__()
        self.reduce = ConvAct(channels, channels, 1)
        self.expand = separable(channels, channels, 3)
        self.shortcut = shortcut

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.expand(self.reduce(x))
        return x + out if self.shortcut else out


class CrossStage(nn.Module):
    """CSP block: two 1×1 branches, bottlenecks on the first, then fused."""

    def __init__(self, cin: int, cout: int, depth: int, shortcut: bool = True) -> None:
        super().__init__()
        hidden = cout // 2
        self.main = ConvAct(cin, hidden, 1)
        self.side = ConvAct(cin, hidden, 1)
        self.blocks = nn.Sequential(*(Bottleneck(hidden, shortcut) for _ in range(depth)))
        self.fuse = ConvAct(2 * hidden, cout, 1)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.fuse(torch.cat((self.blocks(self.main(x)), self.side(x)), dim=1))
        return out


class PyramidPool(nn.Module):
    """Spatial pyramid pooling with windows 5, 9 and 13."""

    def __init__(self, cin: int, cout: int) -> None:
        super().__init__()
        self.reduce = ConvAct(cin, cin // 2, 1)
        self.pools = nn.ModuleList(nn.MaxPool2d(k, 1, k // 2) for k in (5, 9, 13))
        self.fuse = ConvAct(cin // 2 * 4, cout, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.reduce(x)
        out: Tensor = self.fuse(torch.cat([x, *(pool(x) for pool in self.pools)], dim=1))
        return out


class Backbone(nn.Module):
    """Features at strides 8, 16 and 32 for RGB-or-BGR input in 0 to 255."""

    def __init__(self, width: int = 16) -> None:
        super().__init__()
        w = width
        self.stem = ConvAct(12, w, 3)
        self.dark2 = nn.Sequential(separable(w, 2 * w, 3, 2), CrossStage(2 * w, 2 * w, 1))
        self.dark3 = nn.Sequential(separable(2 * w, 4 * w, 3, 2), CrossStage(4 * w, 4 * w, 3))
        self.dark4 = nn.Sequential(separable(4 * w, 8 * w, 3, 2), CrossStage(8 * w, 8 * w, 3))
        self.dark5 = nn.Sequential(
            separable(8 * w, 16 * w, 3, 2), PyramidPool(16 * w, 16 * w), CrossStage(16 * w, 16 * w, 1, shortcut=False)
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = torch.cat((x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]), dim=1)
        c3 = self.dark3(self.dark2(self.stem(x)))
        c4 = self.dark4(c3)
        return c3, c4, self.dark5(c4)


class Neck(nn.Module):
    """Top-down and bottom-up path aggregation."""

    def __init__(self, width: int = 16) -> None:
        super().__init__()
        w = width
        self.lateral5 = ConvAct(16 * w, 8 * w, 1)
        self.top4 = CrossStage(16 * w, 8 * w, 1, shortcut=False)
        self.lateral4 = ConvAct(8 * w, 4 * w, 1)
        self.top3 = CrossStage(8 * w, 4 * w, 1, shortcut=False)
        self.down3 = separable(4 * w, 4 * w, 3, 2)
        self.out4 = CrossStage(8 * w, 8 * w, 1, shortcut=False)
        self.down4 = separable(8 * w, 8 * w, 3, 2)
        self.out5 = CrossStage(16 * w, 16 * w, 1, shortcut=False)
        self.up = nn.Upsample(scale_factor=2, mode="nearest")

    def forward(self, features: tuple[Tensor, Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        c3, c4, c5 = features
        l5 = self.lateral5(c5)
        l4 = self.lateral4(self.top4(torch.cat((self.up(l5), c4), dim=1)))
        p3 = self.top3(torch.cat((self.up(l4), c3), dim=1))
        p4 = self.out4(torch.cat((self.down3(p3), l4), dim=1))
        p5 = self.out5(torch.cat((self.down4(p4), l5), dim=1))
        return p3, p4, p5


class Head(nn.Module):
    """Per level: shared stem and two towers; per group: box, objectness and classes; one output for parts."""

    def __init__(self, layout: HeadLayout, width: int = 16) -> None:
        super().__init__()
        w = width
        cin = (4 * w, 8 * w, 16 * w)
        mid = 4 * w
        self.layout = layout
        self.stems = nn.ModuleList(ConvAct(c, mid, 1) for c in cin)
        self.cls_towers = nn.ModuleList(nn.Sequential(separable(mid, mid, 3), separable(mid, mid, 3)) for _ in cin)
        self.reg_towers = nn.ModuleList(nn.Sequential(separable(mid, mid, 3), separable(mid, mid, 3)) for _ in cin)
        self.reg = nn.ModuleDict({n: nn.ModuleList(nn.Conv2d(mid, 4, 1) for _ in cin) for n, _ in layout.groups})
        self.obj = nn.ModuleDict({n: nn.ModuleList(nn.Conv2d(mid, 1, 1) for _ in cin) for n, _ in layout.groups})
        self.cls = nn.ModuleDict({n: nn.ModuleList(nn.Conv2d(mid, len(c), 1) for _ in cin) for n, c in layout.groups})
        self.part = nn.ModuleList(nn.Conv2d(mid, max(1, len(layout.parts)), 1) for _ in cin)
        for logits in (self.obj, self.cls):
            for conv in logits.modules():
                if isinstance(conv, nn.Conv2d) and conv.bias is not None:
                    nn.init.constant_(conv.bias, -4.6)  # a prior of one per cent keeps the first steps calm

    def forward(self, features: tuple[Tensor, Tensor, Tensor]) -> list[Tensor]:
        """Return one raw tensor B×C×H×W per level, columns as in `HeadLayout`."""
        outputs = []
        for level, feature in enumerate(features):
            stem = self.stems[level](feature)
            cls_feature = self.cls_towers[level](stem)
            reg_feature = self.reg_towers[level](stem)
            columns = []
            for name, _ in self.layout.groups:
                columns += [
                    self.reg[name][level](reg_feature),  # type: ignore[index]
                    self.obj[name][level](reg_feature),  # type: ignore[index]
                    self.cls[name][level](cls_feature),  # type: ignore[index]
                ]
            columns.append(self.part[level](cls_feature))
            outputs.append(torch.cat(columns, dim=1))
        return outputs


class Detector(nn.Module):
    """Backbone, neck and head; the input is B×3×H×W, BGR, 0 to 255, sides a multiple of 32."""

    def __init__(self, layout: HeadLayout, width: int = 16) -> None:
        super().__init__()
        self.backbone = Backbone(width)
        self.neck = Neck(width)
        self.head = Head(layout, width)
        self.layout = layout

    def forward(self, x: Tensor) -> list[Tensor]:
        out: list[Tensor] = self.head(self.neck(self.backbone(x)))
        return out


def grid_of(outputs: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Cell corners (N×2, in cells) and strides (N) of all levels, in the order of `flatten`."""
    cells, strides = [], []
    for output, stride in zip(outputs, STRIDES, strict=True):
        height, width = output.shape[-2:]
        rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
        cells.append(torch.stack((columns, rows), dim=-1).reshape(-1, 2))
        strides.append(torch.full((height * width,), float(stride)))
    return torch.cat(cells).to(outputs[0]), torch.cat(strides).to(outputs[0])


def flatten(outputs: list[Tensor]) -> Tensor:
    """Levels to one B×N×C tensor."""
    return torch.cat([output.flatten(2).transpose(1, 2) for output in outputs], dim=1)


def decode_boxes(raw: Tensor, cells: Tensor, strides: Tensor) -> Tensor:
    """Raw B×N×4 to centre x, centre y, width, height in input pixels."""
    centre = (raw[..., :2] + cells) * strides[:, None]
    size = torch.exp(raw[..., 2:4].clamp(max=8.0)) * strides[:, None]
    return torch.cat((centre, size), dim=-1)


class ExportedDetector(nn.Module):
    """What goes into the ONNX file: B×N×C with sigmoids applied and part probabilities; boxes stay raw.

    Boxes are decoded by the caller, who knows the input size: so one file serves every height and width.
    """

    def __init__(self, detector: Detector) -> None:
        super().__init__()
        self.detector = detector

    def forward(self, x: Tensor) -> Tensor:
        flat = flatten(self.detector(x))
        columns = []
        place = 0
        for _, classes in self.detector.layout.groups:
            columns.append(flat[..., place : place + 4])
            columns.append(torch.sigmoid(flat[..., place + 4 : place + 5 + len(classes)]))
            place += 5 + len(classes)
        columns.append(torch.softmax(flat[..., place:], dim=-1))
        return torch.cat(columns, dim=-1)
