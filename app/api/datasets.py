"""Datasets over HTTP: upload files, list what is loaded, read the import reports."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from app.api.access import Work, Writer
from app.api.paging import DEFAULT, After, Limit, clamp, page
from app.domain.problem import Fault, Problem
from app.ingest.kinds import Kind
from app.ingest.reader import ReadOptions
from app.ingest.source import Source
from app.services.loading import Loaded, LoadRequest, load
from app.services.records import dataset_row, version_row

router = APIRouter(prefix="/datasets", tags=["datasets"])

MOST_FILES = 50


@router.get("", summary="Files loaded, the newest first")
def datasets(
    request: Request, work: Work, kind: Kind | None = None, limit: Limit = DEFAULT, after: After = None
) -> dict[str, Any]:
    limit = clamp(limit)
    with work.store.read() as unit:
        records = unit.datasets.page(kind=str(kind) if kind else None, after=after, limit=limit + 1)
    return page(request, [dataset_row(record) for record in records], limit, "id")


@router.post(
    "",
    summary="Upload files: all are kept, or none",
    status_code=201,
    responses={200: {"description": "Nothing was written: a dry run, or every file had been loaded before."}},
)
def upload(
    work: Work,
    _key: Writer,
    files: Annotated[list[UploadFile], File(description="Files as published; their kind is told by their content.")],
    kind: Annotated[Kind | None, Form(description="What the files are, where their content does not tell.")] = None,
    as_of: Annotated[date | None, Form(description="The date of files that state none.")] = None,
    name: Annotated[str | None, Form(description="Name of a footprint proposal.", max_length=200)] = None,
    crs: Annotated[str | None, Form(description="Coordinate system of a file that does not say.")] = None,
    layer: Annotated[str | None, Form(description="Which layer of a file that holds several.")] = None,
    layer_of: Annotated[
        str | None,
        Form(description="The service whose footprints these are, where they are no proposal.", max_length=200),
    ] = None,
    restricted: Annotated[
        bool, Form(description="Small numbers are to be hidden in everything that stands on these files.")
    ] = False,
    dry_run: Annotated[bool, Form(description="Read and check everything, keep nothing.")] = False,
) -> Response:
    if len(files) > MOST_FILES:
        raise Problem(Fault.TOO_LARGE, "Too many files", f"At most {MOST_FILES} files are taken in one request.")
    options = ReadOptions(as_of=as_of, crs=crs or None, layer=layer or None)
    with tempfile.TemporaryDirectory(prefix="coterminous-upload-") as folder:
        requests = [
            LoadRequest(_spool(file, Path(folder), place), kind, options, name or None, layer_of or None, restricted)
            for place, file in enumerate(files)
        ]
        loaded = load(work.store, requests, dry_run=dry_run)
    body = {"dry_run": dry_run, "loaded": [_loaded_row(item) for item in loaded]}
    wrote = not dry_run and any(not item.already for item in loaded)
    headers = {"Location": f"/api/v1/datasets/{loaded[0].dataset.id}"} if wrote and len(loaded) == 1 else {}
    return JSONResponse(body, status_code=201 if wrote else 200, headers=headers)


@router.get("/{dataset_id}", summary="One dataset")
def dataset(dataset_id: str, work: Work) -> dict[str, Any]:
    with work.store.read() as unit:
        return dataset_row(unit.datasets.get(dataset_id))


@router.get("/{dataset_id}/report", summary="What was read, kept and dropped, and why")
def report(dataset_id: str, work: Work) -> dict[str, Any]:
    with work.store.read() as unit:
        return unit.datasets.get(dataset_id).report


def _spool(file: UploadFile, folder: Path, place: int) -> Source:
    """The upload on disk, under a name of ours; the user's name is only ever shown."""
    path = folder / f"{place:03d}"
    with path.open("wb") as target:
        shutil.copyfileobj(file.file, target)
    shown = PurePosixPath((file.filename or "upload").replace("\\", "/")).name or "upload"
    return Source(path, shown[:200])


def _loaded_row(item: Loaded) -> dict[str, Any]:
    return {
        "dataset": dataset_row(item.dataset),
        "already_loaded": item.already,
        "footprints": None if item.footprint is None else version_row(item.footprint),
        "report": item.report.as_dict(),
    }
