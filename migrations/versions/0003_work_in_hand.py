"""Work in hand: jobs with their results, what-if scenarios, drafts of arrangements and what was done to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.store.shape import CODE, Moment

revision = "0003"
down_revision = "0002"

JOB_STATES = ("accepted", "running", "successful", "failed", "dismissed")
ARRANGEMENT_STATES = ("draft", "proposed", "agreed by place partnership", "in force", "ended")


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", CODE, primary_key=True),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("key", CODE, nullable=False),
        sa.Column("question", sa.JSON, nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("progress", sa.Double, nullable=False),
        sa.Column("message", sa.String),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("cancel_asked", sa.Boolean, nullable=False),
        sa.Column("worker", sa.String),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("started_at", Moment),
        sa.Column("heartbeat_at", Moment),
        sa.Column("finished_at", Moment),
        sa.Column("problem", sa.JSON),
        sa.Column("result", sa.LargeBinary),
        _one_of("state", JOB_STATES),
    )
    op.create_index("ix_job_state_created_at", "job", ["state", "created_at"])
    op.create_index("ix_job_key", "job", ["key"])
    op.create_table(
        "scenario",
        sa.Column("id", CODE, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("version_id", CODE, sa.ForeignKey("footprint_version.id"), nullable=False),
        sa.Column("place", sa.String),
        sa.Column("basis", CODE, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
    )
    op.create_index("ix_scenario_version_id", "scenario", ["version_id"])
    op.create_table(
        "arrangement",
        sa.Column("id", CODE, primary_key=True),
        sa.Column("version_id", CODE, sa.ForeignKey("footprint_version.id"), nullable=False),
        sa.Column("place", sa.String),
        sa.Column("pcn_code", CODE, nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        _one_of("status", ARRANGEMENT_STATES),
    )
    op.create_index("ix_arrangement_version_id_pcn_code", "arrangement", ["version_id", "pcn_code"])
    op.create_table(
        "arrangement_event",
        sa.Column("arrangement_id", CODE, sa.ForeignKey("arrangement.id"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    for table in ("arrangement_event", "arrangement", "scenario", "job"):
        op.drop_table(table)


def _one_of(column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({', '.join(map(repr, values))})", name=column)
