"""How many labels there are: by class, decision, part and month, and how many photos still wait for a decision."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from workbench.access import Actor, require
from workbench.cases.learning.scope import Scope
from workbench.cases.learning.sql import LAST_WORD, SAID, SHOWN, STANDING, figures_session, query

#: Decisions in the order in which a table shows them.
DECISIONS = ("confirmed", "edited", "added", "mended", "rejected")

_LABELS = query(
    """
    select category, decision, coalesce(part, '') as part, to_char(made_at at time zone :zone, 'YYYY-MM') as month, by_role, count(*)
    from last_word
    where (cast(:since as timestamptz) is null or made_at >= cast(:since as timestamptz))
      and (cast(:category as text) is null or category = :category)
    group by 1, 2, 3, 4, 5""",
    SAID, SHOWN, LAST_WORD,
)  # fmt: skip
_STANDING = query("select standing, count(*) from standing group by 1", SAID, STANDING)
_WAITING = query(
    """
    select finding.category, count(*), count(distinct finding.photo_id) from findings finding
    join photos photo on photo.id = finding.photo_id
    where finding.status = 'proposed' and finding.origin = 'model' and photo.role = any(:roles)
      and (cast(:since as timestamptz) is null or photo.received_at >= cast(:since as timestamptz))
      and (cast(:category as text) is null or finding.category = :category)
      and not exists (select 1 from said where said.finding_id = finding.id)
    group by 1""",
    SAID,
)


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of labels and photos.

    Attributes:
        by_category: class -> decision -> regions, by the last act on each region.
        by_part: part (empty where none is named) -> class -> regions that were not rejected.
        by_month: month (``2026-11``) -> decision -> regions.
        by_role: who had the last word (expert, reviewer, data) -> regions.
        photos: ``decided``, ``waiting``, ``untouched`` -> photos of vehicles and damage.
        waiting: class -> (regions of the model that nobody has decided, photos they are on).
    """

    by_category: dict[str, dict[str, int]]
    by_part: dict[str, dict[str, int]]
    by_month: dict[str, dict[str, int]]
    by_role: dict[str, int]
    photos: dict[str, int]
    waiting: dict[str, tuple[int, int]]

    @property
    def labels(self) -> int:
        """All regions with a decision."""
        return sum(count for row in self.by_category.values() for count in row.values())


def overview(actor: Actor, scope: Scope | None = None) -> Overview:
    """Count labels and photos.

    Raises:
        TelekalkError: TK-ACCESS-403 without ``data.view``.
    """
    require(actor, "data.view")
    with figures_session() as session:
        return _counted(session, scope or Scope())


def _counted(session: Session, scope: Scope) -> Overview:
    bounds = scope.bounds()
    category: dict[str, dict[str, int]] = {}
    part: dict[str, dict[str, int]] = {}
    month: dict[str, dict[str, int]] = {}
    role: dict[str, int] = {}
    for name, decision, where, when, who, count in session.execute(_LABELS, bounds):
        _add(category, name, decision, count)
        _add(month, when, decision, count)
        role[who] = role.get(who, 0) + count
        if decision != "rejected":
            _add(part, where, name, count)
    photos = {"decided": 0, "waiting": 0, "untouched": 0}
    photos.update({row[0]: row[1] for row in session.execute(_STANDING, bounds)})
    waiting = {row[0]: (row[1], row[2]) for row in session.execute(_WAITING, bounds)}
    return Overview(category, part, dict(sorted(month.items())), role, photos, waiting)


def _add(table: dict[str, dict[str, int]], row: str, column: str, count: int) -> None:
    cells = table.setdefault(row, {})
    cells[column] = cells.get(column, 0) + count
