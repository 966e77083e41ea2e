"""The guard in front of everything the desk serves: deny by default, same-origin writes only, safe headers.

It must be registered before ``Dash(...)``: functions of ``before_request`` run in the order of their registration, and
Dash answers its own routes.
"""

from __future__ import annotations

import urllib.parse
from datetime import timedelta

import flask
from flask import Flask, Response, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response as BaseResponse

from workbench.access import Actor, load_actor
from workbench.desk.texts import t
from workbench.errors import TelekalkError
from workbench.settings import get_settings

#: Endpoints that answer without a login. Everything else, whatever is added later, is denied.
PUBLIC_ENDPOINTS = frozenset({"signin.login", "signin.login_post", "signin.preference", "desk_public", "healthz"})
#: Paths at which a program, not a person, waits for the answer: it gets 401 instead of a way to the login page.
PROGRAM_PATHS = ("/_dash", "/media/", "/crop/", "/field-check", "/upload", "/offer/", "/_reload-hash")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class DeskUser(UserMixin):  # type: ignore[misc]
    """The signed-in person as flask-login sees it; the actor is read anew for each request."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        return str(self.actor.user_id)


class _Sessions(SecureCookieSessionInterface):
    """Session cookies that are marked Secure whenever the request came over TLS, and always if so configured."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return bool(get_settings().cookie_secure or (flask.has_request_context() and request.is_secure))


def current_actor() -> Actor:
    """The actor of this request.

    Raises:
        TelekalkError: TK-ACCESS-401, nobody is signed in.
    """
    actor = actor_or_none()
    if actor is None:
        raise TelekalkError(
            "TK-ACCESS-401",
            "Sie sind nicht angemeldet.",
            "You are not signed in.",
            status=401,
            remedy_de="Melden Sie sich an.",
            remedy_en="Sign in.",
        )
    return actor


def actor_or_none() -> Actor | None:
    """The actor of this request, or None without a request or a login (Dash calls page layouts at its start)."""
    if not flask.has_request_context():
        return None
    user = current_user
    return user.actor if getattr(user, "is_authenticated", False) else None


def install(server: Flask) -> None:
    """Register login, origin check and headers on the server; call it before Dash is made."""
    settings = get_settings()
    server.secret_key = settings.secret_value()
    server.session_interface = _Sessions()
    server.config.update(
        SESSION_COOKIE_NAME="tk_desk",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=settings.session_minutes),
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=(settings.max_photo_mib + 2) * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
    )
    manager = LoginManager()
    manager.session_protection = "basic"
    manager.init_app(server)
    manager.user_loader(_load_user)
    server.before_request(_check_origin)
    server.before_request(_check_login)
    server.after_request(_headers)


def _load_user(user_id: str) -> DeskUser | None:
    actor = load_actor(user_id)
    return DeskUser(actor) if actor is not None else None


def _refuse(status: int, code: str, message: str) -> Response:
    response = flask.jsonify({"code": code, "message": message})
    response.status_code = status
    return response


def _check_origin() -> Response | None:
    """Refuse writes that another site made the browser send."""
    if request.method in _SAFE_METHODS:
        return None
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return None if site == "same-origin" else _refuse(403, "TK-ACCESS-403", t("error.cross_site"))
    origin = request.headers.get("Origin")
    if origin and urllib.parse.urlsplit(origin).netloc == request.host:
        return None
    # No header at all is no browser of the last years; a script with a stolen session gets no benefit of the doubt.
    return _refuse(403, "TK-ACCESS-403", t("error.cross_site"))


def _check_login() -> BaseResponse | None:
    """Refuse whoever is not signed in; a missing or unknown endpoint is refused as well."""
    if request.endpoint in PUBLIC_ENDPOINTS or _public_asset():
        return None
    if actor_or_none() is not None:
        return None
    if request.path.startswith(PROGRAM_PATHS) or request.method not in _SAFE_METHODS:
        return _refuse(401, "TK-ACCESS-401", t("error.signed_out"))
    session.pop("_flashes", None)
    target = request.full_path.rstrip("?") if request.path != "/" else ""
    where = flask.url_for("signin.login", next=target) if target else flask.url_for("signin.login")
    return flask.redirect(where)


def _public_asset() -> bool:
    """The sign-in page needs the style sheets and the logo, and nothing else."""
    return (
        request.method == "GET"
        and request.path.startswith("/assets/")
        and request.path.endswith((".css", "favicon.svg"))
        and ".." not in request.path
    )


def _headers(response: Response) -> Response:
    """Put the safety headers on every answer."""
    hashes = g.get("csp_hashes", ())
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'self'; script-src 'self' " + " ".join(hashes) + "; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "frame-src 'self'; object-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
    )
    response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.path.startswith("/assets/") and "m" in request.args:
        response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    elif request.path.startswith("/_dash-component-suites/") and "max-age" not in response.headers.get(
        "Cache-Control", ""
    ):
        # Parts that Dash loads late carry no version in their name; an hour spares asking on every page.
        response.headers["Cache-Control"] = "private, max-age=3600"
    elif response.mimetype in ("text/html", "application/json"):
        response.headers["Cache-Control"] = "no-store"
    return response
