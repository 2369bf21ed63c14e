"""A unit of work: one transaction, and the repositories that read and write within it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from app.store.areas import Areas
from app.store.arrangements import Arrangements
from app.store.datasets import Datasets
from app.store.drawings import Drawings
from app.store.features import Features
from app.store.footprints import Footprints
from app.store.jobs import Jobs
from app.store.keys import Keys
from app.store.lookups import Lookups
from app.store.pcns import Memberships, Pcns
from app.store.postcodes import Postcodes
from app.store.practices import Practices
from app.store.registrations import Registrations
from app.store.scenarios import Scenarios
from app.store.uploads import Uploads


class Unit:
    """Everything read through one unit is of one moment; all that is written is kept or none of it."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    @cached_property
    def datasets(self) -> Datasets:
        return Datasets(self._session)

    @cached_property
    def practices(self) -> Practices:
        return Practices(self._session)

    @cached_property
    def pcns(self) -> Pcns:
        return Pcns(self._session)

    @cached_property
    def memberships(self) -> Memberships:
        return Memberships(self._session)

    @cached_property
    def registrations(self) -> Registrations:
        return Registrations(self._session)

    @cached_property
    def areas(self) -> Areas:
        return Areas(self._session)

    @cached_property
    def lookups(self) -> Lookups:
        return Lookups(self._session)

    @cached_property
    def postcodes(self) -> Postcodes:
        return Postcodes(self._session)

    @cached_property
    def footprints(self) -> Footprints:
        return Footprints(self._session, self._now)

    @cached_property
    def drawings(self) -> Drawings:
        return Drawings(self._session)

    @cached_property
    def keys(self) -> Keys:
        return Keys(self._session, self._now)

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self._session, self._now)

    @cached_property
    def scenarios(self) -> Scenarios:
        return Scenarios(self._session, self._now)

    @cached_property
    def arrangements(self) -> Arrangements:
        return Arrangements(self._session, self._now)

    @cached_property
    def features(self) -> Features:
        return Features(self._session, self._now)

    @cached_property
    def uploads(self) -> Uploads:
        return Uploads(self._session, self._now)
