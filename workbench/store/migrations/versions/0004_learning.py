"""The loop: annotations of regions, datasets, training runs, model versions, shadow looks, outcomes of suggestions.

Revision: 0004
After: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(none_as_null=True)
MOMENT = sa.DateTime(timezone=True)


def _user(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), sa.ForeignKey("users.id"), nullable=True)


def _case() -> sa.Column[object]:
    return sa.Column("case_id", sa.Uuid(), sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False)


def upgrade() -> None:
    """Add the tables of the loop, and damage key and size of findings."""
    op.add_column("findings", sa.Column("damage_key", sa.String(40), nullable=True))
    op.add_column("findings", sa.Column("size", JSON, nullable=True))
    op.create_table(
        "region_annotations",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        _case(),
        sa.Column("photo_id", sa.Uuid(), sa.ForeignKey("photos.id", ondelete="SET NULL"), nullable=True),
        sa.Column("photo_sha256", sa.String(64), nullable=False),
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(10), nullable=False),
        sa.Column("by_role", sa.String(12), nullable=False),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("score", sa.Numeric(5, 4), nullable=True),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        _user("made_by"),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "decision in ('confirmed', 'rejected', 'edited', 'added', 'undone', 'mended')", name="region_decision_known"
        ),
        sa.CheckConstraint("by_role in ('expert', 'reviewer', 'data')", name="region_role_known"),
    )
    op.create_index("ix_region_annotations_photo", "region_annotations", ["photo_sha256", "id"])
    op.create_index("ix_region_annotations_case", "region_annotations", ["case_id", "finding_id", "id"])
    op.create_index("ix_region_annotations_finding", "region_annotations", ["finding_id", "by_role", "id"])
    op.create_table(
        "dataset_versions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(60), nullable=False, unique=True),
        sa.Column("manifest_sha256", sa.String(64), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("manifest", JSON, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        _user("made_by"),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    op.create_table(
        "training_runs",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("experiment", JSON, nullable=False),
        sa.Column("dataset_version_id", sa.Uuid(), sa.ForeignKey("dataset_versions.id"), nullable=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("curve", JSON, nullable=False),
        sa.Column("figures", JSON, nullable=False),
        _user("started_by"),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.CheckConstraint("state in ('running', 'done', 'failed', 'stopped')", name="run_state_known"),
    )
    op.create_table(
        "model_versions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("version", sa.String(24), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("storage", sa.String(8), nullable=False),
        sa.Column("files", JSON, nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("evaluation", JSON, nullable=True),
        sa.Column("training_run_id", sa.Uuid(), sa.ForeignKey("training_runs.id"), nullable=True),
        _user("registered_by"),
        sa.Column("registered_at", MOMENT, nullable=False),
        sa.UniqueConstraint("name", "version", name="model_version_once"),
        sa.CheckConstraint(
            "state in ('candidate', 'shadow', 'active', 'retired', 'refused')", name="model_state_known"
        ),
    )
    for state in ("active", "shadow"):
        op.create_index(
            f"ix_model_versions_{state}",
            "model_versions",
            ["name"],
            unique=True,
            postgresql_where=sa.text(f"state = '{state}'"),
        )
    op.create_table(
        "model_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("version", sa.String(24), nullable=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("report", JSON, nullable=False),
        _user("made_by"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
    )
    op.create_index("ix_model_events_name", "model_events", ["name", "id"])
    op.create_table(
        "shadow_looks",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        _case(),
        sa.Column("photo_id", sa.Uuid(), sa.ForeignKey("photos.id", ondelete="CASCADE"), nullable=False),
        sa.Column("active", sa.Text(), nullable=False),
        sa.Column("candidate", sa.Text(), nullable=False),
        sa.Column("findings", JSON, nullable=False),
        sa.Column("disagreements", JSON, nullable=False),
        sa.Column("disagreement_count", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Numeric(9, 3), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.UniqueConstraint("photo_id", "active", "candidate", name="shadow_look_once"),
    )
    op.create_table(
        "suggestion_outcomes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        _case(),
        sa.Column("offer_version", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(32), nullable=False),
        sa.Column("side", sa.String(8), nullable=True),
        sa.Column("suggested", JSON, nullable=True),
        sa.Column("done", JSON, nullable=True),
        sa.Column("outcome", sa.String(8), nullable=False),
        _user("made_by"),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("outcome in ('kept', 'changed', 'dropped', 'added')", name="suggestion_outcome_known"),
    )
    op.create_index("ix_suggestion_outcomes_case", "suggestion_outcomes", ["case_id", "offer_version"])


def downgrade() -> None:
    """Back to findings whose corrections keep no history."""
    for table in (
        "suggestion_outcomes",
        "shadow_looks",
        "model_events",
        "model_versions",
        "training_runs",
        "dataset_versions",
        "region_annotations",
    ):
        op.drop_table(table)
    op.drop_column("findings", "size")
    op.drop_column("findings", "damage_key")
