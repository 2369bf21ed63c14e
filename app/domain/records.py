"""What the service keeps, as plain values: datasets, footprint versions, measures and keys.

The store returns these and never its own row classes, so nothing above it depends on how they are kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import pandas as pd

ID_LENGTH = 12


class Status(StrEnum):
    """How far a footprint version has come. Agreed is binding: from there the only way is to be superseded."""

    DRAFT = "draft"
    SHARED = "shared"
    PROPOSED = "proposed"
    AGREED = "agreed"
    SUPERSEDED = "superseded"

    @property
    def is_final(self) -> bool:
        """Whether the version's content is fixed for good."""
        return self in (Status.AGREED, Status.SUPERSEDED)

    def may_become(self, other: Status) -> bool:
        """Before agreement a version moves freely (a shared draft can be taken back), afterwards only onwards."""
        if self is Status.SUPERSEDED:
            return other is Status.SUPERSEDED
        if self is Status.AGREED:
            return other.is_final
        return True


class Role(StrEnum):
    """What footprints are for: a proposal of neighbourhoods, or the footprints another service works in already."""

    PROPOSAL = "proposal"
    LAYER = "layer"


@dataclass(frozen=True)
class DatasetRecord:
    """One imported file, read once with one set of options, and never changed."""

    id: str  # see dataset_id
    kind: str
    name: str  # what the user called the file
    sha256: str  # of the file's bytes
    size: int  # bytes
    vintage: str | None  # "2011" or "2021" for data by LSOA
    effective_date: date | None  # the day the data describes
    loaded_at: datetime  # with time zone, kept in UTC
    rows_read: int
    rows_kept: int
    report: dict[str, Any]  # the import report as plain JSON values
    restricted: bool = False  # small numbers must be hidden on output


@dataclass(frozen=True)
class FootprintVersion:
    """One version of a proposal of neighbourhoods. ``number`` counts from 1 within the footprint."""

    id: str  # "<footprint id>-v<number>"
    footprint_id: str  # the footprint's slug
    name: str  # the footprint's name
    number: int
    status: Status
    dataset_id: str
    start_date: date | None
    created_at: datetime
    neighbourhoods: int
    places: tuple[str, ...]  # sorted
    service: str | None = None  # whose footprints a layer shows ("Community nursing"); None for a proposal

    @property
    def role(self) -> Role:
        return Role.PROPOSAL if self.service is None else Role.LAYER


@dataclass(frozen=True, eq=False)
class Measure:
    """One measure of areas and the dataset it comes from. ``values``: float64, indexed by area code, sorted."""

    name: str
    dataset_id: str
    vintage: str | None
    values: pd.Series[float]


@dataclass(frozen=True)
class ApiKey:
    """A key that opens the API. The key itself is never kept, only its hash."""

    id: int
    name: str
    created_at: datetime
    revoked_at: datetime | None = None


def dataset_id(kind: str, sha256: str, options: Mapping[str, Any] | None = None) -> str:
    """The id of a file read in one way: the first 12 hex digits of the SHA-256 over kind, file hash and options.

    Options that are not set (``None`` or empty) do not count, so an option added to the service later does not
    change the ids of files that never used it. Dates count as their ISO form.
    """
    said = {name: value for name, value in (options or {}).items() if value not in (None, "", {}, [], ())}
    text = json.dumps([str(kind), sha256.lower(), said], sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:ID_LENGTH]


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"an option of type {type(value).__name__} cannot be part of a dataset's id")
