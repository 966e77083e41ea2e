"""How the public face answers when something is wrong: one JSON shape for programs, a page for people."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from workbench.customer.answers import error_answer, language_of
from workbench.customer.render import problem_page, wants_page
from workbench.errors import TelekalkError
from workbench.logs import get_logger

log = get_logger("customer")

_KNOWN = {
    400: ("Die Anfrage ist nicht lesbar.", "The request cannot be read."),
    404: ("Diese Adresse gibt es nicht.", "This address does not exist."),
    405: ("Diese Adresse kennt diese Methode nicht.", "This address does not know this method."),
    413: ("Die Anfrage ist zu groß.", "The request is too large."),
}


def _answer(request: Request, error: TelekalkError) -> Response:
    return problem_page(request, error) if wants_page(request) else error_answer(error, language_of(request))


async def on_telekalk_error(request: Request, error: Exception) -> Response:
    """Answer an error that a person can act on."""
    assert isinstance(error, TelekalkError)
    if error.status >= 500:
        log.error("answer", code=error.code, path=request.url.path)
    return _answer(request, error)


async def on_http_error(request: Request, error: Exception) -> Response:
    """Answer what the web framework refuses."""
    assert isinstance(error, HTTPException)
    german, english = _KNOWN.get(error.status_code, (HTTPStatus(error.status_code).phrase,) * 2)
    answer = error_answer(
        TelekalkError(f"TK-WEB-{error.status_code:03d}", german, english, status=error.status_code),
        language_of(request),
    )
    answer.headers.update(error.headers or {})
    return answer


async def on_invalid(request: Request, error: Exception) -> Response:
    """Answer a request whose fields are wrong, naming the first few."""
    assert isinstance(error, RequestValidationError)
    places = ["/".join(str(step) for step in problem["loc"])[:80] for problem in error.errors()[:5]]
    listed = ", ".join("".join(c for c in place if c.isprintable()) for place in places)
    return _answer(
        request,
        TelekalkError(
            "TK-API-422",
            f"Angaben fehlen oder sind falsch: {listed}.",
            f"Fields are missing or wrong: {listed}.",
            status=422,
            remedy_de="Die Beschreibung aller Felder steht unter /api/v1/openapi.json.",
            remedy_en="All fields are described at /api/v1/openapi.json.",
        ),
    )
