"""Inputs that report to the queue of edits in the browser: facts of the claim, parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from workbench.desk.components.icons import extra
from workbench.desk.components.sheet import parameter_value, shown_value
from workbench.desk.formats import day
from workbench.desk.parameters import CLAIM_FACTS, GROUPS, PARAMETERS, Parameter
from workbench.desk.texts import name_of, t


def input_id(kind: str, name: str) -> dict[str, str]:
    """Id of an input that reports to the queue of edits; the dot is no letter for Dash, so it is written as ``~``."""
    return {"type": "tk-input", "kind": kind, "name": name.replace(".", "~")}


def _wrap(kind: str, name: str, component: Any, unit: str = "") -> html.Div:
    return html.Div(
        [
            html.Div([component, html.Span(unit, className="unit") if unit else None], className="tk-input"),
            html.Div(
                className="tk-input-error",
                id={"type": "tk-error", "kind": kind, "name": name.replace(".", "~")},
                role="alert",
            ),
        ]
    )


def text_input(
    kind: str, name: str, value: str, *, disabled: bool, unit: str = "", label: str = "", number: bool = False
) -> html.Div:
    """A text input; what is typed is saved when it is left or Enter is pressed."""
    return _wrap(
        kind,
        name,
        dbc.Input(
            id=input_id(kind, name), value=value, type="text", debounce=True, disabled=disabled, autocomplete="off",
            className="form-control" + (" tk-num" if number else ""), inputmode="decimal" if number else "text", maxlength=300,
        ),
        unit,
    )  # fmt: skip


def select_input(kind: str, name: str, value: str, options: Sequence[tuple[str, str]], *, disabled: bool) -> html.Div:
    """A choice."""
    return _wrap(
        kind,
        name,
        dbc.Select(
            id=input_id(kind, name), value=value, disabled=disabled, size="sm",
            options=[{"value": code, "label": label} for code, label in options],
        ),
    )  # fmt: skip


def parameter_values(draft: Mapping[str, Any] | None) -> dict[str, str]:
    """All parameters as they stand in their inputs; the key is kind and name of the input."""
    if draft is None:
        return {}
    names = [*PARAMETERS, *(f"rate:{rate}" for rate in draft.get("rates") or ())]
    return {name: parameter_value(name, draft) for name in names}


def claim_values(claim: Mapping[str, Any]) -> dict[str, str]:
    """The facts of the claim as they stand in their inputs."""
    return {name: shown_value(fact, claim) for name, fact in CLAIM_FACTS.items()}


def _choices(name: str, parameter: Parameter) -> list[tuple[str, str]]:
    """The options of a choice; one that may stay open has an empty one first."""
    if parameter.kind == "flag":
        known = [("false", t("word.no")), ("true", t("word.yes"))]
        if name == "drivable":
            # The question "can it be driven" is asked the way people say it.
            known = [("true", t("word.no")), ("false", t("word.yes"))]
        return [("unknown", t("word.unknown")), *known] if parameter.field.optional else known
    options = [(code, name_of(parameter.words, code)) for code in parameter.field.choices]
    return [("", "–"), *options] if parameter.field.optional else options


def parameters(draft: Mapping[str, Any] | None, claim: Mapping[str, Any], *, editable: bool) -> list[Any]:
    """Rates, parameters of the calculation, facts of the claim, in groups."""
    if draft is None:
        return [html.Div(t("sheet.empty_text"), className="tk-state")]
    values = {**parameter_values(draft), **claim_values(claim)}
    regime = (draft.get("settlement") or {}).get("regime", "kasko")
    references = {reference["name"]: reference for reference in draft.get("table_references") or ()}

    def one(name: str) -> Any:
        if name.startswith("rate:"):
            return _rate(name, (draft.get("rates") or {})[name[5:]], values[name], editable=editable)
        kind, parameter = ("claim", CLAIM_FACTS[name]) if name in CLAIM_FACTS else ("param", PARAMETERS[name])
        if parameter.regime not in (None, regime):
            return None
        if parameter.when and values.get(parameter.when[0]) not in parameter.when[1]:
            return None
        if parameter.kind in ("flag", "word"):
            body = select_input(kind, name, values[name], _choices(name, parameter), disabled=not editable)
        else:
            numeric = parameter.kind in ("number", "share")
            body = text_input(
                kind, name, values[name], disabled=not editable, unit=parameter.field.unit, number=numeric
            )
        return _labelled(t(f"param.{name}"), body, _note(name, draft, references), wide=parameter.kind == "text")

    sections = []
    for group, (names, is_open) in GROUPS.items():
        listed = [f"rate:{rate}" for rate in draft.get("rates") or ()] if group == "rates" else names
        shown = [made for name in listed if (made := one(name)) is not None]
        if not shown:
            continue
        filled = any(values.get(name) not in ("", "unknown", None) for name in names[:1])
        sections.append(
            html.Details(
                [html.Summary(html.H3(t(f"param.group.{group}"))), html.Div(shown, className="tk-param-grid")],
                open=is_open or filled,
                className="tk-param-group",
                **extra({"data-group": group}),
            )
        )
    return sections


def _note(name: str, draft: Mapping[str, Any], references: Mapping[str, Any]) -> str:
    """What stands beside a parameter's name: where it comes from, and from when."""
    settings = draft.get("parameters") or {}
    if name == "vat":
        when = settings.get("supply_date") or settings.get("price_date")
        return t("param.on", day=day(when)) if when else ""
    table = {"material": "paint_material"}.get(name)
    if table and (settings.get("paint_material") or {}).get("table") and table in references:
        return name_of("table", table)
    return ""


def _rate(name: str, rate: Mapping[str, Any], value: str, *, editable: bool) -> html.Div:
    label = name_of("rate", name[5:]) if name_of("rate", name[5:]) != name[5:] else rate.get("label") or name[5:]
    source = t("param.from_table", name=name_of("table", rate["table"])) if rate.get("table") else t("param.own")
    return _labelled(label, text_input("param", name, value, disabled=not editable, unit="€/h", number=True), source)


def _labelled(label: str, body: Any, note: str = "", *, wide: bool = False) -> html.Div:
    return html.Div(
        [
            html.Div(
                [html.Span(label), html.Span(note, className="tk-muted") if note else None], className="form-label"
            ),
            body,
        ],
        className="tk-wide" if wide else None,
    )
