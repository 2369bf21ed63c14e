"""Footprints: proposals of neighbourhoods, each in numbered versions, with what was worked out for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.domain.problem import Fault, Problem
from app.domain.records import FootprintVersion, Status
from app.store.columnar import pack, unpack
from app.store.datasets import Datasets
from app.store.frames import add_frame, box_of, not_found, read_frame, read_shapes, table_of
from app.store.tables import Footprint, Layer, Neighbourhood, NeighbourhoodArea, Shares, Version
from app.store.versions import every_version, locked, status_named, versions
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
        *,
        service: str | None = None,
    ) -> FootprintVersion:
        """The next version of a footprint, as a draft; its first use creates the footprint under this name.

        With a ``service`` the footprint is a layer, the footprints of that service, and stays one; without, a proposal.

        Raises ``Problem``: a neighbourhood's code missing or twice, an assignment to a neighbourhood there is none of;
        conflict where the footprint is a proposal already and would become a layer, or the other way round.
        """
        make = postgresql.insert if self._session.get_bind().dialect.name == "postgresql" else sqlite.insert
        self._session.execute(make(Footprint).values(id=slug, name=name).on_conflict_do_nothing())
        # Whoever else adds a version to this footprint waits here, so that no number is given twice.
        self._session.execute(select(Footprint.id).where(Footprint.id == slug).with_for_update())
        last = self._session.scalar(select(func.max(Version.number)).where(Version.footprint_id == slug)) or 0
        if service is not None and last == 0:
            self._session.add(Layer(footprint_id=slug, service=service))
            self._session.flush()
        _same_role(slug, self._session.scalar(select(Layer.service).where(Layer.footprint_id == slug)), service)
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
        return versions(self._session, every_version().order_by(Version.footprint_id, Version.number))

    def get(self, slug: str, number: int | None = None) -> FootprintVersion:
        """A version of a footprint, the latest if no number is given. Raises ``Problem`` (not found)."""
        query = every_version().where(Version.footprint_id == slug).order_by(Version.number.desc())
        found = versions(self._session, query)
        if not found:
            not_found("footprint", slug, self._session.scalars(select(Footprint.id).order_by(Footprint.id)))
        by_number = {version.number: version for version in reversed(found)}
        wanted = found[0].number if number is None else number
        if wanted not in by_number:
            not_found(f"version of {slug}", str(wanted), map(str, by_number))
        return by_number[wanted]

    def version(self, version_id: str) -> FootprintVersion:
        """A version by its id. Raises ``Problem`` (not found)."""
        found = versions(self._session, every_version().where(Version.id == version_id))
        if not found:
            not_found("footprint version", version_id, (version.id for version in self.list()))
        return found[0]

    def of_dataset(self, dataset_id: str) -> FootprintVersion | None:
        """The version that came from a dataset, the latest if there are several."""
        query = every_version().where(Version.dataset_id == dataset_id)
        found = versions(
            self._session, query.order_by(Version.created_at.desc(), Version.number.desc(), Version.id).limit(1)
        )
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
        wanted = status_named(status)
        row = locked(self._session, version_id)
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
        final = Status(locked(self._session, version_id).status).is_final
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
        locked(self._session, version_id)
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


def _same_role(slug: str, kept: str | None, service: str | None) -> None:
    if kept == service:
        return
    is_now, wanted = ("a proposal" if s is None else f"a layer of “{s}”" for s in (kept, service))
    raise Problem(
        Fault.CONFLICT,
        "Footprints cannot change what they are for",
        f"“{slug}” is {is_now}, and cannot have a version that is {wanted}.",
        remedy="Load them under another name, or as what they are already.",
    )
