"""Uploading and listing over HTTP, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.services.keys import first_key
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store

URL = "/api/v1/datasets"


@pytest.fixture
def key(store: Store) -> dict[str, str]:
    made = first_key(store)
    assert made is not None
    return {"Authorization": f"Bearer {made}"}


def send(client: TestClient, files: list[Path], headers: dict[str, str], **form: str) -> tuple[int, dict[str, object]]:
    answer = client.post(URL, files=[("files", (f.name, f.read_bytes())) for f in files], data=form, headers=headers)
    return answer.status_code, answer.json()


def test_an_upload_is_kept_once_and_reported(empty: TestClient, key: dict[str, str], sample_files: list[Path]) -> None:
    status, said = send(empty, sample_files, key)
    assert status == 201
    assert len(said["loaded"]) == len(sample_files)  # type: ignore[arg-type]
    listed = empty.get(URL).json()["items"]
    assert {item["name"] for item in listed} == {f.name for f in sample_files}
    for item in listed:
        report = empty.get(f"{URL}/{item['id']}/report").json()
        assert report["rows_read"] == report["rows_kept"] + sum(report["dropped"].values())
    status, again = send(empty, sample_files, key)
    assert status == 200
    assert all(item["already_loaded"] for item in again["loaded"])  # type: ignore[attr-defined]
    assert empty.get(URL).json()["items"] == listed


def test_a_dry_run_reports_and_keeps_nothing(empty: TestClient, key: dict[str, str], sample_files: list[Path]) -> None:
    status, said = send(empty, sample_files, key, dry_run="true")
    assert (status, said["dry_run"]) == (200, True)
    assert empty.get(URL).json()["items"] == []
    assert empty.get("/api/v1/footprints").json()["items"] == []


def test_one_bad_file_keeps_the_others_out_too(
    empty: TestClient, key: dict[str, str], sample_files: list[Path], tmp_path: Path
) -> None:
    bad = tmp_path / "gp-reg.csv"
    bad.write_text(
        "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS\n"
        "GP_PRAC_PAT_LIST,01JUL2026,V90001,X,E01990001,ALL,many\n"
    )
    status, said = send(empty, [*sample_files[:2], bad], key)
    assert status == 422
    assert said["file"] == "gp-reg.csv"
    finding = said["findings"][0]  # type: ignore[index]
    assert finding["row"] == 2
    assert "many" in f"{finding['message']}{finding['value']}"
    assert empty.get(URL).json()["items"] == []


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}])
def test_writing_needs_a_key(empty: TestClient, headers: dict[str, str], sample_files: list[Path]) -> None:
    answer = empty.post(URL, files=[("files", ("x.csv", b"a,b"))], headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert empty.put("/api/v1/footprints/x/versions/1/status", json={"status": "agreed"}).status_code == 401


def test_a_key_is_shown_once_and_kept_only_as_a_hash(store: Store) -> None:
    key = first_key(store)
    assert key is not None
    assert first_key(store) is None
    with store.read() as unit:
        assert key not in repr(unit.keys.all())


def test_a_file_of_no_known_kind_says_what_is_known(empty: TestClient, key: dict[str, str]) -> None:
    answer = empty.post(URL, files=[("files", ("notes.csv", b"colour,size\nred,3\n"))], headers=key)
    assert answer.status_code == 422
    said = answer.json()
    assert said["type"].endswith("unknown-kind")
    assert said["file"] == "notes.csv"
    assert "colour" in str(said)


def test_a_body_over_the_limit_is_refused_before_it_is_read(store: Store, key: dict[str, str]) -> None:
    client = TestClient(create_app(Workspace(store), Settings(_env_file=None, max_upload_bytes=1_000)))
    answer = client.post(URL, files=[("files", ("big.csv", b"x" * 5_000))], headers=key)
    assert answer.status_code == 413
    assert answer.json()["type"].endswith("too-large")

    def dribble() -> object:
        for _ in range(50):
            yield b"x" * 100

    answer = client.post(URL, content=dribble(), headers={**key, "Content-Type": "multipart/form-data; boundary=b"})
    assert answer.status_code == 413


def test_a_version_that_is_agreed_stays_as_it_is(
    empty: TestClient, key: dict[str, str], sample_files: list[Path]
) -> None:
    send(empty, sample_files, key)
    proposal = empty.get("/api/v1/footprints").json()["items"][0]
    url = f"/api/v1/footprints/{proposal['id']}/versions/1/status"
    assert empty.put(url, json={"status": "agreed"}, headers=key).json()["status"] == "agreed"
    back = empty.put(url, json={"status": "draft"}, headers=key)
    assert back.status_code == 409
    assert back.headers["content-type"] == "application/problem+json"


def test_pages_follow_each_other(empty: TestClient, key: dict[str, str], sample_files: list[Path]) -> None:
    send(empty, sample_files, key)
    for url, name in ((URL, "id"), ("/api/v1/practices", "code"), ("/api/v1/pcns", "code")):
        whole = [item[name] for item in empty.get(url).json()["items"]]
        seen: list[str] = []
        at: str | None = f"{url}?limit=3"
        while at:
            page = empty.get(at).json()
            seen += [item[name] for item in page["items"]]
            at = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
        assert seen == whole
        assert len(whole) > 3
