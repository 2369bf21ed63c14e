"""A what-if that was saved: the moves, and what they are moves from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain.problem import Fault, Problem
from app.domain.records import ID_LENGTH
from app.domain.scenario.moves import Moves

LONGEST_NAME = 200


@dataclass(frozen=True)
class Scenario:
    """One saved what-if. version_id, place, basis and as_of are pinned; it never changes, and is never taken away.

    option: the option it started from; its moves are among ``moves``. band: the band of people asked about. datasets:
    ids of those the figures stood on when it was saved.
    """

    id: str
    name: str
    version_id: str
    place: str | None
    basis: str
    as_of: date
    moves: Moves
    option: str | None
    band: tuple[float, float] | None
    datasets: tuple[str, ...]
    created_by: str
    created_at: datetime

    @property
    def content(self) -> dict[str, Any]:
        """What is kept beside the columns, as plain JSON values."""
        return {
            "practices": [list(pair) for pair in self.moves.practices],
            "areas": [list(pair) for pair in self.moves.areas],
            "option": self.option,
            "band": None if self.band is None else list(self.band),
            "datasets": list(self.datasets),
        }


def moves_of(content: dict[str, Any]) -> Moves:
    return Moves.of(dict(content["practices"]), dict(content["areas"]))


def named(name: str) -> str:
    """A name without blanks around it. Raises ``Problem`` for one that is empty or too long."""
    clean = " ".join(name.split())
    if not clean or len(clean) > LONGEST_NAME:
        raise Problem(
            Fault.BAD_INPUT,
            "A scenario needs a name",
            f"The name should have 1 to {LONGEST_NAME} characters; this one has {len(clean):,}.",
            remedy="Give it a short name that others will understand.",
        )
    return clean


def scenario_id(
    name: str,
    version_id: str,
    place: str | None,
    basis: str,
    as_of: date,
    moves: Moves,
    option: str | None,
    band: tuple[float, float] | None,
) -> str:
    """The first 12 hex digits of the SHA-256 over name and content, so that the same scenario saved twice is one."""
    said = [name, version_id, place, basis, as_of.isoformat(), moves.practices, moves.areas, option, band]
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:ID_LENGTH]
