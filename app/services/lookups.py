"""The lookups that an analyst joins to data of their own: what there is, its columns, and how it is made.

Columns never change their name or meaning within a version of the API; new ones are added before the last group, which
says what each row stands on. Every table keeps its sums: nobody is lost between rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from app.domain.problem import Fault, Problem
from app.services import lookup_rows as rows
from app.services.aligning import Question
from app.services.answers import Row
from app.services.lookup_rows import Table
from app.services.workspace import Workspace


@dataclass(frozen=True)
class Column:
    """One column. ``unit`` is None for codes, names and dates."""

    name: str
    meaning: str
    unit: str | None = None


@dataclass(frozen=True)
class Wanted:
    """What a lookup is asked for. ``to`` is the plan that changes are counted to, as ``id`` or ``id@version``."""

    footprints: str
    place: str | None = None
    version: int | None = None
    as_of: date | None = None
    to: str | None = None

    @property
    def question(self) -> Question:
        return Question(self.footprints, self.place, None, self.as_of, self.version)


@dataclass(frozen=True)
class Lookup:
    """A lookup there is. ``open_columns``: after its own columns comes one for each neighbourhood, by code."""

    name: str
    title: str
    answers: str
    columns: tuple[Column, ...]
    make: Callable[[Workspace, Wanted], Table]
    needs_to: bool = False
    open_columns: bool = False


STANDS_ON = (
    Column("footprints", "Id of the plan"),
    Column("version", "Version of the plan"),
    Column("status", "draft, shared, proposed or agreed"),
    Column("as_of", "The date that practices and PCNs are taken for"),
    Column("basis", "What is counted: patients, practice or area; empty where nothing is counted"),
    Column("datasets", "Ids of the datasets the row stands on; /api/v1/datasets/ID tells of each"),
)
"""The last columns of every lookup."""

_AREA = (Column("area_code", "Code of the small area (LSOA)"), Column("area_name", "Its name"))
_PCN = (Column("pcn_code", "ODS code of the PCN"), Column("pcn_name", "Its name"))

LOOKUPS: dict[str, Lookup] = {
    lookup.name: lookup
    for lookup in (
        Lookup(
            "lsoa-neighbourhood",
            "LSOA to neighbourhood",
            "Which neighbourhood is each small area in? An area that a line divides has a row for each part; the "
            "shares of an area sum to 1, with a row OUTSIDE for what lies outside.",
            (
                *_AREA,
                Column("area_vintage", "Census year of the codes"),
                Column("neighbourhood_code", "Code of the neighbourhood, or OUTSIDE"),
                Column("neighbourhood_name", "Its name"),
                Column("place", "The place that the neighbourhood belongs to"),
                Column("share", "Part of the area in this neighbourhood", "0..1"),
                Column("main", "true for the largest part: keep these rows for one neighbourhood an area"),
            ),
            lambda work, wanted: rows.areas_to_neighbourhoods(work, wanted.question),
        ),
        Lookup(
            "practice-pcn-neighbourhood",
            "Practice to PCN to neighbourhood",
            "Which PCN is each practice in, in which neighbourhood does it stand, and in which do most of its patients "
            "live?",
            (
                Column("practice_code", "ODS code of the practice"),
                Column("practice_name", "Its name"),
                Column("postcode", "Its postcode"),
                Column("pcn_code", "ODS code of its PCN on the date; empty where it has none"),
                Column("pcn_name", "Name of its PCN"),
                Column("pcn_lead_code", "Lead neighbourhood of its PCN"),
                Column("located_code", "Neighbourhood it stands in; empty where that is not known or outside"),
                Column("located_name", "Its name"),
                Column("main_code", "Neighbourhood in which most of its patients live"),
                Column("main_name", "Its name"),
                Column("patients", "Its registered patients", "patients"),
                Column("patients_inside", "… who live inside the plan (or place)", "patients"),
                Column("patients_outside", "… outside it", "patients"),
                Column("patients_unknown", "… whose residence is not known", "patients"),
                Column("patients_in_located", "… in the neighbourhood it stands in", "patients"),
                Column("located_share", "… as a share of those inside", "0..1"),
                Column("patients_in_main", "… in the main neighbourhood", "patients"),
                Column("main_share", "… as a share of those inside", "0..1"),
                Column("mismatch", "true where it stands in one neighbourhood and most patients live in another"),
            ),
            lambda work, wanted: rows.practices_to_neighbourhoods(work, wanted.question),
        ),
        Lookup(
            "lsoa-pcn",
            "LSOA to PCN",
            "Which PCN has most of the registered patients in each small area, by how much, and where is it contested?",
            (
                *_AREA,
                Column("area_vintage", "Census year of the codes"),
                *_PCN,
                Column("patients", "Patients of this PCN who live in the area", "patients"),
                Column("patients_of_area", "Patients of all PCNs who live in the area", "patients"),
                Column("share", "The first as a share of the second", "0..1"),
                Column("margin", "Share of this PCN less that of the next", "0..1"),
                Column("contested", "true where no PCN has half of the patients"),
            ),
            lambda work, wanted: rows.areas_to_pcns(work, wanted.question),
        ),
        Lookup(
            "pcn-neighbourhood",
            "PCN by neighbourhood, long",
            "How many patients of each PCN live in each neighbourhood? One row for each pair; OUTSIDE and UNKNOWN make "
            "a PCN whole, WITHOUT_PCN and ELSEWHERE make a neighbourhood whole.",
            (
                Column("pcn_code", "ODS code of the PCN, WITHOUT_PCN (practices in none) or ELSEWHERE (other places')"),
                Column("pcn_name", "Its name"),
                Column("neighbourhood_code", "Code of the neighbourhood, OUTSIDE or UNKNOWN"),
                Column("neighbourhood_name", "Its name"),
                Column("patients", "Patients of the PCN who live in the neighbourhood", "patients"),
                Column("share_of_pcn", "… as a share of the PCN's patients inside the plan (or place)", "0..1"),
            ),
            lambda work, wanted: rows.matrix_long(work, wanted.question),
        ),
        Lookup(
            "pcn-neighbourhood-wide",
            "PCN by neighbourhood, wide",
            "The same as a cross table: a row for each PCN, a column for each neighbourhood's code, then OUTSIDE and "
            "UNKNOWN.",
            (*_PCN, Column("patients", "All patients of the PCN: the sum of the columns that follow", "patients")),
            lambda work, wanted: rows.matrix_wide(work, wanted.question),
            open_columns=True,
        ),
        Lookup(
            "changes",
            "Change list between two plans or versions",
            "Which small areas change neighbourhood from one plan or version to another, and how many people are in "
            "them? Neighbourhoods that are only renamed change nobody.",
            (
                *_AREA,
                Column("from_code", "Neighbourhood before, or OUTSIDE"),
                Column("from_name", "Its name"),
                Column("to_code", "Neighbourhood after, or OUTSIDE"),
                Column("to_name", "Its name"),
                Column("people", "People who change", "people"),
                Column("people_counted", "Who they are: residents, or registered patients where none are loaded"),
                Column("patients", "Registered patients who change; empty where none are loaded", "patients"),
                Column("share_of_area", "Part of the area that changes", "0..1"),
                Column("whole", "true where the neighbourhood that holds most of the area changes"),
                Column("to_footprints", "Id of the plan after"),
                Column("to_version", "Its version"),
            ),
            lambda work, wanted: rows.changes_between(work, wanted.question, wanted.to or ""),
            needs_to=True,
        ),
    )
}


def lookup(name: str) -> Lookup:
    """One lookup by its name. Raises ``Problem`` where there is none."""
    if name not in LOOKUPS:
        raise Problem(
            Fault.NOT_FOUND,
            "No such lookup",
            f"There is no lookup “{name}”. There are: {', '.join(LOOKUPS)}.",
            remedy="Use one of these names.",
        )
    return LOOKUPS[name]


def table(work: Workspace, name: str, wanted: Wanted) -> Table:
    """A lookup made. Raises ``Problem``: no such lookup, plan, version or place; what it needs is not loaded."""
    found = lookup(name)
    if found.needs_to and not wanted.to:
        raise Problem(
            Fault.BAD_INPUT,
            "Changes to what?",
            "A change list needs a second plan or version, and none was named.",
            remedy="Name it with to, as id@version: to=plan-a@2.",
        )
    return found.make(work, wanted)


def columns(found: Lookup, made: Table) -> list[str]:
    """The heading of a table, which it has with or without rows."""
    return [*(column.name for column in found.columns), *made.neighbourhoods, *(column.name for column in STANDS_ON)]


def described(found: Lookup) -> Row:
    """What a lookup is, for a list of them."""
    return {
        "name": found.name,
        "title": found.title,
        "answers": found.answers,
        "needs": ["footprints", *(["to"] if found.needs_to else [])],
        "a_column_for_each_neighbourhood": found.open_columns,
        "columns": [
            {"name": column.name, "meaning": column.meaning, "unit": column.unit}
            for column in (*found.columns, *STANDS_ON)
        ],
    }


def whole(work: Workspace, name: str, wanted: Wanted) -> Row:
    """A lookup with everything it stands on, for JSON."""
    found, made = lookup(name), table(work, name, wanted)
    return {"lookup": described(found), **made.stands_on, "columns": columns(found, made), "items": made.rows}
