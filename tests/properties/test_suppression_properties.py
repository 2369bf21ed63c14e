"""No hidden count can be recovered from everything published about a table, proved by brute force on small tables.

Two independent sides: the real services publish every output (summary, matrix, PCNs, neighbourhoods, practices, for
the whole plan and for each place, as JSON, CSV and GeoJSON), and an adversary who knows the rule tries every value of
1 to 7 in every hidden cell, alone and together, and looks whether anything published would have been different.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from app.api.formats import as_csv
from app.domain.alignment import Inputs, Neighbourhood, align
from app.domain.basis import Basis
from app.domain.records import DatasetRecord, FootprintVersion, Status
from app.domain.suppression import LARGEST_HIDDEN, protected, protected_matrix, protected_table, shown
from app.domain.thresholds import Thresholds
from app.ingest.reading import UNKNOWN_AREA
from app.services import answers, catchments, maps
from app.services.aligning import Answer
from app.services.catchments import Method, Wish
from app.services.ground import Ground
from app.services.reach import Reach
from app.services.registered import Registered
from app.services.weights import Weights
from geometry.catchment import core_areas, plurality
from geometry.crosstab import Crosstab
from geometry.labelled import Labelled

PRACTICES, NEIGHBOURHOODS = ("P1", "P2", "P3"), ("N1", "N2")
LOADED = datetime(2026, 1, 1, tzinfo=UTC)
RECORD = DatasetRecord(
    "d1", "registrations", "lists.csv", "ab" * 32, 1, "2021", date(2026, 1, 1), LOADED, 1, 1, {}, restricted=True
)
VERSION = FootprintVersion("a-v1", "a", "A", 1, Status.DRAFT, "d1", None, LOADED, 2, ("East", "West"))

Cells = tuple[int, ...]
"""Practice by practice: patients in N1, in N2, outside, unknown."""

counts = st.one_of(st.just(0), st.integers(1, LARGEST_HIDDEN), st.integers(8, 40))
tables = st.tuples(*([counts] * (4 * len(PRACTICES))))


def answer_of(cells: Cells, place: str | None, protect: Any = protected_table) -> Answer:
    """The answer the services would give on a restricted dataset with these counts."""
    array = np.array(cells, dtype=np.float64).reshape(len(PRACTICES), 4)
    table = Crosstab(Labelled(PRACTICES, NEIGHBOURHOODS, sparse.csr_array(array[:, :2])), array[:, 2], array[:, 3])
    inputs = Inputs(
        by_practice=protect(table),
        neighbourhoods=(Neighbourhood("N1", "North", "East", 30.0), Neighbourhood("N2", "South", "West", 50.0)),
        pcn_of={"P1": "U1", "P2": "U1"},
        standing_in={"P1": "N1", "P2": "N2", "P3": "N2"},
        practice_names={},
        pcn_names={},
        thresholds=Thresholds(material_patients=25),
    )
    nowhere = gpd.GeoSeries([], crs=27700)
    weights = Weights(Labelled((), NEIGHBOURHOODS, sparse.csr_array((0, 2))), "2021", None)
    ground = Ground(
        key=None, version=VERSION, basis=Basis.PATIENTS, unit="patients", as_of=date(2026, 1, 1), inputs=inputs,
        weights=weights, registered=Registered(weights, None, None, None, (RECORD,), ()), datasets=(RECORD,),
        warnings=(), practice_warnings=MappingProxyType({}), shapes=nowhere, points=nowhere,
        postcodes=MappingProxyType({}), fictional=True,
    )  # fmt: skip
    return Answer(ground, align(inputs, place))


def everything(cells: Cells, protect: Any = protected_table) -> str:
    """All that is published about a table."""
    out: list[Any] = []
    for place in (None, "East", "West"):
        given_ = answer_of(cells, place, protect)
        rows = (
            answers.pcn_rows(given_), answers.neighbourhood_rows(given_),
            answers.practice_rows(given_), answers.matrix_rows(given_),
        )  # fmt: skip
        out += [answers.summary(given_, Thresholds()), answers.matrix(given_), *rows, *map(as_csv, rows)]
        out += [maps.pcns_on_map(given_), maps.neighbourhoods_on_map(given_), maps.practices_on_map(given_)]
    return json.dumps(out)


def hidden(cells: Cells) -> list[int]:
    return [at for at, count in enumerate(cells) if 1 <= count <= LARGEST_HIDDEN]


@settings(max_examples=6, deadline=None)
@given(tables)
def test_each_hidden_count_may_be_anything_from_one_to_seven(cells: Cells) -> None:
    published = everything(cells)
    for at in hidden(cells):
        for other in range(1, LARGEST_HIDDEN + 1):
            assert everything((*cells[:at], other, *cells[at + 1 :])) == published


@settings(max_examples=25, deadline=None)
@given(tables, st.data())
def test_all_hidden_counts_may_be_anything_at_once(cells: Cells, data: st.DataObject) -> None:
    others = list(cells)
    for at in hidden(cells):
        others[at] = data.draw(st.integers(1, LARGEST_HIDDEN))
    assert everything(tuple(others)) == everything(cells)


def test_every_small_table_against_every_other() -> None:
    """The adversary's whole view: tables that publish the same, over all values a cell may have."""
    values = (0, 1, 7, 8)
    published: dict[str, list[Cells]] = {}
    for chosen in itertools.product(values, repeat=3):
        cells = (chosen[0], 0, 0, 0, chosen[1], 0, 0, 0, chosen[2], 0, 0, 0)
        published.setdefault(everything(cells), []).append(cells)
    for alike in published.values():
        for at in hidden(alike[0]):
            assert len({cells[at] for cells in alike if 1 <= cells[at] <= LARGEST_HIDDEN}) >= 2


def by_itself(table: Crosstab) -> Crosstab:
    """What does not do: counts as they are, and each total rounded by itself on output."""
    return table


def test_rounding_each_total_by_itself_would_give_counts_away() -> None:
    """Why the table is protected first: four hidden counts and their total of 28, shown as 30, have one solution."""
    solutions = [cells for cells in itertools.product(range(1, 8), repeat=4) if shown(float(sum(cells))) == 30]
    assert solutions == [(7, 7, 7, 7)]
    seven = (7, 0, 0, 0, 7, 0, 0, 0, 7, 0, 0, 0)
    assert everything(seven) == everything((1, *seven[1:]))


@settings(max_examples=25, deadline=None)
@given(tables)
def test_what_is_shown_is_right(cells: Cells) -> None:
    """Zero is shown as zero, small counts and small totals are hidden, others are near the truth and end in 0 or 5."""
    given_, true = answer_of(cells, None), answer_of(cells, None, by_itself).alignment
    rows = {row["code"]: row for row in answers.practice_rows(given_)}
    fields = ("patients", "patients_inside", "patients_outside", "patients_unknown")
    for practice in true.practices:
        check({f: getattr(practice, f) for f in fields}, rows[practice.code], parts=4)
    pcns = {row["code"]: row for row in answers.pcn_rows(given_)}
    for pcn in true.pcns:
        check({f: getattr(pcn, f) for f in fields}, pcns[pcn.code], parts=8)
    said = answers.summary(given_, Thresholds())
    check({"patients_total": true.patients_total, "patients_inside": true.patients_inside}, said, parts=12)


def check(truth: dict[str, float], row: dict[str, Any], parts: int) -> None:
    for field, count in truth.items():
        value = row[field]
        if count == 0:
            assert value == 0
        elif count <= LARGEST_HIDDEN:
            assert value is None
        if value is None:
            assert row["suppressed"] is True
            assert field in row["suppressed_fields"]
            assert count > 0
        else:
            assert value % 5 == 0
            assert abs(value - count) <= 6 * parts + 2


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=9))
def test_sums_of_protected_counts_hide_exactly_what_they_must(parts: list[int]) -> None:
    total, value = sum(parts), shown(float(protected(np.array(parts, dtype=np.float64)).sum()))
    assert (value == 0) == (total == 0)
    if 1 <= total <= LARGEST_HIDDEN:
        assert value is None
    if any(part > LARGEST_HIDDEN for part in parts):
        assert value is not None


areas = st.lists(counts, min_size=9, max_size=9)


PLAN = answer_of((20,) * 12, None)


def footprints(cells: list[int]) -> str:
    """All that is published about the patients of three PCNs in two areas and with unknown residence."""
    patients = Labelled(("U1", "U2", "U3"), ("a", "b", UNKNOWN_AREA), sparse.csr_array(np.reshape(cells, (3, 3)) * 1.0))
    table = protected_matrix(patients)
    holding = Labelled.from_triples(["a", "b"], ["N1", "N2"], [1.0, 1.0])
    found = Reach(table, holding, {}, gpd.GeoSeries([], crs=27700), "2021", "", ())
    inside = found.of_place({"N1", "N2"})
    out: list[Any] = []
    for scope in (None, ["U1", "U2"]):
        led = plurality(table, among=scope, unplaced=[UNKNOWN_AREA])
        made = catchments._led(PLAN, Wish(), found, led, inside, {})
        out += [catchments.table(made), as_csv(catchments.area_rows(made)), catchments.on_map(made)]
    for percent in (50, 80, 98):
        core = core_areas(table, percent / 100, unplaced=[UNKNOWN_AREA])
        made = catchments._core(PLAN, Wish(Method.CORE, percent), found, core, inside, {})
        out += [catchments.table(made), as_csv(catchments.area_rows(made)), catchments.on_map(made)]
    return json.dumps(out)


@settings(max_examples=8, deadline=None)
@given(areas, st.data())
def test_footprints_give_no_hidden_count_away(cells: list[int], data: st.DataObject) -> None:
    others = [data.draw(st.integers(1, LARGEST_HIDDEN)) if 1 <= c <= LARGEST_HIDDEN else c for c in cells]
    assert footprints(others) == footprints(cells)
    assert not any(f'"patients": {n},' in footprints(cells) for n in range(1, LARGEST_HIDDEN + 1))


def test_counts_one_by_one() -> None:
    truth = np.array([0, 1, 7, 8, 12, 13, 17, 18, 0.3, 7.4, 7.6], dtype=np.float64)
    assert [shown(v) for v in protected(truth)] == [0, None, None, 10, 10, 15, 15, 20, None, None, 10]


def test_an_open_dataset_is_shown_as_it_is() -> None:
    given_ = answer_of((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), None, by_itself)
    opened = Answer(replace(given_.ground, datasets=(replace(RECORD, restricted=False),)), given_.alignment)
    assert answers.summary(opened, Thresholds())["patients_total"] == 78
    assert not any("suppressed" in row for row in answers.practice_rows(opened))
