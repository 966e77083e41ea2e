"""A candidate runs silently beside the active model on live photos; where the two disagree is kept, nothing else happens.

The job is enqueued in the transaction that finishes a set, at low priority and one at a time; between two photos it stands
back whenever a live set is waiting or being looked at. It writes to ``shadow_looks`` alone, so no finding can change.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from workbench.access import Actor, require
from workbench.cases.assess import LOOKED_AT_FOR_DAMAGE
from workbench.cases.learning.active import local, lock, note
from workbench.cases.learning.bundle import NAME
from workbench.cases.learning.model_views import ModelVersionView, find, is_active, view
from workbench.cases.learning.shadow_matching import FAILED
from workbench.cases.learning.shadow_matching import disagreements as differences
from workbench.cases.learning.shadow_report import Disagreement, ShadowSummary, TypeCount, disagreements, summary
from workbench.cases.looking import Looker, Region, looker
from workbench.logs import bind_case, get_logger
from workbench.store.database import session_scope
from workbench.store.learning import ModelVersion, ShadowLook
from workbench.store.models import Finding, Photo, Step

__all__ = [
    "Disagreement",
    "ShadowSummary",
    "TypeCount",
    "disagreements",
    "follow",
    "photos_seen",
    "run",
    "start_shadow",
    "stop_shadow",
    "summary",
]

log = get_logger(__name__)

TASK = "telekalk.shadow"
PRIORITY = -10
#: Seconds after which a job that stood back for live work is tried again.
STAND_BACK_SECONDS = 5


def start_shadow(actor: Actor, name: str, version: str) -> ModelVersionView:
    """Let a version run as a shadow from the next set on; one that did so before stops.

    Raises:
        TelekalkError: TK-MODEL-020 unknown, -022 it is the active one, -001 its files were changed.
    """
    require(actor, "models.release")
    with session_scope() as session:
        lock(session, name)
        row = find(session, name, version)
        if row.state == "active":
            raise is_active(name, version)
        problem = local(row).problem
        if problem is not None:
            raise problem
        if row.state != "shadow":
            _stop(session, actor, name)
            row.state = "shadow"
            note(session, actor, row, "shadow_started")
        return view(session, row)


def stop_shadow(actor: Actor, name: str = NAME) -> ModelVersionView | None:
    """End the shadow run; returns the version that ran, None when none did."""
    require(actor, "models.release")
    with session_scope() as session:
        lock(session, name)
        row = _stop(session, actor, name)
        return view(session, row) if row is not None else None


def _stop(session: Session, actor: Actor, name: str) -> ModelVersion | None:
    row = _shadow(session, name)
    if row is not None:
        row.state = "candidate"
        note(session, actor, row, "shadow_stopped", {"photos": photos_seen(session, f"{name}-{row.version}")})
    return row


def _shadow(session: Session, name: str = NAME) -> ModelVersion | None:
    return session.scalar(select(ModelVersion).where(ModelVersion.name == name, ModelVersion.state == "shadow"))


def photos_seen(session: Session, label: str) -> int:
    """Live photos that a version has looked at as a shadow without failing."""
    done = select(func.count(func.distinct(ShadowLook.photo_id))).where(
        ShadowLook.candidate == label, ShadowLook.seconds.is_not(None)
    )
    return session.scalar(done) or 0


def follow(session: Session, case_id: str) -> None:
    """Have the shadow look at a set that has just been finished, if one is running; part of the caller's transaction."""
    if session.scalar(select(ModelVersion.id).where(ModelVersion.state == "shadow").limit(1)) is None:
        return
    _enqueue(session, case_id)


def _enqueue(session: Session, case_id: str, *, in_seconds: int | None = None) -> None:
    # Imported late: the jobs call the use cases, the use cases only name a job.
    from workbench.jobs.app import enqueue

    enqueue(session, TASK, lock="shadow", priority=PRIORITY, in_seconds=in_seconds, case_id=case_id)


def _live_work(session: Session) -> bool:
    """Whether a set, or a document whose customer is waiting, is being looked at or is about to be."""
    query = text(
        "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE queue_name IN ('pipeline', 'look') "
        "AND status IN ('todo', 'doing') AND (scheduled_at IS NULL OR scheduled_at <= now()))"
    )
    return bool(session.scalar(query))


@dataclass(frozen=True, slots=True)
class _Task:
    photo_id: str
    sha256: str
    width: int
    height: int
    view: str | None
    active: str
    findings: tuple[dict[str, Any], ...]


def run(case_id: str) -> bool:
    """Let the shadow look at the photos of a set that it has not seen beside this active model.

    Returns:
        False when it stood back for live work and has enqueued itself anew.
    """
    from workbench.cases import pipeline

    bind_case(case_id)
    with session_scope() as session:
        row = _shadow(session)
        if row is None:
            return True
        candidate = local(row)
        tasks = _tasks(session, case_id, candidate.label)
    eyes = looker().using(candidate)
    for task in tasks:
        if pipeline.stopping.is_set():
            raise pipeline.Interrupted
        with session_scope() as session:
            if _live_work(session):
                _enqueue(session, case_id, in_seconds=STAND_BACK_SECONDS)
                return False
            now_running = _shadow(session)
        if now_running is None or now_running.id != row.id:
            return True
        # One photo is decoded at a time: memory and processor belong to the live sets.
        with eyes.ahead([task.sha256]):
            _look(case_id, task, eyes)
    return True


def _tasks(session: Session, case_id: str, candidate: str) -> list[_Task]:
    """Photos in which the active model has looked for damage and the candidate has not, with what was found."""
    tasks = []
    for photo in session.scalars(select(Photo).where(Photo.case_id == case_id).order_by(Photo.position)):
        if photo.role not in LOOKED_AT_FOR_DAMAGE:
            continue
        step = session.scalar(
            select(Step).where(Step.photo_id == photo.id, Step.name == "damage").order_by(Step.id.desc()).limit(1)
        )
        if step is None or step.code is not None:
            continue  # nothing to compare with
        active = step.key.partition(":")[2]
        seen = select(ShadowLook.id).where(
            ShadowLook.photo_id == photo.id, ShadowLook.active == active, ShadowLook.candidate == candidate
        )
        if active == candidate or session.scalar(seen) is not None:
            continue
        found = session.scalars(
            select(Finding).where(Finding.photo_id == photo.id, Finding.origin == "model", Finding.model == active)
        )
        regions = tuple(_stored(finding) for finding in found)
        tasks.append(_Task(photo.id, photo.sha256, photo.width, photo.height, photo.view, active, regions))
    return tasks


def _stored(finding: Finding) -> dict[str, Any]:
    """A finding as the model gave it, whatever an expert has made of it since."""
    word = {name: getattr(finding, name) for name in ("category", "part", "side", "severity", "box")}
    given = {**word, **{key: value for key, value in (finding.original or {}).items() if key in word}}
    return {**given, "score": str(finding.score) if finding.score is not None else None, "finding": finding.id}


def _region(found: Region) -> dict[str, Any]:
    return {
        "category": found.category,
        "score": str(round(found.score, 4)),
        "box": list(found.box),
        "part": found.part,
        "side": found.side,
        "severity": found.severity,
    }


def _look(case_id: str, task: _Task, eyes: Looker) -> None:
    started = time.perf_counter()
    seconds: Decimal | None = None
    regions: list[dict[str, Any]] = []
    differing: list[dict[str, Any]]
    try:
        regions = [_region(item) for item in eyes.damage(task.sha256, task.width, task.height, task.view)]
        seconds = Decimal(str(round(time.perf_counter() - started, 3)))
        differing = differences(task.findings, regions)
    except Exception as problem:  # whatever a candidate does with a photo is noted, and harms nobody
        code = str(getattr(problem, "code", "TK-PIPE-001"))
        log.warning("shadow_failed", code=code, kind=type(problem).__name__)
        differing = [{"type": FAILED, "code": code}]
    with session_scope() as session:
        if session.get(Photo, task.photo_id) is None:
            return  # deleted meanwhile
        session.execute(
            insert(ShadowLook)
            .values(
                case_id=case_id,
                photo_id=task.photo_id,
                active=task.active,
                candidate=eyes.detector.label,
                findings=regions,
                disagreements=differing,
                disagreement_count=sum(item["type"] != FAILED for item in differing),
                seconds=seconds,
            )
            .on_conflict_do_nothing()
        )
