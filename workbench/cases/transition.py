"""The one function through which a case changes its state.

It checks the permission, checks that the state allows it, writes the new state with its audit entry, keeps the clock,
and enqueues follow-up work — all in the caller's one transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.access import Actor, require
from workbench.cases.clock import office_hours
from workbench.cases.views import State
from workbench.errors import TelekalkError, not_found
from workbench.settings import get_settings
from workbench.store.models import Audit, Case

S = State
#: action -> (states from which it starts, permission). The target is the caller's choice among ``TARGETS``.
ACTIONS: Mapping[str, tuple[frozenset[State], str]] = MappingProxyType(
    {
        "customer_registered": (frozenset({S.INVITED}), "photo.upload"),
        "photo_received": (frozenset({S.INVITED, S.REGISTERED}), "photo.upload"),
        "set_completed": (frozenset({S.REGISTERED, S.PHOTOS_INCOMPLETE}), "photo.upload"),
        "pipeline_started": (frozenset({S.PHOTOS_COMPLETE}), "case.pipeline"),
        "taken": (frozenset({S.PRE_CHECK}), "case.work"),
        "photos_requested": (frozenset({S.PRE_CHECK, S.IN_CALCULATION, S.REVIEW}), "case.request_photos"),
        "excluded": (
            frozenset(
                {
                    S.INVITED,
                    S.REGISTERED,
                    S.PHOTOS_INCOMPLETE,
                    S.PHOTOS_COMPLETE,
                    S.PRE_CHECK,
                    S.IN_CALCULATION,
                    S.REVIEW,
                }
            ),
            "case.exclude",
        ),
        "offer_sent": (frozenset({S.IN_CALCULATION, S.REVIEW, S.OFFERED}), "offer.send"),
        "offer_accepted": (frozenset({S.OFFERED, S.IN_CALCULATION, S.REVIEW}), "offer.decide"),
        "offer_declined": (frozenset({S.OFFERED, S.IN_CALCULATION, S.REVIEW}), "offer.decide"),
        "offer_expired": (frozenset({S.OFFERED, S.IN_CALCULATION, S.REVIEW}), "case.pipeline"),
        "repriced": (frozenset({S.OFFERED}), "case.work"),
    }
)
TARGETS: Mapping[str, State] = MappingProxyType(
    {
        "customer_registered": S.REGISTERED,
        "photo_received": S.PHOTOS_INCOMPLETE,
        "set_completed": S.PHOTOS_COMPLETE,
        "pipeline_started": S.PRE_CHECK,
        "taken": S.IN_CALCULATION,
        "photos_requested": S.PHOTOS_INCOMPLETE,
        "excluded": S.EXCLUDED,
        "offer_sent": S.OFFERED,
        "offer_accepted": S.ACCEPTED,
        "offer_declined": S.DECLINED,
        "offer_expired": S.EXPIRED,
        "repriced": S.IN_CALCULATION,
    }
)
#: action -> task that follows, enqueued in the same transaction.
FOLLOW_UP: Mapping[str, str] = MappingProxyType({"set_completed": "telekalk.pipeline"})

STATE_NAMES_DE: Mapping[str, str] = MappingProxyType(
    {
        "invited": "eingeladen",
        "registered": "angemeldet",
        "photos_incomplete": "Fotos unvollständig",
        "photos_complete": "Fotos vollständig",
        "pre_check": "Vorprüfung",
        "in_calculation": "in Kalkulation",
        "review": "in Prüfung",
        "offered": "angeboten",
        "accepted": "angenommen",
        "payment_approved": "Zahlung freigegeben",
        "paid": "bezahlt",
        "closed": "abgeschlossen",
        "excluded": "ausgesteuert",
        "declined": "abgelehnt",
        "withdrawn": "zurückgezogen",
        "expired": "abgelaufen",
    }
)


def load_case(session: Session, case_id: str, *, lock: bool = False) -> Case:
    """The case's row; with ``lock`` no other transaction changes it until this one ends.

    Raises:
        TelekalkError: TK-ACCESS-404 for an id that is none and for a case that is not there.
    """
    query = select(Case).where(Case.id == as_id(case_id, "Der Vorgang", "The case"))
    case = session.scalar(query.with_for_update() if lock else query)
    if case is None:
        raise not_found("Der Vorgang", "The case")
    return case


def as_id(value: str, what_de: str, what_en: str) -> str:
    """The id in its one spelling; an id that cannot be one was never found."""
    try:
        return str(uuid.UUID(str(value)))
    except ValueError:
        raise not_found(what_de, what_en) from None


def record(
    session: Session,
    case: Case,
    actor: Actor,
    action: str,
    data: Mapping[str, Any] | None = None,
    *,
    from_state: str | None = None,
) -> None:
    """Write an audit entry. ``data`` holds facts for programs, no personal data."""
    session.add(
        Audit(
            case_id=case.id,
            actor_id=actor.user_id,
            actor=actor.name,
            action=action,
            from_state=from_state,
            to_state=case.state if from_state is not None else None,
            data=dict(data or {}),
        )
    )


def touch(case: Case, actor: Actor) -> None:
    """Count a change: the next one must be based on this version."""
    case.version += 1
    case.changed_by = actor.name


def move(
    session: Session,
    case: Case,
    target: State | str,
    actor: Actor,
    action: str,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Change the state of a case that was loaded with ``lock=True``.

    Args:
        session: The transaction in which everything happens.
        case: The locked row.
        target: The new state; must be the one that the action leads to.
        actor: Who does it.
        action: A key of ``ACTIONS``.
        data: Facts for the audit entry.

    Raises:
        TelekalkError: TK-ACCESS-403 without the permission, TK-CASE-001 when the state does not allow it.
    """
    allowed_from, permission = ACTIONS[action]
    require(actor, permission, case.id)
    if State(case.state) not in allowed_from or TARGETS[action] != target:
        raise wrong_state(case.state, action)
    before = case.state
    moment = datetime.now(UTC)
    _keep_clock(case, action, moment)
    case.state = str(target)
    touch(case, actor)
    if action in {"excluded", "offer_sent", "offer_accepted", "offer_declined", "offer_expired", "photos_requested"}:
        case.lock_until = None
    record(session, case, actor, action, data, from_state=before)
    session.flush()
    task = FOLLOW_UP.get(action)
    if task is not None:
        # Imported late: the jobs call the use cases, the use cases only name a job.
        from workbench.jobs.app import enqueue

        enqueue(session, task, lock=f"case:{case.id}", case_id=case.id, run=case.run)


def _keep_clock(case: Case, action: str, moment: datetime) -> None:
    hours = office_hours()
    if action == "set_completed":
        case.run += 1
        case.received_at = case.received_at or moment
        left = case.clock_left_seconds
        if left is not None:
            case.due_at = hours.add(moment, left) if left > 0 else moment
            case.clock_left_seconds = None
        elif case.due_at is None:
            case.due_at = hours.add(moment, get_settings().sla_minutes * 60)
    elif action == "photos_requested" and case.due_at is not None:
        case.clock_left_seconds = hours.between(moment, case.due_at)
    elif action in {"offer_sent", "excluded"}:
        # The promise is an offer within two hours: it is kept (or pointless) now.
        case.clock_left_seconds = hours.between(moment, case.due_at) if case.due_at else None


def wrong_state(state: str, action: str) -> TelekalkError:
    """TK-CASE-001: the state does not allow this."""
    return TelekalkError(
        "TK-CASE-001",
        f"Das geht nicht im Zustand „{STATE_NAMES_DE.get(state, state)}“.",
        f"This is not possible in the state {state!r}.",
        status=409,
        remedy_de="Laden Sie den Vorgang neu; jemand hat ihn inzwischen weitergeführt.",
        remedy_en="Reload the case; somebody has moved it on.",
        data={"state": state, "action": action},
    )
