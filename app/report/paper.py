"""A paper put together: what was gathered, chapter by chapter."""

from __future__ import annotations

from app.report.blocks import Paper
from app.report.chapters import decision, neighbourhoods, options, pcns, pictures, services, sources
from app.report.gathered import Gathered
from app.report.printed import day

STANDING = "Options for discussion, never instructions"


def paper_of(gathered: Gathered) -> Paper:
    """The paper of a place. The same figures and words give the same paper."""
    said, words = gathered.summary, gathered.words
    version = said["footprints"]
    facts = (
        ("Place", gathered.place),
        ("Neighbourhoods", f"{version['name']}, version {version['version']} ({version['status']})"),
        ("Figures as of", day(said["as_of"])),
        ("Basis", said["basis_explained"]),
        ("Prepared by", words.prepared_by or "to be completed"),
    )
    return Paper(
        title=words.title or f"PCNs and neighbourhoods in {gathered.place}: options for discussion",
        place=gathered.place,
        facts=facts,
        standing=STANDING,
        sections=tuple(
            section
            for chapter in (
                options.sections,
                neighbourhoods.sections,
                pcns.fit,
                pictures.sections,
                services.sections,
                pcns.exceptions,
                decision.sections,
                sources.sections,
            )
            for section in chapter(gathered)
        ),
        dated=gathered.given.ground.as_of,
        fictional=bool(said["fictional"]),
    )
