"""The desk application: Flask with the guard first, Dash behind it."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any, cast

import dash
import flask
from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

from workbench.desk import data_export, field_check, guard, media, signin, upload
from workbench.desk.components import shell
from workbench.desk.pages import case as case_page
from workbench.desk.pages import data as data_page
from workbench.desk.pages import queue as queue_page
from workbench.desk.problems import on_callback_error
from workbench.desk.texts import language, t, theme
from workbench.errors import TelekalkError

_INDEX = """<!DOCTYPE html>
<html lang="{language}" data-bs-theme="{theme}" data-ag-theme-mode="{theme}">
<head>
{metas}
{early}
<title>{title}</title>
{favicon}
{css}
</head>
<body>
{app_entry}
{config}
{scripts}
{renderer}
</body>
</html>"""


class DeskDash(dash.Dash):
    """Dash whose first page already carries the person's language and theme, so that nothing flashes."""

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]  # Dash calls it by keyword only
        """Fill the page that starts the application, and allow the few inline scripts that Dash puts into it."""
        # Dash adds some of them only when the first request comes in, so they cannot be counted earlier.
        g.csp_hashes = tuple(self.csp_hashes())
        return _INDEX.format(
            language=language(), theme=theme(), early=_early(), **{k: parts.get(k, "") for k in _PARTS}
        )


#: Where Dash looks for its drawing library. The desk draws photos and simple charts: the basic build of the same version has a
#: quarter of the size, and is read in a third of the time (docs/decisions/0004).
_PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
_PLOTLY_BASIC = Path(__file__).parent / "vendor" / "plotly-basic.min.js"

#: The large scripts that Dash loads only when their component is drawn: fetched early where they will be needed.
_LATE_SCRIPTS = (
    _PLOTLY,
    "/_dash-component-suites/dash/dcc/async-graph.js",
    "/_dash-component-suites/dash_ag_grid/async-community.js",
)


def _early() -> str:
    relation = "preload" if flask.request.path.startswith("/case/") else "prefetch"
    return "".join(f'<link rel="{relation}" as="script" href="{address}">' for address in _LATE_SCRIPTS)


_PARTS = ("metas", "title", "favicon", "css", "app_entry", "config", "scripts", "renderer")


def create_app() -> Flask:
    """Make the desk's WSGI application.

    Returns:
        The Flask server; gunicorn serves it with threads. The guard stands before every route, Dash's own included.
    """
    server = Flask("workbench.desk", static_folder=None, template_folder="templates")
    guard.install(server)
    signin.install(server)
    media.install(server)
    upload.install(server)
    field_check.install(server)
    data_export.install(server)
    server.add_url_rule("/healthz", "healthz", _health)
    server.add_url_rule(_PLOTLY, "plotly_basic", _plotly)
    server.register_error_handler(TelekalkError, _telekalk_error)
    server.register_error_handler(HTTPException, _http_error)
    application = DeskDash(
        "workbench.desk",
        server=cast("Any", server),
        use_pages=True,
        pages_folder="",
        assets_folder=str(shell.ASSETS),
        include_pages_meta=False,
        serve_locally=True,
        suppress_callback_exceptions=True,
        on_error=on_callback_error,
        title="Telekalk",
        update_title="",
        add_log_handler=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    dash.page_registry.clear()
    register_page: Any = dash.register_page
    register_page("desk.queue", path="/", title=_title("nav.queue"), layout=queue_page.layout)
    register_page("desk.case", path_template="/case/<case_id>", title=_title("nav.case"), layout=case_page.layout)
    register_page("desk.data", path="/data", title=_title("nav.data"), layout=data_page.layout)
    register_page("desk.not_found_404", path="/not-found", title=_title("nav.not_found"), layout=shell.not_found)
    application.layout = shell.layout
    shell.register(application)
    queue_page.register(application)
    case_page.register(application)
    data_page.register(application)
    return server


def _title(key: str) -> Any:
    def title(**_path: str) -> str:
        return f"{t(key)} · Telekalk"

    return title


def _health() -> Response:
    """Says that the process answers; nothing else, for nobody is signed in."""
    return Response("ok", mimetype="text/plain")


def _plotly() -> Response:
    """The basic build of the drawing library in the place of the full one."""
    return flask.send_file(_PLOTLY_BASIC, mimetype="text/javascript", conditional=True, max_age=86_400)


def _telekalk_error(error: TelekalkError) -> Response:
    response = flask.jsonify(error.to_dict(language()))
    response.status_code = error.status
    return response


def _http_error(error: HTTPException) -> Response:
    """Errors of HTTP itself: JSON for programs, one quiet sentence for people."""
    status = error.code or 500
    if flask.request.path.startswith(guard.PROGRAM_PATHS):
        response = flask.jsonify({"code": f"TK-DESK-{status}", "message": t("error.http", status=status)})
        response.status_code = status
        return response
    body = (
        f'<!DOCTYPE html><html lang="{language()}" data-bs-theme="{theme()}"><head><meta charset="utf-8">'
        f"<title>{status} · Telekalk</title>"
        '<link rel="stylesheet" href="/assets/10-bootstrap.min.css"><link rel="stylesheet" href="/assets/20-telekalk.css">'
        f'</head><body class="tk-login-body"><main class="tk-card tk-login"><h1>{status}</h1>'
        f'<p>{html.escape(t("error.http", status=status))}</p><a href="/">{html.escape(t("nav.queue"))}</a></main></body></html>'
    )
    return Response(body, status=status, mimetype="text/html")
