from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from workbench.access import SYSTEM
from workbench.cases import intake
from workbench.cases.views import ClaimData
from workbench.store import migrate
from workbench.store.database import engine, session_scope
from workbench.store.models import Base


def test_models_and_migrations_agree(database: str) -> None:
    with engine().connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _p: not str(name or "").startswith("procrastinate")}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(database: str) -> None:
    assert migrate.upgrade() == (migrate.head(), migrate.head())
    assert migrate.current() == migrate.head()


def test_audit_refuses_change_and_deletion(database: str) -> None:
    intake.open_case(SYSTEM, ClaimData("A-1"))
    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit"):
        with pytest.raises(DBAPIError), session_scope() as session:
            session.execute(text(statement))
    with session_scope() as session:
        assert session.execute(text("SELECT count(*) FROM audit")).scalar() == 1


def test_money_is_exact(database: str) -> None:
    with psycopg.connect(database) as connection:
        found = connection.execute(
            "SELECT column_name, data_type, numeric_scale FROM information_schema.columns WHERE table_schema = 'public' "
            "AND column_name IN ('gross', 'net', 'payout', 'excess')"
        ).fetchall()
    assert found
    assert {(kind, scale) for _name, kind, scale in found} == {("numeric", 2)}
    with psycopg.connect(database) as connection:
        floats = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type IN ('real', 'double precision') AND table_name NOT LIKE 'procrastinate%'"
        ).fetchall()
    assert floats == []


def test_server_is_recovered_after_a_kill(tmp_path: Path) -> None:
    """The embedded server starts again on data of a server that was killed, and what was committed is there."""
    from tests_support import open_folder

    with open_folder() as folder:
        script = (
            "import os, signal, sys, psycopg\n"
            "from pathlib import Path\n"
            "from workbench.store.embedded import EmbeddedServer\n"
            "server = EmbeddedServer(Path(sys.argv[1]) / 'pgdata')\n"
            "url = server.start()\n"
            "with psycopg.connect(url, autocommit=True) as c:\n"
            "    c.execute('CREATE TABLE IF NOT EXISTS t (n int)')\n"
            "    c.execute('INSERT INTO t VALUES (1)')\n"
            "    print(c.execute('SELECT count(*) FROM t').fetchone()[0], flush=True)\n"
            "if sys.argv[2] == 'kill':\n"
            "    pid = int((Path(sys.argv[1]) / 'pgdata' / 'postmaster.pid').read_text().split()[0])\n"
            "    os.kill(pid, signal.SIGKILL)\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n"
            "server.stop()\n"
        )
        first = subprocess.run([sys.executable, "-c", script, str(folder), "kill"], capture_output=True, check=False)
        assert first.stdout.strip() == b"1", first.stderr.decode()
        second = subprocess.run([sys.executable, "-c", script, str(folder), "stop"], capture_output=True, check=False)
        assert second.stdout.split()[-1:] == [b"2"], second.stderr.decode()
        assert not (folder / "pgdata" / "postmaster.pid").exists()
