from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from app.domain.options.dates import dates
from app.domain.options.frontier import Frontier, FrontierPoint, Move, frontier
from app.domain.options.limits import Limits
from app.domain.options.routes import Way, worthwhile
from app.domain.options.suggesting import leaving_alone, suggest
from app.domain.thresholds import Thresholds

from .borough import TABLE, borough, inputs

TODAY = date(2026, 11, 25)
STRICT = Thresholds(aligned=0.95)


def test_a_pcn_that_fits_is_left_alone_and_the_other_works_across() -> None:
    found = suggest(borough(), TODAY)
    assert [route.way for route in found.routes] == [Way.ARRANGEMENT, Way.FITS, Way.FITS]
    ash, beech, _ = found.routes
    assert ash.sentence.startswith("Option for discussion for Ash PCN: no practice changes. North leads (78% of its")
    assert [(s.code, s.patients) for s in ash.others] == [("S1", 10_000)]
    assert beech.sentence == "Beech PCN fits South: 89% of its patients in the place live there. No action."
    assert beech.needs == ()
    assert beech.earliest is None
    assert leaving_alone(borough()).kept == {"B", "C"}
    assert found.frontier.points[-1].moves == ()


def test_a_worthwhile_move_is_put_forward_for_both_pcns() -> None:
    found = suggest(borough(thresholds=STRICT), TODAY)
    ash, beech, cedar = found.routes
    assert (ash.way, beech.way, cedar.way) == (Way.REALIGN, Way.REALIGN, Way.FITS)
    assert ash.moves == beech.moves == (Move("A3", "A", "B"),)
    assert "Practice A3 would leave for Beech PCN" in ash.sentence
    assert "from 78% to 97%" in ash.sentence
    assert "Practice A3 would join from Ash PCN" in beech.sentence
    assert ash.earliest == "1 January 2027, or 1 April 2027 with the contract year"
    assert "the view of the Local Medical Committee" in ash.needs
    for route in found.routes:
        assert all(reason.text and reason.source and reason.mark for reason in route.reasons)
    assert all("Option for discussion" in r.sentence for r in found.routes if r.way is not Way.FITS)


def test_a_move_of_little_worth_is_not_put_forward() -> None:
    for limits in (Limits(benefit_patients=7_001), Limits(benefit_share=0.64), Limits(moves_at_once=0)):
        found = suggest(borough(thresholds=STRICT, limits=limits), TODAY)
        assert found.routes[0].way is Way.ARRANGEMENT
        assert len(found.frontier.points) == 2  # and yet it is shown


def test_worth_is_counted_from_the_last_point_that_was_worth_it() -> None:
    def point(moves: int, outside: float, disturbed: float) -> FrontierPoint:
        made = tuple(Move(f"P{i}", "U", "V") for i in range(moves))
        return FrontierPoint(moves, made, outside, None, disturbed, outside, True)

    line = Frontier(
        (point(0, 9_000, 0), point(1, 8_500, 900), point(2, 6_900, 2_000), point(3, 6_500, 3_000)), None, True
    )
    assert [p.allowed for p in worthwhile(borough(), line)] == [0, 2]


def test_nobody_inside_the_place_is_said_plainly() -> None:
    table = TABLE.copy()
    table[5] = 0
    found = suggest(borough(inputs(table, np.array([0.0, 0, 0, 0, 0, 32_000])), kept=["C"]), TODAY)
    assert found.routes[2].way is Way.ARRANGEMENT
    assert found.routes[2].sentence.startswith("Nobody registered with Cedar PCN lives in the place")
    assert found.routes[2].lead is None


@pytest.mark.parametrize(
    ("today", "earliest", "april"),
    [
        (date(2026, 11, 14), date(2026, 12, 1), date(2027, 4, 1)),
        (date(2026, 11, 15), date(2027, 1, 1), date(2027, 4, 1)),
        (date(2026, 12, 31), date(2027, 2, 1), date(2027, 4, 1)),
        (date(2027, 3, 14), date(2027, 4, 1), date(2027, 4, 1)),
        (date(2027, 3, 15), date(2027, 5, 1), date(2028, 4, 1)),
    ],
)
def test_changes_begin_on_the_first_of_a_month(today: date, earliest: date, april: date) -> None:
    assert (dates(today).earliest, dates(today).contract_year) == (earliest, april)


def test_one_date_is_said_once() -> None:
    assert dates(date(2027, 3, 14)).text == "1 April 2027"


def test_progress_reaches_the_end() -> None:
    seen: list[tuple[int, int]] = []
    frontier(borough(), progress=lambda done, of: seen.append((done, of)))
    assert seen[0] == (0, 6)
    assert seen[-1] == (6, 6)


def test_no_pcn_is_put_forward_to_fit_less_well_for_the_good_of_others() -> None:
    # A3 brings Beech 18,000 patients of the South and 10,000 of the North: a gain in all, but Beech falls by 11 points
    table = TABLE.copy()
    table[2] = [10_000, 18_000]
    found = suggest(borough(inputs(table), thresholds=STRICT), TODAY)
    option = next(o for o in found.options if o.id == "move-A3-B")
    assert option.benefit == 8_000
    assert "Beech PCN itself would fit less well" in option.sentence
    assert all(route.way is not Way.REALIGN for route in found.routes)
    ash = found.routes[0]
    best = max((o for o in found.options), key=lambda o: o.benefit)
    assert f"another option to discuss ({best.kind})" in ash.reasons[-1].text
    assert ash.reasons[-1].text.endswith(f"see {best.id}.")


def test_two_practices_are_shown_once_at_their_best() -> None:
    found = suggest(borough(thresholds=STRICT, limits=Limits(floor=0, benefit_patients=1)), TODAY)
    moved = [tuple(m.practice for m in o.moves) for o in found.options if o.id.startswith("move") and len(o.moves) == 2]
    assert len(moved) == len(set(moved))


def test_a_route_says_what_must_be_looked_at_first() -> None:
    limits = Limits(advice=40_000)
    ash, beech, _ = suggest(borough(thresholds=STRICT, limits=limits), TODAY).routes
    assert beech.reasons[-1].text == "But with 47,000 patients it would need sub-teams."
    assert not [reason for reason in ash.reasons if reason.text.startswith("But")]
    torn = suggest(borough(thresholds=STRICT, neighbours=[]), TODAY).routes[1]
    assert (
        torn.reasons[-1].text == "But its practices would no longer stand in one neighbourhood or in neighbouring ones."
    )
