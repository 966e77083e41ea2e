"""Photos for the tests of the models: the committed demo pictures, and real ones where they lie beside the repository."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

REPOSITORY = Path(__file__).parents[2]
DEMO = REPOSITORY / "workbench" / "demo" / "photos"
REAL = REPOSITORY.parent / "shared" / "data" / "damage"


def read(path: Path) -> np.ndarray:
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert picture is not None, path.name
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


def demo_photos() -> list[tuple[Path, dict, list[dict]]]:
    """Every demo photo that has true outlines: its path, its COCO image, its damage annotations."""
    found = []
    for truth in sorted(DEMO.glob("*/truth.json")):
        raw = json.loads(truth.read_text(encoding="utf-8"))
        for image in raw["images"]:
            path = truth.parent / image["file_name"]
            if path.is_file():
                marks = [a for a in raw["annotations"] if a["image_id"] == image["id"] and a["category_id"] < 100]
                found.append((path, image, marks))
    if not found:
        pytest.skip("no demo photos with true outlines are in the repository yet")
    return found


def real_photos(split: str, count: int) -> list[Path]:
    """The first photos of a split of the labelled real photos, which are not part of the repository."""
    names = REAL / "splits" / f"{split}.txt"
    if not names.is_file():
        pytest.skip("the labelled real photos (../shared/data) are not on this machine; they may not be distributed")
    return [
        REAL / "images" / name for name in sorted(names.read_text(encoding="utf-8").split())[:: 320 // count][:count]
    ]


def panel(width: int = 900, height: int = 600) -> np.ndarray:
    """A drawn, textured picture that is sharp and well lit."""
    rng = np.random.default_rng(4)
    base = cv2.resize(
        rng.integers(60, 200, (8, 12, 3)).astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST
    )
    for _ in range(60):
        start, end = (tuple(int(v) for v in rng.integers(0, (width, height))) for _ in range(2))
        cv2.line(base, start, end, tuple(int(v) for v in rng.integers(0, 255, 3)), 2)
    return base
