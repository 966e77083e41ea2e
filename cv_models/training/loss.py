"""Label assignment (dynamic top-k by cost, after OTA, Ge et al. 2021) and the training loss."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as fn

from cv_models.training.labels import HeadLayout
from cv_models.training.network import decode_boxes, flatten, grid_of

CENTRE_RADIUS = 2.5
CANDIDATES = 10


@dataclass(frozen=True)
class Target:
    """Labels of one crop.

    Attributes:
        groups: label groups the crop trains.
        boxes: M×4 centre x, centre y, width, height in input pixels.
        classes: class names, length M.
        parts: allowed part indices, length M.

    """

    groups: tuple[str, ...]
    boxes: Tensor
    classes: tuple[str, ...]
    parts: tuple[tuple[int, ...], ...]


def pairwise_iou(a: Tensor, b: Tensor) -> Tensor:
    """IoU of M×4 with N×4 boxes in centre form."""
    a_low, a_high = a[:, None, :2] - a[:, None, 2:] / 2, a[:, None, :2] + a[:, None, 2:] / 2
    b_low, b_high = b[None, :, :2] - b[None, :, 2:] / 2, b[None, :, :2] + b[None, :, 2:] / 2
    inner = (torch.minimum(a_high, b_high) - torch.maximum(a_low, b_low)).clamp(min=0).prod(dim=-1)
    union = a[:, 2:].prod(dim=-1)[:, None] + b[:, 2:].prod(dim=-1)[None] - inner
    return inner / union.clamp(min=1e-6)


def giou(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """IoU and generalised IoU of matched boxes in centre form."""
    a_low, a_high = a[:, :2] - a[:, 2:] / 2, a[:, :2] + a[:, 2:] / 2
    b_low, b_high = b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2
    inner = (torch.minimum(a_high, b_high) - torch.maximum(a_low, b_low)).clamp(min=0).prod(dim=-1)
    union = a[:, 2:].prod(dim=-1) + b[:, 2:].prod(dim=-1) - inner
    hull = (torch.maximum(a_high, b_high) - torch.minimum(a_low, b_low)).prod(dim=-1)
    iou = inner / union.clamp(min=1e-6)
    return iou, iou - (hull - union) / hull.clamp(min=1e-6)


@torch.no_grad()
def assign(
    boxes: Tensor, predicted: Tensor, scores: Tensor, class_index: Tensor, cells: Tensor, strides: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Choose the predictions that answer for each label.

    Args:
        boxes: M×4 labels in centre form.
        predicted: N×4 boxes of the network.
        scores: N×K probabilities, square root of class times objectness.
        class_index: class of each label, M.
        cells: N×2 corners of the grid cells, in cells.
        strides: N strides in pixels.

    Returns:
        Indices of positive predictions (P), the label each answers for (P), and their IoU (P).

    """
    centres = (cells + 0.5) * strides[:, None]
    delta = (centres[None] - boxes[:, None, :2]).abs()
    inside = (delta < boxes[:, None, 2:] / 2).all(dim=-1)
    near = (delta < CENTRE_RADIUS * strides[None, :, None]).all(dim=-1)
    allowed = (inside | near).any(dim=0).nonzero().squeeze(1)
    if allowed.numel() == 0:
        empty = torch.zeros(0, dtype=torch.long, device=boxes.device)
        return empty, empty, torch.zeros(0, device=boxes.device)
    iou = pairwise_iou(boxes, predicted[allowed])
    wanted = fn.one_hot(class_index, scores.shape[1]).float()
    probability = scores[allowed].clamp(1e-4, 1 - 1e-4)
    class_cost = -(
        wanted[:, None] * probability.log()[None] + (1 - wanted[:, None]) * (1 - probability).log()[None]
    ).sum(dim=-1)
    both = (inside & near)[:, allowed]
    cost = class_cost - 3.0 * (iou + 1e-8).log() + 1e5 * (~both)
    count = min(CANDIDATES, allowed.numel())
    amounts = iou.topk(count, dim=1).values.sum(dim=1).int().clamp(min=1)
    matching = torch.zeros_like(cost, dtype=torch.bool)
    for row, amount in enumerate(amounts.tolist()):
        matching[row, cost[row].topk(amount, largest=False).indices] = True
    doubled = matching.sum(dim=0) > 1
    if doubled.any():
        best = cost[:, doubled].argmin(dim=0)
        matching[:, doubled] = False
        matching[best, doubled.nonzero().squeeze(1)] = True
    columns = matching.any(dim=0).nonzero().squeeze(1)
    owner = matching[:, columns].float().argmax(dim=0)
    return allowed[columns], owner, iou[owner, columns]


def detection_loss(outputs: list[Tensor], targets: list[Target], layout: HeadLayout) -> tuple[Tensor, dict[str, float]]:
    """Loss of a batch and its parts.

    A crop trains only the groups it names; part logits learn from the positives of labels that name a part, where a
    coarse label is content with the summed probability of all parts it may mean.
    """
    flat = flatten(outputs)
    cells, strides = grid_of(outputs)
    zero = flat.sum() * 0.0
    sums = {"box": zero, "object": zero, "class": zero, "part": zero}
    positives, part_count = 0, 0
    part_logits = flat[..., layout.columns["parts"] :]
    for name, classes in layout.groups:
        column = layout.columns[name]
        boxes_of_all = decode_boxes(flat[..., column : column + 4], cells, strides)
        for index, target in enumerate(targets):
            if name not in target.groups:
                continue
            rows = [place for place, label in enumerate(target.classes) if label in classes]
            objectness = flat[index, :, column + 4]
            wanted_object = torch.zeros_like(objectness)
            if rows:
                boxes = target.boxes[rows].to(flat)
                class_index = torch.tensor([classes.index(target.classes[p]) for p in rows], device=flat.device)
                logits = flat[index, :, column + 5 : column + 5 + len(classes)]
                scores = (logits.detach().sigmoid() * objectness.detach().sigmoid()[:, None]).sqrt()
                chosen, owner, iou = assign(boxes, boxes_of_all[index].detach(), scores, class_index, cells, strides)
                if chosen.numel():
                    positives += chosen.numel()
                    _, overlap = giou(boxes_of_all[index, chosen], boxes[owner])
                    sums["box"] = sums["box"] + (1 - overlap).sum()
                    wanted_object[chosen] = 1.0
                    wanted = fn.one_hot(class_index[owner], len(classes)).float() * iou[:, None].clamp(min=0.2)
                    sums["class"] = sums["class"] + fn.binary_cross_entropy_with_logits(
                        logits[chosen], wanted, reduction="sum"
                    )
                    for row, place in enumerate(rows):
                        allowed = list(target.parts[place])
                        mine = chosen[owner == row]
                        if allowed and mine.numel():
                            logs = fn.log_softmax(part_logits[index, mine], dim=-1)[:, allowed]
                            sums["part"] = sums["part"] - logs.logsumexp(dim=-1).sum()
                            part_count += mine.numel()
            sums["object"] = sums["object"] + fn.binary_cross_entropy_with_logits(
                objectness, wanted_object, reduction="sum"
            )
    scale = max(1, positives)
    total = (5.0 * sums["box"] + sums["object"] + sums["class"]) / scale + 0.5 * sums["part"] / max(1, part_count)
    figures = {key: float(value.detach()) / scale for key, value in sums.items() if key != "part"}
    figures["part"] = float(sums["part"].detach()) / max(1, part_count)
    figures["positives"] = float(positives)
    return total, figures
