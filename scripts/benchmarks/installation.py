"""A running installation of its own for a benchmark: fresh home, embedded database, and child processes that end with it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

TELEKALK = Path(sys.executable).with_name("telekalk")


class Installation:
    """A fresh home with a migrated database; `start` adds processes of the product."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.children: list[subprocess.Popen[bytes]] = []

    def start(self, *words: str, **env: str) -> subprocess.Popen[bytes]:
        """Start `telekalk WORDS` with its output in a log file under the home."""
        with (self.home / f"{words[0]}.log").open("ab") as log:
            child = subprocess.Popen(
                [str(TELEKALK), *words], env={**os.environ, **env}, stdout=log, stderr=subprocess.STDOUT
            )
        self.children.append(child)
        return child

    def stop(self) -> None:
        for child in self.children:
            child.terminate()
        for child in self.children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()


@contextlib.contextmanager
def installation() -> Iterator[Installation]:
    """A fresh installation; everything is stopped and removed at the end."""
    # not under a home directory: the embedded server of root runs as a user of its own
    home = Path(tempfile.mkdtemp(prefix="telekalk-bench-"))
    home.chmod(0o755)
    os.environ["TELEKALK_HOME"] = str(home)
    os.environ.setdefault("TELEKALK_LOG_LEVEL", "warning")
    os.environ["TELEKALK_OFFICE_HOURS"] = "always"
    from workbench.settings import get_settings
    from workbench.store import database, migrate

    get_settings.cache_clear()
    os.environ["TELEKALK_DATABASE_URL"] = database.database_url()
    get_settings.cache_clear()
    migrate.upgrade()
    place = Installation(home)
    try:
        yield place
    finally:
        place.stop()
        database.dispose()
        # the next benchmark of this run has a database of its own
        del os.environ["TELEKALK_DATABASE_URL"]
        get_settings.cache_clear()
        shutil.rmtree(home, ignore_errors=True)


class PeakMemory:
    """Samples the resident memory of a process and its children every 50 ms; `mib` is the highest sum seen."""

    def __init__(self, pid: int) -> None:
        self.mib = 0.0
        self._root = psutil.Process(pid)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done.wait(0.05):
            try:
                processes = [self._root, *self._root.children(recursive=True)]
                self.mib = max(self.mib, sum(p.memory_info().rss for p in processes) / 2**20)
            except psutil.NoSuchProcess:
                continue

    def stop(self) -> float:
        self._done.set()
        self._thread.join()
        return self.mib


def wait_for(what: str, ready, seconds: float = 300.0) -> None:
    """Poll every 50 ms until `ready()` is true.

    Raises:
        TimeoutError: naming what was waited for.
    """
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.05)
