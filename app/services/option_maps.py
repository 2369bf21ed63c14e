"""The moves of options on the map: a line from each practice that moves to the nearest practice of its new PCN."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import shapely

from app.domain.options.frontier import Move
from app.domain.options.kinds import Option
from app.domain.options.situation import Situation
from app.services.answers import Row
from app.services.maps import geometries
from app.services.option_rows import move_row, stands_on
from app.services.options import Base, Found
from app.services.suppression import published


def moves_on_map(found: Found) -> Row:
    """A feature for each move of each option (GeoJSON, longitude and latitude)."""
    return moves_of(found.base, found.suggestions.options)


def moves_of(base: Base, options: Sequence[Option]) -> Row:
    """The same for chosen options. Geometry is null where either practice's place is not known; it is a straight line,
    not a way to travel."""
    place = base.situation
    moves = {(option.id, move.practice): move for option in options for move in option.moves}
    lines = {f"{id_}/{practice}": _line(place, move) for (id_, practice), move in moves.items()}
    known = {key: line for key, line in lines.items() if line is not None}
    drawn = geometries(gpd.GeoSeries(list(known.values()), index=list(known), crs=27700)) if known else {}
    rows = [
        {
            "type": "Feature",
            "id": f"{id_}/{practice}",
            "geometry": drawn.get(f"{id_}/{practice}"),
            "properties": {"option": id_, **move_row(place, move)},
        }
        for (id_, practice), move in moves.items()
    ]
    return {
        "type": "FeatureCollection",
        **published({**stands_on(base), "features": rows}, base.answer.restricted),
    }


def _line(place: Situation, move: Move) -> shapely.LineString | None:
    here = place.points.get(move.practice)
    there = [place.points[code] for code in place.practices if _stays(place, move, code) and code in place.points]
    if here is None or not there:
        return None
    nearest = min(there, key=lambda point: ((point[0] - here[0]) ** 2 + (point[1] - here[1]) ** 2, point))
    return shapely.LineString([here, nearest])


def _stays(place: Situation, move: Move, code: str) -> bool:
    """Whether a practice is in the PCN that is joined, today."""
    return code != move.practice and place.pcn_of[code] == move.target
