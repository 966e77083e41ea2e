"""``telekalk schema``: the JSON Schema of each input and output of the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from workbench.errors import TelekalkError

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NUMBER = {"type": "number"}
_TEXT = {"type": "string"}
_POINT = {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}
_CODES_DE = "Schlüssel sind die auf dem Dokument gedruckten Codes / keys are the codes printed on the document"


def _adapted(type_: Any) -> dict[str, Any]:
    from pydantic import TypeAdapter

    # Serialised form: exact decimals are strings, dates ISO texts.
    return TypeAdapter(type_).json_schema(mode="serialization")


def _claim() -> dict[str, Any]:
    from workbench.cases.views import ClaimData

    schema = _adapted(ClaimData)
    for name in ("source", "demo"):
        schema["properties"].pop(name)
    schema["additionalProperties"] = False
    schema["required"] = []
    return schema


def _calculation_input() -> dict[str, Any]:
    from workbench.cli.calculate import schemas

    return schemas()["calculation-input"]


def _calculation_result() -> dict[str, Any]:
    from workbench.cli.calculate import schemas

    return schemas()["calculation-result"]


def _registration() -> dict[str, Any]:
    from cv_models.registration.reading import WARNINGS

    field = {
        "type": "object",
        "required": ["value", "confidence", "box"],
        "properties": {
            "value": {"type": ["string", "null"]},
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
            "box": {"anyOf": [{"type": "array", "items": _POINT, "minItems": 4, "maxItems": 4}, {"type": "null"}]},
            "alternatives": {"type": "array", "items": _TEXT},
            "reason": {"type": ["string", "null"]},
        },
    }
    return {
        "title": "read-registration: one line per image",
        "type": "object",
        "required": ["file", "fields", "warnings", "seconds"],
        "properties": {
            "file": _TEXT,
            "found": {"type": "boolean", "description": "whether a registration document (Teil I) was found"},
            "fields": {"type": "object", "description": _CODES_DE, "additionalProperties": field},
            "sheet_polygon": {
                "description": "corners and fold ends of the sheet, clockwise from its top left",
                "anyOf": [{"type": "array", "items": _POINT, "minItems": 4}, {"type": "null"}],
            },
            "warnings": {
                "description": "what is wrong with the photo, the gravest first; TK-… when the file could not be read",
                "type": "array",
                "items": {"anyOf": [{"enum": list(WARNINGS)}, {"type": "string", "pattern": "^TK-[A-Z]+-[0-9]{3}$"}]},
            },
            "seconds": {"type": "number", "minimum": 0},
            "model": _TEXT,
        },
    }


def _detection() -> dict[str, Any]:
    from cv_models.findings import CATEGORIES, PARTS

    return {
        "title": "detect: COCO results in pixels of the upright original",
        "type": "array",
        "items": {
            "type": "object",
            "required": ["file_name", "category", "bbox", "score"],
            "properties": {
                "file_name": _TEXT,
                "category": {"enum": list(CATEGORIES)},
                "bbox": {"type": "array", "items": _NUMBER, "minItems": 4, "maxItems": 4},
                "score": {"type": "number", "minimum": 0, "maximum": 1},
                "segmentation": {"type": "array", "items": {"type": "array", "items": _NUMBER}},
                "part": {"enum": [*PARTS, None]},
            },
        },
    }


def _case() -> dict[str, Any]:
    return {
        "title": "process: case.json",
        "type": "object",
        "required": ["fields", "findings", "calculation", "result", "flags"],
        "properties": {
            "claim": {"type": "object"},
            "fields": _registration()["properties"]["fields"],
            "photos": {"type": "array", "items": {"type": "object"}},
            "findings": {"type": "array", "items": {"type": "object"}},
            "calculation": {"$ref": "#/$defs/calculation_input"},
            "result": {"type": "object"},
            "flags": {"type": "array", "items": {"type": "object"}},
        },
        "$defs": {"calculation_input": {"type": "object", "description": "telekalk schema calculation-input"}},
    }


#: name -> maker; the names stand in docs/cli.md.
SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "claim": _claim,
    "calculation-input": _calculation_input,
    "calculation-result": _calculation_result,
    "read-registration": _registration,
    "detect": _detection,
    "process": _case,
}


def schema_of(name: str) -> dict[str, Any]:
    """The schema by its name.

    Raises:
        TelekalkError: TK-CLI-002 for an unknown name.
    """
    if name not in SCHEMAS:
        known = ", ".join(SCHEMAS)
        raise TelekalkError(
            "TK-CLI-002",
            f"Dieses Schema gibt es nicht: {name}. Es gibt: {known}.",
            f"There is no such schema: {name}. There are: {known}.",
        )
    return {"$schema": _DIALECT, "$id": f"telekalk:{name}", **SCHEMAS[name]()}


@click.command()
@click.argument("name")
def schema(name: str) -> None:
    """Print the JSON Schema of an input or output: claim, calculation-input, calculation-result, read-registration,
    detect, process.
    """
    click.echo(json.dumps(schema_of(name), ensure_ascii=False, indent=2))
