"""Everything a paper says in figures, asked of the same services that the API answers from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.options.kinds import Option
from app.domain.problem import Fault, Problem
from app.report.words import Words
from app.services import answers, checking, finding_rows, layers, option_rows, options, sensitivity
from app.services.aligning import Answer
from app.services.answers import Row
from app.services.people import People, people
from app.services.suppression import published
from app.services.workspace import Workspace

NO_CHANGE = "no-change"


@dataclass(frozen=True, eq=False)
class Gathered:
    """The figures of one place, as rows of the API."""

    work: Workspace
    given: Answer
    found: options.Found
    words: Words
    summary: Row
    pcns: list[Row]
    neighbourhoods: list[Row]
    practices: list[Row]
    matrix: Row
    options: Row
    chosen: tuple[Option, ...]
    findings: Row
    layers: Row
    people: People
    sensitivity: Row

    @property
    def place(self) -> str:
        return self.given.alignment.place or self.given.ground.version.name

    @property
    def option_rows(self) -> list[Row]:
        """The options shown, no change first."""
        by_id = {row["id"]: row for row in self.options["options"]}
        return [by_id[option.id] for option in self.chosen]

    @property
    def names(self) -> Mapping[str, str]:
        """Names by code of PCNs and neighbourhoods."""
        return {row["code"]: row["name"] for row in (*self.pcns, *self.neighbourhoods)}

    @property
    def basis(self) -> str:
        """What stands under a table of patients."""
        used: dict[str, Any] = {d["id"]: d for d in self.summary["datasets"]}
        named = ", ".join(f"{d['name']} ({d['id'][:8]})" for d in used.values())
        return f"Counts {self.summary['basis_explained']}, as of {self.summary['as_of']}. Rests on: {named}."


def gather(
    work: Workspace,
    asked: options.Asked,
    words: Words,
    *,
    band: tuple[float, float] | None = None,
    time_limit: float | None = None,
) -> Gathered:
    """Ask for the figures of a place.

    band: fewest and most people a neighbourhood should have. time_limit: seconds for the search of options. Raises
    ``Problem`` as ``options`` does, and for an option that the place does not have.
    """
    found = options.options(work, asked, time_limit=time_limit)
    place = options.one_place(work, asked.question)
    question = asked.question
    given = found.base.answer
    version = given.ground.version
    checked = checking.check(work, version.footprint_id, version.number, band, question.as_of, given.alignment.place)
    distances = layers.distances(
        work, version.footprint_id, version.number, place=given.alignment.place, as_of=question.as_of
    )
    assert place == given.alignment.place or given.alignment.place is None  # noqa: S101 - both ask the same
    return Gathered(
        work=work,
        given=given,
        found=found,
        words=words,
        summary=answers.summary(given, work.thresholds),
        pcns=answers.pcn_rows(given),
        neighbourhoods=answers.neighbourhood_rows(given),
        practices=answers.practice_rows(given),
        matrix=answers.matrix(given),
        options=option_rows.everything(found),
        chosen=_chosen(found, words),
        findings=published(finding_rows.summary(checked), given.restricted),
        layers=layers.summary(distances),
        people=people(work, given),
        sensitivity=sensitivity.table(sensitivity.sensitivity(work, question)),
    )


def _chosen(found: options.Found, words: Words) -> tuple[Option, ...]:
    all_of_them = {option.id: option for option in found.suggestions.options}
    wanted = set(all_of_them) if words.options is None else {NO_CHANGE, *words.options}
    for id_ in (*sorted(wanted), *([words.preferred] if words.preferred else [])):
        if id_ not in all_of_them:
            raise Problem(
                Fault.BAD_INPUT,
                "No such option",
                f"“{id_}” is not among the options of this place as they are asked for.",
                remedy=f"Name some of: {', '.join(sorted(all_of_them))}.",
            )
    if words.preferred:
        wanted.add(words.preferred)
    chosen = [option for id_, option in all_of_them.items() if id_ in wanted]
    return tuple(sorted(chosen, key=lambda option: option.id != NO_CHANGE))
