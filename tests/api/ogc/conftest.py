"""A client that speaks to the collections of the sample place, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

GEOJSON = "application/geo+json"
GRID = "http://www.opengis.net/def/crs/EPSG/0/27700"
LATLON = "http://www.opengis.net/def/crs/EPSG/0/4326"
MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


class Ogc:
    """The addresses below ``/ogc``."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, path: str = "", status: int = 200, headers: dict[str, str] | None = None, **params: Any) -> Any:
        """The response; parameters with a hyphen are written with two underscores."""
        said = {name.replace("__", "-"): value for name, value in params.items()}
        response = self.client.get(f"/ogc{path}", params=said, headers=headers)
        assert response.status_code == status, response.text[:500]
        return response

    def items(self, collection: str, **params: Any) -> Any:
        return self.get(f"/collections/{collection}/items", **params).json()

    def ids(self, collection: str, **params: Any) -> list[str]:
        """The ids that a search finds, over all its pages, with the count it gives beforehand."""
        page = self.items(collection, **params)
        matched, found = page["numberMatched"], [feature["id"] for feature in page["features"]]
        while following := [link["href"] for link in page["links"] if link["rel"] == "next"]:
            page = self.client.get(following[0]).json()
            found += [feature["id"] for feature in page["features"]]
        assert matched == len(found)
        return found

    def refused(self, collection: str, **params: Any) -> str:
        """Why a search was refused, with status 400."""
        response = self.get(f"/collections/{collection}/items", status=400, **params)
        assert response.headers["content-type"] == "application/problem+json"
        said = response.json()
        assert said["remedy"]
        return f"{said['title']}: {said['detail']}"


@pytest.fixture(scope="session")
def ogc(reading: TestClient) -> Iterator[Ogc]:
    return Ogc(reading)
