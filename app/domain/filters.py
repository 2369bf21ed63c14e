"""A filter over features, as plain values: what CQL2, ``bbox``, ``datetime`` and property parameters all become.

Every property named in a filter has been checked against the collection's fields before, and every value against
the property's kind, so whoever runs a filter need not doubt it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import shapely

from app.domain.publication import Field

Value = str | float | bool


class Operator(StrEnum):
    EQUAL = "="
    NOT_EQUAL = "<>"
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="


class Relation(StrEnum):
    """How a feature's shape lies to a given one (OGC Simple Features)."""

    INTERSECTS = "intersects"
    DISJOINT = "disjoint"
    WITHIN = "within"
    CONTAINS = "contains"
    EQUALS = "equals"
    TOUCHES = "touches"
    CROSSES = "crosses"
    OVERLAPS = "overlaps"


@dataclass(frozen=True)
class Property:
    """A property's value; with ``fold`` the letters A to Z count as a to z."""

    field: Field
    fold: bool = False


@dataclass(frozen=True)
class Literal:
    value: Value  # dates as ISO text


Operand = Property | Literal


@dataclass(frozen=True)
class Compare:
    operator: Operator
    left: Operand
    right: Operand


@dataclass(frozen=True)
class Between:
    what: Operand
    low: Operand
    high: Operand


@dataclass(frozen=True)
class Among:
    what: Operand
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Like:
    """``%`` stands for any text, ``_`` for one character, a backslash takes the meaning from the next."""

    what: Operand
    pattern: str


@dataclass(frozen=True)
class IsNull:
    field: Field | None  # None: the geometry


@dataclass(frozen=True)
class Spatial:
    """``shape`` in EPSG:27700. A feature without a shape is in no relation to anything."""

    relation: Relation
    shape: shapely.Geometry


@dataclass(frozen=True)
class During:
    """Valid on any day from ``first`` to ``last``, both included; ``None`` is open."""

    first: date | None
    last: date | None


@dataclass(frozen=True)
class Always:
    truth: bool


@dataclass(frozen=True)
class Not:
    part: Filter


@dataclass(frozen=True)
class AllOf:
    """Every part holds; of no parts, always."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True)
class AnyOf:
    parts: tuple[Filter, ...]


Filter = Compare | Between | Among | Like | IsNull | Spatial | During | Always | Not | AllOf | AnyOf
