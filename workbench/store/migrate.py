"""Migrations, run by program: where the database stands, and bringing it up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from workbench.store.database import engine as default_engine

# Two processes that start together must not migrate together.
_ADVISORY_LOCK = 7_305_241


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def head() -> str:
    """The newest version that this program knows."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:  # pragma: no cover - there is always a first migration
        raise RuntimeError("no migrations are packaged")
    return revision


def current(target: Engine | None = None) -> str | None:
    """The version that the database is at; None when it is empty."""
    with (target or default_engine()).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(target: Engine | None = None) -> tuple[str | None, str]:
    """Bring the database to the newest version, in one transaction.

    Returns:
        The version before and the version after.
    """
    with (target or default_engine()).begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        before = MigrationContext.configure(connection).get_current_revision()
        newest = head()
        if before != newest:
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    return before, newest
