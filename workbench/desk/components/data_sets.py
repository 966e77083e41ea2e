"""Versions of the training set and the difference of any two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from workbench.cases.learning.datasets import LABEL_CHANGES, PHOTO_CHANGES, SPLITS, Dataset, Difference
from workbench.desk.components.data_tables import Cell, Table, caption, empty, render, whole
from workbench.desk.components.icons import icon
from workbench.desk.components.photos import CATEGORIES
from workbench.desk.formats import moment
from workbench.desk.texts import name_of, t

COMMAND = "telekalk annotations export ORDNER --format coco --name NAME"


def versions_table(found: Sequence[Dataset]) -> Table:
    """All versions with photos per split and labels per class."""
    used = [name for name in CATEGORIES if any(one.labels(name) for one in found)]
    heads = (
        t("data.dataset"), t("data.made_at"), t("data.made_by"), t("data.photos"), *(t(f"data.split.{one}") for one in SPLITS),
        t("data.labels"), *(name_of("category", name) for name in used), t("data.runs"), "SHA-256",
    )  # fmt: skip
    rows = tuple(
        (
            caption(one.name, one.note or ""),
            Cell(moment(one.made_at)),
            Cell(one.made_by or "–"),
            whole(one.photos(), {"list": "dataset", "dataset": one.name}),
            *(whole(one.photos(split), {"list": "dataset", "dataset": one.name, "split": split}) for split in SPLITS),
            whole(one.labels()),
            *(whole(one.labels(name)) for name in used),
            whole(one.runs),
            Cell(one.manifest_sha256[:12], one.manifest_sha256, title=one.manifest_sha256),
        )
        for one in found
    )
    return Table("datasets-versions", t("data.datasets"), heads, rows, frozenset({1, 2, len(heads) - 1}))


def difference_tables(found: Difference) -> tuple[Table, ...]:
    """Photos, labels by change and class, and counts beside each other."""
    names = {"older": found.older.name, "newer": found.newer.name}
    photos = tuple(
        (
            caption(t(f"data.photo_change.{one}")),
            whole(found.photos[one], {"list": "difference", "change": one, **names}),
        )
        for one in PHOTO_CHANGES
    )
    splits = tuple(
        (caption(f"{t(f'data.split.{before}')} → {t(f'data.split.{after}')}"), whole(count))
        for (before, after), count in sorted(found.splits.items())
    )
    labels = tuple(
        (caption(t(f"data.label_change.{change}")), Cell(_class(before)), Cell(_class(after)), whole(count))
        for change in LABEL_CHANGES
        for (kind, before, after), count in sorted(found.labels.items(), key=lambda item: -item[1])
        if kind == change
    )
    counts = []
    for name in CATEGORIES:
        pairs = [(found.older.labels(name, split), found.newer.labels(name, split)) for split in (*SPLITS, None)]
        if any(any(pair) for pair in pairs):
            counts.append((caption(name_of("category", name)), *(_change(*pair) for pair in pairs)))
    pairs = [(found.older.photos(split), found.newer.photos(split)) for split in (*SPLITS, None)]
    counts.append((caption(t("data.photos")), *(_change(*pair) for pair in pairs)))
    heads = (t("data.class"), *(t(f"data.split.{one}") for one in SPLITS), t("data.sum"))
    return (
        Table("difference-photos", t("data.difference_photos"), (t("data.change"), t("data.photos")), (*photos, *splits)),
        Table("difference-labels", t("data.difference_labels"), (t("data.change"), t("data.before"), t("data.after"), t("data.labels")), labels, frozenset({1, 2})),
        Table("difference-counts", t("data.difference_counts"), heads, tuple(counts), note=t("data.difference_counts_note")),
    )  # fmt: skip


def _class(name: str | None) -> str:
    return name_of("category", name) if name else "–"


def _change(before: int, after: int) -> Cell:
    gap = after - before
    sign = "+" if gap > 0 else "\u2212"
    return Cell(f"{before} → {after}" + (f" ({sign}{abs(gap)})" if gap else ""), f"{before} → {after}")


def body(found: Sequence[Dataset], total: int, query: dict[str, Any]) -> list[Any]:
    """The versions, how to make one, and two to compare."""
    how = html.Section(
        [html.H3(t("data.make")), html.P(t("data.make_text")), html.Pre(COMMAND, className="tk-command", tabIndex=0)],
        className="tk-card tk-chart-card",
    )
    if not found:
        return [empty(t("data.sets_empty"), t("data.sets_empty_text")), how]
    options = [{"value": one.name, "label": one.name} for one in found]
    picks = html.Div(
        [
            html.Label([html.Span(t("data.older"), className="form-label"), dbc.Select(id="data-older", options=options, value=options[min(1, len(options) - 1)]["value"])]),
            icon("next"),
            html.Label([html.Span(t("data.newer"), className="form-label"), dbc.Select(id="data-newer", options=options, value=options[0]["value"])]),
        ],
        className="tk-row tk-compare",
    )  # fmt: skip
    more = (
        [html.P(t("data.sets_more", shown=len(found), total=total), className="tk-muted tk-small")]
        if total > len(found)
        else []
    )
    return [
        render(versions_table(found), query),
        *more,
        html.Section([html.H3(t("data.compare")), picks], className="tk-card tk-chart-card"),
        html.Div(id="data-difference", className="tk-data-stack"),
        how,
    ]


def difference(found: Difference, query: dict[str, Any]) -> list[Any]:
    """What the newer version has otherwise."""
    photos, labels, counts = difference_tables(found)
    query = {**query, "older": found.older.name, "newer": found.newer.name}
    if not any(found.photos.values()):
        return [html.Div([icon("check", small=True), t("data.same")], className="tk-alert ok")]
    return [html.Div([render(photos, query), render(labels, query)], className="tk-data-two"), render(counts, query)]
