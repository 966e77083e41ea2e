"""The steps of the pipeline. Each commits on its own and can be repeated without harm.

What a step has done is noted under its content (hash of the photo) and its model, so a worker that is killed repeats at
most the step it was in, and photos that were added later do not make the earlier ones be looked at again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from workbench.access import SYSTEM
from workbench.cases.assess import LOOKED_AT_FOR_DAMAGE, best_fields, score
from workbench.cases.document_check import judge
from workbench.cases.learning.active import active_looker
from workbench.cases.learning.shadow import follow
from workbench.cases.looking import Looker, Region, looker
from workbench.cases.prefill import prefill_case
from workbench.cases.transition import as_id, load_case, move, record
from workbench.cases.vehicle import vehicle_of
from workbench.cases.views import State
from workbench.errors import not_found
from workbench.logs import bind_case, get_logger
from workbench.store.database import session_scope
from workbench.store.models import Case, Finding, Photo, RegistrationField, Step, new_id

log = get_logger(__name__)

STEPS: tuple[str, ...] = ("quality", "role", "document", "damage", "prefill")


def _photo(session: Session, photo_id: str) -> Photo:
    photo = session.get(Photo, as_id(photo_id, "Das Foto", "The photo"))
    if photo is None:
        raise not_found("Das Foto", "The photo")
    return photo


#: A look that failed because a model's file was wrong is made up for once the file is right.
_MADE_UP_FOR = "TK-MODEL-%"


def _is_done(session: Session, case_id: str, photo_id: str | None, name: str, key: str) -> bool:
    query = select(Step.id).where(Step.case_id == case_id, Step.name == name, Step.key == key)
    query = query.where(Step.photo_id == photo_id if photo_id else Step.photo_id.is_(None))
    query = query.where(Step.code.is_(None) | Step.code.not_like(_MADE_UP_FOR))
    return session.scalar(query) is not None


def _note(
    session: Session,
    case_id: str,
    photo_id: str | None,
    name: str,
    key: str,
    *,
    seconds: float = 0.0,
    code: str | None = None,
) -> None:
    """Note the step in the transaction that holds its result, and count it on the queue's row."""
    noted = session.execute(
        insert(Step)
        .values(
            case_id=case_id,
            photo_id=photo_id,
            name=name,
            key=key,
            status="failed" if code else "done",
            code=code,
            seconds=Decimal(str(round(seconds, 3))),
        )
        .on_conflict_do_nothing()
        .returning(Step.id)
    ).scalar()
    if noted is None:
        _make_up_for(session, case_id, photo_id, name, key, seconds=seconds, code=code)
        return
    session.execute(
        update(Case)
        .where(Case.id == case_id)
        .values(
            progress_done=Case.progress_done + 1,
            progress_step=name,
            progress_failed=Case.progress_failed + (1 if code else 0),
        )
    )


def _make_up_for(
    session: Session, case_id: str, photo_id: str | None, name: str, key: str, *, seconds: float, code: str | None
) -> None:
    """The step was noted before; where it had failed for a model's file and has now been done, say so."""
    earlier = session.scalar(
        select(Step).where(
            Step.case_id == case_id,
            Step.name == name,
            Step.key == key,
            Step.photo_id == photo_id if photo_id else Step.photo_id.is_(None),
            Step.code.like(_MADE_UP_FOR),
        )
    )
    if earlier is None or code is not None:
        return
    earlier.status, earlier.code, earlier.seconds = "done", None, Decimal(str(round(seconds, 3)))
    failed = func.greatest(Case.progress_failed - 1, 0)
    session.execute(update(Case).where(Case.id == case_id).values(progress_failed=failed))


def _attempt(name: str, look: Callable[[], Any]) -> tuple[Any, str | None, float]:
    """Let a model look; its failure is noted and the rest of the set goes on.

    Returns:
        What the model says (None when it failed), the code of the failure, and the seconds it took.
    """
    started = time.perf_counter()
    try:
        return look(), None, time.perf_counter() - started
    except Exception as problem:  # whatever a model does with a photo must not take the set down
        code = str(getattr(problem, "code", "TK-PIPE-001"))
        log.warning("step_failed", step=name, code=code, kind=type(problem).__name__, exc_info=True)
        return None, code, time.perf_counter() - started


def check_quality(photo_id: str, eyes: Looker | None = None) -> None:
    """Is the photo sharp, exposed, big enough, free of glare?"""
    eyes = eyes or looker()
    with session_scope() as session:
        photo = _photo(session, photo_id)
        key = f"{photo.sha256}:{eyes.versions['quality']}"
        if _is_done(session, photo.case_id, photo.id, "quality", key):
            return
    found, code, seconds = _attempt("quality", lambda: eyes.quality(photo.sha256, photo.width, photo.height))
    with session_scope() as session:
        row = _photo(session, photo_id)
        row.quality = asdict(found) if found is not None else {"problems": [], "failed": code}
        _note(session, row.case_id, row.id, "quality", key, seconds=seconds, code=code)


def classify_role(photo_id: str, eyes: Looker | None = None) -> None:
    """What does the photo show? A role that a person has corrected stays."""
    eyes = eyes or looker()
    with session_scope() as session:
        photo = _photo(session, photo_id)
        key = f"{photo.sha256}:{eyes.versions['role']}"
        if _is_done(session, photo.case_id, photo.id, "role", key):
            return
    found, code, seconds = _attempt("role", lambda: eyes.role(photo.sha256))
    with session_scope() as session:
        row = _photo(session, photo_id)
        if not row.role_corrected:
            row.role = found.role if found is not None else None
            row.view = found.view if found is not None else None
            row.role_confidence = score(found.confidence) if found is not None else None
        _note(session, row.case_id, row.id, "role", key, seconds=seconds, code=code)


def detect_damage(photo_id: str, eyes: Looker | None = None) -> None:
    """Find damage in the photo with the active detector.

    Findings that a person has touched stay, the model's own are replaced; a look that failed replaces nothing.
    """
    eyes = eyes or active_looker()
    with session_scope() as session:
        photo = _photo(session, photo_id)
        key = f"{photo.sha256}:{eyes.versions['damage']}"
        if _is_done(session, photo.case_id, photo.id, "damage", key):
            return
    found: Sequence[Region] | None = ()
    code: str | None = None
    seconds = 0.0
    if photo.role in LOOKED_AT_FOR_DAMAGE:
        found, code, seconds = _attempt(
            "damage", lambda: eyes.damage(photo.sha256, photo.width, photo.height, photo.view)
        )
    with session_scope() as session:
        row = _photo(session, photo_id)
        untouched = session.scalars(
            select(Finding).where(Finding.photo_id == row.id, Finding.origin == "model", Finding.status == "proposed")
        )
        for finding in untouched if code is None else ():
            session.delete(finding)
        for number, region in enumerate(found or ()):
            session.add(
                Finding(
                    id=new_id(),
                    case_id=row.case_id,
                    photo_id=row.id,
                    position=row.position * 100 + number,
                    category=region.category,
                    score=score(region.score),
                    box=list(region.box),
                    polygon=[list(point) for point in region.polygon] if region.polygon else None,
                    part=region.part,
                    side=region.side,
                    severity=region.severity,
                    model=region.model,
                    size=region.size,
                )
            )
        session.flush()
        _note(session, row.case_id, row.id, "damage", key, seconds=seconds, code=code)


def _document_photos(session: Session, case_id: str) -> Sequence[Photo]:
    return session.scalars(
        select(Photo)
        .where(Photo.case_id == case_id, Photo.role == "registration_document")
        .order_by(Photo.role_confidence.desc().nulls_first(), Photo.position)
        .limit(3)
    ).all()


def read_document(case_id: str, eyes: Looker | None = None) -> None:
    """Read the registration document among the photos of the case; says so when there is none to read.

    Several photos of the document complete each other: a field is taken where it was read most surely.
    """
    eyes = eyes or looker()
    with session_scope() as session:
        case = load_case(session, case_id)
        photos = list(_document_photos(session, case.id))
        key = f"{','.join(photo.sha256 for photo in photos) or 'none'}:{eyes.versions['document']}"
        if _is_done(session, case.id, None, "document", key):
            _recount(session, case, document=True)
            return
    readings: list[tuple[Photo, Any]] = []
    verdicts: dict[str, dict[str, Any]] = {}
    code: str | None = None
    seconds = 0.0
    for photo in photos:
        reading, failed, took = _attempt("document", partial(eyes.document, photo.sha256))
        seconds += took
        code = code or failed
        if reading is not None:
            verdicts[photo.id] = judge(reading, (photo.quality or {}).get("problems", ()))
        if reading is not None and reading.found:
            readings.append((photo, reading))
    with session_scope() as session:
        case = load_case(session, case_id, lock=True)
        for photo_id, verdict in verdicts.items():
            _photo(session, photo_id).document = verdict
        known = {
            field.code: field
            for field in session.scalars(select(RegistrationField).where(RegistrationField.case_id == case.id))
        }
        for name, (photo, field, model) in best_fields(readings).items():
            row = known.get(name)
            if row is None:
                row = RegistrationField(case_id=case.id, code=name[:12])
                session.add(row)
            row.original = field.value
            if not row.corrected and not row.confirmed:
                row.value = field.value
            row.confidence = score(field.confidence)
            row.photo_id = photo.id
            row.box = [[round(float(x), 1), round(float(y), 1)] for x, y in field.box] if field.box else None
            row.alternatives = list(field.alternatives)
            row.reason = field.reason
            row.model = model
            known[name] = row
        vehicle = vehicle_of({name: row.value for name, row in known.items()}, case.odometer_km)
        case.vehicle = vehicle.title or case.vehicle
        case.holder_name = case.holder_name or vehicle.holder
        session.flush()
        _note(session, case.id, None, "document", key, seconds=seconds, code=code)


def prefill(case_id: str) -> None:
    """Put it together: vehicle, suggested lines, first calculation, flags; the case is then ready to be taken."""
    with session_scope() as session:
        case = load_case(session, case_id, lock=True)
        key = f"run:{case.run}"
        if _is_done(session, case.id, None, "prefill", key):
            return
        started = time.perf_counter()
        facts = prefill_case(session, case)
        record(session, case, SYSTEM, "prefilled", facts)
        _note(session, case.id, None, "prefill", key, seconds=time.perf_counter() - started)
        follow(session, case.id)
        session.execute(update(Case).where(Case.id == case.id).values(progress_step=None))


def start(case_id: str) -> list[str]:
    """Begin the pre-check; returns the ids of the photos. Beginning twice changes nothing."""
    with session_scope() as session:
        case = load_case(session, case_id, lock=True)
        if case.state == State.PHOTOS_COMPLETE:
            move(session, case, State.PRE_CHECK, SYSTEM, "pipeline_started", {"run": case.run})
        return list(session.scalars(select(Photo.id).where(Photo.case_id == case.id).order_by(Photo.position)))


def _recount(session: Session, case: Case, *, document: bool) -> None:
    """Set the progress to what is done already, of this run or an earlier one."""
    photos = session.scalar(select(func.count()).select_from(Photo).where(Photo.case_id == case.id)) or 0
    looks = (
        select(Step.photo_id, Step.name)
        .where(Step.case_id == case.id, Step.photo_id.is_not(None), Step.name.in_(("quality", "role", "damage")))
        .distinct()
        .subquery()
    )
    done = session.scalar(select(func.count()).select_from(looks)) or 0
    prefilled = _is_done(session, case.id, None, "prefill", f"run:{case.run}")
    case.progress_total = 3 * photos + 2
    case.progress_done = min(done, 3 * photos) + int(document or prefilled) + int(prefilled)


def count_steps(case_id: str) -> None:
    """Set the progress at the start: photos of an earlier run are no work any more."""
    with session_scope() as session:
        _recount(session, load_case(session, case_id, lock=True), document=False)


class Interrupted(Exception):  # noqa: N818 - not an error: the worker was asked to stop
    """The worker stops; the job goes back to the queue and goes on with the step that follows."""


#: Set when this process was asked to stop.
stopping = threading.Event()


def _go_on() -> None:
    if stopping.is_set():
        raise Interrupted


def run(case_id: str) -> None:
    """All steps of a set, one after another for the models, with the next photo decoded meanwhile."""
    bind_case(case_id)
    started = time.perf_counter()
    photo_ids = start(case_id)
    count_steps(case_id)
    # The detector that is active now does the whole set; a release in between is for the next one.
    eyes = active_looker()
    with eyes.ahead(_contents(photo_ids)):
        for photo_id in photo_ids:
            _go_on()
            check_quality(photo_id, eyes)
            classify_role(photo_id, eyes)
        _go_on()
        read_document(case_id, eyes)
        for photo_id in photo_ids:
            _go_on()
            detect_damage(photo_id, eyes)
    prefill(case_id)
    log.info("pipeline_done", photos=len(photo_ids), seconds=round(time.perf_counter() - started, 2))


def _contents(photo_ids: Sequence[str]) -> list[str]:
    with session_scope() as session:
        rows = session.execute(select(Photo.id, Photo.sha256).where(Photo.id.in_(photo_ids))).all()
        by_id = {row[0]: row[1] for row in rows}
        return [by_id[photo_id] for photo_id in photo_ids if photo_id in by_id]


def has_demo_plan(case_id: str) -> bool:
    """Whether the case is a demonstration that has still to be brought to its point of life."""
    with session_scope() as session:
        plan = load_case(session, case_id).demo_plan
        return plan is not None and not plan.get("done")
