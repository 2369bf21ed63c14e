"""PCNs and who belongs to them, from the Organisation Data Service: ``ePCN.xlsx`` and its successors in CSV.

The workbook holds two sheets, PCN details and core partner details; the CSV files ``epcn`` (12 columns) and
``epcncorepartnerdetails`` (11 columns) have the same columns in the same order and no header. History stands in the
same rows: every membership is kept with its dates, past, present and future, and the as-of date decides later. A PCN's
postcode is that of its lead or administration and says nothing about where it works, so it is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from app.domain.problem import Fault, Problem
from app.ingest.codes import PCN, PRACTICE, checked, clean, drop_repeats
from app.ingest.columns import Column, complete, has_table
from app.ingest.dates import parse_dates
from app.ingest.faults import Faults, several
from app.ingest.kinds import Kind
from app.ingest.reader import ReadOptions, Tell, silent
from app.ingest.reading import ImportReport, Reading, frame_of
from app.ingest.source import HEAD_ROWS, Sample, Source
from app.ingest.tabular import Table, only_part, read_sheet, read_table

DETAILS = (
    Column("code", (r"pcn code",)),
    Column("name", (r"pcn name",)),
    # "Current Clinical Commissioning Group Code" until 2022
    Column("sub_icb_code", (r"current (sub icb loc(ation)?|clinical commissioning group|ccg) code",), required=False),
    Column("opened", (r"open date",)),
    Column("closed", (r"close date",)),
)
DETAIL_POSITIONS = ("code", "name", "sub_icb_code", "", "opened", "closed", "", "", "", "", "", "")
PARTNERS = (
    Column("practice_code", (r"partner organisation code",)),
    Column("pcn_code", (r"pcn code",)),
    Column("pcn_name", (r"pcn name",), required=False),
    Column(
        "sub_icb_code", (r"pcn parent (sub icb loc(ation)?|clinical commissioning group|ccg) code",), required=False
    ),
    Column("start", (r"practice to pcn relationship start date",)),
    Column("end", (r"practice to pcn relationship end date",)),
)
PARTNER_POSITIONS = ("practice_code", "", "", "", "pcn_code", "pcn_name", "sub_icb_code", "", "start", "end", "")
DATE_AT = re.compile(r"\d{8}|\d{4}-\d{2}-\d{2}.*|\d{2}/\d{2}/\d{4}|")


class PcnMembershipReader:
    """Reads ePCN.xlsx: PCNs and memberships together."""

    kind = Kind.PCN_MEMBERSHIP

    def recognises(self, sample: Sample) -> bool:
        return sample.is_workbook and has_table(sample, DETAILS) and has_table(sample, PARTNERS)

    def read(self, source: Source, options: ReadOptions, tell: Tell = silent) -> Reading:
        part = only_part(source, self.recognises)
        report = ImportReport(source.name, self.kind)
        faults = Faults(source.name)
        details = read_sheet(part, _sheet_with(part, DETAILS, "PCN details"), DETAILS, options.columns)
        tell(0.3, "reading PCNs")
        partners = read_sheet(part, _sheet_with(part, PARTNERS, "core partner details"), PARTNERS, options.columns)
        tell(0.8, "reading memberships")
        details.begin(report)
        partners.begin(report)
        pcns = _pcns(details, report, faults)
        members = _memberships(partners, report, faults)
        _raise(faults)
        report.rows_kept = len(pcns) + len(members)
        pcns = _with_pcns_of_members(pcns, partners, report)
        _count_pcns(pcns, report)
        count_memberships(members, report)
        return Reading(self.kind, {"pcn": _frame("pcn", pcns), "membership": _frame("membership", members)}, report)


class PcnsReader:
    """Reads ``epcn`` in CSV, or a workbook with that sheet alone: PCNs without their members."""

    kind = Kind.PCNS

    def recognises(self, sample: Sample) -> bool:
        return _positional(sample, 12, {0: PCN, 4: DATE_AT, 5: DATE_AT}) or (
            has_table(sample, DETAILS)
            and not has_table(sample, PARTNERS)
            and not has_table(sample, [Column("practice", (r"(gp )?practice ?code",))])  # practices with their PCN
        )

    def read(self, source: Source, options: ReadOptions, tell: Tell = silent) -> Reading:
        part = only_part(source, self.recognises)
        bare = not has_table(part.sample, DETAILS) and _positional(part.sample, 12, {0: PCN})
        table = read_table(part, DETAILS, options, tell, positions=DETAIL_POSITIONS if bare else None)
        report = ImportReport(source.name, self.kind)
        table.begin(report)
        faults = Faults(source.name)
        pcns = _pcns(table, report, faults)
        _raise(faults)
        report.rows_kept = len(pcns)
        _count_pcns(pcns, report)
        return Reading(self.kind, {"pcn": _frame("pcn", pcns)}, report)


class PcnPartnersReader:
    """Reads ``epcncorepartnerdetails`` in CSV, or a workbook with that sheet alone.

    The PCNs named in it come along with their code, name and sub-ICB, without dates.
    """

    kind = Kind.PCN_PARTNERS

    def recognises(self, sample: Sample) -> bool:
        return _positional(sample, 11, {0: PRACTICE, 4: PCN, 8: DATE_AT, 9: DATE_AT}) or (
            has_table(sample, PARTNERS) and not has_table(sample, DETAILS)
        )

    def read(self, source: Source, options: ReadOptions, tell: Tell = silent) -> Reading:
        part = only_part(source, self.recognises)
        bare = not has_table(part.sample, PARTNERS) and _positional(part.sample, 11, {0: PRACTICE, 4: PCN})
        table = read_table(part, PARTNERS, options, tell, positions=PARTNER_POSITIONS if bare else None)
        report = ImportReport(source.name, self.kind)
        table.begin(report)
        faults = Faults(source.name)
        members = _memberships(table, report, faults)
        _raise(faults)
        report.rows_kept = len(members)
        pcns = _pcns_named(table)
        _count_pcns(pcns, report)
        count_memberships(members, report)
        return Reading(self.kind, {"pcn": _frame("pcn", pcns), "membership": _frame("membership", members)}, report)


def count_memberships(members: pd.DataFrame, report: ImportReport) -> None:
    """Count memberships, those without an end, and warn of practices with two of these at once."""
    current = members[members["end"].isna()]
    report.counts["memberships"] = len(members)
    report.counts["memberships without an end date"] = len(current)
    twice = current[current["practice_code"].duplicated(keep=False)]
    report.counts["practices with two memberships without an end date"] = int(twice["practice_code"].nunique())
    for practice, rows in twice.groupby("practice_code", sort=True):
        named = ", ".join(
            f"{pcn} from {start or 'ever'}" for pcn, start in zip(rows["pcn_code"], rows["start"], strict=True)
        )
        report.warn(
            "two-current",
            f"{practice} has {len(rows)} memberships without an end ({named}); on a date, the latest start counts.",
            row=int(rows.index.max()),
            field="pcn_code",
            value=str(practice),
        )


def _pcns(table: Table, report: ImportReport, faults: Faults) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "code": checked(table["code"], PCN, faults, field="PCN Code", what="a PCN code (U and five digits)"),
            "name": np.asarray(table["name"], dtype=object),
            "sub_icb_code": clean(table["sub_icb_code"]),
            "opened": parse_dates(table["opened"], faults, "Open Date"),
            "closed": parse_dates(table["closed"], faults, "Close Date"),
        },
        index=table.frame.index,
    )
    rows = _one_sub_icb_each(rows, report)
    return drop_repeats(rows, ["code"], report, faults, "PCN").sort_values("code", kind="stable")


def _one_sub_icb_each(rows: pd.DataFrame, report: ImportReport) -> pd.DataFrame:
    """Sheets put together by hand repeat a PCN under two sub-ICBs: the first is kept and the other told."""
    others = ["code", "name", "opened", "closed"]
    again = rows.duplicated(others) & ~rows.duplicated([*others, "sub_icb_code"])
    report.drop("PCN listed again under another sub-ICB", int(again.sum()))
    for row, code, sub_icb in zip(rows.index[again], rows["code"][again], rows["sub_icb_code"][again], strict=True):
        report.warn(
            "two-sub-icbs",
            f"{code} stands under a second sub-ICB ({sub_icb}); the first is kept.",
            row=int(row),
            value=code,
        )
    return rows[~again]


def _memberships(table: Table, report: ImportReport, faults: Faults) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "practice_code": checked(
                table["practice_code"], PRACTICE, faults, field="Partner Organisation Code", what="a practice code"
            ),
            "pcn_code": checked(
                table["pcn_code"], PCN, faults, field="PCN Code", what="a PCN code (U and five digits)"
            ),
            "start": parse_dates(table["start"], faults, "Relationship Start Date"),
            "end": parse_dates(table["end"], faults, "Relationship End Date"),
        },
        index=table.frame.index,
    )
    rows = drop_repeats(rows, ["practice_code", "pcn_code", "start"], report, faults, "membership of")
    backwards = np.asarray(
        [bool(start and end and end < start) for start, end in zip(rows["start"], rows["end"], strict=True)], dtype=bool
    )
    if backwards.any():
        report.drop("membership ends before it starts", int(backwards.sum()))
        for row, practice in zip(rows.index[backwards][:20], rows["practice_code"][backwards][:20], strict=True):
            report.warn("backwards", f"{practice}'s membership ends before it starts.", row=int(row), value=practice)
    rows = rows[~backwards]
    order = [str(start or "") for start in rows["start"]]
    return (
        rows.assign(order=order)
        .sort_values(["practice_code", "order", "pcn_code"], kind="stable")
        .drop(columns="order")
    )


def _pcns_named(table: Table) -> pd.DataFrame:
    """The PCNs that memberships name, without dates."""
    rows = pd.DataFrame(
        {
            "code": clean(table["pcn_code"]),
            "name": np.asarray(table["pcn_name"], dtype=object),
            "sub_icb_code": clean(table["sub_icb_code"]),
        }
    )
    return rows.drop_duplicates("code", keep="last").sort_values("code").assign(opened=None, closed=None)


def _with_pcns_of_members(pcns: pd.DataFrame, partners: Table, report: ImportReport) -> pd.DataFrame:
    named = _pcns_named(partners)
    lost = named[~named["code"].isin(set(pcns["code"]))]
    if lost.empty:
        return pcns
    report.warn(
        "pcn-not-listed",
        f"{len(lost)} PCNs have members but no row of their own: {several(lost['code'])}.",
        field="PCN Code",
    )
    return pd.concat([pcns, lost]).sort_values("code", kind="stable")


def _count_pcns(pcns: pd.DataFrame, report: ImportReport) -> None:
    report.counts["PCNs"] = len(pcns)
    report.counts["PCNs without a close date"] = int(pcns["closed"].isna().sum())


def _sheet_with(source: Source, columns: Iterable[Column], called: str) -> str:
    wanted = tuple(columns)
    for name, rows in source.sample.sheet_heads.items():
        if any(complete(row, wanted) for row in rows[:HEAD_ROWS]):
            return name
    raise Problem(
        Fault.MISSING_COLUMN,
        f"The workbook has no sheet of {called}",
        f"Looked for the columns {several(c.name for c in wanted if c.required)}; "
        f"the sheets are {several(source.sample.sheet_names) or 'none'}.",
        remedy="Load the whole ePCN.xlsx with its two sheets, as it was downloaded.",
        file=source.name,
    )


def _positional(sample: Sample, width: int, forms: dict[int, re.Pattern[str]]) -> bool:
    """Whether most of the first rows have this many fields, of these forms at these places: a file without a header."""
    rows = [row for row in sample.rows[:50] if any(row)]
    good = sum(len(row) == width and all(form.fullmatch(row[at].upper()) for at, form in forms.items()) for row in rows)
    return bool(rows) and good * 2 > len(rows)


def _frame(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    return frame_of(table, rows, len(rows))


def _raise(faults: Faults) -> None:
    faults.raise_any("The list of PCNs has errors", "Mend these rows, or download the file again.")
