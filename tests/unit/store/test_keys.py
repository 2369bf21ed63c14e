from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.problem import Fault, Problem
from app.domain.records import ApiKey
from app.store.store import Store
from tests.stored import LOADED


def test_a_key_is_found_by_its_hash(store: Store) -> None:
    with Store(store.url.render_as_string(hide_password=False), now=lambda: LOADED) as clocked, clocked.write() as unit:
        assert not unit.keys.any()
        made = unit.keys.add("map of the south", "hash-1")
    with store.read() as unit:
        assert unit.keys.any()
        assert unit.keys.find("hash-1") == made == ApiKey(made.id, "map of the south", LOADED)
        assert unit.keys.find("hash-2") is None
        assert unit.keys.find("") is None


@pytest.mark.parametrize(("name", "key_hash"), [("one", "hash-2"), ("two", "hash-1")])
def test_names_and_keys_are_unique(store: Store, name: str, key_hash: str) -> None:
    with store.write() as unit:
        unit.keys.add("one", "hash-1")
    with pytest.raises(Problem) as raised, store.write() as unit:
        unit.keys.add(name, key_hash)
    assert raised.value.fault is Fault.CONFLICT
    with store.read() as unit:
        assert [key.name for key in unit.keys.all()] == ["one"]


def test_a_revoked_key_opens_nothing_and_stays_on_record(store: Store) -> None:
    moments = iter(LOADED + timedelta(hours=hours) for hours in range(9))
    url = store.url.render_as_string(hide_password=False)
    with Store(url, now=lambda: next(moments)) as clocked, clocked.write() as unit:
        unit.keys.add("one", "hash-1")
        revoked = unit.keys.revoke("one")
        assert unit.keys.revoke("one") == revoked
        with pytest.raises(Problem, match="Known: one"):
            unit.keys.revoke("two")
    with store.read() as unit:
        assert unit.keys.find("hash-1") is None
        assert unit.keys.any(), "taking back the last key must not open the service to everybody"
        assert unit.keys.all() == (revoked,)
    assert revoked.revoked_at == LOADED + timedelta(hours=1)
