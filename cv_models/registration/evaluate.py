"""Measures the reader: `python -m cv_models.registration.evaluate FOLDER` on sample photos with truth.

FOLDER is what `python -m cv_models.registration.samples` writes (`images/`, `truth.json`). Reported per tier: exact match of
the nine key fields that are visible, wrong and blank apart; all other fields; calibration; seconds; and the plain
whole-page reader on the same photos in the same run.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from cv_models.registration import KEY_FIELDS, baseline, read


class Tally:
    """Counts of right, wrong and blank values."""

    def __init__(self) -> None:
        self.right = self.wrong = self.blank = 0

    def add(self, truth: str, got: str | None) -> None:
        """Count one value."""
        if got is None or got == "":
            self.blank += 1
        elif got == truth:
            self.right += 1
        else:
            self.wrong += 1

    def shares(self) -> tuple[float, float, float]:
        """Percentages right, wrong, blank."""
        total = max(1, self.right + self.wrong + self.blank)
        return 100 * self.right / total, 100 * self.wrong / total, 100 * self.blank / total


def _flat(text: str | None) -> str | None:
    return "".join(text.split()) if text else text


def evaluate(
    folder: Path, *, limit: int | None = None, baseline_photos: int | None = None, threads: int = 2
) -> dict[str, Any]:
    """Read all photos of a folder and compare.

    Args:
        folder: photos and truth.
        limit: only the first so many photos.
        baseline_photos: the plain reader reads only the first so many; None for all.
        threads: onnxruntime threads.

    Returns:
        A JSON-able report: per tier the shares, seconds and the baseline's; calibration over all; peak memory in MiB.
    """
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))[:limit]
    key: dict[str, Tally] = defaultdict(Tally)
    other: dict[str, Tally] = defaultdict(Tally)
    plain: dict[str, Tally] = defaultdict(Tally)
    fields: dict[str, Tally] = defaultdict(Tally)
    seconds: dict[str, list[float]] = defaultdict(list)
    work: dict[str, list[float]] = defaultdict(list)
    plain_seconds: dict[str, list[float]] = defaultdict(list)
    plain_work: dict[str, list[float]] = defaultdict(list)
    calibration: list[tuple[float, bool]] = []
    peak = 0.0
    for entry in truth:
        image = np.ascontiguousarray(cv2.imread(str(folder / entry["file"]))[:, :, ::-1])
        tier = entry["tier"]
        cpu = time.process_time()
        reading = read(image, threads=threads)
        work[tier].append(time.process_time() - cpu)
        seconds[tier].append(reading.seconds)
        for code, value in entry["values"].items():
            if value == "-" or code == "Nr.":
                continue
            field = reading.fields.get(code)
            got = field.value if field else None
            if code in KEY_FIELDS:
                key[tier].add(value, got)
                fields[code].add(value, got)
                if got is not None and field is not None:
                    calibration.append((field.confidence, got == value))
            else:
                other[tier].add(_flat(value) or "", _flat(got))
        peak = max(peak, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    for entry in truth[:baseline_photos]:
        image = np.ascontiguousarray(cv2.imread(str(folder / entry["file"]))[:, :, ::-1])
        cpu = time.process_time()
        values, took = baseline.read(image, threads=threads)
        plain_work[entry["tier"]].append(time.process_time() - cpu)
        plain_seconds[entry["tier"]].append(took)
        for code in KEY_FIELDS:
            if code in entry["values"]:
                plain[entry["tier"]].add(entry["values"][code], values.get(code))
    report: dict[str, Any] = {
        "photos": len(truth),
        "peak_mib": round(peak),
        "tiers": {},
        "fields": {},
        "calibration": [],
    }
    for tier in sorted(seconds):
        report["tiers"][tier] = {
            "photos": len(seconds[tier]),
            "key": [round(v, 1) for v in key[tier].shares()],
            "other": [round(v, 1) for v in other[tier].shares()],
            "median_seconds": round(float(np.median(seconds[tier])), 2),
            "p95_seconds": round(float(np.percentile(seconds[tier], 95)), 2),
            "median_processor_seconds": round(float(np.median(work[tier])), 2),
        }
        if plain_seconds[tier]:
            report["tiers"][tier]["baseline"] = {
                "photos": len(plain_seconds[tier]),
                "key": [round(v, 1) for v in plain[tier].shares()],
                "median_seconds": round(float(np.median(plain_seconds[tier])), 2),
                "median_processor_seconds": round(float(np.median(plain_work[tier])), 2),
            }
    report["fields"] = {code: [round(v, 1) for v in fields[code].shares()] for code in KEY_FIELDS if code in fields}
    for low, high in ((0.0, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)):
        inside = [ok for confidence, ok in calibration if low <= confidence < high]
        if inside:
            report["calibration"].append(
                {"from": low, "values": len(inside), "right": round(100 * sum(inside) / len(inside), 1)}
            )
    return report


def table(report: dict[str, Any]) -> str:
    """The report as Markdown."""
    lines = [
        (
            "| tier | photos | key fields right | wrong | blank | other fields right / wrong / blank | median s | 95 % s | processor s |"
            " plain reader: photos | right / wrong / blank | median s | processor s |"
        ),
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for tier, row in report["tiers"].items():
        right, wrong, blank = row["key"]
        plain = row.get("baseline", {})
        lines.append(
            f"| {tier} | {row['photos']} | {right} % | {wrong} % | {blank} % | {' / '.join(map(str, row['other']))} |"
            f" {row['median_seconds']} | {row['p95_seconds']} | {row['median_processor_seconds']} |"
            f" {plain.get('photos', 0)} | {' / '.join(map(str, plain.get('key', ['–'])))} | {plain.get('median_seconds', '–')} |"
            f" {plain.get('median_processor_seconds', '–')} |"
        )
    lines += ["", "| field | right | wrong | blank |", "|---|---|---|---|"]
    lines += [f"| {code} | {r} % | {w} % | {b} % |" for code, (r, w, b) in report["fields"].items()]
    lines += ["", "| confidence from | values | right |", "|---|---|---|"]
    lines += [f"| {row['from']} | {row['values']} | {row['right']} % |" for row in report["calibration"]]
    return "\n".join(lines)


def main() -> None:
    """Print the table, or JSON with `--json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--baseline", type=int, help="photos for the slow plain reader: the first N, all when left out")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    report = evaluate(args.folder, limit=args.limit, baseline_photos=args.baseline)
    print(
        json.dumps(report, indent=1)
        if args.json
        else table(report) + f"\n\nPeak memory of the reader: {report['peak_mib']} MiB"
    )


if __name__ == "__main__":
    main()
