"""Sign-in, sign-out and the language and theme switches: plain server-rendered pages."""

from __future__ import annotations

import urllib.parse

import flask
from flask import Blueprint, Flask, Response, request, session
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from flask_limiter.util import get_remote_address
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response as BaseResponse

from workbench.access import Actor, allowed, authenticate
from workbench.desk.guard import DeskUser, actor_or_none
from workbench.desk.texts import LANGUAGE_COOKIE, THEME_COOKIE, language, t, theme
from workbench.errors import TelekalkError
from workbench.settings import get_settings

_YEAR = 365 * 24 * 3600


def install(server: Flask) -> None:
    """Register the routes and the limit on attempts: 10 a minute and address, 20 in 15 minutes and account."""
    limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window", headers_enabled=False)
    limiter.init_app(server)
    limited = limiter.limit("10 per minute")(
        limiter.limit("20 per 15 minutes", key_func=lambda: "account:" + request.form.get("login", "")[:80].lower())(
            login_post
        )
    )
    fresh = Blueprint("signin", __name__, template_folder="templates")
    fresh.add_url_rule("/login", "login", login, methods=["GET"])
    fresh.add_url_rule("/login", "login_post", limited, methods=["POST"])
    fresh.add_url_rule("/logout", "logout", logout, methods=["POST"])
    fresh.add_url_rule("/preference", "preference", preference, methods=["POST"])
    server.register_blueprint(fresh)
    server.register_error_handler(RateLimitExceeded, _too_many)


def _safe_target(target: str | None) -> str:
    """Only a path of this desk may follow the login; anything else leads to the queue."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\", "/login", "/logout")):
        return "/"
    parts = urllib.parse.urlsplit(target)
    return target if not parts.scheme and not parts.netloc and "\\" not in target else "/"


def _page(error: str | None, status: int = 200, login_name: str = "") -> Response:
    html = flask.render_template(
        "login.html",
        t=t,
        language=language(),
        theme=theme(),
        error=error,
        login_name=login_name,
        target=_safe_target(request.values.get("next")),
    )
    return Response(html, status=status, mimetype="text/html")


def login() -> BaseResponse:
    """Show the sign-in page; who is signed in already goes on."""
    if actor_or_none() is not None:
        return flask.redirect(_safe_target(request.args.get("next")))
    return _page(None)


def login_post() -> BaseResponse:
    """Check name and password and begin a session."""
    name = request.form.get("login", "").strip()[:80]
    password = request.form.get("password", "")[:1000]
    try:
        actor = authenticate(name, password)
    except TelekalkError as error:
        return _page(error.message(language()), 401, name)
    session.clear()
    session.permanent = True
    login_user(DeskUser(actor))
    return flask.redirect(_first_page(actor, _safe_target(request.form.get("next"))))


def _first_page(actor: Actor, target: str) -> str:
    """Who has no queue begins at the page that the role is for."""
    return "/data" if target == "/" and not allowed(actor, "queue.view") and allowed(actor, "data.view") else target


def logout() -> BaseResponse:
    """End the session."""
    logout_user()
    session.clear()
    return flask.redirect(flask.url_for("signin.login"))


def preference() -> BaseResponse:
    """Keep the chosen language or theme in a cookie and go back to where the person was."""
    response = flask.redirect(_safe_target(request.form.get("next")))
    secure = get_settings().cookie_secure or request.is_secure
    for cookie, field, known in (
        (LANGUAGE_COOKIE, "language", ("de", "en")),
        (THEME_COOKIE, "theme", ("light", "dark")),
    ):
        value = request.form.get(field)
        if value in known:
            response.set_cookie(cookie, value, max_age=_YEAR, samesite="Lax", secure=secure, httponly=True)
    return response


def _too_many(_error: RateLimitExceeded) -> Response:
    return _page(t("login.too_many"), 429, request.form.get("login", "")[:80])
