"""A tiny labelled set for the tests of training: drawn pictures, good and bad labels."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np

from cv_models.training.config import DataSource

EXPERIMENT = """
name = "tiny"
size = 64
cache_side = 96
batch = 2
steps = 4
warmup = 1
save_every = 2
validate_every = 0
[[train]]
coco = "{folder}/labels.json"
images = "{folder}"
groups = {{ "*" = ["region"] }}
[licences."*"]
origin = "drawn for the tests"
licence = "Apache-2.0"
"""


def draw(folder: Path, names: tuple[str, ...] = ("a.png", "b.png")) -> None:
    random = np.random.default_rng(0)
    for name in names:
        cv2.imwrite(str(folder / name), random.integers(0, 255, (90, 120, 3)).astype(np.uint8))


def write_coco(folder: Path, images: list[str], marks: list[dict[str, object]], classes: tuple[str, ...]) -> Path:
    raw = {
        "categories": [{"id": place, "name": name} for place, name in enumerate(classes, 1)],
        "images": [
            {"id": place, "file_name": name, "width": 120, "height": 90} for place, name in enumerate(images, 1)
        ],
        "annotations": [{"id": place, **mark} for place, mark in enumerate(marks)],
    }
    path = folder / "labels.json"
    path.write_text(json.dumps(raw), encoding="utf-8")
    return path


def mark(image: int, category: int, box: list[float], part: str | None = None) -> dict[str, object]:
    return {"image_id": image, "category_id": category, "bbox": box, "part": part}


def source(folder: Path, **more: object) -> DataSource:
    given = {"groups": {"*": ["region"]}, **more}
    return DataSource(coco=str(folder / "labels.json"), images=str(folder), **given)  # type: ignore[arg-type]
