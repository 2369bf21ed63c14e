"""Proposed neighbourhoods as plain values, as rows of a table, and on the map."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from app.domain.figures import Alignment
from app.domain.proposing.band import DEFAULT
from app.domain.suppression import RULE
from app.services.answers import Row, count, dataset_reference, share
from app.services.attribution import attribution
from app.services.maps import geometries
from app.services.proposing import Option, Proposed
from app.services.records import version_reference
from app.services.suppression import published
from geometry.adjacency import pieces
from geometry.compactness import polsby_popper

WORDS = (
    "Alternatives for discussion, not recommendations: computed from where patients live and nothing else. What a "
    "neighbourhood is has to be agreed with local people, the council and partners, who know what these data do not."
)
BAND_WORDS = (
    "The London model gives no population band and says that neighbourhoods cannot simply be based on population "
    "sizes; this band is local advice."
)
METHOD = (
    "Every plan is of whole {units}, each neighbourhood in one piece. The score is the patients of the place's PCNs "
    "who live in their PCN's lead neighbourhood, less {price:g} for each kilometre of border between neighbourhoods."
)


def summary(found: Proposed) -> Row:
    """Everything about the alternatives, with the areas of each, so that one can be kept."""
    ground, asked = found.ground, found.asked
    wish = asked.wish
    said = {
        "place": ground.place,
        "boroughs": sorted(set(map(str, ground.areas["lad_code"].dropna()))),
        "units": str(asked.units),
        "blocks": len(found.blocks),
        "areas": len(ground.areas),
        "vintage": ground.vintage,
        "people": count(found.blocks.total),
        "people_counted": ground.counted,
        "patients_inside": count(float(found.blocks.patients.sum())),
        "pcns": [{"code": code, "name": ground.pcn_names.get(code, code)} for code in ground.pcns],
        "band": {"low": wish.band.low, "high": wish.band.high, "by_default": wish.band == DEFAULT, "words": BAND_WORDS},
        "number_asked": wish.number,
        "apart": wish.apart,
        "seed": wish.seed,
        "method": METHOD.format(units=asked.units.words, price=wish.price),
        "words": WORDS,
        "notes": list(found.found.notes),
        "as_of": ground.as_of.isoformat(),
        "basis": "patients",
        "fictional": ground.fictional,
        "restricted": ground.restricted,
        "small_numbers": RULE if ground.restricted else None,
        "datasets": [dataset_reference(record) for record in ground.datasets],
        "attribution": attribution(ground.datasets),
        "warnings": list(ground.warnings),
        "now": _now(found),
        "alternatives": [_alternative(found, at, option) for at, option in enumerate(found.options)],
    }
    return published(said, ground.restricted)


def _now(found: Proposed) -> Row | None:
    """The plan the place was named by, in the same figures."""
    version, alignment = found.ground.now_version, found.now
    if version is None or alignment is None:
        return None
    return {
        "footprints": version_reference(version),
        "number": len(alignment.neighbourhoods),
        **_fit(alignment),
        "residents_smallest": count(min(found.now_people.values())),
        "residents_largest": count(max(found.now_people.values())),
    }


def _fit(alignment: Alignment) -> Row:
    inside = sum(p.patients_inside for p in alignment.pcns)
    in_lead = sum(p.patients_in_lead for p in alignment.pcns)
    return {
        "patients_inside": count(inside),
        "patients_in_lead": count(in_lead),
        "patients_outside_lead": count(inside - in_lead),
        "misalignment": share(alignment.misalignment),
        "median_containment": share(alignment.median_containment),
        "classes": alignment.classes(),
    }


def _alternative(found: Proposed, at: int, option: Option) -> Row:
    alternative, band = option.alternative, found.asked.wish.band
    sizes = list(option.people.values())
    return {
        "alternative": at + 1,
        "number": alternative.number,
        **_fit(option.alignment),
        "within_band": all(band.beyond(people) <= 1e-6 for people in sizes),
        "people_beyond_band": count(alternative.worth.beyond),
        "residents_smallest": count(min(sizes)),
        "residents_largest": count(max(sizes)),
        "border_km": round(alternative.worth.border / 1_000, 3),
        "score": count(round(alternative.worth.score, 2)),
        "score_at_most": count(round(max(alternative.bound, alternative.worth.score), 2)),
        "gap": share(max(0.0, alternative.bound / alternative.worth.score - 1))
        if alternative.worth.score > 0
        else None,
        "proven_best": alternative.proven,
        "wards_split": list(option.wards_split),
        "differs_from": [
            {"alternative": other + 1, "share_of_people": share(moved)}
            for other, moved in enumerate(option.moved)
            if other != at
        ],
        "differs_from_now": share(option.from_now),
        "differs_from_pcn_catchments": share(option.from_pcns),
        "words": _said(at, option),
        "neighbourhoods": neighbourhoods(found, option),
        "pcns": [
            {
                "code": p.code,
                "name": p.name,
                "lead": p.lead,
                "lead_name": p.lead_name,
                "patients_inside": count(p.patients_inside),
                "patients_in_lead": count(p.patients_in_lead),
                "containment": share(p.containment),
                "class": p.class_,
            }
            for p in sorted(option.alignment.pcns, key=lambda p: p.code)
        ],
    }


def _said(at: int, option: Option) -> str:
    """An alternative in a sentence or two."""
    alignment, alternative = option.alignment, option.alternative
    fit = 1 - (alignment.misalignment or 0.0)
    sure = (
        "the best there is of this many neighbourhoods"
        if alternative.proven
        else "the best found; whether a better one exists is not proven"
    )
    if at:
        sure += " that is different enough from those before it"
    many = "1 neighbourhood" if alternative.number == 1 else f"{alternative.number} neighbourhoods"
    said = f"{many}: {fit:.0%} of patients live in their PCN's lead neighbourhood, {sure}."
    if option.from_now is not None:
        said += f" {option.from_now:.0%} of people would live in another neighbourhood than in the plan there is."
    return said


def neighbourhoods(found: Proposed, option: Option) -> list[Row]:
    """Neighbourhoods in code order, with the areas they are made of."""
    ground, band = found.ground, found.asked.wish.band
    shapes = outlines(found, option)
    compact = dict(zip(shapes.index, map(float, polsby_popper(shapes.to_numpy())), strict=True))
    parts: dict[str, int] = {}
    for piece in pieces(ground.adjacency, option.assigned, ground.people):
        parts[piece.footprint] = parts.get(piece.footprint, 0) + 1
    mean = sum(option.people.values()) / len(option.people)
    members: dict[str, list[str]] = {}
    for area in sorted(option.assigned):
        members.setdefault(option.assigned[area], []).append(area)
    rows = []
    for n in option.alignment.neighbourhoods:
        people = option.people[n.code]
        rows.append(
            {
                "code": n.code,
                "name": option.names[n.code],
                "residents": count(people),
                "from_mean": share(people / mean - 1) if mean > 0 else None,
                "within_band": band.beyond(people) <= 1e-6,
                "patients": count(n.patients),
                "lead_for": list(n.leads),
                "pcns_to_reach_90": n.pcns_to_reach,
                "parts": parts[n.code],
                "compactness": round(compact[n.code], 4),
                "wards": _wards(found, members[n.code]),
                "areas": members[n.code],
            }
        )
    return rows


def _wards(found: Proposed, areas: list[str]) -> list[str]:
    """Names of the wards with any of the areas, most people first."""
    people: dict[str, float] = {}
    for area, name in found.ground.areas.loc[areas, "ward_name"].dropna().items():
        people[str(name)] = people.get(str(name), 0.0) + found.ground.people[str(area)]
    return sorted(people, key=lambda name: (-people[name], name))


def outlines(found: Proposed, option: Option) -> gpd.GeoSeries:
    """The neighbourhoods of an alternative as shapes by code, EPSG:27700."""
    geometry = found.ground.areas.geometry
    holder = np.array([option.assigned[str(code)] for code in geometry.index], dtype=object)
    codes = sorted(set(holder))
    return gpd.GeoSeries([shapely.union_all(geometry[holder == code].to_numpy()) for code in codes], codes, crs=27700)


def table_rows(said: Row) -> list[Row]:
    """One row a neighbourhood of each alternative, from a ``summary``."""
    return [
        {
            "alternative": alternative["alternative"],
            "misalignment": alternative["misalignment"],
            "proven_best": alternative["proven_best"],
            **{name: value for name, value in row.items() if name not in ("areas", "suppressed_fields", "suppressed")},
            "areas": row["areas"],
        }
        for alternative in said["alternatives"]
        for row in alternative["neighbourhoods"]
    ]


def on_map(found: Proposed) -> Row:
    """The neighbourhoods of all alternatives as GeoJSON in longitude and latitude, told apart by ``alternative``."""
    said = summary(found)
    features: list[dict[str, Any]] = []
    for option, alternative in zip(found.options, said["alternatives"], strict=True):
        drawn = geometries(outlines(found, option))
        features += [
            {
                "type": "Feature",
                "id": f"{alternative['alternative']}/{row['code']}",
                "geometry": drawn.get(row["code"]),
                "properties": {
                    "alternative": alternative["alternative"],
                    **{name: value for name, value in row.items() if name != "areas"},
                    "areas": len(row["areas"]),
                },
            }
            for row in alternative["neighbourhoods"]
        ]
    whole = {name: value for name, value in said.items() if name != "alternatives"}
    return {"type": "FeatureCollection", **whole, "features": features}
