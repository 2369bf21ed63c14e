"""Registered patients by practice and neighbourhood: the product R · X · W on the best evidence loaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.records import DatasetRecord, FootprintVersion
from app.ingest.kinds import Kind
from app.ingest.reading import UNKNOWN_AREA
from app.services import evidence
from app.services.weights import Weights, weights
from app.services.workspace import Workspace
from app.store.unit import Unit
from geometry.crosstab import Crosstab, conserving, crosstab
from geometry.labelled import Labelled

UNKNOWN = frozenset({UNKNOWN_AREA})


@dataclass(frozen=True, eq=False)
class Registered:
    """Practices × neighbourhoods in patients, or only the weights where no registrations touch the plan.

    by_area: practices × areas of the weights' vintage (patients), for drawing. as_of: date of the registrations.
    """

    weights: Weights
    by_practice: Crosstab | None
    by_area: Labelled | None
    as_of: date | None
    datasets: tuple[DatasetRecord, ...]
    warnings: tuple[str, ...]


def registered(work: Workspace, unit: Unit, version: FootprintVersion, as_of: date | None) -> Registered:
    """Cross the best registrations with the plan.

    Registrations keep the vintage they were published on; where the plan's areas are of another, they are carried
    over by the exact-fit lookup. Tried in order: registrations by date, then areas by vintage; the first pair with
    anybody inside the plan is used.
    """
    areas: list[DatasetRecord | None] = [*evidence.areas_for(work, unit, version, as_of)]
    areas = areas or [None]  # enough for a list of LSOAs; for polygons weights() says what is missing
    for record in evidence.candidates(unit, (Kind.REGISTRATIONS,), as_of):
        for chosen in areas:
            found = _cross(work, unit, version, record, chosen, as_of)
            if found is not None:
                return found
    made = weights(work, unit, version, areas[0], as_of)
    shares, warnings = _without_overlap(made.shares)
    bare = Weights(shares, made.vintage, made.areas, made.made)
    return Registered(bare, None, None, None, tuple(r for r in (made.areas,) if r is not None), warnings)


def _cross(
    work: Workspace,
    unit: Unit,
    version: FootprintVersion,
    record: DatasetRecord,
    areas: DatasetRecord | None,
    as_of: date | None,
) -> Registered | None:
    """The product for one registrations dataset and one area dataset; ``None`` where they have nothing in common."""
    made = weights(work, unit, version, areas, as_of)
    shares, warnings = _without_overlap(made.shares)
    warnings += _divided(made)
    lists = evidence.registrations(work, unit, record)
    used = [record, *([areas] if areas is not None else [])]
    by_area = lists
    if areas is not None and record.vintage is not None and made.vintage not in (None, record.vintage):
        carried = evidence.carried(work, unit, record.vintage, made.vintage, as_of)
        if carried is None:
            return None
        step, lookup = carried
        used.append(lookup)
        warnings = (
            *warnings,
            f"Patients were carried from LSOA {record.vintage} to {made.vintage}: {step.describe()}.",
        )
        onto = step.matrix @ shares
        by_area = lists @ step.matrix
    else:
        onto = shares
    table = crosstab(lists, onto, UNKNOWN)
    if table.inside.sum() <= 0:
        return None
    kept = Weights(shares, made.vintage, made.areas, made.made)
    return Registered(kept, table, by_area, record.effective_date, tuple(used), warnings)


def _without_overlap(shares: Labelled) -> tuple[Labelled, tuple[str, ...]]:
    single, twice = conserving(shares)
    if not twice:
        return single, ()
    warning = (
        f"Neighbourhoods overlap in {len(twice):,} small areas (for example {', '.join(twice[:3])}): their people are "
        "shared between the neighbourhoods in proportion, so that nobody is counted twice. Mend the overlap."
    )
    return single, (warning,)


def _divided(made: Weights) -> tuple[str, ...]:
    """How the areas that a drawn line really cuts were divided."""
    by = {what: areas for what, areas in made.made.get("areas_divided_by", {}).items() if areas}
    if not by:
        return ()
    told = ", ".join(f"{areas:,} by {what}" for what, areas in by.items())
    cut = sum(by.values())
    areas = "small area" if cut == 1 else "small areas"
    return (f"The drawn lines cut {cut:,} {areas}, whose patients are divided: {told}.",)
