"""The files of a data set of damage: pictures, COCO or YOLO labels, manifest and a page that says what it is.

The same entries give the same bytes: no times, ids in the order of the entries, classes in the order of ``CATEGORIES``.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from cv_models.findings import CATEGORIES
from workbench.cases.learning.region_values import area_of
from workbench.cases.learning.vehicles import SPLITS

Format = Literal["coco", "yolo"]
JPEG_QUALITY = 92
LONGEST = 2048


def picture_path(entry_file: str, split: str, form: Format) -> str:
    """Where a picture lies in the folder."""
    return f"images/{entry_file}" if form == "coco" else f"images/{split}/{entry_file}"


def digest_of(entries: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 over the entries in their one spelling."""
    return hashlib.sha256(_plain(entries).encode()).hexdigest()


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def counts_of(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Photos, vehicles, photos without damage and labels by class, each by split; photos by source; hidden regions by kind."""
    labels = {split: Counter[str]() for split in SPLITS}
    vehicles: dict[str, set[str]] = {split: set() for split in SPLITS}
    photos, negatives, sources, private = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    covered = 0
    for entry in entries:
        split = entry["split"]
        photos[split] += 1
        negatives[split] += not entry["labels"]
        vehicles[split].add(entry["vehicle"])
        sources[entry["source"]] += 1
        private.update(entry["private"])
        labels[split].update(label["category"] for label in entry["labels"])
        covered += sum(bool(label["mostly_hidden"]) for label in entry["labels"])
    return {
        "photos": {split: photos[split] for split in SPLITS},
        "vehicles": {split: len(vehicles[split]) for split in SPLITS},
        "negatives": {split: negatives[split] for split in SPLITS},
        "labels": {split: {name: labels[split][name] for name in CATEGORIES} for split in SPLITS},
        "sources": dict(sorted(sources.items())),
        "private": dict(sorted(private.items())),
        "labels_mostly_hidden": covered,
    }


def write_labels(folder: Path, entries: Sequence[Mapping[str, Any]], form: Format) -> None:
    """Write the label files; the pictures lie there already (``picture_path``).

    Raises:
        OSError: the folder cannot be written.
    """
    if form == "coco":
        for split in SPLITS:
            part = [entry for entry in entries if entry["split"] == split]
            (folder / f"annotations_{split}.json").write_text(_pretty(_coco(part)), encoding="utf-8")
        return
    for split in SPLITS:
        (folder / "images" / split).mkdir(parents=True, exist_ok=True)
        (folder / "labels" / split).mkdir(parents=True, exist_ok=True)
    for entry in entries:
        text = "".join(_yolo(label, entry) for label in entry["labels"])
        name = Path(entry["file"]).with_suffix(".txt").name
        (folder / "labels" / entry["split"] / name).write_text(text, encoding="utf-8")
    names = "".join(f"  {number}: {name}\n" for number, name in enumerate(CATEGORIES))
    (folder / "data.yaml").write_text(
        f"path: .\ntrain: images/train\nval: images/val\ntest: images/test\nnc: {len(CATEGORIES)}\nnames:\n{names}",
        encoding="utf-8",
    )


def _coco(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, entry in enumerate(entries, 1):
        images.append(
            {
                "id": number,
                "file_name": entry["file"],
                "width": entry["width"],
                "height": entry["height"],
                "source": entry["source"],
                "vehicle": entry["vehicle"],
                "split": entry["split"],
            }
        )
        for label in entry["labels"]:
            annotations.append(_annotation(len(annotations) + 1, number, label))
    return {
        "info": {"description": "Regions of damage as experts left them; exported by Telekalk"},
        "categories": [
            {"id": number, "name": name, "supercategory": "damage"} for number, name in enumerate(CATEGORIES, 1)
        ],
        "images": images,
        "annotations": annotations,
    }


def _annotation(number: int, image: int, label: Mapping[str, Any]) -> dict[str, Any]:
    x, y, width, height = label["box"]
    outline = label["polygon"]
    return {
        "id": number,
        "image_id": image,
        "category_id": CATEGORIES.index(label["category"]) + 1,
        "bbox": [x, y, width, height],
        "area": round(area_of(outline), 2) if outline else round(width * height, 2),
        "segmentation": [[edge for point in outline for edge in point]] if outline else [],
        "polygon": bool(outline),
        "iscrowd": 0,
        # Where readers of other sets look for them.
        "part": label["part"],
        "severity": label["severity"],
        "original_label": (label["original"] or {}).get("category"),
        "attributes": {
            name: label[name]
            for name in (
                "region", "part", "side", "severity", "score", "model", "decision", "by_role", "by", "contested",
                "original", "hidden", "mostly_hidden",
            )
        },
    }  # fmt: skip


def _yolo(label: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    x, y, width, height = label["box"]
    across, down = entry["width"], entry["height"]
    edges = ((x + width / 2) / across, (y + height / 2) / down, width / across, height / down)
    return f"{CATEGORIES.index(label['category'])} {' '.join(f'{edge:.6f}' for edge in edges)}\n"


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write ``manifest.json`` and ``README.md``.

    Raises:
        OSError: the folder cannot be written.
    """
    (folder / "manifest.json").write_text(_pretty(manifest), encoding="utf-8")
    (folder / "README.md").write_text(_readme(manifest), encoding="utf-8")


def _readme(manifest: Mapping[str, Any]) -> str:
    counts, options = manifest["counts"], manifest["options"]
    rows = "".join(
        f"| {split} | {counts['photos'][split]} | {counts['vehicles'][split]} | {counts['negatives'][split]} | "
        f"{sum(counts['labels'][split].values())} |\n"
        for split in SPLITS
    )
    classes = "".join(
        f"| {name} | {' | '.join(str(counts['labels'][split][name]) for split in SPLITS)} |\n" for name in CATEGORIES
    )
    size = "their full size" if options["full"] else f"at most {LONGEST} pixels along the longer side"
    implicit = (
        "Photos of cases that an offer closed are among them although regions were left open (`source: implicit`); those regions lie on "
        "parts that the sent calculation names, carry `decision: implicit`, and nobody confirmed them."
        if options["implicit"]
        else "Every region on every photo was decided by a person."
    )
    return f"""# {manifest["name"]}: regions of damage, as experts left them

Format {options["format"]}; SHA-256 of the manifest's photos `{manifest["manifest_sha256"]}`.

| side | photos | vehicles | photos without damage | labels |
|---|---|---|---|---|
{rows}
| class | {" | ".join(SPLITS)} |
|---|{"---|" * len(SPLITS)}
{classes}
- Pictures: upright JPEG of quality {JPEG_QUALITY} without metadata, {size}; boxes and outlines are in their pixels.
- {implicit}
- A photo without labels is one whose every region was rejected: no damage.
- Sides: all photos of a vehicle (same VIN, plate, case, or nearly the same picture) stand on one side, now and in later exports.
- Number plates and faces are hidden. That is done by programs and is not perfect: look at samples before you pass pictures on.
  Labels of which more than 30 % is hidden are marked `mostly_hidden` ({counts["labels_mostly_hidden"]} of them).
- `manifest.json` has each photo with its labels as they were given and counted, what stayed out and why, and vehicles that changed sides.
"""
