from __future__ import annotations

import pytest

from app.ingest.spatial.formats import SpatialFormat, sniff

FEATURE = b'{"type":"Feature","properties":{},"geometry":null}'


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"SQLite format 3\x00\x10\x00", SpatialFormat.GEOPACKAGE),
        (b"fgb\x03fgb\x00", SpatialFormat.FLATGEOBUF),
        (b"PAR1\x15\x04", SpatialFormat.GEOPARQUET),
        (b'{"type":"FeatureCollection","features":[]}', SpatialFormat.GEOJSON),
        (b'\xef\xbb\xbf \n{ "name": "x", "type" : "FeatureCollection"', SpatialFormat.GEOJSON),
        (b'{"features":[' + FEATURE + b'],"type":"FeatureCollection"}', SpatialFormat.GEOJSON),
        (FEATURE, SpatialFormat.GEOJSON),
        (FEATURE + b"\n" + FEATURE, SpatialFormat.GEOJSON_SEQ),
        (b"\x1e" + FEATURE + b"\n\x1e" + FEATURE, SpatialFormat.GEOJSON_SEQ),
        (b'{"type":"Topology","objects":{}}', SpatialFormat.TOPOJSON),
        (b'<?xml version="1.0"?><!-- <a> --><kml xmlns="http://www.opengis.net/kml/2.2">', SpatialFormat.KML),
        (b"<kml:kml>", SpatialFormat.KML),
        (b"<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>", None),
        (b"<!-- <kml> --><OGRWFSDataSource><URL>http://127.0.0.1/</URL></OGRWFSDataSource>", None),
        (b'<?xml version="1.0"?><VRTDataset/>', None),
        (b'{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline"}', None),
        (b'{"resourceType":"Bundle"}', None),
        (b"code,name\nA,B\n", None),
        (b"WFS:http://127.0.0.1/", None),
        (b"", None),
    ],
)
def test_content_alone_decides_the_format(head: bytes, expected: SpatialFormat | None) -> None:
    assert sniff(head) is expected
