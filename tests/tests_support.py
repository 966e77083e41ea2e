"""Helpers that several test files share."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
