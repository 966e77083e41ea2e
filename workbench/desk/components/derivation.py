"""The answer to "why?": the tree of a figure, from its formula down to what was typed or stands in a table."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from dash import html

from workbench.desk.components.icons import chip, extra
from workbench.desk.components.words import localised
from workbench.desk.formats import day, number, percent
from workbench.desk.texts import catalogue, language, name_of, t

_DEPTH = 12
#: figures without a node of their own, and the node in which they are explained
_EXPLAINED_IN: Mapping[str, str] = MappingProxyType(
    {
        "repair_allowed": "net_allowed",
        "deductions_taxed": "net_allowed",
        "deductions_untaxed": "net_allowed",
        "surcharges": "net",
        "discounts": "net",
        "lump_sum": "claim",
        "other_items": "claim",
        "excess": "payout",
        "quota": "payout",
        "value_estimate": "value_low",
    }
)


def key_of(figure: str) -> str:
    """The node that explains a figure of the result where it has none of its own."""
    return _EXPLAINED_IN.get(figure, figure)


def node_for(derivation: Mapping[str, Any] | None, figure: str) -> str | None:
    """The key of the node that explains a figure: its own, else the one it is a part of; None where there is neither."""
    if not derivation:
        return None
    return next((key for key in (figure, key_of(figure)) if key in derivation), None)


def value_text(value: Any, unit: str = "") -> str:
    """A value of the derivation with its unit; words stay words."""
    text = str(value)
    try:
        if unit == "share":
            return percent(Decimal(text) * 100)
        shown = number(text, 6, 2 if unit == "EUR" else 0)
    except ArithmeticError:
        return text
    sign = {"EUR": "€", "pieces": t("unit.pieces")}.get(unit, unit)
    return f"{shown}\u00a0{sign}".rstrip("\u00a0")


def tree(derivation: Mapping[str, Any] | None, key: str) -> list[Any]:
    """The tree under ``key``, its first levels open; a node that stands above already is linked, not repeated."""
    if not derivation or key not in derivation:
        return [html.Div(t("why.none"), className="tk-muted")]
    return [_Walk(derivation).node(key, 0, frozenset())]


def title(derivation: Mapping[str, Any] | None, key: str) -> str:
    """Name and value of the figure."""
    node = (derivation or {}).get(key)
    return f"{localised(node, 'name')}: {value_text(node['value'], node['unit'])}" if node else t("why.title")


class _Walk:
    """Walks a derivation from a figure down to what was typed or stands in a table."""

    def __init__(self, derivation: Mapping[str, Any]) -> None:
        self.derivation = derivation
        self.seen: set[str] = set()

    def node(self, key: str, depth: int, above: frozenset[str]) -> html.Details:
        """One node with all it is made of."""
        node = self.derivation[key]
        self.seen.add(key)
        numbers = node.get("numbers") or {}
        body: list[Any] = []
        words = localised(node, "words")
        if words:
            body.append(html.Div(words, className="words"))
        formula = numbers.get(language()) if isinstance(numbers, Mapping) else numbers
        if formula:
            body.append(html.Div(["= ", formula], className="formula"))
        for operand in node.get("inputs") or ():
            ref = operand.get("ref")
            if not ref or ref not in self.derivation or ref in above or ref == key or depth >= _DEPTH:
                body.append(_operand(operand))
            elif ref in self.seen:
                body.append(_link(self.derivation[ref], ref))
            else:
                body.append(self.node(ref, depth + 1, above | {key}))
        notes = _notes(node)
        if notes:
            body.append(html.Div(notes, className="notes"))
        value = value_text(node["value"], node["unit"])
        head = html.Summary(
            [html.Span(localised(node, "name"), className="tk-grow"), html.B(value, className="tk-num")]
        )
        return html.Details(
            [head, html.Div(body, className="body")],
            open=depth < 2,
            className="tk-node",
            **extra({"data-node": key, "data-value": str(node["value"])}),
        )


def _link(node: Mapping[str, Any], key: str) -> html.Button:
    """An input that is explained further up."""
    return html.Button(
        [
            html.Span([localised(dict(node), "name"), html.Span(t("why.above"), className="tk-muted tk-small")], className="tk-grow"),
            html.Span(value_text(node["value"], node["unit"]), className="tk-num"),
        ],
        type="button",
        className="tk-operand tk-plain",
        **extra({"data-goto": key}),
    )  # fmt: skip


def _notes(node: Mapping[str, Any]) -> list[Any]:
    """Rule, source and table of a node."""
    notes: list[Any] = []
    if node.get("rule"):
        notes.append(html.Div([t("why.rule"), " ", localised(dict(node), "rule")]))
    if node.get("source"):
        notes.append(html.Div([t("why.source"), " ", node["source"]]))
    if node.get("table"):
        date = f" · {t('why.of')} {day(node['table_date'])}" if node.get("table_date") else ""
        text = f"{t('why.table')} {name_of('table', node['table'])} {node.get('table_version') or ''}{date}"
        demo = chip(t("why.demo"), "demo") if node.get("demonstration") else None
        notes.append(html.Div([text, " ", demo]))
        if node.get("table_source") and node.get("table_source") != node.get("source"):
            notes.append(html.Div([t("why.table_source"), " ", node["table_source"]]))
    return notes


def _operand(operand: Mapping[str, Any]) -> html.Div:
    source = operand.get("source") or ""
    kind, _, table = source.partition(":")
    where = ""
    if kind:
        key = f"why.from.{kind}"
        where = t(key, name=name_of("table", table)) if key in catalogue(language()) else source
    return html.Div(
        [
            html.Span(
                [localised(dict(operand), "name"), html.Span(where, className="tk-muted tk-small")], className="tk-grow"
            ),
            html.Span(value_text(operand.get("value"), operand.get("unit") or ""), className="tk-num"),
        ],
        className="tk-operand",
    )
