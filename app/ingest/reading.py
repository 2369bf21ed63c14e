"""What every reader returns: clean rows in named frames, and a report of what became of the file.

The frames' columns are fixed here so that readers, store and tests agree. Codes are upper-case strings
without spaces around them, dates are ``datetime.date`` or ``None``, counts are integers, coordinates are metres
(EPSG:27700), geometries are valid 2D shapely (Multi)Polygons in EPSG:27700.

Missing text and dates are ``None`` (object columns), missing coordinates NaN (float64), a missing list size ``pd.NA``
(Int64); ``records`` turns all of them into ``None``. A missing value means that this file does not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.domain.problem import Finding
from app.ingest.kinds import Kind

UNKNOWN_AREA = "UNKNOWN"
"""Area code of patients whose residence the source does not know (``NO2011``, ``EMPTY``, ``CLOSED``, blank)."""

COLUMNS: dict[str, tuple[str, ...]] = {
    # status: active | closed | dormant | proposed; setting: the prescribing setting or role codes as published
    "practice": (
        "code",
        "name",
        "postcode",
        "status",
        "setting",
        "national_grouping",
        "icb_code",
        "sub_icb_code",
        "opened",
        "closed",
        "easting",
        "northing",
        "list_size",
    ),
    "pcn": ("code", "name", "sub_icb_code", "opened", "closed"),
    # start None = since ever, end None = open; an end date is inclusive (the last day of membership)
    "membership": ("practice_code", "pcn_code", "start", "end"),
    # one row per practice and area, sexes summed; area_code UNKNOWN_AREA where the residence is not known
    "registration": ("practice_code", "area_code", "patients"),
    "area": (
        "code",
        "name",
        "lad_code",
        "lad_name",
        "ward_code",
        "ward_name",
        "msoa_code",
        "msoa_name",
        "geometry",
    ),
    # measure: population | imd_score | imd_decile | population_0_15 ... ; vintage in the report
    "area_measure": ("area_code", "measure", "value"),
    # change: U unchanged, S split, M merged, X complex
    "area_lookup": ("from_code", "to_code", "change"),
    # postcode without spaces, upper case (so everywhere); terminated: first day of the month, None = live
    "postcode": ("postcode", "easting", "northing", "lsoa11_code", "lsoa21_code", "lad_code", "terminated"),
    # polygons or, for lookups, geometry None
    "neighbourhood": ("code", "name", "place", "borough", "geometry"),
    # unit: lsoa | ward; only from lookups; start None = since ever
    "neighbourhood_area": ("neighbourhood_code", "unit", "area_code", "start", "end"),
}


@dataclass
class ImportReport:
    """What became of one file: printed by the command line, stored with the dataset, served over HTTP.

    ``rows_read == rows_kept + sum(dropped.values())`` always holds; ``conservation`` holds sums that must agree,
    for example ``{"patients_in_file": …, "patients_kept": …, "patients_dropped": …}``.
    """

    file: str
    kind: Kind
    rows_read: int = 0
    rows_kept: int = 0
    dropped: dict[str, int] = field(default_factory=dict)  # reason in plain English -> rows
    vintage: str | None = None  # "2011" or "2021" for files of LSOAs
    extract_date: date | None = None  # the date the file itself states
    encoding: str | None = None
    match_rates: dict[str, float] = field(default_factory=dict)  # what was matched -> share 0..1
    conservation: dict[str, float] = field(default_factory=dict)
    counts: dict[str, int] = field(
        default_factory=dict
    )  # anything else worth telling: "patients with unknown residence": 5089
    findings: list[Finding] = field(default_factory=list)

    def drop(self, reason: str, rows: int = 1) -> None:
        if rows:
            self.dropped[reason] = self.dropped.get(reason, 0) + rows

    def warn(self, code: str, message: str, **where: Any) -> None:
        self.findings.append(Finding(code=code, message=message, severity="warning", **where))

    def note(self, code: str, message: str, **where: Any) -> None:
        self.findings.append(Finding(code=code, message=message, severity="note", **where))

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, keys in a fixed order."""
        out = asdict(self)
        out["kind"] = str(self.kind)
        out["extract_date"] = self.extract_date.isoformat() if self.extract_date else None
        return out

    @classmethod
    def from_dict(cls, said: dict[str, Any]) -> ImportReport:
        """The report that ``as_dict`` wrote down."""
        day = said.get("extract_date")
        return cls(
            **{
                **said,
                "kind": Kind(said["kind"]),
                "extract_date": date.fromisoformat(day) if day else None,
                "findings": [Finding(**finding) for finding in said.get("findings", [])],
            }
        )


@dataclass
class Reading:
    """A file read: the frames it filled (keys of ``COLUMNS``) and its report."""

    kind: Kind
    frames: dict[str, pd.DataFrame]
    report: ImportReport

    def __post_init__(self) -> None:
        for table, frame in self.frames.items():
            if tuple(frame.columns) != COLUMNS[table]:
                raise ValueError(f"{table} has columns {list(frame.columns)}, expected {list(COLUMNS[table])}")
        report = self.report
        if report.rows_read != report.rows_kept + sum(report.dropped.values()):
            raise ValueError(
                f"{report.rows_read} rows read, but {report.rows_kept} kept and {sum(report.dropped.values())} dropped"
            )


NUMBERS = {"easting": "float64", "northing": "float64", "value": "float64", "patients": "int64", "list_size": "Int64"}


def frame_of(table: str, columns: Mapping[str, Any] | pd.DataFrame, rows: int) -> pd.DataFrame:
    """A frame of ``COLUMNS[table]`` with ``rows`` rows; columns not given are missing, and "" becomes ``None``."""
    filled: dict[str, Any] = {}
    for name in COLUMNS[table]:
        dtype = NUMBERS.get(name, "object")
        if name not in columns:
            filled[name] = pd.Series([pd.NA if dtype == "Int64" else None] * rows, dtype=dtype)
            continue
        values = columns[name] if dtype != "object" or name == "geometry" else _objects(columns[name])
        filled[name] = pd.Series(values, dtype=dtype).reset_index(drop=True)
    return pd.DataFrame(filled, columns=list(COLUMNS[table]))


def _objects(values: Any) -> NDArray[np.object_]:
    """Values as Python objects, each distinct one only once in memory, blank and missing ones as ``None``."""
    codes, distinct = pd.factorize(values if isinstance(values, pd.Series) else pd.Series(values))
    shared = np.empty(len(distinct) + 1, dtype=object)  # the last is where code -1, missing, points to
    shared[:-1] = [None if isinstance(value, str) and value == "" else value for value in distinct]
    chosen: NDArray[np.object_] = shared[codes]
    return chosen


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as plain Python values, whatever is missing as ``None``: ready for a database or JSON."""
    return [
        {name: None if pd.isna(value) else value for name, value in zip(frame.columns, row, strict=True)}
        for row in frame.astype(object).itertuples(index=False, name=None)
    ]
