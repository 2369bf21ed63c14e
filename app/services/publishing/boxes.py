"""Boxes as they are asked for: four or six numbers, in the axes of any system on offer."""

from __future__ import annotations

import math

import shapely

from app.services.filter_values import refuse
from app.services.publishing.crs import Crs


def box_shape(numbers: list[float], crs: Crs, parameter: str = "bbox") -> shapely.Geometry:
    """A box of four or six numbers, in the axes of its system. Heights are left aside: everything lies on the ground.

    One whose western edge lies east of its eastern edge goes around the 180th meridian (RFC 7946, 5.2). Raises
    ``Problem`` for anything else that is no box.
    """
    if len(numbers) not in (4, 6) or not all(math.isfinite(n) and abs(n) < 1e12 for n in numbers):
        refuse("A box has four numbers (or six, with heights).", "Give west,south,east,north.", parameter)
    half = len(numbers) // 2
    low, high = numbers[:2], numbers[half : half + 2]
    if half == 3 and numbers[2] > numbers[5]:
        refuse("The lowest height of the box is above its highest.", "Give the smaller height first.", parameter)
    (west, south), (east, north) = (low[::-1], high[::-1]) if crs.swapped else (low, high)
    if south > north or (west > east and not crs.is_degrees):
        refuse("The box's first corner is not below and left of its second.", "Give west,south,east,north.", parameter)
    if crs.is_degrees and not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        refuse(
            "The box lies outside the earth's longitudes or latitudes.",
            "Give degrees in the order of the coordinate system, or name another with bbox-crs.",
            parameter,
        )
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    boxes = [_around(first, south, last, north) for first, last in spans]
    shape = boxes[0] if len(boxes) == 1 else shapely.union_all(boxes)
    return shapely.transform(shape, lambda xy: xy[:, ::-1]) if crs.swapped else shape


def _around(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    """The box; a line or a point where it has no width or height."""
    if west == east and south == north:
        return shapely.Point(west, south)
    if west == east or south == north:
        return shapely.LineString([(west, south), (east, north)])
    return shapely.box(west, south, east, north)
