"""Annex 2 of the offer: how each figure came about, from the derivation that the engine returns beside its values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.documents.formats import Language, as_decimal, money, number, percent, plain, short_day
from workbench.documents.sheet import term
from workbench.documents.text import printable
from workbench.documents.words import WORDS

_MAX_DEPTH = 5
#: Values whose way is printed. The early warnings about the car's value are for the expert alone.
_ROOTS = ("payout", "gross", "limit")
_ANSWERS = {"over": ("überschritten", "exceeded"), "within": ("eingehalten", "kept")}


def shown(value: object, unit: str, language: Language) -> str:
    """Return a derivation value with its unit; words stay words."""
    try:
        exact = as_decimal(value)
    except ValueError:
        german, english = _ANSWERS.get(str(value), (str(value),) * 2)
        return printable(german if language == "de" else english, limit=80)
    if unit == "EUR":
        return money(exact, language)
    if unit in {"share", "ratio"}:
        return percent(exact * 100, language)
    if unit == "h":
        return f"{number(exact, language)}\u00a0{'Std.' if language == 'de' else 'h'}"
    text = plain(exact, language)
    return f"{text}\u00a0{printable(unit, limit=20)}" if unit else text


def _text(value: Mapping[str, str] | None, language: Language) -> str:
    return printable(value[language], limit=600) if value else ""


def _entry(key: str, node: Mapping[str, Any], depth: int, language: Language) -> dict[str, Any]:
    origin = [_text(node.get("rule"), language), printable(node.get("source"), limit=240)]
    if node.get("table"):
        origin.append(_table(node, language))
    return {
        "key": key,
        "depth": min(depth, _MAX_DEPTH),
        "name": _text(node["name"], language),
        "value": shown(node["value"], str(node.get("unit", "")), language),
        "formula": _text(node.get("words"), language),
        "inputs": printable(node["numbers"][language], limit=900),
        "source": " · ".join(filter(None, origin)),
    }


def _table(node: Mapping[str, Any], language: Language) -> str:
    """Table with version and date, and what it is worth."""
    words = WORDS[language]
    name = term(f"table_{node['table']}", language).removeprefix("table_")
    when = str(node.get("table_date") or "")
    parts = [
        f"{words['tables_name']} {printable(name, limit=60)}",
        printable(node.get("table_version"), limit=40),
        short_day(when, language) if when else "",
        f"({words['demonstration']})" if node.get("demonstration") else "",
    ]
    return " ".join(filter(None, parts))


def derivation_groups(derivation: Mapping[str, Any], language: Language) -> list[dict[str, Any]]:
    """Return the derivation as groups of entries, parents before what they are made of, each value once.

    Args:
        derivation: node by key, as in a result's JSON.
        language: of the texts.
    """
    seen: set[str] = set()
    sums: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    checks: list[dict[str, Any]] = []

    def walk(start: str, target: list[dict[str, Any]]) -> None:
        stack = [(0, start)]
        while stack:
            depth, key = stack.pop()
            node = derivation.get(key)
            if node is None or key in seen:
                continue
            seen.add(key)
            is_line = key.startswith("line:")
            (lines if is_line else target).append(_entry(key, node, 0 if is_line else depth, language))
            stack.extend((depth + 1, entry["ref"]) for entry in reversed(node.get("inputs", ())) if entry.get("ref"))

    for root in _ROOTS:
        walk(root, sums if root == "payout" else checks)
    titles = {
        "de": ("Vom Reparaturpreis zur Auszahlung", "Zeilen der Kalkulation", "Mehrwertsteuer und Grenze"),
        "en": ("From the repair costs to the payment", "Lines of the calculation", "VAT and limit"),
    }[language]
    groups = zip(titles, (sums, lines, checks), strict=True)
    return [{"title": title, "entries": entries} for title, entries in groups if entries]
