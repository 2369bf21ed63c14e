"""2. The proposed neighbourhoods, whether they are balanced, and whether they cover the place once."""

from __future__ import annotations

from collections import defaultdict

from app.domain.problem import Fault, Problem
from app.report.blocks import Block, Column, Points, Section, Table, Text
from app.report.gathered import Gathered
from app.report.printed import NOT_KNOWN, count, number, percent
from app.services import small_areas

MEASURES = (
    ("imd_score", "Deprivation score"),
    ("share_most_deprived", "In the most deprived fifth"),
    ("share_aged_65_and_over", "Aged 65 and over"),
    ("share_aged_under_16", "Aged under 16"),
)
MOST_FINDINGS = 30


def sections(paper: Gathered) -> list[Section]:
    return [
        Section("2. The proposed neighbourhoods", tuple(_neighbourhoods(paper))),
        Section("Whether their sizes are balanced", tuple(_balance(paper)), level=2),
        Section("Whether they cover the place once", tuple(_coverage(paper)), level=2),
    ]


def _neighbourhoods(paper: Gathered) -> list[Block]:
    practices: dict[str, list[str]] = defaultdict(list)
    for practice in paper.practices:
        practices[practice["located_in"]].append(practice["name"])
    msoas = _msoas(paper)
    loaded = [(name, label) for name, label in MEASURES if name in paper.people.measures]
    columns = (
        Column("Neighbourhood"),
        Column("Residents", number=True),
        Column("Registered patients living there", number=True),
        Column("Patients for each resident", number=True),
        Column("Practices that stand there", number=True),
        Column("PCNs it leads for"),
        *(Column(label, number=True) for _, label in loaded),
    )
    rows = []
    for row in paper.neighbourhoods:
        rate = row["registered_per_resident"]
        rows.append(
            (
                row["name"],
                count(row, "residents"),
                count(row, "patients"),
                NOT_KNOWN if rate is None else f"{rate:.2f}",
                str(len(practices[row["code"]])),
                ", ".join(paper.names.get(code, code) for code in row["lead_for"]) or "none",
                *(_measure(name, paper.people.measures[name].get(row["code"])) for name, _ in loaded),
            )
        )
    used = ", ".join(d.name for d in paper.people.datasets)
    blocks: list[Block] = [
        Table(
            "One row for each neighbourhood",
            columns,
            tuple(rows),
            f"{paper.basis} Residents are those of the small areas"
            + (f"; residents, deprivation and age rest on {used}" if used else "")
            + ".",
        )
    ]
    if msoas:
        blocks.append(
            Table(
                "Middle layer areas (MSOAs) of each neighbourhood",
                (Column("Neighbourhood"), Column("MSOAs")),
                tuple(
                    (row["name"], ", ".join(msoas.get(row["code"], ())) or NOT_KNOWN) for row in paper.neighbourhoods
                ),
                "An MSOA is named where a small area (LSOA) called after it lies mostly in the neighbourhood; one that "
                "is divided stands under each.",
            )
        )
    missing = [label.lower() for name, label in MEASURES if name not in paper.people.measures]
    if missing:
        blocks.append(
            Text(f"Not loaded, or not to be shown, and therefore not in the table: {', '.join(missing)}.", small=True)
        )
    blocks.append(Text("Hubs, schools and care homes are not loaded: the place adds notable assets here.", small=True))
    return blocks


def _measure(name: str, value: float | None) -> str:
    if value is None:
        return NOT_KNOWN
    return percent(value) if name.startswith("share_") else f"{value:.1f}"


def _msoas(paper: Gathered) -> dict[str, list[str]]:
    """MSOAs by neighbourhood. An LSOA is called after its MSOA, with a letter (ONS, names of 2011 and 2021)."""
    try:
        rows = small_areas.rows(paper.work, paper.given)
    except Problem as problem:
        if problem.fault is not Fault.NOTHING_LOADED:
            raise
        return {}
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        name = row["name"]
        if name and name[-1:].isalpha() and name[-4:-1].isdigit():
            found[row["neighbourhood"]].add(name[:-1])
    return {code: sorted(names) for code, names in found.items()}


def _balance(paper: Gathered) -> list[Block]:
    blocks: list[Block] = []
    for field, what in (("residents", "residents"), ("patients", "registered patients living there")):
        known = [(row[field], row["name"]) for row in paper.neighbourhoods if row[field]]
        if len(known) < len(paper.neighbourhoods) or not known:
            blocks.append(Text(f"By {what}: not known, or not to be shown, for every neighbourhood."))
            continue
        (small, smallest), (large, largest) = min(known), max(known)
        mean = sum(value for value, _ in known) / len(known)
        blocks.append(
            Text(
                f"By {what}: the smallest is {smallest} ({number(small)}), the largest {largest} ({number(large)}), "
                f"{large / small:.2f} times as many; the mean is {number(round(mean))}."
            )
        )
    band = paper.findings["band"]
    outside = [item["message"] for item in paper.findings["items"] if item["kind"] == "outside-band"]
    if band is None:
        blocks.append(Text("No guide band was given, so none is outside it."))
    else:
        said = f"The guide band is {number(band['low'])} to {number(band['high'])} people (advice, not a rule)."
        blocks.append(Text(said if outside else f"{said} No neighbourhood is outside it."))
        if outside:
            blocks.append(Points(tuple(outside)))
    return blocks


def _coverage(paper: Gathered) -> list[Block]:
    found = paper.findings
    by = found["by_severity"]
    blocks: list[Block] = [
        Text(
            f"Errors: {by['error']}. Warnings: {by['warning']}. Advice: {by['advice']}. "
            + (
                "There are no gaps, overlaps or detached parts that would need mending."
                if found["clean"]
                else "What is found should be looked at before anything is agreed."
            )
        )
    ]
    told = [item["message"] for item in found["items"] if item["severity"] != "advice"]
    if told:
        blocks.append(Points(tuple(told[:MOST_FINDINGS])))
    if len(told) > MOST_FINDINGS:
        blocks.append(Text(f"{len(told) - MOST_FINDINGS} more are in the list of findings.", small=True))
    return blocks
