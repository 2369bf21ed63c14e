"""Residents of small areas: the ONS's mid-year estimates (SAPE workbooks) or a plain table of code and population.

The workbooks hold a sheet per year (``Mid-2022 LSOA 2021``), three rows above the header, a total, and women and
men by single year of age (``F0`` … ``M90``) or in broad bands (``F0 to 15``). Older ones hold persons (``All Ages``,
``0`` … ``90+``). Single years of so small an area are unsafe (ONS), so they are summed into the broad bands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from app.domain.problem import Fault, Problem
from app.ingest import vintages
from app.ingest.codes import SMALL_AREA, clean, drop_repeats, fits
from app.ingest.columns import Column, complete, has_table, matches, normal
from app.ingest.faults import Faults, several
from app.ingest.kinds import Kind
from app.ingest.numbers import parse_counts
from app.ingest.reader import ReadOptions, Tell, silent
from app.ingest.readers.deprivation import GEOMETRY, measures_of
from app.ingest.reading import ImportReport, Reading
from app.ingest.source import HEAD_ROWS, Sample, Source
from app.ingest.tabular import Table, only_part, read_sheet, read_table

AREA = Column(
    "area_code",
    (
        r"lsoa ?(20)?(11|21) ?(cd|code)",
        r"lsoa code( \((2011|2021)\))?",
        r"lsoa ?cd",
        r"area code",
        r"lsoa ?(20)?(11|21)",
    ),
)
TOTAL = Column(
    "population",
    (
        r"total",
        r"all ages",
        r"(total |usual |resident )?population( .*)?",
        r"usual residents",
        r"mid[- ]\d{4}( population)?",
    ),
)
SHEET = re.compile(r"mid-(\d{4}) (lsoa|persons).*", re.IGNORECASE)
AGE = re.compile(r"(?P<sex>[fm])?(?P<from>\d{1,2})(?: to (?P<to>\d{1,2})| and over|\+)?")
BANDS = ((0, 15), (16, 29), (30, 44), (45, 64), (65, None))
"""The broad ages of the ONS's own broad-age file."""
OLDEST = 90  # "90" in a file of single years means 90 and over
OTHER_KINDS = (
    r".*(imd|deprivation).*",
    r"(gp )?prac(tice)? ?code",
    r"post ?code|pcds?",
    r".*neighbou?rhood.*",
    r"sex",
    GEOMETRY,
)


class PopulationReader:
    """Reads residents by small area, in all and by broad age where the file has ages."""

    kind = Kind.POPULATION

    def recognises(self, sample: Sample) -> bool:
        if any(SHEET.fullmatch(name) for name in sample.sheet_names):
            return True
        return has_table(sample, [AREA, TOTAL]) and not any(
            matches(row, [Column("other", (pattern,))])
            for rows in sample.tables
            for row in rows[:HEAD_ROWS]
            for pattern in OTHER_KINDS
        )

    def read(self, source: Source, options: ReadOptions, tell: Tell = silent) -> Reading:
        part = only_part(source, self.recognises)
        report = ImportReport(source.name, self.kind)
        faults = Faults(source.name)
        table = _table(part, options, tell, report)
        table.begin(report)
        table = _areas_only(table, report)
        rows = pd.DataFrame({"area_code": clean(table["area_code"])}, index=table.frame.index)
        rows["population"] = parse_counts(table["population"], faults, table.published["population"])
        ages = {field: parse_counts(table[field], faults, field, blank=0) for field in table.published if _age(field)}
        for name, fields in _bands(list(ages)).items():
            rows[name] = np.sum([ages[field] for field in fields], axis=0)
        rows = drop_repeats(rows, ["area_code"], report, faults, "area")
        faults.raise_any("The populations have errors", "Mend these rows, or download the estimates again.")
        _check_sum(rows, report)
        report.rows_kept = len(rows)
        found = vintages.detect(rows["area_code"], header=f"{table.published['area_code']} {table.sheet or ''}")
        report.vintage = found.year
        report.findings.extend(found.findings)
        report.counts["areas"] = len(rows)
        report.counts["residents"] = int(rows["population"].sum())
        return Reading(self.kind, {"area_measure": measures_of(rows)}, report)


def _table(part: Source, options: ReadOptions, tell: Tell, report: ImportReport) -> Table:
    """The table to read: in a workbook, the sheet asked for or that of the latest year."""
    if not part.sample.is_workbook:
        header = next((row for row in part.sample.rows[:HEAD_ROWS] if complete(row, [AREA, TOTAL])), [])
        return read_table(part, [AREA, TOTAL, *_age_columns(header)], options, tell)
    heads = part.sample.sheet_heads
    sheets = [name for name, rows in heads.items() if any(complete(row, [AREA, TOTAL]) for row in rows)]
    if not sheets or (options.layer and options.layer not in sheets):
        raise Problem(
            Fault.MISSING_COLUMN,
            "No sheet with populations of small areas" if not sheets else "No such sheet of populations",
            f"The workbook has the sheets {several(heads)}; those with an LSOA code and a total: "
            f"{several(sheets) or 'none'}.",
            remedy="Load the LSOA estimates (SAPE), or name one of these sheets.",
            file=part.name,
        )
    chosen = options.layer or max(sheets, key=lambda name: (_year(name), name))
    if len(sheets) > 1:
        report.note("sheet", f"The sheet “{chosen}” was read, of {several(sorted(sheets))}.")
    header = next(row for row in heads[chosen] if complete(row, [AREA, TOTAL]))
    return read_sheet(part, chosen, [AREA, TOTAL, *_age_columns(header)], options.columns)


def _year(sheet: str) -> str:
    found = re.search(r"\d{4}", sheet)
    return found[0] if found else ""


def _areas_only(table: Table, report: ImportReport) -> Table:
    """Totals of boroughs, notes and footers stand in the same column as the areas."""
    small = fits(clean(table["area_code"]), SMALL_AREA)
    report.drop("not a small area (a total or a note)", int((~small).sum()))
    if not small.any():
        raise Problem(
            Fault.BAD_INPUT,
            "The file has no small area",
            f"None of the codes in {table.published['area_code']} is an LSOA, such as “{table['area_code'].iloc[0]}”.",
            remedy="Load the estimates by LSOA.",
            file=report.file,
        )
    return table.with_frame(table.frame[small])


def _age(header: str) -> tuple[int, int | None] | None:
    """The ages a column counts, first and last (None: and over); None for any other column."""
    found = AGE.fullmatch(normal(header))
    if not found:
        return None
    first = int(found["from"])
    if found["to"]:
        return first, int(found["to"])
    open_ended = not normal(header)[-1].isdigit() or first >= OLDEST
    return first, None if open_ended else first


def _age_columns(header: Sequence[str]) -> list[Column]:
    return [Column(name, (re.escape(name),)) for name in dict.fromkeys(map(normal, header)) if _age(name)]


def _bands(fields: Sequence[str]) -> dict[str, list[str]]:
    """Which columns make up each broad band; empty where a column straddles two bands."""
    bands: dict[str, list[str]] = {}
    for field in fields:
        ages = _age(field)
        assert ages is not None  # noqa: S101 - only fields with ages are given
        first, last = ages
        for start, end in BANDS:
            if start <= first and (end is None or (last is not None and last <= end)):
                bands.setdefault(f"population_{start}_{end if end is not None else 'over'}", []).append(field)
                break
        else:
            return {}
    return bands


def _check_sum(rows: pd.DataFrame, report: ImportReport) -> None:
    """Total and ages must agree, to the person."""
    bands = [name for name in rows if name not in ("area_code", "population")]
    if not bands:
        return
    total, by_age = int(rows["population"].sum()), int(rows[bands].to_numpy().sum())
    report.conservation.update(residents_in_total=total, residents_by_age=by_age)
    unequal = rows["population"].to_numpy() != rows[bands].to_numpy().sum(axis=1)
    if unequal.any():
        at = int(np.flatnonzero(unequal)[0])
        report.warn(
            "ages-do-not-sum",
            f"In {int(unequal.sum()):,} areas the ages do not sum to the total, such as {rows['area_code'].iloc[at]}.",
            row=int(rows.index[at]),
        )
