"""Coordinates of points as eastings and northings: checked, and converted where a file gives degrees."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from app.domain.problem import Fault, Finding, Problem
from app.ingest.faults import Faults
from app.ingest.numbers import parse_decimals
from app.ingest.reading import ImportReport
from app.ingest.tabular import Table
from geometry.crs import GREAT_BRITAIN, CoordinateError, to_national_grid

NO_LATITUDE = 99.999999  # ONSPD writes 99.999999 where there is none
Coordinates = tuple[NDArray[np.float64], NDArray[np.float64]]


def national_grid(
    table: Table, faults: Faults, report: ImportReport, *, without: NDArray[np.bool_] | None = None
) -> Coordinates:
    """Eastings and northings (metres, EPSG:27700) of a table's points, NaN where it gives none or
    ``without`` says that what it gives is no place in Great Britain.

    Taken from its fields ``easting`` and ``northing``, or converted from ``longitude`` and ``latitude`` (WGS 84).
    Points outside Great Britain's grid are faults with their rows; axes swapped or degrees for metres raise
    ``Problem``.
    """
    if table.has("easting", "northing"):
        east = parse_decimals(table["easting"], faults, table.published["easting"])
        north = parse_decimals(table["northing"], faults, table.published["northing"])
        if without is not None:
            east[without] = np.nan
        return checked_metres(east, north, table.frame.index, faults, table.source.name)
    longitude = parse_decimals(table["longitude"], faults, table.published.get("longitude", "longitude"))
    latitude = parse_decimals(table["latitude"], faults, table.published.get("latitude", "latitude"))
    if without is not None:
        longitude[without] = np.nan
    return from_degrees(longitude, latitude, report)


def checked_metres(
    east: NDArray[np.float64], north: NDArray[np.float64], rows: pd.Index[int], faults: Faults, file: str
) -> Coordinates:
    """Eastings and northings that lie on the National Grid; (0, 0) and half a pair mean none."""
    missing = np.isnan(east) | np.isnan(north) | ((east == 0) & (north == 0))
    east, north = np.where(missing, np.nan, east), np.where(missing, np.nan, north)
    known = ~missing
    if known.any() and (np.abs(east[known]) <= 180).all() and (np.abs(north[known]) <= 180).all():
        raise _wrong(file, "They look like degrees, but stand in columns of eastings and northings.")
    outside = known & ~((east >= 0) & (east <= GREAT_BRITAIN[2]) & (north >= 0) & (north <= GREAT_BRITAIN[3]))
    for at in map(int, np.flatnonzero(outside)):
        faults.add(
            "coordinates",
            f"({east[at]:g}, {north[at]:g}) lies outside the National Grid",
            row=int(rows[at]),
            field="easting",
            value=f"{east[at]:g}, {north[at]:g}",
        )
    return east, north


def from_degrees(longitude: NDArray[np.float64], latitude: NDArray[np.float64], report: ImportReport) -> Coordinates:
    """Convert from WGS 84, with the accuracy in the report. Raises ``Problem`` for coordinates not of Great Britain."""
    known = ~(
        np.isnan(longitude)
        | np.isnan(latitude)
        | np.isclose(latitude, NO_LATITUDE, rtol=0, atol=1e-5)
        | ((longitude == 0) & (latitude == 0))
    )
    east, north = np.full(len(longitude), np.nan), np.full(len(longitude), np.nan)
    if not known.any():
        return east, north
    try:
        moved = to_national_grid(shapely.points(longitude[known], latitude[known]), "EPSG:4326")
    except CoordinateError as error:
        raise _wrong(report.file, f"{error.why[0].upper()}{error.why[1:]}: {error.remedy}.") from error
    east[known], north[known] = shapely.get_x(moved.geometry), shapely.get_y(moved.geometry)
    report.findings.append(Finding("converted", f"Coordinates were converted: {moved.transformation}.", "note"))
    return east, north


def _wrong(file: str, why: str) -> Problem:
    return Problem(
        Fault.BAD_INPUT,
        "The coordinates cannot be what the file says they are",
        why,
        remedy="Check which columns hold which coordinates, and their reference system.",
        file=file,
    )
