"""Layers: footprints that another service works in already, told apart from proposals.

Going back leaves their shapes in the database, where they then stand among the proposals.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.store.shape import CODE

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "layer",
        sa.Column("footprint_id", CODE, sa.ForeignKey("footprint.id"), primary_key=True),
        sa.Column("service", sa.String, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("layer")
