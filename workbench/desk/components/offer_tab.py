"""The offer before it is sent, as the customer will see it, and the offers that were sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from workbench.cases import offer as offers
from workbench.cases.views import CaseView, OfferPreview
from workbench.desk.components.icons import chip, icon
from workbench.desk.formats import day, moment, money
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
                html.Div(steps(case.result), className="tk-totals"),
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


def steps(result: Mapping[str, Any] | None) -> list[Any]:
    """From the repair costs to the payout, step by step as the customer's letter has them."""
    if not result:
        return []
    return [
        html.Div(
            [html.Span(step["label"], title=step["reason"]), html.Span(step["amount"], className="tk-num")],
            className="tk-total sum" if step["kind"] == "total" else "tk-total",
        )
        for step in offers.payout_steps(result, language())
    ]


def send_body(case: CaseView, offer: OfferPreview | None) -> list[Any]:
    """What is asked before an offer goes out."""
    if offer is None:
        return []
    to = case.claim.get("holder_name") or t("offer.customer")
    return [
        html.P(t("offer.confirm", payout=money(offer.payout), name=to, version=offer.offer_version)),
        html.Div(steps(case.result), className="tk-totals"),
    ]
