"""What is published: collections of features, made once and kept ready to be sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from app.store.shape import CODE, Moment, Shape

revision = "0005"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "published_collection",
        sa.Column("key", CODE, primary_key=True),
        sa.Column("id", CODE, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("description", sa.String, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("geometry", CODE, nullable=False),
        sa.Column("extent", sa.JSON),
        sa.Column("bounds", sa.JSON),
        sa.Column("first", sa.Date),
        sa.Column("last", sa.Date),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("about", sa.JSON, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
    )
    op.create_index("ix_published_collection_id_created_at", "published_collection", ["id", "created_at"])
    op.create_table(
        "published_feature",
        sa.Column(
            "collection_key",
            CODE,
            sa.ForeignKey("published_collection.key", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("feature_id", CODE, nullable=False),
        sa.Column("starts", sa.Date),
        sa.Column("ends", sa.Date),
        sa.Column("minx", sa.Double),
        sa.Column("miny", sa.Double),
        sa.Column("maxx", sa.Double),
        sa.Column("maxy", sa.Double),
        sa.Column("properties", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("geometry", Shape),
        sa.Column("geojson", sa.String, nullable=False),
        sa.Column("grid", sa.String, nullable=False),
        sa.UniqueConstraint("collection_key", "feature_id"),
    )
    op.create_index("ix_published_feature_box", "published_feature", ["collection_key", "minx", "miny", "maxx", "maxy"])
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_published_feature_geometry", "published_feature", ["geometry"], postgresql_using="gist")


def downgrade() -> None:
    op.drop_table("published_feature")
    op.drop_table("published_collection")
