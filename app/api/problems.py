"""Every error as ``application/problem+json`` (RFC 9457), with what to do and, for files, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app.domain.problem import Fault, Problem

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "/problems#"

STATUS = {
    Fault.BAD_INPUT: HTTPStatus.UNPROCESSABLE_ENTITY,
    Fault.UNREADABLE_FILE: HTTPStatus.UNPROCESSABLE_ENTITY,
    Fault.UNKNOWN_KIND: HTTPStatus.UNPROCESSABLE_ENTITY,
    Fault.MISSING_COLUMN: HTTPStatus.UNPROCESSABLE_ENTITY,
    Fault.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Fault.NOTHING_LOADED: HTTPStatus.CONFLICT,
    Fault.CONFLICT: HTTPStatus.CONFLICT,
    Fault.NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    Fault.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Fault.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}

log = structlog.get_logger(__name__)


class Unauthorised(Exception):  # noqa: N818 - a refusal, not an error of ours
    """No key, or a key that is not known."""


def install(app: FastAPI) -> None:
    """Answer every failure of ``app`` as a problem."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(Unauthorised, _unauthorised)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def problem_response(
    status: int,
    fault: str,
    title: str,
    detail: str,
    *,
    remedy: str | None = None,
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    body: dict[str, Any] = {"type": TYPE_BASE + fault, "title": title, "status": int(status), "detail": detail}
    if remedy:
        body["remedy"] = remedy
    body.update(extra or {})
    return JSONResponse(body, status_code=int(status), media_type=MEDIA_TYPE, headers=dict(headers or {}))


async def _problem(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)  # noqa: S101 - registered for this class
    extra: dict[str, Any] = {"findings": [asdict(f) for f in error.findings]} if error.findings else {}
    if error.file:
        extra["file"] = error.file
    return problem_response(
        STATUS[error.fault], str(error.fault), error.title, error.detail, remedy=error.remedy, extra=extra
    )


async def _unauthorised(_request: Request, error: Exception) -> JSONResponse:
    return problem_response(
        HTTPStatus.UNAUTHORIZED,
        "key-needed",
        "A key is needed",
        str(error),
        remedy="Send the key printed at the first start as “Authorization: Bearer KEY”.",
        headers={"WWW-Authenticate": "Bearer"},
    )


async def _invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
    findings = [_request_finding(item) for item in error.errors()]
    return problem_response(
        HTTPStatus.BAD_REQUEST,
        "bad-request",
        "The request cannot be understood",
        "; ".join(f"{f['field']}: {f['message']}" for f in findings),
        remedy="Correct the parameters named; /docs lists what each takes.",
        extra={"findings": findings},
    )


def _request_finding(item: Mapping[str, Any]) -> dict[str, str]:
    location: Sequence[Any] = item.get("loc", ())
    return {
        "field": ".".join(str(part) for part in location[1:]) or str(location[0] if location else "request"),
        "message": str(item.get("msg", "not valid")),
        "severity": "error",
        "code": str(item.get("type", "invalid")),
    }


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    title = HTTPStatus(error.status_code).phrase
    return problem_response(
        error.status_code,
        title.lower().replace(" ", "-"),
        title,
        str(error.detail),
        headers=error.headers,
    )


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected failure", path=request.url.path, exc_info=error)
    return problem_response(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal",
        "Something went wrong on our side",
        "The request failed in a way nobody foresaw; it has been written to the service's log.",
        remedy="Try again; if it happens twice, tell whoever runs this service the time and the address you used.",
    )
