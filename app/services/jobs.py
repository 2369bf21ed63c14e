"""Long work asked for, looked after and answered: what HTTP and the command line do with jobs.

The work itself runs elsewhere (``app.jobs``); here a job is a record that survives every restart.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import ValidationError

from app.domain.jobs import JobRecord, problem_from_plain
from app.domain.problem import Fault, Finding, Problem
from app.domain.work import JobState
from app.ingest.kinds import Kind
from app.services.long_work import WorkKind
from app.services.work_kinds import KINDS
from app.services.workspace import Workspace
from app.store.unit import Unit

MOST_WAITING = 100
"""More are refused until some have been begun: nobody can fill the database by asking."""

RETRY_SECONDS = 30
PLANS = (str(Kind.FOOTPRINTS), str(Kind.FOOTPRINT_LOOKUP))


@dataclass(eq=False)
class TooManyJobs(Problem):
    """So much work is waiting that no more is taken. ``retry_after`` is in seconds."""

    retry_after: int = RETRY_SECONDS


def kind_named(name: object) -> WorkKind:
    """A kind of work. Raises ``Problem`` (bad input) for one there is none of."""
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise Problem(
            Fault.BAD_INPUT,
            "No such kind of work",
            "The kind of work asked for is none of those there are." if name else "The kind of work is not said.",
            remedy=f"Say one of: {', '.join(sorted(KINDS))}.",
        )
    return kind


def understood(work: Workspace, name: object, question: dict[str, Any]) -> tuple[WorkKind, dict[str, Any]]:
    """The kind of work, and the question as it will be kept: every name an id, every default said.

    Raises ``Problem``: no such kind, a question the kind does not take, something asked about that there is none of.
    """
    kind = kind_named(name)
    try:
        asked = kind.asks.model_validate(question)
    except ValidationError as error:
        findings = [
            Finding(str(item["type"]), str(item["msg"]), field=".".join(map(str, item["loc"])) or None)
            for item in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        said = "; ".join(f"{f.field}: {f.message}" if f.field else f.message for f in findings[:5])
        known = ", ".join(sorted(kind.asks.model_fields))
        raise Problem(
            Fault.BAD_INPUT,
            f"This cannot be asked of “{kind.name}”",
            said,
            remedy=f"It takes: {known}.",
            findings=findings,
        ) from None
    return kind, kind.resolve(work, asked)


def submit(work: Workspace, kind: WorkKind, question: dict[str, Any]) -> tuple[JobRecord, bool]:
    """Record a job for an ``understood`` question; the job, and whether it is a new one.

    A job that has the same result already, or will have it, is given instead. Raises ``TooManyJobs``.
    """
    with work.store.write() as unit:
        unit.jobs.take_turns()
        key = key_of(work, unit, kind, question)
        known = unit.jobs.of_key(key)
        if known is not None:
            return known, False
        if unit.jobs.waiting() >= MOST_WAITING:
            raise TooManyJobs(
                Fault.UNAVAILABLE,
                "Too much work is waiting",
                f"{MOST_WAITING} jobs are waiting to be begun, and no more are taken until some are.",
                remedy="Try again in a while, or dismiss jobs that are no longer needed.",
            )
        return unit.jobs.add(kind.name, key, question), True


def key_of(work: Workspace, unit: Unit, kind: WorkKind, question: dict[str, Any]) -> str:
    """SHA-256 (hex) over all that the result follows from: the question, what is loaded, and the thresholds.

    A plan loaded meanwhile changes no key, because questions name the versions they are about; anything else does,
    and so does restricting a file.
    """
    loaded = unit.datasets.page(limit=None)
    stands_on = [
        kind.name,
        kind.edition,
        question,
        sorted(record.id for record in loaded if record.kind not in PLANS),
        sorted(record.id for record in loaded if record.restricted),
        asdict(work.thresholds),
    ]
    text = json.dumps(stands_on, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def get(work: Workspace, job_id: str) -> JobRecord:
    """A job. Raises ``Problem`` (not found)."""
    with work.store.read() as unit:
        return unit.jobs.get(_id(job_id))


def page(
    work: Workspace, kind: str | None = None, state: JobState | None = None, after: str | None = None, limit: int = 100
) -> list[JobRecord]:
    """Jobs, the newest first. Raises ``Problem``: no such kind, no job ``after``."""
    with work.store.read() as unit:
        return unit.jobs.page(kind and kind_named(kind).name, state, after and _id(after), limit)


def dismiss(work: Workspace, job_id: str) -> JobRecord:
    """Dismiss a job not begun, ask a running one to stop. Raises ``Problem``: not found; conflict for what has ended.

    Dismissing what is dismissed changes nothing.
    """
    with work.store.write() as unit:
        job = unit.jobs.cancel(_id(job_id))
    if job.state in (JobState.SUCCESSFUL, JobState.FAILED):
        raise Problem(
            Fault.CONFLICT,
            "The job has ended",
            f"It was {job.state} before it could be dismissed, and stays on record.",
            remedy="Nothing is left to be done; a result never changes.",
        )
    return job


def packed(restricted: list[str], result: dict[str, Any]) -> bytes:
    """A result as it is kept: compressed, with the ids of the datasets that were restricted when it was made."""
    parts = (
        json.dumps(said, ensure_ascii=False, separators=(",", ":"), allow_nan=False) for said in (restricted, result)
    )
    return zlib.compress("\n".join(parts).encode())


def result(work: Workspace, job_id: str) -> bytes:
    """A job's result as JSON text (UTF-8), the same bytes for ever.

    Raises ``Problem``: not found where there is none (yet); conflict where a file was restricted since it was made;
    and whatever the work itself met.
    """
    with work.store.read() as unit:
        job = unit.jobs.get(_id(job_id))
        kept = unit.jobs.result(job.id)
        restricted = restricted_now(unit)
    if kept is None:
        raise _no_result(job)
    before, _, text = zlib.decompress(kept).partition(b"\n")
    if not set(restricted) <= set(json.loads(before)):
        raise Problem(
            Fault.CONFLICT,
            "The result may show small numbers that are to be hidden",
            "A file was loaded as restricted after this result was made.",
            remedy="Ask for the work again; its result will hide them.",
        )
    return text


def restricted_now(unit: Unit) -> list[str]:
    """Ids of the datasets whose small numbers are to be hidden, sorted."""
    return sorted(record.id for record in unit.datasets.page(limit=None) if record.restricted)


def row(job: JobRecord) -> dict[str, Any]:
    """A job in the words of OGC API - Processes (statusInfo), with the question it answers."""
    moments = {
        "created": job.created_at,
        "started": job.started_at,
        "finished": job.finished_at,
        "updated": job.updated_at,
    }
    return {
        "jobID": job.id,
        "type": "process",
        "processID": job.kind,
        "status": str(job.state),
        "message": job.message if job.problem is None else f"{job.problem['title']}. {job.problem['detail']}",
        "progress": int(job.progress * 100),
        **{name: None if moment is None else moment.isoformat() for name, moment in moments.items()},
        "cancel_asked": job.cancel_asked,
        "attempts": job.attempts,
        "question": job.question,
    }


def _id(text: str) -> str:
    """An id that can be looked up; whatever is no id of a job is none that exists."""
    if len(text) == 32 and set(text) <= set("0123456789abcdef"):
        return text
    raise Problem(
        Fault.NOT_FOUND, "No such job", "There is no job by this id.", remedy="The list of jobs says which there are."
    )


def _no_result(job: JobRecord) -> Problem:
    if job.problem is not None:
        return problem_from_plain(job.problem)
    if job.state is JobState.DISMISSED:
        return Problem(
            Fault.NOT_FOUND,
            "There is no result",
            "The job was dismissed before it had one.",
            remedy="Ask for the work again.",
        )
    return Problem(
        Fault.NOT_FOUND,
        "The result is not there yet",
        f"The job is {job.state}, {int(job.progress * 100)} % done.",
        remedy="Look at the job's status from time to time, and come back when it is successful.",
    )
