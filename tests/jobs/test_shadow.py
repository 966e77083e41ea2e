"""A candidate beside the active model on live sets: a real job that waits its turn and changes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from model_bundles import make_bundle
from sqlalchemy import func, select, text

from cv_models import runtime
from cv_models.runtime import MODEL_FOLDER, model_entry
from workbench.access import SYSTEM, Actor
from workbench.cases import corrections, pipeline, work
from workbench.cases.learning import release, shadow
from workbench.errors import TelekalkError
from workbench.jobs.worker import run_worker
from workbench.store import model_files
from workbench.store.database import session_scope
from workbench.store.learning import ModelVersion, ShadowLook
from workbench.store.models import Finding, Photo

SHIPPED = model_entry("damage", MODEL_FOLDER).label


@pytest.fixture(autouse=True)
def shipped_again():
    yield
    runtime.use("damage", None)


@pytest.fixture
def candidate(database: str, tmp_path: Path) -> str:
    """A candidate that shows nearly everything it suspects, running as a shadow."""
    release.register(SYSTEM, make_bundle(tmp_path / "b", "9.1", threshold=0.02))
    shadow.start_shadow(SYSTEM, "damage", "9.1")
    return "9.1"


def of_damage(case_id: str) -> None:
    """A person has said that the photos show damage, so that the detector looks at them."""
    with session_scope() as session:
        for photo in session.scalars(select(Photo).where(Photo.case_id == case_id)):
            photo.role, photo.role_corrected = "damage", True


def jobs() -> list[tuple[str, int]]:
    with session_scope() as session:
        rows = session.execute(text("SELECT task_name, priority FROM procrastinate_jobs WHERE status = 'todo'")).all()
        return [(row[0], row[1]) for row in rows]


def forget_jobs() -> None:
    with session_scope() as session:
        session.execute(text("DELETE FROM procrastinate_jobs"))


def looks() -> list[ShadowLook]:
    with session_scope() as session:
        return list(session.scalars(select(ShadowLook).order_by(ShadowLook.id)))


def findings(case_id: str) -> list[tuple[Any, ...]]:
    with session_scope() as session:
        rows = session.scalars(select(Finding).where(Finding.case_id == case_id).order_by(Finding.position))
        return [(row.id, row.model, row.category, row.score, tuple(row.box), row.status) for row in rows]


def test_without_a_shadow_nothing_is_enqueued(make_case: Callable) -> None:
    ref = make_case(photos=1, complete=True)
    forget_jobs()
    pipeline.run(ref.id)
    assert jobs() == []


def test_a_worker_runs_the_set_first_and_the_shadow_after_it(
    candidate: str, make_case: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shadow, "STAND_BACK_SECONDS", 1)
    ref = make_case(photos=2, complete=True)
    of_damage(ref.id)
    deadline = time.monotonic() + 120
    while len(looks()) < 2 and time.monotonic() < deadline:
        run_worker(wait=False, warm=False, signals=False)
        time.sleep(0.5)
    view = work.get_case(SYSTEM, ref.id)
    assert view.state == "pre_check"
    assert view.progress["failed"] == 0
    seen = looks()
    assert [(look.active, look.candidate) for look in seen] == [(SHIPPED, "damage-9.1")] * 2
    assert all(look.seconds is not None for look in seen)
    assert {row[1] for row in findings(ref.id)} <= {SHIPPED}, "no finding is the shadow's"
    with session_scope() as session:
        assert shadow.photos_seen(session, "damage-9.1") == 2


def test_the_job_is_of_low_priority_and_stands_back_for_live_work(candidate: str, make_case: Callable) -> None:
    ref = make_case(photos=1, complete=True)
    of_damage(ref.id)
    pipeline.run(ref.id)
    waiting = dict(jobs())
    assert waiting[shadow.TASK] < waiting["telekalk.pipeline"]
    forget_jobs()
    make_case("S-2", photos=1, complete=True)
    before = findings(ref.id)
    assert shadow.run(ref.id) is False, "another set is waiting"
    assert looks() == []
    assert (shadow.TASK, shadow.PRIORITY) in jobs(), "it has enqueued itself anew"
    forget_jobs()
    assert shadow.run(ref.id) is True
    assert len(looks()) == 1
    shadow.run(ref.id)
    assert len(looks()) == 1, "done again it does nothing"
    assert findings(ref.id) == before


def test_a_candidate_that_fails_is_noted_and_harms_nobody(candidate: str, make_case: Callable) -> None:
    with session_scope() as session:
        row = session.scalars(select(ModelVersion).where(ModelVersion.version == candidate)).one()
    folder = release.version_folder(SYSTEM, candidate)
    file = folder / next(name for name in row.files if name.endswith(".onnx"))
    file.write_bytes(b"broken")
    ref = make_case(photos=1, complete=True)
    of_damage(ref.id)
    pipeline.run(ref.id)
    forget_jobs()
    assert shadow.run(ref.id)
    view = work.get_case(SYSTEM, ref.id)
    assert (view.state, view.progress["failed"]) == ("pre_check", 0)
    assert [item["code"] for look in looks() for item in look.disagreements] == ["TK-MODEL-001"]
    seen = shadow.summary(SYSTEM, candidate)
    assert (seen.photos, seen.failed, seen.median_seconds) == (0, 1, None)
    with pytest.raises(TelekalkError, match="TK-MODEL-001"):
        shadow.start_shadow(SYSTEM, "damage", candidate)


def test_disagreements_are_listed_and_experts_decide_them(
    candidate: str, make_case: Callable, actor_expert: Actor, actor_of: Callable[[str], Actor]
) -> None:
    ref = make_case(photos=2, complete=True)
    of_damage(ref.id)
    pipeline.run(ref.id)
    forget_jobs()
    assert shadow.run(ref.id)
    dora = actor_of("dora")
    listed = shadow.disagreements(dora, candidate)
    alone = [item for item in listed if item.kind == "only_candidate"]
    assert alone, "at so low a threshold it suspects something that the active one does not"
    assert {item.claim_number for item in listed} == {ref.claim_number}
    assert all(item.right is None for item in listed)
    work.take(actor_expert, ref.id)
    first = alone[0]
    assert first.candidate is not None
    corrections.add_finding(
        actor_expert,
        ref.id,
        first.photo_id,
        category="dent",
        box=first.candidate["box"],
        part="door_front",
        side="left",
    )
    again = shadow.disagreements(dora, candidate)
    decided = [item for item in again if item.right is not None]
    assert decided
    assert {item.right for item in decided} == {"candidate"}
    seen = shadow.summary(dora, candidate)
    count = next(item for item in seen.types if item.kind == "only_candidate")
    assert count.count == len(alone)
    assert seen.candidate_right == len(decided)
    assert (seen.cases, seen.photos, seen.state) == (1, 2, "shadow")
    assert len(shadow.disagreements(dora, candidate, 1)) == 1
    with pytest.raises(TelekalkError, match="TK-MODEL-020"):
        shadow.summary(dora, "7.7")


def test_one_shadow_at_a_time_and_it_can_be_stopped(
    candidate: str, tmp_path: Path, make_case: Callable, actor_of: Callable[[str], Actor]
) -> None:
    with pytest.raises(TelekalkError, match="TK-ACCESS-403"):
        shadow.start_shadow(actor_of("rita"), "damage", candidate)
    with pytest.raises(TelekalkError, match="TK-MODEL-022"):
        shadow.start_shadow(SYSTEM, "damage", SHIPPED.partition("-")[2])
    release.register(SYSTEM, make_bundle(tmp_path / "c", "9.2", threshold=0.3))
    assert shadow.start_shadow(SYSTEM, "damage", "9.2").state == "shadow"
    with session_scope() as session:
        assert session.scalar(select(func.count()).where(ModelVersion.state == "shadow")) == 1
    ended = shadow.stop_shadow(SYSTEM)
    assert ended is not None
    assert (ended.version, ended.state) == ("9.2", "candidate")
    assert shadow.stop_shadow(SYSTEM) is None
    told = [(event.version, event.event) for event in release.events(SYSTEM)][:4]
    assert told == [
        ("9.2", "shadow_stopped"),
        ("9.2", "shadow_started"),
        ("9.1", "shadow_stopped"),
        ("9.2", "registered"),
    ]
    ref = make_case(photos=1, complete=True)
    of_damage(ref.id)
    forget_jobs()
    pipeline.run(ref.id)
    assert jobs() == []
    assert shadow.run(ref.id), "a job that was left over ends at once"
    assert looks() == []
    assert model_files.is_sound(next(iter(ended.files.values())))
