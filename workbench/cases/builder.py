"""Builds what a person sees of a case from its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from calculation import (
    CalculationError,
    CalculationInput,
    CalculationResult,
    calculate,
    input_from_json,
    result_to_json,
)
from cv_models.registration.reading import REASONS
from workbench.access import Actor, allowed
from workbench.cases.clock import office_hours
from workbench.cases.cross_checks import DocumentFacts
from workbench.cases.drafting import today
from workbench.cases.field_checks import Doubt, check_all
from workbench.cases.field_labels import FIELD_LABELS, WANTED, group_of, order_of
from workbench.cases.field_state import is_doubtful
from workbench.cases.flags import CaseFacts, assess
from workbench.cases.intake import plate_key
from workbench.cases.timeline import QUIET, entry
from workbench.cases.views import TERMINAL, CaseView, State
from workbench.errors import TelekalkError
from workbench.store.models import Audit, Case, Finding, Offer, Photo, RegistrationField, User, now

CLAIM_FIELDS = (
    "claim_number", "regime", "coverage", "plate", "holder_name", "vehicle", "loss_date", "odometer_km", "email", "phone",
    "postcode", "excess", "quota_percent", "input_tax_deductible", "leased_or_financed", "description", "source",
)  # fmt: skip
TIMELINE_LENGTH = 60

# Written once: an edit reads a case in a few milliseconds, and putting a statement together costs a good part of one.
_CASE: BindParameter[str] = bindparam("case_id")
PHOTOS_OF = select(Photo).where(Photo.case_id == _CASE).order_by(Photo.position)
FIELDS_OF = select(RegistrationField).where(RegistrationField.case_id == _CASE)
FINDINGS_OF = select(Finding).where(Finding.case_id == _CASE).order_by(Finding.position, Finding.id)
OFFERS_OF = select(Offer).where(Offer.case_id == _CASE).order_by(Offer.version.desc())
TIMELINE_OF = (
    select(Audit)
    .where(Audit.case_id == _CASE, Audit.action.not_in(QUIET))
    .order_by(Audit.id.desc())
    .limit(TIMELINE_LENGTH)
)


def iso(moment: datetime | None) -> str | None:
    """A moment as text, UTC."""
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None


def calculated(draft: dict[str, Any] | CalculationInput, *, explain: bool) -> CalculationResult:
    """Calculate a draft, read already or not; the engine's refusal becomes an error that a page can show.

    Raises:
        TelekalkError: TK-CALC-… with ``data["problems"]``: code, line_id, field and both messages of each.
    """
    try:
        return calculate(input_from_json(draft) if isinstance(draft, dict) else draft, explain=explain)
    except CalculationError as problem:
        raise TelekalkError(
            problem.code,
            problem.message_de,
            problem.message_en,
            status=422,
            data={"problems": [item.to_json() for item in problem.problems]},
        ) from problem


class CaseRows:
    """The rows around one case, read once per transaction."""

    def __init__(self, session: Session, case: Case) -> None:
        self.session = session
        self.case = case
        which = {"case_id": case.id}
        self.photos: Sequence[Photo] = session.scalars(PHOTOS_OF, which).all()
        self.fields: Sequence[RegistrationField] = session.scalars(FIELDS_OF, which).all()
        self.findings: Sequence[Finding] = session.scalars(FINDINGS_OF, which).all()

    @classmethod
    def unstored(
        cls, case: Case, photos: Sequence[Photo], fields: Sequence[RegistrationField], findings: Sequence[Finding]
    ) -> CaseRows:
        """Rows that stand in no database: for a folder of photos on the command line. They have no ``view``."""
        rows = cls.__new__(cls)
        rows.case, rows.photos, rows.fields, rows.findings = case, photos, fields, findings
        return rows

    def described(self, names: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
        """Claim, document fields, photos and findings as a view shows them; ``names`` of users by their ids."""
        shas = {photo.id: photo.sha256 for photo in self.photos}
        return {
            "claim": _claim(self.case),
            "vehicle_fields": _fields(self.fields, shas, names),
            "photos": tuple(_photo(photo, self.case) for photo in self.photos),
            "findings": tuple(_finding(finding, shas) for finding in self.findings),
        }

    def facts(self) -> CaseFacts:
        """What the flags look at."""
        plate = next((field.value for field in self.fields if field.code == "A"), None)
        return CaseFacts(
            leased_or_financed=self.case.leased_or_financed,
            claim_plate=self.case.plate_key,
            document_plate=plate_key(plate),
            photos=[(photo.role, (photo.quality or {}).get("problems", ())) for photo in self.photos],
            document_fields=sum(1 for field in self.fields if field.value),
            damage_findings=sum(1 for finding in self.findings if finding.status != "rejected"),
            prefilled=self.case.prefilled_at is not None,
            document=self._document(),
            document_problems=next(
                (codes for photo in self.photos if (codes := (photo.document or {}).get("codes", ()))), ()
            ),
        )

    def _document(self) -> DocumentFacts:
        case, received = self.case, self.case.received_at
        values = {field.code: field.value for field in self.fields}
        doubts = check_all(values, today())
        return DocumentFacts(
            fields=values,
            doubtful=[field.code for field in self.fields if _doubtful(field, doubts.get(field.code, ()))],
            confirmed=[field.code for field in self.fields if field.confirmed],
            claim_number=case.claim_number,
            notes=[photo.filename for photo in self.photos],
            holder_name=case.holder_name,
            loss_day=case.loss_date,
            asked_day=received.date() if received else today(),
            odometer_km=case.odometer_km,
            known_mileage=case.known_mileage,
            leased_or_financed=case.leased_or_financed,
        )

    def refresh(self, *, explain: bool = False, values: CalculationInput | None = None) -> dict[str, Any] | None:
        """Recalculate the current draft and write amounts and flags to the case's row; returns the result JSON.

        ``values`` is the current draft where the caller has read it already.
        """
        case = self.case
        result: dict[str, Any] | None = None
        if case.draft is not None:
            made = calculated(values or case.draft, explain=explain)
            result = result_to_json(made, explain=explain)
            case.gross = made.totals.gross
            case.payout = made.payout
        flags = assess(self.facts(), result)
        case.flags = [asdict(flag) for flag in flags]
        case.flag_codes = list(dict.fromkeys(flag.code for flag in flags if flag.level != "info"))
        return result

    def view(self, actor: Actor, result: dict[str, Any] | None = None) -> CaseView:
        """The case as this actor sees it; without ``result`` the draft is calculated with its derivation."""
        case, session = self.case, self.session
        if result is None and case.draft is not None:
            result = result_to_json(calculated(case.draft, explain=True), explain=True)
        offers = session.scalars(OFFERS_OF, {"case_id": case.id}).all()
        audit = session.scalars(TIMELINE_OF, {"case_id": case.id}).all()
        names = {actor.user_id: actor.name} if actor.user_id else {}
        deciders = (who for field in self.fields for who in (field.corrected_by, field.confirmed_by))
        owners = (case.assigned_to, *(offer.sent_by for offer in offers), *deciders)
        people = {owner for owner in owners if owner} - names.keys()
        if people:
            names |= {row[0]: row[1] for row in session.execute(select(User.id, User.name).where(User.id.in_(people)))}
        moment = now()
        locked = case.lock_until is not None and case.lock_until > moment and case.assigned_to is not None
        mine = actor.user_id is not None and case.assigned_to == actor.user_id
        editable = (
            State(case.state) in {State.PRE_CHECK, State.IN_CALCULATION, State.REVIEW}
            and allowed(actor, "case.work", case.id)
            and case.draft is not None
            and (mine or not locked)
        )
        return CaseView(
            id=case.id,
            version=case.version,
            state=case.state,
            **self.described(names),
            draft=case.draft,
            result=result,
            flags=tuple(case.flags),
            clock=clock_of(case, moment),
            lock={
                "by": names.get(case.assigned_to or "") if locked else None,
                "until": iso(case.lock_until) if locked else None,
                "mine": locked and mine,
                "assigned_to": names.get(case.assigned_to or ""),
            },
            offers=tuple(_offer(offer, names) for offer in offers),
            timeline=tuple(entry(row) for row in audit),
            progress={
                "done": case.progress_done,
                "total": case.progress_total,
                "step": case.progress_step,
                "failed": case.progress_failed,
            },
            can_undo=editable and case.draft_position > 0,
            can_redo=editable and case.draft_position < case.draft_last,
            demo=case.demo,
            editable=editable,
            photo_request=case.photo_request,
        )


def clock_of(case: Case, moment: datetime) -> dict[str, Any]:
    """The clock: running, paused while photos are requested, stopped once an offer is out."""
    paused = case.state == State.PHOTOS_INCOMPLETE and case.clock_left_seconds is not None
    running = case.due_at is not None and not paused and case.clock_left_seconds is None and case.state not in TERMINAL
    left: int | None = None
    if running and case.due_at is not None:
        left = office_hours().between(moment, case.due_at)
    elif case.clock_left_seconds is not None:
        left = case.clock_left_seconds
    return {
        "due_at": iso(case.due_at) if running else None,
        "paused": paused,
        "running": running,
        "remaining_seconds": left,
        "office_open": office_hours().is_open(moment),
    }


def _claim(case: Case) -> dict[str, Any]:
    claim: dict[str, Any] = {name: getattr(case, name) for name in CLAIM_FIELDS}
    claim["loss_date"] = case.loss_date.isoformat() if case.loss_date else None
    claim["excess"] = str(case.excess) if case.excess is not None else None
    claim["quota_percent"] = str(case.quota_percent)
    claim["received_at"] = iso(case.received_at)
    claim["exclude_reason"] = case.exclude_reason
    return claim


def _doubtful(row: RegistrationField, doubts: Sequence[Doubt]) -> bool:
    confidence = float(row.confidence) if row.confidence is not None else None
    return is_doubtful(
        row.code,
        row.value,
        confidence,
        row.reason,
        corrected=bool(row.corrected),
        confirmed=bool(row.confirmed),
        doubts=doubts,
    )


def _fields(
    rows: Sequence[RegistrationField], shas: Mapping[str, str], names: Mapping[str, str]
) -> tuple[dict[str, Any], ...]:
    known = {row.code: row for row in rows}
    doubts = check_all({row.code: row.value for row in rows}, today())
    shown = []
    for code in sorted({*known, *WANTED}, key=order_of):
        row = known.get(code) or RegistrationField(code=code, alternatives=[], corrected=False, confirmed=False)
        label, label_en = FIELD_LABELS.get(code, (code, code))
        reason = REASONS.get(row.reason or "")
        decided_by = row.confirmed_by or row.corrected_by
        shown.append(
            {
                "code": code,
                "label": label,
                "label_en": label_en,
                "group": group_of(code),
                "value": row.value,
                "original": row.original,
                "confidence": float(row.confidence) if row.confidence is not None else None,
                "photo_id": row.photo_id,
                "photo_sha": shas.get(row.photo_id or ""),
                "box": row.box,
                "alternatives": row.alternatives or [],
                "reason": row.reason,
                "reason_de": reason[0] if reason else None,
                "reason_en": reason[1] if reason else None,
                "corrected": bool(row.corrected),
                "confirmed": bool(row.confirmed),
                "decided_by": names.get(decided_by or ""),
                "decided_at": iso(row.confirmed_at or row.corrected_at),
                "doubts": [asdict(doubt) for doubt in doubts.get(code, ())],
                "doubtful": _doubtful(row, doubts.get(code, ())),
            }
        )
    return tuple(shown)


def _photo(photo: Photo, case: Case) -> dict[str, Any]:
    return {
        "id": photo.id,
        "sha": photo.sha256,
        "filename": photo.filename,
        "position": photo.position,
        "role": photo.role,
        "role_confidence": float(photo.role_confidence) if photo.role_confidence is not None else None,
        "view": photo.view,
        "quality": photo.quality,
        "width": photo.width,
        "height": photo.height,
        "taken_at": iso(photo.taken_at),
        "device": photo.device,
        "software": photo.software,
        "new": case.batch > 0 and photo.batch == case.batch,
    }


def _finding(finding: Finding, shas: dict[str, str]) -> dict[str, Any]:
    return {
        "id": finding.id,
        "photo_id": finding.photo_id,
        "photo_sha": shas.get(finding.photo_id),
        "category": finding.category,
        "score": float(finding.score) if finding.score is not None else None,
        "box": finding.box,
        "polygon": finding.polygon,
        "part": finding.part,
        "side": finding.side,
        "severity": finding.severity,
        "model": finding.model,
        "origin": finding.origin,
        "status": finding.status,
        "original": finding.original,
        "damage_key": finding.damage_key,
        "size": finding.size,
    }


def _offer(offer: Offer, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": offer.id,
        "version": offer.version,
        "state": offer.state,
        "net": str(offer.net),
        "gross": str(offer.gross),
        "payout": str(offer.payout),
        "sent_at": iso(offer.sent_at),
        "valid_until": iso(offer.valid_until),
        "decided_at": iso(offer.decided_at),
        "sent_by": names.get(offer.sent_by or ""),
    }
