"""OGC API - Features Part 2: coordinate systems by reference, by the abstract tests of the standard (Annex A)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import shape

from .conftest import CRS84, GRID, LATLON, MERCATOR, Ogc

AREAS, PRACTICES = "lsoa-2021", "practices"
EVERY = (CRS84, LATLON, GRID, MERCATOR)


def shapes(ogc: Ogc, collection: str, **params: Any) -> np.ndarray:
    found = [f["geometry"] for f in ogc.items(collection, **params)["features"] if f["geometry"]]
    return np.array([shape(geometry) for geometry in found], dtype=object)


def test_collections_name_the_systems_and_the_one_they_are_stored_in(ogc: Ogc) -> None:
    listed = ogc.get("/collections").json()
    assert listed["crs"] == list(EVERY)
    for collection in listed["collections"]:
        assert collection["crs"] == list(EVERY)
        assert collection["storageCrs"] == GRID
        assert collection["crs"][0] == CRS84


@pytest.mark.parametrize("crs", EVERY)
def test_features_come_in_the_system_asked_for_and_the_header_names_it(ogc: Ogc, crs: str) -> None:
    assert ogc.get(f"/collections/{AREAS}/items", limit=1, crs=crs).headers["content-crs"] == f"<{crs}>"
    one = ogc.get(f"/collections/{PRACTICES}/items/V90001", crs=crs)
    assert one.headers["content-crs"] == f"<{crs}>"
    page = ogc.items(PRACTICES, crs=crs)
    assert one.json()["geometry"] == next(f["geometry"] for f in page["features"] if f["id"] == "V90001")


def test_without_a_word_it_is_longitude_and_latitude(ogc: Ogc) -> None:
    response = ogc.get(f"/collections/{AREAS}/items", limit=1)
    assert response.headers["content-crs"] == f"<{CRS84}>"
    assert response.json()["features"] == ogc.items(AREAS, limit=1, crs=CRS84)["features"]


def test_properties_are_the_same_in_every_system(ogc: Ogc) -> None:
    first = [(f["id"], f["properties"]) for f in ogc.items(PRACTICES)["features"]]
    for crs in EVERY[1:]:
        features = ogc.items(PRACTICES, crs=crs)["features"]
        assert [(f["id"], f["properties"]) for f in features] == first
        assert list(features[0]["properties"]) == list(first[0][1])


def test_the_axes_of_4326_are_latitude_and_longitude(ogc: Ogc) -> None:
    lonlat, latlon = shapes(ogc, AREAS), shapes(ogc, AREAS, crs=LATLON)
    swapped = shapely.transform(latlon, lambda xy: xy[:, ::-1])
    assert shapely.equals_exact(shapely.normalize(lonlat), shapely.normalize(swapped), 1e-9).all()


@pytest.mark.parametrize(("crs", "epsg", "tolerance"), [(GRID, 27700, 0.05), (MERCATOR, 3857, 0.05)])
def test_coordinates_agree_with_proj(ogc: Ogc, crs: str, epsg: int, tolerance: float) -> None:
    there = Transformer.from_crs(4326, epsg, always_xy=True)
    lonlat, moved = shapes(ogc, PRACTICES), shapes(ogc, PRACTICES, crs=crs)
    expected = np.column_stack(there.transform(*shapely.get_coordinates(lonlat).T))
    assert np.abs(expected - shapely.get_coordinates(moved)).max() < tolerance


@pytest.mark.parametrize("crs", EVERY)
def test_a_box_means_the_same_in_every_system(ogc: Ogc, crs: str) -> None:
    """The box around one area, in each system, finds what the same box finds among the features themselves."""
    every = {f["id"]: shape(f["geometry"]) for f in ogc.items(AREAS, crs=crs)["features"]}
    box = list(every.values())[17].bounds
    grown = (box[0] - 1e-7, box[1] - 1e-7, box[2] + 1e-7, box[3] + 1e-7)
    ids = ogc.ids(AREAS, bbox=",".join(map(repr, grown)), bbox__crs=crs, limit=3)
    expected = {id_ for id_, geometry in every.items() if shapely.intersects(geometry, shapely.box(*grown))}
    # Along the very edge of the box a rounded coordinate may lie on the other side.
    unsure = {i for i in expected ^ set(ids) if shapely.distance(every[i], shapely.box(*grown).boundary) > 1e-3}
    assert not unsure
    assert 1 < len(ids) < 30


def test_a_box_in_4326_has_latitude_first(ogc: Ogc) -> None:
    assert len(ogc.ids(AREAS, bbox="51.7,1.7,51.9,1.9", bbox__crs=LATLON)) == 220
    assert ogc.ids(AREAS, bbox="1.7,51.7,1.9,51.9", bbox__crs=LATLON) == []


def test_the_system_of_a_filter_is_its_own(ogc: Ogc) -> None:
    east, north = ogc.items(PRACTICES, crs=GRID, limit=1)["features"][0]["geometry"]["coordinates"]
    near = f"S_INTERSECTS(geometry, BBOX({east - 1},{north - 1},{east + 1},{north + 1}))"
    assert ogc.ids(PRACTICES, filter=near, filter__crs=GRID) == ["V90001"]
    assert "longitudes" in ogc.refused(PRACTICES, filter=near)


@pytest.mark.parametrize("name", ["crs", "bbox-crs", "filter-crs"])
def test_any_other_system_is_refused(ogc: Ogc, name: str) -> None:
    for uri in ("http://www.opengis.net/def/crs/EPSG/0/32630", "EPSG:4326", "", "x" * 5000):
        assert name in ogc.refused(PRACTICES, bbox="1,51,2,52", **{name: uri})


def test_safe_curies_are_understood(ogc: Ogc) -> None:
    assert ogc.items(AREAS, limit=1, crs="[EPSG:27700]")["features"] == ogc.items(AREAS, limit=1, crs=GRID)["features"]


def test_pages_keep_their_system(ogc: Ogc) -> None:
    page = ogc.items(AREAS, limit=2, crs=GRID)
    following = next(link["href"] for link in page["links"] if link["rel"] == "next")
    response = ogc.client.get(following)
    assert response.headers["content-crs"] == f"<{GRID}>"
    assert response.json()["features"][0]["geometry"]["coordinates"][0][0][0] > 1000


def test_rings_run_as_geojson_wants_them(ogc: Ogc) -> None:
    for polygon in shapely.get_parts(shapes(ogc, AREAS)):
        assert shapely.is_ccw(polygon.exterior)
        assert not any(shapely.is_ccw(ring) for ring in polygon.interiors)
