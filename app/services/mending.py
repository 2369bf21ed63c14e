"""Mend what is noise in a drawn plan, as a new version: what was drawn stays, and every change is told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import geopandas as gpd
import shapely

from app.domain.naming import slug
from app.domain.records import DatasetRecord, FootprintVersion, dataset_id
from app.ingest.kinds import Kind
from app.ingest.reading import ImportReport
from app.services import checking, finding_rows
from app.services.answers import Row, count
from app.services.records import version_row
from app.services.suppression import published
from app.services.survey import Survey, survey
from app.services.workspace import Workspace
from app.store.unit import Unit
from geometry.coverage import TOLERANCE
from geometry.findings import CoverageFinding
from geometry.mending import Change, mend


@dataclass(frozen=True, eq=False)
class Mending:
    """What mending a version does. ``made`` is the new version, ``None`` where nothing was kept.

    ``already``: the same mending had been kept before. ``remaining`` is what people have to decide.
    """

    survey: Survey
    changes: tuple[Change, ...]
    remaining: tuple[CoverageFinding, ...]
    made: FootprintVersion | None
    already: bool
    dry_run: bool


def mend_version(
    work: Workspace,
    footprints: str,
    number: int | None = None,
    *,
    as_of: date | None = None,
    dry_run: bool = False,
    before_keeping: Callable[[], None] = lambda: None,
) -> Mending:
    """Mend a version (the latest by default) into a new draft of the same footprints, of a dataset of its own.

    Only what is thinner than the tolerance changes; a list of areas has nothing of the kind and is left as it is.
    Where nothing changes, or with ``dry_run``, nothing is kept. ``before_keeping`` may still raise to keep nothing.
    Raises ``Problem`` for a version there is none of.
    """
    with work.store.read() as unit:
        version = unit.footprints.get(slug(footprints), number)
    ground = survey(work, version, as_of)
    if not ground.assignments.empty:
        return Mending(ground, (), (), None, False, dry_run)
    done = mend(
        ground.shapes,
        None if ground.areas is None else gpd.GeoSeries(ground.areas.geometry, crs=27700),
        people=ground.people,
        place=ground.outline,
    )
    if dry_run or not done.changes:
        return Mending(ground, done.changes, done.remaining, None, False, dry_run)
    before_keeping()
    with work.store.write() as unit:
        made, already = _keep(unit, ground, done.footprints, done.changes)
    return Mending(ground, done.changes, done.remaining, made, already, dry_run)


def _keep(
    unit: Unit, ground: Survey, mended: gpd.GeoSeries, changes: tuple[Change, ...]
) -> tuple[FootprintVersion, bool]:
    version = ground.version
    frame = unit.footprints.neighbourhoods(version.id).sort_values("code").reset_index(drop=True)
    frame["geometry"] = gpd.GeoSeries(mended.reindex(frame["code"]).to_numpy(), index=frame.index, crs=27700)
    content = canonical(frame)
    record = _record(unit, ground, content, changes)
    if not unit.datasets.add(record):
        known = unit.footprints.of_dataset(record.id)
        if known is not None:
            return known, True
    made = unit.footprints.add_version(
        version.footprint_id, version.name, record.id, frame, None, version.start_date, service=version.service
    )
    return made, False


def canonical(frame: gpd.GeoDataFrame) -> bytes:
    """Neighbourhoods as GeoJSON that is the same to the byte for the same shapes and names: code order, EPSG:27700."""
    shapes = shapely.to_geojson(shapely.normalize(frame.geometry.to_numpy()))
    features = [
        {
            "type": "Feature",
            "id": row.code,
            "geometry": json.loads(shape),
            "properties": {"code": row.code, "name": row.name, "place": row.place, "borough": row.borough},
        }
        for row, shape in zip(frame.itertuples(index=False, name="Row"), shapes, strict=True)
    ]
    whole = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}},
        "features": features,
    }
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _record(unit: Unit, ground: Survey, content: bytes, changes: tuple[Change, ...]) -> DatasetRecord:
    """The dataset that a mended version comes from: no file anybody sent, but made from one, and reported like one."""
    version = ground.version
    source = unit.datasets.get(version.dataset_id)
    name = f"{version.name} mended"
    report = ImportReport(name, Kind.FOOTPRINTS, rows_read=len(ground.shapes), rows_kept=len(ground.shapes))
    report.counts = {"neighbourhoods": len(ground.shapes), "neighbourhoods changed": len(changes)}
    report.note("mended-from", f"Mended from version {version.number} of {version.name}, dataset {source.id}.")
    for change in changes:
        report.note("mended", told(change), value=change.footprint)
    sha256 = hashlib.sha256(content).hexdigest()
    return DatasetRecord(
        id=dataset_id(Kind.FOOTPRINTS, sha256, {"mended": version.footprint_id}),
        kind=str(Kind.FOOTPRINTS),
        name=name,
        sha256=sha256,
        size=len(content),
        vintage=None,
        effective_date=source.effective_date,
        loaded_at=datetime.now(UTC),
        rows_read=report.rows_read,
        rows_kept=report.rows_kept,
        report=report.as_dict(),
        restricted=ground.restricted,
    )


def told(change: Change) -> str:
    """A change in one sentence."""
    why = ", ".join(change.reasons) or "its border now follows that of its neighbours"
    people = ""
    if change.people_gained is not None and change.people_lost is not None:
        people = f", about {change.people_gained:,.0f} people gained and {change.people_lost:,.0f} lost"
    return f"{change.footprint} gains {change.gained:,.1f} m² and loses {change.lost:,.1f} m²{people} ({why})."


def summary(mending: Mending) -> Row:
    """The changes, what remains to be decided, and the version made."""
    said = {
        **finding_rows.provenance(mending.survey),
        "tolerance_metres": TOLERANCE,
        "dry_run": mending.dry_run,
        "already_mended": mending.already,
        "made": None if mending.made is None else version_row(mending.made),
        "changes": [
            {
                "code": change.footprint,
                "name": mending.survey.names[change.footprint],
                "mended": list(change.reasons),
                "gained_m2": round(change.gained, 2),
                "lost_m2": round(change.lost, 2),
                "people_gained": None if change.people_gained is None else count(change.people_gained),
                "people_lost": None if change.people_lost is None else count(change.people_lost),
                "message": told(change),
            }
            for change in mending.changes
        ],
        "remaining": finding_rows.finding_rows(
            tuple(map(checking.from_coverage, mending.remaining)), mending.survey.restricted
        ),
    }
    return published(said, mending.survey.restricted)
