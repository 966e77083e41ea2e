"""Many calculations as columns: what is read from their JSON, and which of them the columns cannot hold.

Objects of one kind (all part lines, all settings …) are read together: a layout (the order of an object's keys) is looked at once,
then every field becomes one column by one pass. Nothing is guessed: a calculation with an unknown key, a wrong type, a number out of
its range or a field that only the single engine knows is marked and left to that engine.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import numpy as np

from calculation.codec import measures
from calculation.measures import Measure
from workbench.impact.fields import COUNTED, defaults, forcing, keys, of
from workbench.impact.numbers import BAD, NO_NUMBER, NONE, Bools, Ints, Scaled, integers, scaled

#: Shares and ratios carry four decimals, all else two.
_FINE: Final = frozenset({"share", "ratio"})
_TEXT: Final = frozenset({str})
_TEXT_OR_NONE: Final = frozenset({str, type(None)})
_BOOL: Final = frozenset({bool})
_DICT: Final = frozenset({dict})
_MOST_LAYOUTS: Final = 10_000


class OddError(Exception):
    """A shape that the columns cannot take in; the calculations are then tried one by one."""


def places(measure: Measure) -> int:
    """Decimals of a column of this measure."""
    return 4 if measure.unit in _FINE else 2


@dataclass(frozen=True, slots=True)
class Number:
    """A numeric column: its reader and its inclusive range as scaled integers."""

    name: str
    reader: Scaled
    low: int
    high: int
    nullable: bool
    default: int
    text: Any


class Kind:
    """How objects of one dataclass are read.

    Args:
        name: of the dataclass.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.keys = keys(name)
        self.fields = tuple(field.name for field in of(name))
        self.forcing = forcing(name)
        self.wanted = (*(f for f in self.fields if f in COUNTED[name]), *self.forcing)
        self.getter = itemgetter(*self.wanted, self.wanted[0])  # always a tuple
        self.defaults = defaults(name)
        #: layouts with all wanted keys and none that is unknown
        self.whole: set[tuple[str, ...]] = set()
        cls = of_class(name)
        hints = get_type_hints(cls)
        self.numbers: dict[str, Number] = {}
        for field, measure in measures(cls):  # type: ignore[arg-type]
            hint = hints[field]
            if field not in self.wanted or get_origin(hint) is dict:
                continue
            nullable = get_origin(hint) in {Union, types.UnionType} and type(None) in get_args(hint)
            scale = places(measure)
            text = self.defaults.get(field)
            reader = Scaled(scale, nullable=nullable)
            self.numbers[field] = Number(
                field,
                reader,
                scaled(measure.low, scale),
                scaled(measure.high, scale),
                nullable,
                NONE if text is None else reader[text],
                text,
            )

    def fits(self, given: tuple[str, ...]) -> bool:
        """Whether all wanted keys are there and none is unknown; remembered in ``whole``."""
        present = set(given)
        if not present <= self.keys or not present.issuperset(self.wanted):
            return False
        if any(f not in present and f not in self.defaults for f in self.fields):
            return False
        if len(self.whole) < _MOST_LAYOUTS:
            self.whole.add(given)
        return True

    def completed(self, item: dict[str, Any]) -> tuple[Any, ...]:
        """The wanted values of an object with left-out keys.

        Raises:
            OddError: for an unknown key or a required one that is missing.
        """
        if not item.keys() <= self.keys or any(f not in item and f not in self.defaults for f in self.fields):
            raise OddError(self.name)
        return tuple(self.getter({**self.defaults, **item}))


def coded(column: Sequence[Any], codes: dict[Any, int]) -> Ints:
    """A column of words as their codes, which has one for each of them."""
    if len(codes) == 1:
        return np.full(len(column), next(iter(codes.values())), dtype=np.int64)
    return integers(map(codes.__getitem__, column), len(column))


def of_class(name: str) -> type[Any]:
    """The dataclass by its name."""
    from workbench.impact.fields import CLASSES

    return CLASSES[name]


@cache
def kind(name: str) -> Kind:
    """The reader of a dataclass, made once."""
    return Kind(name)


class Rows:
    """Objects of one kind as they are read, calculation by calculation; the columns are made of them at the end.

    Attributes:
        rows: wanted values of each object.
        counts: objects of each calculation.
    """

    def __init__(self, name: str) -> None:
        self.kind = kind(name)
        self.rows: list[tuple[Any, ...]] = []
        self.counts: list[int] = []

    def read(self, objects: list[Any]) -> list[tuple[Any, ...]]:
        """The wanted values of the objects of one calculation; nothing is kept yet.

        Raises:
            OddError: for what cannot be an object of this kind.
        """
        how = self.kind
        if not set(map(type, objects)) <= _DICT:
            raise OddError(how.name)
        if set(map(tuple, objects)) <= how.whole:
            return list(map(how.getter, objects))
        return [how.getter(item) if how.fits(tuple(item)) else how.completed(item) for item in objects]

    def keep(self, rows: list[tuple[Any, ...]]) -> None:
        """Keep what :meth:`read` gave for the next calculation."""
        self.rows += rows
        self.counts.append(len(rows))


class Columns:
    """Objects of one kind as columns.

    Attributes:
        n: how many objects.
        bad: objects that the columns cannot hold.
        raw: columns as read, by field.
        numbers: scaled columns, by field.
    """

    def __init__(self, given: Rows) -> None:
        self.kind = how = given.kind
        self.n = len(given.rows)
        self.bad: Bools = np.zeros(self.n, dtype=np.bool_)
        self.numbers: dict[str, Ints] = {}
        columns = list(zip(*given.rows, strict=True)) if self.n else [() for _ in range(len(how.wanted) + 1)]
        self.raw: dict[str, tuple[Any, ...]] = dict(zip(how.wanted, columns, strict=False))
        for number in how.numbers.values():
            if number.name in how.forcing and self.raw[number.name].count(number.text) == self.n:
                continue
            column = self._column(number)
            self.numbers[number.name] = column
            wrong = (column < number.low) | (column > number.high)
            if number.nullable:
                wrong &= column != NONE
            if wrong.any():
                self.bad |= wrong
        self._force()

    def _column(self, number: Number) -> Ints:
        """Text to scaled integers; a column that says the same everywhere is read once."""
        texts = self.raw[number.name]
        if self.n and texts.count(texts[0]) == self.n and type(texts[0]) is not bool:
            return np.full(self.n, number.reader[texts[0]], dtype=np.int64)
        return integers(map(number.reader.__getitem__, texts), self.n)

    def _force(self) -> None:
        """Fields that the columns do not know must have their default."""
        how = self.kind
        for name in how.forcing:
            number = how.numbers.get(name)
            if number is not None:
                if name in self.numbers:
                    self.bad |= self.numbers[name] != number.default
                continue
            default, column = how.defaults.get(name, BAD), self.raw[name]
            if column.count(default) != self.n:
                self.mark(value != default for value in column)

    def number(self, name: str) -> Ints:
        """A scaled column."""
        return self.numbers[name]

    def optional(self, name: str) -> Ints:
        """A scaled column with :data:`NONE` for null."""
        return self.numbers[name]

    def flags(self, name: str) -> Bools:
        """A column of true and false."""
        column = self.raw[name]
        if not set(map(type, column)) <= _BOOL:
            self.mark(not isinstance(value, bool) for value in column)
            column = tuple(value is True for value in column)
        return np.fromiter(column, np.bool_, self.n)

    def texts(self, name: str, *, nullable: bool = False) -> tuple[Any, ...]:
        """A column of text."""
        column = self.raw[name]
        allowed = _TEXT_OR_NONE if nullable else _TEXT
        if not set(map(type, column)) <= allowed:
            self.mark(type(value) not in allowed for value in column)
            column = tuple(value if type(value) in allowed else "" for value in column)
        return column

    def words(self, name: str, codes: dict[Any, int]) -> Ints:
        """A column of fixed words as their codes."""
        column = self.texts(name, nullable=True)
        found = coded(column, {word: codes.get(word, BAD) for word in set(column)})
        self.bad |= found == BAD
        return found

    def wholes(self, name: str, low: int, high: int, *, nullable: bool = False) -> Ints:
        """A column of whole numbers inside a range."""
        column = self.raw[name]
        found = integers(
            (
                value if type(value) is int and low <= value <= high else (NONE if value is None and nullable else BAD)
                for value in column
            ),
            self.n,
        )
        self.bad |= found == BAD
        return found

    def lists(self, name: str) -> tuple[Any, ...]:
        """A column of lists."""
        column = self.raw[name]
        if not set(map(type, column)) <= {list}:
            raise OddError(name)
        return column

    def given(self, name: str) -> Bools:
        """Whether a nullable object is there."""
        column = self.raw[name]
        if column.count(None) == self.n:
            return np.zeros(self.n, dtype=np.bool_)
        return np.fromiter((value is not None for value in column), np.bool_, self.n)

    def mark(self, wrong: Iterable[bool]) -> None:
        """Mark objects that the columns cannot hold."""
        self.bad |= np.fromiter(wrong, np.bool_, self.n)

    def ordered(self) -> None:
        """A band whose low exceeds its high is refused by the engine."""
        low, high = self.numbers["low"], self.numbers["high"]
        self.bad |= (low > high) & (high > NO_NUMBER)


class Block(Columns):
    """Columns of one list of the calculations, in their order.

    Attributes:
        case: index of the calculation of each object.
        offsets: objects ``offsets[c]`` to ``offsets[c + 1]`` belong to calculation ``c``.
    """

    def __init__(self, given: Rows) -> None:
        cases = len(given.counts)
        counts = integers(given.counts, cases)
        self.offsets: Ints = np.zeros(cases + 1, dtype=np.int64)
        np.cumsum(counts, out=self.offsets[1:])
        self.case: Ints = np.repeat(np.arange(cases, dtype=np.int64), counts)
        super().__init__(given)

    def bad_cases(self, out: Bools) -> None:
        """Mark the calculations of the objects that cannot be held."""
        if self.bad.any():
            out[self.case[self.bad]] = True

    def per_case(self, values: Ints) -> Ints:
        """Sums by calculation along the last axis; sums of any order of 64-bit integers are exact."""
        shape = (*values.shape[:-1], values.shape[-1] + 1)
        running: Ints = np.zeros(shape, dtype=np.int64)
        np.cumsum(values, axis=-1, out=running[..., 1:])
        return np.asarray(running[..., self.offsets[1:]] - running[..., self.offsets[:-1]], dtype=np.int64)
