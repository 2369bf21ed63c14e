"""The reading process: GDAL and pyarrow meet an untrusted file here and nowhere else.

Run as ``python -I child.py request.json`` in a directory of its own, with an empty environment. It imports nothing of
the application, so that it starts quickly and holds nothing worth stealing. It answers in ``result.json`` and, when
asked to read, in ``features.arrow`` (an Arrow file whose column ``geometry`` is WKB).

The one driver the file's content calls for is left to GDAL. All others are named in ``GDAL_SKIP`` before pyogrio loads,
because GDAL would otherwise follow a VRT to other files, or a WFS document to the network.
"""

# ruff: noqa: PLC0415 - libraries load late: pyogrio after GDAL_SKIP is set, and each only where it is needed

from __future__ import annotations

import json
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

GEOMETRY = "geometry"

# What is shown of a file before anybody says what it is: enough to tell codes from names, never the whole.
SAMPLED_FEATURES = 200
MOST_SAMPLED_COLUMNS = 100
MOST_SAMPLED_LAYERS = 20
LONGEST_SAMPLE = 100

BATCH_ROWS = 16_384

DRIVERS = {
    "geojson": "GeoJSON",
    "geojsons": "GeoJSONSeq",
    "topojson": "TopoJSON",
    "kml": "LIBKML",  # the plain KML driver leaves out ExtendedData, where the codes are
    "gpkg": "GPKG",
    "fgb": "FlatGeobuf",
    "shp": "ESRI Shapefile",
}

# Every vector driver of GDAL 3.4 to 3.12. One that a later GDAL adds is found after loading.
KNOWN_DRIVERS = (
    "ADBC", "AIVector", "AVCBin", "AVCE00", "AmigoCloud", "Arrow", "CAD", "CSV", "CSW", "Carto", "DGN",
    "DXF", "EDIGEO", "EEDA", "ESRI Shapefile", "ESRIJSON", "Elasticsearch", "FlatGeobuf", "GDALG", "GML",
    "GMLAS", "GPKG", "GPSBabel", "GPX", "GTFS", "GeoJSON", "GeoJSONSeq", "GeoRSS", "HTTP", "Idrisi", "JML",
    "JSONFG", "KML", "LIBKML", "LVBAG", "MBTiles", "MEM", "MVT", "MapInfo File", "MapML", "Memory",
    "MiraMonVector", "MySQL", "NAS", "NGW", "OAPIF", "OCI", "ODBC", "ODS", "OGCAPI", "OGR_GMT", "OGR_PDS",
    "OGR_VRT", "OSM", "OpenFileGDB", "PCIDSK", "PDF", "PDS4", "PGDUMP", "PGeo", "PLSCENES", "PMTiles",
    "Parquet", "PostgreSQL", "S57", "SQLite", "SXF", "Selafin", "TopoJSON", "VDV", "VFK", "VICAR", "WAsP",
    "WFS", "XLS", "XLSX",
)  # fmt: skip


class Refusal(Exception):  # noqa: N818 - an answer, not a failure of this program
    """What the file does that it must not; ``code`` tells the caller which words to use."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class StartAgain(Exception):  # noqa: N818
    """GDAL has drivers that must be named in ``GDAL_SKIP`` before it loads, so only a new process helps."""

    def __init__(self, drivers: list[str]) -> None:
        super().__init__(", ".join(drivers))
        self.drivers = drivers


def main(request_path: str) -> int:
    request = json.loads(Path(request_path).read_text(encoding="utf-8"))
    limit_this_process(request)
    result: dict[str, Any]
    try:
        result = answer(request)
    except Refusal as refusal:
        result = {"error": refusal.code, "detail": str(refusal)}
    except StartAgain as again:
        result = {"also_skip": again.drivers}
    except MemoryError:
        result = {"error": "memory", "detail": ""}
    except Exception as error:  # noqa: BLE001 - whatever a damaged file makes a library raise is this file's fault
        result = {"error": "unreadable", "detail": f"{type(error).__name__}: {error}"}
    Path("result.json").write_text(json.dumps(result, sort_keys=True), encoding="utf-8")
    return 0


def limit_this_process(request: dict[str, Any]) -> None:
    """Set what the kernel enforces; Windows has no such limits and relies on the caller's clock."""
    try:
        import resource
    except ImportError:
        return
    cpu = int(request["cpu_seconds"])
    memory, file_size = int(request["memory_bytes"]), 4 * int(request["bytes_unpacked"])
    wanted = (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, cpu, cpu + 5),  # SIGXCPU, which says what happened, five seconds before SIGKILL
        (resource.RLIMIT_FSIZE, file_size, file_size),
        (resource.RLIMIT_CORE, 0, 0),
    )
    for limit, soft, hard in wanted:
        try:
            highest = resource.getrlimit(limit)[1]
            most = hard if highest == resource.RLIM_INFINITY else min(hard, highest)
            resource.setrlimit(limit, (min(soft, most), most))
        except (ValueError, OSError):  # macOS refuses RLIMIT_AS
            continue


def answer(request: dict[str, Any]) -> dict[str, Any]:
    if request["format"] == "gpkg":
        refuse_unsafe_geopackage(request["path"])
    if request["format"] == "parquet":
        return answer_parquet(request)
    return answer_gdal(request)


def refuse_unsafe_geopackage(path: str) -> None:
    """Look at the schema, as text, before anything is asked of it: a view may run for ever."""
    connection = sqlite3.connect(f"file:{quote(os.path.abspath(path))}?mode=ro&immutable=1", uri=True)  # noqa: PTH100
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    finally:
        connection.close()
    for kind, name, table, sql in rows:
        statement = " ".join(str(sql or "").split()).lower()
        if kind == "view":
            raise Refusal("unsafe", f"the GeoPackage holds a view ({name}), which is a program and not data")
        # GDAL and QGIS keep the spatial index and the feature count by triggers of these names; reading fires none.
        if kind == "trigger" and not str(name).lower().startswith(("rtree_", "trigger_", "gpkg_")):
            raise Refusal("unsafe", f"the GeoPackage holds a trigger ({name} on {table})")
        if statement.startswith("create virtual table") and " using rtree" not in statement:
            raise Refusal("unsafe", f"the GeoPackage holds a virtual table ({name}) that is not a spatial index")


def answer_gdal(request: dict[str, Any]) -> dict[str, Any]:
    pyogrio = load_pyogrio(DRIVERS[request["format"]], request["also_skip"])
    path = request["path"]
    layers = [str(name) for name, _type in pyogrio.list_layers(path)]
    if not layers:
        raise ValueError("no layers")
    if len(layers) > request["layers"]:
        raise Refusal("too-large", f"it holds {len(layers):,} layers, more than {request['layers']:,}")
    described = [describe_layer(pyogrio, path, name) for name in layers]
    for layer in described:
        if len(layer["columns"]) > request["columns"]:
            raise Refusal("too-large", f"layer {layer['name']} has {len(layer['columns']):,} columns")
    result: dict[str, Any] = {"layers": described}
    if request["action"] == "inspect":
        for layer in described[:MOST_SAMPLED_LAYERS]:
            layer["sample"] = sample_of_layer(pyogrio, path, layer)
    if request["action"] == "read":
        chosen = choose_layer(described, request.get("layer"))
        if chosen is None:
            return result
        most = request["features"]
        meta, table = pyogrio.read_arrow(path, layer=chosen["name"], max_features=most + 1, datetime_as_string=True)
        # pyogrio calls the geometry by its column's name, or wkb_geometry where the format has none
        name = meta["geometry_name"] or "wkb_geometry"
        result |= {"layer": chosen["name"], "crs": meta["crs"]} | write(table, name, request)
    return result


def load_pyogrio(driver: str, also_skip: list[str]) -> Any:
    """pyogrio with one driver; raises ``StartAgain`` if this GDAL knows others that are not in the list above."""
    skipped = [*(name for name in KNOWN_DRIVERS if name != driver), *also_skip]
    os.environ["GDAL_SKIP"] = ",".join(skipped)
    # pyogrio loads these where it finds them, and starts in half the time without. Nothing here asks for data frames.
    hidden = ("geopandas", "pandas")
    sys.modules |= dict.fromkeys(hidden)  # type: ignore[arg-type]
    import pyogrio

    for name in hidden:
        del sys.modules[name]

    others = sorted(set(pyogrio.list_drivers()) - {driver})
    if others:
        raise StartAgain(others)
    return pyogrio


def describe_layer(pyogrio: Any, path: str, name: str) -> dict[str, Any]:
    info = pyogrio.read_info(path, layer=name)
    return {
        "name": name,
        "columns": [str(column) for column in info["fields"]],
        "geometry_type": info["geometry_type"],
        "crs": info["crs"],
        "features": int(info["features"]),
    }


def sample_of_layer(pyogrio: Any, path: str, layer: dict[str, Any]) -> dict[str, list[str | None]]:
    """The first features' values, as text, of each column."""
    wanted = layer["columns"][:MOST_SAMPLED_COLUMNS]
    if not wanted:
        return {}
    _meta, table = pyogrio.read_arrow(
        path,
        layer=layer["name"],
        columns=wanted,
        max_features=SAMPLED_FEATURES,
        read_geometry=False,
        datetime_as_string=True,
    )
    return sample_of_table(table)


def sample_of_table(table: Any) -> dict[str, list[str | None]]:
    import pyarrow as pa

    return {
        name: [None if value is None else str(value)[:LONGEST_SAMPLE] for value in table.column(at).to_pylist()]
        for at, (name, kind) in enumerate(zip(table.schema.names, table.schema.types, strict=True))
        if not (pa.types.is_nested(kind) or is_binary(pa, kind))
    }


def choose_layer(layers: list[dict[str, Any]], wanted: str | None) -> dict[str, Any] | None:
    """The layer named, or the only one that may hold polygons; None where somebody has to be asked."""
    if wanted is not None:
        return next((layer for layer in layers if layer["name"] == wanted), None)
    spatial = [layer for layer in layers if layer["geometry_type"] is not None]
    polygonal = [
        layer
        for layer in spatial
        if any(word in layer["geometry_type"] for word in ("Polygon", "Surface", "Collection", "Unknown"))
    ]
    for candidates in (polygonal, spatial, layers):
        if candidates:
            return candidates[0] if len(candidates) == 1 else None
    return None


def answer_parquet(request: dict[str, Any]) -> dict[str, Any]:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(request["path"])
    metadata = file.metadata
    if request["action"] == "table":
        return answer_table(file, request)
    geo = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}"))
    primary = geo.get("primary_column")
    if primary is None or primary not in file.schema_arrow.names:
        raise Refusal("no-geometry", "it is a Parquet file without the geometry that makes it GeoParquet")
    if metadata.num_rows > request["features"]:
        raise Refusal("too-large", f"it holds {metadata.num_rows:,} features, more than {request['features']:,}")
    if len(file.schema_arrow.names) > request["columns"]:
        raise Refusal("too-large", f"it has {len(file.schema_arrow.names):,} columns")
    unpacked = sum(metadata.row_group(at).total_byte_size for at in range(metadata.num_row_groups))
    if unpacked > request["bytes_unpacked"]:
        raise Refusal("too-large", f"it would unpack to {unpacked:,} bytes")
    about = geo["columns"][primary]
    others = [name for name in file.schema_arrow.names if name not in geo["columns"]]
    kinds = sorted(about.get("geometry_types", [])) or ["Unknown"]
    described = {
        "name": "parquet",
        "columns": others,
        "geometry_type": "/".join(kinds),
        "crs": None,
        "features": metadata.num_rows,
    }
    result: dict[str, Any] = {"layers": [described], "layer": "parquet", "crs": projjson(about)}
    if request["action"] == "inspect":
        first = next(file.iter_batches(SAMPLED_FEATURES, columns=others[:MOST_SAMPLED_COLUMNS]), None)
        described |= {"crs": result["crs"], "sample": {} if first is None else sample_of_table(first)}
    if request["action"] == "read":
        if about.get("encoding") == "WKB":
            table = file.read(columns=[*others, primary])
        else:
            table = from_native_encoding(request["path"], others, primary)
        result |= write(table, primary, request)
    return result


def answer_table(file: Any, request: dict[str, Any]) -> dict[str, Any]:
    """The wanted columns of a Parquet file without geometry, as text, in ``features.arrow``.

    Batch by batch: a dictionary makes a long text of a few bytes, so what a file unpacks to shows only while reading.
    """
    import pyarrow as pa

    if file.metadata.num_rows > request["rows"]:
        raise Refusal("too-large", f"it holds {file.metadata.num_rows:,} rows, more than {request['rows']:,}")
    wanted = request["wanted"]
    schema = pa.schema([(name, pa.string()) for name in wanted])
    unpacked = 0
    with pa.OSFile("features.arrow", "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for batch in file.iter_batches(BATCH_ROWS, columns=wanted):
            columns = [batch.column(name).cast(pa.string()) for name in wanted]
            unpacked += sum(column.nbytes for column in columns)
            if unpacked > request["bytes_unpacked"]:
                raise Refusal("too-large", f"it unpacks to more than {request['bytes_unpacked']:,} bytes")
            writer.write_batch(pa.record_batch(columns, schema=schema))
    return {"layers": []}


def projjson(about: dict[str, Any]) -> str | None:
    """The CRS as PROJJSON text; a key left out means CRS84, an explicit null means that nobody knows."""
    if "crs" not in about:
        return "OGC:CRS84"
    return json.dumps(about["crs"]) if about["crs"] is not None else None


def from_native_encoding(path: str, others: list[str], primary: str) -> Any:
    import geopandas
    import pyarrow as pa

    frame = geopandas.read_parquet(path, columns=[*others, primary])
    wkb = pa.array(frame.geometry.to_wkb().to_numpy(), type=pa.binary())
    return pa.Table.from_pandas(frame[others], preserve_index=False).append_column(primary, wkb)


def write(table: Any, geometry: str, request: dict[str, Any]) -> dict[str, Any]:
    """Write the features as an Arrow file: the scalar columns, then the geometry as WKB."""
    import pyarrow as pa
    import shapely

    if table.num_rows > request["features"]:
        raise Refusal("too-large", f"it holds more than {request['features']:,} features")
    if geometry not in table.schema.names:
        raise Refusal("no-geometry", "its layer has no geometry")
    wkb = table.column(geometry).combine_chunks().cast(pa.large_binary())
    shapes = shapely.from_wkb(wkb.to_numpy(zero_copy_only=False), on_invalid="ignore")
    vertices = int(shapely.get_num_coordinates(shapes).sum())
    if vertices > request["vertices"]:
        raise Refusal("too-large", f"its outlines have {vertices:,} points, more than {request['vertices']:,}")
    scalars = [
        name
        for name, kind in zip(table.schema.names, table.schema.types, strict=True)
        if name != geometry and not (pa.types.is_nested(kind) or is_binary(pa, kind))
    ]
    out = pa.table(
        [*(table.column(name) for name in scalars), wkb],
        names=[*(f"_{name}" if name == GEOMETRY else name for name in scalars), GEOMETRY],
    )
    with pa.OSFile("features.arrow", "wb") as sink, pa.ipc.new_file(sink, out.schema) as writer:
        writer.write_table(out)
    return {"vertices": vertices}


def is_binary(pa: Any, kind: Any) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
