"""Laying an upload out for reading: unpacked within bounds, under names of our own, in a directory of its own."""

from __future__ import annotations

import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from app.domain.problem import Fault, Problem
from app.ingest.source import ZIP, Source
from app.ingest.spatial.formats import SpatialFormat, sniff
from app.ingest.spatial.limits import SpatialLimits

CHUNK = 1024 * 1024
HEAD = 65_536
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_NEEDED_PARTS = (".shp", ".shx", ".dbf")
_LONE_FILES = (".gpkg", ".geojson", ".json", ".geojsons", ".geojsonl", ".topojson", ".kml", ".fgb", ".parquet")
_ARCHIVES = (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".zst", ".kmz")
_ARCHIVE_MAGIC = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")


@dataclass(frozen=True)
class Unpacked:
    """A file laid out for the reading process."""

    path: Path
    format: SpatialFormat
    layer: str | None = None  # the shapefile's name inside its zip


def lay_out(source: Source, folder: Path, layer: str | None, limits: SpatialLimits) -> Unpacked:
    """Copy (and unpack) the source into ``folder``, which must be fresh, and tell its format by its content.

    ``layer`` picks one of several shapefiles in a zip. Raises ``Problem`` where the content is not a spatial format
    we read, or the archive is unsafe: too many or too large members, a bomb, a path that leaves the archive, a link, an
    encrypted member or an archive inside.
    """
    if source.sample.magic.startswith(ZIP) and source.member is None:
        return _unpack_zip(source, folder, layer, limits)
    raw = folder / "upload"
    try:
        with source.open_bytes() as stream:
            _copy(stream, raw, limits.bytes_unpacked, source)
    except (EOFError, OSError, zlib.error) as error:
        raise source.unreadable("it ends too early or is damaged") from error
    return _named_by_content(raw, source)


def shapefiles(source: Source, limits: SpatialLimits) -> tuple[str, ...]:
    """The names of the shapefiles in a zip, in order; none where the file is anything else.

    Raises ``Problem`` where the archive is unsafe, or holds more shapefiles than a file may have layers.
    """
    if not source.sample.magic.startswith(ZIP) or source.member is not None or source.sample.is_workbook:
        return ()
    try:
        with zipfile.ZipFile(source.path) as archive:
            members = _safe_members(archive, source, limits)
    except zipfile.BadZipFile as error:
        raise source.unreadable("it is not a whole zip file") from error
    names = tuple(PurePosixPath(name).stem for name in sorted(members) if name.lower().endswith(".shp"))
    if len(names) > limits.layers:
        raise _too_large(source, f"it holds {len(names):,} shapefiles, more than {limits.layers:,}")
    return names


def _named_by_content(raw: Path, source: Source) -> Unpacked:
    with raw.open("rb") as stream:
        head = stream.read(HEAD)
    found = sniff(head)
    if found is None:
        raise Problem(
            Fault.UNKNOWN_KIND,
            "Not a map file we read",
            "By its content the file is none of GeoJSON, GeoPackage, zipped shapefile, FlatGeobuf, GeoParquet, KML "
            "and TopoJSON.",
            remedy="Export the layer as GeoPackage or GeoJSON and send that.",
            file=source.name,
        )
    return Unpacked(raw.rename(raw.with_name(f"upload.{found.value}")), found)


def _unpack_zip(source: Source, folder: Path, layer: str | None, limits: SpatialLimits) -> Unpacked:
    try:
        with zipfile.ZipFile(source.path) as archive:
            members = _safe_members(archive, source, limits)
            shapes = sorted(name for name in members if name.lower().endswith(".shp"))
            if shapes:
                return _extract_shapefile(archive, members, _pick(shapes, layer, source), folder, source, limits)
            lone = sorted(name for name in members if name.lower().endswith(_LONE_FILES))
            if len(lone) != 1:
                inside = f"{len(lone)} map files" if lone else "no map file"
                raise _unsafe(source, f"it holds {inside}, where one was expected", "Send one map file.")
            raw = folder / "upload"
            _extract(archive, members[lone[0]], raw, source, limits)
            return _named_by_content(raw, source)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeError) as error:
        raise source.unreadable("it is not a whole zip file, or packed in a way that is not common") from error


def _safe_members(archive: zipfile.ZipFile, source: Source, limits: SpatialLimits) -> dict[str, zipfile.ZipInfo]:
    """The files of a zip by name, once its directory has been found harmless."""
    entries = archive.infolist()
    if len(entries) > limits.zip_entries:
        raise _too_large(source, f"it holds {len(entries):,} entries, more than {limits.zip_entries:,}")
    total = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if total > limits.bytes_unpacked:
        raise _too_large(source, f"it would unpack to {total:,} bytes, more than {limits.bytes_unpacked:,}")
    if total > limits.zip_ratio_from and total > limits.zip_ratio * packed:
        raise _too_large(source, f"it would unpack to {total // packed:,} times its size")
    members: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or ":" in name or "\x00" in name:
            raise _unsafe(source, f"the name {entry.filename!r} points outside the archive")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise _unsafe(source, f"{entry.filename!r} is a link")
        if entry.is_dir() or path.parts[0] == "__MACOSX" or path.name.startswith("."):
            continue
        if name.lower().endswith(_ARCHIVES):
            raise _unsafe(source, f"{entry.filename!r} is an archive inside the archive")
        if entry.flag_bits & 0x1:
            raise _unsafe(source, f"{entry.filename!r} is encrypted", "Send the zip without a password.")
        if name in members:
            raise _unsafe(source, f"{entry.filename!r} is there twice")
        members[name] = entry
    return members


def _pick(shapes: list[str], layer: str | None, source: Source) -> str:
    stems = [PurePosixPath(name).stem for name in shapes]
    if layer is None and len(shapes) == 1:
        return shapes[0]
    if layer in stems:
        return shapes[stems.index(layer)]
    raise which_layer(stems, layer, source)


def which_layer(names: list[str], wanted: str | None, source: Source) -> Problem:
    """The question to ask where a file holds several layers, or not the one that was named."""
    lead = f"There is no layer {wanted!r}" if wanted else f"The file holds {len(names)} layers"
    return Problem(
        Fault.BAD_INPUT,
        "Which layer?",
        f"{lead}. Its layers are: {', '.join(names[:20])}.",
        remedy=f"Name the layer to read, for example layer={names[0]!r}." if names else None,
        file=source.name,
    )


def _extract_shapefile(
    archive: zipfile.ZipFile,
    members: dict[str, zipfile.ZipInfo],
    shape: str,
    folder: Path,
    source: Source,
    limits: SpatialLimits,
) -> Unpacked:
    stem = shape[: -len(".shp")].lower()
    parts = {
        PurePosixPath(name).suffix.lower(): entry
        for name, entry in sorted(members.items())
        if name.lower() in {stem + part for part in _SHAPEFILE_PARTS}
    }
    missing = [part for part in _NEEDED_PARTS if part not in parts]
    if missing:
        raise _unsafe(
            source,
            f"the shapefile {shape!r} lacks its {' and '.join(missing)} file",
            "Zip all files of the shapefile: .shp, .shx, .dbf, .prj and .cpg.",
        )
    for suffix, entry in parts.items():
        _extract(archive, entry, folder / f"upload{suffix}", source, limits)
    return Unpacked(folder / "upload.shp", SpatialFormat.SHAPEFILE, PurePosixPath(shape).stem)


def _extract(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, source: Source, limits: SpatialLimits
) -> None:
    with archive.open(entry) as stream:
        _copy(stream, target, min(entry.file_size, limits.bytes_unpacked), source)
    with target.open("rb") as written:
        if written.read(8).startswith(_ARCHIVE_MAGIC):
            raise _unsafe(source, f"{entry.filename!r} is an archive inside the archive")


def _copy(stream: IO[bytes], target: Path, most: int, source: Source) -> None:
    """Copy at most ``most`` bytes; what a header says of a size is not believed."""
    written = 0
    with target.open("xb") as out:
        while block := stream.read(CHUNK):
            written += len(block)
            if written > most:
                raise _too_large(source, f"it unpacks to more than {most:,} bytes")
            out.write(block)


def _unsafe(source: Source, why: str, remedy: str = "Zip the files of one layer afresh and send that.") -> Problem:
    return Problem(
        Fault.UNREADABLE_FILE,
        "The zip cannot be used",
        f"{source.name}: {why}.",
        remedy=remedy,
        file=source.name,
    )


def _too_large(source: Source, why: str) -> Problem:
    return Problem(
        Fault.TOO_LARGE,
        "The file is larger than may be read",
        f"{source.name}: {why}.",
        remedy="Send one layer of one place, generalised to 20 m if need be.",
        file=source.name,
    )
