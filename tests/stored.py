"""Small frames and records to put into a store, shaped as readers make them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from app.domain.records import DatasetRecord
from app.ingest.reading import COLUMNS
from app.store.unit import Unit

LOADED = datetime(2025, 9, 1, 12, 0, tzinfo=UTC)


def record(id_: str, kind: str = "practices", **said: Any) -> DatasetRecord:
    """A dataset's record; anything not said is plausible."""
    known: dict[str, Any] = {
        "name": f"{id_}.csv",
        "sha256": "ab" * 32,
        "size": 3_604_944,
        "vintage": None,
        "effective_date": None,
        "loaded_at": LOADED,
        "rows_read": 10,
        "rows_kept": 9,
        "report": {"z": 1, "a": {"dropped": {"no code": 1}}, "ñ": [1.5, None]},
    }
    return DatasetRecord(id=id_, kind=kind, **{**known, **said})


def dataset(unit: Unit, id_: str = "d1", kind: str = "practices", **said: Any) -> str:
    """Add a dataset and give its id."""
    assert unit.datasets.add(record(id_, kind, **said))
    return id_


def frame(table: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """Rows of one of the imported frames; columns not given are missing."""
    columns = COLUMNS[table]
    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in columns})


def practices(*codes: str) -> pd.DataFrame:
    return frame("practice", *({"code": code, "name": f"Practice {code}", "status": "active"} for code in codes))


def square(x: float, y: float, side: float = 100.0) -> shapely.Polygon:
    return shapely.box(x, y, x + side, y + side)


def areas(**shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    """Areas by code."""
    made = frame("area", *({"code": code, "name": f"Area {code}", "lad_code": "E09000001"} for code in shapes))
    return gpd.GeoDataFrame(made.assign(geometry=list(shapes.values())), geometry="geometry", crs=27700)


def neighbourhoods(*codes: str, shapes: bool = True) -> pd.DataFrame:
    """Neighbourhoods side by side in two places, or without shapes as a lookup gives them."""
    return frame(
        "neighbourhood",
        *(
            {
                "code": code,
                "name": f"{code} neighbourhood",
                "place": ("Eastham", "Westham")[at % 2],
                "borough": "Eastham",
                "geometry": square(100.0 * at, 0.0) if shapes else None,
            }
            for at, code in enumerate(codes)
        ),
    )


def assignments(*pairs: tuple[str, str], start: date | None = None) -> pd.DataFrame:
    """(neighbourhood, area) pairs as a list of LSOAs gives them."""
    return frame(
        "neighbourhood_area",
        *(
            {"neighbourhood_code": code, "unit": "lsoa", "area_code": area, "start": start, "end": None}
            for code, area in pairs
        ),
    )
