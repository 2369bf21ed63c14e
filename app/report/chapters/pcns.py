"""3. Where each PCN's patients live, and what stands out: split PCNs, practices that serve elsewhere, who is beyond."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.report.blocks import Block, Column, Section, Table, Text
from app.report.gathered import Gathered
from app.report.printed import count, number, percent, share

CLASSES = {"aligned": "fits", "partly": "fits in part", "split": "split", None: "not known"}
MOST_PRACTICES = 60


def fit(paper: Gathered) -> list[Section]:
    return [
        Section("3. PCNs and neighbourhoods", (_headline(paper), _leads(paper))),
        Section("Where each PCN’s patients live", (_matrix(paper), _shares(paper)), level=2),
    ]


def exceptions(paper: Gathered) -> list[Section]:
    return [Section("6. What stands out", tuple(_exceptions(paper)))]


def _headline(paper: Gathered) -> Text:
    said, benchmark = paper.summary, paper.summary["benchmark"]
    inside = count(said, "patients_inside")
    return Text(
        f"Of {count(said, 'patients_total')} registered patients {inside} live in the neighbourhoods; "
        f"{percent(said['misalignment'])} of those live outside the lead neighbourhood of their PCN. Half of the PCNs "
        f"have at least {percent(said['median_containment'])} of their patients in their lead neighbourhood. For "
        f"comparison: {benchmark['source']}."
    )


def _leads(paper: Gathered) -> Table:
    limits = paper.summary["thresholds"]
    columns = (
        Column("PCN"),
        Column("Practices", number=True),
        Column("Registered patients", number=True),
        Column("Lead neighbourhood"),
        Column("Patients in it", number=True),
        Column("Share in it", number=True),
        Column("Patients outside it", number=True),
        Column("Class"),
    )
    rows = tuple(
        (
            row["name"],
            str(row["practices"]),
            count(row, "patients"),
            row["lead_name"] or "none",
            count(row, "patients_in_lead"),
            share(row, "containment"),
            count(row, "patients_outside_lead"),
            CLASSES.get(row["class"], str(row["class"])),
        )
        for row in paper.pcns
    )
    return Table(
        "PCNs, most patients outside their lead neighbourhood first",
        columns,
        rows,
        f"{paper.basis} Shares are of patients living in the neighbourhoods. Fits from {percent(limits['aligned'])}, "
        f"split below {percent(limits['split'])}: local settings, not rules.",
    )


def _cell(paper: Gathered, value: Any) -> str:
    return number(value, hidden=paper.given.restricted)


def _matrix(paper: Gathered) -> Table:
    """Patients, with everything that makes rows and columns complete."""
    said = paper.matrix
    lists = {row["code"]: count(row, "patients") for row in paper.pcns}
    columns = (
        Column("PCN"),
        *(Column(column["name"], number=True) for column in said["columns"]),
        Column("Living elsewhere", number=True),
        Column("Not known where", number=True),
        Column("Whole list", number=True),
    )
    rows = tuple(
        (
            row["name"],
            *(_cell(paper, value) for value in said["patients"][at]),
            _cell(paper, said["outside"][at]),
            _cell(paper, said["unknown"][at]),
            lists[row["code"]],
        )
        for at, row in enumerate(said["rows"])
    )
    living = {row["code"]: count(row, "patients") for row in paper.neighbourhoods}
    blank = ("", "", "")
    totals = (
        ("Practices in no PCN", *(_cell(paper, v) for v in said["without_pcn"]), *blank),
        ("Registered in other places", *(_cell(paper, v) for v in said["registered_elsewhere"]), *blank),
        ("All registered patients living there", *(living[c["code"]] for c in said["columns"]), *blank),
    )
    parts = any(value is not None and value % 1 for row in said["patients"] for value in row)
    rounded = " Areas that were shared out leave parts of patients: figures are rounded, sums may be one or two off."
    basis = paper.basis + (rounded if parts else "")
    return Table("Registered patients of each PCN by neighbourhood", columns, rows, basis, totals)


def _shares(paper: Gathered) -> Table:
    said = paper.matrix
    inside = {row["code"]: row["patients_inside"] for row in paper.pcns}
    leads = {row["code"]: row["lead"] for row in paper.pcns}
    columns = (Column("PCN"), *(Column(column["name"], number=True) for column in said["columns"]))
    rows = []
    for at, row in enumerate(said["rows"]):
        cells = []
        for value, column in zip(said["patients"][at], said["columns"], strict=True):
            whole = inside[row["code"]]
            part = percent(value / whole if value is not None and whole else None, hidden=paper.given.restricted)
            cells.append(f"{part} lead" if column["code"] == leads[row["code"]] else part)
        rows.append((row["name"], *cells))
    return Table(
        "The same as a share of each PCN’s patients living in the neighbourhoods",
        columns,
        tuple(rows),
        f"{paper.basis} “lead” marks the neighbourhood where most of them live.",
    )


def _exceptions(paper: Gathered) -> list[Block]:
    blocks: list[Block] = [_split(paper)]
    elsewhere = [row for row in paper.practices if row["mismatch"]]
    blocks.append(_practices(paper, elsewhere))
    alone = [row for row in paper.practices if row["pcn_code"] is None]
    if alone:
        named = ", ".join(f"{row['name']} ({count(row, 'patients')} patients)" for row in alone)
        blocks.append(Text(f"Practices in no PCN: {named}."))
    unplaced = [row["name"] for row in paper.practices if row["located_in"] is None]
    if unplaced:
        blocks.append(Text(f"Practices that stand in none of the neighbourhoods: {', '.join(unplaced)}."))
    blocks.append(_beyond(paper))
    return blocks


def _split(paper: Gathered) -> Block:
    split = [row for row in paper.pcns if row["class"] != "aligned"]
    if not split:
        return Text("No PCN is split: each fits its lead neighbourhood.")
    rows = tuple(
        (
            row["name"],
            CLASSES.get(row["class"], str(row["class"])),
            row["lead_name"] or "none",
            share(row, "containment"),
            ", ".join(paper.names.get(code, code) for code in row["material_neighbourhoods"]),
        )
        for row in split
    )
    columns = (
        Column("PCN"),
        Column("Class"),
        Column("Lead neighbourhood"),
        Column("Share in it", number=True),
        Column("Neighbourhoods that matter to it"),
    )
    return Table("PCNs that do not fit one neighbourhood", columns, rows, paper.basis)


def _practices(paper: Gathered, found: Sequence[dict[str, Any]]) -> Block:
    if not found:
        return Text("No practice stands in one neighbourhood while most of its patients live in another.")
    rows = tuple(
        (
            row["name"],
            row["pcn_name"] or "none",
            paper.names.get(row["located_in"], f"another place ({row['located_in']})"),
            paper.names.get(row["main_neighbourhood"], row["main_neighbourhood"] or "none"),
            share(row, "main_share"),
            count(row, "patients_inside"),
        )
        for row in found[:MOST_PRACTICES]
    )
    columns = (
        Column("Practice"),
        Column("PCN"),
        Column("Stands in"),
        Column("Most of its patients live in"),
        Column("Share of them", number=True),
        Column("Patients in the neighbourhoods", number=True),
    )
    more = len(found) - MOST_PRACTICES
    left = f" {more} more are in the table of practices." if more > 0 else ""
    return Table(
        "Practices that stand in one neighbourhood and mostly serve another", columns, rows, paper.basis + left
    )


def _beyond(paper: Gathered) -> Text:
    said = paper.matrix
    coming = [v for v in said["registered_elsewhere"] if v is not None]
    return Text(
        f"{count(paper.summary, 'patients_outside')} patients of these practices live outside the neighbourhoods, and "
        f"of {count(paper.summary, 'patients_unknown')} it is not known where they live. {number(sum(coming))} people "
        "who live in the neighbourhoods are registered with practices of other places"
        + (", not counting small numbers that are hidden." if paper.given.restricted else ".")
    )
