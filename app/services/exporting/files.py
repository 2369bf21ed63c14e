"""Formats that are written as a whole file by GDAL or Arrow: GeoPackage, FlatGeobuf, GeoParquet, shapefile."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio
import shapely

from app.domain.problem import Fault, Problem
from app.domain.publication import Collection
from app.services.exporting.dbase import notes, shortened
from app.services.exporting.reading import Selection, has_shapes, provenance

Writer = Callable[[Selection, Path], None]

ZIPPED_AT = (1980, 1, 1, 0, 0, 0)
"""The time of every file in a zip: the same features give the same bytes."""

_clock = threading.Lock()
"""GDAL's date of writing is one setting for the whole process."""


def geopackage(selection: Selection, path: Path) -> None:
    """GeoPackage 1.3 with one layer; what it stands on is in its metadata (``gpkg_metadata``)."""
    made = selection.collection
    moment = made.created_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    frame = selection.frame()
    with _clock:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
        try:
            _write(
                frame,
                path,
                "GPKG",
                layer=layer_name(made),
                dataset_options={"VERSION": "1.3"},
                layer_options={"IDENTIFIER": made.title, "DESCRIPTION": made.description, "GEOMETRY_NAME": "geometry"},
                layer_metadata=provenance(made),
            )
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def flatgeobuf(selection: Selection, path: Path) -> None:
    """FlatGeobuf. Its spatial index puts features in an order of its own: there is none where an order is asked for,
    nor where a feature has no shape."""
    frame = selection.frame()
    made = selection.collection
    indexed = not selection.asked.order and not frame.geometry.isna().any() and len(frame) > 0
    said = "\n".join(f"{name}: {value}" for name, value in provenance(made).items())
    options = {"SPATIAL_INDEX": "YES" if indexed else "NO", "TITLE": made.title, "DESCRIPTION": said}
    _write(frame, path, "FlatGeobuf", layer=layer_name(made), layer_options=options)


def geoparquet(selection: Selection, path: Path) -> None:
    """GeoParquet 1.1, packed with zstd, with a box for each feature that readers skip by."""
    frame = selection.frame()
    said = {name.encode(): value.encode() for name, value in provenance(selection.collection).items()}
    frame.to_parquet(path, compression="zstd", write_covering_bbox=True, schema_version="1.1.0")
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata({**(table.schema.metadata or {}), **said}), path, compression="zstd")


def shapefile(selection: Selection, path: Path) -> None:
    """A zip of a shapefile and a note that tells its limits: names cut to ten characters, texts to 254 bytes.

    Raises ``Problem`` (bad input) for a collection whose features are of several sorts, or have no shape: a shapefile
    holds one sort.
    """
    made = selection.collection
    if made.geometry in ("any", "none"):
        raise Problem(
            Fault.BAD_INPUT,
            "A shapefile cannot hold this collection",
            "It holds shapes of one sort only: points, lines or areas.",
            remedy="Ask for f=gpkg instead.",
        )
    frame, names, cut = shortened(selection.frame())
    name = layer_name(made)
    with TemporaryDirectory() as folder:
        day = made.created_at.date().isoformat()
        options = {"ENCODING": "UTF-8", "DBF_DATE_LAST_UPDATE": day}
        _write(frame, Path(folder) / f"{name}.shp", "ESRI Shapefile", layer=name, layer_options=options)
        (Path(folder) / f"{name}.txt").write_text(notes(names, cut, provenance(made)), encoding="utf-8")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for part in sorted(Path(folder).iterdir()):
                entry = zipfile.ZipInfo(part.name, ZIPPED_AT)
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, part.read_bytes())


def layer_name(collection: Collection) -> str:
    """The name of the layer: the collection's id with underscores, as SQL likes it."""
    return collection.id.replace("-", "_")


def _write(frame: gpd.GeoDataFrame, path: Path, driver: str, **options: Any) -> None:
    sort = _sort(frame)
    pyogrio.write_dataframe(
        frame,
        path,
        driver=driver,
        use_arrow=True,
        geometry_type=sort,
        promote_to_multi=sort.startswith("Multi"),
        **options,
    )


def _sort(frame: gpd.GeoDataFrame) -> str:
    """The one sort of shape the layer holds: several parts where any feature has them."""
    if not has_shapes(frame):
        return "Unknown"
    kinds = {int(kind) for kind in shapely.get_type_id(frame.geometry.to_numpy()) if kind >= 0}
    for single, several, name in ((0, 4, "Point"), (1, 5, "LineString"), (3, 6, "Polygon")):
        if kinds <= {single}:
            return name
        if kinds <= {single, several}:
            return f"Multi{name}"
    return "Unknown"
