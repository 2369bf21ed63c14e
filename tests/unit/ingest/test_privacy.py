from __future__ import annotations

import pytest

from app.domain.problem import Fault, Problem
from app.ingest.privacy import is_nhs_number, refuse_personal_data
from app.ingest.reader import ReadOptions
from app.ingest.readers.registrations import RegistrationsReader
from app.ingest.recognise import recognise
from tests.unit.ingest.conftest import Make

# made up, with a right check digit: the ranges 999 are kept for tests and never given to a person
NUMBERS = ["9990000018", "999 000 0026", "9990000034", "9990000042"]


def test_the_check_digit_tells_an_nhs_number_from_a_telephone_number() -> None:
    assert all(is_nhs_number(number) for number in NUMBERS)
    assert not is_nhs_number("9990000019")
    assert not is_nhs_number("0000000000")
    assert not is_nhs_number("01642672351")


@pytest.mark.parametrize(
    "name",
    [
        "nhs number",
        "nhs no",
        "nhsnumber",
        "patient nhs number",
        "date of birth",
        "dob",
        "surname",
        "forename",
        "first name",
        "patient name",
        "patient postcode",
        "full name",
    ],
)
def test_columns_named_like_personal_data_are_refused(name: str) -> None:
    with pytest.raises(Problem) as raised:
        refuse_personal_data("x.csv", ["practice code", name], [])
    assert raised.value.fault == Fault.NOT_ALLOWED
    assert name in raised.value.detail


@pytest.mark.parametrize(
    "name", ["practice name", "pcn name", "name", "postcode", "practice postcode", "open date", "nhser24cd", "lsoa21nm"]
)
def test_columns_of_the_official_files_are_not(name: str) -> None:
    refuse_personal_data("x.csv", [name], [["1"]])


def test_a_column_full_of_nhs_numbers_is_refused_under_any_name() -> None:
    with pytest.raises(Problem, match="NHS numbers"):
        refuse_personal_data("x.csv", ["practice", "id"], [["A81001", number] for number in NUMBERS])
    refuse_personal_data("x.csv", ["practice", "uprn"], [["A81001", f"10000012{n:02}"] for n in range(50)])


def test_nothing_is_read_of_such_a_file(made: Make) -> None:
    rows = "".join(f"A81001,E01000001,1,{number}\n" for number in NUMBERS)
    source = made("practice_code,lsoa21cd,patients,key\n" + rows)
    for step in (lambda: recognise(source), lambda: RegistrationsReader().read(source, ReadOptions())):
        with pytest.raises(Problem) as raised:
            step()
        assert raised.value.fault == Fault.NOT_ALLOWED
