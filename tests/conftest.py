"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from app import logs

# A busy machine must not fail a test of what is true; under CI the same examples are tried every time.
settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")
logs.configure("info")

pytest_plugins = ["tests.databases", "tests.loads", "tests.served"]

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data beside the repository; a test that needs it skips, with the reason, where it is absent."""
    folder = Path(os.environ.get("COTERMINOUS_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real data not found at {folder} (set COTERMINOUS_SHARED_DATA to its folder)")
    return folder
