"""Known answers in London: wards nest exactly in the illustrative plan, and its places are boroughs but for two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from app.domain.problem import Problem
from app.ingest.source import Source
from app.services import agreeing, checking, layers
from app.services.loading import LoadRequest, load
from app.services.workspace import Workspace
from app.store.store import Store

PLAN = "plan-a"
CITY = "E09000001"


@pytest.fixture(scope="module")
def london(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = shared_data / "london"
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('layers') / 'london.sqlite'}")
    store.upgrade()
    wards, boroughs = "wards_2024_bestfit_from_lsoa21.gpkg", "boroughs_2022.gpkg"
    requests = [
        LoadRequest(Source.of(folder / "lsoa21_units.parquet")),
        LoadRequest(Source.of(folder / "illustrative_footprints_a_lsoa21.csv"), footprint_name="Plan A"),
        LoadRequest(Source.of(folder / wards), footprint_name="Wards", layer_of="Wards"),
        LoadRequest(Source.of(folder / boroughs), footprint_name="Boroughs", layer_of="Boroughs"),
    ]
    load(store, requests)
    return Workspace(store)


@pytest.fixture(scope="module")
def found(london: Workspace) -> dict[str, Any]:
    return {item["layer"]: item for item in layers.summary(layers.distances(london, PLAN))["items"]}


def test_no_ward_is_split_and_everybody_is_in_the_main_neighbourhood_of_their_ward(found: dict[str, Any]) -> None:
    wards = found["wards"]
    assert (wards["areas_compared"], wards["areas_split"], wards["in_split_off_parts"]) == (684, 0, 0)
    assert wards["in_both"] == 8_799_689
    assert wards["same_main_share"] == wards["layer_within_plan"] == 1
    assert wards["plan_within_layer"] < 0.9
    assert wards["directions"][1]["words"] == "Every area of Wards lies within one neighbourhood."


def test_boroughs_hold_the_plan_except_where_two_of_them_are_one_place(
    found: dict[str, Any], london: Workspace, shared_data: Path
) -> None:
    boroughs = found["boroughs"]
    assert boroughs["areas_compared"] == 33
    # The City of London is the one borough that lies within a single neighbourhood, which it shares with Hackney.
    assert [row["code"] for row in boroughs["areas"] if not row["split"]] == [CITY]
    plan = pd.read_csv(shared_data / "london" / "illustrative_footprints_a_lsoa21.csv")
    units = gpd.read_parquet(shared_data / "london" / "lsoa21_units.parquet").set_index("LSOA21CD")
    plan["lad"] = plan["LSOA_2021_CODE"].map(units["LAD22CD"])
    plan["people"] = plan["LSOA_2021_CODE"].map(units["population_census2021"])
    counted = plan.pivot_table(index="NEIGHBOURHOOD_CODE", columns="lad", values="people", aggfunc="sum", fill_value=0)
    said = agreeing.plan_summary(agreeing.plan_with(london, PLAN, 1, "boroughs", boundaries=False))
    first = {row["code"]: row for row in said["first"]}
    assert {code: row["outside_main"] for code, row in first.items()} == (
        counted.sum(axis=1) - counted.max(axis=1)
    ).to_dict()
    across = {code for code, row in first.items() if row["main_share"] < 1}
    # Two places are of two boroughs each: the City with Hackney, and Kensington and Chelsea with Westminster.
    assert set(plan.loc[plan["NEIGHBOURHOOD_CODE"].isin(across), "PLACE"]) == {"City and Hackney", "Bi-Borough"}
    assert len(across) == 4
    assert 0.99 < boroughs["plan_within_layer"] < 1


def test_every_finding_of_the_plan_concerns_a_place_of_it_and_keeps_its_number(london: Workspace) -> None:
    with london.store.read() as unit:
        version = unit.footprints.get(PLAN)
        frame = unit.footprints.neighbourhoods(version.id).set_index("code")
    whole = checking.check(london, PLAN, band=(50_000, 60_000))
    assert whole.findings
    held: set[int] = set()
    for place in version.places:
        here = checking.check(london, PLAN, band=(50_000, 60_000), place=place)
        assert here.place == place
        for number, found in zip(here.numbers, here.findings, strict=True):
            assert whole.findings[number - 1] is found
            assert {frame["place"][code] for code in found.footprints} & {place} or not found.footprints
        held |= set(here.numbers)
    assert held == set(whole.numbers)
    with pytest.raises(Problem, match="No such place"):
        checking.check(london, PLAN, place="Atlantis")
