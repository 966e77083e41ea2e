"""The engine: frozen values in, a result with its derivation out. Standard library only: no clock, no I/O, no binary numbers."""

from __future__ import annotations

from calculation.errors import CalculationError, Problem
from calculation.model import CalculationInput
from calculation.result import CalculationResult
from calculation.serialise import input_from_json, input_to_json, result_to_json

#: Version of the rules as coded; stored with every result. Raised whenever any input could come out differently.
ENGINE_VERSION = "2026.11.1"

__all__ = [
    "ENGINE_VERSION",
    "CalculationError",
    "CalculationInput",
    "CalculationResult",
    "Problem",
    "input_from_json",
    "input_to_json",
    "result_to_json",
]
