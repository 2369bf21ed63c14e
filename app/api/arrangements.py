"""Arrangements over HTTP: drafts computed for anybody, and the records kept of them, which need a key even to read.

A kept arrangement may hold money and names, and is not public before it is agreed (nor all of it afterwards).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from app.api.access import Work, Writer
from app.api.formats import Wanted, respond
from app.api.paging import DEFAULT, After, Limit, clamp, page
from app.domain.arrangement.annex import annex
from app.domain.arrangement.kept import ArrangementRecord, Party, Signature, Stale
from app.domain.arrangement.terms import Elsewhere, Terms, Weight
from app.domain.basis import Basis
from app.domain.problem import Fault, Problem
from app.domain.work import ArrangementStatus
from app.services import arrangements as service
from app.services.aligning import Question
from app.services.arrangement_rows import event_row, kept_row, listed_row, split_rows

router = APIRouter(prefix="/arrangements", tags=["arrangements"])

PRIVATE = {"Cache-Control": "private, no-cache"}
MARKDOWN = "text/markdown; charset=utf-8"


class Wish(BaseModel):
    """What a draft is asked for."""

    footprints: str = Field(description="The proposal: its id or name.", min_length=1, max_length=200)
    pcn: str = Field(description="Code of the PCN.", min_length=1, max_length=40)
    place: str | None = Field(None, description="One place of the plan, by id or name.", max_length=200)
    basis: Basis | None = Field(None, description="What is counted; by default the best there is evidence for.")
    as_of: date | None = Field(None, description="The date; by default that of the registrations.")
    version: int | None = Field(None, description="Version of the proposal; by default the latest.", ge=1)
    weight: Weight = Field(Weight.REGISTERED, description="By what sessions and funding are shared out.")
    sessions: float | None = Field(None, description="MDT sessions a week to be shared out.")
    session_unit: float = Field(0.25, description="Smallest part of a session: 0.25, 0.5 or 1.")
    amount: int | None = Field(None, description="Whole pounds to be shared out.")
    elsewhere: Elsewhere = Field(Elsewhere.LEAD, description="Where patients count who live outside the plan.")
    minimum_share: float | None = Field(
        None,
        description="INTs with a smaller share of the PCN's patients are met by the lead INT; by default "
        "the place's material share.",
    )
    lead: str | None = Field(None, description="Another lead INT than the one with most patients.", max_length=40)
    lead_reason: str | None = Field(None, description="Why; needed with lead.", max_length=4_000)
    int_sessions: float | None = Field(None, description="Sessions that one INT has in all, to see the PCN's part.")
    int_amount: int | None = Field(None, description="Pounds that one INT has in all, to see the PCN's part.")
    lead_share: float | None = Field(None, description="Trigger: the lead INT's share falls below this (0..1).")
    list_change: float | None = Field(None, description="Trigger: the list changes by more than this (0..1).")
    review_date: date | None = Field(None, description="Trigger: the day of the next review.")

    def asked(self, activity: dict[str, float]) -> service.Asked:
        terms = Terms(
            weight=self.weight,
            activity=activity,
            sessions=self.sessions,
            session_unit=self.session_unit,
            amount=self.amount,
            elsewhere=self.elsewhere,
            minimum_share=self.minimum_share,
            lead=self.lead,
            lead_reason=self.lead_reason,
            int_sessions=self.int_sessions,
            int_amount=self.int_amount,
        )
        question = Question(self.footprints, self.place or None, self.basis, self.as_of, self.version)
        return service.Asked(question, self.pcn, terms, self.lead_share, self.list_change, self.review_date)


class Questioned(Wish):
    """The same in an address."""

    activity: list[str] = Field(
        default_factory=list, description="With weight=activity: INT:NUMBER, repeated.", max_length=200
    )


class Kept(Wish):
    """A draft to be kept."""

    model_config = ConfigDict(extra="forbid")

    activity: dict[str, float] = Field(default_factory=dict, description="With the weight “activity”: number by INT.")
    replaces: str | None = Field(None, description="The arrangement that ends when this one is in force.")


class Changes(BaseModel):
    """Fields to fill in, by key; null takes one back to what the draft said."""

    model_config = ConfigDict(extra="forbid")

    fields: dict[str, str | None] = Field(min_length=1, max_length=200)


class Step(BaseModel):
    model_config = ConfigDict(extra="forbid")

    status: ArrangementStatus


class SignOff(BaseModel):
    model_config = ConfigDict(extra="forbid")

    party: Party
    name: str = Field(min_length=1, max_length=200, pattern=r"\S")
    role: str = Field(min_length=1, max_length=200, pattern=r"\S")
    signed_on: date


def today() -> date:
    """The day it is, in UTC."""
    return datetime.now(UTC).date()


Today = Annotated[date, Depends(today)]
IfMatch = Annotated[str | None, Header(description='The record\'s revision as you read it, such as "3".')]


def questioned(work: Work, wish: Annotated[Questioned, Query()]) -> service.Drafting:
    """The draft that an address asks for."""
    activity = {}
    for text in wish.activity:
        code, _, number = text.rpartition(":")
        try:
            activity[code] = float(number)
        except ValueError:
            raise _bad_activity(text) from None
        if not code:
            raise _bad_activity(text)
    return service.drafted(work, wish.asked(activity))


Drafted = Annotated[service.Drafting, Depends(questioned)]


@router.get("/draft", summary="An arrangement drafted from the figures; nothing is kept")
def draft(given: Drafted, form: Wanted) -> Response:
    return respond(form, json=lambda: given.said, csv_rows=lambda: split_rows(given.said), name="arrangement-split")


@router.get("/draft/annex", summary="The same as a printed annex, in Markdown")
def draft_annex(given: Drafted) -> Response:
    return Response(annex(given.said), media_type=MARKDOWN)


@router.get("/due", summary="Arrangements agreed or in force that are due for review on the latest data")
def all_due(work: Work, _key: Writer, day: Today, footprints: str | None = None, place: str | None = None) -> Response:
    return JSONResponse({"items": service.all_due(work, day, footprints, place)}, headers=PRIVATE)


@router.post("", summary="Keep a draft", status_code=201)
def keep(work: Work, key: Writer, wish: Kept) -> Response:
    record = service.keep(work, wish.asked(wish.activity), key.name, wish.replaces)
    return _shown(record, 201, {"Location": f"/api/v1/arrangements/{record.id}"})


@router.get("", summary="Kept arrangements, the newest first")
def arrangements(
    request: Request,
    work: Work,
    _key: Writer,
    footprints: str | None = None,
    version: Annotated[int | None, Query(ge=1)] = None,
    place: str | None = None,
    pcn: str | None = None,
    status: ArrangementStatus | None = None,
    limit: Limit = DEFAULT,
    after: After = None,
) -> Response:
    limit = clamp(limit)
    found = service.listed(
        work,
        footprints=footprints,
        version=version,
        place=place,
        pcn=pcn,
        status=status,
        after=after,
        limit=limit + 1,
    )
    return JSONResponse(page(request, [listed_row(record) for record in found], limit, "id"), headers=PRIVATE)


@router.get("/{arrangement_id}", summary="One kept arrangement")
def arrangement(arrangement_id: str, work: Work, _key: Writer) -> Response:
    return _shown(service.get(work, arrangement_id))


@router.get("/{arrangement_id}/annex", summary="The same as a printed annex, in Markdown")
def kept_annex(arrangement_id: str, work: Work, _key: Writer) -> Response:
    record = service.get(work, arrangement_id)
    return Response(annex(record.content, str(record.status)), media_type=MARKDOWN, headers=PRIVATE)


@router.patch(
    "/{arrangement_id}",
    summary="Fill in fields of a draft or proposal",
    responses={412: {"description": "It was changed since you read it."}, 428: {"description": "If-Match is missing."}},
)
def fill_in(arrangement_id: str, work: Work, key: Writer, changes: Changes, if_match: IfMatch = None) -> Response:
    if if_match is None:
        raise HTTPException(
            428, 'Changing a record needs If-Match: read the record, and send its revision, such as "3".'
        )
    revision = _matched(service.get(work, arrangement_id), if_match)
    try:
        return _shown(service.fill_in(work, arrangement_id, revision, changes.fields, key.name))
    except Stale as error:
        raise _changed_since(error.detail) from error


@router.post("/{arrangement_id}/status", summary="Take a step: draft, proposed, agreed, in force, ended")
def move(arrangement_id: str, work: Work, key: Writer, step: Step, day: Today, if_match: IfMatch = None) -> Response:
    revision = None if if_match is None else _matched(service.get(work, arrangement_id), if_match)
    try:
        return _shown(service.move(work, arrangement_id, step.status, key.name, day, revision))
    except Stale as error:
        raise _changed_since(error.detail) from error


@router.post("/{arrangement_id}/signatures", summary="Note a sign-off of a proposed arrangement", status_code=201)
def sign(
    arrangement_id: str, work: Work, key: Writer, signed: SignOff, day: Today, if_match: IfMatch = None
) -> Response:
    revision = None if if_match is None else _matched(service.get(work, arrangement_id), if_match)
    signature = Signature(signed.party, signed.name.strip(), signed.role.strip(), signed.signed_on)
    try:
        return _shown(service.sign(work, arrangement_id, signature, key.name, day, revision), 201)
    except Stale as error:
        raise _changed_since(error.detail) from error


@router.get("/{arrangement_id}/history", summary="Everything that was done to an arrangement, oldest first")
def history(arrangement_id: str, work: Work, _key: Writer) -> Response:
    events = service.history(work, arrangement_id)
    return JSONResponse({"items": [event_row(event) for event in events]}, headers=PRIVATE)


@router.get("/{arrangement_id}/review", summary="Whether it is due for review on the latest data, and why")
def review(arrangement_id: str, work: Work, _key: Writer, day: Today) -> Response:
    return JSONResponse(service.review(work, arrangement_id, day), headers=PRIVATE)


def _shown(record: ArrangementRecord, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    tagged = {**PRIVATE, "ETag": _tag(record), **(headers or {})}
    return JSONResponse(kept_row(record), status_code=status, headers=tagged)


def _tag(record: ArrangementRecord) -> str:
    """The tag of a record is its revision: nothing of it changes without that."""
    return f'"{record.revision}"'


def _matched(record: ArrangementRecord, if_match: str) -> int:
    """The revision that If-Match names, by its tag or as any (``*``). Raises 412 for another."""
    # A tag comes back weak (W/) from a client that was sent the record compressed; the revision is the same.
    given = [part.strip().removeprefix("W/") for part in if_match.split(",")]
    if {"*", _tag(record)} & set(given):
        return record.revision
    raise _changed_since(f"It is at revision {record.revision} now.")


def _changed_since(why: str) -> HTTPException:
    said = f"The arrangement has changed since you read it. {why} Read it again, and make your change to that."
    return HTTPException(412, said)


def _bad_activity(text: str) -> Problem:
    return Problem(
        Fault.BAD_INPUT,
        "The activity cannot be understood",
        f"{text[:80]!r} is not INT:NUMBER.",
        remedy="Give activity=N01:120 once for each INT.",
    )
