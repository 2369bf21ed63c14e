"""The workbench as a place lead uses it, on the real service: search, map, a closer look, flows and terms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.ingest.source import Source
from app.main import create_app
from app.services.loading import LoadRequest, load
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store

from .conftest import served, violations

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:Best transformation")]

NARROW = {"width": 390, "height": 844}
PLAN = "proposal-a-neighbourhoods"


@pytest.fixture(scope="module")
def service(
    built: Path,
    sample_files: list[Path],
    sample_copy: Callable[[Path], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The address of the real service with the sample place loaded, and one plan again as another service's areas."""
    folder = tmp_path_factory.mktemp("workbench")
    layer = next(path for path in sample_files if "proposal_a" in path.name)
    with ExitStack() as stack:
        store = stack.enter_context(Store(sample_copy(folder)))
        copy = folder / "localities.geojson"
        copy.write_bytes(layer.read_bytes() + b"\n")
        load(store, [LoadRequest(Source.of(copy), footprint_name="Care localities", layer_of="Adult social care")])
        yield stack.enter_context(served(create_app(Workspace(store), Settings(_env_file=None))))


@pytest.fixture
def ask(page: Page, service: str) -> Callable[..., Any]:
    def get(path: str, **query: str | float | bool) -> Any:
        found = page.request.get(f"{service}/api/v1/{path}", params={"footprints": PLAN, **query})
        assert found.ok, found.text()
        return found.json()

    return get


@pytest.fixture(autouse=True)
def still(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")


def settled(page: Page) -> None:
    page.wait_for_selector("#map[data-state=idle]", timeout=60_000)


def state_of(page: Page, source: str, code: str) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        "([source, id]) => document.getElementById('map').map.getFeatureState({source, id})", [source, code]
    )
    return found


def test_a_practice_is_found_and_looked_at_by_keyboard_alone(page: Page, service: str, ask: Callable[..., Any]) -> None:
    practice = ask("alignment/practices")["items"][4]
    page.goto(f"{service}/?footprints={PLAN}")
    settled(page)
    page.locator("#search").focus()
    page.keyboard.type(practice["name"][:12])
    page.keyboard.press("ArrowDown")  # before anything is found: it counts once there is a list
    first = page.locator("#finds [role=option]").first
    expect(page.locator("#search")).to_have_attribute("aria-activedescendant", "find-0")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#finds")).to_be_hidden()
    page.locator("#search").fill(practice["code"])
    page.keyboard.press("Enter")  # at once: the best find is taken when it comes
    closer = page.locator("#closer")
    expect(closer.locator(".panel__lead")).to_contain_text(f"{practice['name']} ({practice['code']})")
    expect(closer).to_be_focused()
    assert f"practice={practice['code']}" in page.url
    cells = closer.locator("tbody tr td:nth-child(2)").all_inner_texts()
    assert cells == [f"{part['patients']:,}" for part in practice["neighbourhoods"][: len(cells)]]


def test_a_neighbourhood_shows_the_pcns_its_team_would_work_with(
    page: Page, service: str, ask: Callable[..., Any]
) -> None:
    one = ask("alignment/neighbourhoods")["items"][2]
    page.goto(f"{service}/?footprints={PLAN}")
    settled(page)
    page.locator("#fold-neighbourhoods summary").click()
    page.locator("#fold-neighbourhoods").get_by_role("button", name=one["name"]).click()
    closer = page.locator("#closer")
    expect(closer.locator(".panel__lead")).to_contain_text(f"and with {one['pcns_to_reach_90']} to reach 90%")
    rows = closer.locator("table").first.locator("tbody tr")
    assert [row.get_attribute("data-pcn") for row in rows.all()] == [pcn["code"] for pcn in one["pcns"]]
    expect(rows.first).to_contain_text(f"{one['pcns'][0]['share']:.1%}")
    page.go_back()
    expect(closer).to_be_hidden()


def test_small_areas_are_shaded_by_what_is_chosen_and_the_legend_says_how(
    page: Page, service: str, ask: Callable[..., Any], said: list[str]
) -> None:
    pcn = ask("alignment")["pcn"][0]
    page.goto(f"{service}/?footprints={PLAN}&pcn={pcn['code']}")
    settled(page)
    page.select_option("#shade", "pcn")
    expect(page.locator("#legend")).to_contain_text(f"Patients of {pcn['name']} living in each small area")
    core = ask("catchments", method="core", percent=98, pcn=pcn["code"])
    most = max(core["areas"], key=lambda row: row["patients"])
    shaded = state_of(page, "areas", most["area_code"])
    assert shaded["opacity"] == pytest.approx(0.88)
    page.select_option("#shade", "pcn_code")
    legend = page.locator("#legend .legend--shades li")
    led = {row["pcn_code"] for row in ask("areas")["items"]}
    expect(legend).to_have_count(len(led) + 1)
    looks = [state_of(page, "areas", row["code"]) for row in ask("areas")["items"]]
    assert len({(look["colour"], look["opacity"]) for look in looks}) == len(led)
    page.select_option("#shade", "")
    expect(page.locator("#legend")).not_to_contain_text("small area")
    assert said == []


def test_the_core_slider_draws_larger_cores_and_the_address_keeps_it(
    page: Page, service: str, ask: Callable[..., Any]
) -> None:
    pcn = ask("alignment")["pcn"][0]["code"]
    page.goto(f"{service}/?footprints={PLAN}&pcn={pcn}")
    settled(page)
    page.locator("#core").check()
    expect(page.locator("#legend")).to_contain_text("holds 80% of its patients")
    page.locator("#core-percent").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#core-said")).to_have_text("75%")
    expect(page.locator("#legend")).to_contain_text("holds 75% of its patients")
    assert "core=75" in page.url
    drawn = "() => document.getElementById('map').map.querySourceFeatures('cores').map(f => f.properties.code)"
    page.wait_for_function(f"() => ({drawn})().length > 0")
    assert set(page.evaluate(drawn)) == {pcn}


def test_another_services_areas_lie_over_the_plan(page: Page, service: str) -> None:
    page.goto(f"{service}/?footprints={PLAN}")
    settled(page)
    page.select_option("#layer", label="Adult social care")
    expect(page.locator("#legend")).to_contain_text("Adult social care")
    page.wait_for_function("() => document.getElementById('map').map.querySourceFeatures('service').length > 0")
    expect(page.locator("#footprints option", has_text="Care localities")).to_have_count(0)


def test_map_table_matrix_and_flows_point_at_the_same_thing(page: Page, service: str, ask: Callable[..., Any]) -> None:
    matrix = ask("alignment/matrix")
    pcn, neighbourhood = matrix["rows"][0]["code"], matrix["columns"][1]["code"]
    page.goto(f"{service}/?footprints={PLAN}")
    settled(page)
    page.locator("#fold-flows summary").click()
    shown = page.locator(f".matrix tr[data-pcn={pcn}] td[data-neighbourhood={neighbourhood}]")
    expect(shown).to_contain_text(f"{matrix['patients'][0][1]:,}")
    shown.hover()
    expect(page.locator(f"tr.pcn[data-pcn={pcn}]")).to_have_class(re.compile("is-pointed"))
    assert state_of(page, "neighbourhoods", neighbourhood)["hover"] is True
    expect(page.locator(".flow.is-lit")).to_have_attribute("data-pcn", pcn)
    page.locator(f".sankey__end[data-neighbourhood={neighbourhood}]").focus()
    lit = {flow.get_attribute("data-neighbourhood") for flow in page.locator(".flow.is-lit").all()}
    assert lit == {neighbourhood}
    expect(page.locator(f".sankey__end[data-pcn={pcn}]")).to_have_attribute("aria-label", re.compile("patients"))


def test_terms_explain_themselves_where_they_stand(page: Page, service: str) -> None:
    page.goto(f"{service}/?footprints={PLAN}")
    settled(page)
    mark = page.get_by_role("button", name="What is “Share inside lead”?")
    mark.focus()
    page.keyboard.press("Enter")
    note = page.get_by_role("note").filter(visible=True)
    expect(note).to_contain_text("containment")
    expect(page.locator("#said")).to_contain_text("containment")
    page.keyboard.press("Escape")
    expect(note).to_have_count(0)
    expect(mark).to_be_focused()
    page.locator("#headline").get_by_role("button", name="What this rests on").click()
    expect(note).to_contain_text("gp-reg-pat-prac-lsoa-all.csv")
    expect(note).to_contain_text("registered patients, counted where they live")


def test_the_findings_and_the_age_of_the_data_are_on_the_first_page(
    page: Page, service: str, ask: Callable[..., Any]
) -> None:
    found = ask(f"footprints/{PLAN}/versions/1/findings")
    page.goto(f"{service}/?footprints={PLAN}")
    expect(page.locator("#coverage")).to_contain_text(f"{found['findings']} finding")
    expect(page.locator("#loaded")).to_contain_text("1 July 2026")


def test_the_choice_goes_along_from_page_to_page(page: Page, service: str) -> None:
    page.goto(f"{service}/?footprints={PLAN}&basis=practice")
    expect(page.locator("tr.pcn").first).to_be_visible()
    page.fill("#as-of", "2026-07-01")
    expect(page).to_have_url(re.compile("as_of=2026-07-01"))
    link = page.locator("nav a[aria-current=page]").get_attribute("href") or ""
    assert {"basis=practice", "as_of=2026-07-01", f"footprints={PLAN}"} <= set(link.partition("?")[2].split("&"))
    assert "sort" not in link


def test_a_hand_held_screen_shows_all_of_it_without_scrolling_sideways(
    page: Page, service: str, keep: Callable[[str], Path], said: list[str]
) -> None:
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto(f"{service}/?footprints={PLAN}&shade=pcn_code&core=80")
    settled(page)
    for summary in page.locator("summary").all():
        summary.click()
    expect(page.locator(".sankey")).to_be_visible()
    keep("workbench-390")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert said == []


def test_axe_finds_nothing_in_what_opens(
    page: Page, service: str, axe: str, ask: Callable[..., Any], keep: Callable[[str], Path]
) -> None:
    one = ask("alignment/neighbourhoods")["items"][0]
    page.goto(f"{service}/?footprints={PLAN}&neighbourhood={one['code']}&shade=pcn_code&core=80")
    settled(page)
    expect(page.locator("#closer .panel__lead")).to_contain_text(one["name"])
    expect(page.locator("#coverage")).to_contain_text("finding")
    page.locator("#fold-flows summary").click()
    page.locator("#search").fill("pcn")
    expect(page.locator("#finds [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert violations(page, axe) == []
    page.locator("#headline").get_by_role("button", name="What this rests on").click()
    expect(page.get_by_role("note").filter(visible=True)).to_contain_text("Counted")
    schemes: tuple[Any, ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        keep(f"workbench-{scheme}")
        assert violations(page, axe) == []
