"""How far model, expert and reviewer agree: what experts kept, moved, relabelled, rejected and added, class by class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from cv_models.findings import CATEGORIES
from workbench.access import Actor, require
from workbench.cases.learning.scope import NOTHING, Scope
from workbench.cases.learning.sql import JUDGED, REVIEWED, SAID, SHOWN, figures_session, query
from workbench.cases.learning.statistics import Kappa, Rate, kappa, wilson

#: What an expert makes of a region, in the order in which a table shows it. ``described``: another part, side or severity.
OUTCOMES = ("kept", "described", "moved", "relabelled", "rejected", "added")
_PLACED = frozenset({"kept", "described", "moved"})

_EXPERT = query(
    "select model, coalesce(proposed, ''), coalesce(named, ''), outcome, count(*) from judged group by 1, 2, 3, 4",
    SAID, SHOWN, JUDGED,
)  # fmt: skip
_REVIEW = query("select expert, reviewer, count(*) from reviewed group by 1, 2", SAID, REVIEWED)


@dataclass(frozen=True, slots=True)
class ClassAgreement:
    """Model and expert on one class, or on all (``category`` None; a wrong class then still is the right place).

    Attributes:
        outcomes: outcome -> regions; ``relabelled`` counts for the class that the model had said.
        received: regions that experts relabelled into this class.
        precision: of the model's regions of this class, those that experts left with it.
        recall: of the regions that experts left with this class, those that the model had with it.
    """

    category: str | None
    outcomes: dict[str, int]
    received: int
    precision: Rate
    recall: Rate


@dataclass(frozen=True, slots=True)
class Agreement:
    """All of it.

    Attributes:
        classes: one per class that occurs, in the usual order.
        overall: all classes together, the place alone counting.
        table: class of the model (``none``: not found) -> class of the expert (``none``: rejected) -> regions.
        classes_kappa: kappa of the classes where both name one.
        models: model -> precision of its regions, the place alone counting.
        review: class of the expert (``none``: rejected) -> class of the reviewer -> regions that both decided.
        review_kappa: kappa of that table.
    """

    classes: tuple[ClassAgreement, ...]
    overall: ClassAgreement
    table: dict[str, dict[str, int]]
    classes_kappa: Kappa
    models: dict[str, Rate]
    review: dict[str, dict[str, int]]
    review_kappa: Kappa


def agreement(actor: Actor, scope: Scope | None = None) -> Agreement:
    """Compare model, expert and reviewer.

    Raises:
        TelekalkError: TK-ACCESS-403 without ``data.view``.
    """
    require(actor, "data.view")
    with figures_session() as session:
        return _compared(session, scope or Scope())


def _compared(session: Session, scope: Scope) -> Agreement:
    bounds = scope.bounds()
    found = [tuple(row) for row in session.execute(_EXPERT, bounds)]
    counts: dict[tuple[str, str, str], int] = {}
    models: dict[str, list[int]] = {}
    for model, proposed, named, outcome, count in found:
        key = (proposed, named, outcome)
        counts[key] = counts.get(key, 0) + count
        if outcome != "added":
            hit = models.setdefault(model, [0, 0])
            hit[0] += count if outcome != "rejected" else 0
            hit[1] += count
    names = [name for name in CATEGORIES if any(name in key[:2] for key in counts)]
    table: dict[str, dict[str, int]] = {}
    for (proposed, named, _outcome), count in counts.items():
        cells = table.setdefault(proposed or NOTHING, {})
        cells[named or NOTHING] = cells.get(named or NOTHING, 0) + count
    review: dict[str, dict[str, int]] = {}
    for expert, reviewer, count in session.execute(_REVIEW, bounds):
        review.setdefault(expert, {})[reviewer] = count
    return Agreement(
        tuple(_of_class(counts, name) for name in names),
        _of_class(counts, None),
        table,
        _kappa({row: cells for row, cells in table.items() if row != NOTHING}, CATEGORIES),
        {model: wilson(*hit) for model, hit in sorted(models.items())},
        review,
        _kappa(review, (*CATEGORIES, NOTHING)),
    )


def _of_class(counts: Mapping[tuple[str, str, str], int], name: str | None) -> ClassAgreement:
    outcomes = dict.fromkeys(OUTCOMES, 0)
    received = 0
    for (proposed, named, outcome), count in counts.items():
        if name is None or name == (named if outcome == "added" else proposed):
            outcomes[outcome] += count
        if name is not None and outcome == "relabelled" and named == name:
            received += count
    hits = sum(outcomes[outcome] for outcome in _PLACED) + (outcomes["relabelled"] if name is None else 0)
    said = sum(count for outcome, count in outcomes.items() if outcome != "added")
    return ClassAgreement(
        name, outcomes, received, wilson(hits, said), wilson(hits, hits + received + outcomes["added"])
    )


def _kappa(table: Mapping[str, Mapping[str, int]], names: tuple[str, ...]) -> Kappa:
    used = [name for name in names if name in table or any(name in cells for cells in table.values())]
    return kappa([[table.get(row, {}).get(column, 0) for column in used] for row in used])
