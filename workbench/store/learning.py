"""The tables of the loop by which the detector gets better: annotations, models, datasets, runs, and what became of suggestions."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from workbench.store.models import Base, Json, new_id, now

_CASE = "cases.id"


class RegionAnnotation(Base):
    """One act on a region of damage: confirmed, rejected, edited (moved, relabelled), added, undone, or mended later.

    Rows are only added. ``before`` and ``after`` hold category, part, side, severity, box and polygon (pixels of the upright original);
    ``before`` is None for an added region, ``after`` for a rejected one.
    """

    __tablename__ = "region_annotations"
    __table_args__ = (
        CheckConstraint(
            "decision in ('confirmed', 'rejected', 'edited', 'added', 'undone', 'mended')", name="region_decision_known"
        ),
        CheckConstraint("by_role in ('expert', 'reviewer', 'data')", name="region_role_known"),
        Index("ix_region_annotations_photo", "photo_sha256", "id"),
        Index("ix_region_annotations_case", "case_id", "finding_id", "id"),
        Index("ix_region_annotations_finding", "finding_id", "by_role", "id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey(_CASE, ondelete="CASCADE"))
    photo_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("photos.id", ondelete="SET NULL"))
    photo_sha256: Mapped[str] = mapped_column(String(64))
    finding_id: Mapped[str] = mapped_column(Uuid(as_uuid=False))
    decision: Mapped[str] = mapped_column(String(10))
    by_role: Mapped[str] = mapped_column(String(12))
    model: Mapped[str | None]
    score: Mapped[Decimal | None] = mapped_column(Numeric(5, 4))
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
    made_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(default=now)


class DatasetVersion(Base):
    """A training set as it was exported: which photos, with which labels, on which side of the split."""

    __tablename__ = "dataset_versions"
    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    manifest_sha256: Mapped[str] = mapped_column(String(64))
    #: labels per class and split, photos per split, vehicles per split.
    counts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    #: one entry per photo: its hash, group (vehicle), split, and labels.
    manifest: Mapped[list[Any]] = mapped_column(Json, default=list)
    note: Mapped[str | None]
    made_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(default=now)


class TrainingRun(Base):
    """One run of an experiment, with its curve and its figures."""

    __tablename__ = "training_runs"
    __table_args__ = (CheckConstraint("state in ('running', 'done', 'failed', 'stopped')", name="run_state_known"),)
    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    experiment: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    dataset_version_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("dataset_versions.id"))
    state: Mapped[str] = mapped_column(String(8))
    device: Mapped[str | None]
    #: one entry per noted step: step, seconds, loss and its parts.
    curve: Mapped[list[Any]] = mapped_column(Json, default=list)
    figures: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    started_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("users.id"))
    started_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


class ModelVersion(Base):
    """A model file that was registered in this installation. One version of a name is active, at most one runs as a shadow."""

    __tablename__ = "model_versions"
    __table_args__ = (
        UniqueConstraint("name", "version", name="model_version_once"),
        CheckConstraint("state in ('candidate', 'shadow', 'active', 'retired', 'refused')", name="model_state_known"),
        Index("ix_model_versions_active", "name", unique=True, postgresql_where=text("state = 'active'")),
        Index("ix_model_versions_shadow", "name", unique=True, postgresql_where=text("state = 'shadow'")),
    )
    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(10))
    #: `shipped` with the product, or in the `store` under its hash.
    storage: Mapped[str] = mapped_column(String(8))
    #: file name -> SHA-256 of everything that belongs to the version.
    files: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    bytes: Mapped[int] = mapped_column(BigInteger)
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    licence: Mapped[str]
    card: Mapped[str]  # the card's text
    evaluation: Mapped[dict[str, Any] | None] = mapped_column(Json)
    training_run_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("training_runs.id"))
    registered_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("users.id"))
    registered_at: Mapped[datetime] = mapped_column(default=now)


class ModelEvent(Base):
    """What happened to a model version, with the report that led to it. Rows are only added."""

    __tablename__ = "model_events"
    __table_args__ = (Index("ix_model_events_name", "name", "id"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(24))
    event: Mapped[str] = mapped_column(String(16))  # registered, gate_passed, gate_refused, shadow_started, promoted, …
    report: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    made_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("users.id"))
    actor: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default=now)


class ShadowLook(Base):
    """What a candidate found on a live photo, beside the active model, and where the two disagree."""

    __tablename__ = "shadow_looks"
    __table_args__ = (UniqueConstraint("photo_id", "active", "candidate", name="shadow_look_once"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey(_CASE, ondelete="CASCADE"))
    photo_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("photos.id", ondelete="CASCADE"))
    active: Mapped[str]
    candidate: Mapped[str]
    findings: Mapped[list[Any]] = mapped_column(Json, default=list)
    disagreements: Mapped[list[Any]] = mapped_column(Json, default=list)
    disagreement_count: Mapped[int] = mapped_column(Integer, default=0)
    seconds: Mapped[Decimal | None] = mapped_column(Numeric(9, 3))
    made_at: Mapped[datetime] = mapped_column(default=now)


class SuggestionOutcome(Base):
    """What was suggested for a part, and what the expert finally did, as it stood when an offer was sent."""

    __tablename__ = "suggestion_outcomes"
    __table_args__ = (
        CheckConstraint("outcome in ('kept', 'changed', 'dropped', 'added')", name="suggestion_outcome_known"),
        Index("ix_suggestion_outcomes_case", "case_id", "offer_version"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey(_CASE, ondelete="CASCADE"))
    offer_version: Mapped[int]
    part: Mapped[str] = mapped_column(String(32))
    side: Mapped[str | None] = mapped_column(String(8))
    #: kind, repair_severity, paint_level, reason, size and finding ids; None when nothing was suggested.
    suggested: Mapped[dict[str, Any] | None] = mapped_column(Json)
    #: the same for what stands in the offer; None when the part is not in it.
    done: Mapped[dict[str, Any] | None] = mapped_column(Json)
    outcome: Mapped[str] = mapped_column(String(8))
    made_by: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(default=now)
