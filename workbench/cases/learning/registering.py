"""Taking a bundle into the installation: read, checked, tried, stored, entered; or refused as a whole."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.access import Actor, require
from workbench.cases.learning.active import STORED, enter_shipped, lock, note
from workbench.cases.learning.bundle import Bundle, digest, read_bundle, refuse
from workbench.cases.learning.model_views import ModelVersionView, view
from workbench.cases.learning.probe import probe
from workbench.store import model_files
from workbench.store.database import session_scope
from workbench.store.learning import ModelVersion, TrainingRun


def register(
    actor: Actor, folder: Path, *, oversize: str | None = None, training_run: str | None = None
) -> ModelVersionView:
    """Take a bundle into the installation as a candidate; nothing stays behind when it is refused.

    The same bundle again changes nothing but mends its files in the store.

    Args:
        actor: needs the permission ``models.release``.
        folder: the bundle.
        oversize: why more than 20 MB are accepted; kept with the event and shown by the gate.
        training_run: name of the run that made it.

    Raises:
        TelekalkError: TK-MODEL-010 to -015 as in ``read_bundle``; -016 the network does not load or fails on a probe
            picture; -017 the version is registered with other content; -020 there is no such training run.
    """
    require(actor, "models.release")
    if not folder.is_dir():
        raise refuse("TK-MODEL-010", f"{folder} ist kein Ordner.", f"{folder} is no folder.")
    reason = (oversize or "").strip()
    bundle = read_bundle(folder, oversize=bool(reason))
    enter_shipped(bundle.name)
    with session_scope() as session:
        known = _same(session, bundle)
    if known is None:
        _try_out(bundle)
    for content in bundle.contents.values():
        model_files.put(content)
    with session_scope() as session:
        lock(session, bundle.name)
        row = _same(session, bundle)
        if row is not None:
            return view(session, row)
        run = session.scalar(select(TrainingRun).where(TrainingRun.name == training_run)) if training_run else None
        if training_run and run is None:
            raise refuse("TK-MODEL-020", f"Es gibt keinen Lauf {training_run}.", f"There is no run {training_run}.")
        row = ModelVersion(
            name=bundle.name,
            version=bundle.version,
            state="candidate",
            storage=STORED,
            files=bundle.files,
            bytes=bundle.size,
            settings=bundle.settings,
            licence=bundle.licence,
            card=bundle.card,
            training_run_id=run.id if run else None,
            registered_by=actor.user_id,
        )
        session.add(row)
        session.flush()
        told = {"storage": STORED, "bytes": bundle.size, "digest": digest(bundle)}
        note(session, actor, row, "registered", {**told, **({"oversize": reason} if reason else {})})
        return view(session, row)


def _same(session: Session, bundle: Bundle) -> ModelVersion | None:
    """The version when it is registered with this very content.

    Raises:
        TelekalkError: TK-MODEL-017 when it is registered with another.
    """
    row = session.scalar(
        select(ModelVersion).where(ModelVersion.name == bundle.name, ModelVersion.version == bundle.version)
    )
    if row is not None and row.files != bundle.files:
        raise refuse(
            "TK-MODEL-017",
            f"Die Version {bundle.version} von {bundle.name} ist schon registriert, mit anderem Inhalt.",
            f"The version {bundle.version} of {bundle.name} is registered already, with other content.",
        )
    return row


def _try_out(bundle: Bundle) -> None:
    with tempfile.TemporaryDirectory(prefix="telekalk-model-") as place:
        for name, content in bundle.contents.items():
            (Path(place) / name).write_bytes(content)
        seen = probe(Path(place))
    if seen.problem:
        raise refuse(
            "TK-MODEL-016",
            f"Das Modell lässt sich nicht laden oder scheitert an einem Probebild: {seen.problem}",
            f"The model cannot be loaded or fails on a probe picture: {seen.problem}",
        )
