"""The JSON of a case's draft and of ``telekalk calculate``: decimals as text, dates ISO, nothing lost either way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calculation.codec import Reader, object_decoder, to_json
from calculation.derivation import Node
from calculation.errors import CalculationError, Problem
from calculation.model import CalculationInput
from calculation.result import CalculationResult
from calculation.validate import check

#: Version of the JSON shape.
FORMAT = 1
#: After these problems a part of the input is missing altogether.
_SHAPE = frozenset({"TK-CALC-003", "TK-CALC-005", "TK-CALC-006"})


def input_from_json(data: Any) -> CalculationInput:
    """Read a calculation.

    Args:
        data: what ``json.load`` gave. ``format`` may be present and must be 1.

    Raises:
        CalculationError: with every unknown key, missing key, wrong type and unreadable number found.

    """
    reader = Reader()
    body = {k: v for k, v in data.items() if k != "format"} if isinstance(data, Mapping) else data
    if isinstance(data, Mapping) and data.get("format", FORMAT) != FORMAT:
        reader.fail("TK-CALC-007", "format", f"nur Format {FORMAT} ist bekannt.", f"only format {FORMAT} is known.")
    value = object_decoder(CalculationInput)(body, "", reader)
    if reader.problems:
        raise CalculationError([*reader.problems, *_also(value, reader.problems)])
    assert isinstance(value, CalculationInput)
    return value


def _also(value: Any, told: list[Problem]) -> list[Problem]:
    """What the engine would refuse besides, when the shape was whole enough to look; nothing is told twice."""
    if not isinstance(value, CalculationInput) or any(p.code in _SHAPE for p in told):
        return []
    places = {(p.line_id, (p.field or "").rpartition(".")[2]) for p in told}
    try:
        check(value)
    except CalculationError as error:
        return [p for p in error.problems if (p.line_id, (p.field or "").rpartition(".")[2]) not in places]
    return []


def input_to_json(value: CalculationInput) -> dict[str, Any]:
    """The whole input with all its fields; lines also carry ``finding_id``, the first of ``finding_ids``."""
    data: dict[str, Any] = {"format": FORMAT, **to_json(value)}
    for block in ("parts", "labour", "paint", "dents", "incidentals", "deductions"):
        for line in data[block]:
            line["finding_id"] = line["finding_ids"][0] if line["finding_ids"] else None
    return data


def node_to_json(node: Node) -> dict[str, Any]:
    """One derivation node; ``numbers`` in both notations."""
    data: dict[str, Any] = to_json(node)
    data["numbers"] = {"de": node.numbers_de, "en": node.numbers}
    return data


def result_to_json(result: CalculationResult, *, explain: bool = True) -> dict[str, Any]:
    """The whole result; ``derivation`` (node by key) only when ``explain`` is true and the calculation made one."""
    data: dict[str, Any] = {
        "format": FORMAT,
        **{
            name: to_json(getattr(result, name))
            for name in (
                "engine_version",
                "rounding",
                "lines",
                "totals",
                "settlement",
                "limit",
                "value_estimate",
                "value_losses",
                "stage_table",
                "payable_items",
                "eligibility",
                "net_band",
                "gross_band",
                "payout_band",
                "repair_checks",
                "flags",
            )
        },
    }
    if explain and result.derivation:
        data["derivation"] = {key: node_to_json(node) for key, node in result.derivation.items()}
    return data
