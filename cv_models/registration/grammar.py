r"""What can be printed in a field, as a small automaton that a search over a recogniser's steps walks along.

A grammar is written as a regular expression of few parts: characters, `.` for any character of the recogniser's alphabet,
classes `[A-Z0-9]`, `\d`, groups with `|`, and `?`, `*`, `+`, `{n}`, `{m,n}`. States are made as they are needed.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from cv_models.registration.ocr import ALPHABET

_DIGITS: Final = frozenset("0123456789")
_ALL: Final = frozenset(ALPHABET)
_MANY: Final = 60  # no line of the form holds more characters

# Parts of a pattern: ("set", characters), ("seq", parts), ("any", parts), ("rep", part, low, high)
_Part = tuple[str, object, int, int]


class Grammar:
    """The texts of one pattern. State 0 is the beginning; `step` gives the next state or -1."""

    def __init__(self, pattern: str) -> None:
        """Build from a pattern.

        Raises:
            ValueError: the pattern is not understood.
        """
        self.pattern = pattern
        self._edges: list[list[tuple[frozenset[str] | None, int]]] = [[]]
        begin, end = 0, self._compile(_parse(pattern), 0)
        self._end = end
        self._sets: list[frozenset[int]] = [self._closed(frozenset((begin,)))]
        self._numbers: dict[frozenset[int], int] = {self._sets[0]: 0}
        self._next: list[dict[str, int]] = [{}]
        self._allowed: list[frozenset[str] | None] = [None]

    def step(self, state: int, char: str) -> int:
        """The state after a character, -1 when it cannot stand here."""
        known = self._next[state].get(char)
        if known is not None:
            return known
        moved = frozenset(
            target
            for node in self._sets[state]
            for chars, target in self._edges[node]
            if chars is not None and char in chars
        )
        result = self._number(self._closed(moved)) if moved else -1
        self._next[state][char] = result
        return result

    def allowed(self, state: int) -> frozenset[str]:
        """The characters that can follow."""
        known = self._allowed[state]
        if known is None:
            known = frozenset().union(*(c for node in self._sets[state] for c, _ in self._edges[node] if c is not None))
            self._allowed[state] = known
        return known

    def complete(self, state: int) -> bool:
        """Whether a text may end here."""
        return self._end in self._sets[state]

    def matches(self, text: str) -> bool:
        """Whether the whole text is one of this grammar."""
        state = 0
        for char in text:
            state = self.step(state, char)
            if state < 0:
                return False
        return self.complete(state)

    def _number(self, nodes: frozenset[int]) -> int:
        number = self._numbers.get(nodes)
        if number is None:
            number = self._numbers[nodes] = len(self._sets)
            self._sets.append(nodes)
            self._next.append({})
            self._allowed.append(None)
        return number

    def _closed(self, nodes: frozenset[int]) -> frozenset[int]:
        found, todo = set(nodes), list(nodes)
        while todo:
            for chars, target in self._edges[todo.pop()]:
                if chars is None and target not in found:
                    found.add(target)
                    todo.append(target)
        return frozenset(found)

    def _node(self) -> int:
        self._edges.append([])
        return len(self._edges) - 1

    def _compile(self, part: _Part, begin: int) -> int:
        kind, content, low, high = part
        if kind == "set":
            end = self._node()
            assert isinstance(content, frozenset)
            self._edges[begin].append((content, end))
            return end
        if kind == "seq":
            assert isinstance(content, list)
            for inner in content:
                begin = self._compile(inner, begin)
            return begin
        if kind == "any":
            end = self._node()
            assert isinstance(content, list)
            for inner in content:
                start = self._node()
                self._edges[begin].append((None, start))
                self._edges[self._compile(inner, start)].append((None, end))
            return end
        assert isinstance(content, tuple)
        end = self._node()
        for count in range(high):
            if count >= low:
                self._edges[begin].append((None, end))
            start = self._node()
            self._edges[begin].append((None, start))
            begin = self._compile(content, start)
        self._edges[begin].append((None, end))
        return end


@cache
def grammar(pattern: str) -> Grammar:
    """The grammar of a pattern, made once."""
    return Grammar(pattern)


def _parse(pattern: str) -> _Part:
    part, position = _choice(pattern, 0)
    if position != len(pattern):
        raise ValueError(f"not understood at {position}: {pattern}")
    return part


def _choice(pattern: str, position: int) -> tuple[_Part, int]:
    options: list[_Part] = []
    while True:
        part, position = _sequence(pattern, position)
        options.append(part)
        if position >= len(pattern) or pattern[position] != "|":
            break
        position += 1
    return (options[0] if len(options) == 1 else ("any", options, 0, 0)), position


def _sequence(pattern: str, position: int) -> tuple[_Part, int]:
    parts: list[_Part] = []
    while position < len(pattern) and pattern[position] not in "|)":
        part, position = _atom(pattern, position)
        low, high, position = _repeat(pattern, position)
        parts.append(part if (low, high) == (1, 1) else ("rep", part, low, high))
    return ("seq", parts, 0, 0), position


def _repeat(pattern: str, position: int) -> tuple[int, int, int]:
    mark = pattern[position] if position < len(pattern) else ""
    if mark in ("?", "*", "+"):
        return {"?": (0, 1), "*": (0, _MANY), "+": (1, _MANY)}[mark] + (position + 1,)
    if mark == "{":
        close = pattern.index("}", position)
        low, _, high = pattern[position + 1 : close].partition(",")
        return int(low), int(high or low), close + 1
    return 1, 1, position


def _atom(pattern: str, position: int) -> tuple[_Part, int]:
    char = pattern[position]
    if char == "(":
        part, position = _choice(pattern, position + 1)
        if position >= len(pattern):
            raise ValueError(f"group without end: {pattern}")
        return part, position + 1
    if char == "[":
        close = pattern.index("]", position)
        return ("set", _class(pattern[position + 1 : close]), 0, 0), close + 1
    if char == "\\":
        escaped = pattern[position + 1]
        return ("set", _DIGITS if escaped == "d" else frozenset(escaped), 0, 0), position + 2
    if char == ".":
        return ("set", _ALL, 0, 0), position + 1
    if char in "?*+{}":
        raise ValueError(f"nothing to repeat: {pattern}")
    return ("set", frozenset(char), 0, 0), position + 1


def _class(text: str) -> frozenset[str]:
    found: set[str] = set()
    place = 0
    while place < len(text):
        if place + 2 < len(text) and text[place + 1] == "-":
            found.update(chr(c) for c in range(ord(text[place]), ord(text[place + 2]) + 1))
            place += 3
        else:
            found.add(text[place])
            place += 1
    return frozenset(found)
