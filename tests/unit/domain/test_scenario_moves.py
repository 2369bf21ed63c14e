"""Moves as an address writes them: strict, canonical, and every fault named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.problem import Fault, Problem
from app.domain.scenario.moves import MOST_MOVES, MOST_TEXT, Moves, read_moves, read_pairs

PRACTICES, AREAS = {"F1", "F2"}, {"E1", "E2"}
PCNS, PLAN = {"U1", "U2"}, {"N-1", "North, East>"}

codes = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8).filter(
    lambda code: code.strip() == code and code != "none"
)


def read(text: str) -> Moves:
    return read_moves(read_pairs(text), PRACTICES, AREAS, PCNS, PLAN)


def test_practices_and_areas_are_told_apart_and_put_in_order() -> None:
    moves = read(" E2>N-1, F2>none ,F1>U2,E1>North%2C%20East%3E")
    assert moves.practices == (("F1", "U2"), ("F2", None))
    assert moves.areas == (("E1", "North, East>"), ("E2", "N-1"))
    assert moves.text == "F1>U2,F2>none,E1>North%2C%20East%3E,E2>N-1"
    assert read(moves.text) == moves
    assert len(moves) == 4
    assert read("") == read("  ") == Moves()


@given(st.dictionaries(codes, codes), st.dictionaries(codes, codes))
def test_whatever_the_codes_the_text_reads_back(practices: dict[str, str], areas: dict[str, str]) -> None:
    areas = {code: to for code, to in areas.items() if code not in practices}
    moves = Moves.of({code: None if to == "x" else to for code, to in practices.items()}, areas)
    again = read_moves(read_pairs(moves.text), set(practices), set(areas), set(practices.values()), set(areas.values()))
    assert again == moves
    assert again.text == moves.text


def test_new_pcns_are_new_1_or_part_of_one_that_is_there() -> None:
    assert read("F1>new-1,F2>U1/2").pcn_of == {"F1": "new-1", "F2": "U1/2"}
    for target in ("new-0", "new", "U9/2", "U1/1", "U1/10"):
        with pytest.raises(Problem, match="no PCN of this place"):
            read(f"F1>{target}")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("F1", "CODE>TARGET"),
        ("F1>", "CODE>TARGET"),
        (">U1", "CODE>TARGET"),
        ("F1>U1>U2", "CODE>TARGET"),
        ("F1>U1,,F2>U2", "Move 2"),
        ("F1>%ff", "UTF-8"),
        ("F1>U1,F1>U2", "F1 is moved twice"),
        ("E1>N-1,E1>N-1", "E1 is moved twice"),
        ("F9>U1", "F9 is no practice"),
        ("F1>U9", "U9"),
        ("F1>N-1", "no PCN"),
        ("E1>U1", "no neighbourhood"),
        ("E1>none", "no neighbourhood"),
    ],
)
def test_what_is_wrong_is_said(text: str, word: str) -> None:
    with pytest.raises(Problem) as caught:
        read(text)
    assert caught.value.fault is Fault.BAD_INPUT
    assert word in caught.value.detail
    assert caught.value.remedy
    assert caught.value.findings[0].field == "moves"


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(Problem) as caught:
        read("F9>U1,F1>U9,E1>U1")
    assert [finding.value for finding in caught.value.findings] == ["F9", "U9", "U1"]
    assert "and 2 more" in caught.value.detail


def test_there_is_a_bound_on_text_and_on_moves() -> None:
    assert read_pairs("F1>U1".ljust(MOST_TEXT)) == (("F1", "U1"),)
    with pytest.raises(Problem) as long:
        read_pairs("F1>U1".ljust(MOST_TEXT + 1))
    many = {f"P{n}" for n in range(MOST_MOVES + 1)}
    with pytest.raises(Problem) as heavy:
        read_moves(((code, "U1") for code in sorted(many)), many, (), PCNS, ())
    assert long.value.fault is heavy.value.fault is Fault.TOO_LARGE
