"""The other side of `process`: `python -m cv_models.evaluation.serve FOLDER THREADS`.

A path per line on standard input, a JSON object per line on standard output.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from cv_models.damage import detect
from cv_models.errors import ModelError
from cv_models.evaluation.predictions import finding_to_json, load
from cv_models.registration.evaluation.serve import peak_mib


def _look(path: Path, folder: Path, threads: int) -> dict[str, Any]:
    photo = load(path)
    started = time.perf_counter()
    found = detect(photo, threads=threads, folder=folder, threshold=0.0)
    seconds = time.perf_counter() - started
    return {"findings": [finding_to_json(item) for item in found], "seconds": seconds, "peak_mib": round(peak_mib(), 1)}


def _serve(folder: Path, threads: int, answers: TextIO) -> None:
    for line in sys.stdin:
        try:
            answer = _look(Path(json.loads(line)), folder, threads)
        except ModelError as problem:
            answer = {"refused": [problem.code, problem.message_de, problem.message_en]}
        except Exception as problem:  # what the detector raises is the result of the test, whatever it is
            answer = {"failed": f"{type(problem).__name__}: {problem}"[:300]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def main() -> None:
    """Serve until standard input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # A library that prints must not spoil the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _serve(Path(sys.argv[1]), int(sys.argv[2]), answers)


if __name__ == "__main__":
    main()
