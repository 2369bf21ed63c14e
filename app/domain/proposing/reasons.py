"""Why a band cannot be kept, said from the blocks alone."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.proposing.band import Band
from app.domain.proposing.blocks import Blocks

SHOWN = 5


def obstacles(blocks: Blocks, band: Band, number: int | None, names: Mapping[str, str]) -> tuple[str, ...]:
    """What makes the band impossible whatever is tried: one sentence each; none where nothing obvious does."""
    said = []
    large = [at for at, people in enumerate(blocks.people.tolist()) if people > band.high]
    if large:
        shown = [f"{_name(blocks, at, names)} ({blocks.people[at]:,.0f} people)" for at in large[:SHOWN]]
        more = f" and {len(large) - SHOWN} more" if len(large) > SHOWN else ""
        said.append(
            f"Larger than the band's most by themselves: {', '.join(shown)}{more}. Smaller areas could be used."
        )
    if number is not None and band.beyond(blocks.total / number) > 0:
        said.append(
            f"{number} neighbourhoods of {blocks.total:,.0f} people have {blocks.total / number:,.0f} each on average, "
            f"outside {band}."
        )
    elif number is None and not band.fits(blocks.total):
        said.append(f"No number of neighbourhoods divides {blocks.total:,.0f} people into {band} each.")
    if len(blocks.parts) > 1:
        for part in blocks.parts:
            people = float(blocks.people[list(part)].sum())
            if not band.fits(people):
                said.append(
                    f"The piece that begins with {_name(blocks, part[0], names)} touches no other, and its "
                    f"{people:,.0f} people cannot be divided into {band} each. A link across water would join it."
                )
    return tuple(said)


def _name(blocks: Blocks, at: int, names: Mapping[str, str]) -> str:
    return names.get(blocks.codes[at], blocks.codes[at])
