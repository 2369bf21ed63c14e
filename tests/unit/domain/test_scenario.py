"""A what-if on a borough a person can check by eye: six practices, six areas in a row, two neighbourhoods.

The borough is that of the options (``options/borough.py``): North and South. Each practice's patients of the North live
in areas n1 (half), n2 and n3 (a quarter each), those of the South in s1 and s2 (half each); p1 is a park in no
neighbourhood. The areas touch in the order n1, n2, n3, s1, s2; p1 touches s2 only.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from app.domain.alignment import Neighbourhood, align
from app.domain.options.situation import situation
from app.domain.problem import Problem
from app.domain.scenario.board import Board, board, land
from app.domain.scenario.checking import scenario_checks
from app.domain.scenario.moves import Moves
from app.domain.scenario.record import named, scenario_id
from app.domain.scenario.side import today
from app.domain.scenario.trying import Tried, start_of, try_moves
from geometry.adjacency import Adjacency
from geometry.labelled import Labelled
from tests.unit.domain.options.borough import NORTH, PRACTICES, SOUTH, TABLE, inputs

AREAS = ("n1", "n2", "n3", "p1", "s1", "s2")
SPREAD = {"n1": (0, 0.5), "n2": (0, 0.25), "n3": (0, 0.25), "s1": (1, 0.5), "s2": (1, 0.5), "p1": (0, 0.0)}
PEOPLE = {"n1": 30_000.0, "n2": 20_000.0, "n3": 20_000.0, "s1": 25_000.0, "s2": 20_000.0, "p1": 0.0}
SCORE = {"n1": 40.0, "n2": 10.0, "n3": 10.0, "s1": 20.0, "s2": 20.0, "p1": 5.0}
DECILE = {"n1": 1.0, "n2": 8.0, "n3": 8.0, "s1": 5.0, "s2": 5.0, "p1": 9.0}
EDGES = np.array([(0, 1), (1, 2), (2, 4), (3, 5), (4, 5)], dtype=np.intp)


def made(*, final: bool = False, places: tuple[str, str] = ("Borough", "Borough")) -> Board:
    triples = [(p, a, float(TABLE[i, k]) * part) for i, p in enumerate(PRACTICES) for a, (k, part) in SPREAD.items()]
    rows, columns, values = (list(t) for t in zip(*triples, strict=True))
    by_area = Labelled.from_triples(rows, columns, values)
    shares = Labelled.from_triples(
        ["n1", "n2", "n3", "s1", "s2"], [NORTH] * 3 + [SOUTH] * 2, np.ones(5), row_order=AREAS
    )
    given = replace(
        inputs(),
        neighbourhoods=(
            Neighbourhood(NORTH, "North", places[0], 70_000.0),
            Neighbourhood(SOUTH, "South", places[1], 45_000.0),
        ),
    )
    alignment = align(given)
    ground = land(
        by_area,
        shares,
        AREAS,
        PRACTICES,
        (NORTH, SOUTH),
        people=PEOPLE,
        score=SCORE,
        decile=DECILE,
        adjacency=Adjacency(AREAS, EDGES, np.ones(len(EDGES))),
        practices_in={"A1": "n1", "C1": "n2", "A3": "n3", "B1": "s1"},
    )
    return board(given, alignment, situation(alignment), ground, count_deprived=True, final=final)


def tried(practices: dict[str, str | None] | None = None, areas: dict[str, str] | None = None, **said: Any) -> Tried:
    return try_moves(today(made(**said)), Moves.of(practices or {}, areas or {}))


def checked(found: Tried, kind: str) -> list[tuple[str, str]]:
    return [(str(check.outcome), check.text) for check in scenario_checks(found) if check.kind == kind]


def test_a_practice_moves_and_both_pcns_are_shown() -> None:
    found = tried({"A3": "B"})
    ash, beech = found.pcns
    assert (ash.change.before.patients, ash.change.after.patients) == (46_000, 35_000)  # type: ignore[union-attr]
    assert (beech.change.before.patients, beech.change.after.patients) == (36_000, 47_000)  # type: ignore[union-attr]
    assert ash.change.after.patients_outside_lead == 1_000  # type: ignore[union-attr]
    assert beech.change.after.patients_outside_lead == 6_000  # type: ignore[union-attr]
    assert found.before.patients_outside_lead == 10_000 + 4_000 + 1_000
    assert found.after.patients_outside_lead == 1_000 + 6_000 + 1_000
    assert found.disturbed == 11_000
    assert found.people_moved == found.patients_moved == 0
    assert found.neighbourhoods == ()
    assert [text for outcome, text in checked(found, "benefit") if outcome == "pass"]


def test_an_area_moves_with_its_people_its_patients_and_its_deprivation() -> None:
    found = tried(areas={"n3": SOUTH})
    north, south = ((t.before, t.after) for t in found.neighbourhoods)
    assert [side.residents for side in north] == [70_000, 50_000]
    assert [side.residents for side in south] == [45_000, 65_000]
    assert [side.deviation for side in north] == [
        pytest.approx(70_000 / 57_500 - 1),
        pytest.approx(50_000 / 57_500 - 1),
    ]
    assert [side.imd_score for side in north] == [
        pytest.approx((30 * 40 + 40 * 10) / 70),
        pytest.approx((30 * 40 + 20 * 10) / 50),
    ]
    assert [side.share_most_deprived for side in north] == [pytest.approx(30 / 70), pytest.approx(30 / 50)]
    assert [side.parts for side in north] == [side.parts for side in south] == [1, 1]
    assert found.people_moved == 20_000
    assert found.patients_moved == TABLE[:, 0].sum() / 4
    ash = next(pcn.change.after for pcn in found.pcns if pcn.change.code == "A")
    assert ash is not None
    assert ash.by_neighbourhood == (27_000, 19_000)
    assert not any(pcn.practices_change for pcn in found.pcns)
    # Half of everybody's North is n1, all of it among the most deprived: only what B has there is outside its lead.
    assert found.before.deprived == found.after.deprived == TABLE[:, 0].sum() / 2
    assert found.before.deprived_outside_lead == found.after.deprived_outside_lead == 4_000 / 2


def test_a_practice_stands_where_its_area_has_gone() -> None:
    before, after = tried(areas={"n3": SOUTH}).before_side, tried(areas={"n3": SOUTH}).after_side
    assert (before.place.standing_in["A3"], after.place.standing_in["A3"]) == (NORTH, SOUTH)
    assert after.place.standing_in["A1"] == NORTH


def test_a_neighbourhood_that_falls_apart_is_told_with_its_people() -> None:
    found = tried(areas={"n2": SOUTH})
    north, south = (t.after for t in found.neighbourhoods)
    assert (north.parts, north.people_detached) == (2, 20_000)
    assert (south.parts, south.people_detached) == (2, 20_000)  # n2 does not touch the South either
    assert [outcome for outcome, _ in checked(found, "one piece")] == ["warn", "warn"]
    assert [outcome for outcome, _ in checked(tried(areas={"n3": SOUTH}), "one piece")] == ["pass", "pass"]


def test_an_area_in_no_neighbourhood_joins_one() -> None:
    found = tried(areas={"p1": SOUTH})
    assert found.areas[0].source is None
    assert [t.after.areas for t in found.neighbourhoods] == [3]
    assert found.after.misalignment == found.before.misalignment


def test_an_emptied_neighbourhood_a_border_and_agreed_footprints() -> None:
    assert [outcome for outcome, _ in checked(tried(areas={"s1": NORTH, "s2": NORTH}), "empty neighbourhood")] == [
        "stop"
    ]
    across = tried(areas={"n3": SOUTH}, places=("Borough", "Other"))
    assert checked(across, "borders") == [("stop", "1 area would go to another place: n3.")]
    assert checked(tried(areas={"n3": SOUTH}), "borders") == []
    assert [outcome for outcome, _ in checked(tried(areas={"n3": SOUTH}, final=True), "agreed footprints")] == ["warn"]


def test_the_band_is_local_and_only_advice() -> None:
    found = try_moves(today(made()), Moves.of({}, {"n3": SOUTH}), (48_000.0, 60_000.0))
    north, south = (t for t in found.neighbourhoods)
    assert (north.before.within, north.after.within) == ("above", "inside")
    assert (south.before.within, south.after.within) == ("below", "above")
    assert (found.before.outside_band, found.after.outside_band) == (2, 1)
    bands = [check for check in scenario_checks(found, (48_000.0, 60_000.0)) if check.kind == "band"]
    assert {(str(check.outcome), str(check.mark)) for check in bands} == {("warn", "local"), ("pass", "local")}


def test_leaving_for_none_and_the_end_of_a_pcn() -> None:
    found = tried({"C1": None})
    (cedar,) = found.pcns
    assert cedar.change.after is None
    assert (found.before.pcns, found.after.pcns) == (3, 2)
    assert found.after.practices_without_pcn == 1
    assert checked(found, "no practice left")[0][0] == "warn"
    assert "32,000" in checked(found, "coverage")[0][1]
    split = tried({"A3": "new-1"})
    assert [pcn.change.code for pcn in split.pcns] == ["A", "new-1"]
    assert split.pcns[1].change.before is None
    assert any("below 30,000" in text for outcome, text in checked(split, "smallest list") if outcome == "stop")


def test_an_option_is_a_start() -> None:
    place = made()
    assert start_of(place, "move-A3-B") == {"A3": "B"}
    assert start_of(place, "merge-A-C") == {"C1": "A"}
    assert start_of(place, "no-change") == start_of(place, "pair-A-B") == {}
    assert start_of(place, "split-A-A3") == {"A3": "A/2"}
    with pytest.raises(Problem, match="not the id of an option"):
        start_of(place, "move-A3")


def test_the_id_follows_from_name_and_content() -> None:
    content = ("plan-v1", None, "patients", date(2026, 7, 1), Moves.of({"A3": "B"}, {}), None, None)
    assert scenario_id("One", *content) == scenario_id("One", *content)
    others = {
        scenario_id("Two", *content),
        scenario_id("One", "plan-v2", *content[1:]),
        scenario_id("One", *content[:4], Moves.of({"A3": None}, {}), None, None),
        scenario_id("One", *content[:6], (1.0, 2.0)),
    }
    assert len({*others, scenario_id("One", *content)}) == 5
    assert named("  a \n b ") == "a b"
    for bad in (" ", "x" * 201):
        with pytest.raises(Problem, match="1 to 200"):
            named(bad)
