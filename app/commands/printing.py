"""Answers and reports on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from app.domain.records import DatasetRecord
from app.domain.suppression import RULE
from app.ingest.reading import ImportReport
from app.services.aligning import Answer
from app.services.answers import pcn_rows
from app.services.attribution import attribution
from app.services.loading import Loaded
from app.services.suppression import marked, published, without_flags

MOST_ROWS = 40
MOST_FINDINGS = 12


def print_loaded(out: Console, loaded: Sequence[Loaded], *, dry_run: bool) -> None:
    """One line a file, then what was dropped or odd in it."""
    table = Table(title="Read, nothing kept (dry run)" if dry_run else "Loaded")
    for heading in ("Id", "Kind", "File", "Date", "Areas"):
        table.add_column(heading)
    for heading in ("Rows read", "Kept", "Dropped"):
        table.add_column(heading, justify="right")
    for item in loaded:
        record, report = item.dataset, item.report
        table.add_row(
            record.id,
            record.kind,
            record.name + (" (already loaded)" if item.already else ""),
            record.effective_date.isoformat() if record.effective_date else "not stated",
            record.vintage or "",
            f"{report.rows_read:,}",
            f"{report.rows_kept:,}",
            f"{sum(report.dropped.values()):,}",
        )
    out.print(table)
    for item in loaded:
        if item.footprint is not None:
            version = item.footprint
            out.print(
                f"{item.dataset.name}: footprints “{version.footprint_id}”, version {version.number}, "
                f"{version.neighbourhoods} neighbourhoods ({version.status}).",
                markup=False,
            )
        if not item.already:
            _print_findings(out, item.report)


def print_report(out: Console, record: DatasetRecord) -> None:
    """Everything the import report says."""
    report = ImportReport.from_dict(record.report)
    out.print(f"{record.name} ({record.kind}), dataset {record.id}", style="bold", markup=False)
    out.print(f"SHA-256 {record.sha256}, {record.size:,} bytes, loaded {record.loaded_at:%Y-%m-%d %H:%M} UTC")
    out.print(f"Date: {record.effective_date or 'not stated'} · areas of: {record.vintage or 'not said'}")
    out.print(f"Rows: {report.rows_read:,} read, {report.rows_kept:,} kept")
    for reason, rows in report.dropped.items():
        out.print(f"  dropped {rows:,}: {reason}", markup=False)
    for title, values in (("Counts", report.counts), ("Sums that must agree", report.conservation)):
        if values:
            out.print(f"{title}:")
            for name, value in values.items():
                out.print(f"  {name}: {value:,.10g}", markup=False)
    for what, rate in report.match_rates.items():
        out.print(f"Matched: {rate:.2%} of {what}", markup=False)
    _print_findings(out, report, most=len(report.findings))
    out.print(attribution([record]), markup=False)


def print_alignment(out: Console, answer: Answer) -> None:
    """The headline, then PCNs ranked by patients outside their lead neighbourhood; hidden counts as ``*``."""
    figures, version = answer.alignment, answer.ground.version
    totals = published(
        {
            "patients_total": figures.patients_total,
            "patients_inside": figures.patients_inside,
            "patients_outside": figures.patients_outside,
            "patients_unknown": figures.patients_unknown,
        },
        answer.restricted,
    )
    whole, inside, outside, unknown = (_number(totals, field) for field in without_flags(totals))
    scope = f" in {figures.place}" if figures.place else ""
    out.print(f"{version.name}, version {version.number} ({version.status}){scope}", style="bold", markup=False)
    out.print(
        f"{len(figures.pcns)} PCNs and {len(figures.practices)} practices against {len(figures.neighbourhoods)} "
        f"neighbourhoods on {answer.ground.as_of}. Basis: {answer.ground.basis} ({answer.ground.basis.explained}).",
        markup=False,
    )
    if figures.misalignment is not None and figures.median_containment is not None:
        out.print(
            f"{figures.misalignment:.1%} of {answer.ground.unit} inside the plan live outside their PCN's lead "
            f"neighbourhood; the median PCN has {figures.median_containment:.1%} inside it. (The best data-driven "
            "grouping of London practices has a median of 70.1 %.)",
            markup=False,
        )
    out.print(
        f"{'Shown' if answer.restricted else 'Conserved'}: {whole} {answer.ground.unit} = {inside} inside "
        f"+ {outside} outside + {unknown} with unknown residence."
    )
    table = Table()
    for heading in ("PCN", "Name", "Lead neighbourhood"):
        table.add_column(heading)
    for heading in (answer.ground.unit.capitalize(), "Outside lead", "In lead", "Effective neighbourhoods"):
        table.add_column(heading, justify="right")
    table.add_column("Class")
    for pcn in pcn_rows(answer)[:MOST_ROWS]:
        table.add_row(
            pcn["code"],
            pcn["name"],
            pcn["lead_name"] or "none",
            _number(pcn, "patients"),
            _number(pcn, "patients_outside_lead"),
            _number(pcn, "containment", ".1%"),
            _number(pcn, "effective_neighbourhoods", ".1f"),
            pcn["class"] or "",
        )
    out.print(table)
    if len(figures.pcns) > MOST_ROWS:
        out.print(f"… and {len(figures.pcns) - MOST_ROWS} more PCNs (all of them with --json).")
    alone = figures.practices_without_pcn
    if alone:
        out.print(f"Practices in no PCN ({len(alone)}): {', '.join(alone)}", markup=False)
    if answer.restricted:
        out.print(RULE, markup=False)
    for warning in answer.warnings:
        out.print(f"Note: {warning}", style="yellow", markup=False)
    out.print(attribution(answer.ground.datasets), style="dim", markup=False)


def _number(row: Mapping[str, Any], field: str, form: str = ",.0f") -> str:
    """A figure of a row as text: ``*`` where it is hidden, empty where there is none."""
    value = marked(row, field)
    return format(value, form) if isinstance(value, int | float) else value or ""


def print_datasets(out: Console, records: Sequence[DatasetRecord]) -> None:
    table = Table()
    for heading in ("Id", "Kind", "File", "Date", "Areas", "Loaded (UTC)"):
        table.add_column(heading)
    table.add_column("Rows", justify="right")
    for record in records:
        table.add_row(
            record.id,
            record.kind,
            record.name,
            record.effective_date.isoformat() if record.effective_date else "not stated",
            record.vintage or "",
            f"{record.loaded_at:%Y-%m-%d %H:%M}",
            f"{record.rows_kept:,}",
        )
    out.print(table)


def _print_findings(out: Console, report: ImportReport, most: int = MOST_FINDINGS) -> None:
    for finding in report.findings[:most]:
        at = f"row {finding.row}: " if finding.row is not None else ""
        style = {"error": "red", "warning": "yellow"}.get(finding.severity, "dim")
        hint = f" {finding.suggestion}" if finding.suggestion else ""
        out.print(f"{report.file}: {at}{finding.message}{hint}", style=style, markup=False)
    if len(report.findings) > most:
        out.print(f"{report.file}: and {len(report.findings) - most} more (see “coterminous report”).", style="dim")
