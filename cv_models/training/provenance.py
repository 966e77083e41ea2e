"""`run.json`: what a run was made from, so that it can be made again and believed: data, code, versions, machine."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cv_models.training.config import DataSource, Experiment
from cv_models.training.errors import writing

PACKAGES = ("torch", "onnx", "onnxruntime", "numpy", "opencv-python", "opencv-python-headless", "telekalk")

#: settings that may differ between two legs of one run: they change its pace or what is done with its end, not its weights.
FREE = (
    "threads", "device", "stop", "save_every", "validate_every", "validate_photos", "validation",
    "version", "deliver", "quantise_photos", "licences", "limits",
)  # fmt: skip


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def pictures_hash(paths: Iterable[Path]) -> tuple[int, str]:
    """Number of pictures, and one hash over their names and contents in the order of the names."""
    lines = sorted(f"{path.name} {file_hash(path)}" for path in set(paths))
    return len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()


def data_of(source: DataSource, pictures: Iterable[Path]) -> dict[str, Any]:
    """Hashes of one data source."""
    count, combined = pictures_hash(pictures)
    return {
        "coco": source.coco,
        "coco_sha256": file_hash(Path(source.coco)),
        "split": source.split,
        "split_sha256": file_hash(Path(source.split)) if source.split else None,
        "pictures": count,
        "pictures_sha256": combined,
    }


def code_version() -> dict[str, Any]:
    """The commit of the checkout that the code runs from, else the version of the installed package."""
    root = Path(__file__).resolve().parents[2]
    if (root / ".git").exists():
        try:
            commit = _git(root, "rev-parse", "HEAD")
            changed = _git(root, "status", "--porcelain", "--untracked-files=no", "--", "cv_models")
        except (OSError, subprocess.SubprocessError):
            pass  # no git on this machine: the package's version below says it
        else:
            return {"commit": commit, "changed": bool(changed)}
    return {"package": versions().get("telekalk", "unknown")}


def _git(root: Path, *words: str) -> str:
    command = ["git", "-C", str(root), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout.strip()


def versions() -> dict[str, str]:
    """Versions of what decides the numbers, and of Python."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # one of the two builds of OpenCV is enough, and a source tree is not installed
    return found


def experiment_hash(experiment: Experiment) -> str:
    """Hash of everything in an experiment that decides its weights."""
    decisive = {key: value for key, value in asdict(experiment).items() if key not in FREE}
    return hashlib.sha256(json.dumps(decisive, sort_keys=True, default=list).encode()).hexdigest()


def leg(step: int, device: str, experiment: Experiment) -> dict[str, Any]:
    """One call of the trainer: a run that was interrupted has several."""
    return {
        "from_step": step,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "device": device,
        "precision": experiment.precision,
        "threads": experiment.threads,
        "machine": platform.machine(),
        "code": code_version(),
        "versions": versions(),
    }


def read_record(out: Path) -> dict[str, Any]:
    """What stands in `run.json`; empty when there is none."""
    path = out / "run.json"
    if not path.is_file():
        return {}
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file at one stroke.

    Raises:
        TrainingError: TK-TRAIN-004.

    """
    partial = path.with_name(path.name + ".part")
    with writing(path):
        partial.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        partial.replace(path)
