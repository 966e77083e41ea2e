"""What the status and offer pages show, in the customer's words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from workbench.cases.portal import CaseStatus
from workbench.cases.views import OfferRef, State
from workbench.customer.words import WORDS
from workbench.documents.formats import LOCALES, Language, day, money
from workbench.settings import get_settings

_WITH_EXPERT = frozenset({State.IN_CALCULATION, State.REVIEW})
_WITH_OFFER = frozenset(
    {
        State.OFFERED, State.ACCEPTED, State.PAYMENT_APPROVED, State.PAID, State.CLOSED, State.DECLINED, State.EXPIRED,
    }
)  # fmt: skip


def _as_language(language: str) -> Language:
    return "en" if language == "en" else "de"


def status_view(status: CaseStatus, language: str) -> dict[str, Any]:
    """Return the four steps of a case, a sentence, and where to go next."""
    words = WORDS[language]
    state = State(status.state)
    read = status.progress_total > 0 and status.progress_done >= status.progress_total
    if state in _WITH_OFFER:
        reached = 4
    elif state in _WITH_EXPERT or (state is State.PRE_CHECK and read):
        reached = 2
    elif status.takes_photos or state is State.EXCLUDED:
        reached = 0
    else:
        reached = 1
    keys = ("line_received", "line_read", "line_expert", "line_offer")
    line = [
        {"text": words[key], "state": "done" if index < reached else "now" if index == reached else "todo"}
        for index, key in enumerate(keys)
    ]
    return {
        "version": status.version,
        "line": [] if state is State.EXCLUDED else line,
        "message": _message(status, state, language),
        "offer": state in _WITH_OFFER,
        "photos_wanted": status.takes_photos,
    }


def _message(status: CaseStatus, state: State, language: str) -> str:
    words = WORDS[language]
    if state is State.EXCLUDED:
        return words["excluded_lead"]
    if status.takes_photos:
        return words["requested_title"] if status.photo_request else ""
    if state in _WITH_OFFER:
        return ""
    if status.due_at is None or status.due_at < datetime.now(UTC):
        return words["status_later"]
    local = status.due_at.astimezone(ZoneInfo(get_settings().time_zone))
    today = datetime.now(local.tzinfo).date() == local.date()
    pattern = {
        ("de", True): "HH:mm 'Uhr'",
        ("de", False): "EEEE, d. MMMM, HH:mm 'Uhr'",
        ("en", True): "HH:mm",
        ("en", False): "EEEE d MMMM, HH:mm",
    }[_as_language(language), today]
    return words["status_due"].format(time=format_datetime(local, pattern, locale=LOCALES[language]))


def offer_view(offer: OfferRef | None, language: str) -> dict[str, Any]:
    """Return heading, sentence and figures of the offer page."""
    words = WORDS[language]
    if offer is None:
        return {"offer": None, "heading": words["offer_title"], "lead": ""}
    lang = _as_language(language)
    payout = money(offer.payout, lang)
    state = offer.state
    if state == "sent" and offer.valid_until < datetime.now(UTC):
        state = "expired"
    heading = words.get(f"{state}_title", words["offer_title"])
    local = offer.valid_until.astimezone(ZoneInfo(get_settings().time_zone))
    return {
        "heading": heading,
        "lead": words.get(f"{state}_lead", "").format(amount=payout),
        "offer": {
            "id": offer.id,
            "open": state == "sent",
            "payout": payout,
            "gross": money(offer.gross, lang),
            "net": money(offer.net, lang),
            "valid": words["offer_valid"].format(day=day(local.date(), lang)),
        },
    }
