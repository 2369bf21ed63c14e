"""Starting from nothing on the real service: alternatives of wards at once, of LSOAs as long work, and one kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from app.jobs.running import work_off
from app.main import create_app
from app.services.keys import first_key
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store

from .conftest import served, violations

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:Best transformation")]

PLAN = "proposal-b-lsoa21-lookup"
WAIT = 120_000


@pytest.fixture(scope="module")
def work(sample_copy: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with Store(sample_copy(tmp_path_factory.mktemp("propose"))) as store:
        yield Workspace(store)


@pytest.fixture(scope="module")
def service(built: Path, work: Workspace) -> Iterator[str]:
    """The address of the real service with the sample place loaded; nobody works off its jobs but a test."""
    with served(create_app(work, Settings(_env_file=None))) as address:
        yield address


def test_a_proposal_is_long_work_that_survives_a_reload_and_one_alternative_is_kept(
    page: Page, service: str, work: Workspace, axe: str, said: list[str], keep: Callable[[str], Path]
) -> None:
    page.set_default_timeout(WAIT)  # wards are worked out while the reader waits
    key = first_key(work.store)
    assert key is not None
    page.emulate_media(reduced_motion="reduce", color_scheme="dark")
    page.set_viewport_size({"width": 1440, "height": 900})
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/v1/places", hold, times=1)
    with page.expect_request("**/api/v1/places"):
        page.goto(f"{service}/propose?footprints={PLAN}")
    page.locator("#units").select_option("msoas")
    page.fill("#low", "40000")
    page.fill("#high", "70000")
    page.fill("#number", "6")
    page.fill("#alternatives", "1")
    held.pop().continue_()  # what was wished for while the page was still asking stays
    page.get_by_role("button", name="Propose neighbourhoods").click()
    page.get_by_role("button", name="Begin").click()
    expect(page).to_have_url(re.compile("job=[0-9a-f]{32}"))
    page.reload()
    expect(page.locator("#job progress")).to_be_visible(timeout=WAIT)
    assert work_off(work) == 1
    card = page.locator(".proposal[data-alternative='1']")
    expect(card).to_be_visible(timeout=WAIT)

    job = re.search("job=([0-9a-f]{32})", page.url)
    assert job
    found: dict[str, Any] = page.request.get(f"{service}/api/v1/jobs/{job[1]}/results").json()
    [one] = found["alternatives"]
    assert one["number"] == 6
    assert found["units"] == "msoas"
    expect(card).to_contain_text(one["words"])
    expect(card).to_contain_text(f"{one['patients_outside_lead']:,.0f} (")
    expect(card.locator("path[data-neighbourhood]")).to_have_count(one["number"])
    expect(page.locator(".proposal[data-alternative=now]")).to_contain_text(
        f"{found['now']['patients_outside_lead']:,.0f}"
    )
    card.get_by_text("Its neighbourhoods").click()
    for row in one["neighbourhoods"]:
        line = card.locator(f"tr[data-neighbourhood='{row['code']}']")
        expect(line).to_contain_text(row["name"])
        expect(line).to_contain_text(f"{row['residents']:,.0f}")

    card.get_by_text("Keep this alternative as a draft").click()
    keep("propose-1440-dark")
    assert violations(page, axe) == []
    page.set_viewport_size({"width": 390, "height": 900})
    page.emulate_media(color_scheme="light")
    keep("propose-390-light")
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert said == []

    card.locator("#name-1").fill("From nothing")
    card.locator("#key-1").fill("wrong")
    card.get_by_role("button", name="Keep as a draft").press("Enter")
    expect(card.get_by_role("alert")).to_contain_text("key")
    card.locator("#key-1").fill(key)
    card.get_by_role("button", name="Keep as a draft").press("Enter")
    expect(card).to_contain_text("Kept as “From nothing”, a draft", timeout=WAIT)
    card.get_by_role("link", name="Change it by hand").click()
    expect(page).to_have_url(re.compile("/try.*footprints=from-nothing"))
    kept = page.request.get(f"{service}/api/v1/footprints/from-nothing").json()
    assert kept["status"] == "draft"
    assert kept["neighbourhoods"] == 6
