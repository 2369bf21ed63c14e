"""For PostGIS: outlines as tiles draw them, one set for each zoom, and an index of features by their properties."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.store.shape import CODE, WEB_MERCATOR, Shape

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "published_drawing",
        sa.Column(
            "collection_key",
            CODE,
            sa.ForeignKey("published_collection.key", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("zoom", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("geometry", Shape(srid=WEB_MERCATOR), nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_published_drawing_geometry", "published_drawing", ["geometry"], postgresql_using="gist")
        op.create_index(
            "ix_published_feature_properties",
            "published_feature",
            ["properties"],
            postgresql_using="gin",
            postgresql_ops={"properties": "jsonb_path_ops"},
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_published_feature_properties", "published_feature")
    op.drop_table("published_drawing")
