"""The same answer as JSON, CSV or GeoJSON: by ``f=``, else by ``Accept``."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from app.domain.problem import Fault, Problem
from app.services.exporting.lines import FORMULA
from app.services.suppression import marked, without_flags

Row = Mapping[str, Any]


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"
    GEOJSON = "geojson"


MEDIA = {Format.JSON: "application/json", Format.CSV: "text/csv", Format.GEOJSON: "application/geo+json"}


def wanted(
    request: Request,
    f: Annotated[Format | None, Query(description="Format; by default what Accept asks for, else JSON.")] = None,
) -> Format:
    """The format a request asks for."""
    if f is not None:
        return f
    accepted = [part.split(";")[0].strip() for part in request.headers.get("accept", "").lower().split(",")]
    return next((form for media in accepted for form, name in MEDIA.items() if name == media), Format.JSON)


Wanted = Annotated[Format, Depends(wanted)]


def respond(
    form: Format,
    *,
    json: Callable[[], Any],
    csv_rows: Callable[[], Sequence[Row]] | None = None,
    geojson: Callable[[], Any] | None = None,
    name: str = "coterminous",
) -> Response:
    """Answer in the format wanted. Raises ``Problem`` for a format this address does not have."""
    if form is Format.CSV and csv_rows is not None:
        disposition = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        return Response(as_csv(csv_rows()), media_type="text/csv; charset=utf-8", headers=disposition)
    if form is Format.GEOJSON and geojson is not None:
        return JSONResponse(geojson(), media_type=MEDIA[Format.GEOJSON])
    if form is Format.JSON:
        return JSONResponse(json())
    offered = ["json", *(["csv"] if csv_rows else []), *(["geojson"] if geojson else [])]
    raise Problem(
        Fault.NOT_FOUND,
        "Not available in this format",
        f"This address has no {form}. It has: {', '.join(offered)}.",
        remedy="Ask for one of these with f=.",
    )


def as_csv(rows: Sequence[Row], fields: Sequence[str] | None = None) -> str:
    """Rows as CSV (RFC 4180) with a header; a list in a cell is joined by semicolons, a hidden count is ``*``.

    ``fields`` are the header of a table that has one even without rows. A text that a spreadsheet would take for a
    formula stands behind a quote.
    """
    buffer = io.StringIO(newline="")
    if rows or fields is not None:
        fields = without_flags(rows[0]) if fields is None else fields
        writer = csv.DictWriter(buffer, fieldnames=fields)
        writer.writeheader()
        writer.writerows({field: _cell(marked(row, field)) for field in fields} for row in rows)
    return buffer.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        value = ";".join(str(v["code"] if isinstance(v, Mapping) else v) for v in value)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
