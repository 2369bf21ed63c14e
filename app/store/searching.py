"""Filters over published features as SQL, the same on both databases.

Values are always bound, property names come from the collection's own fields. What shapes do to each other is found
by the four box columns first and by shapely after that, so that no answer depends on the database.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from sqlalchemy import (
    ColumnElement,
    Double,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.domain import filters
from app.domain.filters import AllOf, AnyOf, Filter, Operator, Relation
from app.domain.publication import Cursor, Field, FieldKind, Order, Scalar
from app.store.feature_tables import PublishedFeature
from app.store.frames import table_of

Clause = ColumnElement[bool]
COLUMNS = table_of(PublishedFeature).columns

_PREDICATES: dict[Relation, Callable[[Any, Any], Any]] = {
    Relation.INTERSECTS: shapely.intersects,
    Relation.WITHIN: shapely.within,
    Relation.CONTAINS: shapely.contains,
    Relation.EQUALS: shapely.equals,
    Relation.TOUCHES: shapely.touches,
    Relation.CROSSES: shapely.crosses,
    Relation.OVERLAPS: shapely.overlaps,
}


class Search:
    """Turns filters into clauses for the features of one collection."""

    def __init__(self, session: Session, key: str) -> None:
        self._session = session
        self._key = key
        self._on_postgresql = session.get_bind().dialect.name == "postgresql"

    def clause(self, found: Filter) -> Clause:
        """The filter as SQL."""
        match found:
            case AllOf(parts):
                return and_(true(), *map(self.clause, parts))
            case AnyOf(parts):
                return or_(false(), *map(self.clause, parts))
            case filters.Not(part):
                return not_(self.clause(part))
            case filters.Always(truth):
                return true() if truth else false()
            case filters.IsNull(field):
                return (COLUMNS["minx"] if field is None else self.value(field)).is_(None)
            case filters.During(first, last):
                began = [] if last is None else [or_(COLUMNS["starts"].is_(None), COLUMNS["starts"] <= last)]
                not_over = [] if first is None else [or_(COLUMNS["ends"].is_(None), COLUMNS["ends"] >= first)]
                return and_(true(), *began, *not_over)
            case filters.Spatial(relation, shape):
                return self._related(relation, shape)
            case _:
                return self._about_values(found)

    def narrowed(self, found: Filter) -> list[Clause]:
        """What the filter asks for besides its clause so that PostgreSQL finds texts by their index, not row by row."""
        if not self._on_postgresql:
            return []
        parts = found.parts if isinstance(found, AllOf) else (found,)
        texts = [held for held in map(_plain_text, parts) if held is not None]
        return [type_coerce(COLUMNS["properties"], JSONB).contains(held) for held in texts]

    def value(self, field: Field) -> ColumnElement[Any]:
        """A property as a value of its kind; text compares byte by byte."""
        stored: Any = COLUMNS["properties"][field.name]
        if field.kind.is_numeric:
            return cast(stored.as_string(), Double) if self._on_postgresql else _column(stored.as_float())
        if field.kind is FieldKind.FLAG:
            return _column(stored.as_boolean())
        text = stored.as_string()
        return _column(text.collate("C") if self._on_postgresql else text)

    def ordering(self, orders: tuple[Order, ...], backwards: bool) -> list[ColumnElement[Any]]:
        """What to sort by: the orders, then the position; features without a value last (backwards: first)."""
        terms: list[ColumnElement[Any]] = []
        for order, value in zip(orders, self.sort_values(orders), strict=True):
            falling = order.descending is not backwards
            term = value.desc() if falling else value.asc()
            terms.append(term.nulls_first() if backwards else term.nulls_last())
        position = COLUMNS["position"]
        return [*terms, position.desc() if backwards else position.asc()]

    def sort_values(self, orders: tuple[Order, ...]) -> list[ColumnElement[Any]]:
        """What is compared when sorting: the values themselves, of what is true or false 1 or 0."""
        return [self._sort_value(order.field) for order in orders]

    def _sort_value(self, field: Field) -> ColumnElement[Any]:
        value = self.value(field)
        return case((value.is_(true()), 1), (value.is_(false()), 0)) if field.kind is FieldKind.FLAG else value

    def beyond(self, orders: tuple[Order, ...], cursor: Cursor) -> Clause:
        """What comes after the cursor in the order, or before it when it looks backwards."""
        position = COLUMNS["position"]
        within: Clause = position < cursor.position if cursor.backwards else position > cursor.position
        for order, column, value in reversed(list(zip(orders, self.sort_values(orders), cursor.values, strict=True))):
            past, same = _past(column, value, order.descending, cursor.backwards)
            within = or_(past, and_(same, within))
        return within

    def _about_values(self, found: Filter) -> Clause:
        match found:
            case filters.Compare(operator, left, right):
                return _compared(operator, self._operand(left), self._operand(right))
            case filters.Between(what, low, high):
                return _column(self._operand(what).between(self._operand(low), self._operand(high)))
            case filters.Among(what, values):
                return _column(self._operand(what).in_(values))
            case filters.Like(what, pattern):
                return self._like(self._operand(what), pattern)
        raise TypeError(f"no filter: {found!r}")

    def _operand(self, operand: filters.Operand) -> ColumnElement[Any]:
        if isinstance(operand, filters.Literal):
            return literal(operand.value)
        value = self.value(operand.field)
        return _column(func.lower(value)) if operand.fold else value

    def _like(self, value: ColumnElement[Any], pattern: str) -> Clause:
        """SQLite's LIKE does not tell capitals from small letters; its GLOB does."""
        if self._on_postgresql:
            return _column(value.like(pattern, escape="\\"))
        return _column(value.op("GLOB", is_comparison=True)(_glob(pattern)))

    def _related(self, relation: Relation, shape: shapely.Geometry) -> Clause:
        if relation is Relation.DISJOINT:
            return not_(self._related(Relation.INTERSECTS, shape))
        positions = self._positions(relation, shape)
        meets = COLUMNS["position"].in_(bindparam(None, positions, expanding=True, literal_execute=True))
        # A feature without a shape is in no relation, and in no negated one either.
        return _column(case((COLUMNS["minx"].is_(None), null()), else_=meets) if positions else self._no_shape())

    def _no_shape(self) -> Any:
        return case((COLUMNS["minx"].is_(None), null()), else_=false())

    def _positions(self, relation: Relation, shape: shapely.Geometry) -> list[int]:
        """Positions of the features in a relation to a shape; shapes are read only where their box cannot tell."""
        if shape.is_empty:
            return []
        west, south, east, north = shape.bounds
        box = [COLUMNS[side] for side in ("minx", "miny", "maxx", "maxy")]
        near = (
            COLUMNS["collection_key"] == self._key,
            box[0] <= east,
            box[2] >= west,
            box[1] <= north,
            box[3] >= south,
        )
        rows = self._session.execute(select(COLUMNS["position"], *box).where(*near).order_by(COLUMNS["position"])).all()
        if not rows:
            return []
        found = np.array([row[0] for row in rows], dtype=np.int64)
        shapely.prepare(shape)
        told: set[int] = set()
        if relation is Relation.INTERSECTS:
            boxes = shapely.box(*np.array([tuple(row[1:]) for row in rows], dtype=np.float64).T)
            told = set(found[shapely.contains(shape, boxes)].tolist())
        unsure = [int(position) for position in found if int(position) not in told]
        if unsure:
            wanted = COLUMNS["position"].in_(bindparam(None, unsure, expanding=True, literal_execute=True))
            shapes = self._session.execute(
                select(COLUMNS["position"], COLUMNS["geometry"]).where(COLUMNS["collection_key"] == self._key, wanted)
            ).all()
            meets = _PREDICATES[relation](np.array([row[1] for row in shapes], dtype=object), shape)
            told |= {row[0] for row, meeting in zip(shapes, np.atleast_1d(meets), strict=True) if meeting}
        return sorted(told)


def _compared(operator: Operator, left: ColumnElement[Any], right: ColumnElement[Any]) -> Clause:
    return {
        Operator.EQUAL: lambda: left == right,
        Operator.NOT_EQUAL: lambda: left != right,
        Operator.LESS: lambda: left < right,
        Operator.LESS_OR_EQUAL: lambda: left <= right,
        Operator.GREATER: lambda: left > right,
        Operator.GREATER_OR_EQUAL: lambda: left >= right,
    }[operator]()


def _past(column: ColumnElement[Any], value: Scalar, descending: bool, backwards: bool) -> tuple[Clause, Clause]:
    """Strictly past a value in the order (without a value last), and equal to it."""
    if value is None:
        return (column.is_not(None) if backwards else false()), column.is_(None)
    past: Clause = column < value if descending is not backwards else column > value
    return (past if backwards else or_(past, column.is_(None))), column == value


def _glob(pattern: str) -> str:
    """A LIKE pattern as one of GLOB, whose own signs are put in brackets."""
    made, escaped = [], False
    for letter in pattern:
        if not escaped and letter == "\\":
            escaped = True
            continue
        if not escaped and letter in "%_":
            made.append("*" if letter == "%" else "?")
        else:
            made.append(f"[{letter}]" if letter in "*?[" else letter)
        escaped = False
    return "".join(made)


def _column(expression: Any) -> ColumnElement[Any]:
    """SQLAlchemy's own expression, whatever its typing says of it."""
    kept: ColumnElement[Any] = expression
    return kept


def _plain_text(part: Filter) -> dict[str, str] | None:
    """The property and its text where a part of a filter says that a text property is just that."""
    match part:
        case filters.Compare(Operator.EQUAL, filters.Property(field, fold=False), filters.Literal(str(text))):
            return {field.name: text} if field.kind is FieldKind.TEXT else None
    return None
