"""registration.*: seconds and memory of reading the registration document, beside the plain whole-page reader on the same photos.

Sample photos of 12 megapixels, the three tiers in turn; either reader in a process of its own with two threads, warmed by the
first photo; on each photo one after the other, so that what else the machine does hits both.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

import numpy as np

PHOTOS = 18
BASELINE_PHOTOS = 12
FIRST = 1800
SIZE = 4032


def run() -> dict[str, float]:
    """Seconds are from decoded pixels to values; accuracy is the matter of `telekalk models evaluate registration`."""
    from cv_models.registration.evaluation import drawn, measure

    with tempfile.TemporaryDirectory(prefix="telekalk-bench-") as scratch:
        measured = measure(
            drawn(Path(scratch), first=FIRST, count=PHOTOS, size=SIZE), baseline_photos=BASELINE_PHOTOS, threads=2
        )
    own, plain = measured.reader, measured.baseline
    same = {photo.file for photo in plain.photos}
    wall = [photo.seconds for photo in own.photos]
    plain_wall = [photo.seconds for photo in plain.photos]
    both = statistics.median(photo.seconds for photo in own.photos if photo.file in same)
    return {
        "registration.median_seconds": round(statistics.median(wall), 3),
        "registration.p95_seconds": round(float(np.percentile(wall, 95)), 3),
        "registration.peak_mib": round(own.peak_mib),
        "registration.median_processor_seconds": round(statistics.median(p.processor_seconds for p in own.photos), 3),
        **{
            f"registration.{tier}_median_seconds": round(statistics.median(p.seconds for p in photos), 3)
            for tier, photos in own.tiers().items()
        },
        "registration.baseline_median_seconds": round(statistics.median(plain_wall), 3),
        "registration.baseline_p95_seconds": round(float(np.percentile(plain_wall, 95)), 3),
        "registration.baseline_peak_mib": round(plain.peak_mib),
        "registration.ratio_to_baseline": round(both / statistics.median(plain_wall), 3),
    }
