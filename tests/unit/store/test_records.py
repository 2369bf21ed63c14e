from __future__ import annotations

from datetime import date

import pytest

from app.domain.records import Status, dataset_id

SHA = "0123456789abcdef" * 4


def test_id_is_the_same_for_the_same_file_read_the_same_way() -> None:
    one = dataset_id("areas", SHA, {"layer": "lsoa", "columns": {"code": "LSOA21CD", "name": "LSOA21NM"}})
    two = dataset_id("areas", SHA.upper(), {"columns": {"name": "LSOA21NM", "code": "LSOA21CD"}, "layer": "lsoa"})
    assert one == two
    assert len(one) == 12
    assert int(one, 16) >= 0


def test_id_never_changes_between_releases() -> None:
    # Worked out with: printf '["areas","0123…",{"as_of":"2025-09-01"}]' | sha256sum | cut -c1-12
    assert dataset_id("areas", SHA, {"as_of": date(2025, 9, 1)}) == "2fcf58d4f11d"


@pytest.mark.parametrize(
    ("kind", "sha256", "options"),
    [
        ("practices", SHA, {"layer": "a"}),
        ("areas", "f" + SHA[1:], {"layer": "a"}),
        ("areas", SHA, {"layer": "b"}),
        ("areas", SHA, {}),
        ("areas", SHA, {"crs": "a"}),
    ],
)
def test_id_tells_kind_file_and_options_apart(kind: str, sha256: str, options: dict[str, str]) -> None:
    assert dataset_id(kind, sha256, options) != dataset_id("areas", SHA, {"layer": "a"})


def test_options_that_are_not_set_do_not_count() -> None:
    assert dataset_id("areas", SHA, {"layer": None, "columns": {}, "crs": ""}) == dataset_id("areas", SHA)


def test_an_option_that_has_no_lasting_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        dataset_id("areas", SHA, {"layer": object()})


def test_agreed_moves_only_onwards() -> None:
    moves = {(a, b) for a in Status for b in Status if a.may_become(b)}
    before = {Status.DRAFT, Status.SHARED, Status.PROPOSED}
    assert {b for a, b in moves if a is Status.AGREED} == {Status.AGREED, Status.SUPERSEDED}
    assert {b for a, b in moves if a is Status.SUPERSEDED} == {Status.SUPERSEDED}
    assert all((a, b) in moves for a in before for b in Status)
