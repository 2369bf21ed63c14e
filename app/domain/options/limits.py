"""The numbers that options are held to, each with what it rests on (domain notes §1.4, §5.2).

A place may set its own. ``ceiling`` and the last seven are local settings: no rule gives them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Sizes are registered patients on a PCN's whole list; shares are 0..1; distances are metres.

    floor: the smallest list a PCN may be left with (or its list today, where that is smaller). advice: above it a
    PCN may be asked to work in sub-teams. ceiling: no option takes a PCN above it, or above its list today where
    that is larger; ``None`` for no ceiling. benefit_patients, benefit_points: below either the benefit is called
    small. benefit_share: patients gained for each patient whose PCN changes, below which a move is not worth it.
    moves_at_once: practices moved in what is put forward; the frontier shows more. unknown_share: share of a list
    without known residence above which figures are doubtful. apart: distance from a practice to the nearest other
    practice of its PCN above which it is called far. reach: no option takes a practice to a PCN whose nearest practice
    is farther than this, where the points are known; ``None`` for no such bar.
    """

    floor: float = 30_000
    advice: float = 50_000
    ceiling: float | None = 100_000
    benefit_patients: float = 1_000
    benefit_points: float = 0.05
    benefit_share: float = 0.25
    moves_at_once: int = 5
    unknown_share: float = 0.05
    apart: float = 3_000
    reach: float | None = 5_000

    def __post_init__(self) -> None:
        if not 0 <= self.floor <= self.advice:
            raise ValueError("limits must satisfy 0 <= floor <= advice")
        if self.ceiling is not None and self.ceiling < self.advice:
            raise ValueError("the ceiling must not be below the advised size")
        if min(self.benefit_patients, self.benefit_points, self.benefit_share, self.unknown_share, self.apart) < 0:
            raise ValueError("limits must not be negative")
