"""The tables. Money is NUMERIC, times carry their zone, and the rules that must always hold are constraints."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    Sequence,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Money = Numeric(12, 2)
Json = JSONB(none_as_null=True)
case_changes = Sequence("case_changes")


def new_id() -> str:
    """A random id that cannot be guessed."""
    return str(uuid.uuid4())


def now() -> datetime:
    """The present moment, with its zone."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy
        datetime: DateTime(timezone=True),
        dict[str, Any]: Json,
        list[Any]: Json,
        str: Text,
        Decimal: Money,
    }


def _key() -> Mapped[str]:
    return mapped_column(Uuid(as_uuid=False), primary_key=True, default=new_id)


def _case_key(*, nullable: bool = False) -> Mapped[Any]:
    return mapped_column(Uuid(as_uuid=False), ForeignKey("cases.id", ondelete="CASCADE"), nullable=nullable)


def _user_key() -> Mapped[Any]:
    return mapped_column(Uuid(as_uuid=False), ForeignKey("users.id"), nullable=True)


class User(Base):
    """A local account."""

    __tablename__ = "users"
    id: Mapped[str] = _key()
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    demo: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Case(Base):
    """A case: the claim's facts, its state, clock, lock, current draft and what the queue shows of it."""

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint("regime in ('kasko', 'liability')", name="regime_known"),
        CheckConstraint("quota_percent between 0 and 100", name="quota_range"),
        Index("ix_cases_queue", "state", "due_at"),
        Index("ix_cases_changed_at", "changed_at"),
        Index("ix_cases_plate_key", "plate_key"),
    )
    id: Mapped[str] = _key()
    claim_number: Mapped[str] = mapped_column(String(64), unique=True)
    regime: Mapped[str] = mapped_column(String(16))
    coverage: Mapped[str | None] = mapped_column(String(16))
    plate: Mapped[str | None]
    plate_key: Mapped[str | None]
    holder_name: Mapped[str | None]
    vehicle: Mapped[str | None]
    loss_date: Mapped[date | None]
    odometer_km: Mapped[int | None]
    # The highest mileage that an earlier claim for the same vehicle knows: km, day, claim_number.
    known_mileage: Mapped[dict[str, Any] | None] = mapped_column(Json)
    email: Mapped[str | None]
    phone: Mapped[str | None]
    postcode: Mapped[str | None] = mapped_column(String(10))
    excess: Mapped[Decimal | None]
    quota_percent: Mapped[Decimal] = mapped_column(Numeric(5, 2), default=Decimal(100))
    input_tax_deductible: Mapped[bool] = mapped_column(Boolean, default=False)
    leased_or_financed: Mapped[bool | None]
    description: Mapped[str | None]
    source: Mapped[str] = mapped_column(String(16), default="api")
    demo: Mapped[bool] = mapped_column(Boolean, default=False)
    demo_plan: Mapped[dict[str, Any] | None] = mapped_column(Json)

    state: Mapped[str] = mapped_column(String(24))
    version: Mapped[int] = mapped_column(Integer, default=1)
    changed_by: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    # Set by a trigger at each change; the sum over recent cases is the queue's version.
    change_seq: Mapped[int] = mapped_column(BigInteger, case_changes, server_default=case_changes.next_value())

    received_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    clock_left_seconds: Mapped[int | None]  # while paused: office seconds that were left
    assigned_to: Mapped[str | None] = _user_key()
    lock_until: Mapped[datetime | None]

    photo_request: Mapped[dict[str, Any] | None] = mapped_column(Json)
    exclude_reason: Mapped[str | None]
    batch: Mapped[int] = mapped_column(Integer, default=0)  # counts photo requests: later photos are "new"

    run: Mapped[int] = mapped_column(Integer, default=0)  # counts pipeline runs
    progress_done: Mapped[int] = mapped_column(Integer, default=0)
    progress_total: Mapped[int] = mapped_column(Integer, default=0)
    progress_step: Mapped[str | None] = mapped_column(String(24))
    progress_failed: Mapped[int] = mapped_column(Integer, default=0)
    prefilled_at: Mapped[datetime | None]

    draft: Mapped[dict[str, Any] | None] = mapped_column(Json)
    draft_position: Mapped[int] = mapped_column(Integer, default=0)
    draft_last: Mapped[int] = mapped_column(Integer, default=0)
    gross: Mapped[Decimal | None]
    payout: Mapped[Decimal | None]
    flag_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    flags: Mapped[list[Any]] = mapped_column(Json, default=list)


class Photo(Base):
    """A photo of a set, with what was worth keeping of its metadata and what the models say about it."""

    __tablename__ = "photos"
    __table_args__ = (
        UniqueConstraint("case_id", "source_sha256", name="photo_once_per_case"),
        Index("ix_photos_sha256", "sha256"),
        Index("ix_photos_case", "case_id", "position"),
    )
    id: Mapped[str] = _key()
    case_id: Mapped[str] = _case_key()
    position: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    source_sha256: Mapped[str] = mapped_column(String(64))
    filename: Mapped[str]
    source_format: Mapped[str] = mapped_column(String(8))
    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int]
    taken_at: Mapped[datetime | None]
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    device: Mapped[str | None]
    software: Mapped[str | None]
    received_at: Mapped[datetime] = mapped_column(default=now)
    received_from: Mapped[str]
    batch: Mapped[int] = mapped_column(Integer, default=0)
    quality: Mapped[dict[str, Any] | None] = mapped_column(Json)
    role: Mapped[str | None] = mapped_column(String(32))
    role_confidence: Mapped[Decimal | None] = mapped_column(Numeric(5, 4))
    role_corrected: Mapped[bool] = mapped_column(Boolean, default=False)
    view: Mapped[str | None] = mapped_column(String(16))
    # The quick look at a document while its customer is still there: state, readable, codes, plate.
    document: Mapped[dict[str, Any] | None] = mapped_column(Json)


class Step(Base):
    """One step of the pipeline for one photo or, without a photo, for the case; done once per run and content."""

    __tablename__ = "steps"
    __table_args__ = (
        Index("ux_steps_once", "case_id", "name", text("coalesce(photo_id::text, '')"), "key", unique=True),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[str] = _case_key()
    photo_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("photos.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(24))
    key: Mapped[str]  # content hash and model, so that the same work is never done twice
    status: Mapped[str] = mapped_column(String(8))  # done | failed
    code: Mapped[str | None]
    seconds: Mapped[Decimal | None] = mapped_column(Numeric(9, 3))
    finished_at: Mapped[datetime] = mapped_column(default=now)


class RegistrationField(Base):
    """A field of the registration document as read, and as corrected."""

    __tablename__ = "registration_fields"
    __table_args__ = (UniqueConstraint("case_id", "code", name="field_once_per_case"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[str] = _case_key()
    code: Mapped[str] = mapped_column(String(12))
    value: Mapped[str | None]
    original: Mapped[str | None]
    confidence: Mapped[Decimal | None] = mapped_column(Numeric(5, 4))
    photo_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), ForeignKey("photos.id", ondelete="SET NULL"))
    box: Mapped[list[Any] | None] = mapped_column(Json)
    alternatives: Mapped[list[Any]] = mapped_column(Json, default=list)
    reason: Mapped[str | None]
    model: Mapped[str | None]
    corrected: Mapped[bool] = mapped_column(Boolean, default=False)
    corrected_by: Mapped[str | None] = _user_key()
    corrected_at: Mapped[datetime | None]
    # Somebody looked at it and left it as it was read.
    confirmed: Mapped[bool] = mapped_column(Boolean, default=False)
    confirmed_by: Mapped[str | None] = _user_key()
    confirmed_at: Mapped[datetime | None]


class FieldAnnotation(Base):
    """What an expert left of a field, beside what was read and where: training data. Entries are added, never changed.

    ``before`` is the field as it stood (value, corrected, confirmed), for undo; ``undone`` entries are no training data.
    """

    __tablename__ = "field_annotations"
    __table_args__ = (
        CheckConstraint("decision in ('confirmed', 'corrected')", name="annotation_decision_known"),
        Index("ix_field_annotations_case", "case_id", "code", "id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[str] = _case_key()
    code: Mapped[str] = mapped_column(String(12))
    decision: Mapped[str] = mapped_column(String(10))
    value: Mapped[str | None]
    read_value: Mapped[str | None]
    confidence: Mapped[Decimal | None] = mapped_column(Numeric(5, 4))
    alternatives: Mapped[list[Any]] = mapped_column(Json, default=list)
    reason: Mapped[str | None]
    model: Mapped[str | None]
    box: Mapped[list[Any] | None] = mapped_column(Json)
    photo_sha256: Mapped[str | None] = mapped_column(String(64))
    before: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    undone: Mapped[bool] = mapped_column(Boolean, default=False)
    made_by: Mapped[str | None] = _user_key()
    made_at: Mapped[datetime] = mapped_column(default=now)


class Finding(Base):
    """A region of a photo with damage: what the model said, and what a person made of it."""

    __tablename__ = "findings"
    __table_args__ = (
        CheckConstraint("status in ('proposed', 'confirmed', 'rejected', 'edited')", name="status_known"),
        Index("ix_findings_case", "case_id"),
    )
    id: Mapped[str] = _key()
    case_id: Mapped[str] = _case_key()
    photo_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("photos.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer, default=0)
    category: Mapped[str] = mapped_column(String(32))
    score: Mapped[Decimal | None] = mapped_column(Numeric(5, 4))
    box: Mapped[list[Any]] = mapped_column(Json)
    polygon: Mapped[list[Any] | None] = mapped_column(Json)
    part: Mapped[str | None] = mapped_column(String(32))
    side: Mapped[str | None] = mapped_column(String(8))
    severity: Mapped[str | None] = mapped_column(String(16))
    model: Mapped[str | None]
    origin: Mapped[str] = mapped_column(String(8), default="model")
    status: Mapped[str] = mapped_column(String(10), default="proposed")
    original: Mapped[dict[str, Any] | None] = mapped_column(Json)
    #: findings of one case with the same key show the same damage on several photos.
    damage_key: Mapped[str | None] = mapped_column(String(40))
    #: length, width (mm), area (mm²) as decimal text and what the scale was taken from; None where no scale is visible.
    size: Mapped[dict[str, Any] | None] = mapped_column(Json)
    decided_by: Mapped[str | None] = _user_key()
    decided_at: Mapped[datetime | None]


class Draft(Base):
    """One state of the calculation input; the row of positions is what undo and redo walk along."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("case_id", "position", name="draft_position_once"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    case_id: Mapped[str] = _case_key()
    position: Mapped[int]
    draft: Mapped[dict[str, Any]] = mapped_column(Json)
    what: Mapped[str] = mapped_column(Text, default="")
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default=now)


class Calculation(Base):
    """An input with its explained result as it stood when something was done with it; a trigger refuses every change.

    ``result_sha256`` is the checksum of the result's canonical bytes (``workbench.engines``).
    """

    __tablename__ = "calculations"
    id: Mapped[str] = _key()
    case_id: Mapped[str] = _case_key()
    engine_version: Mapped[str]
    input: Mapped[dict[str, Any]] = mapped_column(Json)
    result: Mapped[dict[str, Any]] = mapped_column(Json)
    result_sha256: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(default=now)


class Offer(Base):
    """A sent offer; a case has at most one that is open or accepted."""

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("case_id", "version", name="offer_version_once"),
        CheckConstraint(
            "state in ('sent', 'superseded', 'accepted', 'declined', 'expired', 'withdrawn')", name="state_known"
        ),
        Index("ux_offers_one_open", "case_id", unique=True, postgresql_where=text("state in ('sent', 'accepted')")),
    )
    id: Mapped[str] = _key()
    case_id: Mapped[str] = _case_key()
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    net: Mapped[Decimal]
    gross: Mapped[Decimal]
    payout: Mapped[Decimal]
    calculation_id: Mapped[str] = mapped_column(Uuid(as_uuid=False), ForeignKey("calculations.id"))
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    cleared_flags: Mapped[list[Any]] = mapped_column(Json, default=list)
    sent_by: Mapped[str | None] = _user_key()
    sent_at: Mapped[datetime]
    valid_until: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decision: Mapped[dict[str, Any] | None] = mapped_column(Json)


class Audit(Base):
    """Who did what when; a trigger refuses every change and deletion."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_case", "case_id", "id"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    case_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    actor_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False))
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[str | None] = mapped_column(String(24))
    to_state: Mapped[str | None] = mapped_column(String(24))
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class OutboxMessage(Base):
    """A message that has to go out; written in the transaction that gives the reason for it."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_case", "case_id"),)
    id: Mapped[str] = _key()
    case_id: Mapped[str | None] = _case_key(nullable=True)
    kind: Mapped[str] = mapped_column(String(32))  # photos_requested, offer, excluded, call_back, …
    channel: Mapped[str] = mapped_column(String(16))  # sms, email, task, webhook
    recipient: Mapped[str | None]
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str | None]


class Idempotency(Base):
    """The answer given to a key, so that a repeated request gets the same answer and no second effect."""

    __tablename__ = "idempotency"
    scope: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any]] = mapped_column(Json)
    made_at: Mapped[datetime] = mapped_column(default=now)


class StoredSetting(Base):
    """Facts that the installation keeps about itself."""

    __tablename__ = "stored_settings"
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(Json)
    changed_at: Mapped[datetime] = mapped_column(default=now)
