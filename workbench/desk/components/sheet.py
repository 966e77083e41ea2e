"""The calculation sheet: one grid with a section for each block, editable where the expert decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_ag_grid as dag

from workbench.desk.components.derivation import node_for
from workbench.desk.components.words import localised
from workbench.desk.formats import day, number
from workbench.desk.overrides import previous_values
from workbench.desk.parameters import PARAMETERS, SHEET_ROWS, Parameter
from workbench.desk.sheet_columns import ALWAYS, BLOCKS, COLUMNS, SHEET, Cell
from workbench.desk.texts import catalogue, language, name_of, t

#: block -> key of its subtotal in the result's totals
SUBTOTALS = {
    "parts": "parts_total", "labour": "labour", "paint": "paint", "dents": "dents", "incidentals": "incidentals",
    "deductions": "deductions_taxed",
}  # fmt: skip
Row = dict[str, Any]


def rows(
    draft: Mapping[str, Any] | None, result: Mapping[str, Any] | None, errors: Mapping[str, Any] | None = None
) -> list[Row]:
    """All rows of the sheet, top to bottom.

    Args:
        draft: calculation input JSON; None before the pre-fill.
        result: calculation result JSON; None where it could not be calculated.
        errors: row id -> column -> ``{"typed", "message"}``: what was typed and not taken over.
    """
    if draft is None:
        return []
    amounts = {line["id"]: line for line in (result or {}).get("lines") or ()}
    totals = (result or {}).get("totals") or {}
    tree = (result or {}).get("derivation")
    wrong = errors or {}
    labels = {line["id"]: line.get("label", "") for block in BLOCKS for line in draft.get(block) or ()}
    tables = {reference["name"]: _table_text(reference) for reference in draft.get("table_references") or ()}
    found: list[Row] = []
    for block in BLOCKS:
        lines = draft.get(block) or ()
        if not lines and block not in ALWAYS:
            continue
        found.append(_section(block, totals, tree))
        found.extend(
            _line(block, line, amounts.get(line["id"]), wrong.get(line["id"]) or {}, labels, tables) for line in lines
        )
        found.extend(_parameter_row(name, key, draft, result or {}, wrong) for name, key in SHEET_ROWS.get(block, ()))
    return found


def _section(block: str, totals: Mapping[str, Any], tree: Mapping[str, Any] | None) -> Row:
    captions = {column: t(f"sheet.{block}.{column}") for column in COLUMNS if column != "label"}
    return {
        "id": f"section:{block}",
        "kind": "section",
        "block": block,
        "label": t(f"sheet.{block}"),
        **captions,
        "amount": number(totals.get(SUBTOTALS[block])),
        "why": node_for(tree, SUBTOTALS[block]) or "",
        "edit": [],
        "errors": {},
    }


def _line(
    block: str,
    line: Mapping[str, Any],
    amount: Mapping[str, Any] | None,
    wrong: Mapping[str, Any],
    labels: Mapping[str, str],
    tables: Mapping[str, str],
) -> Row:
    held = previous_values(block, line)
    parent = (amount or {}).get("included_in")
    row: Row = {
        "id": line["id"],
        "kind": "line",
        "block": block,
        "origin": line.get("origin", "manual"),
        "marked": bool((amount or {}).get("marked")) or bool(line.get("override")),
        "reason": (line.get("override") or {}).get("reason") if line.get("override") else None,
        "inactive": not line.get("active", True),
        "uncertain": bool(line.get("uncertain")),
        "findings": list(line.get("finding_ids") or ()),
        "amount": number((amount or {}).get("amount")),
        "why": f"line:{line['id']}",
        "tip": _tip(block, line, amount, labels),
        "marks": [column for column, cell in SHEET[block].items() if cell.key in held],
        "previous": [[t(f"override.{key}"), _previous_text(key, value)] for key, value in held.items()],
        "by": (line.get("override") or {}).get("by", ""),
        "table": tables.get(line.get("table") or "", ""),
        "why_here": localised(dict(line), "reason") if line.get("reason") else "",
        "included": t("sheet.in", label=labels.get(parent, "")) if parent else "",
        "added": ", ".join(labels[other] for other in line.get("added_by") or () if labels.get(other)),
        "errors": {column: problem["message"] for column, problem in wrong.items()},
        "edit": [column for column in SHEET[block] if _open(block, column, line)],
    }
    for column in COLUMNS:
        cell = SHEET[block].get(column)
        row[column] = wrong[column]["typed"] if column in wrong else _shown(cell, line, amount, block, column)
    return row


def _open(block: str, column: str, line: Mapping[str, Any]) -> bool:
    """Whether a cell of this line may be typed into."""
    if block == "deductions":
        by_amount = bool(line.get("base", "amount") == "amount")
        if column == "price":
            return by_amount
        if column == "quantity":
            return not by_amount
    return not (block == "incidentals" and column in ("quantity", "detail") and line.get("amount") is not None)


def _shown(
    cell: Cell | None, line: Mapping[str, Any], amount: Mapping[str, Any] | None, block: str, column: str
) -> Any:
    if cell is None:
        if column == "unit":
            return {"parts": t("unit.pieces"), "paint": "h", "dents": "h"}.get(
                block, "h" if line.get("amount") is None else ""
            )
        if column == "price" and amount is not None:
            return number(amount.get("unit_price"))
        return ""
    if not _open(block, column, line):
        return ""
    value = line.get(cell.key)
    if value is None:
        return ""
    if cell.kind == "number":
        return number(value) if cell.money else number(value, 2, 0 if cell.key in ("qty", "percent") else 2)
    return value if cell.kind in ("text", "word") else str(value)


def _table_text(reference: Mapping[str, Any]) -> str:
    """A table with its version and what it is worth."""
    parts = [name_of("table", reference["name"]), str(reference.get("version") or "")]
    if reference.get("valid_from"):
        parts.append(t("sheet.valid_from", day=day(reference["valid_from"])))
    if reference.get("demonstration"):
        parts.append(t("why.demo"))
    return " · ".join(part for part in parts if part)


def _previous_text(field: str, value: str) -> str:
    """What stood there before, as it is shown."""
    if field == "rate":
        return name_of("rate", value)
    return number(value, 2, 2) if value else "–"


def _tip(block: str, line: Mapping[str, Any], amount: Mapping[str, Any] | None, labels: Mapping[str, str]) -> str:
    """Where a line comes from, in a sentence or two for the tool tip."""
    parts = [t(f"sheet.origin.{line.get('origin', 'manual')}")]
    if line.get("reason"):
        parts.append(localised(dict(line), "reason"))
    if line.get("low") and line.get("high"):
        parts.append(t("sheet.band", low=number(line["low"]), high=number(line["high"])))
    override = line.get("override")
    if override:
        held = previous_values(block, line)
        before = ", ".join(f"{t(f'override.{key}')} {_previous_text(key, value)}" for key, value in held.items())
        parts.append(t("sheet.override", previous=before or "–", by=override.get("by") or "–"))
        parts.append(override.get("reason") or t("sheet.no_reason"))
    if amount and amount.get("included_in"):
        parts.append(t("sheet.included", label=labels.get(amount["included_in"], "")))
    if line.get("uncertain"):
        parts.append(t("sheet.uncertain"))
    if line.get("table"):
        parts.append(t("sheet.table", name=name_of("table", line["table"])))
    return " · ".join(part for part in parts if part)


def parameter_value(name: str, draft: Mapping[str, Any]) -> str:
    """A parameter as it stands in its input."""
    if name.startswith("rate:"):
        return number(((draft.get("rates") or {}).get(name[5:]) or {}).get("hourly"))
    return shown_value(PARAMETERS[name], draft)


def shown_value(parameter: Parameter, holder: Mapping[str, Any]) -> str:
    """A value under ``holder`` as it stands in its input."""
    value: Any = holder
    for key in parameter.path:
        value = value.get(key) if isinstance(value, Mapping) else None
    if value is None and parameter.kind == "word" and not parameter.field.optional:
        return parameter.field.choices[0]
    if parameter.kind == "day":
        return day(value) if value else ""
    return parameter.field.shown(value)


def _parameter_row(
    name: str, total: str, draft: Mapping[str, Any], result: Mapping[str, Any], wrong: Mapping[str, Any]
) -> Row:
    totals, tree = result.get("totals") or {}, result.get("derivation")
    problem = (wrong.get(f"param:{name}") or {}).get("quantity")
    settings = draft.get("parameters") or {}
    model = (settings.get("paint_material") or {}).get("model", "percent_of_wage")
    base = settings.get("small_parts_base", "parts")
    fixed = (name == "material" and model != "percent_of_wage") or (name == "small_parts" and base == "amount")
    words = {
        "material": t(f"material.{model}") if fixed else t("sheet.base.material"),
        "small_parts": t(f"sheet.small_parts.{base}"),
        "upe": t("sheet.base.upe"),
    }
    return {
        "id": f"param:{name}",
        "kind": "parameter",
        "block": "parameter",
        "label": f"{t(f'param.{name}')} {words[name]}",
        "what": "",
        "detail": "",
        "quantity": problem["typed"] if problem else ("" if fixed else parameter_value(name, draft)),
        "unit": "" if fixed else "%",
        "price": "",
        "amount": number(totals.get(total)),
        "why": node_for(tree, total) or "",
        "errors": {"quantity": problem["message"]} if problem else {},
        "edit": [] if fixed else ["quantity"],
    }


def words() -> dict[str, dict[str, str]]:
    """Vocabularies that the grid needs to show and to choose codes."""
    groups = ("part_origin", "operation", "level", "substrate", "kind", "deduction", "base", "unit", "rate")
    texts = catalogue(language())
    return {
        group: {key[len(group) + 1 :]: text for key, text in texts.items() if key.startswith(f"{group}.")}
        for group in groups
    }


def context(draft: Mapping[str, Any] | None) -> dict[str, Any]:
    """The grid's context: per block and column the vocabulary and the choices."""
    rates = list((draft or {}).get("rates") or ())
    cells: dict[str, dict[str, Any]] = {}
    for block, columns in SHEET.items():
        cells[block] = {
            column: {"words": cell.words, "choices": list(cell.choices) or rates, "kind": cell.kind}
            for column, cell in columns.items()
            if cell.kind == "word"
        }
    return {"words": words(), "cells": cells}


def grid(draft: Mapping[str, Any] | None, result: Mapping[str, Any] | None, *, editable: bool) -> dag.AgGrid:
    """The sheet as a grid; ``editable`` false makes it read-only."""
    editor: dict[str, Any] = {"function": "tkCellEditor(params)"}
    common: dict[str, Any] = {
        "editable": {"function": "tkEditable(params)"},
        "cellEditorSelector": editor,
        "valueFormatter": {"function": "tkWord(params)"},
        "cellClassRules": {
            "tk-wrong": "tkWrong(params)",
            "tk-open": "tkOpen(params)",
        },
        "tooltipValueGetter": {"function": "tkCellTip(params)"},
    }
    wide = {"function": "params.data.kind === 'parameter' ? 3 : 1"}
    figures = {"cellClass": "tk-num", "headerClass": "tk-num-head"}
    columns: list[dict[str, Any]] = [
        {
            "colId": "mark",
            "headerName": "",
            "width": 28,
            "cellRenderer": "TkOrigin",
            "cellClass": "tk-flex tk-mark-cell",
        },
        {"field": "label", "headerName": t("sheet.col.label"), "flex": 8, "minWidth": 120, "colSpan": wide, **common},
        {"field": "what", "headerName": t("sheet.col.what"), "flex": 3, "minWidth": 72, **common},
        {"field": "detail", "headerName": t("sheet.col.detail"), "flex": 2, "minWidth": 62, **common},
        {"field": "quantity", "headerName": t("sheet.col.quantity"), "width": 54, **common, **figures},
        {"field": "unit", "headerName": t("sheet.col.unit"), "width": 40, **common},
        {"field": "price", "headerName": t("sheet.col.price"), "width": 72, **common, **figures},
        {"field": "amount", "headerName": t("sheet.col.amount"), "width": 78, "cellRenderer": "TkAmount", **figures},
        {
            "colId": "act",
            "headerName": "",
            "width": 30,
            "cellRenderer": "TkRowActions",
            "cellClass": "tk-flex tk-act-cell",
        },
    ]
    return dag.AgGrid(
        id="case-grid",
        columnDefs=columns,
        defaultColDef={
            "sortable": False,
            "resizable": True,
            "suppressMovable": True,
            "suppressHeaderMenuButton": True,
            "suppressKeyboardEvent": {"function": "tkGridKeys(params)"},
        },
        rowData=rows(draft, result),
        getRowId="params.data.id",
        rowClassRules={
            "tk-r-section": "params.data.kind === 'section'",
            "tk-r-param": "params.data.kind === 'parameter'",
            "tk-r-off": "params.data.inactive",
            "tk-r-included": "params.data.included",
        },
        dashGridOptions={
            "theme": {"function": "tkTheme(themeQuartz)"},
            "context": {**context(draft), "editable": editable},
            "rowHeight": 29,
            "headerHeight": 0,
            "animateRows": False,
            "tooltipShowDelay": 500,
            "enterNavigatesVertically": True,
            "enterNavigatesVerticallyAfterEdit": True,
            "stopEditingWhenCellsLoseFocus": True,
            "suppressScrollOnNewData": True,
            "suppressNoRowsOverlay": True,
        },
        style={"height": "100%", "width": "100%"},
    )
