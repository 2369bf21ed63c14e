"""The features that are to be written, read a batch at a time, and as a frame in a coordinate system."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from app.domain.problem import Fault, Problem
from app.domain.publication import Collection, Cursor, Field, FieldKind
from app.services.publishing.asking import Asked
from app.services.publishing.crs import GRID, Crs, placed
from app.services.workspace import Workspace
from app.store.features import Kept

MOST = 250_000
"""Features at most in one download: all output areas of London and the counties around it are fewer."""

BATCH = 1_000

_TYPES = {FieldKind.NUMBER: "float64", FieldKind.INTEGER: "Int64", FieldKind.FLAG: "boolean"}


@dataclass(frozen=True)
class Selection:
    """What to write: the features a question finds, from a place on; ``most`` of them, ``None`` for all."""

    work: Workspace
    collection: Collection
    asked: Asked
    cursor: Cursor | None
    most: int | None
    crs: Crs

    def batches(self, names: Sequence[str]) -> Iterator[list[Kept]]:
        """The features in order. Each batch is a transaction of its own: what is published never changes.

        Raises ``Problem`` (bad input), with the first batch, where there are more than ``MOST``.
        """
        self._bounded()
        left, cursor = MOST if self.most is None else self.most, self.cursor
        while left > 0:
            with self.work.store.read() as unit:
                found = unit.features.search(self.collection, self.asked.where, self.asked.order)
                page = found.page(cursor, min(BATCH, left), names)
            if page.rows:
                yield page.rows
            left -= len(page.rows)
            cursor = page.following
            if cursor is None or (self.cursor is not None and self.cursor.backwards):
                return

    def frame(self) -> gpd.GeoDataFrame:
        """The features as a table: properties by the collection's fields, ``geometry`` in the selection's system.

        In the National Grid shapes are as they are kept, to the bit. East comes first in every system, as the file
        formats have it. Dates are dates, whole numbers Int64, flags boolean, so that nothing missing is made up.
        """
        rows = [row for batch in self.batches(("properties", "geometry")) for row in batch]
        fields = self.collection.fields
        data: dict[str, Any] = {}
        if not any(field.name == "code" for field in fields):
            data["id"] = pd.Series([row.id for row in rows], dtype=object)
        for field in fields:
            data[field.name] = _column(field, [(row.properties or {}).get(field.name) for row in rows])
        shapes = np.array([row.shape for row in rows], dtype=object)
        moved = shapes if self.crs is GRID or not rows else placed(shapes, self.crs)
        return gpd.GeoDataFrame(data, geometry=moved, crs=f"EPSG:{epsg(self.crs)}")

    def _bounded(self) -> None:
        if self.most is not None or self.collection.count <= MOST:
            return
        with self.work.store.read() as unit:
            found = unit.features.search(self.collection, self.asked.where, self.asked.order).count()
        if found > MOST:
            raise Problem(
                Fault.BAD_INPUT,
                "More than one download holds",
                f"{found:,} features match, and a download holds {MOST:,}.",
                remedy="Ask for some of them with bbox or filter, or page with limit.",
            )


def epsg(crs: Crs) -> int:
    """The number a file gives its system; degrees are 4326 there, with longitude first all the same."""
    return 4326 if crs.is_degrees else int(crs.code)


def provenance(collection: Collection) -> dict[str, str]:
    """What a file says of itself, each part as text: the collection, its data, date, attribution and terms."""
    about = collection.about
    said = {
        "title": collection.title,
        "description": collection.description,
        "collection": collection.id,
        "content": collection.key,
        "as_of": about.get("as_of"),
        "datasets": "; ".join(" ".join(_said(record)) for record in about.get("datasets", [])),
        "attribution": _joined(about.get("attribution")),
        "licences": _joined(about.get("licences")),
        "small_numbers": about.get("small_numbers"),
    }
    return {name: str(value) for name, value in said.items() if value}


def file_name(collection: Collection, suffix: str) -> str:
    """Collection (with the plan's version) and the date of its figures, else of the day it was made."""
    day = collection.about.get("as_of") or collection.created_at.date().isoformat()
    return f"{collection.id}-{day}.{suffix}"


def _joined(value: Any) -> str | None:
    return "; ".join(map(str, value)) if isinstance(value, list) else value


def _said(record: Any) -> list[str]:
    if not isinstance(record, dict):
        return [str(record)]
    return [str(record[name]) for name in ("id", "kind", "title", "effective_date") if record.get(name)]


def _column(field: Field, values: list[Any]) -> pd.Series[Any]:
    if field.kind is FieldKind.DATE:
        return pd.Series([None if value is None else date.fromisoformat(value) for value in values], dtype=object)
    return pd.Series(values, dtype=_TYPES.get(field.kind, object))


def has_shapes(frame: gpd.GeoDataFrame) -> bool:
    """Whether any feature has a shape."""
    return bool((shapely.get_type_id(frame.geometry.to_numpy()) >= 0).any())
