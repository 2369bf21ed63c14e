"""Checks, mending and agreement of footprints on a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from app.services import finding_rows, mending
from app.services.checking import Checked
from app.services.mending import Mending
from app.services.suppression import MARK

MOST_ROWS = 40
STYLES = {"error": "red", "warning": "yellow", "advice": "dim"}


def print_checked(out: Console, checked: Checked) -> None:
    """What was found, worst sorts first."""
    said = finding_rows.summary(checked)
    _heading(out, said)
    out.print(f"Checked against {said['place_known_by']}.", markup=False)
    if checked.clean:
        out.print("Nothing is wrong: the plan covers its place once.", style="green")
    _findings(out, said["items"])
    _footing(out, said)


def print_mended(out: Console, mended: Mending) -> None:
    """What changed, what remains, and the version made."""
    said = mending.summary(mended)
    _heading(out, said)
    if not mended.changes:
        out.print("There is nothing to mend: no noise was found that is safe to change.")
    else:
        table = Table(title="Would change (dry run)" if mended.dry_run else "Changed")
        for heading in ("Code", "Name", "Mended"):
            table.add_column(heading)
        for heading in ("Gained m²", "Lost m²", "People gained", "People lost"):
            table.add_column(heading, justify="right")
        for change in said["changes"][:MOST_ROWS]:
            amounts = f"{change['gained_m2']:,.1f}", f"{change['lost_m2']:,.1f}"
            people = _count(change["people_gained"]), _count(change["people_lost"])
            table.add_row(change["code"], change["name"], ", ".join(change["mended"]), *amounts, *people)
        out.print(table)
        _more(out, len(said["changes"]), "changes")
    if mended.made is not None:
        kept = "had been kept before" if mended.already else "is kept"
        out.print(f"The mended plan {kept} as version {mended.made.number} ({mended.made.status}).")
    if said["remaining"]:
        out.print("Left for people to decide:")
        _findings(out, said["remaining"])
    _footing(out, said)


def print_agreement(out: Console, said: dict[str, Any]) -> None:
    """The directions in words, the measures, and the regions with their main partners."""
    _heading(out, said)
    if "with" in said:
        other = said["with"]
        whose = f", {other['service']}" if other["service"] else ""
        out.print(f"Against {other['name']}, version {other['version']}{whose}.", markup=False)
    out.print(
        f"Basis: {said['basis']} ({said['basis_explained']}); date: {said['as_of'] or 'none stated'}.", markup=False
    )
    for direction in said["directions"]:
        out.print(f"- {direction['words']}", markup=False)
    for part in ("unknown_residence", "plan_distance", "boundaries"):
        if said.get(part):
            out.print(f"- {said[part]['words']}", markup=False)
    measures = Table("Measure")
    measures.add_column("Value", justify="right")
    for name, value in said["measures"].items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            measures.add_row(name.replace("_", " "), f"{value:,}")
    out.print(measures)
    regions = said.get("pcns") or said["first"]
    table = Table("Code", "Name", "Main partner")
    for heading in ("In it", "Outside it", "Jaccard of best"):
        table.add_column(heading, justify="right")
    for row in regions[:MOST_ROWS]:
        share = MARK if row["main_share"] is None else f"{row['main_share']:.1%}"
        table.add_row(
            row["code"], row["name"], row["main_name"], share, _count(row["outside_main"]), f"{row['jaccard']:.2f}"
        )
    out.print(table)
    _more(out, len(regions), "rows")
    _footing(out, said)


def _findings(out: Console, items: list[dict[str, Any]]) -> None:
    for item in items[:MOST_ROWS]:
        mend = " Safe to mend." if item["safe_to_mend"] else ""
        text = f"{item['severity']}: {item['kind']}: {item['message']}{mend}"
        out.print(text, style=STYLES[item["severity"]], markup=False)
    _more(out, len(items), "findings")


def _count(value: float | None) -> str:
    return MARK if value is None else f"{value:,.0f}"


def _more(out: Console, rows: int, what: str) -> None:
    if rows > MOST_ROWS:
        out.print(f"… and {rows - MOST_ROWS} more {what}.")


def _heading(out: Console, said: dict[str, Any]) -> None:
    plan = said["footprints"]
    place = f" in {said['place']['name']}" if said.get("place") else ""
    out.print(f"{plan['name']}, version {plan['version']} ({plan['status']}){place}", style="bold", markup=False)


def _footing(out: Console, said: dict[str, Any]) -> None:
    for warning in said["warnings"]:
        out.print(f"Note: {warning}", style="yellow", markup=False)
    if said["small_numbers"]:
        out.print(f"Note: {said['small_numbers']}", style="yellow", markup=False)
    out.print(said["attribution"], style="dim", markup=False)
