"""The tables of files that are staged, and of answers kept so that a request may be repeated.

Rows leave when their time is over; nothing else refers to them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.uploads import UploadState
from app.store.shape import Moment
from app.store.tables import Base, Code, CodeKey


class Upload(Base):
    """A file that came and is not loaded yet. ``folder`` holds its bytes under a name of ours.

    ``revision`` grows with every check. ``checked`` is the report of the last one, compressed JSON.
    """

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in UploadState)})", name="state"),
        Index("ix_upload_expires_at", "expires_at"),
    )

    id: Mapped[CodeKey]
    state: Mapped[Code]
    by: Mapped[str]
    name: Mapped[str]
    folder: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[Code]
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    claimed_at: Mapped[datetime | None] = mapped_column(Moment)
    revision: Mapped[int]
    inspection: Mapped[dict[str, Any]] = mapped_column(JSON)
    checked: Mapped[bytes | None]
    committed_as: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class KeptAnswer(Base):
    """What a request with an ``Idempotency-Key`` was answered. Without a status it is still being answered."""

    __tablename__ = "kept_answer"

    key: Mapped[CodeKey]
    fingerprint: Mapped[Code]
    status: Mapped[int | None]
    location: Mapped[str | None]
    body: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
