"""The options of a place on a terminal, to be read by whoever leads it."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from app.services.answers import Row
from app.services.attribution import attribution
from app.services.option_rows import FRONTIER_WORDS, WORDS, everything
from app.services.options import Found
from app.services.suppression import marked

STYLE = {"stop": "red", "warn": "yellow"}


def print_options(out: Console, found: Found) -> None:
    """The frontier, every option with what speaks against it, and the route of each PCN; hidden counts as ``*``."""
    said = everything(found)
    plan = said["footprints"]
    out.print(
        f"{plan['name']}, version {plan['version']} ({plan['status']}): {said['place']['name']} on {said['as_of']}",
        style="bold",
        markup=False,
    )
    out.print(WORDS, markup=False)
    asked = [f"{row['name']} stays" for row in said["asked"]["staying"]]
    asked += [f"{row['name']} does not change" for row in said["asked"]["kept"]]
    if asked:
        out.print(f"As asked: {'; '.join(asked)}.", markup=False)
    _print_frontier(out, said)
    out.print("\nOptions for discussion", style="bold")
    for at, option in enumerate(said["options"], start=1):
        _print_option(out, at, option)
    out.print("\nThe route of each PCN", style="bold")
    sources: dict[str, int] = {}
    for route in said["routes"]:
        _print_route(out, route, sources)
    out.print("Sources", style="bold")
    for source, number in sources.items():
        out.print(f"     [{number}] {source}.", style="dim", markup=False)
    for alone in said["practices_without_pcn"]:
        out.print(
            f"In no PCN: {alone['name']} ({alone['code']}), {_number(alone, 'patients')} patients. {alone['text']}",
            markup=False,
        )
    if said["small_numbers"]:
        out.print(said["small_numbers"], markup=False)
    for warning in said["warnings"]:
        out.print(f"Note: {warning}", style="yellow", markup=False)
    out.print(attribution(found.base.answer.ground.datasets), style="dim", markup=False)


def _print_frontier(out: Console, said: Row) -> None:
    out.print()
    table = Table(title="What moving practices can bring", caption=FRONTIER_WORDS)
    for heading in ("Moves", "Outside lead", "In lead", "Gained", "Change PCN"):
        table.add_column(heading, justify="right")
    table.add_column("Proven")
    table.add_column("Practices that move")
    before: set[str] = set()
    for point in said["frontier"]["points"]:
        moves = {f"{move['practice']} to {move['to']}" for move in point["moves"]}
        gap = marked(point, "patients_gap")
        table.add_row(
            str(point["allowed"]),
            _number(point, "patients_outside_lead"),
            _number(point, "containment", ".1%"),
            _number(point, "patients_gained"),
            _number(point, "patients_disturbed"),
            "yes"
            if point["proven"]
            else f"up to {gap if isinstance(gap, str) else format(gap, ',.0f')} fewer possible",
            _moved(moves, before),
        )
        before = moves
    out.print(table)
    if said["frontier"]["stopped"]:
        out.print(f"The search ended early: {said['frontier']['stopped']}.", style="yellow")
    elif said["frontier"]["exhausted"]:
        out.print(
            "More moves bring nothing more." if len(said["frontier"]["points"]) > 1 else "No move brings anything."
        )


def _moved(now: set[str], before: set[str]) -> str:
    """The moves of a point, or only what is new since the point before where it keeps all of those."""
    if before and before < now:
        return f"as above, and {', '.join(sorted(now - before))}"
    return ", ".join(sorted(now)) or "none"


def _print_option(out: Console, at: int, option: Row) -> None:
    out.print(f"{at}. {option['sentence']}", markup=False)
    for pcn in option["pcns"]:
        now, then = _state(pcn["before"]), _state(pcn["after"])
        change = now if now == then else f"{now} → {then}"
        out.print(f"     {pcn['name']}: {change}", style="dim", markup=False)
    for check in option["checks"]:
        if check["outcome"] in STYLE:
            out.print(f"     {check['outcome']}: {check['text']}", style=STYLE[check["outcome"]], markup=False)
    doubtful = {check["check"] for check in option["checks"] if check["outcome"] != "pass"}
    fine = [check["check"] for check in option["checks"] if check["check"] not in doubtful]
    if fine:
        out.print(f"     In order: {', '.join(dict.fromkeys(fine))}.", style="dim", markup=False)
    if option["needs"]:
        when = f" Earliest {option['earliest']}." if option["earliest"] else ""
        out.print(f"     Needs {'; '.join(option['needs'])}.{when}", style="dim", markup=False)
    out.print(f"     Id: {option['id']}", style="dim", markup=False)


def _state(state: Row | None) -> str:
    if state is None:
        return "not there"
    practices = len(state["practices"])
    return (
        f"{practices} practice{'' if practices == 1 else 's'}, {_number(state, 'patients')} patients, "
        f"{_number(state, 'containment', '.0%') or 'none'} in {state['lead_name'] or 'the place'}"
    )


def _print_route(out: Console, route: Row, sources: dict[str, int]) -> None:
    """Print a route; ``sources`` numbers what its reasons rest on, in the order in which they first come up."""
    out.print(f"{route['name']} ({route['code']}): {route['route']}", style="bold", markup=False)
    out.print(f"     {route['sentence']}", markup=False)
    for reason in route["reasons"]:
        number = sources.setdefault(reason["source"], len(sources) + 1)
        out.print(f"     {reason['text']} ({reason['mark']}) [{number}]", style="dim", markup=False)


def _number(row: Row, field: str, form: str = ",.0f") -> str:
    value = marked(row, field)
    return format(value, form) if isinstance(value, int | float) else value or ""
