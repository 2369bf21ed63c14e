"""Archives that must not be unpacked, and how a good one is laid out."""

from __future__ import annotations

import gzip
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.problem import Fault, Problem
from app.ingest.source import Source
from app.ingest.spatial.formats import SpatialFormat
from app.ingest.spatial.limits import SpatialLimits
from app.ingest.spatial.unpack import lay_out

GEOJSON = b'{"type":"FeatureCollection","features":[]}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "workspace").mkdir()
    return tmp_path / "workspace"


def refused(source: Source, folder: Path, limits: SpatialLimits) -> Problem:
    with pytest.raises(Problem) as caught:
        lay_out(source, folder, None, limits)
    assert caught.value.file == source.name
    assert caught.value.remedy
    return caught.value


def test_a_bomb_is_refused_by_its_ratio_before_a_byte_is_written(
    zipped: Callable[..., Source], folder: Path, limits: SpatialLimits
) -> None:
    problem = refused(zipped({"map.geojson": b"0" * 30_000_000}), folder, limits)
    assert problem.fault is Fault.TOO_LARGE
    assert list(folder.iterdir()) == []


def test_an_archive_is_refused_by_its_total_size(
    zipped: Callable[..., Source], folder: Path, limits: SpatialLimits
) -> None:
    members = {f"{n}.geojson": bytes(600) for n in range(2)}
    assert refused(zipped(members), folder, replace(limits, bytes_unpacked=1000)).fault is Fault.TOO_LARGE


def test_too_many_entries_are_refused(zipped: Callable[..., Source], folder: Path, limits: SpatialLimits) -> None:
    members = {f"{n}.txt": b"x" for n in range(limits.zip_entries + 1)}
    assert refused(zipped(members), folder, limits).fault is Fault.TOO_LARGE


@pytest.mark.parametrize(
    "name", ["../map.geojson", "/etc/map.geojson", "a/../../map.geojson", "..\\map.geojson", "C:\\m.geojson"]
)
def test_a_name_that_leaves_the_archive_is_refused(
    name: str, zipped: Callable[..., Source], folder: Path, limits: SpatialLimits
) -> None:
    before = set(folder.parent.iterdir())
    source = zipped({name: GEOJSON})
    assert "outside the archive" in refused(source, folder, limits).detail
    assert set(folder.parent.iterdir()) - before == {source.path}


def test_a_link_is_refused(tmp_path: Path, folder: Path, limits: SpatialLimits) -> None:
    path = tmp_path / "link.zip"
    entry = zipfile.ZipInfo("map.geojson")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert "is a link" in refused(Source.of(path), folder, limits).detail


@pytest.mark.parametrize(
    "members",
    [
        {"map.geojson": GEOJSON, "inner.zip": b"PK\x03\x04"},
        {"map.geojson": b"PK\x03\x04 nested"},
        {"map.kml": gzip.compress(b"x")},
    ],
    ids=["by name", "zip by content", "gzip by content"],
)
def test_an_archive_inside_is_refused(
    members: dict[str, bytes], zipped: Callable[..., Source], folder: Path, limits: SpatialLimits
) -> None:
    assert "archive inside the archive" in refused(zipped(members), folder, limits).detail


def test_an_encrypted_member_is_refused(zipped: Callable[..., Source], folder: Path, limits: SpatialLimits) -> None:
    source = zipped({"map.geojson": GEOJSON, "readme.txt": b"x"})
    content = bytearray(source.path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the flag of the central directory
    source.path.write_bytes(content)
    assert "encrypted" in refused(source, folder, limits).detail


def test_a_cut_off_zip_is_unreadable(zipped: Callable[..., Source], folder: Path, limits: SpatialLimits) -> None:
    source = zipped({"map.geojson": GEOJSON, "readme.txt": b"x"})
    source.path.write_bytes(source.path.read_bytes()[:-30])
    with pytest.raises(Problem) as caught:
        lay_out(source, folder, None, limits)
    assert caught.value.fault is Fault.UNREADABLE_FILE


def test_gzip_is_unpacked_only_as_far_as_allowed(
    save: Callable[..., Source], folder: Path, limits: SpatialLimits
) -> None:
    source = save("map.geojson.gz", gzip.compress(GEOJSON + b" " * 5_000_000))
    assert refused(source, folder, replace(limits, bytes_unpacked=1_000_000)).fault is Fault.TOO_LARGE


def test_shapefile_parts_get_names_of_our_own(
    shapefile: dict[str, bytes], zipped: Callable[..., Source], folder: Path, limits: SpatialLimits
) -> None:
    members = {f"Export 2025/{name}": content for name, content in shapefile.items()}
    source = zipped(members | {"__MACOSX/._plan.shp": b"x", "readme.pdf": b"%PDF"})
    laid = lay_out(source, folder, None, limits)
    assert (laid.format, laid.layer, laid.path) == (SpatialFormat.SHAPEFILE, "plan", folder / "upload.shp")
    assert {path.suffix for path in folder.iterdir()} == {".shp", ".shx", ".dbf", ".prj", ".cpg"}


def test_a_shapefile_without_its_table_is_refused(
    shapefile: dict[str, bytes], zipped: Callable[..., Source], folder: Path, limits: SpatialLimits
) -> None:
    del shapefile["plan.dbf"]
    assert ".dbf" in refused(zipped(shapefile), folder, limits).detail


def test_of_several_shapefiles_one_must_be_named(
    shapefile: dict[str, bytes], zipped: Callable[..., Source], folder: Path, limits: SpatialLimits
) -> None:
    other = {name.replace("plan", "wards"): content for name, content in shapefile.items()}
    source = zipped(shapefile | other)
    problem = refused(source, folder, limits)
    assert problem.title == "Which layer?"
    assert "plan, wards" in problem.detail
    assert lay_out(source, folder, "wards", limits).layer == "wards"


def test_a_lone_map_in_a_zip_is_told_by_its_content(
    zipped: Callable[..., Source], folder: Path, limits: SpatialLimits
) -> None:
    assert lay_out(zipped({"a.kml": GEOJSON, "b.txt": b"x"}), folder, None, limits).format is SpatialFormat.GEOJSON
