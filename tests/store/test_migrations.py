"""Going back from a migration and forward again leaves the database as the models want it, and what was stored in it."""

from __future__ import annotations

from collections.abc import Callable

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from workbench.access import Actor
from workbench.cases import work
from workbench.cases.views import CaseRef
from workbench.store import migrate
from workbench.store.database import engine
from workbench.store.models import Base


def _to(revision: str) -> None:
    config = migrate._config()
    with engine().begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def test_corrections_survive_going_back_and_forward(
    database: str, make_case: Callable[..., CaseRef], actor_expert: Actor
) -> None:
    ref = make_case("S-2026-5001", taken_by=actor_expert)
    version = work.get_case(actor_expert, ref.id).version
    work.correct_field(actor_expert, ref.id, version, "D.3", "GOLF")
    _to("0002")
    assert migrate.current() == "0002"
    with engine().connect() as connection:
        assert connection.execute(text("SELECT value FROM registration_fields WHERE code = 'D.3'")).scalar() == "GOLF"
    assert migrate.upgrade() == ("0002", migrate.head())
    with engine().connect() as connection:
        assert (
            compare_metadata(
                MigrationContext.configure(
                    connection,
                    opts={"include_name": lambda name, kind, _p: not str(name or "").startswith("procrastinate")},
                ),
                Base.metadata,
            )
            == []
        )
    field = next(item for item in work.get_case(actor_expert, ref.id).vehicle_fields if item["code"] == "D.3")
    assert (field["value"], field["corrected"], field["confirmed"]) == ("GOLF", True, False)
