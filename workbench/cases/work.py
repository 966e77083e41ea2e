"""What an expert does with a case: take it, correct it, ask for photos, give it up, exclude it."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from workbench.access import Actor, require
from workbench.cases.builder import CaseRows, iso
from workbench.cases.corrections import (
    add_finding,
    correct_claim,
    decide_finding,
    set_photo_role,
)
from workbench.cases.drafts import redo, save_draft, undo
from workbench.cases.field_decisions import confirm_field, correct_field, undo_field
from workbench.cases.holding import WORKABLE, hold, refuse_foreign_lock
from workbench.cases.prefill import suggest_lines
from workbench.cases.transition import load_case, move, record, touch, wrong_state
from workbench.cases.views import CaseView, State
from workbench.errors import TelekalkError
from workbench.store.database import session_scope
from workbench.store.models import Case, OutboxMessage, now

__all__ = [
    "PHOTO_ITEMS",
    "add_finding",
    "confirm_field",
    "correct_claim",
    "correct_field",
    "decide_finding",
    "exclude",
    "get_case",
    "redo",
    "release",
    "request_photos",
    "save_draft",
    "set_photo_role",
    "suggest_lines",
    "take",
    "undo",
    "undo_field",
]

#: What can be asked for: code -> (German, English).
PHOTO_ITEMS = MappingProxyType(
    {
        "registration_document": ("Fahrzeugschein, flach und ganz im Bild", "Registration document, flat and complete"),
        "vehicle_front": ("Fahrzeug von vorn", "Vehicle from the front"),
        "vehicle_rear": ("Fahrzeug von hinten", "Vehicle from the rear"),
        "vehicle_left": ("Fahrzeug von links", "Vehicle from the left"),
        "vehicle_right": ("Fahrzeug von rechts", "Vehicle from the right"),
        "damage_closeup": ("Schaden aus der Nähe", "Damage from close by"),
        "odometer": ("Kilometerstand", "Odometer"),
        "other": ("Weiteres Foto", "Another photo"),
    }
)
_MESSAGE_LIMIT = 1000


def get_case(actor: Actor, case_id: str) -> CaseView:
    """The case as this actor sees it."""
    require(actor, "case.view", case_id)
    with session_scope() as session:
        return CaseRows(session, load_case(session, case_id)).view(actor)


def take(actor: Actor, case_id: str) -> CaseView:
    """Take the case with a lock that expires; ``pre_check`` becomes ``in_calculation``. Taking one's own again renews it.

    An offered case that is taken comes back into calculation; its offer can be accepted until another one is sent.

    Raises:
        TelekalkError: TK-CASE-423 when a colleague holds it (``data``: by, until), TK-CASE-005 when it is not pre-filled.
    """
    require(actor, "case.work", case_id)
    with session_scope() as session:
        case = load_case(session, case_id, lock=True)
        if State(case.state) not in WORKABLE | {State.OFFERED}:
            raise wrong_state(case.state, "taken")
        if case.draft is None:
            raise TelekalkError(
                "TK-CASE-005",
                "Der Vorgang ist noch nicht vorbefüllt.",
                "The case has not been pre-filled yet.",
                status=409,
                remedy_de="Warten Sie, bis die Vorprüfung durch ist.",
                remedy_en="Wait until the pre-check is through.",
            )
        mine_before = case.assigned_to == actor.user_id
        hold(session, case, actor)
        if case.state == State.PRE_CHECK:
            move(session, case, State.IN_CALCULATION, actor, "taken")
        elif case.state == State.OFFERED:
            move(session, case, State.IN_CALCULATION, actor, "repriced")
        elif not mine_before:
            touch(case, actor)
        session.flush()
        return CaseRows(session, case).view(actor)


def release(actor: Actor, case_id: str) -> None:
    """Give the case back to the queue; its calculation stays as it is."""
    require(actor, "case.work", case_id)
    with session_scope() as session:
        case = load_case(session, case_id, lock=True)
        refuse_foreign_lock(session, case, actor)
        if case.assigned_to is None:
            return
        case.assigned_to = None
        case.lock_until = None
        record(session, case, actor, "released")


def _sentence(text: str) -> str:
    plain = "".join(letter for letter in text if letter.isprintable() or letter == "\n").strip()
    if not plain or len(plain) > _MESSAGE_LIMIT:
        raise TelekalkError(
            "TK-CASE-008",
            f"Bitte geben Sie einen Text von bis zu {_MESSAGE_LIMIT} Zeichen an.",
            f"Please give a text of up to {_MESSAGE_LIMIT} characters.",
            status=422,
        )
    return plain


def _tell_customer(case: Case, kind: str, data: dict[str, object]) -> OutboxMessage:
    recipient = case.phone or case.email
    return OutboxMessage(
        case_id=case.id, kind=kind, channel="sms" if case.phone else "email", recipient=recipient, data=data
    )


def request_photos(actor: Actor, case_id: str, items: Sequence[str], message: str) -> CaseView:
    """Ask the customer for more photos: message in the outbox, clock paused, state ``photos_incomplete``.

    Args:
        actor: Who asks.
        case_id: The case.
        items: Keys of ``PHOTO_ITEMS``.
        message: A sentence for the customer.
    """
    require(actor, "case.request_photos", case_id)
    unknown = [item for item in items if item not in PHOTO_ITEMS]
    if unknown or not items:
        raise TelekalkError(
            "TK-CASE-009",
            "Bitte wählen Sie mindestens ein Foto aus, das fehlt.",
            "Please choose at least one photo that is missing.",
            status=422,
            data={"unknown": unknown[:10]},
        )
    text = _sentence(message)
    with session_scope() as session:
        case = load_case(session, case_id, lock=True)
        refuse_foreign_lock(session, case, actor)
        wanted = list(dict.fromkeys(items))
        case.batch += 1
        case.photo_request = {"items": wanted, "message": text, "at": iso(now()), "by": actor.name}
        session.add(_tell_customer(case, "photos_requested", {"items": wanted, "message": text}))
        move(session, case, State.PHOTOS_INCOMPLETE, actor, "photos_requested", {"items": wanted})
        return CaseRows(session, case).view(actor)


def exclude(actor: Actor, case_id: str, reason: str) -> CaseView:
    """Take the case out of the fast lane, with a reason that the customer can read."""
    require(actor, "case.exclude", case_id)
    text = _sentence(reason)
    with session_scope() as session:
        case = load_case(session, case_id, lock=True)
        refuse_foreign_lock(session, case, actor)
        case.exclude_reason = text
        session.add(_tell_customer(case, "excluded", {"reason": text}))
        session.add(OutboxMessage(case_id=case.id, kind="classic_claim", channel="task", data={"reason": text}))
        move(session, case, State.EXCLUDED, actor, "excluded", {"reason": text})
        return CaseRows(session, case).view(actor)
