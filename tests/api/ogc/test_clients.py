"""Real clients read every collection of the sample place whole, and get the same features.

OWSLib and the GDAL in pyogrio are always there; Debian's older GDAL (``gdal-bin``) and ogctests where they are
installed: ``COTERMINOUS_OGCTESTS`` names a Python that has ogctests, whose own pins keep it out of ours.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from owslib.ogcapi.features import Features
from shapely.geometry import shape

from app.services.publishing import published
from app.services.workspace import Workspace
from tests.loads import Loads
from tests.served import sample_on

from .live import served

DEGREES = 1e-6
METRES = 0.002


@pytest.fixture(scope="module")
def sample_workspace(
    loads: Loads, sample_files: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workspace]:
    """The sample place on SQLite alone: the other tests of these collections ask both databases."""
    with sample_on("sqlite", loads, sample_files, tmp_path_factory.mktemp("loaded")) as work:
        yield work


@pytest.fixture(scope="module")
def address(sample_workspace: Workspace) -> Iterator[str]:
    with served(sample_workspace) as address:
        yield address


@pytest.fixture(scope="module")
def kept(sample_workspace: Workspace) -> dict[str, dict[str, tuple[dict[str, Any], Any]]]:
    """Properties and shapes (longitude, latitude) by collection and id, straight from the store."""
    found = {}
    with sample_workspace.store.read() as unit:
        for offer, collection in published.listed(sample_workspace):
            features = [json.loads(row.geojson or "") for row in unit.features.all(collection)]
            found[offer.id] = {f["id"]: (f["properties"], _shape(f["geometry"])) for f in features}
    return found


def _shape(geometry: dict[str, Any] | None) -> Any:
    return None if geometry is None else shape(geometry)


def _alike(ours: list[Any], theirs: list[Any], tolerance: float) -> None:
    assert [s is None for s in ours] == [s is None or s.is_empty for s in theirs]
    known = [(a, b) for a, b in zip(ours, theirs, strict=True) if a is not None]
    for a, b in known:
        # Programs may make a polygon a collection of one, and begin its ring elsewhere.
        parts = shapely.normalize(shapely.multipolygons([a]) if a.geom_type == "Polygon" != b.geom_type else a)
        assert shapely.equals_exact(parts, shapely.normalize(b), tolerance)


def test_owslib_reads_every_collection(address: str, kept: dict[str, dict[str, tuple[dict[str, Any], Any]]]) -> None:
    client = Features(address)
    assert {"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"} <= set(client.conformance()["conformsTo"])
    assert set(client.feature_collections()) == set(kept)
    for id_, expected in kept.items():
        page = client.collection_items(id_, limit=10_000)
        assert page["numberMatched"] == len(expected)
        found = {f["id"]: f for f in page["features"]}
        assert {i: f["properties"] for i, f in found.items()} == {i: p for i, (p, _) in expected.items()}
        _alike([s for _, s in expected.values()], [_shape(f["geometry"]) for f in found.values()], 1e-12)
        assert "code" in client.collection_queryables(id_)["properties"]
    some = client.collection_items("practices", filter="pcn_code IS NULL")
    assert some["numberMatched"] == sum(p["pcn_code"] is None for p, _ in kept["practices"].values()) > 0


def test_gdal_in_pyogrio_reads_every_collection(
    address: str, kept: dict[str, dict[str, tuple[dict[str, Any], Any]]]
) -> None:
    assert {name for name, _ in pyogrio.list_layers(f"OAPIF:{address}")} == set(kept)
    for id_, expected in kept.items():
        frame = pyogrio.read_dataframe(f"OAPIF:{address}", layer=id_, CRS="EPSG:4326", PAGE_SIZE="50").set_index("code")
        assert sorted(frame.index) == list(expected)
        frame = frame.loc[list(expected)]
        _alike([s for _, s in expected.values()], list(frame.geometry), DEGREES)
        assert list(frame["name"]) == [p["name"] for p, _ in expected.values()]
        if "patients" in frame:
            assert np.array_equal(frame["patients"].astype(float), [p["patients"] for p, _ in expected.values()])


def test_gdal_takes_the_national_grid_by_itself(address: str, sample_workspace: Workspace) -> None:
    frame = pyogrio.read_dataframe(f"OAPIF:{address}", layer="lsoa-2021").set_index("code").sort_index()
    assert frame.crs.to_epsg() == 27700
    with sample_workspace.store.read() as unit:
        ours = unit.features.frame(published.published(sample_workspace, "lsoa-2021")).set_index("code")
    _alike(list(ours.geometry), list(frame.geometry), METRES)
    box = tuple(ours.geometry.iloc[5].bounds)
    some = pyogrio.read_dataframe(f"OAPIF:{address}", layer="lsoa-2021", bbox=box)
    assert set(some["code"]) == set(ours.index[ours.intersects(shapely.box(*box))])


def test_an_old_gdal_reads_every_collection(
    address: str, kept: dict[str, dict[str, tuple[dict[str, Any], Any]]], tmp_path: Path
) -> None:
    program = shutil.which("ogr2ogr")
    if program is None:
        pytest.skip("ogr2ogr is not installed (Debian: gdal-bin)")
    for id_, expected in kept.items():
        target = tmp_path / f"{id_}.gpkg"
        subprocess.run([program, "-f", "GPKG", str(target), f"OAPIF:{address}", id_], check=True, timeout=300)
        frame = pyogrio.read_dataframe(target).set_index("code").sort_index()
        assert list(frame.index) == list(expected)
        epsg = frame.crs.to_epsg()
        geometry = frame.geometry if epsg == 4326 else frame.geometry.to_crs(4326)
        _alike([s for _, s in expected.values()], list(geometry), DEGREES if epsg == 4326 else 1e-4)


@pytest.mark.usefixtures("kept")  # it waits five seconds at most: collections are made beforehand
def test_ogctests_finds_nothing_but_what_geojson_asks_for(address: str, tmp_path: Path) -> None:
    """All 29 abstract tests of Core hold where every feature lies somewhere.

    Two of them check features by the schema of the standard's first edition, which knows no feature without a place;
    GeoJSON asks for ``null`` there (RFC 7946, 3.2), and one practice of the sample place has no known location.
    """
    python = os.environ.get("COTERMINOUS_OGCTESTS")
    if python is None:
        pytest.skip("COTERMINOUS_OGCTESTS names no Python with ogctests")
    command = [python, "-m", "ogctests", "features/core", "-i", address, "-v", "1"]
    # Outside the checkout, whose own settings for tests are not meant for these.
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False).stdout
    failed = set(re.findall(r"^(?:FAILED|ERROR) .*::(\w+)", said, flags=re.MULTILINE))
    assert failed <= {"test_ast22", "test_ast28"}, said[-3000:]
    assert len(re.findall("None is not valid under any of the given schemas", said)) >= len(failed)
    assert re.search(r"\b2[79] passed\b", said), said[-3000:]


def test_qgis_reads_every_collection(
    address: str, kept: dict[str, dict[str, tuple[dict[str, Any], Any]]], tmp_path: Path
) -> None:
    """QGIS itself, without a screen: ``COTERMINOUS_QGIS`` names a Python that has it (Debian: python3-qgis)."""
    python = os.environ.get("COTERMINOUS_QGIS")
    if python is None:
        pytest.skip("COTERMINOUS_QGIS names no Python with QGIS")
    script = Path(__file__).with_name("qgis_reads.py")
    env = {"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    command = [python, str(script), address, *kept]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    read = json.loads(done.stdout.splitlines()[-1])
    for id_, expected in kept.items():
        assert sorted(read[id_]) == sorted(expected)
        codes = list(expected)
        shapes = [None if read[id_][code] is None else shapely.from_wkb(read[id_][code]) for code in codes]
        _alike([expected[code][1] for code in codes], shapes, DEGREES)
