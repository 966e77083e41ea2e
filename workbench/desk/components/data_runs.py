"""Training runs with their curves, versions of models, what happened to them, and what shadows saw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from workbench.cases.learning.model_views import ModelEventView, ModelVersionView
from workbench.cases.learning.outcomes import HitRate
from workbench.cases.learning.runs import Run
from workbench.cases.learning.shadow_report import ShadowSummary
from workbench.cases.learning.statistics import Rate
from workbench.desk.components.data_agreement import rate
from workbench.desk.components.data_charts import curves
from workbench.desk.components.data_tables import Cell, Table, caption, empty, render, whole
from workbench.desk.components.icons import chip
from workbench.desk.formats import moment, number, size
from workbench.desk.texts import language, name_of, t

_RUN_LEVELS = {"done": "ok", "failed": "bad", "stopped": "warn", "running": "info"}
_MODEL_LEVELS = {"active": "ok", "shadow": "info", "refused": "bad"}
#: Entries of a curve that are no figure of the training itself.
_NOT_DRAWN = frozenset({"step", "epoch", "seconds", "lr", "rate", "learning_rate", "photos", "size", "at"})
_MOST_FIGURES = 40


def _numbers(entry: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """All numbers of an entry, nested ones with their path."""
    for name, value in entry.items():
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{prefix}{name} ")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{prefix}{name}", float(value)


def curve_lines(curve: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The losses and the validation figures of a run as lines over its steps."""
    losses: dict[str, tuple[list[float], list[float]]] = {}
    checks: dict[str, tuple[list[float], list[float]]] = {}
    for at, entry in enumerate(curve):
        step = entry.get("step", at)
        for name, value in _numbers(entry):
            if name.split(" ")[-1] in _NOT_DRAWN or not isinstance(step, int | float):
                continue
            checked = name.startswith(("val", "ap", "recall")) or "ap50" in name
            xs, ys = (checks if checked else losses).setdefault(name, ([], []))
            xs.append(step)
            ys.append(value)
    return losses, checks


def _first(found: Sequence[Run]) -> str:
    """The run whose curve is shown first: the newest that came to its end, else the newest."""
    return next((one.id for one in found if one.state == "done"), found[0].id)


def runs_table(found: Sequence[Run]) -> Table:
    """All runs."""
    rows = tuple(
        (
            caption(one.name),
            Cell(name_of("data.run", one.state), level=_RUN_LEVELS.get(one.state, "info")),
            Cell(one.dataset or "–"),
            Cell(one.device or "–"),
            Cell(_best(one)),
            Cell(one.started_by or "–"),
            Cell(moment(one.started_at)),
            Cell(moment(one.finished_at)),
        )
        for one in found
    )
    heads = tuple(
        t(f"data.run_head.{one}") for one in ("name", "state", "dataset", "device", "figures", "by", "from", "to")
    )
    return Table("runs-runs", t("data.runs"), heads, rows, frozenset(range(1, 8)))


def _best(run: Run) -> str:
    """A few figures in a line; the run itself shows all."""
    found = [(name, value) for name, value in _numbers(run.figures) if abs(value) < 1e6]
    return ", ".join(f"{name} {_figure(value)}" for name, value in found[:3]) or "–"


def _figure(value: float) -> str:
    return number(f"{value:.4g}" if abs(value) < 1e6 and "e" not in f"{value:.4g}" else f"{value:.0f}", 4, 0)


def versions_table(found: Sequence[ModelVersionView]) -> Table:
    """All registered versions."""
    rows = tuple(
        (
            caption(one.label),
            Cell(name_of("data.model_state", one.state), level=_MODEL_LEVELS.get(one.state, "")) if one.state in _MODEL_LEVELS else Cell(name_of("data.model_state", one.state)),
            Cell(name_of("data.storage", one.storage)),
            Cell(size(one.bytes), one.bytes),
            Cell(one.training_run or "–"),
            Cell(one.licence),
            Cell(one.registered_by or "–"),
            Cell(moment(one.registered_at)),
        )
        for one in found
    )  # fmt: skip
    heads = tuple(
        t(f"data.version_head.{one}") for one in ("version", "state", "storage", "size", "run", "licence", "by", "at")
    )
    return Table("runs-versions", t("data.versions"), heads, rows, frozenset({1, 2, 4, 5, 6, 7}))


def _checks(event: ModelEventView) -> list[tuple[bool, str]]:
    """The checks of a gate's report in words."""
    verdict = event.report.get("verdict")
    checks = verdict.get("checks") if isinstance(verdict, Mapping) else None
    key = f"detail_{language()}"
    return [
        (bool(one.get("passed")), str(one.get(key) or one.get("name") or ""))
        for one in checks or ()
        if isinstance(one, Mapping)
    ]  # fmt: skip


def events_table(found: Sequence[ModelEventView]) -> Table:
    """What happened, newest first."""
    rows = []
    for one in found:
        checks = _checks(one)
        refused = [words for passed, words in checks if not passed]
        said = (
            "; ".join(refused)
            if refused
            else t("data.checks_passed", count=len(checks))
            if checks
            else str(one.report.get("reason") or "")
        )
        rows.append(
            (
                caption(moment(one.made_at)), Cell(f"{one.name}-{one.version}"), Cell(name_of("data.event", one.event)), Cell(said or "–"),
                Cell(one.actor),
            )
        )  # fmt: skip
    heads = tuple(t(f"data.event_head.{one}") for one in ("at", "version", "event", "report", "by"))
    return Table("runs-events", t("data.events"), heads, tuple(rows), frozenset({1, 2, 3, 4}))


def gate_report(found: Sequence[ModelEventView]) -> Any:
    """Every check of the last gate, passed or not."""
    event = next((one for one in found if _checks(one)), None)
    if event is None:
        return None
    lines = [
        html.Li(
            [
                chip(t("data.passed"), "ok", "check") if passed else chip(t("data.not_passed"), "bad", "cross"),
                html.Span(words),
            ]
        )
        for passed, words in _checks(event)
    ]
    title = t("data.gate_title", version=f"{event.name}-{event.version}", when=moment(event.made_at))
    return html.Details(
        [html.Summary(html.H3(title)), html.Ul(lines, className="tk-gate")],
        className="tk-card tk-chart-card",
        open=True,
    )


def shadow_table(found: Sequence[tuple[str, ShadowSummary]]) -> Table:
    """What shadows saw otherwise, and who was right."""
    rows = tuple(
        (
            caption(label),
            Cell(name_of("data.disagreement", kind.kind)),
            whole(kind.count, {"list": "shadow", "candidate": label}),
            whole(kind.candidate_right),
            whole(kind.active_right),
            whole(kind.neither_right),
            whole(summary.photos),
            whole(summary.failed),
            Cell(
                "–" if summary.median_seconds is None else f"{number(summary.median_seconds, 2)} s",
                str(summary.median_seconds or ""),
            ),
        )
        for label, summary in found
        for kind in summary.types
    )
    heads = tuple(
        t(f"data.shadow_head.{one}")
        for one in ("version", "kind", "count", "candidate", "active", "neither", "photos", "failed", "seconds")
    )
    return Table("runs-shadow", t("data.shadow"), heads, rows, frozenset({1}), t("data.shadow_note"))


_WORDS = {"operation": "data.operation", "part": "part", "category": "category", "severity_source": "data.source"}


def hits_table(found: Sequence[HitRate]) -> Table:
    """How often experts kept what was suggested."""
    rows = tuple(
        (
            caption(t(f"data.hits.{one.group_by}")),
            Cell(name_of(_WORDS.get(one.group_by, ""), one.key) if one.key != "unknown" else t("data.unknown")),
            whole(one.suggested),
            whole(one.kept),
            whole(one.changed),
            whole(one.dropped),
            whole(one.added),
            rate(Rate(one.kept, one.suggested, one.rate, one.low, one.high)),
        )
        for one in found
    )
    heads = tuple(
        t(f"data.hits_head.{one}")
        for one in ("group", "value", "suggested", "kept", "changed", "dropped", "added", "rate")
    )
    return Table("runs-hits", t("data.hits"), heads, rows, frozenset({1}), t("data.hits_note"))


def curve_panel(run: Run) -> list[Any]:
    """The curves and the figures of one run."""
    losses, checks = curve_lines(run.curve)
    shown: list[Any] = []
    for key, title, lines in (("losses", t("data.losses"), losses), ("checks", t("data.validation"), checks)):
        content: Any = (
            curves(f"run-{key}", f"{title}: {run.name}", lines, x_title=t("data.steps"))
            if lines
            else html.Div(t("data.no_curve"), className="tk-muted tk-pad")
        )
        shown.append(html.Section([html.H3(title), content], className="tk-card tk-chart-card"))
    table = figures_table(run)
    return [html.Div(shown, className="tk-data-two"), *([render(table, {"run": run.id})] if table.rows else [])]


def figures_table(run: Run) -> Table:
    """The figures that a run ended with."""
    figures = list(_numbers(run.figures))[:_MOST_FIGURES]
    return Table(
        "run-figures", t("data.run_figures", name=run.name), (t("data.figure"), t("data.value")),
        tuple((caption(name), Cell(_figure(value), value)) for name, value in figures),
    )  # fmt: skip


def body(
    found: Sequence[Run],
    tables: Sequence[Table],
    gate: Any,
    query: dict[str, Any],
) -> list[Any]:
    """Versions and events first, then the runs."""
    stack: list[Any] = []
    by_key = {table.key: table for table in tables}
    if found:
        options = [{"value": one.id, "label": f"{one.name} · {name_of('data.run', one.state)}"} for one in found]
        stack += [
            html.Section(
                [
                    html.Div(
                        [
                            html.H3(t("data.curves"), className="tk-grow"),
                            html.Label(t("data.run_choice"), htmlFor="data-run", className="form-label"),
                            dbc.Select(id="data-run", options=options, value=_first(found), style={"width": "auto"}),
                        ],
                        className="tk-row tk-chart-head",
                    ),
                    html.Div(id="data-run-panel", className="tk-data-stack"),
                ],
                className="tk-data-stack",
            ),
            render(by_key["runs-runs"], query),
        ]
    else:
        stack.append(empty(t("data.runs_empty"), t("data.runs_empty_text")))
    stack.append(render(by_key["runs-versions"], query))
    if gate is not None:
        stack.append(gate)
    stack += [render(by_key[key], query) for key in ("runs-shadow", "runs-events", "runs-hits") if key in by_key]
    return stack
