"""Which area of one census became which of the next."""

from __future__ import annotations

from app.store.rows import Rows
from app.store.tables import AreaLookup


class Lookups(Rows):
    model = AreaLookup
    order = ("from_code", "to_code")
