from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import shapely
from scipy import sparse

from app.domain.problem import Fault, Problem
from app.domain.records import Role, Status
from app.ingest.reading import COLUMNS
from app.store.store import Store
from geometry.labelled import Labelled
from tests.stored import LOADED, assignments, dataset, frame, neighbourhoods, square

SHARES = Labelled(("E1", "E2"), ("N1", "N2"), sparse.csr_array([[1.0, 0.0], [0.1 + 0.2, 0.7]]))


def _add(store: Store, slug: str = "plan-a", *codes: str) -> str:
    with store.write() as unit:
        if unit.datasets.find("f") is None:
            dataset(unit, "f", "footprints")
        return unit.footprints.add_version(slug, "Plan A", "f", neighbourhoods(*(codes or ("N1", "N2")))).id


def test_a_version_says_what_it_holds(store: Store) -> None:
    with Store(store.url.render_as_string(hide_password=False), now=lambda: LOADED) as clocked, clocked.write() as unit:
        dataset(unit, "f", "footprints")
        rows = neighbourhoods("N3", "N1", "N2")
        made = unit.footprints.add_version("plan-a", "Plan A", "f", rows, None, date(2026, 4, 1))
    with store.read() as unit:
        assert unit.footprints.get("plan-a") == made
        assert unit.footprints.version(made.id) == made
        assert unit.footprints.of_dataset("f") == made
        assert unit.footprints.of_dataset("other") is None
    assert (made.id, made.number, made.status, made.name) == ("plan-a-v1", 1, Status.DRAFT, "Plan A")
    assert (made.neighbourhoods, made.places) == (3, ("Eastham", "Westham"))
    assert (made.start_date, made.created_at) == (date(2026, 4, 1), LOADED)


def test_neighbourhoods_come_back_by_code_with_their_shapes(store: Store) -> None:
    version = _add(store, "plan-a", "N2", "N1")
    with store.read() as unit:
        back = unit.footprints.neighbourhoods(version)
        assert unit.footprints.assignments(version).empty
        assert tuple(unit.footprints.assignments(version).columns) == COLUMNS["neighbourhood_area"]
    assert back["code"].tolist() == ["N1", "N2"]
    assert tuple(back.columns) == COLUMNS["neighbourhood"]
    assert back.crs.to_epsg() == 27700
    assert [shapely.to_wkb(s) for s in back.geometry] == [shapely.to_wkb(square(x, 0)) for x in (100.0, 0.0)]


def test_a_list_of_areas_is_kept_in_order_and_without_shapes(store: Store) -> None:
    pairs = assignments(("N2", "E2"), ("N1", "E1"), ("N1", "E2"), start=date(2026, 4, 1))
    with store.write() as unit:
        version = unit.footprints.add_version(
            "plan-a", "Plan A", dataset(unit, "f"), neighbourhoods("N1", "N2", shapes=False), pairs
        )
        assert unit.footprints.assignments(version.id).to_dict("records") == pairs.to_dict("records")
        assert unit.footprints.neighbourhoods(version.id).geometry.isna().all()


def test_an_assignment_to_a_neighbourhood_there_is_none_of_undoes_the_version(store: Store) -> None:
    with pytest.raises(Problem) as raised, store.write() as unit:
        unit.footprints.add_version(
            "plan-a", "Plan A", dataset(unit, "f"), neighbourhoods("N1"), assignments(("N9", "E1"))
        )
    assert raised.value.fault is Fault.CONFLICT
    with store.read() as unit:
        assert unit.footprints.list() == ()
        assert unit.datasets.page() == []


def test_versions_count_up_by_footprint(store: Store) -> None:
    for slug in ("plan-a", "plan-b", "plan-a"):
        _add(store, slug)
    with store.read() as unit:
        assert [v.id for v in unit.footprints.list()] == ["plan-a-v1", "plan-a-v2", "plan-b-v1"]
        assert unit.footprints.get("plan-a").number == 2
        assert unit.footprints.get("plan-a", 1).id == "plan-a-v1"
        with pytest.raises(Problem, match=r"no footprint 'plan-c'.*\n.*plan-a, plan-b") as raised:
            unit.footprints.get("plan-c")
        assert raised.value.fault is Fault.NOT_FOUND
        with pytest.raises(Problem, match=r"no version of plan-a '3'.*\n.*1, 2"):
            unit.footprints.get("plan-a", 3)
        with pytest.raises(Problem, match="no footprint version 'plan-a-v9'"):
            unit.footprints.version("plan-a-v9")


def test_writers_at_once_never_share_a_number(store: Store) -> None:
    _add(store)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: _add(store), range(16)))
    assert sorted(made) == sorted(f"plan-a-v{number}" for number in range(2, 18))


def test_agreeing_a_version_supersedes_the_one_agreed_before(store: Store) -> None:
    first, second, other = _add(store), _add(store), _add(store, "plan-b")
    with store.write() as unit:
        for version in (first, other, second):
            for status in (Status.SHARED, Status.PROPOSED, Status.AGREED):
                assert unit.footprints.set_status(version, status).status is status
    with store.read() as unit:
        assert {v.id: v.status for v in unit.footprints.list()} == {
            first: Status.SUPERSEDED,
            second: Status.AGREED,
            other: Status.AGREED,
        }


def test_what_is_agreed_or_superseded_never_moves_back(store: Store) -> None:
    first, second = _add(store), _add(store)
    for version in (first, second):
        with store.write() as unit:
            unit.footprints.set_status(version, "agreed")
    for version, status in [(first, "agreed"), (first, "draft"), (second, "proposed")]:
        with pytest.raises(Problem) as raised, store.write() as unit:
            unit.footprints.set_status(version, status)
        assert raised.value.fault is Fault.CONFLICT
    with store.read() as unit:
        assert [v.status for v in unit.footprints.list()] == [Status.SUPERSEDED, Status.AGREED]


def test_agreeing_two_versions_at_once_leaves_one_agreed(store: Store) -> None:
    versions = [_add(store) for _ in range(6)]

    def agree(version: str) -> None:
        with store.write() as unit:
            unit.footprints.set_status(version, Status.AGREED)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(agree, versions))
    with store.read() as unit:
        found = [v.status for v in unit.footprints.list()]
    assert sorted(found) == [Status.AGREED] + [Status.SUPERSEDED] * 5


def test_an_unknown_status_or_version_is_said_so(store: Store) -> None:
    version = _add(store)
    with store.write() as unit:
        with pytest.raises(Problem, match="draft, shared, proposed, agreed, superseded") as raised:
            unit.footprints.set_status(version, "approved")
        assert raised.value.fault is Fault.BAD_INPUT
        with pytest.raises(Problem, match="plan-a-v1"):
            unit.footprints.set_status("plan-a-v7", Status.AGREED)


def test_shares_are_kept_exactly_with_how_they_were_made(store: Store) -> None:
    version = _add(store)
    with store.write() as unit:
        dataset(unit, "areas", "areas")
        assert unit.footprints.shares(version, "areas") is None
        unit.footprints.save_shares(version, "areas", SHARES, {"how": "old"})
        unit.footprints.save_shares(version, "areas", SHARES.T.T, {"how": "overlay", "clipped": [1, None]})
    with store.read() as unit:
        kept = unit.footprints.shares(version, "areas")
        assert unit.footprints.shares(version, "f") is None
    assert kept is not None
    shares, meta = kept
    assert (shares.rows, shares.columns) == (SHARES.rows, SHARES.columns)
    assert shares.dense().tolist() == SHARES.dense().tolist()
    assert meta == {"how": "overlay", "clipped": [1, None]}


def test_shares_need_their_version_and_areas(store: Store) -> None:
    version = _add(store)
    for wrong in ((version, "nowhere"), ("plan-a-v9", "f")):
        with pytest.raises(Problem) as raised, store.write() as unit:
            unit.footprints.save_shares(*wrong, SHARES, {})
        assert raised.value.fault is Fault.NOT_FOUND


def test_a_list_gets_its_shapes_later(store: Store) -> None:
    with store.write() as unit:
        version = unit.footprints.add_version(
            "plan-a", "Plan A", dataset(unit, "f"), neighbourhoods("N1", "N2", shapes=False)
        ).id
        unit.footprints.set_status(version, Status.AGREED)
        unit.footprints.set_geometry(version, {"N2": square(7, 7)})
    with store.read() as unit:
        back = unit.footprints.neighbourhoods(version).set_index("code").geometry
    assert back["N1"] is None
    assert shapely.to_wkb(back["N2"]) == shapely.to_wkb(square(7, 7))


def test_an_agreed_shape_never_changes(store: Store) -> None:
    version = _add(store)
    with store.write() as unit:
        unit.footprints.set_geometry(version, {"N1": square(1, 1)})
        unit.footprints.set_status(version, Status.AGREED)
        before = unit.footprints.neighbourhoods(version)
    with pytest.raises(Problem) as raised, store.write() as unit:
        unit.footprints.set_geometry(version, {"N1": square(2, 2)})
    assert raised.value.fault is Fault.CONFLICT
    with store.read() as unit:
        assert unit.footprints.neighbourhoods(version).geometry.to_wkb().equals(before.geometry.to_wkb())


def test_a_shape_for_an_unknown_neighbourhood_is_refused(store: Store) -> None:
    version = _add(store)
    with pytest.raises(Problem, match="Known: N1, N2"), store.write() as unit:
        unit.footprints.set_geometry(version, {"N3": square(1, 1)})


def test_a_neighbourhood_twice_is_refused(store: Store) -> None:
    with pytest.raises(Problem, match="row 1 already"):
        _add(store, "plan-a", "N1", "N1")


def test_of_several_versions_of_a_dataset_the_latest_is_given(store: Store) -> None:
    url = store.url.render_as_string(hide_password=False)
    for hours, slug in enumerate(("plan-b", "plan-a")):
        with Store(url, now=lambda hours=hours: LOADED + timedelta(hours=hours)) as later:
            _add(later, slug)
    with store.read() as unit:
        found = unit.footprints.of_dataset("f")
    assert found is not None
    assert found.id == "plan-a-v1"


def test_places_that_are_missing_are_not_listed(store: Store) -> None:
    rows = frame("neighbourhood", {"code": "N1", "place": "Eastham"}, {"code": "N2"})
    with store.write() as unit:
        made = unit.footprints.add_version("plan-a", "Plan A", dataset(unit, "f"), rows)
    assert made.places == ("Eastham",)


def test_a_layer_is_told_apart_from_proposals_and_stays_one(store: Store) -> None:
    _add(store)
    with store.write() as unit:
        rows = neighbourhoods("T1", "T2")
        first = unit.footprints.add_version("teams", "Teams", "f", rows, service="Community nursing")
        second = unit.footprints.add_version("teams", "Teams", "f", rows, service="Community nursing")
    with store.read() as unit:
        kept = {v.id: (v.role, v.service) for v in unit.footprints.list()}
    assert (first.number, second.number) == (1, 2)
    assert kept == {
        "plan-a-v1": (Role.PROPOSAL, None),
        "teams-v1": (Role.LAYER, "Community nursing"),
        "teams-v2": (Role.LAYER, "Community nursing"),
    }


@pytest.mark.parametrize(
    ("slug", "service", "word"),
    [("plan-a", "Police", "proposal"), ("teams", None, "Community nursing"), ("teams", "Police", "Police")],
)
def test_footprints_do_not_change_what_they_are_for(store: Store, slug: str, service: str | None, word: str) -> None:
    _add(store)
    with store.write() as unit:
        unit.footprints.add_version("teams", "Teams", "f", neighbourhoods("T1"), service="Community nursing")
    with pytest.raises(Problem, match=word) as raised, store.write() as unit:
        unit.footprints.add_version(slug, slug, "f", neighbourhoods("N9"), service=service)
    assert raised.value.fault is Fault.CONFLICT
    with store.read() as unit:
        assert len(unit.footprints.list()) == 2
