"""Alembic's entry: runs the migrations on the connection that ``workbench.store.migrate`` hands over."""

from __future__ import annotations

from alembic import context

import workbench.store.learning  # noqa: F401 - registers its tables
from workbench.store.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
