"""What is argued about: repair against replacement, the ways of the settlement, and items with their rulings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from workbench.desk.components.icons import chip
from workbench.desk.components.totals import why
from workbench.desk.components.words import localised
from workbench.desk.formats import money
from workbench.desk.texts import name_of, t

_STATUS_LOOK = {"payable": "ok", "must_be_taken_off": "bad", "only_if_incurred": "warn", "only_with_gain": "warn"}


def disputes(result: Mapping[str, Any]) -> list[html.Section]:
    """The sections that have something to say."""
    made = (repair_checks(result), ways(result), items(result))
    return [section for section in made if section is not None]


def _entry(head: list[Any], figures: list[Any], below: str, source: str = "", *, marked: bool = False) -> html.Li:
    return html.Li(
        [
            html.Div(
                [html.Div(head), html.Div(below, className="tk-muted tk-small") if below else None], className="tk-grow"
            ),
            html.Div(figures, className="tk-dispute-figures"),
        ],
        className="tk-here" if marked else "",
        title=source,
    )


def repair_checks(result: Mapping[str, Any]) -> html.Section | None:
    """Each repaired part against its replacement; dearer ones say so."""
    checks = result.get("repair_checks") or ()
    if not checks:
        return None
    tree = result.get("derivation")
    rows = []
    for check in checks:
        part, side = str(check["part"]), check.get("side")
        key = ":".join(filter(None, ("repair_or_replace", part, side)))
        name = " ".join(filter(None, (name_of("part", part), name_of("side", side) if side else "")))
        level = "bad" if check["dearer"] else "warn" if check["dearer_at_upper_edge"] else "ok"
        word = "dearer" if check["dearer"] else "dearer_edge" if check["dearer_at_upper_edge"] else "cheaper"
        rows.append(
            _entry(
                [html.B(name), " ", chip(t(f"disputes.{word}"), level)],
                [why(key, money(check["repair"]), tree), html.Span(f" / {money(check['replace'])}")],
                t("disputes.repair_replace"),
            )
        )
    return html.Section([html.H3(t("disputes.repair_title")), html.Ul(rows, className="tk-rules")], id="repair-checks")


def ways(result: Mapping[str, Any]) -> html.Section | None:
    """The stages with what each pays, the one of this case marked; empty without a stated value."""
    rows = result.get("stage_table") or ()
    if not rows:
        return None
    tree = result.get("derivation")
    entries = []
    for row in rows:
        upper = row.get("concrete_up_to")
        limit = t("disputes.up_to", amount=money(upper)) if upper is not None else t("disputes.by_invoice")
        here = [" ", chip(t("disputes.applies"), "accent")] if row["applies"] else []
        entries.append(
            _entry(
                [html.B(localised(dict(row), "condition")), *here],
                [why(f"way:{row['way']}", money(row["fictive"]), tree), html.Div(limit, className="tk-muted tk-small")],
                localised(dict(row), "needs"),
                str(row.get("source") or ""),
                marked=bool(row["applies"]),
            )
        )
    return html.Section(
        [html.H3(t("disputes.ways_title")), html.Ul(entries, className="tk-rules")], id="settlement-ways"
    )


def items(result: Mapping[str, Any]) -> html.Section | None:
    """Items over which insurers argue, with status and ruling."""
    found = result.get("payable_items") or ()
    if not found:
        return None
    tree = result.get("derivation")
    rows = []
    for item in found:
        status = str(item["status"])
        amount = item.get("amount")
        cut = item.get("cut_reason")
        below = " ".join(
            filter(None, [localised(dict(item), "cut_reason") if cut else "", localised(dict(item), "rule")])
        )
        rows.append(
            _entry(
                [
                    html.B(localised(dict(item), "name")),
                    " ",
                    chip(t(f"disputes.status.{status}"), _STATUS_LOOK.get(status, "")),
                ],
                [why(f"item:{item['item']}", money(amount), tree)] if amount is not None else [],
                f"{below} · {item['ruling']}",
                str(item["ruling"]),
            )
        )
    return html.Section([html.H3(t("disputes.items_title")), html.Ul(rows, className="tk-rules")], id="payable-items")
