"""The totals beside the sheet: payout first, then how it comes about, the band and the limit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dash import html

from workbench.desk.components.derivation import node_for
from workbench.desk.components.icons import chip, extra, icon
from workbench.desk.formats import money, number, percent
from workbench.desk.texts import name_of, t

_ZERO = Decimal(0)
OVERALL_LOOK = {"eligible": "ok", "not_eligible": "bad", "to_be_clarified": "warn"}


def why(key: str, text: Any, tree: Mapping[str, Any] | None, *, strong: bool = False) -> html.Button | html.Span:
    """A figure that can be asked why, where the derivation has a node for it; else the plain figure."""
    node = node_for(tree, key)
    look = " strong" if strong else ""
    if node is None:
        return html.Span(text, className=f"tk-num{look}")
    return html.Button(
        text, type="button", className=f"tk-why{look}", title=t("totals.why"), **extra({"data-why": node})
    )


class _Rows:
    """Rows of label and figure; the figures know the derivation."""

    def __init__(self, tree: Mapping[str, Any] | None) -> None:
        self.tree = tree

    def row(self, label: Any, value: Any, key: str, *, kind: str = "") -> html.Div:
        """One row."""
        return html.Div(
            [html.Span(label, className="tk-ellipsis"), why(key, money(value), self.tree)],
            className=f"tk-total {kind}".strip(),
        )

    def optional(self, text: str, totals: Mapping[str, Any], key: str, *, minus: bool = False) -> list[html.Div]:
        """A row that is only shown when it is not zero."""
        value = Decimal(totals.get(key) or 0)
        if value == _ZERO:
            return []
        return [self.row(t(text), -value if minus and value > 0 else value, key)]


def span(low: Any, high: Any) -> str:
    """A band in words; one figure where both edges are the same."""
    if low is None or high is None or Decimal(low) == Decimal(high):
        return money(low if low is not None else high)
    return f"{money(low)} – {money(high)}"


def head(result: Mapping[str, Any] | None) -> list[Any]:
    """Payout, its band, the limit; says so when there is nothing calculated yet."""
    if not result:
        return [html.Div([icon("scale"), html.Div(t("totals.none"))], className="tk-state")]
    settlement, tree = result["settlement"], result.get("derivation")
    basis = chip(t(f"basis.{settlement['basis']}"), "bad" if settlement["total_loss"] else "")
    return [
        html.Div(
            [
                html.Div([html.Span(t("totals.payout")), basis], className="tk-row tk-between"),
                why("payout", money(settlement["payout"]), tree, strong=True),
                html.Div(
                    [_band(result.get("payout_band") or {}, tree), eligibility_chip(result)],
                    className="tk-row tk-between tk-wrap",
                ),
            ],
            className="tk-payout",
        ),
        limit_bar(result),
    ]


def eligibility_chip(result: Mapping[str, Any]) -> html.Button | None:
    """The engine's word on the instant settlement, beside the payout; it leads to the list of rules."""
    found = result.get("eligibility")
    if not found:
        return None
    overall = str(found["overall"])
    return html.Button(
        chip(t(f"eligibility.{overall}"), OVERALL_LOOK.get(overall, ""), title=t("eligibility.title")),
        type="button",
        className="tk-plain",
        **extra({"data-show": "eligibility"}),
    )


def _band(band: Mapping[str, Any], tree: Mapping[str, Any] | None) -> html.Div:
    """From the lowest to the highest payout; the figure says why."""
    low, high = band.get("low"), band.get("high")
    if low is None or high is None or Decimal(low) == Decimal(high):
        return html.Div(t("totals.no_band"), className="tk-muted tk-small")
    text = t("totals.band", low=money(low), high=money(high))
    return html.Div(why("payout_band", text, tree), className="tk-muted tk-small")


def panel(result: Mapping[str, Any] | None) -> list[Any]:
    """The sums from the parts to the payout."""
    if not result:
        return []
    totals = result["totals"]
    make = _Rows(result.get("derivation"))
    lines = [
        make.row(t("totals.parts"), totals["parts"], "parts"),
        *make.optional("totals.upe", totals, "upe_markup"),
        *make.optional("totals.small_parts", totals, "small_parts"),
        *make.optional("totals.procurement", totals, "procurement"),
        *make.optional("totals.parts_disposal", totals, "parts_disposal"),
        make.row(t("totals.labour"), totals["labour"], "labour"),
        *make.optional("totals.dents", totals, "dents"),
        make.row(t("totals.paint_wage"), totals["paint_wage"], "paint_wage"),
        make.row(t("totals.paint_material"), totals["paint_material"], "paint_material"),
        make.row(t("totals.incidentals"), totals["incidentals"], "incidentals"),
        *make.optional("totals.surcharges", totals, "surcharges"),
        *make.optional("totals.discounts", totals, "discounts", minus=True),
        make.row(t("totals.net"), totals["net"], "net", kind="sum"),
        make.row(t("totals.vat", rate=percent(Decimal(totals["vat_rate"]) * 100)), totals["vat"], "vat"),
        make.row(t("totals.gross"), totals["gross"], "gross", kind="sum"),
        *make.optional("totals.deductions_taxed", totals, "deductions_taxed", minus=True),
        *make.optional("totals.deductions_untaxed", totals, "deductions_untaxed", minus=True),
    ]
    return [
        html.Div(lines, className="tk-totals"),
        html.Div(_settlement(result["settlement"], make), className="tk-totals"),
        *_value(result),
    ]


def _settlement(settlement: Mapping[str, Any], make: _Rows) -> list[Any]:
    """From the repair costs to the payout, under the law of the case."""
    parts: list[Any] = [html.H3(name_of("regime_long", settlement["regime"]))]
    parts.append(make.row(t("totals.repair_allowed"), settlement["repair_allowed"], "repair_allowed"))
    for key in ("value_loss", "lump_sum", "other_items"):
        parts.extend(make.optional(f"totals.{key}", settlement, key))
    parts.extend(make.optional("totals.cuts_allowed", settlement, "cuts_allowed", minus=True))
    parts.extend(make.optional("totals.workshop_clause", settlement, "workshop_clause", minus=True))
    if Decimal(settlement["claim"]) != Decimal(settlement["repair_allowed"]):
        parts.append(make.row(t("totals.claim"), settlement["claim"], "claim"))
    if settlement["regime"] == "kasko":
        parts.append(make.row(t("totals.excess"), -Decimal(settlement["excess"]), "excess"))
    elif Decimal(settlement["quota"]) != 1:
        share = percent(Decimal(settlement["quota"]) * 100)
        parts.append(html.Div([html.Span(t("totals.quota")), why("quota", share, make.tree)], className="tk-total"))
    parts.append(make.row(t("totals.payout"), settlement["payout"], "payout", kind="sum"))
    parts.extend(make.optional("totals.already_paid", settlement, "already_paid", minus=True))
    if Decimal(settlement.get("already_paid") or 0):
        parts.append(make.row(t("totals.open_amount"), settlement["open_amount"], "open_amount", kind="sum"))
    return parts


def limit_bar(result: Mapping[str, Any]) -> html.Button:
    """Where the compared amount and its upper edge stand before the limit; said in words as well."""
    check = result["limit"]
    limit, compared, high = Decimal(check["limit"]), Decimal(check["compared"]), Decimal(check["compared_high"])
    scale = max(limit * Decimal("1.25"), high * Decimal("1.05"), Decimal(1))

    def at(value: Decimal) -> str:
        return f"{min(value / scale * 100, Decimal(100)):.1f}%"

    level = "bad" if check["over"] else ("warn" if check["over_at_upper_edge"] else "ok")
    upper = f" · {t('limit.upper')} {money(high)}" if high != compared else ""
    text = t(f"limit.{'over' if check['over'] else 'edge' if check['over_at_upper_edge'] else 'under'}",
             limit=number(limit, 0) if limit == limit.to_integral() else number(limit))  # fmt: skip
    return html.Button(
        [
            html.Div(
                [
                    html.Div(className="band", style={"left": at(compared), "width": at(max(high - compared, _ZERO))}),
                    html.Div(className="fill", style={"width": at(compared)}),
                    html.Div(className="mark", style={"left": at(limit)}),
                ],
                className=f"tk-limit {level}",
            ),
            html.Div(
                [
                    html.Span([icon({"ok": "check", "warn": "flag", "bad": "alarm"}[level], small=True), " ", text]),
                    html.Span(f"{money(compared)}{upper}", className="tk-muted"),
                ],
                className=f"tk-limit-text {level}",
            ),
        ],
        type="button",
        className="tk-limit-box",
        title=t("limit.basis", basis=name_of("limit_basis", check["basis"])),
        **extra({"data-why": "limit"}),
    )


def _value(result: Mapping[str, Any]) -> list[Any]:
    """The early warning's band of the car's value, where there is one."""
    value = result.get("value_estimate")
    if not value:
        return []
    tree = result.get("derivation")
    ratio = percent((Decimal(value["repair_ratio"]) * 100).quantize(Decimal("0.1")))
    label = t("value.band" if Decimal(value["low"]) != Decimal(value["high"]) else "value.point")
    return [
        html.Div(
            [
                html.H3(t("value.title")),
                html.Div(
                    [html.Span(label), why("value_estimate", span(value["low"], value["high"]), tree)],
                    className="tk-total",
                ),
                html.Div(
                    [html.Span(t(f"value.ratio_{value['against']}")), why("repair_ratio", ratio, tree)],
                    className="tk-total",
                ),
            ],
            className="tk-totals",
        )
    ]
