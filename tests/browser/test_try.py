"""Changing the sample place by hand: painting, moving, taking back, sharing, keeping; the figures are the service's."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from app.main import create_app
from app.services.keys import first_key
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store

from .conftest import served, violations

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:Best transformation")]

PLAN = "proposal-b-lsoa21-lookup"
LOOKS: tuple[tuple[int, Any], ...] = ((1440, "dark"), (390, "light"))
WAIT = 30_000


@pytest.fixture(scope="module")
def service(
    built: Path, sample_copy: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """The address of the real service with the sample place loaded, and its key."""
    with Store(sample_copy(tmp_path_factory.mktemp("try"))) as store:
        key = first_key(store)
        assert key is not None
        with served(create_app(Workspace(store), Settings(_env_file=None))) as address:
            yield address, key


def open_page(page: Page, address: str, query: str = "") -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{address}/try?footprints={PLAN}{query}")
    page.wait_for_selector("#map[data-state=idle]", timeout=WAIT)
    expect(page.locator("#brush")).to_be_enabled(timeout=WAIT)


def tried(page: Page, address: str) -> dict[str, Any]:
    """What the service says of the moves in the page's address."""
    given = parse_qs(urlsplit(page.url).query)
    found = page.request.get(
        f"{address}/api/v1/what-if",
        params={name: given[name][0] for name in ("footprints", "version", "place", "moves") if name in given},
    )
    assert found.ok, found.text()
    said: dict[str, Any] = found.json()
    return said


def test_areas_are_painted_and_every_figure_is_that_of_the_service(
    page: Page, service: tuple[str, str], said: list[str]
) -> None:
    address, _ = service
    page.set_viewport_size({"width": 1440, "height": 1000})
    open_page(page, address)
    expect(page.locator("#in-short")).to_contain_text("Nothing is moved yet")
    page.locator("#brush").select_option(index=1)
    page.check("#paint")
    box = page.locator("#map").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1], steps=8)
    page.mouse.up()
    expect(page.locator("#in-short")).to_contain_text("moved", timeout=WAIT)
    expect(page.locator("#moves li").first).to_be_visible()
    now = tried(page, address)
    assert now["areas"]
    assert page.locator("#moves li").count() == len(now["areas"])
    expect(page.locator("#in-short")).to_contain_text(f"{now['after']['patients_outside_lead']:,.0f} patients")
    expect(page.locator("#whole tbody tr").first).to_contain_text(f"{now['before']['patients_outside_lead']:,.0f}")
    touched = [row.get_attribute("data-neighbourhood") for row in page.locator("#neighbourhoods tbody tr").all()]
    assert touched == [row["code"] for row in now["neighbourhoods"]]
    page.locator("#undo").click()
    expect(page.locator("#in-short")).to_contain_text("Nothing is moved yet")
    page.keyboard.press("Control+Shift+Z")
    expect(page.locator("#moves li")).to_have_count(len(now["areas"]))
    assert said == []


def test_a_practice_is_moved_by_keyboard_alone_shared_kept_and_its_lines_submitted(
    page: Page, service: tuple[str, str]
) -> None:
    address, key = service
    open_page(page, address)
    practices = page.request.get(f"{address}/api/v1/alignment/practices?footprints={PLAN}").json()["items"]
    one = next(practice for practice in practices if practice["pcn_code"])
    target = next(p["pcn_code"] for p in practices if p["pcn_code"] not in (None, one["pcn_code"]))
    page.locator("#practice").select_option(one["code"])
    page.locator("#pcn").select_option(target)
    page.locator("#pcn").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(f"#moves li[data-move={one['code']}]")).to_be_visible(timeout=WAIT)
    now = tried(page, address)
    row = page.locator(f"#pcns tr[data-pcn={target}]")
    after = next(pcn["after"] for pcn in now["pcns"] if pcn["code"] == target)
    expect(row).to_contain_text(f"{after['patients']:,.0f} patients")
    for check in now["checks"]:
        expect(page.locator("#checks")).to_contain_text(check["text"])
    area = page.request.get(f"{address}/api/v1/areas?footprints={PLAN}").json()["items"][0]
    page.locator("#area").select_option(area["code"])
    other = page.locator("#brush option").evaluate_all("all => all.map(one => one.value)")
    page.locator("#brush").select_option(next(code for code in other if code != area["neighbourhood"]))
    page.get_by_role("button", name="Move the area").press("Enter")
    expect(page.locator("#moves li")).to_have_count(2, timeout=WAIT)
    shared = page.url
    page.goto("about:blank")
    page.goto(shared)
    expect(page.locator("#moves li")).to_have_count(2, timeout=WAIT)
    page.fill("#keep-name", "Tried by hand")
    page.fill("#keep-key", "wrong")
    page.get_by_role("button", name="Keep as a scenario").press("Enter")
    expect(page.locator("#kept")).to_contain_text("key")
    page.fill("#keep-key", key)
    page.get_by_role("button", name="Keep as a scenario").press("Enter")
    expect(page.locator("#kept")).to_contain_text("Kept as “Tried by hand”")
    compares_and_opens(page, address)
    page.locator("#submit").press("Enter")
    expect(page.locator("#submitted")).to_contain_text("version 2 of the proposal, a draft")
    assert len(page.request.get(f"{address}/api/v1/footprints/{PLAN}/versions").json()["items"]) == 2


def compares_and_opens(page: Page, address: str) -> None:
    """What has just been kept is in the list; beside today it has the service's figures, and it opens again."""
    [row] = page.request.get(f"{address}/api/v1/scenarios").json()["items"]
    page.locator(f"li[data-scenario='{row['id']}'] input").check()
    page.get_by_role("button", name="Show the ticked ones beside today").press("Enter")
    said = page.request.get(f"{address}/api/v1/scenarios/compare?ids=today,{row['id']}").json()
    outside = next(one for one in said["measures"] if one["measure"] == "patients_outside_lead")
    cells = page.locator("#compared tr[data-measure=patients_outside_lead] td")
    expect(cells).to_have_text([f"{outside[key]:,.0f}" for key in ("today", row["id"])])
    expect(page).to_have_url(re.compile(f"compare={row['id']}"))
    other = page.context.new_page()
    other.goto(f"{address}/try?scenario={row['id']}")
    expect(other.locator("#opened")).to_contain_text(f"“{row['name']}”", timeout=WAIT)
    expect(other.locator("#moves li")).to_have_count(2, timeout=WAIT)
    other.close()


def differences(mine: Any, theirs: Any, at: str = "") -> list[str]:
    """Where two answers differ, as far as the first goes: counts by a patient's hundredth, shares by a millionth."""
    if isinstance(mine, dict):
        return [line for name in mine for line in differences(mine[name], theirs[name], f"{at}.{name}")]
    if isinstance(mine, list) and isinstance(theirs, list) and len(mine) == len(theirs):
        pairs = enumerate(zip(mine, theirs, strict=True))
        return [line for index, (one, two) in pairs for line in differences(one, two, f"{at}.{index}")]
    if isinstance(mine, float) and isinstance(theirs, int | float):
        return [] if mine == pytest.approx(theirs, rel=0, abs=1.1e-6 if abs(theirs) < 2 else 0.011) else [at]
    return [] if mine == theirs else [f"{at}: {mine} against {theirs}"]


def test_what_the_page_works_out_is_what_the_service_answers(page: Page, service: tuple[str, str]) -> None:
    address, _ = service
    page.goto(f"{address}/try?footprints={PLAN}&version=1")
    page.wait_for_selector("#answer-parts[data-quick=ready]", timeout=WAIT)
    asked: dict[str, str | float | bool] = {"footprints": PLAN, "version": 1}
    table = page.request.get(f"{address}/api/v1/what-if/table", params=asked).json()
    chance = random.Random(5)  # noqa: S311
    pcns = [*table["pcns"]["code"], "none", "new-1", f"{table['pcns']['code'][0]}/2"]
    for practices, areas in ((0, 0), (1, 0), (0, 1), (0, 40), (5, 3), (2, 12), (38, 0)):
        moved = [(code, chance.choice(pcns)) for code in chance.sample(table["practices"]["code"], practices)]
        to = chance.choice(table["neighbourhoods"]["code"])
        moved += [(code, to) for code in chance.sample(table["areas"]["code"], areas)]
        moves = [{"code": code, "to": target} for code, target in moved]
        answer = page.request.post(f"{address}/api/v1/what-if", data={**asked, "moves": moves})
        assert answer.ok, answer.text()
        mine = page.evaluate("moves => document.getElementById('answer-parts').evaluate(moves)", moves)
        assert {"before", "after", "frontier_point", "practices", "areas", "pcns", "neighbourhoods"} == set(mine)
        assert differences(mine, answer.json()) == []


def test_a_practice_is_dragged_onto_a_practice_of_the_pcn_it_is_to_join(page: Page, service: tuple[str, str]) -> None:
    address, _ = service
    page.set_viewport_size({"width": 1440, "height": 1200})
    open_page(page, address, "&version=1")
    page.wait_for_selector("#answer-parts[data-quick=ready]", timeout=WAIT)
    box = page.locator("#map").bounding_box()
    assert box is not None
    drawn = page.evaluate(
        """() => {
          const { map } = document.getElementById("map");
          return map.queryRenderedFeatures({ layers: ["practices"] }).map(({ properties, geometry }) => {
            const { x, y } = map.project(geometry.coordinates);
            const there = map.queryRenderedFeatures([x, y], { layers: ["practices"] });
            return { ...properties, x, y, alone: there.length === 1 && there[0].properties.code === properties.code };
          });
        }"""
    )
    one, *others = [practice for practice in drawn if practice["alone"] and practice.get("pcn_code")]
    other = next(practice for practice in others if practice["pcn_code"] != one["pcn_code"])
    page.mouse.move(box["x"] + one["x"], box["y"] + one["y"])
    page.mouse.down()
    page.mouse.move(box["x"] + other["x"], box["y"] + other["y"], steps=5)
    page.mouse.up()
    expect(page.locator(f"#moves li[data-move={one['code']}]")).to_be_visible(timeout=WAIT)
    assert [row["to"] for row in tried(page, address)["practices"]] == [other["pcn_code"]]


def test_it_starts_from_an_option(page: Page, service: tuple[str, str]) -> None:
    address, _ = service
    options = page.request.get(f"{address}/api/v1/options?footprints={PLAN}&version=1").json()["options"]
    option = next(option for option in options if option["moves"])
    open_page(page, address, f"&version=1&option={option['id']}")
    moved = {line.get_attribute("data-move") for line in page.locator("#moves li").all()}
    assert moved == {move["practice"] for move in option["moves"]}
    expect(page.locator("#in-short")).to_contain_text(f"{option['after']['patients_outside_lead']:,.0f} patients")


def test_what_is_moved_is_held_against_the_best_there_is(page: Page, service: tuple[str, str]) -> None:
    address, _ = service
    asked: dict[str, str | float | bool] = {"footprints": PLAN, "version": 1}
    # The page asks for the service's own shares, which take longer: here for one.
    page.route("**/options/boundaries?*", lambda route: route.continue_(url=f"{route.request.url}&share=0.01"))
    frontier = page.request.get(f"{address}/api/v1/options/frontier", params=asked).json()["frontier"]
    best = frontier["points"][1]
    [move] = best["moves"]
    open_page(page, address, f"&version=1&moves={move['practice']}>{move['to']}")
    page.wait_for_selector("#answer-parts[data-quick=ready]", timeout=WAIT)
    assert page.locator("#nearest-chart svg").count() == 0
    with page.expect_response(lambda response: "/options/boundaries" in response.url) as answered:
        page.locator("#nearest summary").press("Enter")
    lines = answered.value.json()["frontier"]["points"]
    said = page.locator("#nearest-said")
    expect(said).to_contain_text(f"{best['patients_disturbed']:,} patients of 1 practice moved", timeout=WAIT)
    expect(said).to_contain_text(
        f"as many practices: {best['patients_outside_lead']:,}, proven. These moves are as good."
    )
    expect(page.locator("#nearest-chart .chart__curve--lines + .chart__proven")).to_have_count(1)
    shown = page.locator("#nearest-chart :is(.chart__proven, .chart__found)")
    expect(shown).to_have_count(len(frontier["points"]) + len(lines))
    before = page.locator(".chart__here").get_attribute("cx")
    target = page.locator("#pcn option").evaluate_all("all => all.map(one => one.value)")
    page.locator("#practice").select_option(move["practice"])
    page.locator("#pcn").select_option(next(to for to in target if to not in (move["to"], move["from"], "none")))
    page.get_by_role("button", name="Move the practice").press("Enter")
    expect(said).to_contain_text("more outside", timeout=WAIT)
    outside = tried(page, address)["after"]["patients_outside_lead"]
    expect(said).to_contain_text(f"leave {outside - best['patients_outside_lead']:,.0f} more outside")
    page.locator("#clear").press("Enter")
    expect(said).to_contain_text("with nothing moved")
    assert page.locator(".chart__here").get_attribute("cx") != before


def test_axe_finds_nothing_and_the_page_does_not_scroll_sideways(
    page: Page, service: tuple[str, str], axe: str, said: list[str], keep: Callable[[str], Path]
) -> None:
    address, _ = service
    options = page.request.get(f"{address}/api/v1/options?footprints={PLAN}&version=1").json()["options"]
    option = next(option for option in options if option["moves"])
    open_page(page, address, f"&version=1&option={option['id']}")
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        keep(f"try-{width}-{scheme}")
        assert violations(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []
