"""Labels of photos, to be looked at and mended: the case page's viewer beside the list of its regions."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from workbench.cases.learning.listing import PhotoPage
from workbench.cases.learning.mend import LabelSet
from workbench.desk.components import photos
from workbench.desk.components.case_dialogs import region_dialog
from workbench.desk.components.data_lists import pager
from workbench.desk.components.data_tables import empty
from workbench.desk.components.icons import extra, icon
from workbench.desk.formats import day
from workbench.desk.texts import name_of, t


def client_photos(found: LabelSet, first: str | None) -> list[dict[str, Any]]:
    """What the viewer needs of the photos; the one that was asked for is shown first."""
    shown = photos.client_photos(found.photos, found.findings)
    known = any(photo["id"] == first for photo in shown)
    for entry, photo in zip(shown, found.photos, strict=True):
        entry["case"] = photo["case_id"]
        entry["title"] = " · ".join(
            part for part in (entry["title"], day(photo["received_at"]), photo["claim_number"]) if part
        )
        if known:
            entry["first"] = entry["id"] == first
    return shown


def region_list(found: LabelSet) -> list[Any]:
    """The regions of all photos, each with what can be done."""
    return photos.region_list(found.photos, found.findings, editable=found.editable)


def body(found: LabelSet, page: PhotoPage, title: str, kind: str, first: str | None) -> list[Any]:
    """Viewer, regions, tools and keys."""
    if not found.photos:
        return [empty(t("data.labels_empty"), t("data.labels_empty_text"))]
    classes = [
        html.Button(
            [html.Kbd(str(number)), name_of("category", name)], type="button", className="btn btn-tk-quiet", disabled=not found.editable,
            **extra({"data-class": name}),
        )
        for number, name in enumerate(photos.CATEGORIES, 1)
    ]  # fmt: skip
    return [
        dcc.Store(id="case-photos", data=client_photos(found, first)),
        dcc.Store(id="case-findings", data=photos.client_findings(found.findings)),
        dcc.Store(id="js-photosChanged"),
        dcc.Store(id="js-relayout"),
        dcc.Store(id="data-editable", data=found.editable),
        dcc.Store(id="data-act"),
        dcc.Store(id="data-reply"),
        html.Div(
            [
                html.H2(title, className="tk-ellipsis tk-grow"),
                pager(page, kind),
                html.Span(id="data-save", className="tk-save", role="status", **extra({"aria-live": "polite"})),
                html.Button(
                    [icon("undo", small=True), t("data.undo")], type="button", id="data-undo", className="btn btn-tk", disabled=True,
                    title=f"{t('data.undo')} (Strg+Z, U)",
                ),
                html.Button(
                    [icon("car", small=True), t("nav.case")], type="button", className="btn btn-tk", id="data-open-case",
                )
                if any(photo["case_id"] for photo in found.photos)
                else None,
            ],
            className="tk-row tk-list-head",
        ),
        html.Div(
            photos.viewer(found.photos, found.findings, editable=found.editable), className="tk-card tk-label-desk", id="data-labels"
        ),
        html.Div(
            [html.Span(t("data.class_keys"), className="tk-muted tk-small"), *classes,
             html.Span("" if found.editable else t("data.read_only"), className="tk-muted tk-small")],
            className="tk-row tk-class-row",
            role="group",
            **extra({"aria-label": t("data.class")}),
        ),
        region_dialog(),
    ]  # fmt: skip
