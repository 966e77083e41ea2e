"""Run the network over a photo and turn its raw output into scored boxes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import cv2
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from cv_models.findings import CATEGORIES, PARTS
from cv_models.images import Image

STRIDES = (8, 16, 32)
PADDING = 114
LOWEST_SCORE = 0.02
MOST_PER_PASS = 300
TWIN = 0.95
"""Boxes of one look that overlap by more are one."""
NEAR = 0.6
"""Boxes of several looks that overlap by at least this much are averaged."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pass:
    """One look at a photo.

    Attributes:
        longest: longest side of the photo in this look, in pixels; photos are never enlarged by more than two.
        groups: label groups that are taken from this look.
        mirrored: the photo is looked at in the mirror.

    """

    longest: int
    groups: tuple[str, ...]
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class DetectorSettings:
    """What belongs to a file of weights beside the graph; stored in the registry.

    Attributes:
        groups: name and classes of each label group, in the order of the output columns.
        parts: names of the part columns.
        passes: looks at the photo.
        calibration: slope and offset per group and class that turn a raw score's log-odds into those of precision.
        threshold: least calibrated score of a finding.
        overlap: IoU above which two boxes of a group are the same damage.
        least_part: least probability of a part that is named.
        vote: several looks at the same damage are averaged, box and score; else the best box stays as it is.

    """

    groups: tuple[tuple[str, tuple[str, ...]], ...]
    parts: tuple[str, ...]
    passes: tuple[Pass, ...]
    calibration: dict[str, tuple[float, float]]
    threshold: float
    overlap: float
    least_part: float
    vote: bool = False

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> DetectorSettings:
        """Read the `settings` of a registry entry.

        Raises:
            KeyError, TypeError, ValueError: something is missing or malformed, or a class or part is none of ours.
        """
        groups = tuple((name, tuple(classes)) for name, classes in raw["groups"])
        known_only("class", (name for _, classes in groups for name in classes), CATEGORIES)
        known_only("part", raw["parts"], PARTS)
        return cls(
            groups=groups,
            parts=tuple(raw["parts"]),
            passes=tuple(
                Pass(int(item["longest"]), tuple(item["groups"]), bool(item.get("mirrored", False)))
                for item in raw["passes"]
            ),
            calibration={key: (float(a), float(b)) for key, (a, b) in raw.get("calibration", {}).items()},
            threshold=float(raw["threshold"]),
            overlap=float(raw.get("overlap", 0.5)),
            least_part=float(raw.get("least_part", 0.5)),
            vote=bool(raw.get("vote", False)),
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scored box before merging; `box` is x1, y1, x2, y2 in pixels of the photo.

    Severity and outline come from the second look, where there is one.
    """

    group: str
    category: str
    score: float
    box: tuple[float, float, float, float]
    parts: tuple[float, ...]
    severity: str | None = None
    polygon: tuple[tuple[float, float], ...] | None = None


def known_only(kind: str, names: Iterable[str], known: Sequence[str]) -> None:
    """Refuse names that the product does not know.

    Raises:
        ValueError: names them.
    """
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise ValueError(f"unknown {kind}: {', '.join(unknown)}")


def candidates(image: Image, session: ort.InferenceSession, settings: DetectorSettings) -> list[Candidate]:
    """All boxes of all passes above the lowest score, with calibrated scores and without doubles per group."""
    sizes = {look.longest: _scaled(image, look.longest) for look in settings.passes}
    looks = [_look(image.shape[:2], sizes[look.longest], session, settings, look) for look in settings.passes]
    kept: list[Candidate] = []
    for name, _ in settings.groups:
        mine = [[item for item in found if item.group == name] for found in looks]
        merged = fuse(mine, settings.overlap) if settings.vote else suppress(list(chain(*mine)), settings.overlap)
        kept += [
            replace(item, score=calibrated(item.score, settings.calibration.get(f"{name}.{item.category}")))
            for item in merged
        ]
    return kept


def fuse(looks: Sequence[Sequence[Candidate]], overlap: float) -> list[Candidate]:
    """What several looks at one photo say of the same damage, averaged.

    Boxes that overlap the best one by more than `overlap` (IoU) are the same damage. The box is the mean of the near ones, weighted by
    score; the score is the mean of the looks' best, where a look that saw nothing counts half.
    """
    asked = sum(bool(found) for found in looks)
    items = [(item, number) for number, found in enumerate(looks) for item in suppress(found, TWIN)]
    items.sort(key=lambda pair: -pair[0].score)
    if not items:
        return []
    boxes = np.array([item.box for item, _ in items], dtype=np.float64)
    scores = np.array([item.score for item, _ in items])
    number = np.array([look for _, look in items])
    free = np.ones(len(items), dtype=bool)
    fused = []
    for place, (item, _) in enumerate(items):
        if not free[place]:
            continue
        shared = overlaps(boxes[place], boxes)
        same, near = free & (shared >= overlap), free & (shared >= NEAR)
        same[place] = near[place] = True
        best = [float(scores[same & (number == look)].max()) for look in np.unique(number[same])]
        score = sum(best) / (len(best) + 0.5 * (asked - len(best)))
        x1, y1, x2, y2 = (boxes[near] * scores[near, None]).sum(axis=0) / scores[near].sum()
        fused.append(replace(item, score=score, box=(float(x1), float(y1), float(x2), float(y2))))
        free &= ~same
    return sorted(fused, key=lambda one: -one.score)


def overlaps(box: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """IoU of one box with N boxes, all x1, y1, x2, y2."""
    extent = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    inner = np.clip(extent, 0, None).prod(axis=1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    union = float((box[2:] - box[:2]).prod()) + areas - inner
    return np.asarray(inner / np.maximum(union, 1e-9), dtype=np.float64)


def suppress(items: Sequence[Candidate], overlap: float) -> list[Candidate]:
    """Greedy class-agnostic suppression: of boxes that overlap by more than `overlap` (IoU) the best stays."""
    if not items:
        return []
    boxes = np.array([item.box for item in items], dtype=np.float64)
    order = np.argsort([-item.score for item in items], kind="stable")
    kept: list[int] = []
    while order.size:
        best, order = order[0], order[1:]
        kept.append(int(best))
        order = order[overlaps(boxes[best], boxes[order]) <= overlap]
    return [items[index] for index in kept]


def _scaled(image: Image, longest: int) -> Image:
    """The photo with its longer side at `longest` pixels, enlarged by two at most."""
    height, width = image.shape[:2]
    scale = min(2.0, longest / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if scale == 1.0:
        return image
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, size, interpolation=method), dtype=np.uint8)


def _look(
    photo: tuple[int, ...], scaled: Image, session: ort.InferenceSession, settings: DetectorSettings, look: Pass
) -> list[Candidate]:
    height, width = photo
    size = (scaled.shape[1], scaled.shape[0])
    rows, columns = -(-size[1] // 32) * 32, -(-size[0] // 32) * 32
    pixels = np.full((1, 3, rows, columns), PADDING, dtype=np.float32)
    if look.mirrored:
        scaled = scaled[:, ::-1]
    pixels[0, :, : size[1], : size[0]] = scaled[:, :, ::-1].transpose(2, 0, 1)
    output: Floats = session.run(None, {session.get_inputs()[0].name: pixels})[0][0]
    return _decode(output, (rows, columns), (size[0] / width, size[1] / height), (width, height), settings, look)


def _grid(rows: int, columns: int) -> tuple[Floats, Floats]:
    cells, strides = [], []
    for stride in STRIDES:
        y, x = np.mgrid[0 : rows // stride, 0 : columns // stride]
        cells.append(np.stack((x.ravel(), y.ravel()), axis=1))
        strides.append(np.full(x.size, stride))
    return np.concatenate(cells).astype(np.float32), np.concatenate(strides).astype(np.float32)


def _decode(
    output: Floats,
    padded: tuple[int, int],
    scale: tuple[float, float],
    photo: tuple[int, int],
    settings: DetectorSettings,
    look: Pass,
) -> list[Candidate]:
    cells, strides = _grid(*padded)
    part_column = sum(5 + len(classes) for _, classes in settings.groups)
    found: list[Candidate] = []
    column = 0
    for name, classes in settings.groups:
        first, column = column, column + 5 + len(classes)
        if name not in look.groups:
            continue
        scores = output[:, first + 4 : first + 5] * output[:, first + 5 : first + 5 + len(classes)]
        best = scores.argmax(axis=1)
        top = scores.max(axis=1)
        chosen = np.flatnonzero(top >= LOWEST_SCORE)
        chosen = chosen[np.argsort(-top[chosen], kind="stable")][:MOST_PER_PASS]
        raw = output[chosen, first : first + 4]
        centre = (raw[:, :2] + cells[chosen]) * strides[chosen, None]
        extent = np.exp(np.minimum(raw[:, 2:], 8.0)) * strides[chosen, None]
        low = np.clip((centre - extent / 2) / scale, 0, photo)
        high = np.clip((centre + extent / 2) / scale, 0, photo)
        if look.mirrored:
            low[:, 0], high[:, 0] = photo[0] - high[:, 0], photo[0] - low[:, 0]
        for place, index in enumerate(chosen):
            if (high[place] - low[place]).min() < 1:
                continue
            category = classes[int(best[index])]
            found.append(
                Candidate(
                    group=name,
                    category=category,
                    score=float(top[index]),
                    box=(float(low[place, 0]), float(low[place, 1]), float(high[place, 0]), float(high[place, 1])),
                    parts=tuple(float(value) for value in output[index, part_column:]),
                )
            )
    return found


def calibrated(score: float, line: tuple[float, float] | None) -> float:
    """Raw score to the share of such findings that were right on the validation photos; unchanged without a line."""
    if line is None:
        return score
    inside = min(max(score, 1e-6), 1 - 1e-6)
    odds = line[0] * float(np.log(inside / (1 - inside))) + line[1]
    return float(1 / (1 + np.exp(-odds)))
