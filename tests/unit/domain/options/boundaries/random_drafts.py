"""Small random drafts, and every assignment of their areas tried by hand, in plain sets and loops."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import strategies as st

from app.domain.options.boundaries.draft import Draft


@st.composite
def drafts(draw: st.DrawFn, most_areas: int = 8) -> Draft:
    """Up to eight areas, three neighbourhoods and three PCNs, on a random map; few numbers, so that ties abound."""
    count = draw(st.integers(2, most_areas))
    width = draw(st.integers(1, min(3, count)))
    pcns = draw(st.integers(1, 3))
    home = [*range(width), *(draw(st.integers(0, width - 1)) for _ in range(count - width))]
    chain = [(i, i + 1) for i in range(count - 1) if draw(st.integers(0, 5))]
    others = draw(st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=6))
    pairs = sorted({*chain, *((min(pair), max(pair)) for pair in others if pair[0] != pair[1])})
    areas = tuple(f"E{u}" for u in range(count))
    patients = st.sampled_from([0, 0, 10, 20, 25, 40])
    whole = draw(st.booleans())
    table = np.array([[draw(patients) for _ in areas] for _ in range(pcns)], dtype=np.float64)
    if not whole:
        table = table / 3
    return Draft(
        place="Here",
        areas=areas,
        people=np.array([draw(st.sampled_from([0, 10, 20, 30])) + (u == 0) for u in range(count)], dtype=np.float64),
        pcns=tuple(f"U{i}" for i in range(pcns)),
        patients=table,
        registered=table.sum(axis=0),
        neighbourhoods=tuple(f"N{k}" for k in range(width)),
        home=np.array(home, dtype=np.intp),
        pairs=np.array(pairs, dtype=np.intp).reshape(-1, 2),
        staying=frozenset(draw(st.sets(st.sampled_from(areas), max_size=2))),
        kept=frozenset(draw(st.sets(st.sampled_from([f"N{k}" for k in range(width)]), max_size=1))),
        band=draw(st.sampled_from([0.0, 0.25, 0.6, 0.9])),
        steps=draw(st.sampled_from([None, None, 1, 2])),
    )


def parts(place: Draft, areas: set[int]) -> int:
    """Connected parts of a set of areas, by merging sets."""
    groups = [{u} for u in areas]
    for one, other in place.pairs.tolist():
        if one in areas and other in areas:
            a = next(g for g in groups if one in g)
            b = next(g for g in groups if other in g)
            if a is not b:
                groups.remove(b)
                a |= b
    return len(groups)


def allowed(place: Draft) -> list[tuple[int, ...]]:
    """Every assignment that keeps band, locks, parts and steps, whoever moves."""
    width = len(place.neighbourhoods)
    today = place.home.tolist()
    now = [place.people[place.home == k].sum() for k in range(width)]
    mean = place.people.sum() / width
    pieces = [parts(place, {u for u, h in enumerate(today) if h == k}) for k in range(width)]
    choices = []
    for u, code in enumerate(place.areas):
        home = place.neighbourhoods[today[u]]
        stays = code in place.staying or home in place.kept
        goes = [] if stays else [k for k in range(width) if place.neighbourhoods[k] not in place.kept]
        if place.steps is not None:
            near = {u}
            for _ in range(place.steps):
                near |= {b for a, b in place.pairs.tolist() if a in near} | {
                    a for a, b in place.pairs.tolist() if b in near
                }
            goes = [k for k in goes if any(today[v] == k for v in near)]
        choices.append(sorted({today[u], *goes}))
    found = []
    for chosen in itertools.product(*choices):
        for k in range(width):
            areas = {u for u, to in enumerate(chosen) if to == k}
            people = sum(place.people[u] for u in areas)
            outside_band = people < (1 - place.band) * mean - 1e-6 or people > (1 + place.band) * mean + 1e-6
            worse = people < min(now[k], (1 - place.band) * mean) - 1e-6 or (
                people > max(now[k], (1 + place.band) * mean) + 1e-6
            )
            if not areas or (outside_band and worse) or parts(place, areas) > pieces[k]:
                break
        else:
            found.append(chosen)
    return found


def in_lead(table: np.ndarray, chosen: tuple[int, ...], width: int) -> float:
    """Patients who live in the lead neighbourhood of their PCN; ``table``: PCNs × areas."""
    after = np.array(chosen)
    return float(sum(max(row[after == k].sum() for k in range(width)) for row in table))
