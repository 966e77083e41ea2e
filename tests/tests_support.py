"""Helpers that several test files share."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

CHROMIUM = os.environ.get("TELEKALK_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
CHROMIUM_WORDS = ("--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update")


@cache
def browser_missing() -> str:
    """Why the browser tests cannot run here; empty when they can."""
    from playwright._impl._driver import compute_driver_executable

    if not CHROMIUM:
        return "no Chromium on this machine and no right to install one (apt-get install chromium)"
    node = str(compute_driver_executable()[0])
    try:
        tried = subprocess.run([node, "--version"], capture_output=True, text=True, check=False, timeout=30)
    except OSError as problem:
        return f"the browser driver does not start here: {problem}"
    if tried.returncode:
        return f"the browser driver does not start here: {tried.stderr.strip()[:160]}"
    return ""


@contextmanager
def open_folder() -> Iterator[Path]:
    """A throw-away folder that the embedded server's own user can reach when the tests run as root."""
    base = Path("/var/lib") if os.geteuid() == 0 else Path(tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix="telekalk-test-", dir=base))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
