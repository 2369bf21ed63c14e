"""Between data frames and rows: every frame is written and read through here, in bulk.

What comes out has the same types on both databases: text and dates are objects with ``None`` where missing, counts
are nullable integers (``Int64``), measures and coordinates are ``float64``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NoReturn, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import shapely
from sqlalchemy import Float, Integer, Select, Table, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.problem import Fault, Finding, Problem
from app.store.shape import BRITISH_NATIONAL_GRID, Shape
from app.store.tables import BOX, Framed

Value = TypeVar("Value")
SHOWN = 20


def add_frame(session: Session, model: type[Framed], frame: pd.DataFrame, **own: object) -> None:
    """Insert a frame whose columns are ``model.FRAME``; ``own`` gives the store's own columns, the same in every row.

    Raises ``Problem``: a row without a value it needs, a key that occurs twice, rows that are there already.
    """
    if tuple(frame.columns) != model.FRAME:
        raise ValueError(f"{model.__tablename__} needs the columns {list(model.FRAME)}, not {list(frame.columns)}")
    if frame.empty:
        return
    table = table_of(model)
    columns: dict[str, list[Any]] = {name: [value] * len(frame) for name, value in own.items()}
    if "position" in table.columns:
        columns["position"] = list(range(len(frame)))
    columns |= {name: _values(frame[name], table.columns[name].type) for name in model.FRAME}
    _refuse_missing(table, columns)
    _refuse_repeated(table, columns)
    if "geometry" in columns:
        columns |= _boxes(columns["geometry"])
    _insert(session, table, columns)


def read_frame(session: Session, query: Select[Any], model: type[Framed], names: Iterable[str]) -> pd.DataFrame:
    """The rows of a query as a frame; ``names`` are columns of the model in the query's order."""
    kept = list(names)
    rows = session.connection().execute(query).all()
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(kept)
    table = table_of(model)
    data = {name: _series(values, table.columns[name].type) for name, values in zip(kept, columns, strict=True)}
    return pd.DataFrame(data, columns=pd.Index(kept, dtype=object))


def read_shapes(session: Session, query: Select[Any], model: type[Framed], names: Iterable[str]) -> gpd.GeoDataFrame:
    """Like ``read_frame``, with the column ``geometry`` as shapes in EPSG:27700."""
    return gpd.GeoDataFrame(read_frame(session, query, model, names), geometry="geometry", crs=BRITISH_NATIONAL_GRID)


def table_of(model: type[Any]) -> Table:
    table: Table = model.__table__
    return table


def box_of(shape: shapely.Geometry | None) -> dict[str, float | None]:
    """The four bounding-box columns of one shape."""
    bounds: list[float | None] = [None] * 4 if shape is None or shape.is_empty else list(shape.bounds)
    return dict(zip(BOX, bounds, strict=True))


def batches(values: Iterable[Value], size: int) -> Iterator[list[Value]]:
    batch: list[Value] = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _values(series: pd.Series[Any], kind: Any) -> list[Any]:
    """A column as plain Python values, ``None`` where missing."""
    if isinstance(kind, Shape):
        return [None if missing else shape for shape, missing in zip(series, series.isna(), strict=True)]
    if series.dtype == object:
        series = series.where(series.notna(), None)  # pd.NA and pd.NaT are no numbers
    if isinstance(kind, Integer):
        series = series.astype("Int64")
    elif isinstance(kind, Float):
        series = series.astype("float64")
    elif pd.api.types.is_datetime64_any_dtype(series):
        series = series.dt.date
    plain = series.astype(object)
    return plain.where(series.notna(), None).tolist()


def _series(values: tuple[Any, ...], kind: Any) -> pd.Series[Any]:
    if isinstance(kind, Integer):
        return pd.Series(values, dtype="Int64")
    if isinstance(kind, Float):
        return pd.Series(np.array(values, dtype=np.float64))
    kept = np.empty(len(values), dtype=object)
    kept[:] = values
    return pd.Series(kept, dtype=object)


def _boxes(shapes: list[shapely.Geometry | None]) -> dict[str, list[float | None]]:
    bounds = shapely.bounds(np.array(shapes, dtype=object))
    return {
        side: [None if np.isnan(value) else value for value in bounds[:, at].tolist()] for at, side in enumerate(BOX)
    }


def _insert(session: Session, table: Table, columns: dict[str, list[Any]]) -> None:
    connection = session.connection()
    try:
        if connection.dialect.name == "postgresql":
            _copy(session, table, columns)
        else:
            names = list(columns)
            rows = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
            connection.execute(insert(table), rows)
    except (IntegrityError, psycopg.IntegrityError) as error:
        raise _not_kept(table, error) from error


def _copy(session: Session, table: Table, columns: dict[str, list[Any]]) -> None:
    """PostgreSQL's COPY takes a row in a tenth of the time of an INSERT."""
    for name, values in columns.items():
        kind = table.columns[name].type
        if isinstance(kind, Shape):
            columns[name] = [kind.ewkb(shape) for shape in values]
    quote = session.connection().dialect.identifier_preparer.quote
    target = f"{quote(table.name)} ({', '.join(map(quote, columns))})"
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("PostgreSQL is reached through psycopg")
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in zip(*columns.values(), strict=True):
            copy.write_row(row)


def _refuse_missing(table: Table, columns: dict[str, list[Any]]) -> None:
    findings = [
        Finding("missing-value", f"{name} is missing.", row=row, field=name)
        for name, values in columns.items()
        if not table.columns[name].nullable and None in values
        for row, value in enumerate(values, start=1)
        if value is None
    ]
    if findings:
        raise Problem(
            Fault.BAD_INPUT,
            f"A {_noun(table)} lacks what it needs",
            f"{len(findings):,} values are missing; rows are counted among those that were read.",
            remedy="Complete the rows, or leave them out of the file.",
            findings=findings[:SHOWN],
        )


def _refuse_repeated(table: Table, columns: dict[str, list[Any]]) -> None:
    names = [column.name for column in table.primary_key]
    seen: dict[tuple[Any, ...], int] = {}
    findings: list[Finding] = []
    for row, key in enumerate(zip(*(columns[name] for name in names), strict=True), start=1):
        first = seen.setdefault(key, row)
        if first != row:
            said = " ".join(str(value) for value in key[1:])
            findings.append(
                Finding("repeated-key", f"{said} stands in row {first} already.", row=row, field=names[-1], value=said)
            )
    if findings:
        raise Problem(
            Fault.BAD_INPUT,
            f"A {_noun(table)} occurs twice",
            f"{len(findings):,} rows repeat the code of an earlier one; rows are counted among those that were read.",
            remedy="Keep one row for each code.",
            findings=findings[:SHOWN],
        )


def _not_kept(table: Table, error: IntegrityError | psycopg.IntegrityError) -> Problem:
    cause = error.orig if isinstance(error, IntegrityError) else error
    reason = str(cause).splitlines()[0]
    return Problem(
        Fault.CONFLICT,
        f"The {_noun(table)} rows do not fit what is kept",
        f"They are there already, or they name something that is not ({reason}).",
        remedy="A dataset is filled once and never changed: load the file again as a whole.",
    )


def not_found(what: str, wanted: str, known: Iterable[str]) -> NoReturn:
    """Raise the ``Problem`` that says what was looked for and what there is."""
    names = list(known)
    listed = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
    raise Problem(
        Fault.NOT_FOUND,
        f"No such {what}",
        f"There is no {what} {wanted!r}.",
        remedy=f"Known: {listed}." if names else f"No {what} has been loaded yet.",
    )


def _noun(table: Table) -> str:
    return table.name.replace("_", " ")
