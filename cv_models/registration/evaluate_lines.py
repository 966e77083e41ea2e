"""Compares the two line recognisers on the same crops: `python -m cv_models.registration.evaluate_lines`.

`… crops FOLDER` takes crops that `samples.shards` wrote; `… photos FOLDER` cuts the cells out of sample photos
(`python -m cv_models.registration.samples`) with the reader's own grid. Reported for both: crops read without a fault (spaces
do not count), character errors, right / wrong / blank at equal confidence thresholds, per field, milliseconds per crop on
one thread.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from cv_models.registration import lines, ocr, reader
from cv_models.registration.cells import cell_quad, deal
from cv_models.registration.layout import CELL
from cv_models.registration.ocr import Pixels, Scores
from cv_models.registration.samples.shards import read_shard

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


def from_photos(folder: Path, *, limit: int | None = None, threads: int = 1) -> tuple[list[Example], int]:
    """Examples cut from sample photos by the reader's grid, and the number of photos in which it found no form.

    Values that stand in one line only; each crop lies around what the text detector saw of the value, or is the empty cell.
    """
    out, lost = [], 0
    for entry in json.loads((folder / "truth.json").read_text(encoding="utf-8"))[:limit]:
        image = np.ascontiguousarray(np.asarray(cv2.imread(str(folder / entry["file"])))[:, :, ::-1])
        photo, _ = reader._prepare(image)
        found = reader._find(photo, threads)
        if found is None:
            lost += 1
            continue
        grid, read = found
        cells = deal(grid, read)
        for code, text in entry["printed"].items():
            if code not in CELL or CELL[code].lines > 1 or "\n" in text:
                continue
            quad = cell_quad(grid, code, cells.get(code), 0)
            if quad is not None:
                small = ocr.cut(photo, quad, height=lines.HEIGHT)
                out.append(Example(ocr.cut(photo, quad), small, text, entry["tier"], code))
    return out, lost


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
    parser.add_argument("kind", choices=("crops", "photos"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, help="only the first so many photos")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    if arguments.kind == "crops":
        examples, lost = from_shards(arguments.folder), 0
    else:
        examples, lost = from_photos(arguments.folder, limit=arguments.limit)
    report = compare(examples, {"shipped": shipped(examples), "own": own(examples)})
    report["photos_without_form"] = lost
    print(json.dumps(report, indent=1) if arguments.json else table(report))


if __name__ == "__main__":
    main()
