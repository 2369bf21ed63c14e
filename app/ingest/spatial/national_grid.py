"""To the British National Grid, behind one function."""

from __future__ import annotations

import warnings
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.transformer import AreaOfInterest, TransformerGroup

CRS84 = "OGC:CRS84"
NATIONAL_GRID = "EPSG:27700"
_GREAT_BRITAIN = AreaOfInterest(
    west_lon_degree=-9.0, south_lat_degree=49.75, east_lon_degree=2.01, north_lat_degree=61.01
)


@lru_cache(maxsize=64)
def is_national_grid(crs: CRS) -> bool:
    return bool(crs.to_epsg(min_confidence=70) == 27700)


def to_national_grid(shapes: NDArray[np.object_], crs: CRS) -> tuple[NDArray[np.object_], float | None]:
    """The shapes in EPSG:27700 and the conversion's accuracy in metres (None where PROJ does not know it).

    Without the grid of OSTN15 PROJ uses a Helmert transformation good to 2 m (EPSG:1314).
    """
    with warnings.catch_warnings():  # that the grid of OSTN15 is missing is told by the accuracy
        warnings.simplefilter("ignore", UserWarning)
        group = TransformerGroup(crs, NATIONAL_GRID, always_xy=True, area_of_interest=_GREAT_BRITAIN)
    if not group.transformers:
        raise ValueError(f"no transformation from {crs.name} to the National Grid")
    transformer = group.transformers[0]
    moved = shapely.transform(shapes, transformer.transform, interleaved=False)
    return moved, transformer.accuracy if transformer.accuracy >= 0 else None
