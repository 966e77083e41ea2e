"""Run the network over a photo and turn its raw output into scored boxes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from cv_models.images import Image

STRIDES = (8, 16, 32)
PADDING = 114
LOWEST_SCORE = 0.02
MOST_PER_PASS = 300

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pass:
    """One look at a photo.

    Attributes:
        longest: longest side of the photo in this look, in pixels; photos are never enlarged by more than two.
        groups: label groups that are taken from this look.

    """

    longest: int
    groups: tuple[str, ...]


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

    """

    groups: tuple[tuple[str, tuple[str, ...]], ...]
    parts: tuple[str, ...]
    passes: tuple[Pass, ...]
    calibration: dict[str, tuple[float, float]]
    threshold: float
    overlap: float
    least_part: float

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> DetectorSettings:
        """Read the `settings` of a registry entry."""
        return cls(
            groups=tuple((name, tuple(classes)) for name, classes in raw["groups"]),
            parts=tuple(raw["parts"]),
            passes=tuple(Pass(int(item["longest"]), tuple(item["groups"])) for item in raw["passes"]),
            calibration={key: (float(a), float(b)) for key, (a, b) in raw.get("calibration", {}).items()},
            threshold=float(raw["threshold"]),
            overlap=float(raw.get("overlap", 0.5)),
            least_part=float(raw.get("least_part", 0.5)),
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scored box before merging; `box` is x1, y1, x2, y2 in pixels of the photo."""

    group: str
    category: str
    score: float
    box: tuple[float, float, float, float]
    parts: tuple[float, ...]


def candidates(image: Image, session: ort.InferenceSession, settings: DetectorSettings) -> list[Candidate]:
    """All boxes of all passes above the lowest score, with calibrated scores and without doubles per group."""
    found: list[Candidate] = []
    for look in settings.passes:
        found += _look(image, session, settings, look)
    kept: list[Candidate] = []
    for name, _ in settings.groups:
        kept += suppress([item for item in found if item.group == name], settings.overlap)
    return kept


def suppress(items: list[Candidate], overlap: float) -> list[Candidate]:
    """Greedy class-agnostic suppression: of boxes that overlap by more than `overlap` (IoU) the best stays."""
    if not items:
        return []
    boxes = np.array([item.box for item in items], dtype=np.float32)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    order = np.argsort([-item.score for item in items], kind="stable")
    kept: list[int] = []
    while order.size:
        best, order = order[0], order[1:]
        kept.append(int(best))
        low = np.maximum(boxes[best, :2], boxes[order, :2])
        high = np.minimum(boxes[best, 2:], boxes[order, 2:])
        inner = np.clip(high - low, 0, None).prod(axis=1)
        order = order[inner <= overlap * (areas[best] + areas[order] - inner)]
    return [items[index] for index in kept]


def _look(image: Image, session: ort.InferenceSession, settings: DetectorSettings, look: Pass) -> list[Candidate]:
    height, width = image.shape[:2]
    scale = min(2.0, look.longest / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    scaled = cv2.resize(image, size, interpolation=method) if scale != 1.0 else image
    rows, columns = -(-size[1] // 32) * 32, -(-size[0] // 32) * 32
    pixels = np.full((1, 3, rows, columns), PADDING, dtype=np.float32)
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
        for place, index in enumerate(chosen):
            if (high[place] - low[place]).min() < 1:
                continue
            category = classes[int(best[index])]
            found.append(
                Candidate(
                    group=name,
                    category=category,
                    score=calibrated(float(top[index]), settings.calibration.get(f"{name}.{category}")),
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
