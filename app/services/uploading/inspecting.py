"""What is in a file, before anybody says what it is: format, layers, columns, and what it is taken for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import PurePath
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from app.domain.problem import Fault, Problem
from app.ingest import workbook
from app.ingest.columns import normal
from app.ingest.kinds import Kind
from app.ingest.privacy import refuse_personal_data
from app.ingest.recognise import KNOWN, recognise
from app.ingest.source import Sample, Source
from app.ingest.spatial.formats import SpatialFormat
from app.ingest.spatial.isolate import Layer, inspect, read_columns
from app.ingest.spatial.limits import SpatialLimits
from app.ingest.spatial.peek import peek
from app.ingest.spatial.reference import is_national_grid
from app.services.uploading.guessing import FIELDS, NEEDED, Columns, Guess, area_column, guess, kind_of_table
from app.services.uploading.known import KnownAreas

SAMPLES = 5
SAMPLED_ROWS = 200
HEADINGS_WITHIN = 12
MOST_TEXT_COLUMNS = 100


def inspection(source: Source, known: Sequence[KnownAreas], limits: SpatialLimits | None = None) -> dict[str, Any]:
    """What was seen, as plain JSON values.

    Raises ``Problem`` for a file that cannot be read at all, is unsafe, too large, or about people; not for one that is
    only of an unknown kind, which somebody may still explain.
    """
    limits = limits or SpatialLimits()
    kind: Kind | None = None
    why = "Its content is that of a format the service knows."
    unknown: Problem | None = None
    try:
        kind = recognise(source).kind
    except Problem as problem:
        if problem.fault is not Fault.UNKNOWN_KIND:
            raise
        unknown = problem
        why = "Nothing in it is known by its headings."
    spatial = _spatial(source, limits)
    form, layers = _map_layers(source, limits) if spatial else _tables(source)
    if unknown is not None and (_is_markup(source.sample) or not any(len(each["columns"]) > 1 for each in layers)):
        raise unknown
    if kind is None and not spatial:
        told = next((told for layer in layers if (told := kind_of_table(layer["values"])) is not None), None)
        kind, why = told or (None, why)
    elif kind is Kind.FOOTPRINTS and any(_of_areas(layer["values"]) for layer in layers):
        why += " Its features may be small areas: one column holds their codes."
    missing: list[dict[str, str]] = []
    for layer in layers:
        layer["mapping"] = {} if kind is None else _mapping(kind, layer.pop("values"), known)
        layer.pop("values", None)
    chosen = _layer(layers, kind, missing, spatial=spatial)
    _ask(kind, chosen, missing, spatial=spatial)
    return {
        "format": form,
        "kind": None if kind is None else str(kind),
        "kind_title": None if kind is None else KNOWN[kind],
        "why": why,
        "layer": None if chosen is None else chosen["name"],
        "layers": layers,
        "fields": {} if kind is None else FIELDS.get(kind, {}),
        "name": PurePath(source.name).stem,
        "missing": missing,
    }


def _is_markup(sample: Sample) -> bool:
    """Whether the content is JSON or XML, which are no tables."""
    return not sample.binary and sample.text.lstrip()[:1] in ("{", "[", "<")


def _spatial(source: Source, limits: SpatialLimits) -> bool:
    glance = peek(source.sample, limits)
    if glance is not None and glance.refused is not None:
        raise glance.refused
    return glance is not None


def _map_layers(source: Source, limits: SpatialLimits) -> tuple[str, list[dict[str, Any]]]:
    form, layers = inspect(source, limits)
    return form.label, [_map_layer(form, layer, source) for layer in layers]


def _map_layer(form: SpatialFormat, layer: Layer, source: Source) -> dict[str, Any]:
    values: Columns = {name: layer.sample.get(name, []) for name in layer.columns}
    _refuse_people(source, values)
    text = layer.crs or ("OGC:CRS84" if form.says_crs84 else None)
    return {
        "name": layer.name,
        "geometry_type": layer.geometry_type,
        "features": layer.features,
        "crs": None if text is None else _crs(text),
        "columns": _columns(values),
        "values": values,
    }


def _refuse_people(source: Source, values: Columns) -> None:
    rows = [[value or "" for value in row] for row in zip(*values.values(), strict=False)]
    refuse_personal_data(source.name, [normal(name) for name in values], rows)


def _crs(text: str) -> dict[str, str | None]:
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        return {"name": text[:80], "code": None}
    if is_national_grid(crs):
        return {"name": "OSGB36 / British National Grid", "code": "EPSG:27700"}
    authority = crs.to_authority(min_confidence=70)
    return {"name": crs.name, "code": None if authority is None else ":".join(authority)}


def _tables(source: Source) -> tuple[str, list[dict[str, Any]]]:
    part = source.parts()[0]
    sample = part.sample
    if sample.is_workbook:
        try:
            with part.open_bytes() as stream:
                sheets = workbook.heads(stream, SAMPLED_ROWS)
        except workbook.NotAWorkbook as error:
            raise source.unreadable(str(error)) from error
        return "Excel workbook", [_table(name, rows, source) for name, rows in sheets.items()]
    if sample.is_parquet:
        return "Parquet", [_parquet(part, sample)]
    if sample.binary:
        raise source.unreadable("it is neither text, a map file, an Excel workbook nor a Parquet file")
    form = "CSV" if sample.delimiter == "," else "delimited text"
    return form, [_table(None, sample.rows[: SAMPLED_ROWS + HEADINGS_WITHIN], source)]


def _parquet(part: Source, sample: Sample) -> dict[str, Any]:
    table = read_columns(part, sample.parquet_columns[:MOST_TEXT_COLUMNS], SpatialLimits())
    values: Columns = {name: table.column(name)[:SAMPLED_ROWS].to_pylist() for name in table.schema.names}
    _refuse_people(part, values)
    return _rows(None, values, table.num_rows)


def _table(name: str | None, rows: list[list[str]], source: Source) -> dict[str, Any]:
    at = _heading(rows)
    header = rows[at] if rows else []
    body = [row for row in rows[at + 1 :] if any(row)]
    values: dict[str, list[str | None]] = {}
    for place, heading in enumerate(header):
        if heading and heading not in values:
            values[heading] = [(row[place] or None) if place < len(row) else None for row in body]
    _refuse_people(source, values)
    return _rows(name, values, None)


def _heading(rows: list[list[str]]) -> int:
    """The first of the rows that fill the most cells with words: titles above fill few, figures below are no words."""
    words = [sum(1 for cell in row if cell and not cell.replace(".", "").isdigit()) for row in rows[:HEADINGS_WITHIN]]
    return words.index(max(words)) if words else 0


def _rows(name: str | None, values: Columns, rows: int | None) -> dict[str, Any]:
    return {
        "name": name,
        "geometry_type": None,
        "features": rows,
        "crs": None,
        "columns": _columns(values),
        "values": values,
    }


def _columns(values: Columns) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "samples": list(dict.fromkeys(value for value in some if value))[:SAMPLES],
            "blank": sum(1 for value in some if not value),
            "looked_at": len(some),
        }
        for name, some in values.items()
    ]


def _mapping(kind: Kind, values: Columns, known: Sequence[KnownAreas]) -> dict[str, dict[str, Any]]:
    return {field: asdict(found) for field, found in guess(kind, values, known).items()}


def _of_areas(values: Columns) -> bool:
    found = area_column(values)
    return found is not None and found[1] == "LSOAs"


def _layer(
    layers: list[dict[str, Any]], kind: Kind | None, missing: list[dict[str, str]], *, spatial: bool
) -> dict[str, Any] | None:
    """The layer that will be read; None, with a question, where several could be meant."""
    able = [layer for layer in layers if not spatial or _may_be_polygons(layer["geometry_type"])] or layers
    if len(able) > 1 and not spatial and kind is not None:
        groups = NEEDED.get(kind, ())
        able = [s for s in able if all(any(field in s["mapping"] for field in group) for group in groups)] or able
        if kind not in NEEDED:  # readers of official workbooks know their sheets by their headings
            return able[0]
    if len(able) == 1:
        return able[0]
    if len(able) > 1:
        names = ", ".join(f"“{layer['name']}”" for layer in able[:20])
        missing.append({"field": "layer", "message": f"Which layer is meant? There are {names}."})
    return None


def _may_be_polygons(kind: str | None) -> bool:
    return kind is not None and any(word in kind for word in ("Polygon", "Surface", "Collection", "Unknown"))


def _ask(kind: Kind | None, layer: dict[str, Any] | None, missing: list[dict[str, str]], *, spatial: bool) -> None:
    if kind is None:
        missing.append({"field": "kind", "message": "What is this file? Its content does not tell."})
    if layer is None:
        return
    if spatial and layer["crs"] is None:
        said = "Which coordinate system are the outlines in? The file does not say, and it is not guessed."
        missing.append({"field": "crs", "message": said})
    for group in NEEDED.get(kind, ()) if kind is not None else ():
        if not any(field in layer["mapping"] for field in group):
            words = " or the ".join(FIELDS[kind][field] for field in group) if kind is not None else ""
            missing.append({"field": f"mapping.{group[0]}", "message": f"Which column holds the {words}?"})


def chosen_mapping(inspected: dict[str, Any], layer: str | None, kind: str | None) -> dict[str, str]:
    """The columns guessed by their values, which a reader would not find on its own, for the layer that is read."""
    if kind != inspected["kind"]:
        return {}
    name = layer if layer is not None else inspected["layer"]
    for each in inspected["layers"]:
        if each["name"] == name:
            guessed = {field: Guess(**found) for field, found in each["mapping"].items()}
            return {field: found.column for field, found in guessed.items() if found.by == "values"}
    return {}
