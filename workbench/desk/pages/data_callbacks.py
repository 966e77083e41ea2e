"""Callbacks of the data page. Each asks a use case as the person of the request, and the use case refuses whom it must."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update, set_props

from workbench.cases.learning import datasets, drift, mend, runs
from workbench.desk import data_views
from workbench.desk.clientside import clientside
from workbench.desk.components import data_labels, data_lists, data_runs, data_sets, photos
from workbench.desk.components.shell import state_message
from workbench.desk.formats import NumberError, parse_number
from workbench.desk.guard import current_actor
from workbench.desk.problems import describe, success, toast
from workbench.desk.texts import language, t
from workbench.errors import TelekalkError


def _wrong(error: TelekalkError) -> html.Div:
    lang = language()
    return state_message("alarm", error.message(lang), error.remedy(lang), html.Div(error.code, className="tk-muted"))


def register(app: Dash) -> None:
    """Callbacks of the page."""

    @app.callback(
        Output("data-body", "children"),
        Input("data-tab", "data"),
        Input("data-days", "value"),
        Input("data-category", "value"),
        Input("data-start", "data"),
        Input("data-list", "data"),
    )
    def body(tab: str | None, days: Any, category: Any, start: Any, wanted: dict[str, Any] | None) -> Any:
        """The inside of the chosen tab, made anew when period, class or page change."""
        triggered = {str(key) for key in ctx.triggered_prop_ids.values()}
        if tab != "labels" and triggered == {"data-list"}:
            return no_update  # the list belongs to the labels alone
        values = {"days": days, "category": category}
        try:
            if tab == "labels":
                return data_views.label_desk(current_actor(), wanted, values)
            return data_views.content(current_actor(), str(tab), values, start=int(start or 0))
        except TelekalkError as error:
            return _wrong(error)

    @app.callback(
        Output("data-drawer-body", "children"),
        Input("data-pick", "data"),
        State("data-days", "value"),
        State("data-category", "value"),
        prevent_initial_call=True,
    )
    def drawer(wanted: dict[str, Any] | None, days: Any, category: Any) -> Any:
        """The photos behind a figure."""
        if not wanted:
            return no_update
        try:
            page, _kind, title = data_views.photo_list(current_actor(), wanted, {"days": days, "category": category})
        except TelekalkError as error:
            return _wrong(error)
        return data_lists.drawer(page, title)

    @app.callback(
        Output("data-reply", "data"),
        Output("case-findings", "data", allow_duplicate=True),
        Output("region-list", "children", allow_duplicate=True),
        Output("photo-strip", "children", allow_duplicate=True),
        Input("data-act", "data"),
        State("case-photos", "data"),
        prevent_initial_call=True,
    )
    def act(request: dict[str, Any] | None, shown: list[dict[str, Any]] | None) -> tuple[Any, ...]:
        """One act on a region, kept at once; then the regions of the photos as they count now."""
        if not request:
            return (no_update,) * 4
        actor = current_actor()
        wish = request.get("act") or {}
        try:
            done = mend.undo(actor, wish["step"]) if wish.get("act") == "undo" else mend.apply(actor, wish)
        except TelekalkError as error:
            return ({"seq": request.get("seq"), "problem": describe(error)}, no_update, no_update, no_update)
        found = mend.labels(actor, [str(photo.get("id")) for photo in shown or ()])
        return (
            {"seq": request.get("seq"), "undo": done.undo, "acts": [wish], "photo": done.photo_id},
            photos.client_findings(found.findings),
            data_labels.region_list(found),
            photos.strip(found.photos, found.findings),
        )

    @app.callback(
        Output("data-difference", "children"),
        Input("data-older", "value"),
        Input("data-newer", "value"),
    )
    def compare(older: str | None, newer: str | None) -> Any:
        """What the newer of two versions has otherwise."""
        if not older or not newer:
            return no_update
        try:
            return data_sets.difference(datasets.difference(current_actor(), older, newer), {})
        except TelekalkError as error:
            return _wrong(error)

    @app.callback(Output("data-run-panel", "children"), Input("data-run", "value"))
    def curve(run_id: str | None) -> Any:
        """The curves of a run."""
        if not run_id:
            return no_update
        try:
            return data_runs.curve_panel(runs.run(current_actor(), run_id))
        except TelekalkError as error:
            return _wrong(error)

    @app.callback(
        Output("data-threshold-done", "children"),
        Input("data-threshold-save", "n_clicks"),
        State({"type": "data-threshold", "name": ALL}, "value"),
        State({"type": "data-threshold", "name": ALL}, "id"),
        prevent_initial_call=True,
    )
    def save(clicks: int | None, values: list[Any], names: list[dict[str, str]]) -> Any:
        """Store other thresholds; the tab is then made anew."""
        if not clicks:
            return no_update
        try:
            drift.set_thresholds(
                current_actor(), _typed(dict(zip((one["name"] for one in names), values, strict=True)))
            )
        except NumberError as error:
            toast({**success(str(error)), "level": "warn"})
            return no_update
        toast(success(t("data.saved")))
        set_props("data-start", {"data": -clicks})  # another value than before, so that the tab is made anew
        return ""

    _register_clientside(app)


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers as typed in the person's language; the data set is a word."""
    return {
        name: value if name == "dataset" else float(parse_number(value, places=9)) for name, value in values.items()
    }


def _register_clientside(app: Dash) -> None:
    clientside(app, "dataTab", Output("data-js-tab", "data"), Input("data-tab", "data"), Input("data-body", "children"))
    clientside(
        app, "dataPoint", Output("data-js", "data"), Input({"type": "data-graph", "key": ALL}, "clickData"),
        prevent_initial_call=True,
    )  # fmt: skip
    clientside(
        app,
        "dataReplied",
        Output("data-js", "data", allow_duplicate=True),
        Input("data-reply", "data"),
        prevent_initial_call=True,
    )
    clientside(
        app,
        "dataDrawer",
        Output("data-js", "data", allow_duplicate=True),
        Input("data-drawer-body", "children"),
        prevent_initial_call=True,
    )
    clientside(
        app,
        "dataEditable",
        Output("data-js", "data", allow_duplicate=True),
        Input("data-editable", "data"),
        prevent_initial_call="initial_duplicate",
    )
