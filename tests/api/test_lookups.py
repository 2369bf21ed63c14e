"""The lookups over HTTP and on the command line: stable columns, sums that are kept, small numbers hidden."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.cli import app
from app.ingest.source import Source
from app.services.loading import LoadRequest
from app.services.lookup_rows import _whole
from app.services.lookups import LOOKUPS, STANDS_ON
from tests.databases import BOTH
from tests.loaded import Service, service
from tests.served import PROPOSAL_A, PROPOSAL_B

BASE = "/api/v1/lookups"
LAST = [column.name for column in STANDS_ON]


def asked(name: str, footprints: str = PROPOSAL_B, **more: Any) -> dict[str, Any]:
    to = {"to": PROPOSAL_A} if LOOKUPS[name].needs_to else {}
    return {"footprints": footprints, **to, **more}


def items(client: TestClient, name: str, footprints: str = PROPOSAL_B, **more: Any) -> list[dict[str, Any]]:
    answer = client.get(f"{BASE}/{name}", params=asked(name, footprints, **more))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    assert found
    return found


def test_the_list_says_what_there_is_and_each_is_there(reading: TestClient) -> None:
    listed = reading.get(BASE).json()["items"]
    assert [lookup["name"] for lookup in listed] == list(LOOKUPS)
    for lookup in listed:
        assert all(column["meaning"] for column in lookup["columns"])
        address = lookup["links"][0]["href"]
        assert reading.get(address, params=asked(lookup["name"])).status_code == 200


@pytest.mark.parametrize("name", LOOKUPS)
def test_csv_has_exactly_the_columns_described_and_the_values_of_the_json(reading: TestClient, name: str) -> None:
    whole = reading.get(f"{BASE}/{name}", params=asked(name)).json()
    answer = reading.get(f"{BASE}/{name}", params=asked(name, f="csv"))
    table = list(csv.DictReader(io.StringIO(answer.text)))
    described = [column["name"] for column in whole["lookup"]["columns"]]
    heading = list(table[0])
    assert heading == whole["columns"]
    assert [column for column in heading if column in described] == described
    assert heading[-len(LAST) :] == LAST
    if not LOOKUPS[name].open_columns:
        assert heading == described
    assert len(table) == len(whole["items"])
    for row, item in zip(table, whole["items"], strict=True):
        assert set(item) == set(heading)
        for column in heading:
            said = item[column]
            expected = (
                ";".join(said) if isinstance(said, list) else str(said).lower() if said in (True, False) else said
            )
            if isinstance(said, bool | list) or not isinstance(said, int | float):
                assert row[column] == ("" if expected is None else expected)
            else:
                assert float(row[column]) == said
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.csv"'


@pytest.mark.parametrize("name", LOOKUPS)
def test_every_row_and_the_whole_say_what_they_stand_on(reading: TestClient, name: str) -> None:
    whole = reading.get(f"{BASE}/{name}", params=asked(name)).json()
    known = {dataset["id"] for dataset in reading.get("/api/v1/datasets").json()["items"]}
    assert "Open Government Licence" in whole["attribution"]
    for row in whole["items"]:
        assert (row["footprints"], row["version"]) == (PROPOSAL_B, 1)
        assert row["datasets"] == sorted(row["datasets"])
        assert set(row["datasets"]) <= known
        assert set(row["datasets"]) <= {dataset["id"] for dataset in whole["datasets"]}


@pytest.mark.parametrize("footprints", [PROPOSAL_A, PROPOSAL_B])
def test_the_parts_of_every_area_sum_to_one_and_one_of_them_is_main(reading: TestClient, footprints: str) -> None:
    parts, main = defaultdict(float), defaultdict(int)
    order = []
    for row in items(reading, "lsoa-neighbourhood", footprints):
        parts[row["area_code"]] += row["share"]
        main[row["area_code"]] += row["main"]
        order.append((row["area_code"], -row["share"]))
        assert row["area_name"]
    assert all(total == pytest.approx(1, abs=1e-9) for total in parts.values())
    assert set(main.values()) == {1}
    assert order == sorted(order)


def test_parts_that_do_not_fill_an_area_leave_the_rest_outside() -> None:
    assert _whole([("B", 0.25), ("A", 0.25)]) == [("OUTSIDE", 0.5), ("A", 0.25), ("B", 0.25)]
    assert _whole([("A", 1 / 3), ("B", 1 / 3), ("C", 1 / 3)]) == [("A", 0.333334), ("B", 0.333333), ("C", 0.333333)]
    assert _whole([("A", 1.0)]) == [("A", 1.0)]
    assert _whole([("A", 1e-9)]) == []


def test_practices_have_their_pcn_and_both_neighbourhoods(reading: TestClient) -> None:
    rows = {row["practice_code"]: row for row in items(reading, "practice-pcn-neighbourhood")}
    whole = reading.get("/api/v1/alignment/practices", params={"footprints": PROPOSAL_B}).json()["items"]
    assert set(rows) == {practice["code"] for practice in whole}
    names = {
        n["code"]: n["name"]
        for n in reading.get(f"/api/v1/footprints/{PROPOSAL_B}/versions/1/neighbourhoods").json()["items"]
    }
    for practice in whole:
        row = rows[practice["code"]]
        living = {part["code"]: part["patients"] for part in practice["neighbourhoods"]}
        assert row["patients"] == pytest.approx(
            row["patients_inside"] + row["patients_outside"] + row["patients_unknown"], abs=0.02
        )
        assert row["main_code"] == practice["main_neighbourhood"]
        assert row["patients_in_main"] == max(living.values())
        assert row["located_code"] == practice["located_in"]
        assert row["located_name"] == names.get(row["located_code"])
        assert row["patients_in_located"] == (living.get(row["located_code"], 0) if row["located_code"] else None)
        assert row["mismatch"] == (row["located_code"] is not None and row["located_code"] != row["main_code"])
    assert any(row["mismatch"] for row in rows.values())
    assert any(row["pcn_code"] is None for row in rows.values())


def test_the_pcn_of_an_area_has_the_most_patients_in_it(reading: TestClient) -> None:
    rows = items(reading, "lsoa-pcn")
    for row in rows:
        assert row["share"] == pytest.approx(row["patients"] / row["patients_of_area"], abs=1e-6)
        assert row["contested"] == (row["share"] < 0.5)
        assert 0 <= row["margin"] <= row["share"]
    assert [row["area_code"] for row in rows] == sorted(row["area_code"] for row in rows)
    assert any(row["contested"] for row in rows)


def test_the_long_table_has_complete_margins(reading: TestClient) -> None:
    by_pcn, by_neighbourhood = defaultdict(float), defaultdict(float)
    for row in items(reading, "pcn-neighbourhood"):
        by_pcn[row["pcn_code"]] += row["patients"]
        by_neighbourhood[row["neighbourhood_code"]] += row["patients"]
    figures = {"footprints": PROPOSAL_B}
    for pcn in reading.get("/api/v1/alignment/pcns", params=figures).json()["items"]:
        assert by_pcn[pcn["code"]] == pytest.approx(pcn["patients"], abs=0.05)
    for neighbourhood in reading.get("/api/v1/alignment/neighbourhoods", params=figures).json()["items"]:
        assert by_neighbourhood[neighbourhood["code"]] == pytest.approx(neighbourhood["patients"], abs=0.1)


def test_wide_and_long_say_the_same(reading: TestClient) -> None:
    long = {
        (row["pcn_code"], row["neighbourhood_code"]): row["patients"] for row in items(reading, "pcn-neighbourhood")
    }
    whole = reading.get(f"{BASE}/pcn-neighbourhood-wide", params=asked("pcn-neighbourhood-wide")).json()
    codes = whole["columns"][3 : -len(LAST)]
    assert codes[-2:] == ["OUTSIDE", "UNKNOWN"]
    for row in whole["items"]:
        assert row["patients"] == pytest.approx(sum(row[code] for code in codes), abs=0.05)
        assert {code: row[code] for code in codes} == {code: long.get((row["pcn_code"], code), 0) for code in codes}


def test_a_place_keeps_the_sums_of_its_own(reading: TestClient) -> None:
    place = reading.get("/api/v1/places").json()["items"][0]
    for name in LOOKUPS:
        if not LOOKUPS[name].needs_to:
            assert items(reading, name, place=place["id"])
    parts = defaultdict(float)
    for row in items(reading, "lsoa-neighbourhood", place=place["id"]):
        parts[row["area_code"]] += row["share"]
        assert row["place"] in (place["name"], None)
    assert all(total == pytest.approx(1, abs=1e-9) for total in parts.values())


def test_changes_move_the_people_that_the_comparison_counts(reading: TestClient) -> None:
    rows = items(reading, "changes")
    step = reading.get("/api/v1/comparison", params={"plans": f"{PROPOSAL_B},{PROPOSAL_A}"}).json()["changes"][0]
    assert sum(row["people"] for row in rows) == pytest.approx(step["people_moved"], abs=0.01 * len(rows))
    assert len(rows) == step["areas_moved"] + step["areas_partly_moved"]
    assert {(row["to_footprints"], row["to_version"]) for row in rows} == {(PROPOSAL_A, 1)}
    assert all(row["patients"] > 0 for row in rows)
    assert [row["area_code"] for row in rows] == sorted(row["area_code"] for row in rows)


def test_the_same_question_has_the_same_bytes(reading: TestClient) -> None:
    for name in LOOKUPS:
        first, second = (reading.get(f"{BASE}/{name}", params=asked(name, f="csv")) for _ in range(2))
        assert first.content == second.content
        tagged = reading.get(
            f"{BASE}/{name}", params=asked(name, f="csv"), headers={"If-None-Match": first.headers["etag"]}
        )
        assert tagged.status_code == 304


@pytest.mark.parametrize(
    ("address", "params", "status"),
    [
        ("no-such", {"footprints": PROPOSAL_A}, 404),
        ("lsoa-pcn", {"footprints": "nobody"}, 404),
        ("lsoa-neighbourhood", {"footprints": PROPOSAL_A, "place": "atlantis"}, 404),
        ("lsoa-neighbourhood", {"footprints": PROPOSAL_A, "version": 9}, 404),
        ("lsoa-neighbourhood", {"footprints": PROPOSAL_A, "f": "geojson"}, 404),
        ("lsoa-neighbourhood", {}, 400),
        ("changes", {"footprints": PROPOSAL_A}, 422),
        ("changes", {"footprints": PROPOSAL_A, "to": PROPOSAL_A}, 422),
    ],
)
def test_what_cannot_be_answered_says_why_and_what_to_do(
    reading: TestClient, address: str, params: dict[str, Any], status: int
) -> None:
    answer = reading.get(f"{BASE}/{address}", params=params)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["remedy"]


@pytest.fixture(scope="module", params=BOTH)
def restricted(
    request: pytest.FixtureRequest, sample_files: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The sample place with its registrations loaded as restricted."""
    requests = [
        replace(LoadRequest(Source.of(path)), restricted="gp-reg-pat-prac-lsoa" in path.name) for path in sample_files
    ]
    assert any(wanted.restricted for wanted in requests)
    with service(request, tmp_path_factory.mktemp("restricted"), requests) as client:
        yield client


def test_small_numbers_are_hidden_in_every_lookup_and_marked_in_csv(restricted: Service) -> None:
    counted = ("patients", "patients_inside", "patients_in_main", "patients_in_located", "patients_of_area")
    marks = 0
    for name in LOOKUPS:
        whole = restricted.get(f"{BASE}/{name}", params=asked(name)).json()
        table = list(csv.DictReader(io.StringIO(restricted.get(f"{BASE}/{name}", params=asked(name, f="csv")).text)))
        for row, item in zip(table, whole["items"], strict=True):
            hidden = item.get("suppressed_fields", [])
            assert [column for column in row if row[column] == "*"] == [c for c in row if c in hidden]
            marks += len(hidden)
            for column in (*counted, *whole["columns"][3 : -len(LAST)] * (name == "pcn-neighbourhood-wide")):
                value = item.get(column)
                assert not isinstance(value, int | float) or value == 0 or (value >= 8 and value % 5 == 0), (name, row)
    assert marks > 0
    changes = restricted.get(f"{BASE}/changes", params=asked("changes")).json()
    assert all(row["patients"] is None and "patients" in row["suppressed_fields"] for row in changes["items"])


def test_a_change_list_without_changes_still_has_its_heading(restricted: Service, sample_files: list[Path]) -> None:
    file = next(path for path in sample_files if path.name.startswith("proposal_b"))
    with file.open("rb") as content:
        sent = restricted.post(
            "/api/v1/datasets",
            files={"files": (f"copy{file.suffix}", content.read() + b"\n")},
            data={"name": "The same again"},
            headers=restricted.key,
        )
    assert sent.status_code == 201, sent.text
    answer = restricted.get(f"{BASE}/changes", params={"footprints": PROPOSAL_B, "to": "the-same-again", "f": "csv"})
    assert answer.text.splitlines() == [",".join([*(c.name for c in LOOKUPS["changes"].columns), *LAST])]


def test_the_command_writes_the_same_file(
    tmp_path: Path, sample_files: list[Path], monkeypatch: pytest.MonkeyPatch, reading: TestClient
) -> None:
    monkeypatch.setenv("COTERMINOUS_DATABASE_URL", f"sqlite:///{tmp_path / 'export.sqlite'}")
    run = CliRunner().invoke
    assert run(app, ["load", *map(str, sample_files)]).exit_code == 0
    out = tmp_path / "practices.csv"
    done = run(app, ["export", "practice-pcn-neighbourhood", "--footprints", PROPOSAL_B, "--out", str(out)])
    assert done.exit_code == 0, done.output
    name = "practice-pcn-neighbourhood"
    written = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    served = list(csv.DictReader(io.StringIO(reading.get(f"{BASE}/{name}", params=asked(name, f="csv")).text)))
    ids = {"datasets": ""}  # of the content and of the moment of loading
    assert [{**row, **ids} for row in written] == [{**row, **ids} for row in served]
