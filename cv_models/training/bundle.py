"""A bundle: a folder with `registry.json`, the ONNX files that it names, and the model's card; what a release takes."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cv_models.runtime import MODEL_FOLDER, ModelEntry, model_path, registry
from cv_models.training.errors import writing
from cv_models.training.labels import LAYOUT
from cv_models.training.provenance import file_hash, write_json

NAME = "damage"
STANDALONE = frozenset({NAME, "role", "recogniser", "sheetmap"})
"""Models that stand for themselves; every other network of a folder belongs to its detector, and a bundle brings it."""


@dataclass(frozen=True)
class Parts:
    """What a bundle is put together from.

    Attributes:
        network: ONNX file of the detector.
        version: version of the weights.
        settings: what belongs to the weights and is not in the graph.
        card: text of the model card.
        licence: licence of the weights.
        base: folder of models whose companions are taken over.

    """

    network: Path
    version: str
    settings: Mapping[str, Any]
    card: str = ""
    licence: str = "Apache-2.0"
    base: Path = MODEL_FOLDER


def base_settings(base: Path = MODEL_FOLDER) -> dict[str, Any]:
    """Settings of the detector in `base` with the label groups and parts that training uses."""
    settings = dict(registry(base)[NAME].settings)
    settings["groups"] = [[name, list(classes)] for name, classes in LAYOUT.groups]
    settings["parts"] = list(LAYOUT.parts)
    return settings


def write_bundle(folder: Path, parts: Parts) -> Path:
    """Write the bundle; what was in the folder before of another version is taken away.

    Returns:
        The folder.

    Raises:
        TrainingError: TK-TRAIN-004.
        ModelFileError: a companion is missing or was changed.

    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.onnx"):
            old.unlink()
        target = folder / f"{NAME}-{parts.version}.onnx"
        shutil.copyfile(parts.network, target)
        entries = [
            {
                "name": NAME,
                "version": parts.version,
                "file": target.name,
                "sha256": file_hash(target),
                "licence": parts.licence,
                "card": "card.md",
                "settings": dict(parts.settings),
            },
            *_companions(parts.base, folder),
        ]
        (folder / "card.md").write_text(parts.card, encoding="utf-8")
    write_json(folder / "registry.json", {"models": entries})
    return folder


def _companions(base: Path, folder: Path) -> Sequence[dict[str, Any]]:
    found: list[ModelEntry] = [entry for name, entry in registry(base).items() if name not in STANDALONE]
    for entry in found:
        shutil.copyfile(model_path(entry.name, base), folder / entry.file)
    return [
        {
            "name": entry.name,
            "version": entry.version,
            "file": entry.file,
            "sha256": entry.sha256,
            "licence": entry.licence,
            "card": "card.md",
            "settings": entry.settings,
        }
        for entry in found
    ]
