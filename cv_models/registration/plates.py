"""The plate number (field A): a known district, one or two letters, up to four digits."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from cv_models.registration import rules
from cv_models.registration.evidence import Evidence, View, weigh_views
from cv_models.registration.grammar import grammar

_RULE: Final = r"(A )?[A-ZÄÖÜ]{1,3}( |-|·|\.| ?- ?)?[A-ZÄÖÜ]{1,2}[ .-]?[1-9]\d{0,3} ?[EH]?"
_PARTS: Final = re.compile(r"([A-ZÄÖÜ]{1,3})(?: |-|·|\.| ?- ?)([A-Z]{1,2})[ .-]?([1-9]\d{0,3}) ?([EH]?)")
_GLUED: Final = re.compile(r"([A-ZÄÖÜ]{2,5})[ .-]?([1-9]\d{0,3}) ?([EH]?)")
_UNKNOWN: Final = -11.0  # the list of districts is whole


def plate(text: str, gaps: dict[int, float] | None = None) -> tuple[str, float] | None:
    """Value and prior of a plate as printed.

    Args:
        text: as read.
        gaps: for a text without a separator: how likely (log) the district has so many letters, by the gaps in the print.
    """
    best: tuple[str, float] | None = None
    for body, extra in ((text, 0.0), (text[2:] if text.startswith("A ") else "", -3.0)):
        for district, letters, number, suffix, prior in _splits(body, gaps or {}):
            if len(district + letters + number + suffix) > 8:
                continue
            total = prior + extra + (0.0 if district in rules.plate_districts() else _UNKNOWN)
            total -= 1.0 if suffix else 0.0
            if best is None or total > best[1]:
                best = f"{district}-{letters} {number}{suffix}", total
    return best


def _splits(text: str, gaps: dict[int, float]) -> list[tuple[str, str, str, str, float]]:
    match = _PARTS.fullmatch(text)
    if match:
        return [(match[1], match[2], match[3], match[4], 0.0)]
    glued = _GLUED.fullmatch(text)
    if not glued:
        return []
    out = []
    for cut in (1, 2, 3):
        district, letters = glued[1][:cut], glued[1][cut:]
        if re.fullmatch(r"[A-Z]{1,2}", letters):
            out.append((district, letters, glued[2], glued[3], gaps.get(cut, -2.0)))
    known = [s for s in out if s[0] in rules.plate_districts()]
    return out if len(known) != 1 else known


def letter_gaps(views: Sequence[View]) -> dict[int, float]:
    """After how many letters the widest gap stands in print whose separator was not read, as log shares."""
    votes: dict[int, float] = {}
    for view in views:
        chars = [c for c in view.scores.characters() if c[0] not in " -.·"]
        letters = 0
        while letters < len(chars) and not chars[letters][0].isdecimal():
            letters += 1
        steps = [b[2] - a[2] for a, b in itertools.pairwise(chars)]
        if letters < 2 or len(steps) < 4:
            continue
        usual = sorted(steps)[len(steps) // 2]
        inner = steps[: letters - 1]
        widest = max(inner)
        if widest > 1.5 * usual and widest > 1.25 * (sorted(inner)[-2] if len(inner) > 1 else usual):
            place = inner.index(widest) + 1
            votes[place] = votes.get(place, 0.0) + 1.0
    if not votes:
        return {}
    total = sum(votes.values())
    return {cut: (-0.1 if votes.get(cut, 0.0) == total else -1.2 if cut in votes else -4.0) for cut in (1, 2, 3)}


def judge_plate(views: Sequence[View]) -> Evidence:
    """The likeliest plate; where the print leaves two splits the shares show it."""
    gaps = letter_gaps(views)
    found = weigh_views(views, grammar(_RULE), lambda text: plate(text, gaps))
    if found.value is None:
        return found
    other = _other_splits(found.text, found.value, gaps)
    if not other:
        return found
    return replace(found, chance=found.chance * (0.93 if gaps else 0.45), rivals=(*other, *found.rivals)[:4])


def _other_splits(text: str, value: str, gaps: dict[int, float]) -> tuple[tuple[str, float], ...]:
    """Other districts that a text read without a separator may have, when those are known too."""
    if _PARTS.fullmatch(text):
        return ()
    splits = [s for s in _splits(text, gaps) if s[0] in rules.plate_districts()]
    names = [f"{d}-{letters} {number}{suffix}" for d, letters, number, suffix, _ in splits]
    return tuple((name, 0.05) for name in names if name != value)
