"""Files of the reader's own: sent by button, keyboard and drop, looked at, checked, put right, loaded, taken away."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from playwright.sync_api import Page, Route, expect

from app.jobs.running import work_off
from app.main import create_app
from app.services.keys import first_key
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
    built: Path, sample_copy: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str, Workspace]]:
    """The address of the real service with the sample place loaded, its key, and itself to do its jobs."""
    with Store(sample_copy(tmp_path_factory.mktemp("upload"))) as store:
        key = first_key(store)
        assert key is not None
        work = Workspace(store)
        with served(create_app(work, Settings(_env_file=None))) as address:
            yield address, key, work


@pytest.fixture(scope="module")
def drawn(sample_files: list[Path]) -> gpd.GeoDataFrame:
    """The sample's drawn plan, its columns named as nobody names them."""
    plan = gpd.read_file(next(path for path in sample_files if path.name == sample.PROPOSAL_A)).to_crs(27700)
    codes = [f"{number}/draft of the team of neighbourhood" for number in range(1, len(plan) + 1)]
    said = {"Zed": codes, "Wye": [f"Team {number}" for number in range(1, len(plan) + 1)], "Ex": ["x"] * len(plan)}
    return gpd.GeoDataFrame(said, geometry=list(plan.geometry), crs=27700)


@pytest.fixture(scope="module")
def files(drawn: gpd.GeoDataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """odd.gpkg; damaged.gpkg with a hole and an overlap; crossed.gpkg with one outline that crosses itself;
    people.csv; the parts of loose.shp, without its .prj."""
    folder = tmp_path_factory.mktemp("files")
    drawn.to_file(folder / "odd.gpkg", driver="GPKG")
    shapes = list(drawn.geometry)
    middle = shapes[3].buffer(-400).representative_point()
    shapes[3] = shapes[3].difference(shapely.box(middle.x, middle.y, middle.x + 400, middle.y + 400))
    shapes[0] = shapes[0].buffer(60)
    coded = drawn.rename(columns={"Zed": "int_code", "Wye": "int_name"})
    coded["int_code"] = [f"D{number}" for number in range(1, len(drawn) + 1)]
    coded.set_geometry(gpd.GeoSeries(shapes, crs=27700)).to_file(folder / "damaged.gpkg", driver="GPKG")
    x, y, _, _ = shapes[1].bounds
    shapes[1] = shapely.Polygon([(x, y), (x + 900, y + 900), (x + 900, y), (x, y + 900)])
    coded.set_geometry(gpd.GeoSeries(shapes, crs=27700)).to_file(folder / "crossed.gpkg", driver="GPKG")
    coded.to_file(folder / "loose.shp")
    (folder / "people.csv").write_text("NHS Number,Surname,Postcode\n9434765919,Sample,SE10 8EW\n", encoding="utf-8")
    return folder


class Uploads:
    """The service's own word."""

    def __init__(self, page: Page, service: tuple[str, str, Workspace]) -> None:
        self._page = page
        self.address, self.key, self.work = service

    def get(self, part: str = "") -> Any:
        answer = self._page.request.get(
            f"{self.address}/api/v1/uploads{part}", headers={"Authorization": f"Bearer {self.key}"}
        )
        assert answer.ok, answer.text()
        return answer.json()

    def remove(self, upload: str) -> None:
        address = f"{self.address}/api/v1/uploads/{upload}"
        assert self._page.request.delete(address, headers={"Authorization": f"Bearer {self.key}"}).ok

    @property
    def open(self) -> str:
        found = re.search("id=([0-9a-f]+)", self._page.url)
        assert found
        return found[1]

    def footprints(self) -> dict[str, Any]:
        answer = self._page.request.get(f"{self.address}/api/v1/footprints").json()
        return {item["id"]: item for item in answer["items"]}


@pytest.fixture
def uploads(page: Page, service: tuple[str, str, Workspace]) -> Uploads:
    page.set_viewport_size({"width": 1440, "height": 1000})
    page.emulate_media(reduced_motion="reduce")
    return Uploads(page, service)


def open_page(page: Page, uploads: Uploads) -> None:
    page.add_init_script(f"sessionStorage.setItem('coterminous-key', '{uploads.key}')")
    page.goto(f"{uploads.address}/upload")
    expect(page.locator("#waiting")).not_to_be_empty(timeout=WAIT)


def send(page: Page, *paths: Path) -> None:
    page.set_input_files("#files-input", list(paths))
    expect(page.locator("#seen")).to_contain_text(paths[0].name, timeout=WAIT)


def check(page: Page) -> None:
    page.get_by_role("button", name="Check the file").press("Enter")
    expect(page.locator("#report-title")).to_be_focused(timeout=WAIT)


def test_odd_columns_are_named_checked_and_loaded_by_keyboard_and_a_reload_goes_on(
    page: Page, uploads: Uploads, files: Path, said: list[str]
) -> None:
    page.goto(f"{uploads.address}/upload")
    page.set_input_files("#files-input", files / "odd.gpkg")
    expect(page.locator("#key")).to_be_focused()
    page.keyboard.type(uploads.key)
    page.keyboard.press("Enter")
    expect(page.locator("#seen")).to_contain_text("odd.gpkg", timeout=WAIT)
    seen = uploads.get(f"/{uploads.open}")["inspection"]
    (layer,) = seen["layers"]
    expect(page.locator("#seen")).to_contain_text(f"{layer['features']} features")
    expect(page.locator("#seen")).to_contain_text("EPSG:27700")
    page.locator("#columns summary").press("Enter")
    for column in layer["columns"]:
        expect(page.locator(f"tr[data-column='{column['name']}']")).to_contain_text(column["samples"][0])
    guessed = layer["mapping"]["name"]
    name = page.get_by_label("Name of the neighbourhood", exact=True)
    expect(name.locator("option").first).to_contain_text(f"{guessed['column']} (guessed")
    expect(page.locator("#say-mapping-name ~ .note")).to_have_text(guessed["why"])

    page.get_by_label("Code of the neighbourhood", exact=True).select_option("Ex")
    page.get_by_label("Name of the proposal").fill("Odd plan")
    page.reload()
    expect(page.get_by_label("Name of the proposal")).to_have_value("Odd plan", timeout=WAIT)
    page.get_by_label("Code of the neighbourhood", exact=True).select_option("Zed")
    check(page)
    report = uploads.get(f"/{uploads.open}/report")
    assert report["options"]["mapping"] == {"code": "Zed"}
    expect(page.locator("#in-short")).to_contain_text("It can be loaded")
    expect(page.locator("#rows")).to_contain_text(f"{report['report']['rows_read']} rows read = ")
    expect(page.locator("#would-become")).to_contain_text("version 1 of “Odd plan”")
    assert "odd-plan" not in uploads.footprints()

    load = page.get_by_role("button", name="Load it", exact=True)
    page.get_by_label("Name of the proposal").fill("Another plan")
    expect(load).to_be_disabled()
    expect(page.locator("#stale")).to_contain_text("Check it again")
    page.get_by_label("Name of the proposal").fill("Odd plan")
    expect(page.locator("#stale")).to_be_empty()
    page.reload()
    load.press("Enter", timeout=WAIT)
    expect(page.locator("#loaded-title")).to_be_focused(timeout=WAIT)
    loaded = uploads.footprints()["odd-plan"]
    assert (loaded["version"], loaded["neighbourhoods"]) == (1, layer["features"])
    expect(page.locator("#loaded")).to_contain_text(f"“Odd plan”, version 1, with {layer['features']} neighbourhoods")
    expect(page.locator(f"tr[data-upload='{uploads.open}']")).to_contain_text("loaded")
    hrefs = [link.get_attribute("href") for link in page.locator("#loaded a").all()]
    assert hrefs == [f"{where}?footprints=odd-plan&version=1" for where in ("/", "/checks")]
    page.get_by_role("button", name="Take it off the list: odd.gpkg").press("Enter")
    expect(page.locator("#one")).to_be_hidden()
    assert "odd-plan" in uploads.footprints()
    assert said == []


def test_every_fault_is_listed_marked_and_found_from_list_and_map(
    page: Page, uploads: Uploads, files: Path, said: list[str]
) -> None:
    open_page(page, uploads)
    send(page, files / "damaged.gpkg")
    check(page)
    here = f"/{uploads.open}"
    report, places = uploads.get(f"{here}/report"), uploads.get(f"{here}/faults")
    assert {"hole", "overlap"} <= {fault["code"] for fault in report["faults"]}
    rows = page.locator("#findings tbody tr")
    expect(rows).to_have_count(len(report["faults"]))
    for fault, row in zip(report["faults"], rows.all(), strict=True):
        expect(row).to_contain_text(fault["message"])
        expect(row).to_contain_text(fault["suggestion"] or "")
    shown = page.locator("#in-short").inner_text()
    for severity, word in (("error", "error"), ("warning", "things? to look at"), ("note", "note")):
        found = re.search(rf"(\d+) {word}", shown)
        assert int(found[1] if found else 0) == report["counts"][severity]
    page.wait_for_selector("#map[data-state=idle]", timeout=WAIT)
    drawn = "source => document.getElementById('map').map.getSource(source).serialize().data.features.length"
    assert page.evaluate(drawn, "neighbourhoods") == len(uploads.get(f"{here}/outlines")["features"])
    placed = [feature for feature in places["features"] if feature["geometry"]]
    assert page.evaluate(drawn, "findings") == len(placed)

    page.select_option("#sort", "hole")
    holes = [feature for feature in placed if feature["properties"]["code"] == "hole"]
    expect(rows).to_have_count(len(holes))
    number = holes[0]["id"]
    zoom = "() => document.getElementById('map').map.getZoom()"
    before = page.evaluate(zoom)
    page.get_by_role("button", name=f"Show finding {number} on the map").press("Enter")
    page.wait_for_function(f"(before) => ({zoom})() > before + 1", arg=before)
    middle = shapely.box(*shapely.geometry.shape(holes[0]["geometry"]).bounds).centroid
    centre = page.evaluate("() => document.getElementById('map').map.getCenter().toArray()")
    assert centre == pytest.approx([middle.x, middle.y], abs=0.001)
    page.get_by_role("button", name=f"Show finding {number} on the map").press("Enter")
    page.get_by_role("button", name=f"Show finding {number} on the map").press("Enter")
    page.wait_for_selector("#map[data-state=idle]", timeout=WAIT)
    page.wait_for_timeout(300)
    page.locator("#map canvas").click()
    expect(page.locator("button[data-show][aria-pressed=true]")).to_have_count(0)
    page.locator("#map canvas").scroll_into_view_if_needed()
    with page.expect_download() as download:
        page.get_by_role("button", name="All of it (GeoJSON, opens in QGIS)").click()
    kept = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert len(kept["features"]) == len(report["faults"])
    uploads.remove(uploads.open)
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator("#problem")).to_contain_text("This upload is no longer here", timeout=WAIT)
    # The browser itself notes the 404 that was asked for.
    assert [line for line in said if "404" not in line] == []


def test_errors_stop_the_load_until_what_has_them_is_left_out_and_a_job_is_followed(
    page: Page, uploads: Uploads, files: Path
) -> None:
    open_page(page, uploads)
    send(page, files / "crossed.gpkg")
    check(page)
    expect(page.locator("#in-short")).to_contain_text("It cannot be loaded like this: ")
    expect(page.locator("#findings tbody tr", has_text="Error: self intersection")).to_have_count(1)
    expect(page.get_by_role("button", name="Load it", exact=True)).to_be_disabled()
    page.get_by_label("Leave out what has errors, and load the rest").check()
    # What the service does by itself with files above 20 MB: a job, which the page follows.
    as_job = {"prefer": "respond-async"}
    page.route("**/validate", lambda route: route.continue_(headers={**route.request.headers, **as_job}))
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator("#working-said")).to_contain_text("Waiting for its turn (0%)", timeout=WAIT)
    assert work_off(uploads.work) == 1
    expect(page.locator("#report-title")).to_be_focused(timeout=WAIT)
    report = uploads.get(f"/{uploads.open}/report")["report"]
    assert sum(report["dropped"].values()) == 1
    (reason,) = report["dropped"]
    expect(page.locator("#rows")).to_contain_text(f"{report['rows_kept']} kept + 1 left out ({reason})")
    expect(page.locator(f"tr[data-dropped='{reason}']")).to_contain_text("1")
    expect(page.get_by_role("button", name="Load it", exact=True)).to_be_enabled()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete it: crossed.gpkg").click()
    expect(page.locator("#one")).to_be_hidden()
    assert [item for item in uploads.get()["items"] if item["file"] == "crossed.gpkg"] == []


def test_dropped_files_are_put_together_and_what_is_refused_or_missing_says_why(
    page: Page, uploads: Uploads, files: Path, axe: str, keep: Callable[[str], Path]
) -> None:
    open_page(page, uploads)
    before = len(uploads.get()["items"])
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    page.route("**/api/v1/uploads", hold)
    page.set_input_files("#files-input", files / "odd.gpkg")
    expect(page.get_by_role("progressbar", name=re.compile("odd.gpkg"))).to_be_visible()
    page.get_by_role("button", name="Call off odd.gpkg").press("Enter")
    expect(page.locator("#sending li")).to_have_count(0)
    expect(page.locator("#said")).to_contain_text("odd.gpkg was called off")
    for route in held:
        route.abort()  # else it might still be sent once nobody holds it
    page.unroute_all()
    assert len(uploads.get()["items"]) == before

    names = ["people.csv", *(f"loose.{ending}" for ending in ("shp", "dbf", "shx"))]
    content = {name: list((files / name).read_bytes()) for name in names}
    drop = page.evaluate_handle(
        """content => {
             const data = new DataTransfer();
             for (const [name, bytes] of Object.entries(content))
               data.items.add(new File([new Uint8Array(bytes)], name));
             return data;
           }""",
        content,
    )
    page.dispatch_event("h1", "dragover", {"dataTransfer": drop})
    expect(page.locator("#drop")).to_have_attribute("data-over", "true")
    page.dispatch_event("h1", "drop", {"dataTransfer": drop})
    refused = page.locator("#sending li", has_text="people.csv")
    expect(refused).to_contain_text("people.csv was not taken", timeout=WAIT)
    expect(refused.locator(".nhsuk-error-summary")).to_contain_text("NHS")
    expect(page.locator("#seen")).to_contain_text("loose.shp", timeout=WAIT)
    expect(page.locator("#sending li")).to_have_count(1)
    assert [item["file"] for item in uploads.get()["items"] if item["state"] == "staged"] == ["loose.shp"]
    asked = uploads.get(f"/{uploads.open}")["inspection"]["missing"]
    assert [one["field"] for one in asked] == ["crs"]
    expect(page.locator("#say-crs-ask")).to_have_text(asked[0]["message"])
    page.get_by_role("button", name="Check the file").click()
    system = page.get_by_label("Coordinate system", exact=True)
    expect(system).to_be_focused()
    system.select_option("EPSG:27700")
    check(page)
    page.wait_for_selector("#map[data-state=idle]", timeout=WAIT)
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        keep(f"upload-{width}-{scheme}")
        assert violations(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
