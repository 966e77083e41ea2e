"""The reference cases once more through ``telekalk calculate``: the command prints what the engine calculated, to the last byte."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Any

import pytest
import test_reference_cases as cases
from calculation_builders import run
from click.testing import CliRunner

from calculation import CalculationResult, result_to_json
from workbench.cli import main


def both(data: dict[str, Any], *, explain: bool = True) -> CalculationResult:
    """Calculate, and let the command calculate the same; both must agree."""
    result = run(data, explain=explain)
    done = CliRunner().invoke(main, ["calculate", "-", "--explain"], input=json.dumps(data))
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == json.loads(json.dumps(result_to_json(result)))
    return result


CASES: list[Callable[[], None]] = [
    function
    for name, function in vars(cases).items()
    if name.startswith("test_") and not inspect.signature(function).parameters
]


@pytest.mark.parametrize("case", CASES, ids=lambda f: f.__name__.removeprefix("test_"))
def test_case_through_the_command(case: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "run", both)
    case()


def test_the_sample_calculations_are_among_them() -> None:
    names = " ".join(case.__name__ for case in CASES)
    assert all(f"dat_{number}" in names for number in ("01", "03", "05"))
