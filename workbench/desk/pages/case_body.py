"""Everything on the case page that depends on the case; made once when it opens and anew when rights or photos change."""

from __future__ import annotations

import zlib
from typing import Any

from dash import ALL, Input, dcc, html

from workbench.cases.views import CaseView
from workbench.desk.components import case_dialogs, case_header, document, fields, photos, search, sheet, totals
from workbench.desk.components.icons import extra, icon
from workbench.desk.components.shell import state_message
from workbench.desk.texts import t

LEFT_TABS = (("photos", "camera", "1"), ("vehicle", "car", "2"), ("timeline", "history", "3"))
MAIN_TABS = (("sheet", "list", "4"), ("parameters", "gear", "5"), ("offer", "send", "6"))
#: What the scripts in the browser listen to. Each has a store as its output, because only callbacks with an output
#: run when their inputs first appear on the page; they all act through the queue of edits and leave it empty.
CLIENT: dict[str, list[Input]] = {
    "cellEdited": [Input("case-grid", "cellValueChanged")],
    "replied": [Input("case-reply", "data")],
    "stateChanged": [Input("case-state", "data"), Input("case-id", "data")],
    "inputChanged": [Input({"type": "tk-input", "kind": ALL, "name": ALL}, "value")],
    "seen": [Input("case-seen", "data")],
    "photosChanged": [Input("case-photos", "data"), Input("case-findings", "data"), Input("photo-graph", "id")],
    "relayout": [Input("photo-graph", "relayoutData")],
    "offered": [Input("pick-offers", "data")],
}


def client_state(case: CaseView, rows: list[sheet.Row]) -> dict[str, Any]:
    """What the browser keeps of the case: version and draft for the next edit, and a digest of each row as shown."""
    return {
        "version": case.version,
        "draft": case.draft,
        "editable": case.editable,
        "state": case.state,
        "digests": {row["id"]: digest(row) for row in rows},
        "params": fields.parameter_values(case.draft),
        "claim": fields.claim_values(case.claim),
        "fields": {
            field["code"]: document.field_text(field["code"], field.get("value")) for field in case.vehicle_fields
        },
    }


def digest(row: sheet.Row) -> int:
    """A short mark of a row as shown; another mark means that it must be sent again."""
    return zlib.crc32(repr(row).encode())


def lazy() -> html.Div:
    """What stands in a panel until its tab is opened: most cases are worked on without most tabs."""
    return html.Div(t("word.loading"), className="tk-muted tk-pad tk-lazy")


def _tabs(group: str, tabs: tuple[tuple[str, str, str], ...]) -> html.Div:
    return html.Div(
        [
            html.Button(
                [icon(icon_name, small=True), t(f"tab.{key}")], type="button", className="tk-tab", role="tab",
                title=f"{t(f'tab.{key}')} ({shortcut})", **extra({"data-tab": key, "data-tab-group": group}),
            )
            for key, icon_name, shortcut in tabs
        ],
        className="tk-tabs",
        role="tablist",
    )  # fmt: skip


def body(case: CaseView) -> list[Any]:
    """Everything that depends on the case."""
    rows = sheet.rows(case.draft, case.result)
    return [
        dcc.Store(id="case-state", data=client_state(case, rows)),
        dcc.Store(id="case-photos", data=photos.client_photos(case.photos, case.findings)),
        dcc.Store(id="case-findings", data=photos.client_findings(case.findings)),
        dcc.Store(id="case-errors", data={}),
        dcc.Store(id="pick-offers"),
        *(dcc.Store(id=f"js-{name}") for name in CLIENT),
        html.Div(
            [
                html.Div(case_header.header(case), id="case-header", className="tk-case-head"),
                html.Span(id="save-state", className="tk-save", role="status", **extra({"aria-live": "polite"})),
            ],
            className="tk-case-top",
        ),
        html.Div(case_header.banner(case), id="case-banner"),
        html.Div(
            [
                html.Section(
                    [
                        _tabs("left", LEFT_TABS),
                        html.Div(
                            photos.viewer(case.photos, case.findings, editable=case.editable),
                            className="tk-panel",
                            **extra({"data-panel": "photos"}),
                        ),
                        html.Div(
                            lazy(),
                            id="case-fields",
                            className="tk-panel tk-scroll",
                            **extra({"data-panel": "vehicle"}),
                        ),
                        html.Div(
                            lazy(),
                            id="case-timeline",
                            className="tk-panel tk-scroll",
                            **extra({"data-panel": "timeline"}),
                        ),
                    ],
                    className="tk-col tk-card",
                    id="col-left",
                    **extra({"data-active": "photos", "aria-label": t("tab.photos")}),
                ),
                html.Section(
                    [
                        _tabs("main", MAIN_TABS),
                        html.Div(
                            [
                                html.Div(_sheet_tools(case), className="tk-sheet-tools"),
                                search.panel(),
                                state_message("list", t("sheet.empty"), t("sheet.empty_text"))
                                if case.draft is None
                                else None,
                                html.Div(
                                    sheet.grid(case.draft, case.result, editable=case.editable), className="tk-sheet"
                                ),
                                search.strip(),
                            ],
                            className="tk-panel tk-sheet-panel",
                            **extra({"data-panel": "sheet"}),
                        ),
                        html.Div(
                            [html.Div(lazy(), id="case-parameters"), html.Div(id="case-judgement")],
                            className="tk-panel tk-scroll tk-params",
                            **extra({"data-panel": "parameters"}),
                        ),
                        html.Div(
                            lazy(),
                            id="case-offer",
                            className="tk-panel tk-scroll tk-offer",
                            **extra({"data-panel": "offer"}),
                        ),
                    ],
                    className="tk-col tk-card",
                    id="col-main",
                    **extra({"data-active": "sheet", "aria-label": t("tab.sheet")}),
                ),
                html.Section(
                    [
                        html.Div(totals.head(case.result), id="case-payout", className="tk-totals-panel"),
                        html.Div(case_header.flags(case), id="case-flags", className="tk-flags"),
                        html.Div(totals.panel(case.result), id="case-totals", className="tk-totals-panel"),
                    ],
                    className="tk-col tk-card tk-scroll",
                    id="col-right",
                    **extra({"aria-label": t("totals.title")}),
                ),
            ],
            className="tk-case-cols",
        ),
        *case_dialogs.dialogs(case),
    ]


def _sheet_tools(case: CaseView) -> list[Any]:
    tools: list[Any] = [
        html.Button(
            [icon("plus", small=True), t(f"sheet.add.{block}")], type="button", className="btn btn-tk-quiet", disabled=not case.editable,
            title=f"{t('pick.title')} (Alt+{number})", **extra({"data-add": block}),
        )
        for number, block in enumerate(("parts", "labour", "paint", "dents", "incidentals", "deductions"), 1)
    ]  # fmt: skip
    tools.append(html.Span(className="tk-grow"))
    tools.append(
        html.Button(
            icon("search"), type="button", className="btn btn-tk-quiet tk-icon-btn", disabled=not case.editable,
            title=f"{t('pick.title')} (/)", **extra({"data-search": "1", "aria-label": t("pick.title")}),
        )
    )  # fmt: skip
    tools.append(
        html.Button(
            icon("refresh"), type="button", className="btn btn-tk-quiet tk-icon-btn", disabled=not case.editable,
            title=t("act.suggest"), **extra({"data-case-act": "suggest", "aria-label": t("act.suggest")}),
        )
    )  # fmt: skip
    return tools
