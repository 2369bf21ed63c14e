"""``gp-reg-pat-prac-map``: which PCN and ICB each practice with a registered list belongs to on the extract date.

Published beside the counts of registered patients. PCN code ``U`` with the name Unallocated means no PCN.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from app.ingest.codes import PCN, PRACTICE, checked, clean, clean_postcode, drop_repeats, fits
from app.ingest.columns import Column, has_table
from app.ingest.dates import parse_dates
from app.ingest.faults import Faults, several
from app.ingest.kinds import Kind
from app.ingest.reader import ReadOptions, Tell, silent
from app.ingest.reading import ImportReport, Reading, frame_of
from app.ingest.source import Sample, Source
from app.ingest.tabular import only_part, read_table

COLUMNS = (
    Column("extract", (r"extract date",)),
    Column("code", (r"practice code",)),
    Column("name", (r"practice name",)),
    Column("postcode", (r"practice post ?code",)),
    Column("pcn_code", (r"pcn code",)),
    Column("pcn_name", (r"pcn name",), required=False),
)
NO_PCN = {"U", "", "UNALLOCATED"}


class PracticeMapReader:
    """Reads practices with their PCN on one date: code, name and postcode only, and a membership from that date on.

    The file states membership on its extract date and not since when, so ``start`` is the extract date: a load of ODS
    memberships knows the true dates and should be preferred.
    """

    kind = Kind.PRACTICE_MAP

    def recognises(self, sample: Sample) -> bool:
        return has_table(sample, COLUMNS)

    def read(self, source: Source, options: ReadOptions, tell: Tell = silent) -> Reading:
        table = read_table(only_part(source, self.recognises), COLUMNS, options, tell)
        report = ImportReport(source.name, self.kind)
        table.begin(report)
        faults = Faults(source.name)
        rows = pd.DataFrame(
            {
                "code": checked(table["code"], PRACTICE, faults, field="PRACTICE_CODE", what="a practice code"),
                "name": np.asarray(table["name"], dtype=object),
                "postcode": clean(table["postcode"], clean_postcode),
                "pcn_code": clean(table["pcn_code"], lambda text: "" if text.upper() in NO_PCN else text.upper()),
                "pcn_name": np.asarray(table["pcn_name"], dtype=object),
                "start": parse_dates(table["extract"], faults, "EXTRACT_DATE"),
            },
            index=table.frame.index,
        )
        pcn = np.asarray(rows["pcn_code"], dtype=object)
        wrong = (pcn != "") & ~fits(pcn, PCN)
        faults.mark("code", "“{value}” is neither a PCN code nor U", table["pcn_code"], wrong, field="PCN_CODE")
        rows = drop_repeats(rows, ["code"], report, faults, "practice")
        dates = sorted(day for day in rows["start"].unique() if day)
        if len(dates) > 1:
            faults.add("several-extracts", f"extracts of several dates: {several(day.isoformat() for day in dates)}")
        faults.raise_any("The map of practices has errors", "Mend these rows, or download the file again.")
        rows = rows.sort_values("code", kind="stable")
        report.rows_kept = len(rows)
        report.extract_date = dates[0] if dates else None
        members = rows[rows["pcn_code"] != ""]
        _tell(rows, members, report)
        pcns = (
            members.drop_duplicates("pcn_code")[["pcn_code", "pcn_name"]]
            .set_axis(["code", "name"], axis=1)
            .sort_values("code")
        )
        membership = members[["code", "pcn_code", "start"]].set_axis(["practice_code", "pcn_code", "start"], axis=1)
        frames = {
            "practice": frame_of("practice", rows[["code", "name", "postcode"]], len(rows)),
            "pcn": frame_of("pcn", pcns, len(pcns)),
            "membership": frame_of("membership", membership, len(membership)),
        }
        return Reading(self.kind, frames, report)


def _tell(rows: pd.DataFrame, members: pd.DataFrame, report: ImportReport) -> None:
    report.counts["practices"] = len(rows)
    report.counts["practices without PCN"] = len(rows) - len(members)
    report.counts["PCNs"] = int(members["pcn_code"].nunique())
    day = report.extract_date
    report.note(
        "start-assumed",
        f"The file says who belonged to which PCN on {day.isoformat() if day else 'its extract date'}, not since when: "
        "memberships start on that day.",
        field="EXTRACT_DATE",
    )
    names = members.groupby("pcn_code", sort=True)["pcn_name"].nunique()
    if (names > 1).any():
        report.warn("two-names", f"PCNs under two names: {several(names.index[names > 1])}; the first is kept.")
