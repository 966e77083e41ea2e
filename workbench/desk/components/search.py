"""The search field over the sheet, and the strip under it that says everything about the line in focus."""

from __future__ import annotations

import json
from typing import Any

from dash import html

from workbench.cases.catalogue import Figure, Offered
from workbench.desk.components.icons import extra
from workbench.desk.formats import money, number
from workbench.desk.line_fields import schema
from workbench.desk.texts import language, name_of, t


def panel() -> html.Div:
    """The search field with its list of offers; a script fills it when a key or a button opens it."""
    return html.Div(id="pick-panel", className="tk-pick tk-hidden")


def strip() -> html.Div:
    """The strip under the sheet; a script fills it from the draft that the page holds."""
    return html.Div(
        id="line-strip",
        className="tk-line-strip",
        role="region",
        **extra({"data-schema": json.dumps(schema(), ensure_ascii=False), "aria-label": t("line.title")}),
    )


def offer(offered: Offered) -> dict[str, Any]:
    """One offer as the script shows it; figures are text, and the choice goes back as names alone."""
    hit = offered.hit
    english = language() == "en"
    label = hit.label_en if english else hit.label_de
    side = f" {name_of('side', offered.side)}" if offered.side else ""
    return {
        "choice": {
            "kind": hit.kind,
            "part": hit.part,
            "operation": hit.operation,
            "level": hit.level,
            "severity": hit.severity,
            "side_cost": hit.side_cost,
            "side": offered.side,
        },
        "label": label,
        "side": side.strip(),
        "kind": t(f"pick.kind.{'whole' if len(offered.figures) > 1 else hit.kind}"),
        "side_needed": offered.side_needed,
        "figures": " + ".join(_figure(figure) for figure in offered.figures),
        "table": f"{name_of('table', hit.table)} {hit.version}",
        "demo": t("pick.demo") if hit.demonstration else "",
        "source": t("pick.source", source=hit.source),
    }


def _figure(figure: Figure) -> str:
    if figure.unit == "EUR":
        return money(figure.value)
    word = t("pick.paint_hours") if figure.kind == "paint" else ""
    return f"{number(figure.value)}\u00a0{figure.unit}" + (f" {word}" if word else "")
