"""An arrangement that is kept: how far it has come, who signed it, and everything that was done to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.domain.problem import Fault, Problem
from app.domain.work import ArrangementStatus

Content = Mapping[str, Any]
S = ArrangementStatus

STEPS: Mapping[S, tuple[S, ...]] = {
    S.DRAFT: (S.PROPOSED, S.ENDED),
    S.PROPOSED: (S.DRAFT, S.AGREED, S.ENDED),
    S.AGREED: (S.IN_FORCE, S.ENDED),
    S.IN_FORCE: (S.ENDED,),
    S.ENDED: (),
}
"""Both ways before agreement, afterwards only onwards."""

WRITABLE = (S.DRAFT, S.PROPOSED)
"""Where the content may still change: what was agreed stays as it was signed."""


class Party(StrEnum):
    """For whom somebody signs."""

    HEALTH = "health"
    LOCAL_AUTHORITY = "local authority"


@dataclass(frozen=True)
class Signature:
    """A sign-off as told to us by whoever holds a key: it is a record of one, not a proof."""

    party: Party
    name: str
    role: str
    signed_on: date

    def plain(self) -> dict[str, str]:
        return {
            "party": str(self.party),
            "name": self.name,
            "role": self.role,
            "signed_on": self.signed_on.isoformat(),
        }


@dataclass(frozen=True)
class ArrangementRecord:
    """An arrangement as it stands. ``revision`` counts from 1 and grows by one with every change."""

    id: str
    version_id: str
    place: str | None
    pcn_code: str
    status: ArrangementStatus
    revision: int
    content: dict[str, Any]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class ArrangementEvent:
    """One thing done to an arrangement, by whom (the name of a key), and what it said afterwards."""

    revision: int
    at: datetime
    by: str
    what: str
    status: ArrangementStatus
    content: dict[str, Any]


class Stale(Problem):
    """The arrangement was changed by somebody else since it was read."""


def stale(record_id: str, given: int, now: int) -> Stale:
    return Stale(
        Fault.CONFLICT,
        "The arrangement has changed since you read it",
        f"{record_id} is at revision {now}; your change was made to revision {given}.",
        remedy="Read it again, look at what changed, and make your change to that.",
    )


def check_writable(record: ArrangementRecord) -> None:
    """Raises ``Problem`` (conflict) where the content stays as it was agreed."""
    if record.status not in WRITABLE:
        raise Problem(
            Fault.CONFLICT,
            f"An arrangement that is {record.status} does not change",
            "What was agreed stays as it was signed.",
            remedy="Make a new draft, and name this one as the arrangement that it replaces.",
        )


def check_step(record: ArrangementRecord, wanted: ArrangementStatus, start: date | None, today: date) -> None:
    """Raises ``Problem`` (conflict) where an arrangement may not take this step, or not yet."""
    if wanted not in STEPS[record.status]:
        steps = ", ".join(f"“{step}”" for step in STEPS[record.status])
        raise _not_yet(
            f"An arrangement that is {record.status} cannot become {wanted}",
            "Before agreement it goes both ways, afterwards only onwards.",
            f"From here it can become: {steps}." if steps else "It has ended; make a new draft.",
        )
    if wanted in (S.PROPOSED, S.AGREED) and start is None:
        raise _not_yet(
            f"It cannot be {wanted} without a start",
            "Nobody can agree to something that starts on no day.",
            "Fill in the field term.start.",
        )
    if wanted is S.AGREED:
        signed = {row["party"] for row in record.content.get("signatures", ())}
        missing = [str(party) for party in Party if party not in signed]
        if missing:
            raise _not_yet(
                "A sign-off is missing",
                f"Nobody has signed for: {', '.join(missing)}. Agreement is between health and the local authority.",
                "Add the sign-off, with name, role and day.",
            )
    if wanted is S.IN_FORCE and start is not None and start > today:
        raise _not_yet(
            "It cannot be in force yet",
            f"It starts on {start.isoformat()}, and today is {today.isoformat()}.",
            "Wait for that day.",
        )


def check_signature(record: ArrangementRecord, signature: Signature, today: date) -> None:
    """Raises ``Problem`` (conflict) where nobody can sign now, or the same was signed already, or for a day to come."""
    if record.status is not S.PROPOSED:
        raise _not_yet(
            "Only a proposed arrangement is signed",
            f"This one is {record.status}.",
            "Propose it first, so that what is signed is what was proposed.",
        )
    if signature.signed_on > today:
        raise Problem(
            Fault.BAD_INPUT,
            "Nobody can have signed on a day to come",
            f"{signature.signed_on.isoformat()} is after today, {today.isoformat()}.",
            remedy="Give the day on which it was signed.",
        )
    same = [(row["party"], row["name"]) for row in record.content.get("signatures", ())]
    if (str(signature.party), signature.name) in same:
        raise _not_yet(
            "Signed already", f"{signature.name} has signed for {signature.party}.", "Nothing more is needed."
        )


def _not_yet(title: str, why: str, remedy: str) -> Problem:
    return Problem(Fault.CONFLICT, title, why, remedy=remedy)
