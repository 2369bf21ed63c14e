"""What PostGIS adds: geometry that other people's SQL can use, and codes that sort the same in any locale."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from app.domain.problem import Problem
from app.store.store import Store
from tests.databases import emptied
from tests.stored import areas, dataset, neighbourhoods, square

pytestmark = pytest.mark.postgis
Row = tuple[Any, ...]


@pytest.fixture
def postgis(migrated_postgis: str) -> Iterator[psycopg.Connection[Row]]:
    """Another program's connection to a store with two areas and a neighbourhood."""
    emptied(migrated_postgis)
    with Store(migrated_postgis) as store, store.write() as unit:
        unit.areas.add(dataset(unit, "a", "areas"), areas(E2=square(100, 0), E1=square(0, 0)))
        unit.footprints.add_version("plan", "Plan", dataset(unit, "f"), neighbourhoods("N1"))
        unit.footprints.set_geometry("plan-v1", {"N1": square(5, 5, 10)})
    with psycopg.connect(migrated_postgis) as connection:
        yield connection


def test_other_programs_find_real_geometry_on_the_national_grid(postgis: psycopg.Connection[Row]) -> None:
    found = postgis.execute("SELECT code, ST_Area(geometry), ST_SRID(geometry) FROM area ORDER BY code").fetchall()
    assert found == [("E1", 10_000.0, 27700), ("E2", 10_000.0, 27700)]
    crossed = postgis.execute(
        "SELECT a.code, ST_Area(ST_Intersection(a.geometry, n.geometry)) FROM area a"
        " JOIN neighbourhood n ON ST_Intersects(a.geometry, n.geometry)"
    ).fetchall()
    assert crossed == [("E1", 100.0)]
    layers = postgis.execute(
        "SELECT f_table_name, srid FROM geometry_columns WHERE f_table_schema = 'public' ORDER BY 1"
    ).fetchall()
    assert layers == [
        ("area", 27700),
        ("neighbourhood", 27700),
        ("published_drawing", 3857),
        ("published_feature", 27700),
    ], "GIS programs list them"


def test_boxes_are_those_of_the_shapes(postgis: psycopg.Connection[Row]) -> None:
    for table in ("area", "neighbourhood"):
        wrong = postgis.execute(
            f"SELECT count(*) FROM {table} WHERE (minx, miny, maxx, maxy) IS DISTINCT FROM"  # noqa: S608
            " (ST_XMin(geometry), ST_YMin(geometry), ST_XMax(geometry), ST_YMax(geometry))"
        ).fetchone()
        assert wrong == (0,)


@pytest.mark.parametrize("table", ["area", "neighbourhood"])
def test_a_spatial_question_is_answered_from_the_index(postgis: psycopg.Connection[Row], table: str) -> None:
    postgis.execute("SET enable_seqscan = off")
    plan = postgis.execute(
        f"EXPLAIN SELECT code FROM {table} WHERE geometry && ST_MakeEnvelope(0, 0, 9, 9, 27700)"  # noqa: S608
    ).fetchall()
    assert any(f"ix_{table}_geometry" in line for (line,) in plan)


def test_a_geometry_of_another_grid_is_refused(postgis: psycopg.Connection[Row]) -> None:
    with pytest.raises(psycopg.errors.DataError, match="SRID"):
        postgis.execute("UPDATE area SET geometry = ST_SetSRID(geometry, 4326)")


def test_a_user_who_may_not_add_postgis_is_told_what_to_do(postgis_server: str, bare_postgis: str) -> None:
    role = "coterminous_plain"
    with psycopg.connect(bare_postgis, autocommit=True) as server:
        server.execute(f"DROP ROLE IF EXISTS {role}")
        server.execute(f"CREATE ROLE {role} LOGIN")
        try:
            server.execute(f"GRANT ALL ON SCHEMA public TO {role}")
            address = server.info
            plain = f"postgresql://{role}@{address.host}:{address.port}/{address.dbname}"
            with Store(plain) as store:
                with pytest.raises(Problem, match="CREATE EXTENSION postgis"):
                    store.upgrade()
                assert store.revision() is None
                server.execute("CREATE EXTENSION postgis")
                store.upgrade()
                assert store.is_current
        finally:
            server.execute(f"DROP OWNED BY {role}")
            server.execute(f"DROP ROLE {role}")
