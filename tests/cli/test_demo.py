"""The one foreground command: starts everything, says where, stops everything, leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from tests_support import open_folder


def free_port() -> int:
    """A port that is free together with the next one."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


def start(home: Path, port: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "workbench", "demo", "--empty", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "TELEKALK_HOME": str(home)},
    )


def wait_until_announced(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ende mit Strg-C" in line:
            return said
    raise AssertionError(said)


def of_this_home(home: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and (
                process.environ().get("TELEKALK_HOME") == str(home) or str(home) in " ".join(process.cmdline())
            ):
                found.append(process)
        except psutil.Error:
            continue
    return [process for process in found if process.pid != os.getpid()]


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_starts_announces_serves_and_stops_cleanly(home: Path, number: signal.Signals) -> None:
    port = free_port()
    process = start(home, port)
    try:
        said = wait_until_announced(process)
        assert f"http://127.0.0.1:{port}" in said
        assert f"http://127.0.0.1:{port + 1}" in said
        assert "anna-demo" in said
        for address in (port, port + 1):
            with urllib.request.urlopen(f"http://127.0.0.1:{address}/", timeout=10) as answer:
                assert answer.status == 200
        assert len(of_this_home(home)) > 4
    finally:
        process.send_signal(number)
        assert process.wait(40) == 0
    assert of_this_home(home) == []


def test_a_second_one_on_the_same_data_is_refused_and_a_killed_one_leaves_nothing_that_hinders(home: Path) -> None:
    port = free_port()
    process = start(home, port)
    wait_until_announced(process)
    other = subprocess.run(
        [sys.executable, "-m", "workbench", "demo", "--port", str(free_port())],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TELEKALK_HOME": str(home)},
    )
    assert other.returncode == 2
    assert "TK-DEMO-002" in other.stderr
    process.kill()
    process.wait()
    # Only the database server outlives its parent; the next start takes it over and stops it.
    wait_for(lambda: all("postgres" in found.name() for found in of_this_home(home)), 30)
    again = start(home, port)
    wait_until_announced(again)
    again.send_signal(signal.SIGINT)
    assert again.wait(40) == 0
    assert of_this_home(home) == []
