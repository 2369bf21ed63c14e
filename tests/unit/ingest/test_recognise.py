from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from app.domain.problem import Fault, Problem
from app.ingest.kinds import Kind
from app.ingest.reader import ReadOptions
from app.ingest.readers import READERS
from app.ingest.recognise import KNOWN, reader_for, recognise
from app.ingest.source import Source
from data.sample import generate
from tests.unit.ingest.conftest import Make

EXAMPLES = {
    Kind.REGISTRATIONS: "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS\n"
    "GP_PRAC_PAT_LIST,04JAN2021,A81001,THE DENSHAM SURGERY,E01011959,ALL,7\n",
    Kind.PRACTICE_MAP: "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,PCN_CODE,PCN_NAME\n"
    "GP_PRAC_PAT_LIST,01-Jan-21,A81001,X,TS18 1HU,U89141,STOCKTON PCN\n",
    Kind.PRACTICE_POINTS: "practice_code,practice_name,postcode,easting,northing,"
    "lsoa11cd,pcn_code,pcn_name,open_date,close_date\n"
    "E83003,X,N20 0DH,527543,193427,E01000265,U33392,BARNET 2 PCN,19740401,\n",
    Kind.AREA_LOOKUP: "LSOA11CD,LSOA11NM,LSOA21CD,LSOA21NM,CHGIND,LAD22CD\nE01000001,a,E01000001,a,U,E09000001\n",
    Kind.POSTCODES: "pcds,doterm,east1m,north1m,gridind,lad25cd,lsoa21cd,lat,long\n"
    "N20 0DH,,527543,193427,1,E09000003,E01000265,51,0\n",
    Kind.POPULATION: "lsoa21cd,population\nE01000001,1500\n",
    Kind.DEPRIVATION: "LSOA code (2021),Index of Multiple Deprivation (IMD) Score,"
    "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs),Total population: mid 2022\n"
    "E01000001,6.2,9,1500\n",
    Kind.FOOTPRINT_LOOKUP: "LSOA_2021_CODE,NEIGHBOURHOOD_CODE,NEIGHBOURHOOD_NAME,BOROUGH\nE01000001,N1,One,Camden\n",
    Kind.PRACTICES: '"E83003","X","Y56","QMJ","","","","","","N20 0DH","19740401","","ACTIVE","B","93C","20130401","",'
    '"","","","","0","","93C","","RO76",""\n',
    Kind.PCNS: "U33392,BARNET 2 PCN,93C,NCL,20190701,,a,b,c,d,e,N1 5HZ\n",
    Kind.PCN_PARTNERS: "E83003,X,93C,NCL,U33392,BARNET 2 PCN,93C,NCL,20190701,,TRUE\n",
}


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
@pytest.mark.parametrize("name", ["upload.dat", "epraccur.csv"])
def test_files_are_told_by_content_whatever_they_are_called(made: Make, kind: Kind, name: str) -> None:
    assert recognise(made(EXAMPLES[kind], name)).kind == kind
    assert recognise(made(gzip.compress(EXAMPLES[kind].encode()), name)).kind == kind


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_no_two_readers_claim_one_file(made: Make, kind: Kind) -> None:
    sample = made(EXAMPLES[kind]).sample
    assert [reader.kind for reader in READERS if reader.recognises(sample)] == [kind]


def test_every_kind_has_one_reader_and_a_name() -> None:
    assert sorted(reader.kind for reader in READERS) == sorted(Kind) == sorted(KNOWN)
    assert all(reader_for(kind).kind == kind for kind in Kind)


def test_the_sample_place_is_recognised_and_read_without_an_error(tmp_path: Path) -> None:
    kinds = set()
    for path in generate(tmp_path):
        if path.suffix == ".txt":
            continue
        source = Source.of(path)
        reader = recognise(source)
        assert reader.read(source, ReadOptions()).report.rows_kept > 0
        kinds.add(reader.kind)
    assert {Kind.PRACTICES, Kind.PCN_MEMBERSHIP, Kind.REGISTRATIONS, Kind.POSTCODES, Kind.FOOTPRINT_LOOKUP} <= kinds


def test_an_unknown_file_says_what_was_seen_and_what_is_known(made: Make) -> None:
    with pytest.raises(Problem) as raised:
        recognise(made("colour,size\nred,3\n"))
    assert raised.value.fault == Fault.UNKNOWN_KIND
    assert "colour,size" in raised.value.detail
    assert all(name in raised.value.detail for name in KNOWN.values())


@pytest.mark.parametrize(
    ("content", "seen"),
    [(b"\x89PNG\r\n\x1a\n" + bytes(99), "89 50 4e 47"), (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00", "no text")],
)
def test_binary_files_are_unknown(made: Make, content: bytes, seen: str) -> None:
    with pytest.raises(Problem) as raised:
        recognise(made(content))
    assert raised.value.fault == Fault.UNKNOWN_KIND
    assert seen in raised.value.detail


@pytest.mark.parametrize("content", [b"", b"  \n\n"])
def test_an_empty_file_is_not_unknown_but_empty(made: Make, content: bytes) -> None:
    with pytest.raises(Problem) as raised:
        recognise(made(content))
    assert raised.value.fault == Fault.UNREADABLE_FILE


def test_a_zip_with_a_specification_beside_the_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x", "w") as archive:
        archive.writestr("epraccur.csv", EXAMPLES[Kind.PRACTICES])
        archive.writestr("about.pdf", b"%PDF-1.4\x00")
    assert recognise(Source.of(tmp_path / "x")).kind == Kind.PRACTICES


def test_a_zip_of_two_kinds_must_be_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x", "w") as archive:
        archive.writestr("a.csv", EXAMPLES[Kind.PRACTICES])
        archive.writestr("b.csv", EXAMPLES[Kind.PCNS])
    with pytest.raises(Problem, match="several kinds"):
        recognise(Source.of(tmp_path / "x"))
