"""Drift: alarms with their reason and remedy, a small chart per measure, the figures, and the thresholds."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from workbench.cases.learning.drift import Alarm, Drift, Point, Series
from workbench.desk.components.data_charts import LEVEL_COLOURS, line
from workbench.desk.components.data_tables import Cell, Table, caption, empty, pick_value, render, whole
from workbench.desk.components.icons import chip, extra, icon
from workbench.desk.formats import day, number
from workbench.desk.texts import language, name_of, t

_LEVELS = {"ok": "ok", "watch": "warn", "alarm": "bad", "few": "", "none": ""}
THRESHOLDS = ("weeks", "least", "watch", "alarm", "p", "drop")
_SHARES = frozenset({"role", "device", "category", "acceptance"})


def week_word(week: date) -> str:
    """A week as people here name it."""
    year, number_, _ = week.isocalendar()
    return f"KW {number_}/{year % 100:02d}" if language() == "de" else f"W{number_} {year}"


def figure(value: float | None, *, percent: bool = False) -> str:
    """A measure with as many places as it needs."""
    if value is None:
        return "–"
    if percent:
        return f"{number(f'{value * 100:.1f}', 1, 0)}\u00a0%"
    places = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return number(f"{value:.{places}f}", places)


def _mean_word(series: Series) -> str:
    if series.reference_shares:
        name = max(series.reference_shares, key=lambda key: series.reference_shares[key])
        return t("data.share_of", name=name_of(series.measure, name))
    return t("data.kept_share") if series.measure == "acceptance" else t("data.mean")


def _pick(series: Series, point: Point) -> dict[str, str]:
    return {"list": "judged_week" if series.measure == "acceptance" else "week", "week": point.week.isoformat()}


def _row(series: Series, point: Point) -> tuple[Cell, ...]:
    percent = series.measure in _SHARES
    return (
        caption(t(f"data.measure.{series.measure}")),
        Cell(_mean_word(series)),
        Cell(week_word(point.week), point.week.isoformat()),
        whole(point.total, _pick(series, point)),
        Cell(figure(series.reference_mean, percent=percent), _rounded(series.reference_mean)),
        Cell(figure(point.mean, percent=percent), _rounded(point.mean)),
        Cell(figure(point.index), _rounded(point.index)),
        Cell(figure(point.chance), _rounded(point.chance)),
        Cell(figure(point.gap), _rounded(point.gap)),
        Cell("–" if point.p is None else "< 0,001" if point.p < 0.001 and language() == "de" else "< 0.001" if point.p < 0.001 else figure(point.p), _rounded(point.p)),
        Cell(t(f"data.level.{point.level}"), level=_LEVELS[point.level]) if _LEVELS[point.level] else Cell(t(f"data.level.{point.level}")),
    )  # fmt: skip


def _rounded(value: float | None) -> float | str:
    return "" if value is None else round(value, 5)


def tables(found: Drift) -> tuple[Table, ...]:
    """The last week of each measure, and every week."""
    heads = tuple(
        t(f"data.drift.{one}")
        for one in ("measure", "value", "week", "count", "reference", "now", "psi", "chance", "ks", "p", "level")
    )
    words = frozenset({1, 2, 10})
    last = tuple(_row(series, series.points[-1]) for series in found.series if series.points)
    every = tuple(_row(series, point) for series in found.series for point in reversed(series.points))
    return (
        Table("drift-last", t("data.drift_last"), heads, last, words, t("data.drift_note")),
        Table("drift-weeks", t("data.drift_weeks"), heads, every, words),
    )


def _alarm(one: Alarm) -> html.Div:
    german = language() == "de"
    kind = "judged_week" if one.measure == "acceptance" else "week"
    title = f"{t(f'data.measure.{one.measure}')} · {week_word(one.week)}"
    return html.Div(
        [
            chip(t(f"data.level.{one.level}"), _LEVELS[one.level], "alarm" if one.level == "alarm" else "flag"),
            html.Div(
                [html.Div(one.reason_de if german else one.reason_en, className="tk-strong-words"),
                 html.Div(one.remedy_de if german else one.remedy_en, className="tk-muted")],
                className="tk-grow",
            ),
            html.Button(
                [icon("camera", small=True), t("data.to_photos")], type="button", className="btn btn-tk",
                **extra({"data-pick": pick_value({"list": kind, "week": one.week.isoformat()}, title)}),
            ),
        ],
        className=f"tk-alarm {one.level}",
    )  # fmt: skip


def _chart(series: Series) -> html.Section:
    percent = series.measure in _SHARES
    points = series.points
    chart = line(
        f"drift-{series.measure}",
        f"{t(f'data.measure.{series.measure}')}: {_mean_word(series)}",
        [week_word(point.week) for point in points],
        [point.mean for point in points],
        colours=[LEVEL_COLOURS[point.level] for point in points],
        low=[point.low for point in points] if series.measure == "acceptance" else None,
        high=[point.high for point in points] if series.measure == "acceptance" else None,
        level=series.reference_mean,
        custom=[pick_value(_pick(series, point), f"{t(f'data.measure.{series.measure}')} · {week_word(point.week)}") for point in points],
        texts=[
            f"{week_word(point.week)}<br>{figure(point.mean, percent=percent)} ({number(point.total, 0)})<br>{t(f'data.level.{point.level}')}"
            + (f"<br>PSI {figure(point.index)}" if point.index is not None else "")
            for point in points
        ],
        percent=percent,
    )  # fmt: skip
    level = points[-1].level if points else "none"
    return html.Section(
        [
            html.Div(
                [
                    html.H3(t(f"data.measure.{series.measure}"), className="tk-grow tk-ellipsis"),
                    chip(t(f"data.level.{level}"), _LEVELS[level]) if level in {"watch", "alarm"} else None,
                ],
                className="tk-row",
            ),
            html.Div(_mean_word(series), className="tk-muted tk-small tk-ellipsis"),
            chart,
        ],
        className="tk-card tk-chart-card small",
    )


def _form(found: Drift, *, editable: bool) -> html.Details:
    values = asdict(found.thresholds)
    fields = [
        html.Label(
            [
                html.Span(t(f"data.threshold.{name}"), className="form-label"),
                dbc.Input(
                    id={"type": "data-threshold", "name": name}, value=figure_plain(values[name]), type="text", inputmode="decimal",
                    disabled=not editable, maxlength=12,
                ),
            ]
        )
        for name in THRESHOLDS
    ]  # fmt: skip
    choice = html.Label(
        [
            html.Span(t("data.threshold.reference"), className="form-label"),
            dbc.Select(
                id={"type": "data-threshold", "name": "dataset"},
                value=found.thresholds.dataset or "first",
                disabled=not editable,
                options=[{"value": "first", "label": t("data.first_weeks")}, *({"value": name, "label": t("data.dataset_photos", name=name)} for name in found.datasets)],
            ),
        ],
        className="wide",
    )  # fmt: skip
    return html.Details(
        [
            html.Summary([html.H3(t("data.thresholds")), html.Span(t("data.thresholds_note"), className="tk-muted tk-small")]),
            html.Div([choice, *fields], className="tk-threshold-grid"),
            html.Button(
                [icon("check", small=True), t("data.save")], type="button", id="data-threshold-save", className="btn btn-tk-main",
                disabled=not editable, n_clicks=0,
            ),
            html.Span("" if editable else t("data.thresholds_locked"), className="tk-muted tk-small", id="data-threshold-done"),
        ],
        className="tk-card tk-thresholds",
    )  # fmt: skip


def figure_plain(value: Any) -> str:
    """A threshold as it is typed."""
    return number(f"{value:.9f}" if isinstance(value, float) else value, 9, 0)


def body(found: Drift, query: dict[str, Any], *, editable: bool) -> list[Any]:
    """Alarms first, then everything they come from."""
    if found.first is None:
        return [empty(t("data.drift_empty"), t("data.drift_empty_text")), _form(found, editable=editable)]
    last, every = tables(found)
    compared = any(point.level != "none" for series in found.series for point in series.points)
    if found.alarms:
        head: Any = html.Div([_alarm(one) for one in found.alarms], className="tk-alarms", role="status")
    elif compared:
        judged = any(point.level == "ok" for series in found.series for point in series.points)
        words = t("data.no_alarms") if judged else t("data.too_few", least=found.thresholds.least)
        head = html.Div(
            [icon("check" if judged else "info", small=True), words],
            className=f"tk-alert {'ok' if judged else 'info'}",
            role="status",
        )
    else:
        end = day(found.reference_end) if found.reference_end else "–"
        head = html.Div(
            [icon("info", small=True), t("data.no_reference", first=day(found.first), end=end)],
            className="tk-alert info",
            role="status",
        )
    return [
        head,
        html.Div([_chart(series) for series in found.series], className="tk-data-three"),
        render(last, query),
        _form(found, editable=editable),
        render(every, query),
    ]
