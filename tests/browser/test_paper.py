"""The page of the decision paper: what people write goes into the file, in each form, with one click."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from app.main import create_app
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store

from .conftest import served, violations

pytestmark = pytest.mark.browser

PLAN = "proposal-a-neighbourhoods"
WAIT = 60_000


@pytest.fixture(scope="module")
def service(built: Path, sample_copy: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with (
        Store(sample_copy(tmp_path_factory.mktemp("paper"))) as store,
        served(create_app(Workspace(store), Settings(_env_file=None))) as address,
    ):
        yield address


def test_what_people_write_outlives_a_reload_and_stands_in_the_file(
    page: Page, service: str, said: list[str], tmp_path: Path
) -> None:
    page.goto(f"{service}/paper?footprints={PLAN}")
    title = page.get_by_label("Title of the paper")
    title.fill("Marshwick decides", timeout=WAIT)
    page.get_by_label("Preferred option").select_option("no-change")
    page.get_by_label("Why it is preferred").fill("It disturbs nobody.")
    join = page.locator("#option-list input[value^=join-]")
    join.focus()
    page.keyboard.press("Space")
    page.reload()
    expect(title).to_have_value("Marshwick decides", timeout=WAIT)
    expect(join).not_to_be_checked()
    with page.expect_download(timeout=WAIT) as waited:
        page.get_by_role("button", name="Word (DOCX)").press("Enter")
    waited.value.save_as(tmp_path / "paper.docx")
    assert waited.value.suggested_filename == "decision-paper-marshwick-sample.docx"
    made = Document(io.BytesIO((tmp_path / "paper.docx").read_bytes()))
    texts = [paragraph.text for paragraph in made.paragraphs]
    assert texts[1] == "Marshwick decides"
    assert "It disturbs nobody." in texts
    assert [row.cells[0].text[:12] for row in made.tables[0].rows] == ["Option", "1. No change"]
    assert said == []


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (390, "light")])
def test_the_preview_opens_and_axe_finds_nothing(
    page: Page, service: str, said: list[str], axe: str, keep: Callable[[str], Path], width: int, scheme: Any
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{service}/paper?footprints={PLAN}")
    page.get_by_role("button", name="Show the preview").click(timeout=WAIT)
    inside = page.frame_locator("iframe").get_by_role("heading", level=1)
    expect(inside).to_contain_text("options for discussion", timeout=WAIT)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert violations(page, axe) == []
    keep(f"paper-{width}")
    assert said == []
