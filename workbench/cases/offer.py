"""The offer: preview, send, accept or decline once."""

from __future__ import annotations

from workbench.access.actors import Actor
from workbench.cases.views import OfferPreview, OfferRef


def preview(actor: Actor, case_id: str) -> OfferPreview:
    """What would be sent now, with the draft PDF and everything that speaks against sending."""
    raise NotImplementedError


def send(actor: Actor, case_id: str, base_version: int, *, cleared_flags: tuple[str, ...] = ()) -> OfferRef:
    """Send the offer: numbered version, PDF kept, message in the outbox; an earlier open offer is superseded.

    Args:
        cleared_flags: Codes of red flags that the expert has looked at and answers for.

    Raises:
        TelekalkError: TK-OFFER-001 nothing to offer, -002 a red flag stands, TK-CASE-409 stale version.
    """
    raise NotImplementedError


def accept(actor: Actor, offer_id: str, *, iban: str | None = None, account_holder: str | None = None) -> OfferRef:
    """The customer accepts; counts exactly once, however often it is sent.

    Raises:
        TelekalkError: TK-OFFER-003 superseded, -004 expired, -005 declined before.
    """
    raise NotImplementedError


def decline(actor: Actor, offer_id: str, *, reason: str | None = None) -> OfferRef:
    """The customer declines; a call-back message is put in the outbox."""
    raise NotImplementedError


def pdf(actor: Actor, offer_id: str) -> bytes:
    """The PDF exactly as it was sent."""
    raise NotImplementedError


def get_offer(actor: Actor, offer_id: str) -> OfferRef:
    """One offer."""
    raise NotImplementedError


def open_offer(actor: Actor, case_id: str) -> OfferRef | None:
    """The newest offer of a case that is not superseded, or None."""
    raise NotImplementedError
