"""Cross-INT arrangements: drafted from the figures, kept while people agree on them, and held against new figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.domain.arrangement import fields as record_fields
from app.domain.arrangement.draft import ArrangementDraft, Stood, draft
from app.domain.arrangement.kept import (
    ArrangementEvent,
    ArrangementRecord,
    Signature,
    check_signature,
    check_step,
    check_writable,
)
from app.domain.arrangement.review import Drafted, Due, due
from app.domain.arrangement.terms import Terms, Triggers, Weight
from app.domain.basis import Basis
from app.domain.naming import slug
from app.domain.problem import Fault, Problem
from app.domain.records import DatasetRecord, Status
from app.domain.work import ArrangementStatus
from app.services.aligning import Answer, Question, answer
from app.services.answers import Row, provenance
from app.services.arrangement_means import deprivation_by_int
from app.services.arrangement_rows import content, due_row
from app.services.workspace import Workspace
from app.store.unit import Unit

UNDER_REVIEW = (ArrangementStatus.AGREED, ArrangementStatus.IN_FORCE)


@dataclass(frozen=True)
class Asked:
    """What a draft is asked for; lead_share and list_change are triggers, ``None`` for the usual ones."""

    question: Question
    pcn: str
    terms: Terms = field(default_factory=Terms)
    lead_share: float | None = None
    list_change: float | None = None
    review_date: date | None = None


@dataclass(frozen=True, eq=False)
class Drafting:
    """A draft, the answer it stands on, and both as they are shown."""

    made: ArrangementDraft
    given: Answer
    said: Row


def drafted(work: Workspace, asked: Asked) -> Drafting:
    """Draft an arrangement; nothing is kept.

    Raises ``Problem``: as ``answer`` does; an unknown PCN; figures that count no patients; terms that do not fit.
    """
    given = answer(work, asked.question)
    _counts_patients(given)
    terms = asked.terms
    also: tuple[DatasetRecord, ...] = ()
    if terms.weight is Weight.DEPRIVATION:
        means, also = deprivation_by_int(work, given, asked.pcn)
        terms = replace(terms, measure=means)
    used = (*given.ground.datasets, *also)
    version = given.ground.version
    stood = Stood(
        footprints=f"{version.name}, version {version.number} ({version.status})",
        as_of=given.ground.as_of,
        datasets=tuple(r.name + (f" ({r.effective_date.isoformat()})" if r.effective_date else "") for r in used),
        restricted=given.restricted,
    )
    triggers = Triggers.usual(work.thresholds, asked.lead_share, asked.list_change, asked.review_date)
    made = draft(given.alignment, asked.pcn, terms, triggers, work.thresholds, stood)
    return Drafting(made, given, content(made, given, also))


def keep(work: Workspace, asked: Asked, by: str, replaces: str | None = None) -> ArrangementRecord:
    """Keep a draft. ``replaces``: the arrangement of the same PCN that ends when this one comes into force.

    Raises ``Problem`` as ``drafted`` does; not found, or conflict, for an arrangement that it cannot replace.
    """
    found = drafted(work, asked)
    version = found.given.ground.version
    said = {**found.said, "signatures": [], "replaces": replaces}
    with work.store.write() as unit:
        if replaces is not None:
            _replaceable(unit.arrangements.get(replaces), asked.pcn)
        return unit.arrangements.add(version.id, found.given.place_id, asked.pcn, said, by, "draft kept")


def get(work: Workspace, arrangement_id: str) -> ArrangementRecord:
    """Raises ``Problem`` (not found)."""
    with work.store.read() as unit:
        return unit.arrangements.get(arrangement_id)


def listed(
    work: Workspace,
    *,
    footprints: str | None = None,
    version: int | None = None,
    place: str | None = None,
    pcn: str | None = None,
    status: ArrangementStatus | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> list[ArrangementRecord]:
    """Kept arrangements, the newest first."""
    with work.store.read() as unit:
        return unit.arrangements.page(
            footprint_id=slug(footprints) if footprints else None,
            version=version,
            place=slug(place) if place else None,
            pcn_code=pcn,
            status=status,
            after=after,
            limit=limit,
        )


def history(work: Workspace, arrangement_id: str) -> tuple[ArrangementEvent, ...]:
    """Everything that was done to an arrangement, oldest first. Raises ``Problem`` (not found)."""
    with work.store.read() as unit:
        return unit.arrangements.events(arrangement_id)


def fill_in(
    work: Workspace, arrangement_id: str, revision: int, changes: Mapping[str, str | None], by: str
) -> ArrangementRecord:
    """Fill in fields of a draft or proposal; who had signed, signed something else, so their sign-offs are void.

    Raises ``Problem``: not found; ``Stale``; conflict where it was agreed; bad input for fields (see ``merged``).
    """
    with work.store.write() as unit:
        record = unit.arrangements.held(arrangement_id, revision)
        check_writable(record)
        fields = record_fields.merged(record_fields.from_plain(record.content["fields"]), changes)
        rows = [record_fields.plain(one) for one in fields]
        if rows == record.content["fields"]:
            return record
        what = f"fields changed: {', '.join(sorted(changes))}"
        said = {**record.content, "fields": rows}
        return _changed(unit, record, by, what, record.status, said, void=True)


def move(
    work: Workspace, arrangement_id: str, status: ArrangementStatus, by: str, today: date, revision: int | None = None
) -> ArrangementRecord:
    """Take a step: draft, proposed, agreed, in force, ended. What it replaces ends as it comes into force.

    Raises ``Problem``: not found; ``Stale``; conflict for a step that may not be taken, or not yet.
    """
    with work.store.write() as unit:
        record = unit.arrangements.held(arrangement_id, revision)
        fields = record_fields.from_plain(record.content["fields"])
        check_step(record, status, record_fields.day_in(fields, record_fields.Date.START), today)
        if status is ArrangementStatus.IN_FORCE and record.content.get("replaces"):
            old = unit.arrangements.held(record.content["replaces"])
            if old.status is not ArrangementStatus.ENDED:
                unit.arrangements.change(old, by, f"replaced by {record.id}", ArrangementStatus.ENDED, old.content)
        what = f"{record.status} → {status}"
        return _changed(unit, record, by, what, status, record.content, void=status is ArrangementStatus.DRAFT)


def sign(
    work: Workspace, arrangement_id: str, signature: Signature, by: str, today: date, revision: int | None = None
) -> ArrangementRecord:
    """Note that somebody signed a proposed arrangement. Raises ``Problem``: not found; ``Stale``; conflict."""
    with work.store.write() as unit:
        record = unit.arrangements.held(arrangement_id, revision)
        check_signature(record, signature, today)
        said = {**record.content, "signatures": [*record.content.get("signatures", ()), signature.plain()]}
        what = f"signed for {signature.party} by {signature.name}"
        return _changed(unit, record, by, what, record.status, said)


def review(work: Workspace, arrangement_id: str, today: date) -> Row:
    """Whether an arrangement is due for review now: on the latest data, and on the version it was drafted on.

    Raises ``Problem``: not found; as ``answer`` does.
    """
    return _review(work, get(work, arrangement_id), today)


def all_due(work: Workspace, today: date, footprints: str | None = None, place: str | None = None) -> list[Row]:
    """The arrangements agreed or in force that are due for review, the newest first."""
    found = [
        _review(work, record, today)
        for status in UNDER_REVIEW
        for record in listed(work, footprints=footprints, place=place, status=status)
    ]
    return [row for row in found if row["due"]]


def _review(work: Workspace, record: ArrangementRecord, today: date) -> Row:
    with work.store.read() as unit:
        version = unit.footprints.version(record.version_id)
    basis = Basis(record.content["provenance"]["basis"])
    given = answer(work, Question(version.footprint_id, record.place, basis, None, version.number))
    found = _found(record, given, today, superseded=version.status is Status.SUPERSEDED)
    return {
        "arrangement": record.id,
        "status": str(record.status),
        "pcn_code": record.pcn_code,
        "due": bool(found),
        "today": today.isoformat(),
        "drafted_as_of": record.content["provenance"]["as_of"],
        "items": [due_row(one) for one in found],
        **provenance(given),
    }


def _found(record: ArrangementRecord, given: Answer, today: date, *, superseded: bool) -> tuple[Due, ...]:
    fields = record_fields.from_plain(record.content["fields"])
    day = record_fields.day_in(fields, record_fields.Date.REVIEW)
    triggers = Triggers(**{**record.content["triggers"], "review_date": day})
    then = Drafted.from_plain(record.content["drafted_on"])
    return due(then, triggers, given.alignment, today, superseded=superseded)


def _changed(
    unit: Unit,
    record: ArrangementRecord,
    by: str,
    what: str,
    status: ArrangementStatus,
    said: dict[str, Any],
    *,
    void: bool = False,
) -> ArrangementRecord:
    if void and said.get("signatures"):
        what, said = f"{what}; sign-offs void", {**said, "signatures": []}
    return unit.arrangements.change(record, by, what, status, said)


def _counts_patients(given: Answer) -> None:
    if given.ground.unit != "patients":
        raise Problem(
            Fault.NOTHING_LOADED,
            "An arrangement needs numbers of patients",
            f"These figures count {given.ground.unit}.",
            remedy="Load “Patients Registered at a GP Practice” by LSOA, or practices with their list sizes.",
        )


def _replaceable(old: ArrangementRecord, pcn: str) -> None:
    if old.pcn_code != pcn or old.status is ArrangementStatus.ENDED:
        why = "has ended" if old.pcn_code == pcn else f"is of another PCN, {old.pcn_code}"
        raise Problem(
            Fault.CONFLICT,
            "It cannot replace that arrangement",
            f"{old.id} {why}.",
            remedy="Name an arrangement of the same PCN that has not ended, or none.",
        )
