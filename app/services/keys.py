"""Keys that open the API for writing. Only their hashes are kept."""

from __future__ import annotations

import hashlib
import secrets

from app.domain.records import ApiKey
from app.store.store import Store

PREFIX = "cot_"


def first_key(store: Store) -> str | None:
    """Make the first key and return it, this once; ``None`` where there is a key already."""
    with store.write() as unit:
        if unit.keys.any():
            return None
        key = PREFIX + secrets.token_urlsafe(32)
        unit.keys.add("first key", _hash(key))
        return key


def known_key(store: Store, key: str) -> ApiKey | None:
    """The key's record if it is one of ours."""
    with store.read() as unit:
        return unit.keys.find(_hash(key))


def _hash(key: str) -> str:
    """A key holds 256 random bits, so one round of SHA-256 keeps it as safe as a slow hash would."""
    return hashlib.sha256(key.encode()).hexdigest()
