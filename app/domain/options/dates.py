"""When a change of membership could take effect at the earliest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

ODS_DAY = 14
"""Day of the month by which the ICB tells ODS of a change that is to count from the next month (domain notes §1.4)."""


@dataclass(frozen=True)
class Dates:
    """earliest: the first of a month. contract_year: the first 1 April from then on, when most changes are made."""

    earliest: date
    contract_year: date

    @property
    def text(self) -> str:
        first, april = (f"{day.day} {day:%B %Y}" for day in (self.earliest, self.contract_year))
        return first if first == april else f"{first}, or {april} with the contract year"


def dates(today: date) -> Dates:
    """The dates for something agreed today: it must reach ODS by the 14th to count from the 1st of the next month."""
    ahead = today.month + (1 if today.day <= ODS_DAY else 2) - 1
    earliest = date(today.year + ahead // 12, ahead % 12 + 1, 1)
    april = date(earliest.year + (earliest.month > 4), 4, 1)
    return Dates(earliest, april)
