"""The data page: labels, agreement, drift, what to learn from, data sets, runs and models; and the desk at which labels are mended."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from workbench.access import allowed
from workbench.desk.components.icons import extra, icon
from workbench.desk.components.photos import CATEGORIES
from workbench.desk.components.shell import state_message
from workbench.desk.data_views import PERIODS, TABS
from workbench.desk.guard import actor_or_none
from workbench.desk.pages.data_callbacks import register
from workbench.desk.texts import name_of, t

__all__ = ["layout", "register"]


def layout(tab: str | None = None, **_query: Any) -> html.Div:
    """The page; Dash also calls it at its start, without a person."""
    actor = actor_or_none()
    if actor is None:
        return html.Div()
    if not allowed(actor, "data.view"):
        return state_message("lock", t("error.forbidden"), t("error.forbidden_text"))
    first = tab if tab in {key for key, _ in TABS} else "overview"
    return html.Div(
        [
            dcc.Store(id="data-tab", data=first),
            dcc.Store(id="data-pick"),
            dcc.Store(id="data-list"),
            dcc.Store(id="data-start", data=0),
            dcc.Store(id="data-js"),
            dcc.Store(id="data-js-tab"),
            html.H1(t("nav.data"), className="tk-sr"),
            html.Div(
                [
                    html.Div(
                        [_tab(key, sign, number, chosen=key == first) for number, (key, sign) in enumerate(TABS, 1)],
                        className="tk-data-tabs",
                        role="tablist",
                        **extra({"aria-label": t("nav.data")}),
                    ),
                    html.Div(className="tk-grow"),
                    _choice("data-days", t("data.period"), [(one, t(f"data.period.{one}")) for one in PERIODS], "all"),
                    _choice(
                        "data-category", t("data.class"),
                        [("all", t("data.all_classes")), *((name, name_of("category", name)) for name in CATEGORIES)], "all",
                    ),
                ],
                className="tk-data-bar",
            ),
            html.Div(
                html.Div(t("word.loading"), className="tk-muted tk-pad"),
                id="data-body",
                className="tk-data-body",
                role="tabpanel",
                tabIndex=-1,
                **extra({"aria-busy": "false"}),
            ),
            html.Aside(
                html.Div(id="data-drawer-body"), id="data-drawer", className="tk-drawer tk-hidden", tabIndex=-1,
                **extra({"aria-labelledby": "data-drawer-title"}),
            ),
        ],
        className="tk-data",
        id="data-page",
    )  # fmt: skip


def _tab(key: str, sign: str, number: int, *, chosen: bool) -> html.Button:
    return html.Button(
        [icon(sign, small=True), t(f"data.tab.{key}")], type="button", className="tk-tab", role="tab", id=f"data-tab-{key}",
        title=f"{t(f'data.tab.{key}')} (Alt+{number})", tabIndex=0 if chosen else -1,
        **extra({"data-view": key, "aria-selected": "true" if chosen else "false", "aria-controls": "data-body"}),
    )  # fmt: skip


def _choice(key: str, label: str, options: list[tuple[str, str]], value: str) -> html.Label:
    return html.Label(
        [
            html.Span(label, className="tk-muted tk-small"),
            dbc.Select(id=key, options=[{"value": one, "label": words} for one, words in options], value=value),
        ],
        className="tk-row tk-data-choice",
    )
