"""A headless Chromium, the built page, and either the invented place or the real service behind it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Page, Route

from app.web import build, pages

from .invented import Invented

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


def absent(reason: str) -> None:
    """Skip for want of a program, except under CI=true, where nothing may be forgotten."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def base_url() -> None:
    """None: each test has an address of its own. In place of the plugin's, which pytest 9 warns of."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        absent("Chromium was not found: install it (Debian, Ubuntu: apt-get install chromium)")
    return browser_type_launch_args | {"executable_path": chromium, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder of the built front end, built first where the sources have changed."""
    try:
        build.build()
    except build.BuildError as error:
        absent(str(error))
    return build.STATIC


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of ``app``, served on a free port until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="session")
def page_alone(built: Path) -> Iterator[str]:
    """The address of the page with no API behind it: tests answer for the API themselves."""
    app = FastAPI()
    app.include_router(pages.router)
    pages.mount_static(app)
    with served(app) as address:
        yield address


@pytest.fixture
def said(page: Page) -> list[str]:
    """Everything the page complained of in the console, and every error nobody caught."""
    lines: list[str] = []
    page.on("console", lambda message: lines.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: lines.append(str(error)))
    return lines


@pytest.fixture
def opened(page: Page, page_alone: str) -> Callable[..., list[str]]:
    """Opens the page on an invented place; returns the list in which every request to the API is noted."""

    def open_page(place: Invented | None = None, query: str = "", change: dict[str, Any] | None = None) -> list[str]:
        answers = (place or Invented()).answers() | (change or {})
        asked: list[str] = []

        def reply(route: Route) -> None:
            asked.append(route.request.url.partition("/api/v1/")[2])
            answer = answers[asked[-1].partition("?")[0].rpartition("/")[2]]
            status = answer.get("status", 200) if isinstance(answer.get("status"), int) else 200
            kind = "application/json" if status == 200 else "application/problem+json"
            route.fulfill(status=status, content_type=kind, body=json.dumps(answer))

        page.unroute_all()
        page.route("**/api/v1/**", reply)
        page.goto(f"{page_alone}/{query}")
        return asked

    return open_page


@pytest.fixture
def keep(page: Page, tmp_path: Path) -> Callable[[str], Path]:
    """Keeps a picture of the whole page in COTERMINOUS_SCREENSHOTS, or in the test's own folder."""

    def screenshot(name: str) -> Path:
        folder = Path(os.environ.get("COTERMINOUS_SCREENSHOTS", tmp_path))
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png", full_page=True)
        return folder / f"{name}.png"

    return screenshot


@pytest.fixture(scope="session")
def axe(built: Path) -> str:
    return (built.parent / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, axe: str) -> list[str]:
    """What axe finds against WCAG 2.2 AA in the page as it now stands."""
    page.evaluate(axe)
    # Rows and cards are made alike: the first stand for the others, which would take most of the time.
    found: dict[str, Any] = page.evaluate(
        """axe.run({include: document, exclude: ['tbody tr:nth-child(n+7)', '.option:nth-of-type(n+4)']},
                   {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"""
    )
    # Contrast must really have been measured, or the list below would be empty for a bad reason.
    assert any(rule["id"] == "color-contrast" for rule in found["passes"])
    return [
        f"{rule['id']}: {node['html']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
