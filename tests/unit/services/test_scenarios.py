"""Scenarios from stored data: on the command line, after more is loaded, and of a plan whose lines divide areas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.domain.problem import Problem
from app.ingest.source import Source
from app.services.aligning import Question
from app.services.loading import LoadRequest, load
from app.services.scenario_board import start
from app.services.scenario_versions import submit
from app.services.scenarios import Asked, compare, kept, save, what_if
from app.services.workspace import Workspace
from app.settings import settings
from app.store.store import Store
from data import sample

A, B, SHIFTED = "proposal-a-neighbourhoods", "proposal-b-lsoa21-lookup", "shifted"


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The sample place, and its proposal A again with every line 120 metres further east."""
    folder = tmp_path_factory.mktemp("scenarios")
    with Store(f"sqlite:///{folder / 'store.sqlite'}") as store:
        store.upgrade()
        paths = [p for p in sample.generate(folder / "s") if p.suffix != ".txt"]
        # Without postcodes, areas that a line cuts are divided by square metres, and so really divided.
        load(store, [LoadRequest(Source.of(p)) for p in paths if "NSPL" not in p.name])
        with store.read() as unit:
            drawn = unit.footprints.neighbourhoods(unit.footprints.get(A).id)
        drawn["geometry"] = drawn.geometry.translate(xoff=120.0)
        path = folder / "shifted.gpkg"
        drawn.to_file(path, driver="GPKG", engine="pyogrio")
        load(store, [LoadRequest(Source.of(path), footprint_name=SHIFTED)])
        yield Workspace(store)


def border(work: Workspace, footprints: str, *, divided: bool) -> tuple[str, str]:
    """An area beside a border, cut by that very line or whole, and the neighbourhood across."""
    board = start(work, Question(footprints)).board
    assert board.land is not None
    assert board.land.adjacency is not None
    held = board.land.holder
    for one, other in board.land.adjacency.edges.tolist():
        if held[one] == held[other] or min(held[one], held[other]) < 0 or board.land.divided[one] != divided:
            continue
        if (board.land.shares[one, held[other]] > 0) == divided:
            return board.land.codes[one], board.neighbourhoods[held[other]].code
    raise AssertionError("no such area")


def test_a_divided_area_moves_wholly_and_is_told(work: Workspace) -> None:
    area, to = border(work, SHIFTED, divided=True)
    trial = what_if(work, Asked(Question(SHIFTED), ((area, to),)))
    (move,) = trial.tried.areas
    assert move.was_divided
    assert 0 < move.share < 1
    assert any(area in warning and "wholly" in warning for warning in trial.warnings)
    land, side = trial.start.board.land, trial.tried.after_side
    assert land is not None
    row = land.shares[land.index[area]]
    at = [n.code for n in trial.start.board.neighbourhoods].index(to)
    gained = side.standing.registered[at] - trial.start.side.standing.registered[at]
    assert gained == pytest.approx(land.registered[land.index[area]] * (1 - row[at]))
    assert side.standing.registered.sum() - trial.start.side.standing.registered.sum() == pytest.approx(
        land.registered[land.index[area]] * (1 - row.sum())
    )


def test_a_drawn_plan_is_submitted_as_whole_areas_each_once(work: Workspace) -> None:
    area, to = border(work, SHIFTED, divided=True)
    scenario, _, _ = save(work, Asked(Question(SHIFTED), ((area, to),)), "Across the line", "ana")
    done = submit(work, scenario.id, "ben")
    land = start(work, Question(SHIFTED, version=1)).board.land
    assert land is not None
    assert done.wholly == land.divided.sum() - 1 > 0
    with work.store.read() as unit:
        pairs = unit.footprints.assignments(done.version.id)
        report = unit.datasets.get(done.version.dataset_id).report
    assert pairs["area_code"].is_unique
    mostly = {code for code, share in zip(land.codes, land.shares.sum(axis=1), strict=True) if share > 0.999}
    assert mostly <= set(pairs["area_code"])
    assert dict(zip(pairs["area_code"], pairs["neighbourhood_code"], strict=True))[area] == to
    told = " ".join(finding["message"] for finding in report["findings"])
    assert "Submitted by ben" in told
    assert "kept by ana" in told
    assert f"{done.wholly:,} areas that a line divided" in told
    again = start(work, Question(SHIFTED, version=done.version.number)).board.land
    assert again is not None
    assert not again.divided.any()


def test_what_is_newer_is_said_and_the_figures_stay(work: Workspace, tmp_path: Path) -> None:
    area, to = border(work, B, divided=False)
    scenario, trial, already = save(work, Asked(Question(B), ((area, to),)), "Before more came", "ana")
    assert not already
    listed = tmp_path / "proposal_b_lsoa21_lookup.csv"
    with work.store.read() as unit:
        pairs = unit.footprints.assignments(scenario.version_id)
    pairs.assign(LSOA_2021_CODE=pairs["area_code"], NEIGHBOURHOOD_CODE="ONE", NEIGHBOURHOOD_NAME="One")[
        ["LSOA_2021_CODE", "NEIGHBOURHOOD_CODE", "NEIGHBOURHOOD_NAME"]
    ].to_csv(listed, index=False)
    load(work.store, [LoadRequest(Source.of(listed))])
    found = kept(work, scenario.id)
    assert (found.newer_version, found.newer_registrations, found.other_data) == (2, None, False)
    assert found.trial.tried.after == trial.tried.after
    assert found.trial.start.answer.ground.version.number == 1


def test_scenarios_of_different_places_are_not_compared(work: Workspace) -> None:
    area, to = border(work, A, divided=False)
    place = start(work, Question(A)).answer.ground.version.places[0]
    ids = [save(work, Asked(Question(A, p), ((area, to),)), "Somewhere", "ana")[0].id for p in (None, place)]
    assert ids[0] != ids[1]
    with pytest.raises(Problem, match="different places"):
        compare(work, ids)


@pytest.fixture
def chosen(work: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COTERMINOUS_DATABASE_URL", str(work.store.url))
    monkeypatch.setenv("COLUMNS", "200")
    settings.cache_clear()
    yield
    settings.cache_clear()


def said(*words: str) -> str:
    run = CliRunner().invoke(app, ["what-if", "--footprints", A, *words])
    if run.exception is not None:
        raise run.exception
    return run.output


@pytest.mark.usefixtures("chosen")
def test_the_command_prints_what_json_gives(work: Workspace) -> None:
    area, to = border(work, A, divided=False)
    standing = start(work, Question(A)).board.standing
    practice = sorted(standing.members)[0]
    pcn = next(code for code in standing.pcns if code != standing.members[practice])
    words = ("--move", f"{practice}={pcn}", "--move", f"{area} = {to}", "--band", "20000-60000")
    found, text = json.loads(said(*words, "--json")), said(*words)
    assert found["moves"] == f"{practice}>{pcn},{area}>{to}"
    for side in ("before", "after"):
        assert f"{found[side]['patients_outside_lead']:,.0f}" in text
        assert f"{found[side]['misalignment']:.1%}" in text
    for row in (*found["pcns"], *found["neighbourhoods"]):
        assert f"{row['name']} ({row['code']})" in text
    plain = " ".join(text.split())
    assert all(check["text"] in plain for check in found["checks"] if check["outcome"] == "warn")
    assert "Options for discussion" in plain


@pytest.mark.usefixtures("chosen")
def test_a_move_that_is_none_is_a_misuse() -> None:
    for text in ("F1", "F1=", "=U1"):
        run = CliRunner().invoke(app, ["what-if", "--footprints", A, "--move", text])
        assert run.exit_code == 2
        assert "CODE=TARGET" in run.output
    with pytest.raises(Problem, match="is no practice"):
        said("--move", "F1=U1")
