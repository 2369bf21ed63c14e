"""The coverage checks of a damaged plan: every finding of the service listed, narrowed, brought close on the map."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from playwright.sync_api import Page, expect

from app.ingest.source import Source
from app.main import create_app
from app.services.loading import LoadRequest, load
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store
from data import sample

from .conftest import served, violations

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:Best transformation")]

LOOKS: tuple[tuple[int, Any], ...] = ((1440, "dark"), (390, "light"))
WAIT = 30_000


@pytest.fixture(scope="module")
def service(
    built: Path,
    sample_files: list[Path],
    sample_copy: Callable[[Path], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The real service with the sample place, and one of its plans with a hole and an overlap."""
    folder = tmp_path_factory.mktemp("checks")
    drawn = gpd.read_file(next(path for path in sample_files if path.name == sample.PROPOSAL_A)).to_crs(27700)
    shapes = list(drawn.geometry)
    middle = shapes[3].buffer(-400).representative_point()
    shapes[3] = shapes[3].difference(shapely.box(middle.x, middle.y, middle.x + 400, middle.y + 400))
    shapes[0] = shapes[0].buffer(60)
    drawn.set_geometry(gpd.GeoSeries(shapes, crs=27700)).to_file(folder / "damaged.gpkg", driver="GPKG")
    with Store(sample_copy(folder)) as store:
        load(store, [LoadRequest(Source.of(folder / "damaged.gpkg"), footprint_name="Damaged")])
        with served(create_app(Workspace(store), Settings(_env_file=None))) as address:
            yield address


def open_page(page: Page, address: str, plan: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{address}/checks?footprints={plan}")
    page.wait_for_selector("#map[data-state=idle]", timeout=WAIT)
    expect(page.locator("#in-short")).not_to_be_empty(timeout=WAIT)


def test_every_finding_is_listed_and_drawn_and_can_be_brought_close(page: Page, service: str, said: list[str]) -> None:
    page.set_viewport_size({"width": 1440, "height": 1000})
    open_page(page, service, "damaged")
    found = page.request.get(f"{service}/api/v1/footprints/damaged/versions/1/findings").json()
    assert {"hole", "overlap"} <= set(found["by_kind"])
    expect(page.locator("#in-short")).to_contain_text(f"Not yet: {found['findings']} findings")
    rows = page.locator("#findings tbody tr")
    expect(rows).to_have_count(found["findings"])
    for item, row in zip(found["items"], rows.all(), strict=True):
        expect(row).to_contain_text(item["message"])
    page.select_option("#sort", "hole")
    expect(rows).to_have_count(found["by_kind"]["hole"])
    hole = next(item for item in found["items"] if item["kind"] == "hole")
    zoom = "() => document.getElementById('map').map.getZoom()"
    before = page.evaluate(zoom)
    page.get_by_role("button", name=f"Show finding {hole['id']} on the map").press("Enter")
    page.wait_for_function(f"(before) => ({zoom})() > before + 1", arg=before)
    centre = page.evaluate("() => document.getElementById('map').map.getCenter().toArray()")
    assert centre == pytest.approx([hole["longitude"], hole["latitude"]], abs=0.01)
    expect(page.locator("button[data-show][aria-pressed=true]")).to_have_count(1)
    assert said == []


def test_a_plan_without_fault_says_so_and_the_start_page_leads_here(page: Page, service: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{service}/?footprints=proposal-b-lsoa21-lookup")
    page.get_by_role("link", name="See them on the map").click(timeout=WAIT)
    expect(page.locator("#in-short")).to_have_text(
        "Yes: no gaps, overlaps or detached pieces were found.", timeout=WAIT
    )


def test_axe_finds_nothing_and_the_page_does_not_scroll_sideways(
    page: Page, service: str, axe: str, said: list[str], keep: Callable[[str], Path]
) -> None:
    open_page(page, service, "damaged")
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        keep(f"checks-{width}-{scheme}")
        assert violations(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []
