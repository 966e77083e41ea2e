"""What the customer face needs beside the ordinary use cases: signing in with three facts, and a light look at a case."""

from __future__ import annotations

import hmac
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from workbench.access import Actor, customer_actor, require
from workbench.cases.intake import plate_key
from workbench.cases.transition import as_id, load_case, move, record
from workbench.cases.views import TERMINAL, CaseRef, State
from workbench.errors import TelekalkError, not_found
from workbench.store import photos as photo_store
from workbench.store.database import session_scope
from workbench.store.models import Audit, Case, Offer, Photo

#: A customer reads the mileage in the car park, some days after it was told on the phone.
MILEAGE_TOLERANCE_KM = 500
#: Wrong answers for one case within the window, after which nobody signs in to it.
MOST_FAILURES = 5
WINDOW_MINUTES = 15
FAILED, SIGNED_IN = "customer_sign_in_failed", "customer_signed_in"


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """A case as far as a gateway or its customer may know it.

    Attributes:
        due_at: when the offer is promised; None without a running clock.
        photo_request: items and message when more photos are asked for.
        offer_id: the newest offer that is not superseded; offer_state: its state.
        version: changes whenever anything here may have changed.
        takes_photos: whether photos are accepted now.
    """

    id: str
    claim_number: str
    state: str
    photos: int
    due_at: datetime | None
    progress_done: int
    progress_total: int
    photo_request: dict[str, Any] | None
    exclude_reason: str | None
    offer_id: str | None
    offer_state: str | None
    version: str
    takes_photos: bool
    demo: bool


@dataclass(frozen=True, slots=True)
class CustomerPhoto:
    """A photo of the customer's own case: its id, the name it was sent under, and the look at it as a document."""

    id: str
    filename: str
    document: dict[str, Any] | None = None


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


def _wrong() -> TelekalkError:
    # One answer for every wrong fact: it must not tell which claim numbers exist.
    return TelekalkError(
        "TK-LOGIN-001",
        "Diese Angaben passen nicht zusammen.",
        "These details do not match.",
        status=401,
        remedy_de="Prüfen Sie Schadennummer, Kennzeichen und Kilometerstand, oder rufen Sie uns an.",
        remedy_en="Check the claim number, number plate and mileage, or call us.",
    )


def too_often(seconds: int) -> TelekalkError:
    """TK-LOGIN-429: too many wrong answers; says for how long."""
    minutes = max(1, -(-seconds // 60))
    return TelekalkError(
        "TK-LOGIN-429",
        "Zu viele Versuche.",
        "Too many attempts.",
        status=429,
        remedy_de=f"Bitte versuchen Sie es in {minutes} Minuten wieder, oder rufen Sie uns an.",
        remedy_en=f"Please try again in {minutes} minutes, or call us.",
        data={"retry_after": seconds},
    )


def sign_in(claim_number: str, plate: str, mileage_km: int, *, terms_version: str) -> CaseRef:
    """Let a customer in to one case with three facts; the consent to the terms is kept with its version.

    A case without a known mileage lets nobody in: two facts are not three. Failures are counted per case in the
    database, so that neither a restart nor a second process forgets them.

    Raises:
        TelekalkError: TK-LOGIN-001 whichever fact is wrong, TK-LOGIN-429 after too many wrong answers for a case.
    """
    # A NUL must not reach the database.
    given_claim, given_plate = (
        claim_number.replace("\0", "").strip()[:64],
        plate_key(unicodedata.normalize("NFC", plate)) or "",
    )
    with session_scope() as session:
        case = session.scalar(select(Case).where(Case.claim_number.in_({given_claim, given_claim.upper()})))
        if case is None:
            raise _wrong()
        # Attempts at one case queue up here, so that guesses sent at the same time are counted one by one.
        case = load_case(session, case.id, lock=True)
        wait = _blocked_seconds(session, case)
        if wait:
            raise too_often(wait)
        right = (
            case.odometer_km is not None
            and abs(case.odometer_km - mileage_km) <= MILEAGE_TOLERANCE_KM
            and case.plate_key is not None
            and _same(case.plate_key, given_plate)
            and State(case.state) not in TERMINAL - {State.EXCLUDED, State.DECLINED, State.EXPIRED, State.PAID}
        )
        actor = customer_actor(case.id)
        record(session, case, actor, SIGNED_IN if right else FAILED, {"terms": terms_version} if right else {})
        if right and case.state == State.INVITED:
            move(session, case, State.REGISTERED, actor, "customer_registered", {"terms": terms_version})
        reference = CaseRef(case.id, case.claim_number, case.state, case.version, case.demo)
    if not right:
        raise _wrong()
    return reference


def _blocked_seconds(session: Session, case: Case) -> int:
    since = datetime.now(UTC) - timedelta(minutes=WINDOW_MINUTES)
    failures = session.scalars(
        select(Audit.at)
        .where(Audit.case_id == case.id, Audit.action == FAILED, Audit.at > since)
        .order_by(Audit.at.desc())
        .limit(MOST_FAILURES)
    ).all()
    if len(failures) < MOST_FAILURES:
        return 0
    return max(1, int((failures[-1] - since).total_seconds()))


def case_status(actor: Actor, case_id: str) -> CaseStatus:
    """Say where a case stands, in one cheap look."""
    require(actor, "case.status", case_id)
    with session_scope() as session:
        case = load_case(session, case_id)
        photos = session.scalar(select(func.count()).select_from(Photo).where(Photo.case_id == case.id)) or 0
        offer = session.scalar(
            select(Offer).where(Offer.case_id == case.id, Offer.state != "superseded").order_by(Offer.version.desc())
        )
        state = State(case.state)
        return CaseStatus(
            id=case.id,
            claim_number=case.claim_number,
            state=case.state,
            photos=photos,
            due_at=case.due_at if case.clock_left_seconds is None else None,
            progress_done=case.progress_done,
            progress_total=case.progress_total,
            photo_request=case.photo_request if state is State.PHOTOS_INCOMPLETE else None,
            exclude_reason=case.exclude_reason,
            offer_id=offer.id if offer else None,
            offer_state=offer.state if offer else None,
            version=f"{case.change_seq}-{photos}-{offer.id[:8] if offer else ''}-{offer.state if offer else ''}",
            takes_photos=state in {State.INVITED, State.REGISTERED, State.PHOTOS_INCOMPLETE},
            demo=case.demo,
        )


def list_photos(actor: Actor, case_id: str) -> tuple[CustomerPhoto, ...]:
    """The photos of a case in the order in which they came."""
    require(actor, "photo.view", case_id)
    with session_scope() as session:
        found = session.execute(
            select(Photo.id, Photo.filename, Photo.document)
            .where(Photo.case_id == as_id(case_id, "Der Vorgang", "The case"))
            .order_by(Photo.position)
        )
        return tuple(CustomerPhoto(row.id, row.filename, row.document) for row in found)


def photo_file(actor: Actor, photo_id: str, variant: photo_store.Variant = "thumb") -> Path:
    """The file of one photo, for somebody who may see its case.

    Raises:
        TelekalkError: TK-ACCESS-404 for a photo that is not there, and for one of somebody else's case.
    """
    with session_scope() as session:
        photo = session.get(Photo, as_id(photo_id, "Das Bild", "The picture"))
        if photo is None:
            raise not_found("Das Bild", "The picture")
        require(actor, "photo.view", photo.case_id)
        sha256 = photo.sha256
    return photo_store.path(sha256, variant)


def alive() -> None:
    """Ask the database for a sign of life.

    Raises:
        TelekalkError: TK-STORE-002 when it does not answer.
    """
    with session_scope() as session:
        session.execute(text("select 1"))
