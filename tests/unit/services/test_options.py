"""Options from the sample place: the command, long work, small numbers, and what is asked being what is answered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from app.cli import app
from app.domain.alignment import align
from app.domain.options.kinds import Kind
from app.domain.options.limits import Limits
from app.domain.options.situation import situation
from app.domain.options.suggesting import suggest
from app.domain.problem import Problem
from app.domain.thresholds import Thresholds
from app.ingest.source import Source
from app.services.aligning import Question
from app.services.jobs import understood
from app.services.loading import LoadRequest, load
from app.services.long_work import Stopped
from app.services.option_rows import everything, route_row
from app.services.option_tables import frontier_table, option_table, route_table
from app.services.options import Asked, neighbours, options, points_of
from app.services.suppression import published
from app.services.workspace import Workspace
from app.settings import Settings, settings
from app.store.store import Store
from data import sample
from tests.unit.domain.options.borough import TABLE, borough, inputs

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "options.md"
A, B = "proposal-a-neighbourhoods", "proposal-b-lsoa21-lookup"


@pytest.fixture(scope="module")
def place(sample_copy: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(Store(sample_copy(tmp_path_factory.mktemp("options"))))


@pytest.fixture(scope="module")
def hidden(sample_files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('hidden') / 'store.sqlite'}")
    store.upgrade()
    load(store, [LoadRequest(Source.of(p), restricted=p.name == sample.REGISTRATIONS) for p in sample_files])
    return Workspace(store)


@pytest.fixture
def command(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    monkeypatch.setenv("COTERMINOUS_DATABASE_URL", str(place.store.url))
    settings.cache_clear()
    yield CliRunner()
    settings.cache_clear()


def run(command: CliRunner, *words: str) -> str:
    done = command.invoke(app, ["options", *words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_the_command_prints_what_json_says(command: CliRunner) -> None:
    said = json.loads(run(command, "--footprints", B, "--place", "Marshwick (sample)", "--moves", "3", "--json"))
    text = " ".join(run(command, "--footprints", B, "--moves", "3").split())
    assert said["words"] in text
    for option in said["options"]:
        assert option["sentence"] in text
        assert f"Id: {option['id']}" in text
        for check in option["checks"]:
            assert (f"{check['outcome']}: {check['text']}" in text) == (check["outcome"] in ("warn", "stop"))
    for route in said["routes"]:
        assert route["sentence"] in text
        assert f"{route['name']} ({route['code']}): {route['route']}" in text
    for point in said["frontier"]["points"]:
        assert f"{point['patients_outside_lead']:,.0f}" in text
    assert "In no PCN: FLINTSHAW HEALTH CENTRE (V90029)" in text


def test_every_place_is_answered_where_none_is_named(command: CliRunner) -> None:
    said = json.loads(run(command, "--footprints", B, "--moves", "1", "--json"))
    assert [answer["place"]["name"] for answer in said] == ["Marshwick (sample)"]


def test_who_stays_is_repeated_to_the_reader(command: CliRunner) -> None:
    text = run(command, "--footprints", B, "--moves", "1", "--stay", "V90005", "--keep", "U99008")
    assert "BELLFOUNDERS PRACTICE stays; TIDEWAY FEDERATION PCN does not change." in " ".join(text.split())
    with pytest.raises(Problem, match="V99999"):
        run(command, "--footprints", B, "--moves", "1", "--stay", "V99999")


def test_long_work_gives_the_whole_frontier_and_tells_how_far_it_is(place: Workspace) -> None:
    kind, question = understood(place, "options", {"footprints": B, "kept": ["U99002", "U99001"]})
    assert (question["version"], question["place"], question["kept"]) == (1, "Marshwick (sample)", ["U99001", "U99002"])
    assert question["limits"]["floor"] == 30_000
    seen: list[float] = []
    done = kind.run(place, question, lambda share, _: seen.append(share), lambda: False)
    assert done["frontier"]["exhausted"]
    assert len(done["frontier"]["points"]) > 6
    assert seen == sorted(seen)
    assert seen[-1] == 1
    asked = Asked(Question(B), kept=("U99001", "U99002"), most_moves=15)
    assert json.dumps(done) == json.dumps(everything(options(place, asked)))


def test_long_work_that_is_no_longer_wanted_stops_and_is_not_remembered(place: Workspace) -> None:
    kind, question = understood(place, "options", {"footprints": B, "each": 2})
    with pytest.raises(Stopped):
        kind.run(place, question, lambda *_: None, lambda: True)
    done = kind.run(place, question, lambda *_: None, lambda: False)
    assert done["frontier"]["stopped"] is None
    assert done["frontier"]["proven"]


@pytest.mark.parametrize(
    ("said", "why"),
    [({"place": "Nowhere"}, "no place"), ({"kept": ["U00000"]}, "U00000"), ({"most_moves": 16}, "most_moves")],
)
def test_long_work_that_cannot_be_done_is_refused_before_it_begins(
    place: Workspace, said: dict[str, Any], why: str
) -> None:
    with pytest.raises(Problem, match=why):
        understood(place, "options", {"footprints": B, **said})


def test_an_answer_cut_short_states_its_gap_and_is_not_kept(place: Workspace) -> None:
    asked = Asked(Question(B), most_moves=4, each=3)
    part = options(place, asked, time_limit=0)
    assert part.frontier.stopped == "time limit"
    assert any(point.gap > 0 for point in part.frontier.points)
    whole = options(place, asked)
    assert whole.frontier.proven
    assert options(place, asked, time_limit=0).suggestions is whole.suggestions  # from memory


def test_an_option_that_is_done_is_not_offered_again(place: Workspace) -> None:
    base = options(place, Asked(Question(B), most_moves=3)).base
    inputs, where = base.answer.ground.inputs, base.answer.alignment.place
    known = {"points": points_of(base.answer.ground), "neighbours": neighbours(place, base.answer.ground)}
    for option in options(place, Asked(Question(B), most_moves=3)).suggestions.options:
        if option.kind in (Kind.MOVE, Kind.JOIN):
            after = align(replace(inputs, pcn_of={**inputs.pcn_of, **option.pcn_of}), where)
            again = suggest(situation(after, **known), date(2026, 7, 1), most_moves=1)
            assert option.id not in {other.id for other in again.options}
            if option.kind is Kind.MOVE:
                assert again.options[0].outside_before == pytest.approx(option.outside_after, abs=1e-6)


def test_neighbours_are_those_of_the_small_areas(place: Workspace) -> None:
    drawn = options(place, Asked(Question(A), most_moves=0)).base
    pairs = neighbours(place, drawn.answer.ground)
    assert pairs
    assert list(pairs) == sorted({(min(pair), max(pair)) for pair in pairs})
    codes = {n.code for n in drawn.answer.alignment.neighbourhoods}
    assert {code for pair in pairs for code in pair} == codes


def test_small_numbers_are_hidden_in_rows_sentences_and_tables(hidden: Workspace) -> None:
    found = options(hidden, Asked(Question(B), most_moves=2))
    said = everything(found)
    assert said["restricted"]
    text = json.dumps(said)
    for number in re.findall(r"([\d,]+) (?:more |fewer )?(?:registered )?patients", text.replace("least 1,000", "")):
        assert int(number.replace(",", "")) % 5 == 0
    for name, value in counts(said):
        assert value is None or (value % 5 == 0 and value != 5), name
    for table in (option_table(found), frontier_table(found), route_table(found)):
        for name, value in counts(table):
            assert value is None or (value % 5 == 0 and value != 5), name


def test_a_small_number_in_a_row_is_null_with_its_share() -> None:
    table = TABLE.copy()
    table[5] = [31_000, 5]
    place = borough(inputs(table), restricted=True)
    cedar = next(route for route in suggest(place, date(2026, 7, 1)).routes if route.pcn == "C")
    row = published(route_row(place, cedar), True)
    north, south = row["before"]["neighbourhoods"]
    assert (north["patients"], south["patients"], south["share"]) == (31_000, None, None)
    assert south["suppressed_fields"] == ["patients", "share"]
    assert row["before"]["patients_outside_lead"] is None


def counts(value: Any) -> Iterator[tuple[str, int | float | None]]:
    if isinstance(value, list):
        for item in value:
            yield from counts(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name.startswith("patients") and not isinstance(item, list | dict):
                yield name, item
            yield from counts(item)


def test_local_limits_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COTERMINOUS_LARGEST_PCN", "80000")
    monkeypatch.setenv("COTERMINOUS_FARTHEST_MOVE", "2500")
    monkeypatch.setenv("COTERMINOUS_LEAST_BENEFIT", "500")
    assert Settings(_env_file=None).limits == Limits(ceiling=80_000, reach=2_500, benefit_patients=500)


def test_the_guide_gives_the_numbers_that_options_are_held_to() -> None:
    guide, limits = GUIDE.read_text(encoding="utf-8"), Limits()
    assert f"| {limits.floor:,.0f}, or its list today if that is smaller |" in guide
    assert f"| {limits.advice:,.0f} | guidance |" in guide
    assert f"| {limits.ceiling:,.0f} (`COTERMINOUS_LARGEST_PCN`)" in guide
    assert f"| {(limits.reach or 0) / 1000:.0f} km (`COTERMINOUS_FARTHEST_MOVE`)" in guide
    assert f"warned of above {limits.apart / 1000:.0f} km" in guide
    assert f"| {limits.benefit_patients:,.0f} (`COTERMINOUS_LEAST_BENEFIT`)" in guide
    assert (limits.benefit_share, limits.moves_at_once, Thresholds().aligned) == (
        0.25,
        5,
        0.8,
    )  # one for four, five, 80 %


def test_practices_of_one_place_cannot_be_asked_of_several(command: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.commands.options.places_of", lambda _: ("East", "West"))
    with pytest.raises(typer.BadParameter, match="name it with --place"):
        CliRunner().invoke(
            app, ["options", "--footprints", B, "--stay", "V90005"], standalone_mode=False, catch_exceptions=False
        )
