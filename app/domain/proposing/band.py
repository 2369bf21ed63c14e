"""How many people a neighbourhood should have: always the user's band, and only advice about a place.

The London model gives no population band and says that definitions "cannot simply be based on … population sizes"
(domain notes §1.1). Bands in use: about 50,000 in South East London, 50,000 to 100,000 in North West London, 30,000 to
50,000 in City and Hackney. Where none is given, 50,000 and a quarter either way is taken, and said to be local.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.domain.problem import Fault, Problem

TYPICAL = 50_000
LEEWAY = 0.25


@dataclass(frozen=True)
class Band:
    """The fewest and the most people of a neighbourhood. Raises ``Problem`` unless 0 <= low <= high and high > 0."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and 0 <= self.low <= self.high and self.high > 0):
            raise Problem(
                Fault.BAD_INPUT,
                "The band is not two numbers of people",
                f"{self.low:g} to {self.high:g} cannot be the fewest and the most people of a neighbourhood.",
                remedy="Give the fewest first, like 37500-62500.",
            )

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    def beyond(self, people: float) -> float:
        """People too few or too many for the band, 0 within it."""
        return max(0.0, self.low - people, people - self.high)

    def counts(self, people: float) -> tuple[int, ...]:
        """Numbers of neighbourhoods with an average within the band, those nearest its middle first.

        Where no number has, the nearest below and above, which leave the least outside the band.
        """
        least = max(1, math.ceil(people / self.high - 1e-9))
        most = max(1, math.floor(people / self.low + 1e-9)) if self.low > 0 else max(least, math.ceil(people / TYPICAL))
        wanted = people / self.middle
        return tuple(sorted(range(min(least, most), max(least, most) + 1), key=lambda k: (abs(k - wanted), k)))

    def fits(self, people: float) -> bool:
        """Whether some number of neighbourhoods has an average within the band."""
        return any(self.beyond(people / k) <= 1e-9 for k in self.counts(people))

    def __str__(self) -> str:
        return f"{self.low:,.0f} to {self.high:,.0f}"


DEFAULT = Band(TYPICAL * (1 - LEEWAY), TYPICAL * (1 + LEEWAY))
