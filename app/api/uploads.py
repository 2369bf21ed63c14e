"""Uploads over HTTP: send a file, see what it is taken for, check it, load it, or take it away."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, File, Header, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from app.api.access import Work, Writer
from app.api.formats import MEDIA, Format, Wanted, as_csv, respond
from app.api.problems import problem_response
from app.domain.problem import Fault, Problem
from app.domain.uploads import Answer
from app.services import jobs
from app.services.uploading import repeating, uploads
from app.services.uploading.faults import COLUMNS, on_map, without_place
from app.services.uploading.options import LoadOptions
from app.services.uploading.outlines import NONE
from app.services.uploading.staging import Sent, Staging, fingerprint, shown
from app.services.workspace import Workspace
from app.settings import Settings

router = APIRouter(prefix="/uploads", tags=["uploads"])

ADDRESS = "/api/v1/uploads"
MOST_FILES = 12  # the parts of a shapefile, and what programs put beside them
NEVER_KEPT = {"Cache-Control": "no-store"}
Responses = dict[int | str, dict[str, Any]]
NOT_FOUND: Responses = {404: {"description": "There is no such upload, or its time is over."}}
REPEATED: Responses = {409: {"description": "The Idempotency-Key was used for another request."}}
AS_JOB: Responses = {202: {"description": "The file is large: a job does it; Location says where to look."}}

Key = Annotated[
    str | None, Header(alias="Idempotency-Key", description="The same key and request: the same answer, for 24 hours.")
]
Prefer = Annotated[str | None, Header(alias="Prefer", description="respond-async: have a job do it.")]


def staging(request: Request, work: Work) -> Staging:
    said: Settings = request.app.state.settings
    return Staging.beside(work.store, said.upload_folder, said.upload_waiting_bytes, said.upload_hours)


@router.post(
    "",
    summary="Send a file, or the parts of one shapefile: it waits, and what was seen in it is told",
    status_code=201,
    responses=REPEATED
    | {
        413: {"description": "The file is larger than may be read, or would unpack to more."},
        422: {"description": "The file is damaged, unsafe, about people, or not one file."},
        503: {"description": "Too much waits to be loaded."},
    },
)
def send(
    work: Work,
    key: Writer,
    place: Annotated[Staging, Depends(staging)],
    files: Annotated[list[UploadFile], File(description="One file; or .shp, .shx, .dbf and .prj of one shapefile.")],
    again: Key = None,
) -> Response:
    if len(files) > MOST_FILES:
        raise Problem(Fault.TOO_LARGE, "Too many files", f"At most {MOST_FILES} files are taken in one upload.")
    sent = [Sent(shown(file.filename), file.file) for file in files]

    def received() -> Answer:
        record = uploads.receive(work.store, place, sent, key.name)
        return _answer(201, _row(uploads.row(record)), f"{ADDRESS}/{record.id}")

    return _once(work, key.id, ADDRESS, again, fingerprint(sent) if again is not None else "", received)


@router.get("", summary="Uploads that wait or were committed within a day, the newest first")
def waiting(work: Work, _key: Writer) -> Response:
    return JSONResponse(
        {"items": [_row(uploads.row(record)) for record in uploads.waiting(work.store)]}, 200, NEVER_KEPT
    )


@router.get("/{upload_id}", summary="One upload: what was seen in it, and what became of it", responses=NOT_FOUND)
def upload(upload_id: str, work: Work, _key: Writer) -> Response:
    return JSONResponse(_row(uploads.row(uploads.get(work.store, upload_id))), 200, NEVER_KEPT)


@router.post(
    "/{upload_id}/validate",
    summary="Check a file as it would be loaded, and keep nothing",
    responses=NOT_FOUND | AS_JOB | {409: {"description": "The upload is committed, or its name is taken."}},
)
def validate(
    upload_id: str,
    work: Work,
    _key: Writer,
    options: Annotated[LoadOptions | None, Body()] = None,
    prefer: Prefer = None,
) -> Response:
    said = options or LoadOptions()
    if _as_job(work, upload_id, prefer):
        return _job(work, upload_id, "validate", said)
    return JSONResponse(uploads.summary(uploads.validate(work.store, upload_id, said)), 200, NEVER_KEPT)


@router.get("/{upload_id}/report", summary="What the last check found, fault by fault", responses=NOT_FOUND)
def report(upload_id: str, work: Work, _key: Writer, form: Wanted) -> Response:
    found = uploads.last_check(work.store, upload_id)
    if form is Format.CSV:
        named = {"Content-Disposition": 'attachment; filename="report.csv"', **NEVER_KEPT}
        rows = without_place(found["faults"])
        return Response(as_csv(rows, COLUMNS), media_type="text/csv; charset=utf-8", headers=named)
    answer = respond(form, json=lambda: uploads.summary(found), csv_rows=list)
    answer.headers.update(NEVER_KEPT)
    return answer


@router.get("/{upload_id}/faults", summary="The faults of the last check as GeoJSON, each marked", responses=NOT_FOUND)
def faults(upload_id: str, work: Work, _key: Writer) -> Response:
    named = {"Content-Disposition": 'attachment; filename="faults.geojson"', **NEVER_KEPT}
    found = on_map(uploads.last_check(work.store, upload_id)["faults"])
    return JSONResponse(found, media_type=MEDIA[Format.GEOJSON], headers=named)


@router.get(
    "/{upload_id}/outlines",
    summary="The outlines of the file at its last check as GeoJSON, to draw its faults on",
    responses=NOT_FOUND,
)
def outlines(upload_id: str, work: Work, _key: Writer) -> Response:
    drawn = uploads.last_check(work.store, upload_id).get("outlines", NONE)
    return JSONResponse(drawn, media_type=MEDIA[Format.GEOJSON], headers=NEVER_KEPT)


@router.post(
    "/{upload_id}/commit",
    summary="Load a file, all of it or nothing; without options, as it was checked last",
    status_code=201,
    responses=NOT_FOUND
    | AS_JOB
    | {
        200: {"description": "It had been loaded before."},
        409: {"description": "It is being committed, was committed in another way, or its name is taken."},
        422: {"description": "The file has errors; nothing was loaded."},
    },
)
def commit(
    upload_id: str,
    work: Work,
    key: Writer,
    options: Annotated[LoadOptions | None, Body()] = None,
    prefer: Prefer = None,
    again: Key = None,
) -> Response:
    if _as_job(work, upload_id, prefer):
        return _job(work, upload_id, "commit", options or uploads.as_checked(work.store, upload_id))

    def committed() -> Answer:
        result = uploads.commit(work.store, upload_id, options)
        return _answer(200 if result["already_loaded"] else 201, result, _loaded_at(result))

    said = "" if options is None else options.model_dump_json()
    return _once(work, key.id, f"{ADDRESS}/{upload_id}/commit", again, said, committed)


@router.delete(
    "/{upload_id}", summary="Take an upload away; what was loaded stays", status_code=204, responses=NOT_FOUND
)
def remove(upload_id: str, work: Work, _key: Writer) -> Response:
    uploads.remove(work.store, upload_id)
    return Response(status_code=204)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    here = f"{ADDRESS}/{row['id']}"
    links = {name: f"{here}/{name}" for name in ("validate", "report", "faults", "outlines", "commit")}
    return {**row, "links": {"self": here, **links}}


def _loaded_at(result: dict[str, Any]) -> str:
    version = result["footprints"]
    if version is not None:
        return f"/api/v1/footprints/{version['id']}/versions/{version['version']}"
    return f"/api/v1/datasets/{result['dataset']['id']}"


def _answer(status: int, body: dict[str, Any], location: str) -> Answer:
    return Answer(status, location, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


def _once(work: Workspace, by: int, address: str, key: str | None, said: str, make: Any) -> Response:
    answer, before = repeating.once(work.store, by, address, key, said, make)
    headers = {**NEVER_KEPT, **({"Location": answer.location} if answer.location else {})}
    if before:
        headers["Idempotency-Replayed"] = "true"
    return Response(answer.body, answer.status, headers, "application/json")


def _as_job(work: Workspace, upload_id: str, prefer: str | None) -> bool:
    record = uploads.get(work.store, upload_id)
    return record.result is None and (record.size > uploads.LARGE or "respond-async" in (prefer or ""))


def _job(work: Workspace, upload_id: str, action: str, options: LoadOptions) -> Response:
    asked = {"upload": upload_id, "action": action, "options": options.model_dump(mode="json")}
    kind, question = jobs.understood(work, "upload", asked)
    try:
        job, _new = jobs.submit(work, kind, question)
    except jobs.TooManyJobs as full:
        wait = {"Retry-After": str(full.retry_after)}
        return problem_response(429, "too-many-jobs", full.title, full.detail, remedy=full.remedy, headers=wait)
    return JSONResponse(jobs.row(job), 202, {"Location": f"/api/v1/jobs/{job.id}", **NEVER_KEPT})
