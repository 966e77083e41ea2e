"""The first shape: cases and all that hangs on them, the audit trail, the outbox, and the job tables of procrastinate.

Revision: 0001
After: nothing
"""

from __future__ import annotations

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy import text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables."""
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    for statement in script.split("\n;;\n"):
        op.execute(text(statement.replace(":", "\\:")))
    # The job tables as the installed procrastinate wants them; a later version of it brings a migration of its own here.
    raw = op.get_bind().connection.driver_connection
    assert raw is not None
    raw.execute(SchemaManager.get_schema())


def downgrade() -> None:
    """There is nothing before the first shape."""
    raise NotImplementedError("restore the backup from before the first migration instead")
