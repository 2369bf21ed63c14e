"""Long work over HTTP: ask for it, watch it, take its result, or call it off."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from app.api.access import KeyIfNeeded, Work
from app.api.formats import Wanted, respond
from app.api.paging import DEFAULT, After, Limit, clamp, page
from app.api.problems import problem_response
from app.domain.jobs import JobRecord
from app.domain.problem import Fault, Problem
from app.domain.work import JobState
from app.services import jobs as service
from app.services.long_work import WorkKind
from app.services.work_kinds import KINDS

router = APIRouter(prefix="/jobs", tags=["jobs"])

ADDRESS = "/api/v1/jobs"
LARGEST_QUESTION = 1024**2  # bytes
Responses = dict[int | str, dict[str, Any]]

NEVER_KEPT = {"Cache-Control": "no-store"}
"""A job that has not ended may be another the next moment."""


def _asks(kind: WorkKind) -> dict[str, Any]:
    """What a kind of work takes, as OpenAPI has it: with its name, and without references to elsewhere."""
    whole = kind.asks.model_json_schema()
    defined = whole.pop("$defs", {})

    def inlined(part: Any) -> Any:
        if isinstance(part, list):
            return [inlined(item) for item in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            return inlined(defined[part["$ref"].removeprefix("#/$defs/")])
        return {name: inlined(value) for name, value in part.items()}

    schema: dict[str, Any] = inlined(whole)
    schema["title"] = kind.title
    schema["properties"] = {"kind": {"const": kind.name}, **schema["properties"]}
    schema["required"] = ["kind", *schema.get("required", [])]
    return schema


BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"oneOf": [_asks(KINDS[name]) for name in sorted(KINDS)]}}},
    }
}
NOT_FOUND: Responses = {404: {"description": "There is no such job, or it has no result (yet)."}}
ENDED: Responses = {409: {"description": "The job has ended already."}}
MET: Responses = {409: {"description": "The work met a problem, or its result may no longer be shown."}}


async def question(request: Request) -> dict[str, Any]:
    """The body as a JSON object that can be kept: bounded, with finite numbers and with text that is text."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_QUESTION:
            raise Problem(Fault.TOO_LARGE, "The question is too long", f"At most {LARGEST_QUESTION:,} bytes are taken.")
    try:
        said = json.loads(body)
        plain = json.dumps(said, ensure_ascii=False, allow_nan=False)
        plain.encode()
    except (ValueError, RecursionError):  # lone surrogates and bytes that are no text are ValueErrors too
        raise _not_understood("The body is not JSON, or holds a number or text that cannot be kept.") from None
    if not isinstance(said, dict):
        raise _not_understood("The body is not a JSON object.")
    if "\\u0000" in plain.replace("\\\\", ""):
        raise _not_understood("The body holds a text with a NUL character.")
    return said


Asked = Annotated[dict[str, Any], Depends(question)]


@router.post(
    "",
    summary="Ask for long work",
    status_code=201,
    openapi_extra=BODY,
    responses={
        200: {"description": "The same has been asked before: the job that has, or will have, the result."},
        404: {"description": "Something asked about is not there."},
        413: {"description": "The question is too long."},
        422: {"description": "There is no such kind of work, or it cannot be asked so."},
        401: {"description": "This work would change what is loaded, which needs a key."},
        429: {"description": "Too much work is waiting."},
    },
)
def ask(asked: Asked, work: Work, key: KeyIfNeeded) -> Response:
    kind, resolved = service.understood(work, asked.pop("kind", None), asked)
    if kind.writes(resolved):
        key()
    try:
        job, new = service.submit(work, kind, resolved)
    except service.TooManyJobs as problem:
        return problem_response(
            429,
            "too-many-jobs",
            problem.title,
            problem.detail,
            remedy=problem.remedy,
            headers={"Retry-After": str(problem.retry_after)},
        )
    return _status(job, 201 if new else 200, {"Location": f"{ADDRESS}/{job.id}"})


@router.get("", summary="Jobs, the newest first")
def jobs(
    request: Request,
    response: Response,
    work: Work,
    kind: Annotated[str | None, Query(description="Only this kind of work.", max_length=100)] = None,
    state: Annotated[JobState | None, Query(description="Only those in this state.")] = None,
    limit: Limit = DEFAULT,
    after: After = None,
) -> dict[str, Any]:
    limit = clamp(limit)
    found = service.page(work, kind, state, after, limit + 1)
    response.headers.update(NEVER_KEPT)
    shown = page(request, [_row(job) for job in found], limit, "jobID")
    return {"jobs": shown["items"], "links": shown["links"]}


@router.get("/{job_id}", summary="How far a job is", responses=NOT_FOUND)
def job(job_id: str, work: Work) -> Response:
    return _status(service.get(work, job_id))


@router.get("/{job_id}/results", summary="The result of a job, once it is successful", responses=NOT_FOUND | MET)
def results(job_id: str, work: Work, form: Wanted) -> Response:
    text = service.result(work, job_id)
    whole = respond(form, json=dict)  # refuses any other format
    return Response(text, media_type=whole.media_type)


@router.delete("/{job_id}", summary="Dismiss a job: it is not begun, or stops soon", responses=NOT_FOUND | ENDED)
def dismiss(job_id: str, work: Work, key: KeyIfNeeded) -> Response:
    found = service.get(work, job_id)
    if found.kind in KINDS and KINDS[found.kind].writes(found.question):
        key()
    return _status(service.dismiss(work, job_id))


def _row(job: JobRecord) -> dict[str, Any]:
    links = [{"rel": "self", "type": "application/json", "href": f"{ADDRESS}/{job.id}"}]
    if job.state is JobState.SUCCESSFUL:
        links.append(
            {
                "rel": "http://www.opengis.net/def/rel/ogc/1.0/results",
                "type": "application/json",
                "href": f"{ADDRESS}/{job.id}/results",
            }
        )
    return {**service.row(job), "links": links}


def _status(job: JobRecord, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    kept = {} if job.state.is_final else NEVER_KEPT
    return JSONResponse(_row(job), status_code=status, headers={**kept, **(headers or {})})


def _not_understood(why: str) -> Problem:
    return Problem(
        Fault.BAD_INPUT,
        "The question cannot be understood",
        why,
        remedy='Send a JSON object such as {"kind": "mend", "footprints": "ID", "dry_run": true}.',
    )
