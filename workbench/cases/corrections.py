"""Corrections by an expert: facts of the claim, roles of photos, damage findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cv_models.findings import CATEGORIES, PARTS, ROLES, SEVERITIES, SIDES, VIEWS
from workbench.access import Actor, require
from workbench.cases import damages
from workbench.cases.drafts import normalised, put_draft
from workbench.cases.field_decisions import bad as _bad
from workbench.cases.field_decisions import finish as _finish
from workbench.cases.holding import open_for_change
from workbench.cases.intake import plate_key
from workbench.cases.known_mileage import remember_mileage
from workbench.cases.learning import regions
from workbench.cases.learning.region_values import bounds_of, box_in, choice, polygon_in, state_of
from workbench.cases.transition import as_id, record
from workbench.cases.views import CaseView
from workbench.errors import not_found
from workbench.store.database import session_scope
from workbench.store.models import Case, Finding, Photo, now

_VALUE_LIMIT = 300
#: What the desk calls a decision -> what is kept of it.
_ACTS: Mapping[str, regions.Decision] = MappingProxyType(
    {"confirmed": "confirmed", "rejected": "rejected", "edited": "edited", "proposed": "undone"}
)
# A customer's photo never has more regions than a person can look at.
_MOST_FINDINGS = 500


def _flag(value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise TypeError(value)


def _money(value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise TypeError(value)
    amount = Decimal(value)
    if not amount.is_finite() or not 0 <= amount < 1_000_000 or amount != amount.quantize(Decimal("0.01")):
        raise ValueError(value)
    return amount.quantize(Decimal("0.01"))


def _whole(value: object) -> int | None:
    if value is None or value == "":
        return None
    number = int(str(value))
    if not 0 <= number <= 3_000_000:
        raise ValueError(value)
    return number


def _short(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > _VALUE_LIMIT:
        raise ValueError(value)
    return "".join(letter for letter in value if letter.isprintable()).strip() or None


def _percent(value: object) -> Decimal:
    share = Decimal(str(value))
    if not share.is_finite() or not 0 <= share <= 100:
        raise ValueError(value)
    return share


def _day(value: object) -> date | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, date) else date.fromisoformat(str(value))


_CLAIM: Mapping[str, Callable[[object], Any]] = MappingProxyType(
    {
        "leased_or_financed": _flag,
        "input_tax_deductible": _flag,
        "excess": _money,
        "quota_percent": _percent,
        "odometer_km": _whole,
        "loss_date": _day,
        "plate": _short,
        "holder_name": _short,
        "postcode": _short,
        "email": _short,
        "phone": _short,
        "description": _short,
    }
)


def correct_claim(actor: Actor, case_id: str, base_version: int, changes: Mapping[str, Any]) -> CaseView:
    """Correct facts of the claim; what the settlement depends on goes into the draft as well."""
    clean: dict[str, Any] = {}
    for name, value in changes.items():
        try:
            clean[name] = _CLAIM[name](value)
        except (KeyError, ValueError, TypeError, InvalidOperation) as problem:
            raise _bad(name, value) from problem
    with session_scope() as session:
        case = open_for_change(session, actor, case_id, base_version)
        for name, value in clean.items():
            setattr(case, name, bool(value) if name == "input_tax_deductible" else value)
        if "plate" in clean:
            case.plate_key = plate_key(case.plate)
            remember_mileage(session, case)
        record(session, case, actor, "claim_corrected", {"fields": sorted(clean)})
        if case.draft is not None:
            draft = _with_claim(case.draft, case, clean)
            if draft != case.draft:
                put_draft(session, case, normalised(draft), actor, "Angaben zum Schaden")
        return _finish(session, case, actor)


def _with_claim(draft: Mapping[str, Any], case: Case, changed: Mapping[str, Any]) -> dict[str, Any]:
    settlement = dict(draft.get("settlement") or {})
    vehicle = dict(draft.get("vehicle") or {})
    if "leased_or_financed" in changed:
        # The engine asks for both; "neither" is the one answer that settles both.
        settlement["leased"] = settlement["financed"] = False if case.leased_or_financed is False else None
    if "excess" in changed:
        settlement["excess"] = str(case.excess or Decimal("0.00"))
    if "quota_percent" in changed:
        settlement["quota"] = str(case.quota_percent / 100)
    if "input_tax_deductible" in changed:
        settlement["input_tax_deduction"] = case.input_tax_deductible
    if "loss_date" in changed:
        settlement["loss_date"] = case.loss_date.isoformat() if case.loss_date else None
    if "odometer_km" in changed:
        vehicle["mileage_km"] = case.odometer_km
    return {**draft, "settlement": settlement, "vehicle": vehicle}


def set_photo_role(
    actor: Actor, case_id: str, base_version: int, photo_id: str, role: str, view: str | None = None
) -> CaseView:
    """Correct what a photo shows."""
    if role not in ROLES or (view is not None and view not in VIEWS):
        raise _bad("role", f"{role}/{view}")
    with session_scope() as session:
        case = open_for_change(session, actor, case_id, base_version)
        photo = _photo(session, case, photo_id)
        photo.role, photo.view, photo.role_corrected, photo.role_confidence = role, view, True, None
        record(session, case, actor, "role_corrected", {"photo": photo.id, "role": role})
        return _finish(session, case, actor)


def _photo(session: Session, case: Case, photo_id: str) -> Photo:
    photo = session.get(Photo, as_id(photo_id, "Das Foto", "The photo"))
    if photo is None or photo.case_id != case.id:
        raise not_found("Das Foto", "The photo")
    return photo


def decide_finding(
    actor: Actor,
    finding_id: str,
    decision: str,
    *,
    part: str | None = None,
    side: str | None = None,
    category: str | None = None,
    severity: str | None = None,
    box: Sequence[float] | None = None,
) -> CaseView:
    """Confirm, reject or edit a finding, or take that back; the model's word is kept beside it, and each act for the data team.

    ``proposed`` takes a decision back: a finding of the model is then again what the model said.
    """
    choice("decision", decision, ("confirmed", "rejected", "edited", "proposed"))
    require(actor, "case.work")
    with session_scope() as session:
        finding = session.get(Finding, as_id(finding_id, "Der Befund", "The finding"))
        if finding is None:
            raise not_found("Der Befund", "The finding")
        case = open_for_change(session, actor, finding.case_id, None)
        before = state_of(finding)
        if finding.original is None and finding.origin == "model":
            finding.original = dict(before)
        if decision == "edited":
            finding.part = choice("part", part, PARTS) or finding.part
            finding.side = choice("side", side, SIDES) or finding.side
            finding.category = choice("category", category, CATEGORIES) or finding.category
            finding.severity = choice("severity", severity, SEVERITIES) or finding.severity
            if box is not None:
                finding.box = list(box_in(box, _photo(session, case, finding.photo_id)))
                finding.polygon = None
        elif decision == "proposed":
            for name, value in (finding.original or {}).items():
                setattr(finding, name, value)
        finding.status = decision
        finding.decided_by, finding.decided_at = actor.user_id, now()
        if any(getattr(finding, name) != before[name] for name in ("box", "part", "polygon")):
            # The size was that of another region.
            finding.size = None
        regions.remember(session, actor, finding, _ACTS[decision], before)
        damages.rekey(session, case)
        record(session, case, actor, "finding_decided", {"finding": finding.id, "decision": decision})
        return _finish(session, case, actor)


def add_finding(
    actor: Actor,
    case_id: str,
    photo_id: str,
    *,
    category: str,
    box: Sequence[float],
    part: str | None = None,
    side: str | None = None,
    severity: str | None = None,
    polygon: Sequence[Sequence[float]] | None = None,
) -> CaseView:
    """Add a region that the model did not see; box is x, y, width, height in pixels of the upright original.

    With a polygon the box follows the polygon.
    """
    choice("category", category, CATEGORIES)
    choice("part", part, PARTS)
    choice("side", side, SIDES)
    choice("severity", severity, SEVERITIES)
    with session_scope() as session:
        case = open_for_change(session, actor, case_id, None)
        photo = _photo(session, case, photo_id)
        position = len(session.scalars(select(Finding.id).where(Finding.case_id == case.id)).all())
        if position >= _MOST_FINDINGS:
            raise _bad("findings", position)
        outline = polygon_in(polygon, photo)
        finding = Finding(
            case_id=case.id,
            photo_id=photo.id,
            position=position,
            category=category,
            box=bounds_of(outline) if outline else list(box_in(box, photo)),
            polygon=outline,
            part=part,
            side=side,
            severity=severity,
            origin="manual",
            status="confirmed",
            decided_by=actor.user_id,
            decided_at=now(),
        )
        session.add(finding)
        session.flush()
        regions.remember(session, actor, finding, "added", None)
        damages.rekey(session, case)
        record(session, case, actor, "finding_added", {"finding": finding.id, "category": category})
        return _finish(session, case, actor)
