"""Try a model in a process of its own: a network from outside may crash, hang or eat memory, and must not do so in ours.

``python -m workbench.cases.learning.probe FOLDER`` runs it over drawn probe pictures (photo-like, grey, black, tiny,
panoramic) and prints one JSON object: what went wrong, peak memory, seconds.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIMEOUT_SECONDS = 180
#: Address space of the process; above it the network fails instead of taking the machine down.
_MOST_SPACE = 8 * 1024**3


@dataclass(frozen=True, slots=True)
class Probed:
    """What trying a model showed.

    Attributes:
        problem: why it failed, in English words of the libraries; empty when all went well.
        peak_mib: most memory of the process that ran it.
        seconds: median seconds per picture.
        pictures: how many it looked at.
    """

    problem: str
    peak_mib: float
    seconds: float
    pictures: int


def probe(folder: Path, *, timeout: float = TIMEOUT_SECONDS) -> Probed:
    """Run the detector of ``folder`` in a process of its own."""
    import workbench

    root = str(Path(workbench.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}
    command = [sys.executable, "-m", __name__, str(folder.absolute())]
    # An empty folder to stand in: a network that names further files beside it finds none.
    with tempfile.TemporaryDirectory(prefix="telekalk-probe-") as place:
        try:
            done = subprocess.run(
                command, cwd=place, env=environment, capture_output=True, text=True, timeout=timeout, check=False
            )
        except subprocess.TimeoutExpired:
            return Probed(f"no answer within {timeout:.0f} s", 0.0, 0.0, 0)
    try:
        said = json.loads(done.stdout.strip().rpartition("\n")[2])
        return Probed(str(said["problem"]), float(said["peak_mib"]), float(said["seconds"]), int(said["pictures"]))
    except (ValueError, KeyError, TypeError):
        last = done.stderr.strip().rpartition("\n")[2][:300]
        return Probed(f"the process ended with {done.returncode}: {last}", 0.0, 0.0, 0)


def _pictures() -> Iterator[tuple[str, Any]]:
    import cv2
    import numpy as np

    random = np.random.default_rng(7)
    photo = np.empty((768, 1024, 3), np.uint8)
    photo[:] = np.linspace(40, 210, 1024, dtype=np.uint8)[None, :, None]
    for _ in range(40):
        x, y = int(random.integers(1024)), int(random.integers(768))
        colour = tuple(int(value) for value in random.integers(0, 255, 3))
        cv2.circle(photo, (x, y), int(random.integers(6, 90)), colour, thickness=-1)
    yield "photo", photo
    yield "grey", np.full((600, 800, 3), 127, np.uint8)
    yield "black", np.zeros((480, 640, 3), np.uint8)
    yield "tiny", np.full((32, 32, 3), 200, np.uint8)
    yield "panorama", np.ascontiguousarray(np.tile(photo[300:460], (1, 4, 1)))
    yield "tower", np.ascontiguousarray(np.tile(photo[:, 500:620], (5, 1, 1)))


def _fault(found: Any, image: Any, label: str) -> str:
    """What is wrong with a finding; empty when nothing is."""
    from cv_models.findings import CATEGORIES, PARTS, SEVERITIES, SIDES

    height, width = image.shape[:2]
    edges = (found.box.x, found.box.y, found.box.width, found.box.height)
    outline = [value for point in found.polygon or () for value in point]
    if not all(math.isfinite(edge) for edge in (*edges, *outline)) or not 0 <= found.score <= 1:
        return "a box, an outline or a score is no number"
    x, y, across, down = edges
    if across <= 0 or down <= 0 or x < -1 or y < -1 or x + across > width + 1 or y + down > height + 1:
        return "a box lies outside of the picture"
    if found.category not in CATEGORIES or (found.part is not None and found.part not in PARTS):
        return f"unknown class or part: {found.category}, {found.part}"
    if (found.side is not None and found.side not in SIDES) or (
        found.severity is not None and found.severity not in SEVERITIES
    ):
        return f"unknown side or severity: {found.side}, {found.severity}"
    return "" if found.model == label else f"a finding names the model {found.model}"


def _peak_mib() -> float:
    # The high-water mark of this program alone; the usual one counts memory of the parent between fork and exec.
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _try(folder: Path) -> dict[str, Any]:
    from cv_models import damage, runtime

    seconds: list[float] = []
    problem = ""
    try:
        for name in runtime.registry(folder):
            runtime.session(name, 2, folder=folder)
        label = runtime.model_entry(damage.NAME, folder).label
        for name, image in _pictures():
            started = time.perf_counter()
            found = damage.detect(image, folder=folder)
            seconds.append(time.perf_counter() - started)
            everything = damage.detect(image, folder=folder, threshold=0.0)
            fault = next(filter(None, (_fault(one, image, label) for one in (*found, *everything))), "")
            if fault:
                problem = f"{name}: {fault}"
                break
            if damage.detect(image, folder=folder) != found:
                problem = f"{name}: two looks at the same picture differ"
                break
    except Exception as error:  # whatever a network from outside does is its fault, and is told
        cause = f" ({error.__cause__})" if error.__cause__ else ""
        problem = f"{type(error).__name__}: {error}{cause}"[:600]
    ordered = sorted(seconds)
    median = ordered[len(ordered) // 2] if ordered else 0.0
    return {"problem": problem, "peak_mib": round(_peak_mib(), 1), "seconds": median, "pictures": len(seconds)}


def main() -> None:
    """Entry point of the process."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard == resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_SPACE, hard))
    print(json.dumps(_try(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
