"""The page of options on the real service: routes, the frontier by keyboard, cards, who stays, and the long search."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from app.jobs.running import work_off
from app.main import create_app
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store

from .conftest import served, violations

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:Best transformation")]

PLAN = "proposal-b-lsoa21-lookup"
WAIT = 30_000
LOOKS: tuple[tuple[int, Any], ...] = ((390, "light"), (1440, "dark"))


@pytest.fixture(scope="module")
def work(sample_copy: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with Store(sample_copy(tmp_path_factory.mktemp("options"))) as store:
        yield Workspace(store)


@pytest.fixture(scope="module")
def service(built: Path, work: Workspace) -> Iterator[str]:
    """The address of the real service with the sample place loaded; nobody works off its jobs but a test."""
    with ExitStack() as stack:
        yield stack.enter_context(served(create_app(work, Settings(_env_file=None))))


@pytest.fixture
def ask(page: Page, service: str) -> Callable[..., Any]:
    def get(**query: Any) -> Any:
        found = page.request.get(f"{service}/api/v1/options", params={"footprints": PLAN, **query})
        assert found.ok, found.text()
        return found.json()

    return get


def open_page(page: Page, service: str, query: str = "") -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{service}/options?footprints={PLAN}{query}")
    expect(page.locator(".chart")).to_be_visible(timeout=WAIT)
    page.wait_for_selector("#map[data-state=idle]", timeout=WAIT)


def arrows(page: Page) -> set[str]:
    found = page.evaluate(
        "document.getElementById('map').map.querySourceFeatures('moves').map(f => f.properties.practice)"
    )
    return set(found)


def test_routes_and_cards_show_what_the_service_finds(
    page: Page, service: str, ask: Callable[..., Any], said: list[str]
) -> None:
    given = ask()
    open_page(page, service)
    for one in given["routes"]:
        route = page.locator(f"[data-route='{one['route']}'] .route[data-pcn={one['code']}]")
        expect(route.locator("summary")).to_have_text(one["sentence"])
        for reason in one["reasons"]:
            expect(route).to_contain_text(reason["source"])
    cards = page.locator(".option")
    assert [card.get_attribute("data-option") for card in cards.all()] == [one["id"] for one in given["options"]]
    assert given["options"][0]["id"] == "no-change"
    for one in given["options"]:
        card = page.locator(f".option[data-option='{one['id']}']")
        expect(card.locator(".option__sentence")).to_have_text(one["sentence"])
        before, after = one["before"]["patients_outside_lead"], one["after"]["patients_outside_lead"]
        expect(card.locator(".option__figures")).to_contain_text(f"{before:,} → {after:,}")
        for text in [*one["needs"], *(check["text"] for check in one["checks"])]:
            expect(card).to_contain_text(text)
    expect(page.locator("#fictional")).to_be_visible()
    assert said == []


def test_the_frontier_is_walked_by_keyboard_and_the_map_and_the_address_follow(
    page: Page, service: str, ask: Callable[..., Any]
) -> None:
    points = ask()["frontier"]["points"]
    assert len(points) > 2
    open_page(page, service, "&point=0")
    marks = page.locator(".chart__point")
    expect(marks).to_have_count(len(points))
    assert page.locator(".chart__point[tabindex='0']").count() == 1
    assert arrows(page) == set()
    marks.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(marks.nth(2)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"point=2"))
    expect(marks.nth(2)).to_have_attribute("aria-pressed", "true")
    expect(marks.nth(2)).to_be_focused()
    expect(page.locator("#point")).to_contain_text(f"{points[2]['patients_outside_lead']:,} patients outside")
    for move in points[2]["moves"]:
        expect(page.locator("#point")).to_contain_text(f"to {move['to_name']}")
    page.wait_for_function(
        "n => new Set(document.getElementById('map').map.querySourceFeatures('moves')"
        ".map(f => f.properties.practice)).size === n",
        arg=len(points[2]["moves"]),
    )
    assert arrows(page) == {move["practice"] for move in points[2]["moves"]}
    row = page.locator("tr[data-allowed='2']")
    expect(row).to_contain_text(f"{points[2]['patients_outside_lead']:,}")
    proven = page.locator(".chart__point .chart__proven")
    expect(proven).to_have_count(sum(point["proven"] for point in points))


def test_who_stays_is_kept_in_the_address_and_no_option_moves_them(
    page: Page, service: str, ask: Callable[..., Any]
) -> None:
    move = next(option["moves"][0] for option in ask()["options"] if option["moves"] and option["moves"][0]["from"])
    open_page(page, service)
    page.locator("#locks summary").click()
    page.locator(f"#locks-practices input[value={move['practice']}]").check()
    with page.expect_response(lambda response: "staying=" in response.url):
        page.get_by_role("button", name="Work out the options again").click()
    expect(page.locator("#locks-said")).to_contain_text("1 practice")
    expect(page).to_have_url(re.compile(f"staying={move['practice']}"))
    given = ask(staying=move["practice"])
    expect(page.locator(".option")).to_have_count(len(given["options"]))
    assert all(one["practice"] != move["practice"] for option in given["options"] for one in option["moves"])
    page.reload()
    expect(page.locator(f"#locks-practices input[value={move['practice']}]")).to_be_checked(timeout=WAIT)


def test_the_long_search_survives_a_reload_and_shows_its_result(page: Page, service: str, work: Workspace) -> None:
    open_page(page, service)
    page.get_by_role("button", name="Work out the whole frontier").click()
    expect(page.locator("#job progress")).to_be_visible()
    expect(page).to_have_url(re.compile("job=[0-9a-f]{32}"))
    page.reload()
    expect(page.locator("#job progress")).to_be_visible(timeout=WAIT)
    assert work_off(work) == 1
    expect(page.locator("#job")).to_contain_text("The whole frontier is shown", timeout=WAIT)
    job = re.search("job=([0-9a-f]{32})", page.url)
    assert job
    found = page.request.get(f"{service}/api/v1/jobs/{job[1]}/results").json()
    expect(page.locator(".chart__point")).to_have_count(len(found["frontier"]["points"]))
    assert len(found["frontier"]["points"]) > 6


def test_a_search_can_be_called_off(page: Page, service: str, ask: Callable[..., Any]) -> None:
    pcn = ask()["routes"][0]["code"]
    open_page(page, service, f"&kept={pcn}")
    page.get_by_role("button", name="Work out the whole frontier").click()
    expect(page.locator("#job progress")).to_be_visible()
    page.get_by_role("button", name="Call it off").click()
    expect(page.locator("#job [role=alert]")).to_contain_text("called off")
    expect(page).not_to_have_url(re.compile("job="))


def moved_areas(page: Page) -> set[tuple[str, str]]:
    """Areas shaded on the map of lines, with the neighbourhood that each would be in."""
    found = page.evaluate(
        "document.getElementById('lines-map').map.querySourceFeatures('areas')"
        ".map(({ properties }) => [properties.code, properties.to_name])"
    )
    return {(code, name) for code, name in found}


def test_lines_are_asked_for_walked_by_keyboard_and_tried_by_hand(page: Page, service: str, said: list[str]) -> None:
    # The page asks for the service's own shares, which take longer: here for one.
    page.route("**/options/boundaries?*", lambda route: route.continue_(url=f"{route.request.url}&share=0.01"))
    open_page(page, service)
    with page.expect_response(lambda response: "/options/boundaries" in response.url) as answered:
        page.locator("#lines-ask").press("Enter")
    points = answered.value.json()["frontier"]["points"]
    marks = page.locator("#lines-chart .chart__point")
    expect(marks).to_have_count(len(points))
    expect(page.locator("#lines-point")).to_contain_text(f"{points[-1]['patients_outside_lead']:,} patients outside")
    page.wait_for_selector("#lines-map[data-state=idle]", timeout=WAIT)
    moves = points[-1]["moves"]
    assert moves
    page.wait_for_function(
        "n => new Set(document.getElementById('lines-map').map.querySourceFeatures('areas')"
        ".map(f => f.properties.code)).size === n",
        arg=len(moves),
    )
    assert moved_areas(page) == {(move["area"], move["to_name"]) for move in moves}
    marks.last.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"share=0(&|$)"))
    expect(page.locator("#lines-point")).to_contain_text("No small area changes its neighbourhood")
    expect(page.locator("#lines-try")).to_have_count(0)
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.locator("#lines-try").click()
    expect(page.locator("#moves li")).to_have_count(len(moves), timeout=WAIT)
    expect(page.locator("#in-short")).to_contain_text(f"{points[-1]['patients_outside_lead']:,} patients")
    assert said == []


def test_lines_with_practices_are_long_work_that_a_reload_finds_again(
    page: Page, service: str, work: Workspace
) -> None:
    asked = {"kind": "boundaries", "footprints": PLAN, "shares": [0.01], "together": True, "most_moves": 1}
    job = page.request.post(f"{service}/api/v1/jobs", data={**asked, "seconds": 1}).json()["jobID"]
    open_page(page, service, f"&lines_job={job}")
    expect(page.locator("#lines-job progress")).to_be_visible()
    assert work_off(work) == 1
    expect(page.locator("#lines-job")).to_contain_text("is shown", timeout=WAIT)
    points = page.request.get(f"{service}/api/v1/jobs/{job}/results").json()["combined"]["points"]
    point = next(one for one in points if one["practice_moves"] and one["area_moves"])
    row = page.locator(f"tr[data-both='{point['moves_allowed']}']")
    row.get_by_role("button", name=f"{point['patients_outside_lead']:,} patients outside").press("Enter")
    said = page.locator("#lines-point")
    expect(said).to_contain_text("proven" if point["proven"] else f"below {int(point['at_least_outside']):,}")
    for move in point["practice_moves"]:
        expect(said).to_contain_text(f"to {move['to_name']}")
    moves = parse_qs(urlsplit(page.locator("#lines-try").get_attribute("href") or "").query)["moves"][0].split(",")
    wanted = {f"{move['practice']}>{move['to']}" for move in point["practice_moves"]}
    assert set(moves) == wanted | {f"{move['area']}>{move['to']}" for move in point["area_moves"]}


def test_another_way_of_counting_is_answered_kindly(page: Page, service: str) -> None:
    page.goto(f"{service}/options?footprints={PLAN}&basis=area")
    expect(page.locator("#problem")).to_contain_text("Options are worked out from registered patients")
    page.select_option("#basis", "patients")
    expect(page.locator(".chart")).to_be_visible(timeout=WAIT)


def test_axe_finds_nothing_and_the_page_does_not_scroll_sideways(
    page: Page, service: str, axe: str, said: list[str], keep: Callable[[str], Path]
) -> None:
    open_page(page, service)
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        keep(f"options-{width}-{scheme}")
        assert violations(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []
