"""A file loaded as restricted stays so, and everything that stands on it hides its small numbers."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.cli import app as command
from app.ingest.source import Source
from app.main import create_app
from app.services.loading import LoadRequest, load
from app.services.workspace import Workspace
from app.settings import Settings, settings
from app.store.store import Store
from data import sample

PLAN, OTHER = "proposal-b-lsoa21-lookup", "proposal-a-neighbourhoods"
PARTS = ("", "/matrix", "/pcns", "/neighbourhoods", "/practices")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample place with its registrations loaded as restricted."""
    folder = tmp_path_factory.mktemp("restricted")
    paths = [path for path in sample.generate(folder / "files") if path.suffix != ".txt"]
    with Store(f"sqlite:///{folder / 'store.sqlite'}") as store:
        store.upgrade()
        load(store, [LoadRequest(Source.of(p), restricted=p.name == sample.REGISTRATIONS) for p in paths])
    return folder


@pytest.fixture(scope="module")
def client(place: Path) -> TestClient:
    store = Store(f"sqlite:///{place / 'store.sqlite'}")
    return TestClient(create_app(Workspace(store), Settings(_env_file=None)))


def numbers(value: object, path: str = "") -> dict[str, object]:
    """Every field of an answer that counts patients, by where it stands."""
    found: dict[str, object] = {}
    if isinstance(value, dict):
        for key, item in value.items():
            counts = key.startswith("patients") or key in ("outside", "unknown", "without_pcn", "registered_elsewhere")
            if counts and not isinstance(item, list | dict):
                found[f"{path}/{key}"] = item
            found |= numbers(item, f"{path}/{key}" + ("#" if counts else ""))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            found |= {f"{path}/{at}": item} if path.endswith("#") and not isinstance(item, list) else {}
            found |= numbers(item, f"{path}/{at}" + ("#" if "#" in path else ""))
    return {where: n for where, n in found.items() if "threshold" not in where}


@pytest.mark.parametrize("part", PARTS)
def test_every_count_in_json_is_hidden_or_ends_in_nought_or_five(client: TestClient, part: str) -> None:
    said = client.get("/api/v1/alignment" + part, params={"footprints": PLAN}).json()
    assert said["restricted"] is True
    assert "hidden" in said["small_numbers"]
    found = numbers(said)
    assert len(found) > 30
    assert all(n is None or (isinstance(n, int) and n % 5 == 0 and n != 5) for n in found.values())


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("catchments", {"footprints": PLAN}),
        ("catchments", {"footprints": PLAN, "method": "core", "percent": 98}),
        ("comparison", {"plans": f"{PLAN},{OTHER}"}),
        ("alignment/sensitivity", {"footprints": PLAN}),
    ],
)
def test_footprints_comparison_and_sensitivity_hide_them_too(
    client: TestClient, path: str, asked: dict[str, str]
) -> None:
    said = client.get(f"/api/v1/{path}", params=asked).json()
    assert said["restricted"] is True
    found = numbers(said)
    assert all(n is None or (isinstance(n, int) and n % 5 == 0 and n != 5) for n in found.values())
    assert path == "alignment/sensitivity" or len(found) > 10
    for row in said.get("measures", []):
        if row["unit"] in ("people", "patients"):
            assert all(row[key] is None or row[key] % 5 == 0 for key in (f"{PLAN}@1", f"{OTHER}@1"))


def test_an_area_that_hides_its_patients_is_nobodys(client: TestClient) -> None:
    rows = client.get("/api/v1/catchments", params={"footprints": PLAN}).json()["areas"]
    assert all((row["pcn_code"] is None) == (row["patients"] is None or row["patients"] == 0) for row in rows)


def test_a_hidden_count_is_null_and_says_so_and_a_star_in_csv(client: TestClient) -> None:
    asked = {"footprints": PLAN}
    rows = client.get("/api/v1/alignment/practices", params=asked).json()["items"]
    cells = [cell for row in rows for cell in row["neighbourhoods"]]
    hidden = [cell for cell in cells if cell["patients"] is None]
    assert hidden
    assert all(cell["suppressed"] is True and cell["share"] is None for cell in hidden)
    assert all(cell["suppressed_fields"] == ["patients", "share"] for cell in hidden)
    text = client.get("/api/v1/alignment/practices", params={**asked, "f": "csv"}).text
    table = list(csv.DictReader(io.StringIO(text)))
    assert "suppressed" not in table[0]
    stars = {(row["code"], field) for row in table for field, value in row.items() if value == "*"}
    assert stars == {(row["code"], field) for row in rows for field in row.get("suppressed_fields", ())}


@pytest.mark.parametrize("part", ["pcns", "neighbourhoods", "practices"])
def test_maps_hide_what_tables_hide(client: TestClient, part: str) -> None:
    asked = {"footprints": PLAN}
    features = client.get(f"/api/v1/alignment/{part}", params={**asked, "f": "geojson"}).json()["features"]
    rows = client.get(f"/api/v1/alignment/{part}", params=asked).json()["items"]
    for feature, row in zip(features, rows, strict=True):
        assert feature["properties"]["patients"] == row["patients"]


def test_the_command_line_shows_no_more(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COTERMINOUS_DATABASE_URL", f"sqlite:///{place / 'store.sqlite'}")
    settings.cache_clear()
    try:
        said = json.loads(CliRunner().invoke(command, ["align", "--footprints", PLAN, "--json"]).output)
        text = CliRunner().invoke(command, ["align", "--footprints", PLAN]).output
    finally:
        settings.cache_clear()
    assert all(n is None or n % 5 == 0 for n in numbers(said).values())
    assert "Counts of 1 to 7 are hidden" in " ".join(text.split())


def test_a_file_once_restricted_stays_so(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "lists.csv"
    made = next(p for p in sample.generate(tmp_path / "sample") if p.name == sample.REGISTRATIONS)
    shutil.copy(made, path)
    opened = load(store, [LoadRequest(Source.of(path))])[0].dataset
    assert opened.restricted is False
    again = load(store, [LoadRequest(Source.of(path), restricted=True)])[0]
    assert again.already
    assert again.dataset.restricted is True
    assert load(store, [LoadRequest(Source.of(path))])[0].dataset.restricted is True


def test_a_dry_run_restricts_nothing(store: Store, tmp_path: Path) -> None:
    path = next(p for p in sample.generate(tmp_path) if p.name == sample.REGISTRATIONS)
    first = load(store, [LoadRequest(Source.of(path))])[0].dataset
    load(store, [LoadRequest(Source.of(path), restricted=True)], dry_run=True)
    with store.read() as unit:
        assert unit.datasets.get(first.id).restricted is False
