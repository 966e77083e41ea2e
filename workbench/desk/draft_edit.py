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

from workbench.cases.line_links import Gone, remove_lines
from workbench.desk import overrides
from workbench.desk.engine_fields import EngineField, FieldError, required_of
from workbench.desk.formats import NumberError, parse_number
from workbench.desk.line_fields import fields_of, line_field, path_of
from workbench.desk.parameters import CLAIM_FACTS, PARAMETERS, RATE_LIMIT
from workbench.desk.sheet_columns import BLOCKS, NEW_LINES, OVERRIDES, SHEET, Cell
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
    if overrides.same_value(previous, value):
        return
    if block == "incidentals":
        _incidental(line, cell.key)
    if cell.key in OVERRIDES:
        overrides.note_change(block, line, cell.key, previous, value, by)
    line[cell.key] = value


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


def delete_line(draft: dict[str, Any], line_id: str) -> Gone:
    """Take a line out, with what was only there because of it. A line that is gone already is no error."""
    return remove_lines(draft, {line_id})


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


def revert_line(draft: dict[str, Any], line_id: str) -> None:
    """Put back the values of the table or the suggestion."""
    block, place = find_line(draft, line_id)
    if not overrides.revert(block, draft[block][place]):
        raise EditError(t("edit.no_override"))


def set_line_field(draft: dict[str, Any], line_id: str, name: str, typed: object) -> None:
    """Write a field of a line that is no cell of the sheet, see :mod:`workbench.desk.line_fields`."""
    block, place = find_line(draft, line_id)
    if name not in fields_of(block):
        raise EditError(t("edit.not_editable"))
    line = draft[block][place]
    value = _read_field(line_field(block, name), typed)
    if name == "finding":
        line["finding_ids"] = [value] if value else []
        return
    if name == "line_id" and value:
        find_line(draft, str(value))
        line["base"] = "line"
    low, high = (value if edge == name else line.get(edge) for edge in ("low", "high"))
    if name in ("low", "high") and low is not None and high is not None and Decimal(low) > Decimal(high):
        raise EditError(t("edit.band"))
    _put(line, tuple(name.split(".")), value, path_of(block, name), f"line.{name.split('.', maxsplit=1)[0]}")


def _put(
    holder: dict[str, Any], keys: tuple[str, ...], value: Any, path: tuple[str, ...], label: str
) -> dict[str, Any]:
    """Write a value deep inside an object; an object lives and goes with the values that it cannot be without."""
    for at, key in enumerate(keys[:-1]):
        inside = path[: len(path) - len(keys) + at + 1]
        required = required_of(inside)
        child = keys[at + 1]
        if holder.get(key) is None:
            if value is None:
                return {}
            missing = [name for name in required if name != child]
            if missing:
                raise EditError(t("edit.first", name=_label_of((*inside, missing[0]), label)))
            holder[key] = {}
        if value is None and child in required and at == len(keys) - 2:
            holder[key] = None
            return {}
        holder = holder[key]
    if value is None and keys[-2:-1] in (("rates",), ("units_per_hour",)):
        holder.pop(keys[-1], None)
    else:
        holder[keys[-1]] = value
    return holder


def _label_of(path: tuple[str, ...], otherwise: str) -> str:
    """The word for a field of the engine's input that must be filled in first."""
    name = next((name for name, parameter in PARAMETERS.items() if parameter.path == path), None)
    if name:
        return t(f"param.{name}")
    return t(f"line.{'.'.join(path[2:])}") if path[1:2] == ("0",) else t(otherwise)


def put_value_loss(draft: dict[str, Any], method: str, amount: str | None, *, by: str) -> None:
    """State the proposal of a method as the value loss; the person who takes it over answers for it."""
    if amount is None:
        raise EditError(t("edit.no_proposal"))
    # The proposals have their tax share out already where their prices were gross.
    draft["settlement"]["value_loss"] = {"amount": amount, "basis": "net", "method": method, "stated_by": by}


def set_parameter(draft: dict[str, Any], name: str, typed: object, *, by: str) -> None:
    """Write a parameter; ``rate:<name>`` is an hourly rate."""
    if name.startswith("rate:"):
        _set_rate(draft, name[5:], typed)
        return
    parameter = PARAMETERS.get(name)
    if parameter is None:
        raise EditError(t("edit.not_editable"))
    value = _read_field(parameter.field, typed)
    holder = _put(draft, parameter.path, value, parameter.path, "word.unknown")
    if not holder:
        return
    # Who states a value answers for it: the calculation carries the name.
    if parameter.path[:2] in (("settlement", "replacement"), ("settlement", "residual"), ("settlement", "value_loss")):
        holder["stated_by"] = by
    elif parameter.path[:2] == ("settlement", "reference_workshop"):
        draft["settlement"]["reference_workshop"]["decided_by"] = by
    elif name == "list_price":
        holder["list_price_assumed"] = False
    elif name.startswith("material") and holder.get("table"):
        holder["table"] = None


def _set_rate(draft: dict[str, Any], rate: str, typed: object) -> None:
    rates = draft.get("rates") or {}
    if rate not in rates:
        raise EditError(t("edit.not_editable"))
    try:
        number = parse_number(typed, minimum=RATE_LIMIT[0], maximum=RATE_LIMIT[1])
    except NumberError as error:
        raise EditError(str(error)) from error
    value = format(number, "f")
    if not overrides.same_value(rates[rate].get("hourly"), value):
        rates[rate] = {**rates[rate], "hourly": value, "table": None, "table_key": []}


def _read_field(field: EngineField, typed: object) -> Any:
    """A value as the engine's JSON has it."""
    raw = str(typed if typed is not None else "").strip()
    if field.kind == "text":
        text = _text(raw)
        return text if text or not field.optional else None
    if field.kind == "day":
        return None if not raw and field.optional else read_day(raw).isoformat()
    try:
        return field.read(raw)
    except FieldError as error:
        raise EditError(str(error)) from error


def read_claim_fact(name: str, typed: object) -> Any:
    """A fact of the claim as typed, in the form that the use case takes."""
    fact = CLAIM_FACTS.get(name)
    if fact is None:
        raise EditError(t("edit.not_editable"))
    return _read_field(fact.field, typed)


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
