"""What the dialogs of the case page do when they are confirmed."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, html, no_update

from workbench.cases import offer as offers
from workbench.cases import work
from workbench.desk.clientside import clientside
from workbench.desk.components import offer_tab
from workbench.desk.components.case_dialogs import EXCLUDE_REASONS, REQUEST_ITEMS
from workbench.desk.components.icons import extra
from workbench.desk.components.shell import state_message
from workbench.desk.components.words import localised
from workbench.desk.guard import current_actor
from workbench.desk.problems import success, toast
from workbench.desk.texts import language, name_of, t
from workbench.errors import TelekalkError

_TEXT = 1000


def _error(error: TelekalkError) -> html.Div:
    """An error inside a dialog: the dialog stays open and keeps what was typed."""
    lang = language()
    return html.Div(
        [
            html.B(error.message(lang)),
            " ",
            error.remedy(lang),
            html.Span(f" {error.code}", className="tk-muted tk-small"),
        ],
        className="tk-alert bad",
    )


def _hint(text: str) -> html.Div:
    return html.Div(text, className="tk-alert warn")


def register(app: Dash) -> None:
    """Callbacks of the dialogs and of the offer tab."""

    @app.callback(
        Output("request-error", "children"),
        Output("request-modal", "is_open", allow_duplicate=True),
        Input("request-confirm", "n_clicks"),
        State("request-items", "value"),
        State("request-message", "value"),
        State("case-id", "data"),
        prevent_initial_call=True,
        running=[(Output("request-confirm", "disabled"), True, False)],
    )
    def request(_clicks: int, items: list[str] | None, message: str | None, case_id: str) -> tuple[Any, Any]:
        wanted = [item for item in REQUEST_ITEMS if item in (items or ())]
        if not wanted:
            return _hint(t("request.choose")), no_update
        try:
            work.request_photos(current_actor(), case_id, wanted, (message or "").strip()[:_TEXT])
        except TelekalkError as error:
            return _error(error), no_update
        toast(success(t("request.done")))
        return "", False

    @app.callback(
        Output("exclude-error", "children"),
        Output("exclude-modal", "is_open", allow_duplicate=True),
        Input("exclude-confirm", "n_clicks"),
        State("exclude-reason", "value"),
        State("exclude-words", "value"),
        State("case-id", "data"),
        prevent_initial_call=True,
        running=[(Output("exclude-confirm", "disabled"), True, False)],
    )
    def exclude(_clicks: int, reason: str | None, words: str | None, case_id: str) -> tuple[Any, Any]:
        if reason not in EXCLUDE_REASONS:
            return _hint(t("edit.choose")), no_update
        text = (words or "").strip()[:_TEXT]
        if reason == "other" and not text:
            return _hint(t("exclude.say_why")), no_update
        sentence = " – ".join(part for part in (name_of("exclude_reason", reason), text) if part)
        try:
            work.exclude(current_actor(), case_id, sentence)
        except TelekalkError as error:
            return _error(error), no_update
        toast(success(t("exclude.done")))
        return "", False

    @app.callback(
        Output("case-offer", "children"),
        Input("offer-request", "data"),
        State("case-id", "data"),
        prevent_initial_call=True,
    )
    def offer(_request: Any, case_id: str) -> Any:
        """The offer tab; made when it is opened and after each change while it is open."""
        actor = current_actor()
        case = work.get_case(actor, case_id)
        if case.draft is None:
            return state_message("send", t("offer.not_yet"), t("sheet.empty_text"))
        if not case.editable and case.offers:
            return offer_tab.sent_view(case)
        try:
            shown = offer_tab.preview(case, offers.preview(actor, case_id))
        except TelekalkError as error:
            return [*offer_tab.sent_offers(case), _error(error)]
        if case.editable:
            shown.insert(
                0,
                html.Button(
                    t("offer.send"), type="button", className="btn btn-tk-main", **extra({"data-case-act": "send"})
                ),
            )
        return shown

    @app.callback(
        Output("send-content", "children"),
        Output("send-cleared", "options"),
        Output("send-cleared", "value"),
        Output("send-confirm", "disabled"),
        Input("send-modal", "is_open"),
        State("case-id", "data"),
        prevent_initial_call=True,
    )
    def prepare(is_open: bool, case_id: str) -> tuple[Any, ...]:
        if not is_open:
            return no_update, no_update, no_update, no_update
        actor = current_actor()
        case = work.get_case(actor, case_id)
        red = [flag for flag in case.flags if flag["level"] == "red"]
        options = [{"value": flag["code"], "label": t("offer.clear", title=localised(flag, "title"))} for flag in red]
        try:
            shown = offer_tab.send_body(case, offers.preview(actor, case_id))
        except TelekalkError as error:
            return _error(error), [], [], True
        return shown, options, [], False

    @app.callback(
        Output("send-error", "children"),
        Output("send-modal", "is_open", allow_duplicate=True),
        Input("send-confirm", "n_clicks"),
        State("send-cleared", "value"),
        State("case-id", "data"),
        State("case-state", "data"),
        prevent_initial_call=True,
        running=[(Output("send-confirm", "disabled"), True, False)],
    )
    def send(_clicks: int, cleared: list[str] | None, case_id: str, state: dict[str, Any]) -> tuple[Any, Any]:
        try:
            sent = offers.send(current_actor(), case_id, int(state["version"]), cleared_flags=tuple(cleared or ()))
        except TelekalkError as error:
            return _error(error), no_update
        toast(success(t("offer.sent", version=sent.version)))
        return "", False

    for key in ("request", "exclude", "send", "region"):
        clientside(
            app,
            "closeDialog",
            Output(f"{key}-modal", "is_open", allow_duplicate=True),
            Input(f"{key}-cancel", "n_clicks"),
            prevent_initial_call=True,
        )
        if key != "region":
            clientside(
                app,
                "dialogDone",
                Input(f"{key}-error", "children"),
                prevent_initial_call=True,
            )
    clientside(
        app,
        "regionConfirmed",
        Output("region-modal", "is_open", allow_duplicate=True),
        Input("region-confirm", "n_clicks"),
        State("region-target", "data"),
        State("region-category", "value"),
        State("region-part", "value"),
        State("region-side", "value"),
        State("region-severity", "value"),
        prevent_initial_call=True,
    )
