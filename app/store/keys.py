"""API keys. Only hashes are kept; a key that is revoked stays on record and opens nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.problem import Fault, Problem
from app.domain.records import ApiKey
from app.store.frames import not_found
from app.store.tables import Key


class Keys:
    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def add(self, name: str, key_hash: str) -> ApiKey:
        """Keep a key's hash under a name. Raises ``Problem`` (conflict) if the name or the key is in use."""
        row = Key(name=name, hash=key_hash, created_at=self._now())
        self._session.add(row)
        try:
            self._session.flush()
        except IntegrityError as error:
            raise Problem(
                Fault.CONFLICT,
                "The key cannot be kept",
                f"There is a key named {name!r} already, or this key is kept under another name.",
                remedy="Choose another name.",
            ) from error
        return _key(row)

    def any(self) -> bool:
        """Whether a key was ever made. Revoked ones count, so that revoking the last does not open the door to all."""
        return bool(self._session.scalar(select(func.count()).select_from(Key)))

    def find(self, key_hash: str) -> ApiKey | None:
        """The key with this hash, unless it was revoked."""
        row = self._session.scalars(select(Key).where(Key.hash == key_hash, Key.revoked_at.is_(None))).first()
        return None if row is None else _key(row)

    def all(self) -> tuple[ApiKey, ...]:
        """Every key ever made, in the order they were made."""
        return tuple(_key(row) for row in self._session.scalars(select(Key).order_by(Key.id)))

    def revoke(self, name: str) -> ApiKey:
        """Take a key back for good; one that is taken back already keeps its date. Raises ``Problem`` (not found)."""
        row = self._session.scalars(select(Key).where(Key.name == name)).first()
        if row is None:
            not_found("key", name, (key.name for key in self.all()))
        if row.revoked_at is None:
            row.revoked_at = self._now()
            self._session.flush()
        return _key(row)


def _key(row: Key) -> ApiKey:
    return ApiKey(row.id, row.name, row.created_at, row.revoked_at)
