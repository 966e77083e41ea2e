"""Plots as SVG text: they stand alone or inside a page, need no network and follow the page's colours."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cv_models.evaluation.words import number, word

COLOURS: Final = ("#1f5fa8", "#c2410c", "#15803d", "#7e22ce", "#a16207", "#0e7490", "#be185d", "#4d7c0f", "#57534e")
_DASHES: Final = ("", "6 3", "2 3", "8 3 2 3")
WIDTH, HEIGHT = 460, 340
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 30, 46


@dataclass(frozen=True)
class Line:
    """A line of a plot: its name and its points."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    dots: bool = False


def plot(
    title: str,
    x_name: str,
    y_name: str,
    lines: Sequence[Line],
    *,
    language: str,
    x_most: float = 1.0,
    diagonal: bool = False,
) -> str:
    """Lines over an x axis from 0 to `x_most` and a y axis from 0 to 1."""
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    legend = 18 * len(lines) if len(lines) > 1 else 0

    def at(x: float, y: float) -> str:
        inside = min(max(x, 0.0), x_most)
        return f"{LEFT + wide * inside / x_most:.1f},{TOP + high * (1 - min(max(y, 0.0), 1.0)):.1f}"

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT + legend}"',
        f'width="{WIDTH}" height="{HEIGHT + legend}" font-family="sans-serif" font-size="12" color="#111" fill="currentColor" role="img">',
        f"<title>{html.escape(title)}</title>",
        f'<text x="{LEFT}" y="18" font-size="14" font-weight="bold">{html.escape(title)}</text>',
    ]
    for step in range(6):
        share = step / 5
        x, y = at(share * x_most, 0).split(",")[0], at(0, share).split(",")[1]
        out += [
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" stroke="currentColor" stroke-opacity=".15"/>',
            f'<text x="{LEFT - 6}" y="{float(y) + 4:.1f}" text-anchor="end">{number(share, language, 1)}</text>',
            f'<text x="{x}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{number(share * x_most, language, 1)}</text>',
        ]
    out += [
        f'<text x="{LEFT + wide / 2:.0f}" y="{HEIGHT - 10}" text-anchor="middle">{html.escape(x_name)}</text>',
        f'<text transform="translate(14 {TOP + high / 2:.0f}) rotate(-90)" text-anchor="middle">{html.escape(y_name)}</text>',
        f'<path d="M{at(0, 1)}L{at(0, 0)}L{at(x_most, 0)}" fill="none" stroke="currentColor"/>',
    ]
    if diagonal:
        out.append(
            f'<path d="M{at(0, 0)}L{at(x_most, 1)}" stroke="currentColor" stroke-opacity=".4" stroke-dasharray="4 4"/>'
        )
    for place, line in enumerate(lines):
        out += _drawn(line, place, [at(x, y) for x, y in zip(line.x, line.y, strict=True)])
        if legend:
            base = HEIGHT + 18 * place + 4
            out += [
                f'<line x1="{LEFT}" x2="{LEFT + 28}" y1="{base - 4}" y2="{base - 4}" {_stroke(place)}/>',
                f'<text x="{LEFT + 36}" y="{base}">{html.escape(line.name)}</text>',
            ]
    return "\n".join([*out, "</svg>\n"])


def _stroke(place: int) -> str:
    # Colour is never the only sign: lines of like colours differ in their dashes.
    dash = _DASHES[place % len(_DASHES)]
    return f'stroke="{COLOURS[place % len(COLOURS)]}" stroke-width="2" stroke-dasharray="{dash}"'


def _drawn(line: Line, place: int, points: Sequence[str]) -> list[str]:
    if not points:
        return []
    out = [f'<path d="M{"L".join(points)}" fill="none" {_stroke(place)}/>']
    if line.dots:
        pairs = [point.split(",") for point in points]
        out += [f'<circle cx="{x}" cy="{y}" r="4" fill="{COLOURS[place % len(COLOURS)]}"/>' for x, y in pairs]
    return out


def report_plots(data: Mapping[str, Any], language: str) -> dict[str, str]:
    """SVG by file name for the report of one detector: precision-recall, recall against false finds, reliability."""
    return joint_plots({"": data}, language) | {"precision_recall_classes.svg": _class_plot(data, language)}


def joint_plots(reports: Mapping[str, Mapping[str, Any]], language: str) -> dict[str, str]:
    """The same plots with one line per detector."""
    german = language != "en"
    axes = {
        "precision_recall.svg": (
            "Genauigkeit und Trefferquote, IoU 0,5" if german else "Precision and recall, IoU 0.5",
            "gefundener Anteil der Labels" if german else "share of labels found",
            "richtiger Anteil der Befunde" if german else "share of findings right",
        ),
        "false_finds.svg": (
            "Gefunden je Fehlbefund, IoU 0,3" if german else "Found per false find, IoU 0.3",
            "Fehlbefunde je Foto" if german else "false finds per photo",
            "gefundener Anteil der Labels" if german else "share of labels found",
        ),
        "reliability.svg": (
            "Was ein Punktwert wert ist" if german else "What a score is worth",
            "mittlerer Punktwert" if german else "mean score",
            "davon richtig" if german else "share right",
        ),
    }
    lines: dict[str, list[Line]] = {name: [] for name in axes}
    for name, data in reports.items():
        curves = data["curves"]
        whole, free = curves["precision_recall_50"]["all"], curves["false_per_photo"]
        lines["precision_recall.svg"].append(Line(name, whole["recall"], whole["precision"]))
        kept = [place for place, false in enumerate(free["false"]) if false <= 5.0]
        lines["false_finds.svg"].append(Line(name, [free["false"][i] for i in kept], [free["recall"][i] for i in kept]))
        bins = data["calibration"]["bins"]
        lines["reliability.svg"].append(
            Line(name, [b["confidence"] for b in bins], [b["right_percent"] / 100 for b in bins], dots=True)
        )
    return {
        name: plot(
            *words,
            lines[name],
            language=language,
            x_most=5.0 if name == "false_finds.svg" else 1.0,
            diagonal=name == "reliability.svg",
        )
        for name, words in axes.items()
    }


def _class_plot(data: Mapping[str, Any], language: str) -> str:
    german = language != "en"
    curves = data["curves"]["precision_recall_50"]
    lines = [Line(word(name, language), curve["recall"], curve["precision"]) for name, curve in curves.items()]
    return plot(
        "Genauigkeit und Trefferquote je Klasse, IoU 0,5" if german else "Precision and recall per class, IoU 0.5",
        "gefundener Anteil der Labels" if german else "share of labels found",
        "richtiger Anteil der Befunde" if german else "share of findings right",
        lines,
        language=language,
    )
