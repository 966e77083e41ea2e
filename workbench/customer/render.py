"""Turns a template and values into a page. Everything that is put in is escaped."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from workbench.customer.answers import language_of
from workbench.customer.words import TERMS_VERSION, WORDS
from workbench.errors import TelekalkError

_HERE = Path(__file__).parent
_pages = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@lru_cache(maxsize=1)
def assets_version() -> str:
    """Return a short text that changes with the static files, so that a browser never mixes old and new."""
    digest = hashlib.sha256()
    for file in sorted((_HERE / "static").iterdir()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:10]


def page(request: Request, template: str, *, title: str, status_code: int = 200, **values: Any) -> HTMLResponse:
    """Return a page.

    Args:
        request: gives the language and whether somebody is signed in.
        template: name without ``.html``.
        title: of the browser's tab; also the heading where the template says so.
        status_code: of the answer.
        values: for the template; ``step`` (1 to 4) shows where the customer is.
    """
    language = language_of(request)
    other = "en" if language == "de" else "de"
    here = request.url.path if request.method == "GET" else "/c"
    context = {
        "t": WORDS[language],
        "lang": language,
        "title": title,
        "assets": assets_version(),
        "switch_url": f"/c/language?to={other}&back={quote(here)}",
        "signed_in": getattr(request.state, "session", None) is not None,
        "terms_version": TERMS_VERSION,
        "step": None,
        "demo": False,
        **values,
    }
    return HTMLResponse(_pages.get_template(f"{template}.html").render(context), status_code=status_code)


def problem_page(request: Request, error: TelekalkError) -> HTMLResponse:
    """Return an error as a page for people."""
    language = language_of(request)
    words = WORDS[language]
    return page(
        request,
        "message",
        title=words["error_title"],
        status_code=error.status,
        message=error.message(language),
        remedy=error.remedy(language),
        code=error.code,
        back="/c/status" if getattr(request.state, "session", None) else "/c",
    )


def script_texts(language: str, *keys: str) -> str:
    """Return some of the words as JSON, for a data attribute that a script reads."""
    return json.dumps({key: WORDS[language][key] for key in keys}, ensure_ascii=False)


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks for a page, rather than a program for data."""
    return request.url.path.startswith("/c") and "text/html" in request.headers.get("accept", "")
