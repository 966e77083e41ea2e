"""Adds PyTorch and onnx (the extra `train`) to .venv for the tests of training, where PyTorch's CPU build can be had.

Called by `scripts/test` with the Python of .venv; the demo and the product never need it. What is asked of pip first is only
which build it would take: a build that brings CUDA packages (gigabytes) is not installed, and neither is anything when pip
finds none. Then the tests that need PyTorch are listed as not run, with the reason printed here. Always exits with 0.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
STAMP = Path(sys.prefix) / ".stamp-training"
HEAVY = ("nvidia", "cuda", "triton", "rocm", "pytorch-triton")


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted: list[str] = project["project"]["optional-dependencies"]["train"]
    known = f"{sorted(wanted)}|{platform.python_version()}|{Path(sys.prefix, '.stamp').stat().st_mtime_ns}"
    stamp = hashlib.sha256(known.encode()).hexdigest()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8").strip() == stamp:
        return
    if not all(_installed(item) for item in wanted):
        torch = next(item for item in wanted if Requirement(item).name == "torch")
        reason = _why_not(torch) or _install(wanted)
        if reason:
            print(f"The tests that need PyTorch will be listed as not run: {reason}")
            return
    STAMP.write_text(stamp + "\n", encoding="utf-8")


def _installed(item: str) -> bool:
    requirement = Requirement(item)
    try:
        version = importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return requirement.specifier.contains(version, prereleases=True)


def _pip(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _why_not(torch: str) -> str:
    """Why this machine cannot have a PyTorch without CUDA; empty when it can."""
    asked = _pip(
        "install", "--retries", "1", "--timeout", "20",
        "--dry-run", "--ignore-installed", "--no-deps", "--report", "-", torch,
    )  # fmt: skip
    try:
        found = json.loads(asked.stdout)["install"][0]["metadata"]
    except (ValueError, LookupError):
        return f"pip finds no {torch} for this Python."
    if "+cpu" in found["version"]:
        return ""
    needs = [Requirement(text) for text in found.get("requires_dist", [])]
    heavy = [item.name for item in needs if item.name.startswith(HEAVY) and (not item.marker or item.marker.evaluate())]
    return f"the build that pip would take brings {heavy[0]} and more; only the CPU build is wanted." if heavy else ""


def _install(wanted: list[str]) -> str:
    """Install without moving anything that the lock file has put there; answers what went wrong."""
    names = {Requirement(item).name for item in wanted}
    kept = {
        f"{item.name}=={item.version}"
        for item in importlib.metadata.distributions()
        if item.name not in names and item.name != "telekalk"
    }
    print(f"Adding {', '.join(wanted)} for the tests of training (first time: about a minute) …", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text("\n".join(sorted(kept)) + "\n", encoding="utf-8")
        made = _pip("install", "--constraint", str(constraints), *wanted)
    if made.returncode:
        lines = [line for line in made.stderr.splitlines() if line.startswith("ERROR")] or ["pip failed"]
        return f"installing failed ({lines[-1].removeprefix('ERROR: ')[:200]})."
    tried = subprocess.run([sys.executable, "-c", "import torch, onnx"], capture_output=True, text=True, check=False)
    return f"it does not load here ({tried.stderr.strip().splitlines()[-1][:200]})." if tried.returncode else ""


if __name__ == "__main__":
    main()
