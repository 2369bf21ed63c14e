"""The lookups on the official files of London, against the files themselves and an independent count with pandas."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from app.services.lookups import Wanted, table
from app.services.workspace import Workspace
from app.store.store import Store
from tests.london import GROUND, LISTS, LOOKUP_A, ON, POLYGONS_A, load_london

POLYGONS, LOOKUP = "illustrative_footprints_a", "illustrative_footprints_a_lsoa21"


@pytest.fixture(scope="module")
def london(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('london') / 'london.sqlite'}")
    return load_london(store, shared_data, (*GROUND, POLYGONS_A, LOOKUP_A))


def frame(work: Workspace, name: str, footprints: str = LOOKUP, **more: str) -> pd.DataFrame:
    return pd.DataFrame(table(work, name, Wanted(footprints, as_of=ON, **more)).rows)


def test_the_areas_of_a_list_come_back_as_they_were_listed(london: Workspace, shared_data: Path) -> None:
    listed = pd.read_csv(shared_data / "london/illustrative_footprints_a_lsoa21.csv")
    rows = frame(london, "lsoa-neighbourhood")
    assert len(rows) == len(listed) == 4_994
    assert (rows["share"] == 1).all()
    named = {"LSOA_2021_CODE": "area_code", "NEIGHBOURHOOD_CODE": "neighbourhood_code", "PLACE": "place"}
    given = listed.rename(columns=named).sort_values("area_code")
    for column in named.values():
        assert rows[column].tolist() == given[column].tolist()


def test_drawn_and_listed_give_nearly_every_area_the_same_neighbourhood(london: Workspace) -> None:
    drawn, listed = frame(london, "lsoa-neighbourhood", POLYGONS), frame(london, "lsoa-neighbourhood")
    assert drawn.groupby("area_code")["share"].sum().round(9).eq(1).all()
    main = drawn[drawn["main"]].set_index("area_code")["neighbourhood_name"]
    same = main == listed.set_index("area_code")["neighbourhood_name"].reindex(main.index)
    assert same.mean() > 0.99


def test_every_patient_of_every_practice_is_in_one_column(london: Workspace, shared_data: Path) -> None:
    lists = pd.read_csv(shared_data / LISTS, keep_default_na=False)
    whole = lists.groupby("PRACTICE_CODE")["NUMBER_OF_PATIENTS"].sum()
    rows = frame(london, "practice-pcn-neighbourhood").set_index("practice_code")
    assert len(rows) > 1_100
    assert (rows["patients"] - whole.reindex(rows.index)).abs().max() < 0.01
    parts = rows[["patients_inside", "patients_outside", "patients_unknown"]].sum(axis=1)
    assert (rows["patients"] - parts).abs().max() < 0.05


def test_long_and_wide_hold_the_same_patients(london: Workspace) -> None:
    long, wide = frame(london, "pcn-neighbourhood"), frame(london, "pcn-neighbourhood-wide").set_index("pcn_code")
    pcns = long[~long["pcn_code"].isin(["WITHOUT_PCN", "ELSEWHERE"])]
    assert (pcns.groupby("pcn_code")["patients"].sum() - wide["patients"]).abs().max() < 0.5
    practices = frame(london, "practice-pcn-neighbourhood")
    of_pcn = practices.groupby("pcn_code")["patients"].sum()
    assert (of_pcn - wide["patients"]).abs().max() < 0.05


def test_the_pcn_of_an_area_is_the_one_with_most_patients_in_the_files(london: Workspace, shared_data: Path) -> None:
    lists = pd.read_csv(shared_data / LISTS, keep_default_na=False)
    rows = frame(london, "lsoa-pcn")
    of_practice = frame(london, "practice-pcn-neighbourhood").set_index("practice_code")["pcn_code"]
    lookup = pd.read_csv(shared_data / "london/lsoa11_to_lsoa21.csv")
    unchanged = set(lookup.loc[lookup["change_code"] == "U", "lsoa21_code"])
    counted = (
        lists.assign(pcn=lists["PRACTICE_CODE"].map(of_practice))
        .groupby(["LSOA_CODE", "pcn"])["NUMBER_OF_PATIENTS"]
        .sum()
    )
    alike = rows[rows["area_code"].isin(unchanged)].set_index("area_code")
    assert len(alike) > 4_500
    assert (alike["patients"] - counted.groupby(level=0).max().reindex(alike.index)).abs().max() < 0.01
    of_area = counted.groupby(level=0).sum().reindex(alike.index)
    assert (alike["patients_of_area"] - of_area).abs().max() < 0.01
    assert (alike["contested"] == (alike["patients"] < of_area / 2)).all()
