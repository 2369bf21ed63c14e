"""Patients registered at a GP practice by the LSOA they live in, as NHS England publishes them every quarter.

``gp-reg-pat-prac-lsoa-all.csv`` and its parts for men and women: seven columns, one row per practice, LSOA and sex.
The zip with all three files is read whole. Also a table practice, LSOA, patients as analysts pass it on (CSV, Excel,
Parquet).

Patients whose residence is not known stand under ``NO2011`` (areas of 2011), ``EMPTY`` (areas of 2021; it begins with
an E like England's codes) or ``CLOSED``; they are kept under ``UNKNOWN_AREA``. Residents of Wales (``W01``) and
Scotland (``S01``) keep their areas.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.domain.problem import Fault, Problem
from app.ingest import vintages
from app.ingest.codes import PRACTICE, SMALL_AREA, checked, clean, fits
from app.ingest.columns import Column, has_table
from app.ingest.dates import parse_dates
from app.ingest.faults import Faults, several
from app.ingest.kinds import Kind
from app.ingest.numbers import parse_counts
from app.ingest.reader import ReadOptions, Tell, silent
from app.ingest.reading import UNKNOWN_AREA, ImportReport, Reading, frame_of
from app.ingest.source import Sample, Source
from app.ingest.tabular import Table, read_table, wanted_parts

COLUMNS = (
    Column("practice_code", (r"practice code", r"prac(tice)? ?code", r"org code", r"gp practice code"), coded=True),
    Column(
        "area_code",
        (r"lsoa code", r"lsoa(11|21)cd", r"lsoa ?(20)?(11|21)( code)?", r"lsoa code \((2011|2021)\)", r"lsoa"),
        coded=True,
    ),
    Column("patients", (r"number of patients", r"(registered )?patients", r"(patient|list) count")),
    Column("sex", (r"sex", r"gender"), required=False, coded=True),
    Column("extract", (r"extract date",), required=False, coded=True),
)
UNKNOWN = {"NO2011", "NO2021", "EMPTY", "CLOSED", "UNKNOWN", "NULL", ""}
SEXES = {
    "ALL": "ALL",
    "TOTAL": "ALL",
    "PERSONS": "ALL",
    "MALE": "MALE",
    "M": "MALE",
    "FEMALE": "FEMALE",
    "F": "FEMALE",
    "UNKNOWN": "OTHER",
    "INDETERMINATE": "OTHER",
    "OTHER": "OTHER",
}


@dataclass
class _Rows:
    """The rows of all parts, fewer as repeated counts are found out."""

    rows: pd.DataFrame  # practice, area (str), patients (int), sex, extract (date or None); indexed by row number

    def drop(self, wrong: NDArray[np.bool_], reason: str, report: ImportReport) -> None:
        if wrong.any():
            report.drop(reason, int(wrong.sum()))
            lost = int(self.rows["patients"].to_numpy()[wrong].sum())
            report.conservation["patients_dropped"] = report.conservation.get("patients_dropped", 0) + lost
            self.rows = self.rows[~wrong]


class RegistrationsReader:
    """Reads registered patients by practice and small area; sexes are summed and never counted twice."""

    kind = Kind.REGISTRATIONS

    def recognises(self, sample: Sample) -> bool:
        return has_table(sample, COLUMNS)

    def read(self, source: Source, options: ReadOptions, tell: Tell = silent) -> Reading:
        report = ImportReport(source.name, self.kind)
        faults = Faults(source.name)
        parts = wanted_parts(source, self.recognises)
        tables = [read_table(part, COLUMNS, options, tell) for part in parts]
        for table in tables:
            table.begin(report)
        kept = _Rows(pd.concat([_clean(table, faults) for table in tables]))
        faults.raise_any("The registrations have errors", "Mend these rows, or download the file again.")
        report.conservation["patients_in_file"] = int(kept.rows["patients"].sum())
        report.conservation["patients_dropped"] = 0
        _one_extract(kept, options.as_of, report)
        _one_count_each(kept, report)
        frame = _sum(kept.rows, report)
        tell(0.95, "summing patients")
        _tell_vintage(kept.rows, tables[0], report)
        _count(frame, report)
        report.rows_kept = len(kept.rows)
        return Reading(self.kind, {"registration": frame}, report)


def _clean(table: Table, faults: Faults) -> pd.DataFrame:
    sex = clean(table["sex"]) if table.has("sex") else np.full(len(table.frame), "ALL", dtype=object)
    faults.mark("sex", "“{value}” is not ALL, MALE or FEMALE", table["sex"], ~np.isin(sex, list(SEXES)), field="SEX")
    return pd.DataFrame(
        {
            "practice": checked(
                table["practice_code"], PRACTICE, faults, field="PRACTICE_CODE", what="a practice code"
            ),
            "area": clean(table["area_code"]),
            "patients": parse_counts(table["patients"], faults, "NUMBER_OF_PATIENTS"),
            "sex": clean(pd.Series(sex), lambda word: SEXES.get(word, "")),
            "extract": parse_dates(table["extract"], faults, "EXTRACT_DATE"),
        },
        index=table.frame.index,
    )


def _one_extract(kept: _Rows, as_of: date | None, report: ImportReport) -> None:
    """A file of several quarters would count everybody several times: take the one asked for."""
    dates = sorted(day for day in kept.rows["extract"].unique() if day is not None)
    if len(dates) > 1:
        chosen = max((day for day in dates if as_of and day <= as_of), default=None)
        if chosen is None:
            raise Problem(
                Fault.BAD_INPUT,
                "The file holds several extracts",
                f"Its extract dates are {several(day.isoformat() for day in dates)}: every patient would count "
                f"{len(dates)} times.",
                remedy="Say as of which date to read it, or load one extract.",
                file=report.file,
            )
        kept.drop(np.asarray(kept.rows["extract"] != chosen), f"of another extract than {chosen.isoformat()}", report)
        dates = [chosen]
    report.extract_date = dates[0] if dates else None


def _one_count_each(kept: _Rows, report: ImportReport) -> None:
    """Where a practice has rows for ALL, its rows by sex say the same again; where it has none, they are summed."""
    sex = kept.rows["sex"]
    present = sorted(sex.unique())
    if present == ["ALL"]:
        return
    if present in (["MALE"], ["FEMALE"]):
        raise Problem(
            Fault.BAD_INPUT,
            f"The file counts {present[0].lower()} patients only",
            "Half of the patients would be missing from every figure.",
            remedy="Load gp-reg-pat-prac-lsoa-all, or the zip with all its files.",
            file=report.file,
        )
    with_all = set(kept.rows["practice"][sex == "ALL"])
    again = np.asarray((sex != "ALL") & kept.rows["practice"].isin(with_all))
    if again.any():
        both = kept.rows["practice"].isin(with_all)
        total = int(kept.rows["patients"][both & (sex == "ALL")].sum())
        by_sex = int(kept.rows["patients"][again].sum())
        text = f"The file counts patients by sex and once more as ALL; ALL is used ({total:,} patients)."
        if total != by_sex:
            report.warn("sexes", f"{text} The rows by sex sum to {by_sex:,}.", field="SEX")
        else:
            report.note("sexes", text, field="SEX")
        kept.drop(again, "by sex, counted already in ALL", report)
    else:
        report.note("sexes", "Patients were summed over sexes.", field="SEX")


def _sum(rows: pd.DataFrame, report: ImportReport) -> pd.DataFrame:
    """One row per practice and area, unknown residence under ``UNKNOWN_AREA``, sorted."""
    area = np.asarray(rows["area"], dtype=object)
    unknown = np.isin(area, list(UNKNOWN))
    strange = ~unknown & ~fits(area, SMALL_AREA)
    if strange.any():
        patients = int(rows["patients"].to_numpy()[strange].sum())
        report.warn(
            "area-code",
            f"{patients:,} patients live in areas whose code is none of a small area "
            f"({several(sorted(set(area[strange])), 5)}); they count as unknown residence.",
            row=int(rows.index[np.flatnonzero(strange)[0]]),
            field="LSOA_CODE",
        )
    repeats = rows.duplicated(["practice", "area", "sex"])
    if repeats.any():
        report.warn(
            "repeated",
            f"{int(repeats.sum()):,} rows repeat a practice and area; their patients were added together.",
            row=int(rows.index[np.flatnonzero(repeats)[0]]),
        )
    area = np.where(unknown | strange, UNKNOWN_AREA, area)
    practice_at, practices = pd.factorize(np.asarray(rows["practice"], dtype=object), sort=True)
    area_at, areas = pd.factorize(area, sort=True)
    key, pair = np.unique(practice_at.astype(np.int64) * len(areas) + area_at, return_inverse=True)
    sums = np.bincount(pair, weights=np.asarray(rows["patients"], dtype=np.float64), minlength=len(key))
    columns = {
        "practice_code": practices[key // len(areas)],
        "area_code": areas[key % len(areas)],
        "patients": sums.astype(np.int64),
    }
    return frame_of("registration", columns, len(key))


def _tell_vintage(rows: pd.DataFrame, table: Table, report: ImportReport) -> None:
    codes = set(rows["area"].unique())
    found = vintages.detect(codes - UNKNOWN, codes & UNKNOWN, table.published["area_code"])
    report.vintage = found.year
    report.findings.extend(found.findings)


def _count(frame: pd.DataFrame, report: ImportReport) -> None:
    living = frame.groupby("area_code", sort=True)["patients"].sum()
    total, unknown = int(living.sum()), int(living.get(UNKNOWN_AREA, 0))
    report.conservation["patients_kept"] = total
    report.counts["patients"] = total
    report.counts["patients with unknown residence"] = unknown
    for nation, letter in (("Wales", "W01"), ("Scotland", "S01")):
        report.counts[f"patients living in {nation}"] = int(living[living.index.str.startswith(letter)].sum())
    report.counts["practices"] = int(frame["practice_code"].nunique())
    report.counts["areas"] = len(living) - int(UNKNOWN_AREA in living.index)
    report.match_rates["patients with known residence"] = 1 - unknown / total if total else 0.0
