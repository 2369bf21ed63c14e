"""A kind of long work: what may be asked of it, what the question comes down to, and the work itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from app.services.workspace import Workspace

Progress = Callable[[float, str], None]
"""Told the share done (0..1) and what is being done. Raises ``Stopped`` once the work is no longer wanted."""

Cancelled = Callable[[], bool]
"""Whether the work is no longer wanted. What is returned after it said so is thrown away."""

Run = Callable[[Workspace, dict[str, Any], Progress, Cancelled], dict[str, Any]]


class Stopped(Exception):  # noqa: N818 - no error: the work was stopped because somebody asked
    """Raised out of work that is no longer wanted."""


def as_asked(_work: Workspace, asked: BaseModel) -> dict[str, Any]:
    """The question as it came, with its defaults."""
    return asked.model_dump(mode="json")


def writes_nothing(_question: dict[str, Any]) -> bool:
    return False


@dataclass(frozen=True)
class WorkKind:
    """One kind of long work.

    ``resolve`` turns what was asked into the question that is kept, hashed and given to ``run``: names become ids,
    "the latest" becomes a version's number, and whatever may change later (a scenario, a status) is put into it. It
    raises ``Problem`` for what there is none of. Datasets loaded, thresholds and ``edition`` need not be in it: they
    are part of every job's key (``app.services.jobs.key_of``). Plans loaded are not, so a version must be named.

    ``run`` gives JSON values that name their datasets; it raises ``Problem`` for what the reader can mend. It may be
    run again after a worker died in the middle, and must come to the same. ``writes``: whether a (resolved) question
    changes what is loaded, so that asking needs a key. ``edition`` grows when the method gives other results.
    """

    name: str
    title: str
    asks: type[BaseModel]
    run: Run
    resolve: Callable[[Workspace, Any], dict[str, Any]] = as_asked
    writes: Callable[[dict[str, Any]], bool] = writes_nothing
    edition: int = 1
