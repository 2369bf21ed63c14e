"""The start page on all of London: everything is there, a place is one click away, a PCN's areas are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.ingest.reader import ReadOptions
from app.ingest.source import Source
from app.main import create_app
from app.services.loading import LoadRequest, load
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store

from .conftest import served

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:Best transformation")]

FILES = (
    "official/epraccur_2022-06.csv",
    "official/ePCN_2023-02.xlsx",
    "official/gp-reg-pat-prac-lsoa-all_london_2022-07.csv.gz",
    "official/postcodes_london_extract.csv",
    "london/lsoa21_units.parquet",
    "london/lsoa11_to_lsoa21.csv",
    "london/illustrative_footprints_a.geojson",
)


@pytest.fixture(scope="module")
def service(built: Path, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real service with London's published files of July 2022 and an illustrative plan."""
    with Store(f"sqlite:///{tmp_path_factory.mktemp('london') / 'london.sqlite'}") as store:
        store.upgrade()
        options = ReadOptions(as_of=date(2022, 7, 1))
        load(store, [LoadRequest(Source.of(shared_data / name), options=options) for name in FILES])
        with served(create_app(Workspace(store), Settings(_env_file=None))) as address:
            yield address


def test_from_all_of_london_to_one_pcns_small_areas(
    page: Page, service: str, said: list[str], keep: Callable[[str], Path]
) -> None:
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(service)
    page.wait_for_selector("#map[data-state=idle]")
    expect(page.locator("tr.pcn")).to_have_count(199)
    expect(page.locator(".answer__figure strong")).to_have_text("51.4%")
    map_shows = "(layer) => document.getElementById('map').map.queryRenderedFeatures({layers: [layer]}).length"
    assert page.evaluate(map_shows, "neighbourhoods") >= 161
    places = page.locator("#places li a")
    expect(places).to_have_count(31)
    keep("london-whole")
    page.select_option("#shade", "imd_decile")
    expect(page.locator("#legend")).to_contain_text("most deprived")
    held = "() => document.getElementById('map').map.querySourceFeatures('areas')"
    page.wait_for_function(f"() => new Set(({held})().map(f => f.properties.code)).size > 4_900")
    places.get_by_text("Southwark", exact=True).click()
    expect(page.locator("tr.pcn")).to_have_count(3)
    page.locator("#pcn-U06180").click()
    page.select_option("#shade", "pcn")
    expect(page.locator("#legend")).to_contain_text("Patients of NORTH SOUTHWARK PCN living in each small area")
    keep("london-southwark")
    assert said == []
    expect.set_options(timeout=5_000)
