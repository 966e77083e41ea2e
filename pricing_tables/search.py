"""Finding words in a small index: part of a word, German and English spelling, a typing error or two; a millisecond per query.

The index knows documents by number and their words with a weight. A query word matches a document word when it is equal, its
beginning, inside it (German compounds: ``fänger`` in ``Stoßfänger``), or close to it. Every query word must match.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

_FOLD: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "á": "a", "à": "a"})
_WORD: Final = re.compile(r"[a-z0-9%+]+")
#: Longest query that is looked at; more is no search but an accident.
MAX_QUERY: Final = 120
MAX_WORDS: Final = 8


def fold(text: str) -> str:
    """Lower case without umlauts, so that ``Stoßfänger``, ``STOSSFAENGER`` and ``stoßfänger`` are one word."""
    return text.casefold().translate(_FOLD)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared."""
    return tuple(_WORD.findall(fold(text)))


@lru_cache(maxsize=4096)
def distance(first: str, second: str, limit: int) -> int:
    """Typing errors between two words: insert, delete, exchange, swap of neighbours; ``limit + 1`` when more than ``limit``."""
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        older, before = before, row
        row = [i] + [0] * len(second)
        for j, b in enumerate(second, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if older and i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                row[j] = min(row[j], older[j - 2] + 1)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def _tolerance(word: str) -> int:
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def likeness(query: str, word: str) -> int:
    """How well a query word matches a word: 100 equal, then beginning, inside, mistyped; 0 not at all."""
    if query == word:
        return 100
    if word.startswith(query):
        return 80 if len(query) > 1 else 40
    if len(query) >= 3 and query in word:
        return 60
    allowed = _tolerance(query)
    if allowed and query[0] == word[0]:
        errors = distance(query, word, allowed)
        if errors <= allowed:
            return 50 - 10 * errors
        if len(word) > len(query) and distance(query, word[: len(query)], allowed) <= allowed:
            return 25
    return 0


class Index:
    """Words of documents.

    Args:
        documents: for each document its words with a weight; a word that says more has the higher one.
    """

    def __init__(self, documents: Sequence[Iterable[tuple[str, int]]]) -> None:
        self._at: dict[str, dict[int, int]] = defaultdict(dict)
        for number, entries in enumerate(documents):
            for word, weight in entries:
                self._at[word][number] = max(weight, self._at[word].get(number, 0))

    def find(self, text: str) -> dict[int, int]:
        """Score by document number of every document that matches all words of ``text``."""
        found: dict[int, int] | None = None
        for query in words_of(text[:MAX_QUERY])[:MAX_WORDS]:
            hits: dict[int, int] = {}
            for word, documents in self._at.items():
                like = likeness(query, word)
                if like:
                    for number, weight in documents.items():
                        hits[number] = max(hits.get(number, 0), like * weight)
            found = hits if found is None else {n: s + hits[n] for n, s in found.items() if n in hits}
            if not found:
                return {}
        return found or {}
