"""The offer before it is sent, as the customer will see it, and the offers that were sent."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dash import html

from workbench.cases.views import CaseView, OfferPreview
from workbench.desk.components.icons import chip, icon
from workbench.desk.formats import day, moment, money, percent
from workbench.desk.texts import language, name_of, t

_OFFER_LEVELS = {"open": "info", "sent": "info", "accepted": "ok", "declined": "warn", "superseded": "", "expired": ""}


def sent_offers(case: CaseView) -> list[Any]:
    """The offers of the case so far."""
    return [
        html.Div(
            [
                icon("doc"),
                html.Span(t("offer.version", version=offer["version"]), className="tk-strong"),
                chip(name_of("offer_state", offer["state"]), _OFFER_LEVELS.get(offer["state"], "")),
                html.Span(money(offer["payout"]), className="tk-strong"),
                html.Span(
                    t(
                        "offer.sent_line",
                        when=moment(offer.get("sent_at")),
                        who=offer.get("sent_by") or "–",
                        until=day(offer.get("valid_until")),
                    ),
                    className="tk-muted tk-small tk-grow tk-ellipsis",
                ),
                html.A(
                    [icon("doc", small=True), " PDF"],
                    href=f"/offer/{offer['id']}.pdf",
                    target="_blank",
                    className="btn btn-tk",
                ),
            ],
            className="tk-offer-row",
        )
        for offer in case.offers
    ]


def sent_view(case: CaseView) -> list[Any]:
    """The offers of a case that cannot be changed, and the newest as the customer got it."""
    return [*sent_offers(case), _document(f"/offer/{case.offers[0]['id']}.pdf")]


def _document(url: str) -> html.Iframe:
    return html.Iframe(src=f"{url}#view=FitH&toolbar=0&navpanes=0", className="tk-pdf", title=t("offer.document"))


def preview(case: CaseView, offer: OfferPreview) -> list[Any]:
    """Blockers, the letter in short, and the draft PDF itself."""
    blockers: list[Any] = []
    if offer.blockers:
        blockers.append(
            html.Div(
                [
                    html.B(t("offer.blocked")),
                    html.Ul(
                        [
                            html.Li(blocker["message_en" if language() == "en" else "message_de"])
                            for blocker in offer.blockers
                        ]
                    ),
                ],
                className="tk-alert warn",
            )
        )
    url = f"/offer/preview/{case.id}.pdf?v={case.version}"
    return [
        *sent_offers(case),
        *blockers,
        html.Div(
            [
                html.Div(
                    [
                        html.Div(t("offer.letter_payout"), className="tk-muted"),
                        html.Div(money(offer.payout), className="tk-letter-amount"),
                    ]
                ),
                html.Div(steps(case.result or {}), className="tk-totals"),
            ],
            className="tk-letter tk-card",
        ),
        html.Div(
            [
                html.H3(t("offer.document"), className="tk-grow"),
                html.A([icon("doc"), t("offer.open_pdf")], href=url, target="_blank", className="btn btn-tk"),
            ],
            className="tk-row",
        ),
        _document(url),
    ]


def steps(result: Mapping[str, Any]) -> list[Any]:
    """From the repair costs to the payout in the customer's order: gross, tax, deductions, excess or share, payout."""
    totals, settlement = result.get("totals"), result.get("settlement")
    if not totals or not settlement:
        return []
    rows: list[tuple[str, Any]] = [
        (t("offer.step.gross"), totals["gross"]),
        (t("offer.step.vat", rate=percent(Decimal(totals["vat_rate"]) * 100)), -Decimal(totals["vat"])),
    ]
    deducted = Decimal(totals["deductions_taxed"]) + Decimal(totals["deductions_untaxed"])
    if deducted:
        rows.append((t("offer.step.deductions"), -deducted))
    further = ("value_loss", "lump_sum", "other_items")
    rows.extend((t(f"totals.{key}"), settlement[key]) for key in further if Decimal(settlement[key]))
    allowed = (
        Decimal(totals["net"])
        - deducted
        + sum((Decimal(settlement[key]) for key in ("value_loss", "lump_sum", "other_items")), Decimal(0))
    )
    claim = Decimal(settlement["claim"])
    if claim != allowed:
        rows.append((t(f"offer.step.basis.{settlement['basis']}"), claim - allowed))
    if settlement["regime"] == "kasko" and Decimal(settlement["excess"]):
        rows.append((t("offer.step.excess"), -Decimal(settlement["excess"])))
    if settlement["regime"] == "liability" and Decimal(settlement["quota"]) != 1:
        share = Decimal(settlement["quota"]) * 100
        rows.append((t("offer.step.quota", quota=percent(share)), Decimal(settlement["payout"]) - claim))
    found = [
        html.Div([html.Span(label), html.Span(money(value), className="tk-num")], className="tk-total")
        for label, value in rows
    ]
    found.append(
        html.Div(
            [html.Span(t("totals.payout")), html.Span(money(settlement["payout"]), className="tk-num")],
            className="tk-total sum",
        )
    )
    return found


def send_body(case: CaseView, offer: OfferPreview | None) -> list[Any]:
    """What is asked before an offer goes out."""
    if offer is None:
        return []
    to = case.claim.get("holder_name") or t("offer.customer")
    return [
        html.P(t("offer.confirm", payout=money(offer.payout), name=to, version=offer.offer_version)),
        html.Div(steps(case.result or {}), className="tk-totals"),
    ]
