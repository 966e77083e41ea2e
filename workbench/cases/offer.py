"""The offer: preview, send, accept or decline once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from calculation import ENGINE_VERSION
from workbench.access import SYSTEM, Actor, require
from workbench.cases.builder import CaseRows
from workbench.cases.holding import hold, stale
from workbench.cases.learning import outcomes
from workbench.cases.offer_document import document_json, offer_document
from workbench.cases.transition import as_id, load_case, move, wrong_state
from workbench.cases.views import OfferPreview, OfferRef, State
from workbench.documents.letter import payout_steps as payout_steps  # noqa: PLC0414 - pages show the letter's own steps
from workbench.engines import checksum
from workbench.errors import TelekalkError, not_found
from workbench.settings import get_settings
from workbench.store import photos as store
from workbench.store.database import session_scope
from workbench.store.models import Calculation, Case, Offer, OutboxMessage, new_id, now

_SENDABLE = frozenset({State.IN_CALCULATION, State.REVIEW})


def _ref(offer: Offer) -> OfferRef:
    return OfferRef(
        id=offer.id,
        case_id=offer.case_id,
        version=offer.version,
        state="expired" if offer.state == "sent" and offer.valid_until <= now() else offer.state,
        net=str(offer.net),
        gross=str(offer.gross),
        payout=str(offer.payout),
        sent_at=offer.sent_at,
        valid_until=offer.valid_until,
        decided_at=offer.decided_at,
    )


def _blockers(case: Case, result: dict[str, Any] | None, cleared: tuple[str, ...] = ()) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def add(code: str, de: str, en: str, flag: str = "") -> None:
        found.append({"code": code, "message_de": de, "message_en": en, "flag": flag})

    if State(case.state) not in _SENDABLE:
        add("TK-CASE-001", "Der Vorgang ist nicht in Kalkulation.", "The case is not in calculation.")
    if result is None:
        add("TK-OFFER-001", "Es gibt noch keine Kalkulation.", "There is no calculation yet.")
    elif case.payout is None or case.payout <= 0:
        add("TK-OFFER-001", "Die Auszahlung beträgt 0,00 EUR.", "The payout is 0.00 EUR.")
    for flag in case.flags:
        if flag["level"] == "red" and flag["code"] not in cleared:
            add(
                "TK-OFFER-002",
                f"{flag['title']}: {flag['reason']}",
                f"{flag['title_en']}: {flag['reason_en']}",
                flag["code"],
            )
    return found


def _next_version(session: Session, case: Case) -> int:
    return (session.scalar(select(func.max(Offer.version)).where(Offer.case_id == case.id)) or 0) + 1


def _valid_until(moment: datetime) -> datetime:
    return moment + timedelta(days=get_settings().offer_valid_days)


def preview(actor: Actor, case_id: str) -> OfferPreview:
    """What would be sent now, with the draft PDF and everything that speaks against sending."""
    from workbench.documents.offer import render_offer

    require(actor, "offer.preview", case_id)
    with session_scope() as session:
        case = load_case(session, case_id)
        rows = CaseRows(session, case)
        view = rows.view(actor)
        version = _next_version(session, case)
        if view.result is None:
            raise _nothing_to_offer()
        blockers = _blockers(case, view.result)
        moment = now()
        document = offer_document(
            case, rows, view, version, actor.name, issued=moment, valid_until=_valid_until(moment), draft=True
        )
    totals = view.result["totals"]
    return OfferPreview(
        case_id=case.id,
        version=view.version,
        offer_version=version,
        net=totals["net"],
        vat=totals["vat"],
        gross=totals["gross"],
        payout=view.result["settlement"]["payout"],
        sendable=not blockers,
        blockers=tuple(blockers),
        document=document_json(document),
        pdf=render_offer(document),
    )


def _nothing_to_offer() -> TelekalkError:
    return TelekalkError(
        "TK-OFFER-001", "Es gibt noch nichts anzubieten.", "There is nothing to offer yet.", status=409
    )


def send(actor: Actor, case_id: str, base_version: int, *, cleared_flags: tuple[str, ...] = ()) -> OfferRef:
    """Send the offer: numbered version, PDF kept, message in the outbox; an earlier open offer is superseded.

    Args:
        actor: Who decides and answers for it.
        case_id: The case.
        base_version: ``CaseView.version`` that the expert has seen.
        cleared_flags: Codes of red flags that the expert has looked at and answers for.

    Raises:
        TelekalkError: TK-OFFER-001 nothing to offer, -002 a red flag stands, TK-CASE-409 stale version,
            TK-CASE-423 held by a colleague.
    """
    from workbench.documents.offer import render_offer

    require(actor, "offer.send", case_id)
    with session_scope() as session:
        case = load_case(session, case_id, lock=True)
        if case.version != base_version:
            raise stale(case)
        if State(case.state) not in _SENDABLE:
            raise wrong_state(case.state, "offer_sent")
        hold(session, case, actor)
        rows = CaseRows(session, case)
        result = rows.refresh(explain=True)
        blockers = _blockers(case, result, cleared_flags)
        if result is None or case.draft is None or case.gross is None or case.payout is None:
            raise _nothing_to_offer()
        if blockers:
            first = blockers[0]
            raise TelekalkError(
                first["code"],
                first["message_de"],
                first["message_en"],
                status=409,
                remedy_de="Klären Sie den Hinweis, oder bestätigen Sie ihn beim Senden.",
                remedy_en="Settle the flag, or confirm it when sending.",
                data={"blockers": blockers},
            )
        calculation = Calculation(
            id=new_id(),
            case_id=case.id,
            engine_version=ENGINE_VERSION,
            input=case.draft,
            result=result,
            result_sha256=checksum(result),
        )
        session.add(calculation)
        session.execute(update(Offer).where(Offer.case_id == case.id, Offer.state == "sent").values(state="superseded"))
        moment = now()
        version = _next_version(session, case)
        offer = Offer(
            id=new_id(),
            case_id=case.id,
            version=version,
            state="sent",
            net=result["totals"]["net"],
            gross=case.gross,
            payout=case.payout,
            calculation_id=calculation.id,
            pdf_sha256="",
            cleared_flags=list(cleared_flags),
            sent_by=actor.user_id,
            sent_at=moment,
            valid_until=_valid_until(moment),
        )
        view = rows.view(actor, result)
        document = offer_document(
            case, rows, view, version, actor.name, issued=moment, valid_until=offer.valid_until, draft=False
        )
        offer.pdf_sha256 = store.put_document(render_offer(document))
        session.flush()
        session.add(offer)
        outcomes.record(session, case, offer)
        session.add(
            OutboxMessage(
                case_id=case.id,
                kind="offer",
                channel="sms" if case.phone else "email",
                recipient=case.phone or case.email,
                data={
                    "offer_id": offer.id,
                    "version": version,
                    "payout": str(offer.payout),
                    "valid_until": offer.valid_until.astimezone(UTC).isoformat(),
                },
            )
        )
        move(
            session,
            case,
            State.OFFERED,
            actor,
            "offer_sent",
            {"offer": offer.id, "version": version, "cleared_flags": list(cleared_flags)},
        )
        return _ref(offer)


def _load(session: Session, actor: Actor, offer_id: str, permission: str, *, lock: bool = False) -> tuple[Offer, Case]:
    key = as_id(offer_id, "Das Angebot", "The offer")
    offer = session.get(Offer, key)
    if offer is None:
        raise not_found("Das Angebot", "The offer")
    require(actor, permission, offer.case_id)
    # The case's row is locked first everywhere, so two decisions wait for each other instead of blocking each other.
    case = load_case(session, offer.case_id, lock=lock)
    if lock:
        session.refresh(offer)
    return offer, case


def _check_open(offer: Offer, wanted: str) -> OfferRef | None:
    """The offer as it is when it was decided the same way before; None when it is still open."""
    if offer.state == wanted:
        return _ref(offer)
    if offer.state == "sent" and offer.valid_until > now():
        return None
    code, de, en = {
        "superseded": ("TK-OFFER-003", "Dieses Angebot wurde durch ein neues ersetzt.", "This offer was replaced by a new one."),
        "accepted": ("TK-OFFER-006", "Dieses Angebot wurde schon angenommen.", "This offer was accepted before."),
        "declined": ("TK-OFFER-005", "Dieses Angebot wurde schon abgelehnt.", "This offer was declined before."),
    }.get(offer.state, ("TK-OFFER-004", "Dieses Angebot ist abgelaufen.", "This offer has expired."))  # fmt: skip
    raise TelekalkError(
        code,
        de,
        en,
        status=409,
        remedy_de="Das SchadenServiceCenter hilft Ihnen gern weiter.",
        remedy_en="The claims centre will be glad to help you.",
    )


def accept(actor: Actor, offer_id: str, *, iban: str | None = None, account_holder: str | None = None) -> OfferRef:
    """The customer accepts; counts exactly once, however often it is sent.

    Raises:
        TelekalkError: TK-OFFER-003 superseded, -004 expired, -005 declined before, -007 the IBAN is none.
    """
    plain = re.sub(r"\s+", "", iban or "").upper()
    if plain and not _is_iban(plain):
        raise TelekalkError(
            "TK-OFFER-007",
            "Die IBAN stimmt nicht.",
            "The IBAN is not right.",
            status=422,
            remedy_de="Prüfen Sie die Ziffern; eine deutsche IBAN hat 22 Stellen.",
            remedy_en="Check the digits; a German IBAN has 22 characters.",
        )
    with session_scope() as session:
        offer, case = _load(session, actor, offer_id, "offer.decide", lock=True)
        before = _check_open(offer, "accepted")
        if before is not None:
            return before
        holder = "".join(letter for letter in account_holder or "" if letter.isprintable())[:70]
        offer.state = "accepted"
        offer.decided_at = now()
        offer.decision = {"by": actor.login, "iban": plain or None, "account_holder": holder or None}
        try:
            session.flush()
        except IntegrityError as twice:  # the database's own guard: one accepted offer per case
            raise TelekalkError(
                "TK-OFFER-006",
                "Es wurde schon ein Angebot angenommen.",
                "An offer was accepted before.",
                status=409,
            ) from twice
        session.add(OutboxMessage(case_id=case.id, kind="accepted", channel="task", data={"offer_id": offer.id}))
        move(session, case, State.ACCEPTED, actor, "offer_accepted", {"offer": offer.id, "version": offer.version})
        return _ref(offer)


def _is_iban(iban: str) -> bool:
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", iban) or (iban.startswith("DE") and len(iban) != 22):
        return False
    digits = "".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])
    return int(digits) % 97 == 1


def decline(actor: Actor, offer_id: str, *, reason: str | None = None) -> OfferRef:
    """The customer declines; a call-back task is put in the outbox."""
    with session_scope() as session:
        offer, case = _load(session, actor, offer_id, "offer.decide", lock=True)
        before = _check_open(offer, "declined")
        if before is not None:
            return before
        why = "".join(letter for letter in reason or "" if letter.isprintable() or letter == "\n")[:1000]
        offer.state = "declined"
        offer.decided_at = now()
        offer.decision = {"by": actor.login, "reason": why or None}
        session.add(
            OutboxMessage(
                case_id=case.id,
                kind="call_back",
                channel="task",
                recipient=case.phone,
                data={"offer_id": offer.id, "reason": why or None},
            )
        )
        move(session, case, State.DECLINED, actor, "offer_declined", {"offer": offer.id, "version": offer.version})
        return _ref(offer)


def expire_due() -> int:
    """Let offers expire whose time has passed; returns how many. Doing it again changes nothing."""
    with session_scope() as session:
        due = session.scalars(select(Offer.id).where(Offer.state == "sent", Offer.valid_until <= now())).all()
    count = 0
    for offer_id in due:
        with session_scope() as session:
            offer, case = _load(session, SYSTEM, offer_id, "offer.decide", lock=True)
            if offer.state != "sent" or offer.valid_until > now():
                continue
            offer.state = "expired"
            move(session, case, State.EXPIRED, SYSTEM, "offer_expired", {"offer": offer.id, "version": offer.version})
            count += 1
    return count


def pdf(actor: Actor, offer_id: str) -> bytes:
    """The PDF exactly as it was sent."""
    with session_scope() as session:
        offer, _case = _load(session, actor, offer_id, "offer.view")
        sha256 = offer.pdf_sha256
    return store.document(sha256)


def get_offer(actor: Actor, offer_id: str) -> OfferRef:
    """One offer."""
    with session_scope() as session:
        return _ref(_load(session, actor, offer_id, "offer.view")[0])


def open_offer(actor: Actor, case_id: str) -> OfferRef | None:
    """The newest offer of a case that is not superseded, or None."""
    require(actor, "offer.view", case_id)
    with session_scope() as session:
        case = load_case(session, case_id)
        offer = session.scalar(
            select(Offer)
            .where(Offer.case_id == case.id, Offer.state != "superseded")
            .order_by(Offer.version.desc())
            .limit(1)
        )
        return _ref(offer) if offer else None
