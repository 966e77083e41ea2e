"""The other side of `worker`: `python -m cv_models.registration.evaluation.serve reader|baseline THREADS`.

A path per line on standard input, a JSON object per line on standard output.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from cv_models.registration.evaluation.entries import EvaluationError, load
from cv_models.registration.evaluation.worker import Kind


def peak_mib() -> float:
    """Highest resident memory of this process in MiB.

    Linux hands the peak of the parent on to a started process in `getrusage`; `VmHWM` begins anew.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1024 / (1024 if sys.platform == "darwin" else 1)


def _serve(kind: Kind, threads: int, answers: TextIO) -> None:
    if kind == "reader":
        from cv_models.registration import read as own

        def look(path: Path) -> dict[str, Any]:
            image = load(path)
            wall, processor = time.perf_counter(), time.process_time()
            reading = own(image, threads=threads)
            took = time.perf_counter() - wall, time.process_time() - processor
            return {"reading": reading.to_json(), "seconds": took[0], "processor_seconds": took[1]}
    else:
        from cv_models.registration import baseline

        def look(path: Path) -> dict[str, Any]:
            image = load(path)
            wall, processor = time.perf_counter(), time.process_time()
            values, _ = baseline.read(image, threads=threads)
            took = time.perf_counter() - wall, time.process_time() - processor
            fields = {code: {"value": value} for code, value in values.items()}
            return {
                "reading": {"found": bool(values), "fields": fields},
                "seconds": took[0],
                "processor_seconds": took[1],
            }

    for line in sys.stdin:
        try:
            answer = {**look(Path(json.loads(line))), "peak_mib": round(peak_mib(), 1)}
        except EvaluationError:
            answer = {"unreadable": True}
        except Exception as problem:  # what the reader raises is the result of the test, whatever it is
            answer = {"failed": f"{type(problem).__name__}: {problem}"[:300]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def main() -> None:
    """Serve until standard input ends."""
    kind: Kind = "baseline" if sys.argv[1] == "baseline" else "reader"
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # A library that prints must not spoil the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _serve(kind, int(sys.argv[2]), answers)


if __name__ == "__main__":
    main()
