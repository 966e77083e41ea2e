"""Releasing models: enter a version, let it through the gate, make it active, go back. Every act is kept with who and why.

The database is the truth about which version is active; ``workbench.cases.learning.active`` brings it to each process.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.access import Actor, require
from workbench.cases.learning.active import SHIPPED, active_folder, current, local, lock, note, switch
from workbench.cases.learning.bundle import NAME
from workbench.cases.learning.examining import examine
from workbench.cases.learning.gate import GateReport
from workbench.cases.learning.model_views import (
    ModelEventView,
    ModelVersionView,
    active_row,
    events,
    find,
    is_active,
    version_folder,
    versions,
    view,
)
from workbench.cases.learning.registering import register
from workbench.errors import TelekalkError
from workbench.store import model_files
from workbench.store.database import session_scope
from workbench.store.learning import ModelEvent, ModelVersion

__all__ = [
    "NAME",
    "ModelEventView",
    "ModelVersionView",
    "RolledBack",
    "active_folder",
    "current",
    "events",
    "examine",
    "promote",
    "register",
    "rollback",
    "version_folder",
    "versions",
]

_ACTIVATING = ("promoted", "activated")


@dataclass(frozen=True, slots=True)
class RolledBack:
    """A step back.

    Attributes:
        version: the version that is active now.
        left: the version that was active before.
        passed_over: earlier versions whose files are no longer whole.
    """

    version: ModelVersionView
    left: str
    passed_over: tuple[str, ...]


def promote(
    actor: Actor,
    name: str,
    version: str,
    *,
    report: GateReport,
    reason: str = "",
    despite: str | None = None,
) -> ModelVersionView:
    """Make a candidate the active version, when it has passed the gate. The next set that begins is looked at by it.

    Args:
        actor: needs the permission ``models.release``.
        name: of the model.
        version: the candidate.
        report: what ``examine`` found; it must be about these very files, and about the version that is active now.
        reason: why now; kept.
        despite: why it is released although the gate refuses it; kept as an event of its own and shown.

    Raises:
        TelekalkError: TK-MODEL-021 the gate refuses it (kept as an event), -020 unknown, -022 it is active already,
            -023 something changed since the comparison, -001 its files were changed.
    """
    require(actor, "models.release")
    with session_scope() as session:
        lock(session, name)
        row, active = find(session, name, version), active_row(session, name)
        if active is None or row.id == active.id:
            raise is_active(name, version)
        _check_report(report, row, active)
        for file, sha256 in row.files.items():
            model_files.read(file, sha256)
        verdict, told = report.verdict, report.to_json()
        row.evaluation = told
        passed = verdict.passed
        note(session, actor, row, "gate_passed" if passed else "gate_refused", told)
        excuse = (despite or "").strip()
        if not passed and not excuse:
            if row.state in {"candidate", "retired"}:
                row.state = "refused"
        else:
            if not passed:
                reasons = [check.name for check in verdict.reasons]
                note(session, actor, row, "gate_overridden", {"despite": excuse, "reasons": reasons})
            switch(session, row, active)
            said = {"before": active.version, "reason": reason.strip()}
            note(session, actor, row, "promoted", {**said, **({} if passed else {"despite": excuse})})
            return view(session, row)
    raise _refused(report)


def _check_report(report: GateReport, row: ModelVersion, active: ModelVersion) -> None:
    about = (report.name, report.candidate, report.candidate_digest, report.active, report.active_digest)
    now = (
        row.name,
        row.version,
        model_files.digest_of(row.files),
        active.version,
        model_files.digest_of(active.files),
    )
    if about != now:
        raise TelekalkError(
            "TK-MODEL-023",
            f"Seit dem Vergleich hat sich etwas geändert; aktiv ist jetzt {active.version}.",
            f"Something has changed since the comparison; {active.version} is active now.",
            status=409,
            remedy_de="Vergleichen Sie noch einmal.",
            remedy_en="Compare once more.",
            data={"active": active.version, "compared_with": report.active},
        )


def _refused(report: GateReport) -> TelekalkError:
    reasons = report.verdict.reasons
    return TelekalkError(
        "TK-MODEL-021",
        f"Die Version {report.candidate} von {report.name} wird nicht freigegeben:\n"
        + "\n".join(f"- {check.detail_de}" for check in reasons),
        f"The version {report.candidate} of {report.name} is not released:\n"
        + "\n".join(f"- {check.detail_en}" for check in reasons),
        status=409,
        data={"reasons": [check.name for check in reasons], "active": report.active},
    )


def _way_back(session: Session, name: str) -> list[str]:
    """Versions that were active, in the order in which one goes back: the last one before the present one first."""
    stack: list[str] = []
    for event, version in session.execute(
        select(ModelEvent.event, ModelEvent.version).where(ModelEvent.name == name).order_by(ModelEvent.id)
    ):
        if event in _ACTIVATING:
            stack.append(version)
        elif event == "rolled_back":
            while stack and stack[-1] != version:
                stack.pop()
    return stack[-2::-1]


def rollback(actor: Actor, name: str = NAME, *, reason: str = "") -> RolledBack:
    """Go back to the version that was active before; works also when the active version's files are broken.

    Done again it goes one further back. A version whose own files are no longer whole is passed over, and that is told.

    Raises:
        TelekalkError: TK-MODEL-024 when there is no earlier version that could be gone back to.
    """
    require(actor, "models.release")
    with session_scope() as session:
        lock(session, name)
        active = active_row(session, name)
        passed_over: list[str] = []
        for version in _way_back(session, name):
            row = session.scalar(select(ModelVersion).where(ModelVersion.name == name, ModelVersion.version == version))
            if row is None or row.state == "active" or version in passed_over:
                continue
            if not _is_whole(row):
                passed_over.append(version)
                continue
            switch(session, row, active)
            left = active.version if active else ""
            note(
                session,
                actor,
                row,
                "rolled_back",
                {"left": left, "passed_over": passed_over, "reason": reason.strip()},
            )
            return RolledBack(view(session, row), left, tuple(passed_over))
        at = active.version if active else "–"
    broken = ", ".join(passed_over)
    why_de = f" Nicht mehr ganz: {broken}." if broken else ""
    why_en = f" No longer whole: {broken}." if broken else ""
    raise TelekalkError(
        "TK-MODEL-024",
        f"Vor {name} {at} war keine Version aktiv, zu der man zurückgehen könnte.{why_de}",
        f"No version was active before {name} {at} that could be gone back to.{why_en}",
        status=409,
        remedy_de="Registrieren Sie eine heile Version (`telekalk models register`) oder erneuern Sie die Installation.",
        remedy_en="Register a sound version (`telekalk models register`), or renew the installation.",
        data={"active": at, "passed_over": passed_over},
    )


def _is_whole(row: ModelVersion) -> bool:
    """Whether the version can be used: its files in the store, and this machine's copy where there is one."""
    if row.storage != SHIPPED and any(state != "ok" for state in model_files.states(row.files).values()):
        return False
    return local(row).folder is not None
