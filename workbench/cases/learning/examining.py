"""The comparison behind the gate: active model and candidate look at the same photos in one run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.access import Actor, require
from workbench.cases.learning.active import active_folder
from workbench.cases.learning.bundle import NAME
from workbench.cases.learning.gate import Difference, Evidence, GateReport, Limits, judge
from workbench.cases.learning.model_views import active_row, find, is_active, version_folder
from workbench.store import model_files
from workbench.store.database import session_scope
from workbench.store.learning import ModelEvent, ModelVersion

if TYPE_CHECKING:
    from cv_models.datasets import LabelledPhoto
    from cv_models.evaluation.comparison import Comparison


def examine(
    actor: Actor,
    version: str,
    photos: Sequence[LabelledPhoto],
    *,
    name: str = NAME,
    limits: Limits | None = None,
    resamples: int = 2000,
    photos_from: str = "",
    progress: Callable[[int, str], None] | None = None,
) -> tuple[GateReport, Comparison]:
    """Let the active model and a candidate look at the same photos in one run, and judge the candidate. Changes nothing.

    Args:
        actor: needs the permission ``models.release``.
        version: the candidate.
        photos: labelled photos.
        name: name of the model.
        limits: what is asked of it.
        resamples: of the paired test.
        photos_from: what the photos are, in words; kept with the report.
        progress: told after each photo.

    Raises:
        TelekalkError: TK-MODEL-020 unknown, -022 it is active already, -001 files of one of them were changed.
        ComparisonError: TK-EVAL-010 no photos, -012 a model has died.
    """
    from cv_models.evaluation.comparison import compare
    from cv_models.evaluation.process import predict_bundles
    from workbench.cases.learning.shadow import photos_seen

    require(actor, "models.release")
    active_folder(name)
    with session_scope() as session:
        candidate, active = find(session, name, version), active_row(session, name)
        if active is None or active.id == candidate.id:
            raise is_active(name, version)
        oversize = _oversize(session, candidate)
        shadow_photos = photos_seen(session, f"{name}-{version}")
    folders = [version_folder(actor, row.version, name) for row in (active, candidate)]
    first, second = predict_bundles(photos, folders, progress=progress)
    comparison = compare(photos, first, second, resamples=resamples)
    both = [photo for photo in photos if photo.file_name in first.photos and photo.file_name in second.photos]
    evidence = Evidence(
        differences=_differences(comparison),
        photos=comparison.photos,
        labels=comparison.labels,
        undamaged=sum(photo.undamaged for photo in both),
        refused_photos=len(set(first.photos) - set(second.photos)),
        active_ms=first.milliseconds(),
        candidate_ms=second.milliseconds(),
        active_mib=first.peak_mib,
        candidate_mib=second.peak_mib,
        candidate_bytes=candidate.bytes,
        oversize_reason=oversize,
        files_sound=all(state == "ok" for state in model_files.states(candidate.files).values()),
        shadow_photos=shadow_photos,
    )
    asked = limits or Limits()
    report = GateReport(
        name=name,
        active=active.version,
        candidate=candidate.version,
        active_digest=model_files.digest_of(active.files),
        candidate_digest=model_files.digest_of(candidate.files),
        verdict=judge(evidence, asked),
        evidence=evidence,
        limits=asked,
        photos_from=photos_from,
    )
    return report, comparison


def _differences(comparison: Comparison) -> tuple[Difference, ...]:
    return tuple(
        Difference(
            figure=f"class/{row.category}/{row.figure}" if row.category else row.figure,
            active=row.a,
            candidate=row.b,
            difference=row.difference,
            low=row.low,
            high=row.high,
            p=row.p_holm,
            verdict="unknown" if row.verdict == "none" else row.verdict,
        )
        for row in comparison.rows
    )


def _oversize(session: Session, row: ModelVersion) -> str:
    entered = session.scalars(
        select(ModelEvent.report).where(
            ModelEvent.name == row.name, ModelEvent.version == row.version, ModelEvent.event == "registered"
        )
    ).first()
    return str((entered or {}).get("oversize", ""))
