from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from app.domain.arrangement.kept import Stale
from app.domain.problem import Problem
from app.domain.work import ArrangementStatus as S
from app.store.store import Store
from tests.stored import LOADED, dataset, neighbourhoods

CONTENT = {"z": 1, "a": {"pounds": 180_000, "share": 0.1 + 0.2}, "ñ": [None, "£"]}


@pytest.fixture
def clocked(store: Store) -> Store:
    """The store with a clock that goes a second on with every look, and two versions of a plan."""
    ticks = count()
    store._now = lambda: LOADED + timedelta(seconds=next(ticks))
    with store.write() as unit:
        dataset(unit, "f", "footprints")
        unit.footprints.add_version("plan-a", "Plan A", "f", neighbourhoods("N1", "N2"))
        unit.footprints.add_version("plan-a", "Plan A", "f", neighbourhoods("N1", "N2"))
    return store


def _add(store: Store, pcn: str = "U1", version: str = "plan-a-v1", place: str | None = "eastham") -> str:
    with store.write() as unit:
        return unit.arrangements.add(version, place, pcn, CONTENT, "ana", "draft kept").id


def test_what_is_kept_comes_back_with_its_first_event(clocked: Store) -> None:
    made = _add(clocked)
    with clocked.read() as unit:
        kept, (event,) = unit.arrangements.get(made), unit.arrangements.events(made)
    assert (kept.status, kept.revision, kept.place, kept.pcn_code) == (S.DRAFT, 1, "eastham", "U1")
    assert list(kept.content.items()) == list(CONTENT.items())
    assert kept.created_at == kept.updated_at == event.at
    assert kept.created_at.tzinfo is UTC or kept.created_at.utcoffset() == timedelta(0)
    assert (event.revision, event.by, event.what, event.content) == (1, "ana", "draft kept", CONTENT)


def test_every_change_is_a_revision_and_nothing_is_lost(clocked: Store) -> None:
    made = _add(clocked)
    for status, said in ((S.DRAFT, {"b": 1}), (S.PROPOSED, {"b": 2})):
        with clocked.write() as unit:
            record = unit.arrangements.held(made)
            unit.arrangements.change(record, "ben", f"to {status}", status, said)
    with clocked.read() as unit:
        kept, events = unit.arrangements.get(made), unit.arrangements.events(made)
    assert (kept.revision, kept.status, kept.content) == (3, S.PROPOSED, {"b": 2})
    assert kept.updated_at > kept.created_at
    assert [(e.revision, e.by, e.status, e.content) for e in events] == [
        (1, "ana", S.DRAFT, CONTENT),
        (2, "ben", S.DRAFT, {"b": 1}),
        (3, "ben", S.PROPOSED, {"b": 2}),
    ]


def test_a_change_to_an_older_revision_is_refused_and_leaves_no_trace(clocked: Store) -> None:
    made = _add(clocked)
    with clocked.read() as unit:
        old = unit.arrangements.get(made)
    with clocked.write() as unit:
        unit.arrangements.change(old, "ana", "first", S.DRAFT, {"first": True})
    with pytest.raises(Stale, match="at revision 2"), clocked.write() as unit:
        unit.arrangements.held(made, 1)
    with pytest.raises(Stale), clocked.write() as unit:
        unit.arrangements.change(old, "ben", "second", S.DRAFT, {"second": True})
    with clocked.read() as unit:
        assert unit.arrangements.get(made).content == {"first": True}
        assert [e.what for e in unit.arrangements.events(made)] == ["draft kept", "first"]


def test_of_many_who_change_the_same_revision_one_succeeds(clocked: Store) -> None:
    made = _add(clocked)

    def change(who: int) -> bool:
        try:
            with clocked.write() as unit:
                record = unit.arrangements.held(made, 1)
                unit.arrangements.change(record, str(who), "x", S.DRAFT, {"by": who})
        except Stale:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(change, range(8))) == 1
    with clocked.read() as unit:
        assert unit.arrangements.get(made).revision == len(unit.arrangements.events(made)) == 2


def test_lists_are_newest_first_page_by_page_and_by_what_is_asked(clocked: Store) -> None:
    first, second = _add(clocked), _add(clocked, "U2", place=None)
    third = _add(clocked, "U1", "plan-a-v2")
    with clocked.write() as unit:
        unit.arrangements.change(unit.arrangements.held(second), "x", "ended", S.ENDED, {})
    with clocked.read() as unit:

        def ids(**asked: object) -> list[str]:
            return [record.id for record in unit.arrangements.page(**asked)]  # type: ignore[arg-type]

        assert ids() == [third, second, first]
        assert ids(limit=1) == [third]
        assert ids(limit=1, after=third) == [second]
        assert ids(after=first) == []
        assert ids(footprint_id="plan-a") == [third, second, first]
        assert ids(footprint_id="plan-a", version=1) == [second, first]
        assert ids(footprint_id="other") == []
        assert ids(place="eastham") == [third, first]
        assert ids(pcn_code="U2") == ids(status=S.ENDED) == [second]


def test_what_is_not_there_is_named(clocked: Store) -> None:
    with clocked.write() as unit, pytest.raises(Problem, match="no footprint version 'x'"):
        unit.arrangements.add("x", None, "U1", {}, "ana", "draft kept")
    with clocked.read() as unit:
        for ask in (unit.arrangements.get, unit.arrangements.events, lambda i: unit.arrangements.page(after=i)):
            with pytest.raises(Problem, match="no arrangement 'x'"):
                ask("x")


def test_the_clock_is_the_stores(clocked: Store) -> None:
    made = _add(clocked)
    with clocked.read() as unit:
        assert unit.arrangements.get(made).created_at > LOADED > datetime(2020, 1, 1, tzinfo=UTC)
