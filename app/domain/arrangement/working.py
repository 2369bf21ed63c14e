"""The fields of a record that say how the work is done: from MDT membership to sign-off."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.arrangement.facts import INTEGRATOR, PCN, PLACE, Facts
from app.domain.arrangement.fields import LONDON, PROPOSAL, Date, Field, computed, left_open, proposed
from app.domain.arrangement.terms import Weight


def _mdt(facts: Facts) -> Iterator[Field]:
    section = "MDT membership"
    served = facts.division.served
    if facts.terms.sessions is None:
        yield left_open("mdt.sessions", section, "Sessions a week", f"{PCN} and the INTs")
    else:
        each = "; ".join(f"{p.name} {p.sessions:g}" for p in served)
        said = f"{facts.terms.sessions:g} sessions a week: {each}. Shared by {facts.terms.weight.formula}."
        yield computed("mdt.sessions", section, "Sessions a week", said, PROPOSAL)
    yield computed("mdt.served_by_lead", section, "INTs without an MDT of their own", _joined(facts), PROPOSAL)
    yield proposed(
        "mdt.discussion",
        section,
        "Which patients are discussed where",
        "At the MDT of the INT that meets them under the attribution rule, whichever their practice.",
        PROPOSAL,
        f"{PCN} and the INTs",
    )
    for part in served:
        yield left_open(
            f"mdt.{part.code}.representative",
            section,
            f"{part.name}: GP or PCN representative",
            PCN,
            f"{LONDON}: team of teams",
        )
        yield left_open(f"mdt.{part.code}.deputy", section, f"{part.name}: deputy", PCN, f"{LONDON}: absence cover")


def _joined(facts: Facts) -> str:
    joined = [p for p in facts.division.parts if p.served_by != p.code]
    if not joined:
        return "None: every INT where patients of the PCN live meets them in its own MDT."
    names = ", ".join(f"{p.name} ({facts.people(p.patients)})" for p in joined)
    return (
        f"Met by {facts.lead.name} by agreement, each having less than {facts.terms.minimum_share or 0:.1%} of the "
        f"PCN's patients in the place; their part goes to it: {names}."
    )


def _clinical_lead(facts: Facts) -> Iterator[Field]:
    section = "Clinical lead"
    for part in facts.division.served:
        yield left_open(f"clinical_lead.{part.code}", section, f"{part.name}: clinical director or deputy", PCN)
    yield left_open("clinical_lead.voting", section, "Voting rights at each INT's leadership", PLACE)


def _host(_facts: Facts) -> Iterator[Field]:
    section = "Host and employer"
    yield left_open("host.employer", section, "Who employs and deploys ARRS and INT staff", INTEGRATOR, LONDON)
    yield left_open("host.honorary_contracts", section, "Honorary contracts across the line", INTEGRATOR)
    yield proposed(
        "host.vehicle",
        section,
        "Contractual form",
        "To be chosen. One possible form is a local variation of the Network Contract DES (from May 2026): it needs "
        "NHS England's approval, the agreement of each practice, and investment above the national entitlement.",
        "Network Contract DES, local variation agreements",
        "the ICB and the PCN",
    )


def _funding(facts: Facts) -> Iterator[Field]:
    section = "Funding split"
    said = f"By {facts.terms.weight.formula}, in whole pounds by largest remainder."
    if facts.terms.weight is not Weight.ACTIVITY:
        said += f" Patients from elsewhere: {facts.terms.elsewhere.explained}, with the PCN's average weight."
    yield computed("funding.method", section, "Method", said, PROPOSAL)
    if facts.terms.amount is None:
        yield left_open("funding.amounts", section, "Amounts", f"{PLACE} and the ICB", LONDON)
    else:
        each = "; ".join(f"{p.name} £{p.amount:,}" for p in facts.division.served)
        yield computed("funding.amounts", section, "Amounts", f"£{facts.terms.amount:,}: {each}.", PROPOSAL)
    yield left_open(Date.FUNDING, section, "Funding reviewed on", PLACE)


def _data(facts: Facts) -> Iterator[Field]:
    section = "Data sharing"
    names = ", ".join(p.name for p in facts.division.served)
    yield computed(
        "data.parties",
        section,
        "Parties to the agreement",
        f"The {facts.practices} practices of {facts.pcn.name}, and the organisations of the INTs {names}.",
        LONDON,
    )
    yield left_open("data.agreement", section, "DSA and DPIA reference", INTEGRATOR, LONDON)
    yield left_open("data.systems", section, "Systems", INTEGRATOR, LONDON)
    yield proposed(
        "data.access",
        section,
        "Who sees whose patients",
        "By role: staff of an INT see the records of patients whom that INT meets, and no others.",
        PROPOSAL,
        INTEGRATOR,
    )


def _access(_facts: Facts) -> Iterator[Field]:
    section = "Access and estates"
    yield left_open("access.hubs", section, "Hubs used by residents of each INT", INTEGRATOR, LONDON)
    yield left_open("access.cross_site", section, "Cross-site working", INTEGRATOR, f"{LONDON}: operational agreements")


def _performance(_facts: Facts) -> Iterator[Field]:
    section = "Performance"
    yield left_open("performance.metrics", section, "Metrics reported to each INT", PLACE, LONDON)
    yield proposed(
        "performance.counting",
        section,
        "No double counting",
        "Each patient counts once, in the INT that meets them under the attribution rule.",
        PROPOSAL,
        PLACE,
    )


def _escalation(_facts: Facts) -> Iterator[Field]:
    section = "Escalation and disputes"
    yield proposed(
        "escalation.route",
        section,
        "Route",
        "INT leadership, then the place partnership, then the ICB.",
        f"{LONDON}: governance, defined escalation; the steps are a local proposal",
        PLACE,
    )
    yield proposed(
        "escalation.lmc", section, "LMC", "The Local Medical Committee is heard at every step.", PROPOSAL, PLACE
    )


def _term(facts: Facts) -> Iterator[Field]:
    section, triggers = "Term and review", facts.triggers
    yield left_open(Date.START, section, "Start", PLACE)
    if triggers.review_date is None:
        yield left_open(Date.REVIEW, section, "Next review on", PLACE)
    else:
        day = triggers.review_date.isoformat()
        yield proposed(Date.REVIEW, section, "Next review on", day, PROPOSAL, PLACE)
    yield computed(
        "term.triggers",
        section,
        "Reviewed earlier when",
        f"fewer than {triggers.lead_share:.0%} of the PCN's patients in the place live in the lead INT, or another INT "
        f"has more of them; an INT becomes material or stops being so ({triggers.material_share:.0%} of them or "
        f"{triggers.material_patients:,.0f}); the list grows or shrinks by more than {triggers.list_change:.0%}; "
        "practices join or leave; the footprints are superseded.",
        PROPOSAL,
    )
    yield proposed("term.review", section, "Review", "Every year, and whenever one of these happens.", PROPOSAL, PLACE)
    yield proposed(
        "term.exit",
        section,
        "Exit",
        f"Below {triggers.lead_share:.0%} in the lead INT the parties discuss realignment again, by consent of the "
        "practices and with the ICB's approval.",
        PROPOSAL,
        PLACE,
    )


def _sign_off(_facts: Facts) -> Iterator[Field]:
    yield computed(
        "sign_off.rule",
        "Status and sign-off",
        "Who agrees",
        "Two sign-offs, one for health and one for the local authority, because agreement in the London model is "
        "between both.",
        f"{LONDON}: geography",
    )


PARTS = (_mdt, _clinical_lead, _host, _funding, _data, _access, _performance, _escalation, _term, _sign_off)
"""In the order in which they are read."""
