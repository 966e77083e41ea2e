"""What the engine accepts in a field of its input: kind, unit, range, choices. Read from the engine's own types, so that a page never
disagrees with it.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from calculation.measures import Measure
from calculation.model import CalculationInput

Kind = Literal["number", "share", "word", "flag", "text", "day"]


@dataclass(frozen=True, slots=True)
class FieldType:
    """One field of the engine's input.

    Attributes:
        kind: number, share (0 to 1), word (one of ``choices``), flag, text or day.
        unit: of the engine, e.g. EUR, h, %.
        optional: it may be null, which means that it is not known.
        low, high: accepted range.
        whole: an integer.
        choices: words of the engine.
    """

    kind: Kind
    unit: str = ""
    optional: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    whole: bool = False
    choices: tuple[str, ...] = ()


@cache
def field_type(path: tuple[str, ...]) -> FieldType:
    """The field at a path of the engine's input, e.g. ``("parameters", "paint_material", "model")``.

    Raises:
        KeyError: the engine has no such field.
    """
    hint, optional = _hint(path)
    # Without what an object must have, the object itself is left out: clearing that field is allowed where its object is.
    alone = len(path) > 1 and _hint(path[:-1])[1] and path[-1] in required_of(path[:-1])
    return _describe(hint, optional=optional or alone)


@cache
def required_of(path: tuple[str, ...]) -> tuple[str, ...]:
    """Names without which the object at a path cannot exist."""
    hint, _ = _hint(path)
    if not is_dataclass(hint):
        return ()
    return tuple(item.name for item in fields(hint) if item.default is MISSING and item.default_factory is MISSING)


@cache
def has_field(path: tuple[str, ...]) -> bool:
    """Whether the engine has a field at the path."""
    try:
        _hint(path)
    except KeyError:
        return False
    return True


def _hint(path: tuple[str, ...]) -> tuple[Any, bool]:
    """Type of the field and whether null is allowed."""
    current: Any = CalculationInput
    optional = False
    for key in path:
        if get_origin(current) is dict:
            current, optional = get_args(current)[1], False
        elif get_origin(current) is tuple:
            current, optional = get_args(current)[0], False
            continue
        else:
            current, optional = get_type_hints(current, include_extras=True)[key], False
        if get_origin(current) is not Annotated and type(None) in get_args(current):
            optional = True
            current = next(part for part in get_args(current) if part is not type(None))
    return current, optional


def _describe(hint: Any, *, optional: bool) -> FieldType:
    if get_origin(hint) is Annotated:
        measure = next((extra for extra in get_args(hint)[1:] if isinstance(extra, Measure)), None)
        if measure is None:
            return FieldType("number", optional=optional)
        kind: Kind = "share" if measure.unit == "share" else "number"
        return FieldType(kind, measure.unit, optional, measure.low, measure.high)
    if get_origin(hint) is Literal:
        return FieldType("word", optional=optional, choices=tuple(str(word) for word in get_args(hint)))
    if hint is bool:
        return FieldType("flag", optional=optional)
    if hint is date:
        return FieldType("day", optional=optional)
    if hint is int:
        return FieldType("number", optional=optional, low=Decimal(0), high=Decimal(10_000_000), whole=True)
    if hint is str:
        return FieldType("text", optional=optional)
    raise KeyError(f"no single field: {hint}")
