"""The case page: photos and vehicle on the left, the calculation in the middle, totals and flags on the right."""

from __future__ import annotations

from dash import dcc, html

from workbench.cases import work
from workbench.desk.components.icons import extra, icon
from workbench.desk.components.shell import state_message
from workbench.desk.guard import actor_or_none
from workbench.desk.pages.case_body import body
from workbench.desk.pages.case_callbacks import register
from workbench.desk.texts import language, t
from workbench.errors import TelekalkError

__all__ = ["layout", "register"]
_POLL_MS = 3000


def layout(case_id: str | None = None, **_query: str) -> html.Div:
    """The page; Dash also calls it at its start, without a case and without a person."""
    actor = actor_or_none()
    if actor is None or not case_id:
        return html.Div()
    try:
        case = work.get_case(actor, case_id)
    except TelekalkError as error:
        lang = language()
        return state_message("alarm", error.message(lang), error.remedy(lang), html.Div(error.code, className="tk-muted"),
                             dcc.Link(t("nav.to_queue"), href="/", className="btn btn-tk"))  # fmt: skip
    return html.Div(
        [
            dcc.Store(id="case-id", data=case_id),
            dcc.Store(id="case-request"),
            dcc.Store(id="case-reply"),
            dcc.Store(id="case-seen"),
            dcc.Store(id="why-request"),
            dcc.Store(id="offer-request"),
            dcc.Store(id="panel-request"),
            dcc.Store(id="pick-query"),
            dcc.Interval(id="case-poll", interval=_POLL_MS),
            html.Div(body(case), id="case-root", className="tk-case-root"),
            html.Div(id="tk-conflict", className="tk-hidden", role="alert"),
            html.Aside(
                [
                    html.Div(
                        [
                            html.H2(t("why.title"), id="why-title", className="tk-grow"),
                            html.Button(icon("cross"), type="button", className="btn btn-tk-quiet tk-icon-btn", title=t("word.close"),
                                        **extra({"data-why-close": "1", "aria-label": t("word.close")})),
                        ],
                        className="tk-row",
                    ),
                    html.Div(id="why-body"),
                ],
                id="why-panel",
                className="tk-drawer tk-hidden",
                tabIndex=-1,
                **extra({"aria-label": t("why.title")}),
            ),
        ],
        className="tk-case-page",
        id="case-page",
    )  # fmt: skip
