"""A place with a published assignment of small areas to PCNs, through the whole service."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from app.domain.basis import Basis
from app.ingest.reader import ReadOptions
from app.ingest.source import Source
from app.services.aligning import Question, answer
from app.services.loading import LoadRequest, load
from app.services.workspace import Workspace
from app.store.store import Store

ON = date(2022, 7, 1)


def test_the_published_lookup_loads_as_a_plan_and_its_pcns_lead_their_own_areas(
    shared_data: Path, tmp_path: Path
) -> None:
    """The lookup's "neighbourhoods" are the PCNs' own areas, so each PCN should lead the one that bears its code."""
    folder = shared_data / "west_sussex"
    lookup = pd.read_csv(folder / "lsoa_pcn_lookup_Feb_22.csv", encoding="utf-8-sig")
    plan = tmp_path / "own_areas.csv"
    lookup.rename(columns={"LSOA11CD": "LSOA11CD", "PCN_Code": "NEIGHBOURHOOD_CODE", "PCN_Name": "NEIGHBOURHOOD_NAME"})[
        ["LSOA11CD", "NEIGHBOURHOOD_CODE", "NEIGHBOURHOOD_NAME"]
    ].to_csv(plan, index=False)
    with Store(f"sqlite:///{tmp_path / 'west.sqlite'}") as store:
        store.upgrade()
        paths = [
            folder / "lsoa11_units.parquet",
            folder / "registrations_2022-07.parquet",
            folder / "practices_2022-07.csv",
            plan,
        ]
        load(store, [LoadRequest(Source.of(path), options=ReadOptions(as_of=ON)) for path in paths])
        found = answer(Workspace(store), Question("own_areas"))
        assert found.ground.basis is Basis.PATIENTS
        own = [p for p in found.alignment.pcns if p.code in set(lookup["PCN_Code"])]
        assert len(own) == lookup["PCN_Code"].nunique() == 20
        assert sum(p.lead == p.code for p in own) >= 19
