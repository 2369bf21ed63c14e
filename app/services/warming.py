"""What the first page needs, made when the service starts, so that its first reader does not wait for it.

For all of London the misfit, the map and the coverage checks of one plan are some seconds of work.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import structlog

from app.domain.problem import Problem
from app.domain.records import FootprintVersion
from app.services import checking, maps, small_areas
from app.services.aligning import Question, answer
from app.services.footprints import latest
from app.services.workspace import Workspace

PLANS = 3
"""Plans made ready, in the order pages offer them: more would push each other out of memory."""

log = structlog.get_logger(__name__)


def warm(work: Workspace, stopping: threading.Event) -> int:
    """Make what the start page asks of the first plans, until ``stopping`` is set; how many steps were made.

    A plan that cannot be answered is left to its reader, who is told why.
    """
    made = 0
    for version in latest(work)[:PLANS]:
        for step in _steps(work, version):
            if stopping.is_set():
                return made
            try:
                step()
            except Problem as problem:
                log.debug("a plan is not made ready", version=version.id, problem=str(problem))
                break
            made += 1
    return made


def _steps(work: Workspace, version: FootprintVersion) -> Iterator[Callable[[], object]]:
    question = Question(version.footprint_id)
    yield lambda: maps.neighbourhoods_on_map(answer(work, question))
    yield lambda: maps.practices_on_map(answer(work, question))
    yield lambda: checking.check(work, version.footprint_id)
    yield lambda: small_areas.shadings(work, answer(work, question))
    yield lambda: small_areas.outlines(work, answer(work, question))


class Warming:
    """Warming beside a service, in a thread of its own, for as long as the block runs."""

    def __init__(self, work: Workspace) -> None:
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=warm, args=(work, self._stopping), name="warming", daemon=True)

    def __enter__(self) -> Warming:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ends after the step in hand."""
        self._stopping.set()
        self._thread.join()
