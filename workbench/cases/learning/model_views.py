"""Registered versions of models and what happened to them, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.access import Actor, require
from workbench.cases.learning.active import entered, local
from workbench.cases.learning.bundle import NAME
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.learning import ModelEvent, ModelVersion, TrainingRun
from workbench.store.models import User


@dataclass(frozen=True, slots=True)
class ModelVersionView:
    """A registered version.

    Attributes:
        name, version, label: such as `damage`, `0.4`, `damage-0.4`; findings carry the label.
        state: candidate, shadow, active, retired or refused.
        storage: shipped (with the product) or store.
        files: file name -> SHA-256; ``bytes`` is their size in all.
        settings, licence, card: of the model; the card as text.
        evaluation: figures of the last gate it stood before; None before that.
        training_run: name of the run that made it, when it was told.
        registered_by, registered_at: who entered it and when.
    """

    id: str
    name: str
    version: str
    label: str
    state: str
    storage: str
    files: Mapping[str, str]
    bytes: int
    settings: Mapping[str, Any]
    licence: str
    card: str
    evaluation: Mapping[str, Any] | None
    training_run: str | None
    registered_by: str | None
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class ModelEventView:
    """Something that happened to a version: who did it, when, and the report that led to it."""

    id: int
    name: str
    version: str
    event: str
    report: Mapping[str, Any]
    actor: str
    made_at: datetime


def view(session: Session, row: ModelVersion) -> ModelVersionView:
    by = session.get(User, row.registered_by) if row.registered_by else None
    run = session.get(TrainingRun, row.training_run_id) if row.training_run_id else None
    return ModelVersionView(
        id=row.id,
        name=row.name,
        version=row.version,
        label=f"{row.name}-{row.version}",
        state=row.state,
        storage=row.storage,
        files=dict(row.files),
        bytes=row.bytes,
        settings=dict(row.settings),
        licence=row.licence,
        card=row.card,
        evaluation=row.evaluation,
        training_run=run.name if run else None,
        registered_by=by.name if by else None,
        registered_at=row.registered_at,
    )


def find(session: Session, name: str, version: str) -> ModelVersion:
    """Row of a version.

    Raises:
        TelekalkError: TK-MODEL-020 when there is none.
    """
    row = session.scalar(
        select(ModelVersion).where(
            ModelVersion.name == name[:40], ModelVersion.version == version.replace("\0", "")[:40]
        )
    )
    if row is None:
        raise TelekalkError(
            "TK-MODEL-020",
            f"Die Version {version} von {name} ist nicht registriert.",
            f"The version {version} of {name} is not registered.",
            status=404,
            remedy_de="`telekalk models list` nennt alle Versionen.",
            remedy_en="`telekalk models list` names all versions.",
        )
    return row


def active_row(session: Session, name: str) -> ModelVersion | None:
    """Row of the active version; None before any was entered."""
    return session.scalar(select(ModelVersion).where(ModelVersion.name == name, ModelVersion.state == "active"))


def is_active(name: str, version: str) -> TelekalkError:
    """TK-MODEL-022: this is the active version already."""
    return TelekalkError(
        "TK-MODEL-022",
        f"Die Version {version} von {name} ist schon aktiv.",
        f"The version {version} of {name} is active already.",
        status=409,
    )


def versions(actor: Actor, name: str | None = None) -> tuple[ModelVersionView, ...]:
    """All registered versions, the newest first; the shipped one is entered when it was not yet."""
    require(actor, "data.view")
    entered(name or NAME)
    with session_scope() as session:
        query = select(ModelVersion).order_by(ModelVersion.registered_at.desc())
        rows = session.scalars(query.where(ModelVersion.name == name) if name else query).all()
        return tuple(view(session, row) for row in rows)


def events(actor: Actor, name: str = NAME, *, limit: int = 200) -> tuple[ModelEventView, ...]:
    """What happened to the versions of a name, the newest first."""
    require(actor, "data.view")
    with session_scope() as session:
        rows = session.scalars(
            select(ModelEvent).where(ModelEvent.name == name).order_by(ModelEvent.id.desc()).limit(limit)
        )
        return tuple(
            ModelEventView(row.id, row.name, row.version, row.event, row.report, row.actor, row.made_at) for row in rows
        )


def version_folder(actor: Actor, version: str, name: str = NAME) -> Path:
    """Folder of a registered version on this machine, fetched when it is not there yet.

    Raises:
        TelekalkError: TK-MODEL-020 unknown, TK-MODEL-001 its files are missing or were changed.
    """
    require(actor, "data.view")
    with session_scope() as session:
        row = find(session, name, version)
    found = local(row)
    if found.folder is None:
        raise found.problem or LookupError(row.version)
    return found.folder
