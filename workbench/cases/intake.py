"""Photo sets come in: a case is opened, photos are received one by one, the set is declared complete."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from workbench.access import Actor, require
from workbench.cases.transition import load_case, move, record, touch, wrong_state
from workbench.cases.views import CaseRef, ClaimData, ImportedSet, ReceivedPhoto, State
from workbench.errors import TelekalkError
from workbench.settings import get_settings
from workbench.store import photos as store
from workbench.store.database import session_scope
from workbench.store.images import clean
from workbench.store.models import Case, Idempotency, OutboxMessage, Photo, new_id

_TAKES_PHOTOS = frozenset({State.INVITED, State.REGISTERED, State.PHOTOS_INCOMPLETE})
_TEXT_LIMIT = 4000
#: The job that looks at once whether a document can be read; a customer waits for it, so it goes before others.
DOCUMENT_CHECK = "telekalk.document_check"


def plate_key(plate: str | None) -> str | None:
    """A plate as it is compared: letters and digits alone, umlauts kept."""
    if not plate:
        return None
    return re.sub(r"[^0-9A-ZÄÖÜ]", "", plate.upper()) or None


def case_ref(case: Case) -> CaseRef:
    """The case in one line."""
    return CaseRef(case.id, case.claim_number, case.state, case.version, case.demo)


def _plain(value: str | None, limit: int = 200) -> str | None:
    """Outside text without control characters; empty is None. PostgreSQL refuses NUL."""
    if value is None:
        return None
    shown = "".join(letter for letter in value if letter.isprintable() or letter in "\n\t").strip()[:limit]
    return shown or None


def _once(
    session: Session, scope: str, key: str | None, request: Mapping[str, Any]
) -> tuple[dict[str, Any] | None, str | None]:
    """The answer given before to the same key, or None and the hash to keep.

    Raises:
        TelekalkError: TK-CASE-004 when the key came with another request.
    """
    if key is None:
        return None, None
    request_hash = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()
    # Two requests with the same key that come at the same moment wait for each other here.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{scope}:{key}", 0))))
    known = session.get(Idempotency, (scope, key[:200]))
    if known is None:
        return None, request_hash
    if known.request_hash != request_hash:
        raise TelekalkError(
            "TK-CASE-004",
            "Dieser Idempotenzschlüssel gehört zu einer anderen Anfrage.",
            "This idempotency key belongs to another request.",
            status=409,
        )
    return known.answer, request_hash


def _keep(session: Session, scope: str, key: str | None, request_hash: str | None, answer: Mapping[str, Any]) -> None:
    if key is not None and request_hash is not None:
        session.execute(
            insert(Idempotency)
            .values(scope=scope, key=key[:200], request_hash=request_hash, answer=dict(answer))
            .on_conflict_do_nothing()
        )


def open_case(actor: Actor, claim: ClaimData, *, idempotency_key: str | None = None, invite: bool = False) -> CaseRef:
    """Open a case for a claim; the case is then ``registered`` and takes photos.

    With ``invite`` it is ``invited``, and a message with the link to the phone pages waits in the outbox.

    Raises:
        TelekalkError: TK-CASE-002 (claim number is empty, too long or has odd characters), TK-CASE-003 (claim number has
            a case already), TK-CASE-004 (the idempotency key was used for something else).
    """
    require(actor, "case.open")
    number = (claim.claim_number or "").strip()
    if not re.fullmatch(r"[0-9A-Za-zÄÖÜäöüß][0-9A-Za-zÄÖÜäöüß ._/+-]{0,63}", number):
        raise TelekalkError(
            "TK-CASE-002",
            "Die Schadennummer ist leer oder enthält unzulässige Zeichen.",
            "The claim number is empty or has characters that are not allowed.",
            remedy_de="Zulässig sind bis zu 64 Buchstaben, Ziffern und . _ / + -",
            remedy_en="Allowed are up to 64 letters, digits and . _ / + -",
        )
    with session_scope() as session:
        scope = f"open:{actor.login}"
        asked = asdict(claim) | ({"invite": True} if invite else {})
        answer, request_hash = _once(session, scope, idempotency_key, asked)
        if answer is not None:
            return CaseRef(**answer)
        case = Case(
            id=new_id(),
            claim_number=number,
            regime=claim.regime if claim.regime in {"kasko", "liability"} else "kasko",
            coverage=claim.coverage,
            plate=_plain(claim.plate, 20),
            plate_key=plate_key(claim.plate),
            holder_name=_plain(claim.holder_name),
            vehicle=_plain(claim.vehicle),
            loss_date=claim.loss_date,
            odometer_km=claim.odometer_km,
            email=_plain(claim.email),
            phone=_plain(claim.phone, 40),
            postcode=_plain(claim.postcode, 10),
            excess=claim.excess,
            quota_percent=claim.quota_percent,
            input_tax_deductible=claim.input_tax_deductible,
            leased_or_financed=claim.leased_or_financed,
            description=_plain(claim.description, _TEXT_LIMIT),
            source=claim.source[:16],
            demo=claim.demo,
            state=(State.INVITED if invite else State.REGISTERED).value,
            changed_by=actor.name,
        )
        columns = {
            column.key: getattr(case, column.key)
            for column in Case.__table__.columns
            if getattr(case, column.key) is not None
        }
        made = session.execute(
            insert(Case).values(**columns).on_conflict_do_nothing(index_elements=["claim_number"]).returning(Case.id)
        ).scalar()
        if made is None:
            raise TelekalkError(
                "TK-CASE-003",
                "Zu dieser Schadennummer gibt es schon einen Vorgang.",
                "There is a case for this claim number already.",
                status=409,
            )
        case = load_case(session, str(made))
        record(session, case, actor, "opened", {"source": case.source}, from_state="")
        if invite:
            session.add(
                OutboxMessage(
                    case_id=case.id,
                    kind="invitation",
                    channel="sms" if case.phone else "email",
                    recipient=case.phone or case.email,
                    data={},
                )
            )
        ref = case_ref(case)
        _keep(session, scope, idempotency_key, request_hash, asdict(ref))
        return ref


def _error(code: str, de: str, en: str, status: int) -> TelekalkError:
    return TelekalkError(code, de, en, status=status)


def receive_photo(
    actor: Actor,
    case_id: str,
    content: bytes,
    *,
    filename: str,
    idempotency_key: str | None = None,
    check_document: bool = False,
) -> ReceivedPhoto:
    """Take in one photo: decode, turn upright, strip, store, note what matters.

    With ``check_document`` a job looks at once whether it is a document that can be read (``document_check``).

    The same bytes a second time are a duplicate whatever their name, so repeating an upload needs no key; a key that is
    given must always come with the same photo.

    Raises:
        TelekalkError: TK-PHOTO-001 not an image, -002 truncated or broken, -003 more pixels than allowed, -004 more
            bytes than allowed, -005 set is full, -006 this state takes no photos, -007 empty, -008 smaller than 64 px.
    """
    require(actor, "photo.upload", case_id)
    source = hashlib.sha256(content).hexdigest()
    with session_scope() as session:
        case = load_case(session, case_id)
        _once(session, f"photo:{case.id}", idempotency_key, {"sha256": source})
        earlier = _earlier(session, case, source)
        if earlier is not None:
            return earlier
        _check_room(session, case)
    # Decoding and writing take a while: no transaction is open meanwhile.
    photo = clean(content)
    sha256 = store.put(photo.original, view=photo.view, thumb=photo.thumb)
    with session_scope() as session:
        case = load_case(session, case_id, lock=True)
        _answer, request_hash = _once(session, f"photo:{case.id}", idempotency_key, {"sha256": source})
        earlier = _earlier(session, case, source)
        if earlier is not None:
            return earlier
        position = _check_room(session, case)
        row = Photo(
            id=new_id(),
            case_id=case.id,
            position=position,
            sha256=sha256,
            source_sha256=source,
            filename=_plain(filename.replace("\\", "/").rsplit("/", 1)[-1], 120) or "foto",
            source_format=photo.source_format[:8],
            width=photo.width,
            height=photo.height,
            bytes=len(photo.original),
            taken_at=photo.taken_at,
            latitude=photo.latitude,
            longitude=photo.longitude,
            device=photo.device,
            software=photo.software,
            received_from=actor.login,
            batch=case.batch,
        )
        if check_document:
            row.document = {"state": "waiting"}
        session.add(row)
        if case.state in {State.INVITED, State.REGISTERED}:
            move(session, case, State.PHOTOS_INCOMPLETE, actor, "photo_received")
        else:
            touch(case, actor)
        _keep(session, f"photo:{case.id}", idempotency_key, request_hash, {"photo_id": row.id})
        if check_document:
            # Imported late: the jobs call the use cases, the use cases only name a job.
            from workbench.jobs.app import enqueue

            session.flush()
            enqueue(session, DOCUMENT_CHECK, priority=10, photo_id=row.id)
        return ReceivedPhoto(row.id, sha256, duplicate=False, width=photo.width, height=photo.height)


def _earlier(session: Session, case: Case, source: str) -> ReceivedPhoto | None:
    row = session.scalar(select(Photo).where(Photo.case_id == case.id, Photo.source_sha256 == source))
    if row is None:
        return None
    return ReceivedPhoto(row.id, row.sha256, duplicate=True, width=row.width, height=row.height, code="TK-PHOTO-010")


def _check_room(session: Session, case: Case) -> int:
    """Position of the next photo, when the case takes one."""
    if State(case.state) not in _TAKES_PHOTOS:
        raise _error(
            "TK-PHOTO-006", "Dieser Vorgang nimmt gerade keine Fotos an.", "This case takes no photos at present.", 409
        )
    limit = get_settings().max_photos
    count = session.scalar(select(func.count()).select_from(Photo).where(Photo.case_id == case.id)) or 0
    if count >= limit:
        raise _error(
            "TK-PHOTO-005", f"Der Fotosatz ist mit {limit} Fotos voll.", f"The set is full with {limit} photos.", 409
        )
    return count


def complete_set(actor: Actor, case_id: str) -> CaseRef:
    """Declare the set complete: starts the clock and the pipeline. Doing it twice changes nothing.

    Raises:
        TelekalkError: TK-PHOTO-009 when the set has no photo, TK-CASE-001 when the case is finished.
    """
    require(actor, "photo.upload", case_id)
    with session_scope() as session:
        case = load_case(session, case_id, lock=True)
        if case.state in {State.PHOTOS_COMPLETE, State.PRE_CHECK, State.IN_CALCULATION}:
            return case_ref(case)
        count = session.scalar(select(func.count()).select_from(Photo).where(Photo.case_id == case.id)) or 0
        if State(case.state) in _TAKES_PHOTOS and count == 0:
            raise _error("TK-PHOTO-009", "Der Fotosatz ist noch leer.", "The set has no photo yet.", 409)
        if State(case.state) not in _TAKES_PHOTOS:
            raise wrong_state(case.state, "set_completed")
        case.progress_done, case.progress_total, case.progress_step = 0, 3 * count + 2, "quality"
        case.progress_failed = 0
        move(session, case, State.PHOTOS_COMPLETE, actor, "set_completed", {"photos": count})
        return case_ref(case)


def import_folder(actor: Actor, path: Path, *, claim: ClaimData | None = None, demo: bool = False) -> ImportedSet:
    """Take in a folder of photos as one case; see ``workbench.cases.folders.import_folder``."""
    # Imported late: the folder's intake is made of the functions above.
    from workbench.cases.folders import import_folder as take_in

    return take_in(actor, path, claim=claim, demo=demo)
