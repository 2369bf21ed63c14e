"""The interface in OpenAPI 3.0.3, written for what clients of OGC API - Features look for in it."""

from __future__ import annotations

from fastapi import Request

from app.api.ogc.answering import base
from app.api.ogc.documents import DESCRIPTION, TITLE
from app.api.ogc.forms import OPENAPI, SCHEMA
from app.api.ogc.items import FORMS
from app.api.ogc.openapi_parts import PAGE, Document, operation, path_parameter, query_parameter
from app.api.ogc.openapi_tiles import tile_parameters, tile_paths
from app.services.publishing.asking import DEFAULT, LANGUAGES, LARGEST
from app.services.publishing.crs import CRS84, KNOWN

PROBLEM = "application/problem+json"
GEOJSON = "application/geo+json"


def openapi(request: Request, collections: list[str]) -> Document:
    """The document; the collections that can be had now stand in it by id."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": f"{TITLE}: features",
            "version": "1",
            "description": f"{DESCRIPTION} Any property of a collection is a parameter of its items, too.",
            "license": {
                "name": "Data: as each collection says, mostly the Open Government Licence v3.0",
                "url": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
            },
        },
        "servers": [{"url": base(request)}],
        "tags": [
            {"name": "description", "description": "What there is"},
            {"name": "features", "description": "Features"},
            {"name": "tiles", "description": "Tiles, and how to draw them"},
        ],
        "paths": {**_paths(), **tile_paths()},
        "components": {
            "parameters": {**_parameters(collections), **tile_parameters()},
            "responses": _responses(),
            "schemas": _schemas(),
        },
    }


def _paths() -> Document:
    one = ["collectionId"]
    items = ["limit", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang", "filter-crs", "sortby", "cursor"]
    return {
        "/": operation("landing", "What the service is and where everything is", [], {"application/json": "landing"}),
        "/conformance": operation("conformance", "Standards it conforms to", [], {"application/json": "conformance"}),
        "/api": operation("api", "This description", [], {OPENAPI.media: "any"}),
        "/collections": operation("collections", "The collections", ["versions"], {"application/json": "collections"}),
        "/collections/{collectionId}": operation(
            "collection", "One collection", one, {"application/json": "collection"}, missing=True
        ),
        "/collections/{collectionId}/queryables": operation(
            "queryables", "What can be asked of it", one, {SCHEMA.media: "any"}, missing=True
        ),
        "/collections/{collectionId}/schema": operation(
            "schema", "What its properties mean", one, {SCHEMA.media: "any"}, missing=True
        ),
        "/collections/{collectionId}/items": operation(
            "items",
            "Its features: a page at a time, or all of them as a file",
            one + items,
            {GEOJSON: "featureCollection", **_files()},
            missing=True,
            form="itemsForm",
            tag="features",
        ),
        "/collections/{collectionId}/items/{featureId}": operation(
            "item", "One feature", [*one, "featureId", "crs"], {GEOJSON: "feature"}, missing=True, tag="features"
        ),
    }


def _files() -> dict[str, str]:
    """The media types of the features' forms that are neither GeoJSON nor a page, each with its schema."""
    types = [known.form.media.partition(";")[0] for known in FORMS]
    return {media: "text" if media.startswith("text/") else "file" for media in types if media not in (GEOJSON, PAGE)}


def _parameters(collections: list[str]) -> Document:
    systems = [crs.uri for crs in KNOWN]
    said: Document = {"type": "string"}
    system = {**said, "format": "uri", "enum": systems, "default": CRS84.uri}
    languages = {**said, "enum": list(LANGUAGES), "default": LANGUAGES[0]}
    known = {**said, "enum": collections} if collections else said
    return {
        "collectionId": path_parameter("collectionId", "A collection", known),
        "featureId": path_parameter("featureId", "A feature: its ODS or ONS code", said),
        "f": query_parameter("f", "Form of the answer; else what Accept asks for", {**said, "enum": ["json", "html"]}),
        "itemsForm": query_parameter(
            "f",
            "Form of the answer; else what Accept asks for. Files hold everything asked for unless limit is given: "
            + ", ".join(f"{known.form.name} is {known.form.title}" for known in FORMS),
            {**said, "enum": [known.form.name for known in FORMS]},
        ),
        "token": query_parameter(
            "token", "A key for reading, for programs that cannot send Authorization: Bearer", said
        ),
        "versions": query_parameter(
            "versions", "List the latest version of each plan, or all", {**said, "enum": ["latest", "all"]}
        ),
        "limit": query_parameter(
            "limit",
            f"Features a page; more than {LARGEST:,} are given as {LARGEST:,}",
            {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": DEFAULT},
        ),
        "bbox": query_parameter(
            "bbox",
            "Only features that meet a box: west, south, east, north (with heights six numbers, heights left aside)",
            {
                "type": "array",
                "minItems": 4,
                "maxItems": 6,
                "items": {"type": "number"},
            },
        ),
        "bbox-crs": query_parameter("bbox-crs", "Coordinate system of bbox", system),
        "crs": query_parameter("crs", "Coordinate system of the answer", system),
        "datetime": query_parameter(
            "datetime", "Only features valid on a day or in an interval, such as 2026-04-01/..", said
        ),
        "filter": query_parameter(
            "filter", "A condition in CQL2, such as containment < 0.5 AND patients > 10000", said
        ),
        "filter-lang": query_parameter("filter-lang", "How the filter is written", languages),
        "filter-crs": query_parameter("filter-crs", "Coordinate system of shapes in the filter", system),
        "sortby": query_parameter(
            "sortby",
            "Properties to sort by, each with - for falling: -patients,name",
            {"type": "array", "items": {"type": "string"}, "minItems": 1},
        ),
        "cursor": query_parameter("cursor", "Where a page begins: only as given in the links next and prev", said),
    }


def _responses() -> Document:
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/problem"}}}
    return {
        "badRequest": {"description": "A parameter is unknown or cannot be used", "content": content},
        "unknownKey": {"description": "The key sent is not known", "content": content},
        "notFound": {"description": "There is no such collection or feature", "content": content},
        "unavailable": {"description": "The database does not answer", "content": content},
    }


def _schemas() -> Document:
    text: Document = {"type": "string"}
    links: Document = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}
    geometry: Document = {"type": "object", "nullable": True, "description": "GeoJSON geometry"}
    feature: Document = {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": text,
        "geometry": geometry,
        "properties": {"type": "object"},
        "links": links,
    }
    return {
        "any": {"type": "object"},
        "text": text,
        "file": {"type": "string", "format": "binary"},
        "link": _object({"href": text, "rel": text, "type": text, "title": text}, "href", "rel"),
        "landing": _object({"title": text, "description": text, "links": links}, "links"),
        "conformance": _object({"conformsTo": {"type": "array", "items": text}, "links": links}, "conformsTo"),
        "collection": _object(
            {
                "id": text,
                "title": text,
                "description": text,
                "links": links,
                "extent": {"type": "object"},
                "itemType": text,
                "crs": {"type": "array", "items": text},
                "storageCrs": text,
            },
            "id",
            "links",
        ),
        "collections": _object(
            {
                "links": links,
                "collections": {"type": "array", "items": {"$ref": "#/components/schemas/collection"}},
            },
            "links",
            "collections",
        ),
        "feature": _object(feature, "type", "geometry", "properties"),
        "featureCollection": _object(
            {
                "type": {"type": "string", "enum": ["FeatureCollection"]},
                "features": {"type": "array", "items": {"$ref": "#/components/schemas/feature"}},
                "links": links,
                "numberMatched": {"type": "integer", "minimum": 0},
                "numberReturned": {"type": "integer", "minimum": 0},
            },
            "type",
            "features",
        ),
        "problem": _object(
            {"type": text, "title": text, "status": {"type": "integer"}, "detail": text, "remedy": text},
            "title",
            "status",
        ),
    }


def _object(properties: Document, *required: str) -> Document:
    return {"type": "object", "properties": properties, "required": list(required)}
