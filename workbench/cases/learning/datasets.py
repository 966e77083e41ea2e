"""Versions of the training set: what is in each, and what differs between two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from workbench.access import Actor, require
from workbench.cases.learning.scope import bad_choice, page_bounds
from workbench.cases.learning.sql import CHANGES, figures_session, query
from workbench.store.database import session_scope
from workbench.store.learning import DatasetVersion, TrainingRun
from workbench.store.models import User

SPLITS = ("train", "val", "test")
#: How a photo can differ, in the order of the page.
PHOTO_CHANGES = ("added", "removed", "split", "labels")
LABEL_CHANGES = ("added", "removed", "relabelled", "moved", "described")

_PHOTOS = query("select change, count(*) from changes group by 1", CHANGES)
_SPLITS = query(
    """select one.split, two.split, count(*) from one join two using (sha256) where one.split <> two.split group by 1, 2""",
    CHANGES,
)
_LABELS = query("select change, before, after, count(*) from label_changes group by 1, 2, 3", CHANGES)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A version as it was exported.

    Attributes:
        counts: ``photos``, ``vehicles``, ``negatives`` by split; ``labels`` by split and class; ``sources``, ``private``.
        runs: how many training runs used it.
    """

    name: str
    manifest_sha256: str
    counts: dict[str, Any]
    note: str | None
    made_by: str | None
    made_at: datetime
    runs: int

    def photos(self, split: str | None = None) -> int:
        """Photos of a split, or of all."""
        counts = self.counts.get("photos") or {}
        return int(counts.get(split, 0)) if split else sum(int(number) for number in counts.values())

    def labels(self, category: str | None = None, split: str | None = None) -> int:
        """Labels of a class and a split, or of all."""
        table = self.counts.get("labels") or {}
        return sum(
            int(number)
            for side, cells in table.items()
            if split in (None, side)
            for name, number in cells.items()
            if category in (None, name)
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """What the newer of two versions has otherwise.

    Attributes:
        photos: added, removed, split, labels -> photos; a photo can count in the last two.
        splits: (split before, split after) -> photos that moved.
        labels: (change, class before, class after) -> labels; a class is None where there was or is no label.
    """

    older: Dataset
    newer: Dataset
    photos: dict[str, int]
    splits: dict[tuple[str, str], int]
    labels: dict[tuple[str, str | None, str | None], int]


def datasets(actor: Actor, *, start: int = 0, end: int = 50) -> tuple[tuple[Dataset, ...], int]:
    """The versions, newest first, and how many there are.

    Raises:
        TelekalkError: TK-ACCESS-403 without ``data.view``.
    """
    require(actor, "data.view")
    offset, length = page_bounds(start, end)
    with session_scope() as session:
        used = select(func.count()).where(TrainingRun.dataset_version_id == DatasetVersion.id).scalar_subquery()
        rows = session.execute(
            select(
                DatasetVersion.name,
                DatasetVersion.manifest_sha256,
                DatasetVersion.counts,
                DatasetVersion.note,
                User.name,
                DatasetVersion.made_at,
                used,
            )
            .outerjoin(User, User.id == DatasetVersion.made_by)
            .order_by(DatasetVersion.made_at.desc(), DatasetVersion.name)
            .offset(offset)
            .limit(length)
        )
        found = tuple(Dataset(*row) for row in rows)
        return found, session.scalar(select(func.count()).select_from(DatasetVersion)) or 0


def difference(actor: Actor, older: str, newer: str) -> Difference:
    """Compare two versions.

    Raises:
        TelekalkError: TK-ACCESS-403 without ``data.view``; TK-DATA-001 for a version that there is not.
    """
    require(actor, "data.view")
    known = {one.name: one for one in datasets(actor, end=200)[0]}
    for name in (older, newer):
        if name not in known:
            raise bad_choice("dataset", name)
    with figures_session() as session:
        names = {"older": older, "newer": newer}
        photos = dict.fromkeys(PHOTO_CHANGES, 0)
        photos.update({row[0]: row[1] for row in session.execute(_PHOTOS, names)})
        splits = {(row[0], row[1]): row[2] for row in session.execute(_SPLITS, names)}
        labels = {(row[0], row[1], row[2]): row[3] for row in session.execute(_LABELS, names)}
    return Difference(known[older], known[newer], photos, splits, labels)
