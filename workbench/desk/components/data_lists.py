"""Photos in lists: the learning list with its reasons, and the drawer with the photos behind a figure."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from workbench.cases.learning.listing import ListedPhoto, PhotoPage
from workbench.desk.components.data_tables import Cell, Table, caption, empty, render
from workbench.desk.components.icons import chip, extra, icon
from workbench.desk.components.photos import photo_title
from workbench.desk.formats import moment, number, share
from workbench.desk.texts import name_of, t

PAGE = 24


def reason_words(code: str, about: str) -> str:
    """A reason of the learning list in words."""
    first, _, second = about.partition("|")
    if code == "unsure":
        return t("data.reason.unsure", category=name_of("category", first), score=share(second))
    if code == "rare":
        word = {"class": name_of("category", second), "part": name_of("part", second), "device": second}.get(
            first, second
        )
        return t(f"data.reason.rare_{first}", name=word)
    return t(f"data.reason.{code}", count=about)


def title_of(photo: ListedPhoto) -> str:
    """What the photo shows, and when it came."""
    return f"{photo_title({'role': photo.role, 'view': photo.view})} · {moment(photo.received_at)[:10]}"


def learning_table(page: PhotoPage) -> Table:
    """The list for a spreadsheet."""
    heads = (t("data.photo"), t("data.shown"), t("data.score"), t("data.reasons"), t("data.case"), t("data.received"))
    rows = tuple(
        (
            caption(photo.sha256[:12]), Cell(photo_title({"role": photo.role, "view": photo.view})),
            Cell(_score(photo), photo.score if photo.score is not None else ""),
            Cell("; ".join(reason_words(*reason) for reason in photo.reasons)), Cell(photo.claim_number or "–"), Cell(moment(photo.received_at)),
        )
        for photo in page.photos
    )  # fmt: skip
    return Table("learn-list", t("data.tab.learn"), heads, rows, frozenset({1, 3, 4, 5}))


def _score(photo: ListedPhoto) -> str:
    return "–" if photo.score is None else number(f"{photo.score:.2f}", 2)


def pager(page: PhotoPage, kind: str) -> html.Div:
    """Which part of a list is shown, and the way to the others."""

    def step(sign: str, start: int, label: str, *, off: bool) -> html.Button:
        return html.Button(
            icon(sign), type="button", className="btn btn-tk tk-icon-btn", disabled=off, title=label,
            **extra({"data-pager": kind, "data-start": str(start), "aria-label": label}),
        )  # fmt: skip

    first, last = page.start + 1 if page.photos else 0, page.start + len(page.photos)
    return html.Div(
        [
            step("prev", max(0, page.start - PAGE), t("data.previous"), off=page.start == 0),
            html.Span(t("data.range", first=number(first, 0) or "0", last=number(last, 0) or "0", total=number(page.total, 0) or "0")),
            step("next", page.start + PAGE, t("data.next"), off=last >= page.total),
        ],
        className="tk-row tk-pager",
    )  # fmt: skip


def _case_link(photo: ListedPhoto) -> Any:
    if photo.case_id is None:
        return None
    return dcc.Link(
        [icon("next", small=True), photo.claim_number or t("nav.case")],
        href=f"/case/{photo.case_id}",
        className="tk-small tk-ellipsis",
    )


def learning(page: PhotoPage, query: dict[str, Any]) -> list[Any]:
    """The learning list."""
    if not page.total:
        return [empty(t("data.learn_empty"), t("data.learn_empty_text"))]
    cards = [
        html.Article(
            [
                html.Button(
                    html.Img(src=f"/media/{photo.sha256}/thumb", alt=title_of(photo), width=168, height=126),
                    type="button", className="tk-learn-photo", title=t("data.decide"), **extra({"data-open-label": photo.id, "data-from": "learn"}),
                ),
                html.Div(
                    [
                        html.Div([html.B(f"{page.start + at}."), html.Span(title_of(photo), className="tk-grow tk-ellipsis"),
                                  chip(f"{t('data.score')} {_score(photo)}", "accent")], className="tk-row"),
                        html.Ul([html.Li(reason_words(*reason)) for reason in photo.reasons], className="tk-reason-list"),
                        html.Div(
                            [
                                html.Button([icon("pen", small=True), t("data.decide")], type="button", className="btn btn-tk",
                                            **extra({"data-open-label": photo.id, "data-from": "learn"})),
                                _case_link(photo),
                            ],
                            className="tk-row",
                        ),
                    ],
                    className="tk-grow",
                ),
            ],
            className="tk-card tk-learn",
        )
        for at, photo in enumerate(page.photos, 1)
    ]  # fmt: skip
    head = html.Div(
        [html.Span(t("data.learn_note"), className="tk-grow tk-muted"), pager(page, "learn"), _exports(query)],
        className="tk-row tk-list-head",
    )
    return [head, html.Div(cards, className="tk-learn-grid")]


def _exports(query: dict[str, Any]) -> Any:
    head: Any = render(Table("learn-list", t("data.tab.learn"), (), ()), query).children[0]
    return html.Span(head.children[1:], className="tk-row tk-noprint")


def drawer(page: PhotoPage, title: str) -> list[Any]:
    """The photos behind a figure."""
    head = html.Div(
        [
            html.H2(title, className="tk-grow", id="data-drawer-title"),
            html.Button(icon("cross"), type="button", className="btn btn-tk-quiet tk-icon-btn", title=t("word.close"),
                        **extra({"data-drawer-close": "1", "aria-label": t("word.close")})),
        ],
        className="tk-row",
    )  # fmt: skip
    if not page.total:
        return [
            head,
            html.Div([icon("camera"), html.Div(t("data.no_photos"), className="tk-muted")], className="tk-state"),
        ]
    thumbs = [
        html.Div(
            [
                html.Button(
                    html.Img(src=f"/media/{photo.sha256}/thumb", alt=title_of(photo), width=132, height=99),
                    type="button", className="tk-drawer-photo", title=title_of(photo), **extra({"data-open-label": photo.id, "data-from": "pick"}),
                ),
                html.Div(title_of(photo), className="tk-small tk-ellipsis"),
                _case_link(photo),
            ],
            className="tk-drawer-card",
        )
        for photo in page.photos
    ]  # fmt: skip
    return [
        head,
        pager(page, "pick"),
        html.Div(thumbs, className="tk-drawer-grid"),
        html.P(t("data.no_documents"), className="tk-muted tk-small"),
    ]
