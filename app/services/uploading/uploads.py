"""An upload from its first byte to the load: staged, inspected, checked, committed or taken away."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from app.domain.problem import Fault, Problem
from app.domain.uploads import UploadRecord, UploadState
from app.ingest.reader import Tell, silent
from app.services.loading import Loaded, load
from app.services.records import dataset_row, version_row
from app.services.uploading.checking import check, packed, request_for, unpacked
from app.services.uploading.faults import without_place
from app.services.uploading.inspecting import inspection
from app.services.uploading.known import known_areas
from app.services.uploading.options import LoadOptions
from app.services.uploading.staging import Sent, Staging, discard, lay_down
from app.store.store import Store

REMEMBERED = timedelta(hours=24)
"""So long a commit is remembered, so that it can be repeated."""

LARGE = 20 * 1024**2
"""Bytes from which a file is checked and loaded as a job: nobody should wait for it with a connection open."""


def receive(store: Store, staging: Staging, sent: Sequence[Sent], by: str, now: datetime | None = None) -> UploadRecord:
    """Stage files and look at them. Nothing stays behind where that fails.

    Raises ``Problem``: several files that are not one shapefile, a file that is damaged, unsafe, about people or too
    large, or no room.
    """
    moment = now or datetime.now(UTC)
    sweep(store, staging)
    folder = staging.fresh()
    try:
        source = lay_down(sent, folder)
        with store.read() as unit:
            known = known_areas(unit)
        seen = inspection(source, known)
        record = UploadRecord(
            secrets.token_hex(16),
            UploadState.STAGED,
            by,
            source.name,
            str(folder),
            source.size,
            source.sha256,
            moment,
            moment + timedelta(hours=staging.hours),
            0,
            seen,
            None,
            None,
        )
        with store.write() as unit:
            if unit.uploads.staged_bytes() + source.size > staging.most:
                raise Problem(
                    Fault.UNAVAILABLE,
                    "There is no room for another upload",
                    f"{staging.most:,} bytes may wait to be loaded.",
                    remedy="Commit or remove uploads that wait, or try again when they have expired.",
                    file=source.name,
                )
            unit.uploads.add(record)
    except BaseException:
        discard(str(folder))
        raise
    return record


def sweep(store: Store, staging: Staging) -> None:
    """Take away uploads whose time is over, and folders that nobody names."""
    with store.write() as unit:
        gone = unit.uploads.sweep()
        named = {record.folder for record in unit.uploads.all()}
    for folder in gone:
        discard(folder)
    staging.sweep(named)


def get(store: Store, upload_id: str) -> UploadRecord:
    """Raises ``Problem`` (not found), also for what is no id of an upload."""
    with store.read() as unit:
        return unit.uploads.get(upload_id if upload_id.isalnum() else "")


def waiting(store: Store) -> list[UploadRecord]:
    with store.read() as unit:
        return unit.uploads.all()


def validate(store: Store, upload_id: str, options: LoadOptions, tell: Tell = silent) -> dict[str, Any]:
    """Check a staged file and keep the report. Raises ``Problem``: not found, options that cannot be."""
    report = check(store, _staged(store, upload_id), options, tell)
    with store.write() as unit:
        unit.uploads.get(upload_id)
        unit.uploads.keep_check(upload_id, packed(report))
    return report


def last_check(store: Store, upload_id: str) -> dict[str, Any]:
    """The report of the last check. Raises ``Problem`` (not found) where there was none."""
    get(store, upload_id)
    with store.read() as unit:
        kept = unit.uploads.check(upload_id)
    if kept is None:
        raise Problem(
            Fault.NOT_FOUND,
            "The file was not checked yet",
            "There is no report before the first check.",
            remedy="Validate the upload first.",
        )
    return unpacked(kept)


def commit(store: Store, upload_id: str, options: LoadOptions | None, now: datetime | None = None) -> dict[str, Any]:
    """Load a staged file, all of it or nothing; without options, as it was checked last.

    A second commit answers what the first did. Raises ``Problem``: not found; conflict where it is being committed, or
    was committed in another way; whatever is wrong with the file.
    """
    record = get(store, upload_id)
    wanted = options if options is not None else as_checked(store, upload_id)
    said = wanted.model_dump(mode="json")
    if record.state is UploadState.COMMITTED:
        return _again(record, said if options is not None else None)
    request = request_for(store, record, wanted)
    with store.write() as unit:
        claimed = unit.uploads.claim(upload_id)
    if not claimed:
        record = get(store, upload_id)
        if record.state is UploadState.COMMITTED:
            return _again(record, said)
        raise Problem(
            Fault.CONFLICT,
            "The upload is being committed",
            "Another request is loading this file at the moment.",
            remedy="Look at the upload again in a moment.",
        )
    try:
        result = _row(load(store, [request])[0])
        over = (now or datetime.now(UTC)) + REMEMBERED
        with store.write() as unit:
            unit.uploads.commit(upload_id, said, result, over)
    except BaseException:
        with store.write() as unit:
            unit.uploads.release(upload_id)
        raise
    discard(record.folder)
    return result


def as_checked(store: Store, upload_id: str) -> LoadOptions:
    """The options of the last check; those that say nothing where there was none."""
    with store.read() as unit:
        kept = unit.uploads.check(upload_id)
    return LoadOptions() if kept is None else LoadOptions.model_validate(unpacked(kept)["options"])


def remove(store: Store, upload_id: str) -> None:
    """Take an upload away; what was loaded from it stays. Raises ``Problem``: not found, conflict."""
    record = get(store, upload_id)
    with store.write() as unit:
        unit.uploads.remove(upload_id)
    discard(record.folder)


def summary(report: dict[str, Any]) -> dict[str, Any]:
    """A report as it is answered: without outlines and the places of its faults, which are answered as maps."""
    said = {name: value for name, value in report.items() if name != "outlines"}
    return {**said, "faults": without_place(report["faults"])}


def row(record: UploadRecord) -> dict[str, Any]:
    """An upload as plain values with stable names; where its bytes lie is nobody's business."""
    return {
        "id": record.id,
        "state": str(record.state),
        "file": record.name,
        "size": record.size,
        "sha256": record.sha256,
        "created_at": record.created_at.isoformat(),
        "expires_at": record.expires_at.isoformat(),
        "checks": record.revision,
        "inspection": record.inspection,
        "committed_as": record.committed_as,
        "result": record.result,
    }


def _staged(store: Store, upload_id: str) -> UploadRecord:
    record = get(store, upload_id)
    if record.state is not UploadState.STAGED:
        raise Problem(
            Fault.CONFLICT,
            "The upload is committed",
            f"It is {record.state}: there is nothing left to check.",
            remedy="Read what became of it, or send the file again.",
        )
    return record


def _again(record: UploadRecord, said: dict[str, Any] | None) -> dict[str, Any]:
    assert record.result is not None  # noqa: S101 - committed uploads have one
    if said is not None and said != record.committed_as:
        raise Problem(
            Fault.CONFLICT,
            "The upload was committed in another way",
            "It is loaded already, with other options than these.",
            remedy="Send the file again to load it in another way.",
        )
    return record.result


def _row(item: Loaded) -> dict[str, Any]:
    return {
        "dataset": dataset_row(item.dataset),
        "already_loaded": item.already,
        "footprints": None if item.footprint is None else version_row(item.footprint),
        "report": item.report.as_dict(),
    }
