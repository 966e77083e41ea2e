"""A reader in a process of its own, so that its memory and its processor time are its own: no drawing, no other reader."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cv_models.line_process import LineProcess
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


class Worker(LineProcess):
    """A reader's process. Use as a context manager; `read` answers for one photo."""

    def __init__(self, kind: Kind, threads: int) -> None:
        self.kind = kind
        super().__init__("cv_models.registration.evaluation.serve", kind, str(threads))

    def read(self, path: Path) -> Answer:
        """Read one photo.

        Raises:
            EvaluationError: TK-EVAL-003 the photo is unreadable, TK-EVAL-004 the reader failed.
        """
        data = self.ask(path)
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
