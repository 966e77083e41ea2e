"""What an expert does with a case: take it, correct it, ask for photos, give it up, exclude it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.access.actors import Actor
from workbench.cases.views import CaseView


def take(actor: Actor, case_id: str) -> CaseView:
    """Take the case with a lock that expires; ``pre_check`` becomes ``in_calculation``. Taking one's own again renews it.

    Raises:
        TelekalkError: TK-CASE-423 when a colleague holds it (``data``: by, until).
    """
    raise NotImplementedError


def release(actor: Actor, case_id: str) -> None:
    """Give the case back to the queue."""
    raise NotImplementedError


def get_case(actor: Actor, case_id: str) -> CaseView:
    """The case as this actor sees it."""
    raise NotImplementedError


def save_draft(
    actor: Actor, case_id: str, base_version: int, draft_json: Mapping[str, Any], *, what: str = ""
) -> CaseView:
    """Store a changed calculation input, recalculate, and note it for undo.

    Args:
        base_version: ``CaseView.version`` on which the change was made.
        what: Short German note of what was changed, for the timeline and undo button.

    Raises:
        TelekalkError: TK-CASE-409 when somebody changed the case since (``data``: by, at, version); codes of the
            engine (TK-CALC-…) when the input makes no sense.
    """
    raise NotImplementedError


def undo(actor: Actor, case_id: str, base_version: int) -> CaseView:
    """Go one draft back."""
    raise NotImplementedError


def redo(actor: Actor, case_id: str, base_version: int) -> CaseView:
    """Go one draft forward again."""
    raise NotImplementedError


def correct_field(actor: Actor, case_id: str, base_version: int, code: str, value: str | None) -> CaseView:
    """Correct a field of the registration document; ``code`` is the printed code. The read value is kept beside it."""
    raise NotImplementedError


def correct_claim(actor: Actor, case_id: str, base_version: int, changes: Mapping[str, Any]) -> CaseView:
    """Correct facts of the claim: leased_or_financed, excess, odometer_km, postcode, loss_date, quota_percent, …"""
    raise NotImplementedError


def set_photo_role(
    actor: Actor, case_id: str, base_version: int, photo_id: str, role: str, view: str | None = None
) -> CaseView:
    """Correct what a photo shows."""
    raise NotImplementedError


def decide_finding(
    actor: Actor,
    finding_id: str,
    decision: str,
    *,
    part: str | None = None,
    side: str | None = None,
    category: str | None = None,
    severity: str | None = None,
    box: Sequence[int] | None = None,
) -> CaseView:
    """Confirm, reject or edit a finding; ``decision`` is confirmed, rejected or edited. The model's word is kept."""
    raise NotImplementedError


def add_finding(
    actor: Actor,
    case_id: str,
    photo_id: str,
    *,
    category: str,
    box: Sequence[int],
    part: str | None = None,
    side: str | None = None,
    severity: str | None = None,
    polygon: Sequence[Sequence[int]] | None = None,
) -> CaseView:
    """Add a region that the model did not see; box is x, y, width, height in pixels of the upright original."""
    raise NotImplementedError


def suggest_lines(actor: Actor, case_id: str, base_version: int) -> CaseView:
    """Make the suggested lines anew from the findings as they stand; lines of the expert's own hand stay."""
    raise NotImplementedError


def request_photos(actor: Actor, case_id: str, items: Sequence[str], message: str) -> CaseView:
    """Ask the customer for more photos: message in the outbox, clock paused, state ``photos_incomplete``.

    Args:
        items: Codes: registration_document, vehicle_front, vehicle_rear, vehicle_left, vehicle_right, damage_closeup,
            odometer, other.
    """
    raise NotImplementedError


def exclude(actor: Actor, case_id: str, reason: str) -> CaseView:
    """Take the case out of the fast lane, with a reason that the customer can read."""
    raise NotImplementedError
