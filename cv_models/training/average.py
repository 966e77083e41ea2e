"""The moving average of a network's weights, which is what is evaluated and exported."""

from __future__ import annotations

import torch
from torch import nn


@torch.no_grad()
def follow(average: nn.Module, network: nn.Module, step: int, *, most: float) -> None:
    """Move the average a little towards the network, weights and statistics; early steps count less.

    Args:
        average: is changed in place.
        network: as trained so far.
        step: number of steps done.
        most: share of the average that is kept at most.
    """
    keep = min(most, (1 + step) / (10 + step))
    for mine, new in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
        if mine.dtype.is_floating_point:
            mine.mul_(keep).add_(new.detach(), alpha=1 - keep)
        else:
            mine.copy_(new)
