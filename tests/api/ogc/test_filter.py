"""OGC API - Features Part 3 and CQL2: every filter against the same condition asked in plain Python of all features."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import shapely
from shapely.geometry import shape

from app.domain.filters import Relation

from .conftest import Ogc

PCNS, AREAS, PRACTICES = "alignment-pcns-proposal-a-neighbourhoods-v1", "lsoa-2021", "practices"
SPLIT = "alignment-areas-proposal-a-neighbourhoods-v1"

Row = dict[str, Any]


def NEVER(_feature: Row) -> bool:  # noqa: N802 - stands among the cases like a constant
    return False


def ALWAYS(_feature: Row) -> bool:  # noqa: N802
    return True


CASES: list[tuple[str, str, Callable[[Row], bool]]] = [
    (PCNS, "patients > 40000", lambda p: p["patients"] > 40000),
    (PCNS, "40000 < patients", lambda p: p["patients"] > 40000),
    (PCNS, "containment > 0.5 AND NOT class = 'split'", lambda p: p["containment"] > 0.5 and p["class"] != "split"),
    (PCNS, "class = 'split' OR practices = 5", lambda p: p["class"] == "split" or p["practices"] == 5),
    (PCNS, "class <> 'split'", lambda p: p["class"] != "split"),
    (PCNS, "practices BETWEEN 3 AND 5", lambda p: 3 <= p["practices"] <= 5),
    (PCNS, "practices NOT BETWEEN 3 AND 5", lambda p: not 3 <= p["practices"] <= 5),
    (PCNS, "code IN ('U99001', 'U99003', 'nobody')", lambda p: p["code"] in ("U99001", "U99003")),
    (PCNS, "practices IN (4, 5)", lambda p: p["practices"] in (4, 5)),
    (PCNS, "patients_inside <= patients_in_lead", lambda p: p["patients_inside"] <= p["patients_in_lead"]),
    (PCNS, "name LIKE 'E%'", lambda p: p["name"].startswith("E")),
    (PCNS, "name LIKE 'e%'", NEVER),
    (PCNS, "CASEI(name) LIKE CASEI('e%pcn')", lambda p: p["name"].lower().startswith("e")),
    (PCNS, "CASEI(name) = CASEI('cold fallow pcn')", lambda p: p["name"] == "COLD FALLOW PCN"),
    (PCNS, "name NOT LIKE '%PCN'", lambda p: not p["name"].endswith("PCN")),
    (PCNS, "code LIKE 'U9900_'", ALWAYS),
    (PCNS, "code LIKE '%*%' OR code LIKE '[U]%' OR code LIKE 'U9900\\_'", NEVER),
    (PCNS, "valid_to IS NULL AND lead IS NOT NULL", lambda p: p["lead"] is not None),
    (PCNS, "valid_to IS NOT NULL", NEVER),
    (PCNS, "as_of = DATE('2026-07-01')", lambda p: p["as_of"] == "2026-07-01"),
    (PCNS, "as_of < TIMESTAMP('2026-07-02T00:00:00Z')", ALWAYS),
    (PCNS, "TRUE", ALWAYS),
    (PCNS, "1 = 2", NEVER),
    (SPLIT, "fits = FALSE", lambda p: p["fits"] is False),
    (SPLIT, "fits AND contested", lambda p: bool(p["fits"] and p["contested"])),
    (SPLIT, "NOT fits", lambda p: p["fits"] is False),
    (SPLIT, "margin < -1 OR margin > 0.75", lambda p: p["margin"] > 0.75),
    (PRACTICES, "pcn_code IS NULL", lambda p: p["pcn_code"] is None),
    (PRACTICES, "NOT pcn_code = 'U99001'", lambda p: p["pcn_code"] not in (None, "U99001")),
    (PRACTICES, "postcode >= 'ZX41AA'", lambda p: p["postcode"] is not None and p["postcode"] >= "ZX41AA"),
]  # fmt: skip


@pytest.mark.parametrize(("collection", "text", "holds"), CASES, ids=[case[1] for case in CASES])
def test_a_filter_finds_what_it_says(ogc: Ogc, collection: str, text: str, holds: Callable[[Row], bool]) -> None:
    expected = [f["id"] for f in ogc.items(collection)["features"] if holds(f["properties"])]
    assert ogc.ids(collection, filter=text, limit=3) == expected
    assert ogc.ids(collection, filter=text, filter__lang="cql2-text") == expected


def test_the_cases_tell_features_apart(ogc: Ogc) -> None:
    """Most of the filters find something and leave something out, so a filter that did nothing would be seen."""
    telling = 0
    for collection, _, holds in CASES:
        found = [holds(f["properties"]) for f in ogc.items(collection)["features"]]
        telling += any(found) and not all(found)
    assert telling >= 15


def test_the_same_filters_in_json(ogc: Ogc) -> None:
    for said, text in (
        ({"op": ">", "args": [{"property": "patients"}, 40000]}, "patients > 40000"),
        ({"op": "like", "args": [{"property": "name"}, "E%"]}, "name LIKE 'E%'"),
        ({"op": "in", "args": [{"property": "code"}, ["U99001"]]}, "code IN ('U99001')"),
        ({"op": "=", "args": [{"property": "as_of"}, {"date": "2026-07-01"}]}, "as_of = DATE('2026-07-01')"),
        ({"op": "not", "args": [{"op": "isNull", "args": [{"property": "lead"}]}]}, "lead IS NOT NULL"),
    ):
        found = ogc.ids(PCNS, filter=json.dumps(said), filter__lang="cql2-json")
        assert found == ogc.ids(PCNS, filter=text)
        assert found


PLAN_B = "neighbourhoods-proposal-b-lsoa21-lookup-v1"


@pytest.mark.parametrize("name", sorted(Relation))
def test_spatial_relations_are_those_of_the_shapes(ogc: Ogc, name: str) -> None:
    every = {f["id"]: shape(f["geometry"]) for f in ogc.items(PLAN_B)["features"]}
    first = next(iter(every.values()))
    west, south, east, north = first.bounds
    inner = first.representative_point()
    given = {
        "contains": inner.buffer(1e-5),
        "crosses": shapely.LineString([(west - 0.01, inner.y), (east + 0.01, inner.y)]),
        "within": shapely.box(west - 0.001, south - 0.001, east + 0.001, north + 0.001),
    }.get(name, shapely.box(inner.x, inner.y, east + 0.001, north + 0.001))
    expected = [id_ for id_, geometry in every.items() if getattr(shapely, name)(geometry, given)]
    assert expected or name in ("touches", "equals")
    assert len(expected) < len(every)
    assert ogc.ids(PLAN_B, filter=f"S_{name.upper()}(geometry, {given.wkt})") == expected
    converse = {"within": "contains", "contains": "within"}.get(name, name)
    assert ogc.ids(PLAN_B, filter=f"S_{converse.upper()}({given.wkt}, geometry)") == expected


def test_a_feature_without_a_shape_is_in_no_relation_and_in_no_negated_one(ogc: Ogc) -> None:
    missing = [f["id"] for f in ogc.items(PRACTICES)["features"] if f["geometry"] is None]
    assert missing
    assert ogc.ids(PRACTICES, filter="geometry IS NULL") == missing
    inside = ogc.ids(PRACTICES, filter="S_INTERSECTS(geometry, BBOX(1.7,51.7,1.76,51.9))")
    outside = ogc.ids(PRACTICES, filter="NOT S_INTERSECTS(geometry, BBOX(1.7,51.7,1.76,51.9))")
    assert inside
    assert outside
    assert sorted(inside + outside + missing) == ogc.ids(PRACTICES)
    assert ogc.ids(PRACTICES, filter="NOT S_INTERSECTS(geometry, BBOX(-5,51,-4,52))") == sorted(inside + outside)


def test_properties_are_parameters_too_and_all_parts_must_hold(ogc: Ogc) -> None:
    every = {f["id"]: f["properties"] for f in ogc.items(PRACTICES)["features"]}
    assert ogc.ids(PRACTICES, pcn_code="U99001") == [i for i, p in every.items() if p["pcn_code"] == "U99001"]
    both = ogc.ids(
        PRACTICES, pcn_code="U99001", filter="code > 'V90022'", bbox="1.6,51.7,1.9,51.9", datetime="2026-01-01"
    )
    assert both == [i for i, p in every.items() if p["pcn_code"] == "U99001" and i > "V90022"]
    assert both
    assert ogc.ids(PCNS, practices="5") == ogc.ids(PCNS, filter="practices = 5")
    assert ogc.ids(SPLIT, fits="false") == ogc.ids(SPLIT, filter="NOT fits")
    for given in ({"practices": "five"}, {"practices": "nan"}, {"as_of": "today"}):
        assert next(iter(given)) in ogc.refused(PCNS, **given)


REFUSED = (
    "",
    "patients",
    "patients >",
    "patients > 'many'",
    "no_such = 1",
    "name = 1",
    "class < 5",
    "name LIKE 5",
    "1 LIKE '1'",
    "patients + 1 > 2",
    "upper(name) = 'X'",
    "fits > 1",
    "code IN (1)",
    "code IN (name)",
    "CASEI(patients) = 1",
    "S_INTERSECTS(name, POINT(1 2))",
    "S_INTERSECTS(geometry, geometry)",
    "S_INTERSECTS(geometry, POLYGON((0 0,1 1,0 1,1 0,0 0)))",
    "S_INTERSECTS(geometry, POINT(1000000 1000000))",
    "S_CONTAINS(geometry, BBOX(-80,40,80,50))",
    "as_of = DATE('soon')",
    "T_AFTER(as_of, DATE('2026-01-01'))",
    "name = 'a\x00b'",
    "patients = name",
    "patients; DROP TABLE dataset",
    "geometry = 1",
    "a" * 9000,
    "(" * 2000 + "patients=1" + ")" * 2000,
    "-" * 4000 + "1 = patients",
    "NOT " * 1500 + "TRUE",
    " AND ".join(["TRUE"] * 1100),
)


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:40] or "nothing")
def test_a_filter_that_cannot_be_used_is_refused_with_a_reason(ogc: Ogc, text: str) -> None:
    assert "filter" in ogc.refused(PCNS, filter=text)


def test_a_long_filter_within_the_limits_is_answered(ogc: Ogc) -> None:
    many = " OR ".join(f"patients = {number}" for number in range(350))
    assert ogc.ids(PCNS, filter=many) == []
    assert ogc.ids(PCNS, filter="(" * 24 + "TRUE" + ")" * 24) == ogc.ids(PCNS)


NO_JSON_FILTER = (
    "[]",
    "{}",
    "null",
    "5",
    '{"op":"=","args":[]}',
    '{"op":"=","args":[1]}',
    '{"op":["x"],"args":[]}',
    '{"op":"and","args":[1,2]}',
    '{"op":"in","args":[{"property":"code"},5]}',
    "[" * 500 + "]" * 500,
    '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[]}]}',
    '{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[1,2]}]}',
    '{"op":"=","args":[{"property":"name"},"\\u0000"]}',
)


@pytest.mark.parametrize("text", NO_JSON_FILTER)
def test_json_that_is_no_filter_is_refused(ogc: Ogc, text: str) -> None:
    assert "filter" in ogc.refused(PCNS, filter=text, filter__lang="cql2-json")


def test_queryables_are_a_json_schema_of_what_can_be_asked(ogc: Ogc) -> None:
    for collection in ogc.get("/collections").json()["collections"]:
        response = ogc.get(f"/collections/{collection['id']}/queryables")
        assert response.headers["content-type"] == "application/schema+json"
        said = response.json()
        assert said["$id"] == f"http://testserver/ogc/collections/{collection['id']}/queryables"
        assert said["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert (said["type"], said["additionalProperties"]) == ("object", False)
        assert said["properties"]["geometry"]["format"] == "geometry-any"
        for name, known in said["properties"].items():
            assert known["title"]
            text = f"{name} IS NULL"
            ogc.items(collection["id"], filter=text, limit=1)
        links = ogc.get(f"/collections/{collection['id']}/items", limit=1).headers["link"]
        assert f'<{said["$id"]}>; rel="http://www.opengis.net/def/rel/ogc/1.0/queryables"' in links
