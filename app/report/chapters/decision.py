"""7. What people decide: nothing here is worked out, and what is missing says who is to complete it."""

from __future__ import annotations

from app.report.blocks import Open, Section, Text
from app.report.gathered import Gathered
from app.report.printed import day

CONSENT = (
    "Which PCN a practice is in is for the practices to decide, in writing, with the view of the Local Medical "
    "Committee and the approval of the ICB. Neighbourhoods are agreed by the place partnership, health and local "
    "authority together, with the communities concerned."
)


def sections(paper: Gathered) -> list[Section]:
    words = paper.words
    return [
        Section(
            "7. The decision",
            (
                Open("Impact on equality and health inequalities", words.equality, "the equality lead of the place"),
                *_deprived(paper),
                Open("Engagement: who was asked, and what they said", words.engagement, "the place partnership"),
                Open("Risks, and what is done about them", words.risks, "the place partnership"),
                Open("Recommendation", words.recommendation, "the author of this paper"),
                Open("Who decides", words.decided_by, "the place partnership"),
                Open(
                    "Date of the decision", day(words.decided_on) if words.decided_on else None, "the place partnership"
                ),
                Open(
                    "To be looked at again by",
                    day(words.review_on) if words.review_on else None,
                    "the place partnership",
                ),
                Text(CONSENT),
            ),
        )
    ]


def _deprived(paper: Gathered) -> list[Text]:
    """What the figures can say of inequality: the most deprived patients outside their PCN's lead neighbourhood."""
    whole, outside = paper.people.deprived, paper.people.deprived_outside_lead
    if paper.given.restricted or not whole or outside is None:
        return []
    return [
        Text(
            f"Of {whole:,.0f} patients who live in the neighbourhoods and in the most deprived fifth of England’s "
            f"small areas, {outside:,.0f} ({100 * outside / whole:.1f}%) live outside the lead "
            "neighbourhood of their PCN."
        )
    ]
