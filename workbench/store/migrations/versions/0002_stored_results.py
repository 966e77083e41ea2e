"""A stored calculation proves itself: checksum of its result, and no change afterwards.

Revision: 0002
After: 0001
"""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_REFUSE = """
CREATE FUNCTION refuse_calculation_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a stored calculation is never changed' USING ERRCODE = 'insufficient_privilege';
END
$$
"""


def upgrade() -> None:
    """Add the checksum, fill it for what is there, refuse every change."""
    op.add_column("calculations", sa.Column("result_sha256", sa.String(64), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.text("SELECT id, result FROM calculations")).all():
        # As ``workbench.engines.canonical`` spelt it when this migration was written.
        content = json.dumps(row.result, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        connection.execute(
            sa.text("UPDATE calculations SET result_sha256 = :sha WHERE id = :id"),
            {"sha": hashlib.sha256(content).hexdigest(), "id": row.id},
        )
    op.alter_column("calculations", "result_sha256", nullable=False)
    op.execute(sa.text(_REFUSE))
    op.execute(
        sa.text(
            "CREATE TRIGGER calculations_stay BEFORE UPDATE ON calculations "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_calculation_change()"
        )
    )


def downgrade() -> None:
    """Back to results without a checksum."""
    op.execute(sa.text("DROP TRIGGER calculations_stay ON calculations"))
    op.execute(sa.text("DROP FUNCTION refuse_calculation_change()"))
    op.drop_column("calculations", "result_sha256")
