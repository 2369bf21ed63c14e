from __future__ import annotations

import numpy as np
import pytest

from app.domain.options.kinds import merge, move, split
from app.domain.options.limits import Limits
from app.domain.options.nearness import contiguous, distance
from app.domain.options.rules import Check, Mark, Outcome, fits
from app.domain.options.situation import Situation
from app.domain.options.states import states

from .borough import NORTH, SOUTH, TABLE, borough, inputs


def found(place: Situation, wanted: dict[str, str], kind: str) -> list[Check]:
    return [check for check in move(place, wanted).checks if check.kind == kind]


def test_stops_come_first_and_every_check_names_its_source() -> None:
    checks = move(borough(kept=["B"]), {"A1": "B"}).checks
    outcomes = [check.outcome for check in checks]
    assert outcomes == sorted(outcomes, key=["stop", "warn", "pass", "not checked"].index)
    assert all(check.source and check.text.endswith(".") for check in checks)


def test_a_list_below_the_floor_today_may_not_shrink() -> None:
    high = borough(limits=Limits(floor=40_000, advice=50_000))
    ash, beech = found(high, {"A3": "B"}, "smallest list")
    assert (ash.outcome, ash.mark) == (Outcome.STOP, Mark.RULE)
    assert beech.outcome is Outcome.PASS
    below = found(borough(limits=Limits(floor=49_000, advice=50_000)), {"A3": "B"}, "smallest list")[1]
    assert below.outcome is Outcome.WARN
    assert "still below 49,000, as today (36,000)" in below.text


def test_a_large_list_needs_sub_teams_and_a_very_large_one_is_refused() -> None:
    (warned,) = found(borough(limits=Limits(advice=40_000)), {"A3": "B"}, "largest list")
    assert (warned.outcome, warned.mark) == (Outcome.WARN, Mark.GUIDANCE)
    (refused,) = found(borough(limits=Limits(advice=40_000, ceiling=46_999)), {"A3": "B"}, "largest list")
    assert (refused.outcome, refused.mark) == (Outcome.STOP, Mark.LOCAL)
    assert found(borough(limits=Limits(advice=34_000)), {"A3": "B"}, "largest list")[0].text.startswith("Beech")


def test_consent_and_borders_stop() -> None:
    assert found(borough(staying=["A3"]), {"A3": "B"}, "consent")[0].outcome is Outcome.STOP
    assert found(borough(kept=["A"]), {"A3": "B"}, "consent")[0].text == "Ash PCN has said that it does not change."
    apart = borough(icb_of={"A3": "west", "B1": "east"})
    assert found(apart, {"A3": "B"}, "borders")[0].outcome is Outcome.STOP
    assert found(borough(), {"A3": "B"}, "borders") == []


def test_one_practice_left_is_a_warning() -> None:
    place = borough(limits=Limits(floor=1_000))
    assert found(place, {"B1": "A"}, "one practice")[0].text == (
        "Beech PCN would be left with one practice, Practice B2."
    )
    assert found(place, {"A3": "C"}, "one practice") == []  # C has one today
    assert [c for c in split(place, "A", ["A3"]).checks if c.kind == "one practice"]


def test_contiguity_is_checked_where_the_map_is_known() -> None:
    assert {c.outcome for c in found(borough(), {"A3": "B"}, "contiguity")} == {Outcome.PASS}
    torn = borough(neighbours=[])
    joined, left = sorted(found(torn, {"A3": "B"}, "contiguity"), key=lambda check: check.text, reverse=True)
    assert {check.outcome: "Beech" in check.text for check in (joined, left)} == {
        Outcome.WARN: True,
        Outcome.PASS: False,
    }
    unknown = found(borough(neighbours=None), {"A3": "B"}, "contiguity")
    assert {c.outcome for c in unknown} == {Outcome.NOT_CHECKED}


def test_neighbouring_neighbourhoods_hang_together() -> None:
    place = borough()
    assert contiguous(place, ["A1", "B1"]) is True
    assert contiguous(borough(neighbours=[]), ["A1", "B1"]) is False
    assert contiguous(borough(neighbours=[]), ["A1", "A2"]) is True
    assert contiguous(borough(neighbours=None), ["A1"]) is None


def test_distance_is_to_the_nearest_other_practice() -> None:
    place = borough()
    assert distance(place, "A3", ["A3", "B1", "B2"]) == 1_000
    assert distance(place, "A3", ["A3"]) is None
    assert distance(borough(points=None), "A3", ["B1"]) is None
    assert found(borough(limits=Limits(apart=999)), {"A3": "B"}, "distance")[0].outcome is Outcome.WARN
    assert found(borough(limits=Limits(apart=1_000)), {"A3": "B"}, "distance") == []


def test_a_small_benefit_is_called_small() -> None:
    (good,) = found(borough(), {"A3": "B"}, "benefit")
    assert good.outcome is Outcome.PASS
    assert good.text.startswith("7,000 fewer patients")
    (few,) = found(borough(limits=Limits(benefit_patients=7_001)), {"A3": "B"}, "benefit")
    assert "fewer than 7,001 patients" in few.text
    (dear,) = found(borough(limits=Limits(benefit_share=0.7)), {"A3": "B"}, "benefit")
    assert "less than 70% of the patients whose PCN changes" in dear.text
    (flat,) = found(borough(limits=Limits(benefit_points=0.2)), {"A3": "B"}, "benefit")
    assert (flat.outcome, flat.mark) == (Outcome.WARN, Mark.LOCAL)
    assert not [c for c in merge(borough(), "A", "C").checks if c.kind == "benefit"]


def test_unknown_residence_is_a_warning_above_a_share() -> None:
    some = borough(inputs(TABLE, np.array([0.0, 0, 0, 2_500, 0, 0])))
    (doubtful,) = found(some, {"A3": "B"}, "unknown residence")
    assert doubtful.text == "Where 5% of the patients of Beech PCN live is not known."
    assert found(borough(), {"A3": "B"}, "unknown residence") == []


def test_a_pcn_that_fits_is_to_be_left_alone() -> None:
    place = borough()
    now = states(place)
    assert [fits(place, now[code]) for code in "ABC"] == [False, True, True]
    (said,) = found(place, {"A3": "B"}, "well-functioning")
    assert said.text == "Beech PCN fits its neighbourhood today (89% of its patients)."
    assert "limited cases" in said.source
    assert not fits(_torn(), states(_torn())["B"])


def _torn() -> Situation:
    """B's practices stand in neighbourhoods that do not touch."""
    made = inputs()
    return borough(
        type(made)(**{**made.__dict__, "standing_in": {**made.standing_in, "B1": NORTH, "B2": SOUTH}}), neighbours=[]
    )


@pytest.mark.parametrize("outcome", list(Outcome))
def test_outcomes_are_plain_words(outcome: Outcome) -> None:
    assert str(outcome) in ("pass", "warn", "stop", "not checked")
