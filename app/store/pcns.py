"""Primary Care Networks and the practices' memberships of them."""

from __future__ import annotations

from app.store.rows import Rows
from app.store.tables import Membership, Pcn


class Pcns(Rows):
    model = Pcn
    order = ("code",)


class Memberships(Rows):
    """Every row as published, in the file's order; which of them hold on a day is the domain's to say."""

    model = Membership
    order = ("position",)
