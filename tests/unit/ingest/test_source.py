from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from app.domain.problem import Fault, Problem
from app.ingest import source as source_module
from app.ingest.source import Source
from tests.unit.ingest.workbooks import write_workbook


def zipped(path: Path, files: dict[str, str]) -> Source:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return Source.of(path)


def read(source: Source) -> bytes:
    with source.open_bytes() as stream:
        return stream.read()


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Problem) as raised:
        Source.of(tmp_path / "none.csv")
    assert raised.value.fault == Fault.NOT_FOUND
    assert raised.value.file == "none.csv"


@pytest.mark.parametrize("pack", ["plain", "gzip", "zip"])
def test_content_is_the_same_however_it_is_packed(tmp_path: Path, pack: str) -> None:
    content = b"\xef\xbb\xbfa;b\r\n1;2\r\n"
    path = tmp_path / "no-telling-name"
    if pack == "plain":
        path.write_bytes(content)
    elif pack == "gzip":
        path.write_bytes(gzip.compress(content))
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("folder/", "")
            archive.writestr("inside.csv", content)
            archive.writestr("__MACOSX/._inside.csv", "left by a Mac")
    source = Source.of(path)
    assert read(source) == content
    assert source.sample.container == pack
    assert source.sample.rows == [["a", "b"], ["1", "2"]]
    assert source.sample.delimiter == ";"
    assert source.sample.first_line == "a;b"
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_head_cut_inside_a_row_shows_whole_rows_only(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "12345,67890\n" * 10_000)
    rows = Source.of(path).sample.rows
    assert set(map(tuple, rows[1:])) == {("12345", "67890")}
    assert 5_000 < len(rows) < 10_000


def test_utf16_is_recognised_by_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "unicode.txt"
    path.write_bytes("code\tname\nA1\tDoré\n".encode("utf-16"))
    assert Source.of(path).sample.rows == [["code", "name"], ["A1", "Doré"]]
    assert not Source.of(path).sample.binary


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.95])
def test_a_cut_off_gzip_or_zip_says_so(tmp_path: Path, keep: float) -> None:
    content = b"".join(hashlib.sha256(str(n).encode()).hexdigest().encode() + b"\n" for n in range(5_000))
    packed = gzip.compress(content)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x.csv", content)
    for name, whole in (("x.gz", packed), ("x.zip", buffer.getvalue())):
        path = tmp_path / name
        path.write_bytes(whole[: int(len(whole) * keep)])
        with pytest.raises(Problem) as raised:
            read(Source.of(path))
        assert raised.value.fault == Fault.UNREADABLE_FILE
        assert raised.value.remedy


def test_a_damaged_member_is_found_by_its_checksum(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("x.csv", "practice,patients\nA81001,700\n")
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"700", b"900"))
    with pytest.raises(Problem, match="damaged"):
        read(Source.of(path))


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    source = zipped(tmp_path / "bomb.zip", {"x.csv": "0" * 5_000_000})
    with pytest.raises(Problem) as raised:
        read(source)
    assert raised.value.fault == Fault.TOO_LARGE


def test_an_endless_gzip_is_stopped_while_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"0" * 1_000_000))
    monkeypatch.setattr(source_module, "MAX_EXPANDED_BYTES", 10_000)
    with pytest.raises(Problem) as raised:
        read(Source.of(path))
    assert raised.value.fault == Fault.TOO_LARGE
    monkeypatch.setattr(source_module, "MAX_EXPANDED_BYTES", 1_000_000)
    assert len(read(Source.of(path))) == 1_000_000


def test_a_password_is_named_as_the_reason(tmp_path: Path) -> None:
    source = zipped(tmp_path / "locked.zip", {"x.csv": "a,b\n1,2\n"})
    raw = bytearray(source.path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + at] |= 1
    source.path.write_bytes(bytes(raw))
    with pytest.raises(Problem, match="password"):
        read(Source.of(source.path))


def test_a_zip_of_several_gives_its_parts_in_order(tmp_path: Path) -> None:
    source = zipped(tmp_path / "several.zip", {"b.csv": "b\n", "a.csv": "a\n"})
    assert source.sample.head == b""
    assert [part.member for part in source.parts()] == ["a.csv", "b.csv"]
    assert [read(part) for part in source.parts()] == [b"a\n", b"b\n"]
    assert [part.unpacked_size for part in source.parts()] == [2, 2]
    with pytest.raises(Problem, match="2 files"):
        read(source)


def test_a_zip_of_too_many_files_is_not_opened_one_by_one(tmp_path: Path) -> None:
    source = zipped(tmp_path / "many.zip", {f"{n}.csv": "x" for n in range(501)})
    with pytest.raises(Problem, match="501 files"):
        source.parts()


@pytest.mark.parametrize("inside_zip", [False, True])
def test_a_workbook_is_itself_and_no_zip_of_parts(tmp_path: Path, inside_zip: bool) -> None:
    path = write_workbook(tmp_path / "book", {"One": [["a", 1], [None, True]], "Two": [["b"]]})
    if inside_zip:
        with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
            archive.write(path, "book.xlsx")
        path = tmp_path / "outer.zip"
    source = Source.of(path)
    assert source.sample.is_workbook
    assert source.sample.sheet_names == ("One", "Two")
    assert source.sample.sheet_heads == {"One": [["a", "1"], ["", "TRUE"]], "Two": [["b"]]}
    assert source.parts() == (source,)


def test_a_wrong_byte_in_text_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "latin"
    path.write_bytes(b"name\nDor\xe9\n")
    with pytest.raises(Problem, match="0xe9"), Source.of(path).open_text() as stream:
        stream.read()
