"""How the registered models are: what `telekalk doctor` says about them, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from workbench.cases.learning.active import current, local
from workbench.cases.learning.bundle import NAME, REGISTRY, shipped_version
from workbench.cases.looking import looker
from workbench.store import model_files
from workbench.store.database import session_scope
from workbench.store.learning import ModelVersion
from workbench.store.model_files import LocalModel


@dataclass(frozen=True, slots=True)
class Health:
    """State of the detector's versions.

    Attributes:
        detector: the active version as this machine has it.
        level: ok, warning or error.
        found_de, found_en: what is not as it should be.
        todo_de, todo_en: what to do; empty when there is nothing to do.
    """

    detector: LocalModel
    level: str = "ok"
    found_de: str = ""
    found_en: str = ""
    todo_de: str = ""
    todo_en: str = ""


def of_home() -> Health:
    """Without a database: the version that was active last in this home, else the shipped one."""
    return _of(looker().detector)


def _of(detector: LocalModel) -> Health:
    problem = detector.problem
    if problem is None:
        return Health(detector)
    return Health(
        detector,
        "error",
        f"{problem.code} {problem.message_de}",
        f"{problem.code} {problem.message_en}",
        problem.remedy_de,
        problem.remedy_en,
    )


def of_models(name: str = NAME) -> Health:
    """With a database: the active version, then the shadow, then earlier versions to which one could want to go back."""
    active = current(name)
    if active.problem is not None:
        return _of(active)
    with session_scope() as session:
        rows = session.scalars(select(ModelVersion).where(ModelVersion.name == name)).all()
    shadow = next((row for row in rows if row.state == "shadow"), None)
    problem = local(shadow).problem if shadow is not None else None
    if shadow is not None and problem is not None:
        return Health(
            active,
            "warning",
            f"Schatten {shadow.version}: {problem.message_de}",
            f"shadow {shadow.version}: {problem.message_en}",
            problem.remedy_de or "`telekalk models shadow --off` aufrufen.",
            problem.remedy_en or "Run `telekalk models shadow --off`.",
        )
    broken = sorted(
        row.version for row in rows if any(state != "ok" for state in model_files.states(row.files).values())
    )
    if broken:
        listed = ", ".join(broken)
        return Health(
            active,
            "warning",
            f"im Modellspeicher nicht mehr ganz: {listed}",
            f"no longer whole in the model store: {listed}",
            "Den Ordner der Version noch einmal registrieren (`telekalk models register`) oder den Fotospeicher zurückspielen.",
            "Register the version's folder again (`telekalk models register`), or restore the photo store.",
        )
    return _shipped_as_entered(active, rows)


def _shipped_as_entered(active: LocalModel, rows: Sequence[ModelVersion]) -> Health:
    version, registry_sha = shipped_version(active.name)
    for row in rows:
        if row.version == version and row.files.get(REGISTRY) != registry_sha:
            return Health(
                active,
                "warning",
                f"unter der Version {version} wurde etwas anderes eingetragen, als mitgeliefert ist; es gilt das Eingetragene",
                f"under the version {version} something else was entered than is shipped; what was entered counts",
                "Die mitgelieferte Fassung unter eigener Version registrieren, wenn sie gelten soll.",
                "Register the shipped one under a version of its own if it shall count.",
            )
    return Health(active)
