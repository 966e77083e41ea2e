"""Why a figure is what it is: one node per value, each naming its inputs, together a tree without copies.

A derivation is a mapping ``key -> Node``. Result values have fixed keys (``net``, ``gross``, ``payout``, ``limit`` …), lines have
``line:<id>``. A node's inputs either carry a value of their own (a parameter, a figure of a table, what the expert typed) or
point to another node by ``ref``; following the references from ``payout`` walks the whole tree down to the typed figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from calculation.model import Text

_SWAP = str.maketrans(",.", ".,")


def number(value: Decimal | int) -> str:
    """A number for a formula, English separators: ``1,017.20``; trailing decimals stay as they are."""
    return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"


# Named tuples, not dataclasses: a derivation makes some six hundred of them, and these are made three times as fast.
class Operand(NamedTuple):
    """One input of a formula.

    Attributes:
        name: what it is, both languages.
        value: the number as text (plain decimal), or a word.
        unit: EUR, h, %, share …; empty for words.
        ref: key of the node that derives it, or null.
        source: where a value without a node comes from: ``input``, ``parameter``, ``policy``, ``table:<name>``.

    """

    name: Text
    value: str
    unit: str = ""
    ref: str | None = None
    source: str | None = None


class Node(NamedTuple):
    """The derivation of one value.

    Attributes:
        key: its key.
        name: what it is.
        value: the number as text, or a word.
        unit: EUR, h …
        words: the formula in words.
        numbers: the formula in numbers, English separators; :meth:`numbers_de` has German ones.
        inputs: what went in.
        rule: the rule that was applied, in both languages.
        source: statute, ruling, manual or convention behind the rule.
        table, table_version, table_source, table_date: the table a figure came from, where one did.
        demonstration: the table holds demonstration averages.

    """

    key: str
    name: Text
    value: str
    unit: str
    words: Text
    numbers: str
    inputs: tuple[Operand, ...] = ()
    rule: Text | None = None
    source: str = ""
    table: str | None = None
    table_version: str | None = None
    table_source: str | None = None
    table_date: str | None = None
    demonstration: bool = False

    @property
    def numbers_de(self) -> str:
        """The formula in numbers with German separators."""
        return self.numbers.translate(_SWAP)


Derivation = Mapping[str, Node]


def walk(derivation: Derivation, key: str) -> Iterator[tuple[int, Node]]:
    """Depth and node of the tree under ``key``, parents first; each node once."""
    seen: set[str] = set()
    stack: list[tuple[int, str]] = [(0, key)]
    while stack:
        depth, current = stack.pop()
        if current in seen or current not in derivation:
            continue
        seen.add(current)
        node = derivation[current]
        yield depth, node
        stack.extend((depth + 1, operand.ref) for operand in reversed(node.inputs) if operand.ref)
