"""Real places of London as drafts: illustrative footprints, registrations of July 2022, people of Census 2021."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from app.domain.alignment import Inputs, Neighbourhood, align
from app.domain.options.boundaries.draft import Draft, draft
from app.domain.options.situation import Situation, situation
from app.domain.thresholds import Thresholds
from app.domain.vintage import conversion
from geometry.adjacency import Adjacency, adjacent
from geometry.crosstab import crosstab
from geometry.labelled import Labelled


@dataclass(frozen=True)
class London:
    """One plan over all of London, read once."""

    data: Path
    plan: str = "a"

    def _csv(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.data / "london" / name, dtype=str, keep_default_na=False)

    @cached_property
    def areas(self) -> gpd.GeoDataFrame:
        return gpd.read_parquet(self.data / "london" / "lsoa21_units.parquet").set_index("LSOA21CD").sort_index()

    @cached_property
    def practices(self) -> pd.DataFrame:
        return self._csv("practices_2022-07.csv")

    @cached_property
    def shares(self) -> Labelled:
        rows = self._csv(f"illustrative_footprints_{self.plan}_lsoa21.csv")
        return Labelled.from_triples(
            rows.LSOA_2021_CODE, rows.NEIGHBOURHOOD_CODE, np.ones(len(rows)), row_order=self.areas.index.tolist()
        )

    @cached_property
    def registered(self) -> Labelled:
        """Practices × areas of 2011, as published."""
        rows = pd.read_parquet(self.data / "london" / "registrations_2022-07.parquet")
        practice, area, patients = rows.columns[:3]
        rows = rows[rows[practice].isin(self.practices.practice_code)]
        return Labelled.from_triples(rows[practice], rows[area], rows[patients].astype(float))

    @cached_property
    def converted(self) -> Labelled:
        """Areas of 2011 × areas of 2021."""
        lookup = self._csv("lsoa11_to_lsoa21.csv").rename(
            columns={"lsoa11_code": "from_code", "lsoa21_code": "to_code"}
        )
        return conversion(lookup, self.areas.population_census2021.astype(float).to_dict()).matrix

    @cached_property
    def lived(self) -> Labelled:
        """Practices × areas of 2021: the patients of those whose residence is known and in London."""
        known = self.converted.with_rows(self.registered.columns)
        return (self.registered @ known).with_columns(self.areas.index.tolist())

    @cached_property
    def inputs(self) -> Inputs:
        drawn = gpd.read_file(self.data / "london" / f"illustrative_footprints_{self.plan}.geojson").to_crs(27700)
        listed = drawn[["NEIGHBOURHOOD_CODE", "NEIGHBOURHOOD_NAME", "PLACE"]].sort_values("NEIGHBOURHOOD_CODE")
        points = gpd.GeoDataFrame(
            self.practices[["practice_code"]],
            geometry=gpd.points_from_xy(pd.to_numeric(self.practices.easting), pd.to_numeric(self.practices.northing)),
            crs=27700,
        )
        standing = gpd.sjoin(points, drawn)[["practice_code", "NEIGHBOURHOOD_CODE"]]
        networked = self.practices[self.practices.pcn_code != ""]
        return Inputs(
            by_practice=crosstab(self.registered, self.converted @ self.shares, frozenset(["NO2011"])),
            neighbourhoods=tuple(Neighbourhood(*row) for row in listed.itertuples(index=False)),
            pcn_of=dict(zip(networked.practice_code, networked.pcn_code, strict=True)),
            standing_in=dict(standing.itertuples(index=False, name=None)),
            practice_names=dict(zip(self.practices.practice_code, self.practices.practice_name, strict=True)),
            pcn_names=dict(zip(networked.pcn_code, networked.pcn_name, strict=True)),
            thresholds=Thresholds(),
        )

    def situation(self, place: str) -> Situation:
        known = self.practices[self.practices.easting != ""]
        east, north = known.easting.astype(float), known.northing.astype(float)
        points = dict(zip(known.practice_code, zip(east, north, strict=True), strict=True))
        return situation(align(self.inputs, place), points=points)

    def adjacency(self, codes: list[str]) -> Adjacency:
        return adjacent(self.areas.geometry.loc[codes])

    def draft(self, place: str, found: Situation | None = None, **said: object) -> Draft:
        here = found or self.situation(place)
        wanted = set(here.neighbourhoods)
        codes = [n.code for n in self.inputs.neighbourhoods if n.code in wanted]
        held = self.shares.with_columns(codes)
        areas = [code for code, total in zip(held.rows, held.row_sums(), strict=True) if total > 0]
        lived = self.lived.with_columns(areas)
        members = Labelled.from_triples(list(here.pcn_of.values()), list(here.pcn_of), np.ones(len(here.pcn_of)))
        return draft(
            place=place,
            shares=held.with_rows(areas),
            people=self.areas.population_census2021.astype(float).to_dict(),
            patients=members @ lived.with_rows(members.columns),
            registered=dict(zip(areas, lived.column_sums().tolist(), strict=True)),
            neighbourhoods=here.neighbourhoods,
            pairs=self.adjacency(areas).pairs,
            names=here.names,
            **said,  # type: ignore[arg-type]
        )

    def by_area(self, here: Situation, found: Draft) -> np.ndarray:
        """Practices × areas of the draft."""
        return self.lived.with_rows(here.practices).with_columns(found.areas).dense()
