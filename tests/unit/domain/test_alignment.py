from __future__ import annotations

import numpy as np
import pytest

from app.domain.alignment import align
from geometry.crosstab import Crosstab

from . import toy


def test_the_toy_place_checked_by_eye() -> None:
    found = align(toy.inputs())
    assert [p.code for p in found.pcns] == ["U1", "U2"]  # U1 has 200 inside, 100 outside its lead; U2 10
    union, second = found.pcns
    # N1 and N2 both hold 90 of U1's patients; N2 is the lead because 90 of its 100 people make the larger share
    assert (union.lead, union.lead_name) == ("N2", "Middle")
    assert union.patients == 210
    assert (union.patients_inside, union.patients_outside, union.patients_unknown) == (200, 5, 5)
    assert (union.patients_in_lead, union.patients_outside_lead) == (90, 110)
    assert union.containment == pytest.approx(0.45)
    assert union.class_ == "split"
    assert union.effective_neighbourhoods == pytest.approx(200**2 / (90**2 + 90**2 + 20**2))
    assert union.material_neighbourhoods == ("N1", "N2", "N3")  # N3 by share (10 %)
    assert second.class_ == "aligned"
    assert second.containment == pytest.approx(0.9)
    assert found.misalignment == pytest.approx(1 - (90 + 90) / 300)
    assert found.median_containment == pytest.approx((0.45 + 0.9) / 2)


def test_totals_are_over_all_practices_of_the_plan_and_add_up() -> None:
    found = align(toy.inputs(standing_in={"P1": "N1", "P2": "N2", "P3": "N3", "P4": "N1"}))
    assert found.practices_without_pcn == ("P4",)
    assert found.patients_total == 350
    assert (found.patients_inside, found.patients_outside, found.patients_unknown) == (330, 15, 5)


def test_a_practice_without_pcn_that_stands_outside_belongs_elsewhere() -> None:
    found = align(toy.inputs())
    assert [p.code for p in found.practices] == ["P1", "P2", "P3"]
    assert found.elsewhere.tolist() == [30, 0, 0]


def test_one_place_counts_only_its_own_neighbourhoods_as_inside() -> None:
    found = align(toy.inputs(), "East")
    assert [n.code for n in found.neighbourhoods] == ["N1", "N2"]
    assert [p.code for p in found.pcns] == ["U1"]
    assert (found.pcns[0].patients_inside, found.pcns[0].patients_outside) == (180, 25)
    assert found.elsewhere.tolist() == [30, 10]  # P4 and P3, whose place is another or none


def test_an_unknown_place_is_refused() -> None:
    with pytest.raises(KeyError):
        align(toy.inputs(), "North")


def test_neighbourhoods_count_everybody_registered_there() -> None:
    first, middle, south = align(toy.inputs()).neighbourhoods
    assert (first.patients, first.without_pcn) == (120, 30)
    assert first.pcns_to_reach is None  # U1 holds 90 of 120: 90 % cannot be reached
    assert (middle.patients, middle.pcns_to_reach, middle.leads) == (100, 1, ("U1",))
    assert [(s.code, s.patients) for s in south.by_pcn] == [("U2", 90), ("U1", 20)]
    assert south.pcns_to_reach == 2
    assert first.registered_per_resident == pytest.approx(1.2)
    assert south.registered_per_resident is None


def test_practices_say_where_they_stand_and_where_their_patients_live() -> None:
    found = {p.code: p for p in align(toy.inputs(standing_in={"P1": "N2", "P3": "N3"})).practices}
    assert found["P1"].mismatch
    assert (found["P1"].standing_in, found["P1"].main_neighbourhood) == ("N2", "N1")
    assert not found["P3"].mismatch
    assert not found["P2"].mismatch  # its location is not known
    assert found["P1"].patients_outside_pcn_lead == 80


def test_a_pcn_with_nobody_inside_has_no_lead() -> None:
    table = toy.TABLE.copy()
    table[2] = 0
    by_practice = Crosstab(toy.labelled(table), toy.OUTSIDE + np.array([0, 0, 100, 0]), toy.UNKNOWN)
    empty = next(p for p in align(toy.inputs(by_practice=by_practice)).pcns if p.code == "U2")
    assert empty.lead is None
    assert empty.containment is None
    assert empty.class_ is None
    assert empty.patients == 100


def test_names_fall_back_to_codes() -> None:
    found = align(toy.inputs())
    assert {p.code: p.name for p in found.practices}["P2"] == "P2"
    assert found.practices[0].pcn_name == "UNION PCN"
