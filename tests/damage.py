"""A real place and the ways its footprints come damaged, each with one seed and one meaning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

Damage = Callable[[gpd.GeoSeries], gpd.GeoSeries]


@dataclass(frozen=True, eq=False)
class Place:
    """Footprints as unions of whole areas, the areas, their people, and which footprint each belongs to."""

    footprints: gpd.GeoSeries
    areas: gpd.GeoSeries
    people: dict[str, float]
    belongs: dict[str, str]


def london(folder: Path, places: list[str]) -> Place:
    """Some places of the illustrative footprints A, on the areas they were made of."""
    units = gpd.read_parquet(folder / "london" / "lsoa21_units.parquet").set_index("LSOA21CD")
    lookup = pd.read_csv(folder / "london" / "illustrative_footprints_a_lsoa21.csv")
    lookup = lookup[lookup["PLACE"].isin(places)].set_index("LSOA_2021_CODE")["NEIGHBOURHOOD_CODE"]
    units = units.loc[lookup.index]
    footprints = gpd.GeoSeries(units.geometry, crs="EPSG:27700").groupby(lookup).agg(shapely.union_all)
    return Place(
        footprints=gpd.GeoSeries(footprints.to_numpy(), index=list(footprints.index), crs="EPSG:27700"),
        areas=gpd.GeoSeries(units.geometry.to_numpy(), index=list(units.index), crs="EPSG:27700"),
        people={code: float(count) for code, count in units["population_census2021"].items()},
        belongs=lookup.to_dict(),
    )


def each(change: Callable[[Any], Any]) -> Damage:
    return lambda drawn: gpd.GeoSeries([change(shape) for shape in drawn], index=drawn.index, crs=drawn.crs)


def one(change: Callable[[Any], Any], at: int = 1) -> Damage:
    """Change one footprint, by its place in the list."""

    def damaged(drawn: gpd.GeoSeries) -> gpd.GeoSeries:
        shapes = list(drawn)
        shapes[at] = change(shapes[at])
        return gpd.GeoSeries(shapes, index=drawn.index, crs=drawn.crs)

    return damaged


def largest(shape: Any) -> Any:
    return max(shapely.get_parts(shape), key=shapely.area)


def with_largest(shape: Any, outline: np.ndarray) -> Any:
    """The shape with another outline for its largest part (and without that part's holes)."""
    rest = [part for part in shapely.get_parts(shape) if not part.equals(largest(shape))]
    return shapely.multipolygons([shapely.Polygon(outline), *rest])


def jitter(metres: float) -> Damage:
    """Every corner of every polygon for itself, by up to so many metres in any direction."""
    random = np.random.default_rng(20260401)

    def moved(xy: np.ndarray) -> np.ndarray:
        angle, far = random.uniform(0, 2 * np.pi, len(xy)), random.uniform(0, metres, len(xy))
        return xy + np.column_stack([np.cos(angle), np.sin(angle)]) * far[:, np.newaxis]

    def ring(line: Any) -> np.ndarray:
        corners = moved(np.asarray(line.coords)[:-1])
        return np.vstack([corners, corners[:1]])

    def shaken(shape: Any) -> Any:
        return shapely.multipolygons(
            [shapely.Polygon(ring(p.exterior), [ring(r) for r in p.interiors]) for p in shapely.get_parts(shape)]
        )

    return each(shaken)


def generalise(metres: float) -> Damage:
    return each(lambda shape: shapely.simplify(shape, metres))


def shift(east: float, north: float) -> Damage:
    return each(lambda shape: shapely.transform(shape, lambda xy: xy + np.array([east, north])))


def swap_axes(shape: Any) -> Any:
    return shapely.transform(shape, lambda xy: xy[:, ::-1])


def overlap(metres: float) -> Damage:
    return one(lambda shape: shapely.buffer(shape, metres))


def spike(shape: Any) -> Any:
    """One corner drawn 400 m out, 3 m wide at its foot."""
    outer = np.asarray(largest(shape).exterior.coords)[:-1]
    centre = outer.mean(axis=0)
    at = int(np.hypot(*(outer - centre).T).argmin())
    here, following = outer[at], outer[(at + 1) % len(outer)]
    along = (following - here) / np.hypot(*(following - here))
    foot = here + 3 * along
    across = np.array([along[1], -along[0]])  # to the right of a ring; clockwise or not, in or out
    return with_largest(shape, np.vstack([outer[: at + 1], here + 1.5 * along + 400 * across, foot, outer[at + 1 :]]))


def tiny_hole(shape: Any) -> Any:
    return shapely.difference(shape, shapely.buffer(shapely.point_on_surface(shape), 3))


def scrap(shape: Any) -> Any:
    """A strip 4 m wide and 120 m long that lies 300 m outside."""
    west, south, *_ = shape.bounds
    return shapely.union(shape, shapely.box(west - 300, south, west - 296, south + 120))


def self_touching(shape: Any) -> Any:
    """The outline runs 10 m inwards and back along the same line, and is turned the wrong way round."""
    outer = np.asarray(largest(shape).exterior.coords)
    inwards = shapely.shortest_line(shapely.Point(outer[0]), shapely.buffer(largest(shape), -10)).coords
    return with_largest(shape, np.vstack([outer, inwards[1:], outer[:1]])[::-1])


def duplicate(drawn: gpd.GeoSeries) -> gpd.GeoSeries:
    copy = gpd.GeoSeries([drawn.iloc[1]], index=["TWIN"], crs=drawn.crs)
    return gpd.GeoSeries(pd.concat([drawn, copy]), crs=drawn.crs)


def drop_ring(shape: Any) -> Any:
    """A file lost the outline of the largest part; what is left, if anything, are the smaller parts."""
    rest = [part for part in shapely.get_parts(shape) if not part.equals(largest(shape))]
    return shapely.multipolygons(rest)


NOISE: dict[str, Damage] = {
    "corners moved by 1 m": jitter(1),
    "corners moved by 5 m": jitter(5),
    "corners moved by 15 m": jitter(15),
    "generalised by 5 m": generalise(5),
    "generalised by 10 m": generalise(10),
    "generalised by 20 m": generalise(20),
    "one grown by 10 m": overlap(10),
    "shifted by 2 m": shift(-1.73, 1.0),
    "a spike": one(spike),
    "a tiny hole": one(tiny_hole),
    "a detached scrap": one(scrap),
    "an outline that touches itself": one(self_touching),
    "mixed ring directions": one(shapely.reverse),
}
"""Damage that decides nothing: every area must come back to its footprint."""
