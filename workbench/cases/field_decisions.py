"""What an expert does with a field of the document: confirm it, correct it, take that back. Each leaves training data."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workbench.access import Actor, require
from workbench.cases.builder import CaseRows
from workbench.cases.drafting import today
from workbench.cases.drafts import normalised, put_draft
from workbench.cases.field_checks import Doubt, check
from workbench.cases.field_labels import FIELD_LABELS, PERSONAL_CODES
from workbench.cases.field_values import LONGEST, LONGEST_LINES, normal_value
from workbench.cases.holding import open_for_change
from workbench.cases.known_mileage import remember_mileage
from workbench.cases.transition import load_case, record
from workbench.cases.vehicle import VehicleFacts, vehicle_of, with_vehicle
from workbench.cases.views import CaseView
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.models import Case, Draft, FieldAnnotation, Photo, RegistrationField, now

#: Fields that stand in the head of the calculation.
_IN_HEADER = frozenset({"A", "E", "D.1", "D.3", "2.1", "2.2"})


def bad(field: str, value: object) -> TelekalkError:
    """TK-CASE-007: a value that this fact cannot have."""
    shown = str(value)[:60]
    return TelekalkError(
        "TK-CASE-007",
        f"Der Wert {shown!r} ist für {field} nicht zulässig.",
        f"The value {shown!r} is not allowed for {field}.",
        status=422,
        data={"field": field},
    )


def finish(session: Session, case: Case, actor: Actor) -> CaseView:
    """Amounts and flags anew, and the case as the actor now sees it."""
    rows = CaseRows(session, case)
    result = rows.refresh(explain=True)
    session.flush()
    return rows.view(actor, result)


def _known(code: str) -> None:
    if code not in FIELD_LABELS:
        raise bad("code", code)


def _field(session: Session, case: Case, code: str) -> RegistrationField | None:
    return session.scalar(
        select(RegistrationField).where(RegistrationField.case_id == case.id, RegistrationField.code == code)
    )


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _annotate(
    session: Session,
    field: RegistrationField,
    actor: Actor,
    decision: Literal["confirmed", "corrected"],
    value: str | None,
) -> None:
    """Keep what was read, where, by which model, and what the expert makes of it; call it before the field is changed."""
    photo = session.get(Photo, field.photo_id) if field.photo_id else None
    session.add(
        FieldAnnotation(
            case_id=field.case_id,
            code=field.code,
            decision=decision,
            value=value,
            read_value=field.original,
            confidence=field.confidence,
            alternatives=list(field.alternatives or ()),
            reason=field.reason,
            model=field.model,
            box=field.box,
            photo_sha256=photo.sha256 if photo else None,
            before={
                "value": field.value,
                "corrected": field.corrected,
                "corrected_by": field.corrected_by,
                "corrected_at": _moment(field.corrected_at),
                "confirmed": field.confirmed,
                "confirmed_by": field.confirmed_by,
                "confirmed_at": _moment(field.confirmed_at),
            },
            made_by=actor.user_id,
        )
    )


def correct_field(actor: Actor, case_id: str, base_version: int, code: str, value: str | None) -> CaseView:
    """Correct a field of the registration document; the read value is kept beside it.

    The value is brought into the form of the field where it has one (``field_values``), and kept as it is where not: what
    does not fit is said beside it, and refused by nobody. A value that is the one that was read counts as confirmed.

    Raises:
        TelekalkError: TK-CASE-007 for an unknown code or a text that is longer than any field.
    """
    _known(code)
    if value is not None and len(value) > LONGEST_LINES:
        raise bad(code, value)
    kept = normal_value(code, value, today=today())
    if kept is not None and "\n" not in kept and len(value or "") > LONGEST and len(kept) >= LONGEST:
        raise bad(code, value)
    with session_scope() as session:
        case = open_for_change(session, actor, case_id, base_version)
        field = _field(session, case, code)
        if field is None:
            field = RegistrationField(case_id=case.id, code=code, alternatives=[], corrected=False, confirmed=False)
            session.add(field)
            session.flush()
        holder = _vehicle(session, case).holder
        as_read = field.model is not None and kept == field.original
        _annotate(session, field, actor, "confirmed" if as_read else "corrected", kept)
        field.value = kept
        field.corrected = not as_read
        field.corrected_by, field.corrected_at = (None, None) if as_read else (actor.user_id, now())
        field.confirmed = as_read
        field.confirmed_by, field.confirmed_at = (actor.user_id, now()) if as_read else (None, None)
        record(session, case, actor, "field_confirmed" if as_read else "field_corrected", {"code": code})
        _refresh_identity(session, case, actor, code, holder)
        return finish(session, case, actor)


def confirm_field(actor: Actor, case_id: str, base_version: int, code: str) -> CaseView:
    """Somebody has looked at the field and leaves it as it stands, blank or not."""
    _known(code)
    with session_scope() as session:
        case = open_for_change(session, actor, case_id, base_version)
        field = _field(session, case, code)
        if field is None:
            field = RegistrationField(case_id=case.id, code=code, alternatives=[], corrected=False, confirmed=False)
            session.add(field)
            session.flush()
        if not field.confirmed:
            _annotate(session, field, actor, "corrected" if field.corrected else "confirmed", field.value)
            field.confirmed, field.confirmed_by, field.confirmed_at = True, actor.user_id, now()
            record(session, case, actor, "field_confirmed", {"code": code})
        return finish(session, case, actor)


def undo_field(actor: Actor, case_id: str, base_version: int, code: str | None = None) -> CaseView:
    """Take back the last decision on a field, or on whichever field was decided last.

    Raises:
        TelekalkError: TK-CASE-006 when there is none to take back.
    """
    if code is not None:
        _known(code)
    with session_scope() as session:
        case = open_for_change(session, actor, case_id, base_version)
        query = select(FieldAnnotation).where(FieldAnnotation.case_id == case.id, FieldAnnotation.undone.is_(False))
        if code is not None:
            query = query.where(FieldAnnotation.code == code)
        last = session.scalar(query.order_by(FieldAnnotation.id.desc()).limit(1))
        field = _field(session, case, last.code) if last is not None else None
        if last is None or field is None:
            raise TelekalkError(
                "TK-CASE-006", "Es gibt nichts zurückzunehmen.", "There is nothing to undo.", status=409
            )
        holder = _vehicle(session, case).holder
        before: dict[str, Any] = last.before
        field.value = before.get("value")
        field.corrected, field.corrected_by = bool(before.get("corrected")), before.get("corrected_by")
        field.confirmed, field.confirmed_by = bool(before.get("confirmed")), before.get("confirmed_by")
        field.corrected_at, field.confirmed_at = _read(before, "corrected_at"), _read(before, "confirmed_at")
        last.undone = True
        record(session, case, actor, "field_undone", {"code": last.code})
        _refresh_identity(session, case, actor, last.code, holder)
        return finish(session, case, actor)


def _read(before: dict[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(before[name]) if before.get(name) else None


def field_doubts(actor: Actor, case_id: str, code: str, typed: str | None) -> tuple[str | None, tuple[Doubt, ...]]:
    """What a value would be kept as, and what does not fit in it; nothing is stored. For the moment of typing.

    Raises:
        TelekalkError: TK-CASE-007 for an unknown code, TK-ACCESS-… as for the case.
    """
    _known(code)
    require(actor, "case.view", case_id)
    day = today()
    kept = normal_value(code, (typed or "")[: LONGEST_LINES + 1], today=day)
    with session_scope() as session:
        case = load_case(session, case_id)
        rows = session.execute(
            select(RegistrationField.code, RegistrationField.value).where(RegistrationField.case_id == case.id)
        )
        others: dict[str, str | None] = {row[0]: row[1] for row in rows}
    return kept, check(code, kept, {**others, code: kept}, day)


def _vehicle(session: Session, case: Case) -> VehicleFacts:
    fields = session.scalars(select(RegistrationField).where(RegistrationField.case_id == case.id)).all()
    return vehicle_of({field.code: field.value for field in fields}, case.odometer_km)


def _refresh_identity(session: Session, case: Case, actor: Actor, code: str, holder_before: str | None) -> None:
    """What the document says of the vehicle goes into the head of the calculation and into the queue's row."""
    session.flush()
    vehicle = _vehicle(session, case)
    case.vehicle = vehicle.title or case.vehicle
    if code in PERSONAL_CODES and case.holder_name == holder_before:
        # The name was taken from the document, so it follows it.
        case.holder_name = vehicle.holder
    if code in {"A", "E"}:
        remember_mileage(session, case)
    if case.draft is None:
        return
    if code in _IN_HEADER:
        # The head follows the fields, which have an undo of their own; it is no step of the calculation.
        case.draft = normalised(with_vehicle(case.draft, vehicle, case.plate))
        session.execute(
            update(Draft)
            .where(Draft.case_id == case.id, Draft.position == case.draft_position)
            .values(draft=case.draft)
        )
    elif code == "B":
        first: date | None = vehicle.first_registration
        known = {**(case.draft.get("vehicle") or {}), "first_registration": first.isoformat() if first else None}
        changed = normalised({**case.draft, "vehicle": known})
        if changed != case.draft:
            put_draft(session, case, changed, actor, f"Feld {code}")
