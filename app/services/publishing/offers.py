"""An offer is a collection that can be published: its stable id, and how to make its content when first asked for."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from app.domain.publication import Content
from app.domain.records import DatasetRecord, FootprintVersion
from app.ingest.kinds import Kind
from app.services.workspace import Workspace

LATELY = 1.0
"""Seconds."""

MADE_AS = 1
"""Grows whenever the content made from the same data changes, so that what was kept is made again."""


@dataclass(frozen=True)
class State:
    """What is loaded at one moment: everything content may be made from."""

    datasets: tuple[DatasetRecord, ...]
    versions: tuple[FootprintVersion, ...]

    @classmethod
    def of(cls, work: Workspace) -> State:
        """What is loaded now; of what another process loads, ``LATELY`` ago at most.

        Every page of features and every tile asks for it, and it takes as long as the page itself.
        """
        known = _states.get(work)
        if known is not None and known.writes == work.store.writes and time.monotonic() - known.at < LATELY:
            return known.state
        writes, at = work.store.writes, time.monotonic()
        with work.store.read() as unit:
            state = cls(tuple(unit.datasets.page(limit=None)), unit.footprints.list())
        _states[work] = _Known(state, writes, at)
        return state

    def has(self, *kinds: Kind) -> bool:
        return any(record.kind in kinds for record in self.datasets)

    def of_kinds(self, *kinds: Kind) -> tuple[DatasetRecord, ...]:
        """Datasets of these kinds; of all kinds where none is named."""
        return tuple(record for record in self.datasets if not kinds or record.kind in kinds)


@dataclass(frozen=True)
class _Known:
    state: State
    writes: int
    at: float


_states: WeakKeyDictionary[Workspace, _Known] = WeakKeyDictionary()


@dataclass(frozen=True)
class Offer:
    """A collection that can be had. ``key`` names its content: the same key always has the same features.

    ``current`` is false for an older version of a plan that has a newer one. ``make`` computes the content; it raises
    ``Problem`` where what is loaded does not suffice. Where that takes long, a list leaves out what has not been asked
    for yet (``listed_unmade`` is false).
    """

    id: str
    title: str
    description: str
    key: str
    make: Callable[[], Content]
    current: bool = True
    listed_unmade: bool = True


def key_of(collection: str, datasets: Iterable[DatasetRecord], *more: Any) -> str:
    """A hash of everything a collection's content follows from."""
    said = [MADE_AS, collection, sorted((r.id, r.restricted) for r in datasets), [str(part) for part in more]]
    return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()[:24]


def version_key(version: FootprintVersion) -> tuple[str, str, str]:
    """What of a version shows in its features."""
    return version.id, str(version.status), str(version.start_date)
