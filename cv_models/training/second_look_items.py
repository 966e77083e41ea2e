"""What the second look learns from: candidates of a detector and jittered labels, as features of the frozen backbone.

The backbone does not learn, so each crop goes through it once; its answers are kept in files of a hundred photos, and a run that
was broken off goes on with the next file.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime as ort
import torch
from numpy.typing import NDArray

from cv_models.damage.candidates import DetectorSettings, candidates
from cv_models.damage.second_look import Square, cut, square_around, within
from cv_models.datasets.photos import Label, LabelledPhoto
from cv_models.findings import PARTS, SEVERITIES
from cv_models.training.second_look_network import MASK_SIDE, Lite0, pooled

CLASSES = ("scratch", "dent", "crack", "deformation", "broken_glass", "broken_lamp", "panel_damage")
SIDE, CONTEXT, SMALLEST = 224, 1.6, 40
OUTLINED = 0.5
"""IoU with its label from which a crop also teaches the outline."""

Box4 = tuple[float, float, float, float]
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Lesson:
    """One crop: where it looks, and what is there.

    Attributes:
        box: x1, y1, x2, y2 in pixels of the photo.
        drawn: made from a label, not found by the detector; teaches class and place, and half as much what is right.
        mirrored: the crop is mirrored.
        overlap: IoU with the best label, 0 to 1.
        label: the best label, or None without any overlap.

    """

    box: Box4
    drawn: bool
    mirrored: bool
    overlap: float
    label: Label | None


def lessons_of(photo: LabelledPhoto, found: Sequence[Box4], drawn: int, rng: np.random.Generator) -> list[Lesson]:
    """Candidates as they are, and each label `drawn` times, shifted, stretched and every other time mirrored."""
    lessons = [_lesson(photo, box, drawn=False, mirrored=bool(rng.random() < 0.5)) for box in found]
    for label in photo.labels:
        for number in range(drawn):
            shift, growth = rng.normal(0, 0.1, 2), np.exp(rng.normal(0, 0.15, 2))
            centre = np.array([label.box.x + label.box.width / 2, label.box.y + label.box.height / 2])
            extent = np.array([label.box.width, label.box.height])
            low = np.clip(centre + shift * extent - extent * growth / 2, 0, (photo.width, photo.height))
            high = np.clip(centre + shift * extent + extent * growth / 2, 0, (photo.width, photo.height))
            if (high - low).min() < 3:
                continue
            box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
            lessons.append(_lesson(photo, box, drawn=True, mirrored=number % 2 == 1))
    return lessons


def _lesson(photo: LabelledPhoto, box: Box4, *, drawn: bool, mirrored: bool) -> Lesson:
    best, overlap = None, 0.0
    for label in photo.labels:
        value = _iou(box, label)
        if value > overlap:
            best, overlap = label, value
    return Lesson(box, drawn, mirrored, overlap, best)


def _iou(box: Box4, label: Label) -> float:
    x1, y1, x2, y2 = box
    mine = label.box
    width = min(x2, mine.x + mine.width) - max(x1, mine.x)
    height = min(y2, mine.y + mine.height) - max(y1, mine.y)
    inner = max(0.0, width) * max(0.0, height)
    union = (x2 - x1) * (y2 - y1) + mine.area - inner
    return inner / union if union > 0 else 0.0


def mask_of(label: Label, square: Square) -> NDArray[np.uint8] | None:
    """The label's outline over the square, `MASK_SIDE`×`MASK_SIDE` of 0 and 1; None where it has a box alone."""
    if not label.polygons:
        return None
    fine = 4 * MASK_SIDE
    drawn = np.zeros((fine, fine), dtype=np.uint8)
    for ring in label.polygons:
        points = (np.array(ring) - (square.left, square.top)) * fine / square.side
        cv2.fillPoly(drawn, [np.round(points).astype(np.int32)], 255)
    small = cv2.resize(drawn, (MASK_SIDE, MASK_SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small >= 128, dtype=np.uint8)


class Collector:
    """Turns photos into arrays of features and truths."""

    def __init__(self, backbone: Lite0, network: ort.InferenceSession, settings: DetectorSettings, most: int) -> None:
        self.backbone = backbone.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.network = network
        self.settings = replace(settings, threshold=0.0)
        self.most = most

    def chunks(
        self, photos: Sequence[LabelledPhoto], folder: Path, drawn: int, seed: int, size: int = 100
    ) -> Iterator[Arrays]:
        """Arrays of `size` photos at a time, from `folder` where they have been made already."""
        folder.mkdir(parents=True, exist_ok=True)
        for start in range(0, len(photos), size):
            some = photos[start : start + size]
            key = zlib.crc32("\n".join(photo.file_name for photo in some).encode())
            file = folder / f"{start:05d}_{key:08x}_{drawn}_{self.most}_{seed}.npz"
            if not file.is_file():
                arrays = self._collect(some, drawn, np.random.default_rng((seed, start)))
                partial = file.with_suffix(".part.npz")
                np.savez(partial, **arrays)
                partial.rename(file)
            with np.load(file) as kept:
                yield dict(kept)

    def _collect(self, photos: Sequence[LabelledPhoto], drawn: int, rng: np.random.Generator) -> Arrays:
        columns: dict[str, list[NDArray[Any]]] = {}
        for photo in photos:
            picture = cv2.imread(str(photo.path), cv2.IMREAD_COLOR)
            if picture is None:
                raise ValueError(f"not a picture: {photo.file_name}")
            rgb = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), dtype=np.uint8)
            found = sorted(candidates(rgb, self.network, self.settings), key=lambda item: -item.score)[: self.most]
            lessons = lessons_of(photo, [item.box for item in found], drawn, rng)
            for place in range(0, len(lessons), 16):
                for name, values in self._features(rgb, lessons[place : place + 16]).items():
                    columns.setdefault(name, []).append(values)
        return {name: np.concatenate(values) for name, values in columns.items()}

    def _features(self, photo: NDArray[np.uint8], lessons: Sequence[Lesson]) -> Arrays:
        squares = [square_around(lesson.box, CONTEXT, SMALLEST) for lesson in lessons]
        crops, boxes, masks = [], [], []
        for lesson, square in zip(lessons, squares, strict=True):
            crop, box = cut(photo, square, SIDE), within(lesson.box, square)
            mask = mask_of(lesson.label, square) if lesson.label and lesson.overlap >= OUTLINED else None
            if lesson.mirrored:
                crop, box = crop[:, ::-1], np.array([1 - box[2], box[1], 1 - box[0], box[3]], dtype=np.float32)
                mask = mask[:, ::-1] if mask is not None else None
            crops.append(crop)
            boxes.append(box)
            masks.append(mask)
        pixels = torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).float()
        inside = torch.from_numpy(np.stack(boxes))
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            features = self.backbone(pixels.contiguous(memory_format=torch.channels_last))
        fine, coarse, deep, head = (feature.float() for feature in features)
        outlined = [place for place, mask in enumerate(masks) if mask is not None]
        return {
            "pooled": pooled((fine, coarse, deep, head), inside).numpy().astype(np.float16),
            "fine": fine[outlined].numpy().astype(np.float16),
            "coarse": coarse[outlined].numpy().astype(np.float16),
            "outlined_boxes": inside[outlined].numpy(),
            "masks": np.stack([np.asarray(masks[place]) for place in outlined]).astype(np.uint8)
            if outlined
            else np.zeros((0, MASK_SIDE, MASK_SIDE), dtype=np.uint8),
            **_truths(lessons),
        }


def _truths(lessons: Sequence[Lesson]) -> Arrays:
    count = len(lessons)
    classes, severities = np.full(count, -1), np.full(count, -1)
    parts, shifts = np.zeros((count, len(PARTS)), dtype=bool), np.zeros((count, 4), dtype=np.float32)
    for place, lesson in enumerate(lessons):
        label = lesson.label
        if label is None:
            continue
        classes[place] = CLASSES.index(label.category) if label.category in CLASSES else -1
        severities[place] = SEVERITIES.index(label.severity) if label.severity else -1
        for part in label.parts:
            parts[place, PARTS.index(part)] = True
        x1, y1, x2, y2 = lesson.box
        mine = label.box
        across = (mine.x + mine.width / 2 - (x1 + x2) / 2) / (x2 - x1)
        shifts[place] = (
            -across if lesson.mirrored else across,
            (mine.y + mine.height / 2 - (y1 + y2) / 2) / (y2 - y1),
            np.log(mine.width / (x2 - x1)),
            np.log(mine.height / (y2 - y1)),
        )
    return {
        "overlap": np.array([lesson.overlap for lesson in lessons], dtype=np.float32),
        "drawn": np.array([lesson.drawn for lesson in lessons]),
        "classes": classes,
        "severities": severities,
        "parts": parts,
        "shifts": shifts,
    }
