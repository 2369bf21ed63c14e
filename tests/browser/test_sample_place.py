"""The whole service behind the page: the sample place as its files come, through store and API, to what is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.main import create_app
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store

from .conftest import served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def service(built: Path, sample_copy: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real service with the sample place loaded."""
    with ExitStack() as stack:
        store = stack.enter_context(Store(sample_copy(tmp_path_factory.mktemp("sample"))))
        yield stack.enter_context(served(create_app(Workspace(store), Settings(_env_file=None))))


def answer(page: Page, service: str, **query: str | float | bool) -> dict[str, Any]:
    found = page.request.get(f"{service}/api/v1/alignment", params=query)
    assert found.ok, found.text()
    given: dict[str, Any] = found.json()
    return given


def test_the_page_shows_the_figures_of_the_api(page: Page, service: str, said: list[str]) -> None:
    page.goto(service)
    page.wait_for_selector("#map[data-state=idle]", timeout=60_000)
    footprints = page.locator("#footprints").input_value()
    given = answer(page, service, footprints=footprints)
    expect(page.locator(".answer__figure strong")).to_have_text(f"{given['misalignment']:.1%}")
    assert given["pcns"] > 1
    rows = page.locator("tr.pcn")
    assert [row.get_attribute("data-pcn") for row in rows.all()] == [pcn["code"] for pcn in given["pcn"]]
    for pcn in given["pcn"]:
        row = page.locator(f"tr.pcn[data-pcn={pcn['code']}]")
        expect(row).to_contain_text(f"{pcn['patients_outside_lead']:,.0f}")
        expect(row).to_contain_text(pcn["lead_name"])
        expect(row).to_contain_text({"aligned": "Aligned", "partly": "Partly", "split": "Split"}[pcn["class"]])
    expect(page.locator("#fictional")).to_be_visible()
    for dataset in given["datasets"]:
        expect(page.locator("#sources")).to_contain_text(dataset["sha256"][:12])
    shown = "document.getElementById('map').map.queryRenderedFeatures({layers: ['neighbourhoods']})"
    assert len(set(page.evaluate(f"{shown}.map(f => f.properties.code)"))) == given["neighbourhoods"]
    assert said == []


@pytest.mark.parametrize("basis", ["practice", "area"])
def test_every_basis_can_be_chosen(page: Page, service: str, said: list[str], basis: str) -> None:
    page.goto(service)
    expect(page.locator("tr.pcn").first).to_be_visible()
    page.select_option("#basis", basis)
    expect(page.locator("main[aria-busy]")).to_have_count(0)
    given = answer(page, service, footprints=page.locator("#footprints").input_value(), basis=basis)
    expect(page.locator(".answer__figure strong")).to_have_text(f"{given['misalignment']:.1%}")
    page.locator(".pcn__button").first.click()
    expect(page.locator(".panel")).to_contain_text(given["pcn"][0]["lead_name"])
    assert "patients live" not in page.inner_text(".answer")
    assert said == []


def test_another_proposal_gives_another_answer(page: Page, service: str) -> None:
    page.goto(service)
    figure = page.locator(".answer__figure strong")
    before = figure.inner_text()
    options = page.locator("#footprints option").all()
    other = options[1].get_attribute("value") or ""
    page.select_option("#footprints", other)
    expect(figure).not_to_have_text(before)
    given = answer(page, service, footprints=other)
    expect(figure).to_have_text(f"{given['misalignment']:.1%}")


def test_an_address_to_footprints_that_are_gone_says_which_there_are(page: Page, service: str) -> None:
    page.goto(f"{service}/?footprints=gone")
    expect(page.get_by_role("alert")).to_contain_text("What to do:")
    choices = page.locator("#footprints option")
    page.select_option("#footprints", choices.nth(1).get_attribute("value"))
    expect(page.locator("tr.pcn").first).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
