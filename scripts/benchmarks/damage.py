"""damage.*: time and memory of finding damage on photos of 12 megapixels, beside one plain pass of a nano detector at 416 pixels.

Both look at the same photos one after the other, so that what else the machine does hits both; two threads. Telekalk's time is from the
decoded view (2048 pixels, as the pipeline makes it) to findings, and once more from the file to findings.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from scripts.benchmarks.photoset import make

PHOTOS = 12
ROUNDS = 3
VIEW = 2048

_PEAK = """
import resource, sys, cv2
from cv_models.damage import detect
for path in sys.argv[1:]:
    photo = cv2.imread(path, cv2.IMREAD_COLOR_RGB)
    scale = 2048 / max(photo.shape[:2])
    view = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    del photo
    detect(view)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def run() -> dict[str, float]:
    """Milliseconds are medians over all photos and rounds."""
    from cv_models.damage import NAME, detect
    from cv_models.runtime import model_path, registry, session

    network = session(NAME, 2)
    entry = network.get_inputs()[0].name
    times: dict[str, list[float]] = {"whole": [], "photo": [], "plain": [], "pass_416": [], "pass_512": []}
    with tempfile.TemporaryDirectory(prefix="telekalk-bench-") as scratch:
        _, photos = make(Path(scratch), PHOTOS)
        peak = subprocess.run(
            [sys.executable, "-c", _PEAK, *map(str, photos)], check=True, capture_output=True, text=True
        ).stdout
        for turn in range(ROUNDS + 1):
            for path in photos:
                started = time.perf_counter()
                photo = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
                scale = VIEW / max(photo.shape[:2])
                view = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
                ready = time.perf_counter()
                detect(np.asarray(view, dtype=np.uint8))
                done = time.perf_counter()
                small = np.ascontiguousarray(cv2.resize(view, (416, 416)).astype(np.float32).transpose(2, 0, 1)[None])
                network.run(None, {entry: small})
                plain = time.perf_counter()
                network.run(None, {entry: small})
                passed = time.perf_counter()
                wide = np.zeros((1, 3, 384, 512), dtype=np.float32)
                network.run(None, {entry: wide})
                last = time.perf_counter()
                if turn:  # the first round warms
                    times["whole"].append(done - started)
                    times["photo"].append(done - ready)
                    times["plain"].append(plain - done)
                    times["pass_416"].append(passed - plain)
                    times["pass_512"].append(last - passed)
    middle = {name: 1000 * statistics.median(values) for name, values in times.items()}
    files = [model_path(name) for name in (NAME, "look") if name in registry()]
    return {
        "damage.photo_ms": round(middle["photo"], 1),
        "damage.photo_p95_ms": round(1000 * float(np.percentile(times["photo"], 95)), 1),
        "damage.photo_with_decoding_ms": round(middle["whole"], 1),
        "damage.pass_ms": round(middle["pass_416"], 1),
        "damage.pass_512_ms": round(middle["pass_512"], 1),
        "damage.plain_ms": round(middle["plain"], 1),
        "damage.ratio_to_plain": round(middle["photo"] / middle["plain"], 1),
        "damage.peak_mib": round(float(peak)),
        "damage.model_mb": round(sum(path.stat().st_size for path in files) / 1e6, 1),
    }
