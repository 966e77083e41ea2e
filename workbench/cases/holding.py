"""Who holds a case: the lock that expires, and the version that every change must be based on."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from workbench.access import Actor, require
from workbench.cases.builder import iso
from workbench.cases.transition import load_case, move, record, touch, wrong_state
from workbench.cases.views import State
from workbench.errors import TelekalkError
from workbench.settings import get_settings
from workbench.store.models import Case, User, now

WORKABLE = frozenset({State.PRE_CHECK, State.IN_CALCULATION, State.REVIEW})


def stale(case: Case) -> TelekalkError:
    """TK-CASE-409: somebody changed the case since it was read."""
    who = case.changed_by or "Telekalk"
    return TelekalkError(
        "TK-CASE-409",
        f"{who} hat den Vorgang inzwischen geändert; Ihre Änderung wurde nicht gespeichert.",
        f"{who} has changed the case meanwhile; your change was not saved.",
        status=409,
        remedy_de="Laden Sie den Vorgang neu und geben Sie die Änderung noch einmal ein.",
        remedy_en="Reload the case and enter the change again.",
        data={"by": who, "at": iso(case.changed_at), "version": case.version},
    )


def refuse_foreign_lock(session: Session, case: Case, actor: Actor) -> None:
    """Raise TK-CASE-423 when a colleague holds the case."""
    if case.assigned_to is None or case.lock_until is None or case.lock_until <= now():
        return
    if case.assigned_to == actor.user_id:
        return
    owner = session.get(User, case.assigned_to)
    name = owner.name if owner else "?"
    raise TelekalkError(
        "TK-CASE-423",
        f"{name} bearbeitet diesen Vorgang gerade.",
        f"{name} is working on this case.",
        status=423,
        remedy_de="Sprechen Sie sich ab oder nehmen Sie den nächsten Vorgang.",
        remedy_en="Agree with your colleague, or take the next case.",
        data={"by": name, "until": iso(case.lock_until)},
    )


def hold(session: Session, case: Case, actor: Actor) -> None:
    """Take or renew the lock for somebody who works on the case."""
    refuse_foreign_lock(session, case, actor)
    if actor.user_id is None:
        return
    if case.assigned_to != actor.user_id:
        case.assigned_to = actor.user_id
        if case.state != State.PRE_CHECK:
            record(session, case, actor, "taken_over")
    case.lock_until = now() + timedelta(minutes=get_settings().lock_minutes)


def open_for_change(
    session: Session, actor: Actor, case_id: str, base_version: int | None, *, draft: bool = False
) -> Case:
    """The locked row of a case that this actor may change now.

    Args:
        session: The transaction.
        actor: Who changes.
        case_id: The case.
        base_version: Version that the change is based on; None where the change stands on its own.
        draft: The change is one of the calculation, so there must be one.

    Raises:
        TelekalkError: TK-ACCESS-403, TK-CASE-409 stale, TK-CASE-423 held by a colleague, TK-CASE-001 wrong state,
            TK-CASE-005 not pre-filled yet.
    """
    require(actor, "case.work", case_id)
    case = load_case(session, case_id, lock=True)
    if base_version is not None and base_version != case.version:
        raise stale(case)
    if State(case.state) not in WORKABLE:
        raise wrong_state(case.state, "change")
    hold(session, case, actor)
    if draft and case.draft is None:
        raise TelekalkError(
            "TK-CASE-005",
            "Der Vorgang ist noch nicht vorbefüllt.",
            "The case has not been pre-filled yet.",
            status=409,
            remedy_de="Warten Sie, bis die Vorprüfung durch ist.",
            remedy_en="Wait until the pre-check is through.",
        )
    if case.state == State.PRE_CHECK:
        move(session, case, State.IN_CALCULATION, actor, "taken")
    else:
        touch(case, actor)
    return case
