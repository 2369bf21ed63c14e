"""Scenarios as they are kept: once each, in order, and read back as they were."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

import pytest

from app.domain.problem import Fault, Problem
from app.domain.scenario.moves import Moves
from app.domain.scenario.record import Scenario, scenario_id
from app.store.store import Store
from tests.stored import LOADED, dataset, neighbourhoods

MOVES = Moves.of({"F2": None, "F1": "U1/2"}, {"E2": "Nörd", "E1": "N1"})
AS_OF = date(2026, 7, 1)


def scenario(name: str = "One", version: str = "plan-a-v1", place: str | None = "Eastham") -> Scenario:
    band = (30_000.0, 60_000.5)
    return Scenario(
        id=scenario_id(name, version, place, "patients", AS_OF, MOVES, "move-F1-U1", band),
        name=name,
        version_id=version,
        place=place,
        basis="patients",
        as_of=AS_OF,
        moves=MOVES,
        option="move-F1-U1",
        band=band,
        datasets=("d1", "d2"),
        created_by="ana",
        created_at=LOADED,
    )


@pytest.fixture
def ticking(store: Store) -> Store:
    """The store with a clock that goes a second on with every look, and versions of two plans."""
    ticks = count()
    store._now = lambda: LOADED + timedelta(seconds=next(ticks))
    with store.write() as unit:
        dataset(unit, "f", "footprints")
        for plan in ("plan-a", "plan-b"):
            unit.footprints.add_version(plan, plan, "f", neighbourhoods("N1", "N2"))
    return store


def test_what_is_kept_comes_back_as_it_was(ticking: Store) -> None:
    wanted = scenario()
    with ticking.write() as unit:
        assert unit.scenarios.add(wanted)
    with ticking.read() as unit:
        kept = unit.scenarios.get(wanted.id)
    assert {**vars(kept), "created_at": LOADED} == vars(wanted)
    assert kept.created_at > LOADED
    assert kept.moves.text == "F1>U1/2,F2>none,E1>N1,E2>N%C3%B6rd"


def test_the_same_twice_is_kept_once_and_stays_as_it_was(ticking: Store) -> None:
    for _ in range(2):
        with ticking.write() as unit:
            added = unit.scenarios.add(scenario())
    assert not added
    with ticking.read() as unit:
        (only,) = unit.scenarios.page()
        assert only.created_at == unit.scenarios.get(only.id).created_at


def test_pages_go_from_the_newest_and_may_keep_to_one_plan(ticking: Store) -> None:
    names = ["A", "B", "C", "D"]
    for name in names:
        with ticking.write() as unit:
            unit.scenarios.add(scenario(name, "plan-b-v1" if name == "C" else "plan-a-v1"))
    with ticking.read() as unit:
        first = unit.scenarios.page(limit=3)
        assert [s.name for s in first] == ["D", "C", "B"]
        assert [s.name for s in unit.scenarios.page(after=first[-1].id)] == ["A"]
        assert [s.name for s in unit.scenarios.page("plan-a")] == ["D", "B", "A"]
        assert [s.name for s in unit.scenarios.page("plan-b")] == ["C"]
        assert unit.scenarios.page("plan-c") == []


def test_an_unknown_scenario_or_version_is_not_found(ticking: Store) -> None:
    with ticking.write() as unit:
        unit.scenarios.add(scenario())
    with ticking.read() as unit, pytest.raises(Problem, match="no scenario 'x'") as caught:
        unit.scenarios.get("x")
    assert caught.value.fault is Fault.NOT_FOUND
    assert "(One)" in str(caught.value.remedy)
    with ticking.write() as unit, pytest.raises(Problem, match="plan-a-v9"):
        unit.scenarios.add(scenario(version="plan-a-v9"))
