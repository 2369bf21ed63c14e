"""The page as a person meets it: map, table, address, keyboard, small screens, dark, and when things go wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .conftest import violations
from .invented import Invented

pytestmark = pytest.mark.browser

Open = Callable[..., list[str]]
Keep = Callable[[str], Path]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(autouse=True)
def still(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]


def wait_for_map(page: Page) -> None:
    page.wait_for_selector("#map[data-state=idle]", timeout=60_000)


def drawn(page: Page, layer: str) -> set[str]:
    """Codes of what the map really shows in one of its layers."""
    shown = "(layer) => document.getElementById('map').map.queryRenderedFeatures({layers: [layer]})"
    return set(page.evaluate(f"{shown}.map(f => f.properties.code)", layer))


def order(page: Page) -> list[str]:
    return [row.get_attribute("data-pcn") or "" for row in page.locator("tr.pcn").all()]


def test_the_map_draws_every_neighbourhood_and_every_placed_practice(
    page: Page, opened: Open, said: list[str], keep: Keep
) -> None:
    place = Invented()
    opened(place)
    wait_for_map(page)
    assert drawn(page, "neighbourhoods") == {code for code, _ in place.neighbourhoods}
    assert drawn(page, "practices") == {p.code for p in place.practices if p.at}
    colours = page.evaluate(
        """() => new Promise(done => {
             const map = document.getElementById('map').map;
             map.once('render', () => {
               const gl = map.getCanvas().getContext('webgl2'), pixels = new Uint8Array(4 * 200 * 200);
               gl.readPixels(100, 100, 200, 200, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
               done(new Set(new Uint32Array(pixels.buffer)).size);
             });
             map.triggerRepaint();
           })"""
    )
    assert colours > 2
    keep("wide")
    assert said == []


def test_the_headline_says_the_share_and_how_many_people(page: Page, opened: Open) -> None:
    summary = Invented().answers()["alignment"]
    opened()
    outside = sum(row["patients_outside_lead"] for row in summary["pcn"])
    expect(page.locator(".answer__figure strong")).to_have_text(f"{summary['misalignment']:.1%}")
    expect(page.locator("#headline")).to_contain_text(f"{outside:,} patients of {summary['patients_inside']:,}")
    expect(page.locator("#benchmark")).to_contain_text("70.1%")
    expect(page.locator("#fictional")).to_be_visible()
    font = page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")
    assert font.startswith("Arial")


def test_a_real_place_wears_no_banner(page: Page, opened: Open) -> None:
    opened(Invented(fictional=False))
    expect(page.locator("tr.pcn")).to_have_count(7)
    expect(page.locator("#fictional")).to_be_hidden()


def test_the_table_is_ranked_and_sorted_by_its_headings(page: Page, opened: Open) -> None:
    rows = Invented().answers()["alignment"]["pcn"]
    opened()
    expect(page.locator("tr.pcn")).to_have_count(7)
    assert order(page) == [row["code"] for row in rows]
    heading = page.get_by_role("columnheader", name="Share inside lead")
    expect(page.get_by_role("columnheader", name="Patients outside lead")).to_have_attribute("aria-sort", "descending")
    heading.locator(".sort").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    assert order(page) == [row["code"] for row in sorted(rows, key=lambda row: (row["containment"], row["code"]))]
    heading.locator(".sort").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert order(page) == [row["code"] for row in sorted(rows, key=lambda row: (-row["containment"], row["code"]))]
    assert "sort=-containment" in page.url
    expect(page.locator("#said")).to_contain_text("Sorted by Share inside lead")


def test_choosing_a_pcn_opens_its_matrix_row_and_zooms_the_map(page: Page, opened: Open, keep: Keep) -> None:
    place = Invented()
    opened(place)
    wait_for_map(page)
    answers = place.answers()
    code = answers["alignment"]["pcn"][2]["code"]
    bounds = "() => document.getElementById('map').map.getBounds().toArray().flat()"
    before = page.evaluate(bounds)
    page.locator(f"tr.pcn[data-pcn={code}] td").nth(2).click()
    panel = page.locator(f"#detail-{code}")
    cells = sorted(answers["matrix"]["patients"][int(code[1:])], reverse=True)
    shown = panel.locator("table").first.locator("tbody tr td:nth-child(2)").all_inner_texts()
    assert shown[: len(cells)] == [f"{cell:,}" for cell in cells]
    members = {p.code for p in place.practices if p.pcn == int(code[1:])}
    assert set(re.findall(r"Y\d{5}", panel.locator("table").last.inner_text())) == members
    assert f"pcn={code}" in page.url
    page.wait_for_function(f"(before) => String(({bounds})()) !== String(before)", arg=before)
    states = "(c) => document.getElementById('map').map.getFeatureState({source: 'neighbourhoods', id: c})"
    lead = page.evaluate(states, answers["alignment"]["pcn"][2]["lead"])
    assert lead["lead"] is True
    assert lead["share"] == pytest.approx(answers["alignment"]["pcn"][2]["containment"])
    expect(page.locator("#legend")).to_contain_text("Lead neighbourhood")
    keep("wide-chosen")
    page.go_back()
    expect(panel).to_have_count(0)


def test_an_address_opens_the_same_view(page: Page, opened: Open) -> None:
    opened(query="?footprints=invented&pcn=U00003&sort=name")
    expect(page.locator("#detail-U00003")).to_be_visible()
    expect(page.get_by_role("columnheader", name="PCN", exact=True)).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("#footprints")).to_have_value("invented")


def test_the_service_chooses_the_basis_until_the_reader_does(page: Page, opened: Open) -> None:
    asked = opened()
    expect(page.locator("tr.pcn")).to_have_count(7)
    assert not any("basis=" in address for address in asked)
    page.select_option("#basis", "practice")
    expect(page).to_have_url(re.compile("basis=practice"))
    expect(page.locator("main[aria-busy]")).to_have_count(0)
    assert sum("basis=practice" in address for address in asked if address.startswith("alignment")) == 4


def test_keyboard_alone_reaches_and_works_everything(page: Page, opened: Open) -> None:
    opened()
    wait_for_map(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.locator("#sort-class").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="What is “Fit”?")).to_be_focused()
    page.keyboard.press("Tab")
    first = order(page)[0]
    expect(page.locator(f"#pcn-{first}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#detail-{first}")).to_be_visible()
    expect(page.locator(f"#pcn-{first}")).to_be_focused()
    expect(page.locator(f"#pcn-{first}")).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#said")).to_contain_text("opened")
    page.keyboard.press("Escape")
    expect(page.locator(f"#detail-{first}")).to_have_count(0)
    expect(page.locator(f"#pcn-{first}")).to_be_focused()


def test_map_and_table_point_at_the_same_pcn(page: Page, opened: Open) -> None:
    place = Invented()
    opened(place)
    wait_for_map(page)
    practice = next(p for p in place.practices if p.pcn == 3 and p.name.endswith("3"))
    page.locator("#map").scroll_into_view_if_needed()
    at = page.evaluate(
        """(code) => {
             const map = document.getElementById('map').map;
             const found = map.querySourceFeatures('practices').find(f => f.properties.code === code);
             const { x, y } = map.project(found.geometry.coordinates);
             const box = map.getCanvas().getBoundingClientRect();
             return [box.left + x, box.top + y];
           }""",
        practice.code,
    )
    page.mouse.move(*at)
    expect(page.locator("#tip")).to_contain_text(practice.name)
    expect(page.locator("tr.pcn.is-pointed")).to_have_attribute("data-pcn", "U00003")
    page.mouse.click(*at)
    expect(page.locator("#detail-U00003")).to_be_visible()


def test_practices_in_one_building_can_each_be_pointed_at(page: Page, opened: Open) -> None:
    place = Invented()
    opened(place)
    wait_for_map(page)
    first, second = [p.code for p in place.practices if p.pcn == 0 and p.name.endswith(("1", "2"))]
    beside = page.evaluate(
        """(code) => {
             const map = document.getElementById('map').map;
             const found = map.querySourceFeatures('practices').find(f => f.properties.code === code);
             const { x, y } = map.project(found.geometry.coordinates);
             const at = (dx) => map.queryRenderedFeatures([x + dx, y], { layers: ['practices'] });
             return [-7, 7].map(dx => at(dx).map(f => f.properties.code));
           }""",
        first,
    )
    assert beside == [[first], [second]]


def test_practices_without_a_pcn_and_sources_are_listed(page: Page, opened: Open) -> None:
    opened()
    page.get_by_text("2 practices without a PCN").click()
    expect(page.locator("#fold-without")).to_contain_text("Quayside Walk-in Centre")
    expect(page.locator("#fold-without")).to_contain_text("640")
    expect(page.locator("#sources")).to_contain_text("1 July 2025")
    expect(page.locator("#sources code")).to_have_text("ab" * 6)


@pytest.mark.parametrize("size", [{"width": 320, "height": 700}, NARROW, {"width": 1000, "height": 800}, WIDE])
def test_the_page_never_scrolls_sideways(page: Page, opened: Open, keep: Keep, size: dict[str, int]) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    opened(query="?pcn=U00002")
    wait_for_map(page)
    expect(page.locator(".panel")).to_be_visible()
    keep(f"at-{size['width']}")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_a_small_screen_can_sort_and_find_the_map(page: Page, opened: Open) -> None:
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    rows = Invented().answers()["alignment"]["pcn"]
    opened()
    page.select_option("#sort-by", "patients")
    assert order(page) == [row["code"] for row in sorted(rows, key=lambda row: (-row["patients"], row["code"]))]
    page.locator(f"#pcn-{order(page)[3]}").click()
    page.get_by_role("button", name="Show on the map").click()
    expect(page.locator("#map")).to_be_in_viewport()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing(page: Page, opened: Open, axe: str, keep: Keep, size: dict[str, int]) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    opened(query="?pcn=U00001")
    wait_for_map(page)
    for summary in page.locator("summary").all():
        summary.click()
    expect(page.locator("#fold-terms dl")).to_be_visible()
    schemes: tuple[Any, ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        keep(f"{scheme}-{size['width']}")
        assert violations(page, axe) == []


def test_the_map_follows_light_and_dark(page: Page, opened: Open) -> None:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    opened()
    wait_for_map(page)
    ground = "document.getElementById('map').map.getPaintProperty('ground', 'background-color')"
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.wait_for_function(f"(light) => {ground} !== light", arg=light)


def test_a_problem_is_told_with_what_to_do_and_can_be_tried_again(
    page: Page, opened: Open, axe: str, keep: Keep
) -> None:
    problem = {
        "status": 409,
        "title": "Nothing is loaded",
        "detail": "No registrations <b>are</b> loaded.",
        "remedy": "Load gp-reg-pat-prac-lsoa-all.csv.",
        "findings": [{"message": "row 3 has no code"}],
    }
    opened(change={"alignment": problem})
    alert = page.get_by_role("alert")
    for text in ("Nothing is loaded", "<b>are</b>", "Load gp-reg-pat-prac-lsoa-all.csv.", "row 3 has no code"):
        expect(alert).to_contain_text(text)
    expect(alert).to_be_focused()
    expect(page.locator("#answer-parts")).to_be_hidden()
    keep("problem")
    assert violations(page, axe) == []
    answers = Invented().answers()
    page.unroute_all()
    page.route(
        "**/api/v1/**",
        lambda route: route.fulfill(json=answers[route.request.url.partition("?")[0].rpartition("/")[2]]),
    )
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("tr.pcn")).to_have_count(7)
    expect(alert).to_have_count(0)


def test_nothing_loaded_says_what_to_do(page: Page, opened: Open) -> None:
    opened(change={"footprints": {"items": []}})
    expect(page.get_by_role("alert")).to_contain_text("No proposal has been loaded yet")


def test_a_service_that_does_not_answer_is_no_blank_page(page: Page, page_alone: str) -> None:
    page.route("**/api/v1/**", lambda route: route.abort())
    page.goto(page_alone)
    expect(page.get_by_role("alert")).to_contain_text("could not be reached")


def test_figures_that_do_not_exist_are_not_made_up(page: Page, opened: Open, said: list[str]) -> None:
    summary = Invented().answers()["alignment"]
    nothing = {"containment": None, "lead": None, "lead_name": None, "effective_neighbourhoods": None, "class": None}
    opened(
        change={
            "alignment": summary
            | {"misalignment": None, "median_containment": None, "pcn": [row | nothing for row in summary["pcn"]]}
        },
        query="?pcn=U00000",
    )
    expect(page.locator("#headline")).to_contain_text("no figure to give")
    expect(page.locator(".panel__lead")).to_contain_text("lies inside the plan")
    assert "NaN" not in page.inner_text("main")
    assert "null" not in page.inner_text("main")
    assert said == []


def test_all_of_london_is_no_burden(page: Page, opened: Open, said: list[str], keep: Keep) -> None:
    opened(Invented(wide=16, high=10, pcns=199))
    expect(page.locator("tr.pcn")).to_have_count(199)
    wait_for_map(page)
    assert len(drawn(page, "neighbourhoods")) == 160
    page.locator("#pcn-U00150").click()
    expect(page.locator("#detail-U00150")).to_contain_text("other neighbourhoods")
    keep("london")
    assert said == []


def test_the_page_asks_nobody_but_its_own_host(page: Page, opened: Open, page_alone: str) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(re.sub(r"^blob:", "", request.url)[: len(page_alone)]))
    opened()
    wait_for_map(page)
    assert hosts == {page_alone}
