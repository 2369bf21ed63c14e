"""What the people drafting an arrangement choose: the weight, what is shared out, and when it is looked at again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.domain.problem import Fault, Problem
from app.domain.thresholds import Thresholds

SESSION_UNITS = (0.25, 0.5, 1.0)
LARGEST = 1_000_000_000
"""Pounds or sessions above this are a slip of the finger."""


class Weight(StrEnum):
    """By what sessions and funding are shared out over the INTs."""

    REGISTERED = "registered"
    DEPRIVATION = "deprivation"
    ACTIVITY = "activity"

    @property
    def formula(self) -> str:
        """How the weight of one INT comes about."""
        return {
            Weight.REGISTERED: "the PCN's registered patients living in the INT",
            Weight.DEPRIVATION: (
                "the PCN's registered patients living in the INT × the mean IMD score of the small areas they live in "
                "(weighted by these patients)"
            ),
            Weight.ACTIVITY: "the activity given for each INT",
        }[self]


class Elsewhere(StrEnum):
    """With which INT patients count whose home is outside the footprints or not known."""

    LEAD = "lead"
    PROPORTION = "proportion"

    @property
    def explained(self) -> str:
        return {
            Elsewhere.LEAD: "they count with the lead INT, by registration",
            Elsewhere.PROPORTION: "they are shared over the INTs as the patients whose home is known",
        }[self]


@dataclass(frozen=True)
class Triggers:
    """What makes an arrangement due for review. Shares are 0..1; all are local settings.

    lead_share: the lead INT's share of the PCN's patients in the place falls below it. list_change: the PCN's list
    grows or shrinks by more than it. An INT crosses the line of being material (``material_share`` of the PCN's
    patients in the place, or ``material_patients``). review_date: the day is reached.
    """

    lead_share: float
    list_change: float
    material_share: float
    material_patients: float
    review_date: date | None = None

    @classmethod
    def usual(
        cls,
        thresholds: Thresholds,
        lead_share: float | None = None,
        list_change: float | None = None,
        review_date: date | None = None,
    ) -> Triggers:
        """The place's own thresholds, and a tenth of the list, where nothing else is said."""
        triggers = cls(
            thresholds.split if lead_share is None else lead_share,
            0.10 if list_change is None else list_change,
            thresholds.material_share,
            thresholds.material_patients,
            review_date,
        )
        for name, value in (("lead share", triggers.lead_share), ("list change", triggers.list_change)):
            if not 0 < value <= 1:
                raise _bad(f"The trigger “{name}” is {value:g}.", "Give a share above 0 and up to 1, such as 0.5.")
        return triggers


@dataclass(frozen=True)
class Terms:
    """What is asked of a draft.

    measure: mean of the chosen area measure over the PCN's patients in each INT, for the weights that need one;
    activity: a number for each INT, in whatever unit it was counted. sessions: MDT sessions a week, in steps of
    ``session_unit``; amount: whole pounds. minimum_share: INTs in which fewer of the PCN's patients live (share of
    those in the place) are served by the lead INT's MDT by agreement; ``None`` for the place's material share. lead:
    another lead INT than the one with most patients, which needs ``lead_reason``. int_sessions, int_amount: what one
    INT has in all, to see which part of it is the PCN's.
    """

    weight: Weight = Weight.REGISTERED
    measure: Mapping[str, float] = field(default_factory=dict)
    activity: Mapping[str, float] = field(default_factory=dict)
    sessions: float | None = None
    session_unit: float = 0.25
    amount: int | None = None
    elsewhere: Elsewhere = Elsewhere.LEAD
    minimum_share: float | None = None
    lead: str | None = None
    lead_reason: str | None = None
    int_sessions: float | None = None
    int_amount: int | None = None

    def __post_init__(self) -> None:
        if self.session_unit not in SESSION_UNITS:
            raise _bad(f"Sessions cannot be cut in {self.session_unit:g}.", "Use 0.25, 0.5 or 1.")
        for name, value in (("sessions", self.sessions), ("the INT's sessions", self.int_sessions)):
            if value is not None and not (
                0 <= value <= LARGEST and math.isclose(value / self.session_unit % 1, 0, abs_tol=1e-9)
            ):
                raise _bad(
                    f"{value:g} for {name} is no number of sessions in steps of {self.session_unit:g}.",
                    "Give a number that is not negative, in these steps.",
                )
        for name, pounds in (("amount", self.amount), ("the INT's amount", self.int_amount)):
            if pounds is not None and not 0 <= pounds <= LARGEST:
                raise _bad(f"{pounds:,} for {name} is no amount.", "Give whole pounds, not negative.")
        if self.minimum_share is not None and not 0 <= self.minimum_share < 1:
            raise _bad(f"The minimum share is {self.minimum_share:g}.", "Give a share from 0 up to 1, such as 0.05.")
        if self.lead is not None and not (self.lead_reason or "").strip():
            raise _bad("Another lead INT is named without a reason.", "Say why this INT should lead (lead_reason).")
        if self.lead is None and self.lead_reason is not None:
            raise _bad("A reason is given, and no other lead INT.", "Name the lead INT that it is a reason for.")
        if any(not 0 <= value <= LARGEST**2 for value in self.activity.values()):
            raise _bad("Activity is a number that is not negative.", "Correct the activity given.")
        if bool(self.activity) is not (self.weight is Weight.ACTIVITY):
            raise _bad(
                "Activity goes with the weight “activity”, and the weight with it.",
                "Give both: weight=activity, and a number for each INT.",
            )


def _bad(why: str, remedy: str) -> Problem:
    return Problem(Fault.BAD_INPUT, "The arrangement cannot be drafted like this", why, remedy=remedy)
