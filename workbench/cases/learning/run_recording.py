"""Entering training runs with their curves and figures; `runs` reads them for the data page."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.access import Actor, require
from workbench.cases.transition import as_id
from workbench.errors import TelekalkError, not_found
from workbench.store.database import session_scope
from workbench.store.learning import DatasetVersion, TrainingRun
from workbench.store.models import now

State = Literal["done", "failed", "stopped"]

_NAME_LIMIT = 80
_MOST_ENTRIES = 100_000


def begin(
    actor: Actor,
    name: str,
    experiment: Mapping[str, Any],
    *,
    fingerprint: str,
    device: str | None = None,
    dataset_sha256: str | None = None,
    step: int = 0,
) -> str:
    """Enter a run, or go on with the one of this name that was interrupted.

    Args:
        actor: who starts it; needs the permission ``models.release``.
        name: of the run; a run of other settings that has the name already keeps it, and this one gets a number.
        experiment: its settings.
        fingerprint: hash of the settings that decide the weights; tells a continuation from another run.
        device: what it runs on.
        dataset_sha256: hash of the manifest of an exported data set, where it is trained on one.
        step: step at which it goes on; curve entries behind it are taken away.

    Returns:
        Id of the run.

    Raises:
        TelekalkError: TK-ACCESS-403, TK-TRAIN-016 when the name is none.
    """
    require(actor, "models.release")
    wanted = "".join(letter for letter in name if letter.isprintable()).strip()[: _NAME_LIMIT - 4]
    if not wanted:
        raise TelekalkError("TK-TRAIN-016", "Der Trainingslauf hat keinen Namen.", "The training run has no name.")
    settings = {**_plain(experiment), "fingerprint": fingerprint}
    with session_scope() as session:
        row = _row(session, wanted, settings, step)
        row.state, row.device, row.finished_at = "running", device, None
        row.curve = [entry for entry in row.curve or [] if int(entry.get("step", 0)) <= step]
        if dataset_sha256:
            row.dataset_version_id = session.scalar(
                select(DatasetVersion.id)
                .where(DatasetVersion.manifest_sha256 == dataset_sha256)
                .order_by(DatasetVersion.made_at.desc())
                .limit(1)
            )
        if row.started_by is None:
            row.started_by = actor.user_id
        session.flush()
        return row.id


def _row(session: Session, name: str, settings: dict[str, Any], step: int) -> TrainingRun:
    """The interrupted run of the same settings, or a new row under the first free name."""
    number, free = 1, name
    while True:
        row = session.scalar(select(TrainingRun).where(TrainingRun.name == free).with_for_update())
        if row is None:
            row = TrainingRun(name=free, experiment=settings, state="running", curve=[], figures={})
            session.add(row)
            return row
        if step > 0 and row.experiment.get("fingerprint") == settings["fingerprint"]:
            row.experiment = settings
            return row
        number += 1
        free = f"{name}-{number}"


def note(actor: Actor, run_id: str, entries: Sequence[Mapping[str, Any]]) -> None:
    """Add lines to the curve.

    Raises:
        TelekalkError: TK-ACCESS-403, TK-ACCESS-404.
    """
    require(actor, "models.release")
    with session_scope() as session:
        row = _get(session, run_id)
        row.curve = [*row.curve, *(_plain(entry) for entry in entries)][-_MOST_ENTRIES:]


def end(actor: Actor, run_id: str, state: State, figures: Mapping[str, Any] | None = None) -> None:
    """Close the run: done, stopped (it can be gone on with), or failed.

    Raises:
        TelekalkError: TK-ACCESS-403, TK-ACCESS-404.
    """
    require(actor, "models.release")
    with session_scope() as session:
        row = _get(session, run_id)
        row.state, row.finished_at = state, now()
        if figures:
            row.figures = {**(row.figures or {}), **_plain(figures)}


def name_of(actor: Actor, run_id: str) -> str:
    """Under which name the run was entered.

    Raises:
        TelekalkError: TK-ACCESS-403, TK-ACCESS-404.
    """
    require(actor, "models.release")
    with session_scope() as session:
        return _get(session, run_id).name


def dataset_hash_beside(coco: Path) -> str | None:
    """Hash of the exported data set in whose folder the label file lies; None when it is another one."""
    try:
        found = json.loads((coco.parent / "manifest.json").read_text(encoding="utf-8"))
        sha256 = found["manifest_sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return sha256 if isinstance(sha256, str) and len(sha256) == 64 else None


def _get(session: Session, run_id: str) -> TrainingRun:
    row = session.get(TrainingRun, as_id(run_id, "Der Trainingslauf", "The training run"))
    if row is None:
        raise not_found("Der Trainingslauf", "The training run")
    return row


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON can keep it; a number that is none (a loss that ran away) becomes nothing."""

    def mend(value: Any) -> Any:
        if isinstance(value, float) and not math.isfinite(value):
            return None
        if isinstance(value, Mapping):
            return {str(key): mend(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [mend(item) for item in value]
        return value if isinstance(value, str | int | float | bool | None) else str(value)

    return {str(key): mend(item) for key, item in values.items()}
