"""Child processes of one foreground command: started, watched, restarted, and never left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from workbench.logs import get_logger

log = get_logger(__name__)
_PR_SET_PDEATHSIG = 1
_STOP_SECONDS = 12.0


class Stopped(BaseException):
    """SIGINT or SIGTERM arrived. Like KeyboardInterrupt no ``Exception``: libraries must not wrap or swallow it."""


def stop_on_signals() -> None:
    """Turn SIGINT and SIGTERM into ``Stopped`` in the main thread, once; a second signal while stopping is ignored."""

    def handler(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Stopped

    signal.signal(signal.SIGINT, handler)
    signal.signal(signal.SIGTERM, handler)


def _die_with_parent() -> None:
    # A parent that is killed with -9 cannot tell its children; the kernel does.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One child process.

    Attributes:
        name: as in messages and the name of its log file.
        command: what is run.
        extra: additional environment.
        log_file: where its output goes; None inherits ours.
    """

    name: str
    command: Sequence[str]
    extra: Mapping[str, str] = field(default_factory=dict)
    log_file: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    started_at: float = 0.0

    def start(self) -> None:
        """Start it, in a session of its own: Ctrl-C reaches us alone, and we stop the children in order."""
        out: IO[bytes] | None = None
        if self.log_file is not None:
            self.log_file.parent.mkdir(parents=True, exist_ok=True)
            out = self.log_file.open("ab")
        try:
            self.process = subprocess.Popen(
                list(self.command),
                env={**os.environ, **self.extra},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT if out else None,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - no thread of ours holds a lock here
            )
        finally:
            if out is not None:
                out.close()
        self.started_at = time.monotonic()

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None


def stop_all(children: Sequence[Child]) -> None:
    """Ask all to stop, wait, and kill what has not gone."""
    for child in children:
        if child.alive and child.process is not None:
            child.process.terminate()
    deadline = time.monotonic() + _STOP_SECONDS
    for child in children:
        if child.process is None:
            continue
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("child_killed", child=child.name)
            child.process.kill()
            child.process.wait()


def supervise(children: Sequence[Child], *, on_restart: Callable[[Child], None]) -> None:
    """Watch the children until ``Stopped``; one that dies is started again, more slowly each time."""
    while True:
        time.sleep(0.5)
        for child in children:
            if child.alive:
                if child.restarts and time.monotonic() - child.started_at > 60:
                    child.restarts = 0
                continue
            if time.monotonic() - child.started_at < min(30.0, 0.5 * 2**child.restarts):
                continue
            child.restarts += 1
            on_restart(child)
            child.start()


def run_until_stopped(command: Sequence[str]) -> int:
    """Run one child in the foreground; returns its exit code, or 0 after a signal."""
    stop_on_signals()
    child = Child("child", command)
    try:
        child.start()
        return child.process.wait() if child.process else 1
    except Stopped:
        return 0
    finally:
        stop_all([child])
        from workbench.store import database

        database.dispose()
