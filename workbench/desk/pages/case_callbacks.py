"""Callbacks of the case page: the queue of edits, the quiet poll, the derivation."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dash import Dash, Input, Output, State, html, no_update

from workbench.cases import catalogue, work
from workbench.cases import queue as queue_cases
from workbench.desk import case_ops
from workbench.desk.clientside import clientside
from workbench.desk.components import (
    case_header,
    derivation,
    document,
    fields,
    judgement,
    photos,
    search,
    sheet,
    totals,
)
from workbench.desk.formats import moment
from workbench.desk.guard import current_actor
from workbench.desk.pages import case_dialog_callbacks
from workbench.desk.pages.case_body import CLIENT, body, client_state, digest
from workbench.desk.problems import describe
from workbench.desk.sheet_columns import BLOCKS
from workbench.desk.texts import t
from workbench.errors import TelekalkError
from workbench.settings import get_settings

#: acts after which the whole page is made anew, because rights or photos may have changed
_WHOLE = frozenset({"take", "release", "reload"})
#: acts after which the fields of the document are shown anew
_FIELDS = frozenset({"field", "field_confirm", "field_undo"})


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
        "cells": outcome.errors,
        "wrong": sum(len(columns) for columns in errors.values()),
        "problem": describe(problem) if problem else None,
        "conflict": None,
        "saved": outcome.view is not None,
        "messages": outcome.messages if outcome.view is not None else [],
        "changed": outcome.changed,
        "added": outcome.added,
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
        Output("case-payout", "children"),
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
    )
    def apply(
        request: dict[str, Any] | None, case_id: str, state: dict[str, Any], known: dict[str, Any]
    ) -> tuple[Any, ...]:
        """Apply a batch of edits: one save, then everything that follows from it."""
        if not request:
            return (no_update,) * 14
        acts = request.get("acts") or []
        if request.get("rebase"):
            fresh = work.get_case(current_actor(), case_id)
            state = {**state, "version": fresh.version, "draft": fresh.draft}
        try:
            outcome = case_ops.apply(current_actor(), case_id, int(state["version"]), state.get("draft"), acts)
        except Exception as error:
            outcome = case_ops.Outcome(problem=_as_telekalk(error))
        errors = _merge_errors(known, outcome)
        reply = _reply(request, outcome, errors)
        kinds = {str(act.get("act")) for act in acts}
        case = outcome.view
        if case is not None and (kinds & _WHOLE or request.get("rebase")):
            return (reply, *(no_update,) * 12, body(case))
        if case is None:
            # Nothing was stored; the browser marks the cells that were wrong and leaves what was typed.
            return (reply, no_update, errors, *(no_update,) * 11)
        rows = sheet.rows(case.draft, case.result, errors)
        transaction, data = _row_changes(rows, state, acts)
        regions = bool(kinds & {"finding", "region", "role", "suggest"})
        return (
            reply,
            client_state(case, rows),
            errors,
            transaction,
            data,
            totals.head(case.result),
            totals.panel(case.result),
            case_header.flags(case),
            case_header.header(case),
            photos.client_findings(case.findings) if regions else no_update,
            photos.region_list(case.photos, case.findings, editable=case.editable) if regions else no_update,
            photos.strip(case.photos, case.findings) if regions else no_update,
            document.panel(case.vehicle_fields, editable=case.editable)
            if kinds & _FIELDS or (kinds & {"undo", "redo"} and request.get("vehicle"))
            else no_update,
            no_update,
        )

    @app.callback(
        Output("case-seen", "data"),
        Input("case-poll", "n_intervals"),
        State("case-id", "data"),
        State("case-seen", "data"),
    )
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
    )
    def why(request: dict[str, Any] | None, case_id: str) -> tuple[Any, Any]:
        """The derivation of a figure."""
        if not request:
            return no_update, no_update
        result = work.get_case(current_actor(), case_id).result or {}
        tree = result.get("derivation")
        key = str(request.get("key"))
        return derivation.title(tree, key), derivation.tree(tree, key)

    @app.callback(
        Output("case-fields", "children", allow_duplicate=True),
        Output("case-parameters", "children"),
        Output("case-timeline", "children"),
        Output("case-judgement", "children"),
        Input("panel-request", "data"),
        State("case-id", "data"),
        prevent_initial_call=True,
    )
    def panel(request: dict[str, Any] | None, case_id: str) -> tuple[Any, ...]:
        """A panel whose tab was opened; what is judged under the parameters follows each edit while it is looked at."""
        tab = (request or {}).get("tab")
        case = work.get_case(current_actor(), case_id)
        return (
            document.panel(case.vehicle_fields, editable=case.editable) if tab == "vehicle" else no_update,
            fields.parameters(case.draft, case.claim, editable=case.editable) if tab == "parameters" else no_update,
            html.Ul(case_header.timeline(case), className="tk-timeline") if tab == "timeline" else no_update,
            judgement.judgement(case.result, editable=case.editable)
            if tab in ("parameters", "judgement")
            else no_update,
        )

    @app.callback(
        Output("pick-offers", "data"),
        Input("pick-query", "data"),
        State("case-id", "data"),
        prevent_initial_call=True,
    )
    def offer_lines(query: dict[str, Any] | None, case_id: str) -> Any:
        """What the tables offer for a search text."""
        if not query:
            return no_update
        block = query.get("block")
        found = catalogue.find(
            current_actor(), case_id, str(query.get("text") or "")[:120], block=block if block in BLOCKS else None
        )
        return {"seq": query.get("seq"), "offers": [search.offer(one) for one in found]}

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
    changed = [row for row in rows if row["id"] in typed or before[row["id"]] != digest(row)]
    return ({"update": changed, "async": False} if changed else no_update), no_update


def _register_clientside(app: Dash) -> None:
    for name, inputs in CLIENT.items():
        clientside(app, name, Output(f"js-{name}", "data"), *inputs)
