"""A worker in a process of its own that knows the toy and has little patience.

``python -m tests.unit.jobs.beside DATABASE_URL``
"""

from __future__ import annotations

import sys

from app.jobs import worker as workers
from app.services.work_kinds import KINDS
from app.services.workspace import Workspace
from app.store.store import Store
from tests.unit.jobs.toy import TOY


def main(url: str) -> None:
    KINDS["toy"] = TOY
    workers.GRACE_SECONDS = 1.0
    worker = workers.Worker(Workspace(Store(url)))
    worker.stop_on_signals()
    worker.run()


if __name__ == "__main__":
    main(sys.argv[1])
