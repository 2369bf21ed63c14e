"""Tables as they come, and as data frames where pandas (or geopandas) is installed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coterminous_client.types import Feature, LookupDescription

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


@dataclass(frozen=True)
class Table:
    """A lookup: its rows, its columns in order, what the columns mean, and what it stands on."""

    lookup: LookupDescription
    columns: list[str]
    rows: list[dict[str, Any]]
    stands_on: dict[str, Any]

    def __len__(self) -> int:
        return len(self.rows)

    def to_pandas(self) -> pd.DataFrame:
        """A data frame with the table's columns; hidden numbers are missing. What it stands on is in ``attrs``."""
        frame = frame_of(self.rows, self.columns)
        frame.attrs["stands_on"] = self.stands_on
        return frame


def frame_of(rows: Sequence[Any], columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Any list of rows as a data frame. Raises ``ImportError`` that says what to install."""
    try:
        import pandas as pd  # noqa: PLC0415 - an extra
    except ImportError as error:  # pragma: no cover - depends on what is installed
        raise ImportError("Data frames need pandas: pip install 'coterminous-client[pandas]'") from error
    return pd.DataFrame.from_records(list(rows), columns=None if columns is None else list(columns))


def geoframe_of(features: Iterable[Feature], crs: str = "OGC:CRS84") -> gpd.GeoDataFrame:
    """Features as a geodata frame, its index their ids. Raises ``ImportError`` that says what to install."""
    try:
        import geopandas as gpd  # noqa: PLC0415 - an extra
        from shapely.geometry import shape  # noqa: PLC0415
    except ImportError as error:  # pragma: no cover - depends on what is installed
        raise ImportError("Maps need geopandas: pip install 'coterminous-client[geo]'") from error
    known = list(features)
    shapes = [None if feature["geometry"] is None else shape(feature["geometry"]) for feature in known]
    table = [feature["properties"] for feature in known]
    return gpd.GeoDataFrame(table, geometry=shapes, crs=crs, index=[feature["id"] for feature in known])
