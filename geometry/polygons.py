"""Polygons by code, checked before anything is computed from them, and work on them in threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]

_POLYGONAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_WORTH_A_THREAD = 50


@dataclass(frozen=True, eq=False)
class Polygons:
    """Valid polygons in ascending order of their codes, coordinates in metres."""

    codes: tuple[str, ...]
    shapes: Geometries

    @classmethod
    def checked(cls, series: gpd.GeoSeries, what: str, *, threads: int = 2, valid: bool = False) -> Polygons:
        """Take polygons from a GeoSeries whose index holds their codes.

        Raises ``ValueError``, naming ``what`` and the codes, for repeated codes, coordinates in degrees,
        a missing or empty shape, a shape that is no polygon, and an invalid polygon. ``valid`` says that the polygons
        were found valid before, so that this, the slowest check, is not made again.
        """
        if series.crs is not None and not series.crs.is_projected:
            raise ValueError(
                f"the {what} are in {series.crs.name}, whose unit is the degree: convert them to the National Grid"
            )
        codes = np.asarray(series.index.astype(str), dtype=object)
        order = np.argsort(codes, kind="stable")
        codes, shapes = codes[order], np.asarray(series.array, dtype=object)[order]
        _refuse(codes[1:][codes[1:] == codes[:-1]], what, "have a code that stands twice", "give each its own code")
        _refuse(codes[shapely.is_missing(shapes) | shapely.is_empty(shapes)], what, "have no shape", "leave them out")
        flat = ~np.isin(shapely.get_type_id(shapes), _POLYGONAL)
        _refuse(codes[flat], what, "are not polygons", "keep the polygons of each shape and nothing else")
        sound = None if valid else in_threads(lambda at: shapely.is_valid(shapes[at]), len(shapes), threads)
        if sound is not None and not sound.all():
            why = shapely.is_valid_reason(shapes[~sound][0])
            _refuse(codes[~sound], what, f"are not valid ({why})", "mend them with shapely.make_valid")
        return cls(tuple(codes), shapes)

    def __len__(self) -> int:
        return len(self.codes)


def in_threads(
    work: Callable[[slice], NDArray[Any]], size: int, threads: int, *, groups: NDArray[np.intp] | None = None
) -> NDArray[Any]:
    """``work`` on stretches of ``range(size)``, joined in order; GEOS releases the interpreter's lock.

    ``groups`` (ascending, one for each item) keeps all items of a group in one thread. Small work stays whole.
    """
    count = min(threads, size // _WORTH_A_THREAD)
    bounds = np.linspace(0, size, count + 1).astype(np.intp) if count > 1 else np.array([0, size])
    if groups is not None and count > 1:
        bounds = np.unique([0, *np.searchsorted(groups, groups[bounds[1:-1]]), size])
    slices = [slice(int(first), int(last)) for first, last in pairwise(bounds)]
    if len(slices) == 1:
        return work(slices[0])
    with ThreadPoolExecutor(len(slices)) as pool:
        return np.concatenate(list(pool.map(work, slices)))


def _refuse(codes: Geometries, what: str, fault: str, remedy: str) -> None:
    if len(codes):
        named = ", ".join(str(code) for code in codes[:5])
        more = f" and {len(codes) - 5} more" if len(codes) > 5 else ""
        raise ValueError(f"{len(codes)} of the {what} {fault}: {named}{more}; {remedy}")


def own(shapes: Geometries) -> Geometries:
    """The shapes as new objects, to be prepared: GEOS lets one thread at a time ask a prepared shape."""
    return np.asarray(shapely.from_wkb(shapely.to_wkb(shapes)), dtype=object)
