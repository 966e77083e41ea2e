"""What the engine accepts in a field of its input: kind, range, choices. Read from the engine's own types, so that the desk never
disagrees with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from calculation.measures import Measure
from calculation.model import CalculationInput
from workbench.desk.formats import NumberError, number, parse_number
from workbench.desk.texts import t

Kind = Literal["number", "share", "word", "flag", "text", "day"]
#: unit of the engine -> sign on the screen
_SIGNS: Mapping[str, str] = MappingProxyType(
    {"EUR": "€", "EUR/h": "€/h", "%": "%", "share": "%", "h": "h", "time units": "", "pieces": "", "points": "", "km": "km",
     "mm": "mm", "ratio": "", "years": ""}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EngineField:
    """One field of the engine's input.

    Attributes:
        kind: number, share (typed in percent), word (one of ``choices``), flag, text or day.
        unit: sign behind the input.
        optional: an empty input means that it is not known.
        low, high: accepted range, as typed.
        places: decimals that may be typed.
        choices: words of the engine.
    """

    kind: Kind
    unit: str = ""
    optional: bool = False
    low: Decimal | None = None
    high: Decimal | None = None
    places: int = 2
    choices: tuple[str, ...] = ()

    def read(self, typed: object) -> Any:
        """What was typed, as the engine's JSON has it; None for an empty optional field.

        Raises:
            FieldError: it cannot be read; ``str()`` is the sentence for the person.
        """
        raw = str(typed if typed is not None else "").strip()
        if self.kind == "flag":
            return self._flag(raw)
        if not raw and self.optional:
            return None
        if self.kind == "word":
            if raw not in self.choices:
                raise FieldError(t("edit.choose"))
            return raw
        if self.kind == "text":
            return raw
        if self.kind == "day":
            return raw
        try:
            value = parse_number(raw, places=self.places, minimum=self.low, maximum=self.high)
        except NumberError as error:
            raise FieldError(str(error)) from error
        if self.kind == "share":
            return format(value / 100, "f")
        return int(value) if self.places == 0 else format(value, "f")

    def _flag(self, raw: str) -> bool | None:
        known = {"true": True, "false": False, **({"unknown": None} if self.optional else {})}
        if raw not in known:
            raise FieldError(t("edit.choose"))
        return known[raw]

    def shown(self, value: Any) -> str:
        """A value of the engine's JSON as it stands in an input; days are left to the caller."""
        if self.kind == "flag":
            return "unknown" if value is None else ("true" if value else "false")
        if value is None:
            return ""
        if self.kind == "share":
            return number(Decimal(str(value)) * 100, 4, 0)
        if self.kind == "number":
            return number(value, 6 if self.places else 0, 2 if self.unit == "€" else 0)
        return str(value)


class FieldError(ValueError):
    """What was typed does not fit the field; ``str()`` is the sentence for the person."""


@cache
def field_of(path: tuple[str, ...]) -> EngineField:
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


def _describe(hint: Any, *, optional: bool) -> EngineField:
    if get_origin(hint) is Annotated:
        measure = next((extra for extra in get_args(hint)[1:] if isinstance(extra, Measure)), None)
        if measure is None:
            return EngineField("number", optional=optional)
        hundred = 100 if measure.unit == "share" else 1
        return EngineField(
            "share" if measure.unit == "share" else "number",
            _SIGNS.get(measure.unit, measure.unit),
            optional,
            measure.low * hundred,
            measure.high * hundred,
            4 if measure.unit in ("share", "ratio") else 2,
        )
    if get_origin(hint) is Literal:
        return EngineField("word", optional=optional, choices=tuple(str(word) for word in get_args(hint)))
    if hint is bool:
        return EngineField("flag", optional=optional)
    if hint is date:
        return EngineField("day", optional=optional)
    if hint is int:
        return EngineField("number", optional=optional, low=Decimal(0), high=Decimal(10_000_000), places=0)
    if hint is str:
        return EngineField("text", optional=optional)
    raise KeyError(f"no single field: {hint}")
