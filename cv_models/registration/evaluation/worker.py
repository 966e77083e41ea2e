"""A reader in a process of its own, so that its memory and its processor time are its own: no drawing, no other reader."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from cv_models.registration.evaluation.entries import EvaluationError, load

Kind = Literal["reader", "baseline"]


@dataclass(frozen=True)
class Answer:
    """What a reader made of one photo.

    Attributes:
        reading: as `RegistrationReading.to_json`; of the baseline: `fields` with values alone.
        seconds: wall time from decoded pixels to values.
        processor_seconds: of all threads together.
        peak_mib: highest resident memory of the process so far.
    """

    reading: dict[str, Any]
    seconds: float
    processor_seconds: float
    peak_mib: float


class Worker:
    """A reader's process. Use as a context manager; `read` answers for one photo."""

    def __init__(self, kind: Kind, threads: int) -> None:
        self.kind = kind
        # The package need not be installed: the process finds it where this one has found it.
        home = str(Path(__file__).resolve().parents[3])
        path = os.pathsep.join(p for p in (home, os.environ.get("PYTHONPATH", "")) if p)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cv_models.registration.evaluation.serve", kind, str(threads)],
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

    def read(self, path: Path) -> Answer:
        """Read one photo.

        Raises:
            EvaluationError: TK-EVAL-003 the photo is unreadable, TK-EVAL-004 the reader failed.
        """
        entrance, exit_ = self._process.stdin, self._process.stdout
        assert entrance is not None
        assert exit_ is not None
        try:
            entrance.write(json.dumps(str(path.resolve())) + "\n")
            entrance.flush()
            line = exit_.readline()
        except OSError:
            line = ""
        if not line:
            raise _died(self.kind, f"exit {self._process.poll()}")
        data = json.loads(line)
        if data.get("unreadable"):
            load(path)  # raises with the photo's name
        if "failed" in data:
            raise _died(self.kind, data["failed"])
        return Answer(data["reading"], data["seconds"], data["processor_seconds"], data["peak_mib"])


def _died(kind: str, what: str) -> EvaluationError:
    return EvaluationError(
        "TK-EVAL-004",
        f"Der Leser „{kind}“ ist ausgefallen ({what}).",
        f"the reader {kind!r} has failed ({what})",
        status=500,
    )
