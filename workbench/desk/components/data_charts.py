"""Charts of the data page in the basic build of the drawing library: bars and lines, in the colours of the page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from workbench.desk.components.data_tables import pick_value
from workbench.desk.components.icons import extra
from workbench.desk.texts import language, theme

#: Told apart in light and dark, and by people who confuse red and green; a legend names each.
COLOURS = ("#2f7fb8", "#d9881c", "#3f9c6b", "#a862b4", "#c9524a", "#7f8b96", "#b8a22f", "#4fb3bf")
OUTCOME_COLOURS: Mapping[str, str] = {
    "kept": "#3f9c6b", "confirmed": "#3f9c6b", "described": "#8cc06a", "moved": "#2f7fb8", "edited": "#2f7fb8", "relabelled": "#d9881c",
    "mended": "#a862b4", "rejected": "#c9524a", "added": "#7f8b96",
}  # fmt: skip
LEVEL_COLOURS: Mapping[str, str] = {
    "ok": "#3f9c6b", "watch": "#d9881c", "alarm": "#c9524a", "few": "#98a5b2", "none": "#98a5b2",
}  # fmt: skip
_CONFIG: Any = {"displayModeBar": False, "responsive": True}


def _ink() -> tuple[str, str, str]:
    return ("#e4eaf0", "#98a5b2", "#323d48") if theme() == "dark" else ("#17212b", "#5f6d7b", "#d5dbe1")


def _layout(**more: Any) -> dict[str, Any]:
    text, quiet, line = _ink()
    axis = {
        "gridcolor": line,
        "zerolinecolor": line,
        "linecolor": line,
        "tickfont": {"color": quiet, "size": 11},
        "automargin": True,
    }
    layout: dict[str, Any] = {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": text, "size": 12, "family": "system-ui, Segoe UI, Roboto, Noto Sans, Liberation Sans, Arial, sans-serif"},
        "margin": {"l": 44, "r": 12, "t": 8, "b": 34},
        "separators": ",." if language() == "de" else ".,",
        "legend": {"traceorder": "normal", "orientation": "h", "y": -0.16, "x": 0, "font": {"size": 11}},
        "hoverlabel": {"font": {"size": 12}},
        "barmode": "stack",
        "bargap": 0.3,
    }  # fmt: skip
    for name, value in more.items():
        layout[name] = {**axis, **value} if name in {"xaxis", "yaxis"} else value
    layout.setdefault("xaxis", axis)
    layout.setdefault("yaxis", axis)
    return layout


def graph(key: str, data: Sequence[Mapping[str, Any]], label: str, *, height: int = 240, **layout: Any) -> html.Div:
    """A chart; a click on a point that carries ``customdata`` leads to its photos. The table beside it holds the same figures."""
    return html.Div(
        dcc.Graph(
            id={"type": "data-graph", "key": key},
            figure={"data": list(data), "layout": _layout(height=height, **layout)},
            config=_CONFIG,
            style={"height": f"{height}px"},
        ),
        className="tk-chart",
        role="img",
        style={"minHeight": f"{height}px"},
        **extra({"aria-label": label}),
    )


def bars(
    key: str,
    label: str,
    names: Sequence[str],
    stacks: Sequence[tuple[str, str, Sequence[int]]],
    picks: Mapping[tuple[int, int], Mapping[str, str]],
    *,
    sideways: bool = False,
    height: int = 240,
) -> html.Div:
    """Stacked bars.

    Args:
        key: name of the chart on the page.
        label: what it shows, for screen readers.
        names: one per bar.
        stacks: (word, colour, count per bar) of each part.
        picks: (stack, bar) -> photos behind it.
        sideways: bars to the right, for long names.
        height: pixels.
    """
    data = []
    for at, (word, colour, counts) in enumerate(stacks):
        if not any(counts):
            continue
        custom = [
            pick_value(picks[at, bar], f"{names[bar]} · {word}: {counts[bar]}") if (at, bar) in picks and counts[bar] else ""
            for bar in range(len(names))
        ]  # fmt: skip
        along, across = ("y", "x") if sideways else ("x", "y")
        data.append(
            {
                "type": "bar", "name": word, along: list(names), across: list(counts), "marker": {"color": colour}, "customdata": custom,
                "orientation": "h" if sideways else "v",
                "hovertemplate": f"%{{{along}}}<br>{word}: %{{{across}}}<extra></extra>",
            }
        )  # fmt: skip
    axes: dict[str, Any] = {"yaxis": {"autorange": "reversed"}} if sideways else {"xaxis": {"type": "category"}}
    return graph(key, data, label, height=height, **axes)


def line(
    key: str,
    label: str,
    xs: Sequence[Any],
    ys: Sequence[float | None],
    *,
    colours: Sequence[str] | None = None,
    low: Sequence[float | None] | None = None,
    high: Sequence[float | None] | None = None,
    level: float | None = None,
    custom: Sequence[str] | None = None,
    texts: Sequence[str] | None = None,
    percent: bool = False,
    height: int = 150,
) -> html.Div:
    """A line with a point per week, the level of the reference as a broken line, and the interval as bars."""
    _, quiet, _ = _ink()
    trace: dict[str, Any] = {
        "type": "scatter", "mode": "lines+markers", "x": list(xs), "y": list(ys), "line": {"color": quiet, "width": 1.5},
        "marker": {"size": 8, "color": list(colours) if colours else COLOURS[0]}, "showlegend": False,
        "customdata": list(custom or ()), "text": list(texts or ()), "hovertemplate": "%{text}<extra></extra>" if texts else None,
    }  # fmt: skip
    if low is not None and high is not None:
        trace["error_y"] = {
            "type": "data", "symmetric": False, "thickness": 1, "width": 3, "color": quiet,
            "array": [0 if a is None or b is None else b - a for a, b in zip(ys, high, strict=True)],
            "arrayminus": [0 if a is None or b is None else a - b for a, b in zip(ys, low, strict=True)],
        }  # fmt: skip
    shapes = []
    if level is not None:
        shapes.append(
            {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": level, "y1": level, "line": {"color": COLOURS[0], "width": 1, "dash": "dash"}}
        )  # fmt: skip
    known = [value for value in ys if value is not None] + ([level] if level is not None else [])
    top = max(known, default=1) or 1
    bottom = min(known, default=0)
    pad = max((top - bottom) * 0.3, abs(top) * 0.05)
    span = [max(0, bottom - pad) if bottom >= 0 else bottom - pad, top + pad]
    yaxis: dict[str, Any] = {"range": span, "nticks": 5, "tickformat": ".0%" if percent else None}
    return graph(
        key, [trace], label, height=height, shapes=shapes, yaxis=yaxis, xaxis={"type": "category", "nticks": 5, "tickangle": 0},
        margin={"l": 40, "r": 10, "t": 6, "b": 24},
    )  # fmt: skip


def curves(
    key: str,
    label: str,
    lines: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    *,
    x_title: str,
    height: int = 260,
) -> html.Div:
    """Several lines over steps."""
    data = [
        {
            "type": "scatter", "mode": "lines+markers" if len(xs) < 30 else "lines", "name": name, "x": list(xs), "y": list(ys),
            "line": {"color": COLOURS[at % len(COLOURS)], "width": 1.6}, "marker": {"size": 5},
        }
        for at, (name, (xs, ys)) in enumerate(lines.items())
    ]  # fmt: skip
    return graph(
        key,
        data,
        label,
        height=height,
        xaxis={"title": {"text": x_title, "font": {"size": 11}}},
        margin={"l": 48, "r": 12, "t": 8, "b": 56},
    )


def picked(value: Any) -> dict[str, Any] | None:
    """What a clicked point or figure asks for; None for anything else."""
    if not isinstance(value, str) or not value:
        return None
    try:
        found = json.loads(value)
    except ValueError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("pick"), dict) else None
