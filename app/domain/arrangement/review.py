"""Is an arrangement due for review? What it was drafted on, held against the figures of today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.domain.arrangement.draft import ArrangementDraft
from app.domain.arrangement.terms import Triggers
from app.domain.figures import Alignment, PcnFigures


@dataclass(frozen=True)
class Drafted:
    """What an arrangement was drafted on, as far as its triggers ask.

    patients: the whole list; lead_share: share of the PCN's patients in the place who live in the lead INT; largest:
    the INT with most of them; material: the INTs with a material number, in code order.
    """

    pcn: str
    practices: tuple[str, ...]
    patients: float
    lead: str
    lead_share: float
    largest: str
    material: tuple[str, ...]

    @classmethod
    def of(cls, made: ArrangementDraft) -> Drafted:
        lead = made.division.parts[0]
        return cls(
            pcn=made.pcn.code,
            practices=tuple(code for code, _ in made.practices),
            patients=made.pcn.patients,
            lead=lead.code,
            lead_share=lead.share_of_pcn,
            largest=made.largest,
            material=tuple(sorted(made.pcn.material_neighbourhoods)),
        )

    @classmethod
    def from_plain(cls, said: Mapping[str, Any]) -> Drafted:
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in said.items()}
        values["patients"] = values["patients"] or 0.0  # hidden, where it is a small number
        return cls(**values)

    def plain(self) -> dict[str, Any]:
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}


@dataclass(frozen=True)
class Due:
    """One trigger that has gone off: which, in words, and the figures then and now where there are any."""

    trigger: str
    text: str
    then: float | str | None = None
    now: float | str | None = None


def due(then: Drafted, triggers: Triggers, now: Alignment, today: date, *, superseded: bool = False) -> tuple[Due, ...]:
    """The triggers that have gone off, in a fixed order; none where the arrangement may stand as it is.

    ``superseded``: the version of the footprints it was drafted on no longer holds.
    """
    return tuple(_due(then, triggers, now, today, superseded=superseded))


def _due(then: Drafted, triggers: Triggers, now: Alignment, today: date, *, superseded: bool) -> Iterator[Due]:
    if superseded:
        yield Due("footprints-superseded", "The version of the footprints it was drafted on has been superseded.")
    if triggers.review_date is not None and today >= triggers.review_date:
        day = triggers.review_date.isoformat()
        yield Due("review-date", f"The review date, {day}, has been reached.", day, today.isoformat())
    pcn = next((p for p in now.pcns if p.code == then.pcn), None)
    if pcn is None or pcn.lead is None:
        yield Due("pcn-gone", f"{then.pcn} has no patients in the place any more, or is none of its PCNs.")
        return
    yield from _lead(then, triggers, now, pcn)
    yield from _material(then, now, pcn)
    change = pcn.patients / then.patients - 1 if then.patients > 0 else 0.0
    if abs(change) > triggers.list_change:
        verb = "grown" if change > 0 else "shrunk"
        text = f"The list has {verb} by {abs(change):.1%}, more than {triggers.list_change:.0%}."
        yield Due("list-change", text, then.patients, pcn.patients)
    joined, left = (sorted(a - b) for a, b in _both_ways(set(then.practices), set(pcn.practices)))
    if joined or left:
        said = [f"{word}: {', '.join(codes)}" for word, codes in (("joined", joined), ("left", left)) if codes]
        text = f"The PCN's practices have changed ({'; '.join(said)})."
        yield Due("practices-changed", text, ", ".join(then.practices), ", ".join(pcn.practices))


def _lead(then: Drafted, triggers: Triggers, now: Alignment, pcn: PcnFigures) -> Iterator[Due]:
    share = next((cell.share for cell in pcn.by_neighbourhood if cell.code == then.lead), 0.0)
    if share < triggers.lead_share:
        text = (
            f"{share:.1%} of the PCN's patients in the place live in the lead INT, {_name(now, then.lead)}: below "
            f"{triggers.lead_share:.0%}."
        )
        yield Due("lead-share", text, then.lead_share, share)
    if pcn.lead != then.largest:
        text = f"Most of the PCN's patients now live in {pcn.lead_name}, no longer in {_name(now, then.largest)}."
        yield Due("largest-changed", text, then.largest, pcn.lead)


def _material(then: Drafted, now: Alignment, pcn: PcnFigures) -> Iterator[Due]:
    risen, fallen = (sorted(a - b) for a, b in _both_ways(set(then.material), set(pcn.material_neighbourhoods)))
    share = {cell.code: cell.share for cell in pcn.by_neighbourhood}
    for codes, trigger, words in (
        (risen, "int-material", "has become material"),
        (fallen, "int-not-material", "is no longer material"),
    ):
        for code in codes:
            current = share.get(code, 0.0)
            text = f"{_name(now, code)} {words} for the PCN ({current:.1%} of its patients in the place)."
            yield Due(trigger, text, None, current)


def _both_ways(then: set[str], now: set[str]) -> tuple[tuple[set[str], set[str]], tuple[set[str], set[str]]]:
    """(now, then) and (then, now): what has come, and what has gone."""
    return (now, then), (then, now)


def _name(now: Alignment, code: str) -> str:
    return next((n.name for n in now.neighbourhoods if n.code == code), code)
