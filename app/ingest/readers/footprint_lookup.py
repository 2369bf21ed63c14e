"""Neighbourhoods as a list: which LSOAs or wards each one is made of, as ICBs keep it.

The columns of a London ICB are ``LSOA_2021_CODE``, ``LSOA_2021_NAME``, ``NEIGHBOURHOOD_CODE``, ``NEIGHBOURHOOD_NAME``,
``BOROUGH``, ``PLACE``, ``START_DATE``; older lists say ``LSOA11CD``, ``WD24CD``, ``Neighbourhood``. Rows may be dated:
an area that changes neighbourhood has a row for each, and a row without an end lasts until the day before the next one.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

import numpy as np
import pandas as pd

from app.domain.problem import Fault, Problem
from app.ingest import vintages
from app.ingest.codes import SMALL_AREA, WARD, checked, clean, drop_repeats
from app.ingest.columns import Column, has_table, matches, normal
from app.ingest.dates import parse_dates
from app.ingest.faults import EVERY, LISTED, Faults, set_aside, several
from app.ingest.kinds import Kind
from app.ingest.made_codes import made_codes
from app.ingest.reader import ReadOptions, Tell, silent
from app.ingest.reading import ImportReport, Reading, frame_of
from app.ingest.source import HEAD_ROWS, Sample, Source
from app.ingest.tabular import Table, only_part, read_table

_LSOA = (
    r"lsoa ?(20)?(11|21) ?(cd|code)( 1)?",
    r"lsoa code( \((2011|2021)\))?",
    r"lsoa ?cd",
    r"lsoa( ?(20)?(11|21))?",
    r"area code",
)
_WARD = (r"wd\d\d ?cd", r"ward ?(\d{4} )?code", r"ward ?cd")
_WORD = r"(neighbou?rhood|int|integrated neighbou?rhood team|locality|footprint)"
NAMES = (
    Column("code", (rf"{_WORD} ?(code|id|cd)",), required=False),
    Column("name", (rf"{_WORD} ?name", _WORD), required=False),
)
PRACTICE_CODE = Column("practice_code", (r"(gp )?prac(tice)? ?code", r"partner organisation code"))
PCN_NAMES = (Column("code", (r"pcn ?code",), required=False), Column("name", (r"pcn ?name", r"pcn"), required=False))
FIELDS = ("area", "code", "name", "place", "borough", "start", "end")
OTHERS = (
    Column("place", (r"place( name)?",), required=False),
    Column("borough", (r"borough( name)?", r"lad\d\dnm", r"local authority( name)?"), required=False),
    Column("start", (r"(start|effective from|valid from)( ?date)?",), required=False),
    Column("end", (r"(end|effective to|valid to)( ?date)?",), required=False),
)

WANTED = (*NAMES, *OTHERS)


class FootprintLookupReader:
    """Reads neighbourhoods given as a list of areas; an area in two of them at one time is refused with both rows."""

    kind = Kind.FOOTPRINT_LOOKUP

    def recognises(self, sample: Sample) -> bool:
        return not has_table(sample, [PRACTICE_CODE]) and any(
            has_table(sample, [_required(area), _required(named)])
            for area in (Column("area", _LSOA), Column("area", _WARD))
            for names in (NAMES, PCN_NAMES)
            for named in names
        )

    def read(self, source: Source, options: ReadOptions, tell: Tell = silent) -> Reading:
        part = only_part(source, self.recognises)
        unit, columns, by_pcn = _columns(part.sample, options)
        table = read_table(part, columns, options, tell)
        report = ImportReport(source.name, self.kind)
        table.begin(report)
        if by_pcn:
            report.note("pcn", "The list gives each area its PCN: each PCN is read as a neighbourhood.")
        faults = Faults(source.name, listed=EVERY if options.every_fault else LISTED)
        rows = _clean(table, unit, faults, report)
        if options.keep_valid:
            rows = set_aside(rows, faults, report, "has an error")
        faults.raise_any("The list of neighbourhoods has errors", "Mend these rows and load the file again.")
        rows = drop_repeats(rows, ["area", "code", "start"], report, faults, "the area")
        rows = _ends(rows, report)
        _mark_two_at_once(rows, faults)
        if options.keep_valid:
            rows = set_aside(rows, faults, report, "the area is in two neighbourhoods at once")
        faults.raise_any(
            "Areas are in two neighbourhoods at once",
            "Every area belongs to one neighbourhood at a time: mend these rows.",
        )
        report.rows_kept = len(rows)
        _tell(table, unit, rows, report)
        return Reading(self.kind, _frames(rows, unit, report), report)


def area_rows(source: Source, options: ReadOptions) -> tuple[str, dict[int, str]]:
    """Whether a list is of LSOAs (``lsoa``) or wards (``ward``), and its area codes by row, right or wrong.

    Raises ``Problem`` where the list has no column of areas or cannot be read.
    """
    part = only_part(source, FootprintLookupReader().recognises)
    unit, columns, _by_pcn = _columns(part.sample, options)
    table = read_table(part, columns, options)
    area = clean(table["area"])
    return unit, {int(row): str(code) for row, code in zip(table.frame.index, area, strict=True)}


def _required(column: Column) -> Column:
    return Column(column.name, column.patterns)


def _columns(sample: Sample, options: ReadOptions) -> tuple[str, list[Column], bool]:
    """Which unit the list is of, the columns to read, and whether PCNs stand for neighbourhoods.

    LSOAs go before wards, which may be there as a mere attribute; of several LSOA columns the first is the key of
    the list.
    """
    _check_fields(options)
    chosen = {normal(column) for column in options.columns.values()}
    header = max(
        (row for rows in sample.tables for row in rows[:HEAD_ROWS]),
        key=lambda row: (
            len(matches(row, [Column("lsoa", _LSOA), Column("ward", _WARD), *NAMES, *PCN_NAMES]))
            + len(chosen & {normal(name) for name in row})
        ),
        default=[],
    )
    lsoas = [Column("area", (re.escape(name),)) for name in _matching(header, _LSOA)]
    wards = [Column("area", (re.escape(name),)) for name in _matching(header, _WARD)]
    if "area" in options.columns:
        unit = _unit_of(sample, header, options.columns["area"])
        area = Column("area", ())
    else:
        unit = "lsoa" if lsoas or not wards else "ward"
        area = (lsoas or wards or [Column("area", (*_LSOA, *_WARD))])[0]
    names = NAMES
    if not matches(header, NAMES, options.columns) and matches(header, PCN_NAMES):
        names = PCN_NAMES
    found = matches(header, names, options.columns)
    if not found:  # let the reading say what is missing
        names = (NAMES[0], _required(NAMES[1]))
    return unit, [area, *names, *OTHERS], names is PCN_NAMES


def _check_fields(options: ReadOptions) -> None:
    unknown = sorted(set(options.columns) - set(FIELDS))
    if unknown:
        raise Problem(
            Fault.BAD_INPUT,
            "No such field",
            f"{several(map(repr, unknown))} is not a field of a list of neighbourhoods.",
            remedy=f"The fields are: {', '.join(FIELDS)}.",
        )


def _unit_of(sample: Sample, header: list[str], column: str) -> str:
    """Whether a column holds wards or LSOAs: its first code says so, its name where there is none."""
    places = [at for at, name in enumerate(header) if normal(name) == normal(column)]
    for at in places[:1]:
        for row in (row for rows in sample.tables for row in rows):
            value = row[at].strip().upper() if at < len(row) else ""
            if SMALL_AREA.fullmatch(value):
                return "lsoa"
            if WARD.fullmatch(value):
                return "ward"
    return "ward" if re.search("wd|ward", column.casefold()) else "lsoa"


def area_header(header: list[str]) -> str | None:
    """Which of the headings is taken for the areas: the first of LSOAs, else the first of wards; None without any."""
    found = _matching(header, _LSOA) or _matching(header, _WARD)
    return next((name for name in header if found and normal(name) == found[0]), None)


def _matching(header: list[str], patterns: tuple[str, ...]) -> list[str]:
    """Normalised names in the header that match any of the patterns, leftmost first."""
    return [normal(name) for name in header if any(re.fullmatch(pattern, normal(name)) for pattern in patterns)]


def _clean(table: Table, unit: str, faults: Faults, report: ImportReport) -> pd.DataFrame:
    form, what = (SMALL_AREA, "an LSOA code") if unit == "lsoa" else (WARD, "a ward code")
    area = checked(table["area"], form, faults, field=table.published["area"], what=what)
    name = clean(table["name"], str)
    place = clean(table["place"], str)
    code = clean(table["code"]) if table.has("code") else np.full(len(area), "", dtype=object)
    if not (code != "").any():
        code = made_codes(name, place)
        if (name != "").any():
            report.note("codes-made", "The file names neighbourhoods without codes: codes were made from the names.")
    unassigned = code == ""
    faults.mark(
        "no-neighbourhood",
        f"the {unit} is in no neighbourhood",
        table["area"],
        unassigned,
        field=table.published.get("code") or table.published.get("name") or "neighbourhood",
        suggestion="Give its neighbourhood, or remove the row.",
    )
    return pd.DataFrame(
        {
            "area": area,
            "code": code,
            "name": np.where(name == "", code, name),
            "place": place,
            "borough": clean(table["borough"], str),
            "start": parse_dates(table["start"], faults, table.published.get("start", "start")),
            "end": parse_dates(table["end"], faults, table.published.get("end", "end")),
        },
        index=table.frame.index,
    )


def _ends(rows: pd.DataFrame, report: ImportReport) -> pd.DataFrame:
    """A row without an end lasts until the day before the next row of its area."""
    rows = rows.assign(order=[start or date.min for start in rows["start"]])
    rows = rows.sort_values(["area", "order", "code"], kind="stable")
    ends = list(rows["end"])
    areas, orders = list(rows["area"]), list(rows["order"])
    implied = 0
    for at in range(len(rows) - 1):
        if areas[at] == areas[at + 1] and ends[at] is None and orders[at] < orders[at + 1]:
            ends[at] = orders[at + 1] - timedelta(days=1)
            implied += 1
    if implied:
        report.note(
            "ends-implied", f"{implied:,} rows without an end last until the day before the next row of their area."
        )
    return rows.assign(end=pd.Series(ends, index=rows.index, dtype=object))


def _mark_two_at_once(rows: pd.DataFrame, faults: Faults) -> None:
    previous: tuple[str, str, date | None, int] | None = None  # area, code, latest end so far, its row
    for row, area, code, start, end in zip(
        rows.index, rows["area"], rows["code"], rows["start"], rows["end"], strict=True
    ):
        if start and end and end < start:
            faults.add("backwards", f"{area} leaves {code} before it joins", row=int(row), field="end", value=str(end))
        if previous and previous[0] == area and (previous[2] is None or start is None or start <= previous[2]):
            faults.rows.add(previous[3])  # nobody can say which of the two is right
            faults.add(
                "two-neighbourhoods",
                f"{area} is in {previous[1]} (row {previous[3]}) and in {code} (this row) at the same time"
                if previous[1] != code
                else f"{area} is in {code} twice at the same time (row {previous[3]} and this row)",
                row=int(row),
                field="area",
                value=str(area),
                suggestion="Keep one, or give the dates between which each holds.",
            )
        if previous and previous[0] == area and (previous[2] is None or (end is not None and end < previous[2])):
            continue  # the earlier row lasts longer: what follows is still held against it
        previous = (area, code, end, int(row))


def _tell(table: Table, unit: str, rows: pd.DataFrame, report: ImportReport) -> None:
    if unit == "lsoa":
        found = vintages.detect(rows["area"], header=table.published["area"])
        report.vintage = found.year
        report.findings.extend(found.findings)
        taken = normal(table.published["area"])
        others = [name for name in _matching(list(table.header), _LSOA) if name != taken]
        if others:
            report.note("several-area-columns", f"Areas were taken from “{taken}”, not from {several(others)}.")
    report.counts["neighbourhoods"] = int(rows["code"].nunique())
    report.counts[f"{unit}s"] = int(rows["area"].nunique())
    report.counts["rows with an end"] = int(rows["end"].notna().sum())


def _frames(rows: pd.DataFrame, unit: str, report: ImportReport) -> dict[str, pd.DataFrame]:
    """Neighbourhoods once each (latest name; several boroughs joined by ``; ``), and their areas."""
    kept = []
    for code, group in rows.groupby("code", sort=True):
        names = sorted(set(group["name"]))
        if len(names) > 1:
            latest = group.sort_values(["order", "name"], kind="stable")["name"].iloc[-1]
            report.warn("two-names", f"{code} has the names {several(names)}; {latest} is kept.", value=str(code))
            names = [latest]
        places = sorted(set(group["place"]) - {""})
        if len(places) > 1:
            report.warn("two-places", f"{code} lies in the places {several(places)}.", value=str(code))
        boroughs = sorted(set(group["borough"]) - {""})
        kept.append((code, names[0], "; ".join(places), "; ".join(boroughs)))
    frame = pd.DataFrame(kept, columns=["code", "name", "place", "borough"])
    areas = rows.sort_values(["code", "area", "order"], kind="stable")
    lists = pd.DataFrame(
        {
            "neighbourhood_code": areas["code"],
            "unit": unit,
            "area_code": areas["area"],
            "start": areas["start"],
            "end": areas["end"],
        }
    )
    return {
        "neighbourhood": frame_of("neighbourhood", frame, len(frame)),
        "neighbourhood_area": frame_of("neighbourhood_area", lists, len(lists)),
    }
