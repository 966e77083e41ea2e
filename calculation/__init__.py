"""The engine: frozen values in, a result with its derivation out. Standard library only: no clock, no I/O, no binary numbers."""

from __future__ import annotations

from calculation.engine import calculate
from calculation.errors import CalculationError, Problem
from calculation.model import CalculationInput
from calculation.result import CalculationResult
from calculation.serialise import input_from_json, input_to_json, result_to_json
from calculation.version import ENGINE_VERSION

__all__ = [
    "ENGINE_VERSION",
    "CalculationError",
    "CalculationInput",
    "CalculationResult",
    "Problem",
    "calculate",
    "input_from_json",
    "input_to_json",
    "result_to_json",
]
