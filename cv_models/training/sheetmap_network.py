"""The map of the sheet: a compact network of plain convolutions that says for every eighth pixel of a small photo what it shows and
which point of the form stands there.

Going down to a thirty-second of the size lets every place see the whole document; coming back up keeps the place exact.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from cv_models.training.recogniser_network import ConvAct, Residual

CLASSES = 6


class Sheetmap(nn.Module):
    """Pictures B x 5 x H x W (normalised colours and the place in the picture, sides multiples of 32) to B x 9 x H/8 x W/8.

    Channels: scores of the six kinds, the point of the form (x, y in units of 50 mm around its middle), and the logarithm of
    how far off that point may be (in the same units).
    """

    def __init__(self, *, channels: tuple[int, int, int, int, int] = (20, 40, 64, 112, 160)) -> None:
        super().__init__()
        a, b, c, d, e = channels
        self.to_4 = nn.Sequential(ConvAct(3, a, (5, 5), (2, 2)), ConvAct(a, b, (3, 3), (2, 2)), ConvAct(b, b, (3, 3)))
        self.to_8 = nn.Sequential(ConvAct(b, c, (3, 3), (2, 2)), Residual(c))
        self.to_16 = nn.Sequential(ConvAct(c, d, (3, 3), (2, 2)), Residual(d), Residual(d))
        self.to_32 = nn.Sequential(ConvAct(d, e, (3, 3), (2, 2)), Residual(e), Residual(e), Residual(e))
        self.wide = ConvAct(e, d, (1, 1))
        self.place_16, self.place_8 = nn.Conv2d(2, d, 1), nn.Conv2d(2, c, 1)
        self.at_16 = nn.Sequential(ConvAct(d, d, (3, 3)), ConvAct(d, c, (1, 1)))
        self.at_8 = nn.Sequential(Residual(c), Residual(c))
        self.head = nn.Conv2d(c, CLASSES + 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        place = functional.avg_pool2d(x[:, 3:], 8)
        at_8 = self.to_8(self.to_4(x[:, :3]))
        at_16 = self.to_16(at_8)
        up = functional.interpolate(self.wide(self.to_32(at_16)), scale_factor=2.0, mode="nearest")
        up = self.at_16(at_16 + up + self.place_16(functional.avg_pool2d(place, 2)))
        up = functional.interpolate(up, scale_factor=2.0, mode="nearest")
        out: Tensor = self.head(self.at_8(at_8 + up + self.place_8(place)))
        return out.float()


def loss_of(out: Tensor, kind: Tensor, place: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Cross-entropy of the kinds, distance of the said places on panels, and how unlikely (Laplace) that distance is.

    The last teaches only the said spread: it must not make the places lazy.

    Args:
        out: B x 9 x h x w of the network.
        kind: B x h x w, true kinds.
        place: B x 2 x h x w, true points in the network's units.
    """
    kinds = functional.cross_entropy(out[:, :CLASSES], kind, label_smoothing=0.02)
    on = ((kind >= 1) & (kind <= 3)).unsqueeze(1)
    count = on.sum().clamp(min=1)
    away = (out[:, CLASSES : CLASSES + 2] - place).abs().sum(1, keepdim=True)
    spread = out[:, CLASSES + 2 :].clamp(-5.0, 2.0)
    unlikely = away.detach() * torch.exp(-spread) + spread
    return kinds, (away * on).sum() / count, (unlikely * on).sum() / count
