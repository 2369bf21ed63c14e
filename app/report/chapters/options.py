"""1. The options considered, no change first, with what each would bring and what it is held to."""

from __future__ import annotations

from app.report.blocks import Block, Column, Open, Points, Section, Table, Text
from app.report.gathered import NO_CHANGE, Gathered
from app.report.printed import count, day, number, percent, share
from app.services.answers import Row

MOST_NAMED = 2
"""Practices up to which an option is called by their names; its sentence names them all."""

OUTCOMES = {"pass": "met", "warn": "warning", "stop": "not allowed"}


def sections(paper: Gathered) -> list[Section]:
    said = paper.options
    words = paper.words
    chosen = next((row for row in paper.option_rows if row["id"] == words.preferred), None)
    blocks: list[Block] = [
        Text(said["words"]),
        _table(paper),
        Open("Preferred option", chosen["sentence"] if chosen else None, "the place partnership"),
        Open("Why it is preferred", words.reason, "the place partnership"),
    ]
    return [
        Section("1. Options considered", tuple(blocks)),
        *(_option(paper, number_, row) for number_, row in enumerate(paper.option_rows, start=1)),
        Section("The route of each PCN", (_routes(paper),), level=2),
        Section(
            "What further practice moves would bring", (Text(said["frontier"]["words"]), _frontier(paper)), level=2
        ),
    ]


def title_of(row: Row) -> str:
    """What an option is called in the paper."""
    if row["id"] == NO_CHANGE:
        return "No change, with cross-INT arrangements where PCNs do not fit"
    kind = str(row["kind"])
    moved = ", ".join(f"{m['practice_name']} to {m['to_name']}" for m in row["moves"])
    if len(row["moves"]) > MOST_NAMED:
        moved = f"{len(row['moves'])} practices of {', '.join(sorted({str(m['from_name']) for m in row['moves']}))}"
    return kind[:1].upper() + kind[1:] + (f": {moved}" if moved else "")


def _table(paper: Gathered) -> Table:
    columns = (
        Column("Option"),
        Column("Practices that move", number=True),
        Column("Patients whose practice would change PCN", number=True),
        Column("Patients outside their PCN’s lead neighbourhood, before", number=True),
        Column("After", number=True),
        Column("Difference", number=True),
        Column("Rules"),
        Column("Earliest"),
    )
    rows = tuple(
        (
            f"{at}. {title_of(row)}",
            str(len(row["moves"])),
            count(row, "patients_disturbed"),
            count(row["before"], "patients_outside_lead"),
            count(row["after"], "patients_outside_lead"),
            _difference(row),
            _in_short(row),
            day(row["earliest"]) if row["earliest"] else "now",
        )
        for at, row in enumerate(paper.option_rows, start=1)
    )
    return Table("Options considered", columns, rows, paper.basis)


def _difference(row: Row) -> str:
    gained = count(row, "patients_gained")
    return gained if not gained[:1].isdigit() or gained == "0" else f"−{gained}"


def _in_short(row: Row) -> str:
    told = {
        outcome: sum(check["outcome"] == outcome for check in row["checks"]) for outcome in ("stop", "warn", "pass")
    }
    if row["stopped"]:
        return "not allowed as it stands"
    return f"{told['warn']} warnings, {told['pass']} met" if row["checks"] else "nothing to check"


def _option(paper: Gathered, at: int, row: Row) -> Section:
    blocks: list[Block] = [Text(row["sentence"])]
    if row["pcns"]:
        blocks.append(_pcns(paper, row))
    if row["checks"]:
        blocks.append(
            Table(
                f"What option {at} is held to",
                (Column("Rule"), Column("Outcome"), Column("What is found"), Column("Mark"), Column("Source")),
                tuple(
                    (c["check"], OUTCOMES.get(c["outcome"], c["outcome"]), c["text"], c["mark"], c["source"])
                    for c in row["checks"]
                ),
                "“rule” is binding, “guidance” is expected, “local” is a setting of this place.",
            )
        )
    if row["needs"]:
        blocks += [Text("It would need:"), Points(tuple(row["needs"]))]
    return Section(f"Option {at}: {title_of(row)}", tuple(blocks), level=2)


def _pcns(paper: Gathered, row: Row) -> Table:
    rows = []
    for pcn in row["pcns"]:
        for when in ("before", "after"):
            state = pcn[when]
            if state is None:
                gone = "not there yet" if when == "before" else "no longer there"
                rows.append((pcn["name"], when, *["–"] * 2, gone, *["–"] * 2))
                continue
            rows.append(
                (
                    pcn["name"],
                    when,
                    str(len(state["practices"])),
                    count(state, "patients"),
                    state["lead_name"] or "none",
                    count(state, "patients_outside_lead"),
                    share(state, "containment"),
                )
            )
    columns = (
        Column("PCN"),
        Column("When"),
        Column("Practices", number=True),
        Column("Patients", number=True),
        Column("Lead neighbourhood"),
        Column("Patients outside it", number=True),
        Column("Share in it", number=True),
    )
    return Table("The PCNs concerned, before and after", columns, tuple(rows), paper.basis)


def _routes(paper: Gathered) -> Table:
    columns = (Column("PCN"), Column("Route"), Column("In words"), Column("Because"))
    rows = tuple(
        (
            route["name"],
            route["route"],
            route["sentence"],
            " ".join(f"{reason['text']} ({reason['mark']})" for reason in route["reasons"]),
        )
        for route in paper.options["routes"]
    )
    return Table("Routes, PCN by PCN", columns, rows, paper.basis)


def _frontier(paper: Gathered) -> Table:
    columns = (
        Column("Practices moved"),
        Column("Patients outside, at the fewest", number=True),
        Column("Share in the lead neighbourhood", number=True),
        Column("Patients whose practice would change PCN", number=True),
        Column("Proven"),
        Column("Moves"),
    )
    rows = tuple(
        (
            number(point["practices_moved"]),
            count(point, "patients_outside_lead"),
            percent(point["containment"]),
            count(point, "patients_disturbed"),
            "yes" if point["proven"] else f"within {number(point['patients_gap'])} patients",
            "; ".join(f"{m['practice_name']} to {m['to_name']}" for m in point["moves"]) or "none",
        )
        for point in paper.options["frontier"]["points"]
    )
    return Table("The frontier of practice moves", columns, rows, paper.basis)
