"""Plans side by side, and one plan asked in other ways, on a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from app.services.comparison import Comparison
from app.services.comparison_rows import change_rows, measure_rows, pcn_rows, stands_on, step_row
from app.services.sensitivity import Sensitivity, table, text_rows
from app.services.suppression import marked

MOST_ROWS = 40


def print_comparison(out: Console, found: Comparison) -> None:
    """The table of measures, what changes, and who gains or loses most; hidden counts as ``*``."""
    said = stands_on(found)
    keys = [plan.key for plan in found.plans]
    place = f" in {said['place']['name']}" if said["place"] else ""
    out.print(f"{' against '.join(keys)}{place}", style="bold", markup=False)
    for plan in said["plans"]:
        out.print(f"{plan['key']}: {plan['status']}, {plan['as_of']}, basis {plan['basis']}.", markup=False)
    shown = Table()
    shown.add_column("Measure")
    for key in keys:
        shown.add_column(key, justify="right")
    for row in measure_rows(found):
        if any(marked(row, key) is not None for key in keys):
            shown.add_row(row["label"], *(_figure(marked(row, key), row["unit"]) for key in keys))
    out.print(shown)
    for step in found.steps:
        row = step_row(step)
        out.print(
            f"From {row['from']} to {row['to']}: {_figure(marked(row, 'people_moved'), 'people')} of "
            f"{_figure(marked(row, 'people_compared'), 'people')} {row['people_counted']} change neighbourhood "
            f"({row['areas_moved']:,} small areas), and {row['practices_moved']} practices; "
            f"{len(row['pcns_with_another_lead'])} PCNs get another lead neighbourhood.",
            markup=False,
        )
    gains = Table(title="PCNs, those that change most first: patients in the lead neighbourhood and containment")
    gains.add_column("PCN")
    for key in keys:
        gains.add_column(key, justify="right")
    for pcn in pcn_rows(found)[:MOST_ROWS]:
        cells = (
            f"{_figure(marked(under, 'patients_in_lead'), 'patients')} "
            f"({_figure(marked(under, 'containment'), 'share')})"
            for under in pcn["plans"]
        )
        gains.add_row(f"{pcn['code']} {pcn['name']}", *cells)
    out.print(gains)
    total = len(change_rows(found))
    out.print(f"{total:,} small areas change in part or whole (all of them with --json).")
    _foot(out, said)


def print_sensitivity(out: Console, found: Sensitivity) -> None:
    """A row a PCN, a column a variant, ``≠`` where it differs from the answer as asked."""
    said = table(found)
    out.print(f"{said['footprints']['name']}: as asked on {said['as_of']}, basis {said['basis']}.", markup=False)
    for variant in said["variants"]:
        out.print(f"{variant['id']}: {variant['label']}", markup=False)
    shown = Table()
    for heading in ("PCN", "as asked", *(v["id"] for v in said["variants"])):
        shown.add_column(heading)
    rows = text_rows(found)
    for row in rows[:MOST_ROWS]:
        shown.add_row(row["code"], row["asked"], *(row[v["id"]] for v in said["variants"]))
    out.print(shown)
    if len(rows) > MOST_ROWS:
        out.print(f"… and {len(rows) - MOST_ROWS} more PCNs (all of them with --json).")
    changed = sum(row["changes"] > 0 for row in rows)
    out.print(f"{changed} of {len(rows)} PCNs change class or lead in at least one variant.")
    for missing in said["left_out"]:
        out.print(f"Not there: {missing}.", markup=False)
    _foot(out, said)


def _figure(value: Any, unit: str) -> str:
    if not isinstance(value, int | float):
        return value or "–"
    return f"{value:.1%}" if unit == "share" else f"{value:,.2f}" if unit in ("ratio", "score") else f"{value:,.10g}"


def _foot(out: Console, said: dict[str, Any]) -> None:
    if said["small_numbers"]:
        out.print(said["small_numbers"], markup=False)
    for warning in said["warnings"]:
        out.print(f"Note: {warning}", style="yellow", markup=False)
    out.print(said["attribution"], style="dim", markup=False)
