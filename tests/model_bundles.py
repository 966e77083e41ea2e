"""Bundles made from the shipped detector: the same networks under another version, with other settings or crippled."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from cv_models.runtime import MODEL_FOLDER, registry

DEMO = Path(__file__).parents[1] / "workbench" / "demo" / "photos"
STANDALONE = {"role", "recogniser", "sheetmap"}
#: Looks at a thumbnail alone: it runs as well as the shipped one and finds next to nothing.
CRIPPLED = {"passes": [{"longest": 64, "groups": ["region"]}]}


def make_bundle(folder: Path, version: str, *, card: str = "# Model card: a trial\n", **settings: Any) -> Path:
    """The shipped detector as a bundle of its own, with other settings where they are given."""
    folder.mkdir(parents=True)
    entries = []
    for entry in registry().values():
        if entry.name in STANDALONE:
            continue
        own = entry.name == "damage"
        shutil.copyfile(MODEL_FOLDER / entry.file, folder / entry.file)
        entries.append(
            {
                "name": entry.name,
                "version": version if own else entry.version,
                "file": entry.file,
                "sha256": entry.sha256,
                "licence": entry.licence,
                "card": "card.md",
                "settings": {**entry.settings, **(settings if own else {})},
            }
        )
    (folder / "registry.json").write_text(json.dumps({"models": entries}), encoding="utf-8")
    (folder / "card.md").write_text(card, encoding="utf-8")
    return folder


def edit(folder: Path, **changes: Any) -> Path:
    """Change words of the detector's entry."""
    path = folder / "registry.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    next(item for item in raw["models"] if item["name"] == "damage").update(changes)
    path.write_text(json.dumps(raw), encoding="utf-8")
    return folder


def other_content(folder: Path, content: bytes) -> Path:
    """Another network file, with its right hash."""
    path = folder / "registry.json"
    entry = next(item for item in json.loads(path.read_text(encoding="utf-8"))["models"] if item["name"] == "damage")
    (folder / entry["file"]).write_bytes(content)
    return edit(folder, sha256=hashlib.sha256(content).hexdigest())


def demo_coco(target: Path, sets: tuple[str, ...] = ("compact_headlamp", "estate_door_dent", "hatch_bonnet")) -> Path:
    """Labels of several demonstration sets in one COCO file, for the folder ``DEMO``."""
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    classes: dict[str, int] = {}
    for name in sets:
        truth = json.loads((DEMO / name / "truth.json").read_text(encoding="utf-8"))
        words = {item["id"]: item["name"] for item in truth["categories"]}
        ids = {}
        for image in truth["images"]:
            ids[image["id"]] = len(images) + 1
            images.append({**image, "id": len(images) + 1, "file_name": f"{name}/{image['file_name']}"})
        for mark in truth["annotations"]:
            category = classes.setdefault(words[mark["category_id"]], len(classes) + 1)
            annotations.append(
                {
                    **mark,
                    "id": len(annotations) + 1,
                    "image_id": ids[mark["image_id"]],
                    "category_id": category,
                }
            )
    categories = [{"id": number, "name": name} for name, number in classes.items()]
    target.write_text(
        json.dumps({"images": images, "annotations": annotations, "categories": categories}), encoding="utf-8"
    )
    return target
