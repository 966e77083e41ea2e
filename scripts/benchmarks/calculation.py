"""calculation.*: one calculation of 60 lines, without and with its derivation; a portfolio of 100,000 at another version of the tables."""

from __future__ import annotations

import copy
import json
import random
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from calculation import calculate, input_from_json, input_to_json, result_to_json
from calculation.money import round2
from pricing_tables import Tables, tables_on
from workbench.cases.suggestions import ClaimFacts, SuggestionFinding, VehicleFacts, base_input, suggest, with_lines
from workbench.impact.candidates import plan_for, with_rows
from workbench.impact.chunk import Chunk, Reading
from workbench.impact.portfolio import line_tasks
from workbench.impact.portfolio import run as run_portfolio
from workbench.impact.references import signature
from workbench.impact.report import report

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
        **portfolio(),
    }


PORTFOLIO = 100_000
#: Different calculations; each stands in the file under several claim numbers, and the file is read several times.
DIFFERENT, IN_FILE = 1_000, 10_000
SAMPLE = 500
OUTER = (
    "bumper_front", "bumper_rear", "bonnet", "headlamp", "fender", "grille", "door_front", "door_rear", "mirror", "tailgate",
    "quarter_panel", "roof", "sill",
)  # fmt: skip


def thirty_lines(rng: random.Random, tables: Tables) -> bytes:
    """A calculation of 30 lines as the desk proposes it, as it lies in the database."""
    while True:
        regime: Any = rng.choice(("kasko", "liability"))
        vehicle = VehicleFacts(
            make="Beispiel",
            model="Modell",
            length_mm=rng.choice((3900, 4300, 4700)),
            first_registration=date(rng.randint(2010, 2025), rng.randint(1, 12), 1),
            mileage_km=rng.randint(1000, 200_000),
        )
        claim = ClaimFacts(
            regime=regime,
            claim_number="@" * 12,
            loss_date=date(2026, 11, 1),
            excess=Decimal("300.00"),
            postcode=rng.choice(("10439", "16949", "74747", "58313", "40223", None)),
        )
        findings = [
            SuggestionFinding(
                id=f"f{number}",
                photo_id=f"p{number}",
                category=rng.choice(("dent", "scratch", "crack")),
                part=rng.choice(OUTER),
                side=rng.choice(("left", "right")),
                severity=rng.choice(("minor", "moderate", "severe")),
                confirmed=True,
            )
            for number in range(rng.randint(7, 10))
        ]
        data = with_lines(
            base_input(vehicle, claim, tables, tables.day), suggest(findings, vehicle, tables, regime=regime)
        )
        lines = sum(len(getattr(data, kind)) for kind in (*KINDS, "dents"))
        if 30 <= lines <= 29 + len(data.labour):
            data = replace(data, labour=data.labour[: len(data.labour) - (lines - 30)])
            return json.dumps(input_to_json(data), ensure_ascii=False).encode()


def dearer(tables: Tables, rng: random.Random) -> Tables:
    """Every price, time and rate moved by up to a tenth."""

    def moved(row: dict[str, Any], *columns: str) -> dict[str, Any]:
        factor = Decimal(rng.randint(95, 110)) / 100
        return row | {column: round2(row[column] * factor) for column in columns}

    columns = {
        "part_prices": ("price", "low", "high"),
        "job_times": ("hours", "low", "high"),
        "paint_times": ("hours", "low", "high"),
        "hourly_rates": ("body", "mechanic", "electric", "paint", "dents"),
        "side_costs": ("value", "low", "high"),
    }
    rows = {name: [moved(dict(row), *wanted) for row in tables.table(name).rows] for name, wanted in columns.items()}
    return with_rows(tables, rows)


def portfolio() -> dict[str, float]:
    """Re-pricing of 100,000 stored calculations, from their JSON to the report; beside it the single engine in a loop."""
    rng, tables = random.Random(3), tables_on(date(2026, 11, 23))
    plan = plan_for(dearer(tables, rng))
    different = [thirty_lines(rng, tables) for _ in range(DIFFERENT)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "portfolio.jsonl"
        with path.open("wb") as file:
            for number in range(IN_FILE):
                file.write(different[number % DIFFERENT].replace(b"@" * 12, f"S-{number:010d}".encode()) + b"\n")
        tasks = line_tasks(path) * (PORTFOLIO // IN_FILE)
        started = time.perf_counter()
        found = report(run_portfolio(plan, tasks, processes=2), plan.new)
        seconds = time.perf_counter() - started
        batch = plan.batch()
        sample = line_tasks(path)[0].read()[:SAMPLE]
    batch.single.price_document(from_json(sample[0].raw))
    started = time.perf_counter()
    for item in sample:
        batch.single.price_document(from_json(item.raw))
    one_by_one = (time.perf_counter() - started) / len(sample)
    reading = Reading()
    for item in sample:
        reading.add(from_json(item.raw))
    version = batch.version(signature(from_json(sample[0].raw)["table_references"]))
    chunk = Chunk(reading, lambda case: from_json(sample[case].raw))
    core = _median_ms(lambda: batch.priced(version, chunk), 11) / 1000
    return {
        "calculation.batch_cases": found.cases,
        "calculation.batch_by_single_engine": found.singles,
        "calculation.batch_seconds": round(seconds, 1),
        "calculation.batch_per_second": round(found.cases / seconds),
        "calculation.single_per_second": round(1 / one_by_one),
        "calculation.batch_speedup": round(one_by_one * found.cases / seconds, 1),
        "calculation.batch_core_per_second": round(len(sample) / core),
    }
