"""Jobs in the store: claimed once, told by their own attempt alone, and kept."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from app.domain.jobs import JobRecord
from app.domain.problem import Fault, Problem
from app.domain.work import JobState
from app.store.store import Store

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Every look at the clock is a second later."""
    ticks = count()
    with Store(store_url, now=lambda: START + timedelta(seconds=next(ticks))) as store:
        yield store


def add(store: Store, key: str = "k", kind: str = "toy") -> JobRecord:
    with store.write() as unit:
        return unit.jobs.add(kind, key, {"ñ": [1, None, 0.5], "key": key})


def claim(store: Store, worker: str = "w") -> JobRecord:
    with store.write() as unit:
        job = unit.jobs.claim(worker, ["toy"])
    assert job is not None
    return job


def state(store: Store, job: JobRecord) -> JobState:
    with store.read() as unit:
        return unit.jobs.get(job.id).state


def test_a_job_is_read_as_it_was_added(store: Store) -> None:
    job = add(store)
    with store.read() as unit:
        assert unit.jobs.get(job.id) == job
        assert unit.jobs.result(job.id) is None
        assert unit.jobs.find("no such") is None
        with pytest.raises(Problem) as caught:
            unit.jobs.get("no such")
    assert caught.value.fault is Fault.NOT_FOUND
    assert (job.state, job.progress, job.attempts, job.cancel_asked) == (JobState.ACCEPTED, 0.0, 0, False)
    assert job.question == {"ñ": [1, None, 0.5], "key": "k"}
    assert job.created_at.tzinfo is not None
    assert job.updated_at == job.created_at


def test_the_oldest_is_claimed_first_and_only_of_kinds_that_are_known(store: Store) -> None:
    add(store, kind="other")
    made = [add(store, key).id for key in "abc"]
    assert [claim(store).id for _ in made] == made
    with store.write() as unit:
        assert unit.jobs.claim("w", ["toy"]) is None
        assert unit.jobs.waiting() == 1


def test_many_that_claim_at_once_share_the_jobs_out(store: Store) -> None:
    made = {add(store, str(number)).id for number in range(12)}

    def greedy(name: int) -> list[str]:
        mine = []
        while True:
            with store.write() as unit:
                job = unit.jobs.claim(f"w{name}", ["toy"])
            if job is None:
                return mine
            mine.append(job.id)

    with ThreadPoolExecutor(6) as pool:
        claimed = [job for mine in pool.map(greedy, range(6)) for job in mine]
    assert len(claimed) == len(made), "a job was claimed twice, or never"
    assert set(claimed) == made


def test_a_claim_held_open_keeps_nobody_waiting(store: Store) -> None:
    if store.engine.dialect.name == "sqlite":
        pytest.skip("on SQLite writers take turns")
    first, second = add(store, "a"), add(store, "b")
    with store.write() as one, store.write() as other:
        claimed = [unit.jobs.claim("w", ["toy"]) for unit in (one, other)]
    assert {job.id for job in claimed if job} == {first.id, second.id}


def test_only_the_attempt_that_has_the_job_may_tell_of_it(store: Store) -> None:
    add(store)
    old = claim(store, "dead")
    with store.write() as unit:
        assert [job.id for job in unit.jobs.running()] == [old.id]
        assert unit.jobs.give_back(old, counted=True)
    new = claim(store, "alive")
    assert (new.id, new.attempts) == (old.id, 2)
    with store.write() as unit:
        assert not unit.jobs.beat(old, 0.9, "late")
        assert not unit.jobs.is_wanted(old)
        assert not unit.jobs.finish(old, b"late")
        assert not unit.jobs.fail(old, {})
        assert not unit.jobs.give_up(old)
        assert not unit.jobs.give_back(old, counted=True)
        assert unit.jobs.beat(new, 0.5, "half")
        assert unit.jobs.is_wanted(new)
        assert unit.jobs.finish(new, b"result")
        assert not unit.jobs.finish(new, b"another"), "a result never changes"
        assert unit.jobs.result(new.id) == b"result"
        done = unit.jobs.get(new.id)
    assert (done.state, done.progress, done.message) == (JobState.SUCCESSFUL, 1.0, "half")
    assert done.finished_at is not None


def test_what_a_worker_gives_back_as_it_ends_does_not_count(store: Store) -> None:
    add(store)
    job = claim(store)
    with store.write() as unit:
        unit.jobs.give_back(job, counted=False)
        assert unit.jobs.get(job.id).attempts == 0


def test_cancelling_at_every_stage(store: Store) -> None:
    waiting, running = add(store, "a"), None
    with store.write() as unit:
        assert unit.jobs.cancel(waiting.id).state is JobState.DISMISSED
    add(store, "b")
    running = claim(store)
    with store.write() as unit:
        asked = unit.jobs.cancel(running.id)
        assert (asked.state, asked.cancel_asked) == (JobState.RUNNING, True)
        assert not unit.jobs.is_wanted(running)
        assert unit.jobs.give_up(running)
    for job in (waiting, running):
        assert state(store, job) is JobState.DISMISSED
    add(store, "c")
    done = claim(store)
    with store.write() as unit:
        unit.jobs.finish(done, b"")
        assert unit.jobs.cancel(done.id) == replace(unit.jobs.get(done.id), state=JobState.SUCCESSFUL)
        with pytest.raises(Problem):
            unit.jobs.cancel("no such")


def test_the_job_under_a_key(store: Store) -> None:
    def known() -> str | None:
        with store.read() as unit:
            found = unit.jobs.of_key("k")
        return None if found is None else found.id

    assert known() is None
    failed = add(store)
    assert known() == failed.id
    claim(store)
    with store.write() as unit:
        unit.jobs.fail(unit.jobs.get(failed.id), {"title": "no"})
    assert known() is None
    stopping = add(store)
    claim(store)
    assert known() == stopping.id
    with store.write() as unit:
        unit.jobs.cancel(stopping.id)
    assert known() is None, "a job on its way out has no result to wait for"
    done = add(store)
    with store.write() as unit:
        job = unit.jobs.claim("w", ["toy"])
        assert job is not None
        unit.jobs.finish(job, b"x")
    add(store)
    assert known() == done.id


def test_pages_follow_one_another(store: Store) -> None:
    made = {add(store, str(number)).id for number in range(5)}
    seen: list[str] = []
    while True:
        with store.read() as unit:
            page = unit.jobs.page(after=seen[-1] if seen else None, limit=2)
        if not page:
            break
        seen += [job.id for job in page]
    assert len(seen) == len(made)
    assert set(seen) == made
    claim(store)
    with store.read() as unit:
        assert len(unit.jobs.page(state=JobState.RUNNING)) == 1
        assert len(unit.jobs.page(state=JobState.ACCEPTED, limit=None)) == 4
        assert unit.jobs.page(kind="other") == []
