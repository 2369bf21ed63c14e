"""OGC API - Features Part 1: Core, GeoJSON, HTML and OpenAPI 3.0, by the abstract tests of the standard (Annex A)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
import shapely
from shapely.geometry import shape

from .conftest import GEOJSON, Ogc

BELOW = ("", "/queryables", "/schema", "/items", "/items/V90001")
EVERY = ("", "/conformance", "/api", "/collections", *(f"/collections/practices{path}" for path in BELOW))


def rels(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for link in document["links"]:
        assert {"rel", "href", "type", "title"} <= set(link)
        assert urlsplit(link["href"]).scheme == "http" or link["rel"] == "license"
        found.setdefault(link["rel"], []).append(link)
    return found


def test_the_landing_page_leads_to_everything(ogc: Ogc) -> None:
    page = ogc.get()
    assert page.headers["content-type"] == "application/json"
    found = rels(page.json())
    assert {"self", "alternate", "service-desc", "service-doc", "conformance", "data"} <= set(found)
    for rel in ("service-desc", "service-doc", "conformance", "data", "alternate"):
        response = ogc.client.get(found[rel][0]["href"])
        assert response.status_code == 200
        assert response.headers["content-type"].startswith(found[rel][0]["type"].split(";")[0])


def test_it_says_what_it_conforms_to(ogc: Ogc) -> None:
    said = ogc.get("/conformance").json()["conformsTo"]
    for part, names in (
        ("1", ("core", "geojson", "html", "oas30")),
        ("2", ("crs",)),
        ("3", ("filter", "features-filter")),
    ):
        for name in names:
            assert f"http://www.opengis.net/spec/ogcapi-features-{part}/1.0/conf/{name}" in said
    assert len(said) == len(set(said))


def test_the_interface_is_described_in_openapi_as_clients_look_for_it(ogc: Ogc) -> None:
    response = ogc.get("/api")
    assert response.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    said = response.json()
    assert said["openapi"] == "3.0.3"
    known = said["components"]["parameters"]
    named = {
        path: {ref["$ref"].split("/")[-1] for ref in ways["get"]["parameters"]} for path, ways in said["paths"].items()
    }
    assert {"limit", "bbox", "datetime", "crs", "bbox-crs", "filter"} <= named["/collections/{collectionId}/items"]
    for name in set().union(*named.values()):
        assert known[name]["name"] == {"itemsForm": "f", "tilesetForm": "f", "drawn": "collections"}.get(name, name)
    content = said["paths"]["/collections/{collectionId}/items"]["get"]["responses"]["200"]["content"]
    for form in known["itemsForm"]["schema"]["enum"]:
        sent = ogc.get("/collections/practices/items", f=form).headers["content-type"]
        assert sent.partition(";")[0] in content, form
    assert {"json", "html", "csv", "gpkg", "parquet", "shp"} <= set(known["itemsForm"]["schema"]["enum"])
    for name in ("limit", "bbox", "datetime"):
        assert (known[name]["style"], known[name]["explode"], known[name]["in"]) == ("form", False, "query")
    bbox = known["bbox"]["schema"]
    assert (bbox["type"], bbox["minItems"], bbox["maxItems"], bbox["items"]) == ("array", 4, 6, {"type": "number"})
    assert set(known["collectionId"]["schema"]["enum"]) == {
        c["id"] for c in ogc.get("/collections").json()["collections"]
    }


def test_every_collection_says_the_same_of_itself_as_the_list(ogc: Ogc) -> None:
    listed = ogc.get("/collections").json()["collections"]
    ids = [collection["id"] for collection in listed]
    assert ids == sorted(ids)
    assert {"places", "practices", "pcns", "lsoa-2021"} <= set(ids)
    for prefix in ("neighbourhoods", "pcn-footprints", "findings", "alignment-pcns", "alignment-neighbourhoods",
                   "alignment-practices", "alignment-areas"):  # fmt: skip
        assert f"{prefix}-proposal-a-neighbourhoods-v1" in ids
    for collection in listed:
        assert ogc.get(f"/collections/{collection['id']}").json() == collection
        assert {"self", "items", "queryables", "describedby"} <= set(rels(collection))
        assert collection["storageCrs"] in collection["crs"]
        assert collection["datasets"]
        assert collection["attribution"]
        assert collection["numberOfFeatures"] > 0


def test_the_extent_holds_every_feature(ogc: Ogc) -> None:
    for collection in ogc.get("/collections").json()["collections"]:
        west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
        box = shapely.box(west, south, east, north)
        for feature in ogc.items(collection["id"])["features"]:
            if feature["geometry"] is not None:
                assert shapely.covers(box, shape(feature["geometry"]))


def test_every_feature_says_its_code_name_validity_and_dataset(ogc: Ogc) -> None:
    for collection in ogc.get("/collections").json()["collections"]:
        queryables = ogc.get(f"/collections/{collection['id']}/queryables").json()["properties"]
        assert len(set(queryables)) == len(queryables)
        for feature in ogc.items(collection["id"])["features"]:
            said = feature["properties"]
            assert [*said, "geometry"] == list(queryables)
            assert said["code"] == feature["id"]
            assert {"name", "valid_from", "valid_to", "dataset", "dataset_date"} <= set(said)
            assert said["dataset"]


def test_a_page_of_features_is_geojson(ogc: Ogc) -> None:
    response = ogc.get("/collections/practices/items")
    assert response.headers["content-type"] == GEOJSON
    page = response.json()
    assert page["type"] == "FeatureCollection"
    assert page["numberReturned"] == page["numberMatched"] == len(page["features"]) == 44
    found = rels(page)
    assert urlsplit(found["self"][0]["href"]).path == "/ogc/collections/practices/items"
    assert found["alternate"][0]["type"].startswith("text/html")
    assert "next" not in found
    assert "prev" not in found


def test_each_feature_has_an_address_of_its_own(ogc: Ogc) -> None:
    for feature in ogc.items("alignment-pcns-proposal-a-neighbourhoods-v1")["features"]:
        response = ogc.get(f"/collections/alignment-pcns-proposal-a-neighbourhoods-v1/items/{feature['id']}")
        assert response.headers["content-type"] == GEOJSON
        alone = response.json()
        assert {"self", "alternate", "collection"} <= set(rels(alone))
        assert {name: alone[name] for name in feature} == feature


@pytest.mark.parametrize("path", EVERY)
def test_there_is_a_page_for_people_of_everything(ogc: Ogc, path: str) -> None:
    for given in ({"f": "html"}, {}):
        response = ogc.get(path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, **given)
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert '<html lang="en-GB">' in response.text
        assert "http://testserver/ogc/style.css" in response.text
        assert "<script" not in response.text
        assert "None" not in response.text
    assert ogc.get(path, headers={"Accept": "*/*"}).headers["content-type"] != "text/html; charset=utf-8"
    assert (
        ogc.get(path, f="json", headers={"Accept": "text/html"}).headers["content-type"] != "text/html; charset=utf-8"
    )


@pytest.mark.parametrize("path", EVERY)
def test_an_unknown_parameter_or_form_is_refused(ogc: Ogc, path: str) -> None:
    for params in ({"no_such": "1"}, {"f": "tiff"}):
        response = ogc.get(path, status=400, **params)
        assert response.headers["content-type"] == "application/problem+json"
        assert next(iter(params)) in response.json()["title"]
    assert ogc.client.get(f"/ogc{path}?f=json&f=json").status_code == 400


BAD = {
    "bbox": ("1,2,3", "1,2,3,4,5", "a,b,c,d", "3,4,1,2", "1,nan,2,3", "1,2,3,1e999", "0,91,1,92", ""),
    "limit": ("0", "-1", "x", "1.5", ""),
    "datetime": ("yesterday", "2026-13-01", "2026-02-01/2026-01-01", "2026-01-01/2026-01-02/..", ""),
    "crs": ("EPSG:27700",),
    "bbox-crs": ("x",),
    "sortby": ("no_such", "name,-name", "code,name,postcode,pcn_code,pcn_name,as_of"),
    "cursor": ("AAAA", "é", "W10", "[]"),
    "filter-lang": ("sql",),
}


@pytest.mark.parametrize("given", [{name: text} for name, texts in BAD.items() for text in texts], ids=str)
def test_a_parameter_that_cannot_be_used_is_refused(ogc: Ogc, given: dict[str, str]) -> None:
    assert next(iter(given)) in ogc.refused("practices", **given)


def test_what_is_not_there_is_not_found(ogc: Ogc) -> None:
    for path in ("/collections/none", "/collections/none/items", "/collections/practices/items/none", "/none",
                 "/collections/practices/items/%00"):  # fmt: skip
        assert ogc.get(path, status=404).headers["content-type"] == "application/problem+json"


def test_at_most_ten_thousand_features_are_given_however_many_are_asked_for(ogc: Ogc) -> None:
    for limit in ("10001", "99999999999999999999999"):
        assert ogc.items("practices", limit=limit)["numberReturned"] == 44


def test_a_box_finds_what_meets_it_and_nothing_else(ogc: Ogc) -> None:
    every = {f["id"]: f["geometry"] for f in ogc.items("lsoa-2021")["features"]}
    west, south, east, north = ogc.get("/collections/lsoa-2021").json()["extent"]["spatial"]["bbox"][0]
    width, height = east - west, north - south
    found = 0
    for part in (0.1, 0.37, 0.8):
        box = (west + part * width, south + part * height, west + (part + 0.15) * width, south + (part + 0.2) * height)
        ids = ogc.ids("lsoa-2021", bbox=",".join(map(str, box)), limit=7)
        assert ids == [id_ for id_, g in every.items() if shapely.intersects(shape(g), shapely.box(*box))]
        found += len(ids)
    assert 0 < found < len(every)


def test_boxes_may_be_the_world_a_point_have_heights_or_cross_the_180th_meridian(ogc: Ogc) -> None:
    every = ogc.ids("lsoa-2021")
    assert ogc.ids("lsoa-2021", bbox="-180,-90,180,90") == every
    assert ogc.ids("lsoa-2021", bbox="-180,-90,0,180,90,9999") == every
    assert ogc.ids("lsoa-2021", bbox="1,50,-170,60") == every
    assert ogc.ids("lsoa-2021", bbox="170,50,-170,60") == []
    at = shape(ogc.items("lsoa-2021", limit=1)["features"][0]["geometry"]).representative_point()
    assert ogc.ids("lsoa-2021", bbox=f"{at.x},{at.y},{at.x},{at.y}") == every[:1]
    assert "height" in ogc.refused("lsoa-2021", bbox="-180,-90,5,180,90,1")


def test_a_date_finds_what_was_valid_on_it(ogc: Ogc) -> None:
    opened = {f["id"]: f["properties"]["valid_from"] for f in ogc.items("pcns")["features"]}
    first = min(day for day in opened.values() if day)
    unknown = [id_ for id_, day in opened.items() if day is None]
    assert ogc.ids("pcns", datetime="1990-01-01") == unknown
    assert ogc.ids("pcns", datetime=f"../{first}") == [i for i, day in opened.items() if day in (None, first)]
    assert ogc.ids("pcns", datetime=f"{first}T12:00:00Z") == [i for i, day in opened.items() if day in (None, first)]
    assert ogc.ids("pcns", datetime="2026-01-01/..") == list(opened)
    assert ogc.ids("pcns", datetime="../..") == list(opened)


def test_head_answers_as_get_does(ogc: Ogc) -> None:
    for path in EVERY:
        head, get = ogc.client.head(f"/ogc{path}"), ogc.get(path)
        assert (head.status_code, head.headers["etag"]) == (200, get.headers["etag"])
        assert not head.content or head.content == get.content
