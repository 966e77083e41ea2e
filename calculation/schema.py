"""JSON Schema (2020-12) of the engine's dataclasses, from their type hints, ranges and docstrings."""

from __future__ import annotations

import re
import types
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from calculation.codec import field_names, to_json
from calculation.measures import Measure
from calculation.model import Line

_NUMBER_PATTERN = r"^-?[0-9]+(\.[0-9]+)?$"


def attribute_docs(cls: type[Any]) -> dict[str, str]:
    """Sentences of the ``Attributes`` section, by name, base classes included."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        text = (base.__doc__ or "").partition("Attributes:")[2]
        entries = re.findall(
            r"^ {8}([a-z_0-9, ]+)(?: \([^)]*\))?: (.+?)(?=^ {8}\S|\Z)", text + "\n", re.DOTALL | re.MULTILINE
        )
        for names, sentence in entries:
            for name in names.split(", "):
                found[name.strip()] = " ".join(sentence.split())
    return found


def schema(cls: type[Any], *, output: bool = False) -> dict[str, Any]:
    """Schema of a dataclass with its parts under ``$defs``.

    Args:
        cls: a dataclass of the engine.
        output: every field is present, as in a result; else fields with a default may be left out.
    """
    definitions: dict[str, Any] = {}
    root = _object(cls, definitions, output)
    return {**root, "$defs": definitions} if definitions else root


def _object(cls: Any, definitions: dict[str, Any], output: bool) -> dict[str, Any]:
    hints, docs = get_type_hints(cls, include_extras=True), attribute_docs(cls)
    properties: dict[str, Any] = {}
    defaults = {} if output else {f.name: f.default for f in fields(cls) if f.default is not MISSING}
    for name in field_names(cls):
        entry = _type(hints[name], definitions, output)
        if name in docs:
            entry = {**entry, "description": docs[name]}
        if name in defaults:
            entry = {**entry, "default": to_json(defaults[name])}
        properties[name] = entry
    if issubclass(cls, Line):
        properties["finding_id"] = {"type": ["string", "null"], "description": "short for the first of finding_ids"}
    required = list(field_names(cls))
    if not output:
        required = [f.name for f in fields(cls) if f.default is MISSING and f.default_factory is MISSING]
    summary = (cls.__doc__ or "").partition("Attributes:")[0]
    return {
        "type": "object",
        "title": cls.__name__,
        "description": " ".join(summary.split()),
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _type(hint: Any, definitions: dict[str, Any], output: bool) -> dict[str, Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        measure = next((a for a in arguments[1:] if isinstance(a, Measure)), None)
        entry = _type(arguments[0], definitions, output)
        if measure is not None:
            entry["x-unit"] = measure.unit
            entry["x-minimum"], entry["x-maximum"] = to_json(measure.low), to_json(measure.high)
        return entry
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in {Union, types.UnionType}:
        inner = _type(next(a for a in arguments if a is not type(None)), definitions, output)
        return {"anyOf": [inner, {"type": "null"}]}
    if origin is tuple:
        return {"type": "array", "items": _type(arguments[0], definitions, output)}
    if origin is not None and arguments:  # a mapping by name
        return {"type": "object", "additionalProperties": _type(arguments[1], definitions, output)}
    if isinstance(hint, type) and (is_dataclass(hint) or hasattr(hint, "_fields")):
        if hint.__name__ not in definitions:
            definitions[hint.__name__] = {}
            definitions[hint.__name__] = _object(hint, definitions, output)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    if hint is Decimal:
        return {"type": "string", "pattern": _NUMBER_PATTERN}
    if hint is date:
        return {"type": "string", "format": "date"}
    return {"type": {str: "string", bool: "boolean", int: "integer"}[hint]}
