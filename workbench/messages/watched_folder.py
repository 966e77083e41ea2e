"""The watched folder: each sub-folder with photos that a gateway drops becomes a case.

A sub-folder is taken when its files have stopped growing. Afterwards it lies under ``done/`` or ``failed/`` with a
``report.txt`` that says what became of each file. Taking a folder in is idempotent: a process that is killed on the
way leaves it in place, and the next one comes to the same case.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workbench.access import SYSTEM
from workbench.cases.folders import import_folder
from workbench.cases.views import ImportedSet
from workbench.errors import TelekalkError
from workbench.logs import get_logger
from workbench.settings import get_settings

DONE, FAILED, REPORT = "done", "failed", "report.txt"
#: Endings that say: still being written.
_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".lock")
log = get_logger("watched_folder")

#: name -> (size, time of change) of each file of a sub-folder.
Snapshot = dict[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Taken:
    """A sub-folder that was dealt with.

    Attributes:
        folder: where it lies now.
        imported: the case and its photos; None when it failed.
    """

    folder: Path
    imported: ImportedSet | None


def snapshot(folder: Path) -> Snapshot:
    """Return size and time of change of each file; links are left out, they could lead anywhere."""
    found: Snapshot = {}
    for entry in os.scandir(folder):
        if entry.is_file(follow_symlinks=False):
            facts = entry.stat(follow_symlinks=False)
            found[entry.name] = (facts.st_size, facts.st_mtime_ns)
    return found


class WatchedFolder:
    """Looks into one folder again and again.

    Args:
        root: the folder; made when it is missing.
        settle_seconds: how long nothing may change before a sub-folder is taken.
    """

    def __init__(self, root: Path, *, settle_seconds: float = 3.0) -> None:
        self.root = root
        self.settle_seconds = settle_seconds
        self._seen: dict[str, tuple[Snapshot, float]] = {}

    def look(self) -> list[Taken]:
        """Take in every sub-folder that has settled since the last look."""
        self.root.mkdir(parents=True, exist_ok=True)
        with self._alone() as mine:
            if not mine:
                return []
            return [self._take(folder) for folder in self._settled()]

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether no other process is looking into this folder now."""
        handle = os.open(self.root / ".telekalk.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(handle)

    def _settled(self) -> list[Path]:
        now = time.monotonic()
        settled: list[Path] = []
        present: dict[str, tuple[Snapshot, float]] = {}
        for entry in sorted(os.scandir(self.root), key=lambda entry: entry.name):
            if entry.name in {DONE, FAILED} or entry.name.startswith(".") or not entry.is_dir(follow_symlinks=False):
                continue
            files = snapshot(Path(entry.path))
            known, since = self._seen.get(entry.name, ({}, now))
            if files != known:
                since = now
            present[entry.name] = (files, since)
            growing = any(name.lower().endswith(_UNFINISHED) for name in files)
            if files and files == known and not growing and now - since >= self.settle_seconds:
                settled.append(Path(entry.path))
        self._seen = present
        return settled

    def _take(self, folder: Path) -> Taken:
        try:
            imported = import_folder(SYSTEM, folder)
        except TelekalkError as error:
            if error.status >= 500:
                raise  # ours, not the folder's: it stays and is tried again
            log.warning("set_refused", code=error.code)
            return Taken(self._away(folder, FAILED, f"{error.code} {error.message_de}\n{error.message_en}\n"), None)
        log.info("set_taken", case=imported.case.id, photos=len(imported.photos), rejected=len(imported.rejected))
        return Taken(self._away(folder, DONE if imported.photos else FAILED, _report(imported)), imported)

    def _away(self, folder: Path, where: str, report: str) -> Path:
        (folder / REPORT).write_text(report, encoding="utf-8")
        target = self.root / where / folder.name
        target.parent.mkdir(exist_ok=True)
        # An earlier set of the same name keeps its place.
        number = 1
        while target.exists():
            number += 1
            target = self.root / where / f"{folder.name}-{number}"
        folder.rename(target)
        self._seen.pop(folder.name, None)
        return target


def _report(imported: ImportedSet) -> str:
    duplicates = sum(photo.duplicate for photo in imported.photos)
    lines = [
        f"Schaden / claim: {imported.case.claim_number}",
        f"Vorgang / case: {imported.case.id}",
        f"Fotos / photos: {len(imported.photos)} ({duplicates} schon vorhanden / already there)",
    ]
    for refused in imported.rejected:
        name = "".join(letter for letter in refused.filename if letter.isprintable())
        lines.append(f"{refused.code} {name}: {refused.message_de} / {refused.message_en}")
    return "\n".join(lines) + "\n"


@dataclass(slots=True)
class Watcher:
    """A running watch; ``stop()`` ends it after the folder it is working on."""

    thread: threading.Thread
    _stop: threading.Event

    def stop(self, seconds: float = 30.0) -> None:
        """End the watch."""
        self._stop.set()
        self.thread.join(seconds)


def start_watching(
    root: Path | None = None, *, every_seconds: float = 2.0, settle_seconds: float = 3.0
) -> Watcher | None:
    """Start a thread that watches; ``None`` when no folder is configured (TELEKALK_WATCHED_FOLDER)."""
    folder = root or get_settings().watched_folder
    if folder is None:
        return None
    watched = WatchedFolder(folder, settle_seconds=settle_seconds)
    stop = threading.Event()

    def run() -> None:
        while not stop.wait(every_seconds):
            try:
                watched.look()
            except TelekalkError as error:
                log.warning("watch_paused", code=error.code)
            except Exception:  # a full disk or a vanished mount must not end the watch for good
                log.exception("watch_failed")

    thread = threading.Thread(target=run, name="telekalk-watch", daemon=True)
    thread.start()
    return Watcher(thread, stop)
