"""From the acts on a region to what counts: whose word stands. Pure, no database.

The rule. Each act is the word of an expert, a reviewer or the data team. Of each of the three the last word counts; ``undone``
takes that one's word back. Among the words that stand the data team's goes before the reviewer's, and the reviewer's before the
expert's, whatever their order in time: who mends a label for the data set has the finished case before him, and an expert who
opens the case again does not see what was mended. When an expert says something else afterwards, the label is *contested*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

#: Whose word goes before whose.
RANK: Mapping[str, int] = MappingProxyType({"expert": 0, "reviewer": 1, "data": 2})


@dataclass(frozen=True, slots=True)
class Act:
    """One act on a region.

    Attributes:
        number: acts in their order in time.
        decision: confirmed, rejected, edited, added, undone or mended.
        by_role: expert, reviewer or data.
        before: the region as it stood; None for an added one.
        after: the region as it was left; None for a rejected one.
        made_by: id of the user, None for a program.
    """

    number: int
    decision: str
    by_role: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    made_by: str | None = None
    made_at: datetime | None = None
    model: str | None = None
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """The word that stands on a region.

    Attributes:
        act: the act that said it; ``act.after`` is the region, None when it is no damage.
        contested: somebody of a lower rank said something else later.
    """

    act: Act
    contested: bool = False


def fold(acts: Iterable[Act]) -> Word | None:
    """The word that stands after these acts on one region; None when every word was taken back."""
    standing: dict[str, Act] = {}
    for act in sorted(acts, key=lambda one: one.number):
        if act.decision == "undone":
            standing.pop(act.by_role, None)
        else:
            standing[act.by_role] = act
    if not standing:
        return None
    best = max(standing.values(), key=lambda one: RANK[one.by_role])
    contested = any(other.number > best.number and other.after != best.after for other in standing.values())
    return Word(best, contested)
