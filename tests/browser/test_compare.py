"""Two plans side by side on the sample place: figures of the API, linked maps, and the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.main import create_app
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store

from .conftest import served, violations

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:Best transformation")]

A, B = "proposal-a-neighbourhoods", "proposal-b-lsoa21-lookup"
LOOKS: tuple[tuple[int, Any], ...] = ((1440, "dark"), (390, "light"))
WAIT = 30_000


@pytest.fixture(scope="module")
def service(built: Path, sample_copy: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real service with the sample place loaded."""
    with (
        Store(sample_copy(tmp_path_factory.mktemp("compare"))) as store,
        served(create_app(Workspace(store), Settings(_env_file=None))) as address,
    ):
        yield address


def open_page(page: Page, service: str, query: str = "") -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{service}/compare{query}")
    expect(page.locator("#measures tbody tr").first).to_be_visible(timeout=WAIT)
    page.wait_for_selector("#map[data-state=idle]", timeout=WAIT)
    page.wait_for_selector("#map-over[data-state=idle]", timeout=WAIT)


def test_plan_a_beside_plan_b_is_one_click_from_the_start_and_says_what_the_api_says(
    page: Page, service: str, said: list[str]
) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(service)
    page.wait_for_selector("#map[data-state=idle]", timeout=WAIT)
    page.get_by_role("link", name="Plans side by side").click()
    expect(page.locator("#measures tbody tr").first).to_be_visible(timeout=WAIT)
    found = page.request.get(f"{service}/api/v1/comparison", params={"plans": f"{A},{B}"}).json()
    by_name = {row["measure"]: row for row in found["measures"]}
    one, two = (plan["key"] for plan in found["plans"])
    outside = by_name["patients_outside_lead"]
    expect(page.locator("#in-short")).to_contain_text(f"{outside[one]:,.0f}")
    expect(page.locator("#in-short")).to_contain_text(f"{outside[two]:,.0f}")
    expect(page.locator("#in-short")).to_contain_text(f"{found['changes'][0]['people_moved']:,.0f} people")
    assert [row.get_attribute("data-pcn") for row in page.locator("#pcns tbody tr").all()] == [
        pcn["code"] for pcn in found["pcns"]
    ]
    for pcn in found["pcns"]:
        row = page.locator(f"#pcns tr[data-pcn={pcn['code']}]")
        expect(row).to_contain_text(f"{abs(pcn['plans'][1]['patients_gained']):,.0f}")
    changing = page.request.get(f"{service}/api/v1/comparison/changes", params={"plans": f"{A},{B}"}).json()["items"]
    assert page.locator("#areas tbody tr").count() == len(changing)
    assert said == []


def test_the_line_is_moved_by_keyboard_and_by_hand_and_both_maps_keep_one_view(
    page: Page, service: str, said: list[str]
) -> None:
    page.set_viewport_size({"width": 1440, "height": 1000})
    open_page(page, service, f"?footprints={A}&against={B}")
    clip = "() => document.getElementById('map-over').style.clipPath"
    assert "50%" in page.evaluate(clip)
    page.locator("#swipe").focus()
    page.keyboard.press("Home")
    assert page.evaluate(clip) in ("inset(0px)", "inset(0px 0px 0px 0%)")
    page.keyboard.press("ArrowRight")
    assert "1%" in page.evaluate(clip)
    line = page.locator("#swipe-line")
    page.keyboard.press("End")
    page.locator("#swipe").fill("50")
    box, frame = line.bounding_box(), page.locator(".swipe").bounding_box()
    assert box is not None
    assert frame is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] * 0.25, box["y"] + 40, steps=4)
    page.mouse.up()
    assert page.locator("#swipe").input_value() == "25"
    view = "(id) => { const m = document.getElementById(id).map; return [m.getZoom(), m.getCenter().lng]; }"
    page.evaluate("() => document.getElementById('map').map.zoomTo(12, {animate: false})")
    assert page.evaluate(view, "map") == pytest.approx(page.evaluate(view, "map-over"))
    page.evaluate("() => document.getElementById('map-over').map.panBy([80, 0], {animate: false})")
    assert page.evaluate(view, "map") == pytest.approx(page.evaluate(view, "map-over"))
    first = page.locator("#areas tbody tr").first
    first.hover()
    code = first.get_attribute("data-area")
    lit = "(id) => JSON.stringify(document.getElementById(id).map.getFilter('pointed'))"
    assert all(str(code) in page.evaluate(lit, name) for name in ("map", "map-over"))
    assert said == []


def test_the_plan_compared_with_is_chosen_and_kept_in_the_address(page: Page, service: str) -> None:
    open_page(page, service, f"?footprints={B}")
    assert page.locator("#against").input_value() == A
    assert f"against={A}" in page.url
    page.select_option("#footprints", A)
    expect(page.locator("#left-name")).to_contain_text("proposal_a", ignore_case=True, timeout=WAIT)
    assert page.locator("#against").input_value() == B


def test_axe_finds_nothing_and_the_page_does_not_scroll_sideways(
    page: Page, service: str, axe: str, said: list[str], keep: Callable[[str], Path]
) -> None:
    open_page(page, service)
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        keep(f"compare-{width}-{scheme}")
        assert violations(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []
