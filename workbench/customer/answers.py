"""The one JSON shape in which the public face says that something is wrong, and the language of a request."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import JSONResponse

from workbench.customer.words import LANGUAGES, preferred_language
from workbench.errors import TelekalkError
from workbench.settings import get_settings

LANGUAGE_COOKIE = "tk_lang"


def language_of(request: Request) -> str:
    """Return the language of a request: chosen on the page, else asked for by the browser or program, else the setting."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES and not request.url.path.startswith("/api/"):
        return str(chosen)
    return preferred_language(request.headers.get("accept-language"), get_settings().language)


def error_answer(error: TelekalkError, language: str) -> JSONResponse:
    """Return the one error shape: ``{"ok": false, "error": {"code", "message", "remedy"}}``."""
    body = {"code": error.code, "message": error.message(language), "remedy": error.remedy(language)}
    headers = {"Retry-After": str(error.data["retry_after"])} if "retry_after" in error.data else None
    return JSONResponse({"ok": False, "error": body}, status_code=error.status, headers=headers)
