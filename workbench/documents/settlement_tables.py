"""Annex 1, after the sheet: items that are argued about with their rulings, the reference workshop, and the ways of the settlement.

It prints what the engine decided and decides nothing. Tables that have nothing to say are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.documents.formats import Language, as_decimal, number, short_day
from workbench.documents.text import printable

_WORDS: Mapping[str, tuple[str, str]] = {
    "items": ("Häufig strittige Positionen", "Items that are often disputed"),
    "item": ("Position", "item"),
    "amount": ("EUR netto", "EUR net"),
    "status": ("gilt als", "counts as"),
    "ruling": ("Entscheidung", "decision"),
    "payable": ("ersatzfähig", "payable"),
    "payable_if_usual": ("ersatzfähig, wenn üblich", "payable if usual"),
    "regional": ("regional verschieden", "differs by region"),
    "only_if_incurred": ("nur bei Anfall", "only if incurred"),
    "must_be_taken_off": ("abzuziehen", "to be taken off"),
    "only_with_gain": ("nur bei messbarem Vorteil", "only with a measurable gain"),
    "cut": ("gekürzt um {amount}", "cut by {amount}"),
    "cut_refused": ("Kürzung um {amount} abgelehnt", "cut by {amount} refused"),
    "reference": ("Verweisung auf eine andere Werkstatt", "Reference to another workshop"),
    "workshop": ("Werkstatt", "workshop"),
    "report_net": ("nach dieser Kalkulation", "by this calculation"),
    "workshop_net": ("zu den Preisen der Werkstatt", "at the workshop's prices"),
    "difference": ("Unterschied", "difference"),
    "applied": ("angewendet", "applied"),
    "blocked": ("nicht angewendet", "not applied"),
    "no_advantage": ("nicht günstiger", "not cheaper"),
    "stages": ("Reparatur oder Wiederbeschaffung", "Repair or replacement"),
    "condition": ("Reparaturkosten (RK) und Wertminderung (WM)", "Repair costs and value loss"),
    "fictive": ("ohne Reparatur", "without repair"),
    "up_to": ("mit Nachweis bis", "with proof up to"),
    "source": ("Quelle", "source"),
    "applies": ("trifft hier zu", "applies here"),
    "open": ("laut Rechnung", "by invoice"),
}


def _word(key: str, language: Language) -> str:
    return _WORDS[key][0 if language == "de" else 1]


def _text(value: Mapping[str, str] | None, language: Language, limit: int = 300) -> str:
    return printable(value[language], limit=limit) if value else ""


def _amount(value: object, language: Language) -> str:
    return "" if value is None else number(value, language)


def _two_lines(first: str, second: str) -> str:
    return f"{first}\n{second}" if second else first


def _columns(language: Language, mark: int, *keys_and_widths: tuple[str, int, bool]) -> list[dict[str, Any]]:
    """Columns after one of the width ``mark`` for a sign; the sheet's tables set the second column over two lines."""
    named = [{"title": _word(key, language), "width": width, "right": right} for key, width, right in keys_and_widths]
    return [{"title": "", "width": mark, "right": False}, *named]


def _items(items: list[Mapping[str, Any]], language: Language) -> dict[str, Any] | None:
    rows = []
    for item in items:
        cut, allowed = as_decimal(item["cut"]), as_decimal(item["cut_allowed"])
        if item["amount"] is None and not cut:
            continue
        told = _word("cut" if allowed else "cut_refused", language) if cut else ""
        why = " ".join(
            filter(
                None,
                [
                    told.format(amount=number(allowed or cut, language)),
                    _text(item["cut_reason"], language),
                    _text(item["rule"], language),
                ],
            )
        )
        ruling = printable(item["ruling"], limit=120)
        if item["decided_on"]:
            ruling = f"{ruling}, {short_day(item['decided_on'], language)}"
        rows.append(
            [
                "",
                _two_lines(_text(item["name"], language, 80), why),
                _amount(item["amount"], language),
                _word(item["status"], language),
                ruling,
            ]
        )
    if not rows:
        return None
    return {
        "title": _word("items", language),
        "columns": _columns(
            language, 2, ("item", 0, False), ("amount", 20, True), ("status", 34, False), ("ruling", 40, False)
        ),
        "rows": rows,
        "totals": [],
    }


def _reference(found: Mapping[str, Any] | None, language: Language) -> dict[str, Any] | None:
    if found is None:
        return None
    reasons = [*found["blocked_by"], *found["unknown"]]
    why = "; ".join(filter(None, (_text(reason["text"], language) for reason in reasons)))
    head = _two_lines(f"{printable(found['name'], limit=80)}: {_word(found['status'], language)}", why)
    totals = [
        [_word(key, language), _amount(found[key], language), key == "difference"]
        for key in ("report_net", "workshop_net", "difference")
        if found[key] is not None
    ]
    return {
        "title": _word("reference", language),
        "columns": _columns(language, 2, ("workshop", 0, False), ("amount", 28, True)),
        "rows": [["", head, ""]],
        "totals": totals,
    }


def _stages(rows: list[Mapping[str, Any]], language: Language) -> dict[str, Any] | None:
    if not rows:
        return None
    shown = []
    for row in rows:
        condition = _text(row["condition"], language)
        if row["applies"]:
            condition = f"{condition} · {_word('applies', language)}"
        upper = _amount(row["concrete_up_to"], language) or _word("open", language)
        shown.append(
            [
                "▸" if row["applies"] else "",
                _two_lines(condition, _text(row["needs"], language)),
                _amount(row["fictive"], language),
                upper,
                printable(row["source"], limit=120),
            ]
        )
    return {
        "title": _word("stages", language),
        "columns": _columns(
            language, 4, ("condition", 0, False), ("fictive", 24, True), ("up_to", 26, True), ("source", 38, False)
        ),
        "rows": shown,
        "totals": [],
    }


def settlement_tables(result: Mapping[str, Any], language: Language) -> list[dict[str, Any]]:
    """Return the tables in the shape of the sheet's blocks: title, columns, rows, totals.

    Args:
        result: the calculation's result JSON; an older one without these parts gives no tables.
        language: of words and formats; amounts stay in euro.
    """
    made = (
        _items(result.get("payable_items") or [], language),
        _reference(result["settlement"].get("reference"), language),
        _stages(result.get("stage_table") or [], language),
    )
    return [table for table in made if table is not None]
