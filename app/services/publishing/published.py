"""Collections as the rest of the service asks for them: which there are, and one of them, made on first use."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from app.domain.problem import Fault, Problem, if_loaded
from app.domain.publication import Collection
from app.services.publishing import plan_options, plans, registers
from app.services.publishing.offers import Offer, State
from app.services.publishing.writing import written
from app.services.workspace import Workspace

SHOWN = 20


def offers(work: Workspace, every: bool = False) -> list[Offer]:
    """What can be had now, by id; of a plan only the latest version unless ``every`` is asked for. Makes nothing."""
    state = State.of(work)

    def gather() -> list[Offer]:
        every = [*registers.offers(work, state), *plans.offers(work, state), *plan_options.offers(work, state)]
        return sorted(every, key=lambda offer: offer.id)

    loaded = tuple((record.id, record.restricted) for record in state.datasets)
    versions = tuple((version.id, version.status, version.start_date) for version in state.versions)
    found = work.remember(("offers", loaded, versions, work.thresholds, work.limits), gather)
    return [offer for offer in found if every or offer.current]


def offer(work: Workspace, collection_id: str) -> Offer:
    """One of them, whichever version. Raises ``Problem`` (not found)."""
    found = offers(work, every=True)
    named = next((offer for offer in found if offer.id == collection_id), None)
    if named is None:
        known = ", ".join(offer.id for offer in found if offer.current)
        raise Problem(
            Fault.NOT_FOUND,
            "No such collection",
            f"There is no collection “{collection_id[:100]}”.",
            remedy=f"Known: {known}." if known else "Nothing has been loaded yet.",
        )
    return named


def published(work: Workspace, collection_id: str) -> Collection:
    """A collection with its current content, made and kept on first use.

    Raises ``Problem``: not found; what is loaded does not suffice to make it.
    """
    return _kept(work, offer(work, collection_id))


def at_hand(work: Workspace, found: Offer) -> Collection | None:
    """The content of an offer where it has been made already."""
    with work.store.read() as unit:
        return unit.features.find(found.key)


def by_key(work: Workspace, collection_id: str, key: str) -> Collection | None:
    """Content under a key, perhaps older than the current one; ``None`` where it is gone or of another collection."""
    with work.store.read() as unit:
        found = unit.features.find(key)
    return found if found is not None and found.id == collection_id else None


def listed(work: Workspace, every: bool = False) -> list[tuple[Offer, Collection]]:
    """Everything that can be had now, made where it has not been: a list must say each collection's extent.

    Left out are those without a feature, those that what is loaded does not suffice for, and those that take long and
    nobody has asked for by their id.
    """
    made = []
    for found in offers(work, every):
        if not found.listed_unmade and at_hand(work, found) is None:
            continue
        collection = if_loaded(partial(_kept, work, found))
        if collection is not None and collection.count:
            made.append((found, collection))
    return made


def _kept(work: Workspace, found: Offer) -> Collection:
    return work.remember(("published", found.key), lambda: _made(work, found))


def _made(work: Workspace, found: Offer) -> Collection:
    kept = at_hand(work, found)
    if kept is not None:
        return kept
    collection, features = written(found, found.make(), datetime.now(UTC))
    with work.store.write() as unit:
        if not unit.features.publish(collection, features):
            # Another process was first: what it made is the same.
            return unit.features.find(found.key) or collection
    return collection
