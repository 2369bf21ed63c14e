"""Small areas: their boundaries and what is measured about them."""

from __future__ import annotations

from datetime import date
from typing import Literal, overload

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.domain.records import Measure
from app.store.datasets import preferred
from app.store.frames import add_frame, read_frame, read_shapes, table_of
from app.store.tables import Area, AreaMeasure, Dataset

Box = tuple[float, float, float, float]
"""minx, miny, maxx, maxy in metres, EPSG:27700."""


class Areas:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, dataset_id: str, frame: pd.DataFrame) -> None:
        """Keep a frame of areas with their shapes.

        Raises ``Problem``: a code or shape missing, a code twice, or a dataset that is filled already.
        """
        add_frame(self._session, Area, frame, dataset_id=dataset_id)

    @overload
    def of(self, dataset_id: str, geometry: Literal[True] = True) -> gpd.GeoDataFrame: ...

    @overload
    def of(self, dataset_id: str, geometry: Literal[False]) -> pd.DataFrame: ...

    def of(self, dataset_id: str, geometry: bool = True) -> pd.DataFrame:
        """All areas of a dataset by code; without ``geometry`` the shapes are not even read."""
        columns = table_of(Area).columns
        names = Area.FRAME if geometry else Area.FRAME[:-1]
        query = (
            select(*(columns[name] for name in names))
            .where(columns["dataset_id"] == dataset_id)
            .order_by(columns["code"])
        )
        read = read_shapes if geometry else read_frame
        frame: pd.DataFrame = read(self._session, query, Area, names)
        return frame

    def within(self, dataset_id: str, box: Box) -> gpd.GeoDataFrame:
        """Areas that meet a box (touching counts), by code: found by the index, then tested exactly."""
        minx, miny, maxx, maxy = box
        columns = table_of(Area).columns
        meets = and_(columns["minx"] <= maxx, columns["maxx"] >= minx, columns["miny"] <= maxy, columns["maxy"] >= miny)
        query = (
            select(*(columns[name] for name in Area.FRAME))
            .where(columns["dataset_id"] == dataset_id, meets)
            .order_by(columns["code"])
        )
        near = read_shapes(self._session, query, Area, Area.FRAME)
        exact = shapely.intersects(near.geometry.to_numpy(), shapely.box(minx, miny, maxx, maxy))
        return near[exact].reset_index(drop=True)

    def add_measures(self, dataset_id: str, frame: pd.DataFrame) -> None:
        """Keep a frame of area, measure and value. Raises ``Problem`` as ``add`` does."""
        add_frame(self._session, AreaMeasure, frame, dataset_id=dataset_id)

    def measures(self, dataset_id: str) -> pd.DataFrame:
        """All measures of a dataset, by measure and area."""
        columns = table_of(AreaMeasure).columns
        query = (
            select(*(columns[name] for name in AreaMeasure.FRAME))
            .where(columns["dataset_id"] == dataset_id)
            .order_by(columns["measure"], columns["area_code"])
        )
        return read_frame(self._session, query, AreaMeasure, AreaMeasure.FRAME)

    def measure(self, name: str, vintage: str | None, as_of: date | None = None) -> Measure | None:
        """One measure from the dataset of a vintage that ``Datasets.chosen`` would prefer among those that have it.

        ``vintage`` ``None`` takes datasets of any vintage. ``None`` where no dataset has the measure.
        """
        has = select(AreaMeasure.area_code).where(AreaMeasure.dataset_id == Dataset.id, AreaMeasure.measure == name)
        query = select(Dataset.id, Dataset.vintage).where(has.exists())
        if vintage is not None:
            query = query.where(Dataset.vintage == vintage)
        best = self._session.execute(preferred(query, as_of).limit(1)).first()
        if best is None:
            return None
        rows = self._session.execute(
            select(AreaMeasure.area_code, AreaMeasure.value)
            .where(AreaMeasure.dataset_id == best.id, AreaMeasure.measure == name)
            .order_by(AreaMeasure.area_code)
        ).all()
        codes = pd.Index([row.area_code for row in rows], dtype=object, name="area_code")
        values = pd.Series([row.value for row in rows], index=codes, dtype="float64", name=name)
        return Measure(name, best.id, best.vintage, values)
