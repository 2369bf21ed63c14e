"""Which spatial format a file is, by its first bytes. A file's name decides nothing."""

from __future__ import annotations

import json
import re
from enum import StrEnum

BLANK = b" \t\r\n\x1e"
_GEOJSON_TYPES = frozenset(
    {
        "FeatureCollection", "Feature", "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon",
        "MultiPolygon", "GeometryCollection",
    }
)  # fmt: skip
_FIRST_ELEMENT = re.compile(r"<(?!\?|!)(?:[\w.-]+:)?([\w.-]+)")
_NOT_AN_ELEMENT = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_TYPE_MEMBER = re.compile(r'"type"\s*:\s*"(\w+)"')


class SpatialFormat(StrEnum):
    """A format that is read, and (as value) the ending GDAL expects of such a file."""

    GEOJSON = "geojson"
    GEOJSON_SEQ = "geojsons"
    TOPOJSON = "topojson"
    KML = "kml"
    GEOPACKAGE = "gpkg"
    FLATGEOBUF = "fgb"
    GEOPARQUET = "parquet"
    SHAPEFILE = "shp"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def says_crs84(self) -> bool:
        """Whether the format's specification makes longitude and latitude (CRS84) of a file that names no CRS."""
        return self in _CRS84_BY_DEFAULT


_LABELS = {
    SpatialFormat.GEOJSON: "GeoJSON",
    SpatialFormat.GEOJSON_SEQ: "GeoJSON text sequence",
    SpatialFormat.TOPOJSON: "TopoJSON",
    SpatialFormat.KML: "KML",
    SpatialFormat.GEOPACKAGE: "GeoPackage",
    SpatialFormat.FLATGEOBUF: "FlatGeobuf",
    SpatialFormat.GEOPARQUET: "GeoParquet",
    SpatialFormat.SHAPEFILE: "shapefile",
}
# RFC 7946 §4, RFC 8142, TopoJSON (as GeoJSON), OGC KML. GeoParquet tells a key left out (CRS84) from null (unknown),
# which only the reading process sees.
_CRS84_BY_DEFAULT = frozenset(
    {SpatialFormat.GEOJSON, SpatialFormat.GEOJSON_SEQ, SpatialFormat.TOPOJSON, SpatialFormat.KML}
)


def sniff(head: bytes) -> SpatialFormat | None:
    """The format of a file that begins with ``head`` (up to 64 KiB), or None if it is none of ours.

    A zip is not a format: ``unpack`` looks inside it.
    """
    if head.startswith(b"SQLite format 3\x00"):
        return SpatialFormat.GEOPACKAGE
    if head.startswith(b"fgb\x03"):
        return SpatialFormat.FLATGEOBUF
    if head.startswith(b"PAR1"):
        return SpatialFormat.GEOPARQUET
    body = head.removeprefix(b"\xef\xbb\xbf")
    if body.lstrip(BLANK).startswith(b"{"):
        return _sniff_json(body)
    if body.lstrip(BLANK).startswith(b"<"):
        text = _NOT_AN_ELEMENT.sub("", body.decode("utf-8", errors="replace"))
        root = _FIRST_ELEMENT.search(text)
        return SpatialFormat.KML if root and root[1] == "kml" else None
    return None


def _sniff_json(body: bytes) -> SpatialFormat | None:
    if body.startswith(b"\x1e"):
        return SpatialFormat.GEOJSON_SEQ
    first, _, rest = body.lstrip(BLANK).partition(b"\n")
    if rest.lstrip(BLANK).startswith(b"{"):  # a second object on the next line
        try:
            first_value = json.loads(first)
        except (ValueError, RecursionError):
            first_value = None
        if isinstance(first_value, dict) and first_value.get("type") == "Feature":
            return SpatialFormat.GEOJSON_SEQ
    # The root's own "type" usually comes first, but may stand behind its features.
    types = _TYPE_MEMBER.findall(body.decode("utf-8", errors="replace"))
    if types and types[0] == "Topology":
        return SpatialFormat.TOPOJSON
    return SpatialFormat.GEOJSON if any(name in _GEOJSON_TYPES for name in types) else None
