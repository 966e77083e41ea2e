"""Compares the two line recognisers on the same crops: `python -m cv_models.registration.evaluate_lines`.

`… crops FOLDER` takes crops that `samples.shards` wrote; `… photos FOLDER` cuts the cells out of sample photos
(`python -m cv_models.registration.samples`) with the reader's own grid, or with `--true-grid` where they truly stand.
Reported for both: crops read without a fault (spaces do not count), character errors, right / wrong / blank at equal
confidence thresholds, per field, milliseconds per crop on one thread. `… reading FOLDER` reads whole photos on their true
grids, so that errors of finding the form and of reading it can be told apart.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from cv_models.registration import lines, ocr, reader
from cv_models.registration.cells import runs
from cv_models.registration.layout import CELL, KEY_FIELDS
from cv_models.registration.locate import Located, locate
from cv_models.registration.ocr import Pixels, Scores
from cv_models.registration.reading import FieldReading
from cv_models.registration.samples.shards import read_shard
from cv_models.registration.strips import strip, window
from cv_models.registration.true_grid import boxes_on, grid_of_lattice

THRESHOLDS: Final = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95)
_ALLOWED: Final = lines.CHARSET


@dataclass(frozen=True)
class Example:
    """One value to read: its crop for either recogniser, what is printed, and where it is from (tier or face, field)."""

    wide: Pixels
    small: Pixels
    text: str
    group: str
    code: str


@dataclass
class Result:
    """What one recogniser made of the examples, in their order, and the milliseconds per crop."""

    texts: list[str] = field(default_factory=list)
    weakest: list[float] = field(default_factory=list)
    milliseconds: float = 0.0


def _bare(text: str) -> str:
    return "".join(text.split())


def _distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


def from_shards(folder: Path) -> list[Example]:
    """Examples from files of crops; the shipped recogniser gets them enlarged to its own height."""
    out = []
    for path in sorted(folder.glob("*.npz")):
        shard = read_shard(path)
        for index, text in enumerate(shard.texts):
            crop = shard.crop(index)
            width = max(16, round(crop.shape[1] * ocr.LINE_HEIGHT / crop.shape[0]))
            wide = cv2.resize(crop, (width, ocr.LINE_HEIGHT), interpolation=cv2.INTER_CUBIC)
            out.append(Example(np.asarray(wide, np.uint8), np.ascontiguousarray(crop), text, "crops", ""))
    return out


def located_in(entry: dict[str, Any], photo: Pixels, *, true_grid: bool, threads: int) -> Located:
    """Where the form stands in a sample photo: as found, or as it truly is.

    Args:
        entry: one of `truth.json`; for the true grid it needs `lattice` (see `true_grid.lattice`) and `boxes`.
        photo: the photo as `reader.prepare` gives it, not reduced.
        true_grid: take the true grid instead of looking for it.
        threads: onnxruntime threads.

    Raises:
        KeyError: no lattice is known for the photo.
    """
    if not true_grid:
        return locate(photo, threads=threads)
    boxes = {code: np.array(corners, np.float64) for code, corners in entry["boxes"].items()}
    grid = grid_of_lattice(np.array(entry["lattice"], np.float64), boxes)
    return Located(grid, tuple(boxes_on(photo, grid, threads=threads)), None, 1.0)


def from_photos(
    folder: Path, *, limit: int | None = None, true_grid: bool = False, threads: int = 1
) -> tuple[list[Example], int]:
    """Examples cut from sample photos by the reader's grid or the true one, and the number of photos without a found form.

    Values that stand in one line only; each crop is the one that the reader itself cuts.
    """
    out, lost = [], 0
    for entry, photo in _photos(folder, limit):
        found = located_in(entry, photo, true_grid=true_grid, threads=threads)
        if found.grid is None:
            lost += 1
            continue
        known = runs(found.boxes)
        for code, text in entry["printed"].items():
            run = known.get((code, 0))
            if run is None or CELL[code].lines > 1 or "\n" in text:
                continue
            panel = CELL[code].panel
            wide = strip(photo, found.grid, panel, window(run, "shipped", 0), height=ocr.LINE_HEIGHT)
            small = strip(photo, found.grid, panel, window(run, "own", 0), height=lines.HEIGHT)
            if wide is not None and small is not None:
                out.append(Example(wide, small, text, entry["tier"], code))
    return out, lost


def _photos(folder: Path, limit: int | None) -> Iterator[tuple[dict[str, Any], Pixels]]:
    for entry in json.loads((folder / "truth.json").read_text(encoding="utf-8"))[:limit]:
        image = np.ascontiguousarray(np.asarray(cv2.imread(str(folder / entry["file"])))[:, :, ::-1])
        yield entry, reader.prepare(image)[0]


def whole_reading(folder: Path, *, limit: int | None = None, threads: int = 1) -> dict[str, Any]:
    """The whole reading on true grids: what is lost by reading alone, however well the form is found.

    Returns:
        Per tier: right, wrong, blank of the key fields and of the others (a dash that is left blank is right), and the
        processor seconds of reading.
    """
    tally: dict[str, dict[str, Any]] = {}
    for entry, photo in _photos(folder, limit):
        found = located_in(entry, photo, true_grid=True, threads=threads)
        started = time.process_time()
        fields = reader.read_located(photo, found, threads=threads).fields
        row = tally.setdefault(entry["tier"], {"photos": 0, "key": [0, 0, 0], "other": [0, 0, 0], "seconds": 0.0})
        row["seconds"] += time.process_time() - started
        row["photos"] += 1
        for code, value in entry["values"].items():
            row["key" if code in KEY_FIELDS else "other"][_outcome(code, value, fields.get(code))] += 1
    return tally


def _outcome(code: str, value: str, read: FieldReading | None) -> int:
    """0 right, 1 wrong, 2 blank; of the type key the first three characters count."""
    got = read.value if read else None
    if got is None:
        return 0 if value.strip() == "-" else 2
    return int(got[:3] != value[:3]) if code == "2.2" else int(got != value)


def shipped(examples: list[Example]) -> Result:
    """The recogniser that comes with the text detector, its answers limited to the characters that the form prints."""
    return _run([e.wide for e in examples], lambda crops: ocr.recognise(crops, threads=1, batch=16))


def own(examples: list[Example]) -> Result:
    """The recogniser trained for this form."""
    return _run([e.small for e in examples], lambda crops: lines.read_crops(crops, threads=1))


def _run(crops: list[Pixels], read: Any) -> Result:
    result = Result()
    read(crops[:2])
    started = time.process_time()
    scores: list[Scores] = []
    for at in range(0, len(crops), 64):
        scores += read(crops[at : at + 64])
    result.milliseconds = 1000 * (time.process_time() - started) / max(1, len(crops))
    for one in scores:
        chars = [c for c in one.characters(_ALLOWED) if c[0] != " "]
        result.texts.append("".join(c for c, _, _ in chars))
        result.weakest.append(min((p for _, p, _ in chars), default=0.0))
    return result


def compare(examples: list[Example], results: dict[str, Result]) -> dict[str, Any]:
    """A JSON-able report: per group, per field and per threshold the shares of each recogniser."""
    report: dict[str, Any] = {"groups": {}, "fields": {}, "thresholds": {}, "milliseconds": {}}
    for name, result in results.items():
        report["milliseconds"][name] = round(result.milliseconds, 2)
        exact: dict[str, list[bool]] = defaultdict(list)
        fields: dict[str, list[bool]] = defaultdict(list)
        faults: dict[str, int] = defaultdict(int)
        chars: dict[str, int] = defaultdict(int)
        for example, text in zip(examples, result.texts, strict=True):
            truth = _bare(example.text)
            exact[example.group].append(text == truth)
            faults[example.group] += _distance(text, truth)
            chars[example.group] += len(truth)
            if example.code:
                fields[example.code].append(text == truth)
        for group, hits in exact.items():
            report["groups"].setdefault(group, {})[name] = {
                "crops": len(hits),
                "exact": round(100 * sum(hits) / len(hits), 1),
                "cer": round(100 * faults[group] / max(1, chars[group]), 2),
            }
        for code, hits in fields.items():
            row = report["fields"].setdefault(code, {"crops": len(hits)})
            row[name] = round(100 * sum(hits) / len(hits), 1)
        rows = []
        total = len(examples)
        for threshold in THRESHOLDS:
            kept = [
                text == _bare(e.text)
                for e, text, weakest in zip(examples, result.texts, result.weakest, strict=True)
                if text and weakest >= threshold
            ]
            right = sum(kept)
            rows.append([round(100 * v / max(1, total), 1) for v in (right, len(kept) - right, total - len(kept))])
        report["thresholds"][name] = rows
    return report


def table(report: dict[str, Any]) -> str:
    """The report as Markdown."""
    names = list(report["milliseconds"])
    out = ["| crops of | number | " + " | ".join(f"{n}: exact | {n}: character errors" for n in names) + " |"]
    out.append("|---" * (2 + 2 * len(names)) + "|")
    for group, row in report["groups"].items():
        cells = " | ".join(f"{row[n]['exact']} % | {row[n]['cer']} %" for n in names)
        out.append(f"| {group} | {row[names[0]]['crops']} | {cells} |")
    out += ["", "| weakest character from | " + " | ".join(f"{n}: right / wrong / blank" for n in names) + " |"]
    out.append("|---" * (1 + len(names)) + "|")
    for index, threshold in enumerate(THRESHOLDS):
        cells = " | ".join(" / ".join(map(str, report["thresholds"][n][index])) for n in names)
        out.append(f"| {threshold} | {cells} |")
    if report["fields"]:
        out += ["", "| field | crops | " + " | ".join(names) + " |", "|---" * (2 + len(names)) + "|"]
        for code, row in report["fields"].items():
            out.append(f"| {code} | {row['crops']} | " + " | ".join(f"{row[n]} %" for n in names) + " |")
    out += [
        "",
        "Milliseconds per crop, one thread: " + ", ".join(f"{n} {v}" for n, v in report["milliseconds"].items()),
    ]
    return "\n".join(out)


def main() -> None:
    """Print the comparison, or JSON with `--json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("crops", "photos", "reading"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, help="only the first so many photos")
    parser.add_argument("--true-grid", action="store_true", help="cut the cells where they truly stand")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    if arguments.kind == "reading":
        tally = whole_reading(arguments.folder, limit=arguments.limit)
        print(json.dumps(tally, indent=1) if arguments.json else reading_table(tally))
        return
    if arguments.kind == "crops":
        examples, lost = from_shards(arguments.folder), 0
    else:
        examples, lost = from_photos(arguments.folder, limit=arguments.limit, true_grid=arguments.true_grid)
    report = compare(examples, {"shipped": shipped(examples), "own": own(examples)})
    report["photos_without_form"] = lost
    print(json.dumps(report, indent=1) if arguments.json else table(report))


def reading_table(tally: dict[str, dict[str, Any]]) -> str:
    """What `whole_reading` found, as Markdown."""
    out = [
        "| tier | photos | key fields right / wrong / blank | others | processor seconds a photo |",
        "|---" * 5 + "|",
    ]
    for tier, row in tally.items():
        cells = [" / ".join(f"{100 * n / max(1, sum(row[k])):.1f}" for n in row[k]) for k in ("key", "other")]
        out.append(f"| {tier} | {row['photos']} | {cells[0]} | {cells[1]} | {row['seconds'] / row['photos']:.2f} |")
    return "\n".join(out)


if __name__ == "__main__":
    main()
