"""The door: nobody gets further than this without being let in. Pure ASGI, so that it answers before a body is read."""

from __future__ import annotations

import hmac
import time
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.access import customer_actor, gateway_actor
from workbench.customer import session
from workbench.customer.answers import error_answer, language_of
from workbench.customer.metrics import SECONDS
from workbench.customer.render import problem_page, wants_page
from workbench.errors import TelekalkError
from workbench.logs import get_logger
from workbench.settings import get_settings

#: Open to anybody: sign-in, its words and looks, the sign of life, the API's description.
OPEN = frozenset({"/", "/c", "/c/login", "/c/terms", "/c/language", "/healthz", "/robots.txt", "/api/v1/openapi.json"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SMALL_BODY = 1024 * 1024
log = get_logger("customer")
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def forbidden_origin() -> TelekalkError:
    """TK-WEB-403: a page of somebody else sent this request."""
    return TelekalkError(
        "TK-WEB-403",
        "Diese Anfrage kam nicht von unserer Seite.",
        "This request did not come from our page.",
        status=403,
        remedy_de="Öffnen Sie die Seite neu und versuchen Sie es noch einmal.",
        remedy_en="Open the page again and try once more.",
    )


def not_signed_in() -> TelekalkError:
    """TK-WEB-401: no login, or one that has ended."""
    return TelekalkError(
        "TK-WEB-401",
        "Sie sind nicht angemeldet, oder die Anmeldung ist abgelaufen.",
        "You are not signed in, or your sign-in has ended.",
        status=401,
        remedy_de="Bitte melden Sie sich neu an.",
        remedy_en="Please sign in again.",
    )


def no_token() -> TelekalkError:
    """TK-API-401: no bearer token, or a wrong one."""
    return TelekalkError(
        "TK-API-401",
        "Das Zugangskennzeichen fehlt oder ist falsch.",
        "The access token is missing or wrong.",
        status=401,
        remedy_de="Senden Sie „Authorization: Bearer …“ mit dem Wert von TELEKALK_INTAKE_TOKEN.",
        remedy_en="Send “Authorization: Bearer …” with the value of TELEKALK_INTAKE_TOKEN.",
    )


def too_large(limit: int) -> TelekalkError:
    """TK-WEB-413: a body larger than this address takes."""
    return TelekalkError(
        "TK-WEB-413",
        f"Die Anfrage ist zu groß (höchstens {limit // (1024 * 1024)} MiB).",
        f"The request is too large (at most {limit // (1024 * 1024)} MiB).",
        status=413,
    )


def fault() -> TelekalkError:
    """TK-WEB-500: a fault of ours; says nothing about its inside."""
    return TelekalkError(
        "TK-WEB-500",
        "Bei uns ist etwas schiefgegangen.",
        "Something went wrong on our side.",
        status=500,
        remedy_de="Bitte versuchen Sie es in einigen Minuten noch einmal.",
        remedy_en="Please try again in a few minutes.",
    )


class Guard:
    """Lets a request through when it is open to anybody, carries the gateway's token, or a customer's login.

    It also refuses writing requests of foreign pages, limits bodies, and puts the safety headers on every answer.
    The actor it found stands in ``request.state.actor``.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        request = Request(scope)
        path, headers = scope["path"], request.headers
        send = _with_headers(send, path)
        try:
            self._admit(request, path)
            limit = self._body_limit(path)
            if int(headers.get("content-length") or 0) > limit:
                raise too_large(limit)
        except ValueError:
            await Response(status_code=400)(scope, receive, send)
        except TelekalkError as error:
            await self._refuse(request, error)(scope, receive, send)
        else:
            await self._pass_on(request, _counted(receive, limit), send)

    async def _pass_on(self, request: Request, receive: Receive, send: Send) -> None:
        """Hand the request on, measure it, and answer a fault of ours as calmly as everything else."""
        begun = time.perf_counter()
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(request.scope, receive, noting)
        except Exception:  # whatever a route did not foresee: the log gets it, the caller a plain sentence
            if status:
                raise
            log.exception("fault", path=request.url.path)
            await self._refuse(request, fault())(request.scope, receive, noting)
        # The route's pattern, not the address: an address would carry ids, and make as many series as there are cases.
        route = getattr(request.scope.get("route"), "path", "other")
        SECONDS.labels(route=route, status=str(status)).observe(time.perf_counter() - begun)

    @staticmethod
    def _admit(request: Request, path: str) -> None:
        if path.startswith("/api/") or path == "/metrics":
            if path not in OPEN:
                _check_token(request.headers)
            request.state.actor = gateway_actor()
            return
        if request.method not in _SAFE:
            _check_origin(request.headers)
        if path in OPEN or path.startswith("/static/"):
            return
        found = session.read(request.cookies.get(session.COOKIE))
        if found is None:
            raise not_signed_in()
        request.state.session = found
        request.state.actor = customer_actor(found.case_id)

    @staticmethod
    def _body_limit(path: str) -> int:
        settings = get_settings()
        if path.endswith("/photos"):
            many = settings.max_photos if path.startswith("/api/") else 2
            return many * settings.max_photo_mib * 1024 * 1024 + _SMALL_BODY
        return _SMALL_BODY

    @staticmethod
    def _refuse(request: Request, error: TelekalkError) -> Response:
        if wants_page(request):
            return RedirectResponse("/c", status_code=303) if error.status == 401 else problem_page(request, error)
        answer = error_answer(error, language_of(request))
        if error.code == "TK-API-401":
            answer.headers["WWW-Authenticate"] = "Bearer"
        return answer


def _check_token(headers: Headers) -> None:
    kind, _, given = headers.get("authorization", "").partition(" ")
    expected = get_settings().intake_token_value()
    if kind.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), expected.encode()):
        raise no_token()


def _check_origin(headers: Headers) -> None:
    site = headers.get("sec-fetch-site")
    if site is not None:
        # "none" is the person's own doing (typed address, bookmark), which no foreign page can bring about.
        if site not in {"same-origin", "none"}:
            raise forbidden_origin()
        return
    origin = urlsplit(headers.get("origin", ""))
    ours = {headers.get("host", ""), urlsplit(get_settings().customer_url).netloc}
    if not origin.netloc or origin.netloc not in ours:
        raise forbidden_origin()


def _counted(receive: Receive, limit: int) -> Receive:
    """Count a body that comes without a length, and stop it at the limit."""
    taken = 0

    async def counting() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise HTTPException(413)
        return message

    return counting


def _with_headers(send: Send, path: str) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Content-Security-Policy"] = _CSP
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "no-referrer"
            headers["X-Frame-Options"] = "DENY"
            headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()"
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
            headers["Cross-Origin-Resource-Policy"] = "same-origin"
            if not path.startswith("/static/"):
                headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending
