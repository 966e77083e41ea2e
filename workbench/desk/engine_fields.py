"""Fields of the engine's input as they are typed and shown: shares in percent, words, German numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any

from workbench.cases.engine_types import Kind, field_type, has_field, required_of
from workbench.desk.formats import NumberError, number, parse_number
from workbench.desk.texts import t

__all__ = ["EngineField", "FieldError", "field_of", "has_field", "required_of"]

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
    found = field_type(path)
    hundred = 100 if found.kind == "share" else 1
    places = 0 if found.whole else 4 if found.unit in ("share", "ratio") else 2
    return EngineField(
        found.kind,
        _SIGNS.get(found.unit, found.unit),
        found.optional,
        None if found.low is None else found.low * hundred,
        None if found.high is None else found.high * hundred,
        places,
        found.choices,
    )
