"""8. What the figures rest on: datasets and dates, the method in short, caveats, settings, attribution."""

from __future__ import annotations

from collections.abc import Mapping

from app.report.blocks import Block, Column, Points, Section, Table, Text
from app.report.gathered import Gathered
from app.report.printed import NOT_KNOWN, day, number, percent
from app.services.answers import dataset_reference

MOST_NAMED = 5
"""PCNs named in a row; of more their number is told."""

RESIDENTS = (
    "Registered patients are not residents: some residents are registered elsewhere or nowhere, and lists hold people "
    "who have moved away."
)


def sections(paper: Gathered) -> list[Section]:
    return [
        Section("8. Sources, dates and caveats", (_datasets(paper), Text(paper.summary["attribution"]))),
        Section("How it is counted", tuple(_method(paper)), level=2),
        Section("Whether it depends on how it is counted", tuple(_counted_otherwise(paper)), level=2),
        Section("What to keep in mind", (Points(tuple(_caveats(paper))),), level=2),
        Section("Limits that options are held to", (_limits(paper),), level=2),
    ]


def _datasets(paper: Gathered) -> Table:
    used = {d["id"]: d for d in paper.summary["datasets"]}
    used |= {d["id"]: d for d in map(dataset_reference, paper.people.datasets)}
    used |= {d["id"]: d for d in paper.findings["datasets"]}
    rows = tuple(
        (d["name"], d["kind"], day(d["effective_date"]) if d["effective_date"] else NOT_KNOWN, d["sha256"][:16])
        for d in sorted(used.values(), key=lambda d: (d["kind"], d["name"], d["id"]))
    )
    return Table(
        "Datasets",
        (Column("File"), Column("What it is"), Column("Date it states"), Column("First of its SHA-256")),
        rows,
        "Files as they were loaded. The same files give the same figures.",
    )


def _method(paper: Gathered) -> list[Block]:
    return [
        Text(
            f"Counted are {paper.summary['basis_explained']}. Each PCN’s lead neighbourhood is the one where most of "
            "its patients live. Patients outside it, divided by all patients living in the neighbourhoods, is the "
            "misalignment. Small areas that a line divides are shared out, and nobody is lost or counted twice."
        ),
        Text(
            "Options are searched completely within the limits below: where a figure is called proven, no other choice "
            "of as many practices leaves fewer patients outside. docs/method.md and docs/options.md give the formulas."
        ),
    ]


def _counted_otherwise(paper: Gathered) -> list[Block]:
    """The question asked in every other way that what is loaded allows, and the PCNs it makes a difference to."""
    found, hidden = paper.sensitivity, paper.given.restricted
    classes, said = paper.summary["classes"], paper.summary
    differ = {
        variant["id"]: [r["name"] for r in found["items"] if r[variant["id"]]["differs"]]
        for variant in found["variants"]
    }
    rows = [("As in this paper", percent(said["misalignment"], hidden), *_three(classes), "")]
    rows += [
        (
            f"As of {day(variant['as_of'])}" if variant["what"] == "date" else _capital(variant["label"]),
            percent(variant["misalignment"], hidden),
            *_three(variant["classes"]),
            _some(differ[variant["id"]]),
        )
        for variant in found["variants"]
    ]
    numbers = [Column(name, number=True) for name in ("Outside the lead", "Aligned", "Partly", "Split")]
    blocks: list[Block] = [
        Table(
            "The same question, counted otherwise",
            (Column("Counted"), *numbers, Column("PCNs with another lead or class")),
            tuple(rows),
            f"{paper.basis} Every row is a whole answer of its own.",
        )
    ]
    if found["left_out"]:
        blocks.append(Text(f"Not to be had from what is loaded: {'; '.join(found['left_out'])}.", small=True))
    return blocks


def _three(classes: Mapping[str, int]) -> tuple[str, str, str]:
    aligned, partly, split = (number(classes[name]) for name in ("aligned", "partly", "split"))
    return aligned, partly, split


def _some(names: list[str]) -> str:
    named = ", ".join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"{len(names)}: {named}" + (f" and {more} more" if more > 0 else "") if names else "none"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _caveats(paper: Gathered) -> list[str]:
    said = paper.summary
    vintage = paper.given.ground.weights.vintage
    found = [
        RESIDENTS,
        f"Of {number(said['patients_unknown'], paper.given.restricted)} patients it is not known where they live.",
    ]
    if vintage:
        found.append(f"Small areas are LSOAs of the census of {vintage}.")
    if said["small_numbers"]:
        found.append(f"Small numbers are hidden: {said['small_numbers']}")
    return [*found, *said["warnings"], *(w for w in paper.findings["warnings"] if w not in said["warnings"])]


def _limits(paper: Gathered) -> Table:
    rows = tuple(
        (
            limit["label"],
            " ".join(filter(None, (_value(limit["value"]), limit["unit"]))),
            limit["mark"],
            limit["source"],
        )
        for limit in paper.options["limits"]
    )
    return Table(
        "Limits, and where each comes from",
        (Column("Limit"), Column("Value", number=True), Column("Mark"), Column("Source")),
        rows,
        "“rule” is binding, “guidance” is expected, “local” is a setting of this place.",
    )


def _value(value: object) -> str:
    if value is None or isinstance(value, str):
        return str(value or NOT_KNOWN)
    return f"{value:,g}" if isinstance(value, float) else f"{value:,}"
