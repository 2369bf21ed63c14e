"""Checking and loading an upload as long work: files of hundreds of megabytes take minutes."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.services.long_work import Cancelled, Progress, Stopped, WorkKind
from app.services.uploading import uploads
from app.services.uploading.options import LoadOptions
from app.services.workspace import Workspace


class UploadQuestion(BaseModel):
    """Check a staged file, or load it."""

    model_config = ConfigDict(extra="forbid")

    upload: str = Field(min_length=1, max_length=64, description="Id of the upload.")
    action: Literal["validate", "commit"] = Field("validate", description="Only check it, or load it.")
    options: LoadOptions = Field(default_factory=LoadOptions, description="How to read it, as for a check.")


def resolve(work: Workspace, asked: UploadQuestion) -> dict[str, Any]:
    """Say how often the file was checked before: each check is work of its own. Raises ``Problem`` (not found)."""
    record = uploads.get(work.store, asked.upload)
    return {**asked.model_dump(mode="json"), "turn": record.revision}


def run(work: Workspace, question: dict[str, Any], progress: Progress, cancelled: Cancelled) -> dict[str, Any]:
    """The report of a check, its faults counted and kept with the upload; or what was loaded."""
    options = LoadOptions.model_validate(question["options"])
    if question["action"] == "validate":
        report = uploads.validate(work.store, question["upload"], options, progress)
        return {name: value for name, value in report.items() if name not in ("faults", "outlines")}
    progress(0.1, "Loading the file")
    if cancelled():
        raise Stopped
    return uploads.commit(work.store, question["upload"], options)


def writes(_question: dict[str, Any]) -> bool:
    return True


UPLOAD = WorkKind("upload", "Check or load a file that was uploaded", UploadQuestion, run, resolve, writes)
