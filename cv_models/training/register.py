"""Enter an ONNX file into the registry: `python -m cv_models.training.register NAME VERSION FILE SETTINGS.json`."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from cv_models.runtime import MODEL_FOLDER


def register(name: str, version: str, file: Path, settings: dict[str, Any], licence: str, card: str) -> None:
    """Copy `file` beside the registry and make it the active model called `name`; the former file is removed."""
    path = MODEL_FOLDER / "registry.json"
    registry = json.loads(path.read_text(encoding="utf-8"))
    target = f"{name}-{version}.onnx"
    for old in [item for item in registry["models"] if item["name"] == name]:
        registry["models"].remove(old)
        if old["file"] != target:
            (MODEL_FOLDER / old["file"]).unlink(missing_ok=True)
    shutil.copyfile(file, MODEL_FOLDER / target)
    (MODEL_FOLDER / target).chmod(0o644)
    registry["models"].append(
        {
            "name": name,
            "version": version,
            "file": target,
            "sha256": hashlib.sha256((MODEL_FOLDER / target).read_bytes()).hexdigest(),
            "licence": licence,
            "card": card,
            "settings": settings,
        }
    )
    registry["models"].sort(key=lambda item: str(item["name"]))
    path.write_text(json.dumps(registry, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Entry point of `python -m cv_models.training.register`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("version")
    parser.add_argument("file", type=Path)
    parser.add_argument("settings", type=Path)
    parser.add_argument("--licence", default="Apache-2.0")
    parser.add_argument("--card", default="docs/models/damage.md")
    arguments = parser.parse_args()
    settings = json.loads(arguments.settings.read_text(encoding="utf-8"))
    register(arguments.name, arguments.version, arguments.file, settings, arguments.licence, arguments.card)


if __name__ == "__main__":
    main()
