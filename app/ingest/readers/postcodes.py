"""Postcodes with their coordinates and areas: ONSPD and NSPL before and after the renaming of 2025, Code-Point Open.

The column names change with every release (``oslaua``, ``lad25cd``, ``lad26cd``), so they are matched by pattern, in
either case. Terminated postcodes and those of large users are kept: practices sit on them. Northern Ireland's are in
the Irish Grid and the islands have none, so both are kept without coordinates.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from app.ingest.codes import NO_POSTCODE, POSTCODE, clean, drop_repeats
from app.ingest.columns import Column, has_table, normal
from app.ingest.dates import parse_months
from app.ingest.faults import Faults
from app.ingest.kinds import Kind
from app.ingest.points import national_grid
from app.ingest.reader import ReadOptions, Tell, silent
from app.ingest.reading import ImportReport, Reading, frame_of
from app.ingest.source import Sample, Source
from app.ingest.tabular import Table, read_table, wanted_parts

COLUMNS = (
    Column("postcode", (r"pcds", r"pcd8|pcd2", r"pcd7|pcd", r"post ?code")),
    Column("easting", (r"(os)?east1m", r"eastings?"), required=False),
    Column("northing", (r"(os)?n(o)?rth1m", r"northings?"), required=False),
    Column("latitude", (r"lat(itude)?",), required=False),
    Column("longitude", (r"long?(itude)?",), required=False),
    Column("quality", (r"(os)?gridind|osgrdind", r"pqi|positional quality indicator"), required=False, coded=True),
    Column("lsoa11_code", (r"lsoa11(cd)?", r"lsoa 2011 code"), required=False, coded=True),
    Column("lsoa21_code", (r"lsoa21(cd)?", r"lsoa 2021 code"), required=False, coded=True),
    Column(
        "lad_code",
        (r"lad\d\dcd", r"(os)?laua", r"ladcd", r"local authority( district)? code", r"(admin )?district code"),
        required=False,
        coded=True,
    ),
    Column("terminated", (r"doterm",), required=False, coded=True),
)
PRACTICE_CODE = Column("practice_code", (r"(gp )?practice ?code|ods ?code",))  # practices with their postcodes
CODE_POINT = ("postcode", "quality", "easting", "northing", "", "", "", "", "lad_code", "")
NO_COORDINATES = {"gridind": "9", "osgrdind": "9", "osgridind": "9", "pqi": "90", "positional quality indicator": "90"}
"""The quality that means no coordinates: 9 in ONSPD and NSPL (User Guide), 90 in Code-Point Open (PQI)."""


class PostcodesReader:
    """Reads one row per postcode.

    A zip of many Code-Point Open files is read whole; of ONSPD's zip with its parts, the table of all.
    """

    kind = Kind.POSTCODES

    def recognises(self, sample: Sample) -> bool:
        return _code_point(sample) or any(_has_postcodes(sample, extra) for extra in _TELLING)

    def read(self, source: Source, options: ReadOptions, tell: Tell = silent) -> Reading:
        report = ImportReport(source.name, self.kind)
        parts = wanted_parts(source, self.recognises)
        if not all(_code_point(part.sample) for part in parts) and len(parts) > 1:
            parts = [max(parts, key=lambda part: (part.unpacked_size, part.name))]
            report.note("one-of-several", f"The zip holds several tables of postcodes; read was {parts[0].member}.")
        frames = []
        for part in parts:
            bare = _code_point(part.sample)
            table = read_table(part, _wanted(part.sample), options, tell, positions=CODE_POINT if bare else None)
            table.begin(report)
            frames.append(_clean(table, "pqi" if bare else None, report))
        rows = _once_each(pd.concat(frames), report)
        tell(0.95, "sorting postcodes")
        rows = rows.sort_values("postcode", kind="stable")
        report.rows_kept = len(rows)
        report.counts["postcodes"] = len(rows)
        report.counts["postcodes without coordinates"] = int(rows["easting"].isna().sum())
        report.counts["postcodes terminated"] = int(rows["terminated"].notna().sum())
        if not any(table_has.any() for table_has in (rows["lsoa11_code"] != "", rows["lsoa21_code"] != "")):
            report.note("no-lsoa", "The file gives no LSOA for its postcodes: areas are found from coordinates.")
        return Reading(self.kind, {"postcode": frame_of("postcode", rows, len(rows))}, report)


def _wanted(sample: Sample) -> list[Column]:
    """All columns, but degrees only where there are no eastings and northings."""
    grid = has_table(sample, [Column(c.name, c.patterns) for c in COLUMNS if c.name in ("easting", "northing")])
    return [column for column in COLUMNS if not (grid and column.name in ("latitude", "longitude"))]


def _clean(table: Table, quality_in: str | None, report: ImportReport) -> pd.DataFrame:
    faults = Faults(table.source.name)
    postcode = table["postcode"].str.upper().str.replace(r"\s+", "", regex=True)
    irish = np.asarray(postcode.str.startswith("BT"), dtype=bool)
    none = NO_COORDINATES.get(quality_in or normal(table.published.get("quality", "")), "")
    bad = irish | (np.asarray(table["quality"] == none, dtype=bool) if none else False)
    east, north = national_grid(table, faults, report, without=bad)
    pseudo = np.asarray(postcode.str.startswith(NO_POSTCODE), dtype=bool)
    wrong = ~np.asarray(postcode.str.fullmatch(POSTCODE.pattern), dtype=bool) & ~pseudo
    faults.mark("postcode", "“{value}” is not a postcode", table["postcode"], wrong, field="postcode")
    faults.raise_any("The postcodes have errors", "Mend these rows, or download the file again.")
    report.drop("pseudo postcode (no fixed abode, abroad, not known)", int(pseudo.sum()))
    if irish.any():
        report.counts["postcodes in the Irish Grid, without coordinates"] = int(irish.sum())
    rows = pd.DataFrame(
        {
            "postcode": np.asarray(postcode, dtype=object),
            "easting": east,
            "northing": north,
            "lsoa11_code": clean(table["lsoa11_code"]),
            "lsoa21_code": clean(table["lsoa21_code"]),
            "lad_code": clean(table["lad_code"]),
            "terminated": parse_months(table["terminated"]),
        },
        index=table.frame.index,
    )
    return rows[~pseudo]


def _once_each(rows: pd.DataFrame, report: ImportReport) -> pd.DataFrame:
    """Drop repeats in full; a postcode with two different rows is an error."""
    repeated = rows["postcode"].duplicated(keep=False)
    if not repeated.any():
        return rows
    faults = Faults(report.file)
    single = drop_repeats(rows[repeated], ["postcode"], report, faults, "postcode")
    faults.raise_any("Postcodes stand twice with different places", "Keep one row for each postcode.")
    return pd.concat([rows[~repeated], single])


_TELLING = ("quality", "lsoa11_code", "lsoa21_code", "lad_code", "terminated")


def _has_postcodes(sample: Sample, extra: str) -> bool:
    """Whether a table has postcodes, coordinates and one more of ONS's columns."""
    if has_table(sample, [PRACTICE_CODE]):
        return False
    by_name = {column.name: column for column in COLUMNS}
    pairs = (("easting", "northing"), ("longitude", "latitude"))
    return any(
        has_table(sample, [Column(name, by_name[name].patterns) for name in ("postcode", *pair, extra)])
        for pair in pairs
    )


def _code_point(sample: Sample) -> bool:
    if any(_has_postcodes(sample, extra) for extra in _TELLING):
        return False  # the same columns with a header
    rows = [row for row in sample.rows[:50] if any(row)]
    good = sum(
        len(row) == len(CODE_POINT)
        and POSTCODE.fullmatch(row[0].replace(" ", "").upper()) is not None
        and all(row[at].isdigit() for at in (1, 2, 3))
        for row in rows
    )
    return bool(rows) and good * 2 > len(rows)
