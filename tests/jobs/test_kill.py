"""A worker is killed with -9 in the middle of a set; another one finishes it and repeats at most one step."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select, text

from workbench.access import SYSTEM
from workbench.cases import work
from workbench.store.database import session_scope
from workbench.store.models import Audit, Case, Draft, Finding, Step

PHOTOS = 5


@contextmanager
def worker(database: str, home: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "TELEKALK_DATABASE_URL": database,
        "TELEKALK_HOME": home,
        "TELEKALK_HEARTBEAT_SECONDS": "1",
        "TELEKALK_STALLED_SECONDS": "3",
    }
    process = subprocess.Popen([sys.executable, "-m", "workbench", "worker", *options], env=environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def steps(case_id: str) -> dict[int, tuple[str, str | None]]:
    with session_scope() as session:
        rows = session.execute(select(Step.id, Step.name, Step.photo_id).where(Step.case_id == case_id))
        return {row[0]: (row[1], row[2]) for row in rows}


def is_prefilled(case_id: str) -> bool:
    with session_scope() as session:
        return session.get_one(Case, case_id).prefilled_at is not None


def test_killed_in_mid_pipeline(database: str, make_case: Callable) -> None:
    home = os.environ["TELEKALK_HOME"]
    ref = make_case(photos=PHOTOS, complete=True)
    with worker(database, home, "--no-warm") as first:
        wait_for(lambda: len(steps(ref.id)) >= 3, 90)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    before = steps(ref.id)
    assert not is_prefilled(ref.id), "the kill came too late to prove anything"
    with session_scope() as session:
        assert session.execute(text("SELECT status FROM procrastinate_jobs")).scalar() == "doing"
    with worker(database, home, "--no-warm"):
        wait_for(lambda: is_prefilled(ref.id), 120)
    after = steps(ref.id)
    assert before.items() <= after.items(), "what was done is not done again"
    assert len(after) == 3 * PHOTOS + 2
    assert len(set(after.values())) == len(after), "no step is there twice"
    view = work.get_case(SYSTEM, ref.id)
    assert (view.state, view.progress["done"], view.progress["total"]) == ("pre_check", 3 * PHOTOS + 2, 3 * PHOTOS + 2)
    with session_scope() as session:
        assert session.scalar(select(func.count()).select_from(Draft)) == 1
        assert session.scalar(select(func.count()).where(Audit.action == "prefilled")) == 1
        assert session.scalar(select(func.count()).where(Audit.action == "pipeline_started")) == 1
        places = session.execute(select(Finding.photo_id, Finding.position, Finding.model)).all()
        assert len(set(places)) == len(places)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_worker_gives_its_job_back(database: str, make_case: Callable, number: signal.Signals) -> None:
    ref = make_case(photos=PHOTOS, complete=True)
    with worker(database, os.environ["TELEKALK_HOME"], "--no-warm") as process:
        wait_for(lambda: len(steps(ref.id)) >= 1, 90)
        process.send_signal(number)
        assert process.wait(30) == 0
    with session_scope() as session:
        status = session.execute(text("SELECT status FROM procrastinate_jobs")).scalar()
    assert status == "todo" or is_prefilled(ref.id)
