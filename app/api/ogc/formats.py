"""Features as downloads: tables and lines as they are read, files through a temporary file that is then removed.

Without ``limit`` a download holds everything that is asked for, up to a bound. The formats of GIS say their coordinate
system themselves and are in the National Grid, exactly as kept, unless ``crs`` asks for another.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from fastapi.responses import FileResponse, Response, StreamingResponse
from starlette.background import BackgroundTask
from starlette_compress import add_compress_type

from app.api.ogc.answering import address, known_already, link, link_header, tagged
from app.api.ogc.forms import Form
from app.api.ogc.items import ItemForm, Wanted
from app.services.exporting import files, lines
from app.services.exporting.files import Writer
from app.services.exporting.reading import Selection, file_name
from app.services.publishing.crs import GRID

CSV = Form("csv", "text/csv; charset=utf-8", "CSV", ("text/csv",))
SEQUENCE = Form("geojsonseq", "application/geo+json-seq", "GeoJSON text sequence")
GEOPACKAGE = Form("gpkg", "application/geopackage+sqlite3", "GeoPackage")
FLATGEOBUF = Form("fgb", "application/vnd.flatgeobuf", "FlatGeobuf", ("application/flatgeobuf",))
GEOPARQUET = Form("parquet", "application/vnd.apache.parquet", "GeoParquet")
SHAPEFILE = Form("shp", "application/x-shapefile+zip", "Shapefile (zip)", ("application/zip",))

add_compress_type(SEQUENCE.media)


def streamed(form: Form, suffix: str, write: Callable[[Selection], Iterator[str]]) -> ItemForm:
    """A form that is sent as it is read."""

    def answer(wanted: Wanted) -> Response:
        headers = _headers(wanted, form, suffix, stored=False)
        if (known := known_already(wanted.request, headers)) is not None:
            return known
        parts = write(_selection(wanted, stored=False))
        first = next(parts, "")  # read before the answer begins, so that a fault is told
        return StreamingResponse(chain((first,), parts), media_type=form.media, headers=headers)

    return ItemForm(form, answer)


def filed(form: Form, suffix: str, write: Writer) -> ItemForm:
    """A form that is written to a file, which is sent in parts (whole or by ``Range``) and removed."""

    def answer(wanted: Wanted) -> Response:
        headers = _headers(wanted, form, suffix, stored=True)
        if (known := known_already(wanted.request, headers)) is not None:
            return known
        folder = tempfile.mkdtemp(prefix="coterminous-")
        path = Path(folder) / f"features.{suffix.rpartition('.')[2]}"

        def remove() -> None:
            path.unlink(missing_ok=True)
            path.parent.rmdir()

        try:
            write(_selection(wanted, stored=True), path)
        except BaseException:
            remove()
            raise
        return FileResponse(path, media_type=form.media, headers=headers, background=BackgroundTask(remove))

    return ItemForm(form, answer)


def _selection(wanted: Wanted, stored: bool) -> Selection:
    given = wanted.request.query_params
    crs = GRID if stored and "crs" not in given else wanted.asked.crs
    most = wanted.asked.limit if "limit" in given else None
    return Selection(wanted.work, wanted.collection, wanted.asked, wanted.cursor, most, crs)


def _headers(wanted: Wanted, form: Form, suffix: str, stored: bool) -> dict[str, str]:
    crs = _selection(wanted, stored).crs
    above = address(wanted.request, "collections", wanted.collection.id)
    about = [
        link("collection", above, "application/json", wanted.collection.title),
        link("describedby", f"{above}/schema", "application/schema+json", "What its columns are"),
    ]
    whole = "limit" not in wanted.request.query_params
    made_of = f'{wanted.tag(form)[:-1]}{"-all" if whole else ""}"'
    name = file_name(wanted.collection, suffix)
    return {
        **tagged(wanted.request, made_of),
        "Content-Crs": f"<{crs.uri}>",
        "Content-Disposition": f'attachment; filename="{name}"',
        **link_header(about),
    }


FORMS = [
    streamed(CSV, "csv", lines.csv_lines),
    streamed(SEQUENCE, "geojsonl", lines.sequence),
    filed(GEOPACKAGE, "gpkg", files.geopackage),
    filed(FLATGEOBUF, "fgb", files.flatgeobuf),
    filed(GEOPARQUET, "parquet", files.geoparquet),
    filed(SHAPEFILE, "shp.zip", files.shapefile),
]
