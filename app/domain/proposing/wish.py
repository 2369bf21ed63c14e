"""What is asked of proposals."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.domain.problem import Fault, Problem
from app.domain.proposing.band import DEFAULT, Band
from app.domain.proposing.candidates import MOST_KEPT
from app.domain.proposing.plan import PATIENTS_A_KILOMETRE

MOST_ALTERNATIVES = 12
MOST_EFFORT = 20.0


@dataclass(frozen=True)
class Wish:
    """How many neighbourhoods of how many people, and how many alternatives how different.

    ``number`` of neighbourhoods, ``None`` for whatever the band allows. ``apart``: the share of people who must live in
    another neighbourhood from one alternative to any other. ``effort`` multiplies the steps of the search; the same
    wish always has the same answer. ``most_sets``: possible neighbourhoods up to which a plan is proven best.

    Raises ``Problem`` for numbers that cannot be.
    """

    band: Band = field(default=DEFAULT)
    number: int | None = None
    alternatives: int = 4
    apart: float = 0.15
    seed: int = 1
    effort: float = 1.0
    price: float = PATIENTS_A_KILOMETRE
    most_sets: int = MOST_KEPT

    def __post_init__(self) -> None:
        limits = (
            ("number of neighbourhoods", self.number is None or 1 <= self.number <= 60, "from 1 to 60"),
            ("number of alternatives", 1 <= self.alternatives <= MOST_ALTERNATIVES, f"from 1 to {MOST_ALTERNATIVES}"),
            ("share that must differ", 0.01 <= self.apart <= 0.6, "from 0.01 to 0.6"),
            ("seed", 0 <= self.seed < 2**63, "a whole number from 0"),
            ("effort", 0.01 <= self.effort <= MOST_EFFORT, f"from 0.01 to {MOST_EFFORT:g}"),
            ("price of a kilometre of border", 0 <= self.price <= 10_000, "from 0 to 10,000 patients"),
        )
        for what, fine, allowed in limits:
            if not fine:
                raise Problem(
                    Fault.BAD_INPUT,
                    f"The {what} cannot be used",
                    f"It has to be {allowed}.",
                    remedy=f"Give a {what} {allowed}.",
                )
