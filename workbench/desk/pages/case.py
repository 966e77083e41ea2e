"""The case page: photos and vehicle on the left, the calculation in the middle, totals and flags on the right."""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update

from workbench.cases import queue as queue_cases
from workbench.cases import work
from workbench.cases.views import CaseView
from workbench.desk import case_ops
from workbench.desk.components import case_dialogs, case_header, derivation, fields, photos, sheet, totals
from workbench.desk.components.icons import icon
from workbench.desk.components.shell import state_message
from workbench.desk.formats import moment
from workbench.desk.guard import actor_or_none, current_actor
from workbench.desk.pages import case_dialog_callbacks
from workbench.desk.problems import describe
from workbench.desk.texts import language, t
from workbench.errors import TelekalkError
from workbench.settings import get_settings

_POLL_MS = 3000
LEFT_TABS = (("photos", "camera", "1"), ("vehicle", "car", "2"), ("timeline", "history", "3"))
MAIN_TABS = (("sheet", "list", "4"), ("parameters", "gear", "5"), ("offer", "send", "6"))
#: acts after which the whole page is made anew, because rights or photos may have changed
_WHOLE = frozenset({"take", "release", "reload"})


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
            dcc.Interval(id="case-poll", interval=_POLL_MS),
            html.Div(body(case), id="case-root", className="tk-case-root"),
            html.Div(id="tk-conflict", className="tk-hidden", role="alert"),
            html.Aside(
                [
                    html.Div(
                        [
                            html.H2(t("why.title"), id="why-title", className="tk-grow"),
                            html.Button(icon("cross"), type="button", className="btn btn-tk-quiet tk-icon-btn", title=t("word.close"),
                                        **{"data-why-close": "1", "aria-label": t("word.close")}),
                        ],
                        className="tk-row",
                    ),
                    html.Div(id="why-body"),
                ],
                id="why-panel",
                className="tk-drawer tk-hidden",
                tabIndex=-1,
                **{"aria-label": t("why.title")},
            ),
        ],
        className="tk-case-page",
        id="case-page",
    )  # fmt: skip


def client_state(case: CaseView, rows: list[sheet.Row]) -> dict[str, Any]:
    """What the browser keeps of the case: version and draft for the next edit, and a digest of each row as shown."""
    return {
        "version": case.version,
        "draft": case.draft,
        "editable": case.editable,
        "state": case.state,
        "digests": {row["id"]: _digest(row) for row in rows},
        "params": fields.parameter_values(case.draft),
        "claim": fields.claim_values(case.claim),
        "fields": {
            field["code"]: fields.field_text(field["code"], field.get("value")) for field in case.vehicle_fields
        },
    }


def _digest(row: sheet.Row) -> int:
    return zlib.crc32(repr(row).encode())


def _tabs(group: str, tabs: tuple[tuple[str, str, str], ...]) -> html.Div:
    return html.Div(
        [
            html.Button(
                [icon(icon_name, small=True), t(f"tab.{key}")], type="button", className="tk-tab", role="tab",
                title=f"{t(f'tab.{key}')} ({shortcut})", **{"data-tab": key, "data-tab-group": group},
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
        dcc.Store(id="case-photos", data=photos.client_photos(case.photos)),
        dcc.Store(id="case-findings", data=photos.client_findings(case.findings)),
        dcc.Store(id="case-errors", data={}),
        *(dcc.Store(id=f"js-{name}") for name in _CLIENT),
        html.Div(
            [
                html.Div(case_header.header(case), id="case-header", className="tk-case-head"),
                html.Span(id="save-state", className="tk-save", role="status", **{"aria-live": "polite"}),
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
                            **{"data-panel": "photos"},
                        ),
                        html.Div(
                            fields.vehicle_fields(case.vehicle_fields, editable=case.editable),
                            id="case-fields",
                            className="tk-panel tk-scroll",
                            **{"data-panel": "vehicle"},
                        ),
                        html.Div(
                            html.Ul(case_header.timeline(case), id="case-timeline", className="tk-timeline"),
                            className="tk-panel tk-scroll",
                            **{"data-panel": "timeline"},
                        ),
                    ],
                    className="tk-col tk-card",
                    id="col-left",
                    **{"data-active": "photos", "aria-label": t("tab.photos")},
                ),
                html.Section(
                    [
                        _tabs("main", MAIN_TABS),
                        html.Div(
                            [
                                html.Div(_sheet_tools(case), className="tk-sheet-tools"),
                                state_message("list", t("sheet.empty"), t("sheet.empty_text"))
                                if case.draft is None
                                else None,
                                html.Div(
                                    sheet.grid(case.draft, case.result, editable=case.editable), className="tk-sheet"
                                ),
                            ],
                            className="tk-panel tk-sheet-panel",
                            **{"data-panel": "sheet"},
                        ),
                        html.Div(
                            fields.parameters(case.draft, case.claim, editable=case.editable),
                            id="case-parameters",
                            className="tk-panel tk-scroll tk-params",
                            **{"data-panel": "parameters"},
                        ),
                        html.Div(
                            html.Div(t("word.loading"), className="tk-muted tk-pad"),
                            id="case-offer",
                            className="tk-panel tk-scroll tk-offer",
                            **{"data-panel": "offer"},
                        ),
                    ],
                    className="tk-col tk-card",
                    id="col-main",
                    **{"data-active": "sheet", "aria-label": t("tab.sheet")},
                ),
                html.Section(
                    [
                        html.Div(totals.panel(case.result), id="case-totals", className="tk-totals-panel"),
                        html.H3(t("flag.title"), className="tk-flags-head"),
                        html.Div(case_header.flags(case), id="case-flags", className="tk-flags"),
                    ],
                    className="tk-col tk-card tk-scroll",
                    id="col-right",
                    **{"aria-label": t("totals.title")},
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
            **{"data-add": block},
        )
        for block in ("parts", "labour", "paint", "dents", "incidentals", "deductions")
    ]  # fmt: skip
    tools.append(html.Span(className="tk-grow"))
    tools.append(
        html.Button(
            icon("refresh"), type="button", className="btn btn-tk-quiet tk-icon-btn", disabled=not case.editable,
            title=t("act.suggest"), **{"data-case-act": "suggest", "aria-label": t("act.suggest")},
        )
    )  # fmt: skip
    return tools


def _merge_errors(known: dict[str, Any] | None, outcome: case_ops.Outcome) -> dict[str, Any]:
    """What stands wrong on the page after a batch."""
    errors = {row: dict(columns) for row, columns in (known or {}).items()}
    for row, column in outcome.good:
        errors.get(row, {}).pop(column, None)
    for row, columns in outcome.errors.items():
        errors.setdefault(row, {}).update(columns)
    return {row: columns for row, columns in errors.items() if columns}


def _reply(request: dict[str, Any], outcome: case_ops.Outcome, errors: dict[str, Any]) -> dict[str, Any]:
    """The answer to the browser's queue of edits."""
    now = datetime.now(ZoneInfo(get_settings().time_zone))
    problem = outcome.problem
    reply: dict[str, Any] = {
        "seq": request.get("seq"),
        "saved_at": now.strftime("%H:%M:%S"),
        "inputs": outcome.inputs,
        "cells": {
            row: {name: cell["message"] for name, cell in columns.items()} for row, columns in outcome.errors.items()
        },
        "wrong": sum(len(columns) for columns in errors.values()),
        "problem": describe(problem) if problem else None,
        "conflict": None,
        "saved": outcome.view is not None,
    }
    if problem and outcome.conflict:
        who = problem.data.get("by") or t("conflict.somebody")
        at = problem.data.get("at")
        reply["conflict"] = t("conflict.text", who=who, when=moment(at)[-5:] if at else "–")
    return reply


def register(app: Dash) -> None:
    """Callbacks of the page."""

    @app.callback(
        Output("case-reply", "data"),
        Output("case-state", "data"),
        Output("case-errors", "data"),
        Output("case-grid", "rowTransaction"),
        Output("case-grid", "rowData"),
        Output("case-totals", "children"),
        Output("case-flags", "children"),
        Output("case-header", "children"),
        Output("case-findings", "data"),
        Output("region-list", "children"),
        Output("photo-strip", "children"),
        Output("case-fields", "children"),
        Output("case-root", "children"),
        Input("case-request", "data"),
        State("case-id", "data"),
        State("case-state", "data"),
        State("case-errors", "data"),
        prevent_initial_call=True,
    )  # type: ignore[untyped-decorator]
    def apply(
        request: dict[str, Any] | None, case_id: str, state: dict[str, Any], known: dict[str, Any]
    ) -> tuple[Any, ...]:
        """Apply a batch of edits: one save, then everything that follows from it."""
        if not request:
            return (no_update,) * 13
        acts = request.get("acts") or []
        if request.get("rebase"):
            fresh = work.get_case(current_actor(), case_id)
            state = {**state, "version": fresh.version, "draft": fresh.draft}
        try:
            outcome = case_ops.apply(current_actor(), case_id, int(state["version"]), state.get("draft"), acts)
        except Exception as error:  # noqa: BLE001 - the queue in the browser must get an answer whatever happened
            outcome = case_ops.Outcome(problem=_as_telekalk(error))
        errors = _merge_errors(known, outcome)
        reply = _reply(request, outcome, errors)
        kinds = {str(act.get("act")) for act in acts}
        case = outcome.view
        if case is not None and (kinds & _WHOLE or request.get("rebase")):
            return (reply, *(no_update,) * 11, body(case))
        if case is None:
            # Nothing was stored; the browser marks the cells that were wrong and leaves what was typed.
            return (reply, no_update, errors, *(no_update,) * 10)
        rows = sheet.rows(case.draft, case.result, errors)
        transaction, data = _row_changes(rows, state, acts)
        regions = bool(kinds & {"finding", "region", "role", "suggest"})
        return (
            reply,
            client_state(case, rows),
            errors,
            transaction,
            data,
            totals.panel(case.result),
            case_header.flags(case),
            case_header.header(case),
            photos.client_findings(case.findings) if regions else no_update,
            photos.region_list(case.photos, case.findings, editable=case.editable) if regions else no_update,
            photos.strip(case.photos, case.findings) if regions else no_update,
            fields.vehicle_fields(case.vehicle_fields, editable=case.editable)
            if kinds & {"field", "undo", "redo"}
            else no_update,
            no_update,
        )

    @app.callback(
        Output("case-seen", "data"),
        Input("case-poll", "n_intervals"),
        State("case-id", "data"),
        State("case-seen", "data"),
    )  # type: ignore[untyped-decorator]
    def poll(_ticks: int | None, case_id: str | None, seen: dict[str, Any] | None) -> Any:
        """Has anything changed? The queue's version is the cheap question; only then is the case read."""
        version = queue_cases.queue_version()
        if not case_id or (seen and seen.get("queue") == version):
            return no_update
        case = work.get_case(current_actor(), case_id)
        lock = case.lock or {}
        return {
            "queue": version,
            "version": case.version,
            "lock": lock.get("by"),
            "progress": [(case.progress or {}).get("done"), (case.progress or {}).get("total")],
        }

    @app.callback(
        Output("why-title", "children"),
        Output("why-body", "children"),
        Input("why-request", "data"),
        State("case-id", "data"),
        prevent_initial_call=True,
    )  # type: ignore[untyped-decorator]
    def why(request: dict[str, Any] | None, case_id: str) -> tuple[Any, Any]:
        """The derivation of a figure."""
        if not request:
            return no_update, no_update
        result = work.get_case(current_actor(), case_id).result or {}
        tree = result.get("derivation")
        key = str(request.get("key"))
        return derivation.title(tree, key), derivation.tree(tree, key)

    @app.callback(
        Output("case-timeline", "children"),
        Input("case-seen", "data"),
        State("case-id", "data"),
        prevent_initial_call=True,
    )  # type: ignore[untyped-decorator]
    def timeline(_seen: Any, case_id: str) -> Any:
        return case_header.timeline(work.get_case(current_actor(), case_id))

    case_dialog_callbacks.register(app)
    _register_clientside(app)


def _as_telekalk(error: Exception) -> TelekalkError:
    if isinstance(error, TelekalkError):
        return error
    text = describe(error)
    return TelekalkError(
        text["code"], text["text"], text["text"], status=500, remedy_de=text["remedy"], remedy_en=text["remedy"]
    )


def _row_changes(rows: list[sheet.Row], state: dict[str, Any], acts: list[dict[str, Any]]) -> tuple[Any, Any]:
    """Only the rows that changed, so that the focus stays; all rows when lines came or went."""
    before = state.get("digests") or {}
    if list(before) != [row["id"] for row in rows]:
        return no_update, rows
    # A cell just typed shows its text until the row comes back in the page's own form.
    typed = {str(act.get("row")) for act in acts if act.get("act") == "cell"}
    changed = [row for row in rows if row["id"] in typed or before[row["id"]] != _digest(row)]
    return ({"update": changed, "async": False} if changed else no_update), no_update


#: What the scripts in the browser listen to. Each has a store as its output, because only callbacks with an output
#: run when their inputs first appear on the page; they all act through the queue of edits and leave it empty.
_CLIENT: dict[str, list[Input]] = {
    "cellEdited": [Input("case-grid", "cellValueChanged")],
    "replied": [Input("case-reply", "data")],
    "stateChanged": [Input("case-state", "data"), Input("case-id", "data")],
    "inputChanged": [Input({"type": "tk-input", "kind": ALL, "name": ALL}, "value")],
    "seen": [Input("case-seen", "data")],
    "photosChanged": [Input("case-photos", "data"), Input("case-findings", "data"), Input("photo-graph", "id")],
    "relayout": [Input("photo-graph", "relayoutData")],
}


def _register_clientside(app: Dash) -> None:
    for name, inputs in _CLIENT.items():
        app.clientside_callback(ClientsideFunction("telekalk", name), Output(f"js-{name}", "data"), *inputs)
