"""London as published: all of it on the start page, and each story of one place, on a wide screen and in the hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.main import create_app
from app.services.keys import first_key
from app.settings import Settings
from app.store.store import Store
from tests.london import GROUND, POLYGONS_A, POLYGONS_B, load_london

from .conftest import served

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:Best transformation")]

WARDS = "wards_2024_bestfit_from_lsoa21.gpkg"
OTHER = "illustrative-footprints-b"
PLAN, PLACE, PCN = "illustrative-footprints-a", "southwark", "U06180"
ASKED = f"footprints={PLAN}&place={PLACE}"
WAIT = 60_000


def _hundreds(value: float) -> str:
    return f"{value:,.0f}"


#: Each story of a place: its page, what is asked of the API, and where on the page its figure stands.
STORIES: tuple[tuple[str, str, Callable[[Any], str], str], ...] = (
    (
        f"/checks?{ASKED}",
        f"footprints/{PLAN}/versions/1/findings?place={PLACE}",
        lambda said: f"{said['findings']} findings" if said["findings"] else "Yes",
        "#in-short",
    ),
    (
        f"/options?{ASKED}",
        f"options?{ASKED}",
        lambda said: _hundreds(said["options"][0]["before"]["patients_outside_lead"]),
        "#cards",
    ),
    (
        f"/try?{ASKED}",
        f"what-if?{ASKED}",
        lambda said: _hundreds(said["before"]["patients_outside_lead"]),
        "#in-short",
    ),
    (
        f"/arrangements?{ASKED}&pcn={PCN}",
        f"arrangements/draft?{ASKED}&pcn={PCN}",
        lambda said: _hundreds(said["pcn"]["patients"]),
        "#words",
    ),
    (
        f"/paper?{ASKED}",
        f"options?{ASKED}",
        lambda said: _hundreds(said["options"][0]["before"]["patients_outside_lead"]),
        "#in-short",
    ),
    (
        f"/compare?{ASKED}&against={OTHER}",
        f"comparison?plans={PLAN},{OTHER}&place={PLACE}",
        lambda said: f"{_hundreds(said['changes'][0]['people_moved'])} people",
        "#in-short",
    ),
    (
        f"/propose?{ASKED}&units=wards&alternatives=2",
        f"proposals?{ASKED}&alternatives=2",
        lambda said: _hundreds(said["alternatives"][0]["patients_outside_lead"]),
        ".proposal[data-alternative='1']",
    ),
)


@pytest.fixture(scope="module")
def running(built: Path, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The real service with London's published files of July 2022 and two illustrative plans: its address and key."""
    with Store(f"sqlite:///{tmp_path_factory.mktemp('london') / 'london.sqlite'}") as store:
        work = load_london(store, shared_data, (*GROUND, POLYGONS_A, POLYGONS_B))
        key = first_key(store)
        assert key is not None
        with served(create_app(work, Settings(_env_file=None))) as address:
            yield address, key


@pytest.fixture(scope="module")
def service(running: tuple[str, str]) -> str:
    return running[0]


def test_from_all_of_london_to_one_pcns_small_areas(
    page: Page, service: str, said: list[str], keep: Callable[[str], Path]
) -> None:
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{service}/?footprints={PLAN}")
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
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
    keep("london-southwark-390")
    assert said == []
    expect.set_options(timeout=5_000)


@pytest.mark.parametrize(("path", "address", "figure", "where"), STORIES, ids=[story[0][1:8] for story in STORIES])
def test_each_story_of_a_place_says_what_the_api_says(
    page: Page,
    service: str,
    said: list[str],
    keep: Callable[[str], Path],
    path: str,
    address: str,
    figure: Callable[[Any], str],
    where: str,
) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{service}{path}")
    answer = page.request.get(f"{service}/api/v1/{address}", timeout=WAIT)
    assert answer.ok, answer.text()
    expect(page.locator(where)).to_contain_text(figure(answer.json()), timeout=WAIT)
    name = path.split("?", 1)[0][1:]
    keep(f"london-{name}-1440")
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth", timeout=WAIT)
    keep(f"london-{name}-390")
    assert said == []


def test_londons_wards_are_sent_seen_and_checked_and_not_loaded(
    page: Page, running: tuple[str, str], shared_data: Path, said: list[str], keep: Callable[[str], Path]
) -> None:
    """684 outlines: sent, taken for what they are, every fault on the map; a check loads nothing."""
    service, key = running
    page.set_default_timeout(WAIT)
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.add_init_script(f"sessionStorage.setItem('coterminous-key', '{key}')")
    page.goto(f"{service}/upload")
    page.set_input_files("#files-input", shared_data / "london" / WARDS)
    expect(page.locator("#seen")).to_contain_text("684 features", timeout=WAIT)
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator("#report-title")).to_be_focused(timeout=WAIT)
    found = re.search("id=([0-9a-f]+)", page.url)
    assert found
    address = f"{service}/api/v1/uploads/{found[1]}/report"
    report = page.request.get(address, headers={"Authorization": f"Bearer {key}"}).json()
    expect(page.locator("#rows")).to_have_text(re.compile("684 rows read = 684 kept"))
    expect(page.locator("#findings tbody tr")).to_have_count(min(len(report["faults"]), 300))
    page.wait_for_selector("#map[data-state=idle]")
    keep("london-upload-1440")
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth", timeout=WAIT)
    keep("london-upload-390")
    assert [p["id"] for p in page.request.get(f"{service}/api/v1/footprints").json()["items"]] == [PLAN, OTHER]
    assert said == []
