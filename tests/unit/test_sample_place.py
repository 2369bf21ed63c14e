"""The sample place keeps its promises: everything is read back from its files, as a user's own files would be."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from python_calamine import CalamineWorkbook
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from app.ingest.kinds import Kind
from data import sample
from data.catalogue import CATALOGUE, attribution, entry
from data.sample.grouping import joined
from data.sample.xlsx import write_workbook

REPOSITORY = Path(__file__).resolve().parents[2]
BOROUGH = "E09990001"
AS_OF = "20260701"


class Files:
    """The generated files, read with nothing of the generator's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths = sample.generate(folder)
        self.areas = gpd.read_file(folder / sample.AREAS).set_index("LSOA21CD")
        self.home = self.areas[self.areas.LAD22CD == BOROUGH]
        self.practices = pd.read_csv(folder / sample.PRACTICES, header=None, dtype=str, keep_default_na=False)
        book = CalamineWorkbook.from_path(folder / sample.MEMBERSHIP)
        self.sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
        self.registered = pd.read_csv(folder / sample.REGISTRATIONS)
        self.postcodes = pd.read_csv(folder / sample.POSTCODES, dtype=str, keep_default_na=False).set_index("pcds")
        self.lookup = pd.read_csv(folder / sample.PROPOSAL_B)
        self.polygons = gpd.read_file(folder / sample.PROPOSAL_A)

    def pcn_of(self, day: str = AS_OF) -> dict[str, str]:
        rows = self.sheets["PCN Core Partner Details"][1:]
        return {row[0]: row[4] for row in rows if row[8] <= day and (not row[9] or row[9] >= day)}

    @property
    def home_practices(self) -> set[str]:
        stands_in = self.practices[9].map(self.postcodes.lad25cd)
        return set(self.practices[0][stands_in == BOROUGH]) & set(self.registered.PRACTICE_CODE)

    def plan(self, which: str) -> pd.Series:
        """Neighbourhood of each area of the borough."""
        if which == "B":
            return self.lookup.set_index("LSOA_2021_CODE").NEIGHBOURHOOD_CODE
        inner = gpd.GeoSeries(self.home.representative_point(), crs=27700).to_crs(4326)
        tree = shapely.STRtree(self.polygons.geometry.to_numpy())
        at, where = tree.query(inner.to_numpy(), predicate="within")
        return pd.Series(self.polygons.NEIGHBOURHOOD_CODE.to_numpy()[where], index=self.home.index[at])

    def shares(self, which: str) -> pd.DataFrame:
        """Of the patients of each PCN of the borough who live inside the plan, the share in each neighbourhood."""
        lives = self.registered.LSOA_CODE.map(self.plan(which))
        pcn = self.registered.PRACTICE_CODE.where(self.registered.PRACTICE_CODE.isin(self.home_practices))
        table = self.registered.NUMBER_OF_PATIENTS.groupby([pcn.map(self.pcn_of()), lives]).sum().unstack(fill_value=0)
        return table.div(table.sum(axis=1), axis=0)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(tmp_path_factory.mktemp("sample") / "place")


def parts(shapes: gpd.GeoSeries) -> int:
    """Connected parts of areas, two being connected where they share a border of more than a metre."""
    left, right = shapes.sindex.query(shapes.geometry, predicate="touches")
    long = shapes.iloc[left].intersection(shapes.iloc[right], align=False).length.to_numpy() > 1
    link = coo_array((np.ones(long.sum()), (left[long], right[long])), shape=(len(shapes), len(shapes)))
    return int(connected_components(link, directed=False)[0])


# --- determinism


def test_same_seed_gives_the_same_bytes_in_another_process(files: Files, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONHASHSEED": "4242", "TZ": "Pacific/Auckland"}
    done = subprocess.run(
        [sys.executable, "-m", "data.sample", str(tmp_path)], cwd=REPOSITORY, env=env, check=True, capture_output=True
    )
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(one.name for one in files.paths)
    for path in files.paths:
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name
        assert str(tmp_path / path.name) in done.stdout.decode()


def test_another_seed_draws_another_borough_just_as_clean(files: Files, tmp_path: Path) -> None:
    sample.generate(tmp_path, seed=4)
    other = gpd.read_file(tmp_path / sample.AREAS)
    assert shapely.coverage_is_valid(other.geometry.to_numpy())
    assert (other.LAD22CD == BOROUGH).sum() == 180
    assert (tmp_path / sample.REGISTRATIONS).read_bytes() != (files.folder / sample.REGISTRATIONS).read_bytes()


# --- the ground


def test_areas_are_a_clean_coverage_of_a_borough_and_its_rim(files: Files) -> None:
    assert files.areas.crs.to_epsg() == 27700
    assert files.areas.is_valid.all()
    assert set(files.areas.geom_type) == {"Polygon"}
    assert shapely.coverage_is_valid(files.areas.geometry.to_numpy())
    assert len(files.home) == 180
    rim = files.areas[files.areas.LAD22CD != BOROUGH]
    assert 30 <= len(rim) <= 40
    assert rim.LAD22NM.nunique() == 3
    assert parts(files.home.geometry) == 1
    assert 25e6 < files.home.area.sum() < 45e6  # square metres: a borough like Lewisham, 35 km²


def test_areas_are_irregular_and_coordinates_are_on_a_tenth_of_a_metre(files: Files) -> None:
    corners = shapely.get_coordinates(files.areas.geometry.to_numpy())
    np.testing.assert_allclose(corners * 10, np.round(corners * 10), atol=1e-6)
    assert corners[:, 0].min() > 654_000  # in the North Sea
    assert shapely.get_num_coordinates(files.home.geometry.to_numpy()).mean() > 25
    roundness = 4 * np.pi * files.home.area / files.home.length**2
    assert 0.55 < roundness.median() < 0.78  # plain Voronoi cells have 0.83, LSOAs of London 0.36 (a circle 1)
    assert files.home.area.max() / files.home.area.min() > 8


def test_a_river_parts_the_borough_from_its_southern_neighbour(files: Files) -> None:
    south = files.areas[files.areas.LAD22NM.str.startswith("Saltreach")]
    gap = south.distance(files.home.union_all())
    assert len(south) >= 6
    assert gap.min() > 100
    assert gap.max() < 350


def test_people_and_deprivation_are_plausible(files: Files) -> None:
    people = files.areas.population_census2021
    assert people.between(1_000, 3_000).all()
    assert 300_000 < files.home.population_census2021.sum() < 345_000
    assert files.areas.imd2025_decile.between(1, 10).all()
    assert files.home.imd2025_decile.nunique() >= 8
    by_decile = files.areas.groupby("imd2025_decile").imd2025_score
    assert (by_decile.min().iloc[:-1].to_numpy() > by_decile.max().iloc[1:].to_numpy()).all()  # 1 is the most deprived


def test_wards_and_msoas_are_contiguous_groups(files: Files) -> None:
    assert 25 <= files.home.WD24CD.nunique() <= 30
    assert files.home.WD24NM.nunique() == files.home.WD24CD.nunique()
    assert files.areas.groupby("WD24CD").LAD22CD.nunique().max() == 1
    for column in ("WD24CD", "MSOA21CD"):
        for code, members in files.areas.groupby(column):
            assert parts(members.geometry) == 1, code
    sizes = files.home.groupby("MSOA21CD").size()
    assert 3 <= sizes.min() <= sizes.max() <= 8
    stem = files.areas.LSOA21NM.str.slice(stop=-1)
    assert (stem == files.areas.MSOA21NM).all()
    assert files.areas.LSOA21NM.is_unique


# --- practices, networks and lists


def test_practices_and_lists(files: Files) -> None:
    assert 35 <= len(files.home_practices) <= 45
    lists = files.registered.groupby("PRACTICE_CODE").NUMBER_OF_PATIENTS.sum()
    assert lists.between(3_000, 20_000).all()
    assert lists.max() > 3 * lists.min()
    assert len(set(lists.index) - files.home_practices) == 4


def test_networks_keep_the_london_floor(files: Files) -> None:
    pcn_of = {code: pcn for code, pcn in files.pcn_of().items() if code in files.home_practices}
    members = Counter(pcn_of.values())
    assert len(members) == 8
    assert all(3 <= size <= 7 for size in members.values())
    patients = files.registered.groupby(files.registered.PRACTICE_CODE.map(pcn_of)).NUMBER_OF_PATIENTS.sum()
    assert patients.between(30_000, 80_000).all()
    assert len(files.home_practices - set(pcn_of)) == 1  # one practice in no network


def test_membership_has_a_past_and_a_future(files: Files) -> None:
    now, spring = files.pcn_of(), files.pcn_of("20270401")
    moving = {code for code in now if spring.get(code) != now[code]}
    assert len(moving) == 1
    before = files.pcn_of("20230331")
    assert {code for code in now if before[code] != now[code]} != set()
    ended = [row for row in files.sheets["PCN Core Partner Details"][1:] if row[9] and row[9] < AS_OF]
    assert len(ended) == 2
    closed = files.practices[files.practices[12] == "C"]
    assert len(closed) == 1
    assert closed[11].iloc[0] in {row[9] for row in ended if row[0] == closed[0].iloc[0]}
    no_list = set(files.practices[0][files.practices[12] == "A"]) - set(files.registered.PRACTICE_CODE)
    assert len(no_list) == 1  # the access hub: active and of setting 4, without patients


def test_more_are_registered_than_live_here_and_the_border_leaks_both_ways(files: Files) -> None:
    patients, residents = files.registered.NUMBER_OF_PATIENTS, files.home.population_census2021.sum()
    ours = files.registered.PRACTICE_CODE.isin(files.home_practices)
    lives_here = files.registered.LSOA_CODE.isin(files.home.index)
    assert 1.06 < patients[ours].sum() / residents < 1.20
    assert 1.06 < patients[lives_here].sum() / residents < 1.20
    assert 0.02 < patients[ours & ~lives_here].sum() / patients[ours].sum() < 0.10
    assert 0.005 < patients[~ours & lives_here].sum() / patients[lives_here].sum() < 0.05
    per_area = files.registered[lives_here].groupby("LSOA_CODE").NUMBER_OF_PATIENTS.sum()
    ratio = per_area / files.home.population_census2021
    assert ratio.between(1.0, 1.25).all()


def test_registration_falls_with_distance(files: Files) -> None:
    known = files.registered[files.registered.LSOA_CODE.isin(files.areas.index)]
    place = files.postcodes.loc[files.practices.set_index(0)[9].loc[known.PRACTICE_CODE]]
    east, north = (pd.to_numeric(place[axis]).to_numpy() for axis in ("east1m", "north1m"))
    centre = files.areas.centroid.loc[known.LSOA_CODE]
    away = np.hypot(centre.x.to_numpy() - east, centre.y.to_numpy() - north)
    bands = pd.cut(away, [0, 500, 1_000, 2_000, 4_000, 9_000])
    mean = known.NUMBER_OF_PATIENTS.groupby(bands, observed=True).mean()
    assert mean.is_monotonic_decreasing
    assert mean.iloc[0] > 20 * mean.iloc[3]


def test_small_counts_are_as_common_as_in_the_real_file(files: Files) -> None:
    patients = files.registered.NUMBER_OF_PATIENTS
    assert (patients > 0).all()
    assert 0.42 < (patients <= 2).mean() < 0.55
    assert not files.registered.duplicated(["PRACTICE_CODE", "LSOA_CODE"]).any()
    unknown = files.registered[files.registered.LSOA_CODE == "EMPTY"]
    assert 10 <= len(unknown) <= 42
    assert unknown.NUMBER_OF_PATIENTS.sum() / patients.sum() < 0.01


# --- the two proposals


@pytest.mark.parametrize(("which", "count"), [("A", 6), ("B", 5)])
def test_proposals_cover_the_borough_once_in_contiguous_neighbourhoods(files: Files, which: str, count: int) -> None:
    plan = files.plan(which)
    assert sorted(plan.index) == sorted(files.home.index)
    assert plan.nunique() == count
    for code in plan.unique():
        assert parts(files.home.geometry.loc[plan.index[plan == code]]) == 1, code
    people = files.home.population_census2021.groupby(plan).sum()
    assert people.between(35_000, 80_000).all()


def test_proposal_a_is_made_of_whole_wards_and_matches_its_areas(files: Files) -> None:
    assert files.plan("A").groupby(files.home.WD24CD).nunique().max() == 1
    assert files.plan("B").groupby(files.home.WD24CD).nunique().max() > 1
    assert files.polygons.is_valid.all()
    assert shapely.coverage_is_valid(files.polygons.geometry.to_numpy())
    difference = files.polygons.to_crs(27700).union_all().symmetric_difference(files.home.union_all())
    assert difference.buffer(-3).is_empty  # within the metres a conversion can be off


def test_proposal_a_fits_most_networks(files: Files) -> None:
    lead = files.shares("A").max(axis=1)
    assert len(lead) == 8
    assert (lead >= 0.80).sum() >= 5
    assert lead.min() < 0.70  # the federation works across neighbourhoods under any plan


def test_proposal_b_splits_three_networks_and_leaves_the_others(files: Files) -> None:
    before, after = files.shares("A").max(axis=1), files.shares("B").max(axis=1)
    split = after.index[after < 0.50]
    assert len(split) == 3
    assert (before[split] >= 0.80).all()
    others = after.index.difference(split)
    assert (after[others] - before[others]).abs().max() < 0.02


# --- formats and labels


def test_area_file_has_the_published_columns(files: Files) -> None:
    text = json.loads((files.folder / sample.AREAS).read_text(encoding="utf-8"))
    assert text["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::27700"
    assert list(text["features"][0]["properties"]) == [
        "LSOA21CD", "LSOA21NM", "LAD22CD", "LAD22NM", "WD24CD", "WD24NM", "MSOA21CD", "MSOA21NM",
        "population_census2021", "imd2025_score", "imd2025_decile",
    ]  # fmt: skip


def test_epraccur_has_27_quoted_columns_and_no_header(files: Files) -> None:
    lines = (files.folder / sample.PRACTICES).read_text(encoding="ascii").splitlines()
    assert all(re.fullmatch(r'("[^"]*",){26}"[^"]*"', line) for line in lines)
    for row in csv.reader(lines):
        assert re.fullmatch(r"[A-HJ-NP-WY]\d{5}", row[0])
        assert row[2] == "Y56"
        assert (row[12], bool(row[11])) in {("A", False), ("C", True)}
        assert row[25] == "4"


def test_pcn_workbook_is_as_published(files: Files) -> None:
    assert list(files.sheets) == ["PCNDetails", "PCN Core Partner Details"]
    details, partners = files.sheets.values()
    assert details[0][:6] == [
        "PCN Code", "PCN Name", "Current Sub ICB Loc Code", "Sub ICB Location", "Open Date", "Close Date",
    ]  # fmt: skip
    assert [len(details[0]), len(partners[0])] == [12, 11]
    assert partners[0][0] == "Partner\nOrganisation\nCode"
    assert partners[0][10] == "Practice Sub ICB Loc and PCN Sub ICB Loc Match "
    assert all(isinstance(row[8], str) and re.fullmatch(r"\d{8}", row[8]) and row[10] is True for row in partners[1:])
    assert {row[4] for row in partners[1:]} == {row[0] for row in details[1:]}


def test_headings_equal_those_of_the_real_files(files: Files, shared_data: Path) -> None:
    real = CalamineWorkbook.from_path(shared_data / "official" / "ePCN_2024-10.xlsx")
    for name, rows in files.sheets.items():
        assert real.get_sheet_by_name(name).to_python()[0] == rows[0]
    lookup = shared_data / "london" / "illustrative_footprints_a_lsoa21.csv"
    assert lookup.read_text(encoding="utf-8").splitlines()[0] == ",".join(files.lookup.columns)
    csv_head = pd.read_csv(shared_data / "official" / "gp-reg-pat-prac-lsoa-all_london_2022-07.csv.gz", nrows=1)
    assert list(csv_head.columns) == list(files.registered.columns)


def test_registrations_state_their_source_and_date(files: Files) -> None:
    assert list(files.registered.columns) == [
        "PUBLICATION", "EXTRACT_DATE", "PRACTICE_CODE", "PRACTICE_NAME", "LSOA_CODE", "SEX", "NUMBER_OF_PATIENTS",
    ]  # fmt: skip
    constant = files.registered[["PUBLICATION", "EXTRACT_DATE", "SEX"]].drop_duplicates()
    assert constant.to_numpy().tolist() == [["GP_PRAC_PAT_LIST", "01JUL2026", "ALL"]]


def test_postcodes_have_the_traps_of_real_ones(files: Files) -> None:
    assert {"pcds", "doterm", "east1m", "north1m", "lsoa21cd", "lad25cd", "lat", "long"} <= {
        "pcds", *files.postcodes.columns,
    }  # fmt: skip
    listed = files.practices[files.practices[0].isin(files.registered.PRACTICE_CODE)]
    assert set(files.practices[9]) <= set(files.postcodes.index)
    assert sorted(Counter(listed[9]).values())[-2:] == [1, 2]  # one health centre, two practices
    used = files.postcodes.loc[listed[9].unique()]
    assert (used.east1m == "").sum() == 1
    assert used[used.east1m == ""].lsoa21cd.isin(files.areas.index).all()
    assert (used.doterm != "").sum() == 1
    gridded = used[used.east1m != ""]
    points = gpd.points_from_xy(pd.to_numeric(gridded.east1m), pd.to_numeric(gridded.north1m))
    assert shapely.contains(files.areas.geometry.loc[gridded.lsoa21cd].to_numpy(), points).all()


def test_everything_is_labelled_fictional(files: Files) -> None:
    assert files.paths[-1].name == "README.txt"
    assert files.paths[-1].read_text(encoding="utf-8").startswith("SAMPLE - NOT A REAL PLACE")
    assert files.areas.LAD22NM.str.endswith("(sample)").all()
    assert files.lookup.BOROUGH.str.endswith("(sample)").all()
    assert files.polygons.BOROUGH.str.endswith("(sample)").all()
    assert files.practices[8].str.startswith("SAMPLE").all()
    assert all(row[10].startswith("SAMPLE") for row in files.sheets["PCNDetails"][1:])


def test_no_code_or_name_is_real(files: Files, shared_data: Path) -> None:
    areas = gpd.read_parquet(shared_data / "london" / "lsoa21_units.parquet").drop(columns="geometry").astype(str)
    real = set(areas.to_numpy().ravel())
    columns = ["LSOA21NM", "LAD22CD", "LAD22NM", "WD24CD", "WD24NM", "MSOA21CD", "MSOA21NM"]
    assert not real & {*files.areas.index, *files.areas[columns].to_numpy().ravel()}
    official = pd.read_csv(shared_data / "official" / "epraccur_2025-09.csv", header=None, dtype=str)
    assert not set(official[0]) & set(files.practices[0])
    assert not set(official[1]) & set(files.practices[1])
    assert not set(official[9]) & set(files.postcodes.index)
    book = CalamineWorkbook.from_path(shared_data / "official" / "ePCN_2024-10.xlsx")
    pcns = {cell for row in book.get_sheet_by_name("PCNDetails").to_python() for cell in row[:2]}
    assert not pcns & {cell for row in files.sheets["PCNDetails"][1:] for cell in row[:2]}


# --- the tools it is made with


def test_stray_parts_join_the_neighbour_with_the_longest_border() -> None:
    border = np.zeros((5, 5))
    for left, right, metres in ((0, 1, 9.0), (1, 2, 9.0), (2, 3, 4.0), (3, 4, 7.0)):
        border[left, right] = border[right, left] = metres
    found = joined(np.array([0, 0, 1, 0, 2]), np.ones(5), border)
    assert found.tolist() == [0, 0, 1, 2, 2]


def test_areas_that_do_not_hang_together_cannot_be_grouped() -> None:
    with pytest.raises(ValueError, match="contiguous"):
        joined(np.array([0, 0]), np.ones(2), np.zeros((2, 2)))


def test_workbook_keeps_text_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(path, {"A & B": [["line\nbreak ", "<&>"], [None, True], ["", False]]})
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_name("A & B").to_python()
    assert sheet == [["line\nbreak ", "<&>"], ["", True], ["", False]]


# --- the catalogue


def test_catalogue_has_every_kind_the_service_reads() -> None:
    assert [one.kind for one in CATALOGUE] == [str(kind) for kind in Kind]


def test_the_page_on_sources_tells_what_the_catalogue_knows() -> None:
    page = (REPOSITORY / "docs" / "data-sources.md").read_text(encoding="utf-8")
    sections = {part.split("`")[1]: part for part in page.split("\n## ")[1:] if part.startswith("`")}
    assert list(sections) == [one.kind for one in CATALOGUE]
    for one in CATALOGUE:
        for fact in (one.title, one.publisher, one.landing, one.licence, one.note, *one.file_names, *one.attribution):
            assert fact in sections[one.kind], f"{one.kind}: {fact}"


def test_attribution_prints_each_line_once_in_a_fixed_order() -> None:
    text = attribution(["postcodes", "registrations", "areas"])
    assert text == attribution(["areas", "areas", "registrations", "postcodes"])
    assert text.startswith("Contains information from NHS England")
    assert text.count("Office for National Statistics") == 1
    assert text.endswith("Contains Royal Mail data © Royal Mail copyright and database right.")
    assert "Royal Mail" not in attribution(["areas"])
    assert attribution([]) == ""
    with pytest.raises(KeyError):
        attribution(["horoscopes"])
    assert entry("areas").publisher == "Office for National Statistics"
