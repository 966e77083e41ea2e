"""Which version of a model is at work: the database says so, and each process fetches it when a set begins.

The model that is shipped with the product is entered at first use. A version whose files were changed is never replaced by
another in silence: it comes back with its problem, and the step that needs it fails with that code.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cv_models import runtime
from cv_models.errors import ModelError
from workbench.access import SYSTEM, Actor
from workbench.cases.learning.bundle import NAME, REGISTRY, shipped_bundle, shipped_members, shipped_version
from workbench.errors import TelekalkError
from workbench.logs import get_logger
from workbench.store import model_files
from workbench.store.database import session_scope
from workbench.store.learning import ModelEvent, ModelVersion
from workbench.store.model_files import LocalModel

if TYPE_CHECKING:
    from workbench.cases.looking import Looker

log = get_logger(__name__)

_LOCK = 7_305_243
SHIPPED, STORED = "shipped", "store"


def lock(session: Session, name: str) -> None:
    """One transaction at a time changes the versions of a name."""
    session.execute(select(func.pg_advisory_xact_lock(_LOCK, func.hashtext(name))))


def note(session: Session, actor: Actor, row: ModelVersion, event: str, report: dict[str, Any] | None = None) -> None:
    """Add an entry to the history of a name."""
    session.add(
        ModelEvent(
            name=row.name,
            version=row.version,
            event=event,
            report=report or {},
            made_by=actor.user_id,
            actor=actor.name,
        )
    )
    session.flush()


def switch(session: Session, target: ModelVersion, before: ModelVersion | None) -> None:
    """Make ``target`` the active version; the caller holds the lock of the name and writes the event."""
    if before is not None:
        before.state = "retired"
        session.flush()  # the index allows one active version at any moment
    target.state = "active"
    session.flush()


def _rows(session: Session, name: str) -> Sequence[ModelVersion]:
    return session.scalars(
        select(ModelVersion).where(
            ModelVersion.name == name,
            (ModelVersion.state.in_(("active", "shadow"))) | (ModelVersion.storage == SHIPPED),
        )
    ).all()


def enter_shipped(name: str = NAME) -> None:
    """Enter the model that is shipped with the product; doing it again, or in two processes at once, changes nothing.

    It becomes active when no other version is, or when the active one is an earlier shipped one: who never released a model
    of their own gets the better ones with the product. Its files go into the store too, so that it can still be gone back to
    when the product is renewed.

    Raises:
        ModelFileError: TK-MODEL-001 to -003 when the shipped files are missing or were changed.
    """
    version, _registry_sha = shipped_version(name)
    with session_scope() as session:
        lock(session, name)
        if session.scalar(select(ModelVersion.id).where(ModelVersion.name == name, ModelVersion.version == version)):
            return
        bundle = shipped_bundle(name)
        for content in bundle.contents.values():
            model_files.put(content)
        active = session.scalar(select(ModelVersion).where(ModelVersion.name == name, ModelVersion.state == "active"))
        row = ModelVersion(
            name=name,
            version=version,
            state="candidate",
            storage=SHIPPED,
            files=bundle.files,
            bytes=bundle.size,
            settings=bundle.settings,
            licence=bundle.licence,
            card=bundle.card,
        )
        session.add(row)
        session.flush()
        note(session, SYSTEM, row, "registered", {"storage": SHIPPED})
        if active is None or active.storage == SHIPPED:
            switch(session, row, active)
            note(session, SYSTEM, row, "activated", {"before": active.version if active else None})
        log.info("model_entered", model=name, version=version, state=row.state)


def local(row: ModelVersion) -> LocalModel:
    """The version as this machine has it; its problem is told, not raised."""
    try:
        version, registry_sha = shipped_version(row.name) if row.storage == SHIPPED else ("", "")
        if row.version == version and row.files.get(REGISTRY) == registry_sha:
            for member in shipped_members(row.name):
                runtime.check(member, runtime.MODEL_FOLDER)
            return LocalModel(row.name, row.version, runtime.MODEL_FOLDER)
        return LocalModel(row.name, row.version, model_files.copy_of(row.name, row.version, row.files))
    except TelekalkError as problem:
        return LocalModel(row.name, row.version, None, problem)
    except ModelError as problem:
        return LocalModel(row.name, row.version, None, told(problem))


def told(problem: ModelError) -> TelekalkError:
    """An error of the models' floor with advice."""
    return TelekalkError(
        problem.code,
        problem.message_de,
        problem.message_en,
        status=500,
        remedy_de="Erneuern Sie die Installation (scripts/setup), oder gehen Sie mit `telekalk models rollback` zurück.",
        remedy_en="Renew the installation (scripts/setup), or go back with `telekalk models rollback`.",
    )


def entered(name: str = NAME) -> Sequence[ModelVersion] | ModelError:
    """The active, shadow and shipped versions, the present shipped one among them; an error when nothing can be active."""
    with session_scope() as session:
        rows = _rows(session, name)
    try:
        version, _sha = shipped_version(name)
        if not any(row.version == version for row in rows):
            enter_shipped(name)
            with session_scope() as session:
                rows = _rows(session, name)
    except ModelError as problem:
        log.warning("shipped_model_unusable", model=name, code=problem.code)
        if not any(row.state == "active" for row in rows):
            return problem
    return rows


def current(name: str = NAME) -> LocalModel:
    """The active version, fetched to this machine when it is not there yet, and put to use in this process.

    One query when nothing has changed. Without a usable file the problem comes with it (TK-MODEL-001): no other version
    steps in.

    Raises:
        TelekalkError: TK-STORE-002 when the database does not answer.
    """
    rows = entered(name)
    if isinstance(rows, ModelError):
        return LocalModel(name, "?", None, told(rows))
    active = next(row for row in rows if row.state == "active")
    found = local(active)
    if found.folder is None:
        log.warning("active_model_unusable", model=found.label, code=found.problem.code if found.problem else None)
        return found
    is_shipped = found.folder == runtime.MODEL_FOLDER
    model_files.remember(
        name, active.version, None if is_shipped else active.files, None if is_shipped else found.folder
    )
    runtime.use(name, None if is_shipped else found.folder)
    return found


def active_folder(name: str = NAME) -> Path:
    """Folder of the active version on this machine.

    Raises:
        TelekalkError: TK-MODEL-001 when its files are missing or were changed.
    """
    found = current(name)
    if found.folder is None:
        raise found.problem or told(ModelError("TK-MODEL-001", "Kein Modell.", "no model"))
    return found.folder


def active_looker() -> Looker:
    """The models of this process, with the damage detector that is active now; a set keeps the one it began with."""
    from workbench.cases.looking import looker

    return looker().using(current(NAME))
