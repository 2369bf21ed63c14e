"""Clearly different alternatives: the best plan, then the best that differs from those before it, and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.domain.problem import Problem
from app.domain.proposing.blocks import Blocks
from app.domain.proposing.plan import ROUNDING, Labels, Worth
from app.domain.proposing.reasons import obstacles
from app.domain.proposing.searching import Cancelled, Found, far_enough, search
from app.domain.proposing.wish import Wish

Tell = Callable[[float, str], None]

FURTHER = 2.0
"""Where the band cannot be kept, an alternative may lie this many times as far outside it as the first."""


@dataclass(frozen=True)
class Alternative:
    """One plan. ``bound``: none of the same number, as far from the alternatives before it, has a higher score;
    ``proven``: this one has the highest."""

    labels: Labels
    number: int
    worth: Worth
    bound: float
    proven: bool


@dataclass(frozen=True)
class Proposals:
    """Alternatives, the first the best of the number of neighbourhoods nearest the middle of the band.

    ``notes`` say why the band is not kept, which numbers cannot keep it, and why there are fewer than asked for.
    ``stopped``: the search was called off, and this is what it had.
    """

    alternatives: tuple[Alternative, ...]
    notes: tuple[str, ...]
    stopped: bool = False


def choose(
    blocks: Blocks,
    wish: Wish,
    names: Mapping[str, str] | None = None,
    tell: Tell = lambda _done, _what: None,
    cancelled: Cancelled = lambda: False,
) -> Proposals:
    """Propose alternatives. ``names`` of blocks by code are used in the notes.

    Numbers of neighbourhoods that the band allows take turns, those nearest its middle first and most often. Raises
    ``Problem`` where the place falls into more pieces than neighbourhoods asked for, or has fewer blocks.
    """
    notes = list(obstacles(blocks, wish.band, wish.number, names or {}))
    counts = (wish.number,) if wish.number is not None else wish.band.counts(blocks.total)
    whole = len(counts[: wish.alternatives + 2]) + wish.alternatives
    firsts: dict[int, Found] = {}
    refusal: Problem | None = None
    for at, number in enumerate(counts[: wish.alternatives + 2]):
        tell(at / whole, _of(number))
        try:
            found = search(blocks, wish, number, cancelled=cancelled)
        except Problem as problem:
            refusal = refusal or problem
            continue
        if found.worth is not None:
            firsts[number] = found
        if cancelled():
            return Proposals(_first_of(firsts), tuple(notes), stopped=True)
    if not firsts and refusal is not None:
        raise refusal
    numbers, told = _keeping_the_band(firsts, wish)
    notes += told
    chosen: list[Alternative] = []
    spent: set[int] = set()
    for number in _turns(numbers):
        if len(chosen) == wish.alternatives or len(spent) == len(numbers):
            break
        if number in spent:
            continue
        tell((whole - wish.alternatives + len(chosen)) / whole, f"{_of(number)}, different from the others")
        others = tuple(alternative.labels for alternative in chosen)
        found = firsts[number]
        if found.labels is None or not far_enough(blocks, found.labels, others, wish.apart):
            found = search(blocks, wish, number, others, cancelled)
        if cancelled():
            return Proposals(tuple(chosen), tuple(notes), stopped=True)
        if found.labels is None or found.worth is None or _too_far(found.worth, chosen):
            spent.add(number)
            sure = "There is" if found.proven and found.labels is None else "There was found"
            notes.append(
                f"{sure} no other plan of {_of(number)} {_within(found, wish)} in which {wish.apart:.0%} of "
                "people live in another neighbourhood than in each alternative."
            )
            continue
        chosen.append(Alternative(found.labels, number, found.worth, found.bound, found.proven))
    return Proposals(tuple(chosen), tuple(notes))


def _keeping_the_band(firsts: Mapping[int, Found], wish: Wish) -> tuple[list[int], list[str]]:
    """The numbers of neighbourhoods to propose, and what is to be said of the others."""
    beyond = {number: found.worth.beyond for number, found in firsts.items() if found.worth is not None}
    keeping = [number for number, people in beyond.items() if people <= ROUNDING]
    told = []
    for number, people in beyond.items():
        if people > ROUNDING:
            sure = "none can be" if firsts[number].proven else "none was found"
            told.append(
                f"{_of(number)}: {sure} within {wish.band} people each; the nearest leaves {people:,.0f} "
                "people too many or too few."
            )
    return keeping or sorted(beyond, key=lambda number: (beyond[number], number))[:1], told


def _too_far(worth: Worth, chosen: list[Alternative]) -> bool:
    return bool(chosen) and worth.beyond > FURTHER * chosen[0].worth.beyond + ROUNDING


def _within(found: Found, wish: Wish) -> str:
    return "" if found.worth is not None and found.worth.beyond > ROUNDING else f"within {wish.band} people each"


def _of(number: int) -> str:
    return "1 neighbourhood" if number == 1 else f"{number} neighbourhoods"


def _turns(numbers: list[int]) -> Iterator[int]:
    """First, second, first, third, second, first, …: those nearest the middle of the band most often."""
    for last in range(10_000):
        for at in range(min(last, len(numbers) - 1), -1, -1):
            yield numbers[at]


def _first_of(firsts: Mapping[int, Found]) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(found.labels, number, found.worth, found.bound, found.proven)
        for number, found in list(firsts.items())[:1]
        if found.labels is not None and found.worth is not None
    )
