"""What was wrong with the labels of a run: `labels.json` for machines, `labels.md` for people, a few lines for the screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cv_models.datasets import LabelledSet
from cv_models.training.errors import writing
from cv_models.training.provenance import write_json
from cv_models.training.reading import Reading

SHOWN_PER_KIND = 200


def write_report(out: Path, readings: Sequence[tuple[str, Reading]]) -> None:
    """Write `labels.json` and `labels.md`.

    Args:
        out: folder of the run.
        readings: `train` or `validation`, and what was read.

    Raises:
        TrainingError: TK-TRAIN-004.

    """
    write_json(out / "labels.json", [_entry(side, reading) for side, reading in readings])
    lines = ["# Labels of this run", ""]
    for side, reading in readings:
        lines += _chapter(side, reading)
    with writing(out / "labels.md"):
        (out / "labels.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _labelled(reading: Reading) -> LabelledSet:
    return LabelledSet(reading.photos, reading.problems)


def _entry(side: str, reading: Reading) -> dict[str, Any]:
    return {
        "side": side,
        "coco": reading.source.coco,
        "split": reading.source.split,
        "counts": _labelled(reading).counts(),
        "untrained": reading.untrained,
        "problems": [problem.to_json() for problem in reading.problems],
    }


def _chapter(side: str, reading: Reading) -> list[str]:
    heading = f"## {side}: {Path(reading.source.coco).name}" + (
        f" ({Path(reading.source.split).name})" if reading.source.split else ""
    )
    lines = [heading, "", *(f"- {line}" for line in _labelled(reading).summary("en").splitlines())]
    lines += [f"- class {name}: {number} labels that no label group of their picture learns"
              for name, number in sorted(reading.untrained.items())]  # fmt: skip
    lines.append("")
    by_code: dict[str, list[str]] = {}
    for problem in reading.problems:
        where = problem.file_name + (f" #{problem.annotation_id}" if problem.annotation_id is not None else "")
        used = "used" if problem.kept else "left out"
        by_code.setdefault(problem.code, []).append(f"- `{_plain(where)}`: {_plain(problem.detail_en)} ({used})")
    for code, found in sorted(by_code.items()):
        lines += [f"### {code} ({len(found)})", "", *found[:SHOWN_PER_KIND]]
        if len(found) > SHOWN_PER_KIND:
            lines.append(f"- … and {len(found) - SHOWN_PER_KIND} more in labels.json")
        lines.append("")
    return lines


def _plain(text: str) -> str:
    """File names come from outside: nothing in them may become markup or a line of its own."""
    return "".join(letter if letter.isprintable() and letter not in "`<>" else "?" for letter in text)


def summary(side: str, reading: Reading, language: str) -> str:
    """One line for the screen."""
    english = language == "en"
    codes = Counter(problem.code for problem in reading.problems)
    lost = sum(not problem.kept for problem in reading.problems)
    labels = sum(len(sample.labels) for sample in reading.samples)
    words = (
        ("pictures", "labels", "problems", "left out", "nothing wrong")
        if english
        else ("Bilder", "Labels", "Auffälligkeiten", "weggelassen", "nichts auffällig")
    )
    told = ", ".join(f"{code}: {number}" for code, number in sorted(codes.items()))
    wrong = f"{len(reading.problems)} {words[2]}, {lost} {words[3]} ({told})" if codes else words[4]
    name = Path(reading.source.coco).name
    return f"{side}: {name}: {len(reading.samples)} {words[0]}, {labels} {words[1]}; {wrong}"
