"""Exact integers for columns: decimal text to scaled 64-bit integers, and the engine's rounding on them. No binary fraction anywhere.

A number that a scaled integer cannot hold exactly, or that is none at all, becomes :data:`BAD`; its calculation then goes to the
single engine, which knows what to do with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

#: Stands for null.
NONE: Final = -(1 << 61)
#: Stands for a number that cannot be held.
BAD: Final = NONE - 1
#: Everything at or below is no number.
NO_NUMBER: Final = NONE

_PLAIN: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LONGEST: Final = 24
_MOST: Final = 1 << 50
#: A hostile portfolio with ever new numbers must not fill the memory.
_REMEMBERED: Final = 500_000


class Scaled(dict[Any, int]):
    """Decimal text -> integer of ``10 ** -places``; remembers what it has read.

    Args:
        places: decimals that are kept; more than these that are not zero give :data:`BAD`.
        nullable: None gives :data:`NONE` instead of :data:`BAD`.
    """

    def __init__(self, places: int, *, nullable: bool = False) -> None:
        super().__init__()
        self.places = places
        if nullable:
            self[None] = NONE
        self._nullable = nullable

    def __missing__(self, text: Any) -> int:
        if not isinstance(text, str) or len(text) > _LONGEST or not _PLAIN.fullmatch(text):
            return BAD
        value = scaled(Decimal(text), self.places)
        if len(self) > _REMEMBERED:
            self.clear()
            if self._nullable:
                self[None] = NONE
        self[text] = value
        return value


def scaled(value: Decimal, places: int) -> int:
    """A decimal as an integer of ``10 ** -places``; :data:`BAD` when it does not fit exactly."""
    moved = value.scaleb(places)
    if not moved.is_finite() or moved != moved.to_integral_value() or abs(moved) > _MOST:
        return BAD
    return int(moved)


def integers(values: Iterable[int], count: int) -> Ints:
    """A column."""
    return np.fromiter(values, np.int64, count)


def divide(numerator: Ints, denominator: Ints | int) -> Ints:
    """Quotient rounded half-up, away from zero on the tie, as ``calculation.money.round2`` does.

    The caller proves ``2 × |numerator| + denominator < 2 ** 63`` and a positive denominator.
    """
    twice = np.abs(numerator)
    twice *= 2
    twice += denominator
    twice //= denominator * 2
    negative = numerator < 0
    if negative.any():
        np.negative(twice, out=twice, where=negative)
    return twice


def divide_positive(numerator: Ints, denominator: Ints | int) -> Ints:
    """:func:`divide` for numerators that are not negative."""
    return np.asarray((2 * numerator + denominator) // (2 * denominator), dtype=np.int64)


def to_decimal(value: int, places: int = 2) -> Decimal:
    """An integer as the decimal it stands for."""
    return Decimal(int(value)).scaleb(-places)
