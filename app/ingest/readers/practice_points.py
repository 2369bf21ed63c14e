"""Practices with coordinates, as analysts keep them: CSV, Excel, Parquet or GeoJSON points, with the list size and PCN
where they are given."""

from __future__ import annotations

import numpy as np
import pandas as pd

from app.ingest.codes import PCN, PRACTICE, checked, clean, clean_postcode, drop_repeats, fits
from app.ingest.columns import Column, has_table
from app.ingest.dates import parse_dates
from app.ingest.faults import Faults
from app.ingest.geojson import looks_like_points, points_table
from app.ingest.kinds import Kind
from app.ingest.numbers import parse_counts
from app.ingest.points import national_grid
from app.ingest.reader import ReadOptions, Tell, silent
from app.ingest.readers.practices import STATUS
from app.ingest.reading import ImportReport, Reading, frame_of
from app.ingest.source import Sample, Source
from app.ingest.tabular import Table, only_part, read_table

CODE = Column(
    "code", (r"(gp )?practice ?code", r"prac ?code", r"ods ?code", r"organisation code", r"org ?code", r"code")
)
GRID = (
    Column("easting", (r"eastings?", r"(os)?east1m", r"bng ?e", r"x")),
    Column("northing", (r"northings?", r"(os)?n(o)?rth1m", r"bng ?n", r"y")),
)
DEGREES = (Column("longitude", (r"long?(itude)?", r"lng")), Column("latitude", (r"lat(itude)?",)))
OTHERS = (
    Column("name", (r"(gp )?practice ?name", r"organisation name", r"name")),
    Column("postcode", (r"(practice )?post ?code",)),
    Column("status", (r"status( code)?",)),
    Column("setting", (r"(prescribing )?setting",)),
    Column("sub_icb_code", (r"sub icb( loc(ation)?)? code", r"commissioner")),
    Column("opened", (r"open(ed)?( ?date)?",)),
    Column("closed", (r"closed?( ?date)?",)),
    Column("list_size", (r"(gp |practice |registered )?list ?size( .*)?", r"(registered |number of )?patients")),
    Column("pcn_code", (r"pcn ?code",)),
    Column("pcn_name", (r"pcn ?name",)),
)


class PracticePointsReader:
    """Reads practices with their points, and memberships (since ever, without an end) where a PCN is given."""

    kind = Kind.PRACTICE_POINTS

    def recognises(self, sample: Sample) -> bool:
        if looks_like_points(sample):
            return any(
                f'"{name}"' in sample.text.casefold() for name in ("practice_code", "ods_code", "code", "odscode")
            )
        return any(has_table(sample, [CODE, *pair]) and _practice_codes(sample) for pair in (GRID, DEGREES))

    def read(self, source: Source, options: ReadOptions, tell: Tell = silent) -> Reading:
        part = only_part(source, self.recognises)
        report = ImportReport(source.name, self.kind)
        faults = Faults(source.name)
        optional = [Column(c.name, c.patterns, required=False) for c in (*GRID, *DEGREES, *OTHERS)]
        if looks_like_points(part.sample):
            table = points_table(part, [CODE, *optional], options)
        else:
            pair = GRID if has_table(part.sample, [CODE, *GRID]) else DEGREES
            names = {column.name for column in pair}
            wanted = [Column(c.name, c.patterns, required=c.name in names) for c in optional]
            table = read_table(part, [CODE, *wanted], options, tell)
        table.begin(report)
        rows = _clean(table, faults, report)
        rows = drop_repeats(rows, ["code"], report, faults, "practice")
        faults.raise_any("The practices have errors", "Mend these rows and load the file again.")
        rows = rows.sort_values("code", kind="stable")
        report.rows_kept = len(rows)
        members = rows[rows["pcn_code"] != ""]
        _count(table, rows, members, report)
        frames = {"practice": frame_of("practice", rows, len(rows))}
        if table.has("pcn_code"):
            pcns = members.drop_duplicates("pcn_code").sort_values("pcn_code")
            frames["pcn"] = frame_of("pcn", {"code": pcns["pcn_code"], "name": pcns["pcn_name"]}, len(pcns))
            pairs = {"practice_code": members["code"], "pcn_code": members["pcn_code"]}
            frames["membership"] = frame_of("membership", pairs, len(members))
        return Reading(self.kind, frames, report)


def _practice_codes(sample: Sample) -> bool:
    """Whether the code column holds practice codes: a file of schools has codes and coordinates as well.

    Parquet says its columns only, so there the name must say practice.
    """
    if sample.is_parquet:
        return has_table(sample, [Column("code", (r"(gp )?practice ?code", r"ods ?code"))])
    for rows in sample.tables:
        codes = {cell.upper() for row in rows for cell in row if PRACTICE.fullmatch(cell.upper())}
        if codes:
            return True
    return False


def _clean(table: Table, faults: Faults, report: ImportReport) -> pd.DataFrame:
    east, north = national_grid(table, faults, report)
    status = clean(table["status"])
    wrong_status = ~np.isin(status, ["", *STATUS])
    faults.mark("status", "“{value}” is not a status", table["status"], wrong_status, field="status")
    pcn = clean(table["pcn_code"], lambda text: "" if text.upper() in {"U", "UNALLOCATED"} else text.upper())
    wrong_pcn = (pcn != "") & ~fits(pcn, PCN)
    faults.mark("code", "“{value}” is not a PCN code", table["pcn_code"], wrong_pcn, field="pcn_code")
    size = parse_counts(table["list_size"], faults, table.published.get("list_size", "list size"), blank=0)
    no_size = np.asarray(table["list_size"] == "", dtype=bool)
    return pd.DataFrame(
        {
            "code": checked(table["code"], PRACTICE, faults, field=table.published["code"], what="a practice code"),
            "name": np.asarray(table["name"], dtype=object),
            "postcode": clean(table["postcode"], clean_postcode),
            "status": [STATUS.get(word) for word in status],
            "setting": clean(table["setting"]),
            "sub_icb_code": clean(table["sub_icb_code"]),
            "opened": parse_dates(table["opened"], faults, "open date"),
            "closed": parse_dates(table["closed"], faults, "close date"),
            "easting": east,
            "northing": north,
            "list_size": pd.array(np.where(no_size, 0, size), dtype="Int64"),
            "pcn_code": pcn,
            "pcn_name": np.asarray(table["pcn_name"], dtype=object),
        },
        index=table.frame.index,
    ).assign(list_size=lambda rows: rows["list_size"].mask(no_size))


def _count(table: Table, rows: pd.DataFrame, members: pd.DataFrame, report: ImportReport) -> None:
    report.counts["practices"] = len(rows)
    report.counts["practices without coordinates"] = int(rows["easting"].isna().sum())
    if table.has("list_size"):
        report.counts["practices without list size"] = int(rows["list_size"].isna().sum())
        report.counts["patients on lists"] = int(rows["list_size"].sum())
        report.note("list-size", f"List sizes are from the column {table.published['list_size']}.")
    if table.has("pcn_code"):
        report.counts["practices without PCN"] = len(rows) - len(members)
        report.note("start-unknown", "The file does not date memberships: they hold since ever and without an end.")
    shared = rows["easting"].notna() & rows.duplicated(["easting", "northing"], keep=False)
    report.counts["practices at the same point as another"] = int(shared.sum())
