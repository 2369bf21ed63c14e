"""Other services' footprints: how far each is from a plan, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np

from app.domain.naming import slug
from app.domain.records import FootprintVersion, Role
from app.domain.weighing import Weighing
from app.services import comparing
from app.services.agreeing import PlanAgreement, nouns, second_rows
from app.services.answers import Row, count, share
from app.services.comparing import Compared, compare
from app.services.footprints import latest
from app.services.maps import geometries
from app.services.measures import Measured, directions, figure
from app.services.records import version_reference
from app.services.suppression import published
from app.services.workspace import Workspace

SPLIT = 0.01
"""An area of a layer is split where at least this part of its people live outside its main neighbourhood; less is how
two maps of one line differ."""


@dataclass(frozen=True, eq=False)
class Distance:
    """One layer against a plan. ``areas`` are the layer's that meet the plan, most people outside their main first."""

    compared: Compared
    measured: Measured
    areas: tuple[Row, ...]
    split_off: float  # people (or what is weighed) in the parts outside the main neighbourhood of areas that are split


@dataclass(frozen=True, eq=False)
class Distances:
    """Layers against a version of a plan, the furthest first."""

    version: FootprintVersion
    layers: tuple[Distance, ...]


def layers(work: Workspace) -> list[FootprintVersion]:
    """The latest version of every layer, by service and id."""
    return sorted(latest(work, Role.LAYER), key=lambda v: (v.service or "", v.footprint_id))


def distances(
    work: Workspace,
    footprints: str,
    number: int | None = None,
    *,
    layer: str | None = None,
    weighing: Weighing | None = None,
    place: str | None = None,
    as_of: date | None = None,
) -> Distances:
    """How far every layer (or one) is from a version of a plan.

    Furthest is the smallest part of people in the main neighbourhood of their layer's area; ties go by the layer's
    id. Raises ``Problem`` as ``compare`` does, and where there is no such layer.
    """
    with work.store.read() as unit:
        version = unit.footprints.get(slug(footprints), number)
        one = None if layer is None else unit.footprints.get(slug(layer))
    chosen = layers(work) if one is None else [one]
    found = [_distance(compare(work, version, other, weighing=weighing, place=place, as_of=as_of)) for other in chosen]
    found.sort(key=lambda d: (round(d.measured.agreement.purity_of_columns, 9), d.compared.second.footprint_id))
    return Distances(version, tuple(found))


def _distance(compared: Compared) -> Distance:
    measured = Measured.of(compared.table)
    cells = compared.table.T
    rows = []
    for row in second_rows(PlanAgreement(compared, measured, None)):
        held = cells.values[[cells.row_index[row["code"]]], :].toarray().ravel()
        total = float(held.sum())
        meant = [k for k in np.flatnonzero(held) if held[k] >= SPLIT * total]
        meant.sort(key=lambda k: (-held[k], cells.columns[k]))
        rows.append(
            {
                **{name: row[name] for name in ("code", "name", "total", "main", "main_name", "main_share")},
                "outside_main": row["outside_main"],
                "split_off": total - float(held.max()),
                "split": total - float(held.max()) >= SPLIT * total,
                "neighbourhoods": [cells.columns[k] for k in meant],
                "outside_plan": row["only_here"],
            }
        )
    rows.sort(key=lambda row: (-row["split_off"], row["code"]))
    split = float(sum(row["split_off"] for row in rows if row["split"]))
    shown = published([{k: v for k, v in row.items() if k != "split_off"} for row in rows], compared.restricted)
    return Distance(compared, measured, tuple(shown), split)


def summary(found: Distances) -> Row:
    """Every layer with its figures, and each of its areas with its main neighbourhood."""
    version = found.version
    return {
        "footprints": version_reference(version),
        "split_at": SPLIT,
        "items": [
            {**figures(distance), "areas": list(distance.areas), **_provenance(distance)} for distance in found.layers
        ],
    }


def figures(distance: Distance) -> Row:
    """The single figures of one layer."""
    second, found = distance.compared.second, distance.measured.agreement
    said = {
        "layer": second.footprint_id,
        "name": second.name,
        "service": second.service,
        "version": second.number,
        "in_both": count(found.total),
        "same_main_share": share(found.purity_of_columns),
        "same_one_to_one_share": share(1 - found.plan_distance.moved_share),
        "areas_compared": len(distance.areas),
        "areas_split": sum(row["split"] for row in distance.areas),
        "in_split_off_parts": count(distance.split_off),
        "v_measure": figure(found.v_measure),
        "layer_within_plan": figure(found.columns_within_rows),
        "plan_within_layer": figure(found.rows_within_columns),
    }
    return published(said, distance.compared.restricted)


def _provenance(distance: Distance) -> Row:
    said = published(comparing.provenance(distance.compared), distance.compared.restricted)
    return {
        "directions": directions(distance.measured, *nouns(distance.compared), distance.compared.weighing.unit),
        **{name: value for name, value in said.items() if name not in ("footprints", "in_both")},
    }


def area_rows(found: Distances) -> list[Row]:
    """One row a layer's area, for CSV: the layers furthest first, in each the areas most split first."""
    return [
        {"layer": d.compared.second.footprint_id, "service": d.compared.second.service, **row}
        for d in found.layers
        for row in d.areas
    ]


def on_map(found: Distances) -> Row:
    """The layers' areas as GeoJSON, each with its main neighbourhood; geometry null where no outline is known."""
    features = []
    for distance in found.layers:
        second = distance.compared.second
        codes = [row["code"] for row in distance.areas]
        shapes = distance.compared.second_shapes
        drawn = geometries(gpd.GeoSeries(shapes[shapes.index.isin(codes)], crs=27700))
        features += [
            {
                "type": "Feature",
                "id": f"{second.footprint_id}/{row['code']}",
                "geometry": drawn.get(row["code"]),
                "properties": {
                    "layer": second.footprint_id,
                    "service": second.service,
                    **row,
                    "neighbourhoods": ";".join(row["neighbourhoods"]),
                },
            }
            for row in distance.areas
        ]
    return {
        "type": "FeatureCollection",
        "layers": [{**figures(distance), **_provenance(distance)} for distance in found.layers],
        "features": features,
    }
