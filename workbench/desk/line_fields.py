"""What can be typed about a line beyond its cells: its band, its surcharges, earlier damage, what a deduction refers to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from workbench.desk.engine_fields import EngineField, field_of, has_field
from workbench.desk.texts import name_of, t

_BAND = ("low", "high")
_BEFORE = ("pre_damage.share", "pre_damage.kind", "pre_damage.reason", "pre_damage.finding_id")
#: block -> fields in the order in which they stand in the strip under the sheet
LINE_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "parts": (*_BAND, "discount_percent", "marked_up", "small_parts", *_BEFORE),
        "labour": (*_BAND, "surcharge_percent", "difficulty_percent", "level", "flat_amount", *_BEFORE),
        "paint": (*_BAND, "surcharge_percent", "layers", "two_tone", "material_points", "material_value", *_BEFORE),
        "dents": (*_BAND, "finish_hours", "panels", "aluminium_percent", "glue_percent", "reach_percent", *_BEFORE),
        "incidentals": (*_BAND, *_BEFORE),
        "deductions": ("line_id", "taxed", "has_gain", "gain", "finding"),
    }
)
#: words of the choices: field -> group of the text catalogue
_WORDS = {"pre_damage.kind": "pre_damage_kind"}


def path_of(block: str, name: str) -> tuple[str, ...]:
    """Where the field lies in the engine's input; the number of the line does not matter."""
    return (block, "0", *name.split("."))


@cache
def fields_of(block: str) -> tuple[str, ...]:
    """The fields that lines of a block have; those that the engine does not know are left out."""
    return tuple(name for name in LINE_FIELDS[block] if name == "finding" or has_field(path_of(block, name)))


def line_field(block: str, name: str) -> EngineField:
    """What may be typed into the field.

    Raises:
        KeyError: lines of this block have no such field.
    """
    if name not in fields_of(block):
        raise KeyError(name)
    return EngineField("text", optional=True) if name == "finding" else field_of(path_of(block, name))


def _kind(name: str, field: EngineField) -> str:
    if name in ("finding", "pre_damage.finding_id"):
        return "finding"
    return "line" if name == "line_id" else field.kind


def schema() -> dict[str, list[dict[str, Any]]]:
    """The fields of each block for the script that shows them."""
    made: dict[str, list[dict[str, Any]]] = {}
    for block in LINE_FIELDS:
        made[block] = []
        for name in fields_of(block):
            field = line_field(block, name)
            unit = _band_unit(block) if name in _BAND else field.unit
            made[block].append(
                {
                    "name": name,
                    "label": t(f"line.{name}"),
                    "kind": _kind(name, field),
                    "unit": unit,
                    "optional": field.optional,
                    "choices": [[code, name_of(_WORDS.get(name, name), code)] for code in field.choices],
                }
            )
    return made


def _band_unit(block: str) -> str:
    """Low and high are in the line's own measure."""
    return {"parts": "€", "incidentals": "€", "paint": "h", "dents": "h"}.get(block, "")
