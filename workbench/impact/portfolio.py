"""Where stored calculations come from, and how two processes share them."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader

from pricing_tables import Table, Tables
from workbench.cases.views import TERMINAL, State
from workbench.errors import TelekalkError
from workbench.impact.batch import Batch, Stored
from workbench.impact.outcome import Outcome

#: Calculations that a process fetches at once.
SHARE: Final = 2000
#: A calculation of 2,000 lines has less than two megabytes.
MAX_BYTES: Final = 20_000_000
OPEN_STATES: Final = tuple(state.value for state in State if state not in TERMINAL)


class Task(Protocol):
    """A share of a portfolio; read by the process that prices it."""

    @property
    def size(self) -> int:
        """How many calculations."""

    def read(self) -> list[Stored]:
        """The stored calculations."""


@dataclass(frozen=True, slots=True)
class FilesTask:
    """JSON files, one calculation each."""

    paths: tuple[Path, ...]

    @property
    def size(self) -> int:
        """How many."""
        return len(self.paths)

    def read(self) -> list[Stored]:
        """Read the files; one that cannot be read becomes an empty calculation, which is then named as a problem."""
        return [Stored(path.stem, "file", _content(path)) for path in self.paths]


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError:
        return b""
    return b"" if len(raw) > MAX_BYTES else raw.removeprefix(b"\xef\xbb\xbf")


@dataclass(frozen=True, slots=True)
class LinesTask:
    """A stretch of a file with one JSON calculation per line, as ``COPY`` writes them."""

    path: Path
    start: int
    end: int
    size: int

    def read(self) -> list[Stored]:
        """Read the stretch."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            content = file.read(self.end - self.start)
        return [Stored("", "file", line) for line in content.split(b"\n") if line]


@dataclass(frozen=True, slots=True)
class DatabaseTask:
    """Drafts of cases, or stored inputs of offers.

    Attributes:
        conninfo: address of the database.
        offers: ids are those of calculations of sent offers; else of cases.
        ids: which.
    """

    conninfo: str = field(repr=False)
    offers: bool
    ids: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many."""
        return len(self.ids)

    def read(self) -> list[Stored]:
        """Fetch them; the JSON stays text, it is parsed once and not twice."""
        with psycopg.connect(self.conninfo) as connection:
            connection.adapters.register_loader("jsonb", _Raw)
            rows = connection.execute(_OFFERS if self.offers else _DRAFTS, (list(self.ids),)).fetchall()
        return [Stored(name, state, raw) for name, state, raw in rows]


class _Raw(Loader):
    """JSON as the bytes that the server sends."""

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


_DRAFTS: Final = """
select claim_number, state, draft from cases where id = any(%s::uuid[]) and draft is not null order by claim_number
"""
_OFFERS: Final = """
select c.claim_number, 'sent', k.input from offers o join cases c on c.id = o.case_id join calculations k on k.id = o.calculation_id
where o.calculation_id = any(%s::uuid[]) order by c.claim_number
"""
_WHICH_DRAFTS: Final = """
select id::text from cases c where draft is not null and state = any(%s) and created_at >= %s and created_at < %s
and not (%s and exists (select 1 from offers o where o.case_id = c.id and o.state = 'sent')) order by claim_number
"""
_WHICH_OFFERS: Final = """
select o.calculation_id::text from offers o join cases c on c.id = o.case_id where o.state = 'sent' and c.state = any(%s)
and c.created_at >= %s and c.created_at < %s order by c.claim_number
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cases of the database.

    Attributes:
        states: of the cases.
        since, until: opened on or after, and before.
        drafts, offers: current drafts; inputs of sent offers, which then take the place of their case's draft.
    """

    states: tuple[str, ...] = OPEN_STATES
    since: date = date(1990, 1, 1)
    until: date = date(9999, 1, 1)
    drafts: bool = True
    offers: bool = True


def database_tasks(conninfo: str, selection: Selection) -> list[DatabaseTask]:
    """The cases and offers of the database in shares."""
    where = (list(selection.states), selection.since, selection.until)
    tasks: list[DatabaseTask] = []
    with psycopg.connect(conninfo) as connection:
        for offers, wanted, query, extra in (
            (False, selection.drafts, _WHICH_DRAFTS, (selection.offers,)),
            (True, selection.offers, _WHICH_OFFERS, ()),
        ):
            if wanted:
                ids = [row[0] for row in connection.execute(query, (*where, *extra)).fetchall()]
                tasks += [DatabaseTask(conninfo, offers, tuple(part)) for part in _shares(ids)]
    return tasks


def file_tasks(folder: Path) -> list[FilesTask]:
    """All ``*.json`` of a folder, and of the folders in it.

    Raises:
        TelekalkError: TK-IMPACT-001 when there are none.
    """
    paths = sorted(path for path in folder.rglob("*.json") if path.is_file())
    if not paths:
        raise TelekalkError(
            "TK-IMPACT-001",
            f"In {folder} liegen keine Kalkulationen (*.json).",
            f"There are no calculations (*.json) in {folder}.",
        )
    return [FilesTask(tuple(part)) for part in _shares(paths)]


def line_tasks(path: Path) -> list[LinesTask]:
    """Stretches of a file with one calculation per line."""
    tasks: list[LinesTask] = []
    start = place = count = 0
    with path.open("rb") as file:
        for line in file:
            place += len(line)
            count += 1
            if count == SHARE:
                tasks.append(LinesTask(path, start, place, count))
                start, count = place, 0
    if count:
        tasks.append(LinesTask(path, start, place, count))
    return tasks


def _shares(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), SHARE):
        yield items[start : start + SHARE]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to price against what; travels to every process once.

    Attributes:
        new_day, new: the version to be tried.
        known: versions that stored calculations may name.
        old_day, old: one version to compare with for all, empty to take what each calculation names.
        day: new price date; None leaves the dates.
    """

    new_day: date
    new: tuple[Table, ...]
    known: tuple[Table, ...] = ()
    old_day: date | None = None
    old: tuple[Table, ...] = ()
    day: date | None = None

    def batch(self) -> Batch:
        """The batch that follows this plan."""
        old = Tables(self.old_day, {t.name: t for t in self.old}) if self.old_day is not None else None
        return Batch(Tables(self.new_day, {t.name: t for t in self.new}), self.known, old=old, day=self.day)


_batch: Batch | None = None


def _start(plan: Plan) -> None:
    global _batch
    _batch = plan.batch()


def _work(task: Task) -> Outcome:
    if _batch is None:  # pragma: no cover - the pool starts its processes with _start
        raise RuntimeError("no plan")
    return _batch.run(task.read())


def run(
    plan: Plan, tasks: Sequence[Task], *, processes: int | None = None, progress: Callable[[int], None] | None = None
) -> Outcome:
    """Price a portfolio.

    Args:
        plan: what against what.
        tasks: shares of the portfolio.
        processes: how many; as many as there are processors, but no more than shares, when left out.
        progress: is told how many calculations are done since the last call.
    """
    told = progress or (lambda _done: None)
    wanted = min(processes or os.cpu_count() or 1, len(tasks))
    if wanted <= 1:
        batch = plan.batch()
        return Outcome.join([batch.run(task.read(), told) for task in tasks])
    done: list[Outcome] = []
    # A fresh interpreter each: a forked one would share the parent's database connections and threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(wanted, context, _start, (plan,)) as pool:
        for task, outcome in zip(tasks, pool.map(_work, tasks), strict=True):
            done.append(outcome)
            told(task.size)
    return Outcome.join(done)
