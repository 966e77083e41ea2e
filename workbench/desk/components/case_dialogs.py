"""Dialogs of the case: request photos, exclude, send, describe a region."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from workbench.cases.views import CaseView
from workbench.desk.components.icons import icon
from workbench.desk.components.photos import CATEGORIES, PARTS, SEVERITIES, SIDES
from workbench.desk.texts import name_of, t

REQUEST_ITEMS = (
    "registration_document", "vehicle_front", "vehicle_rear", "vehicle_left", "vehicle_right", "damage_closeup",
    "odometer", "other",
)  # fmt: skip
EXCLUDE_REASONS = ("over_limit", "total_loss", "leased", "hidden_damage", "unclear", "other")


def _modal(key: str, title: str, body: list[Any], confirm: dbc.Button) -> dbc.Modal:
    return dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle(title)),
            dbc.ModalBody(body, id=f"{key}-body"),
            dbc.ModalFooter(
                [
                    html.Div(id=f"{key}-error", className="tk-grow", role="alert"),
                    dbc.Button(t("word.cancel"), id=f"{key}-cancel", color="tk"),
                    confirm,
                ]
            ),
        ],
        id=f"{key}-modal",
        is_open=False,
        centered=True,
        scrollable=True,
    )


def _options(group: str, codes: tuple[str, ...], empty: str | None = None) -> list[dict[str, str]]:
    options = [{"value": code, "label": name_of(group, code)} for code in codes]
    return [{"value": "none", "label": empty}, *options] if empty is not None else options


def dialogs(case: CaseView) -> list[Any]:
    """All dialogs of a case, closed."""
    return [request_dialog(case), exclude_dialog(), send_dialog(), region_dialog()]


def request_dialog(case: CaseView) -> dbc.Modal:
    """Which photos are missing, and why, in the customer's words."""
    red = [flag["code"] for flag in case.flags]
    wanted = ["registration_document"] if "document_unreadable" in red else []
    return _modal(
        "request",
        t("request.title"),
        [
            html.P(t("request.lead"), className="tk-muted"),
            dbc.Checklist(id="request-items", options=_options("request", REQUEST_ITEMS), value=wanted, className="tk-checks"),
            html.Label(t("request.message"), htmlFor="request-message", className="form-label mt-2"),
            dbc.Textarea(
                id="request-message", value=t("request.default"), className="form-control", rows=4, maxlength=1000,
                style={"width": "100%"},
            ),
        ],
        dbc.Button([icon("camera"), t("request.send")], id="request-confirm", color="tk-main"),
    )  # fmt: skip


def exclude_dialog() -> dbc.Modal:
    """Why the case leaves the fast lane, in words that the customer can read."""
    return _modal(
        "exclude",
        t("exclude.title"),
        [
            html.P(t("exclude.lead"), className="tk-muted"),
            html.Label(t("exclude.reason"), htmlFor="exclude-reason", className="form-label"),
            dbc.Select(
                id="exclude-reason", options=_options("exclude_reason", EXCLUDE_REASONS), value=EXCLUDE_REASONS[0]
            ),
            html.Label(t("exclude.words"), htmlFor="exclude-words", className="form-label mt-2"),
            dbc.Textarea(
                id="exclude-words", value="", className="form-control", rows=3, maxlength=1000, style={"width": "100%"}
            ),
        ],
        dbc.Button([icon("ban"), t("exclude.confirm")], id="exclude-confirm", color="tk-bad"),
    )


def send_dialog() -> dbc.Modal:
    """The last question before an offer goes out; its content is made when it opens."""
    return dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle(t("offer.send_title"))),
            dbc.ModalBody(
                [
                    html.Div(id="send-content"),
                    dbc.Checklist(id="send-cleared", options=[], value=[], className="tk-checks mt-2"),
                ]
            ),
            dbc.ModalFooter(
                [
                    html.Div(id="send-error", className="tk-grow", role="alert"),
                    dbc.Button(t("word.cancel"), id="send-cancel", color="tk"),
                    dbc.Button([icon("send"), t("offer.send")], id="send-confirm", color="tk-main"),
                ]
            ),
        ],
        id="send-modal",
        is_open=False,
        centered=True,
    )


def region_dialog() -> dbc.Modal:
    """What a region shows: kind of damage, part, side, severity."""

    def choice(name: str, options: list[dict[str, str]], value: str) -> html.Div:
        return html.Div(
            [
                html.Label(t(f"finding.{name}"), htmlFor=f"region-{name}", className="form-label"),
                dbc.Select(id=f"region-{name}", options=options, value=value),
            ]
        )

    return _modal(
        "region",
        t("finding.dialog"),
        [
            dcc.Store(id="region-target"),
            html.Div(
                [
                    choice("category", _options("category", CATEGORIES), "scratch"),
                    choice("part", _options("part", PARTS, t("finding.no_part")), "none"),
                    choice("side", _options("side", SIDES, "–"), "none"),
                    choice("severity", _options("severity", SEVERITIES, "–"), "none"),
                ],
                className="tk-form-grid",
            ),
        ],
        dbc.Button([icon("check"), t("word.save")], id="region-confirm", color="tk-main"),
    )
