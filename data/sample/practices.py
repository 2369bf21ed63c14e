"""The practices and PCNs of the sample place, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from data.sample import names
from data.sample.grouping import Floats, Ints, balanced, centres
from data.sample.place import Place

REGISTERED_PER_RESIDENT = 1.15  # lists of the borough's practices over the borough's residents
PCN_SHARES = (38.0, 37.0, 45.0, 48.0, 46.0, 46.0, 45.0, 37.0)
PCN_PRACTICES = (5, 4, 5, 6, 5, 4, 3, 5)
FEDERATION = 7  # the PCN formed by one provider, with practices in three communities
FEDERATION_AT = (5, 5, 5, 4, 0)  # community of each of its practices, the largest first
UNALIGNED_SHARE = 7.0
SMALLEST_LIST, LARGEST_LIST = 3_400.0, 18_500.0
NO_PCN = -1
OUTSIDE = 8


@dataclass(frozen=True)
class Practices:
    """Row ``i`` of every array is one practice with patients; the borough's come first, then those across the border.

    ``area`` is the number of the area it stands in, ``point`` its place in metres, ``target`` the list it aims at
    (patients), ``pcn`` the number of its PCN on the extract's date (``NO_PCN``: none, ``OUTSIDE``: across the border).
    """

    code: tuple[str, ...]
    name: tuple[str, ...]
    pcn: Ints
    area: Ints
    point: Floats
    target: Floats
    postcode: tuple[str, ...]
    ungridded: int  # the practice whose postcode has no grid reference
    terminated: int  # the practice whose postcode has been terminated
    mover: int  # the practice that joins the PCN of its own community next April
    moved: int  # the practice that has changed its PCN before

    def in_pcn(self, pcn: int) -> Ints:
        return np.flatnonzero(self.pcn == pcn).astype(np.int64)


def pcn_code(pcn: int) -> str:
    return f"U99{pcn + 1:03d}"


def practices(place: Place, rng: np.random.Generator) -> Practices:
    """Found the practices: PCNs of one community near its middle, the federation's wherever its provider grew."""
    home_people = float(place.population[place.home].sum())
    per_share = home_people * REGISTERED_PER_RESIDENT / (sum(PCN_SHARES) + UNALIGNED_SHARE)
    pcn: list[int] = []
    area: list[int] = []
    target: list[float] = []
    for at, territory in enumerate(_territories(place)):
        sites = _sites(place, territory, PCN_PRACTICES[at])
        pcn += [at] * len(sites)
        area += sites
        target += _lists(PCN_SHARES[at] * per_share, len(sites), rng)
    for where in FEDERATION_AT:
        area.append(_free_site(place, np.flatnonzero(place.community == where), area, rng))
    pcn += [FEDERATION] * len(FEDERATION_AT)
    target += sorted(_lists(PCN_SHARES[FEDERATION] * per_share, len(FEDERATION_AT), rng), reverse=True)
    area.append(_free_site(place, np.flatnonzero(place.community == 3), area, rng))
    pcn.append(NO_PCN)
    target.append(UNALIGNED_SHARE * per_share)
    inside = len(pcn)

    across = np.flatnonzero(place.ground.side == 0)
    area += _sites(place, across, len(names.OUTSIDE_PRACTICES))
    pcn += [OUTSIDE] * len(names.OUTSIDE_PRACTICES)
    target += _lists(37_000.0, len(names.OUTSIDE_PRACTICES), rng)

    point = _points(place, area, rng)
    shared = (pcn.index(6), pcn.index(FEDERATION))  # one health centre, two practices of different PCNs
    area[shared[1]] = area[shared[0]]
    point[shared[1]] = point[shared[0]]

    order = np.concatenate([rng.permutation(inside), np.arange(inside, len(pcn))])
    home_codes = [f"V90{at + 1:03d}" for at in range(inside)]
    codes = home_codes + [f"V90{at + 501:03d}" for at in range(len(names.OUTSIDE_PRACTICES))]
    pcns, areas = np.array(pcn)[order], np.array(area)[order]
    return Practices(
        code=tuple(codes),
        name=_named(pcns, areas, place),
        pcn=pcns,
        area=areas,
        point=point[order],
        target=np.array(target)[order],
        postcode=_postcodes(place, areas, point[order]),
        ungridded=int(np.flatnonzero(pcns == 2)[1]),
        terminated=int(np.flatnonzero(pcns == 3)[1]),
        mover=int(np.flatnonzero((pcns == FEDERATION) & (place.community[areas] == 4))[0]),
        moved=int(np.flatnonzero(pcns == 4)[0]),
    )


def _territories(place: Place) -> list[Ints]:
    """The areas each geographical PCN grew in: the first community is shared by two PCNs, the others have one each."""
    first = np.flatnonzero(place.community == 0)
    weights = place.population[first].astype(float)
    spots = place.ground.centre[first]
    border = place.ground.border[np.ix_(first, first)]
    half = balanced(spots, weights, border, centres(spots, weights, 2), np.array(PCN_SHARES[:2]))
    return [first[half == 0], first[half == 1], *(np.flatnonzero(place.community == at) for at in range(1, 6))]


def _sites(place: Place, territory: Ints, count: int) -> list[int]:
    """Areas spread over a territory yet drawn towards its middle, as surgeries on its high streets are."""
    weights = place.population[territory].astype(float)
    spots = place.ground.centre[territory]
    middle = np.average(spots, axis=0, weights=weights)
    wanted = middle + 0.72 * (centres(spots, weights, count) - middle)
    chosen: list[int] = []
    for spot in wanted:
        away = ((spots - spot) ** 2).sum(axis=1)
        away[np.isin(territory, chosen)] = np.inf
        chosen.append(int(territory[away.argmin()]))
    return chosen


def _free_site(place: Place, territory: Ints, taken: list[int], rng: np.random.Generator) -> int:
    """Any area of the territory without a practice that does not lie on the territory's edge."""
    outside = np.setdiff1d(np.arange(len(place.code)), territory)
    inner = territory[place.ground.border[np.ix_(territory, outside)].sum(axis=1) == 0]
    free = np.setdiff1d(inner, np.array(taken))
    return int(free[int(rng.random() * len(free))])


def _lists(total: float, count: int, rng: np.random.Generator) -> list[float]:
    """Uneven list sizes that add to a total, each between the smallest and the largest allowed."""
    weight = 0.45 + 1.7 * rng.random(count) ** 1.5
    size = total * weight / weight.sum()
    for _ in range(30):
        size = np.clip(size, SMALLEST_LIST, LARGEST_LIST)
        size += (total - size.sum()) / count
    return [float(one) for one in np.round(size)]


def _points(place: Place, area: list[int], rng: np.random.Generator) -> Floats:
    """A point inside each practice's area, on whole metres."""
    polygons = place.ground.polygons[area]
    inner = place.ground.centre[area]
    reach = 0.3 * np.sqrt(shapely.area(polygons))[:, None]
    wanted = np.round(inner + reach * (rng.random((len(area), 2)) - 0.5))
    return np.where(shapely.contains_xy(polygons, wanted[:, 0], wanted[:, 1])[:, None], wanted, np.round(inner))


def _named(pcns: Ints, areas: Ints, place: Place) -> tuple[str, ...]:
    """Names from the list of the borough in the order of the communities, so that a name suits its neighbourhood."""
    inside = np.flatnonzero(pcns != OUTSIDE)
    by_community = inside[np.argsort(place.community[areas[inside]], kind="stable")]
    name = dict(zip(by_community.tolist(), names.PRACTICES, strict=True))
    name.update(zip(np.flatnonzero(pcns == OUTSIDE).tolist(), names.OUTSIDE_PRACTICES, strict=True))
    return tuple(name[at] for at in range(len(pcns)))


def _postcodes(place: Place, areas: Ints, point: Floats) -> tuple[str, ...]:
    """One postcode for each distinct point, numbered within the district of its community or neighbouring borough."""
    given: dict[tuple[float, float], str] = {}
    used: dict[str, int] = {}
    found = []
    for area, (east, north) in zip(areas.tolist(), point.tolist(), strict=True):
        if (east, north) not in given:
            given[east, north] = next_postcode(place, area, used)
        found.append(given[east, north])
    return tuple(found)


def next_postcode(place: Place, area: int, used: dict[str, int], sector: int = 1) -> str:
    """The next unused postcode of an area's district; no postcode area is called ZX."""
    community = int(place.community[area])
    district = f"ZX{community + 1}" if community >= 0 else f"ZX{int(place.ground.side[area]) + 11}"
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    at = used[district] = used.get(district, -1) + 1
    return f"{district} {sector}{letters[at // len(letters)]}{letters[at % len(letters)]}"
