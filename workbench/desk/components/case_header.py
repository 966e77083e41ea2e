"""The head of a case: what it is, how long it may still take, who has it, and the acts on it as a whole."""

from __future__ import annotations

from typing import Any

from dash import html

from workbench.cases.views import CaseView
from workbench.desk.components.derivation import node_for
from workbench.desk.components.icons import chip, extra, icon
from workbench.desk.components.words import (
    FLAG_FIELDS,
    FLAG_FIGURES,
    FLAG_ICONS,
    FLAG_LEVELS,
    STATE_LEVELS,
    clock,
    localised,
    state_word,
)
from workbench.desk.formats import moment
from workbench.desk.texts import name_of, t


def _button(
    key: str,
    icon_name: str,
    *,
    main: bool = False,
    bad: bool = False,
    shortcut: str = "",
    disabled: bool = False,
    text: bool = True,
    word: str | None = None,
) -> html.Button:
    """A button of the head; ``data-act-case`` tells the scripts what it does."""
    label = t(f"act.{word or key}")
    look = "btn-tk-main" if main else "btn-tk-bad" if bad else "btn-tk"
    return html.Button(
        [icon(icon_name), label if text else None],
        type="button",
        className=f"btn {look}" + ("" if text else " tk-icon-btn"),
        id=f"act-{key}",
        disabled=disabled,
        title=f"{label} ({shortcut})" if shortcut else label,
        **extra({"data-case-act": key, "aria-label": label}),
    )  # fmt: skip


def header(case: CaseView) -> list[Any]:
    """The whole head; it is made anew after each act that changes it."""
    claim = case.claim
    time = clock(case.clock.get("remaining_seconds"), paused=bool(case.clock.get("paused")))
    lock = case.lock or {}
    mine, holder = bool(lock.get("mine")), lock.get("by")
    takeable = case.state in ("pre_check", "in_calculation", "review", "offered") and not mine and not holder
    marks = [
        chip(state_word(case.state, clock_paused=bool(case.clock.get("paused"))), STATE_LEVELS.get(case.state, "")),
        chip(time["text"], time["level"], time["icon"], time["title"]),
        chip(name_of("regime", claim.get("regime")), ""),
    ]
    if case.demo:
        marks.append(chip(t("demo.badge"), "demo", title=t("demo.title")))
    if holder and not mine:
        until = moment(lock.get("until"))[-5:] if lock.get("until") else ""
        marks.append(chip(t("lock.other", name=holder), "warn", "lock", t("lock.until", time=until)))
    elif mine:
        marks.append(chip(t("lock.mine"), "accent", "lock", t("lock.mine_title")))
    acts: list[Any] = [
        _button("undo", "undo", shortcut="Strg+Z", text=False, disabled=not (case.editable and case.can_undo)),
        _button("redo", "redo", shortcut="Strg+Umschalt+Z", text=False, disabled=not (case.editable and case.can_redo)),
    ]
    if takeable:
        acts.append(
            _button(
                "take",
                "lock",
                main=case.state != "offered",
                shortcut="T",
                word="reprice" if case.state == "offered" else "take",
            )
        )
    elif mine:
        acts.append(_button("release", "unlock", text=False))
    acts += [
        _button("request", "camera", shortcut="F", disabled=not case.editable),
        _button("exclude", "ban", bad=True, disabled=not case.editable),
        _button(
            "offer", "send", main=not takeable or case.state == "offered", shortcut="O", disabled=case.draft is None
        ),
    ]
    return [
        html.Div(
            [
                html.Div([html.H1(claim.get("claim_number")), html.Span(claim.get("plate") or "–", className="tk-plate")], className="tk-row"),
                html.Div(
                    " · ".join(str(part) for part in (claim.get("vehicle"), claim.get("holder_name")) if part) or "–",
                    className="tk-muted tk-ellipsis",
                ),
            ],
            className="tk-case-name",
        ),
        html.Div(marks, className="tk-marks"),
        html.Div(acts, className="tk-acts"),
    ]  # fmt: skip


def banner(case: CaseView) -> list[Any]:
    """What the person must know before working: read-only and why, photos awaited, pipeline at work."""
    found: list[Any] = []
    progress = case.progress or {}
    done, total = int(progress.get("done") or 0), int(progress.get("total") or 0)
    if case.draft is None and total and done < total:
        found.append(
            html.Div(
                [
                    icon("refresh"),
                    t("banner.running", step=name_of("step", progress.get("step")), done=done, total=total),
                    html.Div(html.Div(style={"width": f"{done * 100 // total}%"}), className="tk-bar"),
                ],
                className="tk-alert info tk-row",
            )
        )
    if progress.get("failed"):
        found.append(html.Div([icon("alarm"), t("banner.failed")], className="tk-alert warn tk-row"))
    request = case.photo_request
    if request and case.clock.get("paused"):
        items = ", ".join(name_of("request", code) for code in request.get("items") or ())
        found.append(
            html.Div([icon("pause"), t("banner.waiting", items=items or "–")], className="tk-alert warn tk-row")
        )
    elif not case.editable and case.draft is not None:
        lock = case.lock or {}
        if lock.get("by") and not lock.get("mine"):
            text = t("banner.locked", name=lock["by"])
        elif case.state in ("pre_check", "in_calculation"):
            text = t("banner.take_first")
        else:
            text = t("banner.read_only", state=state_word(case.state))
        found.append(html.Div([icon("lock"), text], className="tk-alert info tk-row"))
    return found


def flags(case: CaseView) -> list[Any]:
    """The flags, the most serious first, each with what clears it."""
    if not case.flags:
        return [html.Div([icon("check"), t("flag.none")], className="tk-flag ok")]
    order = {"red": 0, "amber": 1, "info": 2}
    result = case.result or {}
    edges = {flag["code"] for flag in result.get("flags") or () if flag.get("edge") == "upper"}
    tree = result.get("derivation")
    return [
        html.Details(
            [
                html.Summary(
                    [
                        icon(FLAG_ICONS.get(flag["level"], "info"), small=True),
                        html.Span(_flag_title(flag), className="tk-grow tk-ellipsis", title=localised(flag, "reason")),
                        html.Span(_flag_level(flag, edges), className="tk-small"),
                    ]
                ),
                html.Div(localised(flag, "reason")),
                html.Div([html.B(t("flag.clears")), " ", localised(flag, "clears")], className="tk-small"),
                _flag_acts(flag, tree),
            ],
            className=f"tk-flag {FLAG_LEVELS.get(flag['level'], 'info')}",
            open=False,
        )
        for flag in sorted(case.flags, key=lambda flag: order.get(flag["level"], 3))
    ]


def _flag_level(flag: dict[str, Any], edges: set[str]) -> str:
    """How serious it is; where only the upper edge of the band raised it, that is said."""
    return t("flag.edge.upper") if flag["code"] in edges else t(f"flag.level.{flag['level']}")


def _flag_acts(flag: dict[str, Any], tree: dict[str, Any] | None) -> html.Div | None:
    """What leads on from a flag: the derivation of its figure, the line or the field of the document that it is about."""
    acts: list[Any] = []
    node = next(
        (key for key in (f"flag:{flag['code']}", FLAG_FIGURES.get(flag["code"], "")) if node_for(tree, key)), None
    )
    if node:
        acts.append(html.Button(t("flag.why"), type="button", **extra({"data-why": node_for(tree, node)})))
    if flag["code"] == "override_without_reason":
        acts.append(html.Button(t("flag.jump"), type="button", **extra({"data-jump": "reason"})))
    if flag["code"] in FLAG_FIELDS:
        code = FLAG_FIELDS[flag["code"]]
        label = t("flag.field", code=code) if code else t("field.next")
        acts.append(html.Button(label, type="button", **extra({"data-field-go": (code or "").replace(".", "~")})))
    return html.Div(acts, className="tk-flag-acts") if acts else None


def _flag_title(flag: dict[str, Any]) -> str:
    """The flag in a few words; of assumptions there are several, so the assumption itself stands there."""
    return localised(flag, "reason" if flag["code"] == "assumption" else "title")


def timeline(case: CaseView) -> list[Any]:
    """What happened, newest first."""
    if not case.timeline:
        return [html.Div(t("timeline.none"), className="tk-muted tk-pad")]
    return [
        html.Li(
            [
                html.Span(moment(entry.get("at")), className="tk-muted tk-num"),
                html.Span(entry.get("who") or "", className="who tk-ellipsis"),
                html.Span(localised(entry, "text")),
            ]
        )
        for entry in case.timeline
    ]
