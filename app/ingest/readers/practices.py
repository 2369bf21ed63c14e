"""``epraccur``: every prescribing practice of England, Wales and the islands, from the Organisation Data Service.

27 columns without a header (ODS specification of epraccur). The legacy file says status ``A C D P`` and prescribing
setting ``4`` for a GP practice; the file of the newer download service says ``ACTIVE``/``INACTIVE`` and gives role
codes such as ``RO76`` in the same column, several parted by ``|``. A setting of GP practice is necessary but not
sufficient: walk-in centres and extended-access hubs carry it too; a registered list decides.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from app.ingest.codes import PRACTICE, checked, clean, clean_postcode, drop_repeats
from app.ingest.columns import Column, has_table
from app.ingest.dates import parse_dates
from app.ingest.faults import Faults
from app.ingest.kinds import Kind
from app.ingest.reader import ReadOptions, Tell, silent
from app.ingest.reading import ImportReport, Reading, frame_of
from app.ingest.source import Sample, Source
from app.ingest.tabular import only_part, read_table

WIDTH = 27
STATUS = {
    "A": "active",
    "ACTIVE": "active",
    "C": "closed",
    "CLOSED": "closed",
    "INACTIVE": "closed",
    "D": "dormant",
    "DORMANT": "dormant",
    "P": "proposed",
    "PROPOSED": "proposed",
}
GP_SETTINGS = {"4", "RO76"}
LONDON = "Y56"
COLUMNS = (
    Column("code", (r"organisation code", r"org(anisation)? ?code", r"practice code")),
    Column("name", (r"(organisation )?name",)),
    Column("national_grouping", (r"national grouping",)),
    Column("icb_code", (r"high level health (geography|authority)",)),
    Column("postcode", (r"post ?code",)),
    Column("opened", (r"open date",)),
    Column("closed", (r"close date",)),
    Column("status", (r"status code", r"status")),
    Column("sub_icb_code", (r"commissioner", r"parent organisation code")),
    Column("setting", (r"prescribing setting", r"role(s| codes?)?")),
)
POSITIONS = ["", *[""] * (WIDTH - 1)]
for _at, _name in (
    (1, "code"),
    (2, "name"),
    (3, "national_grouping"),
    (4, "icb_code"),
    (10, "postcode"),
    (11, "opened"),
    (12, "closed"),
    (13, "status"),
    (15, "sub_icb_code"),
    (26, "setting"),
):
    POSITIONS[_at - 1] = _name


class PracticesReader:
    """Reads epraccur, with or without a header, plain or zipped."""

    kind = Kind.PRACTICES

    def recognises(self, sample: Sample) -> bool:
        return _headerless(sample) or has_table(sample, COLUMNS)

    def read(self, source: Source, options: ReadOptions, tell: Tell = silent) -> Reading:
        part = only_part(source, self.recognises)
        table = read_table(
            part, COLUMNS, options, tell, positions=None if has_table(part.sample, COLUMNS) else POSITIONS
        )
        report = ImportReport(source.name, self.kind)
        table.begin(report)
        faults = Faults(source.name)
        status = clean(table["status"])
        unknown = ~np.isin(status, list(STATUS))
        faults.mark("status", "“{value}” is not a status", table["status"], unknown, field="status")
        rows = pd.DataFrame(
            {
                "code": checked(table["code"], PRACTICE, faults, field="code", what="a practice code"),
                "name": np.asarray(table["name"], dtype=object),
                "postcode": clean(table["postcode"], clean_postcode),
                "status": [STATUS.get(word) for word in status],
                "setting": clean(table["setting"]),
                "national_grouping": clean(table["national_grouping"]),
                "icb_code": clean(table["icb_code"]),
                "sub_icb_code": clean(table["sub_icb_code"]),
                "opened": parse_dates(table["opened"], faults, "opened"),
                "closed": parse_dates(table["closed"], faults, "closed"),
            },
            index=table.frame.index,
        )
        rows = drop_repeats(rows, ["code"], report, faults, "practice")
        faults.raise_any("The list of practices has errors", "Mend these rows, or download epraccur again.")
        rows = rows.sort_values("code", kind="stable")
        report.rows_kept = len(rows)
        _count(rows, report)
        return Reading(self.kind, {"practice": frame_of("practice", rows, len(rows))}, report)


def is_gp_setting(setting: str | None) -> bool:
    """Whether a prescribing setting or ``|``-separated role codes say GP practice."""
    return bool(GP_SETTINGS & {part.strip() for part in (setting or "").split("|")})


def _count(rows: pd.DataFrame, report: ImportReport) -> None:
    gp = rows["setting"].map(is_gp_setting)
    active = rows["status"] == "active"
    report.counts["practices active"] = int(active.sum())
    report.counts["GP practices active"] = int((gp & active).sum())
    report.counts["GP practices active in London"] = int((gp & active & (rows["national_grouping"] == LONDON)).sum())
    report.counts["practices without postcode"] = int((rows["postcode"] == "").sum())
    closed_open = int(((rows["status"] == "closed") & rows["closed"].isna()).sum())
    if closed_open:
        report.warn("status", f"{closed_open:,} closed practices have no close date.", field="closed")
    open_closed = int((active & rows["closed"].notna()).sum())
    if open_closed:
        report.warn("status", f"{open_closed:,} active practices have a close date; dates decide.", field="closed")


def _headerless(sample: Sample) -> bool:
    """Whether most of the first rows are 27 fields that begin with a practice code and have a status at their place."""
    rows = [row for row in sample.rows[:50] if any(row)]
    good = sum(
        len(row) == WIDTH and PRACTICE.fullmatch(row[0].upper()) is not None and row[12].upper() in STATUS
        for row in rows
    )
    return bool(rows) and good * 2 > len(rows)
