"""The Python client against the service over a real connection: each method gives what the address gives."""

from __future__ import annotations

import ast
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_type_hints

import pytest
from coterminous_client import (
    BadRequest,
    Conflict,
    Coterminous,
    JobFailed,
    KeyNeeded,
    NotFound,
    NothingLoaded,
    Problem,
    Unreachable,
    types,
)

from app.domain.records import Role
from app.ingest.source import Source
from app.jobs.running import work_off
from app.main import create_app
from app.services.keys import first_key
from app.services.loading import LoadRequest, load
from app.services.lookups import LOOKUPS
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store
from tests.loads import Loads
from tests.running import running
from tests.served import PROPOSAL_A, PROPOSAL_B

SOURCE = Path(__file__).resolve().parents[2] / "clients" / "python"


def fits(row: object, shape: type) -> set[str]:
    """Fields that a row should have, or has and should not, by the type it is said to be."""
    assert isinstance(row, dict)
    return set(get_type_hints(shape)) ^ set(row)


def test_what_is_loaded(client: Coterminous) -> None:
    places, plans = client.places(), client.footprints()
    assert {plan["id"] for plan in plans} >= {PROPOSAL_A, PROPOSAL_B}
    assert all(plan["role"] == str(Role.PROPOSAL) for plan in plans)
    assert client.versions(PROPOSAL_A)[0]["version"] == 1
    assert not fits(places[0], types.Place)
    assert not fits(plans[0], types.Footprints)


def test_datasets_are_all_given_however_small_the_pages(client: Coterminous) -> None:
    whole = [dataset["id"] for dataset in client.datasets()]
    assert len(whole) > 3
    assert [dataset["id"] for dataset in client.datasets(page=2)] == whole
    assert not fits(next(client.datasets()), types.Dataset)
    kinds = [dataset["kind"] for dataset in client.datasets("registrations")]
    assert kinds == ["registrations"]


def test_alignment_and_its_tables_have_the_types_they_are_given(client: Coterminous) -> None:
    whole = client.alignment(PROPOSAL_B, basis="patients", as_of="2026-07-01", version=1)
    assert not fits(whole, types.Alignment)
    assert not fits(whole["pcn"][0], types.Pcn)
    assert client.pcns(PROPOSAL_B) == whole["pcn"]
    flags = {"suppressed", "suppressed_fields"}
    assert fits(client.neighbourhoods(PROPOSAL_B)[0], types.Neighbourhood) == flags
    assert fits(client.practices(PROPOSAL_B)[0], types.Practice) == flags


def test_a_place_is_asked_about_as_such(client: Coterminous) -> None:
    place = client.places()[0]
    assert client.alignment(PROPOSAL_B, place=place["id"])["place"] == {"id": place["id"], "name": place["name"]}


def test_the_matrix_agrees_with_the_lookup(client: Coterminous) -> None:
    matrix = client.matrix(PROPOSAL_B)
    assert not fits(matrix, types.Matrix)
    table = client.lookup("pcn-neighbourhood-wide", PROPOSAL_B)
    codes = [column["code"] for column in matrix["columns"]]
    assert [[row[code] for code in codes] for row in table.rows] == matrix["patients"]
    assert [row["OUTSIDE"] for row in table.rows] == matrix["outside"]


def test_every_lookup_is_a_data_frame(client: Coterminous) -> None:
    assert [lookup["name"] for lookup in client.lookups()] == list(LOOKUPS)
    for name, lookup in LOOKUPS.items():
        table = client.lookup(name, PROPOSAL_B, to=PROPOSAL_A if lookup.needs_to else None)
        frame = table.to_pandas()
        assert list(frame.columns) == table.columns
        assert len(frame) == len(table) > 0
        assert frame.attrs["stands_on"]["attribution"]


def test_options_leave_alone_who_stays(client: Coterminous) -> None:
    place = client.places()[0]["id"]
    free = client.options(PROPOSAL_B, place, most_moves=1)
    networked = {practice["code"] for practice in client.practices(PROPOSAL_B, place=place) if practice["pcn_code"]}
    moved = sorted({move["practice"] for option in free["options"] for move in option["moves"]} & networked)
    assert moved
    kept = client.options(PROPOSAL_B, place, most_moves=1, staying=moved)
    assert not {move["practice"] for option in kept["options"] for move in option["moves"]} & set(moved)
    assert "never instructions" in kept["words"]


def test_features_are_all_given_page_by_page_and_filtered(client: Coterminous) -> None:
    ids = [collection["id"] for collection in client.collections()]
    collection = f"alignment-practices-{PROPOSAL_B}-v1"
    assert collection in ids
    whole = list(client.features(collection))
    paged = list(client.features(collection, page=3))
    assert [feature["id"] for feature in paged] == [feature["id"] for feature in whole]
    assert len(whole) > 6
    assert list(client.features(collection, limit=5, page=2)) == whole[:5]
    split = list(client.features(f"alignment-pcns-{PROPOSAL_B}-v1", filter="containment < 0.5"))
    assert len(split) == 3
    placed = next(feature for feature in whole if feature["geometry"])
    west, south = (axis - 1e-6 for axis in placed["geometry"]["coordinates"])  # type: ignore[index]
    near = list(client.features(collection, bbox=(west, south, west + 2e-6, south + 2e-6)))
    assert placed["id"] in [feature["id"] for feature in near]
    assert len(near) < len(whole)


def test_features_become_a_map(client: Coterminous) -> None:
    frame = client.geodataframe(f"neighbourhoods-{PROPOSAL_A}-v1")
    assert frame.crs == "OGC:CRS84"
    assert set(frame.geometry.geom_type) <= {"Polygon", "MultiPolygon"}
    assert frame.to_crs(27700).area.sum() > 1e6


def test_problems_are_exceptions_that_say_what_to_do(client: Coterminous) -> None:
    with pytest.raises(NotFound) as caught:
        client.alignment("atlantis")
    problem = caught.value
    assert (problem.status, problem.fault) == (404, "not-found")
    assert problem.type.endswith("/problems#not-found")
    assert problem.remedy is not None
    assert problem.remedy in str(problem)
    with pytest.raises(BadRequest) as refused:
        client.get("/api/v1/alignment")
    assert refused.value.findings[0]["field"] == "footprints"
    with pytest.raises(KeyNeeded):
        client.upload(__file__)


def test_a_service_that_is_not_there_is_unreachable() -> None:
    with Coterminous("http://127.0.0.1:9", retries=0) as nobody, pytest.raises(Unreachable, match="did not answer"):
        nobody.places()


def test_a_download_is_the_file_itself(client: Coterminous, tmp_path: Path) -> None:
    path = f"/ogc/collections/neighbourhoods-{PROPOSAL_A}-v1/items"
    file = client.download(path, tmp_path / "areas.gpkg", f="gpkg")
    assert file.read_bytes()[:15] == b"SQLite format 3"


@pytest.fixture
def store_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite alone, as in ``conftest.py``."""
    shutil.copy(sqlite_template, tmp_path / "store.sqlite")
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


@pytest.fixture
def writing(loads: Loads, sample_files: list[Path], tmp_path: Path) -> Iterator[tuple[Coterminous, Workspace]]:
    """A client with a key, of a service of its own with the sample place but for its second plan."""
    files = [LoadRequest(Source.of(path)) for path in sample_files if not path.name.startswith("proposal_b")]
    with loads.copy("sqlite", files, tmp_path) as url, Store(url) as store:
        yield from _writing(store)


def _writing(store: Store) -> Iterator[tuple[Coterminous, Workspace]]:
    work, key = Workspace(store), first_key(store)
    with (
        running(create_app(work, Settings(_env_file=None))) as address,
        Coterminous(address, key=key, retries=0) as client,
    ):
        yield client, work


def test_uploading_checking_first(
    writing: tuple[Coterminous, Workspace], sample_files: list[Path], tmp_path: Path
) -> None:
    client, _ = writing
    plan = next(path for path in sample_files if path.name.startswith("proposal_b"))
    tried = client.upload(plan, dry_run=True)
    assert tried["dry_run"]
    assert PROPOSAL_B not in {each["id"] for each in client.footprints()}
    kept = client.upload(plan, name="Another name")
    assert not fits(kept["loaded"][0], types.Loaded)
    assert kept["loaded"][0]["footprints"]["id"] == "another-name"  # type: ignore[index]
    assert client.upload(plan, name="Another name")["loaded"][0]["already_loaded"]
    damaged = tmp_path / "plan.geojson"
    damaged.write_text("{", encoding="utf-8")
    with pytest.raises(Problem) as caught:
        client.upload(damaged)
    assert caught.value.status == 422
    assert caught.value.remedy or caught.value.findings


def test_long_work_from_asking_to_the_result(writing: tuple[Coterminous, Workspace]) -> None:
    client, work = writing
    job = client.submit("mend", footprints=PROPOSAL_A, dry_run=True)
    assert (job.status, job.kind) == ("accepted", "mend")
    with pytest.raises(TimeoutError, match="accepted"):
        job.wait(timeout=0)
    with pytest.raises(NotFound):
        job.result()
    assert client.submit("mend", footprints=PROPOSAL_A, dry_run=True).id == job.id
    told: list[tuple[int, str]] = []
    worker = threading.Thread(target=work_off, args=(work,))
    worker.start()
    result = job.wait(lambda done, what: told.append((done, what)), every=0.05, timeout=60)
    worker.join()
    assert result["dry_run"] is True
    assert told[-1][0] == 100
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert client.job(job.id).result() == result
    assert [each.id for each in client.jobs(kind="mend", state="successful")] == [job.id]


def test_work_called_off_has_no_result(writing: tuple[Coterminous, Workspace]) -> None:
    client, _ = writing
    job = client.submit("mend", footprints=PROPOSAL_A)
    assert job.dismiss().status == "dismissed"
    with pytest.raises(JobFailed, match="dismissed"):
        job.wait()


def test_what_is_not_loaded_is_told_apart_from_what_clashes(store: Store, sample_files: list[Path]) -> None:
    plan = next(path for path in sample_files if path.name.startswith("proposal_a"))
    load(store, [replace(LoadRequest(Source.of(plan)))])
    with (
        running(create_app(Workspace(store), Settings(_env_file=None))) as address,
        Coterminous(address, retries=0) as client,
        pytest.raises(NothingLoaded) as caught,
    ):
        client.alignment(PROPOSAL_A)
    assert isinstance(caught.value, Conflict)


def test_the_client_needs_nothing_but_httpx2() -> None:
    needed = set()
    for path in (SOURCE / "src").rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Import):
                needed |= {alias.name.partition(".")[0] for alias in node.names}
            if isinstance(node, ast.ImportFrom) and node.module:
                needed.add(node.module.partition(".")[0])
    assert needed - set(sys.stdlib_module_names) == {"httpx2", "coterminous_client"}


def test_an_address_must_be_one() -> None:
    with pytest.raises(ValueError, match="no address"):
        Coterminous("localhost:8000")
