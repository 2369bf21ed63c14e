"""Options as features: those the options of the place are, and made only when asked for where that takes long."""

from __future__ import annotations

import dataclasses

import pytest

from app.services.publishing import plan_options, published
from app.services.publishing.offers import State
from app.services.workspace import Workspace
from tests.served import PROPOSAL_B

from .conftest import Ogc

COLLECTION = f"options-{PROPOSAL_B}-v1"


def test_they_say_what_the_options_of_the_place_say(ogc: Ogc) -> None:
    said = ogc.client.get("/api/v1/options", params={"footprints": PROPOSAL_B}).json()["options"]
    features = {feature["id"]: feature for feature in ogc.items(COLLECTION, limit=1000)["features"]}
    assert set(features) == {option["id"] for option in said}
    assert any(option["moves"] for option in said)
    practices = {f["id"]: f["geometry"] for f in ogc.items("practices", limit=1000)["features"]}
    for option in said:
        feature = features[option["id"]]
        told = feature["properties"]
        assert (told["name"], told["kind"]) == (option["sentence"], option["kind"])
        assert told["patients_gained"] == option["patients_gained"]
        assert told["patients_outside_lead"] == option["after"]["patients_outside_lead"]
        assert told["patients_outside_lead_before"] == option["before"]["patients_outside_lead"]
        moved = [practices[move["practice"]] for move in option["moves"]]
        placed = sorted(point["coordinates"] for point in moved if point)
        if moved:  # one whose place is not known is not drawn
            assert (feature["geometry"] and sorted(feature["geometry"]["coordinates"])) == (placed or None)
    at = next(link for link in ogc.get("/collections").json()["collections"] if link["id"] == COLLECTION)
    assert "Options for discussion" in at["description"]


def test_those_of_many_places_are_made_when_they_are_asked_for(ogc: Ogc, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Workspace(ogc.client.app.state.work.store)  # type: ignore[attr-defined]
    plain = plan_options.offers

    def slow(work: Workspace, state: State) -> list[plan_options.Offer]:
        return [dataclasses.replace(o, key=o.key[::-1], listed_unmade=False) for o in plain(work, state)]

    monkeypatch.setattr(plan_options, "offers", slow)
    assert COLLECTION not in {offer.id for offer, _ in published.listed(work)}
    assert published.published(work, COLLECTION).count > 1
    assert COLLECTION in {offer.id for offer, _ in published.listed(work)}
