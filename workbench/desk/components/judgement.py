"""What the engine says beside the figures: eligibility for the instant settlement, value-loss methods, reference workshop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from workbench.desk.components.disputes import disputes
from workbench.desk.components.icons import chip, extra, icon
from workbench.desk.components.totals import OVERALL_LOOK, why
from workbench.desk.components.words import localised
from workbench.desk.formats import money
from workbench.desk.texts import name_of, t

_RULE_LOOK = {"met": ("ok", "check"), "not_met": ("bad", "alarm"), "unknown": ("warn", "question")}
_ORDER = {"not_met": 0, "unknown": 1, "met": 2}


def judgement(result: Mapping[str, Any] | None, *, editable: bool) -> list[Any]:
    """Everything below the parameters; empty while nothing is calculated."""
    if not result:
        return []
    made = (eligibility(result), value_losses(result, editable=editable), reference(result), *disputes(result))
    return [part for part in made if part is not None]


def eligibility(result: Mapping[str, Any]) -> html.Section | None:
    """The rules of the instant settlement: first what stands against it, with what clears it."""
    found = result.get("eligibility")
    if not found:
        return None
    overall, tree = str(found["overall"]), result.get("derivation")
    rules = sorted(found["rules"], key=lambda rule: _ORDER.get(rule["status"], 3))
    return html.Section(
        [
            html.Div(
                [
                    html.H3(t("eligibility.title"), className="tk-grow"),
                    chip(t(f"eligibility.{overall}"), OVERALL_LOOK.get(overall, "")),
                ],
                className="tk-row",
            ),
            html.Ul([_rule(rule, tree) for rule in rules], className="tk-rules"),
        ],
        id="eligibility",
        tabIndex=-1,
    )


def _rule(rule: Mapping[str, Any], tree: Mapping[str, Any] | None) -> html.Li:
    level, sign = _RULE_LOOK.get(rule["status"], ("", "info"))
    clears = localised(dict(rule), "clears") if rule.get("clears") else ""
    return html.Li(
        [
            html.Span(icon(sign, small=True, label=t(f"eligibility.rule.{rule['status']}")), className=f"tk-rule-mark {level}"),
            html.Div(
                [
                    html.Div([html.B(why(f"eligibility:{rule['code']}", localised(dict(rule), "name"), tree)), " ", html.Span(localised(dict(rule), "reason"), className="tk-muted")]),
                    html.Div([html.B(t("flag.clears")), " ", clears], className="tk-small") if clears else None,
                ],
                className="tk-grow",
            ),
            html.Span(rule.get("source") or "", className="tk-muted tk-small tk-rule-source"),
        ],
        title=t(f"eligibility.rule.{rule['status']}"),
    )  # fmt: skip


def value_losses(result: Mapping[str, Any], *, editable: bool) -> html.Section | None:
    """The methods side by side; the expert takes one over or states an amount of their own."""
    proposals = result.get("value_losses") or ()
    if not proposals:
        return None
    tree = result.get("derivation")
    return html.Section(
        [
            html.H3(t("losses.title")),
            html.Div([_proposal(dict(one), tree, editable=editable) for one in proposals], className="tk-losses"),
            html.Div(t("losses.note"), className="tk-muted tk-small"),
        ],
        id="value-losses",
    )


def _proposal(proposal: dict[str, Any], tree: Mapping[str, Any] | None, *, editable: bool) -> html.Div:
    method = str(proposal["method"])
    net = proposal.get("net_amount")
    amount = proposal.get("amount")
    content: list[Any] = [
        html.Div(
            [
                html.B(name_of("loss", method), className="tk-grow"),
                chip(t("losses.chosen"), "accent") if proposal.get("chosen") else None,
                chip(t("losses.thumb"), "warn") if proposal.get("thumb") else None,
            ],
            className="tk-row",
        )
    ]
    if amount is None:
        content.append(html.Div(localised(proposal, "excluded"), className="tk-muted tk-small"))
    else:
        content.append(html.Div(why(f"value_loss:{method}", money(amount), tree), className="tk-loss-amount"))
        if net is not None and net != amount:
            content.append(html.Div(t("losses.net", amount=money(net)), className="tk-small"))
        if not proposal.get("thumb"):
            content.append(
                html.Button(
                    t("losses.take"), type="button", className="btn btn-tk", disabled=not editable,
                    **extra({"data-loss": method, "aria-label": f"{name_of('loss', method)}: {t('losses.take')}"}),
                )
            )  # fmt: skip
    if proposal.get("note"):
        content.append(html.Div(localised(proposal, "note"), className="tk-muted tk-small"))
    return html.Div(content, className="tk-loss", title=proposal.get("source") or "")


def reference(result: Mapping[str, Any]) -> html.Section | None:
    """The reference workshop: applied or not, and why."""
    found = (result.get("settlement") or {}).get("reference")
    if not found:
        return None
    tree = result.get("derivation")
    level = {"applied": "ok", "blocked": "bad", "no_advantage": ""}.get(found["status"], "")
    reasons = [
        html.Li([icon(sign, small=True), " ", localised(dict(reason), "text"), html.Span(f" {reason.get('source') or ''}", className="tk-muted")])
        for key, sign in (("blocked_by", "ban"), ("unknown", "question"))
        for reason in found.get(key) or ()
    ]  # fmt: skip
    return html.Section(
        [
            html.Div(
                [html.H3(f"{t('reference.title')}: {found['name']}", className="tk-grow"), chip(t(f"reference.{found['status']}"), level)],
                className="tk-row",
            ),
            html.Div(
                [html.Span(t("reference.report")), why("net_allowed", money(found["report_net"]), tree)], className="tk-total"
            ),
            html.Div(
                [html.Span(t("reference.workshop")), why("reference.workshop_net", money(found["workshop_net"]), tree)], className="tk-total"
            ),
            html.Ul(reasons, className="tk-reasons") if reasons else None,
        ],
        id="reference-workshop",
    )  # fmt: skip
