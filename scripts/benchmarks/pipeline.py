"""pipeline.*: last photo received to pre-filled case, beside the obvious script on the same photos in the same run."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scripts.benchmarks import photoset
from scripts.benchmarks.installation import PeakMemory, installation, wait_for

RUNS = 3


def _obvious(document: Path, photos: list[Path]) -> dict[str, float]:
    from cv_models.runtime import model_path

    script = Path(__file__).with_name("obvious.py")
    done = subprocess.run(
        [sys.executable, str(script), str(model_path("damage")), str(document), *map(str, photos)],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def run() -> dict[str, float]:
    """Medians over three sets of different photos; the obvious script runs in between, on each of them."""
    own: list[float] = []
    obvious: list[dict[str, float]] = []
    receive: list[float] = []
    with tempfile.TemporaryDirectory() as scratch, installation() as place:
        from workbench.access import SYSTEM
        from workbench.cases import intake, work
        from workbench.cases.views import ClaimData

        worker = place.start("worker")
        memory = PeakMemory(worker.pid)

        def measure(name: str, files: list[Path]) -> float:
            case = intake.open_case(SYSTEM, ClaimData(claim_number=name, source="desk"))
            started = time.perf_counter()
            for file in files:
                intake.receive_photo(SYSTEM, case.id, file.read_bytes(), filename=file.name)
            receive.append((time.perf_counter() - started) / len(files))
            started = time.perf_counter()
            intake.complete_set(SYSTEM, case.id)
            wait_for("the pre-filled case", lambda: work.get_case(SYSTEM, case.id).draft is not None)
            return time.perf_counter() - started

        for number in range(RUNS + 1):
            document, photos = photoset.make(Path(scratch) / str(number), seed=1000 * number)
            if number == 0:  # the first set warms the worker: a worker in a real office has been up for hours
                measure("BENCH-WARM", [document, *photos[:2]])
                continue
            own.append(measure(f"BENCH-{number}", [document, *photos]))
            obvious.append(_obvious(document, photos))
        peak = memory.stop()
    set_seconds = statistics.median(own)
    script_seconds = statistics.median(o["seconds"] for o in obvious)
    return {
        "pipeline.set_seconds": round(set_seconds, 3),
        "pipeline.obvious_script_seconds": round(script_seconds, 3),
        "pipeline.ratio_to_obvious_script": round(set_seconds / script_seconds, 3),
        "pipeline.obvious_script_peak_mib": max(o["peak_mib"] for o in obvious),
        "pipeline.peak_mib": round(peak),
        "pipeline.receive_photo_ms": round(1000 * statistics.median(receive), 1),
    }
