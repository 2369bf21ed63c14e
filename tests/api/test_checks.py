"""Coverage checks over HTTP: the sample's own plans, a plan damaged on purpose, and mending it; on both databases."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from starlette.testclient import TestClient

from app.ingest.source import Source
from app.services.loading import LoadRequest
from app.services.mending import canonical
from data import sample
from tests.databases import BOTH
from tests.loaded import Service, service
from tests.served import PROPOSAL_A, PROPOSAL_B

BASE = "/api/v1/footprints"
SQUARE = 300.0  # metres


def findings(client: TestClient, footprints: str, version: int = 1, **asked: str) -> dict[str, object]:
    answer = client.get(f"{BASE}/{footprints}/versions/{version}/findings", params=asked)
    assert answer.status_code == 200, answer.text
    said: dict[str, object] = answer.json()
    return said


def by_kind(said: dict[str, object]) -> dict[str, list[dict[str, object]]]:
    items: list[dict[str, object]] = said["items"]  # type: ignore[assignment]
    return {kind: [i for i in items if i["kind"] == kind] for kind in said["by_kind"]}  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def files(sample_files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sample's areas and plans, a drawn plan with one fault of each sort that matters, and a list with others."""
    folder = tmp_path_factory.mktemp("damaged")
    given = {path.name: path for path in sample_files}
    drawn = gpd.read_file(given[sample.PROPOSAL_A]).to_crs(27700)
    shapes = list(drawn.geometry)
    middle = shapes[3].buffer(-SQUARE).representative_point()
    shapes[3] = shapes[3].difference(shapely.box(middle.x, middle.y, middle.x + SQUARE, middle.y + SQUARE))
    shapes[0] = shapes[0].buffer(60)
    drawn.set_geometry(gpd.GeoSeries(shapes, crs=27700)).to_file(folder / "damaged.gpkg", driver="GPKG")
    rows = list(csv.DictReader(given[sample.PROPOSAL_B].read_text().splitlines()))
    rows = [row for row in rows if row["LSOA_2021_CODE"] != "E01990010"]
    rows.append({**rows[0], "LSOA_2021_CODE": "E01999999"})
    with (folder / "damaged_list.csv").open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return {
        "areas": given[sample.AREAS],
        "a": given[sample.PROPOSAL_A],
        "b": given[sample.PROPOSAL_B],
        "damaged": folder / "damaged.gpkg",
        "list": folder / "damaged_list.csv",
    }


@pytest.fixture(scope="module", params=BOTH)
def served(
    request: pytest.FixtureRequest, files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    requests = [LoadRequest(Source.of(path)) for path in files.values()]
    with service(request, tmp_path_factory.mktemp("checks"), requests) as client:
        yield client


def test_a_list_that_is_whole_is_clean_and_the_band_is_only_advice(served: Service, files: dict[str, Path]) -> None:
    bare = findings(served, PROPOSAL_B)
    assert (bare["clean"], bare["findings"], bare["form"]) == (True, 0, "list")
    said = findings(served, PROPOSAL_B, band="30000-50000")
    assert said["clean"]
    people = gpd.read_file(files["areas"]).set_index("LSOA21CD")["population_census2021"]
    plan = {
        row["LSOA_2021_CODE"]: row["NEIGHBOURHOOD_CODE"] for row in csv.DictReader(files["b"].read_text().splitlines())
    }
    residents = people.groupby(people.index.map(plan)).sum()
    beyond = residents[(residents < 30_000) | (residents > 50_000)]
    found = {i["footprints"][0]: i for i in by_kind(said)["outside-band"]}  # type: ignore[index]
    assert {code: i["people"] for code, i in found.items()} == beyond.to_dict()
    assert {i["severity"] for i in found.values()} == {"advice"}


def test_a_plan_drawn_in_degrees_has_nothing_but_slivers_that_can_be_mended(served: Service) -> None:
    said = findings(served, PROPOSAL_A)
    assert set(by_kind(said)) == {"sliver"}
    assert all(i["safe_to_mend"] and i["severity"] == "advice" for i in said["items"])  # type: ignore[attr-defined]
    assert (said["basis"], said["fictional"], said["tolerance_metres"]) == ("residents", True, 20)
    assert {d["kind"] for d in said["datasets"]} == {"areas", "footprints"}  # type: ignore[attr-defined]
    assert "Open Government Licence" in str(said["attribution"])
    assert "Marshwick" in str(said["place_known_by"])


def test_what_was_damaged_is_found_where_it_was_damaged(served: Service, files: dict[str, Path]) -> None:
    found = by_kind(findings(served, "damaged"))
    drawn = gpd.read_file(files["damaged"]).set_index("NEIGHBOURHOOD_CODE").geometry
    first, fourth = drawn.index[0], drawn.index[3]
    (hole,) = found["hole"]
    assert (hole["footprints"], hole["severity"], hole["safe_to_mend"]) == ([fourth], "error", False)
    assert hole["area_m2"] == pytest.approx(SQUARE**2, rel=1e-6)
    assert shapely.box(*drawn[fourth].bounds).contains(shapely.Point(hole["easting"], hole["northing"]))
    overlaps = {tuple(i["footprints"]): i for i in found["overlap"]}  # type: ignore[arg-type]
    expected = {
        (first, other): drawn[first].intersection(drawn[other]).area
        for other in drawn.index[1:]
        if drawn[first].intersection(drawn[other]).area > 1_000
    }
    assert expected
    assert set(overlaps) == set(expected)
    for pair, area in expected.items():
        assert overlaps[pair]["area_m2"] == pytest.approx(area, rel=0.01)
        assert overlaps[pair]["severity"] == "error"
        assert overlaps[pair]["people"] > 0  # type: ignore[operator]
        assert overlaps[pair]["lsoas"] == len(overlaps[pair]["lsoa_codes"])  # type: ignore[arg-type]
    assert [i["footprints"] for i in found["outside-place"]] == [[first]]


def test_a_list_with_an_area_too_few_and_one_too_many(served: Service) -> None:
    found = by_kind(findings(served, "damaged-list"))
    assert set(found) == {"unknown-areas", "unassigned-areas"}
    assert [i["lsoa_codes"] for i in found["unassigned-areas"]] == [["E01990010"]]
    assert found["unassigned-areas"][0]["area_m2"] > 0  # type: ignore[operator]
    (unknown,) = found["unknown-areas"]
    assert unknown["lsoa_codes"] == ["E01999999"]
    assert unknown["longitude"] is None


def test_findings_open_in_gdal_with_each_fault_in_its_place(served: Service) -> None:
    answer = served.get(f"{BASE}/damaged/versions/1/findings", params={"f": "geojson"})
    assert answer.headers["content-type"] == "application/geo+json"
    opened = gpd.read_file(io.BytesIO(answer.content))
    listed = findings(served, "damaged")["items"]
    assert opened["kind"].tolist() == [i["kind"] for i in listed]  # type: ignore[attr-defined]
    assert opened.crs.to_epsg() == 4326
    opened = opened.set_geometry(opened.geometry.to_crs(27700))
    for row, item in zip(opened.itertuples(), listed, strict=True):  # type: ignore[call-overload]
        spot = shapely.Point(item["easting"], item["northing"])
        assert row.geometry.distance(spot) < 5  # the grid shift may be missing on this machine, so metres
        if row.kind in ("overlap", "hole"):
            assert row.geometry.area == pytest.approx(item["area_m2"], rel=0.01)


def test_findings_come_as_csv_and_the_same_to_the_byte(served: Service) -> None:
    first, second = (served.get(f"{BASE}/damaged/versions/1/findings", params={"f": "csv"}) for _ in range(2))
    assert first.content == second.content
    rows = list(csv.DictReader(io.StringIO(first.text)))
    assert [int(row["id"]) for row in rows] == list(range(1, len(rows) + 1))
    assert {"kind", "severity", "footprints", "people", "area_m2", "message", "safe_to_mend"} <= set(rows[0])


@pytest.mark.parametrize(
    ("path", "asked", "status", "word"),
    [
        ("nowhere/versions/1", {}, 404, "nowhere"),
        (f"{PROPOSAL_A}/versions/7", {}, 404, "7"),
        (f"{PROPOSAL_A}/versions/0", {}, 400, "number"),
        (f"{PROPOSAL_A}/versions/1", {"band": "many"}, 422, "many"),
        (f"{PROPOSAL_A}/versions/1", {"band": "100000-50000"}, 422, "100000-50000"),
    ],
)
def test_what_cannot_be_checked_is_a_problem(
    served: Service, path: str, asked: dict[str, str], status: int, word: str
) -> None:
    answer = served.get(f"{BASE}/{path}/findings", params=asked)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert word in answer.json()["detail"]
    assert answer.json()["remedy"]


def test_mending_needs_a_key_and_a_dry_run_keeps_nothing(served: Service) -> None:
    url = f"{BASE}/damaged/versions/1/mend"
    assert served.post(url).status_code == 401
    before = served.get("/api/v1/datasets").json()
    dry = served.post(url, params={"dry_run": "true"}, headers=served.key)
    assert dry.status_code == 200
    said = dry.json()
    assert (said["dry_run"], said["made"]) == (True, None)
    assert said["changes"]
    assert served.get("/api/v1/datasets").json() == before
    assert len(served.get(f"{BASE}/damaged/versions").json()["items"]) == 1


def test_a_mended_plan_is_a_new_draft_without_noise_that_leaves_what_is_meant(served: Service) -> None:
    url = f"{BASE}/{PROPOSAL_A}/versions/1/mend"
    before = served.get(f"{BASE}/{PROPOSAL_A}/versions/1/neighbourhoods", params={"f": "geojson"}).content
    answer = served.post(url, headers=served.key)
    assert answer.status_code == 201
    said = answer.json()
    made = said["made"]
    assert (made["version"], made["status"], made["role"]) == (2, "draft", "proposal")
    assert answer.headers["location"] == f"{BASE}/{PROPOSAL_A}/versions/2"
    assert served.get(answer.headers["location"]).json() == made
    assert {change["code"] for change in said["changes"]} <= {f"SAMPLE-A-{n}" for n in range(1, 7)}
    assert all(change["gained_m2"] + change["lost_m2"] < 1_000 for change in said["changes"])
    assert findings(served, PROPOSAL_A, version=2)["findings"] == 0
    assert served.get(f"{BASE}/{PROPOSAL_A}/versions/1/neighbourhoods", params={"f": "geojson"}).content == before

    report = served.get(f"/api/v1/datasets/{made['dataset']}/report").json()
    told = [f["message"] for f in report["findings"] if f["code"] == "mended"]
    assert told == [change["message"] for change in said["changes"]]
    again = served.post(url, headers=served.key)
    assert (again.status_code, again.json()["already_mended"]) == (200, True)
    assert again.json()["made"] == made


def test_an_overlap_that_may_be_meant_is_left_for_people_to_decide(served: Service) -> None:
    said = served.post(f"{BASE}/damaged/versions/1/mend", params={"dry_run": "true"}, headers=served.key).json()
    left = {(i["kind"], tuple(i["footprints"])) for i in said["remaining"]}
    found = findings(served, "damaged")["items"]
    meant = {
        (i["kind"], tuple(i["footprints"]))
        for i in found  # type: ignore[attr-defined]
        if i["severity"] == "error" and not i["safe_to_mend"]
    }
    assert meant
    assert meant <= left


def test_a_list_has_nothing_to_mend(served: Service) -> None:
    answer = served.post(f"{BASE}/damaged-list/versions/1/mend", headers=served.key)
    assert answer.status_code == 200
    assert (answer.json()["made"], answer.json()["changes"]) == (None, [])


def test_the_dataset_of_a_mended_plan_is_named_by_its_content(served: Service) -> None:
    """The SHA-256 is of the mended shapes as they are kept, so anybody can make it again."""
    made = served.post(f"{BASE}/{PROPOSAL_A}/versions/1/mend", headers=served.key).json()["made"]
    record = served.get(f"/api/v1/datasets/{made['dataset']}").json()
    with served.app.state.work.store.read() as unit:  # type: ignore[attr-defined]
        content = canonical(unit.footprints.neighbourhoods(f"{made['id']}-v{made['version']}"))
    assert record["sha256"] == hashlib.sha256(content).hexdigest()
    assert record["size"] == len(content)
    assert (record["kind"], record["name"]) == ("footprints", "proposal_a_neighbourhoods mended")
