"""2. The proposed neighbourhoods, whether they are balanced, and whether they cover the place once."""

from __future__ import annotations

from collections import defaultdict

from app.report.blocks import Block, Column, Points, Section, Table, Text
from app.report.gathered import Gathered
from app.report.printed import NOT_KNOWN, count, number, percent
from app.services.area_groups import AreaGroups, Group, area_groups

MEASURES = (
    ("imd_score", "Deprivation score"),
    ("share_most_deprived", "In the most deprived fifth"),
    ("share_aged_65_and_over", "Aged 65 and over"),
    ("share_aged_under_16", "Aged under 16"),
)
GROUPS = (
    (Group.WARD, "Wards", "Electoral wards"),
    (Group.MSOA, "MSOAs", "Middle layer areas (MSOAs)"),
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
    for group, label, said in GROUPS:
        found = area_groups(paper.work, paper.given, group)
        if found:
            blocks.append(_groups(paper, found, label, said))
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


def _groups(paper: Gathered, found: AreaGroups, label: str, said: str) -> Table:
    def named(code: str) -> str:
        held = found.within.get(code, {})
        return ", ".join(found.names.get(g, g) + ("" if whole else " (part)") for g, whole in held.items()) or NOT_KNOWN

    return Table(
        f"{said} of each neighbourhood",
        (Column("Neighbourhood"), Column(label)),
        tuple((row["name"], named(row["code"])) for row in paper.neighbourhoods),
        "As the small areas (LSOAs) say which they are in, each counted where most of it lies. “(part)”: some of its "
        "small areas are elsewhere.",
    )


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
