"""What experts confirm and correct on the registration document is kept as training data.

Revision: 0003
After: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the annotations, who confirmed a field, the look at a customer's document, and mileages known from before."""
    op.add_column(
        "registration_fields", sa.Column("confirmed", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.alter_column("registration_fields", "confirmed", server_default=None)
    op.add_column("registration_fields", sa.Column("confirmed_by", sa.Uuid(), nullable=True))
    op.add_column("registration_fields", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        "registration_fields_confirmed_by_fkey", "registration_fields", "users", ["confirmed_by"], ["id"]
    )
    op.add_column("photos", sa.Column("document", postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column("cases", sa.Column("known_mileage", postgresql.JSONB(none_as_null=True), nullable=True))
    op.create_table(
        "field_annotations",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("code", sa.String(12), nullable=False),
        sa.Column("decision", sa.String(10), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("read_value", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Numeric(5, 4), nullable=True),
        sa.Column("alternatives", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("box", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("photo_sha256", sa.String(64), nullable=True),
        sa.Column("before", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Uuid(), sa.ForeignKey("users.id"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("decision in ('confirmed', 'corrected')", name="annotation_decision_known"),
    )
    op.create_index("ix_field_annotations_case", "field_annotations", ["case_id", "code", "id"])


def downgrade() -> None:
    """Back to corrections that keep no history; a confirmation that changed nothing is forgotten."""
    op.drop_table("field_annotations")
    op.drop_column("cases", "known_mileage")
    op.drop_column("photos", "document")
    op.drop_constraint("registration_fields_confirmed_by_fkey", "registration_fields", type_="foreignkey")
    for column in ("confirmed_at", "confirmed_by", "confirmed"):
        op.drop_column("registration_fields", column)
