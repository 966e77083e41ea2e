"""Settlement cases through ``telekalk calculate``, their JSON held against the published schemas."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import jsonschema_rs
import pytest
from calculation_builders import repair_of, sheet
from test_cli_calculate import telekalk

from calculation.model import CalculationInput
from calculation.result import CalculationResult
from calculation.schema import attribute_docs
from workbench.cli.calculate import schemas

CASES: list[tuple[str, dict[str, Any], dict[str, str | int | None]]] = [
    (
        "DRV-03",
        sheet(
            incidentals=repair_of("3361.34"),
            settlement={
                "regime": "kasko",
                "cover": "full",
                "excess": "300.00",
                "replacement": {"amount": "5200.00"},
                "residual": {"amount": "2300.00"},
            },
        ),
        {"payout": "2478.13", "replacement_without_tax": "5078.13", "replacement_effort_without_tax": "2778.13"},
    ),
    (
        "CRT-08",
        sheet(incidentals=repair_of("5080.40"), settlement={"already_paid": "3599.91"}),
        {"open_amount": "1480.49"},
    ),
    (
        "CRT-06",
        sheet(
            incidentals=repair_of("5184.93"),
            settlement={"proposed_cuts": [{"item": "social_contributions", "amount": "617.00"}]},
        ),
        {"payout": "5184.93", "cuts_allowed": "0.00"},
    ),
    (
        "TL-01 concrete",
        sheet(
            parameters={"vat_rate": "0"},
            incidentals=repair_of("18427.37"),
            settlement={
                "mode": "concrete",
                "replacement": {"amount": "13800", "tax_kind": "none"},
                "residual": {"amount": "2500"},
                "repair_done": {"extent": "partial", "proven_value": "17940"},
            },
        ),
        {"payout": "11300.00", "ratio_percent": "133.53", "stage": 4},
    ),
    (
        "reference workshop",
        sheet(
            rates={"body": {"hourly": "170.00"}},
            labour=[{"id": "l", "units": "10"}],
            vehicle={"first_registration": "2015-04-01", "brand_serviced": False},
            settlement={
                "reference_workshop": {
                    "name": "Werkstatt",
                    "rates": {"body": "110.00"},
                    "distance_km": "4",
                    "equivalence_evidence": "Zertifikat",
                    "special_insurer_price": False,
                    "decided_by": "SV",
                }
            },
        ),
        {"payout": "1100.00"},
    ),
]


@pytest.mark.parametrize(("name", "data", "expected"), CASES, ids=[c[0] for c in CASES])
def test_through_the_command(name: str, data: dict[str, Any], expected: dict[str, Any]) -> None:
    found = schemas()
    jsonschema_rs.validator_for(found["calculation-input"]).validate(data)
    done = telekalk("calculate", "-", "--explain", stdin=json.dumps(data))
    assert (done.returncode, done.stderr) == (0, ""), name
    result = json.loads(done.stdout)
    jsonschema_rs.validator_for(found["calculation-result"]).validate(result)
    assert {key: result["settlement"][key] for key in expected} == expected
    assert result["eligibility"]["rules"]


def parts(cls: type[Any], seen: set[type[Any]]) -> None:
    """The dataclass and every one it holds."""
    if cls in seen:
        return
    seen.add(cls)
    for hint in get_type_hints(cls, include_extras=True).values():
        stack = [hint]
        while stack:
            current = stack.pop()
            if is_dataclass(current) and isinstance(current, type):
                parts(current, seen)
            stack.extend(get_args(current))


@pytest.mark.parametrize("root", [CalculationInput, CalculationResult])
def test_every_field_of_the_schema_is_described(root: type[Any]) -> None:
    seen: set[type[Any]] = set()
    parts(root, seen)
    plain = {"Text", "Reason", "Band", "Line"}
    missing = [
        f"{cls.__name__}.{field.name}"
        for cls in seen
        if cls.__name__ not in plain
        for field in fields(cls)
        if field.name not in attribute_docs(cls)
    ]
    assert missing == []
