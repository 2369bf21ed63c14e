"""What options are made from: the practices and PCNs of one place, where their patients live, and what is fixed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.domain.figures import Alignment, Floats
from app.domain.options.limits import Limits
from app.domain.options.words import people, percent
from app.domain.problem import Fault, Finding, Problem
from app.domain.thresholds import Thresholds

Indices = NDArray[np.intp]
Point = tuple[float, float]


@dataclass(frozen=True)
class Alone:
    """A practice of the place that is in no PCN: patients on its list, by neighbourhood (as ``Situation.inside``), and
    of unknown residence."""

    code: str
    list_size: float
    inside: tuple[float, ...]
    unknown: float


@dataclass(frozen=True, eq=False)
class Situation:
    """The practice side of one place.

    ``inside[i, k]``: patients of practice i living in neighbourhood k; ``list_sizes`` its whole list; ``unknown``
    those whose residence is not known. ``home[i]`` is the position of its PCN in ``pcns``. ``registered[k]``:
    everybody registered anywhere who lives in neighbourhood k (it decides between equal leads, as in the alignment).

    Practices and PCNs are in code order, neighbourhoods in the order of the alignment. ``standing_in``: neighbourhood
    of the practice's own point. ``points``: its easting and northing (metres, EPSG:27700). ``neighbours``: pairs of
    neighbourhoods that touch; ``None`` where nobody said. ``area_of``: the place and ICB a practice answers to, where
    known. ``staying`` practices do not move; ``kept`` PCNs neither lose nor gain a practice. ``alone``: practices in no
    PCN, which are in none of the arrays. ``restricted``: sentences hide small numbers (domain notes §6.1).
    """

    place: str | None
    practices: tuple[str, ...]
    list_sizes: Floats
    inside: Floats
    unknown: Floats
    pcns: tuple[str, ...]
    home: Indices
    neighbourhoods: tuple[str, ...]
    registered: Floats
    names: Mapping[str, str] = field(default_factory=dict)
    standing_in: Mapping[str, str | None] = field(default_factory=dict)
    points: Mapping[str, Point] = field(default_factory=dict)
    neighbours: frozenset[frozenset[str]] | None = None
    area_of: Mapping[str, str] = field(default_factory=dict)
    staying: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)
    thresholds: Thresholds = field(default_factory=Thresholds)
    alone: tuple[Alone, ...] = ()
    restricted: bool = False

    def __post_init__(self) -> None:
        count, width = len(self.practices), len(self.neighbourhoods)
        if self.inside.shape != (count, width):
            raise ValueError(f"{self.inside.shape} patients for {count} practices × {width} neighbourhoods")
        if any(len(values) != count for values in (self.list_sizes, self.unknown, self.home)):
            raise ValueError("one list size, unknown residence and PCN for each practice")
        if len(self.registered) != width:
            raise ValueError("one number of registered patients for each neighbourhood")
        if list(self.practices) != sorted(set(self.practices)) or list(self.pcns) != sorted(set(self.pcns)):
            raise ValueError("practices and PCNs must be unique and in code order")
        if count and not (set(self.home.tolist()) == set(range(len(self.pcns)))):
            raise ValueError("every PCN must have a practice, and every practice one of the PCNs")

    @cached_property
    def pcn_of(self) -> dict[str, str]:
        """PCN code by practice code, today."""
        return {code: self.pcns[j] for code, j in zip(self.practices, self.home.tolist(), strict=True)}

    @cached_property
    def row(self) -> dict[str, int]:
        return {code: i for i, code in enumerate(self.practices)}

    def name(self, code: str) -> str:
        return self.names.get(code, code)

    def people(self, number: float) -> str:
        """A number of patients in a sentence."""
        return people(number, self.restricted)

    def percent(self, part: float, whole: float) -> str:
        """A share of patients in a sentence."""
        return percent(part, whole, self.restricted)

    @cached_property
    def pcn_sizes(self) -> Floats:
        """Whole list of each PCN today."""
        sizes = np.zeros(len(self.pcns))
        np.add.at(sizes, self.home, self.list_sizes)
        return sizes

    @cached_property
    def may_join(self) -> NDArray[np.bool_]:
        """Practices × PCNs: whether the practice may be in the PCN, its own always among them.

        Nobody joins across a border, nor a PCN whose practices are all out of reach (``Limits.reach``).
        """
        allowed = self.same_area.copy()
        if self.limits.reach is not None:
            allowed &= ~(self.metres > self.limits.reach)
        kept = np.array([code in self.kept or size <= 0 for code, size in zip(self.pcns, self.pcn_sizes, strict=True)])
        allowed[:, kept] = False
        stays = np.array([code in self.staying for code in self.practices], dtype=bool) | kept[self.home]
        allowed[stays] = False
        allowed[np.arange(len(self.practices)), self.home] = True
        return allowed

    @cached_property
    def same_area(self) -> NDArray[np.bool_]:
        """Practices × PCNs: whether both answer to the same place and ICB, as far as is known.

        A PCN answers to the place and ICB of most of its patients' practices.
        """
        same = np.ones((len(self.practices), len(self.pcns)), dtype=bool)
        areas = [self.area_of.get(code) for code in self.practices]
        for j, area in enumerate(self._pcn_areas):
            if area is not None:
                same[:, j] = [mine is None or mine == area for mine in areas]
        return same

    @cached_property
    def metres(self) -> Floats:
        """Practices × PCNs: metres to the nearest practice that is in the PCN today, 0 to its own; NaN if not known."""
        at = np.array([self.points.get(code, (np.nan, np.nan)) for code in self.practices]).reshape(-1, 2)
        apart = np.hypot(at[:, None, 0] - at[None, :, 0], at[:, None, 1] - at[None, :, 1])
        apart[np.isnan(apart)] = np.inf
        nearest = np.array([apart[:, self.home == j].min(axis=1) for j in range(len(self.pcns))]).T
        nearest[np.isinf(nearest)] = np.nan
        nearest[np.arange(len(at)), self.home] = 0
        return nearest

    @cached_property
    def _pcn_areas(self) -> list[str | None]:
        found: list[str | None] = []
        for j in range(len(self.pcns)):
            weight: dict[str, float] = {}
            for i in np.flatnonzero(self.home == j):
                area = self.area_of.get(self.practices[i])
                if area is not None:
                    weight[area] = weight.get(area, 0.0) + float(self.list_sizes[i])
            found.append(min(weight, key=lambda area: (-weight[area], area)) if weight else None)
        return found

    def leads(self, table: Floats) -> Indices:
        """Lead neighbourhood of each row of patients by neighbourhood, -1 where nobody lives in the place.

        The largest number; of equal ones, the largest share of the neighbourhood's registered patients, then the
        first (domain notes §5.1).
        """
        if not table.size:
            return np.full(table.shape[0], -1, dtype=np.intp)
        largest = table.max(axis=1, keepdims=True)
        share = np.divide(table, self.registered, out=np.zeros_like(table), where=self.registered > 0)
        tied = np.isclose(table, largest, rtol=0, atol=1e-9)
        return np.where(largest.ravel() > 0, np.where(tied, share, -1.0).argmax(axis=1), -1)


def situation(
    alignment: Alignment,
    *,
    limits: Limits | None = None,
    thresholds: Thresholds | None = None,
    points: Mapping[str, Point] | None = None,
    neighbours: Iterable[tuple[str, str]] | None = None,
    icb_of: Mapping[str, str] | None = None,
    staying: Iterable[str] = (),
    kept: Iterable[str] = (),
    restricted: bool = False,
) -> Situation:
    """The situation of the place (or the whole plan) that an alignment describes.

    points: easting and northing by practice code. neighbours: pairs of neighbourhood codes that touch. icb_of: ICB by
    practice code. staying, kept: practices and PCNs that did not consent to any change. restricted: the alignment is of
    restricted data, so that sentences must hide small numbers.

    Raises ``Problem`` where ``staying`` or ``kept`` names what the alignment does not have, or no practice is in a PCN.
    """
    figures = sorted((p for p in alignment.practices if p.pcn is not None), key=lambda p: p.code)
    if not figures:
        raise Problem(
            Fault.NOTHING_LOADED,
            "No practice is in a PCN",
            "Options on the practice side need practices with list sizes and their PCNs.",
            remedy="Load the registered patients and the PCN memberships, or choose another place or date.",
        )
    codes = [p.code for p in figures]
    pcns = sorted({str(p.pcn) for p in figures})
    _known(staying, codes, "practice")
    _known(kept, pcns, "PCN")
    position = {code: j for j, code in enumerate(pcns)}
    rows = alignment.by_practice.with_rows(codes)
    lonely = sorted(alignment.practices_without_pcn)
    apart = alignment.by_practice.with_rows(lonely)
    every = {*codes, *lonely}
    icbs = icb_of or {}
    areas = {p: "/".join(filter(None, (alignment.belonging.practice.get(p), icbs.get(p)))) for p in every}
    named = {p.code: p.name for p in alignment.practices} | {str(p.pcn): str(p.pcn_name or p.pcn) for p in figures}
    return Situation(
        place=alignment.place,
        practices=tuple(codes),
        list_sizes=rows.totals,
        inside=rows.table.dense(),
        unknown=rows.unknown,
        pcns=tuple(pcns),
        home=np.array([position[str(p.pcn)] for p in figures], dtype=np.intp),
        neighbourhoods=rows.table.columns,
        registered=np.array([n.patients for n in alignment.neighbourhoods], dtype=np.float64),
        names=named | {n.code: n.name for n in alignment.neighbourhoods},
        standing_in={p.code: p.standing_in for p in alignment.practices if p.standing_in is not None},
        points={code: points[code] for code in sorted(every) if code in points} if points else {},
        neighbours=None if neighbours is None else frozenset(frozenset(pair) for pair in neighbours),
        area_of={code: area for code, area in areas.items() if area},
        staying=frozenset(staying),
        kept=frozenset(kept),
        limits=limits or Limits(),
        thresholds=thresholds or Thresholds(),
        alone=tuple(
            Alone(code, float(size), tuple(map(float, cells)), float(unknown))
            for code, size, cells, unknown in zip(lonely, apart.totals, apart.table.dense(), apart.unknown, strict=True)
        ),
        restricted=restricted,
    )


def _known(asked: Iterable[str], there: Iterable[str], what: str) -> None:
    missing = sorted(set(asked) - set(there))
    if missing:
        raise Problem(
            Fault.NOT_FOUND,
            f"Unknown {what}",
            f"{', '.join(missing[:5])}: not a {what} of this place on this date.",
            remedy=f"Give the code of a {what} of this place, or leave it out.",
            findings=[Finding(f"unknown-{what.lower()}", f"{code} is not there.", value=code) for code in missing],
        )
