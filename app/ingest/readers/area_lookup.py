"""The exact-fit lookup of LSOAs from the 2011 to the 2021 census (ONS, V3).

One row per pair: unchanged ``U``, split ``S`` (a row per part), merged ``M`` (a row per former area), complex ``X``.
Best-fit lookups, and exact-fit ones cut to one row per former area, lose the other parts of split areas without a word;
such a file is refused.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from app.domain.problem import Finding
from app.ingest.codes import checked, clean, drop_repeats
from app.ingest.columns import Column, has_table
from app.ingest.faults import Faults
from app.ingest.kinds import Kind
from app.ingest.reader import ReadOptions, Tell, silent
from app.ingest.reading import ImportReport, Reading, frame_of
from app.ingest.source import Sample, Source
from app.ingest.tabular import only_part, read_table

COLUMNS = (
    Column(
        "from_code", (r"lsoa ?11 ?cd", r"lsoa ?11 ?code", r"lsoa ?\(?2011\)? ?code", r"lsoa code \(2011\)"), coded=True
    ),
    Column(
        "to_code", (r"lsoa ?21 ?cd", r"lsoa ?21 ?code", r"lsoa ?\(?2021\)? ?code", r"lsoa code \(2021\)"), coded=True
    ),
    Column("change", (r"chg ?ind", r"change ?(code|indicator|ind)"), coded=True),
)
LSOA = re.compile(r"[EW]01\d{6}")
CHANGES = ("U", "S", "M", "X")
NEGLIGIBLE = {
    ("E01027506", "E01035624"),
    ("E01008187", "E01035637"),
    ("E01023964", "E01035581"),
    ("E01023508", "E01035582"),
}
"""Complex pairs that hardly overlap (as the Blackwell registered-patients project lists them); none in London."""


class AreaLookupReader:
    """Reads pairs of 2011 and 2021 areas and refuses a file that has lost some."""

    kind = Kind.AREA_LOOKUP

    def recognises(self, sample: Sample) -> bool:
        return has_table(sample, COLUMNS)

    def read(self, source: Source, options: ReadOptions, tell: Tell = silent) -> Reading:
        table = read_table(only_part(source, self.recognises), COLUMNS, options, tell)
        report = ImportReport(source.name, self.kind)
        table.begin(report)
        faults = Faults(source.name)
        change = clean(table["change"])
        unknown = ~np.isin(change, CHANGES)
        faults.mark("change", "“{value}” is not U, S, M or X", table["change"], unknown, field="CHGIND")
        rows = pd.DataFrame(
            {
                "from_code": checked(table["from_code"], LSOA, faults, field="LSOA11CD", what="an LSOA code"),
                "to_code": checked(table["to_code"], LSOA, faults, field="LSOA21CD", what="an LSOA code"),
                "change": change,
            },
            index=table.frame.index,
        )
        rows = drop_repeats(rows, ["from_code", "to_code"], report, faults, "the pair")
        faults.raise_any("The lookup has errors", "Download the exact-fit lookup (V3) from the ONS again.")
        _refuse_lost_parts(rows, report, faults)
        rows = _without_negligible(rows, report).sort_values(["from_code", "to_code"], kind="stable")
        report.rows_kept = len(rows)
        for letter, word in zip(CHANGES, ("unchanged", "split", "merged", "complex"), strict=True):
            report.counts[f"rows {word}"] = int((rows["change"] == letter).sum())
        report.counts["areas of 2011"] = int(rows["from_code"].nunique())
        report.counts["areas of 2021"] = int(rows["to_code"].nunique())
        return Reading(self.kind, {"area_lookup": frame_of("area_lookup", rows, len(rows))}, report)


def _refuse_lost_parts(rows: pd.DataFrame, report: ImportReport, faults: Faults) -> None:
    """Check each change against the number of its rows: a split has parts, an unchanged area none."""
    parts = rows.groupby("from_code")["to_code"].transform("nunique")
    sources = rows.groupby("to_code")["from_code"].transform("nunique")
    for row, area in _where(rows, (rows["change"] == "S") & (parts < 2)):
        faults.add(
            "lost-part",
            f"{area} was split, but only one of its parts is here: the patients of the others would be misplaced",
            row=row,
            field="LSOA21CD",
            value=area,
            suggestion="Use the exact-fit lookup with one row per part.",
        )
    for row, area in _where(rows, (rows["change"] == "U") & ((parts > 1) | (sources > 1))):
        faults.add(
            "not-unchanged", f"{area} is marked unchanged but has other rows", row=row, field="CHGIND", value=area
        )
    faults.raise_any("The lookup does not fit itself", "Download the exact-fit lookup (V3) from the ONS again.")
    alone = list(_where(rows, (rows["change"] == "M") & (sources < 2)))
    if alone:
        report.findings.append(
            Finding(
                "merged-alone",
                f"{len(alone):,} merged rows have no second former area (an extract of a wider lookup?), "
                f"such as {alone[0][1]}.",
                "warning",
                row=alone[0][0],
                field="LSOA11CD",
            )
        )


def _where(rows: pd.DataFrame, wrong: pd.Series[bool]) -> list[tuple[int, str]]:
    return [(int(row), str(code)) for row, code in zip(rows.index[wrong], rows["from_code"][wrong], strict=True)]


def _without_negligible(rows: pd.DataFrame, report: ImportReport) -> pd.DataFrame:
    """Drop the pairs that hardly overlap, unless nothing else would be left of the former area."""
    pairs = list(zip(rows["from_code"], rows["to_code"], strict=True))
    slight = np.asarray([pair in NEGLIGIBLE for pair in pairs], dtype=bool)
    elsewhere = set(rows["from_code"][~slight])
    slight &= np.asarray([code in elsewhere for code in rows["from_code"]], dtype=bool)
    report.drop("complex pair with a negligible overlap", int(slight.sum()))
    return rows[~slight]
