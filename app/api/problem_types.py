"""What each type of problem means: the page that the ``type`` of every problem points to."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

router = APIRouter(tags=["service"])

MEANINGS = {
    "bad-input": "A file or value was understood but cannot be used; the findings say where and why.",
    "unreadable-file": "The file is damaged, cut off, or not in the format it claims.",
    "unknown-kind": "The file is none of the kinds the service reads, as far as its content tells.",
    "missing-column": "A column that this kind of file needs was not found under any of its known names.",
    "not-found": "There is nothing by this id or name.",
    "nothing-loaded": "The question needs data that has not been loaded yet.",
    "conflict": "The change would undo something that is fixed, such as an agreed version.",
    "not-allowed": "The key sent may not do this.",
    "too-large": "The upload, or what it unpacks to, is over the limit.",
    "unavailable": "The service or its database cannot answer at the moment.",
    "key-needed": "Writing, and reading records of people or money, needs a key, sent as “Authorization: Bearer KEY”.",
    "too-many-jobs": "So much work is waiting that no more is taken for now; Retry-After says when to ask again.",
    "bad-request": "A parameter is missing or not of the form it must have.",
    "precondition-failed": "The record was changed since you read it: read it again, then make your change.",
    "precondition-required": "Changing this record needs If-Match with the revision you read.",
    "method-not-allowed": "This address does not take this method.",
    "internal": "Something failed that nobody foresaw; it has been written to the service's log.",
}


@router.get("/problems", response_class=HTMLResponse, summary="What each type of problem means")
def problems() -> HTMLResponse:
    rows = "".join(f'<dt id="{name}">{name}</dt><dd>{escape(meaning)}</dd>' for name, meaning in MEANINGS.items())
    return HTMLResponse(
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Problems – Coterminous</title><main><h1>Problems</h1><dl>{rows}</dl></main></html>"
    )
