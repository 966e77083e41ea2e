"""The one door to ONNX models: files named in a registry, checked by hash, loaded once per process.

onnxruntime degrades badly when several sessions share cores, hence at most two threads per session, a session per
content and number of threads, and no spinning threads that burn a core while they wait.

Which folder serves a name is said by `use`; until then it is the one shipped with the product. Whoever names a folder
(to compare two versions, to finish a case with the model it was begun with) gets exactly that one.
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
#: Contents of one name that stay loaded: the active one, one beside it, and one with which a running case ends.
KEPT_CONTENTS = 3

#: What tells that a file is the one that was checked, without reading it again: device, inode, size, time of change.
_Sign = tuple[int, int, int, int]

_lock = threading.RLock()
#: (SHA-256, threads) -> session and the name for which it was last asked; the one that was asked for last stands last.
_sessions: dict[tuple[str, int], tuple[str, ort.InferenceSession]] = {}
#: file -> the hash it was found to have, and its sign at that moment.
_checked: dict[Path, tuple[str, _Sign]] = {}
_active: dict[str, Path] = {}


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


def use(name: str, folder: Path | None) -> None:
    """Let `folder` serve the models called `name` in this process from the next call on; None is the shipped folder.

    Loaded networks of the folder that served it before are dropped, unless the new one has the same content.
    """
    with _lock:
        before = folder_of(name)
        if folder is None:
            _active.pop(name, None)
        else:
            _active[name] = folder
        after = folder_of(name)
        if after != before:
            _drop(_contents(before) - _contents(after) - _contents(MODEL_FOLDER))


def folder_of(name: str) -> Path:
    """The folder that serves the models called `name` in this process."""
    with _lock:
        return _active.get(name, MODEL_FOLDER)


def loaded() -> tuple[str, ...]:
    """Hashes of the contents that are loaded in this process, the one used last at the end."""
    with _lock:
        return tuple(dict.fromkeys(sha256 for sha256, _threads in _sessions))


def _contents(folder: Path) -> set[str]:
    try:
        return {entry.sha256 for entry in registry(folder).values()}
    except ModelFileError:
        return set()


def _drop(contents: set[str]) -> None:
    for key in [key for key in _sessions if key[0] in contents]:
        del _sessions[key]


def model_entry(name: str, folder: Path | None = None) -> ModelEntry:
    """Return the registry entry called `name`, of `folder` or of the folder that serves the name.

    Raises:
        ModelFileError: TK-MODEL-002 or TK-MODEL-003 (unknown name).

    """
    entries = registry(folder or folder_of(name))
    if name not in entries:
        raise ModelFileError(
            "TK-MODEL-003", f"Es ist kein Modell „{name}“ eingetragen.", f"no model named {name!r} is registered"
        )
    return entries[name]


def _path_of(entry: ModelEntry, folder: Path) -> Path:
    path = folder / entry.file
    if path.parent != folder or path.name in {"", ".", ".."}:
        raise ModelFileError(
            "TK-MODEL-002", "Das Modellverzeichnis ist nicht lesbar.", "a registered file lies outside the folder"
        )
    return path


def _sign(path: Path) -> _Sign | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _is_checked(entry: ModelEntry, path: Path) -> bool:
    """Whether the file is still the one that was read and found right."""
    known = _checked.get(path)
    return known is not None and known[0] == entry.sha256 and known[1] == _sign(path)


def _checked_bytes(entry: ModelEntry, path: Path) -> bytes:
    sign = _sign(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelFileError(
            "TK-MODEL-001",
            f"Die Modelldatei {entry.file} fehlt oder ist nicht lesbar.",
            f"the model file {entry.file} is missing or unreadable",
        ) from error
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        _checked.pop(path, None)
        raise ModelFileError(
            "TK-MODEL-001",
            f"Die Modelldatei {entry.file} wurde verändert (Prüfsumme stimmt nicht) und wird nicht geladen.",
            f"the model file {entry.file} was changed (its SHA-256 does not match) and is refused",
        )
    if sign is not None and sign == _sign(path):
        _checked[path] = (entry.sha256, sign)
    return content


def model_path(name: str, folder: Path | None = None) -> Path:
    """Return the path of the model called `name` after its hash was checked.

    Raises:
        ModelFileError: TK-MODEL-001 missing or changed, -002 registry, -003 unknown name.

    """
    place = folder or folder_of(name)
    entry = model_entry(name, place)
    path = _path_of(entry, place)
    _checked_bytes(entry, path)
    return path


def check(name: str, folder: Path | None = None) -> None:
    """Check the file of a model; one that was not touched since it was last found right is not read again.

    Raises:
        ModelFileError: TK-MODEL-001 missing or changed, -002 registry, -003 unknown name.

    """
    with _lock:
        place = folder or folder_of(name)
        entry = model_entry(name, place)
        path = _path_of(entry, place)
        if not _is_checked(entry, path):
            _checked_bytes(entry, path)


def session(model_name: str, threads: int = 2, *, folder: Path | None = None) -> ort.InferenceSession:
    """Return this process's session of a registered model; the first call checks the file's hash and loads it.

    A file that has been touched since is checked again, so that a changed one is refused even while it is loaded.

    Args:
        model_name: name in the registry.
        threads: threads inside one operator, capped at two.
        folder: folder of registry and files; None is the one that serves the name.

    Raises:
        ModelFileError: TK-MODEL-001 to -003 as in `model_path`, -004 when onnxruntime cannot load the file.

    """
    threads = max(1, min(MAX_THREADS, threads))
    with _lock:
        place = folder or folder_of(model_name)
        entry = model_entry(model_name, place)
        path = _path_of(entry, place)
        key = (entry.sha256, threads)
        known = _sessions.pop(key, None)
        # The checked bytes themselves are loaded, so that no exchange of the file between check and load can slip in.
        content = None if known and _is_checked(entry, path) else _checked_bytes(entry, path)
        made = known[1] if known else _load(content or b"", threads, entry.file)
        _sessions[key] = (model_name, made)
        _make_room(model_name)
        return made


def _make_room(name: str) -> None:
    contents = list(dict.fromkeys(key[0] for key, (of, _session) in reversed(_sessions.items()) if of == name))
    _drop(set(contents[KEPT_CONTENTS:]))


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
