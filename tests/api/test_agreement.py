"""Agreement and layers over HTTP: the sample place and layers made from its own areas; on both databases."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score, homogeneity_completeness_v_measure
from starlette.testclient import TestClient

from app.ingest.source import Source
from app.main import create_app
from app.services.loading import LoadRequest
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store
from data import sample
from tests.databases import BOTH
from tests.loaded import Service, service
from tests.loads import Loads
from tests.served import PROPOSAL_A, PROPOSAL_B

PCNS = "/api/v1/alignment/agreement"
FOOTPRINTS = "/api/v1/footprints"


def get(client: TestClient, url: str, **asked: str) -> Any:
    answer = client.get(url, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def areas(sample_files: list[Path]) -> gpd.GeoDataFrame:
    """The areas of the place, each with its neighbourhood: by the list (B), or by a point within it (A)."""
    given = {path.name: path for path in sample_files}
    found = gpd.read_file(given[sample.AREAS]).to_crs(27700).set_index("LSOA21CD")
    plan = gpd.read_file(given[sample.PROPOSAL_A]).to_crs(27700)[["NEIGHBOURHOOD_CODE", "geometry"]]
    points = found.set_geometry(found.representative_point())
    found["A"] = gpd.sjoin(points, plan, predicate="within")["NEIGHBOURHOOD_CODE"].reindex(found.index)
    listed = pd.read_csv(given[sample.PROPOSAL_B]).set_index("LSOA_2021_CODE")["NEIGHBOURHOOD_CODE"]
    found["B"] = listed.reindex(found.index)
    assert found["A"].notna().equals(found["B"].notna())
    return found.dropna(subset="A")


@pytest.fixture(scope="module")
def wards(areas: gpd.GeoDataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("layers") / "wards.gpkg"
    areas.dissolve("WD24CD")[["WD24NM", "geometry"]].reset_index().to_file(path, driver="GPKG")
    return path


@pytest.fixture(scope="module", params=BOTH)
def served(
    request: pytest.FixtureRequest, sample_files: list[Path], wards: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The areas, both proposals, and two layers: wards, and the areas of proposal B as those of a nursing service."""
    given = {path.name: path for path in sample_files}
    requests = [
        LoadRequest(Source.of(given[sample.AREAS])),
        LoadRequest(Source.of(given[sample.PROPOSAL_A])),
        LoadRequest(Source.of(given[sample.PROPOSAL_B])),
        LoadRequest(Source.of(given[sample.PROPOSAL_B]), footprint_name="Nursing", layer_of="Community nursing"),
        LoadRequest(Source.of(wards), footprint_name="Wards", layer_of="Wards"),
    ]
    with service(request, tmp_path_factory.mktemp("agreement"), requests) as client:
        yield client


def test_pcns_and_a_list_agree_as_scikit_learn_says(reading: TestClient) -> None:
    said = get(reading, PCNS, footprints=PROPOSAL_B)
    matrix = get(reading, "/api/v1/alignment/matrix", footprints=PROPOSAL_B)
    counts = np.array(matrix["patients"])
    assert (counts == counts.astype(int)).all()
    row, column = np.indices(counts.shape)
    pcn, neighbourhood = (np.repeat(at.ravel(), counts.astype(int).ravel()) for at in (row, column))
    # scikit-learn's homogeneity asks whether each cluster has one class: neighbourhoods within PCNs, and back
    h, c, v = homogeneity_completeness_v_measure(pcn, neighbourhood)
    measures = said["measures"]
    assert measures["columns_within_rows"] == pytest.approx(h, abs=1e-6)
    assert measures["rows_within_columns"] == pytest.approx(c, abs=1e-6)
    assert measures["v_measure"] == pytest.approx(v, abs=1e-6)
    assert measures["adjusted_rand_index"] == pytest.approx(adjusted_rand_score(pcn, neighbourhood), abs=1e-6)
    assert measures["total"] == counts.sum()
    first, second = said["directions"]
    assert (first["each"], first["within_one"], first["value"]) == ("PCN", "neighbourhood", pytest.approx(c, abs=1e-6))
    assert (second["each"], second["within_one"]) == ("neighbourhood", "PCN")
    assert f"{counts.max(axis=1).sum() / counts.sum():.1%}" in first["words"]


def test_every_pcn_and_neighbourhood_has_its_own_figures(reading: TestClient) -> None:
    said = get(reading, PCNS, footprints=PROPOSAL_B)
    matrix = get(reading, "/api/v1/alignment/matrix", footprints=PROPOSAL_B)
    counts = np.array(matrix["patients"], dtype=float)
    codes, columns = ([entry["code"] for entry in matrix[side]] for side in ("rows", "columns"))
    jaccard = counts / (counts.sum(axis=1, keepdims=True) + counts.sum(axis=0, keepdims=True) - counts)
    assert sorted(p["code"] for p in said["pcns"]) == codes
    for pcn in said["pcns"]:
        at = codes.index(pcn["code"])
        assert pcn["total"] == counts[at].sum()
        assert pcn["main"] == pcn["lead"] == columns[counts[at].argmax()]
        assert pcn["outside_main"] == counts[at].sum() - counts[at].max()
        assert (pcn["best_match"], pcn["jaccard"]) == (
            columns[jaccard[at].argmax()],
            pytest.approx(jaccard[at].max(), abs=1e-6),
        )
        whole = counts[at].sum() + matrix["outside"][at] + matrix["unknown"][at]
        assert pcn["lead_share_of_list_low"] == pytest.approx(counts[at].max() / whole, abs=1e-6)
        high = (counts[at].max() + matrix["unknown"][at]) / whole
        assert pcn["lead_share_of_list_high"] == pytest.approx(high, abs=1e-6)
    lead = [counts[at].argmax() for at in range(len(codes))]
    for at, neighbourhood in enumerate(said["neighbourhoods"]):
        home = sum(counts[i, at] for i in range(len(codes)) if lead[i] == at)
        residents = counts[:, at].sum() + matrix["without_pcn"][at] + matrix["registered_elsewhere"][at]
        assert neighbourhood["code"] == columns[at]
        assert neighbourhood["localisation_index"] == pytest.approx(home / residents, abs=1e-6)


def test_bounds_hold_whatever_is_unknown(reading: TestClient) -> None:
    unknown = get(reading, PCNS, footprints=PROPOSAL_B)["unknown_residence"]
    assert unknown["patients"] > 0
    assert 0 < unknown["misalignment_of_lead_low"] < unknown["misalignment_of_lead_high"] < 1
    assert f"{unknown['misalignment_of_lead_low']:.2%}" in unknown["words"]


@pytest.mark.parametrize("basis", ["patients", "practice", "area"])
def test_pcns_are_measured_on_every_basis(reading: TestClient, basis: str) -> None:
    said = get(reading, PCNS, footprints=PROPOSAL_A, basis=basis)
    assert said["basis"] == basis
    assert 0 < said["measures"]["v_measure"] <= 1
    assert {"datasets", "as_of", "attribution", "fictional"} <= said.keys()


def test_a_plan_agrees_wholly_with_itself_even_where_it_cuts_areas(served: Service) -> None:
    said = get(served, f"{FOOTPRINTS}/{PROPOSAL_A}/versions/1/agreement", **{"with": PROPOSAL_A})
    assert said["plan_distance"]["people"] == 0
    assert said["measures"]["v_measure"] == pytest.approx(1, abs=1e-6)
    assert (said["boundaries"]["first_share"], said["boundaries"]["second_share"]) == (1, 1)


def test_two_plans_are_as_far_apart_as_every_pairing_says(served: Service, areas: gpd.GeoDataFrame) -> None:
    said = get(served, f"{FOOTPRINTS}/{PROPOSAL_A}/versions/1/agreement", **{"with": PROPOSAL_B})
    people = areas.pivot_table(index="A", columns="B", values="population_census2021", aggfunc="sum", fill_value=0)
    table = people.to_numpy()
    table = table if table.shape[0] <= table.shape[1] else table.T
    orders = itertools.permutations(range(table.shape[1]), table.shape[0])
    kept = max(sum(table[i, j] for i, j in enumerate(order)) for order in orders)
    assert said["in_both"] == table.sum()
    assert said["plan_distance"]["people"] == table.sum() - kept
    assert (said["basis"], said["unit"]) == ("residents", "people")
    assert {row["code"]: row["total"] for row in said["first"]} == people.sum(axis=1).to_dict()
    assert {row["code"]: row["main"] for row in said["second"]} == people.idxmax(axis=0).to_dict()


def test_the_weighing_is_said_and_can_be_chosen(served: Service, reading: TestClient, areas: gpd.GeoDataFrame) -> None:
    url, asked = f"{FOOTPRINTS}/{PROPOSAL_B}/versions/1/agreement", {"with": PROPOSAL_A}
    land = get(served, url, **asked, weighing="area")
    assert land["unit"] == "square metres"
    assert land["in_both"] == pytest.approx(areas.area.sum(), rel=1e-6)
    patients = get(reading, url, **asked, weighing="patients")
    registered = get(reading, "/api/v1/alignment/neighbourhoods", footprints=PROPOSAL_B)["items"]
    assert {row["code"]: row["total"] for row in patients["first"]} == {n["code"]: n["patients"] for n in registered}
    assert patients["as_of"] == "2026-07-01"
    refused = served.get(url, params={**asked, "weighing": "patients"})
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("nothing-loaded")


def test_layers_stand_apart_from_proposals_and_places(served: Service) -> None:
    proposals = get(served, FOOTPRINTS)["items"]
    assert [(p["id"], p["role"]) for p in proposals] == [(PROPOSAL_A, "proposal"), (PROPOSAL_B, "proposal")]
    layers = get(served, "/api/v1/layers")["items"]
    assert [(v["id"], v["service"], v["role"]) for v in layers] == [
        ("nursing", "Community nursing", "layer"),
        ("wards", "Wards", "layer"),
    ]
    assert [place["id"] for place in get(served, "/api/v1/places")["items"]] == ["marshwick-sample"]


def test_how_far_each_layer_is_and_where(served: Service, areas: gpd.GeoDataFrame) -> None:
    said = get(served, f"{FOOTPRINTS}/{PROPOSAL_A}/versions/1/layers")["items"]
    shares = []
    for item, column in zip(said, ("B", "WD24CD"), strict=True):
        people = areas.pivot_table(
            index=column, columns="A", values="population_census2021", aggfunc="sum", fill_value=0
        )
        outside = people.sum(axis=1) - people.max(axis=1)
        split = outside[outside >= 0.01 * people.sum(axis=1)]
        assert item["same_main_share"] == pytest.approx(people.max(axis=1).sum() / people.to_numpy().sum(), abs=1e-6)
        assert (item["areas_compared"], item["areas_split"]) == (len(people), len(split))
        assert item["in_split_off_parts"] == split.sum()
        assert {row["code"]: row["outside_main"] for row in item["areas"]} == outside.to_dict()
        assert {row["code"]: row["main"] for row in item["areas"] if row["main_share"] > 0.5} == (
            people[people.max(axis=1) > 0.5 * people.sum(axis=1)].idxmax(axis=1).to_dict()
        )
        ranked = [row["outside_main"] for row in item["areas"]]
        assert ranked == sorted(ranked, reverse=True)
        shares.append(item["same_main_share"])
    assert [item["layer"] for item in said] == ["nursing", "wards"]
    assert shares == sorted(shares)  # the furthest first


def test_layers_come_as_csv_and_on_a_map(served: Service) -> None:
    url = f"{FOOTPRINTS}/{PROPOSAL_A}/versions/1/layers"
    whole = get(served, url)["items"]
    rows = list(csv.DictReader(io.StringIO(served.get(url, params={"f": "csv"}).text)))
    assert len(rows) == sum(item["areas_compared"] for item in whole)
    drawn = gpd.read_file(io.BytesIO(served.get(url, params={"f": "geojson", "layer": "wards"}).content))
    assert set(drawn["layer"]) == {"wards"}
    assert len(drawn) == whole[1]["areas_compared"]
    assert drawn.geometry.is_valid.all()
    assert drawn.geometry.notna().all()


@pytest.mark.parametrize("url", [PCNS, f"{FOOTPRINTS}/{PROPOSAL_A}/versions/1/agreement"])
def test_agreement_comes_as_a_long_table_and_the_same_to_the_byte(reading: TestClient, url: str) -> None:
    asked = {"f": "csv", "footprints": PROPOSAL_A, "with": PROPOSAL_B}
    first, second = (reading.get(url, params=asked) for _ in range(2))
    assert first.content == second.content
    rows = list(csv.DictReader(io.StringIO(first.text)))
    assert list(rows[0]) == ["level", "code", "name", "measure", "value"]
    assert {"whole", "pcn", "neighbourhood"} == {r["level"] for r in rows} or {"whole", "first", "second"} == {
        r["level"] for r in rows
    }
    assert "v_measure" in {r["measure"] for r in rows if r["level"] == "whole"}


def test_a_layer_is_uploaded_as_one_and_does_not_become_a_proposal(served: Service, wards: Path) -> None:
    def send(**form: str) -> Any:
        return served.post(
            "/api/v1/datasets",
            files=[("files", ("wards.gpkg", wards.read_bytes()))],
            data={**form, "dry_run": "true"},
            headers=served.key,
        )

    taken = send(name="Beats", layer_of="Police")
    assert taken.status_code == 200
    version = taken.json()["loaded"][0]["footprints"]
    assert (version["role"], version["service"]) == ("layer", "Police")
    for form in ({"name": "Wards"}, {"name": "Wards", "layer_of": "Police"}, {"name": PROPOSAL_A, "layer_of": "x"}):
        refused = send(**form)
        assert refused.status_code == 409
        assert refused.json()["remedy"]


@pytest.mark.parametrize(
    ("url", "asked", "status", "word"),
    [
        (PCNS, {"footprints": "nowhere"}, 404, "nowhere"),
        (PCNS, {}, 400, "footprints"),
        (f"{FOOTPRINTS}/{PROPOSAL_A}/versions/1/agreement", {}, 400, "with"),
        (f"{FOOTPRINTS}/{PROPOSAL_A}/versions/1/agreement", {"with": "nowhere"}, 404, "nowhere"),
        (f"{FOOTPRINTS}/{PROPOSAL_A}/versions/1/agreement", {"with": PROPOSAL_B, "place": "atlantis"}, 404, "atlantis"),
        (f"{FOOTPRINTS}/{PROPOSAL_A}/versions/1/agreement", {"with": PROPOSAL_B, "weighing": "x"}, 400, "weighing"),
        (f"{FOOTPRINTS}/{PROPOSAL_A}/versions/1/layers", {"layer": "nowhere"}, 404, "nowhere"),
        (f"{FOOTPRINTS}/{PROPOSAL_A}/versions/9/layers", {}, 404, "9"),
    ],
)
def test_what_cannot_be_compared_is_a_problem(
    served: Service, url: str, asked: dict[str, str], status: int, word: str
) -> None:
    answer = served.get(url, params=asked)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert word in answer.json()["detail"]


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (PCNS, {"footprints": PROPOSAL_B}),
        (f"{FOOTPRINTS}/{PROPOSAL_A}/versions/1/agreement", {"with": PROPOSAL_B, "weighing": "patients"}),
    ],
)
def test_small_numbers_of_restricted_files_are_hidden(
    loads: Loads, sample_files: list[Path], tmp_path: Path, url: str, asked: dict[str, str]
) -> None:
    requests = [LoadRequest(Source.of(path), restricted=True) for path in sample_files]
    with (
        loads.copy("sqlite", requests, tmp_path) as address,
        Store(address) as store,
        TestClient(create_app(Workspace(store), Settings(_env_file=None))) as client,
    ):
        said = get(client, url, **asked)
        assert said["restricted"]
        assert said["small_numbers"]
        for side in ("pcns", "neighbourhoods", "first", "second"):
            for row in said.get(side, []):
                for field in ("total", "outside_main", "outside_matched"):
                    assert row[field] is None or row[field] % 5 == 0
                    assert row[field] is None or row[field] == 0 or row[field] > 7
