"""The dialog in which a new photo set is handed in; the work is done by ``assets/upload.js`` and the upload routes."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import Dash, Input, Output, html

from workbench.desk.clientside import clientside
from workbench.desk.components.icons import icon
from workbench.desk.texts import t


def _field(name: str, component: Any, *, wide: bool = False) -> html.Div:
    return html.Div(
        [html.Label(t(f"upload.field.{name}"), htmlFor=f"up-{name}", className="form-label"), component],
        className="wide" if wide else "",
    )


def _text(name: str, **extra: Any) -> html.Div:
    return _field(name, dbc.Input(id=f"up-{name}", type="text", className="form-control", autocomplete="off", **extra))


def _select(name: str, options: list[tuple[str, str]]) -> html.Div:
    return _field(
        name,
        dbc.Select(
            id=f"up-{name}", options=[{"value": v, "label": label} for v, label in options], value=options[0][0]
        ),
    )


def dialog() -> dbc.Modal:
    """The dialog, closed."""
    regimes = [(code, t(f"upload.regime.{code}")) for code in ("kasko_full", "kasko_partial", "liability")]
    known = [("unknown", t("upload.unknown")), ("false", t("word.no")), ("true", t("word.yes"))]
    return dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle(t("upload.title")), close_button=True),
            dbc.ModalBody(
                [
                    html.Div(
                        [
                            _text("claim_number", maxlength=40),
                            _select("regime", regimes),
                            _text("plate", maxlength=16),
                            _text("holder_name", maxlength=120),
                            _text("vehicle", maxlength=120),
                            _field("loss_date", dbc.Input(id="up-loss_date", type="date", className="form-control")),
                            _text("odometer_km", inputmode="numeric", maxlength=12),
                            _text("postcode", inputmode="numeric", maxlength=5),
                            _text("excess", inputmode="decimal", maxlength=14),
                            _select("leased_or_financed", known),
                        ],
                        className="tk-form-grid",
                        id="up-form",
                    ),
                    html.Label(
                        [
                            icon("camera"),
                            html.B(t("upload.drop")),
                            html.Span(t("upload.drop_hint"), className="tk-muted tk-small"),
                        ],
                        htmlFor="up-files",
                        id="up-drop",
                        className="tk-drop",
                        tabIndex=0,
                    ),
                    html.Ul(id="up-list", className="tk-up-list"),
                    html.Div(id="up-message", role="alert"),
                ]
            ),
            dbc.ModalFooter(
                [
                    html.Span(id="up-summary", className="tk-grow tk-muted", role="status"),
                    dbc.Button(t("word.close"), id="up-close", color="tk", type="button"),
                    dbc.Button([icon("send"), t("upload.start")], id="up-start", color="tk-main", type="button"),
                ]
            ),
        ],
        id="upload-modal",
        is_open=False,
        size="lg",
        scrollable=True,
        backdrop="static",
        centered=True,
    )


def register(app: Dash) -> None:
    """Opening and closing; the rest runs in the browser."""
    clientside(
        app,
        "openUpload",
        Output("upload-modal", "is_open"),
        Input("upload-open", "n_clicks"),
        Input("up-close", "n_clicks"),
        prevent_initial_call=True,
    )
