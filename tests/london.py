"""London's published files of July 2022 below ``shared/data``, and a workspace with some of them loaded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from app.ingest.reader import ReadOptions
from app.ingest.source import Source
from app.services.loading import LoadRequest, load
from app.services.workspace import Workspace
from app.store.store import Store

ON = date(2022, 7, 1)
LISTS = "official/gp-reg-pat-prac-lsoa-all_london_2022-07.csv.gz"
GROUND = (
    "official/epraccur_2022-06.csv",
    "official/ePCN_2023-02.xlsx",
    LISTS,
    "official/postcodes_london_extract.csv",
    "london/lsoa21_units.parquet",
    "london/lsoa11_to_lsoa21.csv",
)
"""Practices, PCNs, patients by LSOA, postcodes, areas: all but a plan."""

POLYGONS_A = "london/illustrative_footprints_a.geojson"
POLYGONS_B = "london/illustrative_footprints_b.geojson"
LOOKUP_A = "london/illustrative_footprints_a_lsoa21.csv"


def load_london(store: Store, data: Path, files: Iterable[str]) -> Workspace:
    """Load the files, paths below ``data``, into a new database."""
    store.upgrade()
    load(store, [LoadRequest(Source.of(data / name), options=ReadOptions(as_of=ON)) for name in files])
    return Workspace(store)
