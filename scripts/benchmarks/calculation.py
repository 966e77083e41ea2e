"""calculation.*: one calculation of 60 lines, without and with its derivation, from JSON to JSON and from value to value."""

from __future__ import annotations

import copy
import json
import statistics
import time
from pathlib import Path
from typing import Any

from calculation import calculate, input_from_json, result_to_json

EXAMPLE = Path(__file__).parents[2] / "tests" / "calculation" / "example.json"
KINDS = ("parts", "labour", "paint", "incidentals")


def sixty_lines() -> dict[str, Any]:
    """The example input with its lines repeated up to 60, each with an id of its own."""
    document = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    originals = {kind: copy.deepcopy(document[kind]) for kind in KINDS}
    number = 0
    while sum(len(document[kind]) for kind in KINDS) < 60:
        kind = KINDS[number % len(KINDS)]
        line = copy.deepcopy(originals[kind][number // len(KINDS) % len(originals[kind])])
        number += 1
        line["id"] = f"x{number}"
        for link in ("included_in", "added_by", "finding_ids"):
            line.pop(link, None)
        document[kind].append(line)
    return document


def _median_ms(action, repeats: int = 200) -> float:
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return round(1000 * statistics.median(times), 3)


def run() -> dict[str, float]:
    document = sixty_lines()
    values = input_from_json(document)
    result = calculate(values)
    return {
        "calculation.lines": sum(len(document[kind]) for kind in KINDS),
        "calculation.one_ms": _median_ms(lambda: calculate(values, explain=False)),
        "calculation.one_explained_ms": _median_ms(lambda: calculate(values, explain=True)),
        "calculation.explained_json_ms": _median_ms(lambda: result_to_json(result, explain=True)),
        "calculation.from_json_ms": _median_ms(lambda: input_from_json(document)),
        "calculation.to_json_ms": _median_ms(lambda: result_to_json(result, explain=False)),
    }
