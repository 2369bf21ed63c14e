"""The main job on the official files of London, against published totals and an independent computation.

The independent side uses pandas alone: joins and group-bys on the files themselves, none of the service's code.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.services.aligning import Answer, Question, answer
from app.services.answers import summary
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store
from tests.london import GROUND, LISTS, LOOKUP_A, ON, POLYGONS_A, load_london
from tests.papers import Tables, figure

POLYGONS, LOOKUP = "illustrative_footprints_a", "illustrative_footprints_a_lsoa21"


@pytest.fixture(scope="module")
def london(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('london') / 'london.sqlite'}")
    return load_london(store, shared_data, (*GROUND, POLYGONS_A, LOOKUP_A))


@pytest.fixture(scope="module")
def whole(london: Workspace) -> Answer:
    return answer(london, Question(POLYGONS, as_of=ON))


@pytest.fixture(scope="module")
def independent(shared_data: Path) -> pd.DataFrame:
    """Patients by practice and neighbourhood, "outside" or "unknown", from the files alone."""
    lists = pd.read_csv(shared_data / LISTS, keep_default_na=False).rename(
        columns={"PRACTICE_CODE": "practice", "LSOA_CODE": "lsoa11_code", "NUMBER_OF_PATIENTS": "patients"}
    )
    parts = pd.read_csv(shared_data / "london/lsoa11_to_lsoa21.csv")[["lsoa11_code", "lsoa21_code"]]
    people = gpd.read_parquet(shared_data / "london/lsoa21_units.parquet").set_index("LSOA21CD")[
        "population_census2021"
    ]
    parts["people"] = parts["lsoa21_code"].map(people).astype(float)
    parts["weight"] = parts["people"] / parts.groupby("lsoa11_code")["people"].transform("sum")
    plan = pd.read_csv(shared_data / "london/illustrative_footprints_a_lsoa21.csv")
    parts = parts.merge(plan, left_on="lsoa21_code", right_on="LSOA_2021_CODE", validate="many_to_one")
    joined = lists.merge(parts, on="lsoa11_code", how="left")
    joined["where"] = joined["NEIGHBOURHOOD_CODE"].fillna(
        pd.Series(np.where(joined["lsoa11_code"] == "NO2011", "unknown", "outside"), index=joined.index)
    )
    joined["count"] = joined["patients"] * joined["weight"].fillna(1.0)
    return joined.pivot_table(index="practice", columns="where", values="count", aggfunc="sum", fill_value=0.0)


def test_the_published_totals(whole: Answer, london: Workspace) -> None:
    said = summary(whole, london.thresholds)
    assert (said["neighbourhoods"], said["practices"], said["pcns"]) == (161, 1_183, 199)
    assert said["practices_without_pcn"] == 19
    assert said["patients_total"] == 10_700_156
    assert (said["patients_inside"], said["patients_outside"], said["patients_unknown"]) == (10_607_182, 87_885, 5_089)


def test_n_equals_an_independent_computation_to_the_patient(whole: Answer, independent: pd.DataFrame) -> None:
    ours = whole.alignment.by_practice
    assert list(ours.table.rows) == sorted(independent.index)
    theirs = independent.loc[list(ours.table.rows)]
    np.testing.assert_allclose(ours.table.dense(), theirs[list(ours.table.columns)].to_numpy(), rtol=0, atol=1e-6)
    np.testing.assert_allclose(ours.outside, theirs["outside"].to_numpy(), rtol=0, atol=1e-6)
    np.testing.assert_allclose(ours.unknown, theirs["unknown"].to_numpy(), rtol=0, atol=1e-6)


def test_the_figures_equal_an_independent_computation(
    whole: Answer, independent: pd.DataFrame, shared_data: Path
) -> None:
    practices = pd.read_csv(shared_data / "london/practices_2022-07.csv").dropna(subset="pcn_code")
    inside = independent.drop(columns=["outside", "unknown"])
    by_pcn = inside.groupby(independent.index.map(practices.set_index("practice_code")["pcn_code"])).sum()
    largest, totals = by_pcn.max(axis=1), by_pcn.sum(axis=1)
    assert whole.alignment.misalignment == pytest.approx(1 - largest.sum() / totals.sum(), abs=1e-12)
    assert whole.alignment.median_containment == pytest.approx((largest / totals).median(), abs=1e-12)
    ours = {p.code: p for p in whole.alignment.pcns}
    assert sorted(ours) == list(by_pcn.index)
    for code in by_pcn.index:
        assert ours[code].lead == by_pcn.loc[code].idxmax()
        assert ours[code].containment == pytest.approx(largest[code] / totals[code], abs=1e-12)
        shares = by_pcn.loc[code] / totals[code]
        assert ours[code].effective_neighbourhoods == pytest.approx(1 / (shares**2).sum(), abs=1e-9)


def test_a_practice_in_two_pcns_counts_once_and_is_warned_of(whole: Answer) -> None:
    members = [p.code for p in whole.alignment.pcns if "F82001" in p.practices]
    assert members == ["U11211"]
    assert any("F82001" in warning and "U86966" in warning for warning in whole.warnings)


def test_gp_at_hand_is_spread_over_london_not_dropped(whole: Answer) -> None:
    spread = next(p for p in whole.alignment.practices if p.code == "E85124")
    assert spread.patients == pytest.approx(111_330)
    assert len(spread.by_neighbourhood) == 161
    assert spread.main_share is not None
    assert spread.main_share < 0.1


def test_practices_without_a_pcn_are_listed(whole: Answer) -> None:
    assert len(whole.alignment.practices_without_pcn) == 19


def test_a_practice_without_coordinates_is_placed_by_its_postcode_area(whole: Answer) -> None:
    assert "F83658" not in whole.ground.points.index
    assert next(p for p in whole.alignment.practices if p.code == "F83658").standing_in is not None


def test_a_list_of_areas_and_polygons_of_the_same_plan_give_the_same_figures(london: Workspace, whole: Answer) -> None:
    listed = answer(london, Question(LOOKUP, as_of=ON))
    assert [p.code for p in listed.alignment.pcns] == [p.code for p in whole.alignment.pcns]
    np.testing.assert_allclose(
        listed.alignment.by_pcn.table.dense(), whole.alignment.by_pcn.table.dense(), rtol=0, atol=1e-9
    )
    assert {p.code: p.standing_in for p in listed.alignment.practices} == {
        p.code: p.standing_in for p in whole.alignment.practices
    }


def test_one_place_has_the_practices_of_its_pcns(london: Workspace) -> None:
    found = answer(london, Question(POLYGONS, place="barking-and-dagenham", as_of=ON)).alignment
    assert (len(found.practices), len(found.pcns), len(found.neighbourhoods)) == (33, 6, 4)


def test_the_places_hold_every_practice_once(london: Workspace, whole: Answer) -> None:
    places = whole.ground.version.places
    assert len(places) == 31
    held = [
        practice.code
        for place in places
        for practice in answer(london, Question(POLYGONS, place=place, as_of=ON)).alignment.practices
    ]
    assert sorted(held) == sorted(p.code for p in whole.alignment.practices)


@pytest.fixture(scope="module")
def paper(london: Workspace) -> Tables:
    asked = {"footprints": POLYGONS, "place": "southwark", "as_of": ON.isoformat()}
    with TestClient(create_app(london, Settings(_env_file=None))) as client:
        said = client.get("/api/v1/paper", params=asked)
    assert said.status_code == 200, said.text
    return Tables(said.text)


def test_the_paper_of_a_place_has_the_patients_that_the_files_have(
    paper: Tables, independent: pd.DataFrame, shared_data: Path
) -> None:
    plan = pd.read_csv(shared_data / "london/illustrative_footprints_a_lsoa21.csv")
    code_of = plan[plan["PLACE"] == "Southwark"].groupby("NEIGHBOURHOOD_NAME")["NEIGHBOURHOOD_CODE"].first()
    practices = pd.read_csv(shared_data / "london/practices_2022-07.csv").dropna(subset="pcn_code")
    by_pcn = independent.groupby(independent.index.map(practices.set_index("practice_code")["pcn_name"])).sum()
    head, *rows = paper.tables["Registered patients of each PCN by neighbourhood"]
    names = head[1:-3]
    assert sorted(names) == sorted(code_of.index)
    pcns = [row for row in rows if row[0] in by_pcn.index]
    assert len(pcns) == 3
    for row in pcns:
        cells = [figure(cell) for cell in row[1:]]
        theirs = by_pcn.loc[row[0]]
        for name, cell in zip(names, cells, strict=False):
            assert cell == pytest.approx(theirs[code_of[name]], abs=1), (row[0], name)
        assert cells[-1] == round(theirs.sum())
        assert abs(sum(cells[:-1]) - cells[-1]) <= 2, "nobody lost, but for parts of patients that are rounded"


def test_the_paper_of_a_place_names_its_wards(paper: Tables, shared_data: Path) -> None:
    plan = pd.read_csv(shared_data / "london/illustrative_footprints_a_lsoa21.csv").set_index("LSOA_2021_CODE")
    wards = gpd.read_parquet(shared_data / "london/lsoa21_units.parquet").set_index("LSOA21CD")["ward24_name"]
    mine = plan[plan["PLACE"] == "Southwark"]
    theirs = wards.reindex(mine.index).groupby(mine["NEIGHBOURHOOD_NAME"]).unique()
    ours = {name: said.split(", ") for name, said in paper.tables["Electoral wards of each neighbourhood"][1:]}
    assert ours == {name: sorted(found) for name, found in theirs.items()}
