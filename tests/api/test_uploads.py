"""Uploads over HTTP, from the first byte to the load."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pytest
import shapely
from starlette.testclient import TestClient

from app.ingest.source import Source
from app.jobs.running import work_off
from app.main import create_app
from app.services.keys import first_key
from app.services.loading import LoadRequest, load
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store
from tests.databases import ON_BOTH, empty_database

URL = "/api/v1/uploads"
EAST, NORTH = 537_000.0, 175_000.0


@pytest.fixture(params=["sqlite"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLite alone, but for the tests marked ``ON_BOTH``: most of what is asked here never reaches the database."""
    return empty_database(request, tmp_path)


class Client(TestClient):
    folder: Path
    store: Store


@pytest.fixture
def client(store: Store, tmp_path: Path) -> Iterator[Client]:
    key = first_key(store)
    settings = Settings(_env_file=None, upload_folder=str(tmp_path / "waiting"), upload_waiting_bytes=20_000_000)
    with Client(create_app(Workspace(store), settings)) as made:
        made.headers["Authorization"] = f"Bearer {key}"
        made.folder, made.store = tmp_path / "waiting", store
        yield made


def send(client: Client, *files: tuple[str, bytes | str], headers: dict[str, str] | None = None) -> Any:
    parts = [("files", (name, content.encode() if isinstance(content, str) else content)) for name, content in files]
    return client.post(URL, files=parts, headers=headers or {})


def sent(client: Client, *files: tuple[str, bytes | str]) -> dict[str, Any]:
    answer = send(client, *files)
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"{URL}/{said['id']}"
    return said


def plan(*shapes: tuple[str, shapely.Geometry], crs: int | None = 27700) -> gpd.GeoDataFrame:
    rows = {"INT_REF": [code for code, _ in shapes], "Label": [f"Team {code}" for code, _ in shapes]}
    return gpd.GeoDataFrame(rows, geometry=[shape for _, shape in shapes], crs=crs)


def box(x: float, y: float = 0.0, wide: float = 1000.0) -> shapely.Geometry:
    return shapely.box(EAST + x, NORTH + y, EAST + x + wide, NORTH + y + 1000)


def written(frame: gpd.GeoDataFrame, path: Path, driver: str, **more: Any) -> bytes:
    frame.to_file(path, driver=driver, engine="pyogrio", **more)
    return path.read_bytes()


TWO = (("N1", box(0)), ("N2", box(1000)))
BOW_TIE = shapely.Polygon([(EAST, NORTH), (EAST + 900, NORTH + 900), (EAST + 900, NORTH), (EAST, NORTH + 900)])


@ON_BOTH
def test_a_file_is_sent_seen_checked_and_committed_once(client: Client, tmp_path: Path) -> None:
    upload = sent(client, ("C:\\plans\\int plan.gpkg", written(plan(*TWO), tmp_path / "a.gpkg", "GPKG")))
    seen = upload["inspection"]
    assert (upload["state"], upload["file"], seen["format"], seen["kind"]) == (
        "staged",
        "int plan.gpkg",
        "GeoPackage",
        "footprints",
    )
    (layer,) = seen["layers"]
    assert (layer["geometry_type"], layer["features"], layer["crs"]["code"]) == ("Polygon", 2, "EPSG:27700")
    assert layer["columns"][1] == {"name": "Label", "samples": ["Team N1", "Team N2"], "blank": 0, "looked_at": 2}
    assert layer["mapping"]["code"] == {
        "column": "INT_REF",
        "confidence": 0.95,
        "by": "name",
        "why": "Its name says so.",
    }
    assert seen["missing"] == []
    here = f"{URL}/{upload['id']}"
    checked = client.post(f"{here}/validate", json={"name": "Plan one"})
    assert checked.status_code == 200, checked.text
    assert checked.json()["ok"] is True
    assert checked.json()["counts"]["error"] == 0
    assert client.get("/api/v1/footprints").json()["items"] == []
    first = client.post(f"{here}/commit")
    assert first.status_code == 201, first.text
    assert first.headers["Location"] == "/api/v1/footprints/plan-one/versions/1"
    assert client.post(f"{here}/commit").json() == first.json()
    assert client.post(f"{here}/commit", json={"name": "Plan one"}).json() == first.json()
    assert client.post(f"{here}/commit", json={"name": "Plan two"}).status_code == 409
    assert client.post(f"{here}/validate").status_code == 409
    assert client.get(here).json()["state"] == "committed"
    assert len(client.get("/api/v1/footprints/plan-one/versions").json()["items"]) == 1
    assert list(client.folder.iterdir()) == []
    assert client.delete(here).status_code == 204
    assert client.get(here).status_code == 404
    assert client.get("/api/v1/footprints/plan-one").status_code == 200


def test_what_the_user_maps_goes_before_any_guess(client: Client) -> None:
    rows = "".join(f"E0100000{n},E0100000{n},Team {n % 2}\n" for n in range(1, 9))
    upload = sent(client, ("list.csv", "Small place,Sort,Which team\n" + rows))
    seen = upload["inspection"]
    assert seen["kind"] == "footprint-lookup"
    assert seen["layers"][0]["mapping"]["area"]["by"] == "values"
    assert seen["layers"][0]["mapping"]["name"]["column"] == "Which team"
    here = f"{URL}/{upload['id']}"
    wrong = client.post(f"{here}/validate", json={"mapping": {"name": "Team"}}).json()
    assert wrong["ok"] is False
    assert wrong["problem"]["fault"] == "missing-column"
    assert "Which team" in wrong["problem"]["detail"]
    assert client.post(f"{here}/validate", json={"mapping": {"colour": "Sort"}}).json()["problem"]["title"] == (
        "No such field"
    )
    said = client.post(f"{here}/validate", json={"mapping": {"code": "Sort"}}).json()
    assert said["report"]["counts"]["neighbourhoods"] == 8
    assert client.post(f"{here}/commit", json={}).status_code == 201
    assert len(client.get("/api/v1/footprints/list/versions/1/neighbourhoods").json()["items"]) == 2


def test_a_shapefile_comes_in_loose_parts_and_its_missing_system_is_asked(client: Client, tmp_path: Path) -> None:
    folder = tmp_path / "shp"
    folder.mkdir()
    plan(*TWO).to_file(folder / "plan.shp", engine="pyogrio")
    parts = [(path.name, path.read_bytes()) for path in sorted(folder.iterdir()) if path.suffix != ".prj"]
    upload = sent(client, *parts)
    assert upload["file"] == "plan.shp"
    assert [each["field"] for each in upload["inspection"]["missing"]] == ["crs"]
    assert sent(client, *reversed(parts))["sha256"] == upload["sha256"]
    here = f"{URL}/{upload['id']}"
    refused = client.post(f"{here}/commit")
    assert (refused.status_code, refused.json()["title"]) == (422, "Which coordinate reference system?")
    assert client.get(here).json()["state"] == "staged"
    assert client.post(f"{here}/commit", json={"crs": "EPSG:27700"}).status_code == 201
    answer = send(client, parts[0], ("other.csv", "a,b\n1,2\n"))
    assert (answer.status_code, answer.json()["title"]) == (
        422,
        "One upload is one file, or the parts of one shapefile",
    )


def test_faults_are_listed_and_marked_for_a_gis(client: Client, tmp_path: Path) -> None:
    drawn = plan(("N1", BOW_TIE), ("N2", box(1000)), ("N3", box(1500)), ("N2", box(5000)))
    upload = sent(client, ("plan.gpkg", written(drawn, tmp_path / "a.gpkg", "GPKG")))
    here = f"{URL}/{upload['id']}"
    assert client.get(f"{here}/faults").status_code == 404
    assert client.get(f"{here}/outlines").status_code == 404
    report = client.post(f"{here}/validate").json()
    assert report["ok"] is False
    found = {(fault["code"], fault["row"], fault["feature_id"], fault["severity"]) for fault in report["faults"]}
    assert ("self-intersection", 1, "N1", "error") in found
    assert ("duplicate-code", 4, "N2", "warning") in found
    assert ("overlap", 2, "N2; N3", "warning") in found
    assert all(fault["suggestion"] for fault in report["faults"] if fault["severity"] == "error")
    assert client.get(f"{here}/report").json() == report
    rows = list(csv.DictReader(io.StringIO(client.get(f"{here}/report", params={"f": "csv"}).text)))
    assert [row["code"] for row in rows] == [fault["code"] for fault in report["faults"]]
    marked = tmp_path / "faults.geojson"
    marked.write_bytes(client.get(f"{here}/faults").content)
    opened = pyogrio.read_dataframe(marked).to_crs(27700).set_index("code")
    assert len(opened) == len(report["faults"])
    crossing = opened.loc["self-intersection"].geometry
    assert crossing.distance(shapely.Point(EAST + 450, NORTH + 450)) < 0.5
    assert opened.loc["overlap"].geometry.symmetric_difference(box(1500, wide=500)).area < 3000
    ground = gpd.GeoDataFrame.from_features(client.get(f"{here}/outlines").json(), crs=4326).to_crs(27700)
    assert len(ground) == 4
    assert ground.geometry[1].symmetric_difference(box(1000)).area < 3000
    assert not ground.geometry[0].is_valid  # drawn as it crosses itself
    assert client.post(f"{here}/commit").status_code == 422
    kept = client.post(f"{here}/commit", json={"mode": "keep_valid"})
    assert kept.status_code == 201, kept.text
    assert kept.json()["report"]["dropped"] == {"has an error (self-intersection)": 1}
    assert kept.json()["footprints"]["neighbourhoods"] == 2


def test_a_list_is_held_against_the_areas_that_are_loaded(client: Client, sample_files: list[Path]) -> None:
    by_name = {path.name: path for path in sample_files}
    load(client.store, [LoadRequest(Source.of(by_name["LSOA_2021_Boundaries_SAMPLE.geojson"]))])
    lines = by_name["proposal_b_lsoa21_lookup.csv"].read_text(encoding="utf-8").splitlines()
    twice = lines[2].replace("SAMPLE-B-2", "SAMPLE-B-9") if "SAMPLE-B-2" in lines[2] else None
    assert twice is not None
    left_out = lines.pop(5).split(",")[0]
    stranger = lines[1].replace(lines[1].split(",")[0], "E01999999")
    upload = sent(client, ("list.csv", "\n".join([*lines, twice, stranger]) + "\n"))
    here = f"{URL}/{upload['id']}"
    report = client.post(f"{here}/validate").json()
    codes = {fault["code"]: fault for fault in report["faults"]}
    assert codes["two-neighbourhoods"]["severity"] == "error"
    assert codes["two-neighbourhoods"]["row"] == len(lines) + 1
    assert (codes["unknown-area"]["feature_id"], codes["unknown-area"]["row"]) == ("E01999999", len(lines) + 2)
    assert codes["not-listed"]["feature_id"] == left_out
    assert client.get(f"{here}/outlines").json()["features"] == []
    marks = {each["properties"]["code"]: each["geometry"] for each in client.get(f"{here}/faults").json()["features"]}
    assert marks["two-neighbourhoods"]["type"] in ("Polygon", "MultiPolygon")
    assert marks["unknown-area"] is None
    kept = client.post(f"{here}/validate", json={"mode": "keep_valid"}).json()
    assert kept["ok"] is True
    assert kept["report"]["dropped"] == {"the area is in two neighbourhoods at once": 2}


@ON_BOTH
def test_a_new_version_replaces_only_when_that_is_said(client: Client, tmp_path: Path) -> None:
    old = sent(client, ("plan.gpkg", written(plan(*TWO), tmp_path / "a.gpkg", "GPKG")))
    assert client.post(f"{URL}/{old['id']}/commit", json={"name": "Plan"}).status_code == 201
    changed = plan(("N1", box(0)), ("N2", box(1000, wide=900)))
    new = sent(client, ("plan.gpkg", written(changed, tmp_path / "b.gpkg", "GPKG")))
    taken = client.post(f"{URL}/{new['id']}/commit", json={"name": "plan"})
    assert (taken.status_code, taken.json()["title"]) == (409, "There are footprints of this name already")
    assert client.post(f"{URL}/{new['id']}/commit", json={"replaces": "nobody"}).status_code == 404
    done = client.post(f"{URL}/{new['id']}/commit", json={"replaces": "plan"})
    assert (done.status_code, done.json()["footprints"]["version"]) == (201, 2)
    again = sent(client, ("plan.gpkg", (tmp_path / "b.gpkg").read_bytes()))
    same = client.post(f"{URL}/{again['id']}/commit", json={"replaces": "plan"})
    assert (same.status_code, same.json()["already_loaded"]) == (200, True)
    assert same.json()["footprints"]["version"] == 2


def test_layers_are_shown_and_one_is_chosen(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "two.gpkg"
    written(plan(*TWO), path, "GPKG", layer="draft")
    content = written(plan(("M1", box(0))), path, "GPKG", layer="final", append=True)
    upload = sent(client, ("two.gpkg", content))
    assert [layer["name"] for layer in upload["inspection"]["layers"]] == ["draft", "final"]
    assert [each["field"] for each in upload["inspection"]["missing"]] == ["layer"]
    here = f"{URL}/{upload['id']}"
    assert client.post(f"{here}/validate").json()["problem"]["title"] == "Which layer?"
    done = client.post(f"{here}/commit", json={"layer": "final"})
    assert done.json()["footprints"]["neighbourhoods"] == 1


def test_the_same_key_and_bytes_are_answered_once(client: Client) -> None:
    content = "LSOA21CD,INT name\nE01000001,North\nE01000002,South\n"
    key = {"Idempotency-Key": "one"}
    first = send(client, ("list.csv", content), headers=key)
    again = send(client, ("list.csv", content), headers=key)
    assert again.status_code == 201
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert len(client.get(URL).json()["items"]) == 1
    assert send(client, ("list.csv", content + "E01000003,North\n"), headers=key).status_code == 409
    assert send(client, ("other.csv", content), headers=key).status_code == 409
    assert send(client, ("list.csv", content), headers={"Idempotency-Key": " "}).status_code == 422
    here = f"{URL}/{first.json()['id']}/commit"
    assert client.post(here, headers=key).status_code == 201
    assert client.post(here, headers=key).headers["Idempotency-Replayed"] == "true"


def test_a_key_may_be_tried_again_after_a_problem(client: Client) -> None:
    key = {"Idempotency-Key": "two"}
    assert send(client, ("empty.csv", b""), headers=key).status_code == 422
    assert send(client, ("list.csv", "LSOA21CD,INT name\nE01000001,North\n"), headers=key).status_code == 201


def test_everything_needs_a_key(client: Client) -> None:
    upload = sent(client, ("list.csv", "LSOA21CD,INT name\nE01000001,North\n"))
    here = f"{URL}/{upload['id']}"
    del client.headers["Authorization"]
    answers = [
        client.get(URL),
        send(client, ("a.csv", "a,b\n")),
        client.get(here),
        client.post(f"{here}/validate"),
        client.get(f"{here}/report"),
        client.get(f"{here}/faults"),
        client.get(f"{here}/outlines"),
        client.post(f"{here}/commit"),
        client.delete(here),
    ]
    assert {answer.status_code for answer in answers} == {401}


def test_what_waits_is_bounded_and_expires(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    line = "E01000001,North,x\n"
    large = "LSOA21CD,INT name,note\n" + line * (12_000_000 // len(line))
    assert send(client, ("large.csv", large)).status_code == 201
    full = send(client, ("large.csv", large))
    assert (full.status_code, full.json()["title"]) == (503, "There is no room for another upload")
    assert len(list(client.folder.iterdir())) == 1
    client.app.state.settings.upload_hours = 1e-9  # type: ignore[attr-defined]
    (waiting,) = client.get(URL).json()["items"]
    assert client.delete(f"{URL}/{waiting['id']}").status_code == 204
    over = sent(client, ("list.csv", "LSOA21CD,INT name\nE01000001,North\n"))
    assert client.get(f"{URL}/{over['id']}").status_code == 404
    client.app.state.settings.upload_hours = 24  # type: ignore[attr-defined]
    sent(client, ("list.csv", "LSOA21CD,INT name\nE01000002,North\n"))
    assert len(list(client.folder.iterdir())) == 1


def test_an_upload_outlives_the_service(client: Client) -> None:
    upload = sent(client, ("list.csv", "LSOA21CD,INT name\nE01000001,North\n"))
    again = TestClient(create_app(Workspace(client.store), Settings(_env_file=None)), headers=client.headers)
    assert again.post(f"{URL}/{upload['id']}/commit").status_code == 201


def test_what_is_asked_of_a_job_is_done_by_one(client: Client) -> None:
    upload = sent(client, ("list.csv", "LSOA21CD,INT name\nE01000001,North\n"))
    here = f"{URL}/{upload['id']}"
    for address in ("validate", "commit"):
        asked = client.post(f"{here}/{address}", json={"name": "By job"}, headers={"Prefer": "respond-async"})
        assert asked.status_code == 202, asked.text
        assert work_off(Workspace(client.store)) == 1
        assert client.get(asked.headers["Location"]).json()["status"] == "successful"
    assert client.get(f"{here}/report").json()["ok"] is True
    assert client.get(here).json()["result"]["footprints"]["id"] == "by-job"
