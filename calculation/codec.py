"""JSON values to frozen dataclasses and back, driven by the type hints; collects every problem instead of stopping at the first."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from calculation.errors import Problem
from calculation.measures import Measure

MAX_TEXT = 4000
MAX_ITEMS = 5000
#: Numbers longer than this are not prices; it also keeps hostile exponents out.
MAX_NUMBER = 24
PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class Reader:
    """Collects problems while a value is read.

    Attributes:
        problems: what was wrong, in reading order.
        line_id: id of the line being read, for the problems.

    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.line_id: str | None = None

    def fail(self, code: str, field: str, de: str, en: str) -> None:
        """Note one problem at ``field``."""
        de, en = f"{field or 'Eingabe'}: {de}", f"{field or 'input'}: {en}"
        self.problems.append(Problem(code, de, en, self.line_id, field))


Decoder = Callable[[Any, str, Reader], Any]


def show(value: object) -> str:
    """A hostile value, short enough for a message."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _text(value: Any, path: str, reader: Reader) -> Any:
    if not isinstance(value, str):
        reader.fail("TK-CALC-003", path, f"Text erwartet, nicht {show(value)}.", f"text expected, not {show(value)}.")
        return ""
    if len(value) > MAX_TEXT or "\x00" in value:
        reader.fail(
            "TK-CALC-003", path, f"Text zu lang (höchstens {MAX_TEXT} Zeichen).", f"text too long ({MAX_TEXT} at most)."
        )
        return ""
    return value


def _flag(value: Any, path: str, reader: Reader) -> Any:
    if not isinstance(value, bool):
        reader.fail(
            "TK-CALC-003",
            path,
            f"true oder false erwartet, nicht {show(value)}.",
            f"true or false expected, not {show(value)}.",
        )
        return False
    return value


def _integer(value: Any, path: str, reader: Reader) -> Any:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 10**9:
        reader.fail(
            "TK-CALC-003",
            path,
            f"ganze Zahl erwartet, nicht {show(value)}.",
            f"whole number expected, not {show(value)}.",
        )
        return 0
    return value


def _decimal(value: Any, path: str, reader: Reader) -> Any:
    if isinstance(value, str) and len(value) <= MAX_NUMBER and PLAIN_NUMBER.fullmatch(value):
        number: Decimal | None = Decimal(value)
    elif isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**12):
        number = Decimal(value)
    else:
        number = None
    if number is None or not number.is_finite():
        reader.fail(
            "TK-CALC-002",
            path,
            f'Zahl als Text mit Punkt erwartet ("1234.56"), nicht {show(value)}.',
            f'number as text with a point expected ("1234.56"), not {show(value)}.',
        )
        return Decimal(0)
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and (exponent < -8 or number.adjusted() > 12):
        reader.fail(
            "TK-CALC-002",
            path,
            f"Zahl hat zu viele Stellen: {show(value)}.",
            f"number has too many digits: {show(value)}.",
        )
        return Decimal(0)
    return number


def _date(value: Any, path: str, reader: Reader) -> Any:
    if isinstance(value, str) and len(value) == 10:
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    reader.fail(
        "TK-CALC-003",
        path,
        f"Datum JJJJ-MM-TT erwartet, nicht {show(value)}.",
        f"date YYYY-MM-DD expected, not {show(value)}.",
    )
    return date(1900, 1, 1)


def _literal(options: tuple[Any, ...]) -> Decoder:
    def decode(value: Any, path: str, reader: Reader) -> Any:
        if isinstance(value, str) and value in options:
            return value
        listed = ", ".join(map(str, options))
        reader.fail(
            "TK-CALC-004",
            path,
            f"{show(value)} gibt es nicht; möglich: {listed}.",
            f"{show(value)} is unknown; possible: {listed}.",
        )
        return options[0]

    return decode


def _tuple(item: Decoder) -> Decoder:
    def decode(value: Any, path: str, reader: Reader) -> Any:
        if not isinstance(value, list | tuple):
            reader.fail(
                "TK-CALC-003", path, f"Liste erwartet, nicht {show(value)}.", f"list expected, not {show(value)}."
            )
            return ()
        if len(value) > MAX_ITEMS:
            reader.fail(
                "TK-CALC-005",
                path,
                f"{len(value)} Einträge, höchstens {MAX_ITEMS}.",
                f"{len(value)} entries, {MAX_ITEMS} at most.",
            )
            return ()
        return tuple(item(entry, f"{path}[{index}]", reader) for index, entry in enumerate(value))

    return decode


def _mapping(item: Decoder) -> Decoder:
    def decode(value: Any, path: str, reader: Reader) -> Any:
        if not isinstance(value, Mapping) or len(value) > MAX_ITEMS:
            reader.fail(
                "TK-CALC-003", path, f"Objekt erwartet, nicht {show(value)}.", f"object expected, not {show(value)}."
            )
            return {}
        return {_text(key, path, reader): item(entry, f"{path}.{key}", reader) for key, entry in value.items()}

    return decode


def _optional(item: Decoder) -> Decoder:
    return lambda value, path, reader: None if value is None else item(value, path, reader)


def decoder_for(hint: Any) -> Decoder:
    """The decoder of one type hint."""
    origin = get_origin(hint)
    if origin is Annotated:
        return decoder_for(get_args(hint)[0])
    if origin is Literal:
        return _literal(get_args(hint))
    if origin in {Union, types.UnionType}:
        return _optional(decoder_for(next(a for a in get_args(hint) if a is not type(None))))
    if origin is tuple:
        return _tuple(decoder_for(get_args(hint)[0]))
    if origin is dict:
        return _mapping(decoder_for(get_args(hint)[1]))
    if is_dataclass(hint):
        return object_decoder(hint)  # type: ignore[arg-type]
    return {str: _text, bool: _flag, int: _integer, Decimal: _decimal, date: _date}[hint]


@cache
def object_decoder(cls: type[Any]) -> Decoder:
    """Decoder of a dataclass: unknown and missing keys are problems; a line's id is remembered for its problems."""
    hints = get_type_hints(cls, include_extras=True)
    decoders = {f.name: decoder_for(hints[f.name]) for f in fields(cls)}
    required = [f.name for f in fields(cls) if f.default is MISSING and f.default_factory is MISSING]
    is_line = "finding_ids" in decoders

    def decode(value: Any, path: str, reader: Reader) -> Any:
        if not isinstance(value, Mapping):
            reader.fail(
                "TK-CALC-003", path, f"Objekt erwartet, nicht {show(value)}.", f"object expected, not {show(value)}."
            )
            return None
        if is_line:
            found = value.get("id")
            reader.line_id = found if isinstance(found, str) else None
            value = _with_finding_ids(value)
        arguments: dict[str, Any] = {}
        prefix = f"{path}." if path else ""
        for key, entry in value.items():
            decode_field = decoders.get(key) if isinstance(key, str) else None
            if decode_field is None:
                reader.fail("TK-CALC-001", f"{prefix}{show(key)[1:-1]}", "unbekanntes Feld.", "unknown field.")
            else:
                arguments[key] = decode_field(entry, f"{prefix}{key}", reader)
        missing = [name for name in required if name not in arguments]
        for name in missing:
            reader.fail("TK-CALC-006", f"{prefix}{name}", "fehlt.", "is missing.")
        if is_line:
            reader.line_id = None
        return None if missing else cls(**arguments)

    return decode


def _with_finding_ids(value: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """``finding_id`` is short for the first of ``finding_ids``."""
    if "finding_id" not in value:
        return value
    rest = {k: v for k, v in value.items() if k != "finding_id"}
    first, more = value["finding_id"], rest.get("finding_ids", [])
    if first is not None and isinstance(more, list | tuple) and first not in more:
        rest["finding_ids"] = [first, *more]
    return rest


_PLAIN: Final = frozenset({str, bool, int, type(None)})


def to_json(value: Any) -> Any:
    """Plain JSON values: decimals as text, dates ISO, tuples as lists."""
    kind = value.__class__
    if kind in _PLAIN:
        return value
    if kind is Decimal:
        return format(value, "f")
    if kind is tuple or kind is list:
        return [to_json(entry) for entry in value]
    if kind is dict:
        return {key: to_json(entry) for key, entry in value.items()}
    if kind is date:
        return value.isoformat()
    out = {}
    for name in field_names(kind):
        entry = getattr(value, name)
        out[name] = entry if entry.__class__ in _PLAIN else to_json(entry)
    return out


@cache
def field_names(cls: Any) -> tuple[str, ...]:
    """Field names of a dataclass or a named tuple."""
    named: tuple[str, ...] | None = getattr(cls, "_fields", None)
    return named or tuple(f.name for f in fields(cls))


@cache
def measures(cls: type[Any]) -> tuple[tuple[str, Measure], ...]:
    """Numeric fields of a dataclass with their accepted range."""
    found: list[tuple[str, Measure]] = []
    for name, hint in get_type_hints(cls, include_extras=True).items():
        for part in (hint, *get_args(hint)):
            if get_origin(part) is Annotated:
                found += [(name, extra) for extra in get_args(part)[1:] if isinstance(extra, Measure)]
                break
    return tuple(found)
