"""A compact line recogniser: plain convolutions, height folded away, a short row of temporal convolutions, CTC.

No recurrence: every part runs in one pass over the line and onnxruntime batches it well. One step of the output is four
pixels of the input.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

STRIDE = 4


class ConvAct(nn.Sequential):
    """Convolution, batch norm, ReLU."""

    def __init__(
        self, cin: int, cout: int, size: tuple[int, int], stride: tuple[int, int] = (1, 1), act: bool = True
    ) -> None:
        padding = (size[0] // 2, size[1] // 2)
        layers: list[nn.Module] = [
            nn.Conv2d(cin, cout, size, stride, padding, bias=False),
            nn.BatchNorm2d(cout, momentum=0.05),
        ]
        super().__init__(*layers, *([nn.ReLU(inplace=True)] if act else []))


class Residual(nn.Module):
    """Two convolutions beside the identity."""

    def __init__(self, channels: int, size: tuple[int, int] = (3, 3)) -> None:
        super().__init__()
        self.body = nn.Sequential(ConvAct(channels, channels, size), ConvAct(channels, channels, size, act=False))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(x + self.body(x))


class Recogniser(nn.Module):
    """Pictures B x 3 x 32 x W (normalised) to log-probabilities B x W/4 x classes; the last class is the blank."""

    def __init__(self, classes: int, *, channels: tuple[int, int, int, int, int] = (24, 48, 88, 120, 168)) -> None:
        super().__init__()
        a, b, c, d, e = channels
        self.body = nn.Sequential(
            ConvAct(3, a, (5, 5), (2, 2)),
            ConvAct(a, b, (3, 3)),
            ConvAct(b, c, (3, 3), (2, 2)),
            Residual(c),
            ConvAct(c, d, (3, 3), (2, 1)),
            Residual(d),
            ConvAct(d, e, (3, 3), (2, 1)),
            nn.MaxPool2d((2, 1)),
            Residual(e, (1, 5)),
            nn.Dropout2d(0.05),
        )
        self.head = nn.Conv2d(e, classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        # Height is one here; the sum over it keeps the graph free of reshapes.
        scores = self.head(self.body(x)).sum(2).transpose(1, 2)
        return torch.log_softmax(scores.float(), -1)
