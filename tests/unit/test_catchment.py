from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from geometry.catchment import by_group, core_areas, plurality, sharing
from geometry.labelled import Labelled


def table(cells: dict[str, dict[str, float]]) -> Labelled:
    triples = [(row, column, value) for row, line in cells.items() for column, value in line.items()]
    return Labelled.from_triples(*zip(*triples, strict=True))  # type: ignore[arg-type]


LISTS = table({
    "P1": {"A1": 50, "A2": 10, "UNKNOWN": 40},
    "P2": {"A1": 30, "A2": 10, "A3": 5},
    "P3": {"A1": 40, "A3": 20},
})  # fmt: skip


def test_plurality_with_share_and_margin() -> None:
    found = plurality(LISTS, unplaced=["UNKNOWN"])
    assert found.areas == ("A1", "A2", "A3")
    assert found.assignment == {"A1": "P1", "A2": "P1", "A3": "P3"}
    assert found.share.tolist() == pytest.approx([50 / 120, 0.5, 0.8])
    assert found.margin.tolist() == pytest.approx([10 / 120, 0, 0.6])
    assert found.contested.tolist() == [True, False, False]
    assert found.share_inside == pytest.approx((50 + 10 + 20) / 165)


def test_a_tie_goes_to_the_larger_list_then_the_first_code() -> None:
    tied = table({"P2": {"A": 5, "B": 7}, "P1": {"A": 5, "B": 1}, "P0": {"A": 5, "B": 1}})
    assert plurality(tied).assignment["A"] == "P2"
    level = table({"P2": {"A": 5}, "P1": {"A": 5}})
    assert plurality(level).assignment == {"A": "P1"}
    shuffled = level.with_rows(["P2", "P1"])
    assert plurality(shuffled).assignment == {"A": "P1"}


def test_only_given_providers_lead_but_shares_are_of_everybody() -> None:
    found = plurality(LISTS, among=["P2"], unplaced=["UNKNOWN"])
    assert found.assignment == {"A1": "P2", "A2": "P2", "A3": "P2"}
    assert found.share.tolist() == pytest.approx([30 / 120, 0.5, 0.2])
    assert found.contested.tolist() == [True, False, True]
    with pytest.raises(ValueError, match="P9"):
        plurality(LISTS, among=["P9"])


def test_an_area_without_patients_belongs_to_nobody() -> None:
    found = plurality(LISTS.with_columns(["A1", "A9"]))
    assert found.provider == ("P1", None)
    assert not found.contested[1]
    assert found.assignment == {"A1": "P1"}
    nobody = Labelled(("P",), ("A",), sparse.csr_array((1, 1)))
    assert plurality(nobody).provider == (None,)
    assert plurality(nobody).share_inside == 0


def test_practices_are_summed_before_an_area_is_given() -> None:
    practices = table({"p1": {"A": 18}, "p2": {"A": 14}, "p3": {"A": 6}, "loner": {"A": 99}})
    groups = {"p1": "S", "p2": "J", "p3": "J"}
    summed = by_group(practices, groups)
    assert summed.rows == ("J", "S")
    assert summed.total() == practices.total() - 99
    assert plurality(summed).assignment == {"A": "J"}
    with pytest.raises(ValueError, match="group"):
        by_group(practices, {"other": "X"})


def test_core_includes_the_area_that_crosses_and_orders_ties_by_code() -> None:
    one = table({"P": {"C": 30, "B": 30, "A": 20, "D": 20}})
    assert core_areas(one, 0.5).areas_of("P") == ("B", "C")
    assert core_areas(one, 0.6).areas_of("P") == ("B", "C")
    found = core_areas(one, 0.61)
    assert found.areas_of("P") == ("A", "B", "C")
    assert found.held.tolist() == pytest.approx([0.8])


def test_unknown_residence_stays_in_the_denominator() -> None:
    found = core_areas(LISTS, 0.6, unplaced=["UNKNOWN"])
    assert found.unplaced.tolist() == pytest.approx([0.4, 0, 0])
    assert found.areas_of("P1") == ("A1", "A2")
    assert found.reached.tolist() == [True, True, True]
    out_of_reach = core_areas(LISTS, 0.8, unplaced=["UNKNOWN"])
    assert out_of_reach.reached.tolist() == [False, True, True]
    assert out_of_reach.held[0] == pytest.approx(0.6)


@pytest.mark.parametrize("share", [0.49, 0.99])
def test_core_outside_50_to_98_per_cent_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="50 %"):
        core_areas(LISTS, share)


def test_sharing_keeps_cells_at_or_above_the_minimum() -> None:
    cells = table({"P1": {"A": 95}, "P2": {"A": 5, "B": 4}, "P3": {"B": 96}})
    assert sharing(cells).dense().tolist() == [[95, 0], [5, 0], [0, 96]]
    with pytest.raises(ValueError, match="smallest share"):
        sharing(cells, 0)


def test_negative_patients_are_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        plurality(Labelled(("P",), ("A",), sparse.csr_array(np.array([[-1.0]]))))


def test_west_sussex_gives_the_published_pcn_for_492_of_507_areas(shared_data: Path) -> None:
    """492 with every PCN of England as a candidate; 9 areas more once only the place's own 20 PCNs may lead."""
    folder = shared_data / "west_sussex"
    rows = pd.read_parquet(folder / "registrations_2022-07.parquet")
    national = pd.read_csv(shared_data / "england" / "practices_2022-07.csv").dropna(subset=["pcn_code"])
    own = pd.read_csv(folder / "practices_2022-07.csv")["pcn_code"].unique()
    published = pd.read_csv(folder / "lsoa_pcn_lookup_Feb_22.csv")
    registered = Labelled.from_triples(rows["practice_code"], rows["lsoa11cd"], rows["patients"])
    lists = by_group(registered, national.set_index("practice_code")["pcn_code"].to_dict())
    pairs = list(zip(published["LSOA11CD"].str.strip(), published["PCN_Code"].str.strip(), strict=True))

    def agreeing(assigned: dict[str, str]) -> int:
        return sum(assigned.get(area) == pcn for area, pcn in pairs)

    assert (len(pairs), len(own)) == (507, 20)
    assert agreeing(plurality(lists).assignment) == 492
    assert agreeing(plurality(lists, among=own).assignment) == 501


def test_london_july_2022(shared_data: Path) -> None:
    folder = shared_data / "london"
    rows = pd.read_parquet(folder / "registrations_2022-07.parquet")
    practices = pd.read_csv(folder / "practices_2022-07.csv").dropna(subset=["pcn_code"])
    rows = rows[rows["lsoa_in_london"]]
    registered = Labelled.from_triples(rows["practice_code"], rows["lsoa11cd"], rows["patients"])
    lists = by_group(registered, practices.set_index("practice_code")["pcn_code"].to_dict())
    found = plurality(lists)
    assert lists.values.shape == (199, 4835)
    assert found.share_inside == pytest.approx(0.650, abs=5e-4)
    assert np.median(found.share) == pytest.approx(0.655, abs=5e-4)
    assert 1 - found.contested.mean() == pytest.approx(0.759, abs=2e-3)
    assert set(found.assignment.values()) == set(lists.rows)  # no PCN is left without an area
    assert sharing(lists).total() / lists.total() == pytest.approx(0.903, abs=5e-4)
    core = core_areas(lists, 0.5)
    in_cores = Counter(np.asarray(core.member.values.sum(axis=0)).ravel().astype(int).tolist())
    assert np.median(np.asarray(core.member.values.sum(axis=1))) == 17
    assert in_cores[0] / 4835 == pytest.approx(0.30, abs=5e-3)
    assert np.median(np.asarray(core_areas(lists, 0.8).member.values.sum(axis=1))) == 38
