"""Opening what is configured, and the demonstration."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from app import logs
from app.ingest.source import Source
from app.services.loading import LoadRequest, load
from app.services.workspace import Workspace
from app.settings import DEMO_DATABASE, Settings, is_default_database
from app.store.store import Store
from data import sample


def open_workspace(configured: Settings, *, migrate: bool = True) -> Workspace:
    """The workspace on the configured database, its tables up to date; what this process logs is set with it."""
    logs.configure(configured.log_level)
    store = Store(configured.database_url)
    if migrate:
        store.upgrade()
    return Workspace(store, configured.thresholds, limits=configured.limits)


def demonstrate(configured: Settings, say: Callable[[str], object]) -> Settings:
    """Load the fictional sample place and return settings that serve it.

    It goes to a database file of its own unless a database was chosen, so that it never mixes with real data.
    Loading it again changes nothing.
    """
    if is_default_database(configured.database_url):
        configured = configured.model_copy(update={"database_url": DEMO_DATABASE})
    work = open_workspace(configured)
    with tempfile.TemporaryDirectory(prefix="coterminous-sample-") as folder:
        say("Making the fictional sample place …")
        paths = [p for p in sample.generate(Path(folder)) if p.suffix != ".txt"]
        say(f"Loading its {len(paths)} files …")
        load(work.store, [LoadRequest(Source.of(path)) for path in paths])
    return configured
