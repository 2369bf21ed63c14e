"""What boundary moves are made from: the small areas of one place, who lives in them, and the lines drawn so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from app.domain.figures import Floats
from app.domain.options.limits import Limits
from app.domain.options.situation import Indices
from app.domain.problem import Fault, Finding, Problem
from app.domain.thresholds import Thresholds
from geometry.labelled import Labelled

BAND = 0.25
"""How far the people of a neighbourhood may be from the mean of its place, as a share: a setting, no rule gives it."""


@dataclass(frozen=True, eq=False)
class Draft:
    """The neighbourhoods of one place while they are still a draft, as areas that may change sides.

    ``people[u]``: people living in area u, who count for the band. ``patients[i, u]``: patients of PCN i living there.
    ``registered[u]``: everybody registered anywhere who lives there (it decides between equal leads, as in the
    alignment). ``home[u]``: position of the area's neighbourhood today. ``pairs`` (m × 2): positions of areas that
    touch by more than a corner, or that a link joins across water.

    Areas and PCNs are in code order, neighbourhoods in the order of the alignment. An area that the draft divides
    between neighbourhoods is there once for each, with the neighbourhood's code after a slash; such parts stay where
    they are (``divided``). ``staying`` areas do not move; ``kept`` neighbourhoods neither lose nor gain an area.
    ``band``: see ``BAND``; a neighbourhood outside it today may stay as far out, not farther. ``steps``: an area may
    go only to neighbourhoods within so many steps, from area to touching area; ``None`` for no such restriction.
    """

    place: str | None
    areas: tuple[str, ...]
    people: Floats
    pcns: tuple[str, ...]
    patients: Floats
    registered: Floats
    neighbourhoods: tuple[str, ...]
    home: Indices
    pairs: NDArray[np.intp]
    names: Mapping[str, str] = field(default_factory=dict)
    divided: frozenset[str] = frozenset()
    staying: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    band: float = BAND
    steps: int | None = None
    limits: Limits = field(default_factory=Limits)
    thresholds: Thresholds = field(default_factory=Thresholds)

    def __post_init__(self) -> None:
        count, width = len(self.areas), len(self.neighbourhoods)
        if self.patients.shape != (len(self.pcns), count):
            raise ValueError(f"{self.patients.shape} patients for {len(self.pcns)} PCNs × {count} areas")
        if any(len(values) != count for values in (self.people, self.registered, self.home)):
            raise ValueError("people, registered patients and a neighbourhood for each area")
        if list(self.areas) != sorted(set(self.areas)) or list(self.pcns) != sorted(set(self.pcns)):
            raise ValueError("areas and PCNs must be unique and in code order")
        if count and set(self.home.tolist()) != set(range(width)):
            raise ValueError("every neighbourhood must have an area, and every area one of the neighbourhoods")
        if self.pairs.size and (self.pairs.min() < 0 or self.pairs.max() >= count):
            raise ValueError("pairs must be positions of areas")
        if not 0 <= self.band < 1:
            raise ValueError("the band is a share from 0 up to 1")
        if self.steps is not None and self.steps < 1:
            raise ValueError("an area needs at least one step to another neighbourhood")

    def name(self, code: str) -> str:
        return self.names.get(code, code)

    @cached_property
    def fixed(self) -> NDArray[np.bool_]:
        """Areas that stay where they are."""
        stays = np.array([code in self.staying or code in self.divided for code in self.areas], dtype=bool)
        kept = np.array([code in self.kept for code in self.neighbourhoods], dtype=bool)
        fixed: NDArray[np.bool_] = stays | kept[self.home]
        return fixed

    @cached_property
    def touching(self) -> tuple[tuple[int, ...], ...]:
        """Positions of the areas that touch each area, ascending."""
        found: list[set[int]] = [set() for _ in self.areas]
        for one, other in self.pairs.tolist():
            if one != other:
                found[one].add(other)
                found[other].add(one)
        return tuple(tuple(sorted(near)) for near in found)

    @cached_property
    def may_join(self) -> NDArray[np.bool_]:
        """Areas × neighbourhoods: whether the area may be in the neighbourhood, its own always among them."""
        allowed = np.ones((len(self.areas), len(self.neighbourhoods)), dtype=bool)
        if self.steps is not None:
            allowed = self._steps_away <= self.steps
        allowed[:, [code in self.kept for code in self.neighbourhoods]] = False
        allowed[self.fixed] = False
        allowed[np.arange(len(self.areas)), self.home] = True
        return allowed

    @property
    def _steps_away(self) -> Floats:
        """Areas × neighbourhoods: fewest steps to an area that is in the neighbourhood today."""
        first, second = self.pairs.reshape(-1, 2).T
        shape = (len(self.areas), len(self.areas))
        graph = sparse.csr_array((np.ones(len(first)), (first, second)), shape=shape)
        apart = dijkstra(graph, directed=False, unweighted=True)
        return np.array([apart[:, self.home == k].min(axis=1) for k in range(len(self.neighbourhoods))]).T


def draft(
    *,
    place: str | None,
    shares: Labelled,
    people: Mapping[str, float],
    patients: Labelled,
    registered: Mapping[str, float],
    neighbourhoods: Iterable[str],
    pairs: Iterable[tuple[str, str]],
    names: Mapping[str, str] | None = None,
    staying: Iterable[str] = (),
    kept: Iterable[str] = (),
    band: float = BAND,
    steps: int | None = None,
    limits: Limits | None = None,
    thresholds: Thresholds | None = None,
) -> Draft:
    """The draft of a place from W (``shares``: areas × neighbourhoods) and the patients of its PCNs by area.

    patients: PCNs × areas; rows are the PCNs of the place. registered: all registered patients by area. neighbourhoods:
    codes of the place, in the order of the alignment. pairs: codes of areas that touch, links across water among them.

    Areas with no share in any of the neighbourhoods are left out. Raises ``Problem`` where ``staying`` or ``kept``
    names what is not there, where a neighbourhood has no area, and where nobody is known to live in the areas.
    """
    codes = tuple(neighbourhoods)
    table = shares.with_columns([code for code in codes if code in shares.column_index])
    parts = _parts(table, codes)
    missing = sorted(set(codes) - {codes[k] for _, k, _, _ in parts})
    if missing:
        raise Problem(
            Fault.NOTHING_LOADED,
            "A neighbourhood without areas",
            f"{', '.join(missing[:5])}: no small area lies in it, so no line of it can be moved.",
            remedy="Load the small areas under the footprints, or choose another version.",
        )
    source = [area for _, _, area, _ in parts]
    weight = np.array([share for *_, share in parts])
    living = np.array([people.get(area, 0.0) for area in source]) * weight
    if not living.sum() > 0:
        raise Problem(
            Fault.NOTHING_LOADED,
            "Nobody is known to live in these areas",
            "Without people by small area no neighbourhood can be held to a band.",
            remedy="Load small areas with their population, or registered patients by area.",
        )
    areas = tuple(code for code, *_ in parts)
    unknown = sorted((set(staying) - set(source)) | (set(kept) - set(codes)))
    if unknown:
        raise Problem(
            Fault.NOT_FOUND,
            "Unknown area or neighbourhood",
            f"{', '.join(unknown[:5])}: not in this place.",
            remedy="Give codes of areas and neighbourhoods of this place, or leave them out.",
            findings=[Finding("unknown-area", f"{code} is not there.", value=code) for code in unknown],
        )
    at: dict[str, list[int]] = {}
    for position, area in enumerate(source):
        at.setdefault(area, []).append(position)
    joined = {
        (min(a, b), max(a, b)) for one, other in pairs for a in at.get(one, ()) for b in at.get(other, ()) if a != b
    }
    rows = patients.with_columns(sorted(set(source)))
    spread = rows.dense()[:, [rows.column_index[area] for area in source]] * weight
    order = sorted(range(len(rows.rows)), key=lambda i: rows.rows[i])
    return Draft(
        place=place,
        areas=areas,
        people=living,
        pcns=tuple(rows.rows[i] for i in order),
        patients=spread[order],
        registered=np.array([registered.get(area, 0.0) for area in source]) * weight,
        neighbourhoods=codes,
        home=np.array([k for _, k, _, _ in parts], dtype=np.intp),
        pairs=np.array(sorted(joined), dtype=np.intp).reshape(-1, 2),
        names=dict(names or {}),
        divided=frozenset(code for code, _, area, _ in parts if code != area),
        staying=frozenset(code for code, _, area, _ in parts if area in set(staying)),
        kept=frozenset(kept),
        band=band,
        steps=steps,
        limits=limits or Limits(),
        thresholds=thresholds or Thresholds(),
    )


def _parts(table: Labelled, codes: tuple[str, ...]) -> list[tuple[str, int, str, float]]:
    """Code, position of the neighbourhood, area and share of every part, in code order.

    An area counts as divided where more than one neighbourhood, of this place or another, has a share of it.
    """
    values = table.dense()
    position = {code: k for k, code in enumerate(codes)}
    parts = []
    for area, row in zip(table.rows, values, strict=True):
        held = np.flatnonzero(row > 0)
        whole = len(held) == 1 and row[held[0]] >= 1 - 1e-9
        for at in held:
            code = table.columns[at]
            parts.append((area if whole else f"{area}/{code}", position[code], area, float(row[at])))
    return sorted(parts)
