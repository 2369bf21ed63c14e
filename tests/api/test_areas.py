"""Small areas over HTTP on the sample place, on both databases: outlines that fit, figures that agree with the rest."""

from __future__ import annotations

import csv
import io
from collections import defaultdict

import pytest
import shapely
from starlette.testclient import TestClient

from tests.served import PROPOSAL_A, PROPOSAL_B

BASE = "/api/v1/areas"
ASKED = {"footprints": PROPOSAL_B}


def shapes(reading: TestClient, **asked: str) -> dict[str, shapely.Geometry]:
    found = reading.get(BASE, params={**ASKED, "f": "geojson", **asked})
    assert found.headers["content-type"] == "application/geo+json"
    return {f["properties"]["code"]: shapely.geometry.shape(f["geometry"]) for f in found.json()["features"]}


def test_figures_add_up_to_those_of_the_neighbourhoods_and_of_the_catchments(reading: TestClient) -> None:
    said = reading.get(BASE, params=ASKED).json()
    rows = said["items"]
    assert [row["code"] for row in rows] == sorted(row["code"] for row in rows)
    residents: dict[str, float] = defaultdict(float)
    for row in rows:
        residents[row["neighbourhood"]] += row["residents"]
    whole = reading.get("/api/v1/alignment/neighbourhoods", params=ASKED).json()["items"]
    assert residents == {one["code"]: pytest.approx(one["residents"]) for one in whole}
    led = {row["area_code"]: row for row in reading.get("/api/v1/catchments", params=ASKED).json()["areas"]}
    assert led.keys() == {row["code"] for row in rows}
    for row in rows:
        mine = led[row["code"]]
        assert (row["pcn_code"], row["patients"], row["share"]) == (mine["pcn_code"], mine["patients"], mine["share"])
    assert {"registrations", "areas"} <= {dataset["kind"] for dataset in said["datasets"]}
    fields = {shading["field"] for shading in said["shadings"]}
    assert {"pcn_code", "residents"} <= fields <= rows[0].keys()
    alone = reading.get(f"{BASE}/shadings", params=ASKED).json()
    assert alone == {name: said[name] for name in said.keys() - {"items", "areas_vintage"}}


def test_thinned_outlines_still_share_their_edges_and_hold_the_same_ground(reading: TestClient) -> None:
    exact, thin = shapes(reading, tolerance="0"), shapes(reading, tolerance="60")
    assert exact.keys() == thin.keys()
    assert all(shape.is_valid for shape in thin.values())

    def corners(found: dict[str, shapely.Geometry]) -> int:
        return int(sum(map(shapely.get_num_coordinates, found.values())))

    assert corners(thin) < 0.9 * corners(exact)
    whole = shapely.union_all(list(thin.values()))
    assert sum(shape.area for shape in thin.values()) == pytest.approx(whole.area, rel=1e-4)
    assert whole.symmetric_difference(shapely.union_all(list(exact.values()))).area < 0.02 * whole.area


def test_a_place_has_its_own_areas_and_with_a_pcn_those_where_its_patients_live(reading: TestClient) -> None:
    places = reading.get("/api/v1/footprints/" + PROPOSAL_A).json()["places"]
    asked = {"footprints": PROPOSAL_A, "place": places[0]}
    mine = shapes(reading, **asked)
    assert mine.keys() == {row["code"] for row in reading.get(BASE, params=asked).json()["items"]}
    pcn = reading.get("/api/v1/alignment", params=asked).json()["pcn"][0]["code"]
    core = reading.get("/api/v1/catchments", params={**asked, "method": "core", "percent": 98, "pcn": pcn}).json()
    assert shapes(reading, **asked, pcn=pcn).keys() == mine.keys() | {row["area_code"] for row in core["areas"]}


def test_as_csv_and_compressed_with_a_tag_that_answers_not_modified(reading: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(reading.get(BASE, params={**ASKED, "f": "csv"}).text)))
    assert len(rows) == len(reading.get(BASE, params=ASKED).json()["items"])
    asked = {**ASKED, "f": "geojson"}
    zipped = reading.get(BASE, params=asked, headers={"Accept-Encoding": "gzip"})
    plain = reading.get(BASE, params=asked, headers={"Accept-Encoding": "identity"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.content == plain.content
    assert zipped.headers["etag"] == f"W/{plain.headers['etag']}"
    for known in (zipped.headers["etag"], plain.headers["etag"]):
        assert reading.get(BASE, params=asked, headers={"If-None-Match": known}).status_code == 304


def test_an_unknown_pcn_or_tolerance_is_refused(reading: TestClient) -> None:
    asked = {**ASKED, "f": "geojson"}
    assert reading.get(BASE, params={**asked, "pcn": "U99999"}).status_code == 404
    assert reading.get(BASE, params={**asked, "tolerance": "-1"}).status_code == 400
