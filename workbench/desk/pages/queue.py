"""The queue: what came in, how long it may still take, who has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import Dash, Input, Output, dcc, html, no_update
from dash import State as dash_state  # noqa: N813 - the cases have states too

from workbench.access import allowed
from workbench.cases import queue as queue_cases
from workbench.cases.views import QueueQuery, State
from workbench.desk.clientside import clientside
from workbench.desk.components import upload_dialog
from workbench.desk.components.icons import extra, icon
from workbench.desk.components.shell import state_message
from workbench.desk.components.words import MINOR_FLAGS, RED_FLAGS, STATE_LEVELS, clock, flag_word, state_word
from workbench.desk.formats import moment, number
from workbench.desk.guard import actor_or_none, current_actor
from workbench.desk.problems import describe, toast
from workbench.desk.texts import name_of, t
from workbench.errors import TelekalkError

#: Quick filters: key -> (filters of the query, key of the count).
CHIPS: dict[str, tuple[dict[str, Any], str]] = {
    "open": ({"open": True}, "open"),
    "mine": ({"mine": True, "open": True}, "mine"),
    "ready": ({"state": ["pre_check"]}, "pre_check"),
    "waiting": ({"state": ["registered", "invited", "photos_incomplete"]}, "waiting"),
    "flagged": ({"flagged": True, "open": True}, "flagged"),
    "offered": ({"state": ["offered"]}, "offered"),
    "all": ({}, "all"),
}
_POLL_MS = 2000


def layout(**_query: str) -> html.Div:
    """The page; without a person (Dash's start) an empty frame."""
    actor = actor_or_none()
    if actor is None:
        return html.Div()
    if not allowed(actor, "queue.view"):
        return state_message("lock", t("error.forbidden"), t("error.forbidden_text"))
    return html.Div(
        [
            dcc.Store(id="queue-version"),
            dcc.Store(id="queue-js"),
            dcc.Store(id="queue-js-filter"),
            dcc.Store(id="queue-filter", data="open"),
            dcc.Interval(id="queue-poll", interval=_POLL_MS),
            html.H1(t("nav.queue"), className="tk-sr"),
            html.Div(
                [
                    html.Div(_chips({}), id="queue-chips", className="tk-row", role="group", **extra({"aria-label": t("queue.filter")})),
                    html.Div(className="tk-grow"),
                    html.Div(
                        [
                            icon("search"),
                            dbc.Input(
                                id="queue-search", type="search", debounce=250, placeholder=t("queue.search"),
                                className="form-control", autocomplete="off", maxlength=80,
                            ),
                        ],
                        className="tk-search",
                    ),
                    html.Span(id="queue-total", className="tk-muted tk-small"),
                    dbc.Button(
                        [icon("upload"), t("upload.open")], id="upload-open", color="tk-main", n_clicks=0,
                        disabled=not allowed(actor, "case.open"),
                    ),
                ],
                className="tk-queue-bar",
            ),
            html.Div(
                [
                    _grid(),
                    html.Div(
                        state_message("list", t("queue.empty"), t("queue.empty_text")), id="queue-empty", className="tk-hidden"
                    ),
                ],
                className="tk-queue-grid",
                id="queue-frame",
            ),
            upload_dialog.dialog(),
        ],
        className="tk-queue",
    )  # fmt: skip


def _chips(counts: Mapping[str, int]) -> list[html.Button]:
    buttons = []
    for key, (_filters, count) in CHIPS.items():
        shown = counts.get(count)
        label: list[Any] = [t(f"queue.chip.{key}")]
        if shown is not None:
            label.append(html.Span(str(shown), className="count"))
        buttons.append(
            html.Button(
                label,
                className="btn btn-tk-quiet tk-filter",
                **extra({"data-filter": key, "aria-pressed": "false"}),
                type="button",
            )
        )
    return buttons


def _grid() -> dag.AgGrid:
    def head(key: str) -> str:
        return t(f"queue.col.{key}")

    figure = {"cellClass": "tk-num", "headerClass": "tk-num-head"}

    def drawn(renderer: str) -> dict[str, str]:
        return {"cellRenderer": renderer, "cellClass": "tk-flex"}

    columns: list[dict[str, Any]] = [
        {"colId": "clock_seconds", "field": "clock", "headerName": head("clock"), "width": 98, **drawn("TkMark")},
        {"field": "state", "headerName": head("state"), "width": 124, **drawn("TkState")},
        {"field": "claim_number", "headerName": head("claim"), "flex": 1, "minWidth": 190, **drawn("TkClaim")},
        {"field": "plate", "headerName": head("plate"), "width": 96},
        {"field": "vehicle", "headerName": head("vehicle"), "flex": 4, "minWidth": 88},
        {"field": "holder", "headerName": head("holder"), "flex": 3, "minWidth": 76},
        {"field": "regime", "headerName": head("regime"), "width": 84},
        {"field": "thumbs", "headerName": head("photos"), "colId": "photos", "width": 140, **drawn("TkThumbs")},
        {
            "field": "flags",
            "headerName": head("flags"),
            "flex": 4,
            "minWidth": 120,
            "sortable": False,
            **drawn("TkFlags"),
        },
        {"field": "assigned_to", "headerName": head("who"), "width": 100, **drawn("TkWho")},
        {"field": "gross", "headerName": head("gross"), "width": 78, **figure},
        {"field": "payout", "headerName": head("payout"), "width": 84, **figure},
    ]
    return dag.AgGrid(
        id="queue-grid",
        columnDefs=columns,
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "suppressHeaderMenuButton": True,
            "sortingOrder": ["asc", "desc", None],
        },
        rowModelType="infinite",
        getRowId="params.data.id",
        dashGridOptions={
            "theme": {"function": "tkTheme(themeQuartz)"},
            "rowHeight": 44,
            "headerHeight": 34,
            "cacheBlockSize": 100,
            "maxConcurrentDatasourceRequests": 1,
            "infiniteInitialRowCount": 1,
            "blockLoadDebounceMillis": 40,
            "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
            "suppressCellFocus": False,
            "animateRows": False,
            "tooltipShowDelay": 400,
            "localeText": {
                "noRowsToShow": t("queue.empty"),
                "loadingOoo": t("queue.loading"),
                "loadingError": t("queue.failed"),
            },
        },
        style={"height": "100%", "width": "100%"},
        dangerously_allow_code=False,
    )


def _sort(model: Any) -> tuple[tuple[str, str], ...]:
    """The grid's sort model, as far as the queue knows the columns."""
    wanted = []
    for item in model or ():
        column, way = str(item.get("colId")), str(item.get("sort"))
        if column in queue_cases.SORTABLE and way in ("asc", "desc"):
            wanted.append((column, way))
    return tuple(wanted)


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A queue row as the grid shows it."""
    progress = row.get("progress") or {}
    done, total = int(progress.get("done") or 0), int(progress.get("total") or 0)
    running = total > 0 and done < total and row["state"] in ("photos_complete", "pre_check")
    # Ready means that the expert can start: while the photos are still being looked at, the state says that instead.
    state = "photos_complete" if running else row["state"]
    return {
        "id": row["id"],
        "claim_number": row["claim_number"],
        "demo": t("demo.badge") if row.get("demo") else "",
        "plate": row.get("plate") or "–",
        "vehicle": row.get("vehicle") or "–",
        "holder": row.get("holder") or "–",
        "regime": name_of("regime", row.get("regime")),
        "state": {
            "text": state_word(state, clock_paused=bool(row.get("clock_paused"))),
            "level": STATE_LEVELS.get(state, ""),
            "done": done if running else None,
            "total": total,
            "step": name_of("step", progress.get("step")) if running else "",
        },
        "clock": clock(row.get("clock_seconds"), paused=bool(row.get("clock_paused"))),
        "flags": [
            {"text": flag_word(code), "level": "bad" if code in RED_FLAGS else "warn"}
            for code in sorted(row.get("flags") or (), key=lambda code: (code not in RED_FLAGS, code in MINOR_FLAGS))
        ],
        "thumbs": {"shas": list(row.get("thumbs") or ())[:3], "count": row.get("photos") or 0},
        "assigned_to": {
            "text": t("queue.me") if row.get("assigned_mine") else (row.get("assigned_to") or ""),
            "locked": bool(row.get("locked")),
            "mine": bool(row.get("assigned_mine")),
        },
        "gross": number(row.get("gross")),
        "payout": number(row.get("payout")),
        "received_at": moment(row.get("received_at")),
    }


def _filters(chosen: str | None, search: str | None) -> dict[str, Any]:
    filters = dict(CHIPS.get(chosen or "open", CHIPS["open"])[0])
    text = (search or "").strip()[:80]
    if text:
        # Whoever looks for a name wants it wherever it is: a search goes over all cases.
        filters = {"search": text}
    return filters


def register(app: Dash) -> None:
    """Callbacks of the page."""
    upload_dialog.register(app)

    @app.callback(
        Output("queue-grid", "getRowsResponse"),
        Output("queue-total", "children"),
        Output("queue-empty", "className"),
        Input("queue-grid", "getRowsRequest"),
        dash_state("queue-filter", "data"),
        dash_state("queue-search", "value"),
    )
    def rows(request: dict[str, Any] | None, chosen: str | None, search: str | None) -> tuple[Any, Any, Any]:
        if request is None:
            return no_update, no_update, no_update
        start = max(0, int(request.get("startRow") or 0))
        end = min(max(start + 1, int(request.get("endRow") or start + 100)), start + 500)
        query = QueueQuery(start=start, end=end, sort=_sort(request.get("sortModel")), filters=_filters(chosen, search))
        try:
            page = queue_cases.list_queue(current_actor(), query)
        except TelekalkError as error:
            toast(describe(error))
            return {"rowData": [], "rowCount": 0}, t("queue.failed"), "tk-hidden"
        return (
            {"rowData": [_row(row) for row in page.rows], "rowCount": page.total},
            t("queue.total", count=number(page.total, 0)),
            "tk-hidden" if page.total else "tk-over",
        )

    @app.callback(
        Output("queue-version", "data"),
        Output("queue-chips", "children"),
        Input("queue-poll", "n_intervals"),
        dash_state("queue-version", "data"),
    )
    def poll(ticks: int | None, known: dict[str, Any] | None) -> tuple[Any, Any]:
        """Ask the cheap question; count anew only when the answer changed, or now and then for the clocks."""
        version = queue_cases.queue_version()
        beat = (ticks or 0) // 15
        if known and known.get("version") == version:
            return (no_update if known.get("beat") == beat else {"version": version, "beat": beat}), no_update
        counts = queue_cases.queue_counts(current_actor())
        waiting = sum(counts.get(state, 0) for state in ("registered", "invited", "photos_incomplete"))
        states = {str(state) for state in State}
        total = sum(count for key, count in counts.items() if key in states)
        return {"version": version, "beat": beat}, _chips({**counts, "waiting": waiting, "all": total})

    clientside(
        app,
        "queueChanged",
        Output("queue-js", "data"),
        Input("queue-version", "data"),
        prevent_initial_call=True,
    )
    clientside(
        app,
        "queueFilter",
        Output("queue-js-filter", "data"),
        Input("queue-filter", "data"),
        Input("queue-search", "value"),
        Input("queue-chips", "children"),
    )
