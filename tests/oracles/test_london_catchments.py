"""PCN footprints on the official lists of London against the figures measured independently (technical notes §4.2)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from statistics import median

import pandas as pd
import pytest

from app.ingest.reader import ReadOptions
from app.ingest.source import Source
from app.services import catchments
from app.services.aligning import Question
from app.services.catchments import Method, Wish
from app.services.loading import LoadRequest, load
from app.services.workspace import Workspace
from app.store.store import Store

ON = date(2022, 7, 1)
FILES = (
    "official/ePCN_2023-02.xlsx",
    "official/gp-reg-pat-prac-lsoa-all_london_2022-07.csv.gz",
    "london/lsoa11_units.parquet",
    "london/illustrative_footprints_a.geojson",
)
LONDON = Question("illustrative_footprints_a", as_of=ON)


@pytest.fixture(scope="module")
def london(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('london') / 'london.sqlite'}")
    store.upgrade()
    load(store, [LoadRequest(Source.of(shared_data / name), options=ReadOptions(as_of=ON)) for name in FILES])
    return Workspace(store)


def test_plurality_of_london_is_what_pandas_finds_on_the_files(london: Workspace, shared_data: Path) -> None:
    said = catchments.table(catchments.catchments(london, LONDON, Wish()))
    lists = pd.read_csv(shared_data / "official/gp-reg-pat-prac-lsoa-all_london_2022-07.csv.gz")
    pcns = pd.read_csv(shared_data / "london/practices_2022-07.csv").set_index("practice_code")["pcn_code"]
    lists["pcn"] = lists["PRACTICE_CODE"].map(pcns)
    by_area = lists.pivot_table(index="LSOA_CODE", columns="pcn", values="NUMBER_OF_PATIENTS", aggfunc="sum").fillna(0)
    assert len(said["areas"]) == 4_835
    assert "LSOA 2011" in said["areas_explained"]
    for row in said["areas"]:
        counts = by_area.loc[row["area_code"]]
        assert row["patients"] == counts.max()
        assert row["pcn_code"] in counts.index[counts == counts.max()]
        assert row["patients_of_area"] == counts.sum()
    inside = sum(row["patients"] for row in said["areas"]) / sum(row["patients_of_area"] for row in said["areas"])
    assert inside == pytest.approx(0.650, abs=0.0005)
    assert sum(pcn["areas"] > 0 for pcn in said["pcns"]) == 199
    assert sum(not row["contested"] for row in said["areas"]) / 4_835 == pytest.approx(0.759, abs=0.002)


@pytest.mark.parametrize(("percent", "areas"), [(50, 17), (80, 38), (95, 88)])
def test_cores_of_london_are_as_large_as_measured(london: Workspace, percent: float, areas: int) -> None:
    """Within 3 % and one area: the notes counted London's residents only, here a PCN has its whole list."""
    said = catchments.table(catchments.catchments(london, LONDON, Wish(Method.CORE, percent)))
    assert abs(median(pcn["areas"] for pcn in said["pcns"]) - areas) <= 0.03 * areas + 1
    assert all(pcn["share_core"] >= percent / 100 for pcn in said["pcns"] if pcn["reached"])
