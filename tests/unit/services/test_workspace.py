from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from app.services.workspace import Workspace
from app.store.store import Store


@pytest.fixture
def work(store: Store) -> Workspace:
    return Workspace(store, remembered=2)


def test_what_is_remembered_is_made_once_even_when_many_ask_at_the_same_time(work: Workspace) -> None:
    made, together, go = [], Barrier(4), Event()

    def make() -> str:
        go.wait(5)
        made.append(1)
        return "value"

    def ask() -> str:
        together.wait(5)
        return work.remember("key", make)

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask) for _ in range(4)]
        go.set()
        assert [a.result(5) for a in asked] == ["value"] * 4
    assert made == [1]


def test_the_oldest_goes_when_there_is_no_room(work: Workspace) -> None:
    for key in ("a", "b", "a", "c"):
        work.remember(key, lambda key=key: key)
    again: list[str] = []
    work.remember("a", lambda: again.append("a"))
    work.remember("b", lambda: again.append("b"))
    assert again == ["b"]


def test_a_failure_is_not_remembered(work: Workspace) -> None:
    def fail() -> None:
        raise RuntimeError("once")

    with pytest.raises(RuntimeError, match="once"):
        work.remember("key", fail)
    assert work.remember("key", lambda: 7) == 7
