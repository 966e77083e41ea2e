"""How codes of the case look on screen: the word, the level of the chip, the icon."""

from __future__ import annotations

from typing import Any

from workbench.desk.formats import duration
from workbench.desk.texts import language, name_of, t

#: state -> level of its chip.
STATE_LEVELS = {
    "registered": "", "invited": "", "photos_incomplete": "warn", "photos_complete": "info", "pre_check": "accent",
    "in_calculation": "info", "review": "warn", "offered": "ok", "accepted": "ok", "payment_approved": "ok", "paid": "ok",
    "closed": "", "excluded": "", "declined": "warn", "withdrawn": "", "expired": "",
}  # fmt: skip
FLAG_LEVELS = {"red": "bad", "amber": "warn", "info": "info"}
FLAG_ICONS = {"red": "alarm", "amber": "flag", "info": "info"}
#: flag -> figure whose derivation explains it, where the engine has no node for the flag itself
FLAG_FIGURES = {
    "over_limit": "limit", "over_limit_upper_edge": "limit", "check_value": "repair_ratio", "likely_total_loss": "repair_ratio",
    "total_loss": "ratio_percent", "total_loss_check": "repair_ratio", "total_loss_likely": "repair_ratio",
    "capped_by_replacement_effort": "payout", "below_excess": "payout", "vat_unusual": "vat", "paint_share": "paint",
    "deductions_exceed": "net_allowed", "residual_over_replacement": "replacement_effort_without_tax", "fleet_discount": "net",
}  # fmt: skip
#: flag -> field of the document that it is about; None: the next doubtful one
FLAG_FIELDS: dict[str, str | None] = {
    "document_uncertain": None, "vin_check": "E", "vin_make_mismatch": "E", "plate_mismatch": "A", "holder_differs": "C.1.1",
    "ownership_hint": "C.1.1", "document_dates": "B", "document_after_loss": "I", "mileage_implausible": "B", "inspection_overdue": "HU",
}  # fmt: skip
#: flags that stop an offer; where only the code is at hand, as on the queue.
RED_FLAGS = frozenset(
    {
        "over_limit", "total_loss", "total_loss_likely", "likely_total_loss", "old_vehicle", "high_mileage", "leased", "financed",
        "leased_or_financed", "plate_mismatch",
    }
)  # fmt: skip
#: flags that most cases carry; they come last where there is little room
MINOR_FLAGS = frozenset(
    {"assumption", "ownership_unknown", "override_without_reason", "photos_unreadable", "document_uncertain"}
)


def clock(seconds: int | None, *, paused: bool) -> dict[str, str]:
    """Text, level and icon of the two-hour clock; ``seconds`` of office time left, negative when late."""
    if paused:
        return {"text": t("clock.paused"), "level": "", "icon": "pause", "title": t("clock.paused_title")}
    if seconds is None:
        return {"text": "–", "level": "", "icon": "clock", "title": t("clock.none")}
    if seconds < 0:
        return {"text": duration(seconds), "level": "bad", "icon": "alarm", "title": t("clock.late")}
    level, title = ("warn", t("clock.soon")) if seconds < 1800 else ("ok", t("clock.fine"))
    return {"text": duration(seconds), "level": level, "icon": "clock", "title": title}


def state_word(state: str, *, clock_paused: bool = False) -> str:
    """The word for a state; asking for photos is a state of its own to people."""
    if state == "photos_incomplete" and clock_paused:
        return t("state.photos_requested")
    return name_of("state", state)


def flag_word(code: str) -> str:
    """The short word for a flag's code."""
    return name_of("flag", code)


def localised(item: dict[str, Any], key: str) -> str:
    """A text of a use case in the person's language: ``key`` is German, ``key_en`` English; or a de/en pair."""
    value = item.get(key)
    if isinstance(value, dict):
        return str(value.get(language()) or value.get("de") or "")
    if language() == "en":
        return str(item.get(f"{key}_en") or value or "")
    return str(value or "")
