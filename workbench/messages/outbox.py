"""The outbox: messages are written where their reason is, in the same transaction, and delivered from here."""

from __future__ import annotations

import threading
from datetime import UTC
from typing import Any

from sqlalchemy import Integer, cast, func, select

from workbench.access import Actor, require
from workbench.errors import TelekalkError
from workbench.logs import get_logger
from workbench.messages.gateway import FileGateway, Gateway, Message
from workbench.messages.texts import compose
from workbench.settings import get_settings
from workbench.store.database import session_scope
from workbench.store.models import Case, OutboxMessage, now

#: Channels that go to people outside; ``task`` messages are work lists for colleagues and stay here.
OUTSIDE = ("sms", "email")
MOST_ATTEMPTS = 8
log = get_logger("outbox")


def default_gateway() -> Gateway:
    """Return the gateway of this installation: files under ``outbox/`` in TELEKALK_HOME."""
    return FileGateway(get_settings().home / "outbox")


def deliver(gateway: Gateway | None = None, *, limit: int = 50) -> int:
    """Send what is waiting; returns how many messages went out.

    Several processes may do this at once: a row that one holds the others pass over. A message is marked as sent in
    the transaction that holds it, so a process killed in between sends it again with the same id, and never loses it.
    A failed one waits twice as long after each attempt, and is given up after eight.
    """
    gateway = gateway or default_gateway()
    sent = 0
    for _ in range(limit):
        with session_scope() as session:
            # 0, 1, 3, 7 … minutes after it was written: no column of its own is needed for the next attempt.
            minutes = cast(func.power(2, OutboxMessage.attempts) - 1, Integer)
            due = OutboxMessage.created_at + func.make_interval(0, 0, 0, 0, 0, minutes)
            row = session.scalar(
                select(OutboxMessage)
                .where(
                    OutboxMessage.sent_at.is_(None),
                    OutboxMessage.channel.in_(OUTSIDE),
                    OutboxMessage.attempts < MOST_ATTEMPTS,
                    due <= func.now(),
                )
                .order_by(OutboxMessage.created_at)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if row is None:
                return sent
            case = session.get(Case, row.case_id) if row.case_id else None
            sent += _send(gateway, row, case)
    return sent


def _send(gateway: Gateway, row: OutboxMessage, case: Case | None) -> bool:
    settings = get_settings()
    row.attempts += 1
    if not row.recipient:
        row.error = "TK-MSG-001: no recipient"
        row.attempts = MOST_ATTEMPTS
        log.warning("message_without_recipient", kind=row.kind, case=row.case_id)
        return False
    claim = case.claim_number if case else ""
    subject, text = compose(
        row.kind, settings.language, claim=claim, link=f"{settings.customer_url}/c", data=row.data or {}
    )
    created = row.created_at.astimezone(UTC).isoformat(timespec="seconds")
    try:
        gateway.send(Message(row.id, row.kind, row.channel, row.recipient, subject, text, created))
    except Exception as error:  # a gateway is foreign code: whatever it raises, the message stays and is tried again
        row.error = f"TK-MSG-002: {type(error).__name__}"
        log.warning("message_not_sent", kind=row.kind, case=row.case_id, attempts=row.attempts, exc_info=True)
        return False
    row.sent_at, row.error = now(), None
    log.info("message_sent", kind=row.kind, case=row.case_id)
    return True


def list_messages(actor: Actor, case_id: str | None = None, *, limit: int = 200) -> list[dict[str, Any]]:
    """Return the newest messages, of one case or of all, for colleagues who may read the audit trail.

    Each is a dict: id, case_id, kind, channel, recipient, data, created_at, sent_at, attempts, error.
    """
    require(actor, "audit.view", case_id)
    query = select(OutboxMessage).order_by(OutboxMessage.created_at.desc()).limit(limit)
    if case_id is not None:
        query = query.where(OutboxMessage.case_id == case_id)
    with session_scope() as session:
        return [
            {
                "id": row.id,
                "case_id": row.case_id,
                "kind": row.kind,
                "channel": row.channel,
                "recipient": row.recipient,
                "data": row.data,
                "created_at": row.created_at.isoformat(),
                "sent_at": row.sent_at.isoformat() if row.sent_at else None,
                "attempts": row.attempts,
                "error": row.error,
            }
            for row in session.scalars(query)
        ]


def start_delivering(
    stop: threading.Event, *, every_seconds: float = 5.0, gateway: Gateway | None = None
) -> threading.Thread:
    """Start a thread that delivers until ``stop`` is set; for the worker and the demonstration."""

    def run() -> None:
        while not stop.wait(every_seconds):
            try:
                deliver(gateway)
            except TelekalkError as error:
                log.warning("outbox_paused", code=error.code)
            except Exception:  # the thread must outlive a bad minute of the database
                log.exception("outbox_failed")

    thread = threading.Thread(target=run, name="telekalk-outbox", daemon=True)
    thread.start()
    return thread
