"""Edits of a draft as the desk makes them: pure functions from a draft and what was typed to a changed draft.

Nothing here computes money; the engine does that when the draft is saved. An edit that cannot be read raises
:class:`EditError` and changes nothing; what was typed stays on the screen.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from workbench.desk.formats import NumberError, parse_number
from workbench.desk.sheet_columns import (
    BLOCKS,
    CLAIM_FACTS,
    NEW_LINES,
    OVERRIDES,
    PARAMETERS,
    RATE_LIMIT,
    SHEET,
    Cell,
    Parameter,
)
from workbench.desk.texts import t

_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_MAX_TEXT = 300
_MAX_LINES = 1000


class EditError(ValueError):
    """The edit cannot be taken over; ``str()`` is the sentence for the person."""


def find_line(draft: Mapping[str, Any], line_id: str) -> tuple[str, int]:
    """Block and place of a line.

    Raises:
        EditError: no line has this id (it was deleted meanwhile).
    """
    for block in BLOCKS:
        for place, line in enumerate(draft.get(block) or ()):
            if line.get("id") == line_id:
                return block, place
    raise EditError(t("edit.line_gone"))


def set_cell(draft: dict[str, Any], line_id: str, column: str, typed: object, *, by: str) -> None:
    """Write what was typed into a cell of the sheet.

    Args:
        draft: the draft; changed in place.
        line_id: the line.
        column: column of the sheet, see :data:`SHEET`.
        typed: text or code.
        by: name of the person, kept with an overridden value.
    """
    block, place = find_line(draft, line_id)
    cell = SHEET[block].get(column)
    if cell is None:
        raise EditError(t("edit.not_editable"))
    line = draft[block][place]
    value = _read_cell(cell, typed, draft)
    previous = line.get(cell.key)
    if _same(previous, value):
        return
    if block == "incidentals":
        _incidental(line, cell.key)
    if cell.key in OVERRIDES and line.get("origin") in ("suggested", "table") and not line.get("override"):
        line["override"] = {"reason": "", "by": by, "previous": "" if previous is None else str(previous)}
    line[cell.key] = value


def _same(previous: Any, value: Any) -> bool:
    """Whether the value is the same number or word; ``1`` and ``1.00`` are."""
    if isinstance(previous, str) and isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", previous + ""):
        try:
            return Decimal(previous) == Decimal(value)
        except ArithmeticError:
            return False
    return bool(previous == value)


def _incidental(line: dict[str, Any], key: str) -> None:
    """An incidental line is either an amount or time at a rate; typing one takes the other away."""
    if key == "amount":
        line["units"], line["rate"] = "0", None
    elif key in ("units", "rate"):
        line["amount"] = None
        line.setdefault("unit", "hours")
        line["rate"] = line.get("rate") or "body"


def _read_cell(cell: Cell, typed: object, draft: Mapping[str, Any]) -> Any:
    if cell.kind == "text":
        return _text(typed)
    if cell.kind == "word":
        choices = cell.choices or tuple(draft.get("rates") or ())
        if typed not in choices:
            raise EditError(t("edit.choose"))
        return typed
    try:
        number = parse_number(typed, places=cell.places, minimum=cell.low, maximum=cell.high)
    except NumberError as error:
        raise EditError(str(error)) from error
    return int(number) if cell.kind == "whole" else format(number, "f")


def _text(typed: object) -> str:
    text = " ".join(str(typed or "").split())
    if len(text) > _MAX_TEXT:
        raise EditError(t("edit.too_long", count=_MAX_TEXT))
    return "".join(character for character in text if character.isprintable())


def add_line(draft: dict[str, Any], block: str, line_id: str, values: Mapping[str, Any] | None = None) -> None:
    """Add an empty line of the expert's own hand at the end of a block; adding the same id twice changes nothing."""
    if block not in NEW_LINES or not _ID.fullmatch(line_id):
        raise EditError(t("edit.not_editable"))
    if any(line.get("id") == line_id for name in BLOCKS for line in draft.get(name) or ()):
        return
    if sum(len(draft.get(name) or ()) for name in BLOCKS) >= _MAX_LINES:
        raise EditError(t("edit.too_many"))
    lines = list(draft.get(block) or ())
    known = {key: _text(value) for key, value in (values or {}).items() if key in ("label", "part", "side")}
    lines.append({"id": line_id, "label": "", "origin": "manual", **NEW_LINES[block], **known})
    draft[block] = lines


def delete_line(draft: dict[str, Any], line_id: str) -> None:
    """Take a line out; what points to it points there no more. A line that is gone already is no error."""
    try:
        block, place = find_line(draft, line_id)
    except EditError:
        return
    draft[block] = [line for at, line in enumerate(draft[block]) if at != place]
    for name in BLOCKS:
        for line in draft.get(name) or ():
            for key in ("included_in", "added_by"):
                if line_id in (line.get(key) or ()):
                    line[key] = [other for other in line[key] if other != line_id]


def toggle_line(draft: dict[str, Any], line_id: str) -> None:
    """Switch a line off or on; it stays on the sheet."""
    block, place = find_line(draft, line_id)
    line = draft[block][place]
    line["active"] = not line.get("active", True)


def set_reason(draft: dict[str, Any], line_id: str, typed: object) -> None:
    """Say why a suggested or table value was changed; the sheet and the customer's calculation print it."""
    block, place = find_line(draft, line_id)
    line = draft[block][place]
    if not line.get("override"):
        raise EditError(t("edit.no_override"))
    line["override"] = {**line["override"], "reason": _text(typed)}


def set_parameter(draft: dict[str, Any], name: str, typed: object, *, by: str) -> None:
    """Write a parameter; ``rate:<name>`` is an hourly rate."""
    if name.startswith("rate:"):
        _set_rate(draft, name[5:], typed)
        return
    parameter = PARAMETERS.get(name)
    if parameter is None:
        raise EditError(t("edit.not_editable"))
    value = _read_parameter(parameter, typed)
    *way, last = parameter.path
    holder = draft
    for key in way:
        if holder.get(key) is None:
            holder[key] = {}
        holder = holder[key]
    if name in ("replacement", "residual"):
        if value is None:
            draft["settlement"][name] = None
            return
        # Who states a value answers for it: the calculation carries the name.
        holder["stated_by"] = by
    if name == "replacement_tax" and "amount" not in holder:
        raise EditError(t("edit.replacement_first"))
    holder[last] = value
    if name == "material":
        holder.setdefault("model", "percent_of_wage")


def _set_rate(draft: dict[str, Any], rate: str, typed: object) -> None:
    rates = draft.get("rates") or {}
    if rate not in rates:
        raise EditError(t("edit.not_editable"))
    try:
        number = parse_number(typed, minimum=RATE_LIMIT[0], maximum=RATE_LIMIT[1])
    except NumberError as error:
        raise EditError(str(error)) from error
    value = format(number, "f")
    if not _same(rates[rate].get("hourly"), value):
        rates[rate] = {**rates[rate], "hourly": value, "table": None}


def _read_parameter(parameter: Parameter, typed: object) -> Any:
    raw = str(typed if typed is not None else "").strip()
    if parameter.kind == "flag":
        if raw not in ("true", "false", "unknown"):
            raise EditError(t("edit.choose"))
        return {"true": True, "false": False, "unknown": None}[raw]
    if parameter.kind == "word":
        if raw not in parameter.choices:
            raise EditError(t("edit.choose"))
        return raw
    if parameter.kind == "text":
        return _text(raw)
    if parameter.kind == "day":
        return read_day(raw).isoformat()
    if not raw and parameter.optional:
        return None
    try:
        number = parse_number(raw, places=parameter.places, minimum=parameter.low, maximum=parameter.high)
    except NumberError as error:
        raise EditError(str(error)) from error
    if parameter.kind == "share":
        return format(number / 100, "f")
    return int(number) if parameter.places == 0 else format(number, "f")


def read_claim_fact(name: str, typed: object) -> Any:
    """A fact of the claim as typed, in the form that the use case takes."""
    parameter = CLAIM_FACTS.get(name)
    if parameter is None:
        raise EditError(t("edit.not_editable"))
    if parameter.optional and not str(typed if typed is not None else "").strip():
        return None
    return _read_parameter(parameter, typed)


def read_day(raw: str) -> date:
    """A day as typed: ``23.11.2026``, ``23/11/2026`` or ISO."""
    for shape in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d.%m.%y"):
        try:
            return datetime.strptime(raw.strip(), shape).date()
        except ValueError:
            continue
    raise EditError(t("edit.day"))


def copy_of(draft: Mapping[str, Any]) -> dict[str, Any]:
    """A draft that may be changed."""
    return copy.deepcopy(dict(draft))
