"""The running product for a journey: desk and worker as the processes that they are, and a real Chromium."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from tests_support import CHROMIUM, CHROMIUM_WORDS, browser_missing


@dataclass(frozen=True)
class Product:
    """Addresses of the running product, and the folder that holds its logs."""

    desk: str
    logs: Path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.1)
    raise AssertionError(f"{url} does not answer:\n{log.read_text(encoding='utf-8')[-3000:]}")


@pytest.fixture
def product(database: str, tmp_path: Path) -> Iterator[Product]:
    """Desk and worker on the test's own database."""
    port = _free_port()
    env = {**os.environ, "TELEKALK_DESK_PORT": str(port), "OMP_NUM_THREADS": "2"}
    processes = []
    for name in ("desk", "worker"):
        with (tmp_path / f"{name}.log").open("wb") as log:
            processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "workbench", name], env=env, stdout=log, stderr=subprocess.STDOUT
                )
            )
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", processes[0], tmp_path / "desk.log")
        yield Product(f"http://127.0.0.1:{port}", tmp_path)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture
def page(product: Product) -> Iterator[Page]:
    """A German desktop browser; errors of the page itself fail the test."""
    if browser_missing():
        pytest.skip(browser_missing())
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_WORDS))
        context = browser.new_context(base_url=product.desk, locale="de-DE", viewport={"width": 1366, "height": 768})
        shown = context.new_page()
        shown.set_default_timeout(20_000)
        # A busy machine may starve the browser for seconds; what is expected is the same.
        expect.set_options(timeout=15_000)
        problems: list[str] = []
        shown.on("pageerror", lambda error: problems.append(str(error)))
        yield shown
        browser.close()
        assert not problems, "errors of the page"
