"""The documents that describe the service and its collections, as plain JSON values."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from app.api.ogc.answering import Link, address, base, link
from app.api.ogc.forms import JSON, OPENAPI, SCHEMA
from app.domain.publication import Collection, Field, FieldKind
from app.services.publishing.crs import CRS84, KNOWN, STORED
from app.services.publishing.offers import Offer

Document = dict[str, Any]

TITLE = "Coterminous"
DESCRIPTION = (
    "Places, practices, Primary Care Networks, small areas and proposed neighbourhoods, and how they fit: features for "
    "GIS programs and dashboards. Every feature carries its ODS or ONS code, its name, the dates on which it is valid, "
    "and the datasets it stands on."
)
OGL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
GEOJSON = "application/geo+json"
REL = "http://www.opengis.net/def/rel/ogc/1.0/"
"""Names of links as newer parts of the standard write them; older clients look for the short ones."""

CONFORMS_TO = (
    *(f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{c}" for c in ("core", "geojson", "html", "oas30")),
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    *(
        f"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/{c}"
        for c in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    *(
        f"http://www.opengis.net/spec/cql2/1.0/conf/{c}"
        for c in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "property-property",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "spatial-functions",
        )
    ),
    *(
        f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{c}"
        for c in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt")
    ),
)

_TYPES: dict[FieldKind, Document] = {
    FieldKind.TEXT: {"type": "string"},
    FieldKind.NUMBER: {"type": "number"},
    FieldKind.INTEGER: {"type": "integer"},
    FieldKind.FLAG: {"type": "boolean"},
    FieldKind.DATE: {"type": "string", "format": "date"},
}


def both(
    request: Request, *path: str, html: bool, rel: str = "self", title: str, media: str = JSON.media
) -> list[Link]:
    """Links to a document in the form at hand and in the other."""
    as_json = link("alternate" if html else rel, address(request, *path, f="json"), media, f"{title} as JSON")
    as_html = link(rel if html else "alternate", address(request, *path, f="html"), "text/html", f"{title} as a page")
    return [as_html, as_json] if html else [as_json, as_html]


def landing(request: Request, html: bool) -> Document:
    standards, data = address(request, "conformance", f="json"), address(request, "collections", f="json")
    links = [
        *both(request, html=html, title="This document"),
        link("service-desc", address(request, "api", f="json"), OPENAPI.media, "The interface, described in OpenAPI"),
        link("service-doc", address(request, "api", f="html"), "text/html", "The interface, described for people"),
        link("conformance", standards, JSON.media, "Standards it conforms to"),
        link(f"{REL}conformance", standards, JSON.media, "Standards it conforms to"),
        link("data", data, JSON.media, "The collections"),
        link(f"{REL}data", data, JSON.media, "The collections"),
        # Each collection has tiles of its own, and links to them: the one list of them all is that of the collections.
        link(f"{REL}tilesets-vector", data, JSON.media, "The collections, each with its tiles"),
        link("license", OGL, "text/html", "Open Government Licence; collections name their own"),
    ]
    return {"title": TITLE, "description": DESCRIPTION, "links": links}


def conformance(request: Request, html: bool) -> Document:
    return {"conformsTo": list(CONFORMS_TO), "links": both(request, "conformance", html=html, title="This document")}


def collections(request: Request, found: list[tuple[Offer, Collection]], html: bool, every: bool) -> Document:
    """Every collection as it says of itself."""
    links = both(request, "collections", html=html, title="This document")
    if not every:
        links.append(
            link("related", address(request, "collections", versions="all"), JSON.media, "Older versions of plans, too")
        )
    return {
        "links": links,
        "crs": [crs.uri for crs in KNOWN],
        "collections": [collection(request, offer, made, html=False) for offer, made in found],
    }


def collection(request: Request, offer: Offer, made: Collection, html: bool) -> Document:
    """One collection: what it is, where its features are, and what they stand on."""
    own = ("collections", offer.id)
    asks, means = address(request, *own, "queryables"), address(request, *own, "schema")
    links = [
        *both(request, *own, html=html, title="This collection"),
        link("items", address(request, *own, "items"), GEOJSON, "Features as GeoJSON"),
        link("items", address(request, *own, "items", f="html"), "text/html", "Features as a page"),
        link("queryables", asks, SCHEMA.media, "What can be asked"),
        link(f"{REL}queryables", asks, SCHEMA.media, "What can be asked"),
        link("describedby", means, SCHEMA.media, "What each property means"),
        link(f"{REL}schema", means, SCHEMA.media, "What each property means"),
        link(f"{REL}tilesets-vector", address(request, *own, "tiles", f="json"), JSON.media, "Vector tiles"),
        link("style", address(request, *own, "style.json"), JSON.media, "A style for MapLibre, which draws the tiles"),
        link("root", base(request), JSON.media, TITLE),
    ]
    if any("Open Government" in licence for licence in made.about["licences"]):
        links.append(link("license", OGL, "text/html", "Open Government Licence v3.0"))
    said: Document = {
        "id": offer.id,
        "title": offer.title,
        "description": offer.description,
        "itemType": "feature",
        "crs": [crs.uri for crs in KNOWN],
        "storageCrs": STORED.uri,
        "links": links,
    }
    extent: Document = {}
    if made.bounds is not None:
        extent["spatial"] = {"bbox": [list(made.bounds)], "crs": CRS84.uri}
    if made.first is not None or made.last is not None:
        extent["temporal"] = {"interval": [[_start(made.first), _end(made.last)]]}
    if extent:
        said["extent"] = extent
    return {
        **said,
        "numberOfFeatures": made.count,
        "content": made.key,
        **{_camel(name): value for name, value in made.about.items()},
    }


def queryables(request: Request, made: Collection) -> Document:
    """What can be asked of a collection, as JSON Schema."""
    return _schema(request, made, "queryables")


def schema(request: Request, made: Collection) -> Document:
    """What the properties of a collection's features are, as JSON Schema."""
    said = _schema(request, made, "schema")
    said["properties"]["code"] = {**said["properties"]["code"], "x-ogc-role": "id"}
    return said


def _schema(request: Request, made: Collection, name: str) -> Document:
    shape = {"x-ogc-role": "primary-geometry", "format": "geometry-any"}
    properties = {field.name: _property(at, field) for at, field in enumerate(made.fields, start=1)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{base(request)}/collections/{made.id}/{name}",
        "type": "object",
        "title": made.title,
        "description": made.description,
        "properties": {**properties, "geometry": {"title": "Where it is", **shape}},
        "additionalProperties": False,
    }


def _property(at: int, field: Field) -> Document:
    said = {"title": field.title, **_TYPES[field.kind], "x-ogc-propertySeq": at}
    roles = {"valid_from": "primary-interval-start", "valid_to": "primary-interval-end"}
    if field.unit:
        said["x-ogc-unit"] = field.unit
    if field.name in roles:
        said["x-ogc-role"] = roles[field.name]
    return said


def _start(day: Any) -> str | None:
    return None if day is None else f"{day.isoformat()}T00:00:00Z"


def _end(day: Any) -> str | None:
    return None if day is None else f"{day.isoformat()}T23:59:59Z"


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
