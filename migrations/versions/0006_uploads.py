"""Files that are staged before they are loaded, and answers kept for requests that are repeated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.store.shape import CODE, Moment

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", CODE, primary_key=True),
        sa.Column("state", CODE, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("folder", sa.String, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", CODE, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("claimed_at", Moment),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("inspection", sa.JSON, nullable=False),
        sa.Column("checked", sa.LargeBinary),
        sa.Column("committed_as", sa.JSON),
        sa.Column("result", sa.JSON),
        sa.CheckConstraint("state IN ('staged', 'committing', 'committed')", name="state"),
    )
    op.create_index("ix_upload_expires_at", "upload", ["expires_at"])
    op.create_table(
        "kept_answer",
        sa.Column("key", CODE, primary_key=True),
        sa.Column("fingerprint", CODE, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("location", sa.String),
        sa.Column("body", sa.LargeBinary),
        sa.Column("created_at", Moment, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("kept_answer")
    op.drop_table("upload")
