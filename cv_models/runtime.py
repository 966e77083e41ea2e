"""The one door to ONNX models: files named in the registry, checked by hash, loaded once per process.

onnxruntime degrades badly when several sessions share cores, hence at most two threads per session, a session per
model and number of threads, and no spinning threads that burn a core while they wait.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import onnxruntime as ort

from cv_models.errors import ModelFileError

MODEL_FOLDER = Path(__file__).parent / "models"
MAX_THREADS = 2

_sessions: dict[tuple[Path, str, int], ort.InferenceSession] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One line of the registry.

    Attributes:
        name: what callers ask for, such as `damage`.
        version: version of the weights; findings carry it.
        file: file name beside the registry.
        sha256: hash of the file in lower-case hexadecimal digits.
        licence: licence of the weights.
        card: path of the model card in the repository.
        settings: what belongs to these weights and is not in the graph (input size, labels, thresholds).

    """

    name: str
    version: str
    file: str
    sha256: str
    licence: str
    card: str
    settings: dict[str, Any]

    @property
    def label(self) -> str:
        """Name and version as stored with each finding."""
        return f"{self.name}-{self.version}"


def registry(folder: Path = MODEL_FOLDER) -> dict[str, ModelEntry]:
    """Read `registry.json` of `folder`.

    Raises:
        ModelFileError: TK-MODEL-002 when the registry is missing or malformed.

    """
    try:
        raw = json.loads((folder / "registry.json").read_text(encoding="utf-8"))
        entries = [
            ModelEntry(
                name=item["name"],
                version=item["version"],
                file=item["file"],
                sha256=item["sha256"],
                licence=item["licence"],
                card=item["card"],
                settings=dict(item.get("settings", {})),
            )
            for item in raw["models"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelFileError(
            "TK-MODEL-002",
            "Das Modellverzeichnis ist nicht lesbar.",
            f"the model registry cannot be read ({type(error).__name__})",
        ) from error
    return {entry.name: entry for entry in entries}


def model_entry(name: str, folder: Path = MODEL_FOLDER) -> ModelEntry:
    """Return the registry entry called `name`.

    Raises:
        ModelFileError: TK-MODEL-002 or TK-MODEL-003 (unknown name).

    """
    entries = registry(folder)
    if name not in entries:
        raise ModelFileError(
            "TK-MODEL-003", f"Es ist kein Modell „{name}“ eingetragen.", f"no model named {name!r} is registered"
        )
    return entries[name]


def _checked_bytes(entry: ModelEntry, folder: Path) -> bytes:
    path = folder / entry.file
    if path.parent != folder:
        raise ModelFileError(
            "TK-MODEL-002", "Das Modellverzeichnis ist nicht lesbar.", "a registered file lies outside the folder"
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelFileError(
            "TK-MODEL-001",
            f"Die Modelldatei {entry.file} fehlt oder ist nicht lesbar.",
            f"the model file {entry.file} is missing or unreadable",
        ) from error
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        raise ModelFileError(
            "TK-MODEL-001",
            f"Die Modelldatei {entry.file} wurde verändert (Prüfsumme stimmt nicht) und wird nicht geladen.",
            f"the model file {entry.file} was changed (its SHA-256 does not match) and is refused",
        )
    return content


def model_path(name: str, folder: Path = MODEL_FOLDER) -> Path:
    """Return the path of the model called `name` after its hash was checked.

    Raises:
        ModelFileError: TK-MODEL-001 missing or changed, -002 registry, -003 unknown name.

    """
    entry = model_entry(name, folder)
    _checked_bytes(entry, folder)
    return folder / entry.file


def session(model_name: str, threads: int = 2, *, folder: Path = MODEL_FOLDER) -> ort.InferenceSession:
    """Return this process's session of a registered model; the first call checks the file's hash and loads it.

    Args:
        model_name: name in the registry.
        threads: threads inside one operator, capped at two.
        folder: folder of registry and files; another one is for tests and for comparing models.

    Raises:
        ModelFileError: TK-MODEL-001 to -003 as in `model_path`, -004 when onnxruntime cannot load the file.

    """
    threads = max(1, min(MAX_THREADS, threads))
    key = (folder, model_name, threads)
    with _lock:
        known = _sessions.get(key)
        if known is not None:
            return known
        entry = model_entry(model_name, folder)
        # The checked bytes themselves are loaded, so that no exchange of the file between check and load can slip in.
        content = _checked_bytes(entry, folder)
        made = _load(content, threads, entry.file)
        _sessions[key] = made
        return made


def _load(content: bytes, threads: int, file: str) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    try:
        return ort.InferenceSession(content, sess_options=options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own unrelated classes for every kind of bad file
        raise ModelFileError(
            "TK-MODEL-004",
            f"Die Modelldatei {file} lässt sich nicht laden.",
            f"the model file {file} cannot be loaded by onnxruntime",
        ) from error


def release_memory() -> None:
    """Give memory that is free in this process back to the system, where the C library can (glibc); about 10 ms.

    Readings take tens of megabytes for milliseconds in several threads; left alone the allocator keeps them all for later.
    """
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


@lru_cache(maxsize=1)
def _malloc_trim() -> Callable[[int], int] | None:
    try:
        return cast("Callable[[int], int]", ctypes.CDLL(None).malloc_trim)
    except (OSError, AttributeError, TypeError):
        return None  # another C library: it keeps its own house
