"""The frame around every page: top bar, toasts, connection notice, stores, keyboard help."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dash
import dash_bootstrap_components as dbc
import flask
from dash import Dash, Input, dcc, html

from workbench.access import Actor, allowed
from workbench.desk.clientside import clientside
from workbench.desk.components.icons import extra, icon
from workbench.desk.guard import actor_or_none
from workbench.desk.texts import catalogue, language, t, theme

ASSETS = Path(__file__).parent.parent / "assets"


def layout() -> html.Div:
    """The whole application; Dash also calls it at its start, without a request and without a person."""
    return html.Div(
        [
            dcc.Location(id="tk-location", refresh="callback-nav"),
            dcc.Store(id="tk-toast"),
            html.Div(
                id="tk-i18n", hidden=True, **extra({"data-texts": json.dumps(_client_texts(), ensure_ascii=False)})
            ),
            html.Div(id="tk-top", children=top_bar(actor_or_none()), className="tk-top", role="banner"),
            html.Div(dash.page_container, id="tk-page", role="main"),
            html.Div(id="tk-toasts", role="status", **extra({"aria-live": "polite"})),
            html.Div(id="tk-net", className="tk-hidden", role="alert"),
            html.Div(id="tk-keys", className="tk-hidden"),
        ],
        id="tk-root",
    )


def _client_texts() -> dict[str, str]:
    """The texts that scripts in the browser need."""
    return {key[3:]: text for key, text in catalogue(language()).items() if key.startswith("js.")}


def top_bar(actor: Actor | None) -> list[Any]:
    """Brand, navigation and the person's own controls."""
    return [
        dcc.Link(
            [html.Img(src="/assets/favicon.svg", alt=""), "Telekalk"], href="/", className="tk-brand", title=t("nav.queue")
        ),
        html.Nav(_navigation(actor), className="tk-nav", **extra({"aria-label": t("nav.pages")})),
        html.Div(id="tk-context", className="tk-grow tk-row"),
        html.Button(
            icon("keyboard"), className="btn btn-tk-quiet tk-icon-btn", id="tk-keys-open", title=t("nav.keys"),
            **extra({"aria-label": t("nav.keys")}),
        ),
        _preference("theme", "light" if theme() == "dark" else "dark", icon("sun" if theme() == "dark" else "moon"),
                    t("nav.theme")),
        _preference("language", "en" if language() == "de" else "de", "EN" if language() == "de" else "DE",
                    t("nav.language")),
        html.Span([icon("person"), " ", actor.name if actor else ""], className="tk-user tk-ellipsis"),
        html.Form(
            html.Button(icon("out"), type="submit", className="btn btn-tk-quiet tk-icon-btn", title=t("nav.logout"),
                        **extra({"aria-label": t("nav.logout")})),
            method="POST", action="/logout",
        ),
    ]  # fmt: skip


def _navigation(actor: Actor | None) -> list[Any]:
    """The pages that a person may open; nothing where there is but one."""
    if actor is None:
        return []
    pages = (("queue.view", "nav.queue", "/"), ("data.view", "nav.data", "/data"))
    here = _here().partition("?")[0]
    links = [
        dcc.Link(t(word), href=address, className="tk-nav-link active" if here == address else "tk-nav-link")
        for permission, word, address in pages
        if allowed(actor, permission)
    ]
    return links if len(links) > 1 else []


def _preference(name: str, value: str, content: Any, label: str) -> html.Form:
    """A switch that works without scripts: it posts, the server sets the cookie and sends the person back."""
    return html.Form(
        [
            dbc.Input(type="hidden", name="next", value=_here(), className="tk-here"),
            html.Button(
                content, type="submit", name=name, value=value, className="btn btn-tk-quiet tk-icon-btn", title=label,
                **extra({"aria-label": label}),
            ),
        ],
        method="POST", action="/preference",
    )  # fmt: skip


def _here() -> str:
    if not flask.has_request_context():
        return "/"
    referrer = flask.request.headers.get("Referer", "")
    return flask.request.args.get("next") or ("/" + referrer.split("/", 3)[3] if referrer.count("/") >= 3 else "/")


def not_found(**_query: str) -> html.Div:
    """What stands at an address that leads nowhere."""
    return html.Div(
        [icon("question"), html.H1(t("nav.not_found")), html.P(t("error.no_page")), dcc.Link(t("nav.queue"), href="/")],
        className="tk-state",
    )


def state_message(icon_name: str, title: str, text: str = "", *extra: Any) -> html.Div:
    """An empty or error state: icon, title, one sentence, perhaps a control."""
    return html.Div(
        [icon(icon_name), html.H2(title), html.Div(text, className="tk-muted"), *extra], className="tk-state"
    )


def register(app: Dash) -> None:
    """Callbacks of the frame; all run in the browser."""
    clientside(app, "showToast", Input("tk-toast", "data"), prevent_initial_call=True)
    clientside(app, "pageMarked", Input("tk-location", "pathname"), prevent_initial_call=True)
    clientside(
        app,
        "openKeys",
        Input("tk-keys-open", "n_clicks"),
        prevent_initial_call=True,
    )
