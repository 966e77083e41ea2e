"""Labels as the data page shows and mends them: photos with their regions as they count now, one act at a time, with undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.access import Actor, allowed, require
from workbench.cases.learning import regions
from workbench.cases.learning.regions import PhotoTruth, TruthLabel
from workbench.cases.learning.scope import SHOWN_ROLES, bad_choice
from workbench.cases.transition import as_id
from workbench.errors import not_found
from workbench.store.database import session_scope
from workbench.store.learning import RegionAnnotation
from workbench.store.models import Case, Finding, Photo

_MOST = 60


@dataclass(frozen=True, slots=True)
class LabelSet:
    """Photos with their regions, for the viewer.

    Attributes:
        photos: dicts id, sha, width, height, role, view, quality, new, case_id and claim_number (None unless cases may be seen).
        findings: dicts id, photo_id, box, category, part, side, severity, score, origin (``model`` or ``manual``), status
            (proposed, confirmed, edited, rejected), by_role, contested.
        editable: whether the actor may mend labels.
    """

    photos: tuple[dict[str, Any], ...]
    findings: tuple[dict[str, Any], ...]
    editable: bool


@dataclass(frozen=True, slots=True)
class Mended:
    """What an act did.

    Attributes:
        photo_id: the photo.
        findings: its regions as they count now.
        undo: how to take the act back; hand it to ``undo``.
    """

    photo_id: str
    findings: tuple[dict[str, Any], ...]
    undo: dict[str, Any] | None


def labels(actor: Actor, photo_ids: Sequence[str]) -> LabelSet:
    """These photos with their regions, in the order asked for; documents and photos that are not there are left out.

    Raises:
        TelekalkError: TK-ACCESS-403 without ``data.view``.
    """
    require(actor, "data.view")
    wanted = [as_id(one, "Das Foto", "The photo") for one in photo_ids[:_MOST]]
    see_cases = allowed(actor, "case.view")
    with session_scope() as session:
        rows = {
            photo.id: (photo, claim)
            for photo, claim in session.execute(
                select(Photo, Case.claim_number)
                .join(Case, Case.id == Photo.case_id)
                .where(Photo.id.in_(wanted), Photo.role.in_(SHOWN_ROLES))
            )
        }
        known = regions.truth(session, list(rows))
    order = [one for one in dict.fromkeys(wanted) if one in rows]
    photos = tuple(_photo(*rows[one], see_cases=see_cases) for one in order)
    found = tuple(finding for one in order for finding in _findings(known[one]))
    return LabelSet(photos, found, allowed(actor, "annotations.mend"))


def _photo(photo: Photo, claim: str, *, see_cases: bool) -> dict[str, Any]:
    return {
        "id": photo.id, "sha": photo.sha256, "width": photo.width, "height": photo.height, "role": photo.role, "view": photo.view,
        "quality": photo.quality, "new": False, "received_at": photo.received_at.isoformat(),
        "case_id": photo.case_id if see_cases else None, "claim_number": claim if see_cases else None,
    }  # fmt: skip


def _findings(truth: PhotoTruth) -> list[dict[str, Any]]:
    every = sorted(
        (*truth.labels, *truth.unreviewed, *truth.rejected), key=lambda one: (one.box[1], one.box[0], one.region)
    )
    return [_finding(label) for label in every]


def _finding(label: TruthLabel) -> dict[str, Any]:
    status = {"added": "confirmed"}.get(label.decision, label.decision)
    if status == "mended":
        status = "edited" if _differs(label) else "confirmed"
    return {
        "id": label.region, "photo_id": label.photo_id, "box": list(label.box), "status": status, "category": label.category,
        "part": label.part, "side": label.side, "severity": label.severity,
        "score": None if label.score is None else str(label.score), "origin": "model" if label.original is not None else "manual",
        "by_role": label.by_role, "contested": label.contested,
    }  # fmt: skip


def _differs(label: TruthLabel) -> bool:
    """Whether it is another region than the model proposed."""
    if label.original is None:
        return False
    said = (label.category, label.part, label.side, label.severity, list(label.box))
    return said != tuple(label.original.get(name) for name in ("category", "part", "side", "severity", "box"))


def apply(actor: Actor, act: Mapping[str, Any]) -> Mended:
    """Do one act of the page.

    Args:
        actor: needs ``annotations.mend``.
        act: ``{"act": "finding", "finding": id, "decision": confirmed | rejected | edited, category, part, side, severity, box}``,
            or ``{"act": "region", "photo": id, "box": …, "category": …, …}`` for a new region.

    Raises:
        TelekalkError: what ``regions.mend`` raises; TK-DATA-001 for an act that there is not; TK-ACCESS-404 for a region of a photo
            with which the data team has nothing to do.
    """
    require(actor, "annotations.mend")
    words = {name: act.get(name) for name in ("category", "part", "side", "severity", "box")}
    if act.get("act") == "region":
        photo_id = as_id(str(act.get("photo")), "Das Foto", "The photo")
        before = _region_ids(actor, photo_id)
        truth = regions.mend(actor, decision="added", photo_id=photo_id, **words)
        new = next(iter({label.region for label in truth.labels} - before), None)
        return _mended(truth, {"finding": new, "back": None} if new else None)
    decision = act.get("decision")
    if act.get("act") != "finding" or decision not in {"confirmed", "rejected", "edited"}:
        raise bad_choice("act", act.get("decision"))
    region = as_id(str(act.get("finding")), "Die Region", "The region")
    back = _own_word(actor, region)
    if decision == "edited":
        # The dialog says all words anew: a part that is no longer named was taken away.
        words |= {name: words[name] or "" for name in ("part", "side", "severity") if name in act}
        truth = regions.mend(actor, decision="edited", finding_id=region, **words)
    else:
        truth = regions.mend(actor, decision=decision, finding_id=region)
    return _mended(truth, {"finding": region, "back": back})


def undo(actor: Actor, step: Mapping[str, Any]) -> Mended:
    """Take back an act: the own side's earlier word is said again, or where there was none its word is withdrawn.

    Raises:
        TelekalkError: what ``regions.mend`` raises.
    """
    require(actor, "annotations.mend")
    region, back = as_id(str(step.get("finding")), "Die Region", "The region"), step.get("back")
    _shown(_photo_of(region))
    if not isinstance(back, Mapping):
        truth = regions.mend(actor, decision="undone", finding_id=region)
    elif back.get("rejected"):
        truth = regions.mend(actor, decision="rejected", finding_id=region)
    else:
        words = {name: back.get(name) or "" for name in ("part", "side", "severity")}
        polygon = back.get("polygon")
        truth = regions.mend(
            actor, decision="edited", finding_id=region, category=back.get("category"), box=back.get("box"), polygon=polygon, **words
        )  # fmt: skip
    return _mended(truth, None)


def _mended(truth: PhotoTruth, step: dict[str, Any] | None) -> Mended:
    return Mended(truth.photo_id, tuple(_findings(truth)), step)


def _region_ids(actor: Actor, photo_id: str) -> set[str]:
    _shown(photo_id)
    with session_scope() as session:
        known = regions.truth(session, [photo_id]).get(photo_id)
    return {label.region for label in known.labels} if known else set()


def _own_word(actor: Actor, region: str) -> dict[str, Any] | None:
    """The word of the actor's side that stands on a region; None where there is none."""
    _shown(_photo_of(region))
    with session_scope() as session:
        last = session.scalar(
            select(RegionAnnotation)
            .where(RegionAnnotation.finding_id == region, RegionAnnotation.by_role == regions.role_of(actor))
            .order_by(RegionAnnotation.id.desc())
            .limit(1)
        )
        if last is None or last.decision == "undone":
            return None
        return {"rejected": True} if last.after is None else dict(last.after)


def _photo_of(region: str) -> str:
    with session_scope() as session:
        finding = session.get(Finding, region)
        found = finding.photo_id if finding is not None else _annotated_photo(session, region)
    if found is None:
        raise not_found("Die Region", "The region")
    return found


def _annotated_photo(session: Session, region: str) -> str | None:
    return session.scalar(select(RegionAnnotation.photo_id).where(RegionAnnotation.finding_id == region).limit(1))


def _shown(photo_id: str) -> None:
    with session_scope() as session:
        photo = session.get(Photo, photo_id)
        if photo is None or photo.role not in SHOWN_ROLES:
            raise not_found("Das Foto", "The photo")
