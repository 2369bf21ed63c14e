from __future__ import annotations

import pytest

from app.domain.problem import Fault, Problem
from app.ingest.reader import ReadOptions
from app.ingest.readers.area_lookup import NEGLIGIBLE, AreaLookupReader
from app.ingest.reading import Reading
from app.ingest.source import Source
from tests.unit.ingest.conftest import Make

V3 = "LSOA11CD,LSOA11NM,LSOA21CD,LSOA21NM,CHGIND,LAD22CD,LAD22NM,LAD22NMW,ObjectId"
PLAIN = "lsoa11_name,lsoa11_code,change_code,lsoa21_name,lsoa21_code,ltla22_name,ltla22_code"


def v3(*rows: tuple[str, str, str]) -> str:
    return "\n".join([V3, *(f"{old},a,{new},b,{change},E09000001,City,,1" for old, new, change in rows)])


def read(source: Source) -> Reading:
    assert AreaLookupReader().recognises(source.sample)
    return AreaLookupReader().read(source, ReadOptions())


U = ("E01000001", "E01000001", "U")
S = [("E01000002", "E01033770", "S"), ("E01000002", "E01033771", "S")]
M = [("E01000003", "E01033772", "M"), ("E01000004", "E01033772", "M")]


def test_every_kind_of_change_is_kept_with_all_its_parts(made: Make) -> None:
    reading = read(made(v3(*M, *S, U)))
    assert [tuple(row) for row in reading.frames["area_lookup"].to_numpy()] == [U, *S, *M]
    assert reading.report.counts["rows split"] == 2
    assert reading.report.counts["areas of 2011"] == 4
    assert reading.report.counts["areas of 2021"] == 4


def test_other_names_of_the_columns(made: Make) -> None:
    assert len(read(made(f"{PLAIN}\nx,E01000001,U,x,E01000001,City,E09000001\n")).frames["area_lookup"]) == 1


def test_a_lookup_cut_to_one_row_per_area_is_refused(made: Make) -> None:
    with pytest.raises(Problem) as raised:
        read(made(v3(U, S[0], *M)))
    assert [(f.code, f.row, f.value) for f in raised.value.findings] == [("lost-part", 3, "E01000002")]


def test_an_unchanged_area_with_two_rows_is_refused(made: Make) -> None:
    with pytest.raises(Problem, match="marked unchanged"):
        read(made(v3(U, ("E01000001", "E01000009", "U"))))


def test_half_a_merger_is_warned_of(made: Make) -> None:
    report = read(made(v3(U, M[0]))).report
    assert [(f.code, f.severity, f.row) for f in report.findings] == [("merged-alone", "warning", 3)]


@pytest.mark.parametrize("pair", sorted(NEGLIGIBLE))
def test_negligible_overlaps_are_dropped_with_the_reason(made: Make, pair: tuple[str, str]) -> None:
    reading = read(made(v3((*pair, "X"), (pair[0], "E01033773", "X"))))
    assert reading.frames["area_lookup"]["to_code"].tolist() == ["E01033773"]
    assert reading.report.dropped == {"complex pair with a negligible overlap": 1}


def test_a_negligible_overlap_stays_where_nothing_else_would(made: Make) -> None:
    pair = min(NEGLIGIBLE)
    assert len(read(made(v3((*pair, "X"), U))).frames["area_lookup"]) == 2


def test_full_repeats_wrong_codes_and_unknown_changes(made: Make) -> None:
    assert read(made(v3(U, U))).report.dropped == {"repeats another row in full": 1}
    with pytest.raises(Problem) as raised:
        read(made(v3(U, ("E02000001", "E01000005", "U"), ("E01000006", "E01000006", "Z"))))
    assert {(f.row, f.code) for f in raised.value.findings} == {(3, "code"), (4, "change")}


def test_a_best_fit_lookup_lacks_the_change(made: Make) -> None:
    with pytest.raises(Problem) as raised:
        AreaLookupReader().read(made("LSOA11CD,LSOA21CD,LAD22CD\nE01000001,E01000001,E09000001\n"), ReadOptions())
    assert raised.value.fault == Fault.MISSING_COLUMN
