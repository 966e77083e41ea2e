"""Training runs with their curves, for the data page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from workbench.access import Actor, require
from workbench.cases.learning.scope import page_bounds
from workbench.cases.transition import as_id
from workbench.errors import not_found
from workbench.store.database import session_scope
from workbench.store.learning import DatasetVersion, TrainingRun
from workbench.store.models import User

#: A chart cannot show more points than it has pixels.
_MOST_POINTS = 600


@dataclass(frozen=True, slots=True)
class Run:
    """A training run; ``curve`` is empty in a list, and thinned to what a chart can show otherwise."""

    id: str
    name: str
    state: str
    device: str | None
    dataset: str | None
    started_by: str | None
    started_at: datetime
    finished_at: datetime | None
    figures: dict[str, Any]
    experiment: dict[str, Any]
    curve: tuple[dict[str, Any], ...] = ()


def runs(actor: Actor, *, start: int = 0, end: int = 50) -> tuple[tuple[Run, ...], int]:
    """The runs, newest first, and how many there are.

    Raises:
        TelekalkError: TK-ACCESS-403 without ``data.view``.
    """
    require(actor, "data.view")
    offset, length = page_bounds(start, end)
    with session_scope() as session:
        query = (
            select(TrainingRun, DatasetVersion.name, User.name)
            .options(defer(TrainingRun.curve))
            .outerjoin(DatasetVersion, DatasetVersion.id == TrainingRun.dataset_version_id)
            .outerjoin(User, User.id == TrainingRun.started_by)
            .order_by(TrainingRun.started_at.desc(), TrainingRun.id)
            .offset(offset)
            .limit(length)
        )
        found = tuple(_run(row, dataset, who, ()) for row, dataset, who in session.execute(query))
        return found, session.scalar(select(func.count()).select_from(TrainingRun)) or 0


def run(actor: Actor, run_id: str) -> Run:
    """One run with its curve.

    Raises:
        TelekalkError: TK-ACCESS-403 without ``data.view``, TK-ACCESS-404 for a run that is not there.
    """
    require(actor, "data.view")
    with session_scope() as session:
        row = session.get(TrainingRun, as_id(run_id, "Der Trainingslauf", "The training run"))
        if row is None:
            raise not_found("Der Trainingslauf", "The training run")
        dataset = session.get(DatasetVersion, row.dataset_version_id) if row.dataset_version_id else None
        starter = session.get(User, row.started_by) if row.started_by else None
        curve = [dict(entry) for entry in row.curve if isinstance(entry, dict)]
        return _run(row, dataset.name if dataset else None, starter.name if starter else None, thinned(curve))


def thinned(curve: list[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Every so many entries of a long curve; the last one always, and every one that holds a validation."""
    step = max(1, -(-len(curve) // _MOST_POINTS))
    last = len(curve) - 1
    usual = set(curve[0]) if curve else set()
    return tuple(entry for at, entry in enumerate(curve) if at % step == 0 or at == last or set(entry) - usual)


def _run(row: TrainingRun, dataset: str | None, who: str | None, curve: tuple[dict[str, Any], ...]) -> Run:
    return Run(
        row.id, row.name, row.state, row.device, dataset, who, row.started_at, row.finished_at,
        dict(row.figures or {}), dict(row.experiment or {}), curve,
    )  # fmt: skip
