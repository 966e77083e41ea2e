"""The totals beside the sheet: payout first, then how it comes about, the band and the limit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dash import html

from workbench.desk.components.derivation import key_of
from workbench.desk.components.icons import chip, extra, icon
from workbench.desk.formats import money, number, percent
from workbench.desk.texts import name_of, t

_ZERO = Decimal(0)


def _why(key: str, text: Any, *, strong: bool = False) -> html.Button:
    """A figure that can be asked why."""
    return html.Button(
        text,
        type="button",
        className="tk-why" + (" strong" if strong else ""),
        title=t("totals.why"),
        **extra({"data-why": key_of(key)}),
    )


def _row(label: Any, value: Any, key: str, *, kind: str = "") -> html.Div:
    return html.Div(
        [html.Span(label, className="tk-ellipsis"), _why(key, money(value))], className=f"tk-total {kind}".strip()
    )


def head(result: Mapping[str, Any] | None) -> list[Any]:
    """Payout, its band, the limit; says so when there is nothing calculated yet."""
    if not result:
        return [html.Div([icon("scale"), html.Div(t("totals.none"))], className="tk-state")]
    settlement, band = result["settlement"], result.get("payout_band") or {}
    basis = chip(t(f"basis.{settlement['basis']}"), "bad" if settlement["total_loss"] else "")
    return [
        html.Div(
            [
                html.Div([html.Span(t("totals.payout")), basis], className="tk-row tk-between"),
                _why("payout", money(settlement["payout"]), strong=True),
                html.Div(
                    t("totals.band", low=money(band.get("low")), high=money(band.get("high"))),
                    className="tk-muted tk-small",
                ),
            ],
            className="tk-payout",
        ),
        limit_bar(result),
    ]


def panel(result: Mapping[str, Any] | None) -> list[Any]:
    """The sums from the parts to the payout."""
    if not result:
        return []
    totals = result["totals"]
    lines = [
        _row(t("totals.parts"), totals["parts"], "parts"),
        *_optional("totals.upe", totals, "upe_markup"),
        *_optional("totals.small_parts", totals, "small_parts"),
        *_optional("totals.procurement", totals, "procurement"),
        *_optional("totals.parts_disposal", totals, "parts_disposal"),
        _row(t("totals.labour"), totals["labour"], "labour"),
        *_optional("totals.dents", totals, "dents"),
        _row(t("totals.paint_wage"), totals["paint_wage"], "paint_wage"),
        _row(t("totals.paint_material"), totals["paint_material"], "paint_material"),
        _row(t("totals.incidentals"), totals["incidentals"], "incidentals"),
        *_optional("totals.surcharges", totals, "surcharges"),
        *_optional("totals.discounts", totals, "discounts", minus=True),
        _row(t("totals.net"), totals["net"], "net", kind="sum"),
        _row(t("totals.vat", rate=percent(Decimal(totals["vat_rate"]) * 100)), totals["vat"], "vat"),
        _row(t("totals.gross"), totals["gross"], "gross", kind="sum"),
        *_optional("totals.deductions_taxed", totals, "deductions_taxed", minus=True),
        *_optional("totals.deductions_untaxed", totals, "deductions_untaxed", minus=True),
    ]
    return [
        html.Div(lines, className="tk-totals"),
        html.Div(_settlement(result["settlement"]), className="tk-totals"),
        *_value(result),
    ]


def _optional(text: str, totals: Mapping[str, Any], key: str, *, minus: bool = False) -> list[html.Div]:
    """A row that is only shown when it is not zero."""
    value = Decimal(totals.get(key) or 0)
    if value == _ZERO:
        return []
    return [_row(t(text), -value if minus and value > 0 else value, key)]


def _settlement(settlement: Mapping[str, Any]) -> list[Any]:
    """From the repair costs to the payout, under the law of the case."""
    parts: list[Any] = [html.H3(name_of("regime_long", settlement["regime"]))]
    parts.append(_row(t("totals.repair_allowed"), settlement["repair_allowed"], "repair_allowed"))
    for key in ("value_loss", "lump_sum", "other_items"):
        parts.extend(_optional(f"totals.{key}", settlement, key))
    if Decimal(settlement["claim"]) != Decimal(settlement["repair_allowed"]):
        parts.append(_row(t("totals.claim"), settlement["claim"], "claim"))
    if settlement["regime"] == "kasko":
        parts.append(_row(t("totals.excess"), -Decimal(settlement["excess"]), "excess"))
    elif Decimal(settlement["quota"]) != 1:
        parts.append(
            html.Div(
                [html.Span(t("totals.quota")), html.Span(percent(Decimal(settlement["quota"]) * 100))],
                className="tk-total",
            )
        )
    parts.append(_row(t("totals.payout"), settlement["payout"], "payout", kind="sum"))
    return parts


def limit_bar(result: Mapping[str, Any]) -> html.Button:
    """Where the compared amount and its upper edge stand before the limit; said in words as well."""
    check = result["limit"]
    limit, compared, high = Decimal(check["limit"]), Decimal(check["compared"]), Decimal(check["compared_high"])
    scale = max(limit * Decimal("1.25"), high * Decimal("1.05"), Decimal(1))

    def at(value: Decimal) -> str:
        return f"{min(value / scale * 100, Decimal(100)):.1f}%"

    level = "bad" if check["over"] else ("warn" if check["over_at_upper_edge"] else "ok")
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
                    html.Span(f"{money(compared)} · {t('limit.upper')} {money(high)}", className="tk-muted"),
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
    ratio = Decimal(value["repair_ratio"]) * 100
    return [
        html.Div(
            [
                html.H3(t("value.title")),
                html.Div(
                    [
                        html.Span(t("value.band")),
                        _why("value_estimate", f"{money(value['low'])} – {money(value['high'])}"),
                    ],
                    className="tk-total",
                ),
                html.Div(
                    [
                        html.Span(t(f"value.ratio_{value['against']}")),
                        html.Span(percent(ratio.quantize(Decimal("0.1")))),
                    ],
                    className="tk-total",
                ),
            ],
            className="tk-totals",
        )
    ]
