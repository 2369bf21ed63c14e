from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest
from sqlalchemy.exc import DBAPIError

from app.domain.problem import Fault, Problem
from app.store import store as module
from app.store.store import Store
from tests.stored import areas, assignments, dataset, neighbourhoods, practices, record, square


class StoppedError(Exception):
    """Something went wrong in the middle of writing."""


def test_a_write_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(StoppedError), store.write() as unit:  # noqa: PT012 - all of it must be undone
        unit.practices.add(dataset(unit, "p"), practices("A1"))
        unit.areas.add(dataset(unit, "a", "areas"), areas(E1=square(0, 0)))
        pairs = assignments(("N1", "E1"))
        unit.footprints.add_version("plan", "Plan", dataset(unit, "f"), neighbourhoods("N1"), pairs)
        unit.keys.add("one", "hash")
        raise StoppedError
    with store.read() as unit:
        assert unit.datasets.page(limit=None) == []
        assert unit.footprints.list() == ()
        assert unit.practices.of("p").empty
        assert unit.areas.of("a").empty
        assert not unit.keys.any()


def test_a_store_goes_on_after_a_failed_write(store: Store) -> None:
    with pytest.raises(Problem), store.write() as unit:
        unit.practices.add(dataset(unit, "p"), practices("A1", "A1"))
    with store.write() as unit:
        unit.practices.add(dataset(unit, "p"), practices("A1"))
    with store.read() as unit:
        assert len(unit.practices.of("p")) == 1


def test_reading_refuses_to_write(store: Store) -> None:
    with pytest.raises(DBAPIError), store.read() as unit:
        dataset(unit)
    with store.write() as unit:
        assert dataset(unit) == "d1", "the connection that was read from can be written to again"


def test_readers_go_on_during_a_write_and_see_what_was_there_before(store: Store) -> None:
    with store.write() as unit:
        dataset(unit, "before")
    with ThreadPoolExecutor(4) as pool, store.write() as unit:
        unit.areas.add(dataset(unit, "during"), areas(**{f"E{at}": square(at, at) for at in range(2_000)}))

        def look() -> list[str]:
            with store.read() as reading:
                return [r.id for r in reading.datasets.page()]

        seen = [pool.submit(look) for _ in range(8)]
        assert [future.result(timeout=20) for future in seen] == [["before"]] * 8
    with store.read() as unit:
        assert {r.id for r in unit.datasets.page()} == {"before", "during"}


def test_a_unit_reads_as_of_one_moment(store: Store) -> None:
    with store.read() as reading:
        assert reading.datasets.page() == []
        with store.write() as writing:
            dataset(writing)
        assert reading.datasets.page() == []
        assert reading.datasets.find("d1") is None
    with store.read() as reading:
        assert len(reading.datasets.page()) == 1


def test_many_may_write_while_they_read(store: Store) -> None:
    readers = 40  # the threads of a web server, each of which may find something worth keeping
    together = Barrier(readers, timeout=30)

    def look_and_keep(number: int) -> None:
        with store.read() as reading:
            assert reading.datasets.page() == []
            together.wait()
            with store.write() as writing:
                dataset(writing, f"d{number:02}")

    with ThreadPoolExecutor(readers) as pool:
        for future in [pool.submit(look_and_keep, number) for number in range(readers)]:
            future.result(timeout=60)
    with store.read() as unit:
        assert len(unit.datasets.page()) == readers


def test_writers_of_one_dataset_take_turns(store: Store) -> None:
    began, looked = Event(), Event()

    def first() -> bool:
        with store.write() as unit:
            kept = unit.datasets.add(record("same", name="the first"))
            began.set()
            assert looked.wait(20)
            return kept

    def second() -> bool:
        assert began.wait(20)
        with store.read() as unit:
            assert unit.datasets.find("same") is None, "nothing is seen before it is kept"
        looked.set()
        with store.write() as unit:
            return unit.datasets.add(record("same", name="the second"))

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(first), pool.submit(second)]
        assert [future.result(timeout=30) for future in futures] == [True, False]
    with store.read() as unit:
        assert unit.datasets.get("same").name == "the first"


def test_a_file_held_by_another_program_is_said_so(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_TIMEOUT_MS", 50)
    path = tmp_path / "held.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    holder = sqlite3.connect(path, isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        with Store(f"sqlite:///{path}") as store:
            with pytest.raises(Problem, match="held by another program") as raised, store.write():
                pass
            with store.read() as unit:
                assert unit.datasets.page() == []
    finally:
        holder.close()
    assert raised.value.fault is Fault.UNAVAILABLE


def test_a_server_that_is_not_there_is_said_so_without_the_password() -> None:
    with Store("postgresql://somebody:secret@127.0.0.1:1/nowhere?connect_timeout=2") as store:
        with pytest.raises(Problem) as raised, store.read():
            pass
        assert raised.value.fault is Fault.UNAVAILABLE
        assert "secret" not in str(raised.value)


def test_something_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "letter.sqlite"
    path.write_text("Dear colleague, " * 100)
    with Store(f"sqlite:///{path}") as store, pytest.raises(Problem) as raised, store.read():
        pass
    assert raised.value.fault is Fault.UNAVAILABLE


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("coterminous.sqlite", "not a database URL"),
        ("mysql://somewhere/db", "of the kind 'mysql'"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///no/such/folder/x.sqlite", "no folder"),
    ],
)
def test_a_url_that_cannot_be_used_is_said_so(url: str, why: str) -> None:
    with pytest.raises(Problem, match=why) as raised:
        Store(url)
    assert raised.value.fault is Fault.BAD_INPUT
    assert "sqlite:///path" in str(raised.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_reached_through_psycopg_however_it_is_written(scheme: str) -> None:
    with Store(f"{scheme}://me@server:5433/db") as store:
        assert store.url.drivername == "postgresql+psycopg"
        assert (store.url.host, store.url.port, store.url.database) == ("server", 5433, "db")


def test_sqlite_keeps_its_promises(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    with Store(f"sqlite:///{path}") as store, store.engine.connect() as connection:
        told = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert told == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": module.BUSY_TIMEOUT_MS}
