"""The answer to "why?": the tree of a figure, from its formula down to what was typed or stands in a table."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from dash import html

from workbench.desk.components.icons import chip
from workbench.desk.components.words import localised
from workbench.desk.formats import day, number, percent
from workbench.desk.texts import language, name_of, t

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
    """The node that explains a figure of the result."""
    return _EXPLAINED_IN.get(figure, figure)


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
    """The tree under ``key``, its first levels open."""
    if not derivation or key not in derivation:
        return [html.Div(t("why.none"), className="tk-muted")]
    return [_node(derivation, key, 0, frozenset())]


def title(derivation: Mapping[str, Any] | None, key: str) -> str:
    """Name and value of the figure."""
    node = (derivation or {}).get(key)
    return f"{localised(node, 'name')}: {value_text(node['value'], node['unit'])}" if node else t("why.title")


def _node(derivation: Mapping[str, Any], key: str, depth: int, above: frozenset[str]) -> html.Details:
    node = derivation[key]
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
        if ref and ref in derivation and ref not in above and ref != key and depth < _DEPTH:
            body.append(_node(derivation, ref, depth + 1, above | {key}))
        else:
            body.append(_operand(operand))
    notes: list[Any] = []
    if node.get("rule"):
        notes.append(html.Div([t("why.rule"), " ", localised(node, "rule")]))
    if node.get("source"):
        notes.append(html.Div([t("why.source"), " ", node["source"]]))
    if node.get("table"):
        date = f" · {t('why.of')} {day(node['table_date'])}" if node.get("table_date") else ""
        text = f"{t('why.table')} {name_of('table', node['table'])} {node.get('table_version') or ''}{date}"
        notes.append(html.Div([text, chip(t("why.demo"), "demo") if node.get("demonstration") else None]))
    if notes:
        body.append(html.Div(notes, className="notes"))
    head = html.Summary(
        [
            html.Span(localised(node, "name"), className="tk-grow"),
            html.B(value_text(node["value"], node["unit"]), className="tk-num"),
        ]
    )
    return html.Details([head, html.Div(body, className="body")], open=depth < 2, className="tk-node")


def _operand(operand: Mapping[str, Any]) -> html.Div:
    source = operand.get("source") or ""
    kind, _, table = source.partition(":")
    where = t(f"why.from.{kind}", name=name_of("table", table)) if kind else ""
    return html.Div(
        [
            html.Span(
                [localised(dict(operand), "name"), html.Span(where, className="tk-muted tk-small")], className="tk-grow"
            ),
            html.Span(value_text(operand.get("value"), operand.get("unit") or ""), className="tk-num"),
        ],
        className="tk-operand",
    )
