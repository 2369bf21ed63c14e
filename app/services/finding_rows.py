"""What the checks of a plan found, as rows for JSON and tables, and on the map."""

from __future__ import annotations

from collections import Counter

import geopandas as gpd
import shapely

from app.domain.naming import slug
from app.domain.suppression import RULE
from app.services.answers import Row, count, dataset_reference
from app.services.attribution import attribution
from app.services.checking import Checked, Finding
from app.services.maps import geometries
from app.services.records import version_reference
from app.services.suppression import published
from app.services.survey import Survey
from geometry.coverage import TOLERANCE
from geometry.crs import to_wgs84
from geometry.findings import Severity

DECIMALS = 8
"""Of a degree on the map: a millimetre, so that a sliver keeps its width."""


def summary(checked: Checked) -> Row:
    """Everything found, and what it stands on."""
    ground = checked.survey
    return {
        **provenance(ground),
        "place": None if checked.place is None else {"id": slug(checked.place), "name": checked.place},
        "form": checked.form,
        "tolerance_metres": TOLERANCE if checked.form == "polygons" else None,
        "band": None if checked.band is None else {"low": checked.band[0], "high": checked.band[1]},
        "clean": checked.clean,
        "findings": len(checked.findings),
        "by_severity": {str(s): sum(f.severity is s for f in checked.findings) for s in Severity},
        "by_kind": dict(Counter(f.kind for f in checked.findings)),
        "items": rows(checked),
    }


def provenance(ground: Survey) -> Row:
    """What any finding stands on."""
    version = ground.version
    return {
        "footprints": version_reference(version),
        "basis": "area" if ground.people is None else "residents",
        "basis_explained": "square metres alone"
        if ground.people is None
        else "people living in the small areas; of an area that is touched in part, by its share of square metres",
        "place_known_by": ground.place_known_by,
        "as_of": ground.as_of.isoformat() if ground.as_of else None,
        "fictional": ground.fictional,
        "restricted": ground.restricted,
        "small_numbers": RULE if ground.restricted else None,
        "datasets": [dataset_reference(record) for record in ground.datasets],
        "attribution": attribution(ground.datasets),
        "warnings": list(ground.warnings),
    }


def rows(checked: Checked) -> list[Row]:
    """Findings as plain values, numbered from 1; longitude and latitude are of a point within."""
    return finding_rows(checked.findings, checked.survey.restricted, checked.numbers)


def finding_rows(findings: tuple[Finding, ...], restricted: bool, numbers: tuple[int, ...] = ()) -> list[Row]:
    """The same for any findings."""
    spots = [None if f.shape is None else shapely.point_on_surface(f.shape) for f in findings]
    known = [spot for spot in spots if spot is not None]
    degrees = iter(to_wgs84(known).geometry if known else [])
    out = []
    for number, found, spot in zip(numbers or range(1, len(findings) + 1), findings, spots, strict=True):
        lonlat = None if spot is None else next(degrees)
        out.append(
            {
                "id": number,
                "kind": found.kind,
                "severity": str(found.severity),
                "footprints": list(found.footprints),
                "area_m2": round(found.square_metres, 2),
                "people": None if found.people is None else count(found.people),
                "lsoas": len(found.areas),
                "safe_to_mend": found.safe_to_mend,
                "message": found.message,
                "easting": None if spot is None else round(spot.x, 2),
                "northing": None if spot is None else round(spot.y, 2),
                "longitude": None if lonlat is None else round(lonlat.x, 7),
                "latitude": None if lonlat is None else round(lonlat.y, 7),
                "lsoa_codes": list(found.areas),
            }
        )
    return published(out, restricted)


def on_map(checked: Checked) -> Row:
    """Findings as GeoJSON, each with the shape at fault; ``null`` where it is nowhere on the map."""
    items = rows(checked)
    shapes = {row["id"]: f.shape for row, f in zip(items, checked.findings, strict=True) if f.shape is not None}
    drawn = geometries(gpd.GeoSeries(shapes, crs=27700), DECIMALS)
    return {
        "type": "FeatureCollection",
        **provenance(checked.survey),
        "features": [
            {
                "type": "Feature",
                "id": row["id"],
                "geometry": drawn.get(str(row["id"])),
                "properties": {
                    **row,
                    "footprints": ";".join(row["footprints"]),
                    "lsoa_codes": ";".join(row["lsoa_codes"]),
                },
            }
            for row in items
        ],
    }
