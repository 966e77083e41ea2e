"""Overview of the labels: how many of what, since when, and what waits."""

from __future__ import annotations

from typing import Any

from dash import html

from workbench.cases.learning.overview import DECISIONS, Overview
from workbench.desk.components.data_charts import OUTCOME_COLOURS, bars
from workbench.desk.components.data_tables import Table, caption, pick_value, render, whole
from workbench.desk.components.icons import extra
from workbench.desk.components.photos import CATEGORIES, PARTS
from workbench.desk.formats import number
from workbench.desk.texts import name_of, t

STANDINGS = ("decided", "waiting", "untouched")


def tables(found: Overview) -> tuple[Table, ...]:
    """By class, by part, by month."""
    decisions = [one for one in DECISIONS if any(one in row for row in found.by_category.values())] or list(DECISIONS)
    every = [name for name in CATEGORIES if name in found.by_category or name in found.waiting]
    classes = []
    for name in every:
        row = found.by_category.get(name, {})
        waiting = found.waiting.get(name, (0, 0))[0]
        classes.append(
            (
                caption(name_of("category", name)),
                *(whole(row.get(one, 0), {"list": "labels", "decision": one, "label": name}) for one in decisions),
                whole(sum(row.values()), {"list": "labels", "label": name}),
                whole(waiting, {"list": "waiting", "label": name}),
            )
        )
    heads = (t("data.class"), *(t(f"data.decision.{one}") for one in decisions), t("data.sum"), t("data.open"))
    used = [name for name in CATEGORIES if any(name in row for row in found.by_part.values())]
    parts = [
        (
            caption(name_of("part", part) if part else t("finding.no_part")),
            *(whole(found.by_part[part].get(name, 0), {"list": "labels", "part": part, "label": name}) for name in used),
            whole(sum(found.by_part[part].values()), {"list": "labels", "part": part}),
        )
        for part in (*PARTS, "")
        if part in found.by_part
    ]  # fmt: skip
    months = [
        (
            caption(month),
            *(whole(row.get(one, 0), {"list": "labels", "decision": one, "month": month}) for one in decisions),
            whole(sum(row.values()), {"list": "labels", "month": month}),
        )
        for month, row in reversed(found.by_month.items())
    ]
    return (
        Table("overview-classes", t("data.by_class"), heads, tuple(classes), note=t("data.by_class_note")),
        Table("overview-parts", t("data.by_part"), (t("data.part"), *(name_of("category", name) for name in used), t("data.sum")), tuple(parts)),
        Table("overview-months", t("data.by_month"), (t("data.month"), *heads[1:-1]), tuple(months)),
    )  # fmt: skip


def _tile(value: int, words: str, pick: dict[str, str] | None, level: str = "") -> Any:
    content = [html.Span(number(value, 0), className="tk-tile-figure"), html.Span(words, className="tk-tile-words")]
    if pick is None or not value:
        return html.Div(content, className=f"tk-card tk-tile {level}")
    return html.Button(
        content, type="button", className=f"tk-card tk-tile {level}", title=t("data.to_photos"),
        **extra({"data-pick": pick_value(pick, words)}),
    )  # fmt: skip


def body(found: Overview, query: dict[str, Any]) -> list[Any]:
    """Tiles, two charts, three tables."""
    by_class, by_part, by_month = tables(found)
    tiles = html.Div(
        [
            _tile(found.labels, t("data.labels"), {"list": "labels"}),
            *(
                _tile(found.photos.get(one, 0), t(f"data.standing.{one}"), {"list": "state", "standing": one}, "warn" if one == "waiting" else "")
                for one in STANDINGS
            ),
            *(_tile(found.by_role.get(one, 0), t(f"data.role.{one}"), None) for one in ("expert", "reviewer", "data")),
        ],
        className="tk-tiles",
    )  # fmt: skip
    names = [name for name in CATEGORIES if name in found.by_category]
    decisions = [one for one in DECISIONS if any(one in row for row in found.by_category.values())]
    chart = bars(
        "overview-classes",
        by_class.title,
        [name_of("category", name) for name in names],
        [(t(f"data.decision.{one}"), OUTCOME_COLOURS[one], [found.by_category[name].get(one, 0) for name in names]) for one in decisions],
        {
            (at, bar): {"list": "labels", "decision": one, "label": name}
            for at, one in enumerate(decisions)
            for bar, name in enumerate(names)
        },
        sideways=True,
        height=max(150, 60 + 30 * len(names)),
    )  # fmt: skip
    months = list(found.by_month)
    time = bars(
        "overview-months",
        by_month.title,
        months,
        [(t(f"data.decision.{one}"), OUTCOME_COLOURS[one], [found.by_month[month].get(one, 0) for month in months]) for one in decisions],
        {
            (at, bar): {"list": "labels", "decision": one, "month": month}
            for at, one in enumerate(decisions)
            for bar, month in enumerate(months)
        },
        height=max(150, 60 + 30 * len(names)),
    )  # fmt: skip
    charts = html.Div(
        [
            html.Section([html.H3(by_class.title), chart], className="tk-card tk-chart-card"),
            html.Section([html.H3(by_month.title), time], className="tk-card tk-chart-card"),
        ],
        className="tk-data-two",
    )
    shown = [charts] if found.labels else []
    return [tiles, *shown, render(by_class, query), render(by_part, query), render(by_month, query)]
