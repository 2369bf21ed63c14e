"""Pages: every feature once in whatever order, forwards and backwards, and the same while data is added."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Ogc

AREAS, PCNS, PRACTICES = "lsoa-2021", "alignment-pcns-proposal-a-neighbourhoods-v1", "practices"
SPLIT = "alignment-areas-proposal-a-neighbourhoods-v1"


def link(page: dict[str, Any], rel: str) -> str | None:
    return next((found["href"] for found in page["links"] if found["rel"] == rel), None)


def ids(page: dict[str, Any]) -> list[str]:
    return [feature["id"] for feature in page["features"]]


@pytest.mark.parametrize(
    ("collection", "sortby"),
    [
        (AREAS, None),
        (AREAS, "ward_code"),
        (AREAS, "-imd_decile,name"),
        (PCNS, "-containment"),
        (PRACTICES, "pcn_code"),
        (PRACTICES, "-pcn_code"),
        (PRACTICES, "valid_to,-valid_from"),
        (SPLIT, "fits,-share"),
        (SPLIT, "-contested"),
    ],
)
def test_pages_hold_every_feature_once_in_order_and_lead_back(ogc: Ogc, collection: str, sortby: str | None) -> None:
    given = {"sortby": sortby} if sortby else {}
    every = ids(ogc.items(collection, **given))
    properties = {f["id"]: f["properties"] for f in ogc.items(collection)["features"]}
    assert every == _sorted(properties, sortby)
    size = max(2, len(every) // 6)
    pages = [ogc.items(collection, limit=size, **given)]
    assert link(pages[0], "prev") is None
    while (following := link(pages[-1], "next")) is not None:
        pages.append(ogc.client.get(following).json())
    assert [id_ for page in pages for id_ in ids(page)] == every
    assert all(page["numberMatched"] == len(every) for page in pages)
    at = len(pages) - 1
    while (before := link(pages[at], "prev")) is not None:
        back = ogc.client.get(before).json()
        assert ids(back) == ids(pages[at - 1])
        assert link(back, "next") is not None
        pages[at - 1] = back
        at -= 1
    assert at == 0


def _sorted(properties: dict[str, dict[str, Any]], sortby: str | None) -> list[str]:
    """The order as Python has it: stable sorts from the last property to the first, what is missing at the end."""
    found = sorted(properties)
    for part in reversed(sortby.split(",") if sortby else []):
        name, falling = part.lstrip("+-"), part.startswith("-")
        known = [id_ for id_ in found if properties[id_][name] is not None]
        missing = [id_ for id_ in found if properties[id_][name] is None]
        known.sort(key=lambda id_, name=name: properties[id_][name], reverse=falling)
        found = known + missing
    return found


def test_a_plus_in_an_address_is_read_as_one(ogc: Ogc) -> None:
    page = ogc.client.get(f"/ogc/collections/{AREAS}/items?sortby=+name,-code&limit=3").json()
    assert ids(page) == ids(ogc.items(AREAS, sortby="name,-code", limit=3))


def test_a_filter_goes_along_from_page_to_page(ogc: Ogc) -> None:
    chosen = {"filter": "imd_decile > 5", "bbox": "1.72,51.75,1.81,51.80", "lad_code": "E09990001"}
    found = ogc.ids(AREAS, limit=4, sortby="-imd_score", **chosen)
    assert len(found) > 12
    assert found == ids(ogc.items(AREAS, sortby="-imd_score", **chosen))


def test_the_place_of_a_page_fits_its_own_question_only(ogc: Ogc) -> None:
    following = link(ogc.items(AREAS, limit=4, sortby="name"), "next")
    assert following is not None
    place = following.split("cursor=")[1].split("&")[0]
    assert ogc.items(AREAS, cursor=place, sortby="name")["numberReturned"] == 216
    assert "another question" in ogc.refused(AREAS, cursor=place)
    assert "another question" in ogc.refused(AREAS, cursor=place, sortby="name", filter="imd_decile > 5")
    assert "cursor" in ogc.refused(PRACTICES, cursor=place, sortby="name")
    for broken in (place[:-3], place[1:], "A" + place, place.swapcase()):
        assert "cursor" in ogc.refused(AREAS, cursor=broken, sortby="name")


def test_the_page_for_people_has_its_pages_too(ogc: Ogc) -> None:
    page = ogc.get(f"/collections/{AREAS}/items", limit=100, f="html").text
    assert 'rel="next"' in page
    assert 'rel="prev"' not in page
    assert "100 of 220 features" in page


def test_an_old_gdal_that_walks_by_ten_is_given_larger_pages_after_the_first(ogc: Ogc) -> None:
    def following(program: str, limit: int = 10, accept: str = "*/*") -> int:
        asked = {"User-Agent": program, "Accept": accept}
        said = ogc.get(f"/collections/{AREAS}/items", headers=asked, limit=limit)
        assert len(said.json()["features"]) == limit
        assert "User-Agent" in said.headers["vary"]
        href = next(link["href"] for link in said.json()["links"] if link["rel"] == "next")
        return len(ogc.client.get(href, headers={"User-Agent": program}).json()["features"])

    whole = len(ogc.items(AREAS, limit=10_000)["features"])
    assert following("GDAL/3.6.2") == whole - 10
    assert following("GDAL/3.8.0") == following("curl/8.0") == following("GDAL/3.12.1") == 10
    assert following("GDAL/3.6.2", limit=20) == 20
    # So it asks where nobody has given it a name.
    assert following("", accept="application/geo+json, application/json") == whole - 10
    assert following("") == 10
