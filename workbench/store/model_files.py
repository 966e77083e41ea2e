"""Files of model versions: kept by content beside the photos, copied into a folder of this machine where they run.

``<photo store>/models/ab/cd/<sha256>.bin`` is the content, written once; every machine reaches it as it reaches the photos.
``<home>/models/<name>-<version>-<digest>/`` is a machine's own copy of a version, complete or not there at all, and
``<home>/models/active.json`` names the copies that were active last, for commands that run without a database.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import TelekalkError
from workbench.settings import get_settings
from workbench.store import photos

_POINTER = "active.json"
#: Folder of a copy -> what its files looked like when they were last read and found right.
_seen: dict[Path, tuple[tuple[int, ...], ...]] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A version as this machine has it.

    Attributes:
        name: name of the model, such as `damage`.
        version: its version.
        folder: folder of registry and files; None when ``problem`` says why there is none.
        problem: why it cannot be used here (TK-MODEL-001).
    """

    name: str
    version: str
    folder: Path | None
    problem: TelekalkError | None = None

    @property
    def label(self) -> str:
        """Name and version as findings carry them."""
        return f"{self.name}-{self.version}"


def changed(what: str, where: str, *, remedy_de: str, remedy_en: str) -> TelekalkError:
    """TK-MODEL-001: a file of a model is not, or no longer, what was registered."""
    return TelekalkError(
        "TK-MODEL-001",
        f"Die Modelldatei {what} ({where}) fehlt oder wurde verändert und wird nicht geladen.",
        f"the model file {what} ({where}) is missing or was changed and is refused",
        status=500,
        remedy_de=remedy_de,
        remedy_en=remedy_en,
    )


def digest_of(files: Mapping[str, str]) -> str:
    """One hash over names and hashes of all files: two versions with the same one are the same model."""
    return hashlib.sha256(json.dumps(dict(files), sort_keys=True).encode()).hexdigest()


def _stored(sha256: str) -> Path:
    return photos._folder(get_settings().photos_path / "models", sha256) / f"{sha256}.bin"


def put(content: bytes) -> str:
    """Store the content; returns its SHA-256. What is stored rightly is left alone, what is damaged is replaced."""
    sha256 = hashlib.sha256(content).hexdigest()
    if not is_sound(sha256):
        photos._write(_stored(sha256), content)
    return sha256


def is_sound(sha256: str) -> bool:
    """Whether the store holds this content unharmed."""
    try:
        return hashlib.sha256(_stored(sha256).read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def read(name: str, sha256: str) -> bytes:
    """Stored content of the file called ``name``.

    Raises:
        TelekalkError: TK-MODEL-001 when it is missing or damaged.
    """
    try:
        content = _stored(sha256).read_bytes()
    except OSError:
        content = None
    if content is None or hashlib.sha256(content).hexdigest() != sha256:
        raise changed(
            name,
            "Modellspeicher",
            remedy_de="Registrieren Sie denselben Ordner noch einmal (`telekalk models register`), stellen Sie den "
            "Fotospeicher wieder her, oder gehen Sie mit `telekalk models rollback` zurück.",
            remedy_en="Register the same folder again (`telekalk models register`), restore the photo store, or go back "
            "with `telekalk models rollback`.",
        )
    return content


def states(files: Mapping[str, str]) -> dict[str, str]:
    """State of each file in the store: ok, changed or missing."""
    return {
        name: "ok" if is_sound(sha256) else "changed" if _stored(sha256).exists() else "missing"
        for name, sha256 in files.items()
    }


def _copies() -> Path:
    return get_settings().home / "models"


def copy_of(name: str, version: str, files: Mapping[str, str]) -> Path:
    """This machine's copy of a version, made when it is not there yet; safe when several processes make it at once.

    Raises:
        TelekalkError: TK-MODEL-001 when the copy or the store was changed, TK-STORE-003 when it cannot be written.
    """
    target = _copies() / f"{name}-{version}-{digest_of(files)[:12]}"
    if not target.is_dir():
        _make_copy(target, {file: read(file, sha256) for file, sha256 in files.items()})
    check_copy(target, files)
    return target


def _make_copy(target: Path, contents: Mapping[str, bytes]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}")
    temporary.mkdir()
    try:
        for name, content in contents.items():
            photos._write(temporary / name, content)
        try:
            temporary.rename(target)
        except OSError:
            # Another process was quicker; its copy is checked like ours.
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _look(folder: Path, files: Mapping[str, str]) -> tuple[tuple[int, ...], ...] | None:
    try:
        found = [(folder / name).stat() for name in sorted(files)]
    except OSError:
        return None
    return tuple((one.st_ino, one.st_size, one.st_mtime_ns) for one in found)


def check_copy(folder: Path, files: Mapping[str, str]) -> None:
    """Check a copy against the hashes; files that were not touched since the last check are not read again.

    Raises:
        TelekalkError: TK-MODEL-001 when a file is missing or was changed.
    """
    look = _look(folder, files)
    with _lock:
        if look is not None and _seen.get(folder) == look:
            return
    for name, sha256 in files.items():
        try:
            right = hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256
        except OSError:
            right = False
        if not right:
            raise changed(
                name,
                str(folder),
                remedy_de=f"Löschen Sie den Ordner {folder}; beim nächsten Vorgang wird er aus dem Modellspeicher neu angelegt.",
                remedy_en=f"Delete the folder {folder}; the next case makes it again from the model store.",
            )
    if look is not None:
        with _lock:
            _seen[folder] = look


def remember(name: str, version: str | None, files: Mapping[str, str] | None, folder: Path | None) -> None:
    """Note which copy is the active one of this home; without a folder it is the model shipped with the product."""
    entry = (
        None
        if folder is None or files is None
        else {"version": version, "folder": folder.name, "files": dict(sorted(files.items()))}
    )
    known = _pointer() or {}
    if known.get(name) == entry:
        return
    kept = {key: value for key, value in {**known, name: entry}.items() if value is not None}
    text = json.dumps(kept, indent=1, sort_keys=True).encode()
    photos._write(_copies() / _POINTER, text)


def _pointer() -> dict[str, Any] | None:
    """What is noted; empty when nothing is, None when it cannot be read."""
    try:
        found = json.loads((_copies() / _POINTER).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def active_of_home(name: str) -> LocalModel | None:
    """The version that was active last in this home; None when it is the one shipped with the product."""
    known = _pointer()
    entry = known.get(name) if known is not None else {}
    if entry is None:
        return None
    try:
        version, files = str(entry["version"]), {str(key): str(value) for key, value in entry["files"].items()}
        folder = _copies() / os.path.basename(str(entry["folder"]))  # noqa: PTH119 - only the last part counts
    except (AttributeError, KeyError, TypeError):
        path = _copies() / _POINTER
        problem = changed(
            _POINTER,
            str(path),
            remedy_de=f"Löschen Sie {path}; der nächste Vorgang schreibt die Datei neu.",
            remedy_en=f"Delete {path}; the next case writes it again.",
        )
        return LocalModel(name, "?", None, problem)
    try:
        check_copy(folder, files)
    except TelekalkError as problem:
        return LocalModel(name, version, None, problem)
    return LocalModel(name, version, folder)
