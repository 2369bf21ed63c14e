"""Every field of the record of a cross-INT arrangement, in the order in which it is read (domain notes §1.2)."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.arrangement import working
from app.domain.arrangement.facts import FROM_FIGURES, PCN, PLACE, Facts
from app.domain.arrangement.fields import LONDON, PROPOSAL, Field, computed, left_open, proposed
from app.domain.arrangement.terms import Elsewhere
from app.domain.options.rules import LIMITED_CASES, LONDON_MODEL


def catalogue(facts: Facts) -> tuple[Field, ...]:
    """All fields of a draft."""
    parts = (_parties, _reason, _lead, _others, _attribution, *working.PARTS)
    return tuple(field for part in parts for field in part(facts))


def _parties(facts: Facts) -> Iterator[Field]:
    section, pcn = "Parties", facts.pcn
    yield computed("parties.pcn", section, "PCN", f"{pcn.name} ({pcn.code}), {facts.practices} practices", FROM_FIGURES)
    ints = [facts.lead, *facts.others]
    yield computed("parties.ints", section, "INTs spanned", "; ".join(f"{p.name} ({p.code})" for p in ints), LONDON)
    label = "Place partnership"
    if facts.place:
        yield proposed(
            "parties.place_partnership", section, label, f"Place partnership of {facts.place}", LONDON, PLACE
        )
    else:
        yield left_open("parties.place_partnership", section, label, PLACE, LONDON)
    for key, label in (
        ("integrator", "Integrator"),
        ("community_trust", "Community services"),
        ("mental_health_trust", "Mental health trust"),
        ("acute_trust", "Acute trust"),
        ("local_authority", "Local authority"),
        ("vcfse", "VCFSE lead"),
    ):
        yield left_open(f"parties.{key}", section, label, PLACE, LONDON)


def _reason(facts: Facts) -> Iterator[Field]:
    section, pcn = "Reason and evidence", facts.pcn
    where = "; ".join(
        f"{p.name} {facts.people(p.patients)} ({p.share_of_pcn:.1%})" for p in [facts.lead, *facts.others]
    )
    listed = {facts.lead.code, *(p.code for p in facts.others)}
    rest = sum(p.patients for p in facts.division.parts if p.code not in listed)
    said = (
        f"Of {facts.people(pcn.patients)} registered patients {facts.people(pcn.patients_inside)} live in the "
        f"neighbourhoods of {facts.place or facts.footprints}: {where}"
    )
    said += f"; other neighbourhoods {facts.people(rest)}." if rest else "."
    said += (
        f" Outside them live {facts.people(pcn.patients_outside)}; of {facts.people(pcn.patients_unknown)} it is not "
        "known where they live."
    )
    yield computed(
        "reason.evidence", section, "Where the PCN's patients live", said, f"{LONDON}: local evidence and data"
    )
    yield computed(
        "reason.data",
        section,
        "Data",
        f"{facts.footprints}; as of {facts.as_of.isoformat()}; {'; '.join(facts.datasets)}.",
        FROM_FIGURES,
    )
    yield computed("reason.policy", section, "Policy", f"{LONDON_MODEL}. {LIMITED_CASES}.", LONDON)
    key, label = "reason.realignment", "Why realignment was not chosen"
    if facts.route:
        yield proposed(key, section, label, facts.route, PROPOSAL, f"{PCN} and the ICB")
    else:
        yield left_open(key, section, label, f"{PCN} and the ICB", LONDON)


def _lead(facts: Facts) -> Iterator[Field]:
    section, lead = "Lead INT", facts.lead
    said = f"{lead.name} ({lead.code}): {facts.people(lead.patients)} patients, {lead.share_of_pcn:.1%} of the PCN's"
    yield computed("lead.int", section, "Lead INT", f"{said} in the place.", PROPOSAL)
    reason = "Most of the PCN's registered patients live there."
    if lead.code != facts.largest:
        reason = (
            f"Chosen instead of {facts.name(facts.largest)}, where most live: {(facts.terms.lead_reason or '').strip()}"
        )
    yield computed("lead.reason", section, "Why this INT", reason, PROPOSAL)


def _others(facts: Facts) -> Iterator[Field]:
    section = "Other INTs served"
    if not facts.others:
        yield computed(
            "others.none", section, "Other INTs", "No other INT has a material number of patients.", PROPOSAL
        )
    for part in facts.others:
        names = facts.concerned.get(part.code, ())
        yield computed(
            f"others.{part.code}",
            section,
            part.name,
            f"{facts.people(part.patients)} patients: {part.share_of_pcn:.1%} of the PCN's in the place, "
            f"{part.share_of_int:.1%} of all registered patients living in the INT. "
            f"Practices concerned: {', '.join(names) or 'none with a material number'}.",
            PROPOSAL,
        )


def _attribution(facts: Facts) -> Iterator[Field]:
    section, by = "Patient attribution", PLACE
    lead = facts.lead.name
    yield proposed(
        "attribution.rule",
        section,
        "Rule",
        "By residence: a patient is met by the INT in which they live. A patient of an INT that has no MDT of its own "
        f"for this PCN is met by {lead}.",
        "Local proposal; London ICBs hold both the neighbourhood registered with and the one lived in",
        by,
    )
    rule = (
        f"Patients living outside the neighbourhoods ({facts.people(facts.pcn.patients_outside)}) or with no known "
        f"home ({facts.people(facts.pcn.patients_unknown)}): {facts.terms.elsewhere.explained}."
    )
    if facts.terms.elsewhere is Elsewhere.LEAD:
        rule += f" The lead INT is {lead}."
    yield computed("attribution.elsewhere", section, "Patients from elsewhere", rule, PROPOSAL)
    for key, label, said in (
        ("tie_break", "Two INTs possible", "Where a home lies on a line, the INT that holds its LSOA."),
        (
            "moving",
            "Moving house or practice",
            "The new home decides from the day the practice records it; work begun is handed over, not dropped.",
        ),
        ("care_homes", "Care-home residents", "The INT in which the home stands."),
        ("no_fixed_abode", "No fixed abode", f"By registration: the lead INT, {lead}."),
    ):
        yield proposed(f"attribution.{key}", section, label, said, PROPOSAL, by)
