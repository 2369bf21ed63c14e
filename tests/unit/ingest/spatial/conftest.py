"""Small maps to read: two squares of 1 km beside each other in Lewisham, in any format."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from app.ingest.source import Source
from app.ingest.spatial.limits import SpatialLimits

EAST, NORTH = 537_000.0, 175_000.0


@pytest.fixture
def limits() -> SpatialLimits:
    return SpatialLimits(wall_seconds=60)


@pytest.fixture
def squares() -> gpd.GeoDataFrame:
    shapes = [shapely.box(EAST + x, NORTH, EAST + x + 1000, NORTH + 1000) for x in (0, 1000)]
    rows = {"code": ["N01", "N02"], "name": ["Évelyn", "Brockley"], "size": [1, 2]}
    return gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:27700")


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Source]:
    """Write bytes, text or JSON under a name and hand it over as an upload."""

    def write(name: str, content: bytes | str | dict[str, object]) -> Source:
        if isinstance(content, dict):
            content = json.dumps(content)
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return Source.of(path)

    return write


@pytest.fixture
def zipped(tmp_path: Path) -> Callable[..., Source]:
    """A zip of the given members: name -> content."""

    def write(members: dict[str, bytes], name: str = "upload.zip") -> Source:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return Source.of(path)

    return write


@pytest.fixture
def shapefile(tmp_path: Path, squares: gpd.GeoDataFrame) -> dict[str, bytes]:
    """The parts of a shapefile of the squares: file name -> content."""
    folder = tmp_path / "shapefile"
    folder.mkdir()
    squares.to_file(folder / "plan.shp", driver="ESRI Shapefile", engine="pyogrio", encoding="utf-8")
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
