"""Deprivation of small areas: File 7 of the English Indices of Deprivation 2019 (LSOA 2011) and 2025 (LSOA 2021).

Decile 1 is the most deprived tenth and rank 1 the most deprived area; a file turned the other way round is refused,
because nothing further on could tell. Aggregate scores by population-weighted mean, never ranks.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.ingest import vintages
from app.ingest.codes import checked, drop_repeats
from app.ingest.columns import Column, has_table
from app.ingest.faults import Faults
from app.ingest.kinds import Kind
from app.ingest.numbers import parse_decimals
from app.ingest.reader import ReadOptions, Tell, silent
from app.ingest.reading import ImportReport, Reading, frame_of
from app.ingest.source import Sample, Source
from app.ingest.tabular import Table, only_part, read_table

_IMD = r"(index of multiple deprivation( \(imd\))?|imd)"
LSOA = re.compile(r"E01\d{6}")
AREA = Column(
    "area_code", (r"lsoa code( \((2011|2021)\))?", r"lsoa ?(20)?(11|21) ?(cd|code)", r"lsoa ?(20)?(11|21)", r"lsoa ?cd")
)
MEASURES = (
    Column("imd_score", (rf"{_IMD}( \d{{4}})? score", r"imd(19|20\d\d)? ?score")),
    Column("imd_decile", (rf"{_IMD}( \d{{4}})? decile( \(.*\))?", r"imd(19|20\d\d)? ?decile")),
    Column("imd_rank", (rf"{_IMD}( \d{{4}})? rank( \(.*\))?",), required=False),
    # the denominator of the indices, not the population of the same year
    Column("imd_population", (r"total population: mid \d{4}( \(.*\))?",), required=False),
)
GEOMETRY = r"geometry|geom|wkb geometry|wkt"
"""Columns of a map layer, which has its own readers even where deprivation or population stand beside the outlines."""
RELEASES = {"2011": "2019", "2021": "2025"}


class DeprivationReader:
    """Reads score, decile, rank and population denominator of each small area as ``area_measure`` rows."""

    kind = Kind.DEPRIVATION

    def recognises(self, sample: Sample) -> bool:
        return has_table(sample, [AREA, *MEASURES]) and not has_table(sample, [Column("geometry", (GEOMETRY,))])

    def read(self, source: Source, options: ReadOptions, tell: Tell = silent) -> Reading:
        table = read_table(only_part(source, self.recognises), [AREA, *MEASURES], options, tell)
        report = ImportReport(source.name, self.kind)
        table.begin(report)
        faults = Faults(source.name)
        rows = pd.DataFrame(
            {"area_code": checked(table["area_code"], LSOA, faults, field="LSOA code", what="an English LSOA code")},
            index=table.frame.index,
        )
        for measure in (column.name for column in MEASURES if table.has(column.name)):
            rows[measure] = parse_decimals(table[measure], faults, table.published[measure])
        _check_deciles(rows, table, faults)
        rows = drop_repeats(rows, ["area_code"], report, faults, "area")
        faults.raise_any("The deprivation scores have errors", "Mend these rows, or download File 7 again.")
        _refuse_turned_round(rows, faults)
        report.rows_kept = len(rows)
        found = vintages.detect(rows["area_code"], header=table.published["area_code"])
        report.vintage = found.year
        report.findings.extend(found.findings)
        report.counts["areas"] = len(rows)
        report.counts["areas in the most deprived tenth of England"] = int((rows["imd_decile"] == 1).sum())
        if found.year:
            report.note(
                "release", f"LSOAs of {found.year}: the Indices of Deprivation {RELEASES[found.year]} or later."
            )
        return Reading(self.kind, {"area_measure": measures_of(rows)}, report)


def measures_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``area_measure``, one per area and measure, from a table with one column per measure."""
    long = rows.melt("area_code", var_name="measure", value_name="value").dropna(subset=["value"])
    long = long.sort_values(["area_code", "measure"], kind="stable")
    return frame_of("area_measure", long, len(long))


def _check_deciles(rows: pd.DataFrame, table: Table, faults: Faults) -> None:
    wrong = ~np.isin(rows["imd_decile"].to_numpy(), np.arange(1, 11))
    faults.mark("decile", "“{value}” is not a decile from 1 to 10", table["imd_decile"], wrong, field="imd_decile")
    blank: NDArray[np.bool_] = np.isnan(rows["imd_score"].to_numpy())
    blank &= np.asarray(table["imd_score"] == "", dtype=bool)
    faults.mark("score", "has no score", table["imd_score"], blank, field="imd_score")


def _refuse_turned_round(rows: pd.DataFrame, faults: Faults) -> None:
    """A higher score means more deprived (IoD technical report); so decile 1 must have the highest scores."""
    means = rows.groupby("imd_decile")["imd_score"].mean()
    if len(means) > 1 and means.iloc[0] < means.iloc[-1]:
        faults.add(
            "decile-order",
            f"decile {means.index[0]:g} has a mean score of {means.iloc[0]:.1f} and decile {means.index[-1]:g} of "
            f"{means.iloc[-1]:.1f}, but decile 1 is the most deprived and the higher score means more deprived",
            field="imd_decile",
        )
    faults.raise_any("The deciles run the wrong way", "Use File 7 as published, where decile 1 is the most deprived.")
