"""What happens when something goes wrong in a callback: a sentence with its code for the person, a line for the log."""

from __future__ import annotations

import uuid
from typing import Any

from dash import set_props

from workbench.desk.texts import language, t
from workbench.errors import TelekalkError
from workbench.logs import get_logger

_log = get_logger(__name__)


def describe(error: Exception) -> dict[str, Any]:
    """An error as the toast shows it: level, title, text, remedy and code. What is unknown gets a number for the log."""
    if isinstance(error, TelekalkError):
        lang = language()
        return {
            "level": "bad" if error.status >= 500 else "warn",
            "text": error.message(lang),
            "remedy": error.remedy(lang),
            "code": error.code,
            "key": uuid.uuid4().hex,
        }
    number = uuid.uuid4().hex[:8]
    _log.error("desk.callback_failed", reference=number, exc_info=error)
    return {
        "level": "bad",
        "text": t("error.internal"),
        "remedy": t("error.internal_remedy"),
        "code": f"TK-DESK-500 · {number}",
        "key": uuid.uuid4().hex,
    }


def success(text: str) -> dict[str, Any]:
    """A short good message for the toast."""
    return {"level": "ok", "text": text, "remedy": "", "code": "", "key": uuid.uuid4().hex}


def on_callback_error(error: Exception) -> None:
    """Dash calls this for each exception of a callback: show it and change nothing else on the page."""
    set_props("tk-toast", {"data": describe(error)})


def toast(message: dict[str, Any]) -> None:
    """Show a message beside the callback's own outputs."""
    set_props("tk-toast", {"data": message})
