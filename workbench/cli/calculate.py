"""``telekalk calculate``: a calculation as JSON in, its result as JSON out."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import IO, Any, NoReturn

import click

from calculation import CalculationError, CalculationInput, CalculationResult, Problem, input_from_json, result_to_json
from calculation import calculate as run_calculation
from calculation.derivation import Node
from calculation.schema import schema
from workbench.settings import get_settings

#: A calculation of 2,000 lines has less than a megabyte.
MAX_BYTES = 20_000_000
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schemas of the input and the result of a calculation, by the name that ``telekalk schema`` takes."""
    entry = schema(CalculationInput)
    result = schema(CalculationResult, output=True)
    node = schema(Node, output=True)
    definitions = {**result.pop("$defs"), **node.pop("$defs")}
    both = {
        "type": "object",
        "properties": {"de": {"type": "string"}, "en": {"type": "string"}},
        "required": ["de", "en"],
    }
    node["properties"]["numbers"] = {**both, "description": "the formula in numbers, German and English notation"}
    definitions["Node"] = node
    result["properties"]["derivation"] = {
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/Node"},
        "description": "node by key; the keys are the names of the values and line:<id>; only with --explain",
    }
    result["required"].remove("derivation")
    for target in (entry, result):
        target["properties"]["format"] = {"const": 1, "description": "version of this shape"}
    return {
        "calculation-input": {"$schema": _DIALECT, "$id": "telekalk:calculation-input", **entry},
        "calculation-result": {
            "$schema": _DIALECT,
            "$id": "telekalk:calculation-result",
            **result,
            "$defs": definitions,
        },
    }


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def read_json(file: IO[bytes]) -> Any:
    """JSON with exact decimals.

    Raises:
        CalculationError: TK-CALC-008 when it is no JSON, TK-CALC-005 when it is too big.
    """
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise CalculationError([Problem("TK-CALC-005", "Die Datei ist zu groß.", "The file is too big.")])
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, ArithmeticError, RecursionError) as error:
        place = f" ({error})" if isinstance(error, json.JSONDecodeError) else ""
        de, en = f"Das ist kein JSON{place}.", f"This is no JSON{place}."
        raise CalculationError([Problem("TK-CALC-008", de, en)]) from error


def tell(error: CalculationError) -> None:
    """Every problem on a line of its own on standard error: code, line id, message."""
    english = get_settings().language == "en"
    for problem in error.problems:
        where = f" [{problem.line_id}]" if problem.line_id else ""
        click.echo(f"{problem.code}{where} {problem.message_en if english else problem.message_de}", err=True)


@click.command("calculate")
@click.argument("file", type=click.File("rb"))
@click.option("--explain", is_flag=True, help="Also give the derivation of every figure.")
@click.option("--compact", is_flag=True, help="One line of JSON.")
@click.pass_context
def calculate(ctx: click.Context, file: IO[bytes], explain: bool, compact: bool) -> None:
    """Calculate FILE (or - for standard input): lines, totals, settlement, flags, uncertainty band.

    The shapes are given by `telekalk schema calculation-input` and `telekalk schema calculation-result`. Exit 2 when the input
    cannot be calculated; every problem then stands on standard error with its code and line.
    """
    try:
        result = run_calculation(input_from_json(read_json(file)), explain=explain)
    except CalculationError as error:
        tell(error)
        ctx.exit(2)
    data = result_to_json(result, explain=explain)
    click.echo(json.dumps(data, ensure_ascii=False, indent=None if compact else 2))
