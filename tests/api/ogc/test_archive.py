"""All tiles in one file: what the tiles hold, the same bytes again, read in parts, and read by GDAL."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyogrio
import pytest
from pmtiles.reader import MemorySource, Reader, all_tiles

from app.services.publishing.published import published
from app.services.tiling.archive import MOST_SQUARES, archive, last_zoom
from app.services.workspace import Workspace

from .conftest import Ogc

AREAS, PRACTICES = "lsoa-2021", "practices"
PLAN = "neighbourhoods-proposal-a-neighbourhoods-v1"


@pytest.fixture(scope="module")
def whole(ogc: Ogc) -> bytes:
    response = ogc.get("/tiles.pmtiles", collections=f"{PLAN},{PRACTICES}")
    assert response.headers["content-type"] == "application/vnd.pmtiles"
    assert response.headers["content-disposition"] == 'attachment; filename="coterminous.pmtiles"'
    return response.content


def test_it_holds_every_tile_of_its_collections(ogc: Ogc, whole: bytes) -> None:
    reader = Reader(MemorySource(whole))
    header, metadata = reader.header(), reader.metadata()
    assert [layer["id"] for layer in metadata["vector_layers"]] == [PLAN, PRACTICES]
    assert "Open Government Licence" in metadata["attribution"]
    assert (header["max_zoom"], header["clustered"]) == (13, True)
    west, _, _, north = ogc.get(f"/collections/{PLAN}").json()["extent"]["spatial"]["bbox"][0]
    assert header["min_lon_e7"] <= round(west * 1e7)
    assert header["max_lat_e7"] >= round(north * 1e7)
    held = dict(all_tiles(MemorySource(whole)))
    for (zoom, column, row), data in list(held.items())[::5]:
        parts = [
            ogc.client.get(f"/ogc/collections/{name}/tiles/WebMercatorQuad/{zoom}/{row}/{column}").content
            for name in (PLAN, PRACTICES)
        ]
        assert gzip.decompress(data) == b"".join(parts)


def test_it_is_the_same_to_the_byte_when_made_again(ogc: Ogc, whole: bytes) -> None:
    work = Workspace(ogc.client.app.state.work.store)  # type: ignore[attr-defined]
    made = [published(work, name) for name in (PLAN, PRACTICES)]
    assert archive(work, made).read_bytes() == whole


def test_it_is_read_in_parts_and_not_again(ogc: Ogc, whole: bytes) -> None:
    path = f"/ogc/tiles.pmtiles?collections={PLAN},{PRACTICES}"
    part = ogc.client.get(path, headers={"Range": "bytes=0-126"})
    assert (part.status_code, part.content) == (206, whole[:127])
    assert part.headers["content-range"] == f"bytes 0-126/{len(whole)}"
    tag = part.headers["etag"]
    assert ogc.client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert ogc.client.get(path, headers={"Range": "bytes=5-9", "If-Range": tag}).content == whole[5:10]
    assert ogc.client.get(path, headers={"Range": "bytes=5-9", "If-Range": '"other"'}).content == whole
    assert ogc.client.get(path, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    head = ogc.client.head(path)
    assert (int(head.headers["content-length"]), head.content) == (len(whole), b"")


def test_gdal_reads_its_layers(ogc: Ogc, tmp_path: Path) -> None:
    file = tmp_path / "areas.pmtiles"
    file.write_bytes(ogc.get(f"/collections/{AREAS}/tiles.pmtiles").content)
    assert [name for name, _ in pyogrio.list_layers(file)] == [AREAS]
    read = pyogrio.read_dataframe(file, layer=AREAS)
    features = ogc.items(AREAS, limit=10_000)["features"]
    assert set(read["code"]) == {feature["id"] for feature in features}


def test_what_has_no_place_or_is_not_there_is_refused(ogc: Ogc) -> None:
    ogc.get("/tiles.pmtiles", status=400)
    ogc.get("/tiles.pmtiles", status=404, collections="none")
    ogc.get("/collections/none/tiles.pmtiles", status=404)


def test_a_large_country_ends_at_a_lower_zoom() -> None:
    england = (-6.4, 49.9, 1.8, 55.8)
    place = (-0.1, 51.4, 0.1, 51.6)
    assert last_zoom([place]) == 13
    assert 8 <= last_zoom([england]) < 13
    assert MOST_SQUARES < 10_000
