"""Rows of footprint versions: how they are found, held while they change, and made into records."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.domain.problem import Fault, Problem
from app.domain.records import FootprintVersion, Status
from app.store.frames import not_found
from app.store.tables import Footprint, Layer, Version


def every_version() -> Select[Version, str, str | None]:
    """A query for versions with their footprint's name and, of a layer, its service, to be narrowed and ordered."""
    return (
        select(Version, Footprint.name, Layer.service)
        .join(Footprint, Footprint.id == Version.footprint_id)
        .outerjoin(Layer, Layer.footprint_id == Version.footprint_id)
    )


def versions(session: Session, query: Select[Version, str, str | None]) -> tuple[FootprintVersion, ...]:
    return tuple(_record(row, name, service) for row, name, service in session.execute(query))


def locked(session: Session, version_id: str) -> Version:
    """A version's row; two writers of one footprint take turns, so no rule is checked on a stale status.

    Raises ``Problem`` (not found), naming the versions there are.
    """
    session.execute(
        select(Footprint.id)
        .join(Version, Version.footprint_id == Footprint.id)
        .where(Version.id == version_id)
        .with_for_update(of=Footprint)
    )
    row = session.get(Version, version_id, populate_existing=True)
    if row is None:
        not_found("footprint version", version_id, session.scalars(select(Version.id).order_by(Version.id)))
    return row


def status_named(status: Status | str) -> Status:
    """The status of that name. Raises ``Problem`` (bad input), naming those there are."""
    try:
        return Status(status)
    except ValueError as error:
        raise Problem(
            Fault.BAD_INPUT,
            "No such status",
            f"{str(status)!r} is not a status of a footprint version.",
            remedy=f"Use one of {', '.join(Status)}.",
        ) from error


def _record(row: Version, name: str, service: str | None) -> FootprintVersion:
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
        service=service,
    )
