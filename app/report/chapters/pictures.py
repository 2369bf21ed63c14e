"""4. The maps, each with its words: a map is never the only place where something is said."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import geopandas as gpd
import shapely

from app.domain.problem import if_loaded
from app.report.blocks import Block, Picture, Section, Text
from app.report.chapters.options import title_of
from app.report.drawing import maps
from app.report.gathered import Gathered
from app.report.printed import count, percent, share
from app.services import small_areas
from app.services.aligning import Question
from app.services.area_groups import AreaGroups, Group, area_groups
from app.services.catchments import Method, Wish, catchments
from app.services.option_maps import moves_of
from geometry.crs import NATIONAL_GRID

FINEST = 1_200
"""Parts of a map's longer side below which nothing can be told apart on paper."""

MOST_PANELS = 12
"""PCNs with a small map of their own; those with most patients outside come first."""


def sections(paper: Gathered) -> list[Section]:
    ground = _ground(paper)
    if ground is None:
        return [Section("4. Maps", (Text("No outlines of the neighbourhoods are loaded, so no map can be drawn."),))]
    blocks: list[Block] = [_neighbourhoods(paper, ground), _practices(paper, ground)]
    blocks += _homes(paper, ground)
    blocks += _moves(paper, ground)
    return [Section("4. Maps", tuple(blocks))]


def _ground(paper: Gathered) -> maps.Ground | None:
    given = paper.given
    mine = [n.code for n in given.alignment.neighbourhoods]
    shapes = given.ground.shapes.reindex([code for code in mine if code in given.ground.shapes.index]).dropna()
    if shapes.empty:
        return None
    codes = [row["code"] for row in paper.practices]
    points = given.ground.points.reindex(codes).dropna()
    small = if_loaded(lambda: small_areas.small_areas(paper.work, given))
    areas = gpd.GeoSeries([], crs=NATIONAL_GRID) if small is None else small.shapes
    # As fine as a page can show: what is not seen would only make the file larger. Nothing is counted from it.
    west, south, east, north = shapes.total_bounds
    thin = max(east - west, north - south) / FINEST
    near = areas[areas.intersects(shapely.box(west, south, east, north))] if len(areas) else areas
    drawn = _thinned(near, thin)
    wards = area_groups(paper.work, given, Group.WARD)
    return maps.Ground(
        _thinned(shapes, thin),
        {row["code"]: row["name"] for row in paper.neighbourhoods},
        drawn,
        gpd.GeoSeries([], crs=NATIONAL_GRID) if wards is None else wards_of(wards, drawn, mine),
        {} if wards is None else dict(wards.names),
        points,
        {row["code"]: row["pcn_code"] for row in paper.practices if row["pcn_code"]},
        {row["code"]: row["name"] for row in paper.pcns},
    )


def wards_of(found: AreaGroups, areas: gpd.GeoSeries, neighbourhoods: Sequence[str]) -> gpd.GeoSeries:
    """Wards that lie in these neighbourhoods, by code, dissolved from the small areas as they are drawn."""
    mine = {ward for code in neighbourhoods for ward in found.within.get(code, ())}
    parts: dict[str, list[Any]] = {ward: [] for ward in sorted(mine)}
    for area, shape in areas.items():
        ward = found.of_area.get(str(area))
        if ward in parts:
            parts[ward].append(shape)
    return gpd.GeoSeries({ward: shapely.union_all(shapes) for ward, shapes in parts.items()}, crs=NATIONAL_GRID)


def _thinned(shapes: gpd.GeoSeries, metres: float) -> gpd.GeoSeries:
    """Outlines thinned together, so that areas which share an edge still share it."""
    if shapes.empty:
        return shapes
    drawn = shapely.coverage_simplify(shapely.make_valid(shapes.to_numpy()), metres)
    return gpd.GeoSeries(drawn, index=shapes.index, crs=NATIONAL_GRID)


def _neighbourhoods(paper: Gathered, ground: maps.Ground) -> Picture:
    said = ", ".join(row["name"] for row in paper.neighbourhoods)
    over = "wards" if len(ground.wards) else "small areas"
    more = " Which wards each is made of can be read in the table of wards." if len(ground.wards) else ""
    return Picture(
        f"The proposed neighbourhoods, over the {over}",
        f"Map of {len(paper.neighbourhoods)} neighbourhoods of {paper.place}: {said}.{more}",
        partial(maps.neighbourhoods, ground),
    )


def _practices(paper: Gathered, ground: maps.Ground) -> Picture:
    return Picture(
        "Practices by PCN: each PCN has a colour and a mark of its own",
        f"Map of {len(ground.practices)} practices of {len(paper.pcns)} PCNs over the neighbourhoods. Which practice "
        "stands where, and in which PCN it is, can be read in the table of practices.",
        partial(maps.practices, ground),
    )


def _homes(paper: Gathered, ground: maps.Ground) -> list[Block]:
    if paper.given.restricted:
        return [Text("Where each PCN’s patients live is not drawn: small numbers are hidden in this place.")]
    question = Question(
        paper.given.ground.version.footprint_id,
        paper.given.alignment.place,
        None,
        paper.given.ground.as_of,
        paper.given.ground.version.number,
    )
    shown = [row for row in paper.pcns if row["patients"]][:MOST_PANELS]
    cores: dict[str, dict[float, list[str]]] = {row["code"]: {} for row in shown}
    for wanted, _ in maps.CORES:
        members = catchments(paper.work, question, Wish(Method.CORE, wanted)).members
        for code, held in cores.items():
            held[wanted] = members.get(code, [])
    alt = " ".join(
        f"{row['name']}: {share(row, 'containment')} in {row['lead_name'] or 'no neighbourhood'}, "
        f"{count(row, 'patients_outside_lead')} patients outside it."
        for row in shown
    )
    levels = ", ".join(percent(level / 100).replace(".0", "") for level, _ in reversed(maps.CORES))
    blocks: list[Block] = [
        Picture(
            f"Where each PCN’s patients live: the fewest small areas that hold {levels} of them, from dark to pale",
            alt,
            partial(maps.homes, ground, cores),
        )
    ]
    left = len(paper.pcns) - len(shown)
    if left > 0:
        blocks.append(
            Text(f"Shown are the {len(shown)} PCNs with most patients outside; {left} more are not.", small=True)
        )
    return blocks


def _moves(paper: Gathered, ground: maps.Ground) -> list[Block]:
    """Arrows numbered as the options are."""
    numbers = {option.id: at for at, option in enumerate(paper.chosen, start=1)}
    found = moves_of(paper.found.base, paper.chosen)["features"]
    drawn = [feature for feature in found if feature["geometry"]]
    if not drawn:
        return [Text("None of the options shown moves a practice whose place is known, so there is no map of moves.")]
    lines = gpd.GeoSeries([shapely.geometry.shape(f["geometry"]) for f in drawn], crs=4326).to_crs(NATIONAL_GRID)
    labelled = [(str(numbers[f["properties"]["option"]]), line) for f, line in zip(drawn, lines, strict=True)]
    said = " ".join(f"{at}: {title_of(row)}." for at, row in enumerate(paper.option_rows, start=1) if row["moves"])
    return [
        Picture(
            "Practices that would move, numbered as the options: a straight line towards the PCN they would join",
            said,
            partial(maps.moves, ground, labelled),
        )
    ]
