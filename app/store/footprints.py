"""Footprints: proposals of neighbourhoods, each in numbered versions, with what was worked out for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.domain.problem import Fault, Problem
from app.domain.records import FootprintVersion, Status
from app.store.columnar import pack, unpack
from app.store.datasets import Datasets
from app.store.frames import add_frame, box_of, not_found, read_frame, read_shapes, table_of
from app.store.tables import Footprint, Neighbourhood, NeighbourhoodArea, Shares, Version
from geometry.labelled import Labelled


class Footprints:
    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def add_version(
        self,
        slug: str,
        name: str,
        dataset_id: str,
        neighbourhoods: pd.DataFrame,
        assignments: pd.DataFrame | None = None,
        start_date: date | None = None,
    ) -> FootprintVersion:
        """The next version of a footprint, as a draft; its first use creates the footprint under this name.

        Raises ``Problem``: a neighbourhood's code missing or twice, an assignment to a neighbourhood there is none of.
        """
        make = postgresql.insert if self._session.get_bind().dialect.name == "postgresql" else sqlite.insert
        self._session.execute(make(Footprint).values(id=slug, name=name).on_conflict_do_nothing())
        # Whoever else adds a version to this footprint waits here, so that no number is given twice.
        self._session.execute(select(Footprint.id).where(Footprint.id == slug).with_for_update())
        last = self._session.scalar(select(func.max(Version.number)).where(Version.footprint_id == slug)) or 0
        row = Version(
            id=f"{slug}-v{last + 1}",
            footprint_id=slug,
            number=last + 1,
            status=str(Status.DRAFT),
            dataset_id=dataset_id,
            start_date=start_date,
            created_at=self._now(),
            neighbourhoods=len(neighbourhoods),
            places=sorted({str(place) for place in neighbourhoods["place"].dropna()}),
        )
        self._session.add(row)
        self._session.flush()
        add_frame(self._session, Neighbourhood, neighbourhoods, version_id=row.id)
        if assignments is not None:
            add_frame(self._session, NeighbourhoodArea, assignments, version_id=row.id)
        return self.version(row.id)

    def list(self) -> tuple[FootprintVersion, ...]:
        """Every version of every footprint, by footprint and number."""
        return self._versions(_versions().order_by(Version.footprint_id, Version.number))

    def get(self, slug: str, number: int | None = None) -> FootprintVersion:
        """A version of a footprint, the latest if no number is given. Raises ``Problem`` (not found)."""
        query = _versions().where(Version.footprint_id == slug).order_by(Version.number.desc())
        versions = self._versions(query)
        if not versions:
            not_found("footprint", slug, self._session.scalars(select(Footprint.id).order_by(Footprint.id)))
        by_number = {version.number: version for version in reversed(versions)}
        wanted = versions[0].number if number is None else number
        if wanted not in by_number:
            not_found(f"version of {slug}", str(wanted), map(str, by_number))
        return by_number[wanted]

    def version(self, version_id: str) -> FootprintVersion:
        """A version by its id. Raises ``Problem`` (not found)."""
        found = self._versions(_versions().where(Version.id == version_id))
        if not found:
            not_found("footprint version", version_id, (version.id for version in self.list()))
        return found[0]

    def of_dataset(self, dataset_id: str) -> FootprintVersion | None:
        """The version that came from a dataset, the latest if there are several."""
        query = _versions().where(Version.dataset_id == dataset_id)
        found = self._versions(query.order_by(Version.created_at.desc(), Version.number.desc(), Version.id).limit(1))
        return found[0] if found else None

    def neighbourhoods(self, version_id: str) -> gpd.GeoDataFrame:
        """A version's neighbourhoods by code; ``geometry`` is ``None`` where none is known."""
        columns = table_of(Neighbourhood).columns
        query = (
            select(*(columns[name] for name in Neighbourhood.FRAME))
            .where(columns["version_id"] == version_id)
            .order_by(columns["code"])
        )
        return read_shapes(self._session, query, Neighbourhood, Neighbourhood.FRAME)

    def assignments(self, version_id: str) -> pd.DataFrame:
        """A version's list of areas in the file's order; empty where it was drawn."""
        columns = table_of(NeighbourhoodArea).columns
        query = (
            select(*(columns[name] for name in NeighbourhoodArea.FRAME))
            .where(columns["version_id"] == version_id)
            .order_by(columns["position"])
        )
        return read_frame(self._session, query, NeighbourhoodArea, NeighbourhoodArea.FRAME)

    def set_status(self, version_id: str, status: Status | str) -> FootprintVersion:
        """Move a version on. Agreeing one supersedes the footprint's earlier agreed one.

        Raises ``Problem``: not found; bad input for a status there is none of; conflict for a move back from
        agreed or superseded.
        """
        wanted = _status(status)
        row = self._locked(version_id)
        if not Status(row.status).may_become(wanted):
            raise Problem(
                Fault.CONFLICT,
                f"A version that is {row.status} cannot become {wanted}",
                f"{version_id} is {row.status}, and what is agreed or superseded stays as it is.",
                remedy="Add a new version of the footprint and agree that.",
            )
        if wanted is Status.AGREED:
            self._session.execute(
                update(Version)
                .where(Version.footprint_id == row.footprint_id, Version.id != row.id)
                .where(Version.status == str(Status.AGREED))
                .values(status=str(Status.SUPERSEDED))
            )
        row.status = str(wanted)
        self._session.flush()
        return self.version(version_id)

    def set_geometry(self, version_id: str, shapes: Mapping[str, shapely.Geometry]) -> None:
        """Give neighbourhoods of a list the shapes their areas make (EPSG:27700), by code.

        Raises ``Problem``: not found, for the version or a code; conflict where an agreed or superseded version
        has a shape already.
        """
        final = Status(self._locked(version_id).status).is_final
        known = self.neighbourhoods(version_id).set_index("code").geometry
        for code in sorted(shapes):
            if code not in known.index:
                not_found(f"neighbourhood in {version_id}", code, known.index)
            if final and known[code] is not None:
                raise Problem(
                    Fault.CONFLICT,
                    "An agreed shape cannot be changed",
                    f"{code} of {version_id} has a shape, and the version is agreed or superseded.",
                    remedy="Add a new version of the footprint.",
                )
        for code in sorted(shapes):
            self._session.execute(
                update(Neighbourhood)
                .where(Neighbourhood.version_id == version_id, Neighbourhood.code == code)
                .values(geometry=shapes[code], **box_of(shapes[code]))
            )

    def save_shares(self, version_id: str, area_dataset_id: str, shares: Labelled, meta: Mapping[str, Any]) -> None:
        """Keep W (areas × neighbourhoods) of a version on a dataset of areas and how it was made (plain JSON values).

        What was kept for the two before is replaced: it follows from them and can be made again at any time.
        Raises ``Problem`` (not found) for a version or dataset there is none of.
        """
        self._locked(version_id)
        Datasets(self._session).get(area_dataset_id)
        key = (Shares.version_id == version_id, Shares.area_dataset_id == area_dataset_id)
        self._session.execute(delete(Shares).where(*key))
        self._session.execute(
            insert(Shares).values(
                version_id=version_id, area_dataset_id=area_dataset_id, meta=dict(meta), content=pack(shares)
            )
        )

    def shares(self, version_id: str, area_dataset_id: str) -> tuple[Labelled, dict[str, Any]] | None:
        """W as it was kept and how it was made; ``None`` if it has not been."""
        row = self._session.execute(
            select(Shares.content, Shares.meta).where(
                Shares.version_id == version_id, Shares.area_dataset_id == area_dataset_id
            )
        ).first()
        return None if row is None else (unpack(row.content), dict(row.meta))

    def _locked(self, version_id: str) -> Version:
        """The version's row; two writers of one footprint take turns, so no rule is checked on a stale status."""
        self._session.execute(
            select(Footprint.id)
            .join(Version, Version.footprint_id == Footprint.id)
            .where(Version.id == version_id)
            .with_for_update(of=Footprint)
        )
        row = self._session.get(Version, version_id, populate_existing=True)
        if row is None:
            not_found("footprint version", version_id, (version.id for version in self.list()))
        return row

    def _versions(self, query: Select[Version, str]) -> tuple[FootprintVersion, ...]:
        return tuple(_version(row, name) for row, name in self._session.execute(query))


def _versions() -> Select[Version, str]:
    return select(Version, Footprint.name).join(Footprint, Footprint.id == Version.footprint_id)


def _version(row: Version, name: str) -> FootprintVersion:
    return FootprintVersion(
        id=row.id,
        footprint_id=row.footprint_id,
        name=name,
        number=row.number,
        status=Status(row.status),
        dataset_id=row.dataset_id,
        start_date=row.start_date,
        created_at=row.created_at,
        neighbourhoods=row.neighbourhoods,
        places=tuple(row.places),
    )


def _status(status: Status | str) -> Status:
    try:
        return Status(status)
    except ValueError as error:
        raise Problem(
            Fault.BAD_INPUT,
            "No such status",
            f"{str(status)!r} is not a status of a footprint version.",
            remedy=f"Use one of {', '.join(Status)}.",
        ) from error
