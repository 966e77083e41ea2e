"""What ``telekalk models list`` and ``card`` add where there is a database: registered versions and their state."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from workbench.access import SYSTEM
from workbench.errors import TelekalkError
from workbench.settings import get_settings

if TYPE_CHECKING:
    from workbench.cases.learning.model_views import ModelVersionView


def reachable() -> bool:
    """Whether this installation has a database that answers and is at this program's version."""
    from sqlalchemy.exc import SQLAlchemyError

    from workbench.store import migrate

    settings = get_settings()
    if not settings.database_url and not (settings.home / "pgdata").is_dir():
        return False
    os.environ.setdefault("PGCONNECT_TIMEOUT", "5")
    try:
        return migrate.current() == migrate.head()
    except (TelekalkError, SQLAlchemyError, OSError):
        return False


def with_versions(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of ``models list`` with the state of each version, and the versions that lie in the store.

    Without a database the rows come back as they are, with no state of release.
    """
    from workbench.store import database

    for row in rows:
        row.update({"release": None, "storage": "shipped"})
    try:
        if not reachable():
            return rows
        from workbench.cases.learning import release

        registered = release.versions(SYSTEM)
        stored = [_row(made) for made in registered]
    finally:
        database.dispose()
    known = {(row["name"], row["version"]): row for row in rows}
    for row in stored:
        shipped = known.get((row["name"], row["version"]))
        if shipped is not None and row["storage"] == "shipped":
            shipped.update({key: row[key] for key in ("release", "registered_at", "registered_by")})
        else:
            rows.append(row)
    return rows


def _row(made: ModelVersionView) -> dict[str, Any]:
    from workbench.store import model_files

    states = model_files.states(made.files)
    worst = next((state for state in ("missing", "changed") if state in states.values()), "ok")
    file = next((name for name in sorted(made.files) if name.startswith(made.name) and name.endswith(".onnx")), "")
    return {
        "name": made.name,
        "version": made.version,
        "file": file,
        "bytes": made.bytes,
        "state": worst,
        "sha256": made.files.get(file),
        "licence": made.licence,
        "purpose": made.card.strip().partition("\n")[0].lstrip("# ")[:80],
        "card": made.label,
        "release": made.state,
        "storage": made.storage,
        "registered_at": made.registered_at.isoformat(),
        "registered_by": made.registered_by,
    }


def stored_card(label: str) -> str | None:
    """Card of a registered version by its label (`damage-0.4`); None when there is no such version or no database."""
    from workbench.store import database

    try:
        if not reachable():
            return None
        from workbench.cases.learning import release

        return next((made.card for made in release.versions(SYSTEM) if made.label == label), None)
    finally:
        database.dispose()
