"""A process of our own that answers line by line, so that its memory and its crashes are its own: for measuring models."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class LineProcess:
    """`python -m MODULE ARGUMENTS`, which answers each line of JSON with one. Use as a context manager."""

    def __init__(self, module: str, *arguments: str) -> None:
        # The package need not be installed: the process finds it where this one has found it.
        home = str(Path(__file__).resolve().parents[1])
        path = os.pathsep.join(p for p in (home, os.environ.get("PYTHONPATH", "")) if p)
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def ask(self, path: Path) -> dict[str, Any]:
        """What the process says of a file; `{"failed": …}` when it has died."""
        entrance, exit_ = self._process.stdin, self._process.stdout
        assert entrance is not None
        assert exit_ is not None
        try:
            entrance.write(json.dumps(str(path.resolve())) + "\n")
            entrance.flush()
            line = exit_.readline()
        except OSError:
            line = ""
        answer: dict[str, Any] = json.loads(line) if line else {"failed": f"exit {self._process.poll()}"}
        return answer
