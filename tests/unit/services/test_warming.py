"""What the start page asks for is there before its first reader comes."""

from __future__ import annotations

from threading import Event

import pytest

from app.domain.problem import Problem
from app.services import aligning, checking
from app.services.warming import Warming, warm
from app.services.workspace import Workspace
from app.store.store import Store


def test_the_first_reader_finds_the_figures_made(sample_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Workspace(sample_workspace.store)
    assert warm(work, Event()) == 10, "five steps for either proposal"

    def never(*_: object, **__: object) -> None:
        raise AssertionError("made again")

    monkeypatch.setattr(aligning, "align", never)
    monkeypatch.setattr(checking, "_check", never)
    assert aligning.answer(work, aligning.Question("proposal-a-neighbourhoods")).alignment.pcns
    checking.check(work, "proposal-a-neighbourhoods")


def test_it_ends_when_the_service_does(sample_workspace: Workspace) -> None:
    stopped = Event()
    stopped.set()
    assert warm(Workspace(sample_workspace.store), stopped) == 0
    with Warming(Workspace(sample_workspace.store)) as warming:
        pass
    assert not warming._thread.is_alive()


def test_a_plan_that_cannot_be_answered_is_left_to_its_reader(
    sample_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise Problem("nothing-loaded", "No", "No.")

    monkeypatch.setattr("app.services.warming.answer", refused)
    assert warm(Workspace(sample_workspace.store), Event()) == 0


def test_nothing_loaded_is_nothing_to_do(store: Store) -> None:
    assert warm(Workspace(store), Event()) == 0
