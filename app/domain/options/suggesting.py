"""Re-align, or work across: everything that could be discussed for a place, and what the numbers speak for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from app.domain.options.dates import Dates, dates
from app.domain.options.frontier import MOST_MOVES, Frontier, frontier
from app.domain.options.joins import joins
from app.domain.options.kinds import Option, merge, move, no_change, pair, split
from app.domain.options.model import RESOLUTION, MoveModel, move_model
from app.domain.options.routes import Route, routes, worthwhile
from app.domain.options.rules import fits, losses
from app.domain.options.single import Tried, pairs, singles
from app.domain.options.situation import Situation
from app.domain.options.splitting import line_splits
from app.domain.options.states import outside_lead, states

EACH = 5
"""Options of one kind that are shown."""


@dataclass(frozen=True)
class Suggestions:
    """options: to do nothing first, then the points of the frontier worth it, then the best of every other kind.

    routes: one for each PCN, on the last of those points that leaves no PCN fitting materially less well than today.
    ``frontier`` is complete, also where it is not worth it.
    """

    options: tuple[Option, ...]
    frontier: Frontier
    routes: tuple[Route, ...]
    dates: Dates


def suggest(
    place: Situation,
    today: date,
    *,
    most_moves: int = MOST_MOVES,
    each: int = EACH,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Suggestions:
    """Find the options of a place. PCNs that fit today are left alone; an option with a hard stop is not suggested.

    time_limit (seconds), progress and cancelled are those of the frontier.
    """
    careful = leaving_alone(place)
    found = frontier(careful, most_moves=most_moves, time_limit=time_limit, progress=progress, cancelled=cancelled)
    nothing = no_change(place)
    frontiers = [move(careful, {m.practice: m.target for m in point.moves}) for point in worthwhile(careful, found)[1:]]
    options = [
        nothing,
        *frontiers,
        *_single_moves(careful, each),
        *_pairs_of_moves(careful, each),
        *_merges(careful, each),
        *_pairings(place, each),
        *_splits(careful, each),
        *joins(place),
    ]
    shown = {option.id: option for option in reversed(options) if not option.stopped}
    ordered = tuple(shown[code] for code in dict.fromkeys(option.id for option in options) if code in shown)
    when = dates(today)
    fair = [option for option in frontiers if not option.stopped and not any(losses(place, option.touched))]
    chosen = fair[-1] if fair else nothing
    return Suggestions(ordered, found, routes(place, chosen, when, ordered), when)


def leaving_alone(place: Situation) -> Situation:
    """The same situation with the PCNs that fit today kept as they are (Network Contract DES 2026/27)."""
    fitting = {code for code, state in states(place).items() if fits(place, state)}
    return replace(place, kept=place.kept | fitting)


def _single_moves(place: Situation, each: int) -> list[Option]:
    model = move_model(place)
    return [_tried(place, tried) for tried in _worth_it(place, model, singles(model, _material(place)))[:each]]


def _pairs_of_moves(place: Situation, each: int) -> list[Option]:
    """Pairs worth more together than apart: an exchange, or two moves that change which neighbourhood leads.

    Of the ways in which the same two practices could move only the best is shown.
    """
    model = move_model(place)
    alone = {tried.moves[0]: tried.gain for tried in singles(model)}
    together = [
        tried
        for tried in pairs(model, 2 * _material(place))
        if tried.gain >= sum(alone.get(one, 0) for one in tried.moves) + _material(place)
    ]
    best: dict[tuple[int, ...], Tried] = {}
    for tried in _worth_it(place, model, together):
        best.setdefault(tuple(i for i, _ in tried.moves), tried)
    return [_tried(place, tried) for tried in list(best.values())[:each]]


def _worth_it(place: Situation, model: MoveModel, found: list[Tried]) -> list[Tried]:
    """Without those that bring too few patients for the number whose PCN changes (``Limits.benefit_share``)."""
    share = place.limits.benefit_share * RESOLUTION
    return [tried for tried in found if tried.gain >= share * sum(int(model.sizes[i]) for i, _ in tried.moves)]


def _tried(place: Situation, tried: Tried) -> Option:
    return move(place, {place.practices[i]: place.pcns[j] for i, j in tried.moves})


def _material(place: Situation) -> int:
    return max(int(place.limits.benefit_patients * RESOLUTION), 1)


def _merges(place: Situation, each: int) -> list[Option]:
    """Two PCNs with one lead neighbourhood, or one too small to stand alone, where nothing material is lost."""
    now = states(place)
    found = [
        merge(place, a, b)
        for a, b in combinations(place.pcns, 2)
        if now[a].lead == now[b].lead or min(now[a].patients, now[b].patients) < place.limits.floor
    ]
    allowed = [option for option in found if not option.stopped and option.benefit > -place.limits.benefit_patients]
    return sorted(allowed, key=lambda o: (-round(o.benefit), o.disturbed, o.id))[:each]


def _pairings(place: Situation, each: int) -> list[Option]:
    """Two PCNs led by one neighbourhood, or with a material number of patients in each other's lead; together they must
    not be larger than a PCN may become, or the team would be two."""
    now = states(place)
    ceiling = place.limits.ceiling or float("inf")
    found: list[tuple[float, float, Option]] = []
    for a, b in combinations(place.pcns, 2):
        one, other = now[a], now[b]
        if one.lead is None or other.lead is None or one.patients + other.patients > ceiling:
            continue
        crossing = min(one.in_neighbourhood(place, other.lead), other.in_neighbourhood(place, one.lead))
        if one.lead == other.lead or (
            crossing >= place.thresholds.material_patients and _touch(place, one.lead, other.lead)
        ):
            option = pair(place, a, b)
            if not option.stopped and not fits(place, one) and not fits(place, other):
                found.append((-option.benefit, one.patients + other.patients, option))
    same = [option for gained, _, option in sorted(found, key=lambda f: (f[1], f[2].id)) if gained == 0]
    across = [option for gained, _, option in sorted(found, key=lambda f: (f[0], f[2].id)) if gained < 0]
    return [*same[:each], *across[:each]]


def _touch(place: Situation, first: str, second: str) -> bool:
    return place.neighbours is None or frozenset((first, second)) in place.neighbours


def _splits(place: Situation, each: int) -> list[Option]:
    found = []
    now = outside_lead(states(place).values())
    for pcn in place.pcns:
        best: Option | None = None
        for leaving in line_splits(place, pcn) if pcn not in place.kept else ():
            after = {**place.pcn_of, **dict.fromkeys(leaving, f"{pcn}/2")}
            gained = now - outside_lead(states(place, after).values())
            if gained >= place.limits.benefit_patients and (best is None or gained > best.benefit + 1e-6):
                made = split(place, pcn, leaving)
                best = made if made.benefit >= place.limits.benefit_share * made.disturbed else best
        if best is not None and not best.stopped:
            found.append(best)
    return sorted(found, key=lambda o: (-round(o.benefit), o.id))[:each]
