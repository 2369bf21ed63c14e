"""Filters as people write them (CQL2, OGC 21-065r2) into filters as the store runs them.

The grammar is the ``cql2`` library's. What it takes is bounded before: it recurses without end, so a filter of a few
thousand brackets or signs would end the process. Only the collection's own properties may be named, and every value
must be of its property's kind.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import cql2
import shapely
import shapely.geometry

from app.domain import filters
from app.domain.filters import AllOf, AnyOf, Filter, Operand, Operator, Relation
from app.domain.publication import Collection, Field, FieldKind
from app.services.filter_values import fitting, folded, holds, plain_value, refuse, value_of
from app.services.publishing.boxes import box_shape
from app.services.publishing.crs import Crs, to_grid

LONGEST = 8_000
DEEPEST = {"cql2-text": 24, "cql2-json": 64}
MOST_PARTS = 1_000
GEOMETRY = "geometry"

_RUNS = re.compile(r"(?:-\s*){9}|(?:\bNOT\b[\s(]*){25}", re.IGNORECASE)
_OPERATORS = {str(operator): operator for operator in Operator}
_RELATIONS = {f"s_{relation}": relation for relation in Relation}
_CONVERSE = {Relation.WITHIN: Relation.CONTAINS, Relation.CONTAINS: Relation.WITHIN}
_REACHING = (Relation.INTERSECTS, Relation.DISJOINT, Relation.WITHIN)

Node = Any


def cql2_filter(text: str, language: str, collection: Collection, crs: Crs) -> Filter:
    """A filter in ``cql2-text`` or ``cql2-json``; ``crs`` is that of the shapes in it.

    Raises ``Problem``: too long, too deep, not CQL2, a property there is none of, a value that does not fit.
    """
    _bounded(text, language)
    try:
        parsed = cql2.parse_text(text) if language == "cql2-text" else cql2.parse_json(text)
        node = parsed.to_json()
    except (cql2.ParseError, cql2.ValidationError, ValueError) as error:
        where = " ".join(str(error).split())[:200]
        refuse(
            f"It cannot be read as {language}: {where}.", "Check quotes, brackets and operators; see the user guide."
        )
    return _Reading(collection, crs).condition(node, 0)


def _bounded(text: str, language: str) -> None:
    if len(text) > LONGEST:
        refuse(
            f"It has {len(text):,} characters; at most {LONGEST:,} are read.",
            "Shorten it, for instance by giving fewer points of a polygon.",
        )
    depth = deepest = 0
    for letter in text:
        if letter in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in ")]}":
            depth -= 1
    if deepest > DEEPEST[language] or _RUNS.search(text):
        refuse(
            f"It is nested too deeply: at most {DEEPEST[language]} brackets, 8 signs or 24 times NOT may follow inside "
            "each other.",
            "Write it flatter, for instance with IN instead of many ORs.",
        )
    if "\x00" in text or "\\u0000" in text:
        refuse("It holds a character that no text may hold.", "Leave it out.")


class _Reading:
    """Reads one parsed filter for one collection."""

    def __init__(self, collection: Collection, crs: Crs) -> None:
        self._collection = collection
        self._crs = crs
        self._parts = 0

    def condition(self, node: Node, depth: int) -> Filter:
        """Something that is true or false."""
        self._count(depth)
        if isinstance(node, bool):
            return filters.Always(node)
        if isinstance(node, dict) and "property" in node:
            field = self._field(node["property"])
            if field.kind is not FieldKind.FLAG:
                refuse(f"{field.name} is not true or false by itself.", "Compare it with a value.")
            return filters.Compare(Operator.EQUAL, filters.Property(field), filters.Literal(True))
        if not isinstance(node, dict) or not isinstance(node.get("op"), str) or not isinstance(node.get("args"), list):
            refuse("A condition was expected, such as patients > 1000.", "Compare a property with a value.")
        name, args = node["op"].lower(), node["args"]
        if name in ("and", "or"):
            parts = tuple(self.condition(part, depth + 1) for part in self._flat(name, args))
            return AllOf(parts) if name == "and" else AnyOf(parts)
        reading: dict[str, Callable[[list[Node], int], Filter]] = {
            "not": lambda a, d: filters.Not(self.condition(_only(a, 1, "NOT")[0], d + 1)),
            "isnull": lambda a, _d: filters.IsNull(self._named(_only(a, 1, "IS NULL")[0])),
            "like": lambda a, _d: self._like(_only(a, 2, "LIKE")),
            "between": lambda a, _d: self._between(_only(a, 3, "BETWEEN")),
            "in": lambda a, _d: self._among(_only(a, 2, "IN")),
        }
        if name in reading:
            return reading[name](args, depth)
        if name in _OPERATORS:
            return self._compared(_OPERATORS[name], _only(args, 2, name))
        if name in _RELATIONS:
            return self._spatial(_RELATIONS[name], _only(args, 2, name))
        return refuse(
            f"“{node['op'][:40]}” is not offered here.",
            "Offered: comparisons, AND, OR, NOT, IS NULL, LIKE, BETWEEN, IN, CASEI, and S_INTERSECTS and its like.",
        )

    def _flat(self, name: str, args: list[Node]) -> list[Node]:
        """The parts of a chain of ANDs (or ORs), which the parser nests to the left."""
        parts: list[Node] = []
        waiting = list(reversed(args))
        while waiting:
            node = waiting.pop()
            if isinstance(node, dict) and node.get("op") == name and isinstance(node.get("args"), list):
                waiting.extend(reversed(node["args"]))
            else:
                parts.append(node)
            self._count(0)
        return parts

    def _count(self, depth: int) -> None:
        self._parts += 1
        if depth > max(DEEPEST.values()) or self._parts > MOST_PARTS:
            refuse(f"It has more than {MOST_PARTS:,} parts, or they are nested too deeply.", "Write a simpler filter.")

    def _field(self, name: Node) -> Field:
        found = self._collection.field(name) if isinstance(name, str) else None
        if found is None:
            known = ", ".join(field.name for field in self._collection.fields)
            refuse(f"{self._collection.id} has no property “{str(name)[:60]}”.", f"It has: {known}.")
        return found

    def _named(self, node: Node) -> Field | None:
        """A property; ``None`` for the geometry."""
        if not isinstance(node, dict) or "property" not in node:
            refuse("IS NULL asks about a property.", "Write it like pcn_code IS NULL.")
        return None if node["property"] == GEOMETRY else self._field(node["property"])

    def _operand(self, node: Node) -> tuple[Operand, FieldKind | None]:
        """A property or a value; the kind of a property, ``None`` for a value whose kind the other side decides."""
        if isinstance(node, dict) and "property" in node:
            field = self._field(node["property"])
            return filters.Property(field), field.kind
        if isinstance(node, dict) and str(node.get("op")).lower() == "casei":
            operand, kind = self._operand(_only(node.get("args"), 1, "CASEI")[0])
            if kind not in (None, FieldKind.TEXT) or (kind is None and not isinstance(value_of(operand), str)):
                refuse("CASEI takes text.", "Leave it out around numbers and dates.")
            if isinstance(operand, filters.Property):
                return filters.Property(operand.field, fold=True), kind
            return filters.Literal(folded(str(operand.value))), kind
        return filters.Literal(plain_value(node)), None

    def _pair(self, left: Node, right: Node) -> tuple[Operand, Operand]:
        """Two operands of one kind."""
        (one, kind), (other, second) = self._operand(left), self._operand(right)
        if kind is not None and second is not None:
            if kind is not second and not (kind.is_numeric and second.is_numeric):
                refuse(f"A {kind} cannot be compared with a {second}.", "Compare properties of one kind.")
            return one, other
        if kind is not None:
            return one, fitting(other, kind, one)
        if second is not None:
            return fitting(one, second, other), other
        if isinstance(value_of(one), str) is not isinstance(value_of(other), str):
            refuse("Text cannot be compared with a number.", "Compare a property with a value of its kind.")
        return one, other

    def _compared(self, operator: Operator, args: list[Node]) -> Filter:
        left, right = self._pair(*args)
        if isinstance(left, filters.Literal) and isinstance(right, filters.Literal):
            return filters.Always(holds(operator, left.value, right.value))
        flags = [o for o in (left, right) if isinstance(o, filters.Property) and o.field.kind is FieldKind.FLAG]
        if flags and operator not in (Operator.EQUAL, Operator.NOT_EQUAL):
            refuse("What is true or false has no order.", "Use = or <>.")
        return filters.Compare(operator, left, right)

    def _like(self, args: list[Node]) -> Filter:
        what, kind = self._operand(args[0])
        pattern, no_kind = self._operand(args[1])
        if kind is not FieldKind.TEXT or no_kind is not None or not isinstance(value_of(pattern), str):
            refuse("LIKE compares text with a pattern.", "Write it like name LIKE 'Lewisham%'.")
        return filters.Like(what, str(value_of(pattern)))

    def _between(self, args: list[Node]) -> Filter:
        what, low = self._pair(args[0], args[1])
        _, high = self._pair(args[0], args[2])
        if not isinstance(what, filters.Property):
            refuse("BETWEEN asks about a property.", "Write it like patients BETWEEN 1000 AND 2000.")
        return filters.Between(what, low, high)

    def _among(self, args: list[Node]) -> Filter:
        what, kind = self._operand(args[0])
        if kind is None or not isinstance(args[1], list):
            refuse("IN asks whether a property is one of a list of values.", "Write it like code IN ('A', 'B').")
        values = []
        for node in args[1]:
            self._count(0)
            operand, of_property = self._operand(node)
            if of_property is not None:
                refuse("A list after IN holds values only.", "Write it like code IN ('A', 'B').")
            values.append(value_of(fitting(operand, kind, what)))
        return filters.Among(what, tuple(values))

    def _spatial(self, relation: Relation, args: list[Node]) -> Filter:
        names = [isinstance(a, dict) and a.get("property") == GEOMETRY for a in args]
        if names.count(True) != 1:
            refuse("A spatial condition has the geometry on one side.", "Write it like S_INTERSECTS(geometry, ...).")
        shape, whole = to_grid(self._shape(args[1 if names[0] else 0]), self._crs)
        if names[1]:
            relation = _CONVERSE.get(relation, relation)
        if not whole and relation not in _REACHING:
            refuse("The shape reaches outside Great Britain.", "Give one within, or ask with S_INTERSECTS or S_WITHIN.")
        return filters.Spatial(relation, shape)

    def _shape(self, node: Node) -> shapely.Geometry:
        try:
            if isinstance(node, dict) and "bbox" in node:
                return box_shape([float(number) for number in node["bbox"]], self._crs, "filter")
            shape = shapely.geometry.shape(node)
        except (TypeError, ValueError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError):
            refuse("The shape cannot be read.", "Give it as WKT, such as POINT(-0.1 51.5), or BBOX(w, s, e, n).")
        if shape.is_empty or not shape.is_valid or not math.isfinite(sum(shape.bounds)):
            refuse("The shape is empty or crosses itself.", "Give a simple polygon, line or point.")
        across, along = (90, 180) if self._crs.swapped else (180, 90)
        west, south, east, north = shape.bounds
        if self._crs.is_degrees and not (-across <= west <= east <= across and -along <= south <= north <= along):
            refuse(
                "The shape lies outside the earth's longitudes or latitudes.",
                "Give degrees in the order of the coordinate system, or name another with filter-crs.",
            )
        return shape


def _only(args: Any, number: int, name: str) -> list[Node]:
    if not isinstance(args, list) or len(args) != number:
        refuse(f"{name} takes {number} {'part' if number == 1 else 'parts'}.", "Check the filter.")
    return args
