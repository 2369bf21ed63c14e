"""What is published: a collection of features under a key, made once and never changed.

A collection has a stable id (``alignment-pcns-proposal-a-v1``); its content stands under a key, a hash of everything
it was made from. New data makes new content under a new key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import shapely

Box = tuple[float, float, float, float]
"""west, south, east, north."""


class FieldKind(StrEnum):
    """The types a property may have; each is the same on both databases and in every file format."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    FLAG = "flag"
    DATE = "date"  # ISO 8601, as text

    @property
    def is_numeric(self) -> bool:
        return self in (FieldKind.NUMBER, FieldKind.INTEGER)


@dataclass(frozen=True)
class Field:
    """One property of a collection's features. ``name``: lower case, digits and underscores."""

    name: str
    kind: FieldKind
    title: str
    unit: str | None = None


@dataclass(frozen=True)
class Collection:
    """A collection as it is kept. ``extent`` in metres (EPSG:27700), ``bounds`` in degrees (longitude, latitude).

    ``first`` and ``last`` are the earliest start and the latest end of its features; ``None`` is open.
    """

    key: str
    id: str
    title: str
    description: str
    fields: tuple[Field, ...]
    geometry: str  # what its shapes are: "points", "polygons", "any"; "none" where no feature has one
    extent: Box | None
    bounds: Box | None
    first: date | None
    last: date | None
    count: int
    about: dict[str, Any]  # datasets, as_of, attribution, licences, restricted, small_numbers, fictional, warnings
    created_at: datetime

    def field(self, name: str) -> Field | None:
        return next((known for known in self.fields if known.name == name), None)


@dataclass(frozen=True)
class Feature:
    """One feature. ``geojson`` and ``grid`` are the whole feature as GeoJSON text, its coordinates in longitude and
    latitude (7 decimals: a centimetre) and in eastings and northings (3 decimals: a millimetre)."""

    position: int  # 0.. in the order of ids
    id: str
    properties: dict[str, Any]
    shape: shapely.Geometry | None  # EPSG:27700
    geojson: str
    grid: str
    starts: date | None = None  # the first day it is valid, None for unknown
    ends: date | None = None  # the last day


Scalar = str | float | bool | None


@dataclass(frozen=True)
class Order:
    """Sort by a property; features without it come last either way."""

    field: Field
    descending: bool = False


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after (or before) the feature that has these sort values and this position."""

    values: tuple[Scalar, ...]
    position: int
    backwards: bool = False


@dataclass(frozen=True)
class Page:
    """Rows of one page in order, and where the pages beside it begin."""

    rows: list[Any]
    following: Cursor | None
    preceding: Cursor | None


@dataclass(frozen=True)
class Content:
    """What a collection is made of before it is kept: rows with a ``code``, shapes by code (EPSG:27700)."""

    fields: tuple[Field, ...]
    rows: list[dict[str, Any]]
    shapes: dict[str, shapely.Geometry]
    about: dict[str, Any] = field(default_factory=dict)
