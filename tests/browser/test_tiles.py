"""MapLibre draws the tiles by the style that is ready for it, on a page that knows nothing else of the service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from playwright.sync_api import Page

from app.main import create_app
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store

from .conftest import served

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore:Best transformation")]

PLAN, PRACTICES = "neighbourhoods-proposal-a-neighbourhoods-v1", "practices"
PAGE = f"""<!doctype html>
<html lang="en"><title>Tiles</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/maplibre/maplibre-gl.css">
<style>html, body, #map {{ height: 100%; margin: 0; }}</style>
<div id="map"></div>
<script type="module">
  import * as maplibregl from "/maplibre/maplibre-gl.mjs";
  window.map = new maplibregl.Map({{
    container: "map",
    style: "/ogc/style.json?collections={PLAN},{PRACTICES}",
  }});
  window.map.on("error", (event) => console.error(event.error));
  window.map.on("idle", () => document.body.setAttribute("data-state", "idle"));
</script></html>"""


@pytest.fixture(scope="module")
def service(built: Path, sample_copy: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real service with the sample place, and of a page that draws its tiles."""
    with Store(sample_copy(tmp_path_factory.mktemp("tiles"))) as store:
        app: FastAPI = create_app(Workspace(store), Settings(_env_file=None))
        app.mount("/maplibre", StaticFiles(directory=built.parent / "node_modules" / "maplibre-gl" / "dist"))
        app.get("/drawn", response_class=HTMLResponse)(lambda: PAGE)
        with served(app) as address:
            yield address


def test_maplibre_draws_every_neighbourhood_and_every_practice(
    page: Page, service: str, said: list[str], keep: Callable[[str], Path]
) -> None:
    features = {
        name: page.request.get(f"{service}/ogc/collections/{name}/items?limit=1000").json()["features"]
        for name in (PLAN, PRACTICES)
    }
    bounds = page.request.get(f"{service}/ogc/collections/{PRACTICES}/tilejson.json").json()["bounds"]
    page.set_viewport_size({"width": 1000, "height": 900})
    page.goto(f"{service}/drawn")
    page.wait_for_selector("body[data-state=idle]", timeout=60_000)
    page.evaluate(
        "(b) => { document.body.dataset.state = 'moving'; map.fitBounds(b, {padding: 40, animate: false}); }", bounds
    )
    page.wait_for_selector("body[data-state=idle]", timeout=60_000)
    shown = "(name) => map.queryRenderedFeatures().filter(f => f.source === name).map(f => f.properties.code)"
    for name, known in features.items():
        placed = {feature["id"] for feature in known if feature["geometry"]}
        assert set(page.evaluate(shown, name)) == placed
    keep("tiles-maplibre")
    assert said == []
