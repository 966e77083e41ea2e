"""Two readers of the same cell: agreement raises the confidence, contradiction lowers it or leaves the field blank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cv_models.registration.understand import Judged

LEAST: Final = 0.6
ALONE: Final = 0.75
_UNDOTTED: Final = str.maketrans("ÄÖÜäöü", "AOUaou")


def weigh(first: Judged, others: Sequence[Judged], *, least: float = LEAST, alone: float = ALONE) -> Judged:
    """Weigh what several looks at one cell were understood to be.

    Confidences are taken as chances of being right, looks as independent of each other. For two values a and b the chance of
    a is p(a) (1 - p(b)) over the chance that not both are right.

    Args:
        first: the shipped recogniser's reading; its reason stays when nothing else is known.
        others: readings of our own recogniser.
        least: below this chance a contradicted value is left blank.
        alone: what our own recogniser alone has seen must reach this confidence; above 1 it is never taken.
    """
    votes: dict[str, list[Judged]] = {}
    for judged in (first, *others):
        if judged.value is not None:
            votes.setdefault(judged.value, []).append(judged)
    seen = [v for judged in (first, *others) for v in ((judged.value,) if judged.value else ()) + judged.alternatives]
    if not votes:
        return Judged(None, 0.0, tuple(dict.fromkeys(seen))[:4], first.reason)
    if first.value is None and all(judged.confidence < alone for value in votes for judged in votes[value]):
        return Judged(None, 0.0, tuple(dict.fromkeys(seen))[:4], first.reason)
    support = {value: _support(voters) for value, voters in votes.items()}
    best = max(support, key=lambda v: support[v])
    rivals = [v for v in support if v != best]
    rest = tuple(dict.fromkeys(v for v in seen if v != best))[:4]
    if not rivals:
        reason = votes[best][0].reason if len(votes[best]) == 1 else None
        return Judged(best, support[best], rest, reason)
    against = _support([judged for value in rivals for judged in votes[value]])
    chance = support[best] * (1 - against) / max(1e-6, 1 - support[best] * against)
    if chance < least:
        return Judged(None, 0.0, (best, *rest)[:4], "uncertain")
    dots = all(value.translate(_UNDOTTED) == best.translate(_UNDOTTED) for value in rivals)
    return Judged(best, chance, rest, "umlaut" if dots else votes[best][0].reason)


def _support(voters: list[Judged]) -> float:
    """Chance that at least one of the looks is right, as if they were independent; never certain."""
    wrong = 1.0
    for judged in voters:
        wrong *= 1 - min(0.995, judged.confidence)
    return min(0.998, 1 - wrong)
