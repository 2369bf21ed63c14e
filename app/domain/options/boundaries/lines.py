"""The option to move small areas between neighbourhoods, with figures before and after for everybody it touches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.domain.alignment import lead_positions
from app.domain.figures import Floats
from app.domain.options.boundaries.draft import Draft
from app.domain.options.boundaries.frontier import AreaMove, BoundaryFrontier, BoundaryPoint, restriction
from app.domain.options.boundaries.model import BoundaryModel, boundary_model
from app.domain.options.rules import LOCAL_SETTING, LONDON_MODEL, Check, Mark, Outcome
from app.domain.options.situation import Indices
from app.domain.problem import Fault, Finding, Problem

KIND: Literal["move small areas between neighbourhoods"] = "move small areas between neighbourhoods"

ONLY_A_DRAFT = (
    "A Neighbourhood Health Service for London, May 2025: the place partnership agrees the neighbourhood footprints; "
    "their lines can be discussed while they are a draft"
)
GEOGRAPHY = (
    "A Neighbourhood Health Service for London, geography module: footprints cover the place without gaps or overlaps; "
    "no population band is given"
)
NEEDS = (
    "agreement of the place partnership, while the footprints are still a draft",
    "the view of the PCNs and community teams concerned",
)


@dataclass(frozen=True)
class NeighbourhoodChange:
    """A neighbourhood that gains or loses an area. ``people`` live in it; ``parts`` hang together by shared edges or
    links; ``in_band``: whether its people are within the band around the mean of the place."""

    code: str
    name: str
    people_before: float
    people_after: float
    in_band_before: bool
    in_band_after: bool
    parts_before: int
    parts_after: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True)
class PcnChange:
    """A PCN with patients in an area that moves. ``inside`` lives in the place; all numbers are registered patients.

    ``patients_moved`` live in the areas that move: their neighbourhood changes, not their practice or PCN.
    """

    code: str
    name: str
    inside: float
    lead_before: str | None
    lead_after: str | None
    outside_before: float
    outside_after: float
    patients_moved: float

    @property
    def containment_before(self) -> float | None:
        return 1 - self.outside_before / self.inside if self.inside > 0 else None

    @property
    def containment_after(self) -> float | None:
        return 1 - self.outside_after / self.inside if self.inside > 0 else None


@dataclass(frozen=True)
class LinesOption:
    """An option for discussion, never an instruction.

    outside_before, outside_after: patients of the whole place outside the lead neighbourhood of their PCN.
    people_moved: people whose neighbourhood changes; patients_moved: those of them registered with PCNs of the place,
    as counted in ``Draft.patients``. ``neighbourhood_of``: where each area that moves goes. ``needs``: who must agree.
    """

    id: str
    kind: str
    sentence: str
    moves: tuple[AreaMove, ...]
    neighbourhoods: tuple[NeighbourhoodChange, ...]
    pcns: tuple[PcnChange, ...]
    outside_before: float
    outside_after: float
    people_moved: float
    patients_moved: float
    checks: tuple[Check, ...]
    neighbourhood_of: Mapping[str, str]
    needs: tuple[str, ...] = NEEDS

    @property
    def benefit(self) -> float:
        """Patients who would come to live in the lead neighbourhood of their PCN."""
        return self.outside_before - self.outside_after

    @property
    def stopped(self) -> bool:
        return any(check.outcome is Outcome.STOP for check in self.checks)


def move_areas(place: Draft, wanted: Mapping[str, str]) -> LinesOption:
    """Areas, by code, to other neighbourhoods of today. What breaks a rule is said in a check, not refused.

    Raises ``Problem`` for an unknown area or neighbourhood and where nothing would change.
    """
    at = {code: u for u, code in enumerate(place.areas)}
    unknown = sorted(
        {code for code in wanted if code not in at} | {k for k in wanted.values() if k not in place.neighbourhoods}
    )
    if unknown:
        raise Problem(
            Fault.NOT_FOUND,
            "Unknown area or neighbourhood",
            f"{', '.join(unknown[:5])}: not in this place.",
            remedy="Name areas and neighbourhoods by the codes of this place.",
            findings=[Finding("unknown-area", f"{code} is not there.", value=code) for code in unknown],
        )
    model = boundary_model(place)
    chosen = model.home.copy()
    for code, target in wanted.items():
        chosen[at[code]] = place.neighbourhoods.index(target)
    moved = np.flatnonzero(chosen != model.home)
    if not len(moved):
        raise Problem(
            Fault.BAD_INPUT,
            "Nothing would change",
            "Every area named is in that neighbourhood already.",
            remedy="Name an area and a neighbourhood it is not in.",
        )
    codes = place.neighbourhoods
    moves = tuple(
        AreaMove(place.areas[u], codes[model.home[u]], codes[chosen[u]], float(place.people[u])) for u in moved.tolist()
    )
    pcns = _pcns(place, model.home, chosen, moved)
    inside, then = _in_lead(place, model.home), _in_lead(place, chosen)
    total = float(place.patients.sum())
    touched = _neighbourhoods(place, model, chosen)
    people = float(place.people[moved].sum())
    return LinesOption(
        id="lines-" + "-".join(f"{m.area}-{m.target}" for m in moves),
        kind=KIND,
        sentence=_sentence(place, model.home, chosen, moved, then - inside),
        moves=moves,
        neighbourhoods=touched,
        pcns=pcns,
        outside_before=round(total - inside, 3),
        outside_after=round(total - then, 3),
        people_moved=people,
        patients_moved=float(place.patients[:, moved].sum()),
        checks=_checks(place, model, chosen, moved, touched, then - inside, people),
        neighbourhood_of={move.area: move.target for move in moves},
    )


def worthwhile_lines(place: Draft, found: BoundaryFrontier) -> tuple[BoundaryPoint, ...]:
    """The points of a frontier that are worth the disturbance, the first being to leave the lines alone.

    A point counts where, since the last one that counts, it brings a material number of patients
    (``Limits.benefit_patients``) into the lead neighbourhood of their PCN, and each further person whose neighbourhood
    changes brings at least a share of one (``Limits.benefit_share``).
    """
    points = [found.points[0]]
    for point in found.points[1:]:
        gained = points[-1].outside - point.outside
        disturbed = point.people_moved - points[-1].people_moved
        if point.moves and gained >= max(place.limits.benefit_patients, disturbed * place.limits.benefit_share):
            points.append(point)
    return tuple(points)


def lines_options(place: Draft, found: BoundaryFrontier) -> tuple[LinesOption, ...]:
    """What is put forward of a frontier, fewest people moved first."""
    return tuple(move_areas(place, point.neighbourhood_of) for point in worthwhile_lines(place, found)[1:])


def _table(place: Draft, chosen: Indices) -> Floats:
    """PCNs × neighbourhoods."""
    found = np.zeros((len(place.neighbourhoods), len(place.pcns)))
    np.add.at(found, chosen, place.patients.T)
    return found.T


def _in_lead(place: Draft, chosen: Indices) -> float:
    return float(_table(place, chosen).max(axis=1, initial=0.0).sum())


def _leads(place: Draft, chosen: Indices) -> list[str | None]:
    registered = np.zeros(len(place.neighbourhoods))
    np.add.at(registered, chosen, place.registered)
    return [place.neighbourhoods[k] if k >= 0 else None for k in lead_positions(_table(place, chosen), registered)]


def _pcns(place: Draft, home: Indices, chosen: Indices, moved: Indices) -> tuple[PcnChange, ...]:
    before, after = _table(place, home), _table(place, chosen)
    leads, then = _leads(place, home), _leads(place, chosen)
    return tuple(
        PcnChange(
            code=code,
            name=place.name(code),
            inside=float(before[i].sum()),
            lead_before=leads[i],
            lead_after=then[i],
            outside_before=round(float(before[i].sum() - before[i].max()), 3),
            outside_after=round(float(after[i].sum() - after[i].max()), 3),
            patients_moved=float(place.patients[i, moved].sum()),
        )
        for i, code in enumerate(place.pcns)
        if place.patients[i, moved].sum() > 0
    )


def _neighbourhoods(place: Draft, model: BoundaryModel, chosen: Indices) -> tuple[NeighbourhoodChange, ...]:
    living, then = model.living(model.home), model.living(chosen)
    mean = int(model.people.sum()) / model.width
    found = []
    for k, code in enumerate(place.neighbourhoods):
        gained = np.flatnonzero((chosen == k) & (model.home != k)).tolist()
        lost = np.flatnonzero((chosen != k) & (model.home == k)).tolist()
        if gained or lost:
            found.append(
                NeighbourhoodChange(
                    code=code,
                    name=place.name(code),
                    people_before=int(living[k]) / model.person_unit,
                    people_after=int(then[k]) / model.person_unit,
                    in_band_before=_in_band(place, int(living[k]), mean),
                    in_band_after=_in_band(place, int(then[k]), mean),
                    parts_before=model.parts[k],
                    parts_after=len(model.pieces(chosen, k)),
                    gained=tuple(place.areas[u] for u in gained),
                    lost=tuple(place.areas[u] for u in lost),
                )
            )
    return tuple(found)


def _in_band(place: Draft, people: int, mean: float) -> bool:
    return (1 - place.band) * mean - 1e-6 <= people <= (1 + place.band) * mean + 1e-6


def _sentence(place: Draft, home: Indices, chosen: Indices, moved: Indices, gained: float) -> str:
    """Who moves, why, and what comes of it."""
    codes = place.neighbourhoods
    position = {code: k for k, code in enumerate(codes)}
    people = float(place.people[moved].sum())
    those = "This small area" if len(moved) == 1 else f"These {len(moved):,} small areas"
    routes = sorted({(int(home[u]), int(chosen[u])) for u in moved.tolist()})
    ways = [f"{place.name(codes[one])} to {place.name(codes[other])}" for one, other in routes]
    led_there = np.zeros(len(moved))
    for i, lead in enumerate(_leads(place, chosen)):
        if lead is not None:
            led_there += np.where(chosen[moved] == position[lead], place.patients[i, moved], 0.0)
    patients = float(place.patients[:, moved].sum())
    why = ""
    if patients > 0:
        share = float(led_there.sum()) / patients
        mostly = "mostly registered" if share > 0.5 else f"registered for {share:.0%}"
        why = f", {'is' if len(moved) == 1 else 'are'} {mostly} with PCNs whose lead is the other side"
    number = abs(round(gained))
    more = "more" if gained >= 0 else "fewer"
    effect = f"{number:,} {more} patients would live in the lead neighbourhood of their PCN"
    if number == 0:
        effect = "no patient more or fewer would live in the lead neighbourhood of their PCN"
    told = ways if len(ways) <= 4 else [*ways[:3], f"{len(ways) - 3} other ways"]
    listed = " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))
    return f"{those}, {people:,.0f} people{why}. Moved from {listed}: {effect}, and nobody changes practice or PCN."


def _checks(
    place: Draft,
    model: BoundaryModel,
    chosen: Indices,
    moved: Indices,
    touched: tuple[NeighbourhoodChange, ...],
    gained: float,
    people: float,
) -> tuple[Check, ...]:
    found = [
        *_locks(place, model, chosen, moved),
        *(check for change in touched for check in _of_neighbourhood(place, model, change)),
        _benefit(place, gained, people),
    ]
    order = [Outcome.STOP, Outcome.WARN, Outcome.PASS, Outcome.NOT_CHECKED]
    return tuple(sorted(found, key=lambda check: order.index(check.outcome)))


def _locks(place: Draft, model: BoundaryModel, chosen: Indices, moved: Indices) -> Iterator[Check]:
    for u in moved.tolist():
        code = place.areas[u]
        if code in place.divided:
            text = f"{place.name(code)} is divided between neighbourhoods: its parts stay where they are."
            yield Check("locks", Outcome.STOP, text, LOCAL_SETTING, Mark.LOCAL)
        elif code in place.staying:
            yield Check("locks", Outcome.STOP, f"{place.name(code)} is to stay.", LOCAL_SETTING, Mark.LOCAL)
    kept = {place.neighbourhoods[k] for k in {*model.home[moved].tolist(), *chosen[moved].tolist()}} & place.kept
    for code in sorted(kept):
        text = f"{place.name(code)} is settled: its line does not change."
        yield Check("draft", Outcome.STOP, text, ONLY_A_DRAFT, Mark.GUIDANCE)
    if not kept:
        text = "The lines that change are taken to be a draft still."
        yield Check("draft", Outcome.WARN, text, f"{ONLY_A_DRAFT}. {LONDON_MODEL}", Mark.GUIDANCE)
    if said := restriction(place):
        yield Check("search", Outcome.NOT_CHECKED, said, LOCAL_SETTING, Mark.LOCAL)


def _of_neighbourhood(place: Draft, model: BoundaryModel, change: NeighbourhoodChange) -> Iterator[Check]:
    k = place.neighbourhoods.index(change.code)
    after = round(change.people_after * model.person_unit)
    said = f"{change.name} would have {change.people_after:,.0f} people ({change.people_before:,.0f} today)"
    band = f"±{place.band:.0%} of the mean of the place"
    source = f"{LOCAL_SETTING}. {GEOGRAPHY}"
    if change.in_band_after:
        yield Check("band", Outcome.PASS, f"{said}, within {band}.", source, Mark.LOCAL)
    elif model.least[k] <= after <= model.most[k]:
        yield Check("band", Outcome.WARN, f"{said}: outside {band}, as today.", source, Mark.LOCAL)
    else:
        yield Check("band", Outcome.STOP, f"{said}: outside {band}.", source, Mark.LOCAL)
    if not change.parts_after:
        yield Check("contiguity", Outcome.STOP, f"{change.name} would have no area.", GEOGRAPHY, Mark.GUIDANCE)
    elif change.parts_after > change.parts_before:
        text = f"{change.name} would be in {change.parts_after} parts, {change.parts_before} today."
        yield Check("contiguity", Outcome.STOP, text, LOCAL_SETTING, Mark.LOCAL)
    elif change.parts_after > 1:
        text = f"{change.name} would be in {change.parts_after} parts, no more than today."
        yield Check("contiguity", Outcome.WARN, text, LOCAL_SETTING, Mark.LOCAL)
    else:
        yield Check("contiguity", Outcome.PASS, f"{change.name} would hang together.", LOCAL_SETTING, Mark.LOCAL)


def _benefit(place: Draft, gained: float, people: float) -> Check:
    limits = place.limits
    small = [
        said
        for below, said in (
            (gained < limits.benefit_patients, f"fewer than {limits.benefit_patients:,.0f} patients"),
            (
                gained < limits.benefit_share * people,
                f"less than {limits.benefit_share:.0%} of the people whose neighbourhood changes",
            ),
        )
        if below
    ]
    text = f"{gained:,.0f} fewer patients outside their PCN's lead neighbourhood for {people:,.0f} people moved"
    text += f": small, being {' and '.join(small)}." if small else "."
    return Check("benefit", Outcome.WARN if small else Outcome.PASS, text, LOCAL_SETTING, Mark.LOCAL)
